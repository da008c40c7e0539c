# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and roles over HTTP."""

from __future__ import annotations

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
    ("form", "code"), [({}, 20001), ({"FriendlyName": ""}, 50000), ({"FriendlyName": "x" * 257}, 50003)]
)
def test_service_refused(api: RawClient, version: str, form: dict[str, str], code: int) -> None:
    """A service needs a name that is not too long."""
    reply = api.post(f"/{version}/Services", form)
    assert (reply.status, reply.json()["code"]) == (400, code)
    if not form:
        assert reply.json()["message"] == "Missing required parameter FriendlyName in the post body"


@pytest.mark.parametrize(("largest", "default"), [(100, 50)])
def test_pages_of_services(api: RawClient, version: str, emulator: EmulatorThread, largest: int, default: int) -> None:
    """As those of users, with a maximum that is the same in both products."""
    sids = [emulator.service_sid] + [emulator.control.create_service() for dummy in range(largest + 2)]
    seen: list[str] = []
    sizes = []
    url: str | None = f"/{version}/Services"
    while url:
        page = api.get(url).json()
        sizes.append(len(page["services"]))
        seen += [service["sid"] for service in page["services"]]
        url = page["meta"]["next_page_url"]
    assert (seen, sizes) == (sids, [default, default, 3])
    assert len(api.get(f"/{version}/Services?PageSize={largest}").json()["services"]) == largest


def test_a_service_goes_with_all_it_holds(api: RawClient, version: str, emulator: EmulatorThread) -> None:
    """Users, roles and configuration; the other product sees it too."""
    sid = emulator.control.create_service(users=[{"identity": "a"}])
    assert api.delete(f"/{version}/Services/{sid}").status == 204
    assert emulator.control.service(sid) is None
    for name in ("Users", "Roles"):
        assert api.get(f"/v1/Services/{sid}/{name}").status == 404
        reply = api.get(f"/v2/Services/{sid}/{name}")
        assert (reply.status, reply.json()["message"]) == (403, "Service instance not found")
    assert api.get(f"/v1/Services/{sid}/Configuration").status == 404
    emulator.control.create_service()
    fresh = api.post(f"/{version}/Services", {"FriendlyName": "again"}).json()["sid"]
    assert emulator.control.users(fresh) == []


@pytest.mark.parametrize(("choice", "status"), [("refuse", 409), ("accept", 204)])
def test_deleting_the_default_service(
    api: RawClient, version: str, emulator: EmulatorThread, choice: str, status: int
) -> None:
    """Whether that can be done is unknown; of other services it is known."""
    emulator.control.switch(delete_default_service=choice)
    assert api.delete(f"/{version}/Services/{emulator.service_sid}").status == status
    assert (emulator.control.service(emulator.service_sid) is None) is (choice == "accept")
    assert api.delete(f"/{version}/Services/{emulator.control.create_service()}").status == 204


def test_methods_not_allowed(api: RawClient, emulator: EmulatorThread) -> None:
    """Conversations cannot update a service, and nobody can delete a collection or a configuration."""
    service = f"/Services/{emulator.service_sid}"
    for method, path in (
        ("POST", f"/v1{service}"),
        ("DELETE", f"/v1{service}/Roles"),
        ("DELETE", "/v1/Services"),
        ("DELETE", "/v2/Services"),
        ("DELETE", f"/v2{service}/Roles"),
        ("DELETE", f"/v1{service}/Configuration"),
        ("DELETE", f"/v1{service}/Configuration/Webhooks"),
    ):
        reply = api.request(method, path, {"FriendlyName": "x"} if method == "POST" else None)
        assert (reply.status, reply.json()["code"]) == (405, 20004), (method, path)
    for path in (f"/v2{service}/Configuration", f"/v1{service}/Configuration/Else", f"/v1{service}/configuration"):
        assert api.get(path).status == 404, path
    assert api.post("/v1/Services/" + "IS" + "0" * 32, {"FriendlyName": "x"}).status == 404


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
    changed = api.post(f"/v1{base}/{role['sid']}", {"Permission": "removeParticipant"}).json()
    assert changed["permissions"] == ["removeParticipant"]
    assert {name for name in changed if changed[name] != seen[name]} <= {"permissions", "date_updated"}
    assert api.get(f"/v2{base}/{role['sid']}").json()["permissions"] == ["removeMember"]
    assert api.delete(f"/v1{base}/{role['sid']}").status == 204
    assert api.get(f"/v2{base}/{role['sid']}").status == 404


def test_roles_refused(api: RawClient, roles: str, version: str, emulator: EmulatorThread) -> None:
    """Type and permissions are those of the product."""
    kind, foreign = ("service", "deployment") if version == "v1" else ("deployment", "service")
    good = {"FriendlyName": "r", "Type": kind, "Permission": "editOwnUserInfo"}
    before = emulator.control.roles(emulator.service_sid)
    for change, code in (
        ({"FriendlyName": ""}, 50000),
        ({"FriendlyName": []}, 20001),
        ({"FriendlyName": "x" * 257}, 50003),
        ({"Type": foreign}, 50105),
        ({"Type": ""}, 50105),
        ({"Type": []}, 20001),
        ({"Permission": []}, 20001),
        ({"Permission": ""}, 50104),
        ({"Permission": ["editOwnUserInfo", "flyToTheMoon"]}, 50104),
        ({"Permission": "sendMessage"}, 50104),
        ({"Attributes": "{}"}, 20001),
    ):
        reply = api.post(roles, {**good, **change})
        assert (reply.status, reply.json()["code"]) == (400, code), change
    assert emulator.control.roles(emulator.service_sid) == before
    assert api.post(roles, {**good, "FriendlyName": "x" * 256}).status == 201
    emulator.control.switch(role_friendly_name_max=64)
    assert api.post(roles, {**good, "FriendlyName": "x" * 65}).json()["code"] == 50003


@pytest.mark.parametrize(
    ("choice", "takes"), [("by_type", []), ("known", ["sendMessage"]), ("any", ["sendMessage", "flyToTheMoon"])]
)
def test_permissions(
    api: RawClient, roles: str, version: str, emulator: EmulatorThread, choice: str, takes: list[str]
) -> None:
    """Those of the role's type are documented; whether others exist is unknown. An update asks the same."""
    emulator.control.switch(role_permissions=choice)
    form = {"FriendlyName": "r", "Type": "service" if version == "v1" else "deployment"}
    path = roles + "/" + api.post(roles, {**form, "Permission": "editOwnUserInfo"}).json()["sid"]
    for name in ("sendMessage", "flyToTheMoon"):
        for reply in (api.post(roles, {**form, "Permission": name}), api.post(path, {"Permission": name})):
            assert (reply.status < 300) is (name in takes)
            assert reply.json().get("permissions", [name]) == [name]


@pytest.mark.parametrize("name", ["editOwnUserInfo", "editAnyUserInfo"])
def test_permissions_for_users_in_a_role_for_conversations(
    api: RawClient, roles: str, version: str, emulator: EmulatorThread, name: str
) -> None:
    """Documented, and reported to be refused."""
    form = {"FriendlyName": "r", "Type": "conversation" if version == "v1" else "channel"}
    path = roles + "/" + api.post(roles, {**form, "Permission": "sendMessage"}).json()["sid"]
    for choice, status in (("service", 400), ("any", 201)):
        emulator.control.switch(user_info_permissions=choice)
        reply = api.post(roles, {**form, "Permission": name})
        assert (reply.status, reply.json().get("code", 50104)) == (status, 50104)
        assert (api.post(path, {"Permission": name}).status < 300) is (status == 201)


def test_a_role_update_is_dated(api: RawClient, roles: str, emulator: EmulatorThread) -> None:
    """Nothing else of it changes with the permissions."""
    date = "2020-02-29T12:00:00Z"
    role = {"sid": "RL" + "1" * 32, "friendly_name": "r", "date_created": date, "date_updated": date}
    emulator.control.seed({"services": [{"sid": emulator.service_sid, "roles": [role]}]})
    before = api.get(f"{roles}/{role['sid']}").json()
    after = api.post(f"{roles}/{role['sid']}", {"Permission": "editAnyUserInfo"}).json()
    assert {name for name in after if after[name] != before[name]} == {"permissions", "date_updated"}
    assert after["date_updated"] > date


def test_role_update_refused(api: RawClient, roles: str, emulator: EmulatorThread) -> None:
    """Nothing but permissions, and at least one; no name or identity stands for the SID."""
    sid = emulator.control.roles(emulator.service_sid)[0]["sid"]
    before = api.get(f"{roles}/{sid}").json()
    for form, code in (
        ({}, 20001),
        ({"FriendlyName": "x"}, 20001),
        ({"Type": "service", "Permission": "editOwnUserInfo"}, 20001),
        ({"Permission": "flyToTheMoon"}, 50104),
    ):
        reply = api.post(f"{roles}/{sid}", form)
        assert (reply.status, reply.json()["code"]) == (400, code), form
    assert api.get(f"{roles}/{sid}").json() == before
    for key in ("service%20user", "RL" + "0" * 32):
        for method in ("GET", "POST", "DELETE"):
            sent = {"Permission": "editOwnUserInfo"} if method == "POST" else None
            assert api.request(method, f"{roles}/{key}", sent).status == 404, (method, key)


def test_roles_of_one_name(api: RawClient, roles: str, version: str) -> None:
    """They are two roles. The order of permissions stays as given."""
    kind, first, second = ("service", "joinConversation", "addParticipant")
    if version == "v2":
        kind, first, second = ("deployment", "joinChannel", "addMember")
    form = {"FriendlyName": "guest", "Type": kind, "Permission": [first, second]}
    one, two = api.post(roles, form).json(), api.post(roles, form).json()
    assert one["sid"] != two["sid"]
    assert one["permissions"] == two["permissions"] == [first, second]
    assert [role["sid"] for role in api.get(roles).json()["roles"]][4:] == [one["sid"], two["sid"]]


def test_pages_of_roles(api: RawClient, roles: str, version: str, emulator: EmulatorThread) -> None:
    """As those of users."""
    role = {"friendly_name": "r"}
    emulator.control.seed({"services": [{"sid": emulator.service_sid, "roles": [role] * 100}]})
    largest = 50 if version == "v1" else 100
    seen: list[str] = []
    url: str | None = f"{roles}?PageSize={largest}"
    while url:
        page = api.get(url).json()
        seen += [role["sid"] for role in page["roles"]]
        assert len(page["roles"]) in (largest, 4)
        url = page["meta"]["next_page_url"]
    assert seen == [role["sid"] for role in emulator.control.roles(emulator.service_sid)]


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


@pytest.mark.parametrize("name", ["service user", "channel user", "channel admin"])
def test_deleting_a_default_role(api: RawClient, roles: str, emulator: EmulatorThread, name: str) -> None:
    """Whether Twilio refuses it is unknown; a role that is no default goes."""
    role = emulator.control.role(emulator.service_sid, name)
    other = emulator.control.role(emulator.service_sid, "service admin")
    assert role is not None
    assert other is not None
    reply = api.delete(f"{roles}/{role['sid']}")
    assert (reply.status, reply.json()["code"]) == (409, 20409)
    assert api.get(f"{roles}/{role['sid']}").status == 200
    assert api.delete(f"{roles}/{other['sid']}").status == 204
    emulator.control.switch(delete_default_role="keep")
    assert api.delete(f"{roles}/{role['sid']}").status == 204
    service = api.get(f"/v2/Services/{emulator.service_sid}").json()
    assert role["sid"] in [service[key] for key in service if key.startswith("default_")]
    assert api.get(f"{roles}/{role['sid']}").status == 404
