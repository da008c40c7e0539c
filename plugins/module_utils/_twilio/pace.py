# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What operations that are under way at once share: how fast they may send, and whether they are to stop."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import Callable

from .errors import Interrupted

# Twilio's limits page averages over five seconds. The little that is not used up is for requests that do not all take
# equally long to arrive: they may stand closer together at Twilio than here.
BURST_SECONDS = 4.5
# However often Twilio says that it is too much.
SLOWEST = 1.0
# From half of the pace back to all of it in this many seconds: what additive increase adds.
RECOVERY_SECONDS = 15.0


class Pace:
    """How many requests may be sent in a second: a token bucket that all share.

    When Twilio answers 429, the rate is halved for all at once; with every other answer it grows again, by the same
    amount in each second, up to where it began (additive increase, multiplicative decrease).

    :param per_second: requests in a second, on average; 0 for as many as there are, until Twilio answers 429.
    :param clock: gives the time in seconds.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._most = per_second or math.inf
        self._rate = self._most
        self._usual = per_second
        self._tokens = self._burst = max(1.0, per_second * BURST_SECONDS)
        self._filled = clock()
        self._slowed = -math.inf
        self._sent: deque[float] = deque(maxlen=100)
        self._lock = threading.Lock()
        self.slowdowns = 0

    def reserve(self) -> tuple[float, int]:
        """Take the next turn.

        :returns: the seconds until it comes, and how often there has been a slowdown. After another one the turn is
            void, and has to be taken anew.
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

    def throttled(self, sent: float, retry_after: float | None) -> None:
        """Slow down: Twilio has answered 429.

        :param sent: when the request was sent, by the clock. What was sent before a slowdown does not cause another.
        :param retry_after: seconds that Twilio asks to wait, or None.
        """
        with self._lock:
            now = self._clock()
            if sent >= self._slowed:
                if math.isinf(self._rate):
                    self._rate = max(SLOWEST, self._sending(now))
                if math.isinf(self._most):
                    # Where the limit lies is not known, but that this is above it.
                    self._usual = self._rate
                self._rate = max(min(SLOWEST, self._most), self._rate / 2)
                self._slowed = now
                self._tokens = 0.0
                self._filled = max(self._filled, now)
                self.slowdowns += 1
            if retry_after:
                self._filled = max(self._filled, now + retry_after)

    def answered(self) -> None:
        """Speed up a little, if there was a slowdown: Twilio has answered something else than 429."""
        with self._lock:
            if self._rate < self._most and not math.isinf(self._rate):
                self._rate = min(self._most, self._rate + self._usual / 2 / RECOVERY_SECONDS / self._rate)

    def _sending(self, now: float) -> float:
        return len(self._sent) / max(now - self._sent[0], 0.1) if self._sent else 0.0


class Flow:
    """What operations that are under way at once share.

    :param writes_per_second: the pace of requests that change something; 0 for none. Twilio's limit is for these
        alone; requests that read get a pace only when Twilio answers one of them with 429.
    """

    def __init__(self, writes_per_second: float = 0.0) -> None:
        self._writes = Pace(writes_per_second)
        self._reads = Pace(0.0)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let no other request begin. Those under way are not touched."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Tell whether no other request is to begin."""
        return self._stop.is_set()

    def pace(self, write: bool) -> Pace:
        """Give the pace of a request.

        :param write: whether it changes something.
        """
        return self._writes if write else self._reads

    def wait_for_turn(self, write: bool, until: float) -> None:
        """Wait until a request may be sent.

        :param write: whether it changes something.
        :param until: the monotonic time at which to give up waiting.
        :raises Interrupted: nothing is to begin any more.
        """
        pace = self.pace(write)
        while True:
            seconds, slowdowns = pace.reserve()
            left = until - time.monotonic()
            self.pause(max(0.0, min(seconds, left)))
            if seconds >= left or slowdowns == pace.slowdowns:
                return

    def pause(self, seconds: float) -> None:
        """Wait.

        :param seconds: how long.
        :raises Interrupted: nothing is to begin any more; at once.
        """
        if self._stop.wait(seconds):
            raise Interrupted("interrupted")
