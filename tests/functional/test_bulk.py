# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Long work of the bulk modules, as a person meets it: where it stands, and what becomes of it when it is ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.emulator.client import Control
from tests.harness import execution_modes
from tests.harness.emulator import RunningEmulator
from tests.harness.execution_modes import AS_MODULE, ON_CONTROLLER
from tests.harness.playbook import Part, Result, RunPlaybook, run_parts, written

MODULE = "community.twilio.twilio_conversations_users"
USERS = 200
LATENCY = 0.1
# So many users have been written when something happens: the work has begun, and is far from its end.
SOME = 20
# In seconds. The processes have to end in this time, and nothing may be written after it.
SOON = 20
PROGRESS = re.compile(
    re.escape(MODULE) + r": (\d+) of (\d+) users written, (\d+\.\d) a second, about (\d+) s left", re.MULTILINE
)


def bulk(emulator: RunningEmulator, users: int = USERS, **options: Any) -> str:
    """A task that takes long: two requests at once, each of the emulator's latency.

    Its result repeats the users, and is larger than what a pipe holds (64 KiB on Linux).
    """
    entries = [{"identity": f"user-{number:03}", "attributes": {"text": "x" * 500}} for number in range(users)]
    options = {"service_sid": emulator.service_sid, "users": entries, "concurrency": 2, **options}
    return json.dumps([{"name": "Many", MODULE: {**options, "writes_per_second": 0}}])


def writes(emulator: Control) -> list[dict[str, Any]]:
    return [request for request in emulator.requests() if request["method"] != "GET"]


@pytest.fixture
def slow(emulator: RunningEmulator) -> Iterator[RunningEmulator]:
    emulator.settings(latency=LATENCY)
    yield emulator
    emulator.settings(latency=0)


def stop_ignoring_signals() -> None:
    """Undo what a process inherits that was started in the background of a shell, or by nohup."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Started:
    """An ansible-playbook that runs, and all that it has started."""

    def __init__(self, process: subprocess.Popen[str], results: Path, log: Path) -> None:
        self.process = process
        self._log = log
        self._results = results
        self.others: list[psutil.Process] = []

    def look(self) -> None:
        """See which processes there are now."""
        self.others = psutil.Process(self.process.pid).children(recursive=True)
        assert self.others

    def module(self) -> psutil.Process:
        """The process of the module itself, without the shells that have started it."""
        return next(each for each in self.others if "AnsiballZ_" in each.cmdline()[1] and not each.children())

    def result(self) -> Result:
        """Wait for its end."""
        stdout, stderr = self.process.communicate(timeout=180)
        lines = self._results.read_text().splitlines() if self._results.is_file() else []
        return Result(self.process.returncode, stdout, stderr, [json.loads(line) for line in lines])

    def logged(self) -> dict[str, Any]:
        """What the task has left in Ansible's log file, when nobody was there any more to read its result."""
        begin = f" {MODULE}: {{"
        (line,) = (line for line in self._log.read_text().splitlines() if begin in line)
        logged: dict[str, Any] = json.loads(line[line.index(begin) + len(begin) - 1 :])
        return logged

    def ended(self, seconds: float) -> bool:
        """Whether nothing of it runs any more, in these seconds."""
        _gone, alive = psutil.wait_procs(self.others, timeout=seconds)
        return not alive


Start = Callable[..., Started]


@pytest.fixture
def start(
    tmp_path: Path, ansible_environment: dict[str, str], emulator: RunningEmulator, execution_mode: str
) -> Iterator[Start]:
    """Start ansible-playbook, and go on when it has written some users."""
    running: list[Started] = []
    results = tmp_path / "results-interrupted.jsonl"

    def begin(tasks: str, is_under_way: Callable[[], bool] = lambda: len(writes(emulator)) >= SOME) -> Started:
        files = {"TEST_RESULTS_FILE": str(results), "ANSIBLE_LOG_PATH": str(tmp_path / "ansible.log")}
        environment = {**ansible_environment, **emulator.environment, **files}
        switch = json.dumps({"community_twilio_in_process": execution_mode == ON_CONTROLLER})
        process = subprocess.Popen(
            ["ansible-playbook", str(written(tasks, tmp_path)), "--extra-vars", switch],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=stop_ignoring_signals,
        )
        started = Started(process, results, tmp_path / "ansible.log")
        running.append(started)
        deadline = time.monotonic() + 180
        while not is_under_way():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        started.look()
        return started

    yield begin
    for each in running:
        for process in each.others:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        each.process.kill()
        each.process.communicate(timeout=180)


def check_that_it_converges(run_playbook: RunPlaybook, emulator: RunningEmulator, done: int | None = None) -> None:
    """What was left is done by another run, and a third one finds nothing to do."""
    emulator.settings(latency=0)
    before = len(emulator.users(emulator.service_sid))
    assert SOME - 2 <= before < USERS
    if done is not None:
        assert before == done
    emulator.clear_requests()
    again, third = (Part(emulator, name, json.loads(bulk(emulator))) for name in ("Again", "A third time"))
    run_parts(run_playbook, [again, third], check_rc=True)
    assert again.result.of("Many")["summary"] == {
        "created": USERS - before,
        "updated": 0,
        "deleted": 0,
        "unchanged": before,
        "failed": 0,
    }
    assert len(writes(again)) == USERS - before
    assert third.result.of("Many")["changed"] is False
    assert third.result.of("Many")["summary"]["unchanged"] == USERS
    assert len(writes(third)) == USERS - before


# Where it stands


def test_progress(run_playbook: RunPlaybook, slow: RunningEmulator) -> None:
    """On the controller a line every five seconds on standard error; as a module none; and the same result."""
    results = {}
    for mode in (ON_CONTROLLER, AS_MODULE):
        slow.reset()
        slow.settings(latency=LATENCY)
        switch = json.dumps({"community_twilio_in_process": mode == ON_CONTROLLER})
        callback = {"ANSIBLE_STDOUT_CALLBACK": "as_json"}
        # Twenty in a second, so that seven seconds.
        result = run_playbook(bulk(slow, 140), "--extra-vars", switch, env=callback, check_rc=True)
        # A person's eyes may be on standard error, but what reads standard output finds nothing but JSON there.
        assert json.loads(result.stdout)["Many"]["summary"]["created"] == 140
        lines = PROGRESS.findall(result.stderr)
        assert len(lines) == (1 if mode == ON_CONTROLLER else 0), result.stderr
        assert result.stderr.count("users written") == len(lines)
        results[mode] = result
    count, total, rate, left = PROGRESS.findall(results[ON_CONTROLLER].stderr)[0]
    assert 0 < int(count) < int(total) == 140
    assert float(left) == pytest.approx((140 - int(count)) / float(rate), abs=1)
    assert execution_modes.differences(results[ON_CONTROLLER].events, results[AS_MODULE].events) == []


def test_progress_is_told_while_the_task_runs(
    ansible_environment: dict[str, str], slow: RunningEmulator, tmp_path: Path
) -> None:
    slow.settings(latency=0.15)
    process = subprocess.Popen(
        ["ansible-playbook", str(written(bulk(slow, 120), tmp_path))],
        env={**ansible_environment, **slow.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        told = next((line for line in process.stderr if PROGRESS.match(line)), None)
        assert told is not None
        assert len(writes(slow)) < 120
    finally:
        # Closed too early, another line of progress would end in a broken pipe.
        process.communicate(timeout=180)
    assert process.returncode == 0
    assert len(slow.users(slow.service_sid)) == 120


# What becomes of it when it is ended


@pytest.mark.parametrize("execution_mode", [AS_MODULE], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_module_that_is_told_to_stop(
    start: Start, run_playbook: RunPlaybook, slow: RunningEmulator, number: signal.Signals
) -> None:
    started = start(bulk(slow))
    started.module().send_signal(number)
    result = started.result()
    assert result.rc == 2
    task = result.of("Many")
    done = len(slow.users(slow.service_sid))
    # What was under way was waited for, and is told.
    assert task["summary"] == {"created": done, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}
    assert [entry["identity"] for entry in task["results"]] == [f"user-{index:03}" for index in range(done)]
    assert task["changed"] is True
    assert task["msg"] == (
        f"{USERS - done} users not begun (it was told to stop ({number.name})); run the task again to finish"
    )
    assert [request["status"] for request in writes(slow)] == [201] * done
    check_that_it_converges(run_playbook, slow, done)


@pytest.mark.parametrize("execution_mode", [ON_CONTROLLER, AS_MODULE], indirect=True)
@pytest.mark.parametrize("to_all", [False, True], ids=["to it alone", "to its group"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_ansible_playbook_is_told_to_stop(
    start: Start,
    slow: RunningEmulator,
    number: signal.Signals,
    to_all: bool,
    execution_mode: str,
) -> None:
    """By a person at a terminal (a signal to the group) or a cancelled job."""
    started = start(bulk(slow))
    (os.killpg if to_all else os.kill)(started.process.pid, number)
    result = started.result()
    assert result.rc != 0
    check_that_nothing_goes_on(started, slow)
    if execution_mode == ON_CONTROLLER:
        check_the_log(started, slow)
    assert SOME - 2 <= len(slow.users(slow.service_sid)) < USERS


def check_the_log(started: Started, emulator: RunningEmulator) -> None:
    logged = started.logged()
    done = len(emulator.users(emulator.service_sid))
    assert logged["summary"] == {"created": done, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}
    assert logged["msg"].startswith(f"{USERS - done} users not begun (")


def check_that_nothing_goes_on(started: Started, emulator: RunningEmulator) -> None:
    assert started.ended(SOON)
    count = len(writes(emulator))
    assert count < USERS / 2
    time.sleep(5 * LATENCY)
    assert len(writes(emulator)) == count


# SIGHUP comes when a terminal is closed. The workers of ansible-core 2.19 and newer have a session of their own.
@pytest.mark.parametrize(
    ("execution_mode", "number"),
    [(ON_CONTROLLER, signal.SIGKILL), (AS_MODULE, signal.SIGKILL), (AS_MODULE, signal.SIGHUP)],
    indirect=["execution_mode"],
    ids=["on the controller", "as a module", "SIGHUP"],
)
def test_ansible_playbook_is_killed(
    start: Start, run_playbook: RunPlaybook, slow: RunningEmulator, number: signal.Signals, execution_mode: str
) -> None:
    """What it has started outlives it, and sees that it is gone."""
    started = start(bulk(slow))
    started.process.send_signal(number)
    check_that_nothing_goes_on(started, slow)
    if execution_mode == ON_CONTROLLER:
        check_the_log(started, slow)
        check_that_it_converges(run_playbook, slow)


@pytest.mark.parametrize("execution_mode", [ON_CONTROLLER, AS_MODULE], indirect=True)
def test_ansible_playbook_is_killed_during_a_loop(start: Start, emulator: RunningEmulator, execution_mode: str) -> None:
    """No other item is begun. The results of the items, which nobody reads, are larger than what a pipe holds."""
    user = {"service_sid": emulator.service_sid, "identity": "user-{{ item }}", "attributes": {"text": "x" * 8000}}
    each = {"name": "Each", "community.twilio.twilio_conversations_user": user, "loop": list(range(USERS))}
    begun = SOME if execution_mode == ON_CONTROLLER else 2
    started = start(json.dumps([each]), lambda: len(writes(emulator)) >= begun)
    if execution_mode == ON_CONTROLLER:
        # The pipe is full then, and the worker process waits in the middle of a result.
        started.process.send_signal(signal.SIGSTOP)
        time.sleep(1)
    started.process.kill()
    check_that_nothing_goes_on(started, emulator)


@pytest.mark.parametrize("execution_mode", [AS_MODULE], indirect=True)
def test_a_module_whose_parent_is_killed(start: Start, slow: RunningEmulator) -> None:
    started = start(bulk(slow))
    module = started.module()
    parent = module.parent()
    assert parent is not None
    parent.kill()
    module.wait(timeout=10 * SOON)
    count = len(writes(slow))
    assert count < USERS / 2
    time.sleep(5 * LATENCY)
    assert len(writes(slow)) == count


@pytest.mark.parametrize("execution_mode", [AS_MODULE], indirect=True)
def test_a_module_ends_when_the_time_of_its_task_is_over(start: Start, slow: RunningEmulator) -> None:
    """Ansible leaves the module alone, which would write on beside the following tasks."""
    (task,) = json.loads(bulk(slow, 4 * USERS))
    following = {"ansible.builtin.pause": {"seconds": SOON}}
    # The module has to have begun by then, also on a busy machine.
    tasks = [{**task, "timeout": 8, "ignore_errors": True}, following]
    started = start(json.dumps(tasks), lambda: len(writes(slow)) >= 2)
    assert started.ended(SOON)
    count = len(writes(slow))
    assert count < 3 * USERS
    time.sleep(5 * LATENCY)
    assert len(writes(slow)) == count
    # The following task is still running.
    assert started.process.poll() is None


@pytest.mark.parametrize("execution_mode", [ON_CONTROLLER], indirect=True)
def test_ansible_playbook_is_killed_while_users_are_read(start: Start, slow: RunningEmulator) -> None:
    slow.settings(latency=0.5)
    others = [{"identity": f"other-{number:03}"} for number in range(USERS)]
    slow.seed({"services": [{"sid": slow.service_sid, "users": others}]})
    started = start(bulk(slow, prune=True), lambda: len(slow.requests()) >= 2)
    started.process.kill()
    slow.settings(latency=0.01)
    assert started.ended(10 * SOON)
    assert writes(slow) == []


@pytest.mark.parametrize("execution_mode", [ON_CONTROLLER, AS_MODULE], indirect=True)
def test_everything_is_killed(start: Start, run_playbook: RunPlaybook, slow: RunningEmulator) -> None:
    started = start(bulk(slow))
    started.process.kill()
    for process in started.others:
        process.kill()
    check_that_nothing_goes_on(started, slow)
    check_that_it_converges(run_playbook, slow)
