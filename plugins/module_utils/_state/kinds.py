# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a kind of Twilio resource is, as data: its path, its key, its fields and how each is compared and sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import json_values


class CannotPlan(ValueError):
    """What is there cannot be taken to what is wanted without losing something; the message says why."""


class MergePatch(NamedTuple):
    """A wanted value that is a JSON merge patch (RFC 7396) to what is there, not the whole value."""

    patch: Any


class Text:
    """Plain text. Twilio's null and the empty text are the same: the documents do not say which a cleared one is."""

    def read(self, raw: Any) -> Any:
        """Take Twilio's value (str or None) to the one that is compared (str)."""
        return "" if raw is None else raw

    def resolve(self, current: Any, wanted: Any) -> Any:
        """Give the value to reach, from the current value and the wanted one."""
        return wanted

    def same(self, current: Any, wanted: Any) -> bool:
        """Tell whether the current value is the wanted one."""
        return bool(current == wanted)

    def send(self, value: Any) -> str:
        """Give the text of the request parameter."""
        return str(value)

    def show(self, value: Any) -> Any:
        """Give the value as a diff shows it."""
        return value


class Sid(Text):
    """A SID. Its digits are hexadecimal, so their case does not matter."""

    def same(self, current: Any, wanted: Any) -> bool:
        return bool(current.lower() == wanted.lower())


class JsonObject(Text):
    """JSON text, compared and shown as what it says. Text that is not JSON is held as :class:`Unreadable`."""

    class Unreadable(NamedTuple):
        """What Twilio holds is no JSON text that this collection reads; it is equal to nothing that can be wanted."""

        text: str

    def read(self, raw: Any) -> Any:
        if raw is None or raw == "":
            return {}
        try:
            return json_values.parse(raw)
        except json_values.NotJson:
            return self.Unreadable(raw)

    def resolve(self, current: Any, wanted: Any) -> Any:
        if not isinstance(wanted, MergePatch):
            return wanted
        if isinstance(current, self.Unreadable):
            raise CannotPlan(
                "what Twilio holds as attributes cannot be read as JSON, so nothing can be merged into it;"
                " attributes_mode=replace would overwrite it"
            )
        return json_values.merge_patch(current, wanted.patch)

    def same(self, current: Any, wanted: Any) -> bool:
        return json_values.same(current, wanted)

    def send(self, value: Any) -> str:
        return value.text if isinstance(value, self.Unreadable) else json_values.dump(value)

    def show(self, value: Any) -> Any:
        return value.text if isinstance(value, self.Unreadable) else json_values.plain(value)


class Field(NamedTuple):
    """A field of a resource that can be written.

    ``name`` is the option's name and the key in Twilio's answers, ``parameter`` the name in Twilio's requests.
    """

    name: str
    parameter: str
    type: Text


class Kind(NamedTuple):
    """A kind of resource.

    ``segment`` is the path segment below the service, ``list_key`` the key of the list in Twilio's answers,
    ``key`` the field that names the resource and never changes, ``fields`` what can be written later too,
    ``reported`` the keys of Twilio's answer that a result gives, in that order.
    """

    name: str
    segment: str
    list_key: str
    key: Field
    fields: tuple[Field, ...]
    reported: tuple[str, ...]

    def managed(self) -> tuple[Field, ...]:
        """Give every field that a diff shows: the key, then the writable ones."""
        return (self.key, *self.fields)

    def is_partial(self, raw: Mapping[str, Any]) -> bool:
        """Tell whether a record of a list leaves out what is there.

        Whether lists show JSON fields is not known: Twilio's documents have both null and text in their examples.

        :param raw: a record of Twilio's list.
        """
        return any(raw.get(field.name) is None for field in self.fields if isinstance(field.type, JsonObject))

    def report(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Give a resource as a module returns it.

        :param raw: Twilio's answer, or a prediction of it; a key that the product does not have is left out.
        :returns: ``id``, then the reported keys, and for every JSON field its parsed value as NAME_parsed. Null means
            that only Twilio knows.
        """
        result: dict[str, Any] = {"id": raw.get("sid")}
        result.update({name: raw[name] for name in self.reported if name in raw})
        for field in self.fields:
            if raw.get("sid") is None and raw.get(field.name) is None:
                value = None
            else:
                value = field.type.read(raw.get(field.name))
            if isinstance(field.type, JsonObject):
                result[field.name + "_parsed"] = json_values.plain(value) if isinstance(value, dict) else None
            else:
                # Whether Twilio calls a cleared text null or "" is not known; a prediction has to call it the same.
                result[field.name] = value
        return result


USER = Kind(
    name="user",
    segment="Users",
    list_key="users",
    key=Field("identity", "Identity", Text()),
    fields=(
        Field("friendly_name", "FriendlyName", Text()),
        Field("role_sid", "RoleSid", Sid()),
        Field("attributes", "Attributes", JsonObject()),
    ),
    reported=(
        "sid",
        "account_sid",
        "service_sid",
        "identity",
        "friendly_name",
        "role_sid",
        "attributes",
        "is_notifiable",
        "is_online",
        "joined_channels_count",
        "date_created",
        "date_updated",
        "url",
    ),
)
