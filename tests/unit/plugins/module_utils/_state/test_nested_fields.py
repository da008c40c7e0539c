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

from ansible_collections.community.twilio.plugins.module_utils._state import checks, plan
from ansible_collections.community.twilio.plugins.module_utils._state.kinds import (
    CHAT_SERVICE,
    CONVERSATIONS_SERVICE,
    CONVERSATIONS_SERVICE_PARTS,
    ROLE,
    USER,
    Field,
    Flag,
    Kind,
    Number,
    Sid,
    Text,
    Texts,
    with_value,
)

KNOWN = {**dict.fromkeys(CHAT_SERVICE.reported), "account_sid": "AC"}
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
    assert Field("a.b.c", "A.B.C", Text()).of(raw) == value


names = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
trees = st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
documents = st.dictionaries(st.sampled_from("abc"), trees, max_size=3)


@given(documents, names, st.integers())
def test_a_value_that_is_put_in_is_found_and_the_rest_stays(values: Any, name: str, value: int) -> None:
    before = copy.deepcopy(values)
    result = with_value(values, name, value)
    assert values == before
    assert Field(name, "X", Text()).of(result) == value
    # Putting back what was there gives what was there, where there was something.
    held = Field(name, "X", Text()).of(values)
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
    ("kind", "held", "wanted", "same"),
    [
        (Text(), None, "", True),
        (Text(), "a", "A", False),
        (Flag(), None, False, False),
        (Flag(), None, True, False),
        (Flag(), False, False, True),
        (Flag(), True, False, False),
        (Number(), None, 0, False),
        (Number(), 0, 0, True),
        (Number(), 5, 6, False),
        (Texts(), None, ["a"], False),
        (Texts(), ["b", "a"], ["a", "b"], True),
        (Texts(), ["a", "a"], ["a"], True),
        (Texts(), ["a"], ["a", "b", "b"], False),
        (Texts(), ["a", "b"], ["a"], False),
        (Texts(), ["A"], ["a"], False),
        (Sid(), SIDS[0], SIDS[1], True),
        (Sid(), None, SIDS[0], False),
    ],
)
def test_values_are_compared_as_their_type_is(kind: Text, held: Any, wanted: Any, same: bool) -> None:
    current = kind.read(held)
    assert kind.same(current, kind.resolve(current, wanted)) is same


@pytest.mark.parametrize(
    ("kind", "wanted", "sent", "held"),
    [
        (Flag(), True, "true", True),
        (Flag(), False, "false", False),
        (Number(), 0, "0", 0),
        (Number(), 1000, "1000", 1000),
        (Text(), "", "", ""),
        (Texts(), ["b", "a", "b"], ["a", "b"], ["a", "b"]),
        (Texts(), ["a"], ["a"], ["a"]),
    ],
)
def test_values_are_sent_as_text_and_held_as_twilio_answers(kind: Text, wanted: Any, sent: Any, held: Any) -> None:
    value = kind.resolve(kind.read(None), wanted)
    assert kind.send(value) == sent
    assert kind.hold(value) == held
    assert type(kind.hold(value)) is type(held)


# The kinds


@pytest.mark.parametrize(
    "kind", [CHAT_SERVICE, CONVERSATIONS_SERVICE, ROLE, USER, *CONVERSATIONS_SERVICE_PARTS.values()]
)
def test_names_and_parameters_of_a_kind_are_not_given_twice(kind: Kind) -> None:
    for given_twice in (
        [field.name for field in kind.managed()],
        [field.parameter for field in kind.managed()],
        list(kind.reported),
    ):
        assert len(set(given_twice)) == len(given_twice)


def test_what_can_be_renamed_can_be_written() -> None:
    assert CHAT_SERVICE.key in CHAT_SERVICE.writable()
    for kind in (CONVERSATIONS_SERVICE, ROLE, USER):
        assert kind.key not in kind.writable()
    assert [field.name for field in ROLE.writable()] == ["permissions"]
    assert [field.name for field in ROLE.managed()] == ["friendly_name", "type", "permissions"]


def test_a_part_has_no_id_and_no_key() -> None:
    part = CONVERSATIONS_SERVICE_PARTS["configuration"]
    raw = {"service_sid": "IS1", "reachability_enabled": True, "url": "https://example.com/", "links": {}}
    assert part.report(raw) == {
        "reachability_enabled": True,
        "default_chat_service_role_sid": "",
        "default_conversation_role_sid": "",
        "default_conversation_creator_role_sid": "",
    }
    assert plan.shown(part, raw)["reachability_enabled"] is True
    assert "" not in plan.shown(part, raw)


def test_the_permissions_of_a_role_are_reported_sorted() -> None:
    raw = {**dict.fromkeys(ROLE.reported), "sid": "RL1", "permissions": ["b", "a"]}
    assert ROLE.report(raw)["permissions"] == ["a", "b"]


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
    """Give what Twilio may hold: any value, null, or nothing, at any depth."""
    raw: dict[str, Any] = {"sid": "IS1", "friendly_name": "Support", "date_updated": "2026-01-01T00:00:00Z"}
    for name, values in service_values.items():
        value = draw(st.one_of(st.none(), values, st.just("nothing")))
        if name != "friendly_name" and value != "nothing":
            raw = with_value(raw, name, value)
    return raw


def planned(wanted: Any, current: Any) -> plan.Plan:
    return plan.plan_present(CHAT_SERVICE, "Support", wanted, current, KNOWN)


@given(wanted_services, st.one_of(st.none(), services()))
def test_what_a_plan_predicts_leaves_nothing_to_do(wanted: Any, current: Any) -> None:
    if current is None:
        # The name of a new service is given apart.
        wanted = {name: value for name, value in wanted.items() if name != "friendly_name"}
    held = copy.deepcopy(current)
    made = planned(wanted, current)
    assert current == held
    again = planned(wanted, made.predicted)
    assert (again.action, again.parameters, again.before) == (plan.NONE, {}, again.after)


@given(wanted_services, services())
def test_only_what_differs_is_sent_and_only_that_changes(wanted: Any, current: Any) -> None:
    made = planned(wanted, current)
    by_name = {field.name: field for field in CHAT_SERVICE.managed()}
    differing = {
        name
        for name, value in wanted.items()
        if not by_name[name].type.same(
            by_name[name].type.read(by_name[name].of(current)), plan_goal(by_name[name], value)
        )
    }
    assert set(made.parameters) == {by_name[name].parameter for name in differing}
    assert (made.action == plan.UPDATE) is bool(differing)
    assert made.predicted is not None
    for name, field in by_name.items():
        if name not in differing:
            assert field.of(made.predicted) == field.of(current)
            assert field.of(made.after) == field.of(made.before)


def plan_goal(field: Field, value: Any) -> Any:
    return field.type.resolve(None, value)


@given(wanted_services, services())
def test_a_diff_shows_what_is_wanted_nested_as_the_options_are(wanted: Any, current: Any) -> None:
    made = planned(wanted, current)
    for name, value in wanted.items():
        shown = Field(name, "", Text()).of(made.after)
        if isinstance(value, list):
            assert shown == sorted(set(value))
        else:
            assert shown == value or str(shown).lower() == str(value).lower()
    assert not any("." in name for name in made.after)


@given(wanted_services)
def test_a_creation_sends_the_name_alone_and_shows_all(wanted: Any) -> None:
    made = planned({name: value for name, value in wanted.items() if name != "friendly_name"}, None)
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
    ("wanted", "name"),
    [({}, None), ({"type": "a"}, None), ({"type": "b"}, "type"), ({"type": "b", "permissions": ["x"]}, "type")],
    ids=str,
)
def test_a_field_that_never_changes_is_found_when_it_differs(wanted: Any, name: Any) -> None:
    found = plan.fixed_difference(ROLE, wanted, {"type": "a", "permissions": ["y"]})
    assert (found and found.name) == name


def test_a_part_of_a_new_service_shows_all_that_is_wanted_and_no_more() -> None:
    part = CONVERSATIONS_SERVICE_PARTS["webhooks"]
    made = plan.plan_part_of_new(part, {"pre_webhook_url": "", "filters": ["b", "a", "b"]})
    assert (made.before, made.after) == ({}, {"pre_webhook_url": "", "filters": ["a", "b"]})


# Checks


@pytest.mark.parametrize(("low", "high", "value"), [(1, 1000, 1), (1, 1000, 1000), (0, None, 0), (0, None, 10**9)])
def test_a_number_within_its_bounds_is_right(low: int, high: Any, value: int) -> None:
    assert checks.number("limits.x", value, low, high) == value


@pytest.mark.parametrize(
    ("low", "high", "value", "bounds"),
    [(1, 1000, 0, "from 1 to 1000"), (1, 1000, 1001, "from 1 to 1000"), (0, None, -1, "0 or more")],
)
def test_a_number_out_of_bounds_is_refused(low: int, high: Any, value: int, bounds: str) -> None:
    with pytest.raises(checks.BadValue, match=rf"^limits\.x: must be {bounds}, got {value}$"):
        checks.number("limits.x", value, low, high)


def test_a_list_of_names_is_neither_empty_nor_holds_an_empty_one() -> None:
    assert checks.names("permissions", ["b", "a"]) == ["b", "a"]
    for values, which in (([], ""), ([""], "[0]"), (["a", "\ud800"], "[1]")):
        with pytest.raises(checks.BadValue, match=rf"^permissions{re.escape(which)}: must "):
            checks.names("permissions", values)
