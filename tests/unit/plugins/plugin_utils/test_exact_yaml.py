# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small text cannot take much time or memory, whatever its aliases, levels and numbers are."""

from __future__ import annotations

import json
import time
import tracemalloc
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _user_list
from ansible_collections.community.twilio.plugins.plugin_utils._accounts import account_options
from ansible_collections.community.twilio.plugins.plugin_utils._exact_yaml import parse_yaml
from ansible_collections.community.twilio.plugins.plugin_utils._user_list import to_users

ACCOUNT = "AC" + "1" * 32
ALIASES = "must not repeat so much with aliases (*name): without them, it would have more than 1,"
LEVELS = "must be YAML: it nests too many levels"


def doubling(first: str, step: str, last: str, times: int = 40) -> str:
    """A text in which each line repeats the one before it twice."""
    lines = [f"  a0: &a0 {first}"]
    lines += [f"  a{n}: &a{n} {step.replace('*', f'*a{n - 1}')}" for n in range(1, times)]
    return "\n".join([*lines, last.replace("*", f"*a{times - 1}")])


USER = "- identity: alice\n  attributes:\n"
HOSTILE = {
    "lists": (USER + doubling("[x, x]", "[*, *]", ""), ALIASES),
    "the list itself": (
        "- [&a0 [x, x]\n" + "".join(f"  , &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)) + "]",
        ALIASES,
    ),
    "dictionaries": (USER + doubling("{x: 1, y: 2}", "{x: *, y: *}", ""), ALIASES),
    "merge keys": (USER + doubling("{x: 1, y: 2}", "{<<: [*, *]}", ""), ALIASES),
    "keys": (USER + doubling("[x, x]", "{? * : *}", ""), ALIASES),
    "a long text": (USER + f"    a: &a {'x' * 20000}\n    b: [{', '.join(['*a'] * 200)}]", ALIASES),
    "users": ("- &a {identity: alice, attributes: [" + "x, " * 2000 + "]}\n" + "- *a\n" * 5000, ALIASES),
    "itself": ("- &a [x, *a]", "line 1: must not contain an alias that refers to the value itself"),
    "itself as a merge key": ("- &a {<<: *a}", "line 1: must not contain an alias that refers to the value itself"),
    # libyaml itself has a limit for these.
    "flow levels": ("[" * 100_000, "nest"),
    "flow levels of dictionaries": ("- " + "{a: " * 100_000, LEVELS),
    "block levels": ("- " * 100_000, LEVELS),
    "block levels of keys": ("? " * 100_000, LEVELS),
    "levels behind quotes": ("- " + '["]", ' * 100_000, LEVELS),
    "levels in lines": ("\n".join(" " * n + "- " for n in range(3000)), LEVELS),
    "levels with aliases": ("- " + "&a [" * 10_000, LEVELS),
    "octal digits": ("- identity: 0" + "7" * 100_000, "line 1: holds a number with more than 1000 digits"),
    "sexagesimal digits": ("- {identity: a, attributes: {n: 1" + ":1" * 50_000 + "}}", "more than 1000 digits"),
    "sexagesimal fractions": ("- {identity: a, attributes: {n: 1" + ":1" * 400 + ".5}}", "is not what its tag"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_small_text_does_not_become_large(name: str) -> None:
    text, message = HOSTILE[name]
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(ValidationError) as refused:
            to_users(text, "yaml")
        assert message in str(refused.value)
        assert len(str(refused.value)) < 300
        # The reader of the accounts is the same, but shows nothing.
        with pytest.raises(ValidationError, match=r"^twilio_accounts: must be a dictionary"):
            account_options(text, ACCOUNT)
        _size, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000
    # Tracing makes it several times as slow.
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[&a {x: 1, y: [2]}, *a, {<<: *a, y: 3}]", [{"x": 1, "y": [2]}, {"x": 1, "y": [2]}, {"x": 1, "y": 3}]),
        ("{a: &a {x: 1}, b: &b {y: 2}, c: {<<: [*a, *b]}}", {"a": {"x": 1}, "b": {"y": 2}, "c": {"x": 1, "y": 2}}),
        ("['*a', \"*b\", a*b]", ["*a", "*b", "a*b"]),
        ("[" * 100 + "]" * 100, json.loads("[" * 100 + "]" * 100)),
    ],
)
def test_what_people_write_is_read(text: str, wanted: Any) -> None:
    assert parse_yaml(text) == wanted


def test_many_users_can_share_what_they_have_in_common() -> None:
    shared = "- identity: first\n  attributes: &all {team: support, tags: [a, b], text: " + "x" * 200 + "}\n"
    users = to_users(shared + "".join(f"- identity: user-{n}\n  attributes: *all\n" for n in range(3000)))
    assert len(users) == 3001
    assert len({user["attributes"] for user in users}) == 1


@pytest.mark.parametrize("leaf", [None, "x" * 1000])
def test_what_ansible_has_read_does_not_become_large(leaf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible's own YAML has aliases, too: they are the same object."""
    assert _user_list.MAX_ATTRIBUTES_SIZE == 1_000_000
    # A million takes a second.
    monkeypatch.setattr(_user_list, "MAX_ATTRIBUTES_SIZE", 10_000)
    value: Any = [leaf]
    for _level in range(40):
        value = [value, value]
    with pytest.raises(ValidationError) as refused:
        to_users([{"identity": "a", "attributes": value}, {"identity": "b", "attribute": value}])
    assert str(refused.value) == ("users[0] ('a').attributes: must not have more than 10,000 characters and values")


def test_a_key_that_is_given_twice_is_found_fast() -> None:
    keys = [f'"k{n}": 0' for n in range(50_000)]
    started = time.process_time()
    with pytest.raises(ValidationError, match="it names the key 'k49999' twice"):
        to_users(f'[{{"identity": "a", "attributes": {{{", ".join(keys)}, "k49999": 1}}}}]')
    assert time.process_time() - started < 2
