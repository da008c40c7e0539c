# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users over HTTP: what Twilio keeps, gives back and refuses."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.community.twilio.tests.emulator.client import RawClient, Reply
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread

NOBODY = "IS" + "0" * 32
ODD = ["a/b", "a?b#c", "100%41", "two words", "ü€🙂", "a+b", "a@b.c", "x" * 256, "50%", "a%2Fb", "&=;", "'\"<>"]


def error(reply: Reply) -> tuple[int, int]:
    """Status and code of a refusal, whose form is checked."""
    body = reply.json()
    assert set(body) == {"code", "message", "more_info", "status"}
    assert body["status"] == reply.status
    assert body["more_info"].endswith(f"/{body['code']}")
    return reply.status, body["code"]


def create(api: RawClient, users: str, identity: str, **fields: Any) -> dict[str, Any]:
    """A new user."""
    reply = api.post(users, {"Identity": identity, **fields})
    assert reply.status == 201, reply.body
    created: dict[str, Any] = reply.json()
    return created


def test_a_user_has_what_twilio_shows(api: RawClient, users: str, version: str, emulator: EmulatorThread) -> None:
    """A new user, by default and as given."""
    user = create(api, users, "anna")
    parent, other = ("chat_service_sid", "service_sid") if version == "v1" else ("service_sid", "chat_service_sid")
    assert user[parent] == emulator.service_sid
    assert other not in user
    assert user["account_sid"] == emulator.account_sid
    assert (user["identity"], user["friendly_name"], user["attributes"]) == ("anna", None, "{}")
    assert (user["is_online"], user["is_notifiable"]) == (None, None)
    assert re.match(r"US[0-9a-f]{32}\Z", user["sid"])
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", user["date_created"])
    assert user["url"] == f"{emulator.url}{users}/{user['sid']}"
    service = emulator.control.service(emulator.service_sid)
    assert service is not None
    assert user["role_sid"] == service["default_service_role_sid"]
    if version == "v1":
        assert "joined_channels_count" not in user
        assert list(user["links"]) == ["user_conversations"]
    else:
        assert user["joined_channels_count"] == 0
        assert list(user["links"]) == ["user_channels", "user_bindings"]
    assert api.get(f"{users}/anna").json() == user
    assert api.get(f"{users}/{user['sid']}").json() == user


def test_both_products_show_the_same_user(api: RawClient, emulator: EmulatorThread) -> None:
    """One store, two views."""
    base = f"/Services/{emulator.service_sid}/Users"
    create(api, "/v1" + base, "anna", FriendlyName="Anna", Attributes='{ "a": 1}')
    chat = api.get(f"/v2{base}/anna").json()
    assert (chat["friendly_name"], chat["attributes"]) == ("Anna", '{ "a": 1}')
    assert api.delete(f"/v2{base}/anna").status == 204
    assert error(api.get(f"/v1{base}/anna")) == (404, 20404)


def test_any_identity_is_one_segment(api: RawClient, users: str) -> None:
    """An encoded identity is decoded once."""
    for identity in ODD:
        create(api, users, identity)
    for identity in ODD:
        path = f"{users}/{quote(identity, safe='')}"
        assert api.get(path).json()["identity"] == identity
        assert api.post(path, {"FriendlyName": identity}).json()["friendly_name"] == identity
        reply = api.delete(path)
        assert (reply.status, reply.body) == (204, b"")
        assert api.get(path).status == 404


@pytest.mark.parametrize("identity", [".", ".."])
def test_dots_are_found_by_listing_only(
    api: RawClient, users: str, emulator: EmulatorThread, identity: str, version: str
) -> None:
    """A path cannot hold such an identity: on the way it becomes another path."""
    sid = create(api, users, identity)["sid"]
    assert [user["identity"] for user in api.get(users).json()["users"]] == [identity]
    assert "identity" not in api.get(f"{users}/{identity}").json()
    assert "identity" not in api.get(f"{users}/{identity.replace('.', '%2E')}").json()
    assert api.get(f"{users}/{sid}").json()["identity"] == identity
    if identity == "..":
        assert api.delete(f"{users}/..").status == 204
        assert emulator.control.service(emulator.service_sid) is None


def test_dots_taken_literally(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """The other reading, as a switch."""
    emulator.control.switch(dot_segments="literal")
    create(api, users, "..")
    assert api.get(f"{users}/..").json()["identity"] == ".."


def test_identities_are_case_sensitive(api: RawClient, users: str) -> None:
    """`Anna` is not `anna`."""
    create(api, users, "anna")
    create(api, users, "Anna")
    assert api.get(f"{users}/ANNA").status == 404


def test_update_changes_what_is_given(api: RawClient, users: str) -> None:
    """The rest stays."""
    before = create(api, users, "anna", FriendlyName="Anna", Attributes='{"a":1}')
    after = api.post(f"{users}/anna", {"FriendlyName": "A."}).json()
    assert {name for name in after if after[name] != before[name]} <= {"friendly_name", "date_updated"}
    assert after["friendly_name"] == "A."


def test_clearing_a_friendly_name(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """It reads back as null or as empty text: a switch."""
    create(api, users, "anna", FriendlyName="Anna")
    assert api.post(f"{users}/anna", {"FriendlyName": ""}).json()["friendly_name"] is None
    emulator.control.switch(friendly_name_cleared_as="empty")
    assert api.get(f"{users}/anna").json()["friendly_name"] == ""


BAD_CREATIONS: list[tuple[Any, tuple[int, int]]] = [
    ({}, (400, 20001)),
    ({"Identity": ""}, (400, 50204)),
    ({"Identity": "US" + "0" * 32}, (400, 50206)),
    ({"Identity": "x" * 257}, (400, 50207)),
    ({"Identity": "a", "FriendlyName": "ü" * 257}, (400, 50003)),
    ({"Identity": "a", "Attributes": "{"}, (400, 50304)),
    ({"Identity": "a", "Attributes": ""}, (400, 50304)),
    ({"Identity": "a", "Attributes": "[]"}, (400, 50304)),
    ({"Identity": "a", "Attributes": '{"a": NaN}'}, (400, 50304)),
    ({"Identity": "a", "Attributes": "[" * 100000}, (400, 50304)),
    ({"Identity": "a", "RoleSid": "RL" + "0" * 32}, (400, 50100)),
    ({"Identity": "a", "Nonsense": "1"}, (400, 20001)),
    ([("Identity", "a"), ("Identity", "b")], (400, 20001)),
]


@pytest.mark.parametrize("identity", ["system", "private", "unique"])
def test_reserved_identities(api: RawClient, users: str, emulator: EmulatorThread, identity: str) -> None:
    """Another product reserves them."""
    emulator.control.switch(reserved_identities="refuse")
    reply = api.post(users, {"Identity": identity})
    assert (reply.status, reply.json()["code"]) == (400, 50203)
    create(api, users, identity.upper())
    emulator.control.switch(reserved_identities="accept")
    create(api, users, identity)


def test_creation_refused(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Nothing is created by what is refused."""
    for form, expected in BAD_CREATIONS:
        assert error(api.post(users, form)) == expected, form
    assert emulator.control.users(emulator.service_sid) == []


def test_long_values_that_fit(api: RawClient, users: str) -> None:
    """Limits count characters."""
    assert create(api, users, "ü" * 256, FriendlyName="🙂" * 256)["friendly_name"] == "🙂" * 256


def test_duplicate(api: RawClient, users: str) -> None:
    """An identity is unique in its service."""
    create(api, users, "anna")
    assert error(api.post(users, {"Identity": "anna"})) == (409, 50201)


def test_update_refused(api: RawClient, users: str) -> None:
    """An update needs something to update, and cannot change the identity."""
    create(api, users, "anna")
    assert error(api.post(f"{users}/anna", {})) == (400, 20161)
    assert error(api.post(f"{users}/anna")) == (400, 20161)
    assert error(api.post(f"{users}/anna", {"Identity": "b"})) == (400, 20001)
    assert error(api.post(f"{users}/nobody", {"FriendlyName": "b"})) == (404, 20404)
    assert error(api.delete(f"{users}/nobody")) == (404, 20404)


def test_role_of_another_type(api: RawClient, users: str, roles: str, emulator: EmulatorThread) -> None:
    """A user's role is one of the service; codes are switches."""
    found = {role["friendly_name"]: role["sid"] for role in api.get(roles).json()["roles"]}
    assert error(api.post(users, {"Identity": "a", "RoleSid": found["channel user"]})) == (400, 50102)
    emulator.control.switch(role_wrong_type_code=50100, role_error_code=50109)
    assert error(api.post(users, {"Identity": "a", "RoleSid": found["channel user"]})) == (400, 50100)
    assert error(api.post(users, {"Identity": "a", "RoleSid": "RL" + "0" * 32})) == (400, 50109)
    assert create(api, users, "a", RoleSid=found["service admin"])["role_sid"] == found["service admin"]


def test_unknown_service(api: RawClient, version: str) -> None:
    """Chat and Conversations refuse it in different ways."""
    for path in (f"/{version}/Services/{NOBODY}/Users", f"/{version}/Services/{NOBODY}/Users/a"):
        reply = api.get(path)
        if version == "v2":
            assert error(reply) == (403, 50050)
            assert reply.json()["message"] == "Service instance not found"
        else:
            assert error(reply) == (404, 20404)
            assert reply.json()["message"] == f"The requested resource {path[3:]} was not found"


def test_attributes_switches(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Size and form of attributes are not published."""
    emulator.control.switch(attributes_any_json=True, attributes_max_bytes=10)
    assert create(api, users, "a", Attributes="[1, 2]")["attributes"] == "[1, 2]"
    assert error(api.post(users, {"Identity": "b", "Attributes": '{"ü":"ü"}'})) == (400, 50303)


def test_attributes_stay_as_they_came(api: RawClient, users: str) -> None:
    """Text, not data: spaces, order, long numbers and repeated keys are kept."""
    text = '{ "b":1 ,"a" : 12345678901234567890.10, "b":2}'
    assert create(api, users, "a", Attributes=text)["attributes"] == text


def test_webhook_header(api: RawClient, users: str, version: str) -> None:
    """It is text, and Chat's deletion has none."""
    good, bad = {"X-Twilio-Webhook-Enabled": "true"}, {"X-Twilio-Webhook-Enabled": "True"}
    assert api.post(users, {"Identity": "a"}, headers=good).status == 201
    assert error(api.post(users, {"Identity": "b"}, headers=bad)) == (400, 20001)
    assert api.post(f"{users}/a", {"FriendlyName": "b"}, headers=good).status == 200
    assert error(api.get(f"{users}/a", headers=good)) == (400, 20001)
    reply = api.delete(f"{users}/a", headers=good)
    assert reply.status == (204 if version == "v1" else 400)


def test_presence(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Shown by a fetch, where the service tracks it; never in lists."""
    user = {"identity": "anna", "is_online": True, "is_notifiable": False}
    sid = emulator.control.create_service(users=[user], reachability_enabled=True)
    path = users.replace(emulator.service_sid, sid)
    fetched = api.get(f"{path}/anna").json()
    assert (fetched["is_online"], fetched["is_notifiable"]) == (True, False)
    listed = api.get(path).json()["users"][0]
    assert (listed["is_online"], listed["is_notifiable"]) == (None, None)


def test_switches_of_paths(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """How Twilio's edge treats encoded slashes and percents is unknown."""
    for identity in ("a/b", "100%41", "100A"):
        create(api, users, identity)
    emulator.control.switch(encoded_slash="refuse", encoded_percent="refuse")
    assert error(api.get(f"{users}/a%2fb")) == (404, 20404)
    assert error(api.get(f"{users}/100%2541")) == (404, 20404)
    emulator.control.switch(encoded_percent="decode_twice")
    assert api.get(f"{users}/100%2541").json()["identity"] == "100A"
    assert api.get(f"{users}/").status == 200
    emulator.control.switch(trailing_slash="refuse")
    assert error(api.get(f"{users}/")) == (404, 20404)


BAD_PATHS = [
    ("GET", "/", 404),
    ("GET", "/v3/Services", 404),
    ("GET", "/v1/Conversations", 404),
    ("DELETE", "/v1/Services", 405),
    ("PUT", "/v1/Services", 405),
    ("GET", "/v1/Services/{sid}/Channels", 404),
    ("GET", "/v1/Services/{sid}/Users/a/b", 404),
    ("DELETE", "/v1/Services/{sid}/Users", 405),
    ("POST", "/v1/Services/{sid}", 405),
    ("GET", "/v1/Services/{sid}/Users/%ff", 400),
]


def test_paths_that_do_not_exist(api: RawClient, emulator: EmulatorThread) -> None:
    """Refused, not guessed at."""
    for method, path, status in BAD_PATHS:
        assert api.request(method, path.format(sid=emulator.service_sid)).status == status, path


def test_bodies_that_are_no_form(api: RawClient, users: str) -> None:
    """Only a form in UTF-8 is understood; only POST has one."""
    assert error(api.post(users, body="{}", headers={"Content-Type": "application/json"})) == (400, 20001)
    assert error(api.post(users, body=b"Identity=\xff")) == (400, 20001)
    assert error(api.post(users, body="Identity=%ff")) == (400, 20001)
    assert error(api.get(users, body="Identity=a")) == (400, 20001)
    create(api, users, "a")
    assert error(api.delete(f"{users}/a", body="Identity=a")) == (400, 20001)
    assert error(api.post(f"{users}?x=1", {"Identity": "b"})) == (400, 20001)


def test_credentials(emulator: EmulatorThread, users: str) -> None:
    """SID and token, or key and secret; nothing else."""
    pairs = [
        (emulator.account_sid, emulator.auth_token, 200),
        (emulator.api_key, emulator.api_secret, 200),
        (emulator.account_sid, emulator.api_secret, 401),
        (emulator.api_key, "", 401),
        ("", "", 401),
    ]
    for user, password, status in pairs:
        client = RawClient(emulator.url, user, password)
        reply = client.get(users)
        assert reply.status == status
        if status == 401:
            assert error(reply) == (401, 20003)
            assert reply.json()["message"] == "Authenticate"
        client.close()
    client = RawClient(emulator.url, "", "")
    for value in ("", "Bearer x", "Basic !", "Basic eA=="):
        assert client.get(users, headers={"Authorization": value}).status == 401
    client.close()


def test_accounts_do_not_see_each_other(emulator: EmulatorThread, version: str) -> None:
    """A service of another account is unknown."""
    sid = "AC" + "1" * 32
    emulator.control.seed({"accounts": [{"account_sid": sid, "auth_token": "other-token"}]})
    other = emulator.control.create_service(account_sid=sid)
    for user, token, service, ok in (
        (sid, "other-token", other, True),
        (sid, "other-token", emulator.service_sid, False),
        (emulator.account_sid, emulator.auth_token, other, False),
    ):
        client = RawClient(emulator.url, user, token)
        assert (client.get(f"/{version}/Services/{service}/Users").status == 200) is ok
        client.close()


def test_host_names_of_twilio(api: RawClient, users: str, version: str) -> None:
    """The product is told by the path; a real host name must agree with it."""
    right, wrong = ("conversations", "chat") if version == "v1" else ("chat", "conversations")
    for host, status in (
        (f"{right}.twilio.com", 200),
        (f"{right}.dublin.ie1.twilio.com:443", 200),
        (f"{wrong}.twilio.com", 404),
        (f"{wrong}.ie1.twilio.com", 404),
        ("whatever.example", 200),
    ):
        assert api.get(users, headers={"Host": host}).status == status


def test_headers(api: RawClient, users: str, version: str) -> None:
    """Those of real answers."""
    reply = api.get(users)
    assert re.match(r"RQ[0-9a-f]{32}\Z", reply.headers["Twilio-Request-Id"])
    assert reply.headers["Twilio-Concurrent-Requests"] == "1"
    assert reply.headers["Content-Type"] == "application/json;charset=utf-8"
    assert reply.headers["X-API-Domain"] == ("conversations" if version == "v1" else "chat") + ".twilio.com"
    assert "Content-Type" not in api.delete(f"{users}/{create(api, users, 'a')['sid']}").headers


def test_absolute_request_target(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """A client that takes the emulator for a plain HTTP proxy sends the whole URL."""
    create(api, users, "anna")
    assert api.get(f"{emulator.url}{users}/anna").json()["identity"] == "anna"
