# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON for the attributes of users: exact numbers, exact comparison, merge patch.

Numbers are parsed as :class:`decimal.Decimal`, since a float would make 9007199254740993 equal to 9007199254740992.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

# Enough for any sensible attributes, and below the recursion limit of every supported Python.
MAX_DEPTH = 100


class NotJson(ValueError):
    """The text is not JSON (RFC 8259), or is JSON that this collection does not support; the message has the reason."""


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON number")


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Many users have the same keys.
    result = {sys.intern(name): value for name, value in pairs}
    if len(result) != len(pairs):
        counts = Counter(name for name, _value in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise NotJson(f"it names the key {twice!r} twice")
    return result


# Made once, since that takes as long as to decode a short text.
DECODER = json.JSONDecoder(parse_int=Decimal, parse_float=Decimal, parse_constant=_refuse_constant)
STRICT_DECODER = json.JSONDecoder(
    parse_int=Decimal,
    parse_float=Decimal,
    parse_constant=_refuse_constant,
    object_pairs_hook=_object_without_duplicates,
)


def parse(text: str, refuse_duplicates: bool = False, max_depth: int = MAX_DEPTH) -> Any:
    """Parse JSON text with exact numbers.

    :param text: JSON text.
    :param refuse_duplicates: reject objects with duplicate keys, whose meaning RFC 8259 section 4 does not define. For
        user input; in text from Twilio, the last one wins.
    :param max_depth: the number of levels that the value may have.
    :returns: the value; every number is a Decimal.
    :raises NotJson: the text is not JSON, contains NaN or Infinity, or has too many levels.
    """
    try:
        value = (STRICT_DECODER if refuse_duplicates else DECODER).decode(text)
    except InvalidOperation:
        raise NotJson("it holds a number with an exponent that is out of range") from None
    except RecursionError:
        raise NotJson(f"it nests more than {max_depth} levels") from None
    except ValueError as error:
        raise NotJson(str(error)) from None
    _refuse_depth(value, max_depth, max_depth)
    return value


def _refuse_depth(value: Any, left: int, max_depth: int) -> None:
    if not isinstance(value, (dict, list)):
        return
    if left == 0:
        raise NotJson(f"it nests more than {max_depth} levels")
    for child in value.values() if isinstance(value, dict) else value:
        _refuse_depth(child, left - 1, max_depth)


def dump(value: Any) -> str:
    """Serialize a parsed value as compact JSON text.

    :param value: as :func:`parse` returns it.
    :returns: JSON text without white space between tokens. Non-ASCII characters are kept, except lone surrogates: UTF-8
        cannot encode them, so they are escaped.
    """
    if isinstance(value, dict):
        return "{" + ",".join(f"{_dump_text(name)}:{dump(child)}" for name, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(child) for child in value) + "]"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return _dump_text(value)
    return json.dumps(value)


def _dump_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=not _is_unicode(text))


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def equal(one: Any, other: Any) -> bool:
    """Return whether two parsed values are the same JSON value.

    :param one: as :func:`parse` returns it.
    :param other: as :func:`parse` returns it.
    :returns: whether they are equal: objects regardless of the order of keys, numbers by their exact value (1 equals
        1.0), booleans never equal to numbers.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(child, other[name]) for name, child in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(equal(*pair) for pair in zip(one, other))
    return type(one) is type(other) and bool(one == other)


def contains(whole: Any, part: Any) -> bool:
    """Return whether a parsed value contains another one.

    :param whole: as :func:`parse` returns it.
    :param part: as :func:`parse` returns it.
    :returns: for objects, whether the whole one has all keys of the other with values that contain the other's; for
        other values, whether they are equal.
    """
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and contains(whole[name], child) for name, child in part.items()
        )
    return equal(whole, part)


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch, as RFC 7396 section 2 defines it.

    :param target: the value to patch; it is not changed.
    :param patch: the patch; keys with null are removed, objects are merged, all other values replace the old ones.
    :returns: the patched value.
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def to_plain(value: Any) -> Any:
    """Convert a parsed value to types that an Ansible result can contain.

    :param value: as :func:`parse` returns it.
    :returns: the value with int and float for numbers. A number that a float cannot represent exactly, or an integer of
        more than 300 digits, becomes text, so that a diff never shows two different values as equal. Lone surrogates
        are escaped.
    """
    if isinstance(value, dict):
        return {_plain_text(name): to_plain(child) for name, child in value.items()}
    if isinstance(value, list):
        return [to_plain(child) for child in value]
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, str):
        return _plain_text(value)
    return value


def _plain_text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain_number(number: Decimal) -> int | float | str:
    if not number:
        return 0
    if abs(number.adjusted()) > 300:
        return str(number)
    if number == number.to_integral_value() and "." not in str(number):
        return int(number)
    approximation = float(number)
    return approximation if Decimal(repr(approximation)) == number else str(number)
