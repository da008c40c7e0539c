# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode sends no write and tells what a run does, result and diff to the letter."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.plugins.module_utils._resources import json_values
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import OBJECTS
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    PRODUCTS,
    UNKNOWN_SERVICE,
    Twilio,
    methods,
    numbered_users,
    summary_of,
)

IDENTITIES = ["alice", "bob", "carol", "..", "a/b", "100%41", "é ?#"]

names = st.sampled_from(["", "Alice", "Bob", "é"])
small = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3), max_size=2)
attributes = st.one_of(OBJECTS.map(json_values.dump), small)
held_users = st.fixed_dictionaries(
    {"identity": st.sampled_from(IDENTITIES)},
    optional={
        "friendly_name": st.one_of(st.none(), names),
        "role": st.sampled_from([0, 1]),
        # Among them what is no JSON object, and what is no JSON.
        "attributes": st.one_of(attributes, st.sampled_from(["", "[1]", "{oh", ' {"a" : 1.0 } '])),
    },
)
entries = st.fixed_dictionaries(
    {"identity": st.sampled_from(IDENTITIES)},
    optional={
        "friendly_name": names,
        "role": st.sampled_from([0, 1]),
        "attributes": attributes,
        "attributes_mode": st.sampled_from(["replace", "merge"]),
    },
)
tasks = st.one_of(
    st.fixed_dictionaries({"prune": st.booleans()}, optional={"on_error": st.sampled_from(["stop", "continue"])}),
    st.fixed_dictionaries({"state": st.just("absent")}),
)


def by_identity(user: dict[str, Any]) -> Any:
    return user["identity"]


def attempt(twilio: Twilio, users: list[Any], check: bool, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return twilio.users(users, check=check, **options)
    except ModuleError as failure:
        return {"failed": failure.message, **failure.result}


def with_role(twilio: Twilio, user: dict[str, Any]) -> dict[str, Any]:
    user = dict(user)
    if "role" in user:
        user["role_sid"] = twilio.roles()[user.pop("role")]
    return user


@pytest.mark.parametrize("product", sorted(PRODUCTS))
@given(
    held=st.lists(held_users, max_size=6, unique_by=by_identity),
    given_users=st.lists(entries, min_size=1, max_size=6, unique_by=by_identity),
    options=tasks,
    # Of these numbers of users some are listed, others fetched; and lists may leave out attributes.
    concurrency=st.integers(1, 6),
    in_list=st.sampled_from(["text", "null"]),
    diff=st.booleans(),
)
def test_check_mode_tells_what_a_run_does(
    emulator: EmulatorThread,
    product: str,
    held: list[dict[str, Any]],
    given_users: list[dict[str, Any]],
    options: dict[str, Any],
    concurrency: int,
    in_list: str,
    diff: bool,
) -> None:
    emulator.control.reset()
    emulator.control.switch(attributes_in_list=in_list)
    twilio = Twilio(emulator, product)
    twilio.seed_many([with_role(twilio, user) for user in held])
    users = [with_role(twilio, user) for user in given_users]
    options = {**options, "concurrency": concurrency, "diff": diff}

    before = emulator.control.state()
    predicted = attempt(twilio, users, True, options)
    assert emulator.control.state() == before
    done = attempt(twilio, users, False, options)

    assert ("diff" in done) is diff
    for expected, actual in zip(predicted["results"], done["results"]):
        if expected["action"] == "created":
            assert expected["sid"] is None
            expected["sid"] = actual["sid"]
            assert actual["sid"] == twilio.stored(actual["identity"])["sid"]
    assert predicted == done

    # What the summary says is what happened to the store.
    afterwards = {user["identity"]: user for user in twilio.control.users(twilio.service_sid)}
    beforehand = {user["identity"] for user in held}
    summary = done["summary"]
    if "failed" not in done:
        assert summary["created"] == len(set(afterwards) - beforehand)
        assert summary["deleted"] == len(beforehand - set(afterwards))
        assert summary["failed"] == 0
        # What Twilio bills; check mode has sent nothing.
        assert done["billable_users"] == sum(request["method"] == "POST" for request in twilio.control.requests())
    listed = [entry for entry in done["results"] if entry["identity"] in {user["identity"] for user in users}]
    if options.get("on_error") != "stop":
        assert len(listed) + summary["unchanged"] == len(users)
    # Input order, and what nobody listed last.
    assert done["results"][: len(listed)] == listed
    place = {user["identity"]: number for number, user in enumerate(users)}
    assert [entry["identity"] for entry in listed] == sorted(
        (entry["identity"] for entry in listed), key=place.__getitem__
    )

    settled = emulator.control.state()
    again = attempt(twilio, users, False, options)
    assert emulator.control.state() == settled
    if "failed" not in done:
        assert (again["changed"], again["results"]) == (False, [])
        assert again["summary"] == summary_of(unchanged=len(users))
        assert again.get("diff", {}).get("before") == again.get("diff", {}).get("after")


@pytest.mark.parametrize("concurrency", [1, 100])
def test_a_large_mixture_is_predicted(twilio: Twilio, concurrency: int) -> None:
    twilio.seed_many(numbered_users(120, friendly_name="x", attributes={"a": 1}))
    twilio.seed_many(numbered_users(3, first=900))
    users = [
        *numbered_users(40, first=100, friendly_name="x"),
        *numbered_users(40, attributes={"b": 1}, attributes_mode="merge"),
        *numbered_users(40, first=40, friendly_name="x"),
    ]
    twilio.control.clear_requests()
    predicted = twilio.users(users, check=True, prune=True, concurrency=concurrency)
    assert set(methods(twilio.control.requests()).split()) == {"GET"}
    done = twilio.users(copy.deepcopy(users), prune=True, concurrency=concurrency)
    assert done["summary"] == summary_of(created=20, updated=40, deleted=23, unchanged=60)
    for entry in [*predicted["results"], *done["results"]]:
        if entry["action"] == "created":
            entry["sid"] = None
    assert predicted == done


@pytest.mark.parametrize("concurrency", [1, 10])
def test_a_service_that_does_not_exist_is_reported_in_check_mode_too(twilio: Twilio, concurrency: int) -> None:
    failure = twilio.users_fail(numbered_users(4), service_sid=UNKNOWN_SERVICE, check=True, concurrency=concurrency)
    assert f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist" in failure.message
    absent = twilio.users(
        numbered_users(4), service_sid=UNKNOWN_SERVICE, check=True, concurrency=concurrency, state="absent"
    )
    assert (absent["changed"], absent["summary"]) == (False, summary_of(unchanged=4))


def test_whether_the_service_exists_is_asked_only_when_nothing_shows_it(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        twilio.users(numbered_users(4), check=True)
    assert methods(sent) == "GET GET GET GET GET"
    assert sent[-1]["path"].endswith("/Services/" + twilio.service_sid)
    with twilio.sent() as sent:
        twilio.users(numbered_users(4), check=True, concurrency=1)
    assert methods(sent) == "GET"
    twilio.seed("user 001")
    with twilio.sent() as sent:
        twilio.users(numbered_users(4), check=True)
        twilio.users(numbered_users(4), check=True, state="absent")
    assert len(sent) == 8


def test_max_deletions_holds_in_check_mode(twilio: Twilio) -> None:
    twilio.seed_many(numbered_users(3))
    failure = twilio.users_fail(numbered_users(3), state="absent", max_deletions=2, check=True)
    assert failure.message.startswith("max_deletions: allows 2, but 3 would be deleted")
    assert len(twilio.identities()) == 3


def test_a_user_that_cannot_be_planned_stays_in_the_prediction(conversations: Twilio) -> None:
    conversations.seed_many([{"identity": "bob", "attributes": "not JSON"}])
    merged = {"identity": "bob", "attributes": {"a": 1}, "attributes_mode": "merge"}
    failure = conversations.users_fail([merged, {"identity": "carol"}], check=True)
    assert failure.result["summary"] == summary_of(created=1, failed=1)
    [bob, carol] = failure.result["results"]
    assert (bob["identity"], bob["action"], carol["action"]) == ("bob", "failed", "created")
    assert bob["msg"] == (
        f"Could not update user 'bob' in Conversations service {conversations.service_sid}: what Twilio holds as"
        " attributes cannot be read as JSON, so nothing can be merged into it;"
        " attributes_mode=replace would overwrite it"
    )
