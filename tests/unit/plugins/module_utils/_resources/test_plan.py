# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources import diff, json_values, plan
from ansible_collections.community.twilio.plugins.module_utils._resources.definitions import USER
from ansible_collections.community.twilio.plugins.module_utils._resources.field_types import MergePatch, PlanningError
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import OBJECTS, VALUES

ROLES = ["RL" + "ab" * 16, "RL" + "AB" * 16, "RL" + "cd" * 16]
KNOWN = {**dict.fromkeys(USER.result_keys), "account_sid": "AC", "service_sid": "IS"}
PARAMETERS = {"friendly_name": "FriendlyName", "role_sid": "RoleSid", "attributes": "Attributes"}

names = st.sampled_from(["", "Alice", "Bob", "é"])
attributes = st.one_of(OBJECTS, OBJECTS.map(MergePatch))
wanted_values = st.fixed_dictionaries(
    {}, optional={"friendly_name": names, "role_sid": st.sampled_from(ROLES), "attributes": attributes}
)
# What Twilio may hold: also text that is no JSON object, and null.
held_attributes = st.one_of(
    OBJECTS.map(json_values.dump),
    VALUES.map(json_values.dump),
    st.sampled_from([None, "", "{", "{}", ' { "a" : 1.0 } ']),
)
users = st.fixed_dictionaries(
    {
        "sid": st.just("US1"),
        "identity": st.sampled_from(["alice", "bob"]),
        "friendly_name": st.one_of(st.none(), names),
        "role_sid": st.sampled_from(ROLES),
        "attributes": held_attributes,
        "date_updated": st.just("2026-01-01T00:00:00Z"),
        "is_online": st.sampled_from([None, True]),
    }
)


def user(**fields: Any) -> dict[str, Any]:
    raw = {"sid": "US1", "identity": "alice", "friendly_name": None, "role_sid": ROLES[0], "attributes": "{}"}
    return {**raw, "date_updated": "2026-01-01T00:00:00Z", **fields}


def present(desired: Any, current: Any) -> plan.Plan:
    return plan.plan_present(USER, "alice", desired, current, KNOWN)


def apply(made: plan.Plan) -> dict[str, Any] | None:
    """Do to a user what Twilio would do with the parameters of a plan."""
    if made.action == plan.DELETE:
        return None
    if made.action == plan.NONE:
        return dict(made.current) if made.current is not None else None
    written = {
        name: made.parameters[parameter] for name, parameter in PARAMETERS.items() if parameter in made.parameters
    }
    if made.action == plan.UPDATE:
        assert made.current is not None
        return {**made.current, **written}
    return {**user(identity=made.parameters["Identity"], sid="US2"), **written}


def readable(desired: Any, current: Any) -> bool:
    """Return whether a plan is possible: a patch needs something that can be read."""
    if current is None or not isinstance(desired.get("attributes"), MergePatch):
        return True
    try:
        json_values.parse(current["attributes"] or "{}")
    except json_values.NotJson:
        return False
    return True


@given(wanted_values, st.one_of(st.none(), users))
def test_what_was_applied_leaves_nothing_to_do(desired: Any, current: Any) -> None:
    assume(readable(desired, current))
    again = present(desired, apply(present(desired, current)))
    assert (again.action, again.parameters) == (plan.NONE, {})


@given(wanted_values, users)
def test_what_the_task_leaves_out_is_not_sent_and_does_not_change(desired: Any, current: Any) -> None:
    assume(readable(desired, current))
    made = present(desired, current)
    after = apply(made)
    assert after is not None
    for name, parameter in PARAMETERS.items():
        if name not in desired:
            assert parameter not in made.parameters
            assert after[name] == current[name]
            assert made.after[name] == made.before[name]


@given(wanted_values, users)
def test_exactly_the_changed_fields_are_sent(desired: Any, current: Any) -> None:
    assume(readable(desired, current))
    made = present(desired, current)
    after = apply(made)
    assert after is not None
    for field in USER.fields:
        old, new = field.type.from_api(current[field.name]), field.type.from_api(after[field.name])
        if isinstance(old, type(new)):
            assert (field.parameter in made.parameters) == (not field.type.equal(old, new))
    assert (made.action == plan.NONE) == (not made.parameters)


@given(wanted_values, st.one_of(st.none(), users))
def test_before_and_after_agree_with_what_is_sent(desired: Any, current: Any) -> None:
    assume(readable(desired, current))
    made = present(desired, current)
    assert made.before == plan.displayed_values(USER, current)
    applied = plan.displayed_values(USER, apply(made))
    if current is not None:
        assert made.after == applied
    else:
        assert made.after == {name: value for name, value in applied.items() if name == "identity" or name in desired}


@given(wanted_values, st.one_of(st.none(), users))
def test_the_prediction_is_what_comes_or_none(desired: Any, current: Any) -> None:
    assume(readable(desired, current))
    made = present(desired, current)
    applied = apply(made)
    assert applied is not None
    assert made.predicted is not None
    for name in (*PARAMETERS, "identity", "sid", "is_online"):
        assert made.predicted.get(name) in (None, applied.get(name))
    for name in desired:
        assert made.predicted[name] == applied[name]


@given(wanted_values, users)
def test_a_plan_touches_neither_what_is_there_nor_what_is_wanted(desired: Any, current: Any) -> None:
    assume(readable(desired, current))
    copies = (dict(desired), dict(current))
    present(desired, current)
    assert (desired, current) == copies


@given(wanted_values, users, st.one_of(st.none(), users))
def test_a_replacement_names_the_old_one_and_leaves_nothing_to_do_on_the_new(
    desired: Any, old: Any, current: Any
) -> None:
    assume(readable(desired, old if current is None else current))
    made = plan.plan_replacement(USER, "carol", desired, old, current, KNOWN)
    assert made.replaces == old
    assert made.before == plan.displayed_values(USER, old)
    assert made.result_action == "replaced"
    assert present(desired, apply(made)).action == plan.NONE


@given(wanted_values, users)
def test_a_replacement_that_creates_inherits_what_is_left_out(desired: Any, old: Any) -> None:
    assume(readable(desired, old))
    made = plan.plan_replacement(USER, "carol", desired, old, None, KNOWN)
    assert made.action == plan.CREATE
    new = apply(made)
    assert new is not None
    assert new["identity"] == "carol"
    for field in USER.fields:
        if field.name not in desired and old[field.name] is not None:
            before, after = field.type.from_api(old[field.name]), field.type.from_api(new[field.name])
            assert before == after or field.type.equal(before, after)


def test_a_replacement_merges_into_what_the_old_one_has() -> None:
    old = user(attributes='{"team":"support","note":"x"}')
    desired = {"attributes": MergePatch({"note": None, "lead": True})}
    made = plan.plan_replacement(USER, "carol", desired, old, None, KNOWN)
    assert made.parameters["Attributes"] == '{"team":"support","lead":true}'
    assert made.parameters["RoleSid"] == ROLES[0]


def test_a_replacement_hands_on_attributes_that_cannot_be_read_as_they_are() -> None:
    made = plan.plan_replacement(USER, "carol", {}, user(attributes="{oh"), None, KNOWN)
    assert made.parameters["Attributes"] == "{oh"
    assert made.after["attributes"] == "{oh"


@pytest.mark.parametrize(
    ("held", "desired", "parameters"),
    [
        ({"friendly_name": "Carol", "attributes": '{"new":1}'}, {}, {}),
        ({"friendly_name": None, "attributes": "{}"}, {}, {"FriendlyName": "Old", "Attributes": '{"old":1}'}),
        ({"friendly_name": "", "attributes": '{"new":1}'}, {}, {"FriendlyName": "Old"}),
        ({"friendly_name": "", "attributes": None}, {"friendly_name": ""}, {"Attributes": '{"old":1}'}),
        (
            {"friendly_name": "Carol", "attributes": "{}"},
            {"attributes": MergePatch({"team": "x"})},
            {"Attributes": '{"old":1,"team":"x"}'},
        ),
        (
            {"friendly_name": "Carol", "attributes": '{"new":1}'},
            {"attributes": MergePatch({"team": "x"})},
            {"Attributes": '{"new":1,"team":"x"}'},
        ),
    ],
)
def test_a_replacement_that_adopts_hands_on_what_is_empty(held: Any, desired: Any, parameters: Any) -> None:
    old = user(friendly_name="Old", attributes='{"old":1}')
    made = plan.plan_replacement(USER, "carol", desired, old, user(identity="carol", sid="US2", **held), KNOWN)
    assert made.parameters == parameters


def test_a_creation_sends_the_key_and_only_what_the_task_gives() -> None:
    made = present({"friendly_name": "", "attributes": {}}, None)
    assert made.action == plan.CREATE
    assert made.parameters == {"Identity": "alice", "FriendlyName": "", "Attributes": "{}"}
    assert made.before == {}
    assert made.after == {"identity": "alice", "friendly_name": "", "attributes": {}}
    assert made.predicted == {**KNOWN, "identity": "alice", "friendly_name": "", "attributes": "{}"}
    assert made.result_action == "created"


def test_a_creation_with_a_merge_patch_removes_nulls() -> None:
    made = present({"attributes": MergePatch({"a": None, "b": {"c": None}})}, None)
    assert made.parameters["Attributes"] == '{"b":{}}'


@pytest.mark.parametrize("held", [None, ""])
@pytest.mark.parametrize("desired", ["", None])
def test_a_friendly_name_that_is_null_is_an_empty_one(held: Any, desired: Any) -> None:
    assert present({"friendly_name": desired or ""}, user(friendly_name=held)).action == plan.NONE
    assert present({}, user(friendly_name=held)).before["friendly_name"] == ""


def test_a_role_is_the_same_whatever_the_case_of_its_digits() -> None:
    assert present({"role_sid": ROLES[1]}, user(role_sid=ROLES[0])).action == plan.NONE
    assert present({"role_sid": ROLES[2]}, user(role_sid=ROLES[0])).parameters == {"RoleSid": ROLES[2]}


def test_a_friendly_name_is_another_one_in_another_case() -> None:
    assert present({"friendly_name": "alice"}, user(friendly_name="Alice")).parameters == {"FriendlyName": "alice"}


@pytest.mark.parametrize("held", [None, "", "{}", " { } "])
def test_attributes_that_are_not_there_are_empty_ones(held: Any) -> None:
    assert present({"attributes": {}}, user(attributes=held)).action == plan.NONE


@pytest.mark.parametrize("held", ["{", "nonsense", '{"a":NaN}'])
def test_attributes_that_cannot_be_read_are_overwritten_but_never_merged(held: str) -> None:
    made = present({"attributes": {}}, user(attributes=held))
    assert made.parameters == {"Attributes": "{}"}
    assert made.before["attributes"] == held
    with pytest.raises(PlanningError, match="attributes_mode=replace would overwrite it"):
        present({"attributes": MergePatch({"a": 1})}, user(attributes=held))


def test_a_change_predicts_everything_but_its_date() -> None:
    current = user(is_online=True)
    made = present({"friendly_name": "Alice"}, current)
    assert made.predicted == {**current, "friendly_name": "Alice", "date_updated": None}
    assert made.result_action == "updated"


def test_nothing_to_do_keeps_the_date() -> None:
    made = present({}, user())
    assert made.predicted == user()
    assert made.result_action == "none"


def test_the_absence_of_what_is_there_is_a_deletion() -> None:
    made = plan.plan_absent(USER, user())
    assert (made.action, made.result_action, made.after, made.predicted) == (plan.DELETE, "deleted", {}, None)
    assert made.before == {"identity": "alice", "friendly_name": "", "role_sid": ROLES[0], "attributes": {}}
    assert apply(made) is None


def test_the_absence_of_what_is_not_there_is_nothing_to_do() -> None:
    made = plan.plan_absent(USER, None)
    assert (made.action, made.result_action, made.before, made.after) == (plan.NONE, "none", {}, {})


@pytest.mark.parametrize(
    ("made", "headers"),
    [
        (present({}, None), ("Chat user alice", "Chat user alice")),
        (present({}, user()), ("Chat user alice", "Chat user alice")),
        (plan.plan_absent(USER, user()), ("Chat user alice", "Chat user alice")),
        (plan.plan_absent(USER, None), ("Chat user asked", "Chat user asked")),
        (plan.plan_replacement(USER, "carol", {}, user(), None, KNOWN), ("Chat user alice", "Chat user carol")),
    ],
)
def test_the_headers_of_a_diff_name_the_product_and_the_identity(made: plan.Plan, headers: Any) -> None:
    shown = diff.diff_of(USER, made, "Chat user", "asked")
    assert (shown["before_header"], shown["after_header"]) == headers
    assert (shown["before"], shown["after"]) == (made.before, made.after)


def test_a_diff_shows_numbers_that_differ_as_different() -> None:
    made = present(
        {"attributes": {"n": json_values.parse("9007199254740993.5")}}, user(attributes='{"n":9007199254740993}')
    )
    assert made.before["attributes"] == {"n": 9007199254740993}
    assert made.after["attributes"] == {"n": "9007199254740993.5"}
