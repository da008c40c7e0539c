# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services: which one is meant, what is made of it, what stands in the way of a deletion, and how many requests."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    UNKNOWN_SERVICE,
    ArgumentSpecError,
    Twilio,
    numbered_users,
    request_trail,
)

LIST = "GET /Services"
FETCH = "GET /Services/IS"


def test_a_service_is_created_by_its_name_with_two_requests_and_found_with_one(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        result = twilio.service(friendly_name="Support")
    assert request_trail(sent) == [LIST, "POST /Services"]
    assert sent[1]["form"] == {"FriendlyName": "Support"}
    assert sent[0]["query"]["PageSize"] == "100"
    assert (result["changed"], result["action"]) == (True, "created")
    assert [result["service"]["sid"]] == twilio.service_sids("Support")
    assert result["service"]["id"] == result["service"]["sid"]
    assert (result["diff"]["before"], result["diff"]["after"]) == ({}, {"friendly_name": "Support"})
    assert (
        result["diff"]["before_header"] == result["diff"]["after_header"] == f"{twilio.product.title} service Support"
    )
    with twilio.sent() as sent:
        again = twilio.service(friendly_name="Support")
    assert request_trail(sent) == [LIST]
    assert (again["changed"], again["action"], again["service"]) == (False, "none", result["service"])
    assert again["diff"]["before"] == again["diff"]["after"]


def test_a_service_that_someone_else_made_is_adopted_by_its_name(twilio: Twilio) -> None:
    sid = twilio.seed_service("Support")
    result = twilio.service(friendly_name="Support")
    assert (result["changed"], result["service"]["sid"]) == (False, sid)
    assert twilio.service_sids("Support") == [sid]


def test_case_and_blanks_of_a_name_matter(twilio: Twilio) -> None:
    others = [twilio.seed_service(name) for name in ("support", "Support ", " Support")]
    sid = twilio.service(friendly_name="Support")["service"]["sid"]
    assert sid not in others


@pytest.mark.parametrize("name", ["..", "a/b", "100%41", "é ?#&", UNKNOWN_SERVICE])
def test_an_odd_name_is_never_a_part_of_a_url(twilio: Twilio, name: str) -> None:
    with twilio.sent() as sent:
        sid = twilio.service(friendly_name=name)["service"]["sid"]
        assert twilio.service(friendly_name=name)["changed"] is False
        twilio.service(friendly_name=name, state="absent", force=True)
    assert request_trail(sent) == [LIST, "POST /Services", LIST, LIST, "DELETE /Services/IS"]
    assert twilio.service_sids(name) == []
    assert sid not in twilio.service_sids()


def test_a_service_by_its_sid_takes_one_request(twilio: Twilio) -> None:
    sid = twilio.seed_service("Support")
    with twilio.sent() as sent:
        result = twilio.service(sid=sid)
    assert request_trail(sent) == [FETCH]
    assert (result["changed"], result["service"]["friendly_name"]) == (False, "Support")
    assert twilio.service(sid=sid, friendly_name="Support")["changed"] is False


def test_a_service_on_the_second_page_is_found(twilio: Twilio) -> None:
    for number in range(104):
        twilio.seed_service(f"service {number}")
    last = twilio.seed_service("last")
    with twilio.sent() as sent:
        assert twilio.service(friendly_name="last")["service"]["sid"] == last
    assert request_trail(sent) == [LIST, LIST]


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_several_services_of_one_name_are_an_error_that_lists_their_sids(
    twilio: Twilio, check: bool, state: str
) -> None:
    sids = [twilio.seed_service("Support") for _number in range(3)]
    with twilio.sent() as sent:
        failure = twilio.service_fails(friendly_name="Support", check=check, state=state, force=True)
    assert request_trail(sent) == [LIST]
    assert failure.message == (
        f"There are 3 services with the friendly_name 'Support' in {twilio.product.title} ({', '.join(sids)});"
        " say which one is meant by its SID"
    )
    assert twilio.service_sids("Support") == sids
    assert twilio.service(sid=sids[1], friendly_name="Support")["service"]["sid"] == sids[1]


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("options", [{}, {"friendly_name": "Support"}])
def test_a_sid_that_nobody_has_is_an_error_and_makes_no_service(
    twilio: Twilio, check: bool, options: dict[str, Any]
) -> None:
    before = twilio.service_sids()
    with twilio.sent() as sent:
        failure = twilio.service_fails(sid=UNKNOWN_SERVICE, check=check, **options)
    assert request_trail(sent) == [FETCH]
    advice = "; leave out sid to create service 'Support'" if options else ""
    assert failure.message == f"There is no service {UNKNOWN_SERVICE} in {twilio.product.title}{advice}"
    assert twilio.service_sids() == before


def test_sid_with_another_name_renames_a_chat_service(chat: Twilio) -> None:
    sid = chat.seed_service("Old")
    for check in (True, False):
        with chat.sent() as sent:
            result = chat.service(sid=sid, friendly_name="New", check=check)
        assert request_trail(sent) == [FETCH] if check else [FETCH, "POST /Services/IS"]
        assert (result["action"], result["service"]["friendly_name"]) == ("updated", "New")
        assert result["diff"]["before"]["friendly_name"] == "Old"
        assert result["diff"]["after"]["friendly_name"] == "New"
        assert result["diff"]["before_header"] == "Chat service Old"
        assert result["diff"]["after_header"] == "Chat service New"
    assert sent[1]["form"] == {"FriendlyName": "New"}
    assert chat.stored_service(sid)["friendly_name"] == "New"
    with chat.sent() as sent:
        assert chat.service(sid=sid, friendly_name="New")["changed"] is False
    assert request_trail(sent) == [FETCH]


@pytest.mark.parametrize("check", [False, True])
def test_a_conversations_service_is_not_renamed_and_not_replaced(conversations: Twilio, check: bool) -> None:
    sid = conversations.seed_service("Old")
    before = conversations.control.state()
    with conversations.sent() as sent:
        failure = conversations.service_fails(
            sid=sid, friendly_name="New", check=check, configuration={"reachability_enabled": True}
        )
    assert request_trail(sent) == [FETCH]
    assert failure.message == (
        f"Service {sid} in Conversations has the friendly_name 'Old', and the task gives 'New';"
        " friendly_name cannot be changed"
    )
    assert "replace" not in failure.message
    assert conversations.control.state() == before


@pytest.mark.parametrize("name", ["replace", "webhook_enabled", "service_sid"])
def test_a_service_module_has_no_option_that_would_replace_a_service(twilio: Twilio, name: str) -> None:
    with pytest.raises(ArgumentSpecError, match=name):
        twilio.service(friendly_name="Support", **{name: True})


def test_a_service_module_wants_to_know_which_service(twilio: Twilio) -> None:
    with pytest.raises(ArgumentSpecError, match="one of the following is required: friendly_name, sid"):
        twilio.service()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"friendly_name": ""}, "friendly_name: must not be empty"),
        ({"friendly_name": "a\ud800"}, r"friendly_name: must be Unicode text, got 'a\ud800'"),
        (
            {"friendly_name": "a", "notifications": {"new_message": {"template": "\ud800"}}},
            r"notifications.new_message.template: must be Unicode text, got '\ud800'",
        ),
        ({"sid": "IS1"}, "sid: must be IS followed by 32 hexadecimal digits, got 'IS1'"),
        ({"sid": ""}, "sid: must be IS followed by 32 hexadecimal digits, got ''"),
        (
            {"friendly_name": "", "sid": "x", "timeouts": {"read": -1}},
            "friendly_name: must not be empty; sid: must be IS followed by 32 hexadecimal digits, got 'x'; timeouts",
        ),
    ],
)
def test_what_is_wrong_is_reported_before_any_request(twilio: Twilio, options: Any, message: str) -> None:
    with twilio.sent() as sent:
        failure = twilio.service_fails(**options)
    assert sent == []
    assert failure.message.startswith(message)


# Deleting


@pytest.mark.parametrize("by", ["sid", "friendly_name", "both"])
def test_a_service_without_users_is_deleted_with_three_requests(twilio: Twilio, by: str) -> None:
    sid = twilio.seed_service("Support")
    target: dict[str, Any] = {"sid": sid, "friendly_name": "Support"}
    target = target if by == "both" else {by: target[by]}
    read = LIST if by == "friendly_name" else FETCH
    with twilio.sent() as sent:
        predicted = twilio.service(**target, state="absent", check=True)
    assert request_trail(sent) == [read, "GET /Services/IS/Users"]
    with twilio.sent() as sent:
        result = twilio.service(**target, state="absent")
    assert request_trail(sent) == [read, "GET /Services/IS/Users", "DELETE /Services/IS"]
    assert sent[2]["path"].endswith(sid)
    assert result == predicted
    assert (result["changed"], result["action"], result["service"]) == (True, "deleted", None)
    assert result["diff"]["before"]["friendly_name"] == "Support"
    assert result["diff"]["after"] == {}
    with twilio.sent() as sent:
        again = twilio.service(**target, state="absent")
    assert request_trail(sent) == [read]
    assert (again["changed"], again["action"], again["service"]) == (False, "none", None)


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("pages", "more", "said"), [(0, 1, "1 user"), (0, 2, "2 users"), (1, 0, "{} users"), (1, 1, "{} users or more")]
)
def test_a_service_with_users_is_not_deleted(twilio: Twilio, check: bool, pages: int, more: int, said: str) -> None:
    size = twilio.product.page_size
    sid = twilio.seed_service("Support", users=numbered_users(pages * size + more))
    before = twilio.control.state()
    with twilio.sent() as sent:
        failure = twilio.service_fails(friendly_name="Support", state="absent", check=check)
    assert request_trail(sent) == [LIST, "GET /Services/IS/Users"]
    assert failure.message == (
        f"{twilio.product.title} service 'Support' ({sid}) has {said.format(size)}; users are deleted with their"
        " service, and nothing was changed. Give force=true if that is meant"
    )
    assert twilio.control.state() == before


@pytest.mark.parametrize("check", [True, False])
def test_force_deletes_a_service_with_its_users_and_does_not_count_them(twilio: Twilio, check: bool) -> None:
    sid = twilio.seed_service("Support", users=numbered_users(3))
    with twilio.sent() as sent:
        result = twilio.service(sid=sid, state="absent", force=True, check=check)
    assert request_trail(sent) == ([FETCH] if check else [FETCH, "DELETE /Services/IS"])
    assert result["action"] == "deleted"
    assert (sid in twilio.service_sids()) is check


@pytest.mark.parametrize("target", [{"friendly_name": "nobody"}, {"sid": UNKNOWN_SERVICE}], ids=["name", "sid"])
def test_a_service_that_is_gone_already_needs_no_deletion(twilio: Twilio, target: dict[str, Any]) -> None:
    for check in (True, False):
        with twilio.sent() as sent:
            result = twilio.service(**target, state="absent", check=check)
        assert len(sent) == 1
        assert (result["changed"], result["action"], result["service"]) == (False, "none", None)


@pytest.mark.parametrize("check", [False, True])
def test_a_service_with_the_sid_and_another_name_is_not_deleted(twilio: Twilio, check: bool) -> None:
    sid = twilio.seed_service("Support")
    failure = twilio.service_fails(sid=sid, friendly_name="Sales", state="absent", force=True, check=check)
    assert failure.message == (
        f"Service {sid} in {twilio.product.title} has the friendly_name 'Support', and the task gives 'Sales'"
    )
    assert sid in twilio.service_sids()


def test_a_default_service_that_twilio_keeps_is_an_error_with_its_answer(twilio: Twilio) -> None:
    twilio.control.switch(delete_default_service="refuse")
    failure = twilio.service_fails(sid=twilio.service_sid, state="absent")
    name = twilio.stored_service(twilio.service_sid)["friendly_name"]
    assert failure.message.startswith(f"Could not delete service {name!r} in {twilio.product.title}: Twilio answered")
    assert failure.message.endswith("The default service cannot be deleted")
    assert failure.result["code"] == 20409


def test_without_diff_mode_there_is_no_diff(twilio: Twilio) -> None:
    tasks: list[dict[str, Any]] = [{}, {}, {"state": "absent"}]
    for options in tasks:
        assert "diff" not in twilio.service(friendly_name="Support", diff=False, **options)
