# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module as an AnsibleModule.

A module imports this file before any other code of the collection, which an older Python cannot load.
"""

from __future__ import annotations

import json
import os
import select
import sys
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

if sys.hexversion < 0x03090000:
    # ansible-core 2.19 and older run modules on such a Python, and would report a traceback.
    version = ".".join(map(str, sys.version_info[:3]))
    message = (
        "community.twilio requires Python 3.9 or newer where its modules run;"
        f" {sys.executable} is Python {version}. Set ansible_python_interpreter to another one, or run the task with"
        " delegate_to: localhost"
    )
    sys.stdout.write(json.dumps({"failed": True, "msg": message}))
    raise SystemExit(1)

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._converge.signals import ReaderWatch
from .._resources.messages import limited, printable
from .._twilio import sdk
from .base import ModuleDefinition, ModuleError, TaskContext
from .masking import mask
from .raw_arguments import RawArguments, shorten

STDOUT = 1


class _Module(AnsibleModule):
    """An AnsibleModule that reports all validation errors together with the values, without tracebacks.

    In ``invocation``, only the length of a long list is shown.
    """

    def __init__(self, definition: ModuleDefinition, environment: Mapping[str, str]) -> None:
        self._list_option = definition.list_option
        self._keys = definition.keys
        self._environment = environment
        self._raw: RawArguments | None = None
        self.raw_warnings: list[str] = []
        super().__init__(**definition.spec(environment))
        message = self._raw.error_message(()) if self._raw else None
        # Later failures are not validation errors.
        self._raw = None
        if message:
            self.fail_json(msg=message)

    def _load_params(self) -> None:
        super()._load_params()
        self._raw = RawArguments(self.argument_spec, self.params, self._environment, self._list_option, self._keys)
        self.raw_warnings = self._raw.warnings
        self.no_log_values |= self._raw.misplaced_secrets

    def log(self, msg: str, log_args: dict[str, str] | None = None) -> None:
        # syslog does not accept NUL, and the task would fail.
        super().log(msg.replace("\0", "\\0"), log_args)

    def add_warning(self, warning: str) -> None:
        """Add a warning to the result, without secrets; not with no_log, since ansible-core would display it."""
        if not self.no_log:
            self.warn(mask(printable(warning), self.no_log_values))

    def exit_json(self, **result: Any) -> NoReturn:
        super().exit_json(**self._masked(result))
        raise AssertionError("exit_json returned")

    def fail_json(self, msg: Any, **result: Any) -> NoReturn:
        if self._raw is not None and hasattr(self, "validation_result"):
            # ansible-core reports only the first error.
            msg = self._raw.error_message(self.validation_result.errors.errors, str(msg)) or msg
        super().fail_json(**self._masked({**result, "msg": str(msg)}))
        raise AssertionError("fail_json returned")

    def _masked(self, result: dict[str, Any]) -> dict[str, Any]:
        # There are no parameters if ansible-core failed before it read them.
        invocation = {"module_args": shorten(getattr(self, "params", {}), self._list_option)}
        masked: dict[str, Any] = mask({**result, "invocation": invocation}, self.no_log_values)
        return masked


def sdk_problem() -> str | None:
    """Return an error message when the SDK cannot be used.

    :returns: the message; None when the SDK can be used.
    """
    return missing_required_lib(f"twilio >= {sdk.MIN_SDK_VERSION}") if sdk.import_error() else sdk.version_error()


def run_module(definition: ModuleDefinition) -> None:
    """Run a module: read the arguments, run the task, write the result, exit.

    :param definition: the module.
    :raises SystemExit: always, from AnsibleModule.
    """
    environment = dict(os.environ)
    module = _Module(definition, environment)
    problem = sdk_problem()
    if problem:
        details = {"exception": sdk.import_error()} if sdk.import_error() else {}
        module.fail_json(msg=problem, **details)
    context = TaskContext(module.check_mode, bool(module._diff), environment, warn=module.add_warning)
    for warning in module.raw_warnings:
        module.add_warning(warning)
    parent = os.getppid()
    # Ansible's worker process reads the result. Its end of the pipe closes when it ends, and after `timeout`.
    watch = ReaderWatch(lambda: os.getppid() != parent or has_no_reader(STDOUT))
    watch.start()
    failure: ModuleError | None = None
    result: dict[str, Any] = {}
    try:
        result = definition.execute(module.params, context)
    except ModuleError as error:
        failure = error
    except Exception as error:
        # Reported through fail_json, which masks secrets in the traceback.
        bug = bug_result(error)
        failure = ModuleError(bug.pop("msg"), **bug)
    finally:
        watch.stop()
    if failure is not None:
        # Outside the except block: with -vvv, ansible-core 2.18 and older would otherwise show a traceback.
        module.fail_json(msg=failure.message, **failure.result)
    module.exit_json(**result)


def has_no_reader(descriptor: int) -> bool:
    """Return whether nobody reads what is written to a file descriptor.

    :param descriptor: the file descriptor.
    :returns: whether it is a pipe, a socket or a terminal of which the other end was closed.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return any(event & (select.POLLERR | select.POLLHUP) for _descriptor, event in poll.poll(0))


def bug_result(error: Exception) -> dict[str, Any]:
    """Return the return values for an unexpected exception.

    :param error: the exception, which is being handled.
    :returns: ``msg`` with the type of the exception, and ``exception`` with the traceback.
    """
    message = f"This is a bug in community.twilio: {type(error).__name__}: {error}"
    lines = traceback.format_exc().split("\n")
    return {"msg": limited(printable(message)), "exception": "\n".join(printable(line) for line in lines)}
