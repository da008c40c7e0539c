# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set on a service, as tables: each parameter, what it may be, and where its value stands in the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import rules
from .errors import TwilioError
from .params import as_bool, as_number
from .store import Service, now

if TYPE_CHECKING:
    from .context import Context

# Where a value stands: an attribute of the service, then the keys below it.
Place = tuple[str, ...]

# The kinds of values that can be read from their text alone.
_READERS: dict[str, Callable[[str, str], Any]] = {
    "bool": as_bool,
    "number": lambda name, text: rules.number(name, as_number(name, text), 0, None),
    "limit": lambda name, text: rules.number(name, as_number(name, text), 1, 1000),
    "text": lambda dummy, text: text,
    # Emptied is the same as never set: no source tells the two apart.
    "note": lambda dummy, text: text or None,
    "url": rules.url,
    "method": rules.method,
    "name": lambda dummy, text: rules.required_name(text),
}
_ROLES = {"service role": "service", "conversation role": "conversation"}


class Settings:
    """The parameters of one update: the kind and the place of each. A place follows from the name unless it is told."""

    def __init__(self, root: Place, kinds: Mapping[str, str], told: Mapping[str, str] | None = None) -> None:
        self.kinds = dict(kinds)
        self.places = {name: (*root, *(snake(part) for part in name.split("."))) for name in kinds}
        self.places.update({name: (place,) for name, place in (told or {}).items()})
        self._arrays = [name for name, kind in kinds.items() if kind == "filters"]
        self._others = [name for name in kinds if name not in self._arrays]

    def update(self, context: Context, service: Service) -> None:
        """Change what the request gives. All of it is checked before any of it is used."""
        form = context.form(self._others, self._arrays)
        if not form:
            raise TwilioError(400, 20161, "Parameters are not specified for update request")
        values = {name: self._read(context, service, name, form.texts(name)) for name in form.names()}
        for name, value in values.items():
            put(service, self.places[name], value)
        service.date_updated = now()

    def _read(self, context: Context, service: Service, name: str, texts: list[str]) -> Any:
        kind = self.kinds[name]
        if kind == "filters":
            return rules.filters(name, texts, context.product, context.switches)
        if kind in _ROLES:
            return rules.role(texts[0], _ROLES[kind], service, context.switches).sid
        return _READERS[kind](name, texts[0])


def put(service: Service, place: Place, value: Any) -> None:
    """Put a value into its place."""
    if len(place) == 1:
        setattr(service, place[0], value)
    else:
        get(service, place[:-1])[place[-1]] = value


def get(service: Service, place: Place) -> Any:
    """What stands in a place."""
    value = getattr(service, place[0])
    for part in place[1:]:
        value = value[part]
    return value


def snake(name: str) -> str:
    """`TypingIndicatorTimeout` to `typing_indicator_timeout`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _notifications(prefix: str, *events: str) -> dict[str, str]:
    """The parameters of push notifications."""
    kinds = {prefix + "LogEnabled": "bool", prefix + "NewMessage.BadgeCountEnabled": "bool"}
    for event in ("NewMessage", *events):
        for part, kind in (("Enabled", "bool"), ("Template", "note"), ("Sound", "note")):
            kinds[f"{prefix}{event}.{part}"] = kind
    return kinds


_URLS = {"PreWebhookUrl": "url", "PostWebhookUrl": "url"}

CHAT_SERVICE = Settings(
    ("chat",),
    {
        "FriendlyName": "name",
        "DefaultServiceRoleSid": "service role",
        "DefaultChannelRoleSid": "conversation role",
        "DefaultChannelCreatorRoleSid": "conversation role",
        "ReachabilityEnabled": "bool",
        "ReadStatusEnabled": "bool",
        "TypingIndicatorTimeout": "number",
        "ConsumptionReportInterval": "number",
        **_notifications("Notifications.", "AddedToChannel", "RemovedFromChannel", "InvitedToChannel"),
        **_URLS,
        "WebhookMethod": "method",
        "WebhookFilters": "filters",
        "PreWebhookRetryCount": "number",
        "PostWebhookRetryCount": "number",
        "Limits.ChannelMembers": "limit",
        "Limits.UserChannels": "limit",
        "Media.CompatibilityMessage": "text",
    },
    {
        "FriendlyName": "friendly_name",
        "DefaultServiceRoleSid": "default_service_role_sid",
        "DefaultChannelRoleSid": "default_channel_role_sid",
        "DefaultChannelCreatorRoleSid": "default_channel_creator_role_sid",
        "ReachabilityEnabled": "reachability_enabled",
    },
)
CONFIGURATION = Settings(
    (),
    {
        "DefaultChatServiceRoleSid": "service role",
        "DefaultConversationRoleSid": "conversation role",
        "DefaultConversationCreatorRoleSid": "conversation role",
        "ReachabilityEnabled": "bool",
    },
    {
        "DefaultChatServiceRoleSid": "default_service_role_sid",
        "DefaultConversationRoleSid": "default_channel_role_sid",
        "DefaultConversationCreatorRoleSid": "default_channel_creator_role_sid",
    },
)
NOTIFICATIONS = Settings(
    ("conversations", "notifications"),
    {
        **_notifications("", "AddedToConversation", "RemovedFromConversation"),
        "NewMessage.WithMedia.Enabled": "bool",
        "NewMessage.WithMedia.Template": "note",
    },
)
WEBHOOKS = Settings(("conversations", "webhooks"), {**_URLS, "Method": "method", "Filters": "filters"})

# The kind of each value below `chat` and `conversations`.
KINDS: dict[Place, str] = {
    ("chat", "media", "size_limit_mb"): "number",
    **{
        place: settings.kinds[name]
        for settings in (CHAT_SERVICE, NOTIFICATIONS, WEBHOOKS)
        for name, place in settings.places.items()
        if len(place) > 1
    },
}
_FRESH = Service("", "", "", 0)
# The places that may hold None: a fresh service has nothing there.
UNSET = {place for place in KINDS if get(_FRESH, place) is None}
