# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a person or a job template runs the playbooks of the collection: by their names, from any folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result, RunPlaybook

SYNC = "sync_users"
REPORT = "report_users"
EXPORT = "export_users"
ROLE = "RL0123456789abcdef0123456789abcdef"
NO_SERVICE = "IS" + "f" * 32


class Playbooks:
    """Runs the playbooks in a folder that is not theirs.

    :ivar folder: the folder.
    """

    def __init__(self, run_playbook: RunPlaybook, emulator: RunningEmulator, folder: Path) -> None:
        self._run = run_playbook
        self._emulator = emulator
        self.folder = folder

    def __call__(
        self,
        name: str,
        variables: Mapping[str, Any],
        *arguments: str,
        then: str | None = None,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        group_vars: Mapping[str, Any] | None = None,
        env: Mapping[str, str | None] | None = None,
        rc: int | None = 0,
    ) -> Result:
        """Run a playbook, for the service of the emulator if nothing else is said, or for hosts; any status if None.

        `then` is another one to run after it, in the same start of ansible-playbook.
        """
        extra = self.folder / "extra-vars.json"
        if hosts is None:
            variables = {"twilio_service_sid": self._emulator.service_sid, **variables}
        else:
            inventory = self.folder / "hosts.json"
            inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": group_vars or {}}}, indent=1))
            arguments = (f"--inventory={inventory}", *arguments)
            variables = {"twilio_hosts": "all", **variables}
        # In a file, as a controller does it.
        extra.write_text(json.dumps(variables, indent=1))
        self._emulator.clear_requests()
        paths = [f"community.twilio.{each}" for each in (name, then) if each]
        result = self._run(Path(paths[0]), *paths[1:], f"--extra-vars=@{extra}", *arguments, env=env)
        assert rc in (None, result.rc), result.output
        assert "Traceback" not in result.output
        assert "DEPRECATION" not in result.output
        return result

    @property
    def writes(self) -> list[str]:
        """The methods of the requests of the last run that were not for reading."""
        return [request["method"] for request in self._emulator.requests() if request["method"] != "GET"]

    @property
    def reads(self) -> int:
        """How many requests of the last run were for reading."""
        return len(self._emulator.requests()) - len(self.writes)


def words(result: Result) -> list[str]:
    """What the last task that speaks to a person has said, for each host."""
    names = ("Show what was done", "Show what a sync would do")
    return sorted(event["result"]["msg"] for event in result.events if event["task"] in names)


def numbers(result: Result) -> dict[str, Any]:
    """What the playbook hands on to a controller."""
    data: dict[str, dict[str, Any]] = result.of("Set the statistics of the job")["ansible_stats"]["data"]
    [found] = data.values()
    return found


@pytest.fixture
def playbooks(run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path) -> Playbooks:
    """The playbooks of the collection."""
    folder = tmp_path
    return Playbooks(run_playbook, emulator, folder)
