# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the emulator as a process of its own, talk to it, and stop it whatever happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..emulator.client import Control
from .paths import ROOT

START_SECONDS = 30
STOP_SECONDS = 10


class EmulatorFailed(RuntimeError):
    """The emulator did not start; the message holds what it said."""


class RunningEmulator(Control):
    """An emulator that runs, and its controls.

    :ivar ready: what it printed when it was ready: URLs, credentials and SIDs to work with.
    """

    def __init__(self, ready: dict[str, Any]) -> None:
        super().__init__(ready["url"])
        self.ready = ready

    @property
    def service_sid(self) -> str:
        """The service that is there from the start."""
        return str(self.ready["service_sid"])

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a playbook here."""
        return {
            "TWILIO_ACCOUNT_SID": self.ready["account_sid"],
            "TWILIO_AUTH_TOKEN": self.ready["auth_token"],
            "TWILIO_SERVICE_SID": self.service_sid,
            "TWILIO_API_BASE_URL": self.url,
        }


@contextmanager
def running_emulator(*arguments: str, python: Path | str = sys.executable) -> Iterator[RunningEmulator]:
    """An emulator on a free port, with these further arguments, on a Python that has aiohttp; stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="twilio-emulator-") as folder:
        ready_file = Path(folder) / "ready.json"
        log = Path(folder) / "log"
        command = [str(python), "-m", "tests.emulator", "--port", "0", "--ready-file", str(ready_file), *arguments]
        with log.open("w") as output:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield RunningEmulator(_wait(process, ready_file, log))
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], ready_file: Path, log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EmulatorFailed(f"The emulator ended with status {process.returncode}:\n{log.read_text()}")
        text = ready_file.read_text() if ready_file.is_file() else ""
        if text.endswith("}\n"):
            ready: dict[str, Any] = json.loads(text)
            return ready
        time.sleep(0.05)
    raise EmulatorFailed(f"The emulator was not ready within {START_SECONDS} seconds:\n{log.read_text()}")
