# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that are missing or malformed: one clear line, and never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functional.documents import (
    BULK,
    CHANGING,
    MODULES,
    ROLES,
    SERVICE,
    SERVICE_INFO,
    SERVICES,
    USER_INFO,
    enough,
    one_user,
)
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result, RunPlaybook

NOT_A_NUMBER = "argument '{}' is of type str and we were unable to convert to float"
NO_SERVICE = "one of the following is required: service_sid, service"
SECONDS = "must be more than 0 and at most 86400 seconds, got"

# A connection option, a value that it does not take, and how the message begins; the value may be a secret, or may hold
# one, so that it is repeated only where that cannot be.
MALFORMED: dict[str, tuple[dict[str, Any], str]] = {
    "account_sid": ({"account_sid": "AC1234"}, "account_sid: must be AC followed by 32 hexadecimal digits"),
    "auth_token": (
        {"auth_token": "with white space"},
        "auth_token: must be printable ASCII characters without white space",
    ),
    "api_key": (
        {"api_key": "SKsecret", "api_secret": "also-secret"},
        "api_key: must be SK followed by 32 hexadecimal digits",
    ),
    "api_secret": (
        {"api_key": "SK" + "0" * 32, "api_secret": "ž"},
        "api_secret: must be printable ASCII characters without white space",
    ),
    "region": ({"region": "ie1.evil.example.com/"}, "region: must be a name such as ie1, got 'ie1.evil.example.com/'"),
    "region, without an edge": ({"region": "ie1", "api_base_url": ""}, "region: ie1 has no effect without an edge;"),
    "edge": ({"edge": "Dublin"}, "edge: must be a name such as dublin, got 'Dublin'"),
    "api_base_url": (
        {"api_base_url": "ftp://localhost"},
        "api_base_url: must be https://HOST or https://HOST:PORT, got 'ftp://localhost'",
    ),
    "api_base_url, plain http": (
        {"api_base_url": "http://twilio.example.com"},
        "api_base_url: must begin with https://, got 'http://twilio.example.com'; plain http would show",
    ),
    "api_base_url, with a password": (
        {"api_base_url": "https://me:hunter2@localhost"},
        "api_base_url: must not hold a user name or a password; credentials have options of their own",
    ),
    "request_timeout": ({"request_timeout": "soon"}, ""),
    "request_timeout, 0": ({"request_timeout": 0}, f"request_timeout: {SECONDS} 0"),
    "request_timeout, not a number": ({"request_timeout": "nan"}, f"request_timeout: {SECONDS} nan"),
    "validate_certs": ({"validate_certs": "perhaps"}, ""),
    "ca_path": (
        {"ca_path": "/no/such/file"},
        "ca_path: must be a file or a directory of CA certificates, '/no/such/file' does not exist",
    ),
    "timeouts": ({"timeouts": {"read": "inf"}}, f"timeouts.read: {SECONDS} inf"),
    "timeouts, unknown": ({"timeouts": {"reed": 1}}, ""),
}


def run(options: list[tuple[str, dict[str, Any]]], run_playbook: RunPlaybook) -> Result:
    """Run tasks that fail, each given as its module and its options."""
    tasks = [
        {"name": f"{number}: {module}", f"community.twilio.{module}": each, "ignore_errors": True}
        for number, (module, each) in enumerate(options)
    ]
    result = run_playbook(json.dumps(tasks), "--diff")
    assert [event["status"] for event in result.events] == ["ignored"] * len(options), result.output
    for task in result.tasks:
        assert task["changed"] is False
        assert "module_stderr" not in task
        assert "\n" not in task["msg"]
        assert "MODULE FAILURE" not in task["msg"]
        assert "bug in" not in task["msg"]
    assert "Traceback" not in result.output
    return result


def missing(module: str) -> list[tuple[dict[str, Any], str]]:
    """Options that are not enough, and what is said."""
    name = "one of the following is required: friendly_name, sid"
    if module in SERVICES:
        return [({}, name), ({"state": "absent"}, name)]
    rest = {option: value for option, value in enough(module).items() if option != "service_sid"}
    found = [({}, NO_SERVICE), (rest, NO_SERVICE)]
    if module in BULK:
        found[0] = ({}, f"missing required arguments: users; {NO_SERVICE}")
        found.append(({"service_sid": SERVICE}, "missing required arguments: users"))
        entries = [{"friendly_name": "Alice"}]
        found.append(({"service_sid": SERVICE, "users": entries}, "users[0]: missing required arguments: identity"))
    if module in CHANGING:
        who = "one of the following is required: identity, sid"
        found += [({"service_sid": SERVICE}, who), ({"service": "Support", "state": "absent"}, who)]
    if module in ROLES:
        found += [({"service_sid": SERVICE}, name), ({"service": "Support", "state": "absent"}, name)]
        what = "replace is True but all of the following are missing: {}"
        agent = {"service_sid": SERVICE, "friendly_name": "agent", "replace": True}
        found.append((agent, what.format("type, permissions")))
        found.append(({**agent, "permissions": ["editOwnUserInfo"]}, what.format("type")))
    return found


def check_messages(
    cases: list[tuple[str, dict[str, Any], str]], emulator: RunningEmulator, run_playbook: RunPlaybook
) -> None:
    """Run tasks that fail before any request, each given as its module, its options and its message."""
    result = run([(module, options) for module, options, _message in cases], run_playbook)
    assert [task["msg"] for task in result.tasks] == [message for _module, _options, message in cases]
    assert emulator.requests() == []


def test_missing(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    # All services can be read without any option.
    modules = [module for module in MODULES if module not in SERVICE_INFO]
    cases = [(module, *case) for module in modules for case in missing(module)]
    check_messages(cases, emulator, run_playbook)


def test_given_twice(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    exclusive = "parameters are mutually exclusive: "
    cases: list[tuple[str, dict[str, Any], str]] = []
    for module in [module for module in MODULES if module not in (*SERVICES, *SERVICE_INFO)]:
        cases.append((module, {**enough(module), "service": "Support"}, f"{exclusive}service_sid|service"))
        roles = {"role_sid": "default", "role": "agent"}
        if module in (*CHANGING, *USER_INFO):
            cases.append((module, {**enough(module), **roles}, f"{exclusive}role_sid|role"))
        if module in BULK:
            options = {**enough(module), **one_user(module, **roles)}
            cases.append((module, options, f"users[0] ('alice'): {exclusive}role_sid|role"))
    check_messages(cases, emulator, run_playbook)


@pytest.mark.parametrize("module", ["twilio_conversations_user"])
def test_malformed_connection_options(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    options = [{**enough(module), **wrong} for wrong, _message in MALFORMED.values()]
    result = run([(module, each) for each in options], run_playbook)
    for task, (name, (wrong, message)) in zip(result.tasks, MALFORMED.items(), strict=True):
        assert task["msg"].startswith(message), name
        if not message:
            # Ansible's own words, which are not the same in every version.
            assert any(option in task["msg"] for option in wrong), name
        # The option of the password can be anything but an address, so its value may be what was meant to be secret.
        for secret in ("with white space", "SKsecret", "also-secret", "hunter2"):
            assert secret not in task["msg"], name
    assert emulator.requests() == []


def test_all_errors_are_reported_at_once(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    # One of each option, except what Ansible itself refuses before. There can be only one API key, and it wins over
    # the token.
    names = [name for name in MALFORMED if "," not in name and MALFORMED[name][1]] + ["request_timeout, 0"]
    together = {name: MALFORMED[name] for name in names if name not in ("auth_token", "api_secret")}
    options: dict[str, Any] = {}
    for wrong, _message in together.values():
        options.update(wrong)
    tasks = run([(module, {**enough(module), **options}) for module in MODULES], run_playbook).tasks
    for module, task in zip(MODULES, tasks, strict=True):
        for name, (_wrong, message) in together.items():
            assert message in task["msg"], (module, name)
    assert emulator.requests() == []


@pytest.mark.parametrize("module", ["twilio_chat_user", "twilio_conversations_user_info"])
def test_missing_credentials(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    no_account = "account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID"
    no_token = (
        "auth_token: is missing, and so are api_key and api_secret; give auth_token (or set TWILIO_AUTH_TOKEN),"
        " or both api_key and api_secret (or set TWILIO_API_KEY and TWILIO_API_SECRET),"
        " or both client_id and client_secret (or set TWILIO_CLIENT_ID and TWILIO_CLIENT_SECRET)"
    )
    account = emulator.ready["account_sid"]
    key = "SK" + "0" * 32
    given: list[tuple[dict[str, str], str]] = [
        ({}, f"{no_account}; {no_token}"),
        ({"account_sid": account}, no_token),
        ({"auth_token": "0" * 32}, no_account),
        (
            {"account_sid": account, "api_key": key},
            "api_secret: is missing beside api_key; give the option or set TWILIO_API_SECRET",
        ),
        (
            {"account_sid": account, "api_secret": "0" * 32},
            "api_key: is missing beside api_secret; give the option or set TWILIO_API_KEY",
        ),
        ({"api_key": key, "api_secret": "0" * 32}, no_account),
    ]
    tasks = [
        {
            "name": str(number),
            f"community.twilio.{module}": {**enough(module), **options},
            "ignore_errors": True,
        }
        for number, (options, _message) in enumerate(given)
    ]
    names = ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET")
    result = run_playbook(json.dumps(tasks), env={f"TWILIO_{name}": "" for name in names})
    assert [task["msg"] for task in result.tasks] == [message for _options, message in given]
    assert emulator.requests() == []
