# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Twilio accepts as a value, and how it refuses the rest."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from .errors import TwilioError, bad_parameter
from .products import Product, permission_fits
from .store import Role, Service
from .switches import Switches

# Those that the error page of another product names.
RESERVED = ("system", "private", "unique")
USER_SID = re.compile(r"US[0-9a-fA-F]{32}\Z")


def _no_constant(text: str) -> Any:
    """NaN and Infinity are Python's idea of JSON, nobody else's."""
    raise ValueError(text)


def parse_json(text: str) -> Any:
    """Parse strictly. Numbers stay text: only the form matters, and no number is too long for it."""
    return json.loads(text, parse_constant=_no_constant, parse_int=str, parse_float=str)


def identity(text: str, switches: Switches) -> str:
    """An identity for a new user."""
    if not text:
        raise TwilioError(400, 50204, "User identity is missing")
    if USER_SID.match(text):
        raise TwilioError(400, 50206, "User identity is reserved: it has the form of a SID")
    if text in RESERVED and switches.reserved_identities == "refuse":
        raise TwilioError(400, 50203, "User identity is reserved")
    if len(text) > 256:
        raise TwilioError(400, 50207, "User identity is too long")
    return text


def friendly_name(text: str, limit: int = 256) -> str:
    """A friendly name, counted in characters and not in bytes."""
    if len(text) > limit:
        raise TwilioError(400, 50003, "FriendlyName is too long")
    return text


def required_name(text: str, limit: int = 256) -> str:
    """The friendly name of what cannot be without one."""
    if not text:
        raise TwilioError(400, 50000, "FriendlyName is missing")
    return friendly_name(text, limit)


def attributes(text: str, switches: Switches) -> str:
    """Attributes: the text is kept as it came, when it is JSON."""
    if switches.attributes_max_bytes is not None and len(text.encode("utf-8")) > switches.attributes_max_bytes:
        raise TwilioError(400, 50303, "Attributes too long")
    try:
        value = parse_json(text)
    except (ValueError, RecursionError):
        raise _invalid_attributes() from None
    if not switches.attributes_any_json and not isinstance(value, dict):
        raise _invalid_attributes()
    return text


def _invalid_attributes() -> TwilioError:
    return TwilioError(400, 50304, "Attributes not valid JSON")


def role(sid: str, kind: str, service: Service, switches: Switches) -> Role:
    """An existing role of the service that has the type which its use asks for."""
    found = service.roles.get(sid)
    if found is None:
        raise TwilioError(400, switches.role_error_code, "Role not found")
    if found.type != kind:
        raise TwilioError(400, switches.role_wrong_type_code, "Role of another type is needed")
    return found


def permissions(names: list[str], kind: str, product: Product, switches: Switches) -> list[str]:
    """The permissions of a role of some type, in the store's words."""
    out = []
    for name in names:
        stored = product.permission_to_store(name)
        known = stored is not None and (
            switches.role_permissions != "by_type"
            or permission_fits(stored, kind, switches.user_info_permissions == "any")
        )
        if not known and switches.role_permissions != "any":
            raise TwilioError(400, 50104, f"Permission not found: {name}")
        out.append(stored or name)
    return out


def number(name: str, value: int, least: int, most: int | None) -> int:
    """A whole number within its range."""
    if value < least or (most is not None and value > most):
        raise bad_parameter(f"Parameter '{name}' is out of range")
    return value


def url(name: str, text: str) -> str:
    """An absolute address that Twilio can call, or nothing."""
    try:
        parts = urlsplit(text)
        valid = not text or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        valid = False
    if not valid:
        raise bad_parameter(f"Parameter '{name}' is not a URL")
    return text


def method(name: str, text: str) -> str:
    """The method of a webhook."""
    if text not in ("GET", "POST"):
        raise bad_parameter(f"Parameter '{name}' is not GET or POST")
    return text


def filters(name: str, events: list[str], product: Product, switches: Switches) -> list[str] | None:
    """The events that webhooks are called for. A single empty value is how a form says that there are none."""
    if events == [""] and switches.webhook_filters_empty == "clears":
        return None
    for event in events:
        if not event or (switches.webhook_filters == "known" and event not in product.events):
            raise bad_parameter(f"Parameter '{name}' has no event {event!r}")
    return events
