# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run jobs in a pool of threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

# How often the calling thread polls for signals, and for progress to report.
POLL_SECONDS = 0.25


def run_jobs(
    jobs: Sequence[T],
    run: Callable[[T], None],
    concurrency: int,
    is_stopped: Callable[[], bool],
    stop: Callable[[], None],
    poll: Callable[[], None],
) -> None:
    """Run jobs concurrently, started in order. Return when all are done, or all started ones after a stop.

    :param jobs: the jobs.
    :param run: runs one job.
    :param concurrency: the maximum number of concurrent jobs.
    :param is_stopped: returns whether no further job may start.
    :param stop: called when a job or ``poll`` raises an exception, to prevent further jobs.
    :param poll: called regularly in the calling thread.
    :raises Exception: the exception of a job, after the started jobs are done.
    """
    pending = iter(jobs)
    lock = threading.Lock()

    def work() -> None:
        while not is_stopped():
            with lock:
                job = next(pending, None)
            if job is None:
                return
            run(job)

    if not jobs:
        return
    count = min(concurrency, len(jobs))
    with ThreadPoolExecutor(count) as pool:
        try:
            left = {pool.submit(work) for _number in range(count)}
            while left:
                finished, left = wait(left, POLL_SECONDS, FIRST_EXCEPTION)
                for worker in finished:
                    worker.result()
                poll()
        except BaseException:
            stop()
            raise
