# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types of resources that the collection manages: users, roles, services and the parts of a service."""

from __future__ import annotations

from collections.abc import Iterator

from .field_types import Boolean, Integer, JsonObject, Sid, String, StringSet
from .resource_type import Field, ResourceType

USER = ResourceType(
    name="user",
    path=("Users",),
    list_key="users",
    sid_prefix="US",
    key=Field("identity", "Identity", String()),
    fields=(
        Field("friendly_name", "FriendlyName", String()),
        Field("role_sid", "RoleSid", Sid()),
        Field("attributes", "Attributes", JsonObject()),
    ),
    result_keys=(
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


ROLE = ResourceType(
    name="role",
    path=("Roles",),
    list_key="roles",
    sid_prefix="RL",
    key=Field("friendly_name", "FriendlyName", String()),
    fields=(Field("type", "Type", String(), immutable=True), Field("permissions", "Permission", StringSet())),
    result_keys=(
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
    required_on_create=("type", "permissions"),
    delete_before_create=True,
)

_SERVICE_REPORTED = ("sid", "account_sid", "friendly_name", "date_created", "date_updated", "url")


def _notifications(prefix: str, parameter: str, *events: tuple[str, str]) -> Iterator[Field]:
    """Yield the fields of notifications.

    :param prefix: the prefix of the names of fields.
    :param parameter: the prefix of the names of parameters.
    :param events: for each event the name in fields, and the name in parameters.
    """
    yield Field(f"{prefix}log_enabled", f"{parameter}LogEnabled", Boolean())
    for name, event in events:
        yield Field(f"{prefix}{name}.enabled", f"{parameter}{event}.Enabled", Boolean())
        yield Field(f"{prefix}{name}.template", f"{parameter}{event}.Template", String())
        yield Field(f"{prefix}{name}.sound", f"{parameter}{event}.Sound", String())
        if name == "new_message":
            yield Field(f"{prefix}{name}.badge_count_enabled", f"{parameter}{event}.BadgeCountEnabled", Boolean())


CHAT_SERVICE = ResourceType(
    name="service",
    path=(),
    list_key="services",
    sid_prefix="IS",
    key=Field("friendly_name", "FriendlyName", String()),
    fields=(
        Field("default_service_role_sid", "DefaultServiceRoleSid", Sid()),
        Field("default_channel_role_sid", "DefaultChannelRoleSid", Sid()),
        Field("default_channel_creator_role_sid", "DefaultChannelCreatorRoleSid", Sid()),
        Field("read_status_enabled", "ReadStatusEnabled", Boolean()),
        Field("reachability_enabled", "ReachabilityEnabled", Boolean()),
        Field("typing_indicator_timeout", "TypingIndicatorTimeout", Integer()),
        Field("consumption_report_interval", "ConsumptionReportInterval", Integer()),
        Field("pre_webhook_url", "PreWebhookUrl", String()),
        Field("post_webhook_url", "PostWebhookUrl", String()),
        Field("webhook_method", "WebhookMethod", String()),
        Field("webhook_filters", "WebhookFilters", StringSet()),
        Field("pre_webhook_retry_count", "PreWebhookRetryCount", Integer()),
        Field("post_webhook_retry_count", "PostWebhookRetryCount", Integer()),
        Field("limits.channel_members", "Limits.ChannelMembers", Integer()),
        Field("limits.user_channels", "Limits.UserChannels", Integer()),
        Field("media.compatibility_message", "Media.CompatibilityMessage", String()),
        *_notifications(
            "notifications.",
            "Notifications.",
            ("new_message", "NewMessage"),
            ("added_to_channel", "AddedToChannel"),
            ("removed_from_channel", "RemovedFromChannel"),
            ("invited_to_channel", "InvitedToChannel"),
        ),
    ),
    result_keys=(*_SERVICE_REPORTED, "limits", "media", "notifications"),
    key_in_path=False,
    is_service=True,
    renamable=True,
    create_fields=frozenset(),
    page_size=100,
)
CONVERSATIONS_SERVICE = ResourceType(
    name="service",
    path=(),
    list_key="services",
    sid_prefix="IS",
    key=Field("friendly_name", "FriendlyName", String()),
    fields=(),
    result_keys=_SERVICE_REPORTED,
    key_in_path=False,
    is_service=True,
    page_size=100,
    has_account_sid=False,
)


def _part(name: str, path: tuple[str, ...], *fields: Field) -> ResourceType:
    """Return the type of a part of a Conversations service that has its own URL."""
    names = dict.fromkeys(field.name.split(".")[0] for field in fields)
    return ResourceType(name, path, "", "", Field("", "", String()), fields, tuple(names), singleton=True)


# The keys are the names of the options for their fields.
CONVERSATIONS_SERVICE_PARTS = {
    "configuration": _part(
        "configuration",
        ("Configuration",),
        Field("default_chat_service_role_sid", "DefaultChatServiceRoleSid", Sid()),
        Field("default_conversation_role_sid", "DefaultConversationRoleSid", Sid()),
        Field("default_conversation_creator_role_sid", "DefaultConversationCreatorRoleSid", Sid()),
        Field("reachability_enabled", "ReachabilityEnabled", Boolean()),
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
        Field("new_message.with_media.enabled", "NewMessage.WithMedia.Enabled", Boolean()),
        Field("new_message.with_media.template", "NewMessage.WithMedia.Template", String()),
    ),
    "webhooks": _part(
        "webhook settings",
        ("Configuration", "Webhooks"),
        Field("pre_webhook_url", "PreWebhookUrl", String()),
        Field("post_webhook_url", "PostWebhookUrl", String()),
        Field("filters", "Filters", StringSet()),
        Field("method", "Method", String()),
    ),
}
