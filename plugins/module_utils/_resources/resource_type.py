# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a type of resource: its path, its key, its fields, and how it can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from . import json_values
from .field_types import Boolean, Dictionary, Integer, JsonObject, String

Raw = Mapping[str, Any]

# The types of the values that are only returned; all others are text.
_RETURNED_TYPES: dict[str, String] = {
    "is_notifiable": Boolean(),
    "is_online": Boolean(),
    "joined_channels_count": Integer(),
}


class Field(NamedTuple):
    """A writable field of a resource.

    ``name`` is the name of the option and the key in Twilio's responses, with dots for nested dictionaries;
    ``parameter`` is the name of the request parameter. An ``immutable`` field is set on creation and cannot be changed.
    """

    name: str
    parameter: str
    type: String
    immutable: bool = False

    def value_in(self, raw: Raw) -> Any:
        """Return the value of the field in Twilio's response.

        :param raw: Twilio's response, or a part of it.
        :returns: the value; None when it is missing.
        """
        if "." not in self.name:
            return raw.get(self.name)
        value: Any = raw
        for key in self.name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def invalid_value(fields: Iterable[Field], raw: Raw) -> str | None:
    """Find a value of a wrong type in Twilio's response.

    :param fields: as :meth:`ResourceType.returned_fields` returns them.
    :param raw: Twilio's response.
    :returns: a description such as "friendly_name is not text"; None when all values have the right types.
    """
    for field in fields:
        if not field.type.is_valid(field.value_in(raw)):
            return f"{field.name} is not {field.type.expected}"
    return None


def with_value(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return a copy of nested dictionaries with one value set.

    :param values: the dictionaries; they are not changed.
    :param name: the name of the value, with dots for nested dictionaries.
    :param value: the value.
    :returns: the copy.
    """
    key, _dot, rest = name.partition(".")
    if rest:
        inner = values.get(key)
        value = with_value(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**values, key: value}


class ResourceType(NamedTuple):
    """A type of resource.

    ``name`` is its name in messages, ``path`` its path segments below the service. ``list_key`` is the key of the
    list in Twilio's responses, ``sid_prefix`` the first letters of a SID, ``key`` the field by which tasks identify
    a resource, ``fields`` the other writable fields, ``result_keys`` the keys of Twilio's response that a result
    contains, in this order.

    ``key_in_path``: the key is unique and can be used in a URL instead of the SID. ``is_service``: the resource is a
    service. ``renamable``: the key can be changed. ``create_fields``: the fields that a creation accepts, None for all.
    ``required_on_create``: the fields that a creation requires. ``delete_before_create``: a replacement deletes the old
    resource first, since both may have the same name. ``singleton``: the resource exists with its service, has neither
    SID nor list, and can only be read and updated. ``page_size``: the maximum page size in records, if it differs from
    that of the product. ``has_account_sid``: Twilio returns the SID of the account, not null.
    """

    name: str
    path: tuple[str, ...]
    list_key: str
    sid_prefix: str
    key: Field
    fields: tuple[Field, ...]
    result_keys: tuple[str, ...]
    key_in_path: bool = True
    is_service: bool = False
    renamable: bool = False
    create_fields: frozenset[str] | None = None
    required_on_create: tuple[str, ...] = ()
    delete_before_create: bool = False
    singleton: bool = False
    page_size: int | None = None
    has_account_sid: bool = True

    def displayed_fields(self) -> tuple[Field, ...]:
        """Return the fields that a diff shows.

        :returns: the key, then the other fields; a singleton has no key.
        """
        return self.fields if self.singleton else (self.key, *self.fields)

    def updatable_fields(self) -> tuple[Field, ...]:
        """Return the fields that an update can send.

        :returns: the fields that are not immutable, and the key if it can be changed.
        """
        fields = tuple(field for field in self.fields if not field.immutable)
        return (self.key, *fields) if self.renamable else fields

    def values_in(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the fields that a task sets.

        :param options: the options, nested like the fields; None if not set.
        :returns: values by the dotted names of the fields.
        """
        values = {field.name: field.value_in(options) for field in self.fields}
        return {name: value for name, value in values.items() if value is not None}

    def is_partial(self, raw: Raw) -> bool:
        """Return whether a record of a list lacks values of JSON fields.

        Published lists contain them, but the examples in Twilio's documents have null as well as text.

        :param raw: a record of Twilio's list.
        :returns: whether the resource has to be fetched to know all values.
        """
        return any(field.value_in(raw) is None for field in self.fields if isinstance(field.type, JsonObject))

    def returned_fields(self) -> tuple[Field, ...]:
        """Return the fields of Twilio's responses whose types are known, writable or not.

        :returns: the fields.
        """
        fields = {field.name: field for field in self.displayed_fields()}
        outer = {name.partition(".")[0] for name in fields if "." in name}
        for name in self.result_keys:
            if name not in fields:
                kind = Dictionary() if name in outer else _RETURNED_TYPES.get(name, String())
                fields[name] = Field(name, "", kind)
        return tuple(fields.values())

    def to_result(self, raw: Raw) -> dict[str, Any]:
        """Convert a resource to the return value of a module.

        :param raw: Twilio's response, or a prediction of it; keys that the product does not have are left out.
        :returns: ``id``, the result keys, and the parsed value of every JSON field as NAME_parsed. In a prediction,
            None is a value that only Twilio knows.
        """
        result: dict[str, Any] = {} if self.singleton else {"id": raw.get("sid")}
        result.update({name: raw[name] for name in self.result_keys if name in raw})
        for field in self.fields:
            raw_value = field.value_in(raw)
            # Only a prediction of a resource that does not exist yet has no URL; None is then a value that only Twilio
            # knows.
            value = None if raw.get("url") is None and raw_value is None else field.type.from_api(raw_value)
            if isinstance(field.type, JsonObject):
                result[field.name + "_parsed"] = json_values.to_plain(value) if isinstance(value, dict) else None
            else:
                # It is not known whether Twilio returns null or "" for a cleared text; actual and predicted results
                # must agree.
                result = with_value(result, field.name, value)
        return result
