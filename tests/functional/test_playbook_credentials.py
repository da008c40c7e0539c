# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of the playbooks: which ones are used, and that none is shown, also when something is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.functional.playbooks import REPORT, SYNC, Playbooks, playbooks
from tests.functional.test_secrets import ACCOUNT, KEY, SECRET, SEED, TOKEN, UNSET, WRONG_TOKEN, assert_none_in
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result

__all__ = ["playbooks"]

OTHER = "AC" + "0123" * 8
ENTRY = {"auth_token": TOKEN}
NAMES = "twilio_accounts: must be a dictionary, or YAML or JSON text of one, whose keys are the SIDs of accounts"


@pytest.fixture
def secured(playbooks: Playbooks, emulator: RunningEmulator) -> Playbooks:
    """The emulator with the secrets that are looked for."""
    emulator.reset(SEED)
    return playbooks


def run(
    secured: Playbooks, name: str, variables: dict[str, Any], rc: int = 0, env: Mapping[str, str] | None = None
) -> Result:
    """Run at the highest verbosity, and search all that is left behind."""
    log = secured.folder / "ansible.log"
    log.unlink(missing_ok=True)
    service = SEED["services"][0]["sid"]
    environment = {**UNSET, "ANSIBLE_LOG_PATH": str(log), **(env or {})}
    variables = {"twilio_service_sid": service, "twilio_users": ["alice", "bob"], **variables}
    result = secured(name, variables, "-vvvvv", "--diff", env=environment, rc=rc)
    assert_none_in(result.output, "the output")
    assert_none_in(json.dumps(result.events), "a result")
    assert_none_in(log.read_text(), "the log file")
    for path in secured.folder.glob("twilio_users_report.*"):
        assert_none_in(path.read_text(), path.name)
    return result


def message(result: Result) -> str:
    [failed] = [event["result"] for event in result.events if event["status"] == "failed"]
    text: str = failed["msg"]
    return text


def users_of(emulator: RunningEmulator) -> set[str]:
    return {request["authorization_user"] for request in emulator.requests()}


BY_TOKEN = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
BY_KEY = {"twilio_account_sid": ACCOUNT, "twilio_api_key": KEY, "twilio_api_secret": SECRET}


@pytest.mark.parametrize("name", [SYNC, REPORT])
@pytest.mark.parametrize(
    ("variables", "user"),
    [
        (BY_TOKEN, ACCOUNT),
        (BY_KEY, KEY),
        (
            {"twilio_account_sid": ACCOUNT, "twilio_accounts": {ACCOUNT: ENTRY, OTHER: {"auth_token": WRONG_TOKEN}}},
            ACCOUNT,
        ),
        (
            {"account_sid": ACCOUNT, "twilio_accounts": json.dumps({ACCOUNT: {"api_key": KEY, "api_secret": SECRET}})},
            KEY,
        ),
    ],
    ids=["token", "key", "account", "account as text"],
)
def test_right_ones(
    name: str, variables: dict[str, Any], user: str, secured: Playbooks, emulator: RunningEmulator
) -> None:
    run(secured, name, variables)
    assert users_of(emulator) == {user}


def test_an_account_wins_over_the_environment(secured: Playbooks, emulator: RunningEmulator) -> None:
    environment = {"TWILIO_ACCOUNT_SID": OTHER, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET}
    run(secured, SYNC, {"account_sid": ACCOUNT, "twilio_accounts": {ACCOUNT: ENTRY}}, env=environment)
    assert users_of(emulator) == {ACCOUNT}


@pytest.mark.parametrize(
    ("variables", "part"),
    [
        (
            {"twilio_account_sid": OTHER, "twilio_accounts": {ACCOUNT: ENTRY}},
            f"has no entry for {OTHER}; it has {ACCOUNT}",
        ),
        ({"twilio_account_sid": TOKEN, "twilio_accounts": {ACCOUNT: ENTRY}}, "which is not an account SID"),
        ({"twilio_accounts": {ACCOUNT: ENTRY}}, "twilio_account_sid: is missing"),
        ({"twilio_account_sid": ACCOUNT, "twilio_accounts": {TOKEN: ENTRY}}, NAMES),
        ({"twilio_account_sid": ACCOUNT, "twilio_accounts": {ACCOUNT: TOKEN}}, f"twilio_accounts.{ACCOUNT}: must be"),
        ({"twilio_account_sid": ACCOUNT, "twilio_accounts": f'{{"{ACCOUNT}": {{"auth_token": "{TOKEN}'}, NAMES),
        ({"twilio_account_sid": ACCOUNT, "twilio_accounts": f"{ACCOUNT}: [{TOKEN}"}, NAMES),
        ({"twilio_account_sid": ACCOUNT, "twilio_accounts": [TOKEN]}, NAMES),
        ({**BY_TOKEN, "twilio_prune": "perhaps"}, "The value 'perhaps' is not a valid boolean"),
        ({"twilio_account_sid": ACCOUNT, "twilio_auth_token": WRONG_TOKEN}, "401"),
        ({**BY_TOKEN, "twilio_api_base_url": f"https://{ACCOUNT}:{TOKEN}@twilio.invalid"}, "must not hold a user name"),
    ],
)
def test_wrong_ones(variables: dict[str, Any], part: str, secured: Playbooks, emulator: RunningEmulator) -> None:
    # Those of the environment would be right, and are not taken in the place of those that are meant.
    right = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    assert part in message(run(secured, SYNC, variables, rc=2, env=right))
    assert "alice" in {user["identity"] for user in emulator.users(SEED["services"][0]["sid"])}
    assert [request["status"] for request in emulator.requests() if request["status"] == 200] == []


@pytest.mark.parametrize("name", [SYNC, REPORT])
@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"twilio_auth_token": f"{TOKEN}{{{{ no_such_token }}}}"}, "twilio_auth_token: cannot be resolved"),
        ({"twilio_auth_token": f"{TOKEN}{{{{ nope"}, "twilio_auth_token: cannot be resolved"),
        (
            {"twilio_accounts": {ACCOUNT: ENTRY, OTHER: {"auth_token": "{{ no_such_token }}"}}},
            "twilio_accounts: cannot be resolved",
        ),
        (
            {"twilio_accounts": "{{ accounts }}", "accounts": {ACCOUNT: ENTRY, OTHER: "{{ 1 | no_such_filter }}"}},
            "twilio_accounts: cannot be resolved",
        ),
        (
            {"twilio_users": "{{ config.users }}", "config": {"token": TOKEN, "users": "{{ no_such_list }}"}},
            "twilio_users: cannot be resolved: 'no_such_list' is undefined",
        ),
    ],
)
def test_what_cannot_be_resolved(
    name: str, broken: dict[str, Any], message: str, secured: Playbooks, emulator: RunningEmulator
) -> None:
    """ansible-core shows the lines around a template that fails, or the values; nothing of it may hold a secret."""
    right = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    # A line for each, in the file of the extra variables: all of them stand beside each other.
    beside = {"twilio_account_sid": ACCOUNT, "twilio_api_secret": SECRET, **broken, "twilio_api_key": KEY}
    result = run(secured, name, beside, rc=2, env=right)
    assert {event["result"]["msg"] for event in result.events if event["status"] == "failed"} == {message}
    assert emulator.requests() == []


def test_a_report_of_wrong_ones(secured: Playbooks) -> None:
    run(secured, REPORT, {"twilio_account_sid": ACCOUNT, "twilio_auth_token": WRONG_TOKEN}, rc=2)
    report = json.loads((secured.folder / "twilio_users_report.json").read_text())
    assert "401" in report["services"][0]["error"]
