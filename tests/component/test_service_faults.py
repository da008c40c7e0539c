# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services when Twilio fails on the way: what was done is told, and the next run finishes the same service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    numbered_users,
    request_trail,
)

LIST = "GET /Services"
FETCH = "GET /Services/IS"
CREATE = "POST /Services"
WRITE = "POST /Services/IS"
OF_ONE = "/Services/IS[0-9a-f]{32}$"
SOON = dict.fromkeys(("read", "create", "update", "delete"), 0.2)


@pytest.mark.parametrize("fault", [{"status": 400, "code": 20001}, {"status": 503, "times": None}], ids=["400", "503"])
def test_a_creation_that_cannot_be_set_up_is_reported_and_the_next_run_finishes_it(
    chat: Twilio, fault: dict[str, Any]
) -> None:
    chat.fault("status", "POST", OF_ONE, **fault)
    options: dict[str, Any] = {
        "friendly_name": "Support",
        "limits": {"channel_members": 7},
        "reachability_enabled": True,
    }
    with chat.sent() as sent:
        failure = chat.service_fails(timeouts=SOON, **options)
    assert request_trail(sent)[:3] == [LIST, CREATE, WRITE]
    assert request_trail(sent).count(CREATE) == 1
    (sid,) = chat.service_sids("Support")
    assert failure.message.startswith(
        "Service 'Support' was created, but not set up; run the task again to finish. Could not update service"
        " 'Support' in Chat"
    )
    assert (failure.result["changed"], failure.result["action"]) == (True, "created")
    assert failure.result["status"] == fault["status"]
    assert failure.result["service"]["sid"] == sid
    assert failure.result["service"]["limits"]["channel_members"] == 100
    assert (failure.result["diff"]["before"], failure.result["diff"]["after"]) == ({}, {"friendly_name": "Support"})
    chat.control.faults_clear()
    with chat.sent() as sent:
        again = chat.service(**options)
    assert request_trail(sent) == [LIST, WRITE]
    assert sent[1]["form"] == {"Limits.ChannelMembers": "7", "ReachabilityEnabled": "true"}
    assert (again["action"], again["service"]["sid"]) == ("updated", sid)
    assert chat.service_sids("Support") == [sid]
    assert chat.service(**options)["changed"] is False


def test_a_creation_that_fails_itself_has_done_nothing(twilio: Twilio) -> None:
    twilio.fault("status", "POST", "/Services$", status=400, code=20001, message="No more services")
    failure = twilio.service_fails(friendly_name="Support")
    assert failure.message.startswith(f"Could not create service 'Support' in {twilio.product.title}: Twilio answered")
    assert failure.message.endswith("No more services")
    assert "changed" not in failure.result
    assert twilio.service_sids("Support") == []


@pytest.mark.parametrize("fault", ["drop_after", "truncated", "truncated_connection", "not_json"])
def test_a_creation_whose_answer_is_lost_makes_no_second_service(twilio: Twilio, fault: str) -> None:
    twilio.fault(fault, "POST", "/Services$")
    with twilio.sent() as sent:
        result = twilio.service(friendly_name="Support")
    assert request_trail(sent) == [LIST, CREATE, LIST]
    assert (result["changed"], result["action"]) == (True, "created")
    assert twilio.service_sids("Support") == [result["service"]["sid"]]


def test_a_creation_that_never_arrived_is_sent_again_after_a_look(twilio: Twilio) -> None:
    twilio.fault("drop_before", "POST", "/Services$")
    with twilio.sent() as sent:
        result = twilio.service(friendly_name="Support")
    assert request_trail(sent) == [LIST, CREATE, LIST, CREATE]
    assert twilio.service_sids("Support") == [result["service"]["sid"]]


@pytest.mark.parametrize("thing", ["service", "role"])
def test_a_creation_that_is_processed_late_makes_no_second_one(twilio: Twilio, thing: str) -> None:
    """Twilio accepts several services and roles of one name, so the module waits longer before it sends another."""
    twilio.options["request_timeout"] = 0.5
    twilio.fault("process_late", "POST", "/(Services|Roles)$", seconds=0.8)
    if thing == "service":
        result = twilio.service(friendly_name="Support")
        sids = twilio.service_sids("Support")
    else:
        options: dict[str, Any] = {"type": twilio.user_type, "permissions": ["editOwnUserInfo"]}
        result = twilio.role(friendly_name="agent", **options)
        sids = [role["sid"] for role in twilio.control.roles(twilio.service_sid) if role["friendly_name"] == "agent"]
    assert (result["action"], [result[thing]["sid"]]) == ("created", sids)


def test_a_creation_whose_answer_is_lost_is_set_up_all_the_same(chat: Twilio) -> None:
    options: dict[str, Any] = {"friendly_name": "Support", "limits": {"channel_members": 7}}
    predicted = chat.service(check=True, **options)
    chat.fault("drop_after", "POST", "/Services$")
    with chat.sent() as sent:
        result = chat.service(**options)
    assert request_trail(sent) == [LIST, CREATE, LIST, WRITE]
    (sid,) = chat.service_sids("Support")
    assert result["service"]["sid"] == sid
    assert result["service"]["limits"]["channel_members"] == 7
    assert (result["changed"], result["action"]) == (True, "created")
    assert result["diff"] == predicted["diff"]


def test_an_update_whose_answer_is_lost_is_sent_again(chat: Twilio) -> None:
    chat.fault("drop_after", "POST", OF_ONE)
    with chat.sent() as sent:
        result = chat.service(sid=chat.service_sid, limits={"channel_members": 7})
    assert request_trail(sent) == [FETCH, WRITE, WRITE]
    assert result["action"] == "updated"


def test_a_service_that_goes_before_its_update_is_made_anew_by_name_and_is_an_error_by_sid(chat: Twilio) -> None:
    sid = chat.seed_service("Support")
    chat.fault("act", "POST", OF_ONE, do="delete_service", service=sid)
    failure = chat.service_fails(sid=sid, read_status_enabled=False)
    assert failure.message == f"There is no service {sid} in Chat"
    sid = chat.seed_service("Support")
    chat.fault("act", "POST", OF_ONE, do="delete_service", service=sid)
    result = chat.service(friendly_name="Support", read_status_enabled=False)
    assert result["action"] == "created"
    assert result["service"]["read_status_enabled"] is False
    assert chat.service_sids("Support") == [result["service"]["sid"]]


def test_someone_who_makes_a_service_of_the_same_name_at_that_moment_is_reported_at_the_next_run(
    twilio: Twilio,
) -> None:
    twilio.fault("act", "POST", "/Services$", do="create_service", service="Support")
    assert twilio.service(friendly_name="Support")["action"] == "created"
    assert (
        "There are 2 services with the friendly_name 'Support'" in twilio.service_fails(friendly_name="Support").message
    )


# Parts

PARTS: dict[str, Any] = {
    "configuration": {"reachability_enabled": True},
    "notifications": {"log_enabled": True},
    "webhooks": {"method": "GET"},
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("there", [False, True])
def test_a_part_that_fails_is_reported_with_what_was_done_and_the_next_run_finishes_it(
    conversations: Twilio, method: str, there: bool
) -> None:
    if there:
        conversations.seed_service("Support")
    conversations.fault("status", method, "/Notifications$", status=400, code=20001)
    with conversations.sent() as sent:
        failure = conversations.service_fails(friendly_name="Support", **PARTS)
    paths = [FETCH + "/Configuration", WRITE + "/Configuration", FETCH + "/Configuration/Notifications"]
    last = [] if method == "GET" else [WRITE + "/Configuration/Notifications"]
    assert request_trail(sent) == [LIST, *([] if there else [CREATE]), *paths, *last]
    what = "was not set up whole" if there else "was created, but not set up"
    verb = "read" if method == "GET" else "update"
    (sid,) = conversations.service_sids("Support")
    assert failure.message.startswith(
        f"Service 'Support' {what}; run the task again to finish. Could not {verb} notification settings in"
        f" Conversations service {sid}: Twilio answered 400"
    )
    result = failure.result
    assert (result["changed"], result["action"]) == (True, "updated" if there else "created")
    assert (result["status"], result["code"]) == (400, 20001)
    assert result["service"]["configuration"]["reachability_enabled"] is True
    assert "webhooks" not in result["service"]
    assert "notifications" not in result["diff"]["after"]
    assert result["diff"]["after"]["configuration"]["reachability_enabled"] is True
    with conversations.sent() as sent:
        again = conversations.service(friendly_name="Support", **PARTS)
    assert [line for line in request_trail(sent) if line.startswith("POST")] == [
        WRITE + "/Configuration/Notifications",
        WRITE + "/Configuration/Webhooks",
    ]
    assert (again["action"], again["service"]["sid"]) == ("updated", sid)
    assert conversations.service(friendly_name="Support", **PARTS)["changed"] is False


def test_a_part_that_fails_before_anything_was_done_has_changed_nothing(conversations: Twilio) -> None:
    conversations.fault("status", "POST", "/Configuration$", status=403, code=20003)
    failure = conversations.service_fails(sid=conversations.service_sid, **PARTS)
    assert (failure.result["changed"], failure.result["action"]) == (False, "none")
    assert failure.message.startswith(f"Service {conversations.service_sid} was not set up whole")


def test_a_part_that_cannot_be_read_fails_in_check_mode_too(conversations: Twilio) -> None:
    conversations.fault("status", "GET", "/Configuration$", status=400, times=2)
    by_check = conversations.service_fails(sid=conversations.service_sid, check=True, **PARTS)
    by_run = conversations.service_fails(sid=conversations.service_sid, **PARTS)
    assert by_check.message == by_run.message


def test_a_conversations_creation_whose_answer_is_lost_gets_its_parts(conversations: Twilio) -> None:
    predicted = conversations.service(friendly_name="Support", check=True, **PARTS)
    conversations.fault("drop_after", "POST", "/Services$")
    result = conversations.service(friendly_name="Support", **PARTS)
    assert (result["action"], result["diff"]) == ("created", predicted["diff"])
    assert conversations.service_sids("Support") == [result["service"]["sid"]]
    assert conversations.service(friendly_name="Support", **PARTS)["changed"] is False


# Deleting


def test_a_deletion_whose_answer_is_lost_is_a_deletion(twilio: Twilio) -> None:
    sid = twilio.seed_service("Support")
    twilio.fault("drop_after", "DELETE")
    with twilio.sent() as sent:
        result = twilio.service(sid=sid, state="absent", force=True)
    assert request_trail(sent) == [FETCH, "DELETE /Services/IS", "DELETE /Services/IS"]
    assert (result["changed"], result["action"]) == (True, "deleted")


def test_a_service_that_someone_else_deletes_first_was_not_deleted_by_the_task(twilio: Twilio) -> None:
    sid = twilio.seed_service("Support")
    twilio.fault("act", "DELETE", do="delete_service", service=sid)
    result = twilio.service(sid=sid, state="absent")
    assert (result["changed"], result["action"]) == (False, "none")


def test_a_service_that_goes_while_its_users_are_counted_is_gone(twilio: Twilio) -> None:
    sid = twilio.seed_service("Support")
    twilio.fault("act", "GET", "/Users$", do="delete_service", service=sid)
    result = twilio.service(sid=sid, state="absent")
    assert (result["changed"], result["action"], result["service"]) == (False, "none", None)


@pytest.mark.parametrize("check", [False, True])
def test_users_that_cannot_be_counted_keep_their_service(twilio: Twilio, check: bool) -> None:
    sid = twilio.seed_service("Support", users=numbered_users(1))
    twilio.fault("status", "GET", "/Users$", status=403, code=20003)
    failure = twilio.service_fails(sid=sid, state="absent", check=check)
    assert failure.message.startswith(f"Could not list the users of {twilio.product.title} service {sid}: Twilio")
    assert sid in twilio.service_sids()
