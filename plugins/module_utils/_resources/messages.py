# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compose messages: a list of errors in a bounded length, names that are similar, text that a terminal can show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

MAX_ERRORS = 20
MAX_LENGTH = 4000
# The maximum number of further places of an error that several entries have.
MAX_PLACES = 5
# The minimum similarity of a suggested name, from 0 (nothing in common) to 1 (identical).
MIN_SIMILARITY = 0.8

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
# The place of an error in a list or in a file, as place_of() and the parsers of files write it.
_PLACE = re.compile(rf"\w+\[\d+\](?: \((?:{_QUOTED})\))?|line \d+")
# Control characters can move the cursor, change colours or forge lines of a terminal; directional ones reorder text.
_NOT_PRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Escape the characters of a text that could do something to a terminal besides showing them.

    :param text: the text, of which parts may come from Twilio.
    :returns: the text with control characters, line breaks, directional characters and lone surrogates escaped.
    """
    return _NOT_PRINTABLE.sub(lambda match: repr(match[0])[1:-1], text)


def limited(text: str, length: int = MAX_LENGTH) -> str:
    """Shorten a text that is too long for a message.

    :param text: the text.
    :param length: the maximum number of characters.
    :returns: the text, or its beginning and three dots.
    """
    return text if len(text) <= length else text[: length - 3] + "..."


def place_of(option: str, index: int, name: str | None = None) -> str:
    """Name an entry of a list.

    :param option: the name of the option that is the list.
    :param index: the index of the entry.
    :param name: the name of the entry, such as the identity of a user, as :func:`~.validators.excerpt` formats it; None
        if it has none.
    :returns: such as "users[7] ('alice')".
    """
    return f"{option}[{index}]" + (f" ({name})" if name else "")


def summarize(errors: Sequence[str]) -> str:
    """Combine errors to one message of limited length.

    :param errors: the errors, each with its place, such as "users[7] ('alice').role: must be ...".
    :returns: the errors, each one once with some of its places; the number of those that are left out.
    """
    places: dict[str, list[str]] = {}
    for error in errors:
        match = _PLACE.match(error)
        end = match.end() if match else 0
        places.setdefault(error[end:], []).append(error[:end])
    shown: list[str] = []
    left = len(errors)
    for what, where in places.items():
        part = limited(where[0] + what + _others(where[1:]))
        if len(shown) == MAX_ERRORS or (shown and sum(map(len, shown)) + len(part) > MAX_LENGTH):
            break
        shown.append(part)
        left -= len(where)
    more = f"; and {left} more mistake{'' if left == 1 else 's'}" if left else ""
    return "; ".join(shown) + more


def _others(places: Sequence[str]) -> str:
    # Without a place, the same error is just repeated.
    named = [place for place in dict.fromkeys(places) if place]
    if not named:
        return ""
    more = len(named) - MAX_PLACES
    return f" (the same for {', '.join(named[:MAX_PLACES])}{f' and {more} more' if more > 0 else ''})"


def similar_name(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that an unknown one may stand for.

    :param name: the unknown name.
    :param known: the known names, in snake_case.
    :returns: the known name that differs in case, hyphens or blanks only, such as friendly_name for friendlyName; else
        the most similar one; None if there is none.
    """
    candidates = list(known)
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-\s]+", "_", name.strip()).lower()
    found = [plain] if plain in candidates else get_close_matches(plain, candidates, 1, MIN_SIMILARITY)
    return found[0] if found else None


def suggestion(unknown: Iterable[str], known: Iterable[str]) -> str:
    """Return a hint for unknown names.

    :param unknown: the unknown names.
    :param known: the known names.
    :returns: a sentence such as " Did you mean friendly_name instead of friendlyName?"; empty if no name is similar.
    """
    candidates = list(known)
    pairs = ((similar_name(name, candidates), name) for name in sorted(unknown))
    hints = [f"{similar} instead of {name}" for similar, name in pairs if similar is not None]
    return f" Did you mean {' and '.join(hints[:MAX_PLACES])}?" if hints else ""
