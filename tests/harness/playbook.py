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

from ..emulator.client import Control

_CONTROL = "emulator"
_SEEN = ("state", "requests")


@dataclass
class Result:
    """What one run of ansible-playbook came to.

    :ivar rc: its exit status.
    :ivar stdout: what it printed.
    :ivar stderr: what it printed to standard error.
    :ivar events: one dictionary for every task and loop item that ended: play, task, action (the module), host, status
        ("ok", "failed", "ignored", "skipped", "unreachable"), item (of a loop) and result.
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

    def halves(self) -> tuple[Result, Result]:
        """What each of two runs of the same plays came to, in one start of ansible-playbook."""
        half = len(self.events) // 2
        assert [event["task"] for event in self.events[:half]] == [event["task"] for event in self.events[half:]]
        parts = (self.events[:half], self.events[half:])
        first, second = (Result(self.rc, self.stdout, self.stderr, part) for part in parts)
        return first, second

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


class Part(Control):
    """A play that has the emulator as a test wants it, and tells what became of it: one run serves several tests.

    Each start of ansible-playbook takes more time than dozens of tasks. What is called on a part before the run, such
    as `reset` and `fault`, is done right before its tasks; what it says afterwards, such as `users` and `requests`, was
    so right after them.

    :param emulator: the emulator.
    :param name: a name for the play, different from those of the others.
    :param tasks: its tasks, none of which may stop the run.
    :param keywords: keywords of the play, such as check_mode.
    :ivar before: the state of the emulator right before its tasks.
    """

    def __init__(self, emulator: Control, name: str, tasks: list[dict[str, Any]], **keywords: Any) -> None:
        super().__init__(emulator.url)
        self.name = name
        self._tasks = tasks
        self._keywords = keywords
        self.before: dict[str, Any] = {}
        self._calls: list[dict[str, Any]] = []
        self._answers: dict[str, Any] = {}
        self._result: Result | None = None

    def call(self, method: str, name: str, data: Any = None) -> Any:
        """Note a call for the run; after the run, give what was answered then."""
        if self._result:
            return self._answers[name]
        self._calls.append({"method": method, "name": name, "data": data})
        return None

    @property
    def result(self) -> Result:
        """What its tasks came to, and what was printed of them."""
        assert self._result, "It has not been run."
        return self._result

    @property
    def play(self) -> dict[str, Any]:
        """Itself, as Ansible reads it."""
        state, requests = ({"method": "GET", "name": name, "data": None} for name in _SEEN)
        tasks = [
            {"name": f"Before {self.name}", _CONTROL: {"url": self.url, "calls": [*self._calls, state]}},
            *self._tasks,
            {"name": f"After {self.name}", _CONTROL: {"url": self.url, "calls": [state, requests]}},
        ]
        return {"name": self.name, "hosts": "localhost", "gather_facts": False, **self._keywords, "tasks": tasks}

    def has_run(self, run: Result) -> None:
        """Take its part of the result of a run."""
        events = [event for event in run.events if event["play"] == self.name]
        assert [event["action"] for event in (*events[:1], *events[-1:])] == [_CONTROL] * 2, run.output
        self.before = events[0]["result"]["answers"][-1]
        self._answers = dict(zip(_SEEN, events[-1]["result"]["answers"], strict=True))
        printed = run.stdout.partition(f"TASK [Before {self.name}] ")[2].partition("\n\n")[2]
        printed = printed.partition(f"TASK [After {self.name}] ")[0]
        own = [event for event in events if event["action"] != _CONTROL]
        self._result = Result(run.rc, printed, run.stderr, own)


def run_parts(run_playbook: RunPlaybook, parts: list[Part], *arguments: str, **options: Any) -> Result:
    """Run parts, one after the other, in one start of ansible-playbook.

    :param run_playbook: how to run a playbook.
    :param parts: the parts; they hold their results afterwards.
    :param arguments: further arguments for ansible-playbook.
    :param options: further options of run_playbook.
    :returns: what the whole run came to.
    """
    run = run_playbook(json.dumps([part.play for part in parts]), *arguments, **options)
    for part in parts:
        part.has_run(run)
    return run
