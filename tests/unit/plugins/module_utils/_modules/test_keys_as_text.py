# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that identify what a task is about are text, as it was written: in every module and both execution modes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Callable

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import run_module
from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleDefinition
from ansible_collections.community.twilio.plugins.plugin_utils import _module_runner
from ansible_collections.community.twilio.plugins.plugin_utils._definitions import DEFINITIONS
from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import TaskSettings

Run = Callable[..., dict[str, Any]]

HINT = "put it in quotes, a leading + or zeros are lost"
WAY_OUT = {
    "identity": "a user that really has this identity can be addressed by its SID",
    "service": "a service or role that really has this name can be addressed by its SID",
}
CREDENTIALS = {"account_sid": "AC" + "0" * 32, "auth_token": "f" * 32}
# What each module needs besides the option that is tried.
NEEDS: dict[str, dict[str, Any]] = {
    "user": {"service": "Support", "identity": "alice"},
    "users": {"service": "Support", "users": [{"identity": "alice"}]},
    "user_info": {"service": "Support"},
    "service": {"friendly_name": "Support"},
    "service_info": {},
    "role": {"service": "Support", "friendly_name": "guest"},
    "role_info": {"service": "Support"},
}
# The options that make a task delete something, where a module has them.
DELETING: list[dict[str, Any]] = [{"state": "absent"}, {"prune": True}, {"prune": "yes"}, {"replace": True}]


def keys_of(name: str, spec: Mapping[str, Any]) -> set[str]:
    named = {"friendly_name"} if not name.split("_", 2)[2].startswith("user") else set()
    return {option for option in spec if option in {"identity", "service", "role", *named}}


KEYS = [
    (name, key) for name, each in DEFINITIONS.items() for key in sorted(keys_of(name, each.spec({})["argument_spec"]))
]


@pytest.fixture(params=["on the controller", "as a module"])
def outcome(request: pytest.FixtureRequest, run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that tries arguments, without requests, and returns the message and the warnings."""

    def outcome(name: str, given: Mapping[str, Any], no_log: bool = False) -> tuple[str | None, list[str]]:
        definition = DEFINITIONS[name]._replace(run=run_of(DEFINITIONS[name]))
        if request.param == "as a module":
            internal = {"_ansible_no_log": no_log}
            result = run(lambda: run_module(definition), {**CREDENTIALS, **given, **internal}, status=None)
        else:
            settings = TaskSettings(name, False, False, no_log, {}, os.getcwd(), False, print)
            result = _module_runner.run_module(definition, {**CREDENTIALS, **given}, settings)
        return result.get("msg"), result.get("warnings", [])

    def run_of(definition: ModuleDefinition) -> Callable[..., dict[str, Any]]:
        module = import_module(definition.run.__module__)

        def run(parsed: Any, context: Any) -> dict[str, Any]:
            with monkeypatch.context() as patch:
                # The first thing that each module does with the request.
                patch.setattr(type(parsed.access), "client", stop, raising=True)
                with pytest.raises(Stopped):
                    definition.run(parsed, context)
            return {"module": module.__name__}

        return run

    return outcome


class Stopped(Exception):
    """The module would send its first request now."""


def stop(*_arguments: Any) -> None:
    raise Stopped


def test_every_module_knows_its_keys() -> None:
    for name, definition in DEFINITIONS.items():
        spec = definition.spec({})["argument_spec"]
        assert keys_of(name, spec) == set(definition.keys) & set(spec), name
        lists = {f"prune_only.{option}" for option in ("identities", "roles") if "prune_only" in spec}
        assert lists <= set(definition.keys)
    assert len(KEYS) == 26


def arguments(name: str, key: str, value: Any) -> dict[str, Any]:
    return {**NEEDS[name.split("_", 2)[2]], key: value}


@pytest.mark.parametrize(("name", "key"), KEYS, ids=" ".join)
def test_a_number_is_told_and_never_decides_what_is_deleted(outcome: Any, name: str, key: str) -> None:
    text = arguments(name, key, "15551234567")
    assert outcome(name, text) == (None, [])
    number = arguments(name, key, 15551234567)
    assert outcome(name, number) == (
        None,
        [f"{key}: 15551234567 is a number, used as the text '15551234567'; {HINT}"],
    )
    assert outcome(name, number, no_log=True) == (None, [])
    assert outcome(name, arguments(name, key, 1.10)) == (
        f"{key}: must be text, got the number 1.1; put it in quotes",
        [],
    )
    spec = DEFINITIONS[name].spec({})["argument_spec"]
    for deleting in DELETING:
        if set(deleting) <= set(spec):
            more = {"type": "service" if "conversations" in name else "deployment", "permissions": ["fly"]}
            if key == "friendly_name" or "role" not in name.split("_", 2)[2] or "replace" not in deleting:
                more = {}
            refused, warnings = outcome(name, {**number, **deleting, **more})
            assert (
                f"{key}: must be text in a task that deletes something, got the number 15551234567; {HINT}" in refused
            )
            assert warnings == []


@pytest.mark.parametrize(("name", "key"), KEYS, ids=" ".join)
def test_a_key_that_looks_like_another_one_is_refused_and_shown_escaped(outcome: Any, name: str, key: str) -> None:
    way_out = WAY_OUT.get(key, WAY_OUT["service"])
    # One is enough for each module; test_validators has all of them.
    for value in ("carol\n", "car\x1b[31mol"):
        message, _warnings = outcome(name, arguments(name, key, value))
        assert message.endswith(f", got {value!r}; {way_out}")
        assert message.startswith(f"{key}: must not ")


@pytest.mark.parametrize("name", ["twilio_chat_users", "twilio_conversations_users"])
def test_a_number_never_selects_who_is_pruned(outcome: Any, name: str) -> None:
    users = {"service": "Support", "users": [{"identity": "alice"}], "prune": True}
    only = {"identities": ["1", 15551234567], "roles": [1.5]}
    assert outcome(name, {**users, "prune_only": only}) == (
        (
            "prune_only.identities[1]: must be text in a task that deletes something, got the number 15551234567;"
            f" {HINT}; prune_only.roles[0]: must be text, got the number 1.5; put it in quotes"
        ),
        [],
    )
    assert outcome(name, {**users, "prune_only": {"identities": ["15551234567"], "roles": ["1.5"]}}) == (None, [])


@pytest.mark.parametrize("name", ["twilio_chat_users", "twilio_conversations_users"])
def test_all_bad_entries_are_told_at_once_with_index_and_identity(outcome: Any, name: str) -> None:
    users: list[dict[str, Any]] = [
        {"identity": 15551234567},
        {"identity": "alice", "role": 5, "attributes": "[1]"},
        {"identity": 42, "friendly_name": 7},
        {"identity": 1.5},
        {"identity": "carol\n", "role": " agent"},
        {"identity": "dave", "friendlyName": "Dave"},
    ]
    accepted = [users[0], users[2], {"identity": "alice", "role": 5}]
    assert outcome(name, {"service": "Support", "users": accepted}) == (
        None,
        [
            (
                f"users[0] ('15551234567').identity: is a number, used as text; {HINT} (the same for users[1] ('42'));"
                f" users[2] ('alice').role: 5 is a number, used as the text '5'; {HINT}"
            )
        ],
    )
    message, warnings = outcome(name, {"service": "Support", "users": users, "prune": True})
    assert message.split("; users[") == [
        (
            "users[0] ('15551234567').identity: must be text in a task that deletes something, got a number; "
            f"{HINT} (the same for users[2] ('42'))"
        ),
        f"1] ('alice').role: must be text in a task that deletes something, got the number 5; {HINT}",
        "1] ('alice').attributes: must be a JSON object, as a dictionary or as text, got '[1]'",
        "3].identity: must be text, got the number 1.5; put it in quotes",
        f"4].identity: must not end with white space, got 'carol\\n'; {WAY_OUT['identity']}",
        f"4] ('carol\\n').role: must not begin with white space, got ' agent'; {WAY_OUT['service']}",
        (
            "5] ('dave'): unknown: friendlyName. Supported parameters include: attributes, attributes_mode,"
            " friendly_name, identity, role, role_sid, state. Did you mean friendly_name instead of friendlyName?"
        ),
    ]
    assert warnings == []
