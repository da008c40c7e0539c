# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that is canceled in the middle of many writes: what it tells, what goes on, and what the next run does.

ansible-runner kills the process group of ansible-playbook. In AWX the container ends with it, which nothing survives;
here there is no container, and Ansible's worker processes have sessions of their own.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable

import psutil

from tests.harness.emulator import RunningEmulator

from .conftest import SERVICE, TOKEN
from .job import Job
from .leaks import leaks

# At 30 writes a second, and as many at once in the beginning as add up to five seconds, these take 15 seconds.
COUNT = 600
USERS = json.dumps([{"identity": f"user-{number:03}"} for number in range(COUNT)])
ANSWERS = {"twilio_service": "Shop", "twilio_users": USERS}
SYNC = "Sync Twilio users"


def test_a_canceled_job_stops_and_the_next_one_finishes(new_job: Callable[..., Job], emulator: RunningEmulator) -> None:
    told: list[int] = []

    def heard(event: dict[str, object]) -> None:
        lines = re.findall(rf"(\d+) of {COUNT} users written", str(event.get("stdout", "")))
        told.extend(map(int, lines))

    job = new_job(SYNC)
    ran = job.run(ANSWERS, heard=heard, canceled=lambda: bool(told))
    assert ran.status == "canceled"
    time.sleep(1)
    written = len(emulator.users(SERVICE))
    requests = len(emulator.requests())
    assert running(str(ran.folder)) == []
    time.sleep(2)
    assert len(emulator.requests()) == requests
    # The last line of progress was 5 seconds old at most.
    assert told[-1] <= written < COUNT
    assert leaks(ran, TOKEN) == []

    again = job.run(ANSWERS)
    assert again.status == "successful", again.output
    summary = again.artifacts["twilio_users_summary"]
    assert (summary["created"], summary["unchanged"]) == (COUNT - written, written)
    assert len(emulator.users(SERVICE)) == COUNT


def running(part: str) -> list[list[str]]:
    """The arguments of the processes that have this in them."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found.append(process.cmdline())
    return [arguments for arguments in found if any(part in each for each in arguments)]
