# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request parameters: taken one by one, so that what is left over is known to be unknown."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import bad_parameter

Pairs = Sequence["tuple[str, str]"]


class Params:
    """The parameters of one request, checked against those the operation has."""

    def __init__(self, pairs: Pairs, known: Sequence[str], arrays: Sequence[str] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in known and name not in arrays:
                raise bad_parameter(f"Parameter '{name}' is not valid")
            self._values.setdefault(name, []).append(value)
        for name, values in self._values.items():
            if name not in arrays and len(values) > 1:
                raise bad_parameter(f"Parameter '{name}' is given more than once")

    def __bool__(self) -> bool:
        return bool(self._values)

    def names(self) -> list[str]:
        """The names given."""
        return list(self._values)

    def text(self, name: str) -> str | None:
        """One value, None when it is not given."""
        values = self._values.get(name)
        return values[0] if values else None

    def required(self, name: str) -> str:
        """One value that must be given, if only as the first of several."""
        values = self._values.get(name)
        if not values:
            raise bad_parameter(f"Missing required parameter {name} in the post body")
        return values[0]

    def texts(self, name: str) -> list[str]:
        """All values of a parameter that repeats."""
        return list(self._values.get(name, ()))

    def number(self, name: str) -> int | None:
        """A whole number."""
        text = self.text(name)
        if text is None:
            return None
        return as_number(name, text)


def as_number(name: str, text: str) -> int:
    """Text to a whole number, refused as Twilio refuses a wrong type."""
    # int() alone would take " 1", "1_0" and digits of other scripts.
    digits = text[1:] if text.startswith("-") else text
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise bad_parameter(f"Parameter '{name}' is not a number")
    return int(text)


def as_bool(name: str, text: str) -> bool:
    """Text to a boolean: `true` or `false` and nothing else."""
    if text not in ("true", "false"):
        raise bad_parameter(f"Parameter '{name}' is not true or false")
    return text == "true"
