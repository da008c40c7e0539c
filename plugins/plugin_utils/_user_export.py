# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the users of a service as a list that ``to_users`` reads: YAML, JSON or CSV.

The text only depends on the users: they are sorted by identity, and attributes by key, so that a second export of the
same service is the same text. What such a list cannot contain is left out and reported.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import yaml

from ..module_utils._resources import json_values, validators
from ..module_utils._resources.field_types import JsonObject
from ..module_utils._resources.selection import Selection
from ..module_utils._resources.validators import ValidationError, excerpt
from ..module_utils._twilio.products import CHAT, CONVERSATIONS
from ._messages import describe_type, refuse_shortened_number
from ._user_list import MAX_ATTRIBUTES_SIZE

try:
    from yaml import CSafeDumper as SafeDumper
except ImportError:  # PyYAML without libyaml
    from yaml import SafeDumper  # type: ignore[assignment]  # the same, only slower

FORMATS = ("yaml", "json", "csv")
_COLUMNS = ("identity", "friendly_name", "role", "role_sid", "attributes")
_CONDITIONS = ("identities", "roles", "role_sids", "attributes")
_USER_ROLE_TYPES = frozenset(product.user_role_type for product in (CHAT, CONVERSATIONS))

# Text that every YAML parser reads as text without quotes: words of letters and digits that begin with a letter.
_PLAIN = re.compile(r"[^\W\d_][\w.@+-]*(?: [\w.@+-]+)*")
# What some YAML parser reads as something else than text.
_NOT_TEXT = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"))
# How many users and values the headline names.
_MAX_NAMED = 20
# Longer than any text, so that no text is folded.
_WIDTH = 2**30

Values = Mapping[str, Any]


class _LeftOut(NamedTuple):
    """What the list cannot contain: the value of a field, or the whole user if ``field`` is None."""

    identity: str
    field: str | None
    reason: str


def export_users(
    users: Any,
    form: str = "yaml",
    roles: Any = (),
    only: Any = None,
    omit_defaults: bool = False,
    default_role_sid: str | None = None,
) -> dict[str, Any]:
    """Return the list of users as text.

    :param users: the users, as the modules that read users return them.
    :param form: the format of the text, one of FORMATS.
    :param roles: the roles of the service, as the modules that read roles return them.
    :param only: conditions for the users: ``identities``, ``roles``, ``role_sids`` and ``attributes``; None for all.
    :param omit_defaults: leave out empty friendly names, empty attributes, and the default role.
    :param default_role_sid: the SID of the service's default role for users.
    :returns: the ``text``; the number of users in it as ``count``; what is ``left_out``; and a ``headline``.
    :raises ValidationError: a parameter is invalid.
    """
    if form not in FORMATS:
        raise ValidationError(f"format: must be one of {', '.join(FORMATS)}, got {excerpt(form)}")
    _check_results("users", users, ("identity", "sid", "attributes", "role_sid"), "user_info")
    _check_results("roles", roles, ("friendly_name", "sid", "type"), "role_info")
    selection = _selection(only, roles)
    # A list that was read page by page may contain a user twice.
    selected = {_text(user["identity"]): user for user in users if selection.matches(user)}
    exporter = _Exporter(form, _unique_names(roles), omit_defaults, str(default_role_sid or "").lower())
    entries = [entry for key in sorted(selected) for entry in exporter.entries(key, selected[key])]
    return {
        "text": _WRITERS[form](entries),
        "count": len(entries),
        "left_out": [each._asdict() for each in exporter.left_out],
        "headline": _headline(len(entries), exporter.left_out),
    }


def _check_results(option: str, values: Any, keys: Iterable[str], module: str) -> None:
    modules = f"twilio_conversations_{module} or twilio_chat_{module}"
    if not isinstance(values, (list, tuple)):
        raise ValidationError(f"{option}: must be the list that {modules} returned, got {describe_type(values)}")
    for index, value in enumerate(values):
        missing = [key for key in keys if not isinstance(value, Mapping) or key not in value]
        if missing:
            raise ValidationError(f"{option}[{index}]: must be what {modules} returned, but has no {missing[0]}")


# Selection


def _selection(only: Any, roles: Sequence[Values]) -> Selection:
    # Before ansible-core 2.19, a template makes empty text of None.
    if only is None or only == "":
        return Selection()
    if not isinstance(only, Mapping):
        raise ValidationError(f"only: must be a dictionary, got {describe_type(only)}")
    unknown = [name for name in only if name not in _CONDITIONS]
    if unknown:
        raise ValidationError(f"only: unknown key {excerpt(unknown[0])}; the keys are {', '.join(_CONDITIONS)}")
    identities, names, sids = (_texts(name, only.get(name)) for name in _CONDITIONS[:3])
    for sid in sids or ():
        validators.sid("only.role_sids", "RL", sid)
    if names is not None:
        sids = [*(sids or ()), *(_role_sid(name, roles) for name in names)]
    return Selection(identities, sids, _attributes(only.get("attributes")))


def _texts(name: str, value: Any) -> list[str] | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        raise ValidationError(f"only.{name}: must be a list of text")
    if not value:
        raise ValidationError(f"only.{name}: must not be empty; leave it out to select all users")
    return [_text(each) for each in value]


def _role_sid(name: str, roles: Sequence[Values]) -> str:
    found = [role["sid"] for role in roles if role["friendly_name"] == name and role["type"] in _USER_ROLE_TYPES]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise ValidationError(f"only.roles: {excerpt(name)} is the name of {len(found)} roles; use role_sids instead")
    names = sorted({repr(_text(role["friendly_name"])) for role in roles if role["type"] in _USER_ROLE_TYPES})
    raise ValidationError(f"only.roles: no role for users has the name {excerpt(name)}; there are: {', '.join(names)}")


def _attributes(value: Any) -> Any:
    if value is None:
        return None
    try:
        text = value if isinstance(value, str) else json.dumps(value)
        attributes = validators.attributes(text, "replace")
    except ValidationError as error:
        raise ValidationError(f"only.{error}") from None
    except (TypeError, ValueError, RecursionError):
        raise ValidationError("only.attributes: must be a JSON object") from None
    if not attributes:
        raise ValidationError("only.attributes: must not be empty; leave it out to select all users")
    return attributes


# What was exported, in words


def _headline(count: int, left_out: Sequence[_LeftOut]) -> str:
    users = [f"{excerpt(each.identity)} {each.reason}" for each in left_out if each.field is None]
    values = [f"{each.field} of {excerpt(each.identity)}, {each.reason}" for each in left_out if each.field is not None]
    parts = ["1 user" if count == 1 else f"{count} users"]
    if users:
        parts.append(f"left out, so that a sync with twilio_prune would delete them: {_named(users)}")
    if values:
        parts.append(f"without what this file cannot contain: {_named(values)}")
    return "; ".join(parts)


def _named(descriptions: Sequence[str]) -> str:
    others = len(descriptions) - _MAX_NAMED
    return ", ".join(descriptions[:_MAX_NAMED]) + (f", and {others} more" if others > 0 else "")


# Entries


def _unique_names(roles: Sequence[Values]) -> dict[str, str]:
    """Return the names of the roles for users, by SIDs in lower case, as far as a name means one role."""
    of_users = [role for role in roles if role["type"] in _USER_ROLE_TYPES]
    counts = Counter(role["friendly_name"] for role in of_users)
    return {
        role["sid"].lower(): _text(role["friendly_name"])
        for role in of_users
        if counts[role["friendly_name"]] == 1 and _problem(validators.name, "role", role["friendly_name"]) is None
    }


def _problem(validator: Callable[..., Any], *arguments: Any) -> str | None:
    """Return what a validator requires, without the name of the option and the value."""
    try:
        validator(*arguments)
    except ValidationError as error:
        return str(error).partition(": ")[2].partition(", got ")[0]
    return None


def _is_shortened(identity: str) -> bool:
    return _problem(refuse_shortened_number, identity) is not None


class _Exporter:
    """Creates the entries of the list."""

    def __init__(self, form: str, role_names: Mapping[str, str], omit_defaults: bool, default_role_sid: str) -> None:
        self.left_out: list[_LeftOut] = []
        self._is_csv = form == "csv"
        self._role_names = role_names
        self._omit_defaults = omit_defaults
        self._default_role_sid = default_role_sid

    def entries(self, identity: str, user: Values) -> Iterator[dict[str, Any]]:
        """Yield the entry of a user, or nothing if the list cannot contain the user."""
        problem = (
            _problem(validators.identity, identity)
            or ("looks like a number that a spreadsheet has shortened" if _is_shortened(identity) else None)
            or self._csv_problem(identity)
        )
        if problem is not None:
            self.left_out.append(_LeftOut(identity, None, problem))
            return
        values = {
            "friendly_name": self._friendly_name(identity, user),
            **self._role(user),
            "attributes": self._attributes(identity, user),
        }
        yield {"identity": identity, **{name: value for name, value in values.items() if value is not None}}

    def _friendly_name(self, identity: str, user: Values) -> str | None:
        name = _text(user.get("friendly_name") or "")
        # In CSV, an empty cell means that the name is not specified.
        if not name and (self._is_csv or self._omit_defaults):
            return None
        problem = _problem(validators.friendly_name, name) or self._csv_problem(name)
        if problem is None:
            return name
        self.left_out.append(_LeftOut(identity, "friendly_name", problem))
        return None

    def _role(self, user: Values) -> dict[str, str]:
        sid = _text(user["role_sid"] or "")
        if not sid or (self._omit_defaults and sid.lower() == self._default_role_sid):
            return {}
        name = self._role_names.get(sid.lower())
        return {"role_sid": sid} if name is None else {"role": name}

    def _attributes(self, identity: str, user: Values) -> Any:
        raw = user["attributes"]
        value = None if raw is None else JsonObject().from_api(_text(raw))
        if value == {}:
            return None if self._omit_defaults else {}
        problem = None
        if raw is None:
            problem = "which Twilio's list does not contain"
        elif isinstance(value, JsonObject.Unreadable):
            problem = "which are not JSON"
        elif not isinstance(value, dict):
            problem = "which are not a JSON object"
        elif len(raw) > MAX_ATTRIBUTES_SIZE:
            problem = f"which have more than {MAX_ATTRIBUTES_SIZE:,} characters"
        elif self._is_csv:
            problem = self._csv_problem(json_values.dump(value))
        if problem is None:
            return _sorted(value)
        self.left_out.append(_LeftOut(identity, "attributes", problem))
        return None

    def _csv_problem(self, text: str) -> str | None:
        """Return why ``to_users`` would not read a text from a cell as it is."""
        if not self._is_csv:
            return None
        if text != text.strip():
            return "must not begin or end with white space in CSV"
        if "\0" in text:
            return "must not contain a NUL character (U+0000) in CSV"
        if len(text) > csv.field_size_limit():
            return f"must not have more than {csv.field_size_limit():,} characters in CSV"
        return None


def _sorted(value: Any) -> Any:
    """Sort objects by their keys, which has no meaning in JSON."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(child) for child in value]
    return value


def _text(value: Any) -> str:
    """Return text without what ansible-core adds to it, such as that it is not to be templated."""
    return str.__str__(value) if isinstance(value, str) else str(value)


# Formats


def _to_json(entries: Sequence[Values]) -> str:
    # One line for each user, so that a difference shows whose it is.
    lines = ",\n".join("  " + json_values.dump(dict(entry)) for entry in entries)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


class _Rows(list[str]):
    """Collects the rows that a CSV writer writes."""

    def write(self, row: str) -> None:
        """Add a row. Python quotes line breaks of both kinds only if the rows end with both."""
        self.append(row.removesuffix("\r\n") + "\n")


def _to_csv(entries: Sequence[Values]) -> str:
    rows = _Rows()
    writer = csv.writer(rows, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        cells = {**entry}
        if "attributes" in cells:
            cells["attributes"] = json_values.dump(cells["attributes"])
        writer.writerow([cells.get(name, "") for name in _COLUMNS])
    return "".join(rows)


class _Dumper(SafeDumper):
    """Writes YAML in which text stays text, and numbers keep all digits."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value each time that it occurs."""
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


def _represent_number(dumper: _Dumper, number: Decimal) -> yaml.Node:
    text = str(number)
    if text.lstrip("-").isdigit():
        return dumper.represent_scalar("tag:yaml.org,2002:int", text)
    # In YAML 1.1, a number with an exponent has a point.
    digits, exponent, power = text.partition("E")
    digits += ".0" if "." not in digits else ""
    return dumper.represent_scalar("tag:yaml.org,2002:float", digits + exponent + power)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Decimal, _represent_number)


def _to_yaml(entries: Sequence[Values]) -> str:
    # Entry by entry, since PyYAML needs much more memory for a value than the value.
    return "---\n" + ("".join(_yaml_of(entry) for entry in entries) or "[]\n")


def _yaml_of(entry: Values) -> str:
    cells = {**entry}
    if "attributes" in cells:
        json_text = json_values.dump(cells["attributes"])
        if not _is_yaml(json_text):
            cells["attributes"] = json_text
    text: str = yaml.dump(
        [cells], Dumper=_Dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=_WIDTH
    )
    return text


def _is_yaml(json_text: str) -> bool:
    """Return whether YAML can contain a value of which this is the JSON text: libyaml has no lone surrogates."""
    return re.search(r"\\u[dD][89a-fA-F]", json_text) is None


_WRITERS: dict[str, Callable[[Sequence[Values]], str]] = {"yaml": _to_yaml, "json": _to_json, "csv": _to_csv}
