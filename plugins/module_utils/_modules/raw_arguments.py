# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check arguments as they were given, before ansible-core validates and converts them.

Both execution modes do, on the controller and as a module, so that a task gets the same messages in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict, check_type_int
from ansible.module_utils.errors import AnsibleValidationError, UnsupportedError

from .._resources import validators
from .._resources.validators import ErrorCollector, excerpt
from .masking import misplaced_secrets

# Not a number for ansible-core.
NOT_A_NUMBER = "'{}'"
# A longer list is not repeated in a result: each run of a job on Automation Controller would store it once more.
MAX_LISTED_ITEMS = 100


class RawArguments:
    """Arguments that are ready for ansible-core's validation, and what is wrong with them besides.

    :param spec: the argument spec; it is changed where ansible-core would end in a traceback.
    :param arguments: the arguments as given; they are changed: an option that is null is not given.
    :param environment: the environment variables of the task.
    :param list_option: the option, if any, that is a list of dictionaries.
    """

    def __init__(
        self,
        spec: dict[str, dict[str, Any]],
        arguments: dict[str, Any],
        environment: Mapping[str, str],
        list_option: str | None,
    ) -> None:
        for name, option in spec.items():
            # ansible-core counts an option that is null as given, where one of several is required or allowed. It also
            # uses no fallback then, and that stays.
            if "fallback" not in option and name in arguments and arguments[name] is None:
                del arguments[name]
        self.misplaced_secrets = misplaced_secrets(arguments, environment)
        # Before validation, which makes text of anything.
        self._text_errors = ErrorCollector()
        check_texts(spec, arguments, self._text_errors)
        self._refused_values = [
            *_refused_entries(list_option, arguments),
            *replace_crashing_values(spec, arguments),
        ]

    def error_message(self, errors: Iterable[AnsibleValidationError], first: str | None = None) -> str | None:
        """Return the message for all errors; None when there is none.

        :param errors: what ansible-core's validation has found.
        :param first: the message of the first one, if it is known.
        """
        messages = [_message_of(error) for error in errors]
        if messages:
            messages[0] = first or messages[0]
            # One that repeats a part of another says nothing more.
            messages = [each for each in messages if not any(each != other and each in other for other in messages)]
            values = f": {', '.join(self._refused_values)}" if self._refused_values else ""
            messages[-1] += values
        messages += self._text_errors.messages
        return "; ".join(messages) if messages else None


def _message_of(error: AnsibleValidationError) -> str:
    return f"Unsupported parameters: {error.msg}" if isinstance(error, UnsupportedError) else str(error.msg)


def shorten(arguments: Mapping[str, Any], list_option: str | None) -> dict[str, Any]:
    """Return arguments as a result repeats them: of a long list, only the length.

    :param arguments: the arguments.
    :param list_option: the option, if any, that is a list of dictionaries.
    """
    entries = arguments.get(list_option) if list_option else None
    if not isinstance(entries, list) or len(entries) <= MAX_LISTED_ITEMS:
        return dict(arguments)
    return {**arguments, str(list_option): f"{len(entries)} entries"}


def _refused_entries(option: str | None, arguments: Mapping[str, Any]) -> Iterator[str]:
    entries = arguments.get(option) if option else None
    if isinstance(entries, str):
        yield f"{option} is {excerpt(entries)}; the filter community.twilio.to_users makes a list of text"
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if as_dictionary(entry) is None:
            yield f"{option}[{index}] is {excerpt(entry)}"


def check_texts(
    spec: Mapping[str, dict[str, Any]], arguments: Mapping[str, Any], errors: ErrorCollector, prefix: str = ""
) -> None:
    """Check that what is given as text is text: ansible-core would convert it.

    :param spec: the argument spec.
    :param arguments: the arguments, before they are validated.
    :param errors: collects what is wrong.
    :param prefix: precedes the names of the options in messages.
    """
    for name, option in spec.items():
        if _is_free_text(option):
            errors.check(validators.text, prefix + name, arguments.get(name))
        elif "options" in option:
            check_texts(option["options"], as_dictionary(arguments.get(name)) or {}, errors, f"{prefix}{name}.")


def _is_free_text(option: Mapping[str, Any]) -> bool:
    return option.get("type") == "str" and "choices" not in option


def replace_crashing_values(
    spec: dict[str, dict[str, Any]], arguments: dict[str, Any], prefix: str = ""
) -> Iterator[str]:
    """Replace what ansible-core's validation would end in a traceback for by what it refuses.

    It looks for suboptions in what is no dictionary, and cannot convert infinity to a whole number.

    :param spec: the argument spec; the suboptions of what is no dictionary are removed.
    :param arguments: the arguments, before they are validated; infinite numbers become text that is no number.
    :param prefix: precedes the names of the options in messages.
    :returns: each such option with its value, for the message.
    """
    for name, option in spec.items():
        value = arguments.get(name)
        if option.get("type") == "int" and _is_infinite(value):
            arguments[name] = NOT_A_NUMBER.format(value)
            yield f"{prefix}{name} is {excerpt(value)}"
        elif value is not None and "options" in option:
            dictionary = as_dictionary(value)
            if dictionary is None:
                del option["options"]
                yield f"{prefix}{name} is {excerpt(value)}"
            else:
                yield from replace_crashing_values(option["options"], dictionary, f"{prefix}{name}.")


def as_dictionary(value: Any) -> dict[str, Any] | None:
    """Convert a value as ansible-core does for an option that is a dictionary.

    :param value: the value as given.
    :returns: the dictionary; None where ansible-core refuses the value.
    """
    try:
        dictionary: dict[str, Any] = check_type_dict(value)
    except TypeError:
        return None
    return dictionary


def _is_infinite(value: Any) -> bool:
    """Return whether ansible-core would take a value for an infinite number, where it wants a whole one.

    It neither takes nor refuses that, but ends in a traceback.
    """
    try:
        check_type_int(value)
    except OverflowError:
        return True
    except TypeError:
        pass
    return False
