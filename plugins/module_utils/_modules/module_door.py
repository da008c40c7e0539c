# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door from AnsibleModule to a module's work."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.errors import UnsupportedError

from .._state.checks import Problems, excerpt
from .._twilio.client import LOWEST_SDK, sdk_missing, sdk_too_old
from .connection import hidden_secrets
from .given import as_dictionary, check_texts, wrong_values
from .work import Context, Work, WorkFailed

# A longer list is not repeated in a result: each run of a job on Automation Controller would store it once more.
LONGEST_REPEATED = 100


class _Module(AnsibleModule):
    """AnsibleModule, but all mistakes are told, with the values, and none of them ends in a traceback.

    And a long list is only counted in what the result says of the arguments.
    """

    def __init__(self, work: Work, environment: Mapping[str, str]) -> None:
        self._option = work.entries
        self._environment = environment
        self._wrong: list[str] = []
        self._problems = Problems()
        super().__init__(**work.spec(environment))
        self._wrong = []
        if self._problems.messages:
            self.fail_json(msg="; ".join(self._problems.messages))

    def _load_params(self) -> None:
        super()._load_params()
        for name, option in self.argument_spec.items():
            # ansible-core takes an option that is null for given, where one of several is required or allowed. It also
            # takes nothing from the environment then, and that stays.
            if "fallback" not in option and name in self.params and self.params[name] is None:
                del self.params[name]
        self.no_log_values |= hidden_secrets(self.params, self._environment)
        # Before validation, which makes text of anything and keeps only those that are right.
        check_texts(self.argument_spec, self.params, self._problems)
        self._wrong = [*_wrong_entries(self._option, self.params), *wrong_values(self.argument_spec, self.params)]

    def log(self, msg: str, log_args: dict[str, str] | None = None) -> None:
        # The system's log takes no NUL, and a task would fail for it.
        super().log(msg.replace("\0", "\\0"), log_args)

    def exit_json(self, **result: Any) -> NoReturn:
        super().exit_json(**result, **self._short_invocation())
        raise AssertionError("exit_json returned")

    def fail_json(self, msg: Any, **result: Any) -> NoReturn:
        messages = [str(msg), *self._other_errors()]
        messages = [each for each in messages if not any(each != other and each in other for other in messages)]
        wrong = ", ".join(self._wrong)
        told = "; ".join(messages)
        super().fail_json(msg=f"{told}: {wrong}" if wrong else told, **result, **self._short_invocation())
        raise AssertionError("fail_json returned")

    def _other_errors(self) -> Iterator[str]:
        """Give what ansible-core has found wrong besides the first error, which is all that it tells."""
        found = getattr(self, "validation_result", None)
        for error in found.errors.errors[1:] if found else ():
            yield f"Unsupported parameters: {error.msg}" if isinstance(error, UnsupportedError) else str(error.msg)

    def _short_invocation(self) -> dict[str, Any]:
        entries = self.params.get(self._option)
        if not isinstance(entries, list) or len(entries) <= LONGEST_REPEATED:
            return {}
        return {"invocation": {"module_args": {**self.params, self._option: f"{len(entries)} entries"}}}


def _wrong_entries(option: str | None, given: Mapping[str, Any]) -> Iterator[str]:
    entries = given.get(option) if option else None
    if isinstance(entries, str):
        yield f"{option} is {excerpt(entries)}; the filter community.twilio.to_users makes a list of text"
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if as_dictionary(entry) is None:
            yield f"{option}[{index}] is {excerpt(entry)}"


def sdk_usable() -> bool:
    """Tell whether this Python has the SDK, and new enough."""
    return sdk_complaint() is None


def sdk_complaint() -> str | None:
    """Say why the SDK cannot be used; None when it can."""
    return missing_required_lib(f"twilio >= {LOWEST_SDK}") if sdk_missing() else sdk_too_old()


def run_module(work: Work, say: Callable[[str], None] | None = None, obey: Callable[[int], None] | None = None) -> None:
    """Run a module's work as a module: read the parameters, do the work, write the result, exit.

    :param work: the module's work.
    :param say: shows a line to the person who watches; a module of its own has no way to.
    :param obey: called with the signal that has stopped the work, when all is reported.
    :raises SystemExit: always, as AnsibleModule does.
    """
    environment = dict(os.environ)
    module = _Module(work, environment)
    complaint = sdk_complaint()
    if complaint:
        reason = {"exception": sdk_missing()} if sdk_missing() else {}
        module.fail_json(msg=complaint, **reason)
    try:
        result = work.execute(module.params, Context(module.check_mode, bool(module._diff), environment, say))
    except WorkFailed as failure:
        try:
            module.fail_json(msg=failure.message, **failure.result)
        finally:
            if failure.signal is not None and obey is not None:
                obey(failure.signal)
    except Exception as error:
        # Through fail_json, which takes secrets out; Python's own report of an exception would not.
        module.fail_json(
            msg=f"This is a bug in community.twilio: {type(error).__name__}: {error}",
            exception=traceback.format_exc(),
        )
    module.exit_json(**result)
