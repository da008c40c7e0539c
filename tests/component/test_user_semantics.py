# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task means, row by row, for both products."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    UNKNOWN_SERVICE,
    UNKNOWN_USER,
    ArgumentSpecError,
    Twilio,
    methods,
)

# Option omitted


def test_a_new_user_gets_twilios_defaults_where_the_task_gives_nothing(twilio: Twilio) -> None:
    result = twilio.user(identity="alice")
    assert (result["changed"], result["action"]) == (True, "created")
    stored = twilio.stored("alice")
    assert (stored["friendly_name"], stored["attributes"], stored["role_sid"]) == (None, "{}", twilio.roles()[0])
    assert result["user"]["role_sid"] == twilio.roles()[0]
    assert result["user"]["friendly_name"] == ""
    assert result["user"]["attributes_parsed"] == {}


def test_what_the_task_leaves_out_stays(twilio: Twilio) -> None:
    before = twilio.seed("alice", friendly_name="Alice", attributes={"a": 1}, role_sid=twilio.roles()[1])
    assert twilio.user(identity="alice")["changed"] is False
    assert twilio.stored("alice") == before
    assert twilio.user(identity="alice", friendly_name="Bob")["action"] == "updated"
    after = twilio.stored("alice")
    assert after["friendly_name"] == "Bob"
    for name in ("attributes", "role_sid", "sid", "date_created"):
        assert after[name] == before[name]


# friendly_name


@pytest.mark.parametrize("cleared_as", ["null", "empty"])
def test_an_empty_friendly_name_clears_and_a_cleared_one_is_empty(twilio: Twilio, cleared_as: str) -> None:
    twilio.control.switch(friendly_name_cleared_as=cleared_as)
    twilio.seed("alice", friendly_name="Alice")
    result = twilio.user(identity="alice", friendly_name="")
    assert (result["action"], result["user"]["friendly_name"]) == ("updated", "")
    assert result["diff"]["before"]["friendly_name"] == "Alice"
    assert result["diff"]["after"]["friendly_name"] == ""
    assert twilio.user(identity="alice", friendly_name="")["changed"] is False
    assert twilio.user(identity="alice")["user"]["friendly_name"] == ""


@pytest.mark.parametrize("held", [None, ""])
def test_a_friendly_name_that_is_null_needs_no_clearing(twilio: Twilio, held: Any) -> None:
    twilio.seed("alice", friendly_name=held)
    assert twilio.user(identity="alice", friendly_name="")["changed"] is False


@pytest.mark.parametrize("name", ["x" * 256, "😀" * 256, " ", "a&b=c+d%20", "\n", "é"])
def test_any_friendly_name_arrives_as_it_is(twilio: Twilio, name: str) -> None:
    assert twilio.user(identity="alice", friendly_name=name)["user"]["friendly_name"] == name
    assert twilio.stored("alice")["friendly_name"] == name
    assert twilio.user(identity="alice", friendly_name=name)["changed"] is False


# role_sid


def test_a_role_is_given_and_changed(twilio: Twilio) -> None:
    user, admin = twilio.roles()
    assert twilio.user(identity="alice", role_sid=admin)["user"]["role_sid"] == admin
    assert twilio.user(identity="alice", role_sid=admin)["changed"] is False
    upper = "RL" + admin[2:].upper()
    assert twilio.user(identity="alice", role_sid=upper)["changed"] is False
    assert twilio.user(identity="alice", role_sid=user)["action"] == "updated"
    assert twilio.stored("alice")["role_sid"] == user


def test_a_role_that_does_not_exist_is_twilios_error(twilio: Twilio) -> None:
    failure = twilio.user_fails(identity="alice", role_sid="RL" + "0" * 32)
    assert failure.message.startswith(f"Could not create user 'alice' in {twilio.product.title} service IS")
    assert "code 50100: Role not found" in failure.message
    assert (failure.result["status"], failure.result["code"]) == (400, 50100)
    assert failure.result["more_info"] == "https://www.twilio.com/docs/errors/50100"
    assert failure.result["request_id"].startswith("RQ")
    assert twilio.identities() == []


# attributes


@pytest.mark.parametrize("given", [{"a": {"b": [1, None]}, "é": "ü"}, '{ "é" : "ü", "a": {"b": [1, null]} }'])
def test_attributes_are_a_dictionary_or_text_and_are_compared_by_what_they_say(twilio: Twilio, given: Any) -> None:
    assert twilio.user(identity="alice", attributes=given)["user"]["attributes_parsed"] == {
        "a": {"b": [1, None]},
        "é": "ü",
    }
    assert " " not in twilio.stored("alice")["attributes"]
    assert "é" in twilio.stored("alice")["attributes"]
    for same in ({"é": "ü", "a": {"b": [1.0, None]}}, '{"a":{"b":[1e0,null]},"\\u00e9":"\\u00fc"}'):
        assert twilio.user(identity="alice", attributes=same)["changed"] is False


@pytest.mark.parametrize(
    ("held", "desired"),
    [
        ('{"n":9007199254740992}', '{"n":9007199254740993}'),
        ('{"n":1}', '{"n":true}'),
        ('{"n":0}', '{"n":false}'),
        ('{"n":[]}', '{"n":{}}'),
        ('{"n":1}', '{"n":"1"}'),
        ('{"n":null}', "{}"),
        ('{"n":0.1}', '{"n":0.1000000000000000000001}'),
        ('{"n":1e400}', '{"n":1e401}'),
        ('{"n":[1,2]}', '{"n":[2,1]}'),
        ('["n"]', "{}"),
        ("null", "{}"),
        ("nonsense", "{}"),
    ],
)
def test_attributes_that_differ_are_written_exactly(twilio: Twilio, held: str, desired: str) -> None:
    twilio.seed("alice", attributes=held)
    result = twilio.user(identity="alice", attributes=desired)
    assert result["action"] == "updated"
    assert twilio.stored("alice")["attributes"] == desired.replace("1e4", "1E+4")
    assert twilio.user(identity="alice", attributes=desired)["changed"] is False


@pytest.mark.parametrize("held", ["{}", "", " { } "])
def test_empty_attributes_clear(twilio: Twilio, held: str) -> None:
    twilio.seed("alice", attributes='{"a":1}')
    result = twilio.user(identity="alice", attributes={})
    assert (result["action"], result["user"]["attributes_parsed"]) == ("updated", {})
    assert twilio.stored("alice")["attributes"] == "{}"
    twilio.seed("alice", attributes=held)
    assert twilio.user(identity="alice", attributes={})["changed"] is False


def test_merge_changes_what_it_names_and_null_removes(twilio: Twilio) -> None:
    twilio.seed("alice", attributes='{"keep":{"x":1},"drop":1,"deep":{"a":1,"b":2},"list":[1,2]}')
    patch = {"drop": None, "deep": {"b": None, "c": 3}, "list": [3], "never": None}
    result = twilio.user(identity="alice", attributes=patch, attributes_mode="merge")
    assert result["user"]["attributes_parsed"] == {"keep": {"x": 1}, "deep": {"a": 1, "c": 3}, "list": [3]}
    assert twilio.user(identity="alice", attributes=patch, attributes_mode="merge")["changed"] is False


def test_merge_into_a_new_user_and_into_none(twilio: Twilio) -> None:
    result = twilio.user(identity="alice", attributes={"a": None, "b": 1}, attributes_mode="merge")
    assert result["user"]["attributes"] == '{"b":1}'
    assert twilio.user(identity="alice", attributes={}, attributes_mode="merge")["changed"] is False


def test_merge_into_what_cannot_be_read_is_refused_and_writes_nothing(twilio: Twilio) -> None:
    twilio.seed("alice", attributes="{oh")
    for check in (True, False):
        failure = twilio.user_fails(identity="alice", attributes={"a": 1}, attributes_mode="merge", check=check)
        assert "attributes_mode=replace would overwrite it" in failure.message
    assert twilio.stored("alice")["attributes"] == "{oh"
    result = twilio.user(identity="alice")
    assert (result["user"]["attributes"], result["user"]["attributes_parsed"]) == ("{oh", None)


# Adoption and absence


def test_a_user_that_exists_is_adopted(twilio: Twilio) -> None:
    held = twilio.seed("alice", friendly_name="Alice", attributes='{"a":1}')
    result = twilio.user(identity="alice", friendly_name="Alice", attributes={"a": 2})
    assert (result["action"], result["user"]["sid"]) == ("updated", held["sid"])
    assert twilio.identities() == ["alice"]


def test_identities_that_differ_in_case_are_two_users(twilio: Twilio) -> None:
    twilio.seed("alice")
    assert twilio.user(identity="Alice")["action"] == "created"
    assert twilio.identities() == ["alice", "Alice"]


def test_absence_deletes_once(twilio: Twilio) -> None:
    held = twilio.seed("alice", friendly_name="Alice")
    twilio.seed("bob")
    result = twilio.user(identity="alice", state="absent")
    assert (result["changed"], result["action"], result["user"]) == (True, "deleted", None)
    assert result["diff"]["before"] == {
        "identity": "alice",
        "friendly_name": "Alice",
        "role_sid": held["role_sid"],
        "attributes": {},
    }
    assert result["diff"]["after"] == {}
    assert twilio.identities() == ["bob"]
    again = twilio.user(identity="alice", state="absent")
    assert (again["changed"], again["action"], again["user"]) == (False, "none", None)
    assert again["diff"]["before"] == again["diff"]["after"] == {}
    assert again["diff"]["before_header"] == again["diff"]["after_header"] == f"{twilio.product.title} user alice"


def test_absence_ignores_what_the_user_would_be(twilio: Twilio) -> None:
    twilio.seed("alice")
    options: dict[str, Any] = {"friendly_name": "Alice", "attributes": {"a": 1}, "role_sid": twilio.roles()[1]}
    assert twilio.user(identity="alice", state="absent", **options)["action"] == "deleted"


def test_a_user_can_be_deleted_by_its_sid(twilio: Twilio) -> None:
    sid = twilio.seed("alice")["sid"]
    assert twilio.user(sid=sid, state="absent")["action"] == "deleted"
    again = twilio.user(sid=sid, state="absent")
    assert again["action"] == "none"
    assert again["diff"]["after_header"] == f"{twilio.product.title} user {sid}"


# sid and identity


def test_a_user_is_found_by_its_sid(twilio: Twilio) -> None:
    sid = twilio.seed("alice")["sid"]
    result = twilio.user(sid=sid, friendly_name="Alice")
    assert (result["action"], result["user"]["identity"]) == ("updated", "alice")
    assert result["diff"]["before_header"] == f"{twilio.product.title} user alice"
    assert twilio.user(sid=f"/Services/{twilio.service_sid}/Users/{sid}", friendly_name="Alice")["action"] == "none"
    assert twilio.user(sid=sid, identity="alice", friendly_name="Alice", replace=True)["action"] == "none"


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_sid_and_an_identity_that_disagree_are_reported_and_nothing_is_done(
    twilio: Twilio, check: bool, state: str
) -> None:
    sid = twilio.seed("alice")["sid"]
    twilio.seed("bob")
    with twilio.sent() as sent:
        failure = twilio.user_fails(sid=sid, identity="bob", state=state, check=check)
    assert failure.message.startswith(
        f"User {sid} in {twilio.product.title} service {twilio.service_sid} has the identity 'alice',"
        " and the task gives 'bob'"
    )
    assert ("replace=true" in failure.message) == (state == "present")
    assert methods(sent) == "GET"
    assert twilio.identities() == ["alice", "bob"]


@pytest.mark.parametrize("check", [False, True])
def test_a_sid_that_no_user_has_is_reported_for_a_user_that_should_be_there(twilio: Twilio, check: bool) -> None:
    failure = twilio.user_fails(sid=UNKNOWN_USER, check=check)
    place = f"{twilio.product.title} service {twilio.service_sid}"
    assert failure.message == f"There is no user {UNKNOWN_USER} in {place}"
    failure = twilio.user_fails(sid=UNKNOWN_USER, identity="alice", check=check)
    assert failure.message.startswith(f"There is no user {UNKNOWN_USER} in {place}; ")
    assert twilio.identities() == []


def test_a_sid_that_no_user_has_is_already_absent(twilio: Twilio) -> None:
    twilio.seed("alice")
    assert twilio.user(state="absent", sid=UNKNOWN_USER)["action"] == "none"
    assert twilio.user(state="absent", sid=UNKNOWN_USER, identity="alice")["action"] == "none"
    assert twilio.identities() == ["alice"]


# Unknown service


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {"identity": "alice"},
        {"identity": ".."},
        {"identity": "a/b"},
        {"sid": UNKNOWN_USER},
        {"sid": UNKNOWN_USER, "identity": "alice"},
        {"sid": UNKNOWN_USER, "identity": "alice", "replace": True},
    ],
    ids=str,
)
def test_an_unknown_service_is_an_error_that_names_it(twilio: Twilio, options: Any, check: bool) -> None:
    failure = twilio.user_fails(service_sid=UNKNOWN_SERVICE, check=check, **options)
    assert f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist" in failure.message
    assert failure.result["status"] in (403, 404)


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "options",
    [{"identity": "alice"}, {"identity": ".."}, {"identity": "a/b"}, {"sid": UNKNOWN_USER}],
    ids=str,
)
def test_in_an_unknown_service_everyone_is_absent(twilio: Twilio, options: Any, check: bool) -> None:
    result = twilio.user(service_sid=UNKNOWN_SERVICE, state="absent", check=check, **options)
    assert (result["changed"], result["action"], result["user"]) == (False, "none", None)


@pytest.mark.parametrize(
    "options",
    [{}, {"identity": "alice"}, {"identity": ".."}, {"sid": UNKNOWN_USER}, {"limit": 1}],
    ids=str,
)
def test_an_unknown_service_has_no_users_to_list(twilio: Twilio, options: Any) -> None:
    failure = twilio.info_fails(service_sid=UNKNOWN_SERVICE, **options)
    assert f"{twilio.product.title} service {UNKNOWN_SERVICE} does not exist" in failure.message


# What only Twilio writes


def test_presence_and_counts_are_reported_and_never_compared(twilio: Twilio) -> None:
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "reachability_enabled": True}]})
    twilio.seed("alice", is_online=True, is_notifiable=False, joined_channels_count=3)
    for _number in range(2):
        result = twilio.user(identity="alice")
        assert (result["changed"], result["user"]["is_online"], result["user"]["is_notifiable"]) == (False, True, False)
        assert result["user"].get("joined_channels_count") == (3 if twilio.name == "chat" else None)
        twilio.seed("alice", is_online=True, is_notifiable=False, joined_channels_count=3)


def test_presence_that_twilio_does_not_tell_stays_null(twilio: Twilio) -> None:
    user = twilio.user(identity="alice")["user"]
    assert user["is_online"] is None
    assert user["is_notifiable"] is None


def test_a_result_names_the_service_and_the_account_for_both_products(twilio: Twilio) -> None:
    user = twilio.user(identity="alice")["user"]
    assert user["id"] == user["sid"] == twilio.stored("alice")["sid"]
    assert user["service_sid"] == twilio.service_sid
    assert user["account_sid"] == twilio.emulator.account_sid
    assert "chat_service_sid" not in user
    assert user["url"].endswith(f"/{twilio.product.version}/Services/{twilio.service_sid}/Users/{user['sid']}")
    assert user["date_created"].endswith("Z")


def test_a_diff_is_given_only_where_asked_for(twilio: Twilio) -> None:
    assert "diff" not in twilio.user(identity="alice", diff=False)
    assert "diff" in twilio.user(identity="alice")


# Before any request


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"service_sid": "IS1"}, "service_sid: must be IS followed by"),
        ({"identity": ""}, "identity: must not be empty"),
        ({"identity": "x" * 257}, "identity: must have at most 256 characters"),
        ({"identity": "US" + "0" * 32}, "identity: must not look like a user SID"),
        ({"identity": None, "sid": ""}, "sid: must be US followed by"),
        ({"sid": f"/Services/{UNKNOWN_SERVICE}/Users/{UNKNOWN_USER}"}, "sid: the import ID"),
        ({"friendly_name": "x" * 257}, "friendly_name: must have at most 256 characters"),
        ({"role_sid": "admin"}, "role_sid: must be RL followed by"),
        ({"role_sid": ""}, "role_sid: must be RL followed by"),
        ({"attributes": "[]"}, "attributes: must be a JSON object"),
        ({"attributes": ""}, "attributes: must be a JSON object"),
        ({"attributes": {"a": float("nan")}}, "attributes: must be a JSON object"),
        ({"attributes": [], "attributes_mode": "merge"}, "attributes: must be a JSON object"),
        ({"timeouts": {"read": 0}}, "timeouts.read: must be more than 0"),
        ({"request_timeout": -1}, "request_timeout: must be more than 0"),
        ({"api_base_url": "http://example.com"}, "api_base_url: must begin with https://"),
        ({"account_sid": "AC"}, "account_sid: must be AC followed by"),
        ({"state": "absent", "friendly_name": "x" * 257}, "friendly_name: must have at most 256 characters"),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_what_cannot_be_right_is_refused_before_any_request(
    twilio: Twilio, options: Any, told: str, check: bool
) -> None:
    with twilio.sent() as sent:
        failure = twilio.user_fails(**{"identity": "alice", **options}, check=check)
    assert failure.message.startswith(told)
    assert sent == []


def test_all_that_is_wrong_is_reported_at_once(twilio: Twilio) -> None:
    message = twilio.user_fails(
        service_sid="x", identity="", sid="x", friendly_name="x" * 257, role_sid="x", attributes="x", auth_token=""
    ).message
    options = ["service_sid", "identity", "sid", "friendly_name", "role_sid", "attributes", "auth_token"]
    assert all(f"{option}: " in message for option in options)


@pytest.mark.parametrize(
    "options",
    [{}, {"state": "gone"}, {"attributes_mode": "patch"}, {"replace": "perhaps"}, {"identity": "a", "colour": "red"}],
    ids=str,
)
def test_what_the_argument_spec_does_not_have_is_refused_by_it(twilio: Twilio, options: Any) -> None:
    with pytest.raises(ArgumentSpecError):
        twilio.user(**({"identity": "alice", **options} if options else {}))
