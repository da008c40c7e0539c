# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of a module, apart from any door to it: validated parameters in, a result out, or WorkFailed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from .._converge.resource import Disagreement, HalfDone
from .._state.checks import BadValue
from .._state.kinds import CannotPlan
from .._twilio.errors import TwilioError


class Context(NamedTuple):
    """What a module's work may know of its surroundings.

    ``environment`` holds the environment variables of the task, which need not be those of the process. ``say`` shows
    a line to the person who watches, while the task is under way; None where nobody can see it.
    """

    check_mode: bool
    diff_mode: bool
    environment: Mapping[str, str]
    say: Callable[[str], None] | None = None


class WorkFailed(Exception):
    """The task has failed in a way that its user can understand; ``result`` is what it returns besides ``msg``.

    ``signal`` is the signal that made it fail, if one did.
    """

    signal: int | None = None

    def __init__(self, message: str, **result: Any) -> None:
        super().__init__(message)
        self.message = message
        self.result = result


class Work(NamedTuple):
    """A module without its door.

    ``spec`` makes the keyword arguments of AnsibleModule from the environment of the task; ``run`` does the work;
    ``entries`` is the name of the option, if there is one, that is a list of dictionaries.
    """

    spec: Callable[[Mapping[str, str]], dict[str, Any]]
    run: Callable[[Mapping[str, Any], Context], dict[str, Any]]
    entries: str | None = None

    def execute(self, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Do the work.

        :param parameters: as the argument spec has validated them.
        :param context: check mode, diff mode and environment.
        :returns: the result of the task.
        :raises WorkFailed: whatever a user can cause.
        """
        try:
            return self.run(parameters, context)
        except (BadValue, CannotPlan, Disagreement) as error:
            raise WorkFailed(str(error)) from None
        except TwilioError as error:
            raise WorkFailed(error.message, **error.details()) from None


def half_done(error: HalfDone, result: Mapping[str, Any]) -> WorkFailed:
    """Give the failure of a task that did something before it failed.

    :param error: what was done and what failed.
    :param result: what the task would have returned for what was done.
    """
    return WorkFailed(error.message, **{**result, **error.details})
