# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and roles over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.emulator.client import RawClient
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread


def test_service(api: RawClient, version: str) -> None:
    """Create, fetch, list, delete."""
    reply = api.post(f"/{version}/Services", {"FriendlyName": "mine"})
    assert reply.status == 201
    service = reply.json()
    path = f"/{version}/Services/{service['sid']}"
    assert api.get(path).json() == service
    assert [item["sid"] for item in api.get(f"/{version}/Services").json()["services"]][1:] == [service["sid"]]
    names = [role["friendly_name"] for role in api.get(f"{path}/Roles").json()["roles"]]
    assert names == ["service user", "service admin", "channel user", "channel admin"]
    assert api.delete(path).status == 204
    # Of the service itself, both products say 404.
    assert (api.get(path).status, api.get(path).json()["code"]) == (404, 20404)
    assert api.delete(path).status == 404


@pytest.mark.parametrize(
    ("form", "code"), [({}, 50000), ({"FriendlyName": ""}, 50000), ({"FriendlyName": "x" * 257}, 50003)]
)
def test_service_refused(api: RawClient, version: str, form: dict[str, str], code: int) -> None:
    """A service needs a name that is not too long."""
    assert api.post(f"/{version}/Services", form).json()["code"] == code


def test_chat_service_update(api: RawClient, emulator: EmulatorThread) -> None:
    """Chat's service has its configuration in itself; Conversations shows none of it."""
    path = f"/v2/Services/{emulator.service_sid}"
    before = api.get(path).json()
    assert before["limits"] == {"channel_members": 100, "user_channels": 250}
    reply = api.post(
        path,
        {
            "FriendlyName": "new",
            "ReachabilityEnabled": "true",
            "Limits.ChannelMembers": "7",
            "Notifications.NewMessage.BadgeCountEnabled": "true",
            "WebhookFilters": ["onUserAdded", "onUserUpdated"],
            "DefaultServiceRoleSid": before["default_service_role_sid"],
            "PreWebhookUrl": "https://example.com/",
        },
    )
    assert reply.status == 200
    after: dict[str, Any] = reply.json()
    assert after["limits"] == {"channel_members": 7, "user_channels": 250}
    assert after["notifications"]["new_message"]["badge_count_enabled"] is True
    assert after["webhook_filters"] == ["onUserAdded", "onUserUpdated"]
    assert (after["friendly_name"], after["reachability_enabled"]) == ("new", True)
    assert api.get(path.replace("v2", "v1")).json()["friendly_name"] == "new"
    for form in (
        {"ReachabilityEnabled": "yes"},
        {"Limits.ChannelMembers": "1001"},
        {"Limits.ChannelMembers": "x"},
        {"WebhookMethod": "PUT"},
        {"DefaultChannelRoleSid": before["default_service_role_sid"]},
        {"Nonsense": "1"},
        {},
    ):
        assert api.post(path, form).status == 400
    assert api.get(path).json() == after


def test_roles_in_the_words_of_each_product(api: RawClient, emulator: EmulatorThread) -> None:
    """One role, two vocabularies."""
    base = f"/Services/{emulator.service_sid}/Roles"
    form = {"FriendlyName": "guest", "Type": "channel", "Permission": ["leaveChannel", "addMember", "destroyChannel"]}
    role = api.post(f"/v2{base}", form).json()
    assert (role["type"], role["permissions"]) == ("channel", ["leaveChannel", "addMember", "destroyChannel"])
    seen = api.get(f"/v1{base}/{role['sid']}").json()
    assert seen["type"] == "conversation"
    assert seen["permissions"] == ["leaveConversation", "addParticipant", "deleteConversation"]
    assert seen["chat_service_sid"] == emulator.service_sid
    changed = api.post(f"/v1{base}/{role['sid']}", {"Permission": "joinConversation"}).json()
    assert changed["permissions"] == ["joinConversation"]
    assert api.get(f"/v2{base}/{role['sid']}").json()["permissions"] == ["joinChannel"]
    assert api.delete(f"/v1{base}/{role['sid']}").status == 204
    assert api.get(f"/v2{base}/{role['sid']}").status == 404


def test_roles_refused(api: RawClient, roles: str, version: str, emulator: EmulatorThread) -> None:
    """Type and permissions are those of the product."""
    kind, foreign = ("service", "deployment") if version == "v1" else ("deployment", "service")
    good = {"FriendlyName": "r", "Type": kind, "Permission": "editOwnUserInfo"}
    for change, code in (
        ({"FriendlyName": ""}, 50000),
        ({"FriendlyName": "x" * 257}, 50003),
        ({"Type": foreign}, 50105),
        ({"Type": ""}, 50105),
        ({"Permission": []}, 50104),
        ({"Permission": "flyToTheMoon"}, 50104),
        ({"Attributes": "{}"}, 20001),
    ):
        assert api.post(roles, {**good, **change}).json()["code"] == code
    emulator.control.switch(role_permissions="any")
    assert api.post(roles, {**good, "Permission": "flyToTheMoon"}).json()["permissions"] == ["flyToTheMoon"]


@pytest.mark.parametrize(("choice", "status"), [("keep", 204), ("default", 204), ("refuse", 409)])
def test_deleting_a_role_in_use(
    api: RawClient, users: str, roles: str, emulator: EmulatorThread, choice: str, status: int
) -> None:
    """What becomes of its users is unknown."""
    found = {role["friendly_name"]: role["sid"] for role in api.get(roles).json()["roles"]}
    api.post(users, {"Identity": "a", "RoleSid": found["service admin"]})
    emulator.control.switch(delete_role_in_use=choice)
    assert api.delete(f"{roles}/{found['service admin']}").status == status
    expected = found["service user" if choice == "default" else "service admin"]
    assert api.get(f"{users}/a").json()["role_sid"] == expected
