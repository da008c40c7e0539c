# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules on the controller, in a process of Ansible's own.

A module costs a new Python, its own copy of Ansible's library and an import of the SDK at every task; a worker process
of Ansible has all of that already. A task comes to the same result in both execution modes.
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
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..module_utils._modules.ansible_module import bug_message
from ..module_utils._modules.base import ModuleDefinition, ModuleError, TaskContext
from ..module_utils._modules.masking import mask, secret_values
from ..module_utils._modules.raw_arguments import RawArguments, shorten

# It writes to Ansible's log file.
LOGGER = logging.getLogger("ansible")


class Validation(NamedTuple):
    """Validated arguments, or the message that says what is wrong with them; and the secrets among them."""

    arguments: dict[str, Any]
    message: str | None
    secrets: set[str]


class TaskSettings(NamedTuple):
    """What a task says besides its arguments.

    ``action`` is the name of the module as the task has it. ``environment`` holds the variables that come on top of
    those of the process, ``folder`` is where relative paths begin. With ``no_log``, nothing but the result is written,
    which Ansible hides.
    """

    action: str
    check_mode: bool
    diff_mode: bool
    no_log: bool
    environment: Mapping[str, str]
    folder: str
    show_invocation: bool
    display: Callable[[str], None]


def to_plain(value: Any) -> Any:
    """Return a value as a module gets it: plain, without tags of newer ansible-cores and vault objects of older ones.

    :param value: a value of a task or of an inventory source.
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
) -> Validation:
    """Validate arguments as AnsibleModule does; report all errors, as the modules do.

    :param spec: the keyword arguments of AnsibleModule.
    :param given: the arguments, as plain values.
    :param environment: the environment variables of the task.
    :param module: the name of the module, for a message.
    :param list_option: the option, if any, that is a list of dictionaries.
    """
    # Where a value is not what an option takes, its spec is changed.
    spec = copy.deepcopy({name: value for name, value in spec.items() if name != "supports_check_mode"})
    raw = RawArguments(spec["argument_spec"], given, environment, list_option)
    result = ArgumentSpecValidator(**spec).validate(given)
    arguments: dict[str, Any] = result.validated_parameters
    secrets = raw.misplaced_secrets
    for each in (given, arguments):
        secrets |= secret_values(spec["argument_spec"], each)
    errors = result.errors.errors
    first = None
    if module and errors and isinstance(errors[0], UnsupportedError):
        # As AnsibleModule words it.
        first = f"Unsupported parameters for ({module}) module: {errors[0].msg}"
    return Validation(arguments, raw.error_message(errors, first), secrets)


def run_module(definition: ModuleDefinition, given: Any, task: TaskSettings) -> dict[str, Any]:
    """Run a module in this process.

    A task that a signal has stopped, or whose ansible-playbook has ended, ends the process, since nobody reads its
    result any more. What it has done is in Ansible's log file, where there is one.

    :param definition: the module.
    :param given: the arguments of the task.
    :param task: what the task says besides.
    :returns: the result of the task. It holds no secret.
    """
    if _is_orphaned():
        _end_process(signal.SIGTERM)
    stopped_by = None
    with _task_environment(task.environment, task.folder):
        environment = dict(os.environ)
        validation = validate(
            definition.spec(environment), to_plain(given), environment, task.action, definition.list_option
        )

        def report_progress(line: str) -> None:
            task.display(mask(f"{task.action}: {line}", validation.secrets))

        context = TaskContext(task.check_mode, task.diff_mode, environment, None if task.no_log else report_progress)
        try:
            if validation.message:
                raise ModuleError(validation.message)
            result = definition.execute(validation.arguments, context)
        except ModuleError as failure:
            result = {**failure.result, "failed": True, "msg": failure.message}
            stopped_by = failure.signal
        except Exception as error:
            result = {"failed": True, "msg": bug_message(error), "exception": traceback.format_exc()}
    if stopped_by is not None or _is_orphaned():
        if not task.no_log:
            done = {name: result[name] for name in ("summary", "action", "msg") if name in result}
            # Masked before JSON escapes a part of a secret.
            LOGGER.error("%s: %s", task.action, json.dumps(mask(done, validation.secrets)))
        _end_process(stopped_by or signal.SIGTERM)
    if task.show_invocation:
        result["invocation"] = {"module_args": shorten(validation.arguments, definition.list_option)}
    masked: dict[str, Any] = mask(result, validation.secrets)
    return masked


@contextlib.contextmanager
def _task_environment(variables: Mapping[str, str], folder: str) -> Iterator[None]:
    """Set the environment variables and the working directory that a module of this task would have.

    The worker process does nothing else meanwhile, and gets its own ones back.
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
    """Return whether ansible-playbook has ended, and this worker process has not.

    Nobody is left to read a result. The process has both ends of the pipe for it, so that a large one would fill the
    pipe and keep the process waiting for ever.
    """
    parent = multiprocessing.parent_process()
    return parent is not None and os.getppid() != parent.pid


def _end_process(number: int) -> None:
    """End this process as the signal would have ended it, had the task not put it off."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
