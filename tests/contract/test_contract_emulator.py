# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator against Twilio's documents, over every operation; and proof that the check can fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.community.twilio.tests.emulator import render, settings
from ansible_collections.community.twilio.tests.emulator.call import Answer, Call
from ansible_collections.community.twilio.tests.emulator.client import RawClient
from ansible_collections.community.twilio.tests.emulator.contract import DOCUMENTS, Checker
from ansible_collections.community.twilio.tests.emulator.products import BY_VERSION
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.emulator.services import CONFIGURATIONS

WEBHOOK = {"X-Twilio-Webhook-Enabled": "true"}
SERVICE = "IS" + "1" * 32
# What can be updated of a service, by product and path below it; and a value of each kind.
CONFIGURED = {"v1": {f"/{path}": table for path, table in CONFIGURATIONS.items()}, "v2": {"": settings.CHAT_SERVICE}}
SENT: dict[str, Any] = {
    "bool": "true",
    "number": "3",
    "limit": "1000",
    "text": "text",
    "note": "${USER}: ${MESSAGE}",
    "url": "https://example.com/hook",
    "method": "GET",
    "filters": ["onMessageRemove", "onMessageUpdated"],
    "name": "new",
}


def client_of(emulator: EmulatorThread) -> RawClient:
    """A client with the default account's credentials."""
    return RawClient(emulator.url, emulator.account_sid, emulator.auth_token)


def messages(emulator: EmulatorThread) -> list[tuple[str, str]]:
    """The violations, as side and message."""
    return [(entry["side"], entry["message"]) for entry in emulator.control.violations()]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_operation(emulator: EmulatorThread, documents: Path, version: str) -> None:
    """Create, fetch, list, update, delete of services, roles and users; every parameter; none is left out."""
    api = client_of(emulator)
    root = f"/{version}/Services"
    sid = api.post(root, {"FriendlyName": "contract"}).json()["sid"]
    service = f"{root}/{sid}"
    assert api.get(service).status == 200
    assert api.get(root).status == 200
    listed = api.get(f"{root}?PageSize=1").json()
    assert api.get(listed["meta"]["next_page_url"]).status == 200
    for path in CONFIGURED[version]:
        assert api.get(service + path).status == 200

    kind = "service" if version == "v1" else "deployment"
    form: dict[str, Any] = {"FriendlyName": "guest", "Type": kind, "Permission": ["editOwnUserInfo", "editAnyUserInfo"]}
    role = api.post(f"{service}/Roles", form).json()["sid"]
    assert api.get(f"{service}/Roles/{role}").status == 200
    assert api.get(f"{service}/Roles?PageSize=2").status == 200
    assert api.post(f"{service}/Roles/{role}", {"Permission": "editOwnUserInfo"}).status == 200

    for identity in ("anna", "a/b", "..", "a?b#c", "100%41", "two words", "ü€🙂"):
        form = {"Identity": identity, "FriendlyName": identity, "Attributes": '{"ü": 1}', "RoleSid": role}
        created = api.post(f"{service}/Users", form, headers=WEBHOOK)
        assert created.status == 201
        path = f"{service}/Users/{quote(identity, safe='') if identity != '..' else created.json()['sid']}"
        assert api.get(path).status == 200
        assert api.post(path, {"FriendlyName": "", "Attributes": "{}"}, headers=WEBHOOK).status == 200
    pages, url = 0, f"{service}/Users?PageSize=3"
    while url:
        page = api.get(url).json()
        pages, url = pages + 1, page["meta"]["next_page_url"]
    assert pages == 3
    assert api.delete(f"{service}/Users/anna", headers=WEBHOOK if version == "v1" else {}).status == 204

    levels = {"service role": role, "conversation role": api.get(f"{service}/Roles").json()["roles"][2]["sid"]}
    for path, table in CONFIGURED[version].items():
        form = {name: levels.get(kind) or SENT[kind] for name, kind in table.kinds.items()}
        reply = api.post(service + path, form)
        assert reply.status == 200, reply.body
        assert api.get(service + path).json() == reply.json()
    assert api.delete(f"{service}/Roles/{role}").status == 409
    emulator.control.switch(delete_default_role="keep")
    assert api.delete(f"{service}/Roles/{role}").status == 204
    assert api.delete(service).status == 204
    api.close()
    assert operations(documents, version) == {
        (request["method"], re.sub(r"/[A-Z]{2}[0-9a-f]{32}|(?<=Users)/.+", "/{}", request["path"]))
        for request in emulator.control.requests()
        if request["status"] < 300
    }


def test_access_tokens(emulator: EmulatorThread) -> None:
    """A token is issued and opens the API; what is refused is refused."""
    api = RawClient(emulator.url, "", "")
    form = {"grant_type": "client_credentials", "client_id": emulator.client_id}
    issued = api.post("/v2/token", {**form, "client_secret": emulator.client_secret})
    assert issued.status == 200
    bearer = {"Authorization": f"Bearer {issued.json()['access_token']}"}
    assert api.get("/v1/Services", headers=bearer).status == 200
    emulator.control.revoke_tokens()
    assert api.get("/v1/Services", headers=bearer).status == 401
    assert api.post("/v2/token", {**form, "client_secret": "wrong"}).status == 400
    assert messages(emulator) == []
    api.post("/v2/token", {**form, "client_secret": "wrong", "audiences": "nobody"})
    assert messages(emulator) == [("request", "unknown form parameter audiences")]
    emulator.control.clear_violations()
    api.close()


def operations(documents: Path, version: str) -> set[tuple[str, str]]:
    """What Twilio's document has for services, their configuration, roles and users themselves."""
    text = (documents / DOCUMENTS[BY_VERSION[version].name]).read_text(encoding="utf-8")
    return {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, item in json.loads(text)["paths"].items()
        if re.match(r"/v\d/Services(/{\w+}(/Configuration.*|/(Roles|Users)(/{\w+})?)?)?$", path)
        for method in item
        if method in ("get", "post", "delete")
    }


@pytest.mark.parametrize(
    ("version", "path"), [(version, path) for version in CONFIGURED for path in CONFIGURED[version]]
)
def test_every_parameter_is_twilios(documents: Path, version: str, path: str) -> None:
    """The tables have all the parameters of the document and no others, with the same types."""
    spec = json.loads((documents / DOCUMENTS[BY_VERSION[version].name]).read_text(encoding="utf-8"))
    service = next(name for name in spec["paths"] if re.fullmatch(rf"/{version}/Services/{{\w+}}{path}", name))
    content = spec["paths"][service]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    types = {"bool": "boolean", "number": "integer", "limit": "integer", "filters": "array"}
    table = CONFIGURED[version][path]
    assert {name: types.get(kind, "string") for name, kind in table.kinds.items()} == {
        name: schema["type"] for name, schema in content["schema"]["properties"].items()
    }


def test_presence_and_switches(emulator: EmulatorThread) -> None:
    """The other forms an answer can have."""
    user = {"identity": "anna", "is_online": True, "is_notifiable": False}
    sid = emulator.control.create_service(users=[user, {"identity": "b"}], reachability_enabled=True)
    emulator.control.switch(friendly_name_cleared_as="empty", attributes_in_list="null", page_in_next_url=True)
    emulator.control.switch(webhook_url_cleared_as="empty", unset_webhook_method_as="POST")
    api = client_of(emulator)
    for path in (f"/v2/Services/{sid}", f"/v1/Services/{sid}/Configuration/Notifications"):
        for choice in ("missing", "null", "empty"):
            emulator.control.switch(unset_notifications_as=choice)
            assert api.get(path).status == 200
    for version in ("v1", "v2"):
        assert api.get(f"/{version}/Services/{sid}/Users/anna").json()["is_online"] is True
        page = api.get(f"/{version}/Services/{sid}/Users?PageSize=1").json()
        assert api.get(page["meta"]["next_page_url"]).status == 200
    api.close()


BAD: list[tuple[str, str, Any, dict[str, str], str]] = [
    ("POST", "/v1/Services/{sid}/Users", {"Identity": "a", "Idntity": "b"}, {}, "unknown form parameter Idntity"),
    ("POST", "/v1/Services/{sid}/Users", {"FriendlyName": "b"}, {}, "'Identity' is a required property"),
    ("POST", "/v1/Services/{sid}/Users", {"Identity": "a", "RoleSid": "RL1"}, {}, "RoleSid"),
    ("POST", "/v1/Services/{sid}/Users", {"Identity": "a"}, {"X-Twilio-Webhook-Enabled": "True"}, "Webhook"),
    ("GET", "/v1/Services/{sid}/Users?Identity=a", None, {}, "unknown query parameter Identity"),
    ("GET", "/v1/Services/{sid}/Users?PageSize=51", None, {}, "PageSize"),
    ("GET", "/v2/Services/{sid}/Users?PageSize=101", None, {}, "PageSize"),
    ("GET", "/v2/Services/{sid}/Users?PageSize=x", None, {}, "PageSize"),
    ("GET", "/v2/Services/IS1/Users", None, {}, "ServiceSid"),
    ("GET", "/v1/Services/{sid}/Users", None, {"X-Twilio-Nonsense": "1"}, "unknown header x-twilio-nonsense"),
    ("GET", "/v1/Services/{sid}/Users", None, {"Authorization": ""}, "ecurity"),
    ("DELETE", "/v2/Services/{sid}/Users/a", None, WEBHOOK, "unknown header x-twilio-webhook-enabled"),
    ("DELETE", "/v1/Services/{sid}/Users/", None, {}, "no operation"),
    ("POST", "/v1/Services/{sid}", {"FriendlyName": "a"}, {}, "no operation"),
    ("POST", "/v2/Services/{sid}", {"Limits.UserChannels": "x"}, {}, "cast value to integer"),
    ("POST", "/v2/Services/{sid}", {"WebhookMethod": "PUT"}, {}, "WebhookMethod"),
    ("POST", "/v2/Services/{sid}", {"Filters": "onUserAdded"}, {}, "unknown form parameter Filters"),
    ("POST", "/v1/Services/{sid}/Configuration", {"DefaultConversationRoleSid": "RL1"}, {}, "RoleSid"),
    ("POST", "/v1/Services/{sid}/Configuration", {"ReadStatusEnabled": "true"}, {}, "unknown form parameter"),
    ("POST", "/v1/Services/{sid}/Configuration/Notifications", {"LogEnabled": "maybe"}, {}, "cast value to boolean"),
    ("POST", "/v1/Services/{sid}/Roles", {"FriendlyName": "a", "Permission": "b"}, {}, "'Type' is a required"),
    ("POST", "/v1/Services/{sid}/Roles", {"FriendlyName": "a", "Type": "channel", "Permission": "b"}, {}, "channel"),
    ("GET", "/v1/Services/{sid}/Roles?PageSize=51", None, {}, "PageSize"),
    ("GET", "/v2/Services?PageSize=101", None, {}, "PageSize"),
    ("GET", "/v2/Services/{sid}/Configuration", None, {}, "no operation"),
    ("DELETE", "/v1/Services/{sid}/Configuration", None, {}, "no operation"),
    ("GET", "/v3/Services", None, {}, "neither product"),
]


@pytest.mark.parametrize(("method", "path", "form", "headers", "message"), BAD)
def test_bad_requests_are_seen(
    held: EmulatorThread, method: str, path: str, form: Any, headers: dict[str, str], message: str
) -> None:
    """Whatever the emulator answers to them, the request is told, and which it was."""
    api = client_of(held)
    raw = path.format(sid=held.service_sid)
    reply = api.request(method, raw, form, headers)
    found = held.control.violations()
    assert found, "not seen"
    assert {entry["side"] for entry in found} == {"request"}
    assert any(message in entry["message"] for entry in found), found
    assert (found[0]["number"], found[0]["status"]) == (held.control.requests()[-1]["number"], reply.status)
    held.control.reset()
    assert held.control.violations() == found
    api.close()


def test_wrong_answers_are_seen(held: EmulatorThread, monkeypatch: pytest.MonkeyPatch) -> None:
    """An emulator that drifts is caught."""
    right = render.Renderer.user
    change: dict[str, Any] = {}

    def wrong(self: render.Renderer, *more: Any) -> dict[str, Any]:
        body = right(self, *more)
        body.update(change)
        for name in [name for name, value in change.items() if value is None]:
            del body[name]
        return body

    monkeypatch.setattr(render.Renderer, "user", wrong)
    api = client_of(held)
    for wanted, message in (
        ({"is_online": "yes"}, "is_online"),
        ({"sid": "US1"}, "US1"),
        ({"date_created": "yesterday"}, "date_created"),
        ({"nickname": "x"}, "nickname"),
        ({"identity": None}, "identity"),
    ):
        change = wanted
        for version in ("v1", "v2"):
            held.control.reset()
            held.control.clear_violations()
            users = f"/{version}/Services/{held.service_sid}/Users"
            assert api.post(users, {"Identity": "a"}).status == 201
            assert api.get(users).status == 200
            found = messages(held)
            assert [side for side, dummy in found] == ["response", "response"]
            assert all(message in text for dummy, text in found), found
    api.close()


def test_broken_answers_are_not_held_against_the_emulator(emulator: EmulatorThread) -> None:
    """A fault breaks an answer on purpose; errors are not described by the documents."""
    api = client_of(emulator)
    users = f"/v1/Services/{emulator.service_sid}/Users"
    for fault in ({"kind": "not_json"}, {"kind": "truncated"}, {"kind": "status", "status": 503, "body": "html"}):
        emulator.control.call("POST", "faults", fault)
        api.get(users)
    assert api.get(f"{users}/nobody").status == 404
    api.close()


def test_statuses_and_bodies(documents: Path) -> None:
    """The checker alone: a success that is not declared, a body where none belongs."""
    checker = Checker(documents)
    path = f"/v1/Services/{SERVICE}/Users/a"
    call = Call("DELETE", path, "", {"authorization": "Basic eDp5"}, b"", "http://x", "x")
    assert checker.check_request(call) == []
    assert checker.check_response(call, Answer(204)) == []
    assert "not declared" in checker.check_response(call, Answer.json(200, {}))[0]
    assert "no body" in checker.check_response(call, Answer(204, b"x"))[0]
    assert checker.check_response(call, Answer.json(500, {"any": "thing"})) == []
    fetch = Call("GET", path, "", {"authorization": "Basic eDp5"}, b"", "http://x", "x")
    assert checker.check_response(fetch, Answer(200, b"{}", "text/html")) != []
    assert checker.check_response(fetch, Answer(200, b"{", "application/json")) != []
    assert checker.check_response(fetch, Answer(200)) != []
    assert checker.checked == 1


def test_the_checker_reads_twilios_words(documents: Path) -> None:
    """The documents are there whole; nothing of them was left out to please the check."""
    chat = json.loads((documents / "twilio_chat_v2.json").read_text(encoding="utf-8"))
    conversations = json.loads((documents / "twilio_conversations_v1.json").read_text(encoding="utf-8"))
    assert "/v2/Services/{ServiceSid}/Users/{Sid}" in chat["paths"]
    assert "/v1/Services/{ChatServiceSid}/Users/{Sid}" in conversations["paths"]
