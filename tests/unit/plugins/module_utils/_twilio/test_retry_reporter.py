# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline as deadlines
from ansible_collections.community.twilio.plugins.module_utils._twilio import retry_reporter
from ansible_collections.community.twilio.plugins.module_utils._twilio.deadline import Deadline
from ansible_collections.community.twilio.plugins.module_utils._twilio.retry_reporter import RetryReporter

REASON = "could not read user 'alice': Twilio answered 503"


class Task:
    """A task whose clock a test turns, and the lines that a person sees."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.lines: list[str] = []
        self.attempts: list[str] = []
        self.reporter = RetryReporter(self.lines.append, self.attempts.append, lambda: self.now)
        monkeypatch.setattr(deadlines.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(deadlines.time, "sleep", self.sleep)
        monkeypatch.setattr(deadlines.random, "uniform", lambda _low, _high: 0.0)

    def sleep(self, seconds: float) -> None:
        """Turn the clock, in steps as short as those of the reporter's thread."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + retry_reporter.POLL_SECONDS)
            self.reporter.report_obstacle()

    def deadline(self, seconds: float = 300) -> Deadline:
        return Deadline("read", seconds, None, self.reporter)


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    return Task(monkeypatch)


def fail(task: Task, deadline: Deadline, seconds: float) -> None:
    """Make one attempt that fails after some seconds."""
    deadline.acquire(write=False)
    task.sleep(seconds)
    deadline.wait(None, False, REASON)


def succeed(task: Task, deadline: Deadline, seconds: float) -> None:
    """Make one attempt that succeeds after some seconds."""
    deadline.acquire(write=False)
    task.sleep(seconds)
    deadline.request_succeeded()


def refuse(task: Task, deadline: Deadline, seconds: float) -> None:
    """Make one attempt that gets an error response other than 429."""
    deadline.acquire(write=False)
    task.sleep(seconds)
    deadline.request_succeeded()
    deadline.wait(None, False, REASON)


def test_what_does_not_take_long_is_not_told(task: Task) -> None:
    deadline = task.deadline()
    refuse(task, deadline, 2)
    fail(task, deadline, 2)
    succeed(task, deadline, 0.2)
    assert task.lines == []


@pytest.mark.parametrize("attempt", [fail, refuse])
def test_after_five_seconds_the_reason_is_told_and_then_every_five_seconds(
    task: Task, attempt: Callable[[Task, Deadline, float], None]
) -> None:
    deadline = task.deadline()
    for _attempt in range(16):
        attempt(task, deadline, 1)
    assert task.lines == [
        f"{REASON}; trying again for at most {seconds} s (timeouts.read)" for seconds in (295, 290, 285)
    ]


def test_a_first_attempt_without_a_response_is_told(task: Task) -> None:
    fail(task, task.deadline(30), 12)
    assert task.lines == [
        f"no answer from Twilio yet; waiting for at most {seconds} s (timeouts.read)" for seconds in (25, 20)
    ]


def test_a_success_ends_it_although_the_operation_goes_on(task: Task) -> None:
    deadline = task.deadline()
    for _page in range(20):
        succeed(task, deadline, 3)
    assert task.lines == []
    refuse(task, deadline, 3)
    succeed(task, deadline, 1.5)
    assert task.lines == []
    # Since the last success.
    refuse(task, deadline, 3)
    refuse(task, deadline, 3)
    assert len(task.lines) == 1


def test_reading_again_before_a_creation_is_repeated_is_no_success(task: Task) -> None:
    deadline = task.deadline()
    for _attempt in range(3):
        deadline.acquire(write=True)
        task.sleep(1)
        deadline.request_succeeded()
        deadline.wait(None, False, REASON)
        succeed(task, deadline, 1)
    assert task.lines == [f"{REASON}; trying again for at most 295 s (timeouts.read)"]
    task.lines.clear()
    deadline.acquire(write=True)
    deadline.request_succeeded()
    task.sleep(20)
    assert task.lines == []


def test_nothing_is_told_of_an_operation_that_has_ended(task: Task) -> None:
    deadline = task.deadline(7)
    while deadline.remaining() > 1:
        fail(task, deadline, 1)
    fail(task, deadline, deadline.remaining())
    told = list(task.lines)
    task.sleep(20)
    assert task.lines == told
    deadline = task.deadline()
    # As when the resource turns out to need no write, right before it.
    deadline.acquire(write=True)
    del deadline
    task.sleep(20)
    assert task.lines == told


def test_a_reason_says_more_than_an_attempt_that_has_none(task: Task) -> None:
    hanging, failing = task.deadline(), task.deadline()
    hanging.acquire(write=False)
    task.now += 4
    fail(task, failing, 1)
    assert task.reporter.obstacle() == "no answer from Twilio yet; waiting for at most 295 s (timeouts.read)"
    task.now += 5
    assert task.reporter.obstacle() == f"{REASON}; trying again for at most 290 s (timeouts.read)"


def test_who_reports_progress_also_reports_obstacles(task: Task) -> None:
    deadline = task.deadline()
    for _attempt in range(40):
        task.reporter.pause()
        fail(task, deadline, 0.5)
    assert task.lines == []
    fail(task, deadline, 2)
    assert len(task.lines) == 1


def test_each_failed_attempt_is_told(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "INITIAL_WAIT", 0.5)
    monkeypatch.setattr(deadlines, "MAX_WAIT", 30.0)
    monkeypatch.setattr(deadlines.random, "uniform", lambda _low, high: high)
    deadline = task.deadline(100)
    for _attempt in range(3):
        fail(task, deadline, 0.1)
    deadline.wait(10, True, "could not create user 'bob': Twilio answered 429")
    assert task.attempts == [
        f"{REASON}; trying again in 0.5 s",
        f"{REASON}; trying again in 1.0 s",
        f"{REASON}; trying again in 2.0 s",
        "could not create user 'bob': Twilio answered 429; trying again in 14.0 s",
    ]


def test_where_nobody_looks_nothing_is_told_and_no_thread_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(monkeypatch)
    before = threading.active_count()
    with RetryReporter(None, None, lambda: task.now) as reporter:
        assert threading.active_count() == before
        task.reporter = reporter
        deadline = task.deadline()
        for _attempt in range(10):
            fail(task, deadline, 1)
    assert (task.lines, task.attempts) == ([], [])


def test_a_thread_tells_while_a_request_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERVAL_SECONDS", "POLL_SECONDS"):
        monkeypatch.setattr(retry_reporter, name, 0.05)
    told = threading.Event()
    before = threading.active_count()
    with RetryReporter(lambda _line: told.set()) as reporter:
        deadline = Deadline("read", 300, None, reporter)
        deadline.acquire(write=False)
        assert told.wait(30)
    assert threading.active_count() == before


def test_a_display_that_blocks_does_not_block_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERVAL_SECONDS", "POLL_SECONDS", "JOIN_SECONDS"):
        monkeypatch.setattr(retry_reporter, name, 0.05)
    told, go_on = threading.Event(), threading.Event()

    def block(_line: str) -> None:
        told.set()
        go_on.wait(30)

    with RetryReporter(block) as reporter:
        deadline = Deadline("read", 300, None, reporter)
        deadline.acquire(write=False)
        assert told.wait(30)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    go_on.set()
