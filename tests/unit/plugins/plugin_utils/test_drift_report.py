# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._drift_report import drift_report

SID = "IS0123456789abcdef0123456789abcdef"
NOTHING = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}


def result(msg: str | None = None, **counts: Any) -> dict[str, Any]:
    return {"summary": {**NOTHING, **counts}, "results": [], **({"msg": msg} if msg else {})}


def service(**values: Any) -> dict[str, Any]:
    return {"product": "chat", "service_sid": SID, "service": "", "account_sid": "", **values}


ROLE = "RL0123456789abcdef0123456789abcdef"


def report(*results: dict[str, Any], **values: Any) -> dict[str, Any]:
    hosts = [f"host-{index}" for index in range(len(results))]
    return drift_report(hosts, [service(**values) for _host in hosts], list(results))


@pytest.mark.parametrize(
    ("results", "headline"),
    [
        ([result()], "1 service is in sync."),
        ([result(), result(unchanged=3)], "All 2 services are in sync."),
        ([result(created=1)], "1 service differs. A sync would create 1 user."),
        (
            [result(created=1, updated=1), result(deleted=2)],
            "All 2 services differ. A sync would create 1, change 1 and delete 2 users.",
        ),
        (
            [*[result(created=2, updated=3)] * 2, result(updated=1, deleted=1), *[result()] * 9],
            "3 of 12 services differ. A sync would create 4, change 7 and delete 1 user.",
        ),
        ([result(deleted=1), result(), result()], "1 of 3 services differs. A sync would delete 1 user."),
        ([{"msg": "No"}], "1 service could not be compared."),
        ([{"msg": "No"}, {}], "All 2 services could not be compared."),
        ([{"msg": "No"}, result()], "1 of 2 services could not be compared. 1 service is in sync."),
        (
            [{"msg": "No"}, result(updated=2), result()],
            "1 of 3 services could not be compared. 1 of 2 services differs. A sync would change 2 users.",
        ),
        (
            [result("1 user failed: No", deleted=1, failed=1), result()],
            "1 of 2 services could not be compared. 1 service is in sync. A sync would delete 1 user.",
        ),
        ([], ""),
    ],
)
def test_all_in_words(results: list[dict[str, Any]], headline: str) -> None:
    assert report(*results)["headline"] == headline


@pytest.mark.parametrize(
    ("found", "values", "words"),
    [
        (result(unchanged=1), {}, f"Chat service {SID}: in sync, 1 user."),
        (result(), {"service": "Shop"}, "Chat service 'Shop': in sync."),
        (result(created=2), {}, f"Chat service {SID}: a sync would create 2 users."),
        ({"msg": "It hung up."}, {}, f"Chat service {SID}: could not be compared: It hung up."),
        (
            {},
            {"product": None, "service_sid": None},
            "service host-0: could not be compared: There is no result; see the output of the job.",
        ),
        (
            result("1 user failed: No", updated=1, failed=1),
            {},
            f"Chat service {SID}: could not be compared: 1 user failed: No; a sync would change 1 user.",
        ),
        (
            result(deleted=11),
            {"max_deletions": 10},
            (
                f"Chat service {SID}: a sync would delete 11 users; it would be refused, since twilio_max_deletions"
                " allows 10, but"
                " 11 would be deleted."
            ),
        ),
    ],
)
def test_a_service_in_words(found: dict[str, Any], values: dict[str, Any], words: str) -> None:
    assert report(found, **values)["services"][0]["headline"] == words


@pytest.mark.parametrize(
    ("counts", "guards", "refused"),
    [
        ({"deleted": 10}, {"max_deletions": 10}, None),
        ({"deleted": 11}, {"max_deletions": "10"}, "twilio_max_deletions allows 10, but 11 would be deleted"),
        ({"deleted": 11}, {"max_deletions": " 5 "}, "twilio_max_deletions allows 5, but 11 would be deleted"),
        ({"deleted": 11}, {"max_deletions": True}, "twilio_max_deletions allows 1, but 11 would be deleted"),
        ({"deleted": 1, "created": 2}, {"max_changes": "2"}, "twilio_max_changes allows 2, but 3 would be changed"),
        ({"updated": 2, "unchanged": 5}, {"max_changes": 2}, None),
        ({"deleted": 1}, {"max_deletions": 0}, "twilio_max_deletions allows 0, but 1 would be deleted"),
        ({"deleted": 99}, {"max_deletions": ""}, None),
        ({"deleted": 99}, {"max_deletions": None}, None),
        (
            {"deleted": 1},
            {"prune": True, "max_deletions": 10},
            "the list of users is empty, so that twilio_prune would delete every user of the service",
        ),
        (
            {},
            {"prune": True, "max_deletions": 10},
            "the list of users is empty, so that twilio_prune would delete every user of the service",
        ),
        (
            {"deleted": 1, "left_alone": 0},
            {"prune": True, "max_deletions": 10, "listed": 0},
            "the list of users is empty, so that twilio_prune would delete every user that matches twilio_prune_only",
        ),
        # All that are listed are to be absent.
        ({"deleted": 1}, {"prune": True, "max_deletions": 10, "listed": "1"}, None),
        ({"deleted": 1}, {"prune": True, "max_deletions": 10, "max_deletions_given": True}, None),
        ({"deleted": 1, "unchanged": 1}, {"prune": True, "max_deletions": 10}, None),
        ({"deleted": 1, "failed": 1}, {"prune": True, "max_deletions": 10}, None),
    ],
)
def test_the_guard_that_would_refuse(counts: dict[str, Any], guards: dict[str, Any], refused: str | None) -> None:
    assert report(result(**counts), **guards)["services"][0]["refused"] == refused


def test_users() -> None:
    found = {
        **result("1 user failed: No", created=1, updated=1, deleted=1, failed=1),
        "results": [
            {"identity": "new", "action": "created", "changed_fields": ["friendly_name"], "sid": None},
            {"identity": "old", "action": "updated", "changed_fields": ["friendly_name"], "sid": "US1"},
            {"identity": "bad", "action": "failed", "changed_fields": [], "sid": None, "msg": "No"},
            {"identity": "gone", "action": "deleted", "changed_fields": [], "sid": "US2"},
        ],
        "results_left_out": 4,
        "diff": {
            "before": {
                "old": {"identity": "old", "friendly_name": None, "attributes": {"a": 1}},
                "gone": {"identity": "gone", "attributes": {}},
            },
            "after": {
                "new": {"identity": "new", "friendly_name": "New"},
                "old": {"identity": "old", "friendly_name": "Old", "attributes": {"a": 1}},
            },
        },
    }
    [reported] = report(found)["services"]
    assert reported["users_left_out"] == 4
    assert [
        (user["identity"], user["action"], user["before"], user["after"], user["error"]) for user in reported["users"]
    ] == [
        ("new", "created", None, {"identity": "new", "friendly_name": "New"}, None),
        ("old", "updated", {"friendly_name": None}, {"friendly_name": "Old"}, None),
        ("bad", "failed", None, None, "No"),
        ("gone", "deleted", {"identity": "gone", "attributes": {}}, None, None),
    ]


def test_roles_by_their_names() -> None:
    found = {
        **result(deleted=1),
        "results": [{"identity": "gone", "action": "deleted", "changed_fields": []}],
        "diff": {"before": {"gone": {"identity": "gone", "role_sid": ROLE}}, "after": {}},
    }
    for roles, change in (
        ([[{"sid": ROLE, "friendly_name": "agent"}]], {"path": "role", "before": "agent"}),
        ([[]], {"path": "role_sid", "before": ROLE}),
        (None, {"path": "role_sid", "before": ROLE}),
    ):
        [service] = drift_report(["a"], [{}], [found], roles)["services"]
        assert service["users"][0]["changes"] == [change]


@pytest.mark.parametrize(
    ("found", "words", "cost"),
    [
        (result(created=1, updated=2), "; Twilio would bill at most 0.15 USD for 3 active users.", "0.15"),
        (result(updated=1, deleted=1), "; Twilio would bill at most 0.05 USD for 1 active user.", "0.05"),
        (result(deleted=1), "a sync would delete 1 user.", "0.00"),
        (result(), "in sync.", "0.00"),
        ({"msg": "No"}, "No.", None),
    ],
)
def test_what_it_costs(found: dict[str, Any], words: str, cost: str | None) -> None:
    price = {"price_per_active_user": "0.05", "price_currency": "USD"}
    all_of_it = report(found, **price)
    [reported] = all_of_it["services"]
    assert reported["headline"].endswith(words)
    assert (reported["cost"], reported["currency"]) == (cost, cost and "USD")
    assert ("Twilio would bill" in all_of_it["headline"]) == ("Twilio would bill" in words)
    # Without a price, nothing is said about money.
    assert "Twilio" not in report(found)["services"][0]["headline"]


def test_a_service_that_is_not_known() -> None:
    [reported] = drift_report(["a"], [{}], [{}])["services"]
    assert reported == {
        "host": "a",
        "product": None,
        "service_sid": None,
        "service": None,
        "account_sid": None,
        "summary": None,
        "billable_users": 0,
        "cost": None,
        "currency": None,
        "drifted": False,
        "users": [],
        "users_left_out": 0,
        "error": "There is no result; see the output of the job.",
        "refused": None,
        "headline": "service a: could not be compared: There is no result; see the output of the job.",
    }


counts = st.fixed_dictionaries(dict.fromkeys(NOTHING, st.integers(0, 3)))


@given(
    st.lists(st.builds(lambda found, msg: result(msg, **found), counts, st.sampled_from([None, "No"])) | st.just({}))
)
def test_the_numbers_add_up(results: list[dict[str, Any]]) -> None:
    found = report(*results)
    totals = found["totals"]
    assert totals["services"] == len(results) == totals["in_sync"] + totals["drifted"] + totals["failed"]
    for name in NOTHING:
        total = sum(each["summary"][name] for each in results if each)
        assert totals["users_failed" if name == "failed" else name] == total
    assert totals["billable_users"] == totals["created"] + totals["updated"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["generated_at"])


ENTRY = {"identity": "alice", "action": "created", "changed_fields": []}
OF_A_MODULE = "results[0]: must be what twilio_conversations_users or twilio_chat_users returned, got "


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("host", [{}], [{}]), "hosts: must be a list, got 'host'"),
        ((["a"], {}, [{}]), "services: must be a list, got '{}'"),
        ((["a"], [{}], None), "results: must be a list, got 'None'"),
        (
            (["a", "b"], [{}], []),
            "hosts, services and results: must be as many of each, got 2 hosts, 1 services, 0 results",
        ),
        ((["a"], ["b"], [{}]), "services[0]: must be a dictionary, got 'b'"),
        (
            (["a"], [{"max_deletions": "ten"}], [{}]),
            "services[0].max_deletions: must be a whole number, got 'ten'",
        ),
        ((["a"], [{}], [5]), OF_A_MODULE + "'5'"),
        ((["a"], [{}], [{"summary": 5}]), OF_A_MODULE + "\"{'summary': 5}\""),
        ((["a"], [{}], [{"summary": {"created": 1}}]), OF_A_MODULE + "\"{'summary': {'created': 1}}\""),
        ((["a"], [{}], [{"results": "x"}]), OF_A_MODULE + "\"{'results': 'x'}\""),
        ((["a"], [{}], [{"results": [{"item": 1}]}]), OF_A_MODULE + "\"{'results': [{'item': 1}]}\""),
        ((["a"], [{}], [{"diff": [{}]}]), OF_A_MODULE + "\"{'diff': [{}]}\""),
    ],
)
def test_what_is_no_result_of_a_module_is_refused(given: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        drift_report(*given)
    assert str(refused.value) == message


def test_what_is_the_result_of_a_module_is_taken() -> None:
    drift_report(["a"], [{}], [{**result(created=1), "results": [ENTRY], "diff": {"before": {}, "after": {}}}])


@pytest.mark.parametrize(
    "character", ["\0", "\x1b", "\x07", "\r", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\ud83d"]
)
def test_a_sentence_has_no_control_character(character: str) -> None:
    """It is shown as the message of a task."""
    text = f"a{character}[31mb"
    for each in ({"service": text}, {"service": "", "service_sid": "", "product": text}):
        for found in (result(), {"msg": text}):
            [reported] = report(found, **each)["services"]
            assert character not in reported["headline"]
            assert "\\" in reported["headline"]
            # In JSON it is escaped anyway.
            assert reported["error"] == found.get("msg")
