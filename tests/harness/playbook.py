# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run playbooks, and look at what every task came to."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml


@dataclass
class Result:
    """What one run of ansible-playbook came to.

    :ivar rc: its exit status.
    :ivar stdout: what it printed.
    :ivar stderr: what it printed to standard error.
    :ivar events: one dictionary for every task and loop item that ended: task, action (the module), host, status ("ok",
        "failed", "ignored", "skipped", "unreachable"), item (of a loop) and result.
    """

    rc: int
    stdout: str
    stderr: str
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The result of every task, in order; a loop is one task."""
        return [event["result"] for event in self.events if not event["item"]]

    @property
    def output(self) -> str:
        """All that was printed."""
        return self.stdout + self.stderr

    @property
    def changed(self) -> list[str]:
        """The names of the tasks that changed something."""
        done = [event for event in self.events if not event["item"] and event["status"] == "ok"]
        return [event["task"] for event in done if event["result"].get("changed")]

    def of(self, task: str) -> dict[str, Any]:
        """The result of the task of this name."""
        found = [event["result"] for event in self.events if event["task"] == task and not event["item"]]
        assert len(found) == 1, f"{len(found)} tasks are called {task!r}:\n{self.output}"
        return found[0]


class RunPlaybook(Protocol):
    """How a test runs a playbook."""

    def __call__(
        self, playbook: str | Path, *arguments: str, env: Mapping[str, str | None] | None = None, check_rc: bool = False
    ) -> Result:
        """Run a playbook.

        :param playbook: a file; or the text of a play, of a list of plays, or of a list of tasks for localhost.
        :param arguments: further arguments for ansible-playbook.
        :param env: variables on top of those that lead to the emulator; None takes one away.
        :param check_rc: fail the test at once, and show the output, when ansible-playbook fails.
        """


def written(text: str, folder: Path) -> Path:
    """Write the text of plays, or of tasks for localhost, to a file."""
    value = yaml.safe_load(textwrap.dedent(text))
    parts = value if isinstance(value, list) else [value]
    if not any("hosts" in part or "import_playbook" in part for part in parts):
        parts = [{"name": "Test", "hosts": "localhost", "gather_facts": False, "tasks": parts}]
    path = folder / "playbook.yml"
    path.write_text(json.dumps(parts))
    return path
