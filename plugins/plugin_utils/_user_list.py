# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of users as people keep them (YAML, JSON, CSV, a list) to what the option ``users`` takes.

Attributes become JSON text, in which numbers are exact, and which every ansible-core hands on as it is. What the module
finds wrong by itself, and names by its index, is left to it; a line of a CSV file it could not name.
"""

from __future__ import annotations

import contextlib
import csv
import gc
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from ..module_utils._resources import json_values, validators
from ..module_utils._resources.validators import ValidationError, excerpt

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same, only slower

FORMATS = ("auto", "yaml", "json", "csv")
COLUMNS = ("identity", "friendly_name", "role", "role_sid", "attributes", "attributes_mode")
MODES = ("replace", "merge")
DELIMITERS = ",;\t"
# The key that a file may have around its list, so that it can be a file of variables too.
VARIABLE = "twilio_users"
# How many mistakes a message tells of.
MAX_FAILURES_IN_MESSAGE = 20

# What Ansible makes of bytes that are not UTF-8, and the zeros of UTF-16.
_NOT_UTF_8 = re.compile("[\udc80-\udcff\0]")
_NOTHING = "holds nothing; an empty list is written as []"
_NO_LINE = "holds nothing; an empty list has the line with the names of the columns"


def to_users(value: Any, form: str = "auto", count: int | None = None) -> list[dict[str, Any]]:
    """Give the entries for the option ``users``.

    :param value: a list of dictionaries or identities; text of one, as YAML, JSON or CSV; or a dictionary with the one
        key ``twilio_users`` and such a list, also as text.
    :param form: how the text is written, one of FORMATS.
    :param count: how many users there were when the list was looked at before; None when it was not.
    :returns: a dictionary for each user; attributes are JSON text.
    :raises ValidationError: it is no such list; the message names every mistake, by its line or its index.
    """
    users = _users(_plain(value), form)
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
        raise ValidationError(_NO_LINE if form == "csv" else _NOTHING)
    if form == "csv" or (form == "auto" and _begins_as_csv(text)):
        return _from_csv(text)
    # JSON is YAML too, but PyYAML takes some of its numbers for text, such as 1e3.
    return _entries(_from_json(text) if form == "json" or _is_json(text) else _from_yaml(text))


def _plain(value: Any) -> Any:
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


def _raise_any(errors: Sequence[str]) -> None:
    if errors:
        more = (
            f"; and {len(errors) - MAX_FAILURES_IN_MESSAGE} more mistakes"
            if len(errors) > MAX_FAILURES_IN_MESSAGE
            else ""
        )
        raise ValidationError("; ".join(errors[:MAX_FAILURES_IN_MESSAGE]) + more)


# Lists


def _entries(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, Mapping) and list(value) == [VARIABLE]:
        value = value[VARIABLE]
    if value is None:
        raise ValidationError(_NOTHING)
    if not isinstance(value, (list, tuple)):
        raise ValidationError(f"must be a list of users, got {_what(value)}")
    errors: list[str] = []
    users = [_entry(f"users[{index}]", _plain(entry), errors) for index, entry in enumerate(value)]
    _raise_any(errors)
    return users


def _entry(place: str, entry: Any, errors: list[str]) -> dict[str, Any]:
    if isinstance(entry, str):
        if len(entry.splitlines()) > 1:
            # With prune, all others would be deleted.
            errors.append(f"{place}: must be one identity, got a text of several lines; is it a whole list?")
        return {"identity": entry}
    if not isinstance(entry, Mapping):
        errors.append(f"{place}: must be a dictionary, or an identity as text, got {_what(entry)}{_quotes(entry)}")
        return {}
    # A key that is not known is the module's to name, also without a value: in {friendly_name: A, B}, B is one.
    user = {name: _plain(value) for name, value in entry.items() if value is not None or name not in COLUMNS}
    for name in COLUMNS:
        value = user.get(name)
        if name == "attributes" and value is not None and not isinstance(value, str):
            try:
                user[name] = json_values.dump(_json_value(value))
            except (ValidationError, RecursionError) as error:
                errors.append(f"{place}.{name}: {error}")
            except ValueError:
                errors.append(f"{place}.{name}: holds a number with too many digits")
        elif name != "attributes" and _is_no_text(value):
            errors.append(f"{place}.{name}: must be text, got {_what(value)}{_quotes(value)}")
    # A key that is not known may hold what ansible-core cannot hand on to the module, which is to name it.
    return {name: value if name in COLUMNS or value is None else str(value) for name, value in user.items()}


def _is_no_text(value: Any) -> bool:
    # Named one by one, since ansible-core has texts that are not str.
    return isinstance(value, (bool, int, float, Decimal, date, Mapping, list, tuple))


def _what(value: Any) -> str:
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    for types, name in (((int, float, Decimal), "number"), (date, "date"), (str, "text")):
        if isinstance(value, types):
            return f"the {name} {excerpt(value) if name == 'text' else excerpt(value)[1:-1]}"
    return "nothing" if value is None else "a dictionary" if isinstance(value, Mapping) else "a list"


def _quotes(value: Any) -> str:
    return "" if isinstance(value, (Mapping, list, tuple)) or value is None else "; put it in quotes"


def _json_value(value: Any) -> Any:
    """Check that a value is one that JSON has."""
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise ValidationError(f"a key must be text, got {_what(name)}{_quotes(name)}")
        return {name: _json_value(child) for name, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(child) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError(f"{value} is not a number that JSON has")
    if isinstance(value, date):
        raise ValidationError(f"must hold what JSON has, got {_what(value)}{_quotes(value)}")
    return value if value is None or isinstance(value, (bool, int, float, Decimal, str)) else str(value)


# JSON


def _from_json(text: str) -> Any:
    try:
        return json_values.parse(text, refuse_duplicates=True)
    except json_values.NotJson as error:
        raise ValidationError(f"must be JSON: {error}") from None


# YAML


_MERGE = "tag:yaml.org,2002:merge"
_TEXT = "tag:yaml.org,2002:str"


# What PyYAML raises for a value with an explicit tag of another type, such as !!int x.
NO_SUCH_VALUE = (ValueError, LookupError, AttributeError, TypeError)


class _Loader(SafeLoader):
    """YAML as JSON could say it: exact numbers, keys that are text, each of them once."""

    def __init__(self, text: str) -> None:
        # libyaml's loader refuses a text of a subclass of str, as the texts of Ansible are. A stream it always takes.
        super().__init__(io.StringIO(text))
        self.errors: list[str] = []

    def complain(self, node: yaml.Node, message: str) -> None:
        """Keep a mistake."""
        self.errors.append(f"line {node.start_mark.line + 1}: {message}")

    def child(self, node: yaml.Node) -> Any:
        """Construct what is in a dictionary or in a list."""
        if node.tag == _TEXT and isinstance(node, yaml.ScalarNode):
            if not node.style and node.start_mark.line != node.end_mark.line and " - " in node.value:
                # YAML makes one text of them. With prune, both users would be deleted.
                self.complain(
                    node, f"is one text with the line after it, {excerpt(node.value)}; begin both in the same column"
                )
            return node.value
        try:
            return self.construct_object(node, deep=True)
        except NO_SUCH_VALUE:
            self.complain(node, f"is not what its tag {excerpt(node.tag)} says, got {excerpt(node.value)}")
            return None

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Construct a dictionary."""
        own = sum(key.tag != _MERGE for key, _value in node.value)
        # Puts what is merged before the rest, which may name a key of it again.
        self.flatten_mapping(node)
        merged = len(node.value) - own
        result: dict[str, Any] = {}
        seen: set[str] = set()
        for index, (key_node, value_node) in enumerate(node.value):
            key = self.child(key_node)
            value = self.child(value_node)
            if not isinstance(key, str):
                self.complain(key_node, f"a key must be text, got {_what(key)}{_quotes(key)}")
                continue
            if key in seen:
                self.complain(key_node, f"names the key {excerpt(key)} twice")
            if index >= merged:
                seen.add(key)
            result[key] = value
        return result

    def sequence(self, node: yaml.SequenceNode) -> list[Any]:
        """Construct a list."""
        return [self.child(child) for child in node.value]

    def number(self, node: yaml.ScalarNode) -> Any:
        """Construct a number, as exact as it is written."""
        text = str(node.value).replace("_", "")
        if node.tag.endswith("float"):
            try:
                value = Decimal(text)
            except InvalidOperation:
                value = Decimal(repr(self.construct_yaml_float(node)))
            if value.is_finite():
                return value
            self.complain(node, f"{text} is not a number that JSON has")
            return None
        return Decimal(self.construct_yaml_int(node))

    def text(self, node: yaml.ScalarNode) -> Any:
        """Construct what JSON has no type for, such as a date, as the text that it is."""
        return self.construct_scalar(node)

    def unknown(self, node: yaml.Node) -> None:
        """Refuse a tag."""
        hint = "; encrypt the whole file instead" if node.tag == "!vault" else ""
        self.complain(node, f"the tag {excerpt(node.tag)} is not supported{hint}")


for _tag, _construct in (
    ("map", _Loader.mapping),
    ("seq", _Loader.sequence),
    ("int", _Loader.number),
    ("float", _Loader.number),
    ("timestamp", _Loader.text),
    ("binary", _Loader.unknown),
    ("set", _Loader.unknown),
    ("omap", _Loader.unknown),
    ("pairs", _Loader.unknown),
):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _construct)
_Loader.add_constructor(None, _Loader.unknown)


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # Among the nodes of a long list, it would take most of the time and find nothing.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_entries(loader: _Loader, node: yaml.Node | None) -> None:
    """Complain about an entry that is one text with the line after it, which YAML takes for one identity."""
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        node = node.value[0][1]
    for entry in node.value if isinstance(node, yaml.SequenceNode) else ():
        plain = isinstance(entry, yaml.ScalarNode) and not entry.style
        # The other ones are named where they are constructed.
        if plain and entry.start_mark.line != entry.end_mark.line and " - " not in entry.value:
            loader.complain(
                entry, f"is one text with the line after it, {excerpt(entry.value)}; begin each with a dash"
            )


def _from_yaml(text: str) -> Any:
    try:
        with _no_garbage_collection():
            loader = _Loader(text)
            node = loader.get_single_node()
            _check_entries(loader, node)
            value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValidationError(f"must be YAML: {place}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValidationError(f"must be YAML: {str(error).splitlines()[0]}") from None
    except NO_SUCH_VALUE:
        raise ValidationError("must be YAML: it is not what its tag says") from None
    except RecursionError:
        raise ValidationError("must be YAML: it nests too many levels") from None
    _raise_any(loader.errors)
    return value


# CSV


def _from_csv(text: str) -> list[dict[str, Any]]:
    rows = _rows(text)
    line, header = next(rows, (1, []))
    _check_header(line, header)
    errors: list[str] = []
    users = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        if len(cells) > len(header):
            errors.append(
                f"line {line}: must have at most {len(header)} cells, as the first line, got {len(cells)};"
                " put a cell that holds a delimiter in double quotes, and double the quotes in it"
            )
            continue
        user = {name: cell for name, cell in zip(header, cells) if cell}
        _check_row(line, user, lines, errors)
        users.append(user)
    _raise_any(errors)
    return users


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that are not empty, with the line that each begins on; cells without white space around them."""
    first = text.lstrip().splitlines()[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValidationError(
            f"line {line}: must be CSV: {error}; a cell that holds a double quote stands in double quotes,"
            " and the quotes in it are doubled"
        ) from None


def _delimiter(header: str) -> str:
    def known(delimiter: str) -> int:
        return sum(cell.strip('" ') in COLUMNS for cell in header.split(delimiter))

    # The first of the best; where no column is known, the one that is there.
    return max(DELIMITERS, key=lambda delimiter: (known(delimiter), header.count(delimiter)))


def _check_header(line: int, header: Sequence[str]) -> None:
    known = f"the columns are {', '.join(COLUMNS)}"
    errors = []
    unknown = [excerpt(name) for name in dict.fromkeys(header) if name not in COLUMNS]
    if unknown:
        errors.append(f"line {line}: unknown column {', '.join(unknown)}; {known}")
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if twice:
        errors.append(f"line {line}: must name each column once, got {', '.join(twice)} more than once")
    if "identity" not in header:
        errors.append(f"line {line}: must name the columns, identity among them")
    _raise_any(errors)


def _check_row(line: int, user: Mapping[str, str], lines: dict[str, int], errors: list[str]) -> None:
    of_row = validators.ErrorCollector(f"line {line}, ")
    identity = user.get("identity", "")
    of_row.check(validators.identity, identity)
    if identity in lines:
        of_row.messages.append(
            f"line {line}, identity: must be given once, but {excerpt(identity)} stands in line {lines[identity]} too"
        )
    lines.setdefault(identity, line)
    if "friendly_name" in user:
        of_row.check(validators.friendly_name, user["friendly_name"])
    if "role" in user and "role_sid" in user:
        of_row.messages.append(f"line {line}: must have role or role_sid, not both")
    if user.get("role_sid", "default") != "default":
        of_row.check(validators.sid, "role_sid", "RL", user["role_sid"])
    mode = user.get("attributes_mode", "replace")
    if mode not in MODES:
        of_row.messages.append(f"line {line}, attributes_mode: must be {' or '.join(MODES)}, got {excerpt(mode)}")
    if "attributes" in user:
        of_row.check(validators.attributes, user["attributes"], mode)
    errors += of_row.messages
