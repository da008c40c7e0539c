# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads that leave signals to the main thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


def start_thread(target: Callable[[], None], name: str) -> threading.Thread:
    """Start a daemon thread in which all signals are blocked.

    Only the main thread runs Python's signal handlers. If the operating system gave a signal to another thread, the
    main thread would not notice it before its current system call returns, for instance a read of a response.

    :param target: runs in the thread.
    :param name: the name of the thread.
    :returns: the running thread.
    """
    thread = threading.Thread(target=target, name=name, daemon=True)
    # A thread inherits the mask of the thread that starts it.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return thread
