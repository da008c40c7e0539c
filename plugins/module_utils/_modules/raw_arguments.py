# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the raw arguments, before ansible-core validates and converts them.

Both execution modes use this, so that a task fails with the same messages on the controller and as a module.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int
from ansible.module_utils.errors import AnsibleValidationError, UnsupportedError

from .._resources import validators
from .._resources.messages import MAX_ERRORS, place_of, printable, suggestion, summarize
from .._resources.validators import ErrorCollector, excerpt
from .connection_options import prefer_given_credentials
from .masking import misplaced_secrets
from .options import ABSENT

# ansible-core rejects this as a number.
NOT_A_NUMBER = "'{}'"
# Longer lists are left out of the result: Automation Controller would store them again for every run of a job.
MAX_LISTED_ITEMS = 100


class _UncopiedList(list[Any]):
    """A list that ansible-core's validation does not copy, since the copy of a long list takes much memory.

    The validation does not change the entries: their options are not part of the argument spec.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> _UncopiedList:
        return self


class RawArguments:
    """Prepares arguments for ansible-core's validation, and collects errors that it would not report.

    ``warnings`` are about values that are accepted, but may not be what is meant.

    :param spec: the argument spec; it is changed where ansible-core would fail with a traceback.
    :param arguments: the raw arguments; options that are null are removed.
    :param environment: the environment variables of the task.
    :param list_option: the name of the option that is a list of dictionaries, if any.
    :param keys: the names of the options that identify what the task is about.
    """

    def __init__(
        self,
        spec: dict[str, dict[str, Any]],
        arguments: dict[str, Any],
        environment: Mapping[str, str],
        list_option: str | None,
        keys: Collection[str] = (),
    ) -> None:
        for name, option in spec.items():
            # For required_one_of and mutually_exclusive, ansible-core treats an option that is null as set. It does not
            # use a fallback for such an option either; this behaviour is kept.
            if "fallback" not in option and name in arguments and arguments[name] is None:
                del arguments[name]
        prefer_given_credentials(arguments)
        self.misplaced_secrets = misplaced_secrets(arguments, environment)
        # Before validation, which converts any value to text.
        self._text_errors = ErrorCollector()
        self.warnings = check_texts(spec, arguments, self._text_errors, keys, _deletes(arguments))
        self._suggestions = "".join(_suggestions(spec, arguments))
        entries = arguments.get(list_option) if list_option else None
        self._to_users_hint = _to_users_hint(entries)
        self._refused_values = [
            *_refused_entries(str(list_option), entries),
            *replace_crashing_values(spec, arguments),
        ]
        if list_option and isinstance(entries, list):
            arguments[list_option] = _UncopiedList(entries)

    def error_message(self, errors: Iterable[AnsibleValidationError], first: str | None = None) -> str | None:
        """Return one message for all errors.

        :param errors: the errors of ansible-core's validation.
        :param first: the message of the first error, if known.
        :returns: the message; None when there are no errors.
        """
        found = list(errors)
        messages = [self._message_of(error) for error in found]
        if first and found:
            messages[0] = f"{first}{self._suggestions if isinstance(found[0], UnsupportedError) else ''}"
        # A message that is contained in another one is redundant. ansible-core repeats it for each entry of a list.
        messages = list(dict.fromkeys(messages))
        messages = [each for each in messages if not any(each != other and each in other for other in messages)]
        if messages and self._refused_values:
            messages[-1] += f": {_listed(self._refused_values)}{self._to_users_hint}"
        messages += self._text_errors.messages
        return printable(summarize(messages)) if messages else None

    def _message_of(self, error: AnsibleValidationError) -> str:
        if isinstance(error, UnsupportedError):
            return f"Unsupported parameters: {error.msg}{self._suggestions}"
        return str(error.msg)


def _listed(values: Sequence[str]) -> str:
    more = len(values) - MAX_ERRORS
    return ", ".join(values[:MAX_ERRORS]) + (f" and {more} more" if more > 0 else "")


def _suggestions(spec: Mapping[str, dict[str, Any]], arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield hints for unknown options that are similar to known ones, also for suboptions."""
    # In a module, the arguments contain ansible-core's own.
    yield suggestion((name for name in arguments if name not in spec and not name.startswith("_ansible_")), spec)
    for name, option in spec.items():
        if "options" in option:
            yield from _suggestions(option["options"], as_dictionary(arguments.get(name)) or {})


def shorten(arguments: Mapping[str, Any], list_option: str | None) -> dict[str, Any]:
    """Replace a long list in the arguments by its length, for the result.

    :param arguments: the arguments.
    :param list_option: the name of the option that is a list of dictionaries, if any.
    :returns: a copy of the arguments.
    """
    entries = arguments.get(list_option) if list_option else None
    if not isinstance(entries, list) or len(entries) <= MAX_LISTED_ITEMS:
        return dict(arguments)
    return {**arguments, str(list_option): f"{len(entries)} entries"}


def _refused_entries(option: str, entries: Any) -> Iterator[str]:
    if isinstance(entries, str):
        yield f"{option} is {excerpt(entries)}"
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if as_dictionary(entry) is None:
            yield f"{place_of(option, index)} is {excerpt(entry)}"


def _to_users_hint(entries: Any) -> str:
    if isinstance(entries, str):
        return "; the filter community.twilio.to_users makes a list of text"
    if isinstance(entries, list) and any(isinstance(entry, str) for entry in entries):
        return "; the filter community.twilio.to_users makes dictionaries of identities"
    return ""


def _deletes(arguments: Mapping[str, Any]) -> bool:
    """Return whether a task deletes something, as far as that is known before its arguments are validated."""
    return arguments.get("state") == ABSENT or any(_is_true(arguments.get(name)) for name in ("prune", "replace"))


def _is_true(value: Any) -> bool:
    try:
        return bool(check_type_bool(value))
    except TypeError:
        return False


def check_texts(
    spec: Mapping[str, dict[str, Any]],
    arguments: Mapping[str, Any],
    errors: ErrorCollector,
    keys: Collection[str] = (),
    deletes: bool = False,
    prefix: str = "",
) -> list[str]:
    """Check that text options have values that are text, since ansible-core would convert other values.

    :param spec: the argument spec.
    :param arguments: the arguments, before they are validated.
    :param errors: collects the errors.
    :param keys: the names of the options that identify what the task is about; those of suboptions with dots.
    :param deletes: whether the task deletes something.
    :param prefix: the prefix of the names of options.
    :returns: warnings about numbers that are used as text.
    """
    warnings: list[str | None] = []
    for name, option in spec.items():
        value = arguments.get(name)
        place = prefix + name
        if place in keys:
            for where, each in _elements(place, value) if option.get("type") == "list" else [(place, value)]:
                warnings.append(errors.check(validators.key_text, where, each, deletes))
        elif _is_free_text(option):
            errors.check(validators.text, place, value)
        elif "options" in option:
            suboptions = as_dictionary(value) or {}
            warnings += check_texts(option["options"], suboptions, errors, keys, deletes, f"{place}.")
    return [warning for warning in warnings if warning is not None]


def _elements(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield a value, or the values of a list, with their places."""
    if isinstance(value, list):
        yield from ((place_of(place, index), each) for index, each in enumerate(value))
    else:
        yield place, value


def _is_free_text(option: Mapping[str, Any]) -> bool:
    return option.get("type") == "str" and "choices" not in option


def replace_crashing_values(
    spec: dict[str, dict[str, Any]], arguments: dict[str, Any], prefix: str = ""
) -> Iterator[str]:
    """Replace values for which ansible-core's validation would fail with a traceback by values that it rejects.

    It fails for suboptions if the value is not a dictionary, and for the conversion of infinity to a whole number.

    :param spec: the argument spec; suboptions are removed where the value is not a dictionary.
    :param arguments: the arguments, before they are validated; infinite numbers are replaced by text that is not a
        number.
    :param prefix: the prefix of the names of options in messages.
    :returns: the affected options with their values, for the message.
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

    :param value: the raw value.
    :returns: the dictionary; None if ansible-core rejects the value.
    """
    try:
        dictionary: dict[str, Any] = check_type_dict(value)
    except TypeError:
        return None
    return dictionary


def _is_infinite(value: Any) -> bool:
    """Return whether ansible-core would convert a value to infinity where a whole number is required.

    It would fail with a traceback instead of rejecting the value.
    """
    try:
        check_type_int(value)
    except OverflowError:
        return True
    except TypeError:
        pass
    return False
