# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Terraform states, as Terraform 1.11 writes them."""

from __future__ import annotations

import re
from typing import Any

SERVICE, OTHER_SERVICE = "IS" + "0" * 32, "IS" + "1" * 32
AGENT, STRANGER = "RL" + "a" * 32, "RL" + "f" * 32
TWILIO = 'provider["registry.terraform.io/rjpearson94/twilio"]'
AWS = 'provider["registry.terraform.io/hashicorp/aws"]'

_MODULE = re.compile(r'module\.\w+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')


def instance(attributes: dict[str, Any] | None, **others: Any) -> dict[str, Any]:
    """Return an instance of a resource; its index_key, status, deposed and sensitive_attributes if given."""
    values = {} if attributes is None else {"attributes": attributes}
    return {"schema_version": 0, **values, "sensitive_attributes": [], "private": "bnVsbA==", **others}


def user(identity: Any, **attributes: Any) -> dict[str, Any]:
    """Return the attributes of a user."""
    return {
        "account_sid": "AC" + "0" * 32,
        "attributes": "{}",
        "date_created": "2026-01-02T03:04:05Z",
        "friendly_name": "",
        "id": "US" + "9" * 32,
        "identity": identity,
        "is_notifiable": False,
        "is_online": False,
        "role_sid": STRANGER,
        "service_sid": SERVICE,
        "sid": "US" + "9" * 32,
        "timeouts": None,
        "url": "",
        **attributes,
    }


def role(sid: str, friendly_name: Any, **attributes: Any) -> dict[str, Any]:
    """Return the attributes of a role."""
    return {
        "friendly_name": friendly_name,
        "id": sid,
        "permissions": ["joinConversation"],
        "service_sid": SERVICE,
        "sid": sid,
        "type": "service",
        **attributes,
    }


def service(sid: str, friendly_name: Any) -> dict[str, Any]:
    """Return the attributes of a service."""
    return {"friendly_name": friendly_name, "id": sid, "sid": sid}


def resource(kind: str, name: str, *instances: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Return a resource of RJPearson94's provider; its mode, module and provider if given."""
    return {"mode": "managed", "type": kind, "name": name, "provider": TWILIO, "instances": list(instances), **others}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return a state in the format of terraform state pull."""
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 7,
        "lineage": "5e0cb1ab-4b0f-4f2a-9a0c-0d6b3a6b6a3e",
        "outputs": {},
        "resources": list(resources),
        "check_results": None,
    }


def shown(pulled: dict[str, Any]) -> dict[str, Any]:
    """Return a state in the format of terraform show -json."""
    root: dict[str, Any] = {}
    for each in pulled["resources"]:
        module, address = root, ""
        for part in _MODULE.findall(each.get("module", "")):
            address = f"{address}.{part}" if address else part
            children = module.setdefault("child_modules", [])
            found = [child for child in children if child["address"] == address]
            if not found:
                found = [{"address": address}]
                children += found
            module = found[0]
        module.setdefault("resources", []).extend(_shown_instance(each, one) for one in each["instances"])
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": root}}


def _shown_instance(each: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    provider = re.search(r'\["(.+)"\]', each["provider"])
    assert provider is not None
    result = {
        "mode": each["mode"],
        "type": each["type"],
        "name": each["name"],
        "provider_name": provider[1],
        "schema_version": 0,
        "sensitive_values": {path[0]["value"]: True for path in one["sensitive_attributes"]},
    }
    if "attributes" in one:
        result["values"] = one["attributes"]
    for name, shown_name in (("index_key", "index"), ("deposed", "deposed_key")):
        if name in one:
            result[shown_name] = one[name]
    if one.get("status") == "tainted":
        result["tainted"] = True
    return result


def sensitive(*names: str) -> list[list[dict[str, str]]]:
    """Return sensitive_attributes."""
    return [[{"type": "get_attr", "value": name}] for name in names]
