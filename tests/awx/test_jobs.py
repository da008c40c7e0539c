# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of the templates that examples/awx/configure.yml makes, run as AWX runs them: what they do and show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness.emulator import RunningEmulator

from .conftest import ACCOUNT, CLIENT, CLIENT_SECRET, KEY, SECRET, SERVICE, TOKEN
from .job import IDENT, Job

SYNC, REPORT, ALL = "Sync Twilio users", "Report drift of Twilio users", "Sync all Twilio services"
MODULE = "community.twilio.twilio_conversations_users"
FILE = {"twilio_service": "Shop", "twilio_users_file": "users/shop.yml"}
OTHER_ACCOUNT, OTHER_TOKEN, OTHER_SERVICE = "AC" + "07e4" * 8, "oT7her/tOken+of=nO&body", "IS" + "07e4" * 8
TWO_ACCOUNTS = {ACCOUNT: {"auth_token": TOKEN}, OTHER_ACCOUNT: {"auth_token": OTHER_TOKEN}}

NewJob = Callable[..., Job]


def identities(emulator: RunningEmulator, service: str = SERVICE) -> list[str]:
    """Who is in a service."""
    return sorted(user["identity"] for user in emulator.users(service))


def writes(emulator: RunningEmulator) -> list[dict[str, Any]]:
    """The requests that were to change something."""
    return [request for request in emulator.requests() if request["method"] != "GET"]


def counts(**changes: int) -> dict[str, int]:
    """The numbers of users in the artifacts of a job."""
    return {**dict.fromkeys(("created", "updated", "deleted", "unchanged"), 0), **changes}


def test_a_job_syncs_the_users_of_a_file(new_job: NewJob, emulator: RunningEmulator) -> None:
    job = new_job(SYNC)
    ran = job.run(FILE)
    assert ran.status == "successful", ran.output
    assert identities(emulator) == ["alice", "bob", "front-desk"]
    assert ran.artifacts["twilio_users_summary"].items() >= counts(created=3).items()
    assert "3 created" in ran.output
    again = job.run(FILE)
    assert again.status == "successful", again.output
    assert again.artifacts["twilio_users_summary"].items() >= counts(unchanged=3).items()
    assert len(writes(emulator)) == 3


def test_a_check_shows_what_a_run_would_do(new_job: NewJob, emulator: RunningEmulator) -> None:
    ran = new_job(SYNC).run(FILE, job_type="check", diff=True)
    assert ran.status == "successful", ran.output
    assert '+    "alice": {' in ran.output
    assert ran.artifacts["twilio_users_summary"].items() >= counts(created=3).items()
    assert writes(emulator) == []


def test_a_report_changes_nothing_even_as_a_run(new_job: NewJob, emulator: RunningEmulator) -> None:
    emulator.seed({"services": [{"sid": SERVICE, "users": [{"identity": "bob"}, {"identity": "mallory"}]}]})
    job = new_job(REPORT)
    for job_type, diff in ((None, False), ("run", True)):
        ran = job.run({**FILE, "twilio_prune": "true"}, job_type=job_type, diff=diff)
        assert ran.status == "successful", ran.output
        assert ('-    "mallory": {' in ran.output) is diff
        drift = {"created": 2, "updated": 1, "deleted": 1}
        assert ran.artifacts["twilio_users_drift"].items() >= drift.items()
    assert writes(emulator) == []
    assert json.loads((job.project / "twilio_users_report.json").read_text())
    assert "mallory" in (job.project / "twilio_users_report.html").read_text()


def test_the_report_can_be_kept(new_job: NewJob, emulator: RunningEmulator, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    ran = new_job(REPORT, playbook="keep_report.yml", variables={"report_folder": str(folder)}).run(FILE)
    assert ran.status == "successful", ran.output
    assert {path.name for path in folder.iterdir()} == {
        f"{IDENT}_twilio_users_report.html",
        f"{IDENT}_twilio_users_report.json",
    }


def test_a_report_can_fail_on_drift(new_job: NewJob, emulator: RunningEmulator) -> None:
    ran = new_job(REPORT).run({**FILE, "twilio_fail_on_drift": "true"})
    assert ran.status == "failed"
    assert ran.artifacts["twilio_users_drift"]["created"] == 3


@pytest.mark.parametrize(
    "text",
    ["- zoe\n- identity: yan\n", '["zoe", {"identity": "yan"}]', "identity,friendly_name\nzoe,Zoe\nyan,Yan\n"],
    ids=["YAML", "JSON", "CSV"],
)
def test_answers_are_text(new_job: NewJob, emulator: RunningEmulator, text: str) -> None:
    emulator.seed({"services": [{"sid": SERVICE, "users": [{"identity": "mallory"}]}]})
    answers = {"twilio_service_sid": SERVICE, "twilio_users": text, "twilio_prune": "true", "twilio_max_deletions": 1}
    ran = new_job(SYNC).run(answers)
    assert ran.status == "successful", ran.output
    assert identities(emulator) == ["yan", "zoe"]


def test_a_template_in_an_answer_is_not_filled_in(new_job: NewJob, emulator: RunningEmulator) -> None:
    template = "{{ lookup('ansible.builtin.env', 'TWILIO_AUTH_TOKEN') }}"
    users = json.dumps([{"identity": "zoe", "friendly_name": template}])
    ran = new_job(SYNC).run({"twilio_service": "Shop", "twilio_users": users})
    assert ran.status == "successful", ran.output
    (user,) = emulator.users(SERVICE)
    assert user["friendly_name"] == template


def test_no_answers_fail_by_name(new_job: NewJob, emulator: RunningEmulator) -> None:
    ran = new_job(SYNC).run({"twilio_service": "Shop"})
    assert ran.status == "failed"
    assert "twilio_users_file" in ran.output
    assert "Traceback" not in ran.output
    assert emulator.requests() == []


def test_deletions_beyond_the_limit_are_refused(new_job: NewJob, emulator: RunningEmulator) -> None:
    others = [{"identity": f"other-{number}"} for number in range(3)]
    emulator.seed({"services": [{"sid": SERVICE, "users": others}]})
    ran = new_job(SYNC).run({**FILE, "twilio_prune": "true", "twilio_max_deletions": 2})
    assert ran.status == "failed"
    assert "max_deletions: allows 2, but 3 would be deleted" in ran.output
    assert writes(emulator) == []


def test_a_wrong_token_fails_with_twilios_words(
    new_job: NewJob, emulator: RunningEmulator, credential: dict[str, str]
) -> None:
    ran = new_job(SYNC, credentials={"Twilio": {**credential, "auth_token": "wR1ong/toKen"}}).run(FILE)
    assert ran.status == "failed"
    assert "20003" in ran.output
    assert "Traceback" not in ran.output


def test_a_refused_user_fails_the_job_and_no_other_user(new_job: NewJob, emulator: RunningEmulator) -> None:
    emulator.fault("status", {"method": "POST", "path": "/Users$"}, status=400, code=50303, message="Too long")
    ran = new_job(SYNC).run(FILE)
    assert ran.status == "failed"
    assert len(identities(emulator)) == 2
    assert ran.result_of(MODULE)["msg"].startswith("1 user failed: ")
    assert ran.artifacts["twilio_users_summary"].items() >= counts(created=2).items()


def test_fields_left_empty_count_as_not_given(
    new_job: NewJob, emulator: RunningEmulator, credential: dict[str, str]
) -> None:
    job = new_job(SYNC, credentials={"Twilio": {**credential, "auth_token": "", "api_key": KEY, "api_secret": SECRET}})
    ran = job.run(FILE)
    assert ran.status == "successful", ran.output
    command = json.loads((ran.folder / "artifacts" / IDENT / "command").read_text())
    empty = {name for name, value in command["env"].items() if name.startswith("TWILIO_") and value == ""}
    assert empty == {f"TWILIO_{name}" for name in ("AUTH_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REGION", "EDGE")}
    assert {request["authorization_user"] for request in emulator.requests()} == {KEY}


def test_every_field_reaches_the_job_as_a_variable(new_job: NewJob, credential: dict[str, str]) -> None:
    inputs = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "api_key": KEY,
        "api_secret": SECRET,
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "region": "ie1",
        "edge": "dublin",
        "api_base_url": "https://gateway.example.com",
    }
    environment: dict[str, Any] = {}
    stored: dict[str, Any] = {}
    job = new_job(SYNC)
    job.home.joinpath("env").mkdir()
    job.inject("Twilio", inputs, environment, stored, [], job.home)
    assert environment == {f"TWILIO_{name.upper()}": value for name, value in inputs.items()}
    hidden = {f"TWILIO_{name}": "**********" for name in ("AUTH_TOKEN", "API_SECRET", "CLIENT_SECRET")}
    assert stored == {**environment, **hidden}


def other_account(emulator: RunningEmulator) -> None:
    """Add an account of its own, with a service."""
    services = [{"sid": OTHER_SERVICE, "friendly_name": "Workshop"}]
    account = {"account_sid": OTHER_ACCOUNT, "auth_token": OTHER_TOKEN, "services": services}
    emulator.seed({"accounts": [account]})


def host(service: str, account: str) -> dict[str, str]:
    """The variables of a host of the inventory plugin."""
    return {"product": "conversations", "service_sid": service, "account_sid": account, "ansible_connection": "local"}


def test_one_job_reaches_the_services_of_several_accounts(
    new_job: NewJob, emulator: RunningEmulator, credential: dict[str, str]
) -> None:
    other_account(emulator)
    job = new_job(
        ALL,
        credentials={
            "Twilio": {**credential, "auth_token": "", "api_key": KEY, "api_secret": SECRET},
            "Twilio accounts": {"accounts": json.dumps(TWO_ACCOUNTS)},
        },
        hosts={"shop": host(SERVICE, ACCOUNT), "workshop": host(OTHER_SERVICE, OTHER_ACCOUNT)},
    )
    ran = job.run({"twilio_users": "[alice]"})
    assert ran.status == "successful", ran.output
    assert identities(emulator) == identities(emulator, OTHER_SERVICE) == ["alice"]
    # The key of the other credential is of one account only, and would win over the tokens.
    assert {request["authorization_user"] for request in emulator.requests()} == {ACCOUNT, OTHER_ACCOUNT}
    assert ran.artifacts["twilio_users_summary"].items() >= {"services": 2, "created": 2}.items()


def test_the_inventory_source_lists_the_services(new_job: NewJob, emulator: RunningEmulator) -> None:
    job = new_job(ALL)
    listed = job.update_inventory()
    assert TOKEN not in json.dumps(listed)
    group = listed["twilio_services"]
    job.hosts = {name: {**group.get("vars", {}), **listed["_meta"]["hostvars"][name]} for name in group["hosts"]}
    services = {SERVICE, emulator.service_sid}
    assert {(host["service_sid"], host["account_sid"]) for host in job.hosts.values()} == {
        (service, ACCOUNT) for service in services
    }
    ran = job.run({"twilio_users": "[alice]"})
    assert ran.status == "successful", ran.output
    assert [identities(emulator, service) for service in services] == [["alice"], ["alice"]]
