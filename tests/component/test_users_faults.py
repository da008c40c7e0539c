# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong in the middle of many users: nothing is lost, the rest is done, and a second run converges."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    RESULT_KEYS,
    Twilio,
    methods,
    numbered_users,
    summary_of,
)


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


N = 200
# Still too many for one page, to fetch the rest one by one, and to work on at once.
SOME = 70
# How many requests of the kind go through before the fault; what comes after a 429 is slower for a while.
LATE = 45
EARLY = 57
# Retry-After in seconds cannot be less than this and mean something.
SOON = {"Retry-After": "1"}
# "refused": surely not processed, so a creation is sent again at once.
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "429": ("status", {"status": 429}),
    "429 html": ("status", {"status": 429, "body": "html"}),
    "429 with Retry-After": ("status", {"status": 429, "headers": SOON}),
    "50213": ("status", {"code": 50213}),
}
# "unsure": it may have been, so a creation looks first.
UNSURE: dict[str, tuple[str, dict[str, Any]]] = {
    "500": ("status", {"status": 500}),
    "503 html": ("status", {"status": 503, "body": "html"}),
    "503 with Retry-After": ("status", {"status": 503, "headers": SOON}),
    "drop before": ("drop_before", {}),
    "hang": ("hang", {"seconds": 5}),
}
# These happen after the request was processed.
PROCESSED: dict[str, tuple[str, dict[str, Any]]] = {
    "500 after": ("status_after", {"status": 500}),
    "504 html after": ("status_after", {"status": 504, "body": "html"}),
    "drop after": ("drop_after", {}),
    "hang after": ("hang_after", {"seconds": 5}),
    "truncated body": ("truncated", {}),
    "truncated connection": ("truncated_connection", {}),
    "not json": ("not_json", {}),
}
EVERY = {**REFUSED, **UNSURE, **PROCESSED}
BODILESS = {
    name: fault for name, fault in EVERY.items() if fault[0] not in ("truncated", "truncated_connection", "not_json")
}


def inject(twilio: Twilio, fault: Any, method: str, **when: Any) -> None:
    kind, details = fault
    twilio.fault(kind, method, **{"after": LATE, **details, **when})
    if kind.startswith("hang"):
        # Long enough for the requests that share the machine with this one.
        twilio.options["request_timeout"] = 0.5


def counted(sent: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(methods(sent).split()))


def converges(twilio: Twilio, users: list[dict[str, Any]], **options: Any) -> None:
    """Run again: nothing fails, nothing is left to do, nothing is written."""
    twilio.control.faults_clear()
    before = twilio.control.state()
    with twilio.sent() as sent:
        result = twilio.users(users, **options)
    assert (result["changed"], result["summary"]) == (False, summary_of(unchanged=len(users)))
    assert set(methods(sent).split()) == {"GET"}
    assert twilio.control.state() == before


def pages(twilio: Twilio, users: int) -> int:
    return -(-users // twilio.product.page_size)


# Every fault in the middle


@pytest.mark.parametrize("fault", EVERY)
def test_a_creation_that_meets_a_fault_is_made_once(twilio: Twilio, fault: str) -> None:
    inject(twilio, EVERY[fault], "POST")
    users = numbered_users(SOME, friendly_name="x", attributes={"a": 1})
    with twilio.sent() as sent:
        result = twilio.users(users)
    assert result["summary"] == summary_of(created=SOME)
    assert [entry["identity"] for entry in result["results"]] == [user["identity"] for user in users]
    assert {entry["sid"] for entry in result["results"]} == {
        user["sid"] for user in twilio.control.users(twilio.service_sid)
    }
    assert sorted(twilio.identities()) == [user["identity"] for user in users]
    again = {"GET": 0 if fault in REFUSED else 1, "CREATE": 0 if fault in PROCESSED else 1}
    assert counted(sent) == {"GET": 1 + again["GET"], "CREATE": SOME + again["CREATE"]}
    converges(twilio, users)


@pytest.mark.parametrize("fault", EVERY)
def test_a_change_that_meets_a_fault_is_repeated(twilio: Twilio, fault: str) -> None:
    twilio.seed_many(numbered_users(SOME, friendly_name="x", attributes={"a": 1}))
    inject(twilio, EVERY[fault], "POST")
    users = numbered_users(SOME, attributes={"b": 2}, attributes_mode="merge")
    with twilio.sent() as sent:
        result = twilio.users(users)
    assert result["summary"] == summary_of(updated=SOME)
    # Each user is read again right before it is written, and once more before a write is repeated.
    again = 0 if fault in PROCESSED else 1
    assert counted(sent) == {"GET": pages(twilio, SOME) + SOME + 1, "UPDATE": SOME + again}
    assert {user["attributes"] for user in twilio.control.users(twilio.service_sid)} == {'{"a":1,"b":2}'}
    converges(twilio, users)


@pytest.mark.parametrize("fault", BODILESS)
def test_a_deletion_that_meets_a_fault_is_repeated(twilio: Twilio, fault: str) -> None:
    twilio.seed_many(numbered_users(SOME))
    inject(twilio, BODILESS[fault], "DELETE")
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(SOME), state="absent")
    assert result["summary"] == summary_of(deleted=SOME)
    again = 0 if fault in PROCESSED else 1
    assert counted(sent) == {"GET": pages(twilio, SOME) + SOME + 1, "DELETE": SOME + again}
    assert twilio.identities() == []
    converges(twilio, numbered_users(SOME), state="absent")


@pytest.mark.parametrize("fault", EVERY)
def test_a_page_that_meets_a_fault_is_repeated(twilio: Twilio, fault: str) -> None:
    twilio.seed_many(numbered_users(N))
    inject(twilio, EVERY[fault], "GET", after=1)
    with twilio.sent() as sent:
        result = twilio.users([*numbered_users(N - 5), *numbered_users(5, first=N - 5, friendly_name="x")])
    assert result["summary"] == summary_of(unchanged=N - 5, updated=5)
    assert counted(sent) == {"GET": pages(twilio, N) + 1, "UPDATE": 5}


@pytest.mark.parametrize("fault", EVERY)
def test_a_fetch_that_meets_a_fault_is_repeated(twilio: Twilio, fault: str) -> None:
    twilio.seed_many(numbered_users(N))
    inject(twilio, EVERY[fault], "GET", after=7)
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(20, first=N - 20, friendly_name="x"), concurrency=20)
    assert result["summary"] == summary_of(updated=20)
    assert counted(sent) == {"GET": 20 + 1, "UPDATE": 20}


def test_many_faults_at_once_lose_nothing(twilio: Twilio) -> None:
    for number, (kind, details) in enumerate([*REFUSED.values(), *UNSURE.values(), *PROCESSED.values()]):
        # What takes long stands in other tests.
        if not kind.startswith("hang") and details.get("status") != 429 and "headers" not in details:
            twilio.fault(kind, "POST", after=10 + number, times=2, **details)
            if kind != "truncated":
                # Half of a 404 is no longer Twilio's own, and final.
                twilio.fault(kind, "GET", after=1 + number % 2, **details)
    users = numbered_users(N, friendly_name="x")
    assert twilio.users(users)["summary"] == summary_of(created=N)
    converges(twilio, users)


# Someone else at work


def meanwhile(twilio: Twilio, method: str, do: str, number: int, **details: Any) -> None:
    """Let someone else do something to a user whose turn comes later."""
    identity = f"user {number:03}"
    twilio.fault("act", method, do=do, service_sid=twilio.service_sid, identity=identity, after=EARLY, **details)


def test_users_that_someone_else_creates_meanwhile_are_adopted_or_changed(twilio: Twilio) -> None:
    meanwhile(twilio, "POST", "create_user", 150, fields={"friendly_name": "x"})
    meanwhile(twilio, "POST", "create_user", 160, fields={"friendly_name": "other", "attributes": {"a": 1}})
    users = numbered_users(N, friendly_name="x")
    result = twilio.users(users)
    assert result["summary"] == summary_of(created=N - 2, updated=1, unchanged=1)
    assert [entry["identity"] for entry in result["results"] if entry["action"] == "updated"] == ["user 160"]
    assert result["results"][-1]["identity"] == "user 199"
    assert "user 150" not in result["diff"]["after"]
    assert result["diff"]["before"]["user 160"]["friendly_name"] == "other"
    assert twilio.stored("user 160")["attributes"] == '{"a":1}'
    converges(twilio, users)


def test_users_that_someone_else_deletes_meanwhile_are_created_anew(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(N))
    meanwhile(twilio, "POST", "delete_user", 150)
    users = numbered_users(N, friendly_name="x")
    result = twilio.users(users)
    assert result["summary"] == summary_of(created=1, updated=N - 1)
    assert result["results"][150]["action"] == "created"
    assert result["results"][150]["sid"] == twilio.stored("user 150")["sid"]
    assert "user 150" not in result["diff"]["before"]
    converges(twilio, users)


def test_users_that_someone_else_deletes_first_are_not_counted_as_deleted(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(N))
    meanwhile(twilio, "DELETE", "delete_user", 150)
    result = twilio.users(numbered_users(N), state="absent")
    assert result["summary"] == summary_of(deleted=N - 1, unchanged=1)
    assert twilio.identities() == []


def test_pruned_users_that_someone_else_deletes_first_are_not_counted(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(N))
    meanwhile(twilio, "DELETE", "delete_user", 150)
    result = twilio.users(numbered_users(1), prune=True)
    assert result["summary"] == summary_of(deleted=N - 2, unchanged=1)
    assert twilio.identities() == ["user 000"]


def test_a_lost_creation_that_someone_changes_meanwhile_is_converged(twilio: Twilio) -> None:
    # One after another, so that it is known which request is whose.
    twilio.fault("drop_after", "POST", after=EARLY)
    other: dict[str, Any] = {
        "service_sid": twilio.service_sid,
        "identity": f"user {EARLY:03}",
        "fields": {"friendly_name": "other"},
    }
    twilio.fault("act_after", "POST", do="update_user", after=EARLY, **other)
    users = numbered_users(N, friendly_name="x")
    with twilio.sent() as sent:
        result = twilio.users(users, concurrency=1)
    assert len(result["results"]) == N
    assert counted(sent) == {"GET": 2, "CREATE": N, "UPDATE": 1}
    converges(twilio, users)


# Users that fail


BAD: dict[str, Any] = {"status": 400, "code": 50304, "message": "Invalid attributes"}


def test_a_user_that_fails_costs_no_other_and_fails_the_task(twilio: Twilio) -> None:
    twilio.fault("status", "POST", after=2, **BAD)
    users = numbered_users(30)
    failure = twilio.users_fail(users, concurrency=1)
    place = f"{twilio.product.title} service {twilio.service_sid}"
    told = (
        f"Could not create user 'user 002' in {place}: Twilio answered 400 Bad Request, code 50304: Invalid attributes"
    )
    assert failure.message == f"1 user failed: {told}"
    assert list(failure.result) == RESULT_KEYS
    assert failure.result["changed"] is True
    assert failure.result["summary"] == summary_of(created=29, failed=1)
    assert [entry["identity"] for entry in failure.result["results"]] == [user["identity"] for user in users]
    assert failure.result["results"][2] == {
        "identity": "user 002",
        "sid": None,
        "action": "failed",
        "changed_fields": [],
        "msg": told,
        "status": 400,
        "code": 50304,
    }
    assert "user 002" not in failure.result["diff"]["after"]
    assert len(failure.result["diff"]["after"]) == 29
    assert twilio.users(users)["summary"] == summary_of(created=1, unchanged=29)
    converges(twilio, users)


@pytest.mark.parametrize(("failing", "more"), [(2, None), (3, None), (4, "; and 1 more, "), (20, "; and 17 more, ")])
def test_the_message_counts_and_names_the_first_few(twilio: Twilio, failing: int, more: Any) -> None:
    twilio.fault("status", "POST", times=failing, **BAD)
    failure = twilio.users_fail(numbered_users(30), concurrency=1)
    assert failure.message.startswith(f"{failing} users failed: Could not create user 'user 000' in ")
    for number in range(failing):
        assert (f"'user {number:03}'" in failure.message) == (number < 3)
    assert (more in failure.message) if more else (" more, " not in failure.message)
    assert failure.result["summary"] == summary_of(created=30 - failing, failed=failing)


def test_the_message_names_the_first_of_the_input_whichever_failed_first(twilio: Twilio) -> None:
    twilio.fault("status", "POST", times=None, **BAD)
    failure = twilio.users_fail(numbered_users(100), concurrency=20)
    assert failure.message.startswith("100 users failed: Could not create user 'user 000'")
    assert failure.result["changed"] is False
    assert failure.result["summary"] == summary_of(failed=100)


def test_a_user_whose_time_is_over_fails_and_says_which_time_it_was(
    twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "MIN_REMAINING", 0.2)
    twilio.seed("user 003")
    twilio.fault("status", "POST", path="/Users/user 003$", status=503, times=None)
    began = time.monotonic()
    failure = twilio.users_fail(numbered_users(20, friendly_name="x"), timeouts={"update": 0.4})
    assert time.monotonic() - began < 30
    assert failure.result["summary"] == summary_of(created=19, failed=1)
    failed = failure.result["results"][3]
    assert (failed["identity"], failed["status"]) == ("user 003", 503)
    assert "within 0.4 s (timeouts.update)" in failed["msg"]


def test_the_time_of_a_user_does_not_count_the_wait_for_its_turn(twilio: Twilio) -> None:
    # The last ones wait for their turn longer than any of them may take.
    began = time.monotonic()
    result = twilio.users(numbered_users(30), writes_per_second=5, timeouts={"create": 1}, concurrency=30)
    assert time.monotonic() - began > 1.2
    assert result["summary"] == summary_of(created=30)


def test_a_user_that_cannot_be_read_fails_alone(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(10))
    twilio.fault("status", "GET", path="user 004$", times=None, **BAD)
    failure = twilio.users_fail(numbered_users(10, friendly_name="x"), concurrency=10)
    assert failure.result["summary"] == summary_of(updated=9, failed=1)
    assert failure.message.startswith("1 user failed: Could not read user 'user 004' in ")
    assert failure.result["results"][4]["status"] == 400


def test_a_list_that_cannot_be_read_fails_the_task_before_any_write(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(N))
    twilio.fault("status", "GET", after=1, times=None, **BAD)
    with twilio.sent() as sent:
        failure = twilio.users_fail(numbered_users(N, friendly_name="x"))
    assert methods(sent) == "GET GET"
    assert failure.message.startswith(f"Could not list the users of {twilio.product.title} service ")
    assert (failure.result["status"], failure.result["code"]) == (400, 50304)
    assert "summary" not in failure.result


# on_error


@pytest.mark.parametrize("concurrency", [1, 10])
def test_stop_begins_no_other_user_after_a_failure(twilio: Twilio, concurrency: int) -> None:
    twilio.seed("old")
    twilio.fault("status", "POST", after=EARLY, **BAD)
    users = numbered_users(N)
    with twilio.sent() as sent:
        failure = twilio.users_fail(users, on_error="stop", prune=True, concurrency=concurrency)
    created = failure.result["summary"]["created"]
    # Those that were under way at that moment are waited for.
    assert EARLY <= created <= (EARLY if concurrency == 1 else N - 50)
    assert failure.result["summary"] == summary_of(created=created, failed=1)
    assert counted(sent) == {"GET": pages(twilio, 1), "CREATE": created + 1}
    assert f". {N + 1 - created - 1} users not begun (on_error=stop)" in failure.message
    assert len(failure.result["results"]) == created + 1
    assert "old" in twilio.identities()
    twilio.control.clear_requests()
    again = twilio.users(users, on_error="stop", prune=True)
    assert again["summary"] == summary_of(created=N - created, unchanged=created, deleted=1)
    converges(twilio, users, prune=True)


def test_stop_prunes_nothing_after_a_failure_of_the_last_listed_user(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(5))
    twilio.fault("status", "POST", **BAD)
    with twilio.sent() as sent:
        failure = twilio.users_fail([{"identity": "new"}], on_error="stop", prune=True)
    assert "DELETE" not in methods(sent)
    assert failure.result["summary"] == summary_of(failed=1)
    assert len(twilio.identities()) == 5


def test_continue_prunes_all_the_same(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(5))
    twilio.fault("status", "POST", **BAD)
    failure = twilio.users_fail([{"identity": "new"}], prune=True)
    assert failure.result["summary"] == summary_of(failed=1, deleted=5)
    assert failure.result["results"][0]["action"] == "failed"
    assert twilio.identities() == []


def test_stop_ends_pruning_after_a_failure(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(20))
    twilio.fault("status", "DELETE", after=5, **BAD)
    failure = twilio.users_fail(numbered_users(1), prune=True, on_error="stop", concurrency=1)
    assert failure.result["summary"] == summary_of(unchanged=1, deleted=5, failed=1)
    assert "13 users not begun (on_error=stop)" in failure.message
    assert len(twilio.identities()) == 15


@pytest.mark.parametrize("check", [False, True])
def test_stop_writes_nothing_after_a_user_could_not_be_read_or_planned(twilio: Twilio, check: bool) -> None:
    twilio.seed_many([{"identity": "user 004", "attributes": "{oh"}, *numbered_users(4)])
    users = numbered_users(10, attributes={"a": 1}, attributes_mode="merge")
    with twilio.sent() as sent:
        failure = twilio.users_fail(users, concurrency=10, on_error="stop", check=check)
    assert set(methods(sent).split()) == {"GET"}
    assert failure.result["summary"] == summary_of(failed=1)
    assert "9 users not begun (on_error=stop)" in failure.message


@pytest.mark.parametrize("check", [False, True])
def test_stop_counts_also_those_that_were_not_read(twilio: Twilio, check: bool) -> None:
    # The list shows one that cannot be planned, and is then left for fetching the rest.
    twilio.seed_many([{"identity": "user 000", "attributes": "{oh"}, *numbered_users(400, first=500)])
    users = numbered_users(20, attributes={"a": 1}, attributes_mode="merge")
    failure = twilio.users_fail(users, concurrency=8, on_error="stop", check=check)
    assert failure.result["summary"] == summary_of(failed=1)
    assert "19 users not begun (on_error=stop)" in failure.message


# No use in going on


def test_wrong_credentials_are_reported_once(twilio: Twilio) -> None:
    twilio.options["auth_token"] = "wrong"
    for concurrency in (1, 10):
        with twilio.sent() as sent:
            failure = twilio.users_fail(numbered_users(200), concurrency=concurrency)
        assert "Twilio answered 401 Unauthorized, code 20003: Authenticate" in failure.message
        assert failure.message.endswith("Check account_sid with auth_token, or api_key with api_secret")
        assert (failure.result["status"], failure.result["code"]) == (401, 20003)
        assert len(sent) == 1
    with twilio.sent() as sent:
        failure = twilio.users_fail(numbered_users(10), concurrency=10)
    assert failure.result["status"] == 401
    assert len(sent) <= 10


@pytest.mark.parametrize("on_error", ["continue", "stop"])
def test_credentials_that_are_withdrawn_on_the_way_end_the_task(twilio: Twilio, on_error: str) -> None:
    twilio.seed("old")
    twilio.fault("status", "POST", after=EARLY, times=None, status=401)
    with twilio.sent() as sent:
        failure = twilio.users_fail(numbered_users(N), on_error=on_error, prune=True)
    summary = failure.result["summary"]
    assert (summary["created"], summary["deleted"]) == (EARLY, 0)
    assert 1 <= summary["failed"] <= 10
    assert len(sent) == 1 + summary["created"] + summary["failed"]
    assert f"{N + 1 - summary['created'] - summary['failed']} users not begun" in failure.message
    twilio.control.faults_clear()
    assert twilio.users(numbered_users(N), prune=True)["summary"] == summary_of(
        created=N - EARLY, unchanged=EARLY, deleted=1
    )


@pytest.mark.parametrize("users", [30, 10], ids=["listed", "fetched"])
def test_a_service_that_goes_on_the_way_ends_the_task_and_what_was_done_is_reported(
    each_product: Twilio, users: int
) -> None:
    gone: dict[str, Any] = (
        {"status": 403, "code": 50050, "message": "Service instance not found"}
        if each_product.name == "chat"
        else {"status": 404, "code": 20404}
    )
    each_product.fault("status", "POST", after=5, times=None, **gone)
    each_product.fault("status", "GET", path="/Services/[^/]*$", times=None, **gone)
    with each_product.sent() as sent:
        failure = each_product.users_fail(numbered_users(users), concurrency=10)
    # All users share the question whether it is the service that is gone; Chat's own answer leaves none.
    questions = [request for request in sent if request["path"].endswith(each_product.service_sid)]
    assert len(questions) == (0 if each_product.name == "chat" else 1)
    # Ten users may all be under way at once.
    assert users == 10 or "not begun (Twilio would refuse them too)" in failure.message
    assert failure.result["summary"]["created"] == 5
    assert 1 <= failure.result["summary"]["failed"] <= 10
    assert f"{each_product.product.title} service {each_product.service_sid} does not exist" in failure.message
