# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translate roles of Programmable Chat to roles of Conversations. Twilio stores both as the same object."""

from __future__ import annotations

from collections.abc import Iterable

ROLE_TYPES = {"deployment": "service", "channel": "conversation"}

_WORDS = (("Channel", "Conversation"), ("Member", "Participant"))
_SPECIAL = {"destroyChannel": "deleteConversation"}
# Twilio's table of the permissions of Conversations, and those that its stock roles have beyond it.
_PERMISSIONS = frozenset(
    {
        "addNonChatParticipant",
        "addParticipant",
        "createConversation",
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
        "joinConversation",
        "leaveConversation",
        "removeParticipant",
        "sendMediaMessage",
        "sendMessage",
    }
)


def translate_permissions(permissions: Iterable[str]) -> tuple[list[str], list[str]]:
    """Translate the permissions of a role of Chat.

    :param permissions: their names in Chat.
    :returns: the names in Conversations; and the names in Chat of those that Conversations does not have.
    """
    translated, unknown = [], []
    for name in permissions:
        conversations_name = _translate(name)
        if conversations_name in _PERMISSIONS:
            translated.append(conversations_name)
        else:
            unknown.append(name)
    return translated, unknown


def _translate(name: str) -> str:
    if name in _SPECIAL:
        return _SPECIAL[name]
    for chat, conversations in _WORDS:
        name = name.replace(chat, conversations)
    return name
