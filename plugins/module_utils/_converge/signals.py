# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stop a task between two requests, after a signal or when nobody is left to read its result."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

from .._twilio.threads import start_thread

# How often a ReaderWatch looks.
POLL_SECONDS = 0.05
# A process that was told to stop ends after this time, even if it still waits for something. The requests in progress
# need no more than request_timeout.
LAST_RESORT_SECONDS = 60.0


class StopSignals:
    """A context manager in which SIGTERM and SIGINT call a function instead of their usual handlers.

    Python allows signal handlers in the main thread only; in other threads, only the end of the parent process is
    detected.

    :param stop: called at most once, in the thread of the context manager.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._parent = os.getppid()
        self._handlers: dict[signal.Signals, object] = {}
        self.reason: str | None = None
        self.signal: int | None = None

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._handlers[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._handlers.items():
            # None is a handler that was not installed from Python, and cannot be restored.
            signal.signal(number, handler if callable(handler) or isinstance(handler, int) else signal.SIG_DFL)

    def poll(self) -> None:
        """Stop if the parent process has ended, since the result would no longer be read.

        Ansible's worker processes survive when ansible-playbook is killed.
        """
        if os.getppid() != self._parent:
            self._stop_once("the process that started it has ended")

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.signal = self.signal or number
        # A ReaderWatch sends SIGTERM then.
        self.poll()
        self._stop_once(f"it was told to stop ({signal.Signals(number).name})")

    def _stop_once(self, reason: str) -> None:
        # Another signal may arrive while the first one is being handled.
        if self.reason is None:
            self.reason = reason
            self._stop()


class ReaderWatch:
    """Sends SIGTERM to the main thread of this process when nobody is left to read its result.

    In StopSignals, the task then stops between two requests, and can still write down what was done. Otherwise the
    process ends at once, also in the middle of a write to a pipe that nobody reads.

    :param is_reader_gone: returns whether nobody is left to read the result.
    """

    def __init__(self, is_reader_gone: Callable[[], bool]) -> None:
        self._is_reader_gone = is_reader_gone
        self._stopped = threading.Event()

    def start(self) -> None:
        """Watch in a thread of its own, until the process ends or :meth:`stop` is called."""
        start_thread(self._watch, "reader-watch")

    def stop(self) -> None:
        """Stop to watch."""
        self._stopped.set()

    def _watch(self) -> None:
        while not self._is_reader_gone():
            if self._stopped.wait(POLL_SECONDS):
                return
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
        if not self._stopped.wait(LAST_RESORT_SECONDS):
            os.kill(os.getpid(), signal.SIGKILL)
