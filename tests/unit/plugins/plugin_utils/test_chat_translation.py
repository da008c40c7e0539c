# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.community.twilio.plugins.plugin_utils._chat_translation import translate_permissions

# The stock roles of Twilio: service admin and channel user

ADMIN = """
    createChannel joinChannel destroyChannel editChannelAttributes editChannelName addMember inviteMember removeMember
    editAnyMemberAttributes editAnyMessage deleteAnyMessage editAnyMessageAttributes editAnyUserInfo
"""
TRANSLATED_ADMIN = """
    createConversation joinConversation deleteConversation editConversationAttributes editConversationName
    addParticipant removeParticipant editAnyParticipantAttributes editAnyMessage deleteAnyMessage
    editAnyMessageAttributes editAnyUserInfo
"""
USER = """
    sendMessage sendMediaMessage leaveChannel editNotificationLevel editOwnMemberAttributes editOwnMessage
    editOwnMessageAttributes deleteOwnMessage
"""
TRANSLATED_USER = """
    sendMessage sendMediaMessage leaveConversation editNotificationLevel editOwnParticipantAttributes editOwnMessage
    editOwnMessageAttributes deleteOwnMessage
"""


@pytest.mark.parametrize(
    ("permissions", "translated", "unknown"),
    [
        (ADMIN, TRANSLATED_ADMIN, "inviteMember"),
        (USER, TRANSLATED_USER, ""),
        ("createChannel editOwnUserInfo joinChannel", "createConversation editOwnUserInfo joinConversation", ""),
        ("joinChannel flyToTheMoon destroyMember", "joinConversation", "flyToTheMoon destroyMember"),
        ("", "", ""),
    ],
)
def test_permissions(permissions: str, translated: str, unknown: str) -> None:
    assert translate_permissions(permissions.split()) == (translated.split(), unknown.split())
