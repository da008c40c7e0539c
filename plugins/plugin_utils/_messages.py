# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages about values of a list of users."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ..module_utils._resources.messages import summarize
from ..module_utils._resources.validators import ValidationError, excerpt

_SHORTENED_NUMBER = re.compile(r"[+-]?\d([.,]\d+)?E[+-]\d{2,3}")
SPREADSHEET_HINT = (
    "a spreadsheet has shortened a number; format the column as text there, enter it again, and export the list again"
)


def raise_all(errors: Sequence[str]) -> None:
    """Raise all errors as one error.

    :param errors: the messages.
    :raises ValidationError: there is at least one error; the message lists them, see
        :func:`~..module_utils._resources.messages.summarize`.
    """
    if errors:
        raise ValidationError(summarize(errors))


_TYPES = ((int, float, Decimal), "number"), (date, "date"), (str, "text")


def describe_type(value: Any) -> str:
    """Describe the type of a value for an error message, without the value.

    :param value: the value.
    :returns: the type.
    """
    if isinstance(value, bool):
        return "a boolean"
    for types, name in _TYPES:
        if isinstance(value, types):
            return name if name == "text" else f"a {name}"
    return "nothing" if value is None else "a dictionary" if isinstance(value, Mapping) else "a list"


def describe_value(value: Any) -> str:
    """Describe a value for an error message.

    :param value: the value.
    :returns: its type, and the value itself if it is a scalar.
    """
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    for types, name in _TYPES:
        if isinstance(value, types):
            return f"the {name} {excerpt(value) if name == 'text' else excerpt(value)[1:-1]}"
    return describe_type(value)


def quotes_hint(value: Any) -> str:
    """Return a hint how a value becomes text.

    :param value: the value.
    :returns: the hint to quote it, or that a spreadsheet has shortened it; an empty string if it cannot become text.
    """
    if isinstance(value, (Mapping, list, tuple)) or value is None:
        return ""
    return f"; {SPREADSHEET_HINT}" if _SHORTENED_NUMBER.fullmatch(str(value)) else "; put it in quotes"


def refuse_shortened_number(identity: str) -> None:
    """Reject an identity that a spreadsheet has replaced: ``1.55512E+10`` was a phone number.

    :param identity: the identity.
    :raises ValidationError: it is a number with an exponent, as spreadsheets write it.
    """
    if _SHORTENED_NUMBER.fullmatch(identity):
        raise ValidationError(f"identity: must be complete, got {excerpt(identity)}; {SPREADSHEET_HINT}")
