# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret appears in anything that a run leaves behind: output, results, log file, arguments of processes."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from tests.functional.documents import BULK, MODULES, SERVICE, USER, enough
from tests.harness.emulator import RunningEmulator, running_emulator
from tests.harness.execution_modes import AS_MODULE, ON_CONTROLLER
from tests.harness.playbook import Result, RunPlaybook

pytestmark = pytest.mark.parametrize("execution_mode", [ON_CONTROLLER, AS_MODULE], indirect=True)

# The options of the connection, and the code that masks them, are the same for all modules. On the controller, where a
# task costs little, some tests run each of them; as modules, one of each product is enough.
SOME = ["twilio_chat_user", "twilio_conversations_user_info"]

ACCOUNT = "AC" + "5ec2e7" * 5 + "00"
KEY = "SK" + "a11ce5" * 5 + "00"
WRONG_KEY = "SK" + "b0bbed" * 5 + "00"

# Characters that every encoding turns into something else, and nothing that is a word of any message.
TOKEN = "to7Ken/tHat+no=One&sees%41"
SECRET = "sE9Cret/oF+the=kEy&sees%42"
WRONG_TOKEN = "wR1ong/toKen+oF=noBody&%43"
WRONG_SECRET = "wR2ong/sEcret+oF=noBody&%44"
PROXY_PASSWORD = "pR3oxy-pAssword_tHat-is-sEcret"
MISPLACED = "mI4splaced/toKen+whEre=it&sHould%45not"

PAIRS = {
    ACCOUNT: (TOKEN, WRONG_TOKEN),
    KEY: (SECRET, WRONG_SECRET),
    WRONG_KEY: (SECRET, WRONG_SECRET),
    "proxy-user": (PROXY_PASSWORD,),
}
SEED: dict[str, Any] = {
    "account": {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key": KEY, "api_secret": SECRET},
    "services": [{"sid": SERVICE, "users": [{"sid": USER, "identity": "alice"}]}],
}
UNSET = {f"TWILIO_{name}": None for name in ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET")}


@pytest.fixture(scope="module")
def secure_emulator() -> Iterator[RunningEmulator]:
    """An emulator with TLS, and a proxy that leads to it."""
    with running_emulator("--tls", "--proxy") as running:
        yield running


def forms() -> dict[str, str]:
    """Every form in which a secret could appear, and what it is."""
    found = {}
    for user, secrets in PAIRS.items():
        for secret in secrets:
            found[secret] = secret
            found[quote(secret, safe="")] = f"{secret}, in a URL"
            found[quote_plus(secret)] = f"{secret}, in a form"
            found[json.dumps(secret)[1:-1]] = f"{secret}, in JSON"
            found[base64.b64encode(f"{user}:{secret}".encode()).decode()] = f"{user}:{secret}, in Base64"
            # At each of three offsets, Base64 of the secret alone looks different; the ends are cut off.
            for offset in range(3):
                text = base64.b64encode(b"\0" * offset + secret.encode()).decode()
                found[text[4:-4]] = f"{secret}, in Base64"
    found[MISPLACED] = MISPLACED
    return found


FORMS = forms()


def assert_none_in(text: str, where: str) -> None:
    for form, name in FORMS.items():
        position = text.find(form)
        around = text[max(0, position - 300) : position + 300]
        assert position < 0, f"{where} holds {name}: {around}"


class Runner:
    """Runs tasks at the highest verbosity, and searches all that is left behind."""

    def __init__(self, run_playbook: RunPlaybook, emulator: RunningEmulator, folder: Path) -> None:
        self._run = run_playbook
        self._emulator = emulator
        self._folder = folder

    def __call__(self, tasks: list[dict[str, Any]], variables: dict[str, str], env: dict[str, str | None]) -> Result:
        # In a file: what stands on the command line, everybody on the machine can read.
        extra = self._folder / "variables.json"
        extra.write_text(json.dumps(variables), encoding="utf-8")
        log = self._folder / "ansible.log"
        environment = {**UNSET, "TWILIO_API_BASE_URL": self._emulator.url, "ANSIBLE_LOG_PATH": str(log), **env}
        result = self._run(json.dumps(tasks), "-vvvvv", "--diff", "--extra-vars", f"@{extra}", env=environment)
        assert len(result.events) == len(tasks), result.output
        assert_none_in(result.stdout, "the output")
        assert_none_in(result.stderr, "the output of errors")
        assert_none_in(json.dumps(result.events), "a result")
        written = log.read_text(encoding="utf-8")
        assert "TASK [" in written
        assert_none_in(written, "the log file")
        # What the emulator logs, it shows to everybody, too.
        assert_none_in(json.dumps(self._emulator.requests()), "the emulator's log")
        return result


@pytest.fixture
def run(run_playbook: RunPlaybook, secure_emulator: RunningEmulator, tmp_path: Path) -> Runner:
    secure_emulator.reset(SEED)
    return Runner(run_playbook, secure_emulator, tmp_path)


def task(module: str, name: str, **options: Any) -> dict[str, Any]:
    return {
        "name": name,
        f"community.twilio.{module}": {**enough(module), **options},
        "ignore_errors": True,
    }


def messages(result: Result) -> dict[str, str]:
    return {event["task"]: event["result"].get("msg", "") for event in result.events}


def modules_for(execution_mode: str) -> list[str]:
    return MODULES if execution_mode == ON_CONTROLLER else SOME


BY_TOKEN = {"account_sid": ACCOUNT, "auth_token": "{{ token }}"}
BY_KEY = {"account_sid": ACCOUNT, "api_key": KEY, "api_secret": "{{ secret }}"}
RIGHT = {"token": TOKEN, "secret": SECRET}
WRONG = {"token": WRONG_TOKEN, "secret": WRONG_SECRET}


def test_in_success(execution_mode: str, run: Runner) -> None:
    both = {**BY_TOKEN, **BY_KEY}
    tasks = [
        each
        for module in modules_for(execution_mode)
        for each in (
            task(module, f"{module}, token", **BY_TOKEN),
            task(module, f"{module}, key", **BY_KEY),
            task(module, f"{module}, both", **both),
            {**task(module, f"{module}, defaults"), "module_defaults": {"group/community.twilio.twilio": BY_TOKEN}},
            {**task(module, f"{module}, check mode", **BY_TOKEN), "check_mode": True},
        )
    ]
    result = run(tasks, RIGHT, {})
    assert {event["status"] for event in result.events} == {"ok"}


@pytest.mark.parametrize(("kind", "module"), [("token", SOME[0]), ("key", SOME[1])])
def test_in_the_environment(kind: str, module: str, run: Runner) -> None:
    # Of ansible-playbook itself. What the keyword environment gives, Ansible shows as part of the command it runs.
    right = {"TWILIO_AUTH_TOKEN": TOKEN} if kind == "token" else {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET}
    wrong = (
        {"TWILIO_AUTH_TOKEN": WRONG_TOKEN}
        if kind == "token"
        else {"TWILIO_API_KEY": WRONG_KEY, "TWILIO_API_SECRET": WRONG_SECRET}
    )
    tasks = [task(module, "Run")]
    assert run(tasks, {}, {"TWILIO_ACCOUNT_SID": ACCOUNT, **right}).events[0]["status"] == "ok"
    refused = run(tasks, {}, {"TWILIO_ACCOUNT_SID": ACCOUNT, **wrong})
    assert refused.events[0]["result"]["status"] == 401


@pytest.mark.parametrize("module", SOME[:1])
def test_in_failures(module: str, run: Runner, secure_emulator: RunningEmulator) -> None:
    secure_emulator.fault("status", {"path": "/Users"}, after=0, times=1, status=400, code=20001)
    secure_emulator.fault("status", {"path": "/Users"}, after=0, times=None, status=503, body="html")
    account = {"account_sid": ACCOUNT}
    short = {"timeouts": {"read": 0.3}}
    tasks = [
        task(module, "400", **BY_TOKEN),
        task(module, "503", **BY_KEY, **short),
        task(module, "Refused", **BY_TOKEN, **short, api_base_url="http://127.0.0.1:9"),
        task(module, "No such host", **BY_TOKEN, **short, api_base_url="https://twilio.invalid"),
        task(module, "TLS", **BY_KEY, api_base_url=secure_emulator.ready["https_url"]),
        task(module, "Bad options", **BY_TOKEN, sid="US1", region="IE 1", request_timeout=-1),
        task(module, "Unknown option", **BY_TOKEN, auth_tokn="{{ token }}"),
        task(module, "No JSON for a number", **BY_TOKEN, request_timeout="soon"),
        task(module, "Key without a secret", **account, api_key="{{ misplaced }}"),
        task(module, "Secret for a key", **account, api_key="{{ misplaced }}", api_secret="{{ secret }}"),
        task(module, "White space", **account, auth_token="{{ token }} {{ token }}"),
        task(module, "No ASCII", **account, api_key=KEY, api_secret="{{ secret }}ž"),
        task(module, "Line break", **account, auth_token="{{ token }}\n"),
    ]
    expected = {
        "400": "Twilio answered 400",
        "503": "within 0.3 s (timeouts.read)",
        "Refused": "no connection to 127.0.0.1:9",
        "No such host": "twilio.invalid",
        "TLS": "certificate verify failed",
        "Bad options": "sid: must be US",
        "Unknown option": "Unsupported parameters",
        "No JSON for a number": "request_timeout",
        "Key without a secret": "api_secret: is missing beside api_key",
        "Secret for a key": "api_key: must be SK",
        "White space": "auth_token: must be printable",
        "No ASCII": "api_secret: must be printable",
        "Line break": "auth_token: must be printable",
    }
    found = messages(run(tasks, {**RIGHT, "misplaced": MISPLACED}, {}))
    assert found.keys() == expected.keys()
    for name, part in expected.items():
        assert part in found[name], (name, found[name])


@pytest.mark.parametrize("module", BULK[:1])
def test_in_failures_of_many_users(module: str, run: Runner, secure_emulator: RunningEmulator) -> None:
    secure_emulator.fault("status", {"path": "/Users/bob"}, times=None, status=503, body="html")
    some = [{"identity": "alice", "friendly_name": "Alice"}, {"identity": "bob"}, {"identity": "carol"}]
    tasks = [
        task(module, "Some fail", **BY_KEY, users=some, timeouts={"read": 0.3}),
        task(module, "A secret for a user", **BY_TOKEN, users=[["{{ token }}"]]),
        task(module, "A secret for an option", **BY_TOKEN, users=[{"identity": "a", "{{ token }}": "{{ token }}"}]),
        task(module, "A secret for a SID", **BY_TOKEN, users=[{"identity": "a", "role_sid": "{{ token }}"}]),
        task(module, "Twice", **BY_TOKEN, users=[{"identity": "{{ token }}"}, {"identity": "{{ token }}"}]),
    ]
    result = run(tasks, RIGHT, {})
    found = messages(result)
    assert found["Some fail"].startswith("1 user failed: Could not read user 'bob'")
    assert [user["action"] for user in result.of("Some fail")["results"]] == ["updated", "failed", "created"]
    for name, part in {
        "A secret for a user": "users[0] is",
        "A secret for an option": "users[0]",
        "A secret for a SID": "users[0] ('a').role_sid: must be RL",
        "Twice": "users[1].identity: must be given once",
    }.items():
        assert part in found[name], (name, found[name])


def test_when_they_are_wrong(execution_mode: str, run: Runner) -> None:
    tasks = [
        each
        for module in modules_for(execution_mode)
        for each in (
            task(module, f"{module}, token", **BY_TOKEN),
            task(module, f"{module}, secret", **BY_KEY),
            task(module, f"{module}, key", **{**BY_KEY, "api_key": WRONG_KEY}),
            {**task(module, f"{module}, defaults"), "module_defaults": {"group/community.twilio.twilio": BY_TOKEN}},
        )
    ]
    result = run(tasks, WRONG, {})
    assert [event["result"]["status"] for event in result.events] == [401] * len(tasks)


@pytest.mark.parametrize("module", SOME[:1])
def test_of_a_proxy(module: str, run: Runner, secure_emulator: RunningEmulator) -> None:
    address = secure_emulator.ready["proxy_url"].removeprefix("http://")
    ca_path = {"ca_path": secure_emulator.ready["ca_path"]}
    short = {"timeouts": {"read": 0.3}}
    for proxy in (address, "127.0.0.1:9", "no-such-host.invalid:1", "[bad:1", "127.0.0.1:port"):
        env = {"TWILIO_API_BASE_URL": None, "HTTPS_PROXY": f"http://proxy-user:{PROXY_PASSWORD}@{proxy}"}
        tasks = [task(module, "Right", **BY_TOKEN, **ca_path), task(module, "No authority", **BY_TOKEN)]
        if proxy != address:
            tasks = [task(module, "Wrong", **BY_TOKEN, **short)]
        statuses = [event["status"] for event in run(tasks, RIGHT, env).events]
        assert statuses == (["ok", "ignored"] if proxy == address else ["ignored"])


@pytest.mark.parametrize("module", SOME[:1])
def test_of_an_address(module: str, run: Runner) -> None:
    # Not an option for a secret; but people write such addresses.
    addresses = {
        "with_scheme": f"https://{ACCOUNT}:{TOKEN}@twilio.invalid",
        "without": f"{ACCOUNT}:{TOKEN}@twilio.invalid",
    }
    tasks = [task(module, name, **BY_TOKEN, api_base_url="{{ %s }}" % name) for name in addresses]
    for message in messages(run(tasks, {**RIGHT, **addresses}, {})).values():
        assert "api_base_url: must not hold a user name or a password" in message


def command_lines() -> Iterator[str]:
    """The arguments of all processes that run now."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            # It has ended in the meantime.
            continue


@pytest.mark.parametrize("module", SOME[:1])
def test_in_the_arguments_of_processes(
    module: str, run: Runner, secure_emulator: RunningEmulator, execution_mode: str
) -> None:
    secure_emulator.settings(latency=0.5)
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            seen.update(command_lines())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        tasks = [task(module, "Token", **BY_TOKEN), task(module, "Key", **BY_KEY)]
        environment = {"TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_SECRET": SECRET}
        assert {event["status"] for event in run(tasks, RIGHT, {**environment}).events} == {"ok"}
    finally:
        done.set()
        watcher.join()
    # Otherwise nothing has been looked at.
    process = f"AnsiballZ_{module}.py" if execution_mode == AS_MODULE else "ansible-playbook"
    assert any(process in line for line in seen)
    for line in seen:
        assert_none_in(line, "the arguments of a process")
