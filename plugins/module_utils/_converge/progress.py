# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where long work stands, for a person who watches."""

from __future__ import annotations

import time
from collections.abc import Callable

EVERY_SECONDS = 5.0


class Progress:
    """Says a line every few seconds, the first one after as long.

    :param say: takes a line; None where nobody can hear it.
    :param clock: gives the time in seconds.
    """

    def __init__(self, say: Callable[[str], None] | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._last = clock()
        self._since = (self._last, 0)

    def begin(self) -> None:
        """Begin to measure the rate."""
        self._since = (self._clock(), 0)

    def read(self, count: int, what: str) -> None:
        """Say how many have been read, if it is time to.

        :param count: how many.
        :param what: of what, such as "users".
        """
        if self._due():
            self._tell(f"{count:,} {what} read")

    def written(self, count: int, failed: int, total: int, what: str) -> None:
        """Say how many have been written, if it is time to.

        :param count: how many are finished, those included that failed.
        :param failed: how many failed.
        :param total: how many there are to write.
        :param what: of what, such as "users".
        """
        if not self._due():
            return
        now = self._clock()
        # Of what was written since the line before: the first writes go at once, and all others as the pace says.
        seconds, written = now - self._since[0], count - self._since[1]
        self._since = (now, count)
        line = f"{count:,} of {total:,} {what} written"
        if failed:
            line += f", {failed:,} of them failed"
        if written and seconds > 0:
            rate = written / seconds
            line += f", {rate:.1f} a second, about {_duration((total - count) / rate)} left"
        self._tell(line)

    def _due(self) -> bool:
        return self._say is not None and self._clock() - self._last >= EVERY_SECONDS

    def _tell(self, line: str) -> None:
        self._last = self._clock()
        if self._say is not None:
            self._say(line)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
