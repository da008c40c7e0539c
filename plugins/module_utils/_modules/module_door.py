# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door from AnsibleModule to a module's work."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.validation import check_type_dict

from .._state.checks import excerpt
from .._twilio.client import LOWEST_SDK, sdk_missing, sdk_too_old
from .work import Context, Work, WorkFailed

# A longer list is not repeated in a result: each run of a job on Automation Controller would store it once more.
LONGEST_REPEATED = 100


class _Module(AnsibleModule):
    """AnsibleModule, but its complaint about the entries of a list tells which ones it means.

    And a long list is only counted in what the result says of the arguments.
    """

    def __init__(self, work: Work, spec: dict[str, Any]) -> None:
        self._option = work.entries
        self._given: Any = None
        super().__init__(**spec)
        self._given = None

    def _load_params(self) -> None:
        super()._load_params()
        # Validation keeps only those that are right.
        self._given = self.params.get(self._option)

    def exit_json(self, **result: Any) -> NoReturn:
        super().exit_json(**result, **self._short_invocation())
        raise AssertionError("exit_json returned")

    def fail_json(self, msg: Any, **result: Any) -> NoReturn:
        wrong = ", ".join(self._wrong_entries())
        super().fail_json(msg=f"{msg}: {wrong}" if wrong else msg, **result, **self._short_invocation())
        raise AssertionError("fail_json returned")

    def _short_invocation(self) -> dict[str, Any]:
        entries = self.params.get(self._option)
        if not isinstance(entries, list) or len(entries) <= LONGEST_REPEATED:
            return {}
        return {"invocation": {"module_args": {**self.params, self._option: f"{len(entries)} entries"}}}

    def _wrong_entries(self) -> Iterator[str]:
        for index, entry in enumerate(self._given if isinstance(self._given, list) else []):
            try:
                check_type_dict(entry)
            except TypeError:
                yield f"{self._option}[{index}] is {excerpt(entry)}"


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
    module = _Module(work, work.spec(environment))
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
