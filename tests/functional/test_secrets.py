# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret appears in anything that a run leaves behind: output, results, log file, arguments of processes."""

from __future__ import annotations

import base64
import contextlib
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
# task takes little time, some tests run each of them; in most, one is enough.
ONE, OTHER = "twilio_chat_user", "twilio_conversations_user_info"

ACCOUNT = "AC" + "5ec2e7" * 5 + "00"
KEY = "SK" + "a11ce5" * 5 + "00"
CLIENT = "OQ" + "c11e47" * 5 + "00"
WRONG_KEY = "SK" + "b0bbed" * 5 + "00"

# Characters that every encoding turns into something else, and nothing that is a word of any message.
TOKEN = "to7Ken/tHat+no=One&sees%41"
SECRET = "sE9Cret/oF+the=kEy&sees%42"
CLIENT_SECRET = "cL4ient/seCret+oF=oAuth&sees%46"
WRONG_CLIENT_SECRET = "wR3ong/clIent+oF=noBody&%47"
WRONG_TOKEN = "wR1ong/toKen+oF=noBody&%43"
WRONG_SECRET = "wR2ong/sEcret+oF=noBody&%44"
PROXY_PASSWORD = "pR3oxy-pAssword_tHat-is-sEcret"
MISPLACED = "mI4splaced/toKen+whEre=it&sHould%45not"

PAIRS = {
    ACCOUNT: (TOKEN, WRONG_TOKEN),
    KEY: (SECRET, WRONG_SECRET),
    WRONG_KEY: (SECRET, WRONG_SECRET),
    CLIENT: (CLIENT_SECRET, WRONG_CLIENT_SECRET),
    "proxy-user": (PROXY_PASSWORD,),
}
SEED: dict[str, Any] = {
    "account": {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key": KEY, "api_secret": SECRET},
    "services": [{"sid": SERVICE, "users": [{"sid": USER, "identity": "alice"}]}],
    "accounts": [{"account_sid": ACCOUNT, "clients": [{"sid": CLIENT, "secret": CLIENT_SECRET}]}],
}
UNSET: dict[str, str | None] = {
    f"TWILIO_{name}": None
    for name in ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET", "CLIENT_ID", "CLIENT_SECRET")
}


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
    found["emulated."] = "an access token of the emulator"
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


def modules_for(execution_mode: str) -> list[str]:
    return MODULES if execution_mode == ON_CONTROLLER else [ONE]


BY_TOKEN = {"account_sid": ACCOUNT, "auth_token": "{{ token }}"}
BY_KEY = {"account_sid": ACCOUNT, "api_key": KEY, "api_secret": "{{ secret }}"}
BY_CLIENT = {"account_sid": ACCOUNT, "client_id": CLIENT, "client_secret": "{{ client_secret }}"}
BY_WRONG_CLIENT = {**BY_CLIENT, "client_secret": "{{ wrong_client_secret }}"}
BY_WRONG_TOKEN = {"account_sid": ACCOUNT, "auth_token": "{{ wrong_token }}"}
BY_WRONG_SECRET = {"account_sid": ACCOUNT, "api_key": KEY, "api_secret": "{{ wrong_secret }}"}
# Not an option for a secret; but people write such addresses.
ADDRESSES = {
    "with_scheme": f"https://{ACCOUNT}:{TOKEN}@twilio.invalid",
    "without": f"{ACCOUNT}:{TOKEN}@twilio.invalid",
}
VARIABLES = {
    "token": TOKEN,
    "secret": SECRET,
    "client_secret": CLIENT_SECRET,
    "wrong_client_secret": WRONG_CLIENT_SECRET,
    "wrong_token": WRONG_TOKEN,
    "wrong_secret": WRONG_SECRET,
    "misplaced": MISPLACED,
    **ADDRESSES,
}
Tasks = list[dict[str, Any]]


def in_success(module: str) -> Tasks:
    return [
        task(module, f"{module}, token", **BY_TOKEN),
        task(module, f"{module}, key", **BY_KEY),
        task(module, f"{module}, client", **BY_CLIENT),
        task(module, f"{module}, both", **BY_TOKEN, **{name: BY_KEY[name] for name in ("api_key", "api_secret")}),
        {**task(module, f"{module}, defaults"), "module_defaults": {"group/community.twilio.twilio": BY_TOKEN}},
        {**task(module, f"{module}, check mode", **BY_TOKEN), "check_mode": True},
    ]


def when_they_are_wrong(module: str) -> Tasks:
    defaults = {"module_defaults": {"group/community.twilio.twilio": BY_WRONG_TOKEN}}
    return [
        task(module, f"{module}, wrong token", **BY_WRONG_TOKEN),
        task(module, f"{module}, wrong secret", **BY_WRONG_SECRET),
        task(module, f"{module}, wrong client secret", **BY_WRONG_CLIENT),
        task(module, f"{module}, wrong key", **{**BY_WRONG_SECRET, "api_key": WRONG_KEY}),
        {**task(module, f"{module}, wrong defaults"), **defaults},
    ]


def in_failures(emulator: RunningEmulator) -> dict[str, tuple[dict[str, Any], str]]:
    """Options that lead to failures, and a part of the message."""
    emulator.fault("status", {"path": "/Users/mallory"}, after=0, times=1, status=400, code=20001)
    emulator.fault("status", {"path": "/Users/mallory"}, after=0, times=None, status=503, body="html")
    account, mallory = {"account_sid": ACCOUNT}, {"identity": "mallory"}
    short = {"timeouts": {"read": 0.3}}
    return {
        "400": ({**BY_TOKEN, **mallory}, "Twilio answered 400"),
        "503": ({**BY_KEY, **mallory, **short}, "within 0.3 s (timeouts.read)"),
        "Refused": ({**BY_TOKEN, **short, "api_base_url": "http://127.0.0.1:9"}, "no connection to 127.0.0.1:9"),
        "No such host": ({**BY_TOKEN, **short, "api_base_url": "https://twilio.invalid"}, "twilio.invalid"),
        "TLS": ({**BY_KEY, "api_base_url": emulator.ready["https_url"]}, "certificate verify failed"),
        "Bad options": ({**BY_TOKEN, "sid": "US1", "region": "IE 1", "request_timeout": -1}, "sid: must be US"),
        "Unknown option": ({**BY_TOKEN, "auth_tokn": "{{ token }}"}, "Unsupported parameters"),
        "No JSON for a number": ({**BY_TOKEN, "request_timeout": "soon"}, "request_timeout"),
        "Key without a secret": ({**account, "api_key": "{{ misplaced }}"}, "api_secret: is missing beside api_key"),
        "Secret for a key": (
            {**account, "api_key": "{{ misplaced }}", "api_secret": "{{ secret }}"},
            "api_key: must be SK",
        ),
        "White space": ({**account, "auth_token": "{{ token }} {{ token }}"}, "auth_token: must be printable"),
        "No ASCII": ({**account, "api_key": KEY, "api_secret": "{{ secret }}ž"}, "api_secret: must be printable"),
        "Line break": ({**account, "auth_token": "{{ token }}\n"}, "auth_token: must be printable"),
        **{
            name: ({**BY_TOKEN, "api_base_url": "{{ %s }}" % name}, "must not hold a user name or a password")
            for name in ADDRESSES
        },
    }


def in_failures_of_many_users(emulator: RunningEmulator) -> dict[str, tuple[dict[str, Any], str]]:
    """The same for many users."""
    emulator.fault("status", {"path": "/Users/bob"}, times=None, status=503, body="html")
    some = [{"identity": "alice", "friendly_name": "Alice"}, {"identity": "bob"}, {"identity": "carol"}]
    token = "{{ token }}"
    return {
        "Some fail": (
            {**BY_KEY, "users": some, "timeouts": {"read": 0.3}},
            "1 user failed: Could not read user 'bob'",
        ),
        "A secret for a user": ({**BY_TOKEN, "users": [[token]]}, "users[0] is"),
        "A secret for an option": ({**BY_TOKEN, "users": [{"identity": "a", token: token}]}, "users[0]"),
        "A secret for a SID": (
            {**BY_TOKEN, "users": [{"identity": "a", "role_sid": token}]},
            "users[0] ('a').role_sid: must be RL",
        ),
        "Twice": (
            {**BY_TOKEN, "users": [{"identity": token}, {"identity": token}]},
            "users[1].identity: must be given once",
        ),
    }


def test_in_success_and_failure(execution_mode: str, run: Runner, secure_emulator: RunningEmulator) -> None:
    modules = modules_for(execution_mode)
    right = [each for module in modules for each in in_success(module)]
    wrong = [each for module in modules for each in when_they_are_wrong(module)]
    failing = {ONE: in_failures(secure_emulator), BULK[0]: in_failures_of_many_users(secure_emulator)}
    failures = [
        task(module, name, **options) for module, cases in failing.items() for name, (options, _part) in cases.items()
    ]
    result = run([*right, *wrong, *failures], VARIABLES, {})
    events = {event["task"]: event for event in result.events}
    assert {events[each["name"]]["status"] for each in right} == {"ok"}
    # The emulator refuses a client like Twilio's OpenAPI document, with 400.
    assert {events[each["name"]]["result"]["status"] for each in wrong} == {400, 401}
    for name, (_options, part) in {**failing[ONE], **failing[BULK[0]]}.items():
        assert part in events[name]["result"]["msg"], name
    assert [user["action"] for user in result.of("Some fail")["results"]] == ["updated", "failed", "created"]


class Arguments:
    """Watches the arguments of all processes while its block runs."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Arguments:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                # Some have ended in the meantime.
                with contextlib.suppress(OSError):
                    self.seen.add(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("module", "right", "wrong"),
    [
        (ONE, {"AUTH_TOKEN": TOKEN}, {"AUTH_TOKEN": WRONG_TOKEN}),
        (
            OTHER,
            {"API_KEY": KEY, "API_SECRET": SECRET},
            {"API_KEY": WRONG_KEY, "API_SECRET": WRONG_SECRET},
        ),
    ],
    ids=["token", "key"],
)
def test_in_the_environment_and_in_arguments_of_processes(
    module: str,
    right: dict[str, str],
    wrong: dict[str, str],
    run: Runner,
    secure_emulator: RunningEmulator,
    execution_mode: str,
) -> None:
    # Of ansible-playbook itself. What the keyword environment gives, Ansible shows as part of the command it runs.
    def environment(values: dict[str, str]) -> dict[str, str | None]:
        return {f"TWILIO_{name}": value for name, value in {"ACCOUNT_SID": ACCOUNT, **values}.items()}

    # Long enough to be seen.
    secure_emulator.settings(latency=0.5)
    with Arguments() as arguments:
        tasks = [task(module, "Environment"), task(module, "Token", **BY_TOKEN), task(module, "Key", **BY_KEY)]
        assert {event["status"] for event in run(tasks, VARIABLES, environment(right)).events} == {"ok"}
    # Otherwise nothing has been looked at.
    process = f"AnsiballZ_{module}.py" if execution_mode == AS_MODULE else "ansible-playbook"
    assert any(process in line for line in arguments.seen)
    for line in arguments.seen:
        assert_none_in(line, "the arguments of a process")
    secure_emulator.settings(latency=0)
    refused = run(tasks[:1], {}, environment(wrong))
    assert refused.events[0]["result"]["status"] == 401


def test_of_a_proxy(run: Runner, secure_emulator: RunningEmulator, execution_mode: str) -> None:
    address = secure_emulator.ready["proxy_url"].removeprefix("http://")
    ca_path = {"ca_path": secure_emulator.ready["ca_path"]}
    # tests/component/test_user_secrets.py has more kinds of wrong ones.
    wrong = "[bad:1" if execution_mode == ON_CONTROLLER else "127.0.0.1:9"
    for proxy in (address, wrong):
        env = {"TWILIO_API_BASE_URL": None, "HTTPS_PROXY": f"http://proxy-user:{PROXY_PASSWORD}@{proxy}"}
        tasks = [task(ONE, "Right", **BY_TOKEN, **ca_path), task(ONE, "No authority", **BY_TOKEN)]
        if proxy != address:
            tasks = [task(ONE, "Wrong", **BY_TOKEN, timeouts={"read": 0.3})]
        statuses = [event["status"] for event in run(tasks, VARIABLES, env).events]
        assert statuses == (["ok", "ignored"] if proxy == address else ["ignored"])
