# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults, latency and the write limit."""

from __future__ import annotations

import http.client
import threading
import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from ansible_collections.community.twilio.tests.emulator.client import ControlRefused, RawClient
from ansible_collections.community.twilio.tests.emulator.limits import Limiter, WriteLimit
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread

POST = {"method": "POST"}


def identities(emulator: EmulatorThread) -> list[str]:
    """Who is in the default service."""
    return [user["identity"] for user in emulator.control.users(emulator.service_sid)]


@pytest.mark.parametrize("body", ["json", "html", "empty"])
def test_status(api: RawClient, users: str, emulator: EmulatorThread, body: str) -> None:
    """Not processed; each form of body."""
    emulator.control.fault("status", POST, status=503, body=body, headers={"Retry-After": "7"})
    reply = api.post(users, {"Identity": "a"})
    assert (reply.status, reply.headers["Retry-After"]) == (503, "7")
    assert identities(emulator) == []
    if body == "json":
        assert reply.json()["code"] == 20503
    else:
        assert reply.body.startswith(b"<html>" if body == "html" else b"")
        assert (reply.body == b"") is (body == "empty")
    assert api.post(users, {"Identity": "a"}).status == 201


def test_status_after(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Processed, and yet refused."""
    emulator.control.fault("status_after", POST, status=500)
    assert api.post(users, {"Identity": "a"}).status == 500
    assert identities(emulator) == ["a"]


def test_status_of_a_conflict(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Only its code is published, so its status is a switch."""
    emulator.control.fault("status", code=50213, message="Conflicting user modification", times=2)
    reply = api.post(users, {"Identity": "a"})
    assert (reply.status, reply.json()["code"]) == (409, 50213)
    assert reply.json()["message"] == "Conflicting user modification"
    emulator.control.switch(conflict_status=400)
    assert api.post(users, {"Identity": "a"}).status == 400


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated_connection"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_dropped(api: RawClient, users: str, emulator: EmulatorThread, kind: str, method: str) -> None:
    """The connection ends; whether the work is done depends on the kind."""
    api.post(users, {"Identity": "old"})
    emulator.control.fault(kind, {"method": method})
    path = users if method == "POST" else f"{users}/old"
    if kind == "truncated_connection" and method == "DELETE":
        # There is no body to cut.
        assert api.request(method, path).status == 204
    else:
        expected = http.client.IncompleteRead if kind == "truncated_connection" else http.client.RemoteDisconnected
        with pytest.raises(expected):
            api.request(method, path, {"Identity": "new"} if method == "POST" else None)
    done = {"GET": ["old"], "POST": ["old", "new"], "DELETE": []}[method]
    assert identities(emulator) == (["old"] if kind == "drop_before" else done)
    assert api.get(users).status == 200


def test_broken_bodies(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Processed, with a body that is none."""
    emulator.control.fault("truncated", POST)
    reply = api.post(users, {"Identity": "a"})
    assert (reply.status, reply.headers["Content-Length"]) == (201, str(len(reply.body)))
    with pytest.raises(ValueError, match=r"."):
        reply.json()
    emulator.control.fault("not_json", POST, text="hello")
    reply = api.post(users, {"Identity": "b"})
    assert (reply.status, reply.body) == (200, b"hello")
    assert identities(emulator) == ["a", "b"]


def test_hang(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Waits, then works; who hangs up before gets no work done, who hangs up after it does."""
    emulator.control.fault("hang", POST, seconds=0.1)
    started = time.monotonic()
    assert api.post(users, {"Identity": "a"}).status == 201
    assert time.monotonic() - started >= 0.1
    for kind, name in (("hang", "b"), ("hang_after", "c")):
        emulator.control.fault(kind, POST, seconds=0.2)
        impatient = RawClient(emulator.url, emulator.account_sid, emulator.auth_token)
        # The timeout of a socket: there is no other way to hang up in the middle.
        vars(impatient)["_connection"].timeout = 0.05
        with pytest.raises(OSError, match="timed out"):
            impatient.post(users, {"Identity": name})
        time.sleep(0.25)
    assert identities(emulator) == ["a", "c"]


def test_someone_else(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """Acts between two requests of a client."""
    who = {"service_sid": emulator.service_sid, "identity": "a"}
    emulator.control.fault("act", POST, do="create_user", fields={"friendly_name": "theirs"}, **who)
    assert api.post(users, {"Identity": "a"}).status == 409
    assert api.get(f"{users}/a").json()["friendly_name"] == "theirs"
    emulator.control.fault("act_after", {"method": "GET"}, do="delete_user", **who)
    assert api.get(f"{users}/a").status == 200
    assert api.get(f"{users}/a").status == 404
    api.post(users, {"Identity": "a"})
    emulator.control.fault("act", {"method": "GET"}, do="update_user", fields={"attributes": {"x": [1]}}, **who)
    assert api.get(f"{users}/a").json()["attributes"] == '{"x":[1]}'
    # An act on what is not there changes nothing, and the log tells.
    emulator.control.fault("act", {"method": "GET"}, do="create_user", **who)
    api.get(f"{users}/a")
    assert emulator.control.requests()[-1]["faults"][-1] == {"outcome": "user exists already"}


def outcome(emulator: EmulatorThread) -> str:
    """How the act of the last request went."""
    return str(emulator.control.requests()[-1]["faults"][-1]["outcome"])


def test_someone_else_and_roles(api: RawClient, roles: str, emulator: EmulatorThread) -> None:
    """A role that comes, changes and goes, named by name or SID."""
    service_sid = emulator.service_sid
    fields = {"type": "channel", "permissions": ["leaveChannel"], "sid": "RL" + "1" * 32}
    emulator.control.fault("act", do="create_role", service_sid=service_sid, role="guest", fields=fields)
    assert api.get(f"{roles}/{fields['sid']}").json()["friendly_name"] == "guest"
    assert outcome(emulator) == "created"
    role = emulator.control.role(service_sid, "guest")
    assert role is not None
    assert (role["type"], role["permissions"]) == ("conversation", ["leaveConversation"])
    assert emulator.control.role(service_sid, "nobody") is None
    changed = {"permissions": ["sendMessage"]}
    emulator.control.fault("act_after", do="update_role", service_sid=service_sid, role=role["sid"], fields=changed)
    assert api.get(f"{roles}/{role['sid']}").json()["permissions"] != ["sendMessage"]
    assert (api.get(f"{roles}/{role['sid']}").json()["permissions"], role["sid"]) == (["sendMessage"], fields["sid"])
    # Of two roles of one name it is the newer that is meant.
    emulator.control.fault("act", do="create_role", service_sid=service_sid, role="guest")
    api.get(roles)
    for left in (1, 0):
        emulator.control.fault("act", do="delete_role", service_sid=service_sid, role="guest")
        assert api.get(f"{roles}/{role['sid']}").status == (200 if left else 404)
        assert outcome(emulator) == "deleted"
        names = [role["friendly_name"] for role in emulator.control.roles(service_sid)]
        assert names.count("guest") == left
    for do in ("update_role", "delete_role"):
        emulator.control.fault("act", do=do, service_sid=service_sid, role="guest")
        api.get(roles)
        assert outcome(emulator) == "no such role"
    # What the API refuses, a fault can do.
    emulator.control.fault("act", do="delete_role", service_sid=service_sid, role="service user")
    api.get(roles)
    assert emulator.control.role(service_sid, "service user") is None
    emulator.control.fault("act", do="delete_role", service_sid="IS" + "0" * 32, role="service admin")
    api.get(roles)
    assert outcome(emulator) == "no such service"


def test_someone_else_and_services(api: RawClient, version: str, emulator: EmulatorThread) -> None:
    """A service that comes, changes and goes."""
    services = f"/{version}/Services"
    sid = "IS" + "1" * 32
    fields: dict[str, Any] = {"sid": sid, "users": [{"identity": "a"}], "chat": {"limits": {"user_channels": 3}}}
    emulator.control.fault("act", POST, do="create_service", service="shop", fields=fields)
    mine = api.post(services, {"FriendlyName": "shop"}).json()["sid"]
    assert [entry["friendly_name"] for entry in api.get(services).json()["services"]][1:] == ["shop", "shop"]
    assert [user["identity"] for user in emulator.control.users(sid)] == ["a"]
    fields = {"friendly_name": "mall", "reachability_enabled": True, "chat": {"webhook_method": "GET"}}
    emulator.control.fault("act", do="update_service", service=sid, fields=fields)
    assert api.get(f"{services}/{sid}").json()["friendly_name"] == "mall"
    assert outcome(emulator) == "updated"
    chat = api.get(f"/v2/Services/{sid}").json()
    assert (chat["reachability_enabled"], chat["webhook_method"], chat["limits"]["user_channels"]) == (True, "GET", 3)
    emulator.control.fault("act_after", do="delete_service", service="shop")
    assert api.get(f"{services}/{mine}").status == 200
    assert api.get(f"{services}/{mine}").status == 404
    emulator.control.fault("act", do="delete_service", service=sid)
    assert api.get(f"{services}/{sid}").status == 404
    for do in ("update_service", "delete_service"):
        emulator.control.fault("act", do=do, service="shop")
        api.get(services)
        assert outcome(emulator) == "no such service"
    # A SID that another account has is refused as in a seed.
    other = {"account_sid": "AC" + "6" * 32, "auth_token": "other-token", "services": [{"sid": sid}]}
    emulator.control.seed({"accounts": [other]})
    emulator.control.fault("act", do="create_service", service="shop", fields={"sid": sid})
    api.get(services)
    assert "belongs to another account" in outcome(emulator)
    emulator.control.fault("act", do="update_service", service=sid, fields={"friendly_name": "theirs"})
    api.get(services)
    changed = emulator.control.service(sid)
    assert changed is not None
    assert changed["friendly_name"] == "theirs"


def test_what_someone_else_updates_is_dated(api: RawClient, emulator: EmulatorThread) -> None:
    """As if it had come through the API; unless the fields say when."""
    date = "2020-02-29T12:00:00Z"
    roles = [{"friendly_name": "guest", "date_created": date, "date_updated": date}]
    sid = emulator.control.create_service(roles=roles, date_created=date, date_updated=date)
    acts: list[dict[str, Any]] = [
        {"do": "update_service", "service": sid},
        {"do": "update_role", "service_sid": sid, "role": "guest"},
    ]
    for act in acts:
        do = act["do"]
        url = f"/v1/Services/{sid}" + ("/Roles?PageSize=5" if do == "update_role" else "")
        for fields in ({}, {"date_updated": date}):
            emulator.control.fault("act", fields=fields, **act)
            body = api.get(url).json()
            thing = body["roles"][-1] if do == "update_role" else body
            assert thing["date_created"] == date
            assert (thing["date_updated"] == date) is bool(fields), do


@pytest.mark.parametrize("path", ["/v1/Services", "/v2/Services/{}", "/v1/Services/{}/Configuration/Webhooks"])
def test_faults_of_any_resource(api: RawClient, emulator: EmulatorThread, path: str) -> None:
    """A write whose answer is lost has been done; one that was dropped has not."""
    url = path.format(emulator.service_sid)
    form = {"FriendlyName": "x"} if not url.endswith("Webhooks") else {"Method": "GET"}
    before = emulator.control.state()
    for kind, done in (("drop_before", False), ("drop_after", True)):
        emulator.control.fault(kind, {"method": "POST", "path": "/Services"})
        with pytest.raises(http.client.RemoteDisconnected):
            api.post(url, form)
        assert (emulator.control.state() != before) is done
    emulator.control.fault("status", {"method": "GET", "path": "(/Services|/Webhooks|/IS.*)$"}, status=503)
    assert [api.get(url).status for dummy in range(2)] == [503, 200]
    assert emulator.control.requests()[-3]["form"] == form


def test_acts_join_another_fault(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """An act, a broken answer and an act afterwards can meet in one request."""
    for kind, name in (("act", "before"), ("act_after", "after")):
        emulator.control.fault(kind, POST, do="create_user", service_sid=emulator.service_sid, identity=name)
    emulator.control.fault("drop_after", POST)
    with pytest.raises(http.client.RemoteDisconnected):
        api.post(users, {"Identity": "mine"})
    assert identities(emulator) == ["before", "mine", "after"]


def test_matching(api: RawClient, users: str, emulator: EmulatorThread, version: str) -> None:
    """By method, product and decoded path; after some, for some times or for ever."""
    mine, other = ("conversations", "chat") if version == "v1" else ("chat", "conversations")
    api.post(users, {"Identity": "a/b"})
    emulator.control.fault("status", {"product": other}, status=500)
    emulator.control.fault("status", {"method": "GET", "product": mine, "path": "/a/b$"}, status=502, after=1, times=2)
    path = f"{users}/a%2Fb"
    assert [api.get(path).status for dummy in range(4)] == [200, 502, 502, 200]
    assert [fault["match"] for fault in emulator.control.faults()] == [{"product": other}]
    emulator.control.fault("status", status=500, times=None)
    assert [api.get(path).status for dummy in range(4)] == [500] * 4
    emulator.control.faults_clear()
    assert api.get(path).status == 200


def test_a_list_of_faults_happens_in_turn(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """One request, one fault."""
    emulator.control.call("POST", "faults", [{"kind": "status", "status": status} for status in (500, 502, 429)])
    assert [api.get(users).status for dummy in range(4)] == [500, 502, 429, 200]
    assert [entry["status"] for entry in emulator.control.requests()] == [500, 502, 429, 200]
    assert emulator.control.requests()[0]["faults"][0]["kind"] == "status"


BAD_FAULTS: list[Any] = [
    None,
    "status",
    {},
    {"kind": "nonsense"},
    {"kind": "status"},
    {"kind": "status", "status": "500"},
    {"kind": "status", "status": 99},
    {"kind": "status", "status": 500, "body": "xml"},
    {"kind": "status", "status": 500, "headers": {"a": 1}},
    {"kind": "status", "status": 500, "mesage": "x"},
    {"kind": "status", "status": 500, "times": 0},
    {"kind": "status", "status": 500, "after": -1},
    {"kind": "status", "status": 500, "match": {"methd": "GET"}},
    {"kind": "status", "status": 500, "match": {"method": "get"}},
    {"kind": "status", "status": 500, "match": {"product": "sms"}},
    {"kind": "status", "status": 500, "match": {"path": "("}},
    {"kind": "status", "status": 500, "match": []},
    {"kind": "hang"},
    {"kind": "hang", "seconds": "1"},
    {"kind": "drop_before", "status": 500},
    {"kind": "act", "do": "dance", "service_sid": "x", "identity": "a"},
    {"kind": "act", "do": "create_user", "identity": "a"},
    {"kind": "act", "do": "create_user", "service_sid": "x", "identity": "a", "fields": {"name": "a"}},
    {"kind": "act", "do": "create_user", "service_sid": "x", "identity": "a", "fields": {"role_sid": "a"}},
    {"kind": "act", "do": "create_user", "service_sid": "x", "identity": "a", "role": "b"},
    {"kind": "act", "do": ["create_user"], "service_sid": "x", "identity": "a"},
    {"kind": "act", "do": "create_role", "service_sid": "x"},
    {"kind": "act", "do": "create_role", "role": "x"},
    {"kind": "act", "do": "create_role", "service_sid": "x", "role": 1},
    {"kind": "act", "do": "update_role", "service_sid": "x", "role": "a", "fields": {"permissions": []}},
    {"kind": "act", "do": "update_role", "service_sid": "x", "role": "a", "fields": {"sid": "RL" + "1" * 32}},
    {"kind": "act", "do": "delete_role", "service_sid": "x", "role": "a", "fields": {"permissions": ["b"]}},
    {"kind": "act", "do": "create_service", "service_sid": "x"},
    {"kind": "act", "do": "create_service", "service": "x", "fields": {"limits": {}}},
    {"kind": "act", "do": "update_service", "service": "x", "fields": {"chat": {"limits": 5}}},
    [{"kind": "drop_before"}, {"kind": "drop"}],
]


def test_faults_refused(emulator: EmulatorThread) -> None:
    """A typo must not pass for a fault that never happens; of a list, all or none."""
    for fault in BAD_FAULTS:
        with pytest.raises(ControlRefused) as refused:
            emulator.control.call("POST", "faults", fault)
        assert refused.value.status == 400, fault
    assert emulator.control.faults() == []


def test_latency_and_concurrency(emulator: EmulatorThread, users: str) -> None:
    """Requests wait side by side, and their number is known."""
    emulator.control.settings(latency=1)

    def one() -> None:
        client = RawClient(emulator.url, emulator.account_sid, emulator.auth_token)
        client.get(users)
        client.close()

    total = emulator.control.connections()["total"]
    threads = [threading.Thread(target=one) for dummy in range(5)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started >= 1
    assert emulator.control.concurrency() == {"now": 0, "max": 5}
    assert emulator.control.connections()["total"] == total + 5
    emulator.control.clear_concurrency()
    assert emulator.control.concurrency()["max"] == 0


def test_write_limit(api: RawClient, users: str, roles: str, emulator: EmulatorThread) -> None:
    """Counts writes of one service; reads and other services are free; a header only if asked for."""
    emulator.control.settings(write_limit={"per_second": 0.01, "burst": 2})
    assert api.post(users, {"Identity": "a"}).status == 201
    assert api.post(f"{users}/a", {"FriendlyName": "b"}).status == 200
    reply = api.delete(f"{users}/a")
    assert (reply.status, reply.json()["code"], reply.headers["Retry-After"]) == (429, 50074, None)
    role = emulator.control.roles(emulator.service_sid)[0]["sid"]
    for method, path in (("POST", roles), ("POST", f"{roles}/{role}"), ("DELETE", f"{roles}/{role}")):
        assert api.request(method, path, {} if method == "POST" else None).status == 429
    assert api.get(f"{users}/a").status == 200
    assert api.get(roles).status == 200
    # Nothing says that it counts what is done to services and their configuration.
    service = emulator.service_sid
    assert api.post(f"/v2/Services/{service}", {"FriendlyName": "x"}).status == 200
    assert api.post(f"/v1/Services/{service}/Configuration", {"ReachabilityEnabled": "true"}).status == 200
    assert api.post("/v1/Services", {"FriendlyName": "x"}).status == 201
    other = emulator.control.create_service()
    assert api.post(users.replace(emulator.service_sid, other), {"Identity": "a"}).status == 201
    emulator.control.switch(retry_after_on_429="seconds")
    assert 90 <= int(api.delete(f"{users}/a").headers["Retry-After"]) <= 100
    emulator.control.switch(retry_after_on_429="date")
    date = parsedate_to_datetime(api.delete(f"{users}/a").headers["Retry-After"])
    assert 80 <= date.timestamp() - time.time() <= 101
    emulator.control.settings(write_limit=None)
    assert api.delete(f"{users}/a").status == 204


def test_bucket() -> None:
    """So many at once, then so many a second; a refused write costs nothing."""
    clock = [100.0]
    limiter = Limiter(WriteLimit.parse({"per_second": 30}), lambda: clock[0])
    assert limiter.limit == WriteLimit(30.0, 150.0)
    assert [limiter.take("a") for dummy in range(150)] == [0.0] * 150
    assert limiter.take("a") == pytest.approx(1 / 30)
    assert limiter.take("b") == 0.0
    clock[0] += 1
    assert [limiter.take("a") > 0 for dummy in range(31)] == [False] * 30 + [True]
    clock[0] += 1000
    assert [limiter.take("a") > 0 for dummy in range(151)] == [False] * 150 + [True]
    assert Limiter().take("a") == 0.0


BAD_LIMITS: list[Any] = [
    30,
    {},
    {"burst": 3},
    {"per_second": 0},
    {"per_second": "30"},
    {"per_second": True},
    {"per_second": 3, "burst": 0.5},
    {"per_second": 3, "bust": 5},
]


def test_limits_refused() -> None:
    """A limit that cannot be meant."""
    for limit in BAD_LIMITS:
        with pytest.raises(ValueError, match="write_limit"):
            WriteLimit.parse(limit)
