# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo, as a newcomer runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from twilio.rest import Client

from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT, VENV


def run_demo(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "ANSIBLE_"))}
    python = VENV / "bin" / "python"
    return subprocess.run(
        [str(python if python.exists() else sys.executable), "-m", "tests.harness.demo"],
        cwd=ROOT,
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def changed(output: str) -> list[int]:
    return [int(number) for number in re.findall(r"^localhost\s*:.*\bchanged=(\d+)", output, re.MULTILINE)]


def test_with_the_emulator() -> None:
    done = run_demo({})
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("== ")][-1].startswith("== Done.")
    # A dry run, which ends at the two services, for real, again, one changed, removed.
    assert changed(done.stdout) == [2, 8, 0, 1, 2]


def test_with_a_twilio_of_ones_own_it_removes_only_what_it_created(emulator: RunningEmulator) -> None:
    before = services(emulator)
    done = run_demo(emulator.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert changed(done.stdout) == [1, 4, 0, 1, 1]
    assert emulator.url in done.stdout
    assert services(emulator) == before
    assert emulator.environment["TWILIO_AUTH_TOKEN"] not in done.stdout + done.stderr


def test_half_of_the_variables_is_refused(emulator: RunningEmulator) -> None:
    environment = emulator.environment
    del environment["TWILIO_ACCOUNT_SID"]
    done = run_demo(environment)
    assert done.returncode == 1
    assert "TWILIO_ACCOUNT_SID" in done.stderr


def services(emulator: RunningEmulator) -> list[str]:
    client = Client(emulator.ready["account_sid"], emulator.ready["auth_token"])
    client.conversations.base_url = emulator.url
    return [str(service.friendly_name) for service in client.conversations.v1.services.list()]
