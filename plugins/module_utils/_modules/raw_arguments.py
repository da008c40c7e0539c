# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check arguments as they were given, before ansible-core validates and converts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict, check_type_int

from .._resources import validators
from .._resources.validators import ErrorCollector, excerpt

# Not a number for ansible-core.
NOT_A_NUMBER = "'{}'"


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
