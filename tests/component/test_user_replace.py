# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""replace=true: a user with another identity takes the place of one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import UNKNOWN_USER, Twilio, methods


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


@pytest.fixture
def old(twilio: Twilio) -> dict[str, Any]:
    fields = {"friendly_name": "Alice", "attributes": '{ "a" : 1, "b": 2 }', "role_sid": twilio.roles()[1]}
    return twilio.seed("alice", **fields)


def test_a_successor_is_created_with_what_the_old_one_had(twilio: Twilio, old: dict[str, Any]) -> None:
    result = twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert (result["changed"], result["action"], result["user"]["identity"]) == (True, "replaced", "bob")
    assert twilio.identities() == ["bob"]
    new = twilio.stored("bob")
    assert new["sid"] == result["user"]["sid"] != old["sid"]
    assert (new["friendly_name"], new["attributes"], new["role_sid"]) == ("Alice", '{"a":1,"b":2}', old["role_sid"])
    assert result["diff"] == {
        "before": {
            "identity": "alice",
            "friendly_name": "Alice",
            "role_sid": old["role_sid"],
            "attributes": {"a": 1, "b": 2},
        },
        "after": {
            "identity": "bob",
            "friendly_name": "Alice",
            "role_sid": old["role_sid"],
            "attributes": {"a": 1, "b": 2},
        },
        "before_header": f"{twilio.product.title} user alice",
        "after_header": f"{twilio.product.title} user bob",
    }


def test_a_successor_is_created_with_what_the_task_gives(twilio: Twilio, old: dict[str, Any]) -> None:
    desired: dict[str, Any] = {"friendly_name": "", "attributes": {"b": None, "c": 3}, "attributes_mode": "merge"}
    twilio.user(sid=old["sid"], identity="bob", replace=True, **desired)
    new = twilio.stored("bob")
    assert (new["friendly_name"], new["attributes"], new["role_sid"]) == ("", '{"a":1,"c":3}', old["role_sid"])


def test_a_successor_that_exists_is_adopted_and_keeps_what_it_has(twilio: Twilio, old: dict[str, Any]) -> None:
    before = twilio.seed("bob", friendly_name="Bob", attributes='{"x":1}')
    result = twilio.user(sid=old["sid"], identity="bob", replace=True, attributes={"y": 2}, attributes_mode="merge")
    assert (result["action"], twilio.identities()) == ("replaced", ["bob"])
    new = twilio.stored("bob")
    assert (new["sid"], new["friendly_name"], new["role_sid"]) == (before["sid"], "Bob", before["role_sid"])
    assert new["attributes"] == '{"x":1,"y":2}'


def test_a_successor_that_exists_as_wanted_is_not_written(twilio: Twilio, old: dict[str, Any]) -> None:
    before = twilio.seed("bob", friendly_name="Bob", attributes='{"x":1}')
    with twilio.sent() as sent:
        result = twilio.user(sid=old["sid"], identity="bob", replace=True, friendly_name="Bob")
    assert methods(sent) == "GET GET GET DELETE"
    assert (result["changed"], result["action"], twilio.identities()) == (True, "replaced", ["bob"])
    assert twilio.stored("bob") == before


@pytest.mark.parametrize("there", [True, False])
def test_when_the_old_one_is_gone_only_the_identity_counts(twilio: Twilio, there: bool) -> None:
    if there:
        twilio.seed("bob")
    for check in (True, False):
        result = twilio.user(sid=UNKNOWN_USER, identity="bob", replace=True, check=check)
        assert result["action"] == ("none" if there else "created")
    assert twilio.identities() == ["bob"]


def test_a_second_run_does_nothing(twilio: Twilio, old: dict[str, Any]) -> None:
    task = {"sid": old["sid"], "identity": "bob", "replace": True, "friendly_name": "Bob"}
    twilio.user(**task)
    with twilio.sent() as sent:
        assert twilio.user(**task)["action"] == "none"
    assert methods(sent) == "GET GET"


def test_the_old_one_is_deleted_last(twilio: Twilio, old: dict[str, Any]) -> None:
    with twilio.sent() as sent:
        twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert methods(sent) == "GET GET CREATE GET DELETE"
    assert sent[-1]["path"].endswith("/Users/" + old["sid"])


def test_a_failed_creation_leaves_the_old_one(twilio: Twilio, old: dict[str, Any]) -> None:
    twilio.fault("status", "POST", status=400, code=50107)
    failure = twilio.user_fails(sid=old["sid"], identity="bob", replace=True)
    assert failure.result["code"] == 50107
    assert "action" not in failure.result
    assert twilio.control.users(twilio.service_sid) == [old]


@pytest.mark.parametrize("adopt", [False, True])
def test_a_failed_deletion_tells_what_was_done_and_a_second_run_finishes(
    twilio: Twilio, old: dict[str, Any], adopt: bool
) -> None:
    if adopt:
        twilio.seed("bob", friendly_name="old name")
    task = {"sid": old["sid"], "identity": "bob", "replace": True, "friendly_name": "Bob"}
    twilio.fault("status", "DELETE", status=403, code=70051)
    failure = twilio.user_fails(**task)
    assert failure.message.startswith("User 'bob' is in place, but ")
    assert "run the task again" in failure.message
    assert f"Could not delete user 'alice' in {twilio.product.title} service {twilio.service_sid}" in failure.message
    assert failure.result["changed"] is True
    assert failure.result["user"]["identity"] == "bob"
    assert (failure.result["status"], failure.result["code"]) == (403, 70051)
    assert sorted(twilio.identities()) == ["alice", "bob"]

    assert twilio.user(**task)["action"] == "replaced"
    assert twilio.identities() == ["bob"]
    assert twilio.user(**task)["action"] == "none"


def test_a_failed_deletion_tells_only_of_what_was_done(twilio: Twilio, old: dict[str, Any]) -> None:
    twilio.fault("status", "DELETE", status=403, code=70051, times=2)
    created = twilio.user_fails(sid=old["sid"], identity="bob", replace=True)
    assert (created.result["changed"], created.result["action"]) == (True, "created")
    # The successor is there as desired: nothing was done at all.
    nothing = twilio.user_fails(sid=old["sid"], identity="bob", replace=True)
    assert (nothing.result["changed"], nothing.result["action"]) == (False, "none")


def test_an_old_one_that_goes_meanwhile_is_no_failure(twilio: Twilio, old: dict[str, Any]) -> None:
    twilio.fault("act", "DELETE", do="delete_user", service_sid=twilio.service_sid, identity="alice")
    assert twilio.user(sid=old["sid"], identity="bob", replace=True)["action"] == "replaced"
    assert twilio.identities() == ["bob"]


def test_if_the_old_one_goes_meanwhile_and_nothing_had_to_be_written_nothing_was_done(
    twilio: Twilio, old: dict[str, Any]
) -> None:
    twilio.seed("bob", friendly_name="Bob", attributes='{"x":1}')
    twilio.fault("act", "DELETE", do="delete_user", service_sid=twilio.service_sid, identity="alice")
    result = twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert (result["changed"], result["action"], twilio.identities()) == (False, "none", ["bob"])


def test_a_failed_deletion_tells_what_was_handed_on_before(twilio: Twilio) -> None:
    old = twilio.seed("alice")
    twilio.seed("bob", attributes='{"x":1}')
    change = {"do": "update_user", "service_sid": twilio.service_sid, "identity": "alice"}
    twilio.fault("act", "GET", path=f"/Users/{old['sid']}$", after=1, **change, fields={"friendly_name": "Alice"})
    twilio.fault("status", "DELETE", status=403, code=70051)
    failure = twilio.user_fails(sid=old["sid"], identity="bob", replace=True)
    assert (failure.result["changed"], failure.result["action"]) == (True, "updated")
    assert twilio.stored("bob")["friendly_name"] == "Alice"


def test_a_successor_that_comes_meanwhile_is_adopted(twilio: Twilio, old: dict[str, Any]) -> None:
    twilio.fault("act", "POST", do="create_user", service_sid=twilio.service_sid, identity="bob")
    result = twilio.user(sid=old["sid"], identity="bob", replace=True, friendly_name="Bob")
    assert (result["action"], twilio.identities()) == ("replaced", ["bob"])
    assert twilio.stored("bob")["friendly_name"] == "Bob"


def test_a_lost_creation_is_found_again_and_the_old_one_deleted(twilio: Twilio, old: dict[str, Any]) -> None:
    twilio.fault("drop_after", "POST")
    result = twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert (result["action"], twilio.identities()) == ("replaced", ["bob"])
    assert twilio.stored("bob")["friendly_name"] == "Alice"


def test_without_an_identity_there_is_nothing_to_replace_by(twilio: Twilio) -> None:
    failure = twilio.user_fails(sid=UNKNOWN_USER, replace=True)
    assert failure.message.startswith(f"There is no user {UNKNOWN_USER} ")


def test_without_a_sid_there_is_nothing_to_replace(twilio: Twilio, old: dict[str, Any]) -> None:
    assert twilio.user(identity="bob", replace=True)["action"] == "created"
    assert twilio.identities() == ["alice", "bob"]


def test_a_merge_into_what_cannot_be_read_writes_nothing(twilio: Twilio) -> None:
    old = twilio.seed("alice", attributes="{oh")
    options = {"attributes": {"a": 1}, "attributes_mode": "merge"}
    failure = twilio.user_fails(sid=old["sid"], identity="bob", replace=True, **options)
    assert "attributes_mode=replace would overwrite it" in failure.message
    assert twilio.control.users(twilio.service_sid) == [old]
