# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls, seeds, and how the emulator starts and stops."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.twilio.tests.emulator import __main__, seed, server
from ansible_collections.community.twilio.tests.emulator.client import ControlRefused, RawClient
from ansible_collections.community.twilio.tests.emulator.faults import ACTIONS, KINDS
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread, StartError
from ansible_collections.community.twilio.tests.emulator.services import CONFIGURATIONS
from ansible_collections.community.twilio.tests.emulator.store import Store
from ansible_collections.community.twilio.tests.emulator.switches import CHOICES, Switches

SERVICE = "IS" + "1" * 32
ROLE = "RL" + "1" * 32
USER = "US" + "1" * 32


def test_request_log(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """What was sent, as sent and as understood; never a password."""
    api.post(users, [("Identity", "a/b"), ("Attributes", "{}")])
    api.get(f"{users}/a%2Fb?x=1&x=2", headers={"X-Some": "thing"})
    first, second = emulator.control.requests()
    assert first["form"] == {"Identity": "a/b", "Attributes": "{}"}
    assert (first["method"], first["status"], first["raw_path"]) == ("POST", 201, users)
    assert second["number"] == first["number"] + 1
    assert second["connection"] == first["connection"]
    assert (second["path"], second["raw_path"]) == (f"{users}/a/b", f"{users}/a%2Fb")
    assert (second["query"], second["status"]) == ({"x": ["1", "2"]}, 400)
    assert second["authorization_user"] == emulator.account_sid
    assert second["headers"]["x-some"] == "thing"
    assert "authorization" not in second["headers"]
    assert emulator.auth_token not in json.dumps(emulator.control.requests())
    emulator.control.clear_requests()
    assert emulator.control.requests() == []


def test_every_open_connection_is_counted() -> None:
    """Those too that have not sent anything; in the order in which clients connect."""
    with EmulatorThread() as other:
        port = int(other.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            assert other.control.connections() == {"total": 0, "open": 2}
        end = time.monotonic() + 30
        while other.control.connections() != {"total": 0, "open": 1}:
            assert time.monotonic() < end


def test_state_is_a_seed(api: RawClient, users: str, emulator: EmulatorThread) -> None:
    """What is read as state can be put back."""
    api.post(users, {"Identity": "a", "Attributes": '{ "x": 1}'})
    state = emulator.control.state()
    assert emulator.auth_token not in json.dumps(state)
    emulator.control.reset()
    assert emulator.control.users(emulator.service_sid) == []
    emulator.control.reset({"accounts": state["accounts"]})
    assert emulator.control.users(emulator.service_sid) == state["accounts"][0]["services"][0]["users"]
    sid = "AC" + "2" * 32
    service = {**state["accounts"][0]["services"][0], "sid": SERVICE}
    other = {"account_sid": sid, "auth_token": "other-token", "services": [service]}
    emulator.control.seed({"accounts": [other]})
    assert emulator.control.service(SERVICE) == service


def test_seed_adds_and_changes(emulator: EmulatorThread) -> None:
    """A seed meets what is there."""
    role = {"sid": ROLE, "friendly_name": "guest", "type": "deployment", "permissions": ["joinChannel"]}
    users = [{"sid": USER, "identity": "a", "attributes": {"x": 1}, "role_sid": ROLE}, {"identity": "b"}]
    emulator.control.seed({"services": [{"sid": SERVICE, "friendly_name": "s", "roles": [role], "users": users}]})
    emulator.control.seed({"services": [{"sid": SERVICE, "users": [{"identity": "a", "friendly_name": "A"}]}]})
    service = emulator.control.service(SERVICE)
    assert service is not None
    assert service["roles"][-1]["type"] == "service"
    assert service["roles"][-1]["permissions"] == ["joinConversation"]
    first, second = service["users"]
    assert (first["sid"], first["friendly_name"], first["attributes"]) == (USER, "A", '{"x":1}')
    assert (first["role_sid"], second["role_sid"]) == (ROLE, service["default_service_role_sid"])
    assert emulator.control.user(SERVICE, "b") == second
    assert emulator.control.user(SERVICE, "c") is None


BAD_SEEDS: list[Any] = [
    [],
    {"servces": []},
    {"services": {}},
    {"services": [{}]},
    {"services": [{"sid": "IS1"}]},
    {"services": [{"sid": SERVICE, "users": [{}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "name": "b"}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "sid": "US1"}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "role_sid": None}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "friendly_name": 1}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "is_online": "yes"}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "joined_channels_count": "1"}]}]},
    {"services": [{"sid": SERVICE, "users": [{"identity": "a", "sid": USER}, {"identity": "b", "sid": USER}]}]},
    {
        "services": [
            {"sid": SERVICE, "users": [{"identity": "a", "sid": USER}, {"identity": "a", "sid": USER[:-1] + "2"}]}
        ]
    },
    {"services": [{"sid": SERVICE, "roles": [{"type": "x"}]}]},
    {"services": [{"sid": SERVICE, "roles": [{"permissions": []}]}]},
    {"services": [{"sid": SERVICE, "reachability_enabled": 1}]},
    {"services": [{"sid": SERVICE, "chat": {"x": 1}}]},
    {"accounts": [{"account_sid": "AC" + "3" * 32}]},
    {"accounts": [{"auth_token": "t"}]},
    {"accounts": [{"account_sid": "AC" + "3" * 32, "auth_token": "t", "api_keys": [{"sid": "SK" + "3" * 32}]}]},
    {"account": {"token": "x"}},
    {"account": {"api_key": "SK" + "3" * 32}},
]


def test_seeds_refused() -> None:
    """A typo must not pass for a service without users."""
    for data in BAD_SEEDS:
        with pytest.raises(seed.SeedError):
            seed.apply(Store(), data)


def test_seed_over_http_refused(emulator: EmulatorThread) -> None:
    """With the reason."""
    with pytest.raises(ControlRefused, match=r"services\[0\]: sid is missing") as refused:
        emulator.control.seed({"services": [{}]})
    assert refused.value.status == 400
    emulator.control.create_service(users=[{"identity": "a"}])
    sid = emulator.control.create_service()
    with pytest.raises(ControlRefused, match="belongs to another account"):
        emulator.control.seed(
            {"accounts": [{"account_sid": "AC" + "4" * 32, "auth_token": "x", "services": [{"sid": sid}]}]}
        )


def test_other_credentials() -> None:
    """A seed can give the default account other names."""
    account = {
        "account_sid": "AC" + "5" * 32,
        "auth_token": "another-long-token",
        "api_key": "SK" + "5" * 32,
        "api_secret": "another-long-secret",
        "service_sid": "IS" + "5" * 32,
    }
    with EmulatorThread(seed={"account": account}) as emulator:
        assert {name: emulator.info[name] for name in account} == account
        for user, password in (("account_sid", "auth_token"), ("api_key", "api_secret")):
            client = RawClient(emulator.url, account[user], account[password])
            service = client.get(f"/v2/Services/{account['service_sid']}").json()
            assert service["account_sid"] == account["account_sid"]
            client.close()
        emulator.control.seed({"services": [{"sid": SERVICE}]})
        emulator.control.reset()
        assert [entry["account_sid"] for entry in emulator.control.state()["accounts"]] == [account["account_sid"]]
        assert emulator.control.service(SERVICE) is None


BAD_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"latncy": 1}, "unknown setting latncy"),
    ({"latency": "1"}, "latency"),
    ({"latency": -1}, "latency"),
    ({"write_limit": 3}, "write_limit"),
    ({"switches": {"list_ordr": "sid"}}, "unknown switch 'list_ordr'"),
    ({"switches": {"list_order": "random"}}, "one of created, newest_first, sid"),
    ({"switches": {"attributes_any_json": 1}}, "true or false"),
    ({"switches": {"role_error_code": "x"}}, "a whole number"),
    ({"switches": {"attributes_max_bytes": True}}, "a whole number or null"),
    ({"switches": []}, "switches must be an object"),
    ({"latency": 1, "switches": {"x": 1}}, "unknown switch"),
]


def test_settings_refused(emulator: EmulatorThread) -> None:
    """With a clear message, and nothing is changed."""
    before = emulator.control.settings()
    for changes, message in BAD_SETTINGS:
        with pytest.raises(ControlRefused, match=re.escape(message)) as refused:
            emulator.control.settings(**changes)
        assert refused.value.status == 400
    assert emulator.control.settings() == before


def test_settings_are_kept_apart(emulator: EmulatorThread) -> None:
    """One setting changes, the others stay; a reset brings all back."""
    fresh = emulator.control.settings()
    emulator.control.settings(latency=0.01, write_limit={"per_second": 5, "burst": 7})
    emulator.control.switch(list_order="sid", attributes_max_bytes=5)
    emulator.control.switch(attributes_max_bytes=None)
    settings = emulator.control.settings()
    assert (settings["latency"], settings["write_limit"]) == (0.01, {"per_second": 5.0, "burst": 7.0})
    assert settings["switches"] == {**fresh["switches"], "list_order": "sid"}
    emulator.control.fault("drop_before")
    emulator.control.reset()
    assert emulator.control.settings() == fresh
    assert emulator.control.faults() == []


BAD_CONTROLS: list[tuple[str, str, Any, int]] = [
    ("GET", "nonsense", None, 404),
    ("PUT", "seed", {}, 405),
    ("PATCH", "settings", [], 400),
    ("POST", "reset", {"sed": {}}, 400),
    ("DELETE", "faults", {"number": 1}, 400),
    ("POST", "seed", None, 400),
]


def test_controls_refused(emulator: EmulatorThread) -> None:
    """What the controls do not have."""
    for method, name, data, status in BAD_CONTROLS:
        with pytest.raises(ControlRefused) as refused:
            emulator.control.call(method, name, data)
        assert refused.value.status == status, (method, name)


def test_body_that_is_no_json(api: RawClient, emulator: EmulatorThread) -> None:
    """Refused too."""
    reply = api.post("/_emulator/seed", body="{")
    assert reply.status == 400
    assert "not JSON" in reply.json()["error"]
    assert emulator.control.requests() == []


def test_readme_knows_every_switch_fault_and_control() -> None:
    """The documentation has what the code has."""
    text = Path(server.__file__).with_name("README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]*)`", text, re.MULTILINE))
    for name, default in Switches().as_dict().items():
        assert rows.get(name) == (default if isinstance(default, str) else json.dumps(default)), name
        for choice in CHOICES.get(name, ()):
            assert f"`{choice}`" in text
    for kind in KINDS:
        assert f"| `{kind}` |" in text
    for do in ACTIONS:
        assert f"`{do}`" in text
    for path in CONFIGURATIONS:
        assert f"{path}`" in text


def test_threads_end() -> None:
    """Nothing is left, not even with requests that wait."""
    before = set(threading.enumerate())
    with EmulatorThread() as emulator:
        emulator.control.fault("hang", seconds=60)
        client = RawClient(emulator.url, emulator.account_sid, emulator.auth_token)
        vars(client)["_connection"].timeout = 0.05
        with pytest.raises(OSError, match="timed out"):
            client.get("/v1/Services")
        started = time.monotonic()
    assert time.monotonic() - started < 30
    assert set(threading.enumerate()) == before


def test_port_taken(emulator: EmulatorThread) -> None:
    """Said in words."""
    with pytest.raises(StartError, match=f"port {emulator.port}: the port is taken"):
        EmulatorThread(port=emulator.port).start()


def test_bad_seed_at_start() -> None:
    """Said in words too."""
    with pytest.raises(StartError, match=r"bad seed: seed\.services: a list"):
        EmulatorThread(seed={"services": 1}).start()


def test_tls_for_any_name() -> None:
    """It has a certificate for whatever name a client calls it by; without its authority nobody trusts it."""
    with EmulatorThread(tls=True) as emulator:
        assert emulator.https_port is not None
        assert emulator.ca_path is not None
        trusting = ssl.create_default_context(cafile=emulator.ca_path)
        address = ("127.0.0.1", emulator.https_port)
        for name in ("localhost", "conversations.dublin.ie1.twilio.com", "chat.twilio.com", "localhost"):
            plain = socket.create_connection(address)
            with trusting.wrap_socket(plain, server_hostname=name) as secure:
                secure.sendall(f"GET /v1/Services HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
                assert secure.recv(100).startswith(b"HTTP/1.1 40")
        with urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting)
        ).open(f"https://127.0.0.1:{emulator.https_port}/_emulator/state") as response:
            assert response.status == 200
        distrusting = ssl.create_default_context()
        with socket.create_connection(address) as plain, pytest.raises(ssl.SSLCertVerificationError):
            distrusting.wrap_socket(plain, server_hostname="localhost")
        folder = Path(emulator.ca_path).parent
    assert not folder.exists()


def test_proxy() -> None:
    """It leads every name to the emulator and remembers it; it is no proxy for anything else."""
    with EmulatorThread(proxy=True) as emulator:
        assert emulator.proxy_url is not None
        trusting = ssl.create_default_context(cafile=emulator.ca_path)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"https": emulator.proxy_url, "http": emulator.proxy_url}),
            urllib.request.HTTPSHandler(context=trusting),
        )
        with opener.open("https://chat.twilio.com/_emulator/proxied", timeout=5) as response:
            assert json.load(response)["proxied"][0]["target"] == "chat.twilio.com:443"
        assert emulator.control.proxied() == ["chat.twilio.com:443"]
        with pytest.raises(urllib.error.HTTPError, match="405"):
            opener.open("http://chat.twilio.com/", timeout=5)
        with socket.create_connection(("127.0.0.1", int(emulator.proxy_url.rsplit(":", 1)[1]))) as half:
            half.sendall(b"CONNECT half")


ROOT = Path(server.__file__).parents[2]


def command(*arguments: str) -> subprocess.Popen[str]:
    """The emulator as a process, the way a person starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.emulator", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command(tmp_path: Path, number: int) -> None:
    """The first line says where it listens, the file says the same; a signal ends it."""
    data = tmp_path / "seed.json"
    data.write_text(json.dumps({"services": [{"sid": SERVICE, "users": [{"identity": "a"}]}]}))
    ready = tmp_path / "ready.json"
    process = command("--seed", str(data), "--ready-file", str(ready), "--lifetime", "60")
    assert process.stdout is not None
    info = json.loads(process.stdout.readline())
    assert json.loads(ready.read_text()) == info
    assert info["pid"] == process.pid
    assert (info["https_url"], info["proxy_url"], info["ca_path"]) == (None, None, None)
    client = RawClient(info["url"], info["api_key"], info["api_secret"])
    assert client.get(f"/v1/Services/{SERVICE}/Users/a").status == 200
    # The connection stays open: that must not keep the emulator alive.
    process.send_signal(number)
    _out, problems = process.communicate(timeout=10)
    assert (process.returncode, problems) == (0, "")
    client.close()


def test_lifetime() -> None:
    """It ends by itself."""
    process = command("--lifetime", "0.2")
    _out, problems = process.communicate(timeout=10)
    assert (process.returncode, problems) == (0, "")


def test_command_refuses(tmp_path: Path, emulator: EmulatorThread, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for what a person can mend, no traceback."""
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for arguments, message in (
        (["--port", str(emulator.port)], "the port is taken"),
        (["--seed", str(broken)], "is not JSON"),
        (["--seed", str(tmp_path / "none.json")], "cannot read the seed"),
        (["--ready-file", str(tmp_path / "none" / "ready")], "cannot write the ready file"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
        (["--openapi", str(tmp_path)], "openapi"),
    ):
        assert __main__.main(arguments) == 1
        problems = capsys.readouterr().err
        assert message in problems
        assert problems.startswith("error: ")
        assert problems.count("\n") == 1
    with pytest.raises(SystemExit):
        __main__.main(["--port", "99999"])
    assert "argument --port" in capsys.readouterr().err
