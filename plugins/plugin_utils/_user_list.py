# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert lists of users as people keep them (YAML, JSON, CSV, a list) to the option ``users`` of the modules.

Attributes become JSON text, in which numbers are exact, and which every ansible-core passes on as it is. Errors that
the module finds by itself, and names by their index, are left to it; a line of a CSV file it could not name.
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
# The key that a file may have around its list, so that it can be a file of variables too.
VARIABLE = "twilio_users"

# What Ansible makes of bytes that are not UTF-8, and the zeros of UTF-16.
_NOT_UTF_8 = re.compile("[\udc80-\udcff\0]")
_EMPTY = "holds nothing; an empty list is written as []"
_EMPTY_CSV = "holds nothing; an empty list has the line with the names of the columns"


def to_users(value: Any, form: str = "auto", count: int | None = None) -> list[dict[str, Any]]:
    """Return the entries for the option ``users``.

    :param value: a list of dictionaries or identities; text of one, as YAML, JSON or CSV; or a dictionary with the one
        key ``twilio_users`` and such a list, also as text.
    :param form: how the text is written, one of FORMATS.
    :param count: how many users there were when the list was looked at before; None when it was not.
    :returns: a dictionary for each user; attributes are JSON text.
    :raises ValidationError: it is no such list; the message names every error, by its line or its index.
    """
    users = _users(_decrypted(value), form)
    if count is not None and len(users) != count:
        # The guards against deletions were worked out from what was there before.
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
    # JSON is YAML too, but PyYAML takes some of its numbers for text, such as 1e3.
    return _entries(_from_json(text) if form == "json" or _is_json(text) else parse_yaml(text))


def _decrypted(value: Any) -> Any:
    # ansible-core 2.18 and older keep what is encrypted inline in something that is no text, but a sequence.
    return str(value) if getattr(value, "__ENCRYPTED__", False) else value


def _begins_as_csv(text: str) -> bool:
    first = text.strip().splitlines()[0]
    # A list in YAML or JSON begins with one of these, or with a key; the first line of a CSV file has none of them.
    return first[0] not in "-#%&![{" and not re.search(r":(\s|$)", first)


def _is_json(text: str) -> bool:
    if text.lstrip()[0] not in "[{":
        return False
    try:
        # A number of thousands of digits is JSON too.
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
            # With prune, all others would be deleted.
            errors.append(f"{location}: must be one identity, got a text of several lines; is it a whole list?")
        return {"identity": entry}
    if not isinstance(entry, Mapping):
        errors.append(
            f"{location}: must be a dictionary, or an identity as text, got {describe_value(entry)}{quotes_hint(entry)}"
        )
        return {}
    # A key that is not known is the module's to name, also without a value: in {friendly_name: A, B}, B is one.
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
    # A key that is not known may hold what ansible-core cannot hand on to the module, which is to name it.
    return {name: value if name in COLUMNS or value is None else str(value) for name, value in user.items()}


def _is_not_text(value: Any) -> bool:
    # Named one by one, since ansible-core has texts that are not str.
    return isinstance(value, (bool, int, float, Decimal, date, Mapping, list, tuple))


def _json_value(value: Any) -> Any:
    """Check that a value is one that JSON has."""
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
