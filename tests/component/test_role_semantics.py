# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles: which one is meant, what it permits, what cannot be changed, and how many requests that takes."""

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

LIST = "GET /Services/IS/Roles"
FETCH = "GET /Services/IS/Roles/RL"
CREATE = "POST /Services/IS/Roles"
UPDATE = "POST /Services/IS/Roles/RL"
DELETE = "DELETE /Services/IS/Roles/RL"
# Permissions that roles of both types can have.
OWN = ["editOwnMessageAttributes", "editOwnMessage"]


def place(twilio: Twilio) -> str:
    return f"{twilio.product.title} service {twilio.service_sid}"


def stored(twilio: Twilio, name: str) -> list[dict[str, Any]]:
    return [role for role in twilio.control.roles(twilio.service_sid) if role["friendly_name"] == name]


@pytest.mark.parametrize("kind", ["user_type", "member_type"])
def test_a_role_is_created_with_two_requests_and_found_with_one(twilio: Twilio, kind: str) -> None:
    options: dict[str, Any] = {"friendly_name": "guest", "type": getattr(twilio, kind), "permissions": OWN}
    with twilio.sent() as sent:
        predicted = twilio.role(check=True, **options)
    assert request_trail(sent) == [LIST]
    with twilio.sent() as sent:
        result = twilio.role(**options)
    assert predicted["diff"] == result["diff"]
    assert request_trail(sent) == [LIST, CREATE]
    assert sent[1]["form"] == {"FriendlyName": "guest", "Type": options["type"], "Permission": sorted(OWN)}
    assert (result["changed"], result["action"]) == (True, "created")
    assert [result["role"]["sid"]] == [role["sid"] for role in stored(twilio, "guest")]
    assert (result["role"]["type"], result["role"]["permissions"]) == (options["type"], sorted(OWN))
    assert result["role"]["service_sid"] == twilio.service_sid
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"] == {**options, "permissions": sorted(OWN)}
    assert result["diff"]["after_header"] == f"{twilio.product.title} role guest"
    with twilio.sent() as sent:
        again = twilio.role(**options)
    assert request_trail(sent) == [LIST]
    assert (again["changed"], again["action"], again["role"]) == (False, "none", result["role"])


def test_the_types_are_those_of_the_product(twilio: Twilio) -> None:
    for word in ("deployment", "channel", "service", "conversation"):
        if word in (twilio.user_type, twilio.member_type):
            twilio.role(friendly_name=word, type=word, permissions=OWN)
        else:
            with pytest.raises(ArgumentSpecError, match="value of type must be one of"):
                twilio.role(friendly_name=word, type=word, permissions=OWN)


def test_a_role_that_someone_else_made_is_adopted_by_its_name_alone(twilio: Twilio) -> None:
    sid = twilio.seed_role("guest")
    with twilio.sent() as sent:
        result = twilio.role(friendly_name="guest")
    assert request_trail(sent) == [LIST]
    assert (result["changed"], result["role"]["sid"]) == (False, sid)


def test_case_matters_in_the_name_of_a_role(twilio: Twilio) -> None:
    twilio.seed_role("Guest")
    assert twilio.role(friendly_name="guest", type=twilio.user_type, permissions=OWN)["action"] == "created"


def test_a_role_by_its_sid_takes_one_request(twilio: Twilio) -> None:
    sid = twilio.seed_role("guest")
    with twilio.sent() as sent:
        assert twilio.role(sid=sid)["role"]["friendly_name"] == "guest"
        assert twilio.role(sid=sid, friendly_name="guest")["changed"] is False
    assert request_trail(sent) == [FETCH, FETCH]


def test_a_role_on_the_second_page_is_found(twilio: Twilio) -> None:
    roles = [{"friendly_name": f"role {number}"} for number in range(twilio.product.page_size)]
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "roles": roles}]})
    sid = twilio.seed_role("last")
    with twilio.sent() as sent:
        assert twilio.role(friendly_name="last")["role"]["sid"] == sid
    assert request_trail(sent) == [LIST, LIST]


@pytest.mark.parametrize("name", ["..", "a/b", "100%41", "é ?#&", UNKNOWN_ROLE])
def test_an_odd_name_is_never_a_part_of_a_url(twilio: Twilio, name: str) -> None:
    with twilio.sent() as sent:
        twilio.role(friendly_name=name, type=twilio.user_type, permissions=OWN)
        assert twilio.role(friendly_name=name, permissions=OWN)["changed"] is False
        twilio.role(friendly_name=name, state="absent")
    assert request_trail(sent) == [LIST, CREATE, LIST, LIST, DELETE]
    assert stored(twilio, name) == []


# Permissions


def test_permissions_are_compared_as_a_set(twilio: Twilio) -> None:
    twilio.seed_role("guest", permissions=OWN)
    for same in (OWN, OWN[::-1], [*OWN, *OWN]):
        assert twilio.role(friendly_name="guest", permissions=same)["changed"] is False


@pytest.mark.parametrize("permissions", [["editOwnUserInfo"], [*OWN, "editAnyUserInfo"], ["editAnyUserInfo"]], ids=str)
def test_permissions_are_sent_whole_and_alone(twilio: Twilio, permissions: list[str]) -> None:
    twilio.seed_role("guest", permissions=OWN)
    with twilio.sent() as sent:
        predicted = twilio.role(friendly_name="guest", type=twilio.user_type, permissions=permissions, check=True)
    assert request_trail(sent) == [LIST]
    with twilio.sent() as sent:
        result = twilio.role(friendly_name="guest", type=twilio.user_type, permissions=permissions)
    assert request_trail(sent) == [LIST, UPDATE]
    expected: Any = sorted(permissions)
    assert sent[1]["form"] == {"Permission": expected if len(expected) > 1 else expected[0]}
    assert (result["action"], result["role"]["permissions"]) == ("updated", sorted(permissions))
    assert result["diff"] == predicted["diff"]
    assert result["diff"]["before"]["permissions"] == sorted(OWN)
    assert result["diff"]["after"]["permissions"] == sorted(permissions)
    assert sorted(stored(twilio, "guest")[0]["permissions"]) == sorted(permissions)
    assert twilio.role(friendly_name="guest", permissions=permissions)["changed"] is False


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("permissions", [[], [""], ["editOwnUserInfo", ""]], ids=str)
def test_an_empty_list_of_permissions_is_refused_before_any_request(
    twilio: Twilio, check: bool, permissions: list[str]
) -> None:
    with twilio.sent() as sent:
        failure = twilio.role_fails(
            friendly_name="guest", type=twilio.user_type, permissions=permissions, check=check, service="whichever"
        )
    assert sent == []
    which = f"[{permissions.index('')}]" if permissions else ""
    assert failure.message.startswith(f"permissions{which}: must not be empty")


def test_a_permission_that_twilio_does_not_know_is_shown_with_its_answer(twilio: Twilio) -> None:
    twilio.seed_role("there")
    for name, verb in (("guest", "create"), ("there", "update")):
        failure = twilio.role_fails(friendly_name=name, type=twilio.user_type, permissions=["flyToTheMoon"])
        assert failure.message.startswith(f"Could not {verb} role '{name}' in {place(twilio)}: Twilio answered 400")
        assert "code 50104: Permission not found: flyToTheMoon" in failure.message
        assert failure.result["code"] == 50104


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "type and permissions"), ({"type": True}, "permissions"), ({"permissions": OWN}, "type")],
    ids=["none", "type", "permissions"],
)
def test_a_role_that_does_not_exist_needs_a_type_and_permissions(
    twilio: Twilio, check: bool, given: dict[str, Any], missing: str
) -> None:
    given = {**given, **({"type": twilio.user_type} if "type" in given else {})}
    with twilio.sent() as sent:
        failure = twilio.role_fails(friendly_name="guest", check=check, **given)
    assert request_trail(sent) == [LIST]
    assert failure.message == (f"There is no role 'guest' in {place(twilio)}; to create it, {missing} must be given")


# Which one


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_several_roles_of_one_name_are_an_error_that_lists_their_sids(twilio: Twilio, check: bool, state: str) -> None:
    sids = [twilio.seed_role("guest"), twilio.seed_role("guest", type=twilio.member_type)]
    failure = twilio.role_fails(friendly_name="guest", permissions=OWN, state=state, check=check)
    assert failure.message == (
        f"There are 2 roles with the friendly_name 'guest' in {place(twilio)} ({', '.join(sids)}); say which one is"
        " meant by its SID"
    )
    assert [role["sid"] for role in stored(twilio, "guest")] == sids
    assert twilio.role(sid=sids[1], friendly_name="guest", permissions=OWN, state=state)["changed"] is True


@pytest.mark.parametrize("check", [False, True])
def test_a_sid_that_nobody_has_is_an_error_and_makes_no_role(twilio: Twilio, check: bool) -> None:
    with twilio.sent() as sent:
        failure = twilio.role_fails(sid=UNKNOWN_ROLE, permissions=OWN, check=check)
    assert request_trail(sent) == [FETCH, "GET /Services/IS"]
    assert failure.message == f"There is no role {UNKNOWN_ROLE} in {place(twilio)}"


@pytest.mark.parametrize("check", [False, True])
def test_a_service_that_does_not_exist_is_reported(twilio: Twilio, check: bool) -> None:
    targets: list[dict[str, Any]] = [{"friendly_name": "guest"}, {"sid": UNKNOWN_ROLE}]
    for target in targets:
        failure = twilio.role_fails(
            **target, type=twilio.user_type, permissions=OWN, service_sid=UNKNOWN_SERVICE, check=check
        )
        assert failure.message.startswith(f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist")


@pytest.mark.parametrize("check", [False, True])
def test_another_name_is_an_error_that_proposes_to_replace(twilio: Twilio, check: bool) -> None:
    sid = twilio.seed_role("guest")
    before = twilio.control.state()
    with twilio.sent() as sent:
        failure = twilio.role_fails(sid=sid, friendly_name="visitor", permissions=OWN, check=check)
    assert request_trail(sent) == [FETCH]
    assert failure.message == (
        f"Role {sid} in {place(twilio)} has the friendly_name 'guest', and the task gives 'visitor'; friendly_name"
        " cannot be changed, but with replace=true 'visitor' takes its place"
    )
    assert twilio.control.state() == before


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("by", ["friendly_name", "sid"])
def test_another_type_is_an_error_that_proposes_to_replace(twilio: Twilio, check: bool, by: str) -> None:
    target: dict[str, Any] = {"friendly_name": "guest", "sid": twilio.seed_role("guest")}
    before = twilio.control.state()
    failure = twilio.role_fails(**{by: target[by]}, type=twilio.member_type, permissions=OWN, check=check)
    assert failure.message == (
        f"Role 'guest' in {place(twilio)} has the type {twilio.user_type!r}, and the task gives"
        f" {twilio.member_type!r}; type cannot be changed, but with replace=true another role takes its place"
    )
    assert twilio.control.state() == before


# Replacing


def test_a_role_of_another_type_is_deleted_first_and_created_then(twilio: Twilio) -> None:
    old = twilio.seed_role("guest")
    options: dict[str, Any] = {
        "friendly_name": "guest",
        "type": twilio.member_type,
        "permissions": OWN,
        "replace": True,
    }
    with twilio.sent() as sent:
        predicted = twilio.role(check=True, **options)
    assert request_trail(sent) == [LIST]
    with twilio.sent() as sent:
        result = twilio.role(**options)
    assert request_trail(sent) == [LIST, DELETE, CREATE]
    assert sent[1]["path"].endswith(old)
    assert sent[2]["form"] == {"FriendlyName": "guest", "Type": twilio.member_type, "Permission": sorted(OWN)}
    (new,) = stored(twilio, "guest")
    assert new["sid"] != old
    assert (result["changed"], result["action"], result["role"]["sid"]) == (True, "replaced", new["sid"])
    assert (predicted["action"], predicted["diff"], predicted["role"]["sid"]) == ("replaced", result["diff"], None)
    assert result["diff"]["before"]["type"] == twilio.user_type
    assert result["diff"]["after"]["type"] == twilio.member_type
    with twilio.sent() as sent:
        assert twilio.role(**options)["changed"] is False
    assert request_trail(sent) == [LIST]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("check", [False, True])
def test_a_role_by_its_sid_is_not_replaced_if_its_name_would_not_be_enough_afterwards(
    twilio: Twilio, check: bool, count: int
) -> None:
    old = twilio.seed_role("guest")
    others = [twilio.seed_role("guest", type=twilio.member_type) for _number in range(count)]
    before = twilio.control.state()
    failure = twilio.role_fails(
        sid=old, friendly_name="guest", type=twilio.member_type, permissions=OWN, replace=True, check=check
    )
    assert failure.message == (
        f"Role {old} in {place(twilio)} cannot be replaced, since the friendly_name 'guest' also belongs to"
        f" {', '.join(others)}, and the next run could not tell which one is meant; make it unique first"
    )
    assert twilio.control.state() == before


@pytest.mark.parametrize("there", [False, True])
def test_a_role_of_another_name_takes_the_place_of_one_by_its_sid(twilio: Twilio, there: bool) -> None:
    old = twilio.seed_role("guest")
    successor = twilio.seed_role("visitor") if there else None
    options: dict[str, Any] = {
        "sid": old,
        "friendly_name": "visitor",
        "type": twilio.user_type,
        "permissions": ["editOwnUserInfo"],
        "replace": True,
    }
    with twilio.sent() as sent:
        predicted = twilio.role(check=True, **options)
    assert request_trail(sent) == [FETCH, LIST]
    with twilio.sent() as sent:
        result = twilio.role(**options)
    assert request_trail(sent) == [FETCH, LIST, DELETE, *([] if there else [CREATE])]
    assert sent[2]["path"].endswith(old)
    (new,) = stored(twilio, "visitor")
    assert successor in (None, new["sid"])
    assert stored(twilio, "guest") == []
    assert (result["action"], result["role"]["sid"]) == ("replaced", new["sid"])
    assert (predicted["action"], predicted["diff"]) == ("replaced", result["diff"])
    again = twilio.role(**options)
    assert (again["changed"], again["role"]) == (False, result["role"])


@pytest.mark.parametrize("check", [False, True])
def test_a_successor_of_the_wrong_type_does_not_pass_for_the_right_one(twilio: Twilio, check: bool) -> None:
    """The task wants a role of one type; one of the other type that has the name already is not it."""
    old = twilio.seed_role("guest")
    other = twilio.seed_role("visitor")
    before = twilio.control.state()
    options: dict[str, Any] = {
        "friendly_name": "visitor",
        "type": twilio.member_type,
        "permissions": OWN,
        "replace": True,
    }
    failure = twilio.role_fails(sid=old, check=check, **options)
    assert f"has the type {twilio.user_type!r}, and the task gives {twilio.member_type!r}" in failure.message
    assert twilio.control.state() == before
    assert [role["sid"] for role in stored(twilio, "visitor")] == [other]


def test_a_replacement_wants_to_know_all_of_the_new_role(twilio: Twilio) -> None:
    everything: dict[str, Any] = {"friendly_name": "guest", "type": twilio.user_type, "permissions": OWN}
    for name in everything:
        options = {option: value for option, value in everything.items() if option != name}
        # By its SID alone, a role that was replaced could not be found again by the next run.
        with pytest.raises(ArgumentSpecError, match=f"replace is True but all of the following are missing: {name}"):
            twilio.role(sid=UNKNOWN_ROLE, replace=True, **options)


# Deleting


@pytest.mark.parametrize("by", ["sid", "friendly_name"])
def test_a_role_is_deleted_with_two_requests(twilio: Twilio, by: str) -> None:
    sid = twilio.seed_role("guest")
    target: dict[str, Any] = {by: {"sid": sid, "friendly_name": "guest"}[by]}
    read = FETCH if by == "sid" else LIST
    with twilio.sent() as sent:
        predicted = twilio.role(**target, state="absent", check=True)
    assert request_trail(sent) == [read]
    with twilio.sent() as sent:
        result = twilio.role(**target, state="absent")
    assert request_trail(sent) == [read, DELETE]
    assert result == predicted
    assert (result["changed"], result["action"], result["role"]) == (True, "deleted", None)
    with twilio.sent() as sent:
        again = twilio.role(**target, state="absent")
    assert request_trail(sent) == [read, "GET /Services/IS"]
    assert (again["changed"], again["action"]) == (False, "none")


@pytest.mark.parametrize("check", [False, True])
def test_nothing_is_to_be_deleted_in_a_service_that_does_not_exist(twilio: Twilio, check: bool) -> None:
    places: list[dict[str, Any]] = [{"service_sid": UNKNOWN_SERVICE}, {"service": "nobody's"}]
    for place_options in places:
        targets: list[dict[str, Any]] = [{"sid": UNKNOWN_ROLE}, {"friendly_name": "guest"}]
        for target in targets:
            with twilio.sent() as sent:
                result = twilio.role(**target, **place_options, state="absent", check=check)
            # That a SID is nobody's is found out by one more request.
            assert len(sent) == (2 if "service_sid" in place_options else 1)
            assert (result["changed"], result["action"], result["role"]) == (False, "none", None)
            assert result["diff"]["before"] == result["diff"]["after"] == {}


def test_a_role_with_the_sid_and_another_name_is_not_deleted(twilio: Twilio) -> None:
    sid = twilio.seed_role("guest")
    failure = twilio.role_fails(sid=sid, friendly_name="visitor", state="absent")
    assert failure.message == (
        f"Role {sid} in {place(twilio)} has the friendly_name 'guest', and the task gives 'visitor'"
    )


@pytest.mark.parametrize(("why", "said"), [("used", "Role is in use"), ("default", "Role is a default of the service")])
def test_a_role_that_twilio_keeps_is_an_error_with_its_name_and_twilios_answer(
    twilio: Twilio, why: str, said: str
) -> None:
    twilio.control.switch(delete_role_in_use="refuse")
    sid = twilio.seed_role("guest")
    if why == "used":
        twilio.seed("alice", role_sid=sid)
    else:
        seed = {"sid": twilio.service_sid, "default_service_role_sid": sid}
        twilio.control.seed({"services": [seed]})
    targets: list[dict[str, Any]] = [{"sid": sid}, {"friendly_name": "guest"}]
    for target in targets:
        failure = twilio.role_fails(**target, state="absent")
        assert failure.message.startswith(f"Could not delete role 'guest' in {place(twilio)}: Twilio answered 409")
        assert failure.message.endswith(said)
        assert failure.result["code"] == 20409
    assert len(stored(twilio, "guest")) == 1


def test_a_role_that_twilio_keeps_is_not_replaced(twilio: Twilio) -> None:
    twilio.control.switch(delete_role_in_use="refuse")
    sid = twilio.seed_role("guest")
    twilio.seed("alice", role_sid=sid)
    failure = twilio.role_fails(friendly_name="guest", type=twilio.member_type, permissions=OWN, replace=True)
    assert failure.message.startswith(f"Could not delete role 'guest' in {place(twilio)}")
    assert "changed" not in failure.result
    assert [role["sid"] for role in stored(twilio, "guest")] == [sid]


# Faults


@pytest.mark.parametrize("by", ["friendly_name", "both"])
def test_a_replacement_that_fails_in_between_is_reported_and_the_next_run_finishes_it(twilio: Twilio, by: str) -> None:
    old = twilio.seed_role("guest")
    name = "guest" if by == "friendly_name" else "visitor"
    options: dict[str, Any] = {"friendly_name": name, "type": twilio.member_type, "permissions": OWN, "replace": True}
    if by == "both":
        options["sid"] = old
    twilio.fault("status", "POST", "/Roles$", status=400, code=50104, message="Permission not found")
    failure = twilio.role_fails(**options)
    assert failure.message.startswith(
        f"Role {old} was deleted to be replaced by '{name}', which failed; run the task again to finish."
        f" Could not create role '{name}' in {place(twilio)}: Twilio answered 400"
    )
    assert (failure.result["changed"], failure.result["action"]) == (True, "deleted")
    assert (failure.result["role"], failure.result["code"]) == (None, 50104)
    assert failure.result["diff"]["before"]["friendly_name"] == "guest"
    assert failure.result["diff"]["after"] == {}
    assert stored(twilio, "guest") == []
    again = twilio.role(**options)
    assert again["action"] == "created"
    assert [role["type"] for role in stored(twilio, name)] == ["conversation"]
    assert twilio.role(**options)["changed"] is False


def test_a_replacement_that_someone_else_is_faster_with_is_reported_as_half_done(twilio: Twilio) -> None:
    old = twilio.seed_role("guest")
    options: dict[str, Any] = {"friendly_name": "guest", "type": twilio.member_type, "permissions": OWN}
    # Between the deletion and the creation, and of the type that the task does not want.
    fields = {"type": twilio.user_type, "permissions": OWN}
    twilio.fault("act_after", "DELETE", do="create_role", service_sid=twilio.service_sid, role="guest", fields=fields)
    twilio.fault("drop_before", "POST", "/Roles$")
    failure = twilio.role_fails(**options, replace=True)
    assert failure.message.startswith(
        f"Role {old} was deleted to be replaced by 'guest', which failed; run the task again to finish."
        f" Role 'guest' in {place(twilio)} has the type "
    )
    assert (failure.result["changed"], failure.result["action"]) == (True, "deleted")
    assert twilio.role(**options, replace=True)["role"]["type"] == twilio.member_type
    assert twilio.role(**options)["changed"] is False


@pytest.mark.parametrize("fault", ["drop_after", "truncated"])
def test_a_creation_whose_answer_is_lost_makes_no_second_role(twilio: Twilio, fault: str) -> None:
    twilio.fault(fault, "POST", "/Roles$")
    with twilio.sent() as sent:
        result = twilio.role(friendly_name="guest", type=twilio.user_type, permissions=OWN)
    assert request_trail(sent) == [LIST, CREATE, LIST]
    assert (result["changed"], result["action"]) == (True, "created")
    assert [role["sid"] for role in stored(twilio, "guest")] == [result["role"]["sid"]]


def test_a_replacement_whose_creation_is_answered_by_nobody_makes_one_role(twilio: Twilio) -> None:
    twilio.seed_role("guest")
    twilio.fault("drop_after", "POST", "/Roles$")
    options: dict[str, Any] = {
        "friendly_name": "guest",
        "type": twilio.member_type,
        "permissions": OWN,
        "replace": True,
    }
    result = twilio.role(**options)
    assert result["action"] == "replaced"
    assert [role["sid"] for role in stored(twilio, "guest")] == [result["role"]["sid"]]


def test_a_role_that_someone_else_deletes_first_was_not_deleted_by_the_task(twilio: Twilio) -> None:
    twilio.seed_role("guest")
    twilio.fault("act", "DELETE", do="delete_role", service_sid=twilio.service_sid, role="guest")
    assert twilio.role(friendly_name="guest", state="absent")["changed"] is False


def test_a_role_that_goes_before_its_update_is_made_anew(twilio: Twilio) -> None:
    twilio.seed_role("guest")
    twilio.fault("act", "POST", "/Roles/", do="delete_role", service_sid=twilio.service_sid, role="guest")
    result = twilio.role(friendly_name="guest", type=twilio.user_type, permissions=OWN)
    assert result["action"] == "created"
    assert len(stored(twilio, "guest")) == 1


# Check mode


@pytest.mark.parametrize("held", [None, "other type", "other permissions", "same"])
@pytest.mark.parametrize("options", [{}, {"replace": True}, {"state": "absent"}], ids=str)
def test_check_mode_tells_what_a_run_does(twilio: Twilio, held: str | None, options: dict[str, Any]) -> None:
    if held is not None:
        fields = {"type": twilio.member_type} if held == "other type" else {}
        twilio.seed_role("guest", permissions=["editAnyMessage"] if held == "other permissions" else OWN, **fields)
    options = {"friendly_name": "guest", "type": twilio.user_type, "permissions": OWN, **options}
    if held == "other type" and len(options) == 3:
        assert twilio.role_fails(check=True, **options).message == twilio.role_fails(**options).message
        return
    before = twilio.control.state()
    predicted = twilio.role(check=True, **options)
    assert twilio.control.state() == before
    done = twilio.role(**options)
    for name in ("changed", "action", "diff"):
        assert predicted[name] == done[name]
    if done["role"] is None:
        assert predicted["role"] is None
    else:
        assert list(predicted["role"]) == list(done["role"])
        unknown = {name for name, value in predicted["role"].items() if value is None}
        assert unknown <= {"id", "sid", "date_created", "date_updated", "url"}
        assert all(value == done["role"][name] for name, value in predicted["role"].items() if name not in unknown)
    again = twilio.role(**options)
    assert (again["changed"], again["action"]) == (False, "none")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"friendly_name": ""}, "friendly_name: must not be empty"),
        ({"sid": "RL1"}, "sid: must be RL followed by 32 hexadecimal digits, got 'RL1'"),
        ({"friendly_name": "x", "service_sid": "IS1"}, "service_sid: must be IS followed by 32 hexadecimal digits"),
    ],
)
def test_what_is_wrong_is_reported_before_any_request(twilio: Twilio, options: Any, message: str) -> None:
    with twilio.sent() as sent:
        failure = twilio.role_fails(**options)
    assert sent == []
    assert failure.message.startswith(message)


def test_a_role_module_wants_to_know_which_role(twilio: Twilio) -> None:
    with pytest.raises(ArgumentSpecError, match="one of the following is required: friendly_name, sid"):
        twilio.role()
