# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long an operation may take, and how long to wait between its tries."""

from __future__ import annotations

import math
import random
import time
from datetime import timezone
from email.utils import parsedate_to_datetime

from .errors import Interrupted
from .pace import Flow

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
# With less than this left, another try could not be answered.
SHORTEST_REST = 0.1


class Budget:
    """The time of one operation, all its requests and waits included; an answer that keeps arriving is read to its end.

    :param name: the suboption of ``timeouts`` that sets it, for messages.
    :param seconds: its length; it begins to run at once, or with the first turn where there is a flow.
    :param flow: what it shares with other operations that are under way; None when it is alone.
    """

    def __init__(self, name: str, seconds: float, flow: Flow | None = None) -> None:
        self.name = name
        self.seconds = seconds
        self.tries = 0
        self.begun = flow is None
        self._flow = flow
        self._write = False
        self._sent = 0.0
        self._end = time.monotonic() + seconds if flow is None else math.inf

    def remaining(self) -> float:
        """Give the seconds that are left; 0 or less when it is spent."""
        return self._end - time.monotonic()

    def turn(self, write: bool) -> None:
        """Wait until a request may be sent; at once when the operation is alone.

        :param write: whether the request changes something.
        :raises Interrupted: the task is being stopped.
        """
        if self._flow is not None:
            try:
                self._flow.wait_for_turn(write, self._end)
            except Interrupted as error:
                error.begun = self.begun
                raise
        if not self.begun:
            self.begun = True
            self._end = time.monotonic() + self.seconds
        self._write = write
        self._sent = time.monotonic()

    def answered(self) -> None:
        """Take note that Twilio has answered the request of the last turn, and not with 429."""
        if self._flow is not None:
            self._flow.pace(self._write).answered()

    def wait(self, at_least: float | None = None, throttled: bool = False) -> bool:
        """Wait before another try: exponential backoff with full jitter.

        :param at_least: seconds that Twilio asked to wait (Retry-After), or None.
        :param throttled: Twilio said that requests come too fast (429). Where others are under way, all slow down
            together, and the wait is the one for the next turn.
        :returns: False, without a wait, when too little time would be left after it.
        :raises Interrupted: the task is being stopped.
        """
        floor = at_least or 0.0
        left = self.remaining() - floor
        if left < SHORTEST_REST:
            return False
        if throttled and self._flow is not None:
            self._flow.pace(self._write).throttled(self._sent, at_least)
            return True
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self.tries, 16))
        self.tries += 1
        jitter = random.uniform(0, ceiling)  # noqa: S311  # no secret hangs on it
        seconds = floor + min(jitter, left / 2)
        if self._flow is None:
            time.sleep(seconds)
        else:
            self._flow.pause(seconds)
        return True


def retry_after_seconds(value: str | None) -> float | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3).

    :param value: seconds, or an HTTP date; None when there is no header.
    :returns: seconds from now, 0 for a moment that has passed; None when there is no header or it cannot be read.
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
