# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two execution modes of a task: on the controller, and as a module. Which one was it, and do the results agree?"""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import psutil

ON_CONTROLLER = "on the controller"
AS_MODULE = "as a module"

_COLLECTION = "community.twilio."
# In the table of the kernel.
ESTABLISHED = "01"
_VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "DATE"),
    (re.compile(r"RQ[0-9a-f]{32}"), "REQUEST"),
    (re.compile(r"within [0-9.]+ s\b"), "within SECONDS"),
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d+"), r"\1:PORT"),
)
_SID = re.compile(r"\b(US|IS|RL)[0-9a-fA-F]{32}\b")


class Watch:
    """Watches which processes talk to the emulator, by the sockets they hold, while its block runs.

    :param port: the port of the emulator.
    :param seconds: how long to wait between two looks. Many looks take much time; few of them miss short connections.
    """

    def __init__(self, port: int, seconds: float = 0.02) -> None:
        self.port = port
        self._seconds = seconds
        self._commands: dict[int, str] = {}
        self._seen: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._seconds):
            # To find out whose a connection is takes a hundred times longer than to see that there is one.
            connections = self._connections()
            if connections is None or not connections <= self._seen:
                pids = [
                    each.pid for each in psutil.net_connections("tcp4") if each.raddr and each.raddr.port == self.port
                ]
                if all(self._record(pid) for pid in pids if pid) and connections:
                    self._seen |= connections

    def _connections(self) -> set[str] | None:
        """Return the connections to the emulator, as the kernel numbers them; None on a system that lists none."""
        table = Path("/proc/net/tcp")
        if not table.exists():
            return None
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
        return {row[9] for row in rows if row[2].endswith(f":{self.port:04X}") and row[3] == ESTABLISHED}

    def _record(self, pid: int) -> bool:
        """Record the command of a process; return whether it is known now."""
        if pid != os.getpid() and not self._commands.get(pid):
            try:
                self._commands[pid] = " ".join(psutil.Process(pid).cmdline())
            except psutil.NoSuchProcess:
                return True
        return pid == os.getpid() or bool(self._commands[pid])

    def modes(self) -> set[str]:
        """Return the execution modes of the tasks, by the processes seen."""
        # A process that just ends has no command line; ansible.builtin.uri steers the emulator.
        commands = [line for line in self._commands.values() if line and "AnsiballZ_uri" not in line]
        return {ON_CONTROLLER if "ansible-playbook" in line else AS_MODULE for line in commands}


def comparable(events: list[dict[str, Any]]) -> list[str]:
    """Return the results of tasks of the collection, as text that two runs have in common.

    :param events: what the callback plugin ``results`` wrote.
    :returns: one JSON text for each event. Dates, ports and the like are left out; a SID is replaced by a number that
        says when it was first seen.
    """
    numbers: dict[str, int] = {}
    lines = []
    for event in events:
        if event["action"].startswith(_COLLECTION):
            text = json.dumps(event, sort_keys=True)
            for pattern, replacement in _VOLATILE:
                text = pattern.sub(replacement, text)
            lines.append(_SID.sub(lambda sid: f"{sid[1]}#{numbers.setdefault(sid[0], len(numbers))}", text))
    return lines


def differences(here: list[dict[str, Any]], there: list[dict[str, Any]]) -> list[str]:
    """Compare two runs of the same tasks in the two execution modes.

    Nothing in their results may differ. What ansible-core itself prints does: "Action failed" or "Module failed", and
    with -vvv, how it starts a module.

    :param here: the events of the run on the controller.
    :param there: the events of the run as modules.
    :returns: what differs, in words; empty when nothing does.
    """
    one, other = comparable(here), comparable(there)
    if len(one) != len(other):
        return [f"{len(one)} results on the controller, {len(other)} as modules"]
    pairs = zip(one, other, strict=True)
    return [f"on the controller: {left}\nas a module:       {right}" for left, right in pairs if left != right]
