# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The write limit of a service: a token bucket, as near as Twilio's published numbers allow."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WriteLimit:
    """So many user and role writes a second for one service, with some saved up for a burst."""

    per_second: float
    burst: float

    @classmethod
    def parse(cls, value: Any) -> WriteLimit | None:
        """The limit that a setting asks for, None for no limit. Anything else raises ValueError."""
        if value is None:
            return None
        if not isinstance(value, dict) or set(value) - {"per_second", "burst"} or "per_second" not in value:
            raise ValueError('write_limit must be null or {"per_second": number, "burst": number}')
        rate: Any = value["per_second"]
        # Twilio's older text: up to five times the baseline.
        burst: Any = value.get("burst", rate * 5 if isinstance(rate, (int, float)) else rate)
        for name, number in (("per_second", rate), ("burst", burst)):
            if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 < number < math.inf:
                raise ValueError(f"write_limit.{name} must be a number above 0")
        if burst < 1:
            raise ValueError("write_limit.burst must be at least 1, or nothing could ever be written")
        return cls(float(rate), float(burst))


class Limiter:
    """The buckets, one for each service."""

    def __init__(self, limit: WriteLimit | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self.limit = limit

    def set(self, limit: WriteLimit | None) -> None:
        """Change the limit; every bucket is full again."""
        self.limit = limit
        self._buckets.clear()

    def take(self, service_sid: str) -> float:
        """Count one write: 0 when it may go on, else the seconds until it may. A refused write counts for nothing."""
        if self.limit is None:
            return 0.0
        moment = self._clock()
        tokens, since = self._buckets.get(service_sid, (self.limit.burst, moment))
        tokens = min(self.limit.burst, tokens + (moment - since) * self.limit.per_second)
        wait = 0.0
        # The small margin keeps a sum of fractions from refusing what is due just now.
        if tokens >= 1 - 1e-9:
            tokens -= 1
        else:
            wait = (1 - tokens) / self.limit.per_second
        self._buckets[service_sid] = (tokens, moment)
        return wait
