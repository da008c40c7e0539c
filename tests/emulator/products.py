# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two products, Chat v2 and Conversations v1, and the words in which they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The store speaks the words of Conversations. Each pair is (Conversations, Chat).
_WORDS = (("Conversation", "Channel"), ("Participant", "Member"))
_SPECIAL = {"deleteConversation": "destroyChannel"}

_SHARED = (
    "addNonChatParticipant",
    "addParticipant",
    "deleteAnyMessage",
    "deleteConversation",
    "deleteOwnMessage",
    "editAnyMessage",
    "editAnyMessageAttributes",
    "editAnyParticipantAttributes",
    "editAnyUserInfo",
    "editConversationAttributes",
    "editConversationName",
    "editNotificationLevel",
    "editOwnMessage",
    "editOwnMessageAttributes",
    "editOwnParticipantAttributes",
    "editOwnUserInfo",
    "createConversation",
    "joinConversation",
    "leaveConversation",
    "removeParticipant",
    "sendMediaMessage",
    "sendMessage",
)
# Chat permissions without a known counterpart in Conversations: both products show them as they are.
_CHAT_ONLY = ("inviteMember",)

# Permissions that only one type of role can have. All others fit both.
_OF_ONE_TYPE = {
    "createConversation": "service",
    "joinConversation": "service",
    "deleteOwnMessage": "conversation",
    "leaveConversation": "conversation",
    "sendMediaMessage": "conversation",
    "sendMessage": "conversation",
}

# Documented for both types, and reported to be refused in a role of type conversation.
_USER_INFO = ("editOwnUserInfo", "editAnyUserInfo")

# The events that webhooks can be called for: first those before something happens, then those after it.
_CHAT_EVENTS = (
    *("onMessageSend", "onMessageUpdate", "onMessageRemove", "onMediaMessageSend"),
    *("onChannelAdd", "onChannelUpdate", "onChannelDestroy"),
    *("onMemberAdd", "onMemberUpdate", "onMemberRemove", "onUserUpdate"),
    *("onMessageSent", "onMessageUpdated", "onMessageRemoved", "onMediaMessageSent"),
    *("onChannelAdded", "onChannelUpdated", "onChannelDestroyed"),
    *("onMemberAdded", "onMemberUpdated", "onMemberRemoved", "onUserAdded", "onUserUpdated"),
)
_CONVERSATIONS_EVENTS = (
    *("onConversationAdd", "onConversationUpdate", "onConversationRemove"),
    *("onMessageAdd", "onMessageUpdate", "onMessageRemove"),
    *("onParticipantAdd", "onParticipantUpdate", "onParticipantRemove"),
    *("onConversationAdded", "onConversationUpdated", "onConversationRemoved", "onConversationStateUpdated"),
    *("onMessageAdded", "onMessageUpdated", "onMessageRemoved", "onDeliveryUpdated"),
    *("onParticipantAdded", "onParticipantUpdated", "onParticipantRemoved"),
    # Documented as filters of the account's webhooks only; those of a service are said to have the same events.
    *("onUserUpdate", "onUserAdded", "onUserUpdated"),
)


def permission_fits(name: str, kind: str, user_info_in_any: bool) -> bool:
    """Whether a role of some type can have a permission, both in the store's words."""
    if name in _USER_INFO and not user_info_in_any:
        return kind == "service"
    return _OF_ONE_TYPE.get(name, kind) == kind


def _to_chat(name: str) -> str:
    """The Chat name of a permission of Conversations."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    for ours, theirs in _WORDS:
        name = name.replace(ours, theirs)
    return name


@dataclass(frozen=True)
class Product:
    """One of Twilio's two APIs over the same data."""

    name: str
    version: str
    host: str
    service_key: str
    user_page_max: int
    role_types: dict[str, str]
    permissions: dict[str, str]
    events: tuple[str, ...]
    delete_takes_webhook_header: bool

    def page_max(self, kind: str) -> int:
        """The largest PageSize for users, roles or services."""
        return 100 if kind == "services" else self.user_page_max

    def permission_from_store(self, name: str) -> str:
        """A stored permission in this product's words."""
        return self.permissions.get(name, name)

    def permission_to_store(self, name: str) -> str | None:
        """This product's permission in the store's words, None when the product does not know it."""
        for ours, theirs in self.permissions.items():
            if theirs == name:
                return ours
        return None


CHAT = Product(
    name="chat",
    version="v2",
    host="chat.twilio.com",
    service_key="service_sid",
    user_page_max=100,
    role_types={"service": "deployment", "conversation": "channel"},
    permissions={**{name: _to_chat(name) for name in _SHARED}, **{name: name for name in _CHAT_ONLY}},
    events=_CHAT_EVENTS,
    delete_takes_webhook_header=False,
)
CONVERSATIONS = Product(
    name="conversations",
    version="v1",
    host="conversations.twilio.com",
    service_key="chat_service_sid",
    user_page_max=50,
    role_types={"service": "service", "conversation": "conversation"},
    permissions={name: name for name in _SHARED},
    events=_CONVERSATIONS_EVENTS,
    delete_takes_webhook_header=True,
)
BY_VERSION = {product.version: product for product in (CHAT, CONVERSATIONS)}
BY_NAME = {product.name: product for product in (CHAT, CONVERSATIONS)}

_TWILIO_HOST = re.compile(r"^([a-z]+)(?:\.[a-z0-9-]+){0,2}\.twilio\.com$")


def product_of_host(host: str) -> str | None:
    """The product that a real Twilio host name (also with edge and region) names, None for any other name."""
    match = _TWILIO_HOST.match(host.rsplit(":", 1)[0].lower())
    return match.group(1) if match else None
