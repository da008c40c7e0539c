# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stop a task between two requests, after a signal or when its parent process has ended."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType


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

        Ansible's worker processes have their own session, and survive when ansible-playbook is killed.
        """
        if os.getppid() != self._parent:
            self._stop_once("the process that started it has ended")

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.signal = self.signal or number
        self._stop_once(f"it was told to stop ({signal.Signals(number).name})")

    def _stop_once(self, reason: str) -> None:
        # Another signal may arrive while the first one is being handled.
        if self.reason is None:
            self.reason = reason
            self._stop()
