# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules on the controller, in Ansible's worker process.

Running a module in its own process means starting Python, unpacking the module and importing the SDK for every task.
The worker process has already loaded all of this. A task has the same result in both execution modes.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import json
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..module_utils._converge.signals import ReaderWatch
from ..module_utils._modules.ansible_module import bug_result
from ..module_utils._modules.base import ModuleDefinition, ModuleError, TaskContext
from ..module_utils._modules.masking import mask, secret_values
from ..module_utils._modules.raw_arguments import RawArguments, shorten
from ..module_utils._resources.messages import limited, printable

# Writes to Ansible's log file.
LOGGER = logging.getLogger("ansible")

# The process that has a thread which watches its parent.
_watched: int | None = None


class Validation(NamedTuple):
    """Validated arguments, the error message if they are invalid, the secrets among them, and warnings about them."""

    arguments: dict[str, Any]
    message: str | None
    secrets: set[str]
    warnings: list[str]


class TaskSettings(NamedTuple):
    """The settings of a task besides its arguments.

    ``action`` is the name of the module in the task. ``environment`` are the environment variables that are set in
    addition to those of the process. ``folder`` is the base of relative paths. With ``no_log``, only the result is
    returned, which Ansible hides; nothing is displayed or logged. ``display`` displays a line, ``display_attempt`` does
    so with -vvv.
    """

    action: str
    check_mode: bool
    diff_mode: bool
    no_log: bool
    environment: Mapping[str, str]
    folder: str
    show_invocation: bool
    display: Callable[[str], None]
    display_attempt: Callable[[str], None] | None = None


def to_plain(value: Any) -> Any:
    """Convert a value to plain types, as a module receives it.

    Removes the tags of newer ansible-cores and the vault objects of older ones.

    :param value: a value of a task or of an inventory source.
    :returns: the plain value.
    """
    return json.loads(json.dumps(value, default=_to_json))


def _to_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def validate(
    spec: Mapping[str, Any],
    given: dict[str, Any],
    environment: Mapping[str, str],
    module: str | None = None,
    list_option: str | None = None,
    keys: Collection[str] = (),
) -> Validation:
    """Validate arguments like AnsibleModule, but report all errors.

    :param spec: the keyword arguments of AnsibleModule.
    :param given: the arguments, as plain values.
    :param environment: the environment variables of the task.
    :param module: the name of the module, for an error message.
    :param list_option: the name of the option that is a list of dictionaries, if any.
    :param keys: the names of the options that identify what the task is about.
    :returns: the arguments, the error message, the secrets and the warnings.
    """
    # RawArguments may change the spec.
    spec = copy.deepcopy({name: value for name, value in spec.items() if name != "supports_check_mode"})
    raw = RawArguments(spec["argument_spec"], given, environment, list_option, keys)
    result = ArgumentSpecValidator(**spec).validate(given)
    arguments: dict[str, Any] = result.validated_parameters
    secrets = raw.misplaced_secrets
    for each in (given, arguments):
        secrets |= secret_values(spec["argument_spec"], each)
    errors = result.errors.errors
    first = None
    if module and errors and isinstance(errors[0], UnsupportedError):
        # The wording of AnsibleModule.
        first = f"Unsupported parameters for ({module}) module: {errors[0].msg}"
    return Validation(arguments, raw.error_message(errors, first), secrets, raw.warnings)


def watch_parent() -> None:
    """End this worker process when ansible-playbook has ended, from now on, whatever the worker does.

    Its results, and those of a module it has started, would no longer be read.
    """
    global _watched
    if multiprocessing.parent_process() is not None and _watched != os.getpid():
        _watched = os.getpid()
        ReaderWatch(_is_orphaned).start()


def run_module(definition: ModuleDefinition, given: Any, task: TaskSettings) -> dict[str, Any]:
    """Run a module in this process.

    If a signal has stopped the task or ansible-playbook has ended, the result is no longer read. A summary is then
    written to Ansible's log file, if there is one and the task does not have ``no_log``, and the process ends.

    :param definition: the module.
    :param given: the arguments of the task.
    :param task: the other settings of the task.
    :returns: the result of the task, with secrets masked.
    """
    if _is_orphaned():
        _end_process(signal.SIGTERM)
    stopped_by = None
    with _task_environment(task.environment, task.folder):
        environment = dict(os.environ)
        validation = validate(
            definition.spec(environment),
            to_plain(given),
            environment,
            task.action,
            definition.list_option,
            definition.keys,
        )
        warnings = list(validation.warnings)

        def report_with(display: Callable[[str], None] | None) -> Callable[[str], None] | None:
            if display is None or task.no_log:
                return None

            def report(line: str) -> None:
                # Nobody empties the pipe to a parent that has ended; the write could wait for ever.
                if not _is_orphaned():
                    display(limited(printable(mask(f"{task.action}: {line}", validation.secrets))))

            return report

        context = TaskContext(
            task.check_mode,
            task.diff_mode,
            environment,
            report_with(task.display),
            warnings.append,
            report_with(task.display_attempt),
        )
        try:
            if validation.message:
                raise ModuleError(validation.message)
            result = definition.execute(validation.arguments, context)
        except ModuleError as failure:
            result = {**failure.result, "failed": True, "msg": failure.message}
            stopped_by = failure.signal
        except Exception as error:
            result = {"failed": True, **bug_result(error)}
    if stopped_by is not None or _is_orphaned():
        if not task.no_log:
            done = {name: result[name] for name in ("summary", "action", "msg") if name in result}
            # Masked before JSON escapes a part of a secret.
            LOGGER.error("%s: %s", task.action, json.dumps(mask(done, validation.secrets)))
        _end_process(stopped_by or signal.SIGTERM)
    # ansible-core 2.19 and newer display the warnings of a result that they hide.
    if warnings and not validation.message and not task.no_log:
        result["warnings"] = [printable(warning) for warning in warnings]
    if task.show_invocation:
        result["invocation"] = {"module_args": shorten(validation.arguments, definition.list_option)}
    masked: dict[str, Any] = mask(result, validation.secrets)
    return masked


@contextlib.contextmanager
def _task_environment(variables: Mapping[str, str], folder: str) -> Iterator[None]:
    """Set the environment variables and the working directory that a module would have, and restore them afterwards.

    The worker process runs nothing else at the same time.
    """
    own_environment, own_folder = dict(os.environ), os.getcwd()
    try:
        os.environ.update(variables)
        os.chdir(folder)
        yield
    finally:
        os.chdir(own_folder)
        os.environ.clear()
        os.environ.update(own_environment)


def _is_orphaned() -> bool:
    """Return whether ansible-playbook has ended while this worker process is still running.

    Its result would no longer be read. Since this process has both ends of the pipe, writing a large result would block
    forever.
    """
    parent = multiprocessing.parent_process()
    return parent is not None and os.getppid() != parent.pid


def _end_process(number: int) -> None:
    """End this process with the default action of a signal, which the task had deferred."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
