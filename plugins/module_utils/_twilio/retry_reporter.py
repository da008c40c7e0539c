# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell a person why a task takes long."""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections.abc import Callable, MutableMapping
from typing import NamedTuple, Optional

from .threads import start_thread

Report = Optional[Callable[[str], None]]

INTERVAL_SECONDS = 5.0
PAUSE_SECONDS = 1.0
# How often the thread looks whether a line is due.
POLL_SECONDS = 0.5
JOIN_SECONDS = 0.5


class Waiting(NamedTuple):
    """A request that has not succeeded yet: since when, until when, and why its last attempt failed.

    ``option`` is the suboption of ``timeouts`` that limits it. ``reason`` is None before the first failure. The times
    are monotonic.
    """

    since: float
    until: float
    option: str
    reason: str | None = None


class RetryReporter:
    """Reports a line every few seconds while operations of a task do not succeed, and a line for each failed attempt.

    A context manager: a thread reports while the calling thread is waiting, also for the response to a first attempt.
    Thread-safe.

    :param report: displays a line; None if the output would not be visible.
    :param report_attempt: displays a line with a high verbosity; None if the output would not be visible.
    :param clock: returns the monotonic time in seconds.
    """

    def __init__(
        self, report: Report = None, report_attempt: Report = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._report = report
        self._report_attempt = report_attempt
        self._clock = clock
        self._last = self._polled = -math.inf
        # An operation that ends without sending its request is not reported as finished.
        self._waiting: MutableMapping[object, dict[bool, Waiting]] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> RetryReporter:
        if self._report is not None:
            self._thread = start_thread(self._run, "retry-reporter")
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        if self._thread is not None:
            # When ansible-playbook has been killed, displaying a line may block forever.
            self._thread.join(JOIN_SECONDS)

    def waiting(self, key: object, write: bool, waiting: Waiting) -> None:
        """Record that an operation has sent a request, or is about to send it again.

        :param key: the deadline of the operation.
        :param write: whether the request changes something.
        :param waiting: the state of the request.
        """
        with self._lock:
            self._waiting.setdefault(key, {})[write] = waiting

    def finished(self, key: object, write: bool) -> None:
        """Record that a request has got an answer, or is given up.

        :param key: the deadline of the operation.
        :param write: whether the request changes something.
        """
        with self._lock:
            self._waiting.get(key, {}).pop(write, None)

    def attempt_failed(self, line: str) -> None:
        """Report a failed attempt.

        :param line: the reason, and when the next attempt is made.
        """
        if self._report_attempt is not None:
            with self._lock:
                self._report_attempt(line)

    def pause(self) -> None:
        """Report nothing for a second: the caller reports the progress of the task, including obstacles."""
        self._polled = self._clock()

    def obstacle(self) -> str | None:
        """Return why a request has not succeeded for a few seconds.

        :returns: the reason of the one that has waited longest; None when none has waited that long.
        """
        now = self._clock()
        with self._lock:
            requests = [each for operation in self._waiting.values() for each in operation.values()]
        long = [each for each in requests if now - each.since >= INTERVAL_SECONDS]
        if not long:
            return None
        # Those that are still waiting for the response to their first attempt say less.
        longest = min(long, key=lambda each: (each.reason is None, each.since))
        limit = f"for at most {max(0.0, longest.until - now):.0f} s (timeouts.{longest.option})"
        if longest.reason is None:
            return f"no answer from Twilio yet; waiting {limit}"
        return f"{longest.reason}; trying again {limit}"

    def report_obstacle(self) -> None:
        """Report why the task takes long, if a line is due."""
        now = self._clock()
        if self._report is None or now - self._last < INTERVAL_SECONDS or now - self._polled < PAUSE_SECONDS:
            return
        obstacle = self.obstacle()
        if obstacle is not None:
            self._last = now
            self._report(obstacle)

    def _run(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self.report_obstacle()
