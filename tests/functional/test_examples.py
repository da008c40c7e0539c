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

from tests.functional.documents import (
    BULK,
    CHANGING,
    INFO,
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
from tests.harness.playbook import Part, Result, RunPlaybook, run_parts

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
    "Delete only unlisted users that the team manages, in a service that an application shares": {
        "updated": 1,
        "unchanged": 1,
        "left_alone": 2,
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


def part(emulator: RunningEmulator, module: str, tasks: list[dict[str, Any]], name: str, **seed: Any) -> Part:
    """Tasks of a module, with one service and what this seed has besides."""
    service = {"sid": SERVICE, "friendly_name": "Support", "roles": SEEDED_ROLES}
    found = Part(emulator, f"{module}: {name}", tasks)
    found.reset()
    found.seed({"services": [{**service, **seed}]})
    return found


def examples(emulator: RunningEmulator, module: str, *users: dict[str, Any]) -> Part:
    """All examples of a module, each of them twice, with these users."""
    return part(emulator, module, twice(document(module, "EXAMPLES")), "examples", users=list(users))


def run(parts: list[Part], emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    """Run them, with the variables that the examples speak of."""
    variables = {f"twilio_{name}": emulator.ready[name] for name in ("account_sid", "api_key", "api_secret")}
    run_parts(run_playbook, parts, "--extra-vars", json.dumps(variables), check_rc=True)


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


def test_changing(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    there = ({"identity": "mallory"}, {"sid": USER, "identity": "robert"})
    parts = {module: examples(emulator, module, *there) for module in CHANGING}
    run(list(parts.values()), emulator, run_playbook)
    for module, each in parts.items():
        assert names(module) == list(ACTIONS)
        check_changing(each, emulator)


def check_changing(part: Part, emulator: RunningEmulator) -> None:
    result = part.result
    for name, action in ACTIONS.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert first["changed"] is True, (part.name, name)
        assert again["changed"] is False, (part.name, name)
        for each in first.get("results", [first]):
            assert each["action"] == action, (part.name, name)
        for each in again.get("results", [again]):
            assert each["action"] == "none", (part.name, name)
    identities = [user["identity"] for user in part.users(SERVICE)]
    assert sorted(identities) == ["alice", "carol", "dave", "robert@example.com"]
    # The block gives an API key, the tasks before it use what the environment gives.
    users = [request["authorization_user"] for request in part.requests()]
    assert set(users) == {emulator.ready["account_sid"], emulator.ready["api_key"]}
    role = result.of("Assign a role and trigger the webhooks of the service")["user"]["role_sid"]
    assert role == ROLE


def test_bulk(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    """Each example for itself, since one of them deletes whom another one is about."""
    nothing = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    users = [{"identity": identity} for identity in ("alice", "mallory", "trudy")]
    parts = [
        (example["name"], part(emulator, module, twice([example]), example["name"], users=users))
        for module in BULK
        for example in document(module, "EXAMPLES")
    ]
    run([each for _name, each in parts], emulator, run_playbook)
    assert {module: names(module) for module in BULK} == {module: list(SUMMARIES) for module in BULK}
    for name, each in parts:
        first, again = each.result.of(name), each.result.of(f"{name} again")
        assert first["summary"] == {**nothing, **SUMMARIES[name]}, each.name
        assert first["changed"] is True, each.name
        left_alone = {key: count for key, count in SUMMARIES[name].items() if key == "left_alone"}
        assert again["summary"] == {**nothing, "unchanged": 2, **left_alone}, each.name
        assert again["changed"] is False, each.name


def test_info(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    agents = [{"identity": f"agent-{number:02}", "role_sid": ROLE} for number in range(12)]
    alice = {"sid": USER, "identity": "alice", "attributes": '{"team": "support"}'}
    users = {module: examples(emulator, module, alice, *agents) for module in USER_INFO}
    roles = {module: examples(emulator, module) for module in ROLE_INFO}
    services = {module: examples(emulator, module) for module in SERVICE_INFO}
    parts = [*users.values(), *roles.values(), *services.values()]
    run(parts, emulator, run_playbook)
    for each in parts:
        assert each.result.changed == [], each.name
    for module, each in users.items():
        check_info_of_users(module, each.result)
    for each in roles.values():
        check_info_of_roles(each.result)
    for module, each in services.items():
        check_info_of_services(module, each.result, emulator.service_sid)


def check_info_of_users(module: str, result: Result) -> None:
    agents = [f"agent-{number:02}" for number in range(12)]
    found = {
        "Get all users of a service": ["alice", *agents],
        "Get a user by identity": ["alice"],
        "Get a user by SID": ["alice"],
        "Get the first ten users with a role": agents[:10],
        "Get the users with a role, by the names of the service and the role": agents,
    }
    shown: dict[str, Any] = {
        "Show the identities of all users": ["alice", *agents],
        "Show the team of the user if the user exists": "support",
    }
    assert sorted(names(module)) == sorted([*found, *shown])
    for name, identities in found.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert [user["identity"] for user in first["users"]] == identities, name
        assert again["users"] == first["users"], name
    for name, message in shown.items():
        assert result.of(name)["msg"] == message, name


def check_info_of_roles(result: Result) -> None:
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


def check_info_of_services(module: str, result: Result, other: str) -> None:
    everything = [service["sid"] for service in result.of("Get all services")["services"]]
    assert everything == [other, SERVICE]
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


def test_info_of_what_does_not_exist(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    said = {}
    for module in INFO:
        roles = SEEDED_ROLES if module in USER_INFO else []
        found = part(emulator, module, document(module, "EXAMPLES"), "nothing there", roles=roles)
        if module in SERVICE_INFO:
            # Without the service, too.
            found.reset()
        said[module] = found
    run(list(said.values()), emulator, run_playbook)
    for module, each in said.items():
        kind = module.split("_")[-2]
        events = [event for event in each.result.events if event["task"].endswith(f"if the {kind} exists")]
        assert [event["result"]["msg"] for event in events] == [f"no such {kind}"], module
    for module in USER_INFO:
        assert said[module].result.of("Get a user by identity")["users"] == []


def test_roles_and_services(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    users = [{"identity": "alice"}]
    there = [
        {"sid": SERVICE, "friendly_name": "Playroom", "roles": SEEDED_ROLES, "users": users},
        {"sid": SERVICE[:-1] + "0", "friendly_name": "Playground"},
        {"sid": SERVICE[:-1] + "1", "friendly_name": "Rehearsal", "users": users},
    ]
    roles = {module: examples(emulator, module) for module in ROLES}
    services = {module: Part(emulator, module, twice(document(module, "EXAMPLES"))) for module in SERVICES}
    for each in services.values():
        each.reset()
        each.seed({"services": there})
    run([*roles.values(), *services.values()], emulator, run_playbook)
    for module, each in roles.items():
        assert names(module) == list(ROLE_ACTIONS)
        check_actions(each.result, ROLE_ACTIONS)
    for module, each in services.items():
        actions = {name: action for name, action in SERVICE_ACTIONS.items() if name in names(module)}
        assert names(module) == list(actions)
        # Conversations cannot rename a service.
        assert set(SERVICE_ACTIONS) - set(actions) <= {"Rename a service"}
        check_actions(each.result, actions)
        left = [service["friendly_name"] for service in each.state()["accounts"][0]["services"]]
        assert not {"Playground", "Rehearsal"} & set(left)
        assert {"Support", "Sales" if "_chat_" in module else "Playroom"} <= set(left)


def check_actions(result: Result, actions: Mapping[str, str]) -> None:
    """Each example did what it should, and nothing the second time."""
    for name, action in actions.items():
        first, again = result.of(name), result.of(f"{name} again")
        assert (first["changed"], first["action"]) == (True, action), name
        assert (again["changed"], again["action"]) == (False, "none"), name
