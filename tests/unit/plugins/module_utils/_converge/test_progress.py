# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._converge.progress import INTERVAL_SECONDS, Progress
from ansible_collections.community.twilio.plugins.module_utils._twilio.retry_reporter import RetryReporter


class Watched:
    """A progress whose clock a test turns, and what it said when."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.said: list[str] = []
        self.moments: list[float] = []
        self.progress = Progress(self._say, clock=lambda: self.now)

    def _say(self, line: str) -> None:
        self.said.append(line)
        self.moments.append(self.now)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_short_work_says_nothing(watched: Watched) -> None:
    watched.progress.read(1000, "users")
    watched.progress.start_writing()
    watched.now += 4.9
    watched.progress.written(1000, 0, 1000, "users")
    assert watched.said == []


def test_reading_says_how_many_have_been_read(watched: Watched) -> None:
    watched.now += 5
    watched.progress.read(12345, "users")
    assert watched.said == ["12,345 users read"]


def test_writing_says_how_many_how_fast_and_how_long_it_will_take(watched: Watched) -> None:
    watched.now += 100
    watched.progress.start_writing()
    watched.now += 10
    watched.progress.written(300, 0, 1200, "users")
    # The rate is that of the writes, not of the reading before.
    assert watched.said == ["300 of 1,200 users written, 30.0 a second, about 30 s left"]


def test_the_rate_is_that_since_the_line_before(watched: Watched) -> None:
    watched.progress.start_writing()
    for seconds, count in ((5, 285), (5, 435), (2, 500), (8, 735), (5, 735)):
        watched.now += seconds
        watched.progress.written(count, 0, 1500, "users")
    assert watched.said == [
        "285 of 1,500 users written, 57.0 a second, about 21 s left",
        "435 of 1,500 users written, 30.0 a second, about 36 s left",
        "735 of 1,500 users written, 30.0 a second, about 26 s left",
        "735 of 1,500 users written",
    ]


def test_failures_are_reported(watched: Watched) -> None:
    watched.progress.start_writing()
    watched.now += 10
    watched.progress.written(3000, 2000, 12000, "users")
    assert watched.said == ["3,000 of 12,000 users written, 2,000 of them failed, 300.0 a second, about 30 s left"]


def test_nothing_is_said_of_a_rate_before_anything_is_written(watched: Watched) -> None:
    watched.progress.start_writing()
    watched.now += 10
    watched.progress.written(0, 0, 1200, "users")
    assert watched.said == ["0 of 1,200 users written"]


@pytest.mark.parametrize(
    ("left", "told"),
    [(0, "0 s"), (99, "99 s"), (100, "2 min"), (600, "10 min"), (5999, "100 min"), (6000, "1.7 h"), (72000, "20.0 h")],
)
def test_the_time_that_is_left_is_reported_in_a_unit_that_fits(watched: Watched, left: int, told: str) -> None:
    watched.progress.start_writing()
    watched.now += 10
    watched.progress.written(10, 0, 10 + left, "users")
    assert watched.said[0].endswith(f", 1.0 a second, about {told} left")


@given(st.lists(st.tuples(st.floats(0, 20), st.booleans()), max_size=50))
def test_lines_are_never_closer_together_than_a_few_seconds(steps: list[tuple[float, bool]]) -> None:
    watched = Watched()
    began = watched.now
    for seconds, reading in steps:
        watched.now += seconds
        before = len(watched.said)
        since = watched.now - (watched.moments[-1] if watched.moments else began)
        if reading:
            watched.progress.read(1, "users")
        else:
            watched.progress.written(1, 0, 2, "users")
        # And none is kept back that is due.
        assert (len(watched.said) > before) == (since >= INTERVAL_SECONDS)


class Stuck(RetryReporter):
    """Knows of an obstacle."""

    def obstacle(self) -> str | None:
        return "Twilio answered 503; trying again"


def test_the_obstacle_is_told_when_nothing_advances() -> None:
    now = [1000.0]
    said: list[str] = []
    progress = Progress(said.append, Stuck(), lambda: now[0])
    for count in (0, 10, 10):
        now[0] += 5
        progress.read(count, "users")
    progress.start_writing()
    for count in (0, 0, 5, 5):
        now[0] += 5
        progress.written(count, 0, 10, "users")
    assert said == [
        "0 users read; Twilio answered 503; trying again",
        "10 users read",
        "10 users read; Twilio answered 503; trying again",
        "0 of 10 users written; Twilio answered 503; trying again",
        "0 of 10 users written; Twilio answered 503; trying again",
        "5 of 10 users written, 1.0 a second, about 5 s left",
        "5 of 10 users written; Twilio answered 503; trying again",
    ]


def test_where_nobody_listens_nothing_is_said_and_nothing_breaks() -> None:
    moments = iter([0.0, 1.0])
    progress = Progress(None, clock=lambda: next(moments, 1000.0))
    progress.start_writing()
    progress.read(1, "users")
    progress.written(1, 1, 2, "users")
