# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading users: one, all, some; and no unnecessary page."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    UNKNOWN_USER,
    ArgumentSpecError,
    Twilio,
    methods,
)


def crowd(twilio: Twilio, count: int, **fields: Any) -> list[str]:
    identities = [f"user {number}" for number in range(count)]
    users = [{"identity": identity, **fields} for identity in identities]
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "users": users}]})
    return identities


@pytest.mark.parametrize("pages", [0.0, 0.02, 1.0, 1.01, 2.0, 2.5])
@pytest.mark.parametrize("page_in_next_url", [False, True])
def test_all_users_take_one_request_for_each_page(twilio: Twilio, pages: float, page_in_next_url: bool) -> None:
    twilio.control.switch(page_in_next_url=page_in_next_url)
    size = twilio.product.page_size
    count = math.ceil(pages * size)
    identities = crowd(twilio, count)
    with twilio.sent() as sent:
        result = twilio.info()
    assert [user["identity"] for user in result["users"]] == identities
    assert result["changed"] is False
    assert len(sent) == max(1, math.ceil(count / size))
    assert {request["query"]["PageSize"] for request in sent} == {str(size)}


@pytest.mark.parametrize("order", ["created", "newest_first", "sid"])
def test_users_come_in_twilios_order(twilio: Twilio, order: str) -> None:
    twilio.control.switch(list_order=order)
    crowd(twilio, twilio.product.page_size + 5)
    stored = twilio.control.users(twilio.service_sid)
    expected = {
        "created": [user["sid"] for user in stored],
        "newest_first": [user["sid"] for user in reversed(stored)],
        "sid": sorted(user["sid"] for user in stored),
    }
    assert [user["sid"] for user in twilio.info()["users"]] == expected[order]


def test_a_user_is_given_as_the_user_module_gives_it(twilio: Twilio) -> None:
    user = twilio.user(identity="alice", friendly_name="Alice", attributes={"a": [1, "é"]})["user"]
    assert twilio.info()["users"] == [user]
    assert twilio.info(identity="alice")["users"] == [user]
    assert twilio.info(sid=user["sid"])["users"] == [user]
    assert twilio.info(sid=f"/Services/{twilio.service_sid}/Users/{user['sid']}")["users"] == [user]


def test_attributes_that_a_list_does_not_tell_are_empty(twilio: Twilio) -> None:
    twilio.control.switch(attributes_in_list="null")
    twilio.seed("alice", attributes='{"a":1}')
    (listed,) = twilio.info()["users"]
    assert (listed["attributes"], listed["attributes_parsed"]) == (None, {})


def test_presence_is_reported_for_one_user_only(twilio: Twilio) -> None:
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "reachability_enabled": True}]})
    twilio.seed("alice", is_online=True)
    assert twilio.info(identity="alice")["users"][0]["is_online"] is True
    assert twilio.info()["users"][0]["is_online"] is None


@pytest.mark.parametrize(
    ("pages", "more", "requests"), [(0, 1, 1), (1, -1, 1), (1, 0, 1), (1, 1, 2), (2, 0, 2), (2, 1, 3), (9, 0, 3)]
)
def test_a_limit_reads_no_page_that_is_not_needed(twilio: Twilio, pages: int, more: int, requests: int) -> None:
    size = twilio.product.page_size
    identities = crowd(twilio, 2 * size + 2)
    limit = pages * size + more
    with twilio.sent() as sent:
        users = twilio.info(limit=limit)["users"]
    assert [user["identity"] for user in users] == identities[:limit]
    assert len(sent) == requests


def test_a_role_is_a_filter_whatever_the_case_of_its_digits(twilio: Twilio) -> None:
    user, admin = twilio.roles()
    for identity, role in (("alice", user), ("bob", admin), ("carol", user)):
        twilio.seed(identity, role_sid=role)
    assert [found["identity"] for found in twilio.info(role_sid=user)["users"]] == ["alice", "carol"]
    assert [found["identity"] for found in twilio.info(role_sid="RL" + admin[2:].upper())["users"]] == ["bob"]
    assert twilio.info(role_sid="RL" + "0" * 32)["users"] == []
    assert twilio.info(role_sid=user, identity="bob")["users"] == []
    assert len(twilio.info(role_sid=admin, identity="bob")["users"]) == 1


def test_a_limit_counts_what_the_filter_lets_through(twilio: Twilio) -> None:
    crowd(twilio, twilio.product.page_size)
    for identity in ("alice", "bob"):
        twilio.seed(identity, role_sid=twilio.roles()[1])
    with twilio.sent() as sent:
        users = twilio.info(role_sid=twilio.roles()[1], limit=1)["users"]
    assert [user["identity"] for user in users] == ["alice"]
    assert len(sent) == 2


@pytest.mark.parametrize("options", [{"identity": "nobody"}, {"sid": UNKNOWN_USER}], ids=str)
def test_a_user_that_is_not_there_is_no_error_and_costs_a_look_at_the_service(twilio: Twilio, options: Any) -> None:
    twilio.seed("alice")
    with twilio.sent() as sent:
        assert twilio.info(**options)["users"] == []
    assert methods(sent) == "GET GET"
    assert sent[1]["path"] == f"/{twilio.product.version}/Services/{twilio.service_sid}"


def test_a_user_that_is_there_costs_one_request(twilio: Twilio) -> None:
    sid = twilio.seed("alice")["sid"]
    for options in ({"identity": "alice"}, {"sid": sid}, {"sid": sid, "identity": "alice"}):
        with twilio.sent() as sent:
            assert len(twilio.info(**options)["users"]) == 1
        assert methods(sent) == "GET"


def test_a_sid_and_an_identity_that_disagree_are_reported(twilio: Twilio) -> None:
    sid = twilio.seed("alice")["sid"]
    failure = twilio.info_fails(sid=sid, identity="bob")
    assert failure.message == (
        f"User {sid} in {twilio.product.title} service {twilio.service_sid} has the identity 'alice',"
        " and the task gives 'bob'"
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"limit": 0}, "limit: must be 1 or more, got 0"),
        ({"limit": -1}, "limit: must be 1 or more, got -1"),
        ({"role_sid": "admin"}, "role_sid: must be RL followed by"),
        ({"service_sid": "IS1"}, "service_sid: must be IS followed by"),
        ({"identity": ""}, "identity: must not be empty"),
        ({"sid": "x"}, "sid: must be US followed by"),
        ({"timeouts": {"read": -1}}, "timeouts.read: must be more than 0"),
        ({"auth_token": ""}, "auth_token: is missing"),
    ],
    ids=str,
)
def test_what_cannot_be_right_is_refused_before_any_request(twilio: Twilio, options: Any, told: str) -> None:
    with twilio.sent() as sent:
        assert twilio.info_fails(**options).message.startswith(told)
    assert sent == []


def test_a_timeout_that_reading_does_not_have_is_refused(twilio: Twilio) -> None:
    with pytest.raises(ArgumentSpecError):
        twilio.info(timeouts={"create": 1})


def test_check_mode_reads_all_the_same(twilio: Twilio) -> None:
    twilio.seed("alice")
    assert twilio.info(check=True) == twilio.info()


def test_users_of_another_service_are_not_given(twilio: Twilio) -> None:
    other = twilio.control.create_service()
    twilio.seed("alice")
    assert twilio.info(service_sid=other)["users"] == []
    assert twilio.info(service_sid=other, identity="alice")["users"] == []


@pytest.mark.parametrize("kind", ["drop_after", "truncated", "not_json"])
def test_a_page_that_fails_is_read_again_and_no_user_comes_twice(twilio: Twilio, kind: str) -> None:
    identities = crowd(twilio, twilio.product.page_size * 2 + 1)
    twilio.fault(kind, "GET", after=1)
    with twilio.sent() as sent:
        assert [user["identity"] for user in twilio.info()["users"]] == identities
    assert len(sent) == 4


def test_all_pages_share_one_time(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "MIN_REMAINING", 0.4)
    crowd(twilio, twilio.product.page_size * 2 + 1)
    twilio.fault("status", "GET", status=503, after=2, times=None)
    failure = twilio.info_fails(timeouts={"read": 0.6})
    place = f"{twilio.product.title} service {twilio.service_sid}"
    assert failure.message.startswith(f"Could not list the users of {place} within 0.6 s (timeouts.read)")
    assert failure.result["status"] == 503
