# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which execution mode a task runs, and how it behaves on the controller."""

from __future__ import annotations

import configparser
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.functional.conftest import PLUGINS
from tests.harness.emulator import RunningEmulator
from tests.harness.execution_modes import AS_MODULE, ON_CONTROLLER, Watch
from tests.harness.paths import ROOT, link_tree
from tests.harness.playbook import Part, Result, RunPlaybook, run_parts, written

MODULE = "community.twilio.twilio_conversations_user"
Requests = list[dict[str, Any]]


@pytest.fixture
def watch(emulator: RunningEmulator) -> Iterator[Watch]:
    # Long enough that no request is missed.
    emulator.settings(latency=0.3)
    yield Watch(int(emulator.ready["port"]))
    emulator.settings(latency=0)


@pytest.fixture
def measured(ansible_environment: dict[str, str], tmp_path: Path) -> None:
    """Measure what ansible-playbook reaches of the plugins, where the session says to which file that goes."""
    settings = configparser.ConfigParser()
    settings["run"] = {
        "branch": "true",
        "concurrency": "multiprocessing",
        # Under either name, and not in the archive with which ansible-core starts a module.
        "include": f"{link_tree()}/*, {ROOT}/plugins/*",
        "parallel": "true",
    }
    path = tmp_path / "coverage.ini"
    with path.open("w") as file:
        settings.write(file)
    if "COVERAGE_FILE" in ansible_environment:
        ansible_environment["COVERAGE_PROCESS_START"] = str(path)


def task(name: str = "Ask", ca_path: str | None = None, identity: str = "a", **more: Any) -> dict[str, Any]:
    options = {"service_sid": "{{ lookup('env', 'TWILIO_SERVICE_SID') }}", "identity": identity}
    return {"name": name, MODULE: {**options, **({"ca_path": ca_path} if ca_path else {})}, **more}


def play(*tasks: Mapping[str, Any], **more: Any) -> str:
    return str([{"name": "Test", "hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **more}])


@pytest.fixture
def sudo(tmp_path: Path) -> Path:
    """A become executable that needs no password, becomes no one, and passes no environment variables on, as sudo."""
    path = tmp_path / "sudo"
    path.write_text('#!/bin/sh\nwhile [ "$1" != /bin/sh ]; do shift; done\nexec env -i "PATH=$PATH" "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_local_task_runs_on_the_controller(run_playbook: RunPlaybook, watch: Watch, tmp_path: Path) -> None:
    """Also one that is delegated to here."""
    inventory = tmp_path / "hosts"
    inventory.write_text("far ansible_host=203.0.113.1 ansible_connection=ssh\n")
    delegated = play(task("Delegated", delegate_to="localhost")).replace("'hosts': 'localhost'", "'hosts': 'far'")
    with watch:
        run = run_playbook(f"{play(task())[:-1]}, {delegated[1:]}", "--inventory", str(inventory), check_rc=True)
    assert watch.modes() == {ON_CONTROLLER}
    assert [run.of(name)["action"] for name in ("Ask", "Delegated")] == ["created", "none"]


@pytest.mark.usefixtures("measured")
def test_a_task_that_may_not_run_on_the_controller_runs_as_a_module(run_playbook: RunPlaybook, watch: Watch) -> None:
    cases: dict[str, dict[str, Any]] = {
        "switched off": {"vars": {"community_twilio_in_process": False}},
        "switched off by a template": {"vars": {"community_twilio_in_process": "{{ 'no' }}"}},
        "async": {"async": 30, "poll": 1},
        "another connection": {"vars": {"ansible_connection": "elsewhere"}},
    }
    tasks = [task(name, identity=name, **more) for name, more in cases.items()]
    with watch:
        environment = {"ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS / "connection")}
        result = run_playbook(play(*tasks), env=environment, check_rc=True)
    assert watch.modes() == {AS_MODULE}
    assert [result.of(name)["action"] for name in cases] == ["created"] * len(cases)


@pytest.mark.usefixtures("measured")
def test_how_it_behaves(run_playbook: RunPlaybook, emulator: RunningEmulator) -> None:
    parts = {
        check: Part(emulator, check.__name__, tasks, ignore_errors=True, **keywords)
        for check, tasks, keywords in (
            (check_every_way_to_call_a_module, *every_way_to_call_a_module(emulator)),
            (check_a_switch_that_is_no_boolean, [task(vars={"community_twilio_in_process": "perhaps"})], {}),
            (check_the_items_of_a_loop, [task(loop=[1, 2, 3])], {}),
            (check_different_credentials, different_credentials(), {}),
            (check_the_environment, the_environment(), {"vars": {"right": emulator.ready["auth_token"]}}),
        )
    }
    for part in parts.values():
        part.reset()
    run = run_parts(run_playbook, list(parts.values()), "-v", check_rc=True)
    assert "as a module" not in run.output
    for check, part in parts.items():
        check(part.result, part.requests())


def every_way_to_call_a_module(emulator: RunningEmulator) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    identity, service = {"identity": "a"}, {"service_sid": emulator.service_sid}
    tasks: list[dict[str, Any]] = [
        {"name": "Full name", MODULE: identity},
        {"name": "Short name", "twilio_chat_user": {"identity": "b"}},
        {"name": "As an action", "action": "twilio_conversations_user_info", "args": identity},
        {"name": "As a template", "action": "{{ prefix }}_user_info", "args": {"limit": 5}},
    ]
    defaults = {
        "group/community.twilio.twilio": service,
        "community.twilio.twilio_conversations_user": {"friendly_name": "By default"},
        "community.twilio.twilio_chat_user_info": {"limit": 1},
    }
    keywords = {
        "collections": ["community.twilio"],
        "module_defaults": defaults,
        "vars": {"prefix": "community.twilio.twilio_chat"},
    }
    return tasks, keywords


def check_every_way_to_call_a_module(result: Result, _requests: Requests) -> None:
    assert result.of("Full name")["user"]["friendly_name"] == "By default"
    assert result.of("Short name")["user"]["friendly_name"] == ""
    assert [user["identity"] for user in result.of("As an action")["users"]] == ["a"]
    assert len(result.of("As a template")["users"]) == 2


def check_a_switch_that_is_no_boolean(result: Result, requests: Requests) -> None:
    assert result.of("Ask")["msg"].endswith("community_twilio_in_process: must be a boolean, got 'perhaps'")
    assert requests == []


def check_the_items_of_a_loop(_result: Result, requests: Requests) -> None:
    """They share a connection."""
    assert [request["method"] for request in requests] == ["GET", "POST", "GET", "GET"]
    assert len({request["connection"] for request in requests}) == 1


def different_credentials() -> list[dict[str, Any]]:
    each = task(loop=["{{ lookup('env', 'TWILIO_AUTH_TOKEN') }}", "wrong-token-wrong-token"])
    each[MODULE]["auth_token"] = "{{ item }}"
    return [each]


def check_different_credentials(_result: Result, requests: Requests) -> None:
    """They never share a connection."""
    statuses = {request["connection"]: request["status"] for request in requests}
    assert sorted(statuses.values()) == [201, 401]


def the_environment() -> list[dict[str, Any]]:
    wrong = {"TWILIO_AUTH_TOKEN": "wrong-token-wrong-token", "NUMBER": 1}
    token = {"TWILIO_AUTH_TOKEN": "{{ item }}"}
    return [
        task("Wrong", environment=wrong),
        task("Right"),
        task("Empty", environment={"TWILIO_AUTH_TOKEN": ""}),
        task("Each", environment=token, loop=["no" * 16, "{{ right }}"], register="r"),
    ]


def check_the_environment(result: Result, _requests: Requests) -> None:
    """That of a task is its own."""
    assert result.of("Wrong")["code"] == 20003
    assert result.of("Right")["action"] == "created"
    assert result.of("Empty")["msg"].startswith("auth_token: is missing")
    assert [item.get("code") for item in result.of("Each")["results"]] == [20003, None]


@pytest.mark.usefixtures("measured")
def test_with_become_it_runs_as_a_module_without_the_environment(
    run_playbook: RunPlaybook, watch: Watch, emulator: RunningEmulator, sudo: Path
) -> None:
    names = ("account_sid", "auth_token", "api_base_url")
    given = {name: "{{ lookup('env', 'TWILIO_" + name.upper() + "') }}" for name in names}
    # Becoming oneself is nothing to Ansible.
    become: dict[str, Any] = {"become": True, "become_user": "nobody", "vars": {"ansible_become_exe": str(sudo)}}
    with_options = task("With options", **become)
    with_options[MODULE].update(given)
    with watch:
        result = run_playbook(
            play(
                with_options,
                task("Without", **become, ignore_errors=True),
                task("Without become", environment={"TWILIO_AUTH_TOKEN": ""}, ignore_errors=True),
            )
        )
    assert AS_MODULE in watch.modes()
    assert result.of("With options")["action"] == "created"
    assert result.of("Without")["msg"].endswith(
        " TWILIO_CLIENT_SECRET). Ansible's own environment has TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, but these are"
        " not set for the become user; give the options, or run the task with become: false"
    )
    assert result.stdout.count("but these are not set") == result.output.count("but these are not set") > 0
    assert "Ansible's own" not in result.of("Without become")["msg"]


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ("without-sdk", "Failed to import the required Python library (twilio >= "),
        ("without-name", "ImportError: cannot import name 'ArgumentSpecValidator'"),
    ],
)
def test_where_it_cannot_be_set_up_the_task_runs_as_a_module(
    run_playbook: RunPlaybook, watch: Watch, wish: str, reason: str
) -> None:
    with watch:
        environment = {"PYTHONPATH": str(PLUGINS), "TEST_CONTROLLER": wish}
        result = run_playbook(play(task()), "-v", env=environment, check_rc=True)
    assert watch.modes() == {AS_MODULE}
    assert f"{MODULE}: runs as a module, not on the controller: {reason}" in result.output
    assert result.of("Ask")["action"] == "created"


def test_a_path_is_read_as_the_task_sees_it(run_playbook: RunPlaybook, tmp_path: Path) -> None:
    (tmp_path / "plays").mkdir()
    (tmp_path / "plays" / "ca.pem").touch()
    tasks = (
        task("Beside the playbook", ca_path="ca.pem"),
        task("By a variable", ca_path="$PLACE/ca.pem", environment={"PLACE": str(tmp_path / "plays")}),
        task("Nowhere", ca_path="$PLACE/ca.pem", ignore_errors=True),
    )
    modes = [play(*tasks, vars={"community_twilio_in_process": on_controller}) for on_controller in (True, False)]
    result = run_playbook(written(f"{modes[0][:-1]}, {modes[1][1:]}", tmp_path / "plays"), check_rc=True)
    assert [event["status"] for event in result.events] == ["ok", "ok", "ignored"] * 2
    for task_result in result.tasks[2::3]:
        assert task_result["msg"].startswith("ca_path: must be a file or a directory of CA certificates")


def test_a_crash_is_a_failed_task_and_not_a_dead_worker(run_playbook: RunPlaybook) -> None:
    result = run_playbook(
        play(task(ignore_errors=True), {"name": "Go on", "ansible.builtin.debug": {"msg": "here"}}),
        env={"PYTHONPATH": str(PLUGINS), "TEST_CONTROLLER": "crash"},
    )
    assert result.rc == 0, result.output
    assert result.of("Ask")["msg"].startswith("This is a bug in community.twilio: ZeroDivisionError")
    assert result.of("Go on")["msg"] == "here"


def test_a_playbook_without_the_collection_imports_nothing_for_it(run_playbook: RunPlaybook, tmp_path: Path) -> None:
    names = tmp_path / "imports"
    variables = {"PYTHONPATH": str(PLUGINS), "TEST_CONTROLLER": "imports", "TEST_IMPORTS_FILE": str(names)}
    nothing = {"name": "Nothing", "ansible.builtin.debug": {"msg": "here"}}
    run_playbook(play(nothing), env=variables, check_rc=True)
    without = set(names.read_text().split())
    assert not {name for name in without if name.split(".")[0] == "twilio" or "community.twilio" in name}
    run_playbook(play(task()), env=variables, check_rc=True)
    # In the parent, so that no worker has to do it again.
    assert "twilio.rest" in set(names.read_text().split())


def test_a_timeout_of_the_task_ends_a_request_under_way(run_playbook: RunPlaybook, emulator: RunningEmulator) -> None:
    emulator.fault("hang", {"method": "GET"}, seconds=60)
    began = time.monotonic()
    result = run_playbook(play(task(timeout=1, ignore_errors=True), task("Again")))
    assert time.monotonic() - began < 30
    # The second is how older ansible-cores put it.
    assert any(text in str(result.of("Ask")).lower() for text in ("timeout", "expected time frame"))
    assert result.of("Again")["action"] == "created"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_a_request_under_way(
    ansible_environment: dict[str, str], emulator: RunningEmulator, tmp_path: Path, number: signal.Signals
) -> None:
    emulator.fault("hang", {"method": "GET"}, seconds=60)
    process = subprocess.Popen(
        ["ansible-playbook", str(written(play(task()), tmp_path))],
        env={**ansible_environment, **emulator.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    parent = psutil.Process(process.pid)
    deadline = time.monotonic() + 180
    while not emulator.requests() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    children = parent.children(recursive=True)
    assert children
    began = time.monotonic()
    os.killpg(process.pid, number)
    process.communicate(timeout=180)
    assert time.monotonic() - began < 10
    _gone, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


def test_each_failed_attempt_is_shown_with_vvv_unless_the_task_has_no_log(
    run_playbook: RunPlaybook, emulator: RunningEmulator
) -> None:
    nobody: dict[str, Any] = {"ignore_errors": True, "environment": {"TWILIO_API_BASE_URL": "http://127.0.0.1:9"}}
    tasks = [task(identity="shown", **nobody), task(identity="hidden", **nobody, no_log=True)]
    for each in tasks:
        each[MODULE]["timeouts"] = {"read": 1}
    output = run_playbook(play(*tasks), "-vvv", env=emulator.environment, check_rc=True).output
    assert (
        f"{MODULE}: could not read user 'shown' in Conversations service {emulator.service_sid}: no connection"
        in output
    )
    assert "Connection refused; trying again in 0." in output
    assert "could not read user 'hidden'" not in output
