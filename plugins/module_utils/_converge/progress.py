# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report the progress of a long task."""

from __future__ import annotations

import time
from collections.abc import Callable

from .._twilio.retry_reporter import RetryReporter

INTERVAL_SECONDS = 5.0


class Progress:
    """Reports a line every few seconds, the first one also after a few seconds.

    :param report: called with each line; None if the output would not be visible.
    :param reporter: knows why nothing advances.
    :param clock: returns the time in seconds.
    """

    def __init__(
        self,
        report: Callable[[str], None] | None,
        reporter: RetryReporter | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report = report
        self._reporter = reporter or RetryReporter()
        self._clock = clock
        self._last = clock()
        self._last_count = 0
        self._since = (self._last, 0)

    def start_writing(self) -> None:
        """Start to measure the rate of writes."""
        self._since = (self._clock(), 0)
        self._last_count = 0

    def read(self, count: int, noun: str) -> None:
        """Report the number of resources read, if a line is due.

        :param count: the number of resources read.
        :param noun: the plural of the type, such as "users".
        """
        if self._is_due():
            self._write_line(f"{count:,} {noun} read", count)

    def written(self, count: int, failed: int, total: int, noun: str) -> None:
        """Report the number of resources written, if a line is due.

        :param count: the number of finished resources, including failed ones.
        :param failed: the number of failed resources.
        :param total: the number of resources to write.
        :param noun: the plural of the type, such as "users".
        """
        if not self._is_due():
            return
        now = self._clock()
        # Measured since the previous line: the first writes are a burst, the later ones follow the rate limit.
        seconds, written = now - self._since[0], count - self._since[1]
        self._since = (now, count)
        line = f"{count:,} of {total:,} {noun} written"
        if failed:
            line += f", {failed:,} of them failed"
        if written and seconds > 0:
            rate = written / seconds
            line += f", {rate:.1f} a second, about {_duration((total - count) / rate)} left"
        self._write_line(line, count)

    def _is_due(self) -> bool:
        self._reporter.pause()
        return self._report is not None and self._clock() - self._last >= INTERVAL_SECONDS

    def _write_line(self, line: str, count: int) -> None:
        self._last = self._clock()
        obstacle = self._reporter.obstacle() if count == self._last_count else None
        self._last_count = count
        if self._report is not None:
            self._report(f"{line}; {obstacle}" if obstacle else line)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
