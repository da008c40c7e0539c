# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong for good: the time is kept, and the message names the option that sets it."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.tests.unit.plugins.support.sockets import answering, free_port, trickling
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio, methods


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


SECONDS = 0.6
# No try begins with less than this, so that the last one is answered also by a busy machine.
LAST_TRY = 0.4
# Beyond its time an operation may need some for itself, and the machine may be busy. What does not keep its time takes
# longer: the other times are minutes, and what hangs does it for longer.
MARGIN = 15
OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "read": ("GET", {"identity": "alice"}),
    "create": ("POST", {"identity": "alice"}),
    "update": ("POST", {"identity": "bob", "friendly_name": "Bob"}),
    "delete": ("DELETE", {"identity": "bob", "state": "absent"}),
}
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "429": ("status", {"status": 429}),
    "503": ("status", {"status": 503, "body": "html"}),
    "50213": ("status", {"code": 50213}),
    "drop": ("drop_before", {}),
    "hang": ("hang", {"seconds": 20}),
}


@pytest.fixture(autouse=True)
def time_for_the_last_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "MIN_REMAINING", LAST_TRY)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_ends_within_its_time_and_names_it(twilio: Twilio, operation: str, fault: str) -> None:
    method, options = OPERATIONS[operation]
    kind, details = FAULTS[fault]
    twilio.seed("bob")
    twilio.fault(kind, method, times=None, **details)
    timeouts = {"create": 60, "update": 60, "read": 60, "delete": 60, operation: SECONDS}
    before = twilio.control.state()
    with twilio.sent() as sent:
        began = time.monotonic()
        failure = twilio.user_fails(timeouts=timeouts, **options)
        took = time.monotonic() - began
    assert took < SECONDS + MARGIN
    doing = f"Could not {operation} user '{options['identity']}' in {twilio.product.title} service {twilio.service_sid}"
    assert failure.message.startswith(f"{doing} within {SECONDS} s (timeouts.{operation})")
    assert failure.result.get("status") == {"429": 429, "503": 503, "50213": 409}.get(fault)
    if fault in ("429", "50213"):
        # ArgumentSpecError: nothing has to be read again. On a busy machine there may be only one try.
        reads = "" if operation == "read" else "GET "
        tried = "GET" if operation == "read" else operation.upper()
        assert re.fullmatch(rf"{reads}{tried}( {tried})*", methods(sent))
    assert twilio.control.state() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_wait_longer_than_the_time_is_not_begun(twilio: Twilio, operation: str) -> None:
    method, options = OPERATIONS[operation]
    twilio.seed("bob")
    twilio.fault("status", method, status=429, headers={"Retry-After": "3600"}, times=None)
    with twilio.sent() as sent:
        began = time.monotonic()
        failure = twilio.user_fails(**options)
        took = time.monotonic() - began
    assert took < MARGIN
    assert len([request for request in sent if request["method"] == method]) == 1
    seconds = {"read": 300}.get(operation, 600)
    assert f"within {seconds} s (timeouts.{operation}, and Twilio asks to wait 3600 s)" in failure.message
    assert failure.result["status"] == 429


@pytest.mark.parametrize("check", [False, True])
def test_a_refused_connection_is_reported_when_the_time_is_over(twilio: Twilio, check: bool) -> None:
    port = free_port()
    options = {"api_base_url": f"http://127.0.0.1:{port}", "timeouts": {"read": SECONDS}}
    for failure in (
        twilio.user_fails(identity="alice", check=check, **options),
        twilio.user_fails(identity="alice", state="absent", check=check, **options),
        twilio.info_fails(check=check, **options),
    ):
        assert f"within {SECONDS} s (timeouts.read)" in failure.message
        assert f"no connection to 127.0.0.1:{port}: " in failure.message
        assert "status" not in failure.result


def test_one_request_gets_no_longer_than_its_own_time(twilio: Twilio) -> None:
    twilio.fault("hang", "GET", seconds=20)
    began = time.monotonic()
    assert twilio.user(identity="alice", request_timeout=0.2)["action"] == "created"
    assert 0.2 <= time.monotonic() - began < 0.2 + MARGIN


def test_an_answer_that_stops_half_way_is_given_up_in_time(twilio: Twilio) -> None:
    with answering(trickling(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{", b"")) as url:
        began = time.monotonic()
        failure = twilio.user_fails(identity="alice", api_base_url=url, timeouts={"read": SECONDS})
        took = time.monotonic() - began
    assert took < SECONDS + MARGIN
    assert f"within {SECONDS} s (timeouts.read)" in failure.message


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_replacement_that_runs_out_of_time_leaves_both_and_can_be_run_again(twilio: Twilio, fault: Any) -> None:
    kind, details = fault
    sid = twilio.seed("alice")["sid"]
    twilio.fault(kind, "DELETE", times=None, **details)
    task = {"sid": sid, "identity": "bob", "replace": True}
    failure = twilio.user_fails(timeouts={"delete": SECONDS}, **task)
    assert f"Could not delete user 'alice' in {twilio.product.title} service" in failure.message
    assert "(timeouts.delete)" in failure.message
    assert failure.result["user"]["identity"] == "bob"
    assert twilio.identities() == ["alice", "bob"]
    twilio.control.faults_clear()
    assert twilio.user(**task)["action"] == "replaced"
    assert twilio.identities() == ["bob"]


def test_a_creation_that_is_always_lost_ends_and_makes_one_user_at_most(twilio: Twilio) -> None:
    twilio.fault("status", "POST", status=503, times=None)
    twilio.fault("status", "GET", path="/Users/", status=404, times=1)
    failure = twilio.user_fails(identity="alice", timeouts={"create": SECONDS})
    assert "(timeouts.create)" in failure.message
    assert twilio.identities() == []


def test_a_lost_creation_that_cannot_be_looked_for_tells_both_reasons(twilio: Twilio) -> None:
    # Found missing, then lost; from then on no answer to a read.
    twilio.fault("status", "GET", path="/Users/", status=404, times=1)
    twilio.fault("status", "POST", status=503, times=1)
    twilio.fault("status", "GET", status=500, times=None)
    message = twilio.user_fails(identity="alice", timeouts={"create": SECONDS}).message
    lost, read = message.split(". Could not read ")
    assert lost.startswith("Could not create user 'alice'")
    assert "503" in lost
    assert "(timeouts.create)" in read
    assert "500" in read


def test_a_user_that_twilio_has_and_does_not_show_ends_the_task_in_time(twilio: Twilio) -> None:
    # Twilio refuses a second user of this identity, and neither a read nor a list finds the first.
    twilio.seed("bob")
    twilio.fault("status", "POST", code=50201, message="User already exists", times=None)
    with twilio.sent() as sent:
        began = time.monotonic()
        failure = twilio.user_fails(identity="alice", timeouts={"create": SECONDS})
        took = time.monotonic() - began
    assert took < SECONDS + MARGIN
    assert "code 50201: User already exists" in failure.message
    assert "(timeouts.create)" in failure.message
    assert (failure.result["status"], failure.result["code"]) == (409, 50201)
    assert methods(sent).startswith("GET CREATE GET GET GET CREATE GET GET GET CREATE")


def test_two_operations_have_a_time_each(twilio: Twilio) -> None:
    twilio.seed("alice")
    twilio.fault("hang_after", "GET", seconds=1.2)
    twilio.fault("hang_after", "POST", seconds=1.2)
    timeouts = {"read": 2.2, "update": 2.2}
    assert twilio.user(identity="alice", friendly_name="Alice", timeouts=timeouts)["action"] == "updated"
