# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module is made of: arguments are parsed into a request, and the request is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._converge.apply import PartialFailure
from .._converge.lookup import ConflictError
from .._resources.field_types import PlanningError
from .._resources.validators import ValidationError
from .._twilio.errors import TwilioError


class TaskContext(NamedTuple):
    """How a task runs.

    ``environment`` holds the environment variables of the task, which need not be those of the process.
    ``report_progress`` shows a line to whoever watches the task; None where nobody can see it.
    """

    check_mode: bool
    diff_mode: bool
    environment: Mapping[str, str]
    report_progress: Callable[[str], None] | None = None


class ModuleError(Exception):
    """The task has failed for a reason that its user can understand; ``result`` is returned besides ``msg``.

    ``signal`` is the signal that stopped the task, if one did.
    """

    signal: int | None = None

    def __init__(self, message: str, **result: Any) -> None:
        super().__init__(message)
        self.message = message
        self.result = result


class ModuleDefinition(NamedTuple):
    """A module, independent of how it is executed.

    ``spec`` returns the keyword arguments of AnsibleModule, given the environment of the task. ``parse`` turns
    validated arguments and the environment into the module's request, without I/O, and raises all errors at once.
    ``run`` carries out the request and returns the result. ``list_option`` is the option, if any, that is a list of
    dictionaries.
    """

    spec: Callable[[Mapping[str, str]], dict[str, Any]]
    parse: Callable[[Mapping[str, Any], Mapping[str, str]], Any]
    run: Callable[[Any, TaskContext], dict[str, Any]]
    list_option: str | None = None

    def execute(self, arguments: Mapping[str, Any], context: TaskContext) -> dict[str, Any]:
        """Run a task.

        :param arguments: the arguments as the argument spec has validated them.
        :param context: check mode, diff mode and environment.
        :returns: the result of the task.
        :raises ModuleError: anything that a user can cause.
        """
        try:
            return self.run(self.parse(arguments, context.environment), context)
        except (ValidationError, PlanningError, ConflictError) as error:
            raise ModuleError(str(error)) from None
        except TwilioError as error:
            raise ModuleError(error.message, **error.details()) from None


def partial_failure(error: PartialFailure, result: Mapping[str, Any]) -> ModuleError:
    """Return the error of a task that did something before it failed.

    :param error: what was done and what failed.
    :param result: what the task would have returned for what was done.
    """
    return ModuleError(error.message, **{**result, **error.details})
