# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task about many users that is stopped in the middle: it tells what was done, and another run finishes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._converge import signals, workers
from ansible_collections.community.twilio.plugins.module_utils._twilio import client
from ansible_collections.community.twilio.tests.unit.plugins.support import twilio as support
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    methods,
    numbered_users,
    summary_of,
)


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


LATENCY = 0.05
CONCURRENCY = 5
ROOT = next(path.parent for path in Path(support.__file__).parents if path.name == "ansible_collections")

# Ends without a word of its own: the parent kills it.
SCRIPT = """
import json, sys
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import USERS_MODULES, ModuleError, execute

name, options = json.loads(sys.argv[1])
try:
    result = execute(USERS_MODULES[name], options)
except ModuleError as failure:
    result = {"msg": failure.message, **failure.result}
print(json.dumps(result))
"""


@contextmanager
def when_begun(twilio: Twilio, users: int, act: Any) -> Iterator[None]:
    """Act, in another thread, as soon as the service has so many users."""
    given_up = time.monotonic() + 10

    def watch() -> None:
        while len(twilio.identities()) < users:
            if time.monotonic() > given_up:
                return
            time.sleep(0.01)
        act()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@pytest.fixture
def own_handlers() -> Iterator[list[int]]:
    """Survive signals that nobody catches; the list has those."""
    uncaught: list[int] = []

    def note(number: int, _frame: Any) -> None:
        uncaught.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    yield uncaught
    assert [signal.getsignal(number) for number in before] == [note, note]
    for number, handler in before.items():
        signal.signal(number, handler)


def check_that_it_was_stopped(
    twilio: Twilio, failure: support.ModuleError, sent: list[dict[str, Any]], why: str
) -> None:
    result = failure.result
    created = result["summary"]["created"]
    assert 20 <= created < 100
    assert result["summary"] == summary_of(created=created)
    # What was under way was waited for, and is in the result; nothing else was begun.
    assert len(twilio.identities()) == created
    assert methods(sent).count("CREATE") == created
    assert sorted(entry["identity"] for entry in result["results"]) == sorted(twilio.identities())
    assert result["results"] == sorted(result["results"], key=lambda entry: str(entry["identity"]))
    assert {entry["sid"] for entry in result["results"]} == {
        user["sid"] for user in twilio.control.users(twilio.service_sid)
    }
    assert len(result["diff"]["after"]) == created
    assert failure.message == f"{100 - created} users not begun ({why}); run the task again to finish"

    twilio.control.settings(latency=0)
    assert twilio.users(numbered_users(100))["summary"] == summary_of(created=100 - created, unchanged=created)
    assert twilio.users(numbered_users(100))["summary"] == summary_of(unchanged=100)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_the_task_and_what_was_done_is_reported(
    twilio: Twilio, own_handlers: list[int], name: str
) -> None:
    twilio.control.settings(latency=LATENCY)
    number = getattr(signal, name)
    with twilio.sent() as sent, when_begun(twilio, 20, lambda: os.kill(os.getpid(), number)):
        failure = twilio.users_fail(numbered_users(100), concurrency=CONCURRENCY)
    assert own_handlers == []
    assert failure.signal == number
    check_that_it_was_stopped(twilio, failure, sent, f"it was told to stop ({name})")


def test_a_signal_ends_the_wait_for_a_turn(twilio: Twilio, own_handlers: list[int]) -> None:
    with when_begun(twilio, 4, lambda: os.kill(os.getpid(), signal.SIGTERM)):
        began = time.monotonic()
        failure = twilio.users_fail(numbered_users(100), writes_per_second=1, concurrency=100)
    # At this pace the whole would take more than a minute.
    assert time.monotonic() - began < 30
    assert own_handlers == []
    summary = failure.result["summary"]
    # Nothing was sent for those that waited, so none of them failed.
    assert summary == summary_of(created=len(twilio.identities()))
    assert f"{100 - summary['created']} users not begun" in failure.message


def test_a_signal_ends_the_wait_before_another_try(twilio: Twilio, own_handlers: list[int]) -> None:
    twilio.fault("status", "POST", after=30, times=None, status=503, headers={"Retry-After": "100"})

    def stop() -> None:
        # All that are under way have been answered by then, and wait.
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGTERM)

    with when_begun(twilio, 30, stop):
        began = time.monotonic()
        failure = twilio.users_fail(numbered_users(100), concurrency=CONCURRENCY)
    assert time.monotonic() - began < 30
    assert own_handlers == []
    # Nobody knows what became of those that had been sent.
    assert failure.result["summary"] == summary_of(created=30, failed=CONCURRENCY)
    for entry in failure.result["results"]:
        if entry["action"] == "failed":
            assert entry["msg"].endswith(": interrupted on the way")
            assert f"create user '{entry['identity']}'" in entry["msg"]
    assert failure.message.startswith(f"{CONCURRENCY} users failed: ")
    assert f"{100 - 30 - CONCURRENCY} users not begun (it was told to stop (SIGTERM))" in failure.message
    twilio.control.faults_clear()
    assert twilio.users(numbered_users(100))["summary"] == summary_of(created=70, unchanged=30)


@pytest.mark.parametrize("first", ["the user is read again", "an access token is fetched"])
def test_a_signal_during_what_precedes_a_write_prevents_it(twilio: Twilio, own_handlers: list[int], first: str) -> None:
    twilio.seed_many(numbered_users(3))
    mode = "replace"
    if first == "the user is read again":
        mode = "merge"
        # The list was the first request.
        twilio.fault("hang", "GET", after=1, times=None, seconds=1)
    else:
        client._client_of.cache_clear()
        del twilio.options["auth_token"]
        twilio.options.update(client_id=twilio.emulator.client_id, client_secret=twilio.emulator.client_secret)
        twilio.control.settings(tokens={"uses": 1})
        twilio.control.fault("hang", {"path": "/v2/token$"}, after=1, times=None, seconds=1)
    timer = threading.Timer(0.6, lambda: os.kill(os.getpid(), signal.SIGTERM))
    timer.start()
    with twilio.sent() as sent:
        users = numbered_users(3, attributes={"new": 1}, attributes_mode=mode)
        # With prune, all users are read at once.
        failure = twilio.users_fail(users, concurrency=3, prune=True)
    timer.join()
    assert own_handlers == []
    # An update with an expired token was refused.
    assert 200 not in [
        request["status"] for request in sent if methods([request]) == "UPDATE" and "/Users/" in request["path"]
    ]
    assert failure.result["summary"] == summary_of()
    assert failure.message.startswith("3 users not begun (it was told to stop (SIGTERM))")


def test_a_signal_while_listed_users_are_written_keeps_from_pruning(twilio: Twilio, own_handlers: list[int]) -> None:
    twilio.seed_many(numbered_users(10, first=900))
    twilio.control.settings(latency=LATENCY)
    with when_begun(twilio, 30, lambda: os.kill(os.getpid(), signal.SIGTERM)):
        failure = twilio.users_fail(numbered_users(60), concurrency=CONCURRENCY, prune=True)
    assert own_handlers == []
    assert failure.result["summary"]["deleted"] == 0
    left = 70 - failure.result["summary"]["created"]
    assert f"{left} users not begun" in failure.message
    assert set(twilio.identities()) >= {entry["identity"] for entry in numbered_users(10, first=900)}


def test_handlers_are_put_back_after_a_task_that_was_not_stopped(twilio: Twilio, own_handlers: list[int]) -> None:
    twilio.users(numbered_users(5))
    twilio.fault("status", "POST", status=400)
    twilio.users_fail(numbered_users(6))
    os.kill(os.getpid(), signal.SIGTERM)
    assert own_handlers == [signal.SIGTERM]


def test_the_end_of_the_process_that_started_it_ends_the_task(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "POLL_SECONDS", 0.02)
    twilio.control.settings(latency=LATENCY)

    def orphan() -> None:
        monkeypatch.setattr(signals.os, "getppid", lambda: 1_000_000)

    with twilio.sent() as sent, when_begun(twilio, 20, orphan):
        failure = twilio.users_fail(numbered_users(100), concurrency=CONCURRENCY)
    check_that_it_was_stopped(twilio, failure, sent, "the process that started it has ended")


def start(twilio: Twilio) -> subprocess.Popen[str]:
    options = {
        **twilio.options,
        "service_sid": twilio.service_sid,
        "users": numbered_users(100, friendly_name="x"),
        "concurrency": CONCURRENCY,
        "writes_per_second": 0,
    }
    path = os.pathsep.join([str(ROOT), *(entry for entry in sys.path if entry)])
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, json.dumps([twilio.name, options])],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_after_a_killed_process_another_run_converges(twilio: Twilio, number: int) -> None:
    twilio.control.settings(latency=LATENCY)
    process = start(twilio)
    with when_begun(twilio, 20, lambda: process.send_signal(number)):
        output, _nothing = process.communicate(timeout=30)
    assert process.returncode == (0 if number == signal.SIGTERM else -number)
    created = len(twilio.identities())
    assert 20 <= created < 100
    if number == signal.SIGTERM:
        told = json.loads(output)
        assert told["summary"] == summary_of(created=created)
        assert "it was told to stop (SIGTERM)" in told["msg"]
    else:
        assert output == ""
        # Requests that were under way may still arrive.
        time.sleep(2 * LATENCY)
        created = len(twilio.identities())
    twilio.control.settings(latency=0)
    users = numbered_users(100, friendly_name="x")
    assert twilio.users(users)["summary"] == summary_of(created=100 - created, unchanged=created)
    assert twilio.users(users)["summary"] == summary_of(unchanged=100)
    assert sorted(twilio.identities()) == [user["identity"] for user in users]
