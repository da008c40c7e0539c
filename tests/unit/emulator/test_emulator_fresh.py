# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Twilio returns for resources that were just created, as in its documents and in published responses."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.emulator.client import RawClient
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread

OFF = {"enabled": False}
FRESH_SERVICES: dict[str, dict[str, Any]] = {
    "v1": {"account_sid": None},
    "v2": {
        "account_sid": "the account",
        "webhook_method": None,
        "webhook_filters": None,
        "pre_webhook_url": None,
        "post_webhook_url": None,
        "notifications": {
            "log_enabled": False,
            **dict.fromkeys(("new_message", "added_to_channel", "removed_from_channel", "invited_to_channel"), OFF),
        },
    },
}
FRESH_USER: dict[str, Any] = {
    "account_sid": "the account",
    "attributes": "{}",
    "friendly_name": None,
    "is_online": None,
    "is_notifiable": None,
}
STOCK_ROLES = {
    ("v2", "service user"): "createChannel editOwnUserInfo joinChannel",
    ("v2", "service admin"): (
        "createChannel joinChannel destroyChannel editChannelAttributes editChannelName addMember inviteMember"
        " removeMember editAnyMemberAttributes editAnyMessage deleteAnyMessage editAnyMessageAttributes editAnyUserInfo"
    ),
    ("v2", "channel user"): (
        "sendMessage sendMediaMessage leaveChannel editNotificationLevel editOwnMemberAttributes editOwnMessage"
        " editOwnMessageAttributes deleteOwnMessage"
    ),
    ("v1", "channel admin"): (
        "deleteConversation removeParticipant editConversationName editConversationAttributes addParticipant"
        " sendMessage sendMediaMessage leaveConversation editAnyMessage editAnyMessageAttributes"
        " editAnyParticipantAttributes deleteAnyMessage editNotificationLevel"
    ),
}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_fresh_service_and_user(api: RawClient, emulator: EmulatorThread, version: str) -> None:
    """All fields that are known, in the response to the creation, to a fetch and in a list."""
    account = {"the account": emulator.account_sid}
    places: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
        (f"/{version}/Services", "services", {"FriendlyName": "Support"}, FRESH_SERVICES[version]),
        (f"/{version}/Services/{emulator.service_sid}/Users", "users", {"Identity": "alice"}, FRESH_USER),
    ]
    for url, key, form, known in places:
        created = api.post(url, form).json()
        fetched = api.get(f"{url}/{created['sid']}").json()
        listed = api.get(url).json()[key][-1]
        for name, value in known.items():
            expected = account.get(value, value) if isinstance(value, str) else value
            assert [each[name] for each in (created, fetched, listed)] == [expected] * 3, (url, name)


@pytest.mark.parametrize(("version", "name"), STOCK_ROLES)
def test_predefined_roles(api: RawClient, emulator: EmulatorThread, version: str, name: str) -> None:
    """They have the permissions that are published for one of the products."""
    roles = api.get(f"/{version}/Services/{emulator.service_sid}/Roles").json()["roles"]
    role = next(role for role in roles if role["friendly_name"] == name)
    assert sorted(role["permissions"]) == sorted(STOCK_ROLES[version, name].split())
    assert role["account_sid"] == emulator.account_sid


def test_messages(api: RawClient, emulator: EmulatorThread) -> None:
    """The error messages that were published."""
    users = f"/v1/Services/{emulator.service_sid}/Users"
    for form, code, message in (
        ({}, 20001, "Missing required parameter Identity in the post body"),
        ({"Identity": "alice", "Attributes": "{"}, 50304, "Attributes not valid JSON"),
    ):
        body = api.post(users, form).json()
        assert (body["status"], body["code"], body["message"]) == (400, code, message)
    missing = api.get(f"{users}/bob").json()
    assert missing["message"] == f"The requested resource {users[3:]}/bob was not found"
