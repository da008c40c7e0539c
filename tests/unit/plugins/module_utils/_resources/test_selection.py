# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users that conditions select."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._resources import json_values
from ansible_collections.community.twilio.plugins.module_utils._resources.selection import Selection

ROLE = "RL" + "ab" * 16
USER = {
    "identity": "agent-7",
    "role_sid": ROLE,
    "attributes": '{"managed_by":"ansible","a":{"b":1.0,"c":[1,2]},"n":9007199254740993}',
}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, True),
        ({"identities": ["agent-*"]}, True),
        ({"identities": ["x", "agent-[0-9]"]}, True),
        ({"identities": ["AGENT-*"]}, False),
        ({"identities": ["agent"]}, False),
        ({"identities": []}, False),
        ({"role_sids": [ROLE]}, True),
        ({"role_sids": [ROLE.replace("ab", "AB")]}, True),
        ({"role_sids": ["RL" + "cd" * 16]}, False),
        ({"role_sids": []}, False),
        ({"attributes": "{}"}, True),
        ({"attributes": '{"managed_by":"ansible"}'}, True),
        ({"attributes": '{"managed_by":"other"}'}, False),
        ({"attributes": '{"a":{"b":1}}'}, True),
        ({"attributes": '{"a":{"b":true}}'}, False),
        ({"attributes": '{"a":{"c":[1]}}'}, False),
        ({"attributes": '{"a":{"c":[1,2]}}'}, True),
        ({"attributes": '{"n":9007199254740992}'}, False),
        ({"attributes": '{"missing":null}'}, False),
        ({"identities": ["agent-*"], "role_sids": [ROLE], "attributes": '{"managed_by":"ansible"}'}, True),
        ({"identities": ["agent-*"], "role_sids": [ROLE], "attributes": '{"managed_by":"other"}'}, False),
        ({"identities": ["other"], "role_sids": [ROLE], "attributes": '{"managed_by":"ansible"}'}, False),
    ],
)
def test_a_user_has_to_match_all_conditions(conditions: dict[str, Any], expected: bool) -> None:
    if "attributes" in conditions:
        conditions["attributes"] = json_values.parse(conditions["attributes"])
    assert Selection(**conditions).matches(USER) is expected


@pytest.mark.parametrize("attributes", [None, "", "{}", "not JSON", "[]", '"managed_by"'])
def test_attributes_that_are_no_object_match_no_condition(attributes: str | None) -> None:
    selection = Selection(attributes={"managed_by": "ansible"})
    assert not selection.matches({**USER, "attributes": attributes})
    assert Selection(identities=["*"]).matches({**USER, "attributes": attributes})
