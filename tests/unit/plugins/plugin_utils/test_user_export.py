# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _user_export
from ansible_collections.community.twilio.plugins.plugin_utils._user_export import FORMATS, export_users
from ansible_collections.community.twilio.plugins.plugin_utils._user_list import to_users

AGENT, ADMIN, TWIN, MEMBER = (f"RL{number:032x}" for number in range(4))
ROLES = [
    {"sid": AGENT, "friendly_name": "agent", "type": "service"},
    {"sid": ADMIN, "friendly_name": "twin", "type": "service"},
    {"sid": TWIN, "friendly_name": "twin", "type": "service"},
    {"sid": MEMBER, "friendly_name": "agent", "type": "conversation"},
]


def user(identity: str = "alice", **fields: Any) -> dict[str, Any]:
    """Return a user as a module returns it, as far as it matters here."""
    return {"identity": identity, "sid": "US1", "friendly_name": "", "role_sid": AGENT, "attributes": "{}", **fields}


def exported(*users: dict[str, Any], form: str = "json", **options: Any) -> list[dict[str, Any]]:
    return to_users(export_users(list(users), form, ROLES, **options)["text"], form)


@pytest.mark.parametrize("form", FORMATS)
def test_no_users(form: str) -> None:
    export = export_users([], form)
    assert (to_users(export["text"], form), export["count"], export["headline"]) == ([], 0, "0 users")


@pytest.mark.parametrize(
    ("sid", "written"),
    [
        (AGENT, {"role": "agent"}),
        (AGENT.replace("RL", "RL").upper(), {"role": "agent"}),
        (TWIN, {"role_sid": TWIN}),
        (MEMBER, {"role_sid": MEMBER}),
        ("RL" + "f" * 32, {"role_sid": "RL" + "f" * 32}),
        ("", {}),
        (None, {}),
    ],
)
def test_a_role_is_written_by_its_name_if_that_is_unique(sid: str, written: dict[str, str]) -> None:
    [entry] = exported(user(role_sid=sid))
    assert {name: value for name, value in entry.items() if name.startswith("role")} == written


@pytest.mark.parametrize("form", FORMATS)
def test_defaults_are_left_out_on_request(form: str) -> None:
    others = user("bob", friendly_name="Bob", role_sid=TWIN, attributes='{"a":1}')
    entries = exported(user(), others, form=form, omit_defaults=True, default_role_sid=AGENT)
    assert entries == [
        {"identity": "alice"},
        {"identity": "bob", "friendly_name": "Bob", "role_sid": TWIN, "attributes": '{"a":1}'},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "+15551234567",
        "no",
        "Y",
        "n",
        "007",
        "1e5",
        "0o7",
        "~",
        "null",
        "2026-11-28",
        "1:30",
        "<<",
        "=",
        "a: b",
        "a #b",
        ".inf",
    ],
)
def test_text_that_could_be_something_else_is_quoted(text: str) -> None:
    written = export_users([user(text, attributes=f'{{"{text}":"{text}"}}')], "yaml")["text"]
    assert f'- identity: "{text}"\n' in written
    assert f'    "{text}": "{text}"\n' in written


@pytest.mark.parametrize(
    "text", ["alice", "Alice B.", "a-b", "alice@example.com", "zoë", "Łódź", "nobody", "yes or no"]
)
def test_other_text_is_not(text: str) -> None:
    assert f"- identity: {text}\n" in export_users([user(text)], "yaml")["text"]


@pytest.mark.parametrize("number", ["1", "-1", "1.10", "1E+400", "1e-7", "-0", "0.0", "9007199254740993", "1E5"])
def test_numbers_in_yaml_are_numbers(number: str) -> None:
    text = export_users([user(attributes=f'{{"a":{number}}}')], "yaml")["text"]
    assert isinstance(yaml.safe_load(text)[0]["attributes"]["a"], (int, float))
    assert not set('"!') & set(text.partition("attributes")[2])


@pytest.mark.parametrize(
    ("form", "fields", "left_out"),
    [
        ("yaml", {"identity": " a"}, "' a' must not begin with white space"),
        ("yaml", {"identity": "a\nb"}, r"'a\nb' must not contain the control character '\n'"),
        ("json", {"identity": "1.5E+10"}, "'1.5E+10' looks like a number that a spreadsheet has shortened"),
        ("json", {"identity": "x" * 257}, f"'{'x' * 77}...' must have at most 256 characters"),
        ("csv", {"friendly_name": "Alice "}, "friendly_name of 'alice', must not begin or end with white space in CSV"),
        ("csv", {"friendly_name": "a\0"}, "friendly_name of 'alice', must not contain a NUL character (U+0000) in CSV"),
        ("csv", {"attributes": '{"a":"%s"}' % ("x" * 131_072)}, "must not have more than 131,072 characters in CSV"),
        ("yaml", {"attributes": '{"a":"%s"}' % ("x" * 1_000_000)}, "which have more than 1,000,000 characters"),
        ("yaml", {"attributes": "{"}, "attributes of 'alice', which are not JSON"),
        ("json", {"attributes": "[1]"}, "attributes of 'alice', which are not a JSON object"),
        ("json", {"attributes": None}, "attributes of 'alice', which Twilio's list does not contain"),
    ],
)
def test_what_a_list_cannot_contain_is_left_out(form: str, fields: dict[str, Any], left_out: str) -> None:
    export = export_users([user(**fields), user("bob")], form)
    whole = "identity" in fields
    assert export["count"] == (1 if whole else 2)
    assert export["headline"].endswith(left_out)
    assert [each["field"] for each in export["left_out"]] == ([None] if whole else list(fields))
    assert [entry["identity"] for entry in to_users(export["text"], form)] == (["bob"] if whole else ["alice", "bob"])


def test_a_headline_is_short() -> None:
    export = export_users([user(f" {number}") for number in range(1000)], "yaml")
    assert export["headline"].endswith(", and 980 more")
    assert len(export["left_out"]) == 1000


def test_a_user_who_is_listed_twice_is_exported_once() -> None:
    assert exported(user(), user()) == exported(user())


@pytest.mark.parametrize(
    ("only", "identities"),
    [
        (None, "abc"),
        ({}, "abc"),
        ("", "abc"),
        ({"identities": ["[ab]"]}, "ab"),
        ({"identities": ["A"]}, ""),
        ({"roles": ["agent"]}, "a"),
        ({"role_sids": [ADMIN.upper().replace("RL", "RL")]}, "b"),
        ({"role_sids": [TWIN], "roles": ["agent"]}, "ac"),
        ({"attributes": {"team": {"name": "x"}}}, "bc"),
        ({"attributes": '{"team":{"name":"x","size":1.0}}'}, "c"),
        ({"attributes": {"team": {"name": "x"}}, "identities": ["a", "b"]}, "b"),
    ],
)
def test_only(only: Any, identities: str) -> None:
    users = [
        user("a", role_sid=AGENT, attributes="not JSON"),
        user("b", role_sid=ADMIN, attributes='{"team":{"name":"x"}}'),
        user("c", role_sid=TWIN, attributes='{"team":{"name":"x","size":1},"b":2}'),
    ]
    assert "".join(entry["identity"] for entry in exported(*users, only=only)) == identities


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "xml"}, "format: must be one of yaml, json, csv, got 'xml'"),
        ({"users": {"users": []}}, "users: must be the list that twilio_conversations_user_info or"),
        (
            {"users": ["alice"]},
            "users[0]: must be what twilio_conversations_user_info or twilio_chat_user_info returned",
        ),
        ({"users": [{"identity": "alice"}]}, "returned, but has no sid"),
        ({"roles": [{"sid": AGENT}]}, "roles[0]: must be what twilio_conversations_role_info or"),
        ({"only": ["a"]}, "only: must be a dictionary, got a list"),
        (
            {"only": {"identity": ["a"]}},
            "only: unknown key 'identity'; the keys are identities, roles, role_sids, attributes",
        ),
        ({"only": {"identities": "a*"}}, "only.identities: must be a list of text"),
        ({"only": {"identities": []}}, "only.identities: must not be empty; leave it out to select all users"),
        ({"only": {"attributes": {}}}, "only.attributes: must not be empty; leave it out to select all users"),
        (
            {"only": {"role_sids": ["agent"]}},
            "only.role_sids: must be RL followed by 32 hexadecimal digits, got 'agent'",
        ),
        ({"only": {"roles": ["twin"]}}, "only.roles: 'twin' is the name of 2 roles; use role_sids instead"),
        (
            {"only": {"roles": ["agnet"]}},
            "only.roles: no role for users has the name 'agnet'; there are: 'agent', 'twin'",
        ),
        ({"only": {"attributes": "{"}}, "only.attributes: must be a JSON object"),
        ({"only": {"attributes": [1]}}, "only.attributes: must be a JSON object"),
        ({"only": {"attributes": {"a": {1, 2}}}}, "only.attributes: must be a JSON object"),
    ],
)
def test_what_is_wrong_is_named(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        export_users(**{"users": [], "roles": ROLES, **parameters})


def test_the_text_does_not_depend_on_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a\u2028😀", "\x7f", "é", "a\r\nb", "x" * 300, "a b " * 90, "- a", "\ud800"]
    users = [user(friendly_name=text, attributes='{"a b":[[],{},[{"é":null}]]}') for text in texts[:-1]]
    written = export_users(users, "yaml")["text"]

    class Dumper(yaml.SafeDumper):
        yaml_representers = _user_export._Dumper.yaml_representers

        def ignore_aliases(self, data: Any) -> bool:
            return True

    monkeypatch.setattr(_user_export, "_Dumper", Dumper)
    assert export_users(users, "yaml")["text"] == written
