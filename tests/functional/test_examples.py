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

from tests.functional.documents import (
    BULK,
    CHANGING,
    MODULES,
    ROLE,
    ROLE_INFO,
    ROLES,
    SERVICE,
    SERVICE_INFO,
    SERVICES,
    USER,
    USER_INFO,
    document,
)
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result, RunPlaybook

SEEDED_ROLES = [{"sid": ROLE, "friendly_name": "agent", "type": "service"}]

# What each example of a module that changes something does, when the ones before it have been done.
ACTIONS = {
    "Ensure that a user exists": "created",
    "Update one attribute, remove another, and keep the rest": "updated",
    "Specify the service and the role by name instead of SID": "updated",
    "Reset the role to the default of the service": "updated",
    "Assign a role and trigger the webhooks of the service": "updated",
    "Clear the friendly name and the attributes": "updated",
    "Ensure that a user does not exist": "deleted",
    "Identify a user by its Terraform import ID": "updated",
    "Replace a user with one that has another identity": "replaced",
    "Ensure that two users exist": "created",
}

# The same for roles, of which there is none by this name.
ROLE_ACTIONS = {
    "Ensure that a role exists": "created",
    "Change the permissions of a role": "updated",
    "Identify the service and the role by SID": "updated",
    "Replace a role with one of another type": "replaced",
    "Ensure that a role does not exist": "deleted",
}

# And for services.
SERVICE_ACTIONS = {
    "Ensure that a service exists": "created",
    "Configure a service": "updated",
    "Set the default role of new users": "updated",
    "Rename a service": "updated",
    "Ensure that a service does not exist, but fail if it has users": "deleted",
    "Ensure that a service does not exist, and delete its users": "deleted",
}

# What each example of a module for many users does to alice, mallory and trudy, who are there, and bob, who is not.
SUMMARIES = {
    "Ensure that these users exist": {"created": 1, "updated": 1},
    "Specify the service and the roles by name instead of SID": {"created": 1, "updated": 1},
    "Update one attribute of two users, and keep the rest": {"created": 1, "updated": 1},
    "Ensure that only these users exist, but never delete more than five": {
        "created": 1,
        "deleted": 2,
        "unchanged": 1,
    },
    "Ensure that these users do not exist": {"deleted": 2},
    "Limit the rate, and stop at the first user that fails": {"created": 1, "updated": 1},
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
    emulator.seed({"services": [{"sid": SERVICE, "friendly_name": "Support", "roles": SEEDED_ROLES, "users": users}]})
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
    role = result.of("Assign a role and trigger the webhooks of the service")["user"]["role_sid"]
    assert role == ROLE


@pytest.mark.parametrize("module", BULK)
def test_bulk(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    """Each example for itself, since one of them deletes whom another one is about."""
    assert names(module) == list(SUMMARIES)
    nothing = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    for example in document(module, "EXAMPLES"):
        emulator.reset()
        users = [{"identity": identity} for identity in ("alice", "mallory", "trudy")]
        emulator.seed(
            {"services": [{"sid": SERVICE, "friendly_name": "Support", "roles": SEEDED_ROLES, "users": users}]}
        )
        name = example["name"]
        result = run_playbook(yaml.safe_dump(twice([example])), check_rc=True)
        assert result.of(name)["summary"] == {**nothing, **SUMMARIES[name]}, name
        assert result.of(name)["changed"] is True, name
        assert result.of(f"{name} again")["summary"] == {**nothing, "unchanged": 2}, name
        assert result.of(f"{name} again")["changed"] is False, name


@pytest.mark.parametrize("module", USER_INFO)
def test_info(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    agents = [{"identity": f"agent-{number:02}", "role_sid": ROLE} for number in range(12)]
    alice = {"sid": USER, "identity": "alice", "attributes": '{"team": "support"}'}
    result = run(module, [alice, *agents], emulator, run_playbook)
    assert result.changed == []
    everyone = ["alice", *(agent["identity"] for agent in agents)]
    found = {
        "Get all users of a service": everyone,
        "Get a user by identity": ["alice"],
        "Get a user by SID": ["alice"],
        "Get the first ten users with a role": everyone[1:11],
        "Get the users with a role, by the names of the service and the role": everyone[1:],
    }
    shown: dict[str, Any] = {
        "Show the identities of all users": everyone,
        "Show the team of the user if the user exists": "support",
    }
    assert sorted(names(module)) == sorted([*found, *shown])
    for name, identities in found.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert [user["identity"] for user in first["users"]] == identities
        assert again["users"] == first["users"]
    for name, message in shown.items():
        assert result.of(name)["msg"] == message


@pytest.mark.parametrize("module", USER_INFO)
def test_info_of_a_user_who_does_not_exist(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run(module, [], emulator, run_playbook)
    assert result.of("Get a user by identity")["users"] == []
    assert result.of("Show the team of the user if the user exists")["msg"] == "no such user"


def check_actions(result: Result, actions: Mapping[str, str]) -> None:
    """Each example did what it should, and nothing the second time."""
    for name, action in actions.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert (first["changed"], first["action"]) == (True, action), name
        assert (again["changed"], again["action"]) == (False, "none"), name


@pytest.mark.parametrize("module", ROLES)
def test_roles(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    assert names(module) == list(ROLE_ACTIONS)
    check_actions(run(module, [], emulator, run_playbook), ROLE_ACTIONS)


@pytest.mark.parametrize("module", SERVICES)
def test_services(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    actions = {name: action for name, action in SERVICE_ACTIONS.items() if name in names(module)}
    assert names(module) == list(actions)
    # Conversations cannot rename a service.
    assert set(SERVICE_ACTIONS) - set(actions) <= {"Rename a service"}
    users = [{"identity": "alice"}]
    there = [
        {"sid": SERVICE, "friendly_name": "Playroom", "roles": SEEDED_ROLES, "users": users},
        {"sid": SERVICE[:-1] + "0", "friendly_name": "Playground"},
        {"sid": SERVICE[:-1] + "1", "friendly_name": "Rehearsal", "users": users},
    ]
    emulator.seed({"services": there})
    result = run_playbook(yaml.safe_dump(twice(document(module, "EXAMPLES"))), check_rc=True)
    check_actions(result, actions)
    left = [service["friendly_name"] for service in emulator.state()["accounts"][0]["services"]]
    assert not {"Playground", "Rehearsal"} & set(left)
    assert {"Support", "Sales" if "_chat_" in module else "Playroom"} <= set(left)


@pytest.mark.parametrize("module", ROLE_INFO)
def test_role_info(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run(module, [], emulator, run_playbook)
    assert result.changed == []
    everything = [role["friendly_name"] for role in result.of("Get all roles of a service")["roles"]]
    assert "agent" in everything
    for name, found in {
        "Get a role by name": ["agent"],
        "Identify the service and the role by SID": ["agent"],
        "Get the first two roles": everything[:2],
    }.items():
        assert [role["friendly_name"] for role in result.of(name)["roles"]] == found, name
        assert result.of(f"{name} again")["roles"] == result.of(name)["roles"], name
    assert "agent" in result.of("Show the names of the roles for users")["msg"]
    assert result.of("Show the permissions of the role if the role exists")["msg"] == ["editOwnUserInfo"]


@pytest.mark.parametrize("module", SERVICE_INFO)
def test_service_info(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run(module, [], emulator, run_playbook)
    assert result.changed == []
    everything = [service["sid"] for service in result.of("Get all services")["services"]]
    assert everything == [emulator.service_sid, SERVICE]
    assert result.of("Show the SIDs of all services")["msg"] == everything
    assert result.of("Show the SID of the service if the service exists")["msg"] == SERVICE
    for name, found in {
        "Get a service by name": [SERVICE],
        "Get a service by SID": [SERVICE],
        "Get the first ten services": everything,
    }.items():
        assert [service["sid"] for service in result.of(name)["services"]] == found, name
        assert result.of(f"{name} again")["services"] == result.of(name)["services"], name
    if "_conversations_" in module:
        [whole] = result.of("Get a service with its configuration, notifications, and webhooks")["services"]
        assert {"configuration", "notifications", "webhooks"} <= set(whole)


@pytest.mark.parametrize("module", [*ROLE_INFO, *SERVICE_INFO])
def test_info_of_what_does_not_exist(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    kind = "role" if module in ROLE_INFO else "service"
    services = [] if kind == "service" else [{"sid": SERVICE, "friendly_name": "Support"}]
    emulator.seed({"services": services})
    result = run_playbook(yaml.safe_dump(document(module, "EXAMPLES")), check_rc=True)
    said = next(event["result"]["msg"] for event in result.events if event["task"].endswith(f"if the {kind} exists"))
    assert said == f"no such {kind}"
