# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads after one of the usual mistakes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functional.documents import CHANGING, SERVICE, USER, title
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import RunPlaybook

GONE = "IS" + "d" * 32
NO_ROLE = "RL" + "d" * 32
NO_USER = "US" + "d" * 32
PORT_OF_NOBODY = 9

# The mistake, the options, and the message; {product}, and {service} as a message names it, are filled in.
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
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
    "a role by its name": (
        {"identity": "alice", "role_sid": "agent"},
        "role_sid: must be RL followed by 32 hexadecimal digits, got 'agent'",
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


@pytest.mark.parametrize("module", CHANGING)
def test_mistakes(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    emulator.seed({"services": [{"sid": SERVICE, "users": [{"sid": USER, "identity": "alice"}]}]})
    before = emulator.state()
    tasks = [
        {
            "name": name,
            f"community.twilio.{module}": {"service_sid": SERVICE, **options},
            "ignore_errors": True,
        }
        for name, (options, _message) in MISTAKES.items()
    ]
    result = run_playbook(json.dumps(tasks))
    product = title(module)
    said = {event["task"]: event["result"]["msg"] for event in result.events}
    service = f"{product} service {SERVICE}"
    assert said == {
        # Not by format(): some of the messages hold braces.
        name: message.replace("{product}", product).replace("{service}", service)
        for name, (_options, message) in MISTAKES.items()
    }
    assert "Traceback" not in result.output
    assert emulator.state() == before


@pytest.mark.parametrize("module", CHANGING)
def test_a_typing_mistake_in_an_option(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run_playbook(
        f"""
        - name: Mistyped
          community.twilio.{module}:
            service_sid: {SERVICE}
            identity: alice
            freindly_name: Alice
        """
    )
    message = result.of("Mistyped")["msg"]
    assert message.startswith(f"Unsupported parameters for (community.twilio.{module}) module: freindly_name. ")
    assert "friendly_name" in message
    assert "\n" not in message
    assert emulator.requests() == []
