# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Someone else is at work on the same user, between the read and the write of a task."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio, methods


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


def meanwhile(twilio: Twilio, method: str, do: str, identity: str = "alice", **details: Any) -> None:
    twilio.fault("act", method, do=do, service_sid=twilio.service_sid, identity=identity, **details)


@pytest.mark.parametrize("identity", ["alice", "a/b", ".."])
def test_a_user_created_meanwhile_is_adopted(twilio: Twilio, identity: str) -> None:
    meanwhile(twilio, "POST", "create_user", identity)
    result = twilio.user(identity=identity)
    # What the task asked for is there, and this task did not make it.
    assert (result["changed"], result["action"]) == (False, "none")
    assert result["user"]["sid"] == twilio.stored(identity)["sid"]
    assert twilio.identities() == [identity]


@pytest.mark.parametrize("identity", ["alice", "a/b", ".."])
def test_a_user_created_meanwhile_is_converged(twilio: Twilio, identity: str) -> None:
    meanwhile(twilio, "POST", "create_user", identity, fields={"friendly_name": "Other", "attributes": {"x": 1}})
    with twilio.sent() as sent:
        result = twilio.user(identity=identity, friendly_name="Alice", attributes={"y": 2}, attributes_mode="merge")
    assert (result["action"], result["user"]["attributes_parsed"]) == ("updated", {"x": 1, "y": 2})
    assert result["diff"]["before"]["friendly_name"] == "Other"
    assert methods(sent).endswith("UPDATE")
    assert methods(sent).count("CREATE") == 1
    assert twilio.identities() == [identity]


@pytest.mark.parametrize("switches", [{"encoded_slash": "refuse", "encoded_percent": "refuse"}], ids=["refusing"])
@pytest.mark.parametrize("identity", ["a/b", "100%41"])
def test_a_user_created_meanwhile_that_no_url_reaches_is_adopted(twilio: Twilio, identity: str, switches: Any) -> None:
    twilio.control.switch(**switches)
    meanwhile(twilio, "POST", "create_user", identity)
    assert twilio.user(identity=identity)["action"] == "none"
    assert twilio.identities() == [identity]


def test_a_user_that_a_read_does_not_find_and_twilio_has_is_looked_for_in_the_list(twilio: Twilio) -> None:
    twilio.seed("alice")
    twilio.fault("status", "GET", path="/Users/alice$", status=404, times=None)
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["action"], twilio.identities()) == ("updated", ["alice"])
    assert methods(sent) == "GET CREATE GET GET UPDATE"


def test_a_user_deleted_before_its_change_is_created(twilio: Twilio) -> None:
    twilio.seed("alice", attributes='{"x":1}')
    meanwhile(twilio, "POST", "delete_user")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["action"], result["diff"]["before"]) == ("created", {})
    assert methods(sent) == "GET UPDATE GET CREATE"
    assert twilio.stored("alice")["friendly_name"] == "Alice"


def test_a_user_deleted_before_its_change_is_reported_when_it_was_given_by_its_sid(twilio: Twilio) -> None:
    sid = twilio.seed("alice")["sid"]
    meanwhile(twilio, "POST", "delete_user")
    failure = twilio.user_fails(sid=sid, friendly_name="Alice")
    assert failure.message.startswith(f"There is no user {sid} in ")
    assert twilio.identities() == []


def test_a_user_deleted_and_created_anew_before_its_change_is_changed(twilio: Twilio) -> None:
    old = twilio.seed("alice")["sid"]
    meanwhile(twilio, "POST", "delete_user")
    meanwhile(twilio, "GET", "create_user", after=1)
    result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["action"], twilio.identities()) == ("updated", ["alice"])
    assert result["user"]["sid"] != old


def test_a_user_deleted_before_its_deletion_is_absent_and_nothing_was_done(twilio: Twilio) -> None:
    twilio.seed("alice")
    meanwhile(twilio, "DELETE", "delete_user")
    result = twilio.user(identity="alice", state="absent")
    assert (result["changed"], result["action"], result["user"]) == (False, "none", None)
    assert result["diff"]["before"] == result["diff"]["after"] == {}


def test_a_user_changed_before_its_change_gets_what_the_task_gives(twilio: Twilio) -> None:
    twilio.seed("alice", friendly_name="Alice")
    meanwhile(twilio, "POST", "update_user", fields={"attributes": {"x": 1}, "friendly_name": "Other"})
    result = twilio.user(identity="alice", friendly_name="Bob")
    assert (result["action"], result["user"]["friendly_name"]) == ("updated", "Bob")
    # What the task leaves out stays as the other made it.
    assert result["user"]["attributes_parsed"] == {"x": 1}


def test_a_service_deleted_meanwhile_is_reported(each_product: Twilio) -> None:
    each_product.seed("alice")
    gone: dict[str, Any] = (
        {"status": 403, "code": 50050, "message": "Service instance not found"}
        if each_product.name == "chat"
        else {"status": 404, "code": 20404}
    )
    each_product.fault("status", "POST", **gone)
    each_product.fault("status", "GET", path="/Services/[^/]*$", **gone)
    failure = each_product.user_fails(identity="bob")
    assert f"{each_product.product.title} service {each_product.service_sid} does not exist" in failure.message
    each_product.fault("status", "DELETE", **gone)
    each_product.fault("status", "GET", after=1, times=None, **gone)
    assert each_product.user(identity="alice", state="absent")["action"] == "none"
    assert each_product.identities() == ["alice"]


def test_users_that_come_and_go_all_the_time_end_the_task_in_its_time(
    twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "MIN_REMAINING", 0.4)
    twilio.seed("alice")
    twilio.fault("status", "POST", path="/Users/alice$", status=404, code=20404, message="gone", times=None)
    failure = twilio.user_fails(identity="alice", friendly_name="Alice", timeouts={"update": 0.6})
    assert "(timeouts.update)" in failure.message
    assert "gone" in failure.message
    assert failure.result["status"] == 404


def test_two_tasks_of_which_one_creates_leave_one_user(twilio: Twilio) -> None:
    twilio.fault("act", "POST", do="create_user", service_sid=twilio.service_sid, identity="alice")
    twilio.fault("act_after", "GET", do="delete_user", service_sid=twilio.service_sid, identity="alice", after=1)
    # Created by another, seen, deleted by another, missing at the change, created by this task.
    result = twilio.user(identity="alice", friendly_name="Alice")
    assert (result["action"], twilio.identities()) == ("created", ["alice"])
    assert twilio.stored("alice")["friendly_name"] == "Alice"


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_what_a_replacement_hands_on_is_kept_when_the_old_user_is_deleted_meanwhile(twilio: Twilio, fault: str) -> None:
    old = twilio.seed("alice", friendly_name="Alice", attributes={"app": 1})
    twilio.fault(fault, "POST")
    # When everything is read again, after the creation whose answer is lost.
    meanwhile(twilio, "GET", "delete_user", after=2)
    result = twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert twilio.identities() == ["bob"]
    stored = twilio.stored("bob")
    assert (stored["friendly_name"], stored["attributes"]) == ("Alice", '{"app":1}')
    assert result["changed"] is True
    assert result["user"]["sid"] == stored["sid"]
    assert twilio.user(identity="bob")["changed"] is False
