# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong once or twice: the right end, no duplicate, no orphan, for both products."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.sockets import free_port
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import PRODUCTS, Twilio, methods


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


# What the emulator does to one request. "refused": Twilio surely did not process it, so a creation is sent again at
# once; "unsure": it may have, so a creation looks first.
REFUSED = {
    "429": ("status", {"status": 429}),
    "429 html": ("status", {"status": 429, "body": "html"}),
    "429 empty": ("status", {"status": 429, "body": "empty"}),
    "50213": ("status", {"code": 50213}),
    "50213 as 400": ("status", {"code": 50213, "status": 400}),
    "20162": ("status", {"code": 20162}),
    "50002": ("status", {"code": 50002, "status": 400}),
}
UNSURE = {
    **{
        f"{status} {body}": ("status", {"status": status, "body": body})
        for status in (500, 502, 503, 504)
        for body in ("json", "html", "empty")
    },
    "408": ("status", {"status": 408}),
    "drop before": ("drop_before", {}),
    "hang": ("hang", {"seconds": 5}),
}
# These happen after the request was processed.
PROCESSED = {
    "500 after": ("status_after", {"status": 500}),
    "504 html after": ("status_after", {"status": 504, "body": "html"}),
    "drop after": ("drop_after", {}),
    "hang after": ("hang_after", {"seconds": 5}),
    "truncated body": ("truncated", {}),
    "truncated connection": ("truncated_connection", {}),
    "not json": ("not_json", {}),
    "json that is no user": ("not_json", {"text": '{"users": []}'}),
    "list": ("not_json", {"text": "[]"}),
}
EVERY = {**REFUSED, **UNSURE, **PROCESSED}
# A deletion has no body that could be cut off, and any success will do.
BODILESS = {
    name: fault for name, fault in EVERY.items() if fault[0] not in ("truncated", "truncated_connection", "not_json")
}


def inject(twilio: Twilio, fault: Any, method: str, **when: Any) -> None:
    kind, details = fault
    twilio.fault(kind, method, **details, **when)
    if kind.startswith("hang"):
        # Long enough for the other requests on a busy machine, short enough for this one.
        twilio.options["request_timeout"] = 0.25


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
def test_a_read_that_fails_is_repeated(twilio: Twilio, fault: Any) -> None:
    twilio.seed("alice", friendly_name="Alice")
    inject(twilio, fault, "GET")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["changed"], result["action"]) == (False, "none")
    assert methods(sent) == "GET GET"


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED)
def test_a_creation_that_was_refused_is_repeated(twilio: Twilio, fault: Any) -> None:
    inject(twilio, fault, "POST", times=2)
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["action"], result["user"]["friendly_name"]) == ("created", "Alice")
    assert methods(sent) == "GET CREATE CREATE CREATE"
    assert twilio.identities() == ["alice"]


@pytest.mark.parametrize("fault", UNSURE.values(), ids=UNSURE)
def test_a_creation_that_may_have_been_done_looks_before_it_is_repeated(twilio: Twilio, fault: Any) -> None:
    inject(twilio, fault, "POST")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["action"], result["user"]["friendly_name"]) == ("created", "Alice")
    assert methods(sent) == "GET CREATE GET CREATE"
    assert twilio.identities() == ["alice"]


@pytest.mark.parametrize("identity", ["alice", "a/b", ".."])
@pytest.mark.parametrize("fault", PROCESSED.values(), ids=PROCESSED)
def test_a_creation_whose_answer_is_lost_is_found_and_never_repeated(twilio: Twilio, fault: Any, identity: str) -> None:
    inject(twilio, fault, "POST")
    with twilio.sent() as sent:
        result = twilio.user(identity=identity, friendly_name="Alice", attributes={"a": 1})
    assert (result["changed"], result["action"]) == (True, "created")
    assert result["user"]["sid"] == twilio.stored(identity)["sid"]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"] == {"identity": identity, "friendly_name": "Alice", "attributes": {"a": 1}}
    assert methods(sent).count("CREATE") == 1
    assert methods(sent).endswith("CREATE GET")
    assert twilio.identities() == [identity]


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
def test_a_change_that_fails_is_repeated(twilio: Twilio, fault: Any) -> None:
    twilio.seed("alice", friendly_name="Alice", attributes='{"a":1}')
    inject(twilio, fault, "POST")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Bob", attributes={"b": 2}, attributes_mode="merge")
    assert (result["action"], result["user"]["attributes_parsed"]) == ("updated", {"a": 1, "b": 2})
    # A merge is computed again before it is repeated, and not repeated if it was processed.
    done = fault in PROCESSED.values()
    assert methods(sent) == ("GET UPDATE GET" if done else "GET UPDATE GET UPDATE")
    form = {"FriendlyName": "Bob", "Attributes": '{"a":1,"b":2}'}
    assert [request["form"] for request in sent if request["method"] == "POST"] == [form] * (1 if done else 2)
    assert result["diff"]["before"]["friendly_name"] == "Alice"
    assert twilio.stored("alice")["friendly_name"] == "Bob"


@pytest.mark.parametrize("fault", BODILESS.values(), ids=BODILESS)
def test_a_deletion_that_fails_is_repeated_and_finding_nothing_then_is_success(twilio: Twilio, fault: Any) -> None:
    twilio.seed("alice")
    twilio.seed("bob")
    inject(twilio, fault, "DELETE")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", state="absent")
    assert (result["changed"], result["action"]) == (True, "deleted")
    assert methods(sent) == "GET DELETE DELETE"
    assert twilio.identities() == ["bob"]


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
def test_a_list_that_fails_is_repeated(twilio: Twilio, fault: Any) -> None:
    if fault[1].get("text", "").startswith('{"users"'):
        # That is a list.
        fault = ("not_json", {"text": "{}"})
    twilio.seed("alice")
    inject(twilio, fault, "GET")
    with twilio.sent() as sent:
        assert [user["identity"] for user in twilio.info()["users"]] == ["alice"]
    assert methods(sent) == "GET GET"


def test_a_creation_that_keeps_getting_lost_is_made_once(twilio: Twilio) -> None:
    twilio.fault("status", "POST", status=503, times=3)
    twilio.fault("drop_after", "POST")
    with twilio.sent() as sent:
        assert twilio.user(identity="alice")["action"] == "created"
    assert methods(sent) == "GET CREATE GET CREATE GET CREATE GET CREATE GET"
    assert twilio.identities() == ["alice"]


def test_a_lost_creation_that_someone_changes_meanwhile_is_converged(twilio: Twilio) -> None:
    twilio.fault("drop_after", "POST")
    other: dict[str, Any] = {
        "service_sid": twilio.service_sid,
        "identity": "alice",
        "fields": {"friendly_name": "Mallory"},
    }
    twilio.fault("act_after", "POST", do="update_user", **other)
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Alice")
    assert methods(sent) == "GET CREATE GET UPDATE"
    assert result["changed"] is True
    assert twilio.stored("alice")["friendly_name"] == "Alice"


def test_a_deletion_is_not_ours_when_it_was_refused_before(twilio: Twilio) -> None:
    twilio.seed("alice")
    twilio.fault("status", "DELETE", status=429)
    # The second request finds nothing: someone else was faster, since the first was surely not processed.
    twilio.fault("act", "DELETE", do="delete_user", service_sid=twilio.service_sid, identity="alice", after=1)
    result = twilio.user(identity="alice", state="absent")
    assert (result["changed"], result["action"]) == (False, "none")
    assert result["diff"]["before"] == {}


# Waiting


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleep not at all, but tell how long it would have been."""
    waits: list[float] = []
    monkeypatch.setattr(deadline.time, "sleep", waits.append)
    return waits


def retry_after(kind: str, seconds: int) -> dict[str, str]:
    if kind == "seconds":
        return {"Retry-After": str(seconds)}
    return {"Retry-After": formatdate(time.time() + seconds, usegmt=True)}


@pytest.mark.parametrize("kind", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for_on_every_verb(twilio: Twilio, slept: list[float], kind: str, status: int) -> None:
    tasks: list[tuple[str, dict[str, Any], str]] = [
        ("GET", {}, "created"),
        ("POST", {"friendly_name": "Alice"}, "updated"),
        ("DELETE", {"state": "absent"}, "deleted"),
    ]
    for method, options, action in tasks:
        slept.clear()
        twilio.fault("status", method, status=status, headers=retry_after(kind, 100))
        assert twilio.user(identity="alice", **options)["action"] == action
        assert 98 < max(slept) < 101


@pytest.mark.parametrize("header", ["soon", "-1", ""])
def test_a_retry_after_that_cannot_be_read_is_passed_over(twilio: Twilio, slept: list[float], header: str) -> None:
    twilio.fault("status", "GET", status=429, headers={"Retry-After": header})
    assert twilio.user(identity="alice")["action"] == "created"
    assert max(slept) < 1


@pytest.mark.parametrize("kind", ["none", "seconds"])
def test_the_write_limit_of_a_service_is_lived_with(twilio: Twilio, kind: str) -> None:
    twilio.control.switch(retry_after_on_429=kind)
    twilio.control.settings(write_limit={"per_second": 20, "burst": 1})
    for number in range(2):
        assert twilio.user(identity=f"user {number}")["action"] == "created"
    assert len(twilio.identities()) == 2


def test_a_refused_connection_is_tried_again(emulator: EmulatorThread) -> None:
    for name in PRODUCTS:
        port = free_port()
        late = EmulatorThread(port=port)
        twilio = Twilio(emulator, name)
        twilio.options["api_base_url"] = f"http://127.0.0.1:{port}"
        timer = threading.Timer(0.1, late.start)
        timer.start()
        try:
            assert twilio.user(identity="alice")["action"] == "created"
        finally:
            timer.join()
            late.stop()


# No use in trying again


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            {"status": 401},
            "Twilio answered 401 Unauthorized, code 20003: Unauthorized. Check account_sid with auth_token",
        ),
        (
            {"status": 403, "code": 70051, "message": "Permission"},
            "Twilio answered 403 Forbidden, code 70051: Permission",
        ),
        ({"status": 400, "code": 20001, "message": "Bad"}, "Twilio answered 400 Bad Request, code 20001: Bad"),
        ({"status": 404, "body": "html"}, "Twilio answered 404 Not Found, without Twilio's explanation"),
        ({"status": 404, "body": "empty"}, "Twilio answered 404 Not Found, without Twilio's explanation"),
        ({"status": 403, "body": "html"}, "Twilio answered 403 Forbidden, without Twilio's explanation"),
        ({"status": 302, "body": "html", "headers": {"Location": "http://127.0.0.1:1/"}}, "Twilio answered 302 Found"),
        ({"status": 307, "body": "empty", "headers": {"Location": "/v2/Services"}}, "Twilio answered 307 Temporary"),
        ({"status": 413, "body": "empty"}, "Twilio answered 413 "),
    ],
    ids=str,
)
def test_a_final_answer_is_reported_at_once_on_every_verb(twilio: Twilio, fault: Any, told: str) -> None:
    place = f"{twilio.product.title} service {twilio.service_sid}"
    twilio.seed("bob")
    before = twilio.control.state()
    for method, doing, options, requests in (
        ("GET", f"read user 'alice' in {place}", {"identity": "alice"}, 1),
        ("POST", f"create user 'alice' in {place}", {"identity": "alice"}, 2),
        ("POST", f"update user 'bob' in {place}", {"identity": "bob", "friendly_name": "Bob"}, 2),
        ("DELETE", f"delete user 'bob' in {place}", {"identity": "bob", "state": "absent"}, 2),
    ):
        twilio.fault("status", method, **fault)
        with twilio.sent() as sent:
            failure = twilio.user_fails(**options)
        assert failure.message.startswith(f"Could not {doing}: {told}")
        assert failure.result["status"] == fault["status"]
        assert failure.result.get("code") == (fault.get("code") or {401: 20003}.get(fault["status"]))
        assert failure.result["request_id"].startswith("RQ")
        assert len(sent) == requests
    assert twilio.control.state() == before


@pytest.mark.parametrize("options", [{"auth_token": "wrong"}, {"account_sid": "AC" + "0" * 32}], ids=str)
def test_wrong_credentials_are_reported_with_advice(twilio: Twilio, options: Any) -> None:
    for failure in (
        twilio.user_fails(identity="alice", **options),
        twilio.user_fails(identity="alice", state="absent", **options),
        twilio.info_fails(**options),
        twilio.info_fails(identity="..", **options),
    ):
        assert "Twilio answered 401 Unauthorized, code 20003: Authenticate" in failure.message
        assert failure.message.endswith("Check account_sid with auth_token, or api_key with api_secret")
        assert (failure.result["status"], failure.result["code"]) == (401, 20003)


def test_a_403_that_is_not_about_the_service_does_not_make_a_user_absent(twilio: Twilio) -> None:
    twilio.seed("alice")
    twilio.fault("status", "GET", status=403, code=20403, message="Suspended")
    assert "Suspended" in twilio.user_fails(identity="alice", state="absent").message
    twilio.fault("status", "DELETE", status=403, code=20403, message="Suspended")
    assert "Suspended" in twilio.user_fails(identity="alice", state="absent").message
    assert twilio.identities() == ["alice"]
