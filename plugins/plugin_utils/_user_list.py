# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert a list of users (YAML, JSON, CSV, or a list) to the option ``users`` of the modules.

Attributes are converted to JSON text, which preserves numbers exactly and which every ansible-core passes on unchanged.
The module validates most values and reports their indices. Values in CSV are validated here, since only here the line
numbers are known.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..module_utils._resources import json_values
from ..module_utils._resources.definitions import USER
from ..module_utils._resources.messages import place_of
from ..module_utils._resources.validators import ErrorCollector, ValidationError, excerpt
from ._csv_users import COLUMNS, begins_with_delimiter, parse_csv
from ._exact_yaml import parse_yaml_list
from ._messages import describe_type, describe_value, quotes_hint, raise_all, refuse_shortened_number

FORMATS = ("auto", "yaml", "json", "csv")
# The optional key of the list in a file, so that the file can also be used as a variables file.
VARIABLE = "twilio_users"
# Far more than Twilio accepts.
MAX_ATTRIBUTES_SIZE = 1_000_000
# The attributes of a user are in a dictionary, in the list, which may be in a dictionary.
_MAX_DEPTH = json_values.MAX_DEPTH + 3

# The keys of a user that a module returned. An entry with all of those in _ONLY_RETURNED is one.
_RETURNED = frozenset({"id", "attributes_parsed", *USER.result_keys})
_ONLY_RETURNED = frozenset({"id", "sid", "account_sid", "service_sid", "attributes_parsed", "date_created", "url"})

# Ansible decodes invalid UTF-8 to lone surrogates. In UTF-16, one of the first two bytes is usually NUL.
_NOT_UTF_8 = re.compile("[\udc80-\udcff]|^.?\0")
_EMPTY = "holds nothing; an empty list is written as []"
_EMPTY_CSV = "holds nothing; an empty list has the line with the names of the columns"


def to_users(
    value: Any, form: str = "auto", count: int | None = None, ignore_unknown_columns: bool = False
) -> list[dict[str, Any]]:
    """Return the entries for the option ``users``.

    :param value: a list of dictionaries or identities, or its text in YAML, JSON or CSV; except for CSV, the list can
        also be the value of the only key ``twilio_users`` of a dictionary.
    :param form: the format of the text, one of FORMATS.
    :param count: the number of users when the list was read before; None when it was not.
    :param ignore_unknown_columns: leave out columns of CSV with other names, instead of rejecting them.
    :returns: a dictionary for each user; attributes are JSON text.
    :raises ValidationError: the list is invalid; the message lists all errors with their lines or indices.
    """
    users = _users(_decrypted(value), form, ignore_unknown_columns)
    if count is not None and len(users) != count:
        # The limit of deletions was determined from the earlier list.
        raise ValidationError(
            f"{VARIABLE}: the list has changed meanwhile, from {count} to {len(users)} users; run it again"
        )
    return users


def _users(value: Any, form: str, ignore_unknown_columns: bool) -> list[dict[str, Any]]:
    if form not in FORMATS:
        raise ValidationError(f"format: must be one of {', '.join(FORMATS)}, got {excerpt(form)}")
    if not isinstance(value, str):
        return _entries(value)
    text = value.removeprefix("\ufeff")
    if _NOT_UTF_8.search(text):
        raise ValidationError("must be written in UTF-8; in a spreadsheet, choose UTF-8 when saving as CSV")
    if "\0" in text:
        line = len(text[: text.index("\0") + 1].splitlines())
        raise ValidationError(f"line {line}: must not contain a NUL character (U+0000); remove it")
    if not text.strip():
        raise ValidationError(_EMPTY_CSV if form == "csv" else _EMPTY)
    if form == "csv" or (form == "auto" and _begins_as_csv(text)):
        return parse_csv(text, ignore_unknown_columns)
    # JSON is also YAML, but PyYAML reads some numbers as text, such as 1e3.
    return _entries(_from_json(text) if form == "json" or _is_json(text) else parse_yaml_list(text, VARIABLE))


def _decrypted(value: Any) -> Any:
    # ansible-core 2.18 and older represent inline encrypted values by a type that is not str, but a sequence.
    return str(value) if getattr(value, "__ENCRYPTED__", False) else value


def _begins_as_csv(text: str) -> bool:
    if begins_with_delimiter(text):
        return True
    first = text.strip().splitlines()[0]
    # YAML and JSON begin with one of these characters or with a key; the first line of a CSV file does not.
    return first[0] not in "-#%&![{" and not re.search(r":(\s|$)", first)


def _is_json(text: str) -> bool:
    if text.lstrip()[0] not in "[{":
        return False
    try:
        # Python's int() rejects numbers with thousands of digits, which are valid JSON.
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


# Lists


def _entries(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, Mapping) and list(value) == [VARIABLE]:
        value = value[VARIABLE]
    if value is None:
        raise ValidationError(_EMPTY)
    if not isinstance(value, (list, tuple)):
        # Without the value, since it may be a file of secrets.
        raise ValidationError(f"must be a list of users, got {describe_type(value)}")
    errors: list[str] = []
    users = [_entry(index, _decrypted(entry), errors) for index, entry in enumerate(value)]
    raise_all(errors)
    return users


def _entry(index: int, entry: Any, errors: list[str]) -> dict[str, Any]:
    location = place_of("users", index)
    if isinstance(entry, str):
        if len(entry.splitlines()) > 1:
            # With prune, all other users would be deleted.
            errors.append(f"{location}: must be one identity, got a text of several lines; is it a whole list?")
        _check_identity(location, entry, errors)
        return {"identity": entry}
    if not isinstance(entry, Mapping):
        errors.append(
            f"{location}: must be a dictionary, or an identity as text, got {describe_value(entry)}{quotes_hint(entry)}"
        )
        return {}
    if _ONLY_RETURNED.issubset(entry):
        entry = _without_returned(entry)
    # The module reports unknown keys, even with null: {friendly_name: A, B} has the key B.
    user = {name: _decrypted(value) for name, value in entry.items() if value is not None or name not in COLUMNS}
    _check_identity(location, user.get("identity"), errors)
    if isinstance(user.get("identity"), str):
        location = place_of("users", index, excerpt(user["identity"]))
    for name in COLUMNS:
        value = user.get(name)
        if name == "attributes" and value is not None and not isinstance(value, str):
            try:
                user[name] = json_values.dump(_json_value(value, Size()))
            except (ValidationError, RecursionError) as error:
                errors.append(f"{location}.{name}: {error}")
            except ValueError:
                errors.append(f"{location}.{name}: holds a number with too many digits")
        elif name != "attributes" and _is_not_text(value):
            errors.append(f"{location}.{name}: must be text, got {describe_value(value)}{quotes_hint(value)}")
    # The module reports unknown keys. It does not need their values, which may be those of a file of secrets.
    return {name: value if name in COLUMNS else None for name, value in user.items()}


def _without_returned(user: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a user that a module returned. The playbook may have added some, such as a role."""
    entry = {name: value for name, value in user.items() if name in COLUMNS or name not in _RETURNED}
    if entry.get("role") or not entry.get("role_sid"):
        entry.pop("role_sid", None)
    if entry.get("attributes") == "":
        # Attributes that were never set.
        del entry["attributes"]
    return entry


def _check_identity(location: str, identity: Any, errors: list[str]) -> None:
    # The module validates the rest.
    if isinstance(identity, str):
        collector = ErrorCollector(f"{location}.")
        collector.check(refuse_shortened_number, identity)
        errors += collector.messages


def _is_not_text(value: Any) -> bool:
    # These types are listed, since ansible-core has text types that are not str.
    return isinstance(value, (bool, int, float, Decimal, date, Mapping, list, tuple))


class Size:
    """The number of characters and values of a user's attributes so far."""

    def __init__(self) -> None:
        self._size = 0

    def add(self, value: Any) -> None:
        """Count a value without its children.

        :raises ValidationError: there are too many. Ansible's own YAML aliases can make attributes so large.
        """
        self._size += 1 + (len(value) if isinstance(value, str) else 0)
        if self._size > MAX_ATTRIBUTES_SIZE:
            raise ValidationError(f"must not have more than {MAX_ATTRIBUTES_SIZE:,} characters and values")


def _json_value(value: Any, size: Size) -> Any:
    """Convert a value to one that JSON can represent.

    :raises ValidationError: JSON cannot represent it.
    """
    size.add(value)
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise ValidationError(f"a key must be text, got {describe_value(name)}{quotes_hint(name)}")
        return {name: _json_value(child, size) for name, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(child, size) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError(f"{value} is not a number that JSON has")
    if isinstance(value, date):
        raise ValidationError(f"must hold what JSON has, got {describe_value(value)}{quotes_hint(value)}")
    return value if value is None or isinstance(value, (bool, int, float, Decimal, str)) else str(value)


# JSON


def _from_json(text: str) -> Any:
    try:
        return json_values.parse(text, refuse_duplicates=True, max_depth=_MAX_DEPTH)
    except json_values.NotJson as error:
        raise ValidationError(f"must be JSON: {error}") from None
