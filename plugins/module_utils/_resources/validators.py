# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate the values of options before any request. Each validator returns the value to use, or raises an error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from . import json_values
from .field_types import MergePatch
from .messages import summarize

_SID = "[0-9a-fA-F]{32}"
_IMPORT_ID = re.compile(f"/Services/(IS{_SID})/Users/(US{_SID})")
MAX_TEXT_LENGTH = 256

# C0, DEL, C1, and the separators of lines and paragraphs.
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
# Not white space in Unicode, but as invisible, and easily copied along with text.
_WITHOUT_WIDTH = "\u200b\u2060\ufeff"
QUOTES_HINT = "put it in quotes, a leading + or zeros are lost"


class ValidationError(ValueError):
    """Twilio would not accept a value; the message names the option, the value, and what is expected."""


def excerpt(value: Any, of_end: bool = False) -> str:
    """Format a value for an error message.

    :param value: the value.
    :param of_end: keep the end of a long text, not its beginning.
    :returns: its text, quoted, shortened to 80 characters, with control characters escaped.
    """
    text = str(value)
    if len(text) > 80:
        text = "..." + text[-77:] if of_end else text[:77] + "..."
    return repr(text)


def is_sid(prefix: str, value: str) -> bool:
    """Return whether a value is a SID with this prefix.

    :param prefix: two capital letters, such as "IS".
    :param value: the text.
    :returns: whether it is the prefix and 32 hexadecimal digits (the pattern in Twilio's OpenAPI documents).
    """
    return re.fullmatch(prefix + _SID, value) is not None


def sid(option: str, prefix: str, value: str) -> str:
    """Validate a SID.

    :param option: the option's name, for the message.
    :param prefix: two capital letters, such as "IS".
    :param value: the value of the option.
    :returns: the value.
    :raises ValidationError: it is not the prefix and 32 hexadecimal digits.
    """
    if not is_sid(prefix, value):
        raise ValidationError(f"{option}: must be {prefix} followed by 32 hexadecimal digits, got {excerpt(value)}")
    return value


class ImportId(NamedTuple):
    """An import ID of Terraform: its text, and the SIDs in it."""

    text: str
    service_sid: str
    user_sid: str

    def require_service(self, service_sid: str) -> None:
        """Check that the import ID contains the service of the task.

        :param service_sid: the SID of the service.
        :raises ValidationError: the import ID contains another service.
        """
        if self.service_sid.lower() != service_sid.lower():
            raise ValidationError(
                f"sid: the import ID {self.text!r} names another service than service_sid, which is {service_sid!r}"
            )


def user_sid(value: str) -> str | ImportId:
    """Validate the option ``sid`` of a user: a SID, or an import ID of Terraform.

    :param value: US and 32 hexadecimal digits, or /Services/IS.../Users/US...
    :returns: the SID, or the parsed import ID.
    :raises ValidationError: it is neither.
    """
    match = _IMPORT_ID.fullmatch(value)
    if match is not None:
        return ImportId(value, *match.groups())
    if not is_sid("US", value):
        raise ValidationError(
            "sid: must be US followed by 32 hexadecimal digits, or an import ID"
            f" /Services/IS.../Users/US..., got {excerpt(value)}"
        )
    return value


def identity(value: str) -> str:
    """Validate a user's identity.

    Twilio's error dictionary: 50204 (missing), 50206 (must not look like a user SID), 50207 (at most 256 characters).

    :param value: the value of the option.
    :returns: the value.
    :raises ValidationError: it is empty, too long, looks like a user SID, is not Unicode text, begins or ends with
        white space, or contains a control character.
    """
    if not value:
        raise ValidationError("identity: must not be empty")
    if is_sid("US", value):
        raise ValidationError(f"identity: must not look like a user SID, got {value!r}; use the option sid for a SID")
    _text("identity", value)
    return _visible("identity", value, "a user that really has this identity can be addressed by its SID")


def name(option: str, value: str) -> str:
    """Validate the name of a service or a role. Its length is left to Twilio.

    :param option: the option's name, for the message.
    :param value: the value of the option.
    :returns: the value.
    :raises ValidationError: it is empty, is not Unicode text, begins or ends with white space, or contains a control
        character.
    """
    _not_empty(option, value)
    return _visible(option, value, "a service or role that really has this name can be addressed by its SID")


def _not_empty(option: str, value: str) -> None:
    if not value:
        raise ValidationError(f"{option}: must not be empty")
    unicode_text(option, value)


def _visible(option: str, value: str, way_out: str) -> str:
    """Refuse a name that looks like another one: it would be created besides the other, or would not be found."""
    for place, character in (("begin", value[0]), ("end", value[-1])):
        if character.isspace() or character in _WITHOUT_WIDTH:
            shown = excerpt(value, of_end=place == "end")
            raise ValidationError(f"{option}: must not {place} with white space, got {shown}; {way_out}")
    control = _CONTROL.search(value)
    if control is not None:
        raise ValidationError(
            f"{option}: must not contain the control character {control[0]!r}, got {excerpt(value)}; {way_out}"
        )
    return value


def names(option: str, values: Sequence[str]) -> Sequence[str]:
    """Validate a list of names, such as permissions or webhook filters.

    Twilio does not document how to send an empty list: an empty repeated parameter would not be sent at all.

    :param option: the option's name, for the message.
    :param values: what the task gives.
    :returns: the values.
    :raises ValidationError: the list is empty, or a name is empty or not Unicode text.
    """
    if not values:
        raise ValidationError(f"{option}: must not be empty; Twilio's API has no way to send an empty list")
    for index, value in enumerate(values):
        _not_empty(f"{option}[{index}]", value)
    return values


def number(option: str, value: int, low: int, high: int | None) -> int:
    """Validate a whole number.

    :param option: the option's name, for the message.
    :param value: the value of the option.
    :param low: the minimum.
    :param high: the maximum; None for no maximum.
    :returns: the value.
    :raises ValidationError: it is out of bounds.
    """
    if value < low or (high is not None and value > high):
        bounds = f"{low} or more" if high is None else f"from {low} to {high}"
        raise ValidationError(f"{option}: must be {bounds}, got {value}")
    return value


def friendly_name(value: str) -> str:
    """Validate a friendly name: at most 256 characters (Twilio's error 50003); an empty one clears it.

    :param value: the value of the option.
    :returns: the value.
    :raises ValidationError: it is too long, or is not Unicode text.
    """
    return _text("friendly_name", value)


def _text(option: str, value: str) -> str:
    if len(value) > MAX_TEXT_LENGTH:
        raise ValidationError(
            f"{option}: must have at most {MAX_TEXT_LENGTH} characters, got {len(value)}: {excerpt(value)}"
        )
    unicode_text(option, value)
    return value


def text(option: str, value: Any) -> None:
    """Reject values that ansible-core would silently convert to text, such as the boolean that YAML reads from ``no``.

    A number is accepted, since templates may convert text to numbers.

    :param option: the option's name, for the message.
    :param value: the value of the option, before its conversion to text.
    :raises ValidationError: it is a boolean, a list or a dictionary.
    """
    if isinstance(value, bool):
        raise ValidationError(f"{option}: must be text, got the boolean {str(value).lower()}; put it in quotes")
    if isinstance(value, (list, dict)):
        raise ValidationError(f"{option}: must be text, got a {'list' if isinstance(value, list) else 'dictionary'}")


def key_text(option: str, value: Any, deletes: bool, is_named: bool = False) -> str | None:
    """Reject a key that YAML or a template does not give as text, since the text of a number may be another key.

    :param option: the option's name, for the message.
    :param value: the value of the option, before its conversion to text.
    :param deletes: whether the task deletes something.
    :param is_named: whether ``option`` already contains the value, so that the message does not have to.
    :returns: a warning if it is a whole number, whose text is used; None if it is text or not set.
    :raises ValidationError: it is not text; a whole number is accepted unless the task deletes something.
    """
    text(option, value)
    if isinstance(value, float):
        raise ValidationError(f"{option}: must be text, got the number {value}; put it in quotes")
    if not isinstance(value, int):
        return None
    if deletes:
        got = "a number" if is_named else f"the number {value}"
        raise ValidationError(f"{option}: must be text in a task that deletes something, got {got}; {QUOTES_HINT}")
    what = "is a number, used as text" if is_named else f"{value} is a number, used as the text '{value}'"
    return f"{option}: {what}; {QUOTES_HINT}"


def unicode_text(option: str, value: str) -> str:
    """Validate text that is sent as UTF-8, without other restrictions.

    :param option: the option's name, for the message.
    :param value: the value of the option.
    :returns: the value.
    :raises ValidationError: it is not Unicode text, since it contains a lone surrogate.
    """
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValidationError(f"{option}: must be Unicode text, got {value!a}") from None
    return value


def attributes(value: str, mode: str) -> Any:
    """Validate a user's attributes.

    :param value: JSON text.
    :param mode: "replace" or "merge".
    :returns: the parsed object, wrapped in a MergePatch when the mode is "merge".
    :raises ValidationError: it is not JSON, or not a JSON object.
    """
    parsed = json_object("attributes", value)
    return MergePatch(parsed) if mode == "merge" else parsed


def json_object(option: str, value: str) -> dict[str, Any]:
    """Validate a JSON object.

    :param option: the option's name, for the message.
    :param value: JSON text.
    :returns: the parsed object.
    :raises ValidationError: it is not JSON, or not a JSON object.
    """
    message = f"{option}: must be a JSON object, as a dictionary or as text, got {excerpt(value)}"
    try:
        parsed = json_values.parse(value, refuse_duplicates=True)
    except json_values.NotJson as error:
        raise ValidationError(f"{message}: {error}") from None
    if not isinstance(parsed, dict):
        raise ValidationError(message)
    return parsed


class ErrorCollector:
    """Collects all errors, so that they are reported together.

    :param prefix: the prefix of the option's name in messages, such as "users[3]." for an entry of a list.
    """

    def __init__(self, prefix: str = "") -> None:
        self.messages: list[str] = []
        self._prefix = prefix

    def check(self, function: Any, *arguments: Any, **named: Any) -> Any | None:
        """Call a validator, and collect its error.

        :param function: a validator, such as those of this module.
        :param arguments: its arguments.
        :param named: its keyword arguments.
        :returns: the validator's return value, or None when it raised a ValidationError.
        """
        try:
            return function(*arguments, **named)
        except ValidationError as error:
            self.messages.append(f"{self._prefix}{error}")
            return None

    def raise_any(self) -> None:
        """Raise all collected errors as one error.

        :raises ValidationError: there is at least one error; the message lists them, see :func:`~.messages.summarize`.
        """
        if self.messages:
            raise ValidationError(summarize(self.messages))
