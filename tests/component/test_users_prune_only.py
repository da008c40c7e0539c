# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning in a service that an application shares; limits of changes; users with a state of their own."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    methods,
    numbered_users,
    summary_of,
)

OURS = {"managed_by": "ansible"}


def seed(twilio: Twilio) -> None:
    twilio.seed_many(
        [
            {"identity": "agent-1", "attributes": OURS},
            {"identity": "agent-2", "attributes": {**OURS, "app": 1}, "role_sid": twilio.roles()[1]},
            {"identity": "agent-3", "attributes": {"app": 1}},
            {"identity": "guest", "attributes": OURS},
        ]
    )


@pytest.mark.parametrize("in_list", ["text", "null"])
@pytest.mark.parametrize(
    ("only", "deleted"),
    [
        ({"attributes": OURS}, ["agent-1", "agent-2", "guest"]),
        ({"attributes": '{"managed_by": "ansible"}', "identities": ["agent-*"]}, ["agent-1", "agent-2"]),
        ({"identities": ["guest", "agent-[3-9]"]}, ["agent-3", "guest"]),
        ({"roles": ["service admin"]}, ["agent-2"]),
        ({"roles": ["service admin"], "attributes": {"managed_by": "other"}}, []),
    ],
    ids=str,
)
def test_only_users_that_match_are_pruned(
    each_product: Twilio, only: dict[str, Any], deleted: list[str], in_list: str
) -> None:
    twilio = each_product
    twilio.control.switch(attributes_in_list=in_list)
    seed(twilio)
    options: dict[str, Any] = {"prune": True, "prune_only": only}
    left = 4 - len(deleted)
    predicted = twilio.users([{"identity": "new"}], check=True, **options)
    result = twilio.users([{"identity": "new"}], **options)
    assert [entry["identity"] for entry in result["results"][1:]] == deleted
    assert result["summary"] == {**summary_of(created=1, deleted=len(deleted)), "left_alone": left}
    assert (predicted["diff"], predicted["summary"]) == (result["diff"], result["summary"])
    assert ("left alone" in result["diff"]["before_header"]) == bool(left)
    assert sorted(twilio.identities()) == sorted({"new", "agent-1", "agent-2", "agent-3", "guest"} - set(deleted))
    assert not twilio.users([{"identity": "new"}], **options)["changed"]


def test_role_names_are_read_once(each_product: Twilio) -> None:
    twilio = each_product
    seed(twilio)
    entries = [{"identity": "agent-1", "role": "service user"}]
    with twilio.sent() as sent:
        twilio.users(entries, prune=True, prune_only={"roles": ["service admin"]})
    assert methods(sent) == "GET GET GET DELETE"
    with twilio.sent() as sent:
        failure = twilio.users_fail(entries, prune=True, prune_only={"roles": ["nobody"]})
    assert "There is no role of type" in failure.message
    assert methods(sent) == "GET"


def test_a_user_that_no_longer_matches_right_before_is_left_alone(each_product: Twilio) -> None:
    twilio = each_product
    seed(twilio)
    twilio.fault(
        "act", "DELETE", do="update_user", service_sid=twilio.service_sid, identity="agent-2", fields={"attributes": {}}
    )
    options: dict[str, Any] = {"prune": True, "prune_only": {"attributes": OURS}, "concurrency": 1}
    result = twilio.users([{"identity": "guest"}], **options)
    assert result["summary"] == {**summary_of(deleted=1, unchanged=1), "left_alone": 2}
    assert twilio.identities() == ["agent-2", "agent-3", "guest"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prune_only": {"attributes": {}}}, "prune_only: requires prune=true"),
        ({"prune_only": {}, "prune": True}, "prune_only: must have at least one of identities, roles, "),
        ({"prune_only": {"identities": []}, "prune": True}, "prune_only.identities: must not be empty; "),
        ({"prune_only": {"attributes": {}}, "prune": True}, "prune_only.attributes: must not be empty; "),
        ({"prune_only": {"attributes": " { } "}, "prune": True}, "prune_only.attributes: must not be empty; "),
        ({"prune_only": {"roles": [""]}, "prune": True}, "prune_only.roles[0]: must not be empty"),
        ({"prune_only": {"role_sids": ["agent"]}, "prune": True}, "prune_only.role_sids[0]: must be RL followed by "),
        ({"prune_only": {"attributes": "[]"}, "prune": True}, "prune_only.attributes: must be a JSON object, "),
        ({"max_changes": -1}, "max_changes: must be 0 or more, got -1"),
    ],
    ids=str,
)
def test_conditions_that_make_no_sense_are_refused(twilio: Twilio, options: dict[str, Any], message: str) -> None:
    with twilio.sent() as sent:
        assert message in twilio.users_fail([{"identity": "alice"}], **options).message
    assert sent == []


def test_an_empty_list_without_a_limit_is_refused(twilio: Twilio) -> None:
    options: dict[str, Any] = {"prune": True, "prune_only": {"identities": ["agent-*"]}}
    assert twilio.users_fail([], **options).message == (
        "prune: would delete every user that matches prune_only, since users is empty;"
        " give max_deletions too if that is meant"
    )
    assert twilio.users([], max_deletions=0, **options)["summary"]["deleted"] == 0


@pytest.mark.parametrize("check", [False, True])
def test_more_changes_than_allowed_are_refused_as_a_whole(each_product: Twilio, check: bool) -> None:
    twilio = each_product
    seed(twilio)
    before = twilio.control.users(twilio.service_sid)
    entries = [
        {"identity": "new"},
        {"identity": "guest", "friendly_name": "G"},
        {"identity": "agent-1", "state": "absent"},
    ]
    failure = twilio.users_fail(entries, max_changes=2, check=check)
    assert "max_changes: allows 2, but 3 would be created, updated or deleted in " in failure.message
    assert twilio.control.users(twilio.service_sid) == before
    assert twilio.users(entries, max_changes=3)["summary"] == summary_of(created=1, updated=1, deleted=1)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_state_of_an_entry_takes_precedence(each_product: Twilio, state: str) -> None:
    twilio = each_product
    seed(twilio)
    entries = [
        {"identity": "agent-1", "state": "absent"},
        {"identity": "agent-2", "state": "present", "friendly_name": "Two"},
        {"identity": "guest", "state": None, "friendly_name": "Guest"},
        {"identity": "missing", "state": "absent"},
    ]
    failure = twilio.users_fail(entries, state=state, max_deletions=0)
    assert failure.message.startswith("max_deletions: allows 0, but ")
    result = twilio.users(entries, state=state)
    deleted = 1 + (state == "absent")
    assert result["summary"] == summary_of(updated=3 - deleted, deleted=deleted, unchanged=1)
    assert twilio.stored("agent-2")["friendly_name"] == "Two"
    assert ("guest" in twilio.identities()) == (state == "present")
    message = twilio.users_fail([{"identity": 7, "state": "absent"}, {"identity": "a", "state": "gone"}]).message
    assert "users[0]" in message
    assert "value of state must be one of: present, absent, got: gone" in message


def test_a_service_of_many_is_pruned_with_the_requests_of_the_list(each_product: Twilio) -> None:
    twilio = each_product
    twilio.seed_many(numbered_users(120))
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(10), prune=True, prune_only={"identities": ["user 11?"]})
    assert result["summary"] == {**summary_of(unchanged=10, deleted=10), "left_alone": 100}
    assert methods(sent).count("GET") == -(-120 // twilio.product.page_size) + 10
