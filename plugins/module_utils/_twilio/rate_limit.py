# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limit the rate of the requests of concurrent operations."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import Callable

from .errors import Interrupted

# Twilio averages over five seconds. The difference allows for network delays: requests may arrive at Twilio closer
# together than they were sent.
BURST_SECONDS = 4.5
# The minimum rate in requests per second, however often Twilio returns 429.
MIN_RATE = 1.0
# The seconds in which additive increase raises the rate from half to full.
RECOVERY_SECONDS = 15.0


class RateLimiter:
    """A token bucket that all operations share.

    When Twilio returns 429, the shared rate is halved; every other response raises it again, linearly over time, up to
    the initial rate (additive increase, multiplicative decrease).

    :param per_second: requests per second, on average; 0 for no limit until Twilio returns 429.
    :param clock: returns the time in seconds.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._max_rate = per_second or math.inf
        self._rate = self._max_rate
        self._recovery_rate = per_second
        self._tokens = self._burst = max(1.0, per_second * BURST_SECONDS)
        self._filled = clock()
        self._slowed = -math.inf
        self._sent: deque[float] = deque(maxlen=100)
        self._lock = threading.Lock()
        self.slowdowns = 0

    def reserve(self) -> tuple[float, int]:
        """Reserve a token for the next request.

        :returns: the seconds until the request may be sent, and the number of slowdowns so far. Another slowdown
            cancels the reservation; the caller then has to reserve again.
        """
        with self._lock:
            now = self._clock()
            self._sent.append(now)
            if math.isinf(self._rate):
                return 0.0, self.slowdowns
            gained = max(0.0, now - self._filled) * self._rate
            self._tokens = min(self._burst, self._tokens + gained) - 1
            self._filled = max(self._filled, now)
            return self._filled - now + max(0.0, -self._tokens) / self._rate, self.slowdowns

    def slow_down(self, sent: float, retry_after: float | None) -> None:
        """Reduce the rate after Twilio has returned 429.

        :param sent: when the request was sent, by the clock. A request sent before the last slowdown does not cause
            another.
        :param retry_after: the value of Retry-After in seconds, or None.
        """
        with self._lock:
            now = self._clock()
            if sent >= self._slowed:
                if math.isinf(self._rate):
                    self._rate = max(MIN_RATE, self._current_rate(now))
                if math.isinf(self._max_rate):
                    # The limit is unknown, but this rate exceeds it.
                    self._recovery_rate = self._rate
                self._rate = max(min(MIN_RATE, self._max_rate), self._rate / 2)
                self._slowed = now
                self._tokens = 0.0
                self._filled = max(self._filled, now)
                self.slowdowns += 1
            if retry_after:
                self._filled = max(self._filled, now + retry_after)

    def speed_up(self) -> None:
        """Increase the rate a little after a response other than 429, if there was a slowdown."""
        with self._lock:
            if self._rate < self._max_rate and not math.isinf(self._rate):
                step = self._recovery_rate / 2 / RECOVERY_SECONDS / self._rate
                self._rate = min(self._max_rate, self._rate + step)

    def _current_rate(self, now: float) -> float:
        return len(self._sent) / max(now - self._sent[0], 0.1) if self._sent else 0.0


class Throttle:
    """The rate limits and the stop flag that concurrent operations share.

    :param writes_per_second: the rate of write requests; 0 for no limit. Twilio limits only writes; reads are limited
        only after Twilio has returned 429 for a read.
    """

    def __init__(self, writes_per_second: float = 0.0) -> None:
        self._writes = RateLimiter(writes_per_second)
        self._reads = RateLimiter(0.0)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Prevent new requests. Requests in flight continue."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Return whether new requests are prevented."""
        return self._stop.is_set()

    def limiter(self, write: bool) -> RateLimiter:
        """Return the rate limiter of a request.

        :param write: whether the request is a write.
        :returns: the limiter of writes or of reads.
        """
        return self._writes if write else self._reads

    def acquire(self, write: bool, until: float) -> None:
        """Wait until a request may be sent.

        :param write: whether the request is a write.
        :param until: the monotonic time after which waiting ends.
        :raises Interrupted: new requests are prevented.
        """
        limiter = self.limiter(write)
        while True:
            seconds, slowdowns = limiter.reserve()
            left = until - time.monotonic()
            self.sleep(max(0.0, min(seconds, left)))
            if seconds >= left or slowdowns == limiter.slowdowns:
                return

    def sleep(self, seconds: float) -> None:
        """Sleep, unless new requests are prevented.

        :param seconds: how long.
        :raises Interrupted: new requests are prevented; raised immediately.
        """
        if self._stop.wait(seconds):
            raise Interrupted("interrupted")
