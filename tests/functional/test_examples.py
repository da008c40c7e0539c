# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the documentation of every module runs for real, and a second time without changing anything."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.functional.documents import BULK, CHANGING, INFO, MODULES, ROLE, SERVICE, USER, document
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result, RunPlaybook

ROLES = [{"sid": ROLE, "friendly_name": "agent", "type": "service"}]

# What each example of a module that changes something does, when the ones before it have been done.
ACTIONS = {
    "Make sure that a user exists": "created",
    "Change one attribute, remove another, and leave the rest to the application": "updated",
    "Give a user a role, and let the webhooks of the service know": "updated",
    "Clear the friendly name and the attributes": "updated",
    "Make sure that a user does not exist": "deleted",
    "Find a user by its SID, with the ID that Terraform imports by": "updated",
    "Put a user with another identity in the place of one": "replaced",
    "Make sure that two users exist": "created",
}

# What each example of a module for many users does to alice, mallory and trudy, who are there, and bob, who is not.
SUMMARIES = {
    "Make sure that these users exist": {"created": 1, "updated": 1},
    "Change one attribute of two users, and leave the rest to the application": {"created": 1, "updated": 1},
    "Make sure that these users exist, and no others; but never delete more than five": {
        "created": 1,
        "deleted": 2,
        "unchanged": 1,
    },
    "Make sure that these users do not exist": {"deleted": 2},
    "Go slowly, and stop at the first user that fails": {"created": 1, "updated": 1},
}


def twice(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each task, and right after it the same again, so that one example does not undo another in between."""
    result = []
    for task in tasks:
        again = copy.deepcopy(task)
        for each in (again, *again.get("block", ())):
            each["name"] += " again"
        result += [task, again]
    return result


def run(module: str, users: list[dict[str, Any]], emulator: RunningEmulator, run_playbook: RunPlaybook) -> Result:
    emulator.seed({"services": [{"sid": SERVICE, "roles": ROLES, "users": users}]})
    variables = {f"twilio_{name}": emulator.ready[name] for name in ("account_sid", "api_key", "api_secret")}
    tasks = twice(document(module, "EXAMPLES"))
    return run_playbook(yaml.safe_dump(tasks), "--extra-vars", json.dumps(variables), check_rc=True)


def names(module: str) -> list[str]:
    """The examples that do something, blocks opened."""
    tasks: list[Mapping[str, Any]] = []
    for task in document(module, "EXAMPLES"):
        tasks += task.get("block", [task])
    return [task["name"] for task in tasks]


@pytest.mark.parametrize("module", MODULES)
def test_each_example_names_its_own_module(module: str) -> None:
    allowed = {f"community.twilio.{module}", "ansible.builtin.debug"}
    tasks = [each for task in document(module, "EXAMPLES") for each in task.get("block", [task])]
    used = [key for task in tasks for key in task if "." in key]
    assert set(used) <= allowed
    assert len(used) == len(tasks)


@pytest.mark.parametrize("module", CHANGING)
def test_changing(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run(module, [{"identity": "mallory"}, {"sid": USER, "identity": "robert"}], emulator, run_playbook)
    assert names(module) == list(ACTIONS)
    for name, action in ACTIONS.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert first["changed"] is True, name
        assert again["changed"] is False, name
        for each in first.get("results", [first]):
            assert each["action"] == action, name
        for each in again.get("results", [again]):
            assert each["action"] == "none", name
    identities = [user["identity"] for user in emulator.users(SERVICE)]
    assert sorted(identities) == ["alice", "carol", "dave", "robert@example.com"]
    # The block gives an API key, the tasks before it use what the environment gives.
    users = [request["authorization_user"] for request in emulator.requests()]
    assert set(users) == {emulator.ready["account_sid"], emulator.ready["api_key"]}
    role = result.of("Give a user a role, and let the webhooks of the service know")["user"]["role_sid"]
    assert role == ROLE


@pytest.mark.parametrize("module", BULK)
def test_bulk(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    """Each example for itself, since one of them deletes whom another one is about."""
    assert names(module) == list(SUMMARIES)
    nothing = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    for example in document(module, "EXAMPLES"):
        emulator.reset()
        users = [{"identity": identity} for identity in ("alice", "mallory", "trudy")]
        emulator.seed({"services": [{"sid": SERVICE, "roles": ROLES, "users": users}]})
        name = example["name"]
        result = run_playbook(yaml.safe_dump(twice([example])), check_rc=True)
        assert result.of(name)["summary"] == {**nothing, **SUMMARIES[name]}, name
        assert result.of(name)["changed"] is True, name
        assert result.of(f"{name} again")["summary"] == {**nothing, "unchanged": 2}, name
        assert result.of(f"{name} again")["changed"] is False, name


@pytest.mark.parametrize("module", INFO)
def test_info(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    agents = [{"identity": f"agent-{number:02}", "role_sid": ROLE} for number in range(12)]
    alice = {"sid": USER, "identity": "alice", "attributes": '{"team": "support"}'}
    result = run(module, [alice, *agents], emulator, run_playbook)
    assert result.changed == []
    everyone = ["alice", *(agent["identity"] for agent in agents)]
    found = {
        "Read all users of a service": everyone,
        "Read one user by its identity": ["alice"],
        "Read one user by its SID": ["alice"],
        "Read the first ten users with a role": everyone[1:11],
    }
    shown: dict[str, Any] = {
        "Show their identities": everyone,
        "Say whether the user exists, and of which team": "support",
    }
    assert sorted(names(module)) == sorted([*found, *shown])
    for name, identities in found.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert [user["identity"] for user in first["users"]] == identities
        assert again["users"] == first["users"]
    for name, message in shown.items():
        assert result.of(name)["msg"] == message


@pytest.mark.parametrize("module", INFO)
def test_info_of_a_user_who_does_not_exist(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run(module, [], emulator, run_playbook)
    assert result.of("Read one user by its identity")["users"] == []
    assert result.of("Say whether the user exists, and of which team")["msg"] == "no such user"
