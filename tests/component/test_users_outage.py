# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bulk task ends soon when Twilio is not available to anybody, and within its own time limit."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio, numbered_users, summary_of

SECONDS = 0.3
TIMEOUTS = dict.fromkeys(("create", "update", "read", "delete"), SECONDS)
OUTAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "503": ("status", {"status": 503}),
    "500 html": ("status", {"status": 500, "body": "html"}),
    "429": ("status", {"status": 429}),
    "no connection": ("drop_before", {}),
}


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both stop in the same way."""
    return conversations


@pytest.mark.parametrize(
    ("method", "name"),
    # Under 429, all reads together slow down to one a second.
    [(method, name) for method in ("GET", "POST") for name in OUTAGES if (method, name) != ("GET", "429")],
)
def test_a_task_stops_when_user_after_user_fails_alike(twilio: Twilio, method: str, name: str) -> None:
    kind, details = OUTAGES[name]
    if method == "GET":
        # So many that the list is not read to its end, and each user is fetched.
        twilio.seed_many(numbered_users(250, first=500))
    path = "/Users/user" if method == "GET" else "/Users$"
    twilio.fault(kind, method, path=path, times=None, **details)
    failure = twilio.users_fail(numbered_users(60), concurrency=15 if method == "GET" else 3, timeouts=TIMEOUTS)
    counts = failure.result["summary"]
    assert counts["created"] == 0
    assert 3 <= counts["failed"] < 40
    assert "users in a row failed like this); run the task again to finish" in failure.message
    twilio.control.faults_clear()
    assert twilio.users(numbered_users(60))["summary"] == summary_of(created=60)


def test_failures_of_single_users_stop_nobody(twilio: Twilio) -> None:
    entries = numbered_users(30)
    for number in range(0, 30, 2):
        entries[number]["role_sid"] = "RL" + "f" * 32
    for _each in range(8):
        twilio.fault("status", "POST", path="/Users$", after=2, times=1, status=503)
    failure = twilio.users_fail(entries, concurrency=2, timeouts=TIMEOUTS)
    assert failure.result["summary"]["created"] + failure.result["summary"]["failed"] == 30


@pytest.mark.parametrize("options", [{}, {"prune": True}, {"state": "absent"}], ids=str)
def test_a_task_keeps_its_own_time_limit(twilio: Twilio, options: dict[str, Any]) -> None:
    twilio.seed_many(numbered_users(40, first=20))
    twilio.control.settings(latency=0.1)
    began = time.monotonic()
    failure = twilio.users_fail(
        numbered_users(60, friendly_name="x"), concurrency=2, timeouts={"total": 0.8}, **options
    )
    assert time.monotonic() - began < 5
    assert "not begun (0.8 s have passed (timeouts.total)); run the task again to finish" in failure.message
    twilio.control.settings(latency=0)
    twilio.users(numbered_users(60, friendly_name="x"), **options)
    assert sorted(twilio.identities()) == (
        [] if "state" in options else sorted(user["identity"] for user in numbered_users(60))
    )


def test_the_time_limit_of_a_task_ends_what_is_being_retried(twilio: Twilio) -> None:
    twilio.fault("status", "POST", path="/Users$", status=503, times=None)
    began = time.monotonic()
    failure = twilio.users_fail([{"identity": "alice"}], timeouts={"total": 0.8, "create": 60})
    assert time.monotonic() - began < 20
    assert "Could not create user 'alice'" in failure.message
    assert failure.result["summary"] == summary_of(failed=1)
