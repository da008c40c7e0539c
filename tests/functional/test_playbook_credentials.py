# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of the playbooks: which ones are used, and that none is shown, also when something is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.functional.playbooks import REPORT, SYNC, Playbooks, playbooks
from tests.functional.test_secrets import (
    ACCOUNT,
    CLIENT,
    CLIENT_SECRET,
    KEY,
    SECRET,
    SEED,
    TOKEN,
    UNSET,
    WRONG_TOKEN,
    assert_none_in,
)
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
    secured: Playbooks,
    name: str,
    variables: dict[str, Any],
    hosts: Mapping[str, Mapping[str, Any]] | None = None,
    rc: int = 0,
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run at the highest verbosity, and search all that is left behind."""
    log = secured.folder / "ansible.log"
    log.unlink(missing_ok=True)
    environment = {**UNSET, "ANSIBLE_LOG_PATH": str(log), **(env or {})}
    if hosts is None:
        variables = {"twilio_service_sid": SEED["services"][0]["sid"], "twilio_users": ["alice", "bob"], **variables}
    result = secured(name, variables, "-vvvvv", "--diff", hosts=hosts, env=environment, rc=rc)
    assert_none_in(result.output, "the output")
    assert_none_in(json.dumps(result.events), "a result")
    assert_none_in(log.read_text(), "the log file")
    for path in secured.folder.glob("twilio_users_report.*"):
        assert_none_in(path.read_text(), path.name)
    return result


def as_hosts(emulator: RunningEmulator, cases: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Hosts, each with the variables of a case, and with a service of its own, in which alice is."""
    services = {f"IS{number:032}": variables for number, variables in enumerate(cases)}
    emulator.seed({"services": [{"sid": sid, "users": [{"identity": "alice"}]} for sid in services]})
    common = {"twilio_users": ["alice", "bob"]}
    return {sid: {"twilio_service_sid": sid, **common, **variables} for sid, variables in services.items()}


def messages(result: Result) -> list[str]:
    """What was said of each host that failed, in their order."""
    failed = [(event["host"], event["result"]["msg"]) for event in result.events if event["status"] == "failed"]
    assert len(dict(failed)) == len(failed)
    return [text for _host, text in sorted(failed)]


BY_TOKEN = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
BY_KEY = {"twilio_account_sid": ACCOUNT, "twilio_api_key": KEY, "twilio_api_secret": SECRET}
# Requests with an access token have no user name.
BY_CLIENT = {"twilio_account_sid": ACCOUNT, "twilio_client_id": CLIENT, "twilio_client_secret": CLIENT_SECRET}


RIGHT: list[tuple[dict[str, Any], str | None]] = [
    (BY_TOKEN, ACCOUNT),
    (BY_KEY, KEY),
    (BY_CLIENT, None),
    (
        {"twilio_account_sid": ACCOUNT, "twilio_accounts": {ACCOUNT: ENTRY, OTHER: {"auth_token": WRONG_TOKEN}}},
        ACCOUNT,
    ),
    ({"account_sid": ACCOUNT, "twilio_accounts": json.dumps({ACCOUNT: {"api_key": KEY, "api_secret": SECRET}})}, KEY),
]


@pytest.mark.parametrize("name", [SYNC, REPORT])
def test_right_ones(name: str, secured: Playbooks, emulator: RunningEmulator) -> None:
    hosts = as_hosts(emulator, [variables for variables, _user in RIGHT])
    run(secured, name, {}, hosts)
    used = {
        (request["path"].split("/")[3], request["authorization_user"])
        for request in emulator.requests()
        if request["product"] != "oauth"
    }
    assert used == {(host, user) for host, (_variables, user) in zip(hosts, RIGHT, strict=True)}


def test_an_account_wins_over_the_environment(secured: Playbooks, emulator: RunningEmulator) -> None:
    environment = {"TWILIO_ACCOUNT_SID": OTHER, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET}
    run(secured, SYNC, {"account_sid": ACCOUNT, "twilio_accounts": {ACCOUNT: ENTRY}}, env=environment)
    assert {request["authorization_user"] for request in emulator.requests()} == {ACCOUNT}


WRONG: list[tuple[dict[str, Any], str]] = [
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
]


def test_wrong_ones(secured: Playbooks, emulator: RunningEmulator) -> None:
    hosts = as_hosts(emulator, [variables for variables, _part in WRONG])
    # Those of the environment would be right, and are not taken in the place of those that are meant.
    right = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    said = messages(run(secured, SYNC, {}, hosts, rc=2, env=right))
    for message, (_variables, part) in zip(said, WRONG, strict=True):
        assert part in message
    for host in hosts:
        assert [user["identity"] for user in emulator.users(host)] == ["alice"]
    assert {request["status"] for request in emulator.requests()} == {401}


BROKEN: list[tuple[dict[str, Any], str]] = [
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
]


@pytest.mark.parametrize("name", [SYNC, REPORT])
def test_what_cannot_be_resolved(name: str, secured: Playbooks, emulator: RunningEmulator) -> None:
    """ansible-core shows the lines around a template that fails, or the values; nothing of it may hold a secret."""
    right = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    # A line for each, in the file of the inventory or of the extra variables: all of them stand beside each other.
    beside = {"twilio_account_sid": ACCOUNT, "twilio_api_secret": SECRET}
    cases = [{**beside, **broken, "twilio_api_key": KEY} for broken, _message in BROKEN]
    said = messages(run(secured, name, {}, as_hosts(emulator, cases), rc=2, env=right))
    assert said == [message for _broken, message in BROKEN]
    said = messages(run(secured, name, cases[0], rc=2, env=right))
    assert said == [BROKEN[0][1]]
    assert emulator.requests() == []


def test_a_report_of_wrong_ones(secured: Playbooks) -> None:
    run(secured, REPORT, {"twilio_account_sid": ACCOUNT, "twilio_auth_token": WRONG_TOKEN}, rc=2)
    report = json.loads((secured.folder / "twilio_users_report.json").read_text())
    assert "401" in report["services"][0]["error"]
