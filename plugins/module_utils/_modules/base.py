# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of all modules: parse the arguments into a request, and execute the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._converge.apply import PartialFailure
from .._converge.lookup import ConflictError
from .._resources.field_types import PlanningError
from .._resources.messages import limited, printable
from .._resources.validators import ValidationError
from .._twilio.errors import TwilioError
from .._twilio.retry_reporter import RetryReporter

# The return values of a failed task that only people read.
TEXTS_FROM_TWILIO = ("more_info", "request_id")


def _ignore(_warning: str) -> None:
    """Ignore a warning, where there is no result that could have it."""


class TaskContext(NamedTuple):
    """The settings of a task besides its arguments.

    ``environment`` are the environment variables of the task, which can differ from those of the process.
    ``report_progress`` displays a line while the task runs, ``report_attempt`` one about a failed attempt, with -vvv;
    None if the output would not be visible. ``warn`` adds a warning to the result. ``reporter`` is set while the task
    runs.
    """

    check_mode: bool
    diff_mode: bool
    environment: Mapping[str, str]
    report_progress: Callable[[str], None] | None = None
    warn: Callable[[str], None] = _ignore
    report_attempt: Callable[[str], None] | None = None
    reporter: RetryReporter | None = None


class ModuleError(Exception):
    """The task has failed, but not because of a bug; ``result`` has return values besides ``msg``.

    ``message`` may contain text from Twilio. It is shortened, and cannot do anything to a terminal. ``signal`` is the
    signal that stopped the task, if any.
    """

    signal: int | None = None

    def __init__(self, message: str, **result: Any) -> None:
        self.message = limited(printable(message))
        super().__init__(self.message)
        self.result: dict[str, Any] = {
            name: printable(value) if name in TEXTS_FROM_TWILIO and isinstance(value, str) else value
            for name, value in result.items()
        }


class ModuleDefinition(NamedTuple):
    """A module, independent of how it is executed.

    ``spec`` returns the keyword arguments of AnsibleModule for the environment of the task. ``parse`` converts
    validated arguments and the environment to a request, without I/O, and raises all errors together. ``run`` executes
    the request and returns the result. ``list_option`` is the name of the option that is a list of dictionaries, if
    any; ``keys`` are the names of the options that identify what the task is about.
    """

    spec: Callable[[Mapping[str, str]], dict[str, Any]]
    parse: Callable[[Mapping[str, Any], Mapping[str, str]], Any]
    run: Callable[[Any, TaskContext], dict[str, Any]]
    list_option: str | None = None
    keys: tuple[str, ...] = ()

    def execute(self, arguments: Mapping[str, Any], context: TaskContext) -> dict[str, Any]:
        """Run a task.

        :param arguments: the arguments, validated against the argument spec.
        :param context: check mode, diff mode and environment.
        :returns: the result of the task.
        :raises ModuleError: the task failed, but not because of a bug.
        """
        try:
            request = self.parse(arguments, context.environment)
            with RetryReporter(context.report_progress, context.report_attempt) as reporter:
                return self.run(request, context._replace(reporter=reporter))
        except (ValidationError, PlanningError, ConflictError) as error:
            raise ModuleError(str(error)) from None
        except TwilioError as error:
            raise ModuleError(error.message, **error.details()) from None


def partial_failure(error: PartialFailure, result: Mapping[str, Any]) -> ModuleError:
    """Convert the error of a task that had already changed something.

    :param error: the error, with the changes.
    :param result: the result for these changes.
    :returns: the error with the result and the details of the failure.
    """
    return ModuleError(error.message, **{**result, **error.details})
