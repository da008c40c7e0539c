# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.community.twilio.plugins.module_utils._resources.json_values import equal, merge_patch, parse
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import OBJECTS, VALUES, without_nulls

# RFC 7396, appendix A, in its order: original, patch, result.
RFC_7396 = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7396)
def test_rfc_7396_appendix_a(original: str, patch: str, result: str) -> None:
    assert equal(merge_patch(parse(original), parse(patch)), parse(result))


@given(VALUES)
def test_an_empty_patch_changes_no_object(target: Any) -> None:
    expected = target if isinstance(target, dict) else {}
    assert equal(merge_patch(target, {}), expected)


@given(VALUES, VALUES)
def test_a_patch_applied_twice_changes_nothing_more(target: Any, patch: Any) -> None:
    once = merge_patch(target, patch)
    assert equal(merge_patch(once, patch), once)


@given(VALUES, VALUES)
def test_neither_target_nor_patch_is_touched(target: Any, patch: Any) -> None:
    before = copy.deepcopy((target, patch))
    merge_patch(target, patch)
    assert equal(list(before), [target, patch])


@given(OBJECTS, OBJECTS)
def test_only_what_the_patch_names_changes(target: Any, patch: Any) -> None:
    result = merge_patch(target, patch)
    for name in target.keys() - patch.keys():
        assert equal(result[name], target[name])
    assert {name for name, value in patch.items() if value is None}.isdisjoint(result)
    assert result.keys() == (target.keys() | patch.keys()) - {n for n, value in patch.items() if value is None}


@given(VALUES)
def test_a_document_without_nulls_is_its_own_patch_to_nothing(document: Any) -> None:
    document = without_nulls(document)
    assert equal(merge_patch(None, document), document)


@given(OBJECTS, OBJECTS)
def test_there_is_a_patch_from_any_document_without_nulls_to_any_other(target: Any, goal: Any) -> None:
    target, goal = without_nulls(target), without_nulls(goal)
    assert equal(merge_patch(target, patch_between(target, goal)), goal)


def patch_between(target: Any, goal: Any) -> Any:
    if not isinstance(target, dict) or not isinstance(goal, dict):
        return goal
    removed = dict.fromkeys(target.keys() - goal.keys())
    return {**removed, **{name: patch_between(target.get(name), value) for name, value in goal.items()}}
