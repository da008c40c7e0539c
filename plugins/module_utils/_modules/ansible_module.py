# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module as an AnsibleModule."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.errors import UnsupportedError

from .._resources.validators import ErrorCollector, excerpt
from .._twilio import sdk
from .base import ModuleDefinition, ModuleError, TaskContext
from .masking import misplaced_secrets
from .raw_arguments import as_dictionary, check_texts, replace_crashing_values

# A longer list is not repeated in a result: each run of a job on Automation Controller would store it once more.
MAX_LISTED_ITEMS = 100


class _Module(AnsibleModule):
    """AnsibleModule that reports all errors of validation, with the values, and ends in a traceback for none of them.

    In ``invocation``, only the length of a long list is shown.
    """

    def __init__(self, definition: ModuleDefinition, environment: Mapping[str, str]) -> None:
        self._list_option = definition.list_option
        self._environment = environment
        self._refused_values: list[str] = []
        self._errors = ErrorCollector()
        super().__init__(**definition.spec(environment))
        self._refused_values = []
        if self._errors.messages:
            self.fail_json(msg="; ".join(self._errors.messages))

    def _load_params(self) -> None:
        super()._load_params()
        for name, option in self.argument_spec.items():
            # ansible-core counts an option that is null as given, where one of several is required or allowed. It also
            # uses no fallback then, and that stays.
            if "fallback" not in option and name in self.params and self.params[name] is None:
                del self.params[name]
        self.no_log_values |= misplaced_secrets(self.params, self._environment)
        # Before validation, which makes text of anything.
        check_texts(self.argument_spec, self.params, self._errors)
        self._refused_values = [
            *_refused_entries(self._list_option, self.params),
            *replace_crashing_values(self.argument_spec, self.params),
        ]

    def log(self, msg: str, log_args: dict[str, str] | None = None) -> None:
        # The system's log takes no NUL, and a task would fail for it.
        super().log(msg.replace("\0", "\\0"), log_args)

    def exit_json(self, **result: Any) -> NoReturn:
        super().exit_json(**result, **self._short_invocation())
        raise AssertionError("exit_json returned")

    def fail_json(self, msg: Any, **result: Any) -> NoReturn:
        messages = [str(msg), *self._other_errors()]
        messages = [each for each in messages if not any(each != other and each in other for other in messages)]
        message = "; ".join(messages)
        if self._refused_values:
            message += f": {', '.join(self._refused_values)}"
        super().fail_json(msg=message, **result, **self._short_invocation())
        raise AssertionError("fail_json returned")

    def _other_errors(self) -> Iterator[str]:
        """Yield the errors that ansible-core found besides the first one, which is all that it reports."""
        validation = getattr(self, "validation_result", None)
        for error in validation.errors.errors[1:] if validation else ():
            yield f"Unsupported parameters: {error.msg}" if isinstance(error, UnsupportedError) else str(error.msg)

    def _short_invocation(self) -> dict[str, Any]:
        entries = self.params.get(self._list_option)
        if not isinstance(entries, list) or len(entries) <= MAX_LISTED_ITEMS:
            return {}
        return {"invocation": {"module_args": {**self.params, self._list_option: f"{len(entries)} entries"}}}


def _refused_entries(option: str | None, arguments: Mapping[str, Any]) -> Iterator[str]:
    entries = arguments.get(option) if option else None
    if isinstance(entries, str):
        yield f"{option} is {excerpt(entries)}; the filter community.twilio.to_users makes a list of text"
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if as_dictionary(entry) is None:
            yield f"{option}[{index}] is {excerpt(entry)}"


def is_sdk_usable() -> bool:
    """Return whether this Python has the SDK, and new enough."""
    return sdk_problem() is None


def sdk_problem() -> str | None:
    """Return the message that says why the SDK cannot be used; None when it can."""
    return missing_required_lib(f"twilio >= {sdk.MIN_SDK_VERSION}") if sdk.import_error() else sdk.version_error()


def run_module(
    definition: ModuleDefinition,
    report_progress: Callable[[str], None] | None = None,
    on_signal: Callable[[int], None] | None = None,
) -> None:
    """Run a module: read the arguments, run the task, write the result, exit.

    :param definition: the module.
    :param report_progress: shows a line to whoever watches; a module in a process of its own has no way to.
    :param on_signal: called with the signal that has stopped the task, when its result is written.
    :raises SystemExit: always, as AnsibleModule does.
    """
    environment = dict(os.environ)
    module = _Module(definition, environment)
    problem = sdk_problem()
    if problem:
        details = {"exception": sdk.import_error()} if sdk.import_error() else {}
        module.fail_json(msg=problem, **details)
    context = TaskContext(module.check_mode, bool(module._diff), environment, report_progress)
    try:
        result = definition.execute(module.params, context)
    except ModuleError as failure:
        try:
            module.fail_json(msg=failure.message, **failure.result)
        finally:
            if failure.signal is not None and on_signal is not None:
                on_signal(failure.signal)
    except Exception as error:
        # Through fail_json, which masks secrets; Python's own traceback would not.
        module.fail_json(
            msg=f"This is a bug in community.twilio: {type(error).__name__}: {error}",
            exception=traceback.format_exc(),
        )
    module.exit_json(**result)
