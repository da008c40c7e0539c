# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person gave, before ansible-core validates it: what it would take wrongly, or end in a traceback for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict, check_type_int

from .._state import checks
from .._state.checks import Problems, excerpt

# What ansible-core takes for no number at all.
NO_NUMBER = "'{}'"


def check_texts(
    spec: Mapping[str, dict[str, Any]], given: Mapping[str, Any], problems: Problems, above: str = ""
) -> None:
    """Complain about what is no text and would become one.

    :param spec: the argument spec.
    :param given: what is given, before it is validated.
    :param problems: collects what is wrong.
    :param above: what the names of the options begin with, for messages.
    """
    for name, option in spec.items():
        if _is_text(option):
            problems.check(checks.text, above + name, given.get(name))
        elif "options" in option:
            check_texts(option["options"], as_dictionary(given.get(name)) or {}, problems, f"{above}{name}.")


def _is_text(option: Mapping[str, Any]) -> bool:
    """Tell whether an option is text that people write, and not a choice.

    :param option: its argument spec.
    """
    return option.get("type") == "str" and "choices" not in option


def wrong_values(spec: dict[str, dict[str, Any]], given: dict[str, Any], above: str = "") -> Iterator[str]:
    """Tell what ansible-core's validation would end in a traceback for; make it refuse that instead.

    It looks for suboptions in what is no dictionary, and knows no whole number for infinity.

    :param spec: the argument spec; suboptions of what is no dictionary are taken out.
    :param given: what is given, before it is validated; infinite numbers become text that is no number.
    :param above: what the names of the options begin with, for messages.
    :returns: each option with its value.
    """
    for name, option in spec.items():
        value = given.get(name)
        if option.get("type") == "int" and _is_infinite(value):
            given[name] = NO_NUMBER.format(value)
            yield f"{above}{name} is {excerpt(value)}"
        elif value is not None and "options" in option:
            dictionary = as_dictionary(value)
            if dictionary is None:
                del option["options"]
                yield f"{above}{name} is {excerpt(value)}"
            else:
                yield from wrong_values(option["options"], dictionary, f"{above}{name}.")


def as_dictionary(value: Any) -> dict[str, Any] | None:
    """Give a value as ansible-core takes it for an option that is a dictionary; None where it does not.

    :param value: what is given.
    """
    try:
        dictionary: dict[str, Any] = check_type_dict(value)
    except TypeError:
        return None
    return dictionary


def _is_infinite(value: Any) -> bool:
    """Tell whether ansible-core would take a value for an infinite number, where it wants a whole one.

    It neither takes nor refuses that, but ends in a traceback.

    :param value: what is given for an option that is a whole number.
    """
    try:
        check_type_int(value)
    except OverflowError:
        return True
    except TypeError:
        pass
    return False
