# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of the collection by their names."""

from __future__ import annotations

from ..module_utils._modules.base import ModuleDefinition
from ..module_utils._modules.info import (
    CHAT_ROLE_INFO,
    CHAT_SERVICE_INFO,
    CHAT_USER_INFO,
    CONVERSATIONS_ROLE_INFO,
    CONVERSATIONS_SERVICE_INFO,
    CONVERSATIONS_USER_INFO,
)
from ..module_utils._modules.role import CHAT_ROLE, CONVERSATIONS_ROLE
from ..module_utils._modules.service import CHAT_SERVICE, CONVERSATIONS_SERVICE
from ..module_utils._modules.user import CHAT_USER, CONVERSATIONS_USER
from ..module_utils._modules.users import CHAT_USERS, CONVERSATIONS_USERS

DEFINITIONS: dict[str, ModuleDefinition] = {
    "twilio_chat_role": CHAT_ROLE,
    "twilio_chat_role_info": CHAT_ROLE_INFO,
    "twilio_chat_service": CHAT_SERVICE,
    "twilio_chat_service_info": CHAT_SERVICE_INFO,
    "twilio_chat_user": CHAT_USER,
    "twilio_chat_user_info": CHAT_USER_INFO,
    "twilio_chat_users": CHAT_USERS,
    "twilio_conversations_role": CONVERSATIONS_ROLE,
    "twilio_conversations_role_info": CONVERSATIONS_ROLE_INFO,
    "twilio_conversations_service": CONVERSATIONS_SERVICE,
    "twilio_conversations_service_info": CONVERSATIONS_SERVICE_INFO,
    "twilio_conversations_user": CONVERSATIONS_USER,
    "twilio_conversations_user_info": CONVERSATIONS_USER_INFO,
    "twilio_conversations_users": CONVERSATIONS_USERS,
}


def find_definition(action: str) -> ModuleDefinition | None:
    """Return the definition of a module.

    :param action: the name of the module, fully qualified or short.
    :returns: the definition; None when the module is not in this collection.
    """
    collection, _dot, name = action.rpartition(".")
    return DEFINITIONS.get(name) if collection in ("", "community.twilio") else None
