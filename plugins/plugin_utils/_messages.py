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

# A message names this many errors.
MAX_ERRORS_IN_MESSAGE = 20


def raise_all(errors: Sequence[str]) -> None:
    """Raise the errors as one.

    :param errors: the messages.
    :raises ValidationError: there is at least one.
    """
    if errors:
        others = len(errors) - MAX_ERRORS_IN_MESSAGE
        more = f"; and {others} more mistakes" if others > 0 else ""
        raise ValidationError("; ".join(errors[:MAX_ERRORS_IN_MESSAGE]) + more)


def describe_value(value: Any) -> str:
    """Return the type of a value, and the value where it is a scalar.

    :param value: the value.
    """
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    for types, name in (((int, float, Decimal), "number"), (date, "date"), (str, "text")):
        if isinstance(value, types):
            return f"the {name} {excerpt(value) if name == 'text' else excerpt(value)[1:-1]}"
    return "nothing" if value is None else "a dictionary" if isinstance(value, Mapping) else "a list"


def quotes_hint(value: Any) -> str:
    """Return the advice to quote a value, where quotes would make text of it.

    :param value: the value.
    """
    return "" if isinstance(value, (Mapping, list, tuple)) or value is None else "; put it in quotes"
