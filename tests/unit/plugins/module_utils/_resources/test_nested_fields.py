# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields that are nested, that are no texts, that never change: how they are compared, sent, shown and planned."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources import plan, validators
from ansible_collections.community.twilio.plugins.module_utils._resources.definitions import (
    CHAT_SERVICE,
    CONVERSATIONS_SERVICE,
    CONVERSATIONS_SERVICE_PARTS,
    ROLE,
    USER,
)
from ansible_collections.community.twilio.plugins.module_utils._resources.field_types import (
    Boolean,
    Integer,
    Sid,
    String,
    StringSet,
)
from ansible_collections.community.twilio.plugins.module_utils._resources.resource_type import (
    Field,
    ResourceType,
    with_value,
)

KNOWN = {**dict.fromkeys(CHAT_SERVICE.result_keys), "account_sid": "AC"}
SIDS = ["RL" + "ab" * 16, "RL" + "AB" * 16, "RL" + "cd" * 16]


# A value by its name


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"a": {"b": {"c": 1}}}, 1),
        ({"a": {"b": {"c": None}}}, None),
        ({"a": {"b": {}}}, None),
        ({"a": {"b": None}}, None),
        ({"a": {"b": "text"}}, None),
        ({"a": None}, None),
        ({}, None),
        ({"a.b.c": 1}, None),
    ],
    ids=str,
)
def test_a_field_finds_its_value_in_nested_dictionaries(raw: Any, value: Any) -> None:
    assert Field("a.b.c", "A.B.C", String()).value_in(raw) == value


names = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
trees = st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
documents = st.dictionaries(st.sampled_from("abc"), trees, max_size=3)


@given(documents, names, st.integers())
def test_a_value_that_is_put_in_is_found_and_the_rest_stays(values: Any, name: str, value: int) -> None:
    before = copy.deepcopy(values)
    result = with_value(values, name, value)
    assert values == before
    assert Field(name, "X", String()).value_in(result) == value
    # Putting back what was there gives what was there, where there was something.
    held = Field(name, "X", String()).value_in(values)
    if held is not None:
        assert with_value(result, name, held) == values
    for other in "abc":
        if other != name[0]:
            assert result.get(other) == values.get(other)


def test_a_value_takes_the_place_of_what_is_no_dictionary() -> None:
    assert with_value({"a": None, "b": 1}, "a.x", 2) == {"a": {"x": 2}, "b": 1}
    assert with_value({"a": "text"}, "a.x.y", 2) == {"a": {"x": {"y": 2}}}


# Types


@pytest.mark.parametrize(
    ("field_type", "held", "desired", "same"),
    [
        (String(), None, "", True),
        (String(), "a", "A", False),
        (Boolean(), None, False, False),
        (Boolean(), None, True, False),
        (Boolean(), False, False, True),
        (Boolean(), True, False, False),
        (Integer(), None, 0, False),
        (Integer(), 0, 0, True),
        (Integer(), 5, 6, False),
        (StringSet(), None, ["a"], False),
        (StringSet(), ["b", "a"], ["a", "b"], True),
        (StringSet(), ["a", "a"], ["a"], True),
        (StringSet(), ["a"], ["a", "b", "b"], False),
        (StringSet(), ["a", "b"], ["a"], False),
        (StringSet(), ["A"], ["a"], False),
        (Sid(), SIDS[0], SIDS[1], True),
        (Sid(), None, SIDS[0], False),
    ],
)
def test_values_are_compared_as_their_type_is(field_type: String, held: Any, desired: Any, same: bool) -> None:
    current = field_type.from_api(held)
    assert field_type.equal(current, field_type.resolve(current, desired)) is same


@pytest.mark.parametrize(
    ("field_type", "desired", "sent", "held"),
    [
        (Boolean(), True, "true", True),
        (Boolean(), False, "false", False),
        (Integer(), 0, "0", 0),
        (Integer(), 1000, "1000", 1000),
        (String(), "", "", ""),
        (StringSet(), ["b", "a", "b"], ["a", "b"], ["a", "b"]),
        (StringSet(), ["a"], ["a"], ["a"]),
    ],
)
def test_values_are_sent_as_text_and_held_as_twilio_answers(
    field_type: String, desired: Any, sent: Any, held: Any
) -> None:
    value = field_type.resolve(field_type.from_api(None), desired)
    assert field_type.to_api(value) == sent
    assert field_type.predict(value) == held
    assert type(field_type.predict(value)) is type(held)


# The resource types


@pytest.mark.parametrize(
    "resource_type", [CHAT_SERVICE, CONVERSATIONS_SERVICE, ROLE, USER, *CONVERSATIONS_SERVICE_PARTS.values()]
)
def test_names_and_parameters_of_a_kind_are_not_given_twice(resource_type: ResourceType) -> None:
    for given_twice in (
        [field.name for field in resource_type.displayed_fields()],
        [field.parameter for field in resource_type.displayed_fields()],
        list(resource_type.result_keys),
    ):
        assert len(set(given_twice)) == len(given_twice)


def test_what_can_be_renamed_can_be_written() -> None:
    assert CHAT_SERVICE.key in CHAT_SERVICE.updatable_fields()
    for resource_type in (CONVERSATIONS_SERVICE, ROLE, USER):
        assert resource_type.key not in resource_type.updatable_fields()
    assert [field.name for field in ROLE.updatable_fields()] == ["permissions"]
    assert [field.name for field in ROLE.displayed_fields()] == ["friendly_name", "type", "permissions"]


def test_a_part_has_no_id_and_no_key() -> None:
    part = CONVERSATIONS_SERVICE_PARTS["configuration"]
    raw = {"service_sid": "IS1", "reachability_enabled": True, "url": "https://example.com/", "links": {}}
    assert part.to_result(raw) == {
        "reachability_enabled": True,
        "default_chat_service_role_sid": "",
        "default_conversation_role_sid": "",
        "default_conversation_creator_role_sid": "",
    }
    assert plan.displayed_values(part, raw)["reachability_enabled"] is True
    assert "" not in plan.displayed_values(part, raw)


def test_the_permissions_of_a_role_are_reported_sorted() -> None:
    raw = {**dict.fromkeys(ROLE.result_keys), "sid": "RL1", "permissions": ["b", "a"]}
    assert ROLE.to_result(raw)["permissions"] == ["a", "b"]


# Plans

service_values: dict[str, st.SearchStrategy[Any]] = {
    "default_service_role_sid": st.sampled_from(SIDS),
    "read_status_enabled": st.booleans(),
    "typing_indicator_timeout": st.integers(0, 2),
    "pre_webhook_url": st.sampled_from(["", "https://a.example/"]),
    "webhook_method": st.sampled_from(["GET", "POST"]),
    "webhook_filters": st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
    "limits.channel_members": st.integers(1, 3),
    "limits.user_channels": st.integers(1, 3),
    "media.compatibility_message": st.sampled_from(["", "x"]),
    "notifications.log_enabled": st.booleans(),
    "notifications.new_message.template": st.sampled_from(["", "x"]),
    "notifications.new_message.badge_count_enabled": st.booleans(),
    "notifications.added_to_channel.enabled": st.booleans(),
    "friendly_name": st.sampled_from(["Support", "Sales"]),
}
wanted_services = st.fixed_dictionaries({}, optional=service_values)


@st.composite
def services(draw: Any) -> dict[str, Any]:
    """Return what Twilio may hold: any value, null, or nothing, at any depth."""
    raw: dict[str, Any] = {"sid": "IS1", "friendly_name": "Support", "date_updated": "2026-01-01T00:00:00Z"}
    for name, values in service_values.items():
        value = draw(st.one_of(st.none(), values, st.just("nothing")))
        if name != "friendly_name" and value != "nothing":
            raw = with_value(raw, name, value)
    return raw


def planned(desired: Any, current: Any) -> plan.Plan:
    return plan.plan_present(CHAT_SERVICE, "Support", desired, current, KNOWN)


@given(wanted_services, st.one_of(st.none(), services()))
def test_what_a_plan_predicts_leaves_nothing_to_do(desired: Any, current: Any) -> None:
    if current is None:
        # The name of a new service is given apart.
        desired = {name: value for name, value in desired.items() if name != "friendly_name"}
    held = copy.deepcopy(current)
    made = planned(desired, current)
    assert current == held
    again = planned(desired, made.predicted)
    assert (again.action, again.parameters, again.before) == (plan.NONE, {}, again.after)


@given(wanted_services, services())
def test_only_what_differs_is_sent_and_only_that_changes(desired: Any, current: Any) -> None:
    made = planned(desired, current)
    by_name = {field.name: field for field in CHAT_SERVICE.displayed_fields()}
    differing = {
        name
        for name, value in desired.items()
        if not by_name[name].type.equal(
            by_name[name].type.from_api(by_name[name].value_in(current)), plan_goal(by_name[name], value)
        )
    }
    assert set(made.parameters) == {by_name[name].parameter for name in differing}
    assert (made.action == plan.UPDATE) is bool(differing)
    assert made.predicted is not None
    for name, field in by_name.items():
        if name not in differing:
            assert field.value_in(made.predicted) == field.value_in(current)
            assert field.value_in(made.after) == field.value_in(made.before)


def plan_goal(field: Field, value: Any) -> Any:
    return field.type.resolve(None, value)


@given(wanted_services, services())
def test_a_diff_shows_what_is_wanted_nested_as_the_options_are(desired: Any, current: Any) -> None:
    made = planned(desired, current)
    for name, value in desired.items():
        shown = Field(name, "", String()).value_in(made.after)
        if isinstance(value, list):
            assert shown == sorted(set(value))
        else:
            assert shown == value or str(shown).lower() == str(value).lower()
    assert not any("." in name for name in made.after)


@given(wanted_services)
def test_a_creation_sends_the_name_alone_and_shows_all(desired: Any) -> None:
    made = planned({name: value for name, value in desired.items() if name != "friendly_name"}, None)
    assert made.action == plan.CREATE
    assert made.parameters == {"FriendlyName": "Support"}
    assert made.before == {}


def test_a_plan_shows_nested_values_before_and_after() -> None:
    made = planned({"limits.channel_members": 9}, {"sid": "IS1", "limits": {"channel_members": 7, "user_channels": 8}})
    assert made.before["limits"] == {"channel_members": 7, "user_channels": 8}
    assert made.after["limits"] == {"channel_members": 9, "user_channels": 8}
    assert made.predicted is not None
    assert made.predicted["limits"] == {"channel_members": 9, "user_channels": 8}
    assert made.changed_fields(CHAT_SERVICE) == ["limits.channel_members"]


def test_the_creation_of_a_role_sends_all_of_it() -> None:
    made = plan.plan_present(ROLE, "guest", {"type": "channel", "permissions": ["b", "a"]}, None, {})
    assert made.parameters == {"FriendlyName": "guest", "Type": "channel", "Permission": ["a", "b"]}


@pytest.mark.parametrize(
    ("desired", "name"),
    [({}, None), ({"type": "a"}, None), ({"type": "b"}, "type"), ({"type": "b", "permissions": ["x"]}, "type")],
    ids=str,
)
def test_a_field_that_never_changes_is_found_when_it_differs(desired: Any, name: Any) -> None:
    found = plan.differing_immutable_field(ROLE, desired, {"type": "a", "permissions": ["y"]})
    assert (found and found.name) == name


def test_a_part_of_a_new_service_shows_all_that_is_wanted_and_no_more() -> None:
    part = CONVERSATIONS_SERVICE_PARTS["webhooks"]
    made = plan.plan_part_of_new(part, {"pre_webhook_url": "", "filters": ["b", "a", "b"]})
    assert (made.before, made.after) == ({}, {"pre_webhook_url": "", "filters": ["a", "b"]})


# Checks


@pytest.mark.parametrize(("low", "high", "value"), [(1, 1000, 1), (1, 1000, 1000), (0, None, 0), (0, None, 10**9)])
def test_a_number_within_its_bounds_is_right(low: int, high: Any, value: int) -> None:
    assert validators.number("limits.x", value, low, high) == value


@pytest.mark.parametrize(
    ("low", "high", "value", "bounds"),
    [(1, 1000, 0, "from 1 to 1000"), (1, 1000, 1001, "from 1 to 1000"), (0, None, -1, "0 or more")],
)
def test_a_number_out_of_bounds_is_refused(low: int, high: Any, value: int, bounds: str) -> None:
    with pytest.raises(validators.ValidationError, match=rf"^limits\.x: must be {bounds}, got {value}$"):
        validators.number("limits.x", value, low, high)


def test_a_list_of_names_is_neither_empty_nor_holds_an_empty_one() -> None:
    assert validators.names("permissions", ["b", "a"]) == ["b", "a"]
    for values, which in (([], ""), ([""], "[0]"), (["a", "\ud800"], "[1]")):
        with pytest.raises(validators.ValidationError, match=rf"^permissions{re.escape(which)}: must "):
            validators.names("permissions", values)
