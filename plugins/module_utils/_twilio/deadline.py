# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deadline of one operation, and the waits between its attempts."""

from __future__ import annotations

import math
import random
import time
from datetime import timezone
from email.utils import parsedate_to_datetime

from .errors import Interrupted
from .rate_limit import Throttle
from .retry_reporter import RetryReporter, Waiting

INITIAL_WAIT = 0.5
MAX_WAIT = 30.0
# With fewer seconds left, another attempt could not complete.
MIN_REMAINING = 0.1


class Deadline:
    """The time limit of one operation, including all its requests and waits.

    A response that is still arriving at the deadline is dropped.

    :param name: the suboption of ``timeouts`` that sets it, for messages.
    :param seconds: its length; it starts immediately, or with the first request when there is a throttle.
    :param throttle: shared with concurrent operations; None when there is only one operation at a time.
    :param reporter: is told of every attempt that fails.
    """

    def __init__(
        self, name: str, seconds: float, throttle: Throttle | None = None, reporter: RetryReporter | None = None
    ) -> None:
        self.name = name
        self.seconds = seconds
        self.tries = 0
        # Why the last attempt failed, as wait() was told.
        self.reason: str | None = None
        self.started = throttle is None
        # Whether Twilio may have processed a request that changes something.
        self.has_written = False
        self._throttle = throttle
        self._reporter = reporter or RetryReporter()
        # The reads and writes that have not succeeded yet, by whether they are writes. The user is read again before a
        # creation is repeated; this must not look like progress.
        self._waiting: dict[bool, Waiting] = {}
        self._answered: Waiting | None = None
        self._is_write = False
        self._sent = 0.0
        self._end = time.monotonic() + seconds if throttle is None else math.inf

    def remaining(self) -> float:
        """Return the remaining time.

        :returns: seconds; 0 or less when the deadline has passed.
        """
        return self._end - time.monotonic()

    def acquire(self, write: bool) -> None:
        """Wait until a request may be sent; return immediately when there is no throttle.

        :param write: whether the request changes something.
        :raises Interrupted: the task is being stopped.
        """
        if self._throttle is not None:
            try:
                self._throttle.acquire(write, self._end)
            except Interrupted as error:
                error.started = self.started
                raise
        if not self.started:
            self.started = True
            self._end = time.monotonic() + self.seconds
        self.sending(write)

    def sending(self, write: bool) -> None:
        """Record that a request is being sent.

        :param write: whether the request changes something.
        """
        self._is_write = write
        self._sent = time.monotonic()
        self._answered = None
        waiting = self._waiting.setdefault(write, Waiting(self._sent, self._end, self.name))
        self._reporter.waiting(self, write, waiting)

    def require_running(self) -> None:
        """Raise an exception if the task is being stopped.

        :raises Interrupted: the task is being stopped.
        """
        if self._throttle is not None and self._throttle.stopped:
            error = Interrupted("interrupted")
            error.started = self.has_written
            raise error

    def for_reading(self) -> Deadline:
        """Return a deadline at the same time for the requests that precede a write.

        :returns: the deadline; it has its own exponential backoff.
        """
        other = Deadline(self.name, self.seconds, self._throttle, self._reporter)
        other.started, other._end = self.started, self._end
        return other

    def request_succeeded(self) -> None:
        """Record that the last request got a response other than 429."""
        if self._throttle is not None:
            self._throttle.limiter(self._is_write).speed_up()
        # Whether this is a success is not known before the next request, or wait() with a reason.
        self._answered = self._waiting.pop(self._is_write, None)
        self._reporter.finished(self, self._is_write)

    def wait(self, at_least: float | None = None, throttled: bool = False, reason: str | None = None) -> bool:
        """Wait before another attempt: exponential backoff with full jitter.

        :param at_least: the minimum in seconds (Retry-After), or None.
        :param throttled: Twilio returned 429. Concurrent operations then slow down together, and the wait happens
            before the next request instead.
        :param reason: why the last attempt failed, such as "could not read user 'alice': ...".
        :returns: False, without waiting, when too little time would remain for another attempt.
        :raises Interrupted: the task is being stopped.
        """
        self.reason = reason
        floor = at_least or 0.0
        left = self.remaining() - floor
        if left < MIN_REMAINING:
            self._reporter.finished(self, self._is_write)
            return False
        waiting = self._answered or self._waiting.get(self._is_write)
        if waiting is not None and reason is not None:
            self._waiting[self._is_write] = waiting._replace(reason=reason)
            self._reporter.waiting(self, self._is_write, self._waiting[self._is_write])
        if throttled and self._throttle is not None:
            self._report(reason, "at a lower rate")
            self._throttle.limiter(self._is_write).slow_down(self._sent, at_least)
            return True
        ceiling = min(MAX_WAIT, INITIAL_WAIT * 2 ** min(self.tries, 16))
        self.tries += 1
        jitter = random.uniform(0, ceiling)  # noqa: S311  # no secret depends on it
        seconds = floor + min(jitter, left / 2)
        self._report(reason, f"in {seconds:.1f} s")
        if self._throttle is None:
            time.sleep(seconds)
        else:
            self._throttle.sleep(seconds)
        return True

    def _report(self, reason: str | None, when: str) -> None:
        if reason is not None:
            self._reporter.attempt_failed(f"{reason}; trying again {when}")


def retry_after_seconds(value: str | None) -> float | None:
    """Parse a Retry-After header (RFC 9110 section 10.2.3).

    :param value: seconds, or an HTTP date; None when there is no header.
    :returns: seconds from now, 0 for a date in the past; None when there is no header or it cannot be parsed.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return max(0.0, moment.timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
