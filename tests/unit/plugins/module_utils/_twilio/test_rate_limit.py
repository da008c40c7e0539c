# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import heapq
import math
import random
import threading
import time
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._twilio import rate_limit
from ansible_collections.community.twilio.plugins.module_utils._twilio.deadline import Deadline
from ansible_collections.community.twilio.plugins.module_utils._twilio.errors import Interrupted
from ansible_collections.community.twilio.plugins.module_utils._twilio.rate_limit import (
    BURST_SECONDS,
    MIN_RATE,
    RECOVERY_SECONDS,
    RateLimiter,
    Throttle,
)


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def paced(per_second: float) -> tuple[RateLimiter, Clock]:
    clock = Clock()
    return RateLimiter(per_second, clock), clock


def spend(made: RateLimiter, clock: Clock) -> None:
    """Take turns until there is one to wait for, and wait for it."""
    seconds = 0.0
    while seconds == 0:
        seconds, _slowdowns = made.reserve()
    clock.now += seconds


def gap(made: RateLimiter, clock: Clock) -> float:
    """Take a turn, wait for it, and give the seconds that it took; the reciprocal of the rate."""
    seconds, _slowdowns = made.reserve()
    clock.now += seconds
    return seconds


# The bucket


@given(
    per_second=st.floats(0.3, 200),
    pauses=st.lists(st.one_of(st.just(0.0), st.floats(0, 0.1), st.floats(0, 30)), min_size=1, max_size=300),
)
@example(per_second=30, pauses=[0.0] * 300)
@example(per_second=30, pauses=[*[0.0] * 140, 60.0, *[0.0] * 140])
def test_no_stretch_of_time_has_more_turns_than_the_rate_and_the_burst_allow(
    per_second: float, pauses: list[float]
) -> None:
    made, clock = paced(per_second)
    turns = []
    for pause in pauses:
        clock.now += pause
        seconds, _slowdowns = made.reserve()
        assert seconds >= 0
        turns.append(clock.now + seconds)
    assert turns == sorted(turns)
    burst = max(1.0, per_second * BURST_SECONDS)
    for first, began in enumerate(turns):
        for last in range(first, len(turns)):
            assert last - first + 1 <= burst + per_second * (turns[last] - began) + 1e-6


@given(per_second=st.floats(0.3, 200), count=st.integers(1, 500))
def test_no_turn_is_later_than_the_rate_makes_it(per_second: float, count: int) -> None:
    made, _clock = paced(per_second)
    waits = [made.reserve()[0] for _number in range(count)]
    late = count - max(1.0, per_second * BURST_SECONDS)
    assert waits[-1] == pytest.approx(max(0.0, late / per_second), abs=1e-6)


@pytest.mark.parametrize("per_second", [0.01, 0.1, 1, 30])
def test_the_first_turn_comes_at_once_however_slow_the_pace(per_second: float) -> None:
    assert paced(per_second)[0].reserve()[0] == 0


def test_a_burst_is_saved_up_again() -> None:
    made, clock = paced(30)
    spend(made, clock)
    clock.now += 1.01
    assert [made.reserve()[0] > 0 for _number in range(31)] == [False] * 30 + [True]
    # However long the pause: not more than one burst.
    clock.now += 3600
    assert [made.reserve()[0] > 0 for _number in range(136)] == [False] * 135 + [True]


def test_what_is_not_paced_never_waits() -> None:
    made, _clock = paced(0)
    assert {made.reserve() for _number in range(10_000)} == {(0.0, 0)}
    made.speed_up()
    assert made.reserve() == (0.0, 0)


# Slowing down


@pytest.mark.parametrize("answers", [1, 5, 100])
def test_the_requests_of_one_moment_slow_down_once(answers: int) -> None:
    made, clock = paced(10)
    spend(made, clock)
    sent = [clock.now + number / 100 for number in range(answers)]
    clock.now += 1.5
    for moment in sent:
        made.slow_down(moment, None)
        clock.now += 0.001
    assert made.slowdowns == 1
    clock.now = 2000.0
    spend(made, clock)
    assert gap(made, clock) == pytest.approx(1 / 5)


def test_a_request_that_was_sent_after_a_slowdown_causes_another() -> None:
    made, clock = paced(16)
    for slowdowns, rate in enumerate([8, 4, 2], start=1):
        spend(made, clock)
        made.slow_down(clock.now, None)
        assert made.slowdowns == slowdowns
        spend(made, clock)
        assert gap(made, clock) == pytest.approx(1 / rate)


def test_a_slowdown_takes_what_was_saved_up() -> None:
    made, clock = paced(30)
    assert made.reserve()[0] == 0
    made.slow_down(clock.now, None)
    assert made.reserve()[0] == pytest.approx(1 / 15)


@pytest.mark.parametrize(("per_second", "slowest"), [(30, MIN_RATE), (0, MIN_RATE), (1.5, MIN_RATE), (0.5, 0.5)])
def test_there_is_a_slowest_pace(per_second: float, slowest: float) -> None:
    made, clock = paced(per_second)
    for _number in range(20):
        made.reserve()
        made.slow_down(clock.now, None)
        clock.now += 0.001
    clock.now += 3600
    spend(made, clock)
    assert gap(made, clock) == pytest.approx(1 / slowest)


@pytest.mark.parametrize("per_second", [0, 30])
@pytest.mark.parametrize("asked", [2.0, 100.0])
def test_nobody_sends_before_the_time_that_twilio_asked_for(per_second: float, asked: float) -> None:
    made, clock = paced(per_second)
    for _number in range(100):
        made.reserve()
        clock.now += 0.01
    began = clock.now
    made.slow_down(clock.now, asked)
    waits = [made.reserve()[0] for _number in range(3)]
    assert waits[0] >= asked
    assert waits == sorted(waits)
    clock.now += asked / 2
    assert made.reserve()[0] >= asked / 2
    # Of several answers of one moment the longest counts.
    made.slow_down(began - 1, asked * 2)
    assert clock.now + made.reserve()[0] >= began + asked * 2
    made.slow_down(began - 1, 0.1)
    assert clock.now + made.reserve()[0] >= began + asked * 2


def test_the_time_that_twilio_asked_for_saves_up_no_burst() -> None:
    made, clock = paced(30)
    made.slow_down(clock.now, 60.0)
    clock.now += 60.0
    waits = [made.reserve()[0] for _number in range(30)]
    # At half the rate: none at once, one more every fifteenth of a second.
    assert waits == pytest.approx([(number + 1) / 15 for number in range(30)])


def test_a_turn_that_was_taken_before_a_slowdown_is_void() -> None:
    made, clock = paced(30)
    spend(made, clock)
    _seconds, taken = made.reserve()
    made.slow_down(clock.now, None)
    assert taken != made.slowdowns
    _seconds, taken = made.reserve()
    assert taken == made.slowdowns


def test_an_unpaced_flow_slows_down_to_half_of_what_it_sent() -> None:
    made, clock = paced(0)
    for _number in range(100):
        made.reserve()
        clock.now += 1 / 80
    made.slow_down(clock.now, None)
    assert gap(made, clock) == pytest.approx(1 / 40, rel=0.05)


# Speeding up


@pytest.mark.parametrize("per_second", [5, 30, 100])
def test_a_slowdown_is_made_up_for_in_about_the_time_it_is_said_to_take(per_second: float) -> None:
    made, clock = paced(per_second)
    spend(made, clock)
    made.slow_down(clock.now, None)
    spend(made, clock)
    began, slowest = clock.now, gap(made, clock)
    seconds, halfway = slowest, math.nan
    while seconds > 1.001 / per_second:
        made.speed_up()
        seconds = gap(made, clock)
        if math.isnan(halfway) and seconds <= 1 / (0.75 * per_second):
            halfway = clock.now
        assert clock.now < began + 10 * RECOVERY_SECONDS
    assert clock.now - began == pytest.approx(RECOVERY_SECONDS, rel=0.1)
    # Additive: the way back is even.
    assert halfway - began == pytest.approx(RECOVERY_SECONDS / 2, rel=0.15)


def test_a_pace_never_grows_past_where_it_began() -> None:
    made, clock = paced(10)
    spend(made, clock)
    made.slow_down(clock.now, None)
    for _number in range(10_000):
        made.speed_up()
    spend(made, clock)
    assert gap(made, clock) == pytest.approx(1 / 10)


# Against a server


class Simulated(NamedTuple):
    """What came of sending requests to a server with a write limit: seconds, and how many got 429."""

    seconds: float
    refused: int


def simulate(
    made: RateLimiter,
    clock: Clock,
    requests: int,
    workers: int,
    latency: tuple[float, float],
    seed: int,
    server: tuple[float, float] = (30.0, 150.0),
) -> Simulated:
    """Let workers send requests at a limiter until each has gone through, each on its own way of random length."""
    chance = random.Random(seed)
    rate, burst = server
    tokens, filled = burst, clock.now
    began = clock.now
    waiting, refused, number = requests, 0, 0
    events: list[tuple[float, int, str, float, int]] = []

    def later(seconds: float, what: str, sent: float = 0.0, slowdowns: int = 0) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (clock.now + seconds, number, what, sent, slowdowns))

    def turn() -> None:
        seconds, slowdowns = made.reserve()
        later(seconds, "turn", slowdowns=slowdowns)

    def begin() -> None:
        nonlocal waiting
        if waiting:
            waiting -= 1
            turn()

    for _worker in range(workers):
        begin()
    while events:
        clock.now, _number, what, sent, slowdowns = heapq.heappop(events)
        if what == "turn" and slowdowns != made.slowdowns:
            turn()
        elif what == "turn":
            # All of the time is for the way there: nothing else lets requests meet at the server.
            later(chance.uniform(*latency), "arrives", clock.now)
        else:
            tokens, filled = min(burst, tokens + (clock.now - filled) * rate), clock.now
            if tokens >= 1:
                tokens -= 1
                made.speed_up()
                begin()
            else:
                refused += 1
                made.slow_down(sent, None)
                turn()
    assert waiting == 0
    return Simulated(clock.now - began, refused)


@settings(max_examples=20)
@given(workers=st.integers(1, 100), least=st.floats(0, 0.3), seed=st.integers(0, 1000))
@example(workers=100, least=0.0, seed=1)
def test_twilios_published_limit_is_never_met_at_the_default_pace(workers: int, least: float, seed: int) -> None:
    made, clock = paced(30)
    simulated = simulate(made, clock, 1000, workers, (least, 0.3), seed)
    assert simulated.refused == 0
    # What keeps a few workers from the limit is only how long their requests take.
    ideal = max((1000 - 150) / 30, 1000 * (least + 0.3) / 2 / workers)
    assert simulated.seconds < 1.1 * ideal + 1


@settings(max_examples=20)
@given(workers=st.integers(10, 100), least=st.floats(0, 0.1), seed=st.integers(0, 1000))
@example(workers=10, least=0.1, seed=1)
@example(workers=100, least=0.0, seed=1)
def test_what_is_not_paced_finds_the_limit_and_keeps_near_it(workers: int, least: float, seed: int) -> None:
    made, clock = paced(0)
    simulated = simulate(made, clock, 2000, workers, (least, 0.1), seed)
    assert made.slowdowns > 0
    assert simulated.seconds < (2000 - 150) / 30 / 0.6
    # Each slowdown costs at most what was under way.
    assert simulated.refused <= made.slowdowns * workers
    assert simulated.refused < 2000 / 4


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_a_pace_that_is_too_fast_for_the_server_gets_through_all_the_same(seed: int) -> None:
    made, clock = paced(60)
    simulated = simulate(made, clock, 1000, 20, (0.05, 0.1), seed, (20.0, 20.0))
    assert made.slowdowns > 0
    assert simulated.seconds < 1000 / 20 / 0.6


# What operations share


def exhausted(per_second: float) -> Throttle:
    """Return a throttle whose next write has to wait."""
    throttle = Throttle(per_second)
    while throttle.limiter(True).reserve()[0] == 0:
        pass
    return throttle


def test_reads_are_not_paced_by_the_pace_of_writes() -> None:
    throttle = exhausted(0.5)
    began = time.monotonic()
    for _number in range(1000):
        throttle.acquire(False, math.inf)
    # A write would wait for 2 seconds each time.
    assert time.monotonic() - began < 30
    assert throttle.limiter(False) is not throttle.limiter(True)


def test_a_turn_is_waited_for() -> None:
    throttle = exhausted(20)
    began = time.monotonic()
    throttle.acquire(True, math.inf)
    # Two turns of a twentieth of a second: the one that was taken to find the throttle exhausted, and this one.
    assert time.monotonic() - began > 0.08


def test_nobody_waits_for_a_turn_past_the_end_of_the_time() -> None:
    throttle = exhausted(0.01)
    began = time.monotonic()
    throttle.acquire(True, began + 0.05)
    assert 0.05 <= time.monotonic() - began < 30
    throttle.acquire(True, began)
    assert time.monotonic() - began < 30


def test_a_turn_that_became_void_is_taken_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = exhausted(0.1)
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            throttle.limiter(True).slow_down(time.monotonic(), 90.0)

    monkeypatch.setattr(throttle, "sleep", pause)
    throttle.acquire(True, math.inf)
    assert waits == [pytest.approx(20, abs=5), pytest.approx(100, abs=5)]


@pytest.mark.parametrize("write", [True, False])
def test_after_a_stop_no_turn_comes(write: bool) -> None:
    throttle = Throttle(0)
    throttle.acquire(write, math.inf)
    before = throttle.stopped
    throttle.stop()
    throttle.stop()
    assert (before, throttle.stopped) == (False, True)
    with pytest.raises(Interrupted):
        throttle.acquire(write, math.inf)
    with pytest.raises(Interrupted):
        throttle.sleep(0)


def test_a_stop_ends_every_wait() -> None:
    throttle = exhausted(0.5)
    ended: list[str] = []

    def wait(what: str) -> None:
        try:
            if what == "turn":
                throttle.acquire(True, math.inf)
            else:
                throttle.sleep(30)
        except Interrupted:
            ended.append(what)

    waiting = [threading.Thread(target=wait, args=(what,), daemon=True) for what in ("turn", "pause")]
    for thread in waiting:
        thread.start()
    time.sleep(0.05)
    assert ended == []
    throttle.stop()
    for thread in waiting:
        thread.join(20)
    assert sorted(ended) == ["pause", "turn"]


# The time of an operation among others


def test_the_time_of_an_operation_begins_with_its_first_turn() -> None:
    throttle = exhausted(1)
    made = Deadline("create", 0.9, throttle)
    assert (made.started, made.remaining()) == (False, math.inf)
    # The wait for the turn is longer than the deadline, and costs nothing of it.
    made.acquire(True)
    assert made.started
    assert 0 < made.remaining() <= 0.9
    time.sleep(0.05)
    left = made.remaining()
    made.acquire(False)
    assert made.remaining() <= left


def test_the_wait_for_a_later_turn_is_part_of_the_time() -> None:
    throttle = exhausted(0.01)
    made = Deadline("create", 0.1, throttle)
    made.acquire(False)
    began = time.monotonic()
    made.acquire(True)
    assert 0.05 < time.monotonic() - began < 30
    assert made.remaining() <= 0
    assert not made.wait()


@pytest.mark.parametrize("asked", [None, 2.0])
def test_too_many_requests_are_no_reason_to_wait_alone(monkeypatch: pytest.MonkeyPatch, asked: float | None) -> None:
    throttle = Throttle(30)
    made = Deadline("create", 60, throttle)
    made.acquire(True)
    monkeypatch.setattr(throttle, "sleep", lambda _seconds: pytest.fail("it waited"))
    assert made.wait(asked, throttled=True)
    assert (throttle.limiter(True).slowdowns, throttle.limiter(False).slowdowns) == (1, 0)
    # The wait is the one for the next turn, and no backoff grows.
    assert made.tries == 0
    assert throttle.limiter(True).reserve()[0] == pytest.approx((asked or 0) + 1 / 15, abs=0.05)


def test_too_many_reads_slow_down_reads() -> None:
    throttle = Throttle(30)
    made = Deadline("read", 60, throttle)
    made.acquire(False)
    assert made.wait(throttled=True)
    assert (throttle.limiter(True).slowdowns, throttle.limiter(False).slowdowns) == (0, 1)


def test_what_was_sent_before_a_slowdown_causes_no_other() -> None:
    throttle = Throttle(30)
    deadlines = [Deadline("create", 60, throttle) for _number in range(5)]
    for made in deadlines:
        made.acquire(True)
    for made in deadlines:
        assert made.wait(throttled=True)
    assert throttle.limiter(True).slowdowns == 1


def test_a_wait_for_twilio_that_the_time_does_not_hold_is_not_made_among_others_either() -> None:
    throttle = Throttle(30)
    made = Deadline("create", 5, throttle)
    made.acquire(True)
    assert not made.wait(5.0, throttled=True)
    assert not made.wait(5.0)


def test_an_answer_speeds_up_the_pace_that_it_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = Throttle(30)
    seen: list[str] = []
    monkeypatch.setattr(throttle.limiter(True), "speed_up", lambda: seen.append("write"))
    monkeypatch.setattr(throttle.limiter(False), "speed_up", lambda: seen.append("read"))
    made = Deadline("create", 60, throttle)
    for write in (True, False, True):
        made.acquire(write)
        made.request_succeeded()
    assert seen == ["write", "read", "write"]


def test_a_backoff_ends_with_a_stop_and_tells_that_it_had_begun() -> None:
    throttle = Throttle(30)
    made = Deadline("create", 60, throttle)
    made.acquire(True)
    throttle.stop()
    with pytest.raises(Interrupted) as raised:
        made.wait(30.0)
    assert raised.value.started
    with pytest.raises(Interrupted) as raised:
        made.acquire(True)
    assert raised.value.started


def test_a_first_turn_that_does_not_come_tells_that_nothing_had_begun() -> None:
    throttle = Throttle(30)
    throttle.stop()
    with pytest.raises(Interrupted) as raised:
        Deadline("create", 60, throttle).acquire(True)
    assert not raised.value.started


def test_where_there_is_no_flow_nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit.RateLimiter, "reserve", lambda _self: pytest.fail("there is no throttle"))
    made = Deadline("create", 60)
    made.acquire(True)
    made.request_succeeded()
    assert made.wait(throttled=True)
    assert made.tries == 1
