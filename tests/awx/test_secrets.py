# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in what AWX shows or stores of a job, at the highest verbosity, however the job ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.harness.emulator import RunningEmulator

from .conftest import ACCOUNT, CLIENT, CLIENT_SECRET, KEY, SECRET, SERVICE, TOKEN
from .job import IDENT, Job
from .leaks import leaks

SYNC, REPORT, ALL = "Sync Twilio users", "Report drift of Twilio users", "Sync all Twilio services"
FILE = {"twilio_service": "Shop", "twilio_users_file": "users/shop.yml"}
WRONG = "wR1ong/toKen+oF=noBody&%43"
BY_KEY = {"auth_token": TOKEN, "api_key": KEY, "api_secret": SECRET}

BY_CLIENT = {"auth_token": TOKEN, "client_id": CLIENT, "client_secret": CLIENT_SECRET}

NewJob = Callable[..., Job]

CASES: dict[str, tuple[str, Mapping[str, str], Mapping[str, Any], str]] = {
    "run": (SYNC, {}, FILE, "successful"),
    "run with a key": (SYNC, BY_KEY, FILE, "successful"),
    "run with an OAuth client": (SYNC, BY_CLIENT, FILE, "successful"),
    "report": (REPORT, {}, FILE, "successful"),
    "wrong token": (SYNC, {"auth_token": WRONG}, FILE, "failed"),
    "wrong secret": (REPORT, {**BY_KEY, "api_secret": WRONG}, FILE, "failed"),
    "no answers": (SYNC, {}, {}, "failed"),
    "no such file": (SYNC, {}, {**FILE, "twilio_users_file": "users/none.yml"}, "failed"),
    "not a list of users": (SYNC, {}, {"twilio_service": "Shop", "twilio_users": "[{identity: [}]"}, "failed"),
}


@pytest.mark.parametrize("name", CASES)
def test_no_secret_is_left(new_job: NewJob, emulator: RunningEmulator, credential: dict[str, str], name: str) -> None:
    template, inputs, answers, status = CASES[name]
    job = new_job(template, credentials={"Twilio": {**credential, **inputs}})
    ran = job.run(answers, diff=True, verbosity=5)
    assert ran.status == status, ran.output
    assert leaks(ran, TOKEN, SECRET, CLIENT_SECRET, WRONG) == []
    # What is looked for can be found where it has to be: in the environment of ansible-playbook.
    command = ran.folder / "artifacts" / IDENT / "command"
    assert (inputs.get("auth_token") or TOKEN) in command.read_text()


def test_a_refused_user_tells_no_secret(new_job: NewJob, emulator: RunningEmulator) -> None:
    emulator.fault("status", {"method": "POST", "path": "/Users$"}, status=400, code=50303, message="Too long")
    ran = new_job(SYNC).run(FILE, verbosity=5)
    assert ran.status == "failed"
    assert leaks(ran, TOKEN) == []


@pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])
def test_no_secret_of_several_accounts_is_left(
    new_job: NewJob, emulator: RunningEmulator, credential: dict[str, str], wrong: bool
) -> None:
    accounts = {ACCOUNT: {"auth_token": WRONG if wrong else TOKEN}, "AC" + "07e4" * 8: {"api_secret": SECRET}}
    host = {"product": "conversations", "service_sid": SERVICE, "account_sid": ACCOUNT, "ansible_connection": "local"}
    job = new_job(
        ALL,
        credentials={
            "Twilio": {**credential, "auth_token": "0" * 32},
            "Twilio accounts": {"accounts": json.dumps(accounts)},
        },
        hosts={"shop": host},
    )
    ran = job.run({"twilio_users": "[alice]"}, diff=True, verbosity=5)
    assert (ran.status == "failed") == wrong, ran.output
    assert leaks(ran, TOKEN, SECRET, WRONG) == []


def test_accounts_that_cannot_be_read_are_not_repeated(
    new_job: NewJob, emulator: RunningEmulator, credential: dict[str, str]
) -> None:
    credentials = {"Twilio": credential, "Twilio accounts": {"accounts": f"{ACCOUNT}: {{auth_token: {SECRET}"}}
    host = {"service_sid": SERVICE, "account_sid": ACCOUNT, "ansible_connection": "local"}
    ran = new_job(ALL, credentials=credentials, hosts={"shop": host}).run({"twilio_users": "[alice]"}, verbosity=5)
    assert ran.status == "failed"
    assert "twilio_accounts" in ran.output
    assert leaks(ran, TOKEN, SECRET) == []
