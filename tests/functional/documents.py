# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the modules, as it stands in their files."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

import yaml

from tests.harness.paths import ROOT

FOLDER = ROOT / "plugins" / "modules"
MODULES = sorted(path.stem for path in FOLDER.glob("twilio_*.py"))
BULK = [name for name in MODULES if name.endswith("_users")]
CHANGING = [name for name in MODULES if name.endswith("_user")]
SERVICES = [name for name in MODULES if name.endswith("_service")]
ROLES = [name for name in MODULES if name.endswith("_role")]
INFO = [name for name in MODULES if name.endswith("_info")]
USER_INFO = [name for name in INFO if name.endswith("_user_info")]
ROLE_INFO = [name for name in INFO if name.endswith("_role_info")]
SERVICE_INFO = [name for name in INFO if name.endswith("_service_info")]

SERVICE = "IS0123456789abcdef0123456789abcdef"
ROLE = "RL0123456789abcdef0123456789abcdef"
USER = "US0123456789abcdef0123456789abcdef"


def one_user(module: str, identity: str = "alice", **fields: Any) -> dict[str, Any]:
    """The options, besides the service, with which a module is about one user."""
    user = {"identity": identity, **fields}
    return {"users": [user]} if module in BULK else user


def type_of_users(module: str) -> str:
    """What the product calls the type of roles that users can have."""
    return "deployment" if "_chat_" in module else "service"


def type_of_members(module: str) -> str:
    """What the product calls the type of roles in a channel or a conversation."""
    return "channel" if "_chat_" in module else "conversation"


def one_role(module: str, name: str = "agent", **fields: Any) -> dict[str, Any]:
    """The options, besides the service, with which a module makes a role."""
    return {"friendly_name": name, "type": type_of_users(module), "permissions": ["editOwnMessage"], **fields}


def enough(module: str) -> dict[str, Any]:
    """The least options with which a module can do something."""
    if module in SERVICE_INFO:
        return {}
    if module in SERVICES:
        return {"friendly_name": "Shop"}
    if module in INFO:
        return {"service_sid": SERVICE}
    return {"service_sid": SERVICE, **(one_role(module) if module in ROLES else one_user(module))}


def title(module: str) -> str:
    """The product of a module, as messages and headers name it."""
    return "Chat" if "_chat_" in module else "Conversations"


@cache
def document(module: str, name: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a module."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [name]:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise LookupError(f"{module} has no {name}.")
