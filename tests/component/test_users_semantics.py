# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task about many users means and returns, row by row, for both products."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._converge import progress, workers
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    RESULT_KEYS,
    UNKNOWN_SERVICE,
    USERS_MODULES,
    ArgumentSpecError,
    Twilio,
    methods,
    numbered_users,
    summary_of,
    validated,
)

# What comes back


def test_the_result_has_counts_and_each_user_that_changed(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "bob", "attributes": {"a": 1}}, {"identity": "carol"}, {"identity": "old"}])
    entries: list[dict[str, Any]] = [
        {"identity": "alice", "attributes": {"b": 1}, "friendly_name": "Alice"},
        {"identity": "carol"},
        {"identity": "bob", "friendly_name": "Bob", "attributes": {"a": 1}},
    ]
    old = twilio.stored("old")["sid"]
    result = twilio.users(entries, prune=True)
    assert list(result) == RESULT_KEYS
    assert result["changed"] is True
    assert result["summary"] == summary_of(created=1, updated=1, deleted=1, unchanged=1)
    assert list(result["summary"]) == ["created", "updated", "deleted", "unchanged", "failed"]
    assert result["results"] == [
        {
            "identity": "alice",
            "sid": twilio.stored("alice")["sid"],
            "action": "created",
            "changed_fields": ["friendly_name", "attributes"],
        },
        {
            "identity": "bob",
            "sid": twilio.stored("bob")["sid"],
            "action": "updated",
            "changed_fields": ["friendly_name"],
        },
        {"identity": "old", "sid": old, "action": "deleted", "changed_fields": []},
    ]
    title = f"{twilio.product.title} users of {twilio.service_sid}"
    role = twilio.roles()[0]
    assert result["diff"] == {
        "before": {
            "bob": {"identity": "bob", "friendly_name": "", "role_sid": role, "attributes": {"a": 1}},
            "old": {"identity": "old", "friendly_name": "", "role_sid": role, "attributes": {}},
        },
        "after": {
            "alice": {"identity": "alice", "friendly_name": "Alice", "attributes": {"b": 1}},
            "bob": {"identity": "bob", "friendly_name": "Bob", "role_sid": role, "attributes": {"a": 1}},
        },
        "before_header": title,
        "after_header": title,
    }


@pytest.mark.parametrize("count", [0, 1, 300])
def test_the_shape_is_the_same_for_no_user_and_for_many(twilio: Twilio, count: int) -> None:
    result = twilio.users(numbered_users(count))
    assert list(result) == RESULT_KEYS
    assert result["changed"] is (count > 0)
    assert len(result["results"]) == len(result["diff"]["after"]) == count
    assert result["diff"]["before"] == {}
    # Also where nothing is left to do.
    again = twilio.users(numbered_users(count))
    assert list(again) == RESULT_KEYS
    assert (again["changed"], again["summary"], again["results"]) == (False, summary_of(unchanged=count), [])
    assert again["diff"]["before"] == again["diff"]["after"] == {}


def test_without_diff_mode_there_is_no_diff(twilio: Twilio) -> None:
    assert "diff" not in twilio.users(numbered_users(2), diff=False)


def test_a_result_is_json(twilio: Twilio) -> None:
    twilio.seed("bob", attributes='{"n":1e400,"m":9007199254740993}')
    result = twilio.users([{"identity": "bob", "attributes": {"x": 1}}], check=True)
    json.dumps(result)


@pytest.mark.parametrize("order", ["created", "newest_first", "sid"])
def test_results_are_in_the_order_of_the_input_whatever_the_order_of_the_list(twilio: Twilio, order: str) -> None:
    twilio.control.switch(list_order=order)
    twilio.seed_many([*numbered_users(80, first=40), *numbered_users(5, first=900)])
    entries = [{**entry, "friendly_name": "x"} for entry in reversed(numbered_users(120))]
    result = twilio.users(entries, prune=True, concurrency=3)
    assert result["summary"] == summary_of(created=40, updated=80, deleted=5)
    told = [entry["identity"] for entry in result["results"]]
    assert told[:120] == [entry["identity"] for entry in entries]
    assert sorted(told[120:]) == [entry["identity"] for entry in numbered_users(5, first=900)]
    assert list(result["diff"]["before"])[:2] == ["user 119", "user 118"]


# What an entry means


def test_an_entry_means_what_it_means_in_the_module_for_one_user(twilio: Twilio) -> None:
    role = twilio.roles()[1]
    held = [
        {"identity": f"user {number}", "friendly_name": "x", "attributes": {"a": {"b": 1, "c": 2}}, "role_sid": role}
        for number in range(6)
    ]
    entries: list[dict[str, Any]] = [
        {},
        {"friendly_name": ""},
        {"attributes": {}},
        {"attributes": {"a": {"b": None}, "d": 1}, "attributes_mode": "merge"},
        {"attributes": ' {"a" : {"c": 2.0, "b": 1e0}} '},
        {"role_sid": "RL" + role[2:].upper(), "attributes": {}, "attributes_mode": "merge"},
    ]
    twilio.seed_many(held)
    single = [twilio.user(identity=f"user {number}", **entry) for number, entry in enumerate(entries)]
    expected = {user["identity"]: user for user in twilio.control.users(twilio.service_sid)}
    twilio.control.reset()
    twilio.seed_many(held)
    result = twilio.users([{"identity": f"user {number}", **entry} for number, entry in enumerate(entries)])
    assert [one["action"] for one in single] == ["none", "updated", "updated", "updated", "none", "none"]
    assert [entry["identity"] for entry in result["results"]] == ["user 1", "user 2", "user 3"]
    for identity, one in expected.items():
        for name in ("friendly_name", "attributes", "role_sid"):
            assert twilio.stored(identity)[name] == one[name]
    for entry in result["results"]:
        before, after = (single[int(entry["identity"][-1])]["diff"][side] for side in ("before", "after"))
        assert result["diff"]["before"][entry["identity"]] == before
        assert result["diff"]["after"][entry["identity"]] == after


def test_case_matters_in_identities(twilio: Twilio) -> None:
    twilio.seed("alice")
    assert twilio.users([{"identity": "Alice"}, {"identity": "alice"}])["summary"] == summary_of(created=1, unchanged=1)


@pytest.mark.parametrize("in_list", ["text", "null"])
@pytest.mark.parametrize("concurrency", [1, 20], ids=["listed", "fetched"])
def test_a_merge_loses_nothing_whatever_a_list_shows(twilio: Twilio, in_list: str, concurrency: int) -> None:
    twilio.control.switch(attributes_in_list=in_list)
    twilio.seed_many(numbered_users(20, friendly_name="x", attributes={"keep": [1, {"a": None}], "n": 1.5}))
    entries = numbered_users(20, attributes={"add": True}, attributes_mode="merge")
    result = twilio.users(entries, concurrency=concurrency)
    assert result["summary"] == summary_of(updated=20)
    expected = {"keep": [1, {"a": None}], "n": 1.5, "add": True}
    for user in twilio.control.users(twilio.service_sid):
        assert json.loads(user["attributes"]) == expected
        assert result["diff"]["before"][user["identity"]]["attributes"] == {"keep": [1, {"a": None}], "n": 1.5}
    assert twilio.users(entries, concurrency=concurrency)["changed"] is False


def test_attributes_that_a_list_leaves_out_are_compared_all_the_same(twilio: Twilio) -> None:
    twilio.control.switch(attributes_in_list="null")
    twilio.seed_many([*numbered_users(10, attributes={"a": 1}), *numbered_users(10, first=10, attributes={})])
    result = twilio.users(numbered_users(20, attributes={}), concurrency=2)
    assert result["summary"] == summary_of(updated=10, unchanged=10)


def test_attributes_that_cannot_be_read_fail_their_user_only(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "user 001", "attributes": "{oh"}, {"identity": "user 002", "attributes": "[1]"}])
    merge = numbered_users(3, attributes={"a": 1}, attributes_mode="merge")
    failure = twilio.users_fail(merge, concurrency=2)
    assert failure.result["summary"] == summary_of(created=1, updated=1, failed=1)
    failed = failure.result["results"][1]
    assert (failed["action"], failed["sid"], failed["changed_fields"]) == ("failed", None, [])
    place = f"{twilio.product.title} service {twilio.service_sid}"
    assert failed["msg"].startswith(f"Could not update user 'user 001' in {place}: what Twilio holds")
    assert "status" not in failed
    assert twilio.stored("user 001")["attributes"] == "{oh"
    assert "user 001" not in failure.result["diff"]["before"]


# max_results


def test_a_result_lists_no_more_changed_users_than_wanted_and_every_failed_one(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "user 008", "attributes": "{oh"}, {"identity": "user 003"}])
    entries = numbered_users(10, attributes={"a": 1}, attributes_mode="merge")
    failure = twilio.users_fail(entries, max_results=4, concurrency=2)
    assert failure.result["summary"] == summary_of(created=8, updated=1, failed=1)
    told = [(entry["identity"], entry["action"]) for entry in failure.result["results"]]
    listed = [(f"user 00{index}", "updated" if index == 3 else "created") for index in range(4)]
    assert told == [*listed, ("user 008", "failed")]
    assert failure.result["results_left_out"] == 5
    diff = failure.result["diff"]
    assert list(diff["after"]) == [identity for identity, _action in listed]
    assert diff["after_header"] == diff["before_header"]
    assert diff["after_header"].endswith(f" users of {twilio.service_sid}, the first 4 of 9 that change")


@pytest.mark.parametrize(("most", "listed"), [(None, 3), (3, 3), (2, 2), (0, 0)])
def test_a_result_is_shortened_in_check_mode_too(twilio: Twilio, most: int | None, listed: int) -> None:
    twilio.seed_many([{"identity": "old"}])
    options: dict[str, Any] = {} if most is None else {"max_results": most}
    predicted = twilio.users(numbered_users(2), prune=True, check=True, **options)
    done = twilio.users(numbered_users(2), prune=True, **options)
    for result in (predicted, done):
        assert [entry["identity"] for entry in result["results"]] == ["user 000", "user 001", "old"][:listed]
        assert result["results_left_out"] == 3 - listed
        assert len({*result["diff"]["before"], *result["diff"]["after"]}) == listed
        assert ("the first" in result["diff"]["after_header"]) == (listed < 3)
        assert result["summary"] == summary_of(created=2, deleted=1)


# state=absent


def test_absent_removes_the_listed_users_and_no_others(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(10))
    held = twilio.stored("user 003")
    result = twilio.users([*numbered_users(2, first=3), {"identity": "nobody"}], state="absent")
    assert result["summary"] == summary_of(deleted=2, unchanged=1)
    assert result["results"][0] == {
        "identity": "user 003",
        "sid": held["sid"],
        "action": "deleted",
        "changed_fields": [],
    }
    assert list(result["diff"]["before"]) == ["user 003", "user 004"]
    assert result["diff"]["after"] == {}
    assert len(twilio.identities()) == 8


def test_absent_heeds_nothing_but_identities(twilio: Twilio) -> None:
    twilio.seed("alice", friendly_name="Alice", attributes="{oh")
    entry = {"identity": "alice", "friendly_name": "x", "attributes": {"a": 1}, "attributes_mode": "merge"}
    assert twilio.users([entry], state="absent")["summary"] == summary_of(deleted=1)


# prune and max_deletions


def test_prune_leaves_the_listed_users_and_no_others(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(10))
    result = twilio.users([{"identity": "new"}, *numbered_users(3, first=4)], prune=True)
    assert result["summary"] == summary_of(created=1, deleted=7, unchanged=3)
    assert sorted(twilio.identities()) == ["new", "user 004", "user 005", "user 006"]
    assert twilio.users([{"identity": "new"}, *numbered_users(3, first=4)], prune=True)["changed"] is False


@pytest.mark.parametrize("identity", ["..", "a/b", "%2e%2e", "Users"])
def test_prune_deletes_users_with_odd_identities_and_nothing_else(twilio: Twilio, identity: str) -> None:
    twilio.seed_many([{"identity": "alice"}, {"identity": identity}])
    result = twilio.users([{"identity": "alice"}], prune=True)
    assert [entry["identity"] for entry in result["results"]] == [identity]
    assert twilio.identities() == ["alice"]


@pytest.mark.parametrize("state", ["prune", "absent"])
def test_more_deletions_than_allowed_are_refused_before_any_write(twilio: Twilio, state: str) -> None:
    twilio.seed_many(numbered_users(10))
    entries: list[Any] = [{"identity": "new"}, {"identity": "user 000", "friendly_name": "x"}]
    options: dict[str, Any] = {"prune": True}
    if state == "absent":
        entries, options = numbered_users(9), {"state": "absent"}
    before = twilio.control.state()
    with twilio.sent() as sent:
        failure = twilio.users_fail(entries, max_deletions=8, **options)
    assert set(methods(sent).split()) == {"GET"}
    assert failure.message.startswith("max_deletions: allows 8, but 9 would be deleted")
    assert failure.message.endswith("nothing was changed")
    assert twilio.control.state() == before
    assert twilio.users(entries, max_deletions=9, **options)["summary"]["deleted"] == 9


def test_no_deletion_can_be_allowed(twilio: Twilio) -> None:
    twilio.seed("alice")
    assert twilio.users([{"identity": "bob"}], max_deletions=0)["summary"] == summary_of(created=1)
    assert "max_deletions: allows 0" in twilio.users_fail([{"identity": "bob"}], prune=True, max_deletions=0).message
    # What is not there needs no deletion.
    assert twilio.users([{"identity": "nobody"}], state="absent", max_deletions=0)["changed"] is False


def test_prune_with_no_user_at_all_needs_max_deletions(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(3))
    with twilio.sent() as sent:
        failure = twilio.users_fail([], prune=True)
    assert sent == []
    assert "prune" in failure.message
    assert "max_deletions" in failure.message
    assert twilio.users([], prune=True, max_deletions=3)["summary"] == summary_of(deleted=3)
    assert twilio.identities() == []


# A service that does not exist


@pytest.mark.parametrize("concurrency", [1, 10], ids=["listed", "fetched"])
def test_a_service_that_does_not_exist_is_reported_when_something_is_wanted_in_it(
    twilio: Twilio, concurrency: int
) -> None:
    with twilio.sent() as sent:
        failure = twilio.users_fail(numbered_users(30), service_sid=UNKNOWN_SERVICE, concurrency=concurrency)
    assert f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist" in failure.message
    # It is not found out again for each user.
    assert len(sent) <= 2
    failure = twilio.users_fail(numbered_users(4), service_sid=UNKNOWN_SERVICE, concurrency=concurrency)
    assert f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist" in failure.message
    failure = twilio.users_fail(numbered_users(4), service_sid=UNKNOWN_SERVICE, concurrency=concurrency, prune=True)
    assert f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist" in failure.message


@pytest.mark.parametrize("concurrency", [1, 10], ids=["listed", "fetched"])
def test_in_a_service_that_does_not_exist_users_are_absent(twilio: Twilio, concurrency: int) -> None:
    result = twilio.users(numbered_users(4), service_sid=UNKNOWN_SERVICE, state="absent", concurrency=concurrency)
    assert (result["changed"], result["summary"]) == (False, summary_of(unchanged=4))
    assert result["diff"]["before"] == result["diff"]["after"] == {}


def test_a_service_that_goes_while_it_is_read_is_one_that_does_not_exist(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(300))
    twilio.fault("status", "GET", path="/Users$", after=1, times=None, status=404, code=20404)
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(200), concurrency=1, state="absent")
    assert methods(sent) == "GET GET"
    assert (result["changed"], result["summary"]) == (False, summary_of(unchanged=200))
    failure = twilio.users_fail(numbered_users(200), concurrency=1, prune=True)
    assert f"{twilio.product.title} service {twilio.service_sid} does not exist" in failure.message
    assert len(twilio.identities()) == 300


# Bad input: everything at once, and no request


def refused(twilio: Twilio, users: list[Any], **options: Any) -> str:
    with twilio.sent() as sent:
        failure = twilio.users_fail(users, **options)
    assert sent == []
    assert failure.result == {}
    return failure.message


def test_everything_that_is_wrong_is_reported_at_once_with_the_index(twilio: Twilio) -> None:
    users: list[Any] = [
        {"identity": "fine", "friendly_name": "x"},
        {"friendly_name": "x"},
        {"identity": "alice", "nickname": "x"},
        {"identity": "bob", "friendly_name": ["a"], "attributes_mode": "append"},
        {"identity": "carol", "role_sid": "RL1", "attributes": "[1]", "friendly_name": "x" * 257},
        {"identity": ""},
        {"identity": "US" + "0" * 32},
        {"identity": "x" * 257},
        {"identity": "dave", "attributes": '{"a":1,"a":2}'},
        {"identity": "fine"},
        {"identity": None},
    ]
    message = refused(
        twilio, users, concurrency=101, writes_per_second=-1, max_deletions=-1, max_results=-2, service_sid="IS1"
    )
    for told in (
        "users[1]",
        "identity",
        "users[2]",
        "nickname",
        "users[3]",
        "append",
        "users[4] ('carol').role_sid: must be RL followed by 32 hexadecimal digits, got 'RL1'",
        "users[4] ('carol').attributes: must be a JSON object",
        "users[4] ('carol').friendly_name: must have at most 256 characters, got 257",
        "users[5].identity: must not be empty",
        "users[6].identity: must not look like a user SID",
        "users[7].identity: must have at most 256 characters, got 257",
        "users[8] ('dave').attributes: must be a JSON object",
        "users[9].identity: must be given once, but 'fine' is the identity of users[0] too",
        "users[10]",
        "concurrency: must be from 1 to 100, got 101",
        "writes_per_second: must be 0 (not paced) or more, got -1",
        "max_deletions: must be 0 or more, got -1",
        "max_results: must be 0 or more, got -2",
        "service_sid: must be IS",
    ):
        assert told in message, told
    assert "users[0]." not in message


def test_each_duplicate_names_both_indices(twilio: Twilio) -> None:
    message = refused(twilio, [*numbered_users(3), *numbered_users(2), *numbered_users(1)])
    # Two duplicates of one user are told once, with both places.
    assert "is the identity of users[0] too (the same for users[5])" in message
    for index, first in ((3, 0), (4, 1)):
        assert f"users[{index}].identity: must be given once, but 'user 00{first}'" in message
        assert f"is the identity of users[{first}] too" in message
    # Also where they agree, and where they are to go.
    assert "users[1]" in refused(twilio, [{"identity": "a"}, {"identity": "a"}], state="absent")


def test_a_duplicate_is_found_whatever_else_is_wrong_with_it(twilio: Twilio) -> None:
    users = [{"identity": "alice"}, {"identity": "alice", "role_sid": "RL1"}, {"identity": 1}, {"identity": "1"}]
    message = refused(twilio, users)
    assert "users[1] ('alice').role_sid" in message
    assert "users[1].identity: must be given once" in message
    assert "users[3].identity: must be given once, but '1' is the identity of users[2] too" in message


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"concurrency": 0}, "concurrency: must be from 1 to 100, got 0"),
        ({"writes_per_second": float("nan")}, "writes_per_second: must be"),
        ({"writes_per_second": float("inf")}, "writes_per_second: must be"),
        ({"prune": True, "state": "absent"}, "prune: must not be true with state=absent"),
        ({"timeouts": {"create": 0}}, "timeouts.create"),
    ],
    ids=str,
)
def test_an_option_that_cannot_be_is_refused(twilio: Twilio, options: Any, told: str) -> None:
    assert told in refused(twilio, numbered_users(1), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"users": ["alice", 3]},
        {"users": "alice"},
        {"state": "gone"},
        {"on_error": "ignore"},
        {"concurrency": "many"},
        {"concurrency": 1.5},
    ],
    ids=str,
)
def test_a_value_of_another_type_is_refused(twilio: Twilio, options: Any) -> None:
    with twilio.sent() as sent, pytest.raises(ArgumentSpecError):
        twilio.users(**{"users": numbered_users(1), **options})
    assert sent == []


@pytest.mark.parametrize("name", ["service_sid", "users"])
def test_what_a_task_has_to_give_is_asked_for(twilio: Twilio, name: str) -> None:
    given = {**twilio.options, "service_sid": twilio.service_sid, "users": []}
    del given[name]
    with pytest.raises(ArgumentSpecError, match=name):
        validated(USERS_MODULES[twilio.name], given, {})


# Progress


def test_long_work_tells_where_it_stands(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL_SECONDS", 0.1)
    monkeypatch.setattr(workers, "POLL_SECONDS", 0.02)
    twilio.control.settings(latency=0.05)
    told: list[str] = []
    twilio.seed_many(numbered_users(20))
    began = time.monotonic()
    result = twilio.users(numbered_users(100), concurrency=10, report_progress=told.append)
    took = time.monotonic() - began
    assert result["summary"] == summary_of(created=80, unchanged=20)
    # No more often than it may.
    assert 2 <= len(told) <= took / progress.INTERVAL_SECONDS + 1
    assert all(" of 80 users written" in line for line in told if "read" not in line)
    assert any("a second, about" in line for line in told)
    silent = twilio.users(numbered_users(100), concurrency=10)
    assert silent["changed"] is False


def test_progress_counts_failures(conversations: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL_SECONDS", 0.05)
    monkeypatch.setattr(workers, "POLL_SECONDS", 0.02)
    conversations.control.settings(latency=0.05)
    conversations.fault("status", "POST", times=1, status=400)
    lines: list[str] = []
    conversations.users_fail(numbered_users(60), concurrency=5, report_progress=lines.append)
    assert ", 1 of them failed" in lines[-1]


def test_short_work_is_silent(twilio: Twilio) -> None:
    told: list[str] = []
    twilio.users(numbered_users(20), report_progress=told.append)
    assert told == []


def test_what_is_null_is_not_given(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "bob", "friendly_name": "Bob", "attributes": {"a": 1}}])
    nulls = dict.fromkeys(("friendly_name", "attributes", "attributes_mode", "role_sid", "role"))
    assert twilio.users([{"identity": "bob", **nulls}])["summary"] == summary_of(unchanged=1)
    assert twilio.users([{"identity": "bob", **nulls, "role": "service user"}])["summary"]["failed"] == 0
    failure = twilio.users_fail([{**nulls, "identity": None}, {"identity": "bob", "B": None}])
    assert failure.message.startswith("users[0]: missing required arguments: identity; users[1] ('bob'): unknown: B. ")


def test_what_yaml_makes_of_text_without_quotes_is_no_text(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "no"}])
    with twilio.sent() as sent:
        failure = twilio.users_fail(
            [{"identity": False}, {"identity": "a", "role": ["b"], "status": 1}, {"identity": 7}], prune=True
        )
    assert failure.message.split("; users[") == [
        "users[0].identity: must be text, got the boolean false; put it in quotes",
        (
            "1] ('a'): unknown: status. Supported parameters include: attributes, attributes_mode, friendly_name,"
            " identity, role, role_sid, state."
        ),
        "1] ('a').role: must be text, got a list",
        (
            "2] ('7').identity: must be text in a task that deletes something, got a number; put it in quotes, a"
            " leading + or zeros are lost"
        ),
    ]
    assert sent == []
