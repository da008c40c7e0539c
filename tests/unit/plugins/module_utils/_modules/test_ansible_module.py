# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import inspect
import json
import os
import re
import socket
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible.module_utils import basic

from ansible_collections.community.twilio.plugins.module_utils._modules import ansible_module
from ansible_collections.community.twilio.plugins.module_utils._modules.base import (
    ModuleDefinition,
    ModuleError,
    TaskContext,
)
from ansible_collections.community.twilio.plugins.module_utils._modules.connection_options import connection_spec
from ansible_collections.community.twilio.plugins.module_utils._modules.user import FIELDS_SPEC
from ansible_collections.community.twilio.plugins.module_utils._twilio import sdk
from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import TaskSettings, run_module
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio

IN_SERVICE = "one of the following is required: service_sid, service"
BY_NAME = "one of the following is required: friendly_name, sid"
# What each module says that is given nothing.
SAYS = {
    "user": IN_SERVICE,
    "users": "missing required arguments: users",
    "user_info": IN_SERVICE,
    "service": BY_NAME,
    "service_info": "account_sid: is missing; ",
    "role": IN_SERVICE,
    "role_info": IN_SERVICE,
}
MODULES = {
    name: import_module(f"ansible_collections.community.twilio.plugins.modules.{name}")
    for product in ("chat", "conversations")
    for name in (f"twilio_{product}_{thing}" for thing in SAYS)
}
SECRET = "secretThatNobodyMaySee"

Run = Callable[..., dict[str, Any]]


def as_given(arguments: Mapping[str, Any], _environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Parse nothing."""
    return arguments


def main_of(function: Callable[[Mapping[str, Any], TaskContext], dict[str, Any]]) -> Callable[[], None]:
    """Return the main of a module that calls a function."""

    def spec(environment: Mapping[str, str]) -> dict[str, Any]:
        secret = {"type": "str", "no_log": True}
        return {"argument_spec": {"secret": secret, "name": {"type": "str"}}, "supports_check_mode": True}

    return lambda: ansible_module.run_module(ModuleDefinition(spec, as_given, function))


def test_a_result_is_printed(run: Run) -> None:
    result = run(main_of(lambda parameters, _context: {"changed": True, "name": parameters["name"]}), {"name": "alice"})
    assert (result["changed"], result["name"]) == (True, "alice")


def test_check_mode_diff_mode_and_environment_reach_the_module(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")

    def execute(_parameters: Mapping[str, Any], context: TaskContext) -> dict[str, Any]:
        return {"seen": [context.check_mode, context.diff_mode, context.environment["TWILIO_EDGE"]]}

    assert run(main_of(execute), {})["seen"] == [False, False, "dublin"]
    assert run(main_of(execute), {"_ansible_check_mode": True, "_ansible_diff": True})["seen"] == [True, True, "dublin"]


def test_a_failure_is_printed_with_what_is_known(run: Run) -> None:
    def execute(_parameters: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        raise ModuleError("It went wrong", status=400, code=20001)

    result = run(main_of(execute), {}, status=1)
    assert (result["failed"], result["msg"], result["status"], result["code"]) == (True, "It went wrong", 400, 20001)


def test_a_failure_shows_no_traceback(run: Run) -> None:
    def execute(_parameters: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        raise ModuleError("It went wrong")

    assert "exception" not in run(main_of(execute), {"_ansible_verbosity": 3}, status=1)


def test_a_bug_is_called_a_bug_and_shows_no_secret(run: Run) -> None:
    def execute(parameters: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        raise RuntimeError("with " + parameters["secret"])

    result = run(main_of(execute), {"secret": SECRET}, status=1)
    assert result["msg"].startswith("This is a bug in community.twilio: RuntimeError: with ")
    assert SECRET not in json.dumps(result)


def test_secrets_are_taken_out_of_results_and_failures(run: Run) -> None:
    def execute(parameters: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        if parameters["name"]:
            raise ModuleError("with " + parameters["secret"], more_info=parameters["secret"])
        return {"text": "with " + parameters["secret"]}

    assert SECRET not in json.dumps(run(main_of(execute), {"secret": SECRET}))
    assert SECRET not in json.dumps(run(main_of(execute), {"secret": SECRET, "name": "x"}, status=1))


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(("count", "repeated"), [(100, True), (101, False)])
def test_a_long_list_is_counted_in_the_record_of_the_arguments(
    run: Run, count: int, repeated: bool, fails: bool
) -> None:
    def spec(_environment: Mapping[str, str]) -> dict[str, Any]:
        entries = {"type": "list", "elements": "dict"}
        return {"argument_spec": {"entries": entries, "secret": {"type": "str", "no_log": True}}}

    def execute(parameters: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
        assert len(parameters["entries"]) == count
        if fails:
            raise ModuleError("It went wrong")
        return {}

    entries = [{"number": number} for number in range(count)]
    given: dict[str, Any] = {"entries": entries, "secret": SECRET}
    if "_ansible_inject_invocation" in inspect.getsource(basic):
        # ansible-core 2.21 and newer; the older ones always have it in a result, and refuse to be asked for it.
        given["_ansible_inject_invocation"] = True
    result = run(
        lambda: ansible_module.run_module(ModuleDefinition(spec, as_given, execute, "entries")),
        given,
        status=int(fails),
    )
    expected: Any = entries if repeated else f"{count} entries"
    # The second is how ansible-core 2.22 masks.
    masked = ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "$REDACTED$")
    assert result["invocation"] in [{"module_args": {"entries": expected, "secret": secret}} for secret in masked]


# What is no dictionary, and how a message shows it. String that is one, as JSON or as key=value, is taken.
NO_DICTIONARIES: list[tuple[Any, str]] = [
    (5, "'5'"),
    (True, "'True'"),
    ([{"a": 1}], "\"[{'a': 1}]\""),
    ("soon", "'soon'"),
]


def nested(_environment: Mapping[str, str]) -> dict[str, Any]:
    """Return a spec in which one option with suboptions is in another."""
    inner = {"type": "dict", "options": {"a": {"type": "int"}}}
    outer = {"type": "dict", "options": {"inner": inner}}
    return {"argument_spec": {"outer": outer, "number": {"type": "int"}, "secret": {"type": "str", "no_log": True}}}


@pytest.mark.parametrize(("value", "shown"), NO_DICTIONARIES, ids=str)
@pytest.mark.parametrize("name", ["outer", "outer.inner"])
def test_what_has_suboptions_and_is_no_dictionary_is_told(run: Run, name: str, value: Any, shown: str) -> None:
    wrong = {"outer": value} if name == "outer" else {"outer": {"inner": value}}
    result = run(
        lambda: ansible_module.run_module(ModuleDefinition(nested, as_given, never)),
        {**wrong, "secret": SECRET},
        status=1,
    )
    assert result["msg"].endswith(f": {name} is {shown}")
    assert "dict" in result["msg"]
    assert "exception" not in result
    assert SECRET not in json.dumps(result)


def test_text_is_taken_for_a_dictionary_where_it_is_one(run: Run) -> None:
    definition = ModuleDefinition(nested, as_given, lambda given, _context: {"seen": given["outer"]})
    for text in ('{"inner": "a=1"}', "inner='a=1'"):
        assert run(lambda: ansible_module.run_module(definition), {"outer": text})["seen"] == {"inner": {"a": 1}}


@pytest.mark.parametrize("name", MODULES)
def test_every_option_with_suboptions_wants_a_dictionary(run: Run, name: str) -> None:
    def check(spec: Mapping[str, Any], *above: str) -> None:
        for option, details in spec.items():
            if "options" not in details:
                continue
            place = [*above, option]
            wrong: Any = 5
            for each in reversed(place):
                wrong = {each: wrong}
            assert run(MODULES[name].main, wrong, status=1)["msg"].endswith(f": {'.'.join(place)} is '5'")
            checked.append(".".join(place))
            check(details["options"], *place)

    checked: list[str] = []
    definition = next(each for each in vars(MODULES[name]).values() if isinstance(each, ModuleDefinition))
    check(definition.spec({})["argument_spec"])
    assert "timeouts" in checked


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), "inf", "Infinity"])
def test_infinity_is_no_whole_number(run: Run, value: Any) -> None:
    for name in ("outer.inner.a", "number"):
        wrong = {"number": value} if name == "number" else {"outer": {"inner": {"a": value}}}
        result = run(lambda: ansible_module.run_module(ModuleDefinition(nested, as_given, never)), wrong, status=1)
        # Older ansible-cores refuse it without help.
        assert re.match(
            f"argument '?{name.rsplit('.', maxsplit=1)[-1]}'? is of type .* unable to convert to int", result["msg"]
        )
        assert "exception" not in result


@pytest.mark.parametrize("given", ["one", "other"])
def test_what_is_null_is_not_given(run: Run, given: str) -> None:
    def spec(_environment: Mapping[str, str]) -> dict[str, Any]:
        options = {"one": {"type": "str"}, "other": {"type": "str"}, "state": {"type": "str", "default": "present"}}
        names = [("one", "other")]
        return {"argument_spec": options, "required_one_of": names, "mutually_exclusive": names}

    nothing = {"one": None, "other": None, "state": None}
    definition = ModuleDefinition(spec, as_given, lambda parameters, _context: {"seen": dict(parameters)})
    assert run(lambda: ansible_module.run_module(definition), {**nothing, given: "x"})["seen"] == {
        **nothing,
        given: "x",
        "state": "present",
    }
    assert run(lambda: ansible_module.run_module(definition), nothing, status=1)["msg"] == (
        "one of the following is required: one, other"
    )


def test_a_credential_that_is_null_is_not_taken_from_the_environment(
    run: Run, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "f" * 32)
    main = MODULES[f"twilio_{twilio.name}_service_info"].main
    assert run(main, {**twilio.options, "auth_token": None}, status=1)["msg"].startswith("auth_token: is missing")


# What people, templates and YAML put where something else belongs. Half of a surrogate pair is not among it: newer
# ansible-cores refuse that themselves, before the module has it.
ODD: list[Any] = [
    *(5, -1, 0, 1.5, 10**30, float("inf"), float("nan"), True, None),
    *("", " ", "x", "x" * 300, "\0", "inf", "1e999", "[", "{", "a=1"),
    *([], ["x"], [1], [None], [[]], {}, {"a": 1}, {"a": {"b": []}}),
]


def options_of(definition: ModuleDefinition, thing: str) -> dict[str, Any]:
    """Return the options of a module to try; those of the connection, which all have in common, for users only."""
    spec, common = definition.spec({})["argument_spec"], connection_spec({})
    for name, details in common.items():
        # Each has functions of its own for the variables that an option falls back to.
        assert {**spec[name], "fallback": None} == {**details, "fallback": None}
    return {name: details for name, details in spec.items() if thing == "users" or name not in common}


@pytest.mark.parametrize("thing", SAYS)
def test_no_value_ends_in_a_traceback(run: Run, twilio: Twilio, thing: str) -> None:
    def try_all(spec: Mapping[str, Any], *above: str) -> None:
        for option, details in spec.items():
            place = [*above, option]
            for odd in ODD:
                # Without another address, it would be Twilio's own.
                if option == "api_base_url" and not odd:
                    continue
                wrong = odd
                for each in reversed(place[1:]):
                    wrong = {each: wrong}
                result = run(module.main, {**right, place[0]: wrong, "_ansible_diff": True}, status=None)
                assert "exception" not in result, (place, odd)
                assert not re.search("syslog|This is a bug", result.get("msg", "")), (place, odd)
            try_all(details.get("options", {}), *place)

    module = MODULES[f"twilio_{twilio.name}_{thing}"]
    required: dict[str, dict[str, Any]] = {
        "user": {"identity": "alice"},
        "users": {"users": [{"identity": "alice"}]},
        "service": {"friendly_name": "Support"},
        "role": {"friendly_name": "guest", "type": twilio.user_type, "permissions": ["editOwnUserInfo"]},
    }
    place = {} if thing.startswith("service") else {"service_sid": twilio.service_sid}
    right = {**twilio.options, **place, "timeouts": {"read": 1}, **required.get(thing, {})}
    definition = next(each for each in vars(module).values() if isinstance(each, ModuleDefinition))
    try_all(options_of(definition, thing))
    if thing == "users":
        for option in (*FIELDS_SPEC, "identity", "other"):
            for odd in ODD:
                users = [{"identity": "bob", option: odd}, odd]
                result = run(module.main, {**right, "users": users}, status=None)
                assert "exception" not in result and "This is a bug" not in result.get("msg", ""), (option, odd)


@pytest.mark.parametrize(
    ("value", "what"),
    [(False, "the boolean false; put it in quotes"), ([7], "a list"), ({"a": 1}, "a dictionary")],
)
def test_what_yaml_makes_of_text_without_quotes_is_no_text(run: Run, twilio: Twilio, value: Any, what: str) -> None:
    main = MODULES[f"twilio_{twilio.name}_user"].main
    right = {**twilio.options, "service_sid": twilio.service_sid}
    result = run(main, {**right, "identity": value, "friendly_name": value}, status=1)
    assert result["msg"] == f"identity: must be text, got {what}; friendly_name: must be text, got {what}"
    assert run(main, {**right, "identity": 7})["user"]["identity"] == "7"
    if twilio.name == "conversations":
        main = MODULES["twilio_conversations_service"].main
        nested = {"notifications": {"new_message": {"sound": value}}}
        result = run(main, {**twilio.options, "friendly_name": "Support", **nested}, status=1)
        assert result["msg"] == f"notifications.new_message.sound: must be text, got {what}"
    assert {request["authorization_user"] for request in twilio.control.requests()} == {twilio.options["account_sid"]}


@pytest.mark.parametrize("name", MODULES)
def test_both_execution_modes_report_the_same_errors(run: Run, name: str) -> None:
    def compare(spec: Mapping[str, Any], *above: str) -> None:
        for option, details in spec.items():
            place = [*above, option]
            for odd in ODD:
                wrong = odd
                for each in reversed(place):
                    wrong = {each: wrong}
                given = {**wrong, "no_such_option": 1} if odd == "x" else wrong
                by_ansible = {"_ansible_module_name": settings.action}
                as_module = run(lambda: ansible_module.run_module(definition), {**given, **by_ansible}, status=None)
                on_controller = run_module(definition, given, settings)
                assert on_controller.get("msg") == as_module.get("msg"), (place, odd)
                checked.append(on_controller.get("failed", False))
            compare(details.get("options", {}), *place)

    checked: list[bool] = []
    module = next(each for each in vars(MODULES[name]).values() if isinstance(each, ModuleDefinition))
    definition = module._replace(parse=as_given, run=lambda _arguments, _context: {})
    settings = TaskSettings(f"community.twilio.{name}", False, False, False, {}, ".", False, print)
    compare(options_of(definition, name.split("_", 2)[2]))
    assert any(checked)


def test_all_that_ansible_core_finds_is_told(run: Run) -> None:
    wrong = {"identty": "alice", "state": "gone", "webhook_enabled": "perhaps", "service_sid": "IS1", "service": "x"}
    message = run(MODULES["twilio_chat_user"].main, wrong, status=1)["msg"]
    for part in (
        "parameters are mutually exclusive: service_sid|service",
        "one of the following is required: identity, sid",
        "nsupported parameters",
        "identty",
        "value of state must be one of: present, absent, got: gone",
        "unable to convert to bool",
    ):
        assert part in message
    assert message.endswith(". Did you mean identity instead of identty?")
    assert message.count("; ") == 4


@pytest.mark.parametrize(
    ("option", "value", "secret"),
    [
        ("api_base_url", "https://me:{}@example.com", SECRET),
        ("api_base_url", "https://{}@example.com", SECRET),
        ("api_base_url", "https://example.com/?token={}", SECRET),
        ("api_base_url", "https://example.com/#{}", SECRET),
        ("account_sid", "{}", SECRET),
    ],
)
@pytest.mark.parametrize("in_environment", [False, True])
def test_a_secret_that_stands_elsewhere_is_not_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch, option: str, value: str, secret: str, in_environment: bool
) -> None:
    given: dict[str, Any] = {"account_sid": "AC" + "0" * 32, "auth_token": "f" * 32, option: value.format(secret)}
    if in_environment:
        monkeypatch.setenv(f"TWILIO_{option.upper()}", given.pop(option))
    if "_ansible_inject_invocation" in inspect.getsource(basic):
        given["_ansible_inject_invocation"] = True
    for more in ({}, {"limit": "many"}):
        result = run(MODULES["twilio_chat_service_info"].main, {**given, **more}, status=1)
        assert result["msg"].startswith("argument 'limit'" if more else f"{option}: must")
        assert "invocation" in result
        assert secret not in json.dumps(result)


def never(_parameters: Mapping[str, Any], _context: TaskContext) -> dict[str, Any]:
    raise AssertionError("the module was run")


def test_a_missing_sdk_gives_the_standard_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "import_error", lambda: "Traceback")
    result = run(main_of(never), {}, status=1)
    assert result["msg"].startswith(f"Failed to import the required Python library (twilio >= {sdk.MIN_SDK_VERSION})")


def test_an_sdk_that_is_too_old_gives_its_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "version_error", lambda: "too old")
    assert run(main_of(never), {}, status=1)["msg"] == "too old"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_without_arguments_says_what_is_missing(run: Run, name: str) -> None:
    message = run(MODULES[name].main, {}, status=1)["msg"]
    assert message.startswith(SAYS[name.split("_", 2)[2]])


@pytest.mark.parametrize("name", MODULES)
def test_a_module_with_its_required_arguments_asks_for_credentials(run: Run, name: str) -> None:
    thing = name.split("_", 2)[2]
    place = {} if thing.startswith("service") else {"service_sid": "IS" + "0" * 32}
    which: dict[str, dict[str, Any]] = {
        "user": {"identity": "alice"},
        "users": {"users": []},
        "service": {"friendly_name": "Support"},
        "role": {"friendly_name": "guest"},
    }
    result = run(MODULES[name].main, {**place, **which.get(thing, {})}, status=1)
    assert result["msg"].startswith("account_sid: is missing; ")


@pytest.mark.parametrize(("thing", "options"), [("user", "identity, sid"), ("role", "friendly_name, sid")])
def test_a_module_in_a_service_wants_to_know_which_one(run: Run, thing: str, options: str) -> None:
    for product in ("chat", "conversations"):
        result = run(MODULES[f"twilio_{product}_{thing}"].main, {"service_sid": "IS" + "0" * 32}, status=1)
        assert result["msg"] == f"one of the following is required: {options}"


def test_a_service_module_does_its_work(run: Run, twilio: Twilio) -> None:
    main = MODULES[f"twilio_{twilio.name}_service"].main
    result = run(main, {**twilio.options, "friendly_name": "Support", "_ansible_diff": True})
    assert (result["action"], result["diff"]["after"]) == ("created", {"friendly_name": "Support"})
    main = MODULES[f"twilio_{twilio.name}_role"].main
    role = {"service": "Support", "friendly_name": "guest", "type": twilio.user_type, "permissions": "editOwnUserInfo"}
    assert run(main, {**twilio.options, **role})["role"]["permissions"] == ["editOwnUserInfo"]
    assert run(main, {**twilio.options, **role, "permissions": []}, status=1)["msg"].startswith("permissions: must")


def test_a_module_does_its_work_with_credentials_of_the_environment(
    run: Run, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in twilio.options.items():
        monkeypatch.setenv("TWILIO_" + name.upper(), value)
    main = MODULES[f"twilio_{twilio.name}_user"].main
    desired = {"service_sid": twilio.service_sid, "identity": "alice", "attributes": {"a": [1, "é"]}}
    result = run(main, {**desired, "_ansible_diff": True})
    assert (result["changed"], result["action"]) == (True, "created")
    assert result["diff"]["after"] == {"identity": "alice", "attributes": {"a": [1, "é"]}}
    again = run(main, desired)
    assert (again["changed"], again["action"], "diff" in again) == (False, "none", False)
    assert twilio.stored("alice")["attributes"] == '{"a":[1,"é"]}'


@pytest.mark.parametrize("kind", ["pipe", "socket", "terminal"])
def test_a_result_has_a_reader_until_the_other_end_is_closed(kind: str) -> None:
    if kind == "socket":
        reader, writer = (end.detach() for end in socket.socketpair())
    else:
        reader, writer = os.pipe() if kind == "pipe" else os.openpty()
    try:
        assert not ansible_module.has_no_reader(writer)
        if kind == "pipe":
            # A pipe that is full has a reader too.
            os.set_blocking(writer, False)
            os.write(writer, bytes(10_000_000))
            assert not ansible_module.has_no_reader(writer)
        os.close(reader)
        assert ansible_module.has_no_reader(writer)
    finally:
        os.close(writer)


def test_a_file_needs_no_reader(tmp_path: Path) -> None:
    for path in (tmp_path / "result", Path(os.devnull)):
        with path.open("wb") as file:
            assert not ansible_module.has_no_reader(file.fileno())
