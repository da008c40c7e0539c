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
from ..module_utils._resources.validators import ValidationError, excerpt
from ._csv_users import COLUMNS, parse_csv
from ._exact_yaml import parse_yaml
from ._messages import describe_value, quotes_hint, raise_all

FORMATS = ("auto", "yaml", "json", "csv")
# The optional key of the list in a file, so that the file can also be used as a variables file.
VARIABLE = "twilio_users"

# Ansible decodes invalid UTF-8 to lone surrogates. NUL characters are a sign of UTF-16.
_NOT_UTF_8 = re.compile("[\udc80-\udcff\0]")
_EMPTY = "holds nothing; an empty list is written as []"
_EMPTY_CSV = "holds nothing; an empty list has the line with the names of the columns"


def to_users(value: Any, form: str = "auto", count: int | None = None) -> list[dict[str, Any]]:
    """Return the entries for the option ``users``.

    :param value: a list of dictionaries or identities, or its text in YAML, JSON or CSV; except for CSV, the list can
        also be the value of the only key ``twilio_users`` of a dictionary.
    :param form: the format of the text, one of FORMATS.
    :param count: the number of users when the list was read before; None when it was not.
    :returns: a dictionary for each user; attributes are JSON text.
    :raises ValidationError: the list is invalid; the message lists all errors with their lines or indices.
    """
    users = _users(_decrypted(value), form)
    if count is not None and len(users) != count:
        # The limit of deletions was determined from the earlier list.
        raise ValidationError(
            f"{VARIABLE}: the list has changed meanwhile, from {count} to {len(users)} users; run it again"
        )
    return users


def _users(value: Any, form: str) -> list[dict[str, Any]]:
    if form not in FORMATS:
        raise ValidationError(f"format: must be one of {', '.join(FORMATS)}, got {excerpt(form)}")
    if not isinstance(value, str):
        return _entries(value)
    text = value.removeprefix("\ufeff")
    if _NOT_UTF_8.search(text):
        raise ValidationError("must be written in UTF-8; in a spreadsheet, choose UTF-8 when saving as CSV")
    if not text.strip():
        raise ValidationError(_EMPTY_CSV if form == "csv" else _EMPTY)
    if form == "csv" or (form == "auto" and _begins_as_csv(text)):
        return parse_csv(text)
    # JSON is also YAML, but PyYAML reads some numbers as text, such as 1e3.
    return _entries(_from_json(text) if form == "json" or _is_json(text) else parse_yaml(text))


def _decrypted(value: Any) -> Any:
    # ansible-core 2.18 and older represent inline encrypted values by a type that is not str, but a sequence.
    return str(value) if getattr(value, "__ENCRYPTED__", False) else value


def _begins_as_csv(text: str) -> bool:
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
        raise ValidationError(f"must be a list of users, got {describe_value(value)}")
    errors: list[str] = []
    users = [_entry(f"users[{index}]", _decrypted(entry), errors) for index, entry in enumerate(value)]
    raise_all(errors)
    return users


def _entry(location: str, entry: Any, errors: list[str]) -> dict[str, Any]:
    if isinstance(entry, str):
        if len(entry.splitlines()) > 1:
            # With prune, all other users would be deleted.
            errors.append(f"{location}: must be one identity, got a text of several lines; is it a whole list?")
        return {"identity": entry}
    if not isinstance(entry, Mapping):
        errors.append(
            f"{location}: must be a dictionary, or an identity as text, got {describe_value(entry)}{quotes_hint(entry)}"
        )
        return {}
    # The module reports unknown keys, even with null: {friendly_name: A, B} has the key B.
    user = {name: _decrypted(value) for name, value in entry.items() if value is not None or name not in COLUMNS}
    for name in COLUMNS:
        value = user.get(name)
        if name == "attributes" and value is not None and not isinstance(value, str):
            try:
                user[name] = json_values.dump(_json_value(value))
            except (ValidationError, RecursionError) as error:
                errors.append(f"{location}.{name}: {error}")
            except ValueError:
                errors.append(f"{location}.{name}: holds a number with too many digits")
        elif name != "attributes" and _is_not_text(value):
            errors.append(f"{location}.{name}: must be text, got {describe_value(value)}{quotes_hint(value)}")
    # Values of unknown keys are converted to text, so that ansible-core can pass them to the module, which reports the
    # keys.
    return {name: value if name in COLUMNS or value is None else str(value) for name, value in user.items()}


def _is_not_text(value: Any) -> bool:
    # These types are listed, since ansible-core has text types that are not str.
    return isinstance(value, (bool, int, float, Decimal, date, Mapping, list, tuple))


def _json_value(value: Any) -> Any:
    """Convert a value to one that JSON can represent.

    :raises ValidationError: JSON cannot represent it.
    """
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise ValidationError(f"a key must be text, got {describe_value(name)}{quotes_hint(name)}")
        return {name: _json_value(child) for name, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(child) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError(f"{value} is not a number that JSON has")
    if isinstance(value, date):
        raise ValidationError(f"must hold what JSON has, got {describe_value(value)}{quotes_hint(value)}")
    return value if value is None or isinstance(value, (bool, int, float, Decimal, str)) else str(value)


# JSON


def _from_json(text: str) -> Any:
    try:
        return json_values.parse(text, refuse_duplicates=True)
    except json_values.NotJson as error:
        raise ValidationError(f"must be JSON: {error}") from None
