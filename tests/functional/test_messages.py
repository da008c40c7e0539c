# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads after one of the usual mistakes."""

from __future__ import annotations

import json
from typing import Any

from tests.functional.documents import (
    BULK,
    CHANGING,
    ROLE,
    ROLES,
    SERVICE,
    SERVICES,
    USER,
    title,
    type_of_members,
    type_of_users,
)
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Part, RunPlaybook, run_parts

Mistakes = dict[str, tuple[dict[str, Any], str]]

GONE = "IS" + "d" * 32
NO_ROLE = "RL" + "d" * 32
NO_USER = "US" + "d" * 32
PORT_OF_NOBODY = 9
TWINS = ["IS" + "1" * 32, "IS" + "2" * 32]
TWIN = ["RL" + "1" * 32, "RL" + "2" * 32]
SEED: dict[str, Any] = {
    "services": [
        {
            "sid": SERVICE,
            "friendly_name": "Support",
            "roles": [
                {"sid": ROLE, "friendly_name": "agent", "type": "service"},
                *({"sid": sid, "friendly_name": "twin", "type": "service"} for sid in TWIN),
            ],
            "users": [{"sid": USER, "identity": "alice"}],
        },
        *({"sid": sid, "friendly_name": "Twins"} for sid in TWINS),
    ]
}

# The mistake, the options, and the message; {product}, and {service} as a message names it, are filled in.
MISTAKES: Mistakes = {
    "a wrong token": (
        {"identity": "alice", "auth_token": "f" * 32},
        (
            "Could not read user 'alice' in {service}: Twilio answered 401 Unauthorized, code 20003: Authenticate."
            " Check account_sid with auth_token, or api_key with api_secret"
        ),
    ),
    "a service that is gone": (
        {"service_sid": GONE, "identity": "alice"},
        f"{{product}} service {GONE} does not exist, or not in this account and region",
    ),
    "a role that is not there": (
        {"identity": "alice", "role_sid": NO_ROLE},
        "Could not update user 'alice' in {service}: Twilio answered 400 Bad Request, code 50100: Role not found",
    ),
    "a role that is not there, for a new user": (
        {"identity": "bob", "role_sid": NO_ROLE},
        "Could not create user 'bob' in {service}: Twilio answered 400 Bad Request, code 50100: Role not found",
    ),
    "an identity that is not the one of the SID": (
        {"sid": USER, "identity": "bob"},
        (
            f"User {USER} in {{service}} has the identity 'alice', and the task gives 'bob';"
            " identity cannot be changed, but with replace=true 'bob' takes its place"
        ),
    ),
    "a SID that no user has": ({"sid": NO_USER}, f"There is no user {NO_USER} in {{service}}"),
    "a SID that no user has, beside an identity": (
        {"sid": NO_USER, "identity": "bob"},
        f"There is no user {NO_USER} in {{service}}; leave out sid to create user 'bob'",
    ),
    "a SID for an identity": (
        {"identity": USER},
        f"identity: must not look like a user SID, got '{USER}'; use the option sid for a SID",
    ),
    "a role by its name, in the place of its SID": (
        {"identity": "alice", "role_sid": "agent"},
        "role_sid: must be RL followed by 32 hexadecimal digits, got 'agent'",
    ),
    "a service by a name that none has": (
        {"service_sid": None, "service": "Shop", "identity": "alice"},
        "{product} service 'Shop' does not exist, or not in this account and region",
    ),
    "a service by a name that two have": (
        {"service_sid": None, "service": "Twins", "identity": "alice"},
        (
            f"There are 2 services with the friendly_name 'Twins' in {{product}} ({TWINS[0]}, {TWINS[1]});"
            " say which one is meant by its SID"
        ),
    ),
    "no service": (
        {"service_sid": None, "identity": "alice"},
        "one of the following is required: service_sid, service",
    ),
    "a service twice": (
        {"service": "Support", "identity": "alice"},
        "parameters are mutually exclusive: service_sid|service",
    ),
    "an empty service": ({"service_sid": None, "service": "", "identity": "alice"}, "service: must not be empty"),
    "a role by a name that none has": (
        {"identity": "alice", "role": "clerk"},
        (
            "There is no role of type {type} with the friendly_name 'clerk' in {service}; there are: 'agent',"
            " 'service admin', 'service user', 'twin'"
        ),
    ),
    "a role by a name that two have": (
        {"identity": "alice", "role": "twin"},
        (
            f"There are 2 roles of type {{type}} with the friendly_name 'twin' in {{service}} ({TWIN[0]}, {TWIN[1]});"
            " say which one is meant by its SID"
        ),
    ),
    "a role twice": (
        {"identity": "alice", "role": "agent", "role_sid": "default"},
        "parameters are mutually exclusive: role_sid|role",
    ),
    "a list for attributes": (
        {"identity": "alice", "attributes": "[1]"},
        "attributes: must be a JSON object, as a dictionary or as text, got '[1]'",
    ),
    "a key twice in attributes": (
        {"identity": "alice", "attributes": '{"a": 1, "a": 2}'},
        (
            'attributes: must be a JSON object, as a dictionary or as text, got \'{"a": 1, "a": 2}\':'
            " it names the key 'a' twice"
        ),
    ),
    "an empty identity": ({"identity": ""}, "identity: must not be empty"),
    "a friendly name that is too long": (
        {"identity": "alice", "friendly_name": "é" * 257},
        "friendly_name: must have at most 256 characters, got 257: '" + "é" * 77 + "...'",
    ),
    "the import ID of another service": (
        {"sid": f"/Services/{GONE}/Users/{USER}"},
        (
            f"sid: the import ID '/Services/{GONE}/Users/{USER}' names another service than service_sid,"
            f" which is '{SERVICE}'"
        ),
    ),
    "a port on which nobody listens": (
        {"identity": "alice", "api_base_url": f"http://127.0.0.1:{PORT_OF_NOBODY}", "timeouts": {"read": 0.2}},
        (
            "Could not read user 'alice' in {service} within 0.2 s (timeouts.read): no connection to"
            f" 127.0.0.1:{PORT_OF_NOBODY}: ConnectionRefusedError: [Errno 111] Connection refused"
        ),
    ),
    "a state that does not exist": (
        {"identity": "alice", "state": "gone"},
        "value of state must be one of: present, absent, got: gone",
    ),
}


def mistakes_of(module: str) -> Mistakes:
    """The mistakes that are made with a module."""
    if module in CHANGING:
        return MISTAKES
    if module in ROLES:
        return mistakes_with_roles(module)
    return mistakes_with_services(module) if module in SERVICES else mistakes_with_many_users()


def expected(module: str) -> dict[str, str]:
    """What is said about each of them."""
    product = title(module)
    places = {"{product}": product, "{service}": f"{product} service {SERVICE}", "{type}": type_of_users(module)}
    messages = {}
    for name, (_options, message) in mistakes_of(module).items():
        # Not by format(): some of the messages hold braces.
        for place, text in places.items():
            message = message.replace(place, text)
        messages[name] = message
    return messages


def part(module: str, emulator: RunningEmulator) -> Part:
    """All mistakes with a module."""
    service = {} if module in SERVICES else {"service_sid": SERVICE}
    tasks = []
    for name, (options, _message) in mistakes_of(module).items():
        given = {option: value for option, value in {**service, **options}.items() if value is not None}
        tasks.append({"name": name, f"community.twilio.{module}": given, "ignore_errors": True})
    found = Part(emulator, module, tasks)
    found.reset()
    found.seed(SEED)
    return found


def test_mistakes(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    """Nothing is changed by any of them."""
    parts = {module: part(module, emulator) for module in (*CHANGING, *ROLES, *SERVICES, *BULK)}
    run = run_parts(run_playbook, list(parts.values()), check_rc=True)
    for module, each in parts.items():
        assert {event["task"]: event["result"]["msg"] for event in each.result.events} == expected(module)
        assert each.state() == each.before, module
    assert "Traceback" not in run.output


def mistakes_with_roles(module: str) -> Mistakes:
    permissions = ["editOwnUserInfo"]
    return {
        "a new role without its type": (
            {"friendly_name": "clerk"},
            "There is no role 'clerk' in {service}; to create it, type and permissions must be given",
        ),
        "another type": (
            {"friendly_name": "agent", "type": type_of_members(module), "permissions": permissions},
            (
                f"Role 'agent' in {{service}} has the type '{{type}}', and the task gives '{type_of_members(module)}';"
                " type cannot be changed, but with replace=true another role takes its place"
            ),
        ),
        "another name": (
            {"friendly_name": "clerk", "sid": ROLE},
            (
                f"Role {ROLE} in {{service}} has the friendly_name 'agent', and the task gives 'clerk';"
                " friendly_name cannot be changed, but with replace=true 'clerk' takes its place"
            ),
        ),
        "a name that two have": (
            {"friendly_name": "twin", "state": "absent"},
            (
                f"There are 2 roles with the friendly_name 'twin' in {{service}} ({TWIN[0]}, {TWIN[1]});"
                " say which one is meant by its SID"
            ),
        ),
        "no permissions": (
            {"friendly_name": "agent", "permissions": []},
            "permissions: must not be empty; Twilio's API has no way to send an empty list",
        ),
        "a permission that does not exist": (
            {"friendly_name": "agent", "permissions": ["fly"]},
            (
                "Could not update role 'agent' in {service}: Twilio answered 400 Bad Request, code 50104:"
                " Permission not found: fly"
            ),
        ),
        "a replacement of which nothing is said": (
            {"friendly_name": "agent", "replace": True},
            "replace is True but all of the following are missing: type, permissions",
        ),
        "the removal of a default role": (
            {"friendly_name": "service user", "state": "absent"},
            (
                "Could not delete role 'service user' in {service}: Twilio answered 409 Conflict, code 20409:"
                " Role is a default of the service"
            ),
        ),
    }


def mistakes_with_services(module: str) -> Mistakes:
    mistakes: Mistakes = {
        "a name that two have": (
            {"friendly_name": "Twins"},
            (
                f"There are 2 services with the friendly_name 'Twins' in {{product}} ({TWINS[0]}, {TWINS[1]});"
                " say which one is meant by its SID"
            ),
        ),
        "a SID that no service has": ({"sid": GONE}, f"There is no service {GONE} in {{product}}"),
        "a SID that no service has, beside a name": (
            {"sid": GONE, "friendly_name": "Shop"},
            f"There is no service {GONE} in {{product}}; leave out sid to create service 'Shop'",
        ),
        "a service that has users": (
            {"friendly_name": "Support", "state": "absent"},
            (
                f"{{product}} service 'Support' ({SERVICE}) has 1 user; users are deleted with their service, and"
                " nothing was changed. Give force=true if that is meant"
            ),
        ),
    }
    if "_conversations_" in module:
        mistakes["another name"] = (
            {"friendly_name": "Sales", "sid": SERVICE},
            (
                f"Service {SERVICE} in {{product}} has the friendly_name 'Support', and the task gives 'Sales';"
                " friendly_name cannot be changed"
            ),
        )
        mistakes["a default role that is not there"] = (
            {"sid": SERVICE, "configuration": {"default_chat_service_role_sid": NO_ROLE}},
            (
                f"Service {SERVICE} was not set up whole; run the task again to finish. Could not update configuration"
                " in {service}: Twilio answered 400 Bad Request, code 50100: Role not found"
            ),
        )
    else:
        mistakes["a limit that is too low"] = (
            {"friendly_name": "Support", "limits": {"channel_members": 0}},
            "limits.channel_members: must be from 1 to 1000, got 0",
        )
    return mistakes


def mistakes_with_many_users() -> Mistakes:
    return {
        "a user without an identity": (
            {"users": [{"identity": "alice"}, {"role": "agent"}, {"identity": "bob", "role_sid": "agent"}]},
            (
                "users[1]: missing required arguments: identity;"
                " users[2] ('bob').role_sid: must be RL followed by 32 hexadecimal digits, got 'agent'"
            ),
        ),
        "a role twice": (
            {"users": [{"identity": "alice", "role": "agent", "role_sid": "default"}]},
            "users[0] ('alice'): parameters are mutually exclusive: role_sid|role",
        ),
        "a role by a name that none has": (
            {"users": [{"identity": "alice", "role": "agent"}, {"identity": "bob", "role": "clerk"}]},
            (
                "There is no role of type {type} with the friendly_name 'clerk' in {service}; there are: 'agent',"
                " 'service admin', 'service user', 'twin'"
            ),
        ),
        "a service by a name that none has": (
            {"service_sid": None, "service": "Shop", "users": [{"identity": "alice"}]},
            "{product} service 'Shop' does not exist, or not in this account and region",
        ),
        "too many deletions": (
            {"users": [{"identity": "bob"}], "prune": True, "max_deletions": 0},
            "max_deletions: allows 0, but 1 would be deleted in {service}; nothing was changed",
        ),
    }


# Options that Ansible itself refuses


def test_a_mistake_that_ansible_finds(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    unsupported = "Unsupported parameters for (community.twilio.{}) module: {}. Supported parameters include: "
    tasks: list[dict[str, Any]] = []
    expected: list[str] = []

    def task(module: str, options: dict[str, Any], message: str, in_process: bool = True) -> None:
        variables = {"community_twilio_in_process": in_process}
        tasks.append({f"community.twilio.{module}": options, "vars": variables, "ignore_errors": True})
        expected.append(message)

    # As it comes about when module_defaults give a service to all modules.
    for module in SERVICES:
        task(module, {"friendly_name": "Shop", "service_sid": SERVICE}, unsupported.format(module, "service_sid"))
    for module in CHANGING:
        options = {"service_sid": SERVICE, "identity": "alice", "freindly_name": "Alice"}
        task(module, options, unsupported.format(module, "freindly_name"))
    for in_process in (True, False):
        task(
            "twilio_conversations_service",
            {"friendly_name": "Support", "timeouts": 60},
            "argument 'timeouts' is of type int and we were unable to convert to dict:"
            " <class 'int'> cannot be converted to a dict: timeouts is '60'",
            in_process,
        )
        task(
            "twilio_conversations_service",
            {"friendly_name": "Support", "notifications": {"new_message": True}},
            "argument 'new_message' is of type bool found in 'notifications'. and we were unable to convert to"
            " dict: <class 'bool'> cannot be converted to a dict: notifications.new_message is 'True'",
            in_process,
        )
    task(
        "twilio_chat_users",
        {"service_sid": SERVICE, "users": "alice"},
        "Elements value for option 'users' is of type str and we were unable to convert to dict: dictionary requested,"
        " could not parse JSON or key=value: users is 'alice'; the filter community.twilio.to_users makes a list of"
        " text",
    )
    result = run_playbook(json.dumps(tasks), check_rc=True)
    for event, message in zip(result.events, expected, strict=True):
        said = event["result"]["msg"]
        # What is supported follows; of the rest, nothing may follow.
        assert said.startswith(message) if message.startswith("Unsupported") else said == message
        assert "\n" not in said
    for event in result.events[len(SERVICES) : len(SERVICES) + len(CHANGING)]:
        supported, _dot, suggestion = (
            event["result"]["msg"].partition("Supported parameters include: ")[2].partition(". ")
        )
        assert "friendly_name" in supported
        assert suggestion == "Did you mean friendly_name instead of freindly_name?"
    assert emulator.requests() == []


def test_a_number_for_an_identity_is_a_warning(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    # Of equal warnings, Ansible displays one.
    numbers = {15551230001: True, 15551230002: False}
    tasks = [
        {
            "community.twilio.twilio_conversations_user": {"service_sid": emulator.service_sid, "identity": number},
            "vars": {"community_twilio_in_process": in_process},
        }
        for number, in_process in numbers.items()
    ]
    result = run_playbook(json.dumps(tasks), check_rc=True)
    # Older ansible-cores wrap warnings.
    output = " ".join(result.output.split())
    for number in numbers:
        assert (
            f"[WARNING]: identity: {number} is a number, used as the text '{number}'; put it in quotes, a leading + or"
            " zeros are lost" in output
        )
    assert [user["identity"] for user in emulator.users(emulator.service_sid)] == [str(number) for number in numbers]
