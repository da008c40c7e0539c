# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent for many users: how many requests, which ones, how many at once, how fast."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import rate_limit
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    USERS_MODULES,
    Twilio,
    methods,
    numbered_users,
    request_trail,
    summary_of,
    validated,
)

HEADER = "x-twilio-webhook-enabled"


def counted(sent: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(methods(sent).split()))


def lists(sent: list[dict[str, Any]]) -> int:
    return sum(1 for request in sent if request["method"] == "GET" and request["path"].endswith("/Users"))


def pages(twilio: Twilio, users: int) -> int:
    return max(1, -(-users // twilio.product.page_size))


# How many


def test_creations_take_one_request_each_and_one_to_read(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(40, friendly_name="x"))
    assert result["summary"] == summary_of(created=40)
    assert counted(sent) == {"GET": 1, "CREATE": 40}
    assert methods(sent).startswith("GET CREATE")
    assert sorted(twilio.identities()) == [user["identity"] for user in numbered_users(40)]


@pytest.mark.parametrize("users", [120, 100, 101])
def test_nothing_to_do_takes_the_pages_of_the_list(twilio: Twilio, users: int) -> None:
    twilio.seed_many(numbered_users(users, friendly_name="x"))
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(users, friendly_name="x"), concurrency=1)
    assert (result["changed"], result["summary"], result["results"]) == (False, summary_of(unchanged=users), [])
    # What one round trip would fetch is no longer worth a page.
    whole = pages(twilio, users) if users != 101 else pages(twilio, users) - 1
    assert lists(sent) == whole
    assert len(sent) == pages(twilio, users)


def test_changes_take_the_pages_and_one_request_for_each_user_that_differs(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(120, friendly_name="x"))
    entries = numbered_users(120, friendly_name="x")
    for entry in entries[::4]:
        entry["friendly_name"] = "y"
    with twilio.sent() as sent:
        result = twilio.users(entries, concurrency=3)
    assert result["summary"] == summary_of(updated=30, unchanged=90)
    assert counted(sent) == {"GET": pages(twilio, 120), "UPDATE": 30}
    assert lists(sent) == pages(twilio, 120)
    assert {tuple(request["form"]) for request in sent if request["method"] == "POST"} == {("FriendlyName",)}


def test_deletions_take_the_pages_and_two_requests_for_each_user_that_is_there(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(120))
    with twilio.sent() as sent:
        result = twilio.users([*numbered_users(120), *numbered_users(20, first=500)], concurrency=3, state="absent")
    assert result["summary"] == summary_of(deleted=120, unchanged=20)
    assert counted(sent) == {"GET": pages(twilio, 120) + 120, "DELETE": 120}
    assert twilio.identities() == []


def test_few_users_of_a_large_service_are_fetched(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(600))
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(10, first=595), concurrency=10)
    assert result["summary"] == summary_of(created=5, unchanged=5)
    assert (lists(sent), counted(sent)) == (0, {"GET": 10, "CREATE": 5})


def test_a_list_that_turns_out_long_is_left_for_fetching(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(700))
    # Fetching 40 takes 5 round trips; 4 pages show none of them.
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(40, first=670), concurrency=8)
    assert result["summary"] == summary_of(created=10, unchanged=30)
    assert (lists(sent), counted(sent)) == (4, {"GET": 4 + 40, "CREATE": 10})


def test_a_list_of_which_nearly_everything_has_been_found_is_not_read_to_its_end(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(700))
    entries = [*numbered_users(40), {"identity": "user 699"}, {"identity": "new"}]
    with twilio.sent() as sent:
        result = twilio.users(entries, concurrency=8)
    assert result["summary"] == summary_of(created=1, unchanged=41)
    assert (lists(sent), counted(sent)) == (1, {"GET": 1 + 2, "CREATE": 1})


@pytest.mark.parametrize("identity", ["a/b", "100%41", "a\\b", ".", ".."])
def test_an_identity_that_no_url_can_be_trusted_with_is_looked_for_in_the_list(twilio: Twilio, identity: str) -> None:
    twilio.seed_many(numbered_users(250))
    with twilio.sent() as sent:
        assert twilio.users([{"identity": identity}])["summary"] == summary_of(created=1)
    assert (lists(sent), counted(sent)) == (pages(twilio, 250), {"GET": pages(twilio, 250), "CREATE": 1})
    twilio.seed_many(numbered_users(250, first=250))
    # It is on the third page now (or the sixth), and the pages after it are not read.
    with twilio.sent() as sent:
        assert twilio.users([{"identity": identity}])["summary"] == summary_of(unchanged=1)
    assert (lists(sent), counted(sent)) == (pages(twilio, 251), {"GET": pages(twilio, 251)})
    with twilio.sent() as sent:
        assert twilio.users([{"identity": identity}], state="absent")["summary"] == summary_of(deleted=1)
    assert counted(sent) == {"GET": pages(twilio, 251) + 1, "DELETE": 1}
    assert twilio.identities() == [user["identity"] for user in numbered_users(500)]


def test_prune_reads_the_whole_list_and_deletes_one_by_one(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(210))
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(200), prune=True)
    assert result["summary"] == summary_of(deleted=10, unchanged=200)
    assert counted(sent) == {"GET": pages(twilio, 210) + 10, "DELETE": 10}


def test_no_user_takes_no_request(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        result = twilio.users([])
        assert twilio.users([], state="absent")["changed"] is False
    assert (result["changed"], result["summary"], result["results"]) == (False, summary_of(), [])
    assert sent == []


def test_a_list_without_attributes_costs_a_fetch_only_where_they_matter(twilio: Twilio) -> None:
    twilio.control.switch(attributes_in_list="null")
    twilio.seed_many(numbered_users(60, friendly_name="x", attributes={"a": 1}))
    with twilio.sent() as sent:
        assert twilio.users(numbered_users(60, friendly_name="x"), concurrency=2)["summary"] == summary_of(unchanged=60)
    assert counted(sent) == {"GET": pages(twilio, 60)}
    # They are part of the diff of a user that changes, and of none else.
    entries = [*numbered_users(5, friendly_name="y"), *numbered_users(55, first=5, friendly_name="x")]
    with twilio.sent() as sent:
        result = twilio.users(entries, concurrency=2)
    assert result["summary"] == summary_of(updated=5, unchanged=55)
    assert counted(sent) == {"GET": pages(twilio, 60) + 5, "UPDATE": 5}
    assert result["diff"]["before"]["user 000"]["attributes"] == {"a": 1}


# What is sent


@pytest.mark.parametrize(("given", "sent_as"), [(None, None), (True, "true"), (False, "false")])
def test_the_webhook_header_goes_with_every_change_that_takes_it(twilio: Twilio, given: Any, sent_as: Any) -> None:
    twilio.seed_many(numbered_users(4))
    with twilio.sent() as sent:
        twilio.users([*numbered_users(2, friendly_name="x"), {"identity": "new"}], prune=True, webhook_enabled=given)
    assert counted(sent) == {"GET": 1 + 2, "UPDATE": 2, "CREATE": 1, "DELETE": 2}
    for request in sent:
        takes = request["method"] == "POST" or (request["method"] == "DELETE" and twilio.name == "conversations")
        assert request["headers"].get(HEADER) == (sent_as if takes else None)


def test_a_creation_and_a_change_send_only_what_the_entry_gives(twilio: Twilio) -> None:
    role = twilio.roles()[1]
    twilio.seed("bob", friendly_name="Bob", attributes={"a": 1})
    entries: list[dict[str, Any]] = [
        {"identity": "alice", "friendly_name": "Alice", "role_sid": role, "attributes": {"a": 1}},
        {"identity": "bob", "friendly_name": "Bob", "attributes": {"b": 2}, "attributes_mode": "merge"},
        {"identity": "carol"},
    ]
    with twilio.sent() as sent:
        twilio.users(entries, concurrency=1)
    assert [request["form"] for request in sent if request["method"] == "POST"] == [
        {"Identity": "alice", "FriendlyName": "Alice", "RoleSid": role, "Attributes": '{"a":1}'},
        {"Attributes": '{"a":1,"b":2}'},
        {"Identity": "carol"},
    ]


def test_users_are_written_in_the_order_of_the_input_and_pruned_ones_last(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "old"}, {"identity": "z"}, {"identity": "older"}])
    entries = [{"identity": identity, "friendly_name": "x"} for identity in ("m", "z", "a", "k")]
    with twilio.sent() as sent:
        result = twilio.users(entries, concurrency=1, prune=True)
    assert methods(sent) == "GET CREATE UPDATE CREATE CREATE GET DELETE GET DELETE"
    assert [entry["identity"] for entry in result["results"]] == ["m", "z", "a", "k", "old", "older"]


# How many at once


def most_under_way(twilio: Twilio, *arguments: Any, latency: float = 0.25, **options: Any) -> int:
    twilio.control.settings(latency=latency)
    deadline = time.monotonic() + 30
    while twilio.control.concurrency()["now"]:
        # A request that an earlier test has given up.
        assert time.monotonic() < deadline
        time.sleep(0.05)
    twilio.control.clear_concurrency()
    twilio.users(*arguments, **options)
    return twilio.control.concurrency()["max"]


@pytest.mark.parametrize("concurrency", [1, 7])
def test_writes_under_way_at_once_are_as_many_as_the_option_says(twilio: Twilio, concurrency: int) -> None:
    assert most_under_way(twilio, numbered_users(4 * concurrency), concurrency=concurrency) == concurrency
    assert (
        most_under_way(twilio, numbered_users(4 * concurrency), concurrency=concurrency, state="absent") == concurrency
    )


def test_reads_under_way_at_once_are_as_many_as_the_option_says(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(700))
    assert most_under_way(twilio, numbered_users(28, first=672), concurrency=7) == 7


def test_a_hundred_at_once_are_a_hundred_connections_that_are_kept(twilio: Twilio) -> None:
    before = twilio.control.connections()["total"]
    # A busy machine may need longer than the latency to send them all.
    assert 50 < most_under_way(twilio, numbered_users(150), concurrency=100, latency=0.6) <= 100
    assert twilio.control.connections()["total"] - before <= 100


# How fast


def test_the_defaults_are_what_the_documentation_says(twilio: Twilio) -> None:
    given = {**twilio.options, "service_sid": twilio.service_sid, "users": []}
    parameters = validated(USERS_MODULES[twilio.name], given, {})
    assert (parameters["concurrency"], parameters["writes_per_second"]) == (10, 30)
    assert (parameters["state"], parameters["prune"], parameters["on_error"]) == ("present", False, "continue")
    assert parameters["max_deletions"] is None
    assert parameters["timeouts"] == {"create": 600, "update": 600, "read": 300, "delete": 600, "total": 14400}


def refused(sent: list[dict[str, Any]]) -> int:
    return sum(1 for request in sent if request["status"] == 429)


def test_the_default_pace_keeps_to_the_limit_that_twilio_publishes(twilio: Twilio) -> None:
    twilio.control.settings(write_limit={"per_second": 30, "burst": 150})
    with twilio.sent() as sent:
        began = time.monotonic()
        result = twilio.users(numbered_users(180), writes_per_second=30)
        took = time.monotonic() - began
    assert result["summary"] == summary_of(created=180)
    assert (refused(sent), len(sent)) == (0, 181)
    # The burst is 4.5 seconds' worth; the rest comes at 30 in a second. Without the burst, it would be 6 seconds.
    assert 0.9 * 1.5 < took < 5.5


@pytest.mark.parametrize("state", ["present", "absent"])
def test_changes_and_deletions_are_paced_too(twilio: Twilio, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setattr(rate_limit, "BURST_SECONDS", 0.2)
    twilio.seed_many(numbered_users(60))
    # More than the burst, so that requests that arrive late on a busy machine are not refused.
    twilio.control.settings(write_limit={"per_second": 50, "burst": 40})
    began = time.monotonic()
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(60, friendly_name="x"), writes_per_second=50, state=state)
    assert len(result["results"]) == 60
    assert refused(sent) == 0
    assert time.monotonic() - began > 0.9 * (60 - 10) / 50


def test_reads_are_not_paced(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(300))
    began = time.monotonic()
    result = twilio.users(numbered_users(300), writes_per_second=0.01, concurrency=1)
    assert result["summary"] == summary_of(unchanged=300)
    # At that pace, the second one would have to wait 100 seconds.
    assert time.monotonic() - began < 50


@pytest.mark.parametrize("kind", ["none", "seconds"])
def test_without_a_pace_the_limit_is_found_and_costs_no_user_its_place(twilio: Twilio, kind: str) -> None:
    twilio.control.switch(retry_after_on_429=kind)
    # A burst of fewer than are under way at once, so that the slowest machine is too fast for it.
    twilio.control.settings(write_limit={"per_second": 10, "burst": 5})
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(30))
    assert result["summary"] == summary_of(created=30)
    assert 0 < refused(sent) < 30
    # In the order of the input, as near as what was under way at once allows.
    order = [
        int(re.sub(r"\D", "", request["form"]["Identity"]))
        for request in sent
        if request["method"] == "POST" and request["status"] == 201
    ]
    assert all(abs(place - number) <= 2 * 10 for place, number in enumerate(order))


def test_records_without_attributes_are_fetched_by_their_sid(conversations: Twilio) -> None:
    conversations.control.switch(attributes_in_list="null")
    conversations.seed_many(numbered_users(3))
    with conversations.sent() as sent:
        conversations.users([{"identity": "user 000", "attributes": {"a": 1}}], prune=True, check=True)
    assert request_trail(sent) == ["GET /Services/IS/Users", *["GET /Services/IS/Users/US"] * 3]
