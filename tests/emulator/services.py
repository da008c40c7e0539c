# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Service resource."""

from __future__ import annotations

import re
from typing import Any

from . import rules
from .call import Answer
from .context import Context
from .errors import TwilioError, bad_parameter
from .params import as_bool, as_number
from .products import CHAT
from .store import Service, now

_NOTES = ("NewMessage", "AddedToChannel", "RemovedFromChannel", "InvitedToChannel")
_BOOL = (
    "ReadStatusEnabled",
    "Notifications.LogEnabled",
    "Notifications.NewMessage.BadgeCountEnabled",
    *(f"Notifications.{note}.Enabled" for note in _NOTES),
)
_INT = (
    "TypingIndicatorTimeout",
    "ConsumptionReportInterval",
    "Limits.ChannelMembers",
    "Limits.UserChannels",
    "PreWebhookRetryCount",
    "PostWebhookRetryCount",
)
_TEXT = (
    "PreWebhookUrl",
    "PostWebhookUrl",
    "WebhookMethod",
    "Media.CompatibilityMessage",
    *(f"Notifications.{note}.{part}" for note in _NOTES for part in ("Template", "Sound")),
)
_ROLES = {
    "DefaultServiceRoleSid": "service",
    "DefaultChannelRoleSid": "conversation",
    "DefaultChannelCreatorRoleSid": "conversation",
}


def index(context: Context) -> Answer:
    """List services."""
    context.webhook_header(False)
    url = context.render.root + "/Services"
    return context.page("services", list(context.account.services.values()), url, context.render.service)


def create(context: Context) -> Answer:
    """Create a service."""
    context.webhook_header(False)
    form = context.form(("FriendlyName",))
    name = form.text("FriendlyName")
    if not name:
        raise TwilioError(400, 50000, "FriendlyName is missing")
    service = context.store.add_service(context.account, rules.friendly_name(name))
    return Answer.json(201, context.render.service(service))


def fetch(context: Context, service: Service) -> Answer:
    """Fetch a service."""
    context.webhook_header(False)
    context.no_query()
    context.no_body()
    return Answer.json(200, context.render.service(service))


def update(context: Context, service: Service) -> Answer:
    """Change a service: Chat only, Conversations has no such operation."""
    if context.product is not CHAT:
        raise method_not_allowed()
    context.webhook_header(False)
    form = context.form(
        ("FriendlyName", "ReachabilityEnabled", *_BOOL, *_INT, *_TEXT, *_ROLES), arrays=("WebhookFilters",)
    )
    if not form:
        raise TwilioError(400, 20161, "Parameters are not specified for update request")
    own: dict[str, Any] = {}
    chat: dict[str, Any] = {}
    for name in form.names():
        text = form.text(name) or ""
        if name == "FriendlyName":
            own["friendly_name"] = rules.friendly_name(text)
        elif name == "ReachabilityEnabled":
            own["reachability_enabled"] = as_bool(name, text)
        elif name in _ROLES:
            own[_snake(name)] = rules.role(text, _ROLES[name], service, context.switches).sid
        elif name in _BOOL:
            chat[name] = as_bool(name, text)
        elif name in _INT:
            chat[name] = as_number(name, text)
        elif name == "WebhookFilters":
            chat[name] = form.texts(name)
        else:
            chat[name] = text
    if chat.get("WebhookMethod", "POST") not in ("GET", "POST"):
        raise bad_parameter("WebhookMethod is GET or POST")
    if max(chat.get("Limits.ChannelMembers", 0), chat.get("Limits.UserChannels", 0)) > 1000:
        raise bad_parameter("Limits go up to 1000")
    for name, value in own.items():
        setattr(service, name, value)
    for name, value in chat.items():
        *outer, last = [_snake(part) for part in name.split(".")]
        target = service.chat
        for part in outer:
            target = target[part]
        target[last] = value
    service.date_updated = now()
    return Answer.json(200, context.render.service(service))


def delete(context: Context, service: Service) -> Answer:
    """Delete a service with all it holds."""
    context.webhook_header(False)
    context.no_query()
    context.no_body()
    del context.account.services[service.sid]
    return Answer(204)


def method_not_allowed() -> TwilioError:
    """405."""
    return TwilioError(405, 20004, "Method not allowed")


def _snake(name: str) -> str:
    """`TypingIndicatorTimeout` to `typing_indicator_timeout`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
