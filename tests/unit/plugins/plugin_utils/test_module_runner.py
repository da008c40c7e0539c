# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import json
import os
import signal
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import (
    ModuleDefinition,
    ModuleError,
    TaskContext,
)
from ansible_collections.community.twilio.plugins.plugin_utils import _module_runner
from ansible_collections.community.twilio.plugins.plugin_utils._definitions import DEFINITIONS, find_definition
from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import TaskSettings, run_module, to_plain

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
SECRET = "secretThatNobodyMaySee"

Run = Callable[[Mapping[str, Any], TaskContext], dict[str, Any]]


def settings(**changes: Any) -> TaskSettings:
    values: dict[str, Any] = {
        "action": "community.twilio.example",
        "check_mode": False,
        "diff_mode": False,
        "no_log": False,
        "environment": {},
        "folder": os.getcwd(),
        "show_invocation": False,
        "display": print,
        "display_attempt": print,
    }
    return TaskSettings(**{**values, **changes})


def definition(run: Run, list_option: str | None = None, **more: Any) -> ModuleDefinition:
    def spec(environment: Mapping[str, str]) -> dict[str, Any]:
        options = {
            "name": {"type": "str"},
            "secret": {"type": "str", "no_log": True},
            "path": {"type": "path"},
            "outer": {"type": "dict", "options": {"number": {"type": "int"}}},
            "entries": {"type": "list", "elements": "dict"},
            "account_sid": {"type": "str"},
        }
        return {"argument_spec": options, "supports_check_mode": True, **more}

    return ModuleDefinition(spec, lambda arguments, _environment: arguments, run, list_option)


def never(_arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
    raise AssertionError("the module was run")


def echo(arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
    return {"seen": dict(arguments)}


def test_every_module_is_found_by_its_names() -> None:
    assert set(DEFINITIONS) == {path.stem for path in PLUGINS.glob("modules/twilio_*.py")}
    for name, found in DEFINITIONS.items():
        module = import_module(f"ansible_collections.community.twilio.plugins.modules.{name}")
        assert found in vars(module).values()
        assert find_definition(name) is find_definition(f"community.twilio.{name}") is found


@pytest.mark.parametrize("name", ["twilio_chat", "other.twilio.twilio_chat_user", "community.twilio", ""])
def test_no_other_name_is_a_module(name: str) -> None:
    assert find_definition(name) is None


def test_arguments_become_plain() -> None:
    class Text(str):
        __slots__ = ()

    class Vault:
        def __str__(self) -> str:
            return "decrypted"

    given = {
        Text("text"): Text("ž"),
        "vault": Vault(),
        "date": datetime.date(2026, 11, 27),
        "time": datetime.datetime(2026, 11, 27, 1, 2, 3),
        "list": [1, 1.5, None, True],
    }
    plain = to_plain(given)
    assert plain["text"] == "ž"
    assert {type(key) for key in plain} == {type(plain["text"])} == {str}
    assert plain["vault"] == "decrypted"
    # As ansible-core passes them to a module.
    assert (plain["date"], plain["time"]) == ("2026-11-27", "2026-11-27T01:02:03")
    assert plain["list"] == [1, 1.5, None, True]


def test_the_result_and_what_the_module_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").touch()
    monkeypatch.setenv("OUTER", "outer")
    before = dict(os.environ), os.getcwd()

    def run(arguments: Mapping[str, Any], context: TaskContext) -> dict[str, Any]:
        return {
            "modes": [context.check_mode, context.diff_mode],
            "environment": [context.environment["OUTER"], context.environment["INNER"], os.environ["INNER"]],
            "path": arguments["path"],
            "is_here": os.path.exists("here"),
        }

    result = run_module(
        definition(run),
        {"path": "$INNER/x"},
        settings(check_mode=True, environment={"INNER": "inner"}, folder=str(tmp_path)),
    )
    assert result == {
        "modes": [True, False],
        "environment": ["outer", "inner", "inner"],
        "path": "inner/x",
        "is_here": True,
    }
    assert (dict(os.environ), os.getcwd()) == before


def test_the_environment_is_restored_after_a_crash(tmp_path: Path) -> None:
    before = dict(os.environ), os.getcwd()

    class Timeout(BaseException):
        """As ansible-core's, which no module may catch."""

    def run(_arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        raise Timeout

    with pytest.raises(Timeout):
        run_module(definition(run), {}, settings(environment={"INNER": "inner"}, folder=str(tmp_path)))
    assert (dict(os.environ), os.getcwd()) == before


def test_a_failure() -> None:
    def run(_arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        raise ModuleError("It went wrong", status=400, changed=True)

    assert run_module(definition(run), {}, settings()) == {
        "failed": True,
        "msg": "It went wrong",
        "status": 400,
        "changed": True,
    }


def test_a_bug_is_called_a_bug() -> None:
    def run(arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        raise RuntimeError("with " + arguments["secret"])

    result = run_module(definition(run), {"secret": SECRET}, settings())
    assert result["msg"].startswith("This is a bug in community.twilio: RuntimeError: with ")
    assert "RuntimeError" in result["exception"]
    assert SECRET not in json.dumps(result)


@pytest.mark.parametrize("given", [SECRET, 1234567890123456, [SECRET], {"a": [SECRET]}])
def test_a_secret_is_in_no_output(given: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def run(arguments: Mapping[str, Any], context: TaskContext) -> dict[str, Any]:
        for report in (context.report_progress, context.report_attempt):
            assert report is not None
            report(f"with {arguments['secret']}")
        return {"changed": True, "a": {"b": [f"with {arguments['secret']}"]}}

    # As text, it may stand in another place too.
    result = run_module(definition(run), {"secret": given, "name": SECRET}, settings(show_invocation=True))
    printed = capsys.readouterr().out
    if isinstance(given, (str, int)):
        assert result["changed"] is True
        assert printed.startswith("community.twilio.example: with ")
    else:
        assert "secret: must be text" in result["msg"]
    assert ("1234567890123456" if isinstance(given, int) else SECRET) not in json.dumps(result) + printed
    assert "invocation" in result


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_credential_of_the_environment_is_in_no_output(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_SECRET", SECRET)
    result = run_module(DEFINITIONS[name], {"auth_token": SECRET * 2}, settings(show_invocation=True))
    assert result["failed"] is True
    assert set(result["invocation"]["module_args"]) > {"auth_token", "api_secret"}
    assert SECRET not in json.dumps(result)


def test_every_secret_option_is_text() -> None:
    # Others would have to be looked for in lists of dictionaries, and by their aliases.
    def check(options: Mapping[str, Any], top: bool) -> None:
        for name, option in options.items():
            assert "aliases" not in option, name
            assert not option.get("no_log") or (top and option["type"] == "str"), name
            assert option["type"] == "dict" or "options" not in option, name
            check(option.get("options", {}), False)

    for each in DEFINITIONS.values():
        check(each.spec({})["argument_spec"], True)


def test_a_misplaced_secret_is_in_no_output() -> None:
    result = run_module(definition(echo), {"account_sid": SECRET}, settings(show_invocation=True))
    assert SECRET not in json.dumps(result)


def test_what_is_null_is_not_given() -> None:
    spec: dict[str, Any] = {"required_one_of": [("name", "secret")], "mutually_exclusive": [("name", "secret")]}
    seen = run_module(definition(echo, **spec), {"name": "x", "secret": None}, settings())["seen"]
    assert (seen["name"], seen["secret"]) == ("x", None)
    message = run_module(definition(never, **spec), {"name": None, "secret": None}, settings())["msg"]
    assert message == "one of the following is required: name, secret"


def test_all_errors_are_reported() -> None:
    wrong = {"name": [7], "entries": ["x"], "outer": 5, "nme": 1}
    message = run_module(definition(never, "entries"), wrong, settings())["msg"]
    for part in (
        "entries[0] is 'x'",
        "outer is '5'",
        "Unsupported parameters: nme.",
        "name: must be text, got a list",
    ):
        assert part in message


def test_an_unknown_option_is_reported_as_by_a_module() -> None:
    message = run_module(definition(never), {"nme": 1}, settings())["msg"]
    assert message.startswith("Unsupported parameters for (community.twilio.example) module: nme. Supported ")


def test_one_item_of_a_loop_leaves_nothing_for_the_next() -> None:
    shared: dict[str, Any] = {"outer": {"type": "dict", "options": {"number": {"type": "int"}}}}
    module = ModuleDefinition(lambda _environment: {"argument_spec": shared}, lambda given, _environment: given, echo)
    assert run_module(module, {"outer": 5}, settings())["msg"].endswith(": outer is '5'")
    assert run_module(module, {"outer": {"number": "5"}}, settings())["seen"] == {"outer": {"number": 5}}


@pytest.mark.parametrize(("count", "repeated"), [(100, True), (101, False)])
def test_a_long_list_is_counted_in_the_invocation(count: int, repeated: bool) -> None:
    entries = [{"number": number} for number in range(count)]
    result = run_module(
        definition(echo, "entries"), {"entries": entries, "secret": SECRET}, settings(show_invocation=True)
    )
    shown = result["invocation"]["module_args"]
    assert shown["entries"] == (entries if repeated else f"{count} entries")
    assert shown["secret"] not in (None, SECRET)
    assert len(result["seen"]["entries"]) == count


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Let a signal that the process sends to itself end the test's call only; return the signals."""
    sent: list[tuple[int, int]] = []

    def kill(process: int, number: int) -> None:
        assert signal.getsignal(number) == signal.SIG_DFL
        sent.append((process, number))
        raise Ended

    monkeypatch.setattr(os, "kill", kill)
    return sent


@pytest.fixture
def handlers() -> Any:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_task_that_a_signal_has_stopped_ends_the_process(
    ends: list[Any], number: int, caplog: pytest.LogCaptureFixture
) -> None:
    def run(arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        failure = ModuleError(f"stopped with {arguments['secret']}", summary={"created": 1})
        failure.signal = number
        raise failure

    with pytest.raises(Ended):
        run_module(definition(run), {"secret": SECRET}, settings())
    assert ends == [(os.getpid(), number)]
    (record,) = caplog.records
    assert record.name == "ansible"
    assert record.getMessage().startswith('community.twilio.example: {"summary": {"created": 1}, "msg": "stopped with ')
    assert SECRET not in record.getMessage()


@pytest.mark.usefixtures("handlers", "ends")
@pytest.mark.parametrize("secret", ['quo"te\\d-secret', "sécret-žž"])
def test_a_secret_that_json_escapes_is_not_in_the_log(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    def run(arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        failure = ModuleError(f"stopped with {arguments['secret']}")
        failure.signal = signal.SIGTERM
        raise failure

    with pytest.raises(Ended):
        run_module(definition(run), {"secret": secret}, settings())
    (record,) = caplog.records
    assert json.dumps(secret)[1:-1] not in record.getMessage()
    assert "stopped with " in record.getMessage()


@pytest.mark.usefixtures("handlers", "ends")
def test_with_no_log_a_task_that_a_signal_has_stopped_writes_nothing(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def run(_arguments: Mapping[str, Any], context: TaskContext) -> dict[str, Any]:
        assert (context.report_progress, context.report_attempt) == (None, None)
        failure = ModuleError("Could not update user 'alice'", summary={"failed": 1})
        failure.signal = signal.SIGTERM
        raise failure

    with pytest.raises(Ended):
        run_module(definition(run), {}, settings(no_log=True))
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("handlers")
def test_a_process_whose_parent_has_ended_begins_nothing(ends: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    gone = SimpleNamespace(pid=os.getppid() + 1)
    monkeypatch.setattr(_module_runner.multiprocessing, "parent_process", lambda: gone)
    begun: list[Any] = []

    def run(arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        begun.append(arguments)
        return {}

    with pytest.raises(Ended):
        run_module(definition(run), {}, settings())
    assert ends == [(os.getpid(), signal.SIGTERM)]
    assert begun == []


@pytest.mark.usefixtures("handlers")
def test_a_process_whose_parent_ends_meanwhile_returns_nothing(
    ends: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = SimpleNamespace(pid=os.getppid())
    monkeypatch.setattr(_module_runner.multiprocessing, "parent_process", lambda: parent)

    def run(_arguments: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        parent.pid += 1
        return {}

    with pytest.raises(Ended):
        run_module(definition(run), {}, settings())
    assert ends == [(os.getpid(), signal.SIGTERM)]


def test_the_parent_is_watched_once_in_each_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(_module_runner, "_watched", None)
    monkeypatch.setattr(_module_runner.ReaderWatch, "start", lambda _watch: started.append(os.getpid()))
    # The main process of Ansible, or of a test.
    monkeypatch.setattr(_module_runner.multiprocessing, "parent_process", lambda: None)
    _module_runner.watch_parent()
    assert started == []
    monkeypatch.setattr(_module_runner.multiprocessing, "parent_process", lambda: SimpleNamespace(pid=os.getppid()))
    own = os.getpid()
    for process in (own, own, own + 1):
        monkeypatch.setattr(os, "getpid", lambda process=process: process)
        _module_runner.watch_parent()
    assert started == [own, own + 1]
