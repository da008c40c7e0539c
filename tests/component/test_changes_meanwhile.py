# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What another client changes between the read and the write of a task is not lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    methods,
    numbered_users,
    summary_of,
)

# Failures after which a write is repeated; each has processed the request or not.
REPEATED: dict[str, tuple[str, dict[str, Any]]] = {
    "429": ("status", {"status": 429}),
    "503": ("status", {"status": 503}),
    "conflict": ("status", {"code": 50213, "status": 409}),
    "lost before": ("drop_before", {}),
    "processed, then 503": ("status_after", {"status": 503}),
    "processed, then lost": ("drop_after", {}),
}


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both plan, wait and race in the same way."""
    return conversations


def meanwhile(twilio: Twilio, method: str, do: str, identity: str, when: str = "act", **details: Any) -> None:
    """Let another client act at the moment of a request."""
    twilio.fault(when, method, do=do, service_sid=twilio.service_sid, identity=identity, **details)


def attributes_of(twilio: Twilio, identity: str) -> Any:
    return json.loads(twilio.stored(identity)["attributes"])


MERGE: dict[str, Any] = {"attributes": {"team": "x"}, "attributes_mode": "merge"}


@pytest.mark.parametrize("name", REPEATED)
@pytest.mark.parametrize("bulk", [False, True], ids=["single", "bulk"])
def test_a_repeated_merge_keeps_what_was_written_meanwhile(twilio: Twilio, bulk: bool, name: str) -> None:
    twilio.seed("alice", attributes='{"n":1}')
    kind, details = REPEATED[name]
    twilio.fault(kind, "POST", **details)
    when = "act_after" if name.startswith("processed") else "act"
    meanwhile(twilio, "POST", "update_user", "alice", when, fields={"attributes": {"n": 2, "app": "mine"}})
    if bulk:
        assert twilio.users([{"identity": "alice", **MERGE}])["summary"] == summary_of(updated=1)
    else:
        assert twilio.user(identity="alice", **MERGE)["action"] == "updated"
    assert attributes_of(twilio, "alice") == {"n": 2, "app": "mine", "team": "x"}


def test_a_repeated_merge_that_was_processed_is_not_written_twice(twilio: Twilio) -> None:
    twilio.seed("alice", attributes='{"n":1}')
    twilio.fault("drop_after", "POST")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", **MERGE)
    assert (result["action"], result["diff"]["before"]["attributes"]) == ("updated", {"n": 1})
    assert methods(sent) == "GET UPDATE GET"


@pytest.mark.parametrize("bulk", [False, True], ids=["single", "bulk"])
def test_a_user_that_is_created_anew_and_changed_is_updated_again(each_product: Twilio, bulk: bool) -> None:
    twilio = each_product
    twilio.seed("alice", friendly_name="old")
    meanwhile(twilio, "GET", "delete_user", "alice", "act_after")
    meanwhile(twilio, "POST", "create_user", "alice")
    meanwhile(twilio, "POST", "update_user", "alice", "act_after", fields={"friendly_name": "Al"})
    wanted: dict[str, Any] = {"identity": "alice", "friendly_name": "Alice"}
    result = twilio.users([wanted]) if bulk else twilio.user(**wanted)
    assert result["changed"] is True
    assert twilio.stored("alice")["friendly_name"] == "Alice"


def test_a_user_that_is_created_and_deleted_again_and_again_is_not_similar_to_itself(twilio: Twilio) -> None:
    meanwhile(twilio, "POST", "create_user", "alice")
    # The task does not find it, neither by its path nor in the list, and then searches the list for a similar one.
    meanwhile(twilio, "GET", "delete_user", "alice", path="/Users/alice$", after=1)
    meanwhile(twilio, "GET", "create_user", "alice", path="/Users$", after=1)
    assert twilio.user(identity="alice", friendly_name="Alice")["changed"] is True
    assert twilio.stored("alice")["friendly_name"] == "Alice"


def test_a_merge_in_bulk_is_computed_from_what_the_user_has_right_before(each_product: Twilio) -> None:
    twilio = each_product
    twilio.seed_many(numbered_users(4, attributes='{"n":1}'))
    # While the first user is written, the application writes to the last two.
    meanwhile(twilio, "POST", "update_user", "user 002", fields={"attributes": {"app": "mine"}})
    meanwhile(twilio, "POST", "update_user", "user 003", "act_after", fields={"attributes": {"n": 1, "team": "x"}})
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(4, **MERGE), concurrency=1)
    assert result["summary"] == summary_of(updated=3, unchanged=1)
    assert attributes_of(twilio, "user 002") == {"app": "mine", "team": "x"}
    assert methods(sent) == "GET GET UPDATE GET UPDATE GET UPDATE GET"
    with twilio.sent() as sent:
        assert not twilio.users(numbered_users(4, **MERGE), concurrency=1)["changed"]
    assert "UPDATE" not in methods(sent)


@pytest.mark.parametrize("prune", [True, False], ids=["pruned", "listed as absent"])
def test_a_user_is_looked_at_again_right_before_it_is_deleted(each_product: Twilio, prune: bool) -> None:
    twilio = each_product
    twilio.seed_many([{"identity": "keep"}, *numbered_users(2)])
    # While the first is deleted, the second is deleted by another client, and created anew.
    meanwhile(twilio, "DELETE", "delete_user", "user 001")
    meanwhile(twilio, "DELETE", "create_user", "user 001", "act_after")
    with twilio.sent() as sent:
        if prune:
            result = twilio.users([{"identity": "keep"}], prune=True, concurrency=1)
        else:
            result = twilio.users(numbered_users(2), state="absent", concurrency=1)
    # A user that the task does not list is left alone if it was made anew; one that is to be absent is not.
    assert twilio.identities() == (["keep", "user 001"] if prune else ["keep"])
    assert result["summary"] == (summary_of(deleted=1, unchanged=1) if prune else summary_of(deleted=2))
    expected = "GET GET DELETE GET" if prune else "GET GET DELETE GET GET GET DELETE"
    assert methods(sent) == expected


def test_an_unlisted_user_that_cannot_be_read_again_is_not_deleted(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(3))
    sid = twilio.stored("user 001")["sid"]
    twilio.fault("status", "GET", path=f"/Users/{sid}$", status=403, times=None)
    failure = twilio.users_fail([{"identity": "user 000"}], prune=True)
    assert failure.result["summary"] == summary_of(deleted=1, unchanged=1, failed=1)
    assert twilio.identities() == ["user 000", "user 001"]


@pytest.mark.parametrize("name", REPEATED)
def test_a_replacement_hands_on_what_the_old_user_has_at_its_end(twilio: Twilio, name: str) -> None:
    old = twilio.seed("alice", friendly_name="Alice", attributes='{"n":1}')
    kind, details = REPEATED[name]
    twilio.fault(kind, "POST", path="/Users$", **details)
    meanwhile(twilio, "POST", "update_user", "alice", fields={"attributes": {"n": 2}, "friendly_name": "Al"})
    result = twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert (result["action"], twilio.identities()) == ("replaced", ["bob"])
    assert (twilio.stored("bob")["friendly_name"], attributes_of(twilio, "bob")) == ("Al", {"n": 2})


def test_a_user_that_takes_the_place_of_another_keeps_its_own_values_when_the_old_ones_change(twilio: Twilio) -> None:
    old = twilio.seed("alice", friendly_name="Alice", attributes='{"n":1}')
    guest, vip = twilio.seed_role("guest"), twilio.seed_role("vip")
    # Its friendly name is empty, and inherited at first.
    twilio.seed("bob", role_sid=guest, attributes='{"own":1}')
    changed = {"friendly_name": "Al", "role_sid": vip, "attributes": {"n": 2}}
    meanwhile(twilio, "POST", "update_user", "alice", "act_after", fields=changed)
    twilio.user(sid=old["sid"], identity="bob", replace=True)
    user = twilio.stored("bob")
    assert (user["friendly_name"], user["role_sid"], attributes_of(twilio, "bob")) == ("Al", guest, {"own": 1})


@pytest.mark.parametrize("attributes", [{}, {"b": 2}])
def test_a_successor_that_is_created_meanwhile_inherits_what_it_has_empty(
    twilio: Twilio, attributes: dict[str, Any]
) -> None:
    old = twilio.seed("alice", friendly_name="Alice", attributes='{"n":1}')
    meanwhile(twilio, "POST", "create_user", "bob", fields={"attributes": attributes})
    twilio.user(sid=old["sid"], identity="bob", replace=True)
    assert twilio.identities() == ["bob"]
    assert (twilio.stored("bob")["friendly_name"], attributes_of(twilio, "bob")) == ("Alice", attributes or {"n": 1})


def test_what_changes_in_both_users_during_a_replacement_is_merged(twilio: Twilio) -> None:
    old = twilio.seed("alice", attributes='{"n":1}')
    meanwhile(twilio, "POST", "update_user", "alice", "act_after", fields={"attributes": {"n": 2}})
    path = f"/Users/{old['sid']}$"
    meanwhile(twilio, "GET", "update_user", "bob", path=path, after=1, fields={"attributes": {"n": 1, "new": True}})
    twilio.user(sid=old["sid"], identity="bob", replace=True, **MERGE)
    assert attributes_of(twilio, "bob") == {"n": 2, "new": True, "team": "x"}


@pytest.mark.parametrize(
    "fields", [{"friendly_name": "Bob"}, {"attributes": "no JSON"}], ids=["friendly name", "no JSON"]
)
def test_what_cannot_be_merged_stays_as_it_is_in_the_new_user(twilio: Twilio, fields: dict[str, Any]) -> None:
    old = twilio.seed("alice", friendly_name="Alice", attributes='{"n":1}')
    meanwhile(twilio, "POST", "update_user", "alice", "act_after", fields={"friendly_name": "Al", "attributes": {}})
    meanwhile(twilio, "GET", "update_user", "bob", path=f"/Users/{old['sid']}$", after=1, fields=fields)
    twilio.user(sid=old["sid"], identity="bob", replace=True)
    ((name, value),) = fields.items()
    assert twilio.stored("bob")[name] == value


@pytest.mark.parametrize("name", ["429", "503", "lost before"])
@pytest.mark.parametrize("force", [False, True])
def test_a_service_gets_its_first_user_before_its_deletion_is_repeated(
    each_product: Twilio, name: str, force: bool
) -> None:
    twilio = each_product
    sid = twilio.seed_service("Support")
    kind, details = REPEATED[name]
    twilio.fault(kind, "DELETE", **details)
    twilio.fault("act", "DELETE", do="create_user", service_sid=sid, identity="alice")
    if force:
        assert twilio.service(sid=sid, state="absent", force=True)["action"] == "deleted"
    else:
        failure = twilio.service_fails(sid=sid, state="absent")
        assert "has 1 user" in failure.message
    assert twilio.service_sids("Support") == ([] if force else [sid])
