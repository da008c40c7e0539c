# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.plugin_utils._user_changes import role_names, user_changes

AGENT, GUEST, OTHER = ("RL" + digit * 32 for digit in "abc")
NAMES = role_names([{"sid": AGENT.upper(), "friendly_name": "agent"}, {"sid": GUEST, "friendly_name": "guest"}])


def of_attributes(before: Any, after: Any) -> list[tuple[Any, ...]]:
    """Return path, before and after of each change; "-" for a value that there is not."""
    changes = user_changes({"attributes": before}, {"attributes": after}, {})
    return [(change["path"], change.get("before", "-"), change.get("after", "-")) for change in changes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "a": 1}, [("attributes.b", 2, 3)]),
        ({}, {"a": {"b": {"c": 1}}, "d": {}}, [("attributes.a.b.c", "-", 1), ("attributes.d", "-", {})]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}, [("attributes.a.b", 1, "-")]),
        ({"a": None}, {"a": {"b": None}}, [("attributes.a", None, {"b": None})]),
        ({"a": None}, {}, [("attributes.a", None, "-")]),
        # Unlike in Python, true is not 1.
        ({"a": True}, {"a": 1}, [("attributes.a", True, 1)]),
        ({"a": [{"b": False}]}, {"a": [{"b": 0}]}, [("attributes.a[0].b", False, 0)]),
        ({"a": [0]}, {"a": [False]}, [("attributes.a", [0], [False])]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": "1"}, {"a": 1}, [("attributes.a", "1", 1)]),
        # Lists as a whole, unless they are as many objects.
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, [("attributes.a", ["x", "y"], ["y", "x"])]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, [("attributes.a[1].b", 2, 3)]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {}]}, [("attributes.a", [{"b": 1}], [{"b": 1}, {}])]),
        # Attributes that are no JSON.
        ("no JSON", {"a": 1}, [("attributes", "no JSON", {"a": 1})]),
        # Keys that could be taken for something else.
        ({}, {"a.b": 1}, [('attributes["a.b"]', "-", 1)]),
        (
            {},
            {"": 1, "a-b_ç": 2, '"': 3},
            [('attributes[""]', "-", 1), ("attributes.a-b_ç", "-", 2), ('attributes["\\""]', "-", 3)],
        ),
        ({}, {"a\u202e\x1b": 1}, [('attributes["a\\u202e\\u001b"]', "-", 1)]),
    ],
)
def test_attributes(before: Any, after: Any, expected: list[tuple[Any, ...]]) -> None:
    assert of_attributes(before, after) == expected


def test_fields() -> None:
    old = {"identity": "alice", "friendly_name": "", "role_sid": GUEST, "attributes": {}}
    assert user_changes({}, old, NAMES) == [
        {"path": "friendly_name", "after": ""},
        {"path": "role", "after": "guest"},
        {"path": "attributes", "after": {}},
    ]
    assert user_changes({"role_sid": GUEST.upper()}, {"role_sid": AGENT}, NAMES) == [
        {"path": "role", "before": "guest", "after": "agent"}
    ]
    # Not a name on one side, and a SID on the other one.
    assert user_changes({"role_sid": GUEST}, {"role_sid": OTHER}, NAMES) == [
        {"path": "role_sid", "before": GUEST, "after": OTHER}
    ]


def test_a_name_of_several_roles_is_not_used() -> None:
    roles = [{"sid": sid, "friendly_name": name} for sid, name in ((AGENT, "agent"), (GUEST, "agent"), (OTHER, ""))]
    assert role_names([*roles, {}, "no role"]) == {}


values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.text("ab.", max_size=2),
    lambda child: st.lists(child, max_size=2) | st.dictionaries(st.text("ab.", max_size=2), child, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text("ab.", max_size=2), values, max_size=3)


@given(objects, objects)
def test_each_place_is_named_once_and_only_what_differs(one: Any, other: Any) -> None:
    changes, back = of_attributes(one, other), of_attributes(other, one)
    assert len({path for path, _old, _new in changes}) == len(changes)
    assert of_attributes(one, one) == []
    # The other way round, the same places.
    assert {(path, str(old), str(new)) for path, old, new in changes} == {
        (path, str(new), str(old)) for path, old, new in back
    }
