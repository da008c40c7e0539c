# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages about values of a list of users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ..module_utils._resources.validators import ValidationError, excerpt

# The maximum number of errors in a message.
MAX_ERRORS_IN_MESSAGE = 20


def raise_all(errors: Sequence[str]) -> None:
    """Raise all errors as one error.

    :param errors: the messages.
    :raises ValidationError: there is at least one error.
    """
    if errors:
        others = len(errors) - MAX_ERRORS_IN_MESSAGE
        more = f"; and {others} more mistakes" if others > 0 else ""
        raise ValidationError("; ".join(errors[:MAX_ERRORS_IN_MESSAGE]) + more)


def describe_value(value: Any) -> str:
    """Describe a value for an error message.

    :param value: the value.
    :returns: its type, and the value itself if it is a scalar.
    """
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    for types, name in (((int, float, Decimal), "number"), (date, "date"), (str, "text")):
        if isinstance(value, types):
            return f"the {name} {excerpt(value) if name == 'text' else excerpt(value)[1:-1]}"
    return "nothing" if value is None else "a dictionary" if isinstance(value, Mapping) else "a list"


def quotes_hint(value: Any) -> str:
    """Return a hint to quote a value, if that would make it text.

    :param value: the value.
    :returns: the hint, or an empty string.
    """
    return "" if isinstance(value, (Mapping, list, tuple)) or value is None else "; put it in quotes"
