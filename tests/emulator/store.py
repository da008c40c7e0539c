# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data: accounts, services, roles, users. No rules of Twilio here, only what exists and how it is found."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Fixed and fake: whoever reads them in a log or a playbook should see at once that they open nothing.
DEFAULT_ACCOUNT_SID = "AC" + "00c0ffee" * 4
DEFAULT_AUTH_TOKEN = "7e57" * 8
DEFAULT_API_KEY = "SK" + "00c0ffee" * 4
DEFAULT_API_SECRET = "emulatorSecretNotARealOne0000001"
DEFAULT_CLIENT_ID = "OQ" + "00c0ffee" * 4
DEFAULT_CLIENT_SECRET = "emulatorClientSecretNotARealOne1"
DEFAULT_SERVICE_SID = "IS" + "5e1f0000" * 4

# None is what was never set. How Twilio shows that differs (see switches.py).
_NOTIFICATION: dict[str, Any] = {"enabled": False, "template": None, "sound": None}
CHAT_SETTINGS: dict[str, Any] = {
    "read_status_enabled": True,
    "typing_indicator_timeout": 5,
    "consumption_report_interval": 10,
    "limits": {"channel_members": 100, "user_channels": 250},
    "pre_webhook_url": None,
    "post_webhook_url": None,
    "webhook_method": None,
    "webhook_filters": None,
    "pre_webhook_retry_count": 0,
    "post_webhook_retry_count": 0,
    "notifications": {
        "log_enabled": False,
        "new_message": dict(_NOTIFICATION, badge_count_enabled=None),
        "added_to_channel": dict(_NOTIFICATION),
        "removed_from_channel": dict(_NOTIFICATION),
        "invited_to_channel": dict(_NOTIFICATION),
    },
    "media": {"size_limit_mb": 150, "compatibility_message": "Media messages are not supported by your client"},
}
CONVERSATIONS_SETTINGS: dict[str, Any] = {
    "notifications": {
        "log_enabled": False,
        "new_message": dict(_NOTIFICATION, badge_count_enabled=None, with_media={"enabled": False, "template": None}),
        "added_to_conversation": dict(_NOTIFICATION),
        "removed_from_conversation": dict(_NOTIFICATION),
    },
    "webhooks": {"pre_webhook_url": None, "post_webhook_url": None, "method": None, "filters": None},
}

# As Twilio's documents and published responses have them, in the words of Conversations.
STOCK_ROLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("service user", "service", ("createConversation", "editOwnUserInfo", "joinConversation")),
    (
        "service admin",
        "service",
        (
            *("createConversation", "joinConversation", "deleteConversation"),
            *("editConversationAttributes", "editConversationName"),
            *("addParticipant", "inviteMember", "removeParticipant", "editAnyParticipantAttributes"),
            *("editAnyMessage", "deleteAnyMessage", "editAnyMessageAttributes", "editAnyUserInfo"),
        ),
    ),
    (
        "channel user",
        "conversation",
        (
            *("sendMessage", "sendMediaMessage", "leaveConversation", "editNotificationLevel"),
            *("editOwnParticipantAttributes", "editOwnMessage", "editOwnMessageAttributes", "deleteOwnMessage"),
        ),
    ),
    (
        "channel admin",
        "conversation",
        (
            *("deleteConversation", "removeParticipant", "editConversationName", "editConversationAttributes"),
            *("addParticipant", "sendMessage", "sendMediaMessage", "leaveConversation", "editAnyMessage"),
            *("editAnyMessageAttributes", "editAnyParticipantAttributes", "deleteAnyMessage", "editNotificationLevel"),
        ),
    ),
)


def new_sid(prefix: str) -> str:
    """A fresh SID."""
    return prefix + uuid.uuid4().hex


def now() -> str:
    """The time as Twilio writes it: UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@dataclass
class Role:
    """A role; `type` is service or conversation, permissions are in the words of Conversations."""

    sid: str
    friendly_name: str
    type: str
    permissions: list[str]
    number: int
    date_created: str = field(default_factory=now)
    date_updated: str = field(default_factory=now)


@dataclass
class User:
    """A user; `number` is the place in creation order."""

    sid: str
    identity: str
    role_sid: str
    number: int
    friendly_name: str | None = None
    attributes: str = "{}"
    is_online: bool | None = None
    is_notifiable: bool | None = None
    joined_channels_count: int = 0
    date_created: str = field(default_factory=now)
    date_updated: str = field(default_factory=now)


@dataclass
class Service:
    """A service with its roles and users. `chat` and `conversations` hold what only that product shows of it."""

    sid: str
    account_sid: str
    friendly_name: str
    number: int
    reachability_enabled: bool = False
    default_service_role_sid: str = ""
    default_channel_role_sid: str = ""
    default_channel_creator_role_sid: str = ""
    chat: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(CHAT_SETTINGS))
    conversations: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(CONVERSATIONS_SETTINGS))
    roles: dict[str, Role] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)
    date_created: str = field(default_factory=now)
    date_updated: str = field(default_factory=now)

    def default_roles(self) -> tuple[str, str, str]:
        """The roles that nobody has to be given: those of a user, of a participant, and of a conversation's creator."""
        return (
            self.default_service_role_sid,
            self.default_channel_role_sid,
            self.default_channel_creator_role_sid,
        )

    def find_user(self, key: str) -> User | None:
        """A user by SID or identity. The two cannot be mixed up: no identity may look like a SID."""
        return self.users.get(key) or self.users.get(self.identities.get(key, ""))

    def add_user(self, user: User) -> User:
        """Put a user in."""
        self.users[user.sid] = user
        self.identities[user.identity] = user.sid
        return user

    def remove_user(self, user: User) -> None:
        """Take a user out."""
        del self.users[user.sid]
        del self.identities[user.identity]


@dataclass
class Account:
    """An account: who may ask, and the services it owns. API keys and OAuth clients are pairs of SID and secret."""

    sid: str
    auth_token: str
    api_keys: dict[str, str] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)


class Store:
    """Everything the emulator knows."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.default = Account(
            DEFAULT_ACCOUNT_SID,
            DEFAULT_AUTH_TOKEN,
            {DEFAULT_API_KEY: DEFAULT_API_SECRET},
            {DEFAULT_CLIENT_ID: DEFAULT_CLIENT_SECRET},
        )
        self.default_service_sid = DEFAULT_SERVICE_SID
        self.accounts[self.default.sid] = self.default
        self._last_number = 0

    def number(self) -> int:
        """The next place in creation order."""
        self._last_number += 1
        return self._last_number

    def authenticate(self, user: str, password: str) -> Account | None:
        """The account that this user name and password open."""
        account = self.accounts.get(user)
        if account is not None and account.auth_token == password:
            return account
        for owner in self.accounts.values():
            if user in owner.api_keys and owner.api_keys[user] == password:
                return owner
        return None

    def services(self) -> Iterator[Service]:
        """Every service of every account."""
        for account in self.accounts.values():
            yield from account.services.values()

    def find_service(self, sid: str) -> Service | None:
        """A service of any account."""
        return next((service for service in self.services() if service.sid == sid), None)

    def add_service(self, account: Account, friendly_name: str, sid: str | None = None) -> Service:
        """A new service with stock roles."""
        service = Service(sid or new_sid("IS"), account.sid, friendly_name, self.number())
        stock = [self.add_role(service, name, kind, list(permissions)) for name, kind, permissions in STOCK_ROLES]
        service.default_service_role_sid = stock[0].sid
        service.default_channel_role_sid = stock[2].sid
        service.default_channel_creator_role_sid = stock[3].sid
        account.services[service.sid] = service
        return service

    def remove_service(self, service: Service) -> None:
        """Take a service out, with its roles and users."""
        del self.accounts[service.account_sid].services[service.sid]

    def add_role(self, service: Service, name: str, kind: str, permissions: list[str], sid: str | None = None) -> Role:
        """A new role."""
        role = Role(sid or new_sid("RL"), name, kind, permissions, self.number())
        service.roles[role.sid] = role
        return role

    def add_user(self, service: Service, identity: str, sid: str | None = None, **fields: Any) -> User:
        """A new user, with the service's default role unless another is given."""
        fields.setdefault("role_sid", service.default_service_role_sid)
        return service.add_user(User(sid=sid or new_sid("US"), identity=identity, number=self.number(), **fields))
