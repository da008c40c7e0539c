# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading services and roles: one, all, some; and no unnecessary request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    UNKNOWN_ROLE,
    UNKNOWN_SERVICE,
    ArgumentSpecError,
    Twilio,
    request_trail,
)

LIST = "GET /Services"
FETCH = "GET /Services/IS"
DEFAULT = "GET /Configuration"
PARTS = [FETCH + path for path in ("/Configuration", "/Configuration/Notifications", "/Configuration/Webhooks")]
ROLES = "GET /Services/IS/Roles"
ROLE = "GET /Services/IS/Roles/RL"


def crowd(twilio: Twilio, count: int) -> list[str]:
    """Put services in, behind the default one; give the SIDs of all."""
    services = [{"sid": f"IS{number:032x}", "friendly_name": f"service {number}"} for number in range(count - 1)]
    twilio.control.seed({"services": services})
    return twilio.service_sids()


# Services


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (100, 1), (101, 2), (201, 3)])
def test_all_services_take_one_request_for_each_hundred(twilio: Twilio, count: int, requests: int) -> None:
    sids = crowd(twilio, count)
    with twilio.sent() as sent:
        result = twilio.service_info()
    assert [service["sid"] for service in result["services"]] == sids
    assert result["changed"] is False
    assert request_trail(sent) == [LIST] * requests
    assert {request["query"]["PageSize"] for request in sent} == {"100"}


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (100, 1), (101, 2), (999, 2)])
def test_a_limit_reads_no_page_of_services_that_is_not_needed(twilio: Twilio, limit: int, requests: int) -> None:
    sids = crowd(twilio, 120)
    with twilio.sent() as sent:
        assert [service["sid"] for service in twilio.service_info(limit=limit)["services"]] == sids[:limit]
    assert request_trail(sent) == [LIST] * requests


def test_a_service_is_given_as_the_service_module_gives_it(twilio: Twilio) -> None:
    service = twilio.service(friendly_name="Support")["service"]
    with twilio.sent() as sent:
        by_sid = twilio.service_info(sid=service["sid"])
        by_name = twilio.service_info(friendly_name="Support")
        by_both = twilio.service_info(friendly_name="Support", sid=service["sid"])
    assert by_sid["services"] == by_name["services"] == by_both["services"] == [service]
    assert twilio.service_info()["services"][1:] == [service]
    assert request_trail(sent) == [FETCH, LIST, FETCH]


def test_a_chat_service_comes_with_its_settings(chat: Twilio) -> None:
    given: dict[str, Any] = {"limits": {"channel_members": 7}, "webhook_filters": ["onUserAdded", "onMessageSent"]}
    chat.service(friendly_name="Support", notifications={"new_message": {"template": "x"}}, **given)
    (found,) = chat.service_info(friendly_name="Support")["services"]
    assert found["limits"] == {"channel_members": 7, "user_channels": 250}
    assert found["webhook_filters"] == ["onMessageSent", "onUserAdded"]
    assert found["notifications"]["new_message"]["template"] == "x"
    assert found["typing_indicator_timeout"] == 5
    assert found["default_service_role_sid"].startswith("RL")


@pytest.mark.parametrize("options", [{"sid": UNKNOWN_SERVICE}, {"friendly_name": "nobody"}], ids=["sid", "name"])
def test_a_service_that_there_is_not_gives_an_empty_list_with_one_request(twilio: Twilio, options: Any) -> None:
    with twilio.sent() as sent:
        assert twilio.service_info(**options) == {"changed": False, "services": []}
    assert len(sent) == 1


def test_several_services_of_one_name_are_an_error(twilio: Twilio) -> None:
    sids = [twilio.seed_service("Support"), twilio.seed_service("Support")]
    message = twilio.service_info_fails(friendly_name="Support").message
    assert message.startswith("There are 2 services with the friendly_name 'Support'")
    assert all(sid in message for sid in sids)


def test_a_service_with_the_sid_and_another_name_is_an_error(twilio: Twilio) -> None:
    sid = twilio.seed_service("Support")
    assert twilio.service_info_fails(sid=sid, friendly_name="Sales").message == (
        f"Service {sid} in {twilio.product.title} has the friendly_name 'Support', and the task gives 'Sales'"
    )


def test_the_configuration_takes_three_requests_for_each_service(conversations: Twilio) -> None:
    sid = conversations.seed_service("Support", reachability_enabled=True)
    with conversations.sent() as sent:
        (plain,) = conversations.service_info(sid=sid)["services"]
    assert request_trail(sent) == [FETCH]
    with conversations.sent() as sent:
        (found,) = conversations.service_info(sid=sid, gather_configuration=True)["services"]
    assert sorted(request_trail(sent)) == sorted([FETCH, *PARTS, DEFAULT])
    assert set(found) - set(plain) == {"configuration", "notifications", "webhooks"}
    assert found["configuration"]["reachability_enabled"] is True
    assert found["configuration"]["default_chat_service_role_sid"].startswith("RL")
    given = conversations.service(sid=sid, configuration={}, notifications={}, webhooks={})["service"]
    assert found == given
    with conversations.sent() as sent:
        both = conversations.service_info(gather_configuration=True, limit=2)["services"]
    assert both[1] == found
    assert sorted(request_trail(sent)) == sorted([LIST, *PARTS, *PARTS, DEFAULT])


def test_chat_has_no_configuration_to_gather(chat: Twilio) -> None:
    with pytest.raises(ArgumentSpecError, match="gather_configuration"):
        chat.service_info(gather_configuration=True)


def test_a_configuration_that_cannot_be_read_is_an_error(conversations: Twilio) -> None:
    conversations.fault("status", "GET", "/Webhooks$", status=403, code=20003)
    failure = conversations.service_info_fails(sid=conversations.service_sid, gather_configuration=True)
    assert failure.message.startswith(
        f"Could not read webhook settings in Conversations service {conversations.service_sid}: Twilio answered 403"
    )


def test_a_service_that_is_deleted_while_all_are_read_is_left_out(conversations: Twilio) -> None:
    sid = conversations.seed_service("Support")
    conversations.fault("act", "GET", f"{sid}/Configuration$", do="delete_service", service=sid)
    found = conversations.service_info(gather_configuration=True)["services"]
    assert [service["sid"] for service in found] == [conversations.service_sid]
    assert "webhooks" in found[0]


# Roles


def test_all_roles_take_one_request_for_each_page(twilio: Twilio) -> None:
    size = twilio.product.page_size
    roles = [{"friendly_name": f"role {number}"} for number in range(size - 3)]
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "roles": roles}]})
    sids = [role["sid"] for role in twilio.control.roles(twilio.service_sid)]
    assert len(sids) == size + 1
    with twilio.sent() as sent:
        assert [role["sid"] for role in twilio.role_info()["roles"]] == sids
    assert request_trail(sent) == [ROLES, ROLES]
    assert {request["query"]["PageSize"] for request in sent} == {str(size)}
    with twilio.sent() as sent:
        assert [role["sid"] for role in twilio.role_info(limit=size)["roles"]] == sids[:size]
    assert request_trail(sent) == [ROLES]


def test_a_role_is_given_as_the_role_module_gives_it(twilio: Twilio) -> None:
    permissions = ["editOwnUserInfo", "editOwnMessage"]
    role = twilio.role(friendly_name="guest", type=twilio.user_type, permissions=permissions)["role"]
    with twilio.sent() as sent:
        by_sid = twilio.role_info(sid=role["sid"])
        by_name = twilio.role_info(friendly_name="guest")
        by_both = twilio.role_info(friendly_name="guest", sid=role["sid"])
    assert by_sid["roles"] == by_name["roles"] == by_both["roles"] == [role]
    assert twilio.role_info()["roles"][-1] == role
    assert request_trail(sent) == [ROLE, ROLES, ROLE]


@pytest.mark.parametrize("options", [{"sid": UNKNOWN_ROLE}, {"friendly_name": "nobody"}], ids=["sid", "name"])
def test_a_role_that_there_is_not_gives_an_empty_list(twilio: Twilio, options: Any) -> None:
    with twilio.sent() as sent:
        assert twilio.role_info(**options) == {"changed": False, "roles": []}
    # A list shows that its service is there; the answer to a missing role and to a missing service is the same.
    assert request_trail(sent) == ([ROLE, FETCH] if "sid" in options else [ROLES])
    failure = twilio.role_info_fails(service_sid=UNKNOWN_SERVICE, **options)
    assert failure.message.startswith(f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist")


def test_several_roles_of_one_name_are_an_error(twilio: Twilio) -> None:
    sids = [twilio.seed_role("guest"), twilio.seed_role("guest")]
    message = twilio.role_info_fails(friendly_name="guest").message
    assert message.startswith("There are 2 roles with the friendly_name 'guest'")
    assert all(sid in message for sid in sids)


def test_a_role_with_the_sid_and_another_name_is_an_error(twilio: Twilio) -> None:
    sid = twilio.seed_role("guest")
    message = twilio.role_info_fails(sid=sid, friendly_name="visitor").message
    assert message.startswith(f"Role {sid} in ")
    assert message.endswith("has the friendly_name 'guest', and the task gives 'visitor'")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused_before_any_request(twilio: Twilio, limit: int) -> None:
    with twilio.sent() as sent:
        for fails in (twilio.service_info_fails, twilio.role_info_fails, twilio.info_fails):
            assert fails(limit=limit).message == f"limit: must be 1 or more, got {limit}"
    assert sent == []


def test_a_sid_that_cannot_be_one_is_refused_before_any_request(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        assert twilio.service_info_fails(sid="RL1").message.startswith("sid: must be IS followed by")
        assert twilio.role_info_fails(sid="IS1").message.startswith("sid: must be RL followed by")
        assert twilio.service_info_fails(friendly_name="").message == "friendly_name: must not be empty"
    assert sent == []


def test_reading_is_the_same_in_check_mode(twilio: Twilio) -> None:
    assert twilio.service_info(check=True) == twilio.service_info()
    assert twilio.role_info(check=True) == twilio.role_info()
