# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.plugins.module_utils._twilio.deadline import Deadline, retry_after_seconds


class Clock:
    """Time that passes only in sleep, and when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> float:
        return 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(deadline, "time", clock)
    monkeypatch.setattr(deadline, "INITIAL_WAIT", 0.5)
    monkeypatch.setattr(deadline, "MAX_WAIT", 30.0)
    return clock


def jitter(monkeypatch: pytest.MonkeyPatch, share: float) -> list[float]:
    """Let chance always give this share of the longest wait; the list holds the longest waits."""
    ceilings: list[float] = []

    def uniform(low: float, high: float) -> float:
        assert low == 0
        ceilings.append(high)
        return high * share

    monkeypatch.setattr(deadline.random, "uniform", uniform)
    return ceilings


def test_a_budget_runs_from_its_beginning(clock: Clock) -> None:
    made = Deadline("read", 300)
    assert made.remaining() == 300
    clock.now += 299.5
    assert made.remaining() == 0.5
    clock.now += 1
    assert made.remaining() == -0.5


def test_waits_grow_twofold_up_to_a_limit_with_full_jitter(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    ceilings = jitter(monkeypatch, 1.0)
    made = Deadline("read", 86400)
    for _number in range(20):
        assert made.wait()
    assert ceilings == [0.5, 1, 2, 4, 8, 16] + [30] * 14
    assert clock.slept == ceilings


def test_a_wait_may_be_none_at_all(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    jitter(monkeypatch, 0.0)
    assert Deadline("read", 300).wait()
    assert clock.slept == [0]


def test_a_wait_that_twilio_asks_for_is_kept_and_jitter_comes_on_top(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    jitter(monkeypatch, 0.5)
    assert Deadline("read", 300).wait(7.0)
    assert clock.slept == [7.25]


def test_a_wait_leaves_at_least_half_of_the_rest_for_the_next_try(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    jitter(monkeypatch, 1.0)
    made = Deadline("read", 10)
    made.tries = 10
    assert made.wait()
    assert made.remaining() == 5
    assert made.wait(2.0)
    assert made.remaining() == 1.5


@pytest.mark.parametrize("asked", [10.0, 9.95, 86400.0, float("inf")])
def test_a_wait_that_the_budget_does_not_hold_is_not_made(clock: Clock, asked: float) -> None:
    made = Deadline("read", 10)
    assert not made.wait(asked)
    assert clock.slept == []
    assert made.remaining() == 10


def test_with_next_to_nothing_left_no_wait_is_made(clock: Clock) -> None:
    made = Deadline("read", 10)
    clock.now += 9.95
    assert not made.wait()
    clock.now += 10
    assert not made.wait()
    assert clock.slept == []


@given(
    seconds=st.floats(0.01, 1000),
    asked=st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=30),
)
def test_waits_never_outlast_the_budget(seconds: float, asked: list[Any]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deadline, "time", clock)
        made = Deadline("read", seconds)
        for at_least in asked:
            slept = len(clock.slept)
            left = made.remaining()
            if made.wait(at_least):
                assert clock.slept[-1] >= (at_least or 0)
                assert made.remaining() > 0
            else:
                assert len(clock.slept) == slept
                assert left - (at_least or 0) < deadline.MIN_REMAINING


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("0x10", None),
        ("Thu, 01 Jan 1970 00:00:30 GMT", 30.0),
        ("Thu, 01 Jan 1970 01:00:30 +0100", 30.0),
        ("Thursday, 01-Jan-70 00:00:30 GMT", 30.0),
        ("Thu Jan  1 00:00:30 1970", 30.0),
        ("Wed, 31 Dec 1969 23:59:30 GMT", 0.0),
        ("Thu, 99 Jan 1970 00:00:30 GMT", None),
        ("Thu, 01 Jan 99999999 00:00:30 GMT", None),
        ("9" * 400, float("inf")),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_retry_after_is_seconds_or_a_date_or_not_believed(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, header: Any, seconds: Any, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert retry_after_seconds(header) == seconds
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(max_size=40))
def test_no_retry_after_breaks_anything(header: str) -> None:
    seconds = retry_after_seconds(header)
    assert seconds is None or seconds >= 0


def test_a_date_is_counted_from_now() -> None:
    seconds = retry_after_seconds(formatdate(time.time() + 60, usegmt=True))
    assert seconds is not None
    assert 57 < seconds <= 60
