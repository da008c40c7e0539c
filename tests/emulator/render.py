# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things of the store as the JSON of one product."""

from __future__ import annotations

import copy
from typing import Any

from . import settings
from .products import CHAT, Product
from .store import Role, Service, User
from .switches import Switches


class Renderer:
    """Renders for one request: one product, on the host that the client called."""

    def __init__(self, product: Product, base_url: str, switches: Switches) -> None:
        self.product = product
        self.switches = switches
        self.root = f"{base_url}/{product.version}"

    def service_url(self, service: Service) -> str:
        """The address of a service."""
        return f"{self.root}/Services/{service.sid}"

    def user(self, service: Service, user: User, in_list: bool = False) -> dict[str, Any]:
        """A user. Lists show less of it than a fetch."""
        url = f"{self.service_url(service)}/Users/{user.sid}"
        # Presence is known only where the service tracks it, and never shown in lists.
        present = service.reachability_enabled and not in_list
        body: dict[str, Any] = {
            "sid": user.sid,
            "account_sid": service.account_sid,
            self.product.service_key: service.sid,
            "role_sid": user.role_sid,
            "identity": user.identity,
            "friendly_name": user.friendly_name,
            "attributes": None if in_list and self.switches.attributes_in_list == "null" else user.attributes,
            "is_online": user.is_online if present else None,
            "is_notifiable": user.is_notifiable if present else None,
            "date_created": user.date_created,
            "date_updated": user.date_updated,
            "url": url,
        }
        if body["friendly_name"] == "" and self.switches.friendly_name_cleared_as == "null":
            body["friendly_name"] = None
        if self.product is CHAT:
            body["joined_channels_count"] = user.joined_channels_count
            body["links"] = {"user_channels": url + "/Channels", "user_bindings": url + "/Bindings"}
        else:
            body["links"] = {"user_conversations": url + "/Conversations"}
        return body

    def role(self, service: Service, role: Role, in_list: bool = False) -> dict[str, Any]:
        """A role, with type and permissions in the product's words."""
        return {
            "sid": role.sid,
            "account_sid": service.account_sid,
            self.product.service_key: service.sid,
            "friendly_name": role.friendly_name,
            "type": self.product.role_types[role.type],
            "permissions": [self.product.permission_from_store(name) for name in role.permissions],
            "date_created": role.date_created,
            "date_updated": role.date_updated,
            "url": f"{self.service_url(service)}/Roles/{role.sid}",
        }

    def service(self, service: Service, in_list: bool = False) -> dict[str, Any]:
        """A service: Chat shows its whole configuration, Conversations keeps that elsewhere."""
        url = self.service_url(service)
        body: dict[str, Any] = {
            "sid": service.sid,
            # Twilio returns null for a service of Conversations, although its roles and users have the account.
            "account_sid": service.account_sid if self.product is CHAT else None,
            "friendly_name": service.friendly_name,
            "date_created": service.date_created,
            "date_updated": service.date_updated,
            "url": url,
        }
        if self.product is CHAT:
            body.update(self._webhooks(service.chat))
            body["notifications"] = self._notifications(service.chat["notifications"])
            if body["webhook_method"] is None and self.switches.unset_webhook_method_as == "POST":
                body["webhook_method"] = "POST"
            body["reachability_enabled"] = service.reachability_enabled
            for name in ("default_service_role_sid", "default_channel_role_sid", "default_channel_creator_role_sid"):
                body[name] = getattr(service, name)
            body["links"] = {name: f"{url}/{name.title()}" for name in ("channels", "users", "roles", "bindings")}
        else:
            body["links"] = {
                "conversations": url + "/Conversations",
                "users": url + "/Users",
                "roles": url + "/Roles",
                "bindings": url + "/Bindings",
                "configuration": url + "/Configuration",
                "participant_conversations": url + "/ParticipantConversations",
                "conversation_with_participants": url + "/ConversationWithParticipants",
            }
        return body

    def account_configuration(self, account_sid: str, service_sid: str | None) -> dict[str, Any]:
        """The configuration of an account."""
        url = self.root + "/Configuration"
        return {
            "account_sid": account_sid,
            "default_chat_service_sid": service_sid,
            "default_messaging_service_sid": None,
            "default_inactive_timer": None,
            "default_closed_timer": None,
            "url": url,
            "links": {"service": f"{self.root}/Services/{service_sid}/Configuration", "webhooks": url + "/Webhooks"},
        }

    def configuration(self, service: Service, path: str) -> dict[str, Any]:
        """One of the configurations that Conversations has beside the service."""
        url = f"{self.service_url(service)}/{path}"
        body: dict[str, Any] = {self.product.service_key: service.sid, "url": url}
        if path == "Configuration":
            for name, place in settings.CONFIGURATION.places.items():
                body[settings.snake(name)] = settings.get(service, place)
            body["links"] = {"notifications": url + "/Notifications", "webhooks": url + "/Webhooks"}
            return body
        body["account_sid"] = service.account_sid
        if path == "Configuration/Notifications":
            body.update(self._notifications(service.conversations["notifications"]))
        else:
            body.update(self._webhooks(service.conversations["webhooks"]))
        return body

    def _notifications(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Push notifications, with what is not set in the form of the switch."""
        body: dict[str, Any] = {}
        for name, value in stored.items():
            if isinstance(value, dict):
                body[name] = self._notifications(value)
            elif value is not None or self.switches.unset_notifications_as == "null":
                body[name] = value
            elif self.switches.unset_notifications_as == "empty":
                body[name] = False if name.endswith("_enabled") else ""
        return body

    def _webhooks(self, stored: dict[str, Any]) -> dict[str, Any]:
        """A copy of settings with webhooks among them, with emptied addresses in the form of the switch."""
        body: dict[str, Any] = copy.deepcopy(stored)
        for name in ("pre_webhook_url", "post_webhook_url"):
            if body[name] == "" and self.switches.webhook_url_cleared_as == "null":
                body[name] = None
        return body
