# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PREFIX = "ansible_collections.community.twilio.plugins.module_utils"

# While the main thread blocks the signal, the operating system gives it to any other thread that does not. In a process
# of its own, since pytest has threads too.
SCRIPT = f"""
import os, signal, sys, time
from {PREFIX}._converge.signals import ReaderWatch
from {PREFIX}._twilio.retry_reporter import RetryReporter

taken = []
signal.signal(signal.SIGINT, lambda number, frame: taken.append(number))
if sys.argv[1] == "watch":
    ReaderWatch(lambda: False).start()
else:
    RetryReporter(print).__enter__()
assert not signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
os.kill(os.getpid(), signal.SIGINT)
time.sleep(0.3)
assert signal.sigpending() == {{signal.SIGINT}}, "another thread took it"
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
assert taken == [signal.SIGINT]
"""


@pytest.mark.parametrize("thread", ["watch", "reporter"])
def test_signals_are_left_to_the_main_thread(thread: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, thread], env=environment, timeout=60, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
