# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what a person wrote, before any request. Each gives the value to use, or raises BadValue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from . import json_values
from .kinds import MergePatch

_SID = "[0-9a-fA-F]{32}"
_IMPORT_ID = re.compile(f"/Services/(IS{_SID})/Users/(US{_SID})")
TEXT_LIMIT = 256


class BadValue(ValueError):
    """A value is not one that Twilio takes; the message names the option, the value, and what would be right."""


def excerpt(value: Any) -> str:
    """Give a value for an error message: quoted, at most 80 characters of it, control characters escaped."""
    text = str(value)
    return repr(text if len(text) <= 80 else text[:77] + "...")


def is_sid(prefix: str, value: str) -> bool:
    """Tell whether a value is a SID: the prefix and 32 hexadecimal digits (the pattern in Twilio's OpenAPI).

    :param prefix: two capital letters, such as "IS".
    :param value: the text.
    """
    return re.fullmatch(prefix + _SID, value) is not None


def sid(option: str, prefix: str, value: str) -> str:
    """Check a SID.

    :param option: the option's name, for the message.
    :param prefix: two capital letters, such as "IS".
    :param value: what the task gives.
    :returns: the value.
    :raises BadValue: it is not the prefix and 32 hexadecimal digits.
    """
    if not is_sid(prefix, value):
        raise BadValue(f"{option}: must be {prefix} followed by 32 hexadecimal digits, got {excerpt(value)}")
    return value


def user_sid(value: str, service_sid: str | None) -> str:
    """Check a user's SID, or take it out of a Terraform import ID.

    :param value: US and 32 hexadecimal digits, or /Services/IS.../Users/US... .
    :param service_sid: the service that the task names; an import ID must name the same. None when it is not known
        yet.
    :returns: the user's SID.
    :raises BadValue: it is neither, or the import ID names another service.
    """
    match = _IMPORT_ID.fullmatch(value)
    if match is None:
        if not is_sid("US", value):
            raise BadValue(
                "sid: must be US followed by 32 hexadecimal digits, or an import ID"
                f" /Services/IS.../Users/US..., got {excerpt(value)}"
            )
        return value
    service, user = match.groups()
    if service_sid is not None and service.lower() != service_sid.lower():
        raise BadValue(f"sid: the import ID {value!r} names another service than service_sid, which is {service_sid!r}")
    return user


def identity(value: str) -> str:
    """Check a user's identity.

    Twilio's error dictionary: 50204 (missing), 50206 (must not look like a user SID), 50207 (at most 256 characters).

    :param value: what the task gives.
    :returns: the value.
    :raises BadValue: it is empty, too long, looks like a user SID, or is not Unicode text.
    """
    if not value:
        raise BadValue("identity: must not be empty")
    if is_sid("US", value):
        raise BadValue(f"identity: must not look like a user SID, got {value!r}; use the option sid for a SID")
    return _text("identity", value)


def name(option: str, value: str) -> str:
    """Check the name of a service or a role. How long it may be is Twilio's to say.

    :param option: the option's name, for the message.
    :param value: what the task gives.
    :returns: the value.
    :raises BadValue: it is empty, or is not Unicode text.
    """
    if not value:
        raise BadValue(f"{option}: must not be empty")
    unicode_text(option, value)
    return value


def names(option: str, values: Sequence[str]) -> Sequence[str]:
    """Check a list of names, such as permissions or webhook filters.

    Nothing says how to send an empty list: a parameter that repeats would not be sent at all.

    :param option: the option's name, for the message.
    :param values: what the task gives.
    :returns: the values.
    :raises BadValue: there are none, or one is empty or is not Unicode text.
    """
    if not values:
        raise BadValue(f"{option}: must not be empty; Twilio's API has no way to send an empty list")
    for index, value in enumerate(values):
        name(f"{option}[{index}]", value)
    return values


def number(option: str, value: int, low: int, high: int | None) -> int:
    """Check a whole number.

    :param option: the option's name, for the message.
    :param value: what the task gives.
    :param low: the least that is right.
    :param high: the most that is right; None for no bound.
    :returns: the value.
    :raises BadValue: it is out of bounds.
    """
    if value < low or (high is not None and value > high):
        bounds = f"{low} or more" if high is None else f"from {low} to {high}"
        raise BadValue(f"{option}: must be {bounds}, got {value}")
    return value


def friendly_name(value: str) -> str:
    """Check a friendly name: at most 256 characters (Twilio's error 50003); the empty text clears it.

    :param value: what the task gives.
    :returns: the value.
    :raises BadValue: it is too long, or is not Unicode text.
    """
    return _text("friendly_name", value)


def _text(option: str, value: str) -> str:
    if len(value) > TEXT_LIMIT:
        raise BadValue(f"{option}: must have at most {TEXT_LIMIT} characters, got {len(value)}: {excerpt(value)}")
    unicode_text(option, value)
    return value


def text(option: str, value: Any) -> None:
    """Refuse what ansible-core would make text of, and what YAML makes of ``no`` without quotes.

    A number is taken: templates make numbers of texts.

    :param option: the option's name, for the message.
    :param value: what the task gives, before it is text.
    :raises BadValue: it is a boolean, a list or a dictionary.
    """
    if isinstance(value, bool):
        raise BadValue(f"{option}: must be text, got the boolean {str(value).lower()}; put it in quotes")
    if isinstance(value, (list, dict)):
        raise BadValue(f"{option}: must be text, got a {'list' if isinstance(value, list) else 'dictionary'}")


def unicode_text(option: str, value: str) -> str:
    """Check a text of which nothing is known but that it is sent, as UTF-8.

    :param option: the option's name, for the message.
    :param value: what the task gives.
    :returns: the value.
    :raises BadValue: it is not Unicode text, which half of a surrogate pair is not.
    """
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise BadValue(f"{option}: must be Unicode text, got {value!a}") from None
    return value


def attributes(value: str, mode: str) -> Any:
    """Check a user's attributes.

    :param value: JSON text.
    :param mode: "replace" or "merge".
    :returns: the parsed object, wrapped in a MergePatch when the mode is "merge".
    :raises BadValue: it is not JSON, or not a JSON object.
    """
    try:
        parsed = json_values.parse(value, refuse_duplicates=True)
    except json_values.NotJson as error:
        raise BadValue(
            f"attributes: must be a JSON object, as a dictionary or as text, got {excerpt(value)}: {error}"
        ) from None
    if not isinstance(parsed, dict):
        raise BadValue(f"attributes: must be a JSON object, as a dictionary or as text, got {excerpt(value)}")
    return MergePatch(parsed) if mode == "merge" else parsed


class Problems:
    """Collects what is wrong, so that a person is told everything at once.

    :param place: names the entry of a list that is being checked, such as "users[3]."; it precedes the option's name.
    """

    def __init__(self, place: str = "") -> None:
        self.messages: list[str] = []
        self._place = place

    def check(self, function: Any, *arguments: Any) -> Any | None:
        """Run a check; keep its complaint.

        :param function: one of the checks of this module.
        :param arguments: what it takes.
        :returns: what the check returns, or None when it complained.
        """
        try:
            return function(*arguments)
        except BadValue as error:
            self.messages.append(f"{self._place}{error}")
            return None

    def raise_any(self) -> None:
        """Raise what was collected.

        :raises BadValue: at least one check complained; the message holds every complaint.
        """
        if self.messages:
            raise BadValue("; ".join(self.messages))
