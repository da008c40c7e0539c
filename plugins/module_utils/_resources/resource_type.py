# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What describes a type of Twilio resource: its path, its key, its fields, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import json_values
from .field_types import JsonObject, String

Raw = Mapping[str, Any]


class Field(NamedTuple):
    """A writable field of a resource.

    ``name`` is the option's name and the key in Twilio's answers, with dots where dictionaries are nested;
    ``parameter`` is the name in Twilio's requests. An ``immutable`` field is set on creation and never changes.
    """

    name: str
    parameter: str
    type: String
    immutable: bool = False

    def value_in(self, raw: Raw) -> Any:
        """Return the field's value in Twilio's answer; None where it is missing.

        :param raw: Twilio's answer, or a part of one.
        """
        value: Any = raw
        for key in self.name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def with_value(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return a copy of nested dictionaries with one value set.

    :param values: the dictionaries; they are not changed.
    :param name: the name of the value, with dots where dictionaries are nested.
    :param value: the value.
    """
    key, _dot, rest = name.partition(".")
    if rest:
        inner = values.get(key)
        value = with_value(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**values, key: value}


class ResourceType(NamedTuple):
    """A type of resource.

    ``name`` is its name in messages, ``path`` its path segments below the service. ``list_key`` is the key of the list
    in Twilio's answers, ``key`` the field that identifies the resource for people, ``fields`` the other writable
    fields, ``result_keys`` the keys of Twilio's answer that a result holds, in that order.

    ``key_in_path``: the key can take the place of the SID in a URL, and is unique; otherwise it need not be.
    ``is_service``: the resource is a service itself. ``renamable``: the key can be changed. ``create_fields``: the
    fields that a creation takes, None for all. ``required_on_create``: the fields without which nothing is created.
    ``delete_before_create``: a replacement deletes the old resource first, since both may have the same name.
    ``singleton``: the resource exists with its service, has no SID and no list, and can only be read and updated.
    ``page_size``: the largest page of its list in records, where it is not that of the product.
    """

    name: str
    path: tuple[str, ...]
    list_key: str
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

    def displayed_fields(self) -> tuple[Field, ...]:
        """Return the fields that a diff shows: the key, then the others."""
        return self.fields if self.singleton else (self.key, *self.fields)

    def updatable_fields(self) -> tuple[Field, ...]:
        """Return the fields that an update can send."""
        fields = tuple(field for field in self.fields if not field.immutable)
        return (self.key, *fields) if self.renamable else fields

    def values_in(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that a task gives, by their dotted names.

        :param options: nested as the fields are; None where not given.
        """
        values = {field.name: field.value_in(options) for field in self.fields}
        return {name: value for name, value in values.items() if value is not None}

    def is_partial(self, raw: Raw) -> bool:
        """Return whether a record of a list lacks fields.

        Whether lists hold JSON fields is not known: the examples in Twilio's documents have null as well as text.

        :param raw: a record of Twilio's list.
        """
        return any(field.value_in(raw) is None for field in self.fields if isinstance(field.type, JsonObject))

    def to_result(self, raw: Raw) -> dict[str, Any]:
        """Convert a resource to what a module returns.

        :param raw: Twilio's answer, or a prediction of it; a key that the product does not have is left out.
        :returns: ``id``, then the result keys, and for every JSON field its parsed value as NAME_parsed. Null means
            that only Twilio knows.
        """
        result: dict[str, Any] = {} if self.singleton else {"id": raw.get("sid")}
        result.update({name: raw[name] for name in self.result_keys if name in raw})
        for field in self.fields:
            raw_value = field.value_in(raw)
            # A prediction of a resource that does not exist yet has no address; every answer of Twilio has one.
            value = None if raw.get("url") is None and raw_value is None else field.type.from_api(raw_value)
            if isinstance(field.type, JsonObject):
                result[field.name + "_parsed"] = json_values.to_plain(value) if isinstance(value, dict) else None
            else:
                # Whether Twilio returns null or "" for a cleared text is not known; a prediction must return the same.
                result = with_value(result, field.name, value)
        return result
