# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job over all services, and the same job in slices: what is at Twilio in the end is the same, and so are the counts.

It is the job of the template "Sync all Twilio services" of examples/awx. AWX reads the inventory once and keeps it. A
sliced job is several jobs of one template, each with a part of the hosts; AWX starts each with ansible-runner. So it is
done here. How the hosts are dealt makes no difference to the result.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.emulator import RunningEmulator, running_emulator
from tests.harness.paths import link_tree

from .conftest import EXAMPLE

SERVICES = 7
SLICES = 3
TIMEOUT_SECONDS = 240
BIN = Path(sys.executable).parent
ENDED = ("runner_on_ok", "runner_on_failed", "runner_on_unreachable", "runner_on_skipped")
# What the job template of the example gives, and what its survey asks for: answers arrive as text.
EXTRA_VARS = {
    "twilio_hosts": "twilio_services",
    "twilio_users": """
- {identity: alice, attributes: {team: support}}
- {identity: bob, friendly_name: Bob}
- carol
""",
    "twilio_users_file": "",
    "twilio_prune": "true",
    "twilio_max_deletions": "5",
    "twilio_state": "present",
}


def seed() -> dict[str, Any]:
    """Services that differ in what there is to do: bob is in every second one, mallory in every third."""
    services = []
    for number in range(SERVICES):
        users = [{"identity": "bob"}] * (number % 2 == 0) + [{"identity": "mallory"}] * (number % 3 == 0)
        services.append({"sid": f"IS{number:032x}", "friendly_name": f"Shop {number}", "users": users})
    return {"account": {"service_sid": services[0]["sid"]}, "services": services}


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    """The emulator of this module."""
    with running_emulator() as running:
        yield running


@pytest.fixture
def environment(emulator: RunningEmulator, tmp_path: Path) -> dict[str, str]:
    """The environment of a job: the credential, and where the collection is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "ANSIBLE_", "PYTHON"))}
    return {
        **kept,
        **emulator.environment,
        "ANSIBLE_COLLECTIONS_PATH": str(link_tree()),
        "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def read_inventory(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Read the inventory source, as an update of an inventory source does."""
    source = folder / "twilio_services.yml"
    source.write_text("plugin: community.twilio.twilio_services\n")
    command = ["ansible-inventory", "--inventory", str(source), "--list", "--export"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True
    )
    inventory: dict[str, Any] = json.loads(done.stdout)
    return inventory


def only(inventory: dict[str, Any], hosts: list[str]) -> dict[str, Any]:
    """The inventory with these hosts alone; groups and their variables stay."""
    cut: dict[str, Any] = {
        "_meta": {"hostvars": {name: inventory["_meta"]["hostvars"][name] for name in hosts}},
    }
    for name, group in inventory.items():
        if name != "_meta":
            inside = {"hosts": [host for host in group["hosts"] if host in hosts]} if "hosts" in group else {}
            cut[name] = {**group, **inside}
    return cut


def sliced(inventory: dict[str, Any], number: int, count: int) -> dict[str, Any]:
    """The inventory of a slice, counted from 1: in the order of their names, the hosts are dealt like cards."""
    return only(inventory, sorted(inventory["_meta"]["hostvars"])[number - 1 :: count])


def start(folder: Path, inventory: dict[str, Any], environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a job over this inventory."""
    for name in ("inventory", "env"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(EXAMPLE / "project", folder / "project")
    (folder / "env" / "extravars").write_text(json.dumps(EXTRA_VARS))
    script = folder / "inventory" / "hosts"
    script.write_text(f"#!{sys.executable}\nprint({json.dumps(inventory)!r})\n")
    script.chmod(0o700)
    command = [str(BIN / "ansible-runner"), "run", str(folder), "--playbook", "sync_users.yml", "--ident", "job"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(folder: Path, job: subprocess.Popen[str]) -> dict[str, dict[str, int]]:
    """Wait for a job; give the summary of every host."""
    output, _nothing = job.communicate(timeout=TIMEOUT_SECONDS)
    assert job.returncode == 0, output
    events = [json.loads(path.read_text()) for path in (folder / "artifacts/job/job_events").glob("*.json")]
    return {
        event["event_data"]["host"]: event["event_data"]["res"]["summary"]
        for event in events
        if event["event"] in ENDED and "summary" in event["event_data"].get("res", {})
    }


def users(emulator: RunningEmulator) -> dict[str, list[tuple[Any, ...]]]:
    """What is at Twilio: the users of each service, without what Twilio makes up."""
    fields = ("identity", "friendly_name", "attributes")
    return {
        service["sid"]: sorted(tuple(user[name] for name in fields) for user in service["users"])
        for service in emulator.state()["accounts"][0]["services"]
    }


def requests(emulator: RunningEmulator) -> list[tuple[str, str]]:
    """What was asked of Twilio, but for the SIDs that it makes up, in an order of its own."""
    return sorted((request["method"], request["path"].split("/Users")[0]) for request in emulator.requests())


def test_slices_together_do_what_one_job_does(
    emulator: RunningEmulator, environment: dict[str, str], tmp_path: Path
) -> None:
    emulator.reset(seed())
    inventory = read_inventory(tmp_path, environment)
    emulator.clear_requests()
    whole = finish(tmp_path / "whole", start(tmp_path / "whole", inventory, environment))
    users_of_whole, requests_of_whole = users(emulator), requests(emulator)
    assert len(whole) == SERVICES
    assert {name for listed in users_of_whole.values() for name, *_fields in listed} == {"alice", "bob", "carol"}
    assert sum(summary["deleted"] for summary in whole.values()) == 3
    assert sum(summary["created"] for summary in whole.values()) == SERVICES * 3 - 4

    emulator.reset(seed())
    parts = {number: sliced(inventory, number, SLICES) for number in range(1, SLICES + 1)}
    folders = {number: tmp_path / f"slice-{number}" for number in parts}
    # All at once.
    jobs = {number: start(folders[number], part, environment) for number, part in parts.items()}
    summaries = [finish(folders[number], job) for number, job in jobs.items()]
    assert [len(summary) for summary in summaries] == [3, 2, 2]
    assert {host: counts for summary in summaries for host, counts in summary.items()} == whole
    assert users(emulator) == users_of_whole
    # The inventory is not read again, and no slice does another one's work.
    assert requests(emulator) == requests_of_whole
    assert all(path.startswith("/v1/Services/IS") for _method, path in requests_of_whole)
