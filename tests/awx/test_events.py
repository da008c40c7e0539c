# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job with thousands of users stores: AWX keeps every event of every job in its database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.harness.emulator import RunningEmulator

from .conftest import SERVICE
from .job import Job

# Twice as many as a result holds.
COUNT = 2000
MODULE = "community.twilio.twilio_conversations_users"
# Bytes of all events of a job, however many users there are; with all of them, it would be more.
MOST, MOST_WITH_DIFF = 250_000, 1_600_000

NewJob = Callable[..., Job]


def users(version: int) -> str:
    """A list of users as text; the version is in the attributes of each."""
    return json.dumps(
        [
            {
                "identity": f"user-{number:05}@example.com",
                "friendly_name": f"User {number}",
                "attributes": {"team": "support", "version": version},
            }
            for number in range(COUNT)
        ]
    )


def run(job: Job, text: str, most: int = MOST, **options: Any) -> dict[str, Any]:
    """Run a job with the users of this text, and weigh it; returns the result of its one important task."""
    (job.project / "users" / "many.json").write_text(text)
    ran = job.run({"twilio_service": "Shop", "twilio_users_file": "users/many.json"}, **options)
    assert ran.status == "successful", ran.output[-2000:]
    sizes = sorted(map(len, ran.stored))
    print(f"{len(sizes)} events, {sum(sizes):,} bytes, the largest {sizes[-1]:,}")
    assert sum(sizes) <= most
    return ran.result_of(MODULE)


def test_events_of_many_users_stay_small(new_job: NewJob, emulator: RunningEmulator) -> None:
    # As fast as it goes, to save time.
    job = new_job("Sync Twilio users", variables={"twilio_writes_per_second": 0, "twilio_concurrency": 50})
    predicted = run(job, users(1), job_type="check")
    created = run(job, users(1))
    unchanged = run(job, users(1))
    shown = run(job, users(2), most=MOST_WITH_DIFF, job_type="check", diff=True)
    updated = run(job, users(2))
    counts = [result["summary"] for result in (predicted, created, unchanged, shown, updated)]
    assert [(each["created"], each["unchanged"], each["updated"]) for each in counts] == [
        (COUNT, 0, 0),
        (COUNT, 0, 0),
        (0, COUNT, 0),
        (0, 0, COUNT),
        (0, 0, COUNT),
    ]
    assert len(emulator.users(SERVICE)) == COUNT
