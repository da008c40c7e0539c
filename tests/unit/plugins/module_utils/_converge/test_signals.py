# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._converge import signals
from ansible_collections.community.twilio.plugins.module_utils._converge.signals import ReaderWatch, StopSignals

SIGNALS = [signal.SIGTERM, signal.SIGINT]


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """Survive a signal that the code under test does not catch, as a failure."""

    def refuse(number: int, _frame: Any) -> None:
        raise AssertionError(f"signal {number} was not caught")

    before = {number: signal.signal(number, refuse) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("number", "name"), [(signal.SIGTERM, "SIGTERM"), (signal.SIGINT, "SIGINT")])
def test_a_signal_stops_and_does_nothing_else(number: int, name: str) -> None:
    stops: list[None] = []
    with StopSignals(lambda: stops.append(None)) as watch:
        assert watch.reason is None
        os.kill(os.getpid(), number)
        assert len(stops) == 1
        assert watch.reason == f"it was told to stop ({name})"


def test_a_signal_in_the_middle_of_another_does_not_stop_twice() -> None:
    # A stop takes a lock; a second one inside the first, in the same thread, would wait for ever.
    stops: list[None] = []

    def stop() -> None:
        stops.append(None)
        if len(stops) < 3:
            os.kill(os.getpid(), signal.SIGINT)

    with StopSignals(stop) as watch:
        os.kill(os.getpid(), signal.SIGTERM)
        assert len(stops) == 1
        assert watch.reason == "it was told to stop (SIGTERM)"


@pytest.mark.parametrize(
    "handler", [signal.SIG_DFL, signal.SIG_IGN, lambda _number, _frame: None], ids=["usual", "ignored", "own"]
)
@pytest.mark.parametrize("error", [None, KeyError])
def test_handlers_are_put_back(handler: Any, error: Any) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)
    try:
        with StopSignals(lambda: None):
            assert all(signal.getsignal(number) not in (handler, None) for number in SIGNALS)
            if error is not None:
                raise error
    except KeyError:
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == [handler, handler]


def test_a_handler_that_python_did_not_set_becomes_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    real = signal.signal
    # This is what it returns for a handler of a C library.
    monkeypatch.setattr(signals.signal, "signal", lambda number, handler: real(number, handler) and None)
    with StopSignals(lambda: None):
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == [signal.SIG_DFL, signal.SIG_DFL]


def test_outside_the_main_thread_no_handler_is_touched() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    seen: list[Any] = []

    def enter() -> None:
        with StopSignals(lambda: None) as watch:
            watch.poll()
            seen.append([signal.getsignal(number) for number in SIGNALS])
        seen.append([signal.getsignal(number) for number in SIGNALS])

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [before, before]


def test_the_end_of_the_process_that_started_it_stops_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stops: list[None] = []
    with StopSignals(lambda: stops.append(None)) as watch:
        watch.poll()
        assert (watch.reason, stops) == (None, [])
        monkeypatch.setattr(signals.os, "getppid", lambda: 1_000_000)
        watch.poll()
        watch.poll()
        assert (watch.reason, stops) == ("the process that started it has ended", [None])


def test_a_task_that_nobody_reads_is_stopped() -> None:
    stops: list[None] = []
    gone = threading.Event()
    watch = ReaderWatch(gone.is_set)
    with StopSignals(lambda: stops.append(None)) as task:
        watch.start()
        time.sleep(3 * signals.POLL_SECONDS)
        assert stops == []
        gone.set()
        given_up = time.monotonic() + 10
        while not stops and time.monotonic() < given_up:
            time.sleep(0.01)
        assert len(stops) == 1
        assert task.signal == signal.SIGTERM
        watch.stop()


def test_a_watch_that_was_stopped_sends_nothing() -> None:
    # Any signal would fail the test; see own_handlers.
    gone = threading.Event()
    watch = ReaderWatch(gone.is_set)
    watch.start()
    watch.stop()
    gone.set()
    time.sleep(3 * signals.POLL_SECONDS)


# Both ends of the pipe are open in the process, as in Ansible's worker processes: a write to it never fails.
BLOCKED = """
import os, signal, sys
from ansible_collections.community.twilio.plugins.module_utils._converge import signals

signals.LAST_RESORT_SECONDS = 0.2
if sys.argv[1] == "handled":
    signal.signal(signal.SIGTERM, lambda number, frame: None)
reader, writer = os.pipe()
signals.ReaderWatch(lambda: True).start()
os.write(writer, bytes(10_000_000))
"""


@pytest.mark.parametrize(("disposition", "ends_by"), [("usual", signal.SIGTERM), ("handled", signal.SIGKILL)])
def test_a_process_that_writes_to_a_pipe_nobody_reads_ends(disposition: str, ends_by: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    done = subprocess.run([sys.executable, "-c", BLOCKED, disposition], env=environment, timeout=60, check=False)
    assert done.returncode == -ends_by
