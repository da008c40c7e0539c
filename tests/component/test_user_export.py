# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sync with the export of a service changes nothing, in each format."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources import json_values
from ansible_collections.community.twilio.plugins.plugin_utils._user_export import FORMATS, export_users
from ansible_collections.community.twilio.plugins.plugin_utils._user_list import to_users
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import OBJECTS
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio, summary_of

# What YAML, CSV or a spreadsheet could read as something else, and what the modules refuse.
HOSTILE = [
    *(
        "+15551234567",
        "no",
        "NO",
        "y",
        "007",
        "1e5",
        "1_000",
        "0x1F",
        "~",
        "null",
        "2026-11-28",
        "12:30:45",
        ".inf",
        "=",
    ),
    *(" leading", "trailing ", "\ttab", "- dash", "a: b", "a #b", "#a", "*a", "&a", "!a", "<<", "{a}", "[a]", "'", '"'),
    *(
        "a,b",
        "a;b",
        'a"b',
        "a\nb",
        "a\r\nb",
        "a\rb",
        "a\u2028b",
        "a\x85b",
        "a\x7fb",
        "\ufeffa",
        "\u200b",
        "{{ 1 + 1 }}",
    ),
    *("1.5E+10", "sep=;", "identity", "default", "US" + "0" * 32, ".", "..", "a/b", "100%", "é", "😀", "\\", "a\\nb"),
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
# Text that is stored as it is: JSON in other notations, not JSON, not an object.
RAW_ATTRIBUTES = st.sampled_from(
    [
        '{"n":1e400,"m":9007199254740993,"k":1.10}',
        '{"a":1,"a":2}',
        '{"\\ud800":"\\udfff"}',
        ' {"a" : {"b":[]}} ',
        "{}",
        "",
    ]
    + ["[1]", "null", "{", '{"a":"\\u0000\\u2028"}', '{"z":{"y":1,"x":-0.0},"no":"no","1":1,"~":null}', '{"a":1E-7}']
)
ATTRIBUTES = st.one_of(OBJECTS.map(json_values.dump), RAW_ATTRIBUTES)
ROLE_NAMES = ["agent", "agent", " blank ", "default", "no", "a,b"]
USERS = st.lists(
    st.fixed_dictionaries(
        {"identity": TEXTS.filter(bool), "friendly_name": TEXTS, "attributes": ATTRIBUTES, "role": st.integers(0, 20)}
    ),
    unique_by=lambda user: user["identity"],
    max_size=12,
)


def seed(twilio: Twilio, users: list[dict[str, Any]]) -> None:
    twilio.control.reset()
    for name in ROLE_NAMES:
        twilio.seed_role(name, type="service")
    roles = twilio.roles()
    held = [{**user, "role_sid": roles[user["role"] % len(roles)]} for user in users]
    twilio.seed_many([{name: value for name, value in user.items() if name != "role"} for user in held])


def exported(twilio: Twilio, form: str, **options: Any) -> dict[str, Any]:
    """Return the export of the service."""
    return export_users(twilio.info()["users"], form, twilio.role_info()["roles"], **options)


@settings(max_examples=30)
@given(users=USERS, omit_defaults=st.booleans())
def test_a_sync_with_an_export_changes_nothing(
    twilio: Twilio, users: list[dict[str, Any]], omit_defaults: bool
) -> None:
    seed(twilio, users)
    default = twilio.roles()[0]
    for form in FORMATS:
        export = exported(twilio, form, omit_defaults=omit_defaults, default_role_sid=default)
        left_out = {each["identity"] for each in export["left_out"] if each["field"] is None}
        count = len(users) - len(left_out)
        assert export["count"] == count
        listed = to_users(export["text"], form, count)
        assert [user["identity"] for user in listed] == sorted({user["identity"] for user in users} - left_out)
        # Only what is left out would be deleted.
        synced = twilio.users(listed, check=True, prune=True, max_deletions=1000)
        assert synced["summary"] == summary_of(unchanged=count, deleted=len(left_out)), (form, synced["diff"])


@settings(max_examples=15)
@given(users=USERS)
def test_a_sync_with_returned_users_changes_nothing(twilio: Twilio, users: list[dict[str, Any]]) -> None:
    seed(twilio, users)
    found = [
        user
        for user in twilio.info()["users"]
        if user["attributes_parsed"] is not None
        and not any(each["field"] in (None, "friendly_name") for each in export_users([user], "json")["left_out"])
    ]
    # The text of attributes is kept, and what the list names twice is refused.
    unique = [user for user in found if '"a":1,"a":2' not in user["attributes"]]
    listed = to_users(unique)
    assert [user.get("attributes", "") for user in listed] == [user["attributes"] for user in unique]
    if unique == found or listed:
        assert twilio.users(listed, check=True)["summary"] == summary_of(unchanged=len(unique))


def test_attributes_that_twilio_does_not_list_are_left_out(twilio: Twilio) -> None:
    twilio.seed("alice", attributes={"a": 1})
    twilio.control.switch(attributes_in_list="null")
    export = exported(twilio, "json")
    assert export["text"] == '[\n  {"identity":"alice","friendly_name":"","role":"service user"}\n]\n'
    assert export["headline"] == (
        "1 user; without what this file cannot contain: attributes of 'alice', which Twilio's list does not contain"
    )
    assert twilio.users(to_users(export["text"]))["changed"] is False


@pytest.mark.parametrize("order", ["created", "newest_first", "sid"])
def test_the_order_of_the_list_does_not_matter(twilio: Twilio, order: str) -> None:
    seeded = [{"identity": f"user {number}", "attributes": f'{{"b":{number},"a":1}}'} for number in (3, 1, 2)]
    twilio.seed_many(seeded)
    twilio.control.switch(list_order=order)
    assert exported(twilio, "csv", omit_defaults=True, default_role_sid=twilio.roles()[0])["text"] == (
        "identity,friendly_name,role,role_sid,attributes\n"
        + "".join(f'user {number},,,,"{{""a"":1,""b"":{number}}}"\n' for number in (1, 2, 3))
    )
