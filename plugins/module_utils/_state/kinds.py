# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a kind of Twilio resource is, as data: its path, its key, its fields and how each is compared and sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Union

from . import json_values

Parameter = Union[str, "list[str]"]


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

    def send(self, value: Any) -> Parameter:
        """Give what the request parameter holds: a text, or a list of texts for a parameter that repeats."""
        return str(value)

    def hold(self, value: Any) -> Any:
        """Give the value as Twilio's answer will have it."""
        return self.send(value)

    def show(self, value: Any) -> Any:
        """Give the value as a diff shows it."""
        return value


class Sid(Text):
    """A SID. Its digits are hexadecimal, so their case does not matter."""

    def same(self, current: Any, wanted: Any) -> bool:
        return bool(current.lower() == wanted.lower())


class Flag(Text):
    """True or false. Null is neither."""

    def read(self, raw: Any) -> Any:
        return raw

    def send(self, value: Any) -> Parameter:
        return "true" if value else "false"

    def hold(self, value: Any) -> Any:
        return value


class Number(Flag):
    """A whole number. Null is none."""

    def send(self, value: Any) -> Parameter:
        return str(value)


class Texts(Flag):
    """Several texts whose order does not matter, none of them twice."""

    def read(self, raw: Any) -> Any:
        return sorted(set(raw or ()))

    def resolve(self, current: Any, wanted: Any) -> Any:
        return sorted(set(wanted))

    def send(self, value: Any) -> Parameter:
        return list(value)


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

    def send(self, value: Any) -> Parameter:
        return value.text if isinstance(value, self.Unreadable) else json_values.dump(value)

    def show(self, value: Any) -> Any:
        return value.text if isinstance(value, self.Unreadable) else json_values.plain(value)


class Field(NamedTuple):
    """A field of a resource that can be written.

    ``name`` is the option's name and the key in Twilio's answers, with dots where dictionaries are nested;
    ``parameter`` is the name in Twilio's requests. A ``fixed`` field is given at the creation and never changes.
    """

    name: str
    parameter: str
    type: Text
    fixed: bool = False

    def of(self, raw: Mapping[str, Any]) -> Any:
        """Give the field's value in Twilio's answer; None where it is missing.

        :param raw: Twilio's answer, or a part of one.
        """
        value: Any = raw
        for key in self.name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def with_value(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Give a copy of nested dictionaries with another value in it.

    :param values: the dictionaries; they are not changed.
    :param name: the name of the value, with dots where dictionaries are nested.
    :param value: the value.
    """
    key, _dot, rest = name.partition(".")
    if rest:
        inner = values.get(key)
        value = with_value(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**values, key: value}


class Kind(NamedTuple):
    """A kind of resource.

    ``name`` is the word for it, ``path`` its path segments below the service; a service itself is on ``top``.
    ``list_key`` is the key of the list in Twilio's answers, ``key`` the field that names the resource, ``fields`` what
    can be written besides, ``reported`` the keys of Twilio's answer that a result gives, in that order.

    ``key_in_path`` tells whether the key can stand in a URL in the place of the SID; it is unique then, and is not
    otherwise. ``renamed`` tells whether the key can be changed. ``created_with`` names the fields that a creation
    takes, None for all; ``needed`` those without which there is no creation. ``deleted_first`` tells whether a
    replacement deletes the old resource before it creates the new one: where both may have the same name. A ``single``
    resource is there with its service, has no SID and no list, and can only be read and changed. ``page_size`` is the
    largest page of its list where it is not that of the product.
    """

    name: str
    path: tuple[str, ...]
    list_key: str
    key: Field
    fields: tuple[Field, ...]
    reported: tuple[str, ...]
    key_in_path: bool = True
    top: bool = False
    renamed: bool = False
    created_with: frozenset[str] | None = None
    needed: tuple[str, ...] = ()
    deleted_first: bool = False
    single: bool = False
    page_size: int | None = None

    def managed(self) -> tuple[Field, ...]:
        """Give every field that a diff shows: the key, then the writable ones."""
        return self.fields if self.single else (self.key, *self.fields)

    def writable(self) -> tuple[Field, ...]:
        """Give every field that an update can send."""
        fields = tuple(field for field in self.fields if not field.fixed)
        return (self.key, *fields) if self.renamed else fields

    def is_partial(self, raw: Mapping[str, Any]) -> bool:
        """Tell whether a record of a list leaves out what is there.

        Whether lists show JSON fields is not known: Twilio's documents have both null and text in their examples.

        :param raw: a record of Twilio's list.
        """
        return any(field.of(raw) is None for field in self.fields if isinstance(field.type, JsonObject))

    def report(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Give a resource as a module returns it.

        :param raw: Twilio's answer, or a prediction of it; a key that the product does not have is left out.
        :returns: ``id``, then the reported keys, and for every JSON field its parsed value as NAME_parsed. Null means
            that only Twilio knows.
        """
        result: dict[str, Any] = {} if self.single else {"id": raw.get("sid")}
        result.update({name: raw[name] for name in self.reported if name in raw})
        for field in self.fields:
            held = field.of(raw)
            # A prediction of what does not exist yet has no address; every answer of Twilio has one.
            value = None if raw.get("url") is None and held is None else field.type.read(held)
            if isinstance(field.type, JsonObject):
                result[field.name + "_parsed"] = json_values.plain(value) if isinstance(value, dict) else None
            else:
                # Whether Twilio calls a cleared text null or "" is not known; a prediction has to call it the same.
                result = with_value(result, field.name, value)
        return result


USER = Kind(
    name="user",
    path=("Users",),
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


ROLE = Kind(
    name="role",
    path=("Roles",),
    list_key="roles",
    key=Field("friendly_name", "FriendlyName", Text()),
    fields=(Field("type", "Type", Text(), fixed=True), Field("permissions", "Permission", Texts())),
    reported=(
        "sid",
        "account_sid",
        "service_sid",
        "friendly_name",
        "type",
        "permissions",
        "date_created",
        "date_updated",
        "url",
    ),
    key_in_path=False,
    needed=("type", "permissions"),
    deleted_first=True,
)

_SERVICE_REPORTED = ("sid", "account_sid", "friendly_name", "date_created", "date_updated", "url")


def _notifications(prefix: str, parameter: str, *events: tuple[str, str]) -> Iterator[Field]:
    """Give the fields of the notifications about these events, each by the name and the parameter of the event."""
    yield Field(f"{prefix}log_enabled", f"{parameter}LogEnabled", Flag())
    for name, event in events:
        yield Field(f"{prefix}{name}.enabled", f"{parameter}{event}.Enabled", Flag())
        yield Field(f"{prefix}{name}.template", f"{parameter}{event}.Template", Text())
        yield Field(f"{prefix}{name}.sound", f"{parameter}{event}.Sound", Text())
        if name == "new_message":
            yield Field(f"{prefix}{name}.badge_count_enabled", f"{parameter}{event}.BadgeCountEnabled", Flag())


CHAT_SERVICE = Kind(
    name="service",
    path=(),
    list_key="services",
    key=Field("friendly_name", "FriendlyName", Text()),
    fields=(
        Field("default_service_role_sid", "DefaultServiceRoleSid", Sid()),
        Field("default_channel_role_sid", "DefaultChannelRoleSid", Sid()),
        Field("default_channel_creator_role_sid", "DefaultChannelCreatorRoleSid", Sid()),
        Field("read_status_enabled", "ReadStatusEnabled", Flag()),
        Field("reachability_enabled", "ReachabilityEnabled", Flag()),
        Field("typing_indicator_timeout", "TypingIndicatorTimeout", Number()),
        Field("consumption_report_interval", "ConsumptionReportInterval", Number()),
        Field("pre_webhook_url", "PreWebhookUrl", Text()),
        Field("post_webhook_url", "PostWebhookUrl", Text()),
        Field("webhook_method", "WebhookMethod", Text()),
        Field("webhook_filters", "WebhookFilters", Texts()),
        Field("pre_webhook_retry_count", "PreWebhookRetryCount", Number()),
        Field("post_webhook_retry_count", "PostWebhookRetryCount", Number()),
        Field("limits.channel_members", "Limits.ChannelMembers", Number()),
        Field("limits.user_channels", "Limits.UserChannels", Number()),
        Field("media.compatibility_message", "Media.CompatibilityMessage", Text()),
        *_notifications(
            "notifications.",
            "Notifications.",
            ("new_message", "NewMessage"),
            ("added_to_channel", "AddedToChannel"),
            ("removed_from_channel", "RemovedFromChannel"),
            ("invited_to_channel", "InvitedToChannel"),
        ),
    ),
    reported=(*_SERVICE_REPORTED, "limits", "media", "notifications"),
    key_in_path=False,
    top=True,
    renamed=True,
    created_with=frozenset(),
    page_size=100,
)
CONVERSATIONS_SERVICE = Kind(
    name="service",
    path=(),
    list_key="services",
    key=Field("friendly_name", "FriendlyName", Text()),
    fields=(),
    reported=_SERVICE_REPORTED,
    key_in_path=False,
    top=True,
    page_size=100,
)


def _part(name: str, path: tuple[str, ...], *fields: Field) -> Kind:
    """Give the kind of a part of a Conversations service that has an address of its own."""
    names = dict.fromkeys(field.name.split(".")[0] for field in fields)
    return Kind(name, path, "", Field("", "", Text()), fields, tuple(names), single=True)


# By the name of the option that holds their fields.
CONVERSATIONS_SERVICE_PARTS = {
    "configuration": _part(
        "configuration",
        ("Configuration",),
        Field("default_chat_service_role_sid", "DefaultChatServiceRoleSid", Sid()),
        Field("default_conversation_role_sid", "DefaultConversationRoleSid", Sid()),
        Field("default_conversation_creator_role_sid", "DefaultConversationCreatorRoleSid", Sid()),
        Field("reachability_enabled", "ReachabilityEnabled", Flag()),
    ),
    "notifications": _part(
        "notification settings",
        ("Configuration", "Notifications"),
        *_notifications(
            "",
            "",
            ("new_message", "NewMessage"),
            ("added_to_conversation", "AddedToConversation"),
            ("removed_from_conversation", "RemovedFromConversation"),
        ),
        Field("new_message.with_media.enabled", "NewMessage.WithMedia.Enabled", Flag()),
        Field("new_message.with_media.template", "NewMessage.WithMedia.Template", Text()),
    ),
    "webhooks": _part(
        "webhook settings",
        ("Configuration", "Webhooks"),
        Field("pre_webhook_url", "PreWebhookUrl", Text()),
        Field("post_webhook_url", "PostWebhookUrl", Text()),
        Field("filters", "Filters", Texts()),
        Field("method", "Method", Text()),
    ),
}
