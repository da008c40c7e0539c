# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody outside Twilio knows, as switches. README.md holds the same table in words; a test compares the two."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

# Allowed values of the switches that are a choice. A switch not named here is checked by the type of its default.
CHOICES: dict[str, tuple[str, ...]] = {
    "retry_after_on_429": ("none", "seconds", "date"),
    "list_order": ("created", "newest_first", "sid"),
    "page_size_over_max": ("refuse", "clamp"),
    "encoded_slash": ("accept", "refuse"),
    "encoded_percent": ("accept", "decode_twice", "refuse"),
    "dot_segments": ("resolve", "literal"),
    "trailing_slash": ("accept", "refuse"),
    "friendly_name_cleared_as": ("null", "empty"),
    "attributes_in_list": ("text", "null"),
    "role_permissions": ("by_type", "known", "any"),
    "user_info_permissions": ("service", "any"),
    "reserved_identities": ("accept", "refuse"),
    "delete_role_in_use": ("keep", "default", "refuse"),
    "delete_default_role": ("refuse", "keep"),
    "delete_default_service": ("accept", "refuse"),
    "unset_notifications_as": ("missing", "null", "empty"),
    "unset_webhook_method_as": ("null", "POST"),
    "webhook_url_cleared_as": ("null", "empty"),
    "webhook_filters": ("known", "any"),
    "webhook_filters_empty": ("clears", "refuse"),
}


@dataclass
class Switches:
    """One field for each thing unknown about Twilio; the default is the one that finds more mistakes in a client."""

    retry_after_on_429: str = "none"
    list_order: str = "created"
    page_size_over_max: str = "refuse"
    page_in_next_url: bool = False
    encoded_slash: str = "accept"
    encoded_percent: str = "accept"
    dot_segments: str = "resolve"
    trailing_slash: str = "accept"
    friendly_name_cleared_as: str = "null"
    attributes_in_list: str = "text"
    attributes_any_json: bool = False
    attributes_max_bytes: int | None = None
    role_error_code: int = 50100
    role_wrong_type_code: int = 50102
    role_friendly_name_max: int = 256
    role_permissions: str = "by_type"
    user_info_permissions: str = "service"
    oauth_refusal_status: int = 400
    reserved_identities: str = "accept"
    delete_role_in_use: str = "keep"
    delete_default_role: str = "refuse"
    delete_default_service: str = "accept"
    unset_notifications_as: str = "missing"
    unset_webhook_method_as: str = "null"
    webhook_url_cleared_as: str = "null"
    webhook_filters: str = "known"
    webhook_filters_empty: str = "clears"
    conflict_status: int = 409
    chat_closed: bool = False

    def changed(self, values: Any) -> Switches:
        """A copy with some switches set. A name or value that does not exist raises ValueError."""
        if not isinstance(values, dict):
            raise ValueError("switches must be an object")
        known = {field.name for field in dataclasses.fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError("unknown switch {!r}; known are: {}".format(name, ", ".join(sorted(known))))
            problem = _problem(name, value)
            if problem:
                raise ValueError(f"switch {name}: {value!r} is not {problem}")
        return dataclasses.replace(self, **values)

    def as_dict(self) -> dict[str, Any]:
        """Name and value of each switch."""
        return dataclasses.asdict(self)


def _problem(name: str, value: Any) -> str | None:
    """What the value should have been, or None when it is right."""
    if name in CHOICES:
        return None if isinstance(value, str) and value in CHOICES[name] else "one of " + ", ".join(CHOICES[name])
    default = getattr(Switches, name)
    if isinstance(default, bool):
        return None if isinstance(value, bool) else "true or false"
    if default is None and value is None:
        return None
    # bool is an int to Python, but not to whoever wrote the setting.
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return None
    return "a whole number" if default is not None else "a whole number or null"
