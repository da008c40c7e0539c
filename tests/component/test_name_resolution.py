# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NameResolver in the place of SIDs: services and roles, the default role, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._converge.lookup import ResourceLookup
from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    PRODUCTS,
    ROLE_INFO_MODULES,
    ROLE_MODULES,
    UNKNOWN_SERVICE,
    USER_INFO_MODULES,
    USER_MODULES,
    USERS_MODULES,
    ArgumentSpecError,
    Twilio,
    execute,
    fails,
    numbered_users,
    request_trail,
    summary_of,
)

SERVICES = "GET /Services"
ROLES = "GET /Services/IS/Roles"
SID = "US" + "0" * 32

Run = Callable[..., dict[str, Any]]
# Every module that is in a service: how it is called, and its requests after the service is known.
MODULES: dict[str, tuple[Callable[[Twilio], Run], dict[str, Any], list[str]]] = {
    "user": (lambda twilio: twilio.user, {"identity": "alice"}, ["GET /Services/IS/Users/alice"]),
    "users": (lambda twilio: twilio.users, {"users": [{"identity": "alice"}]}, ["GET /Services/IS/Users/alice"]),
    "user_info": (lambda twilio: twilio.info, {}, ["GET /Services/IS/Users"]),
    "role": (lambda twilio: twilio.role, {"friendly_name": "guest"}, [ROLES]),
    "role_info": (lambda twilio: twilio.role_info, {}, [ROLES]),
}
WRITING = ("user", "users", "role")


@pytest.fixture(params=MODULES)
def module(request: pytest.FixtureRequest, twilio: Twilio) -> tuple[Run, dict[str, Any], list[str]]:
    """Return each module that is in a service, in a service where it has nothing to do."""
    run, options, requests = MODULES[request.param]
    return run(twilio), options, requests


def furnish(twilio: Twilio, name: str) -> str:
    """Make a service with a name, and in it what the modules above want."""
    roles = [{"friendly_name": "guest", "type": "service", "permissions": ["editOwnUserInfo"]}]
    return twilio.seed_service(name, users=[{"identity": "alice"}], roles=roles)


@pytest.mark.parametrize("check", [False, True])
def test_a_service_by_its_name_takes_one_request_more(twilio: Twilio, module: Any, check: bool) -> None:
    run, options, requests = module
    sid = furnish(twilio, "Support")
    furnish(twilio, "support")
    with twilio.sent() as sent:
        by_name = run(service="Support", check=check, **options)
    assert request_trail(sent) == [SERVICES, *requests]
    assert sent[0]["query"]["PageSize"] == "100"
    assert all(sid in request["path"] for request in sent[1:])
    by_sid = run(service_sid=sid, check=check, **options)
    for result in (by_name, by_sid):
        result.get("diff", {}).clear()
    assert by_name == by_sid
    assert by_name["changed"] is False


@pytest.mark.parametrize("check", [False, True])
def test_several_services_of_one_name_are_an_error_that_lists_their_sids(
    twilio: Twilio, module: Any, check: bool
) -> None:
    run, options, _requests = module
    sids = [furnish(twilio, "Support"), furnish(twilio, "Support")]
    with twilio.sent() as sent:
        failure = fails(lambda: run(service="Support", check=check, **options))
    assert request_trail(sent) == [SERVICES]
    assert failure.message == (
        f"There are 2 services with the friendly_name 'Support' in {twilio.product.title} ({', '.join(sids)}); say"
        " which one is meant by its SID"
    )


@pytest.mark.parametrize("check", [False, True])
def test_a_service_that_nobody_has_is_an_error(twilio: Twilio, module: Any, check: bool) -> None:
    run, options, _requests = module
    with twilio.sent() as sent:
        failure = fails(lambda: run(service="Support", check=check, **options))
    assert request_trail(sent) == [SERVICES]
    assert failure.message == (
        f"{twilio.product.title} service 'Support' does not exist, or not in this account and region"
    )
    assert twilio.service_sids("Support") == []


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("name", WRITING)
def test_in_a_service_that_nobody_has_nothing_is_to_be_deleted(twilio: Twilio, name: str, check: bool) -> None:
    run, options, _requests = MODULES[name]
    with twilio.sent() as sent:
        result = run(twilio)(service="Support", state="absent", check=check, **options)
    assert request_trail(sent) == [SERVICES]
    assert result["changed"] is False
    assert result["diff"]["before"] == result["diff"]["after"] == {}
    if name == "users":
        assert result["summary"] == summary_of(unchanged=1)
    else:
        assert (result["action"], result[name]) == ("none", None)


@pytest.mark.parametrize("name", WRITING)
def test_something_is_deleted_in_a_service_by_its_name(twilio: Twilio, name: str) -> None:
    sid = furnish(twilio, "Support")
    run, options, _requests = MODULES[name]
    assert run(twilio)(service="Support", state="absent", **options)["changed"] is True
    held = twilio.stored_service(sid)
    assert held["users"] == [] if name != "role" else "guest" not in [role["friendly_name"] for role in held["roles"]]


def test_service_and_service_sid_exclude_each_other(twilio: Twilio, module: Any) -> None:
    run, options, _requests = module
    with pytest.raises(ArgumentSpecError, match=r"parameters are mutually exclusive: service_sid\|service"):
        run(service="Support", service_sid=twilio.service_sid, **options)


@pytest.mark.parametrize("works", [USER_MODULES, USERS_MODULES, USER_INFO_MODULES, ROLE_MODULES, ROLE_INFO_MODULES])
@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_one_of_service_and_service_sid_is_required(works: Any, product: str) -> None:
    with pytest.raises(ArgumentSpecError, match="one of the following is required: service_sid, service"):
        execute(works[product], {"users": []} if works is USERS_MODULES else {})


@pytest.mark.parametrize(
    ("service", "message"),
    [("", "service: must not be empty"), ("\ud800", r"service: must be Unicode text, got '\ud800'")],
)
def test_a_name_that_cannot_be_one_is_refused_before_any_request(
    twilio: Twilio, module: Any, service: str, message: str
) -> None:
    run, options, _requests = module
    with twilio.sent() as sent:
        assert fails(lambda: run(service=service, **options)).message == message
    assert sent == []


@pytest.mark.parametrize("code", [400, 403])
def test_services_that_cannot_be_listed_are_an_error_even_for_a_deletion(twilio: Twilio, code: int) -> None:
    furnish(twilio, "Support")
    twilio.fault("status", "GET", "/Services$", status=code)
    failure = twilio.user_fails(service="Support", identity="alice", state="absent")
    assert failure.message.startswith(f"Could not list the services of {twilio.product.title}: Twilio answered {code}")


# An import ID


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_import_id_of_another_service_than_the_name_stands_for_is_refused(
    twilio: Twilio, check: bool, state: str
) -> None:
    sid, other = furnish(twilio, "Support"), furnish(twilio, "Sales")
    before = twilio.control.state()
    user = twilio.stored_service(sid)["users"][0]["sid"]
    import_id = f"/Services/{sid}/Users/{user}"
    with twilio.sent() as sent:
        failure = twilio.user_fails(service="Sales", sid=import_id, state=state, check=check)
    assert request_trail(sent) == [SERVICES]
    assert f"the import ID '{import_id}' names another service" in failure.message
    assert other in failure.message
    assert twilio.control.state() == before
    result = twilio.user(service="Support", sid=import_id, state=state, check=check)
    assert result["changed"] is (state == "absent")


def test_an_import_id_of_another_service_is_refused_for_reading_too(twilio: Twilio) -> None:
    sid = furnish(twilio, "Support")
    furnish(twilio, "Sales")
    user = twilio.stored_service(sid)["users"][0]["sid"]
    failure = twilio.info_fails(service="Sales", sid=f"/Services/{sid}/Users/{user}")
    assert "names another service" in failure.message
    assert len(twilio.info(service="Support", sid=f"/Services/{sid}/Users/{user}")["users"]) == 1


# Roles


def test_a_role_by_its_name_takes_one_request_more(twilio: Twilio) -> None:
    sid = twilio.seed_role("vip")
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", role="vip")
    assert request_trail(sent) == [ROLES, "GET /Services/IS/Users/alice", "POST /Services/IS/Users"]
    assert sent[2]["form"] == {"Identity": "alice", "RoleSid": sid}
    assert result["user"]["role_sid"] == sid
    with twilio.sent() as sent:
        assert twilio.user(identity="alice", role="vip")["changed"] is False
    assert request_trail(sent) == [ROLES, "GET /Services/IS/Users/alice"]
    other = twilio.seed_role("guest")
    predicted = twilio.user(identity="alice", role="guest", check=True)
    done = twilio.user(identity="alice", role="guest")
    assert predicted["diff"] == done["diff"]
    assert twilio.stored("alice")["role_sid"] == other


def test_a_role_of_the_other_type_with_the_same_name_does_not_count(twilio: Twilio) -> None:
    twilio.seed_role("vip", type=twilio.member_type)
    sid = twilio.seed_role("vip")
    twilio.seed_role("vip", type=twilio.member_type)
    assert twilio.user(identity="alice", role="vip")["user"]["role_sid"] == sid
    assert twilio.info(role="vip")["users"][0]["identity"] == "alice"


def run_with_role(twilio: Twilio, name: str, role: str, **options: Any) -> ModuleError:
    if name == "users":
        return twilio.users_fail([{"identity": "alice"}, {"identity": "bob", "role": role}], **options)
    if name == "user":
        return twilio.user_fails(identity="alice", role=role, **options)
    return twilio.info_fails(role=role, **options)


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("name", ["user", "users", "user_info"])
def test_a_role_that_there_is_not_is_reported_with_those_that_there_are(twilio: Twilio, name: str, check: bool) -> None:
    twilio.seed_role("vip", type=twilio.member_type)
    with twilio.sent() as sent:
        failure = run_with_role(twilio, name, "vip", check=check)
    assert request_trail(sent) == [ROLES]
    assert failure.message == (
        f"There is no role of type {twilio.user_type} with the friendly_name 'vip' in {twilio.product.title} service"
        f" {twilio.service_sid}; there are: 'service admin', 'service user'"
    )
    assert twilio.identities() == []


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("name", ["user", "users", "user_info"])
def test_several_roles_of_one_name_are_an_error(twilio: Twilio, name: str, check: bool) -> None:
    sids = [twilio.seed_role("vip"), twilio.seed_role("vip")]
    failure = run_with_role(twilio, name, "vip", check=check)
    assert failure.message == (
        f"There are 2 roles of type {twilio.user_type} with the friendly_name 'vip' in {twilio.product.title} service"
        f" {twilio.service_sid} ({', '.join(sids)}); say which one is meant by its SID"
    )
    assert twilio.identities() == []


def test_roles_that_cannot_be_listed_leave_everything_as_it_is(twilio: Twilio) -> None:
    twilio.fault("status", "GET", "/Roles$", status=403, code=20003, times=None)
    for name in ("user", "users", "user_info"):
        assert run_with_role(twilio, name, "vip").message.startswith("Could not list the roles of ")
    assert twilio.identities() == []


def test_a_service_that_does_not_exist_is_reported_by_its_roles(twilio: Twilio) -> None:
    for name in ("user", "users", "user_info"):
        failure = run_with_role(twilio, name, "vip", service_sid=UNKNOWN_SERVICE)
        assert failure.message.startswith(f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist")


def test_many_users_take_one_list_of_roles_and_one_request_for_the_default(twilio: Twilio) -> None:
    vip, guest = twilio.seed_role("vip"), twilio.seed_role("guest")
    default = twilio.roles()[0]
    users = [
        *numbered_users(20, role="vip"),
        *numbered_users(20, first=20, role="guest"),
        *numbered_users(20, first=40, role_sid="default"),
        *numbered_users(10, first=60),
        *numbered_users(10, first=70, role_sid=guest),
    ]
    with twilio.sent() as sent:
        result = twilio.users(users)
    asked = [line for line in request_trail(sent) if "Users" not in line]
    default_path = "GET /Services/IS" + ("" if twilio.name == "chat" else "/Configuration")
    assert asked == [default_path, ROLES]
    assert request_trail(sent)[:2] == asked
    assert result["summary"] == summary_of(created=80)
    held = {user["identity"]: user["role_sid"] for user in twilio.control.users(twilio.service_sid)}
    assert [held[user["identity"]] for user in users] == [vip] * 20 + [guest] * 20 + [default] * 30 + [guest] * 10
    with twilio.sent() as sent:
        assert twilio.users(users, check=True)["changed"] is False
    assert [line for line in request_trail(sent) if "Users" not in line] == asked


def test_many_users_in_a_service_by_its_name_take_one_list_of_services(twilio: Twilio) -> None:
    sid = furnish(twilio, "Support")
    with twilio.sent() as sent:
        twilio.users(numbered_users(20, role="guest"), service="Support")
    assert request_trail(sent)[:2] == [SERVICES, ROLES]
    assert request_trail(sent).count(SERVICES) == request_trail(sent).count(ROLES) == 1
    assert len(twilio.control.users(sid)) == 21


def test_the_header_of_a_diff_of_many_users_names_the_service_as_the_task_does(twilio: Twilio) -> None:
    furnish(twilio, "Support")
    diff = twilio.users(numbered_users(1), service="Support")["diff"]
    assert diff["before_header"] == f"{twilio.product.title} users of Support"


def test_roles_are_not_looked_up_for_a_deletion(twilio: Twilio) -> None:
    twilio.seed("alice")
    with twilio.sent() as sent:
        twilio.user(identity="alice", role="nobody's", state="absent")
        twilio.user(identity="alice", role_sid="default", state="absent")
        twilio.users([{"identity": "alice", "role": "nobody's"}], state="absent")
    # When the user is gone already, the task looks whether its service is there.
    assert {line for line in request_trail(sent) if "Users" not in line} == {"GET /Services/IS"}


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("check", [False, True])
def test_the_default_role_is_read_from_the_service_or_its_configuration(
    twilio: Twilio, held: bool, check: bool
) -> None:
    default = twilio.seed_role("mine")
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "default_service_role_sid": default}]})
    twilio.seed("alice", role_sid=default if held else twilio.roles()[1])
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", role_sid="default", check=check)
    asked = "GET /Services/IS" + ("" if twilio.name == "chat" else "/Configuration")
    written = [] if held or check else ["POST /Services/IS/Users/alice"]
    assert request_trail(sent) == [asked, "GET /Services/IS/Users/alice", *written]
    assert (result["changed"], result["user"]["role_sid"]) == (not held, default)
    if written:
        assert sent[2]["form"] == {"RoleSid": default}
        assert twilio.user(identity="alice", role_sid="default")["changed"] is False


def test_a_default_role_that_cannot_be_read_leaves_everything_as_it_is(twilio: Twilio) -> None:
    path = "/IS[0-9a-f]{32}$" if twilio.name == "chat" else "/Configuration$"
    twilio.fault("status", "GET", path, status=400)
    failure = twilio.user_fails(identity="alice", role_sid="default")
    assert failure.message.startswith(
        f"Could not read the default role of {twilio.product.title} service {twilio.service_sid}: Twilio answered 400"
    )
    failure = twilio.user_fails(identity="alice", role_sid="default", service_sid=UNKNOWN_SERVICE)
    assert failure.message.startswith(f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist")
    assert twilio.identities() == []


@pytest.mark.parametrize("role_sid", ["", "Default", "default ", "RL1"])
def test_only_the_word_default_stands_for_the_default_role(twilio: Twilio, role_sid: str) -> None:
    for failure in (
        twilio.user_fails(identity="alice", role_sid=role_sid),
        twilio.users_fail([{"identity": "alice", "role_sid": role_sid}]),
        twilio.info_fails(role_sid=role_sid),
    ):
        assert f"role_sid: must be RL followed by 32 hexadecimal digits, got {role_sid!r}" in failure.message


def test_a_filter_takes_no_default(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        failure = twilio.info_fails(role_sid="default")
    assert sent == []
    assert failure.message.startswith("role_sid: must be RL followed by 32 hexadecimal digits")


def test_role_and_role_sid_exclude_each_other(twilio: Twilio) -> None:
    both: dict[str, Any] = {"role": "vip", "role_sid": twilio.roles()[0]}
    for run in (twilio.user, twilio.info):
        with pytest.raises(ArgumentSpecError, match=r"parameters are mutually exclusive: role_sid\|role"):
            run(identity="alice", **both)
    failure = twilio.users_fail([{"identity": "alice"}, {"identity": "bob", **both}])
    assert failure.message == "users[1] ('bob'): parameters are mutually exclusive: role_sid|role"


def test_an_empty_role_is_refused_before_any_request(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        assert twilio.user_fails(identity="alice", role="").message == "role: must not be empty"
        assert twilio.users_fail([{"identity": "a", "role": ""}]).message == "users[0] ('a').role: must not be empty"
        assert twilio.info_fails(role="").message == "role: must not be empty"
    assert sent == []


def test_users_are_filtered_by_role(twilio: Twilio) -> None:
    vip = twilio.seed_role("vip")
    twilio.seed_many([*numbered_users(60), *numbered_users(60, first=60, role_sid=vip)])
    expected = [f"user {number:03}" for number in range(60, 120)]
    pages = -(-120 // twilio.product.page_size)
    with twilio.sent() as sent:
        by_name = twilio.info(role="vip")["users"]
    assert request_trail(sent) == [ROLES, *["GET /Services/IS/Users"] * pages]
    with twilio.sent() as sent:
        by_sid = twilio.info(role_sid="RL" + vip[2:].upper())["users"]
    assert request_trail(sent) == ["GET /Services/IS/Users"] * pages
    assert [user["identity"] for user in by_name] == [user["identity"] for user in by_sid] == expected


def test_a_limit_counts_only_users_that_the_filter_lets_through(twilio: Twilio) -> None:
    vip = twilio.seed_role("vip")
    twilio.seed_many([*numbered_users(20), *numbered_users(200, first=20, role_sid=vip)])
    with twilio.sent() as sent:
        found = twilio.info(role_sid=vip, limit=3)["users"]
    assert [user["identity"] for user in found] == ["user 020", "user 021", "user 022"]
    assert len(sent) == 1


def test_one_user_is_filtered_by_role_too(twilio: Twilio) -> None:
    vip = twilio.seed_role("vip")
    twilio.seed("alice", role_sid=vip)
    twilio.seed("bob")
    assert [user["identity"] for user in twilio.info(identity="alice", role="vip")["users"]] == ["alice"]
    assert twilio.info(identity="bob", role="vip")["users"] == []


def test_a_service_without_roles_for_users_is_named(conversations: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    # The default roles of a service cannot be deleted.
    monkeypatch.setattr(ResourceLookup, "list", lambda _self, _deadline: iter(()))
    failure = conversations.user_fails(identity="alice", role="vip")
    assert failure.message.endswith("; there are: none")
