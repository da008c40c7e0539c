# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README and guides: every task in them runs, and every message is one that the modules print.

A message in the troubleshooting guide is a block of the language ``text``; ``...`` in it stands for anything.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness import picture
from tests.harness.emulator import RunningEmulator, running_emulator
from tests.harness.paths import ROOT
from tests.harness.playbook import Result, RunPlaybook
from tests.unit.plugins.support import terraform

README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
# Their plays need an inventory; test_inventory.py runs them.
WITH_INVENTORY = {"guide_many_services"}
START = ROOT / "docs" / "docsite" / "rst" / "guide_start.rst"
DOCUMENTS = [README, *(path for path in GUIDES if path != START and path.stem not in WITH_INVENTORY)]

# The names that the documents use.
SERVICE = "IS0123456789abcdef0123456789abcdef"
ROLE = "RL0123456789abcdef0123456789abcdef"
USER = "US0123456789abcdef0123456789abcdef"
NO_SERVICE, NO_ROLE, NO_USER = (f"{prefix}{'f' * 32}" for prefix in ("IS", "RL", "US"))
STATE = terraform.state(
    terraform.resource(
        "twilio_conversations_role",
        "agent",
        terraform.instance(terraform.role(ROLE, "agent", service_sid=SERVICE, permissions=["editOwnUserInfo"])),
    )
)
PROXY = "http://proxy.example.com:3128"
CA_FILE = "/etc/pki/company-ca.pem"
GATEWAY = "twilio-gateway.example.com"


@dataclass(frozen=True)
class Block:
    """A block of code in a document: its language, the line it begins on, and what it says."""

    language: str
    line: int
    text: str

    @property
    def is_yaml(self) -> bool:
        """Whether it is YAML of any kind."""
        return self.language.startswith("yaml")

    @property
    def plays(self) -> list[dict[str, Any]]:
        """Its plays, or its tasks as a play; empty when it holds neither."""
        value = yaml.safe_load(self.text) if self.is_yaml else None
        if not isinstance(value, list):
            return []
        if any("hosts" in part for part in value):
            return value
        return [{"name": f"Line {self.line}", "hosts": "localhost", "gather_facts": False, "tasks": value}]


def blocks(path: Path) -> list[Block]:
    """Every block of code in a Markdown or reStructuredText document."""
    return list((_rst_blocks if path.suffix == ".rst" else _markdown_blocks)(path.read_text().splitlines()))


def _markdown_blocks(lines: list[str]) -> Iterator[Block]:
    start = None
    for number, line in enumerate(lines):
        if line.startswith("```"):
            if start is None:
                start = number
            else:
                yield Block(lines[start][3:].strip(), start + 1, "\n".join(lines[start + 1 : number]))
                start = None
    assert start is None


def _rst_blocks(lines: list[str]) -> Iterator[Block]:
    for number, line in enumerate(lines):
        found = re.fullmatch(r"( *)\.\. code-block:: (\S+)", line)
        if found is None:
            continue
        inside = []
        for following in lines[number + 1 :]:
            if following.strip() and not following.startswith(found[1] + " "):
                break
            inside.append(following)
        yield Block(found[2], number + 1, textwrap.dedent("\n".join(inside)).strip())


def tasks_of(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tasks of a play or a block that always run."""
    for task in [*part.get("tasks", []), *part.get("block", [])]:
        if "block" in task:
            yield from tasks_of(task)
        else:
            yield task


@pytest.fixture(scope="module")
def twilio() -> Iterator[RunningEmulator]:
    """An emulator with TLS, and a proxy that leads there from every host."""
    with running_emulator("--tls", "--proxy") as running:
        yield running


@pytest.fixture
def seeded(twilio: RunningEmulator) -> RunningEmulator:
    """The emulator with what the documents speak of."""
    twilio.reset()
    twilio.call("DELETE", "proxied")
    role = {"sid": ROLE, "friendly_name": "agent", "type": "service", "permissions": ["editOwnUserInfo"]}
    users = [
        {"sid": USER, "identity": "bob", "friendly_name": "Bob", "attributes": {"theme": "dark"}},
        {"identity": "mallory"},
        {"identity": "unreadable", "attributes": "not JSON"},
    ]
    twilio.seed({"services": [{"sid": SERVICE, "friendly_name": "Support", "roles": [role], "users": users}]})
    return twilio


def through_proxy(emulator: RunningEmulator) -> dict[str, str | None]:
    """The variables that lead a playbook to the emulator although it means Twilio itself."""
    return {
        "TWILIO_API_BASE_URL": None,
        "HTTPS_PROXY": emulator.ready["proxy_url"],
        "REQUESTS_CA_BUNDLE": emulator.ready["ca_path"],
        **dict.fromkeys(("https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "CURL_CA_BUNDLE")),
    }


def play(
    run_playbook: RunPlaybook, folder: Path, plays: list[dict[str, Any]], *arguments: str, **options: Any
) -> Result:
    """Run plays as they are."""
    path = folder / "documented.yml"
    path.write_text(json.dumps(plays))
    return run_playbook(path, *arguments, **options)


# Every task runs


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_task_runs(path: Path, run_playbook: RunPlaybook, seeded: RunningEmulator, tmp_path: Path) -> None:
    """All blocks of a document, from its beginning to its end, against one service."""
    plays = [each for block in blocks(path) for each in block.plays]
    assert plays
    text = json.dumps(plays).replace(PROXY, seeded.ready["proxy_url"]).replace(CA_FILE, seeded.ready["ca_path"])
    plays = json.loads(text)
    (tmp_path / "terraform.json").write_text(json.dumps(STATE))
    account = {"account_sid": seeded.ready["account_sid"], "auth_token": seeded.ready["auth_token"]}
    variables = {
        "vault_twilio_account_sid": account["account_sid"],
        "vault_twilio_api_key": seeded.ready["api_key"],
        "vault_twilio_api_secret": seeded.ready["api_secret"],
        "vault_twilio_client_id": seeded.ready["client_id"],
        "vault_twilio_client_secret": seeded.ready["client_secret"],
        "projects": {name: {**account, "service_sid": SERVICE} for name in ("one", "two")},
    }
    # The emulator's own controls are reached by the base URL; everywhere else a document means Twilio itself.
    is_offline = path.stem == "guide_offline"
    result = play(
        run_playbook,
        tmp_path,
        plays,
        "--inventory=web.example.com,",
        f"--extra-vars={json.dumps(variables)}",
        env={**seeded.environment} if is_offline else {**seeded.environment, **through_proxy(seeded)},
        check_rc=True,
    )
    wanted = [task["name"] for each in plays for task in tasks_of(each)]
    assert [event["task"] for event in result.events if not event["item"] and event["task"] in wanted] == wanted
    assert not [event for event in result.events if event["status"] == "skipped"]
    if path.stem == "guide_authentication":
        assert f"{GATEWAY}:443" in seeded.proxied()


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_tasks_have_their_own_language(path: Path) -> None:
    """What runs is called yaml+jinja, so that nothing is passed over by mistake."""
    assert [
        block.line for block in blocks(path) if block.is_yaml and bool(block.plays) != ("jinja" in block.language)
    ] == []


def test_start(
    run_playbook: RunPlaybook, emulator: RunningEmulator, ansible_environment: dict[str, str], tmp_path: Path
) -> None:
    """The guide from its beginning to its end; its playbook is also the first one of the README, and in the picture."""
    install, credentials, services, service, playbook, *runs = blocks(START)
    assert install.text in README.read_text()
    exported = re.findall(r"^\$ export (\w+)=\w+$", f"{credentials.text}\n{service.text}", re.MULTILINE)
    assert {*exported, "TWILIO_API_BASE_URL"} == set(emulator.environment)
    environment = {**ansible_environment, **emulator.environment}
    command = shlex.split(services.text.removeprefix("$ "))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f'"sid": "{emulator.service_sid}"' in done.stdout
    assert playbook.plays == blocks(README)[0].plays
    (tmp_path / "users.yml").write_text(playbook.text)
    assert len(runs) == 3
    for shown in runs:
        line, _empty, output = shown.text.partition("\n\n")
        arguments = line.removeprefix("$ ansible-playbook users.yml").split()
        coloured = run_playbook(tmp_path / "users.yml", *arguments, env=picture.COLOURED, check_rc=True).stdout
        printed = re.sub(r"\x1b\[[0-9;]*m", "", coloured).strip()
        assert [part.rstrip() for part in printed.splitlines()] == output.splitlines()
        if arguments:
            assert picture.draw(coloured) == picture.PICTURE.read_text(), "To draw it again: nox -s pictures"


def test_dry_run_prints_what_the_guide_shows(
    run_playbook: RunPlaybook, seeded: RunningEmulator, tmp_path: Path
) -> None:
    playbook, shown = blocks(ROOT / "docs/docsite/rst/guide_check_mode.rst")[:2]
    result = play(run_playbook, tmp_path, playbook.plays, "--check", "--diff", env=seeded.environment, check_rc=True)
    assert shown.language == "console"
    assert [line.rstrip() for line in result.stdout.strip().splitlines()] == shown.text.split("\n\n", 1)[1].splitlines()
    assert {request["method"] for request in seeded.requests()} == {"GET"}


def test_hosts_of_regions_and_edges(run_playbook: RunPlaybook, seeded: RunningEmulator) -> None:
    text = (ROOT / "docs/docsite/rst/guide_authentication.rst").read_text()
    rows = re.findall(r"^   \* -(.*)\n     -(.*)\n     - ``(conversations\..*twilio\.com)``$", text, re.MULTILINE)
    assert len(rows) == 4
    tasks = [
        {
            "community.twilio.twilio_conversations_user_info": {
                "service_sid": SERVICE,
                "limit": 1,
                "region": region.strip(" `"),
                "edge": edge.strip(" `"),
            }
        }
        for region, edge, _host in rows
    ]
    run_playbook(json.dumps(tasks), env={**seeded.environment, **through_proxy(seeded)}, check_rc=True)
    assert seeded.proxied() == [f"{host}:443" for _region, _edge, host in rows]


def test_controller_credential_sets_the_variables_of_the_modules() -> None:
    types = [
        yaml.safe_load(block.text)
        for block in blocks(ROOT / "docs/docsite/rst/guide_authentication.rst")
        if block.is_yaml and not block.plays
    ]
    inputs, injectors = types
    documented = (ROOT / "plugins/doc_fragments/_connection.py").read_text()
    fields = [field["id"] for field in inputs["fields"]]
    assert set(injectors) == {"env"}
    assert injectors["env"] == {f"TWILIO_{name.upper()}": f"{{{{ {name} }}}}" for name in fields}
    assert [name for name in injectors["env"] if f"E({name})" not in documented] == []
    assert {field["id"] for field in inputs["fields"] if field.get("secret")} == {
        *("auth_token", "api_secret", "client_secret")
    }


# Every message is a real one


def scenarios(emulator: RunningEmulator, folder: Path) -> list[dict[str, Any]]:
    """Tasks that fail, one for each message in the guide."""
    users = "community.twilio.twilio_conversations_user"
    https = {"HTTPS_PROXY": emulator.ready["proxy_url"], "TWILIO_API_BASE_URL": ""}
    no_credentials = {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}
    tasks: list[dict[str, Any]] = []
    # These have no identity, and the services are in no service.
    bulk: dict[str, Any] = {"module": f"{users}s", "identity": None}
    of_role: dict[str, Any] = {"module": users.replace("user", "role"), "identity": None}
    of_service: dict[str, Any] = {"module": users.replace("user", "service"), "identity": None, "service_sid": None}
    of_chat_service: dict[str, Any] = {**of_service, "module": "community.twilio.twilio_chat_service"}

    def task(
        module: str = users,
        environment: dict[str, str] | None = None,
        fault: dict[str, Any] | None = None,
        seconds: float = 1,
        **options: Any,
    ) -> None:
        number = len(tasks)
        options = {"service_sid": SERVICE, "identity": f"alice-{number}", "timeouts": {"read": seconds}, **options}
        if fault is not None:
            emulator.fault(**{"match": {"path": f"{options['identity']}$"}, "times": None, **fault})
        options = {name: value for name, value in options.items() if value is not None}
        tasks.append({"name": f"Task {number}", module: options, "environment": environment or {}})

    # Before any request
    task(environment=no_credentials)
    task(environment={"TWILIO_AUTH_TOKEN": ""}, api_key=emulator.ready["api_key"])
    task(account_sid=emulator.ready["api_key"])
    task(api_key=emulator.ready["account_sid"], api_secret="x" * 32)
    task(service_sid=None)
    task(service="Support")
    task(**{**of_service, "service_sid": SERVICE}, friendly_name="Support")
    task(service_sid=None, service="")
    task(identity=None)
    task(service_sid="Support")
    task("community.twilio.twilio_chat_user", service_sid="default")
    task(identity="")
    task(identity=USER)
    task(identity="a" * 257)
    task(identity="carol\n")
    task(identity=15551234567, state="absent")
    task(identity=None, sid="bob")
    task(identity=None, sid=f"/Services/{NO_SERVICE}/Users/{USER}")
    task(friendly_name="a" * 257)
    task(role_sid="service user")
    task(role="agent", role_sid=ROLE)
    task(**of_role, friendly_name="agent", permissions=[])
    task(**of_role, friendly_name="agent", replace=True)
    task(**of_chat_service, friendly_name="Workshop", limits={"channel_members": 0})
    alice = {"identity": "alice"}
    others = [{"identity": "b"}, {"identity": "c"}, {"identity": "erin", "role_sid": "agent"}]
    task(**bulk, users=[alice, {}, *others])
    task(**bulk, users=[{"identity": "alice", "friendlyName": "A"}])
    task(**bulk, users=[{"identity": "alice", "role": "agent", "role_sid": ROLE}])
    task(**bulk, users=[alice, alice])
    task(**bulk, users=[], prune=True)
    task(**bulk, users=[alice], prune=True, state="absent")
    task(**bulk, users=[alice], concurrency=0, writes_per_second=-1, max_deletions=-1)
    task(attributes="[1, 2]")
    task(attributes="{'team': 'support'}")
    task(attributes='{"team": 1, "team": 2}')
    task(seconds=0)
    task(api_base_url="http://gateway.example.com")
    task(api_base_url="https://gateway.example.com/twilio")
    task(ca_path="/etc/pki/missing.pem")
    task(region="IE1")
    task(region="ie1", api_base_url="")
    task(f"{users}_info", limit=0)
    # What Twilio refuses
    task(environment={"TWILIO_AUTH_TOKEN": "0" * 32})
    task(client_id=emulator.ready["client_id"], client_secret="0" * 32)
    task(fault={"kind": "status", "status": 403, "code": 70051, "message": "Forbidden"})
    task("community.twilio.twilio_chat_user", fault={"kind": "status", "status": 410})
    task(f"{users}_info", service_sid=NO_SERVICE)
    task(service_sid=NO_SERVICE)
    task("community.twilio.twilio_chat_user", service_sid=NO_SERVICE)
    task(f"{users}_info", service_sid=NO_SERVICE, identity=None)
    task(service_sid=None, service="Shop")
    task(**of_service, sid=NO_SERVICE)
    task(**of_service, sid=NO_SERVICE, friendly_name="Shop")
    twins = [{"sid": f"RL{number}", "friendly_name": "twin", "type": "service"} for number in ("1" * 32, "2" * 32)]
    emulator.seed({"services": [{"sid": SERVICE, "roles": twins}]})
    emulator.seed({"services": [{"sid": f"IS{number}", "friendly_name": "Twins"} for number in ("1" * 32, "2" * 32)]})
    task(**of_service, friendly_name="Twins")
    task(**of_role, friendly_name="twin")
    task(role="twin")
    task(**of_service, sid=SERVICE, friendly_name="Sales")
    task(**of_service, friendly_name="Support", state="absent")
    task(**of_chat_service, friendly_name="Workshop", webhook_filters=["onNothing"])
    task(**of_service, friendly_name="Warehouse", webhooks={"filters": ["onNothing"]})
    task(**of_service, friendly_name="Support", configuration={"default_chat_service_role_sid": NO_ROLE})
    task(role="clerk")
    task(**of_role, friendly_name="clerk")
    task(**of_role, friendly_name="agent", type="conversation")
    task(**of_role, sid=ROLE, friendly_name="clerk")
    task(**of_role, friendly_name="agent", permissions=["fly"])
    task(**of_role, friendly_name="service user", state="absent")
    task(**bulk, users=[{"identity": "bulk-1", "role_sid": NO_ROLE}])
    task(
        **bulk,
        users=[{"identity": "bulk-2", "role_sid": NO_ROLE}, {"identity": "bulk-3"}],
        on_error="stop",
        concurrency=1,
    )
    task(**bulk, users=[], prune=True, max_deletions=1)
    task(**bulk, users=[{"identity": "bulk-4"}, {"identity": "bulk-5"}], max_changes=1)
    task(**of_role, friendly_name="agent", type="conversation", permissions=["fly"], replace=True)
    task(identity=None, sid=NO_USER)
    task(identity="robert", sid=NO_USER)
    task(identity="robert", sid=USER)
    task(identity="robert", sid=USER, state="absent")
    emulator.fault("status", {"method": "DELETE", "path": USER}, status=403, code=70051, message="Forbidden")
    task(identity="robert", sid=USER, replace=True)
    task(role_sid=NO_ROLE)
    task(identity="unreadable", attributes={"team": "support"}, attributes_mode="merge")
    # No answer
    busy = {"kind": "status", "status": 429, "code": 20429, "message": "Too many requests"}
    task(fault=busy)
    task(fault={**busy, "headers": {"Retry-After": "60"}}, seconds=30)
    task(fault={"kind": "status", "status": 503, "body": "html"})
    task(fault={"kind": "status", "status": 404, "body": "html"})
    task(fault={"kind": "status", "status": 301, "body": "html"})
    task(fault={"kind": "not_json"})
    task(fault={"kind": "hang", "seconds": 5}, request_timeout=0.5)
    task(api_base_url="http://127.0.0.1:9")
    task(api_base_url="https://twilio.invalid")
    task(fault={"kind": "drop_before"})
    task(environment={**https, "HTTPS_PROXY": "http://127.0.0.1:9"})
    task(environment={**https, "HTTPS_PROXY": "http://user:p/w@proxy.example.com:3128"})
    task(environment={**https, "HTTPS_PROXY": "", "ALL_PROXY": "socks5h://127.0.0.1:9"})
    task(environment=https)
    task(api_base_url=emulator.url.replace("http:", "https:"))
    other_service = "IS" + "3" * 32
    emulator.seed({"services": [{"sid": other_service, "friendly_name": "Other"}]})
    emulator.fault("status", {"method": "POST", "path": f"{other_service}/Users$"}, times=None, status=404, code=20404)
    task(service_sid=other_service, timeouts={"create": 1})
    chat_create = {"product": "chat", "method": "POST", "path": "/Users$"}
    emulator.fault("status", chat_create, times=None, status=409, code=50201, message="User already exists")
    task("community.twilio.twilio_chat_user", timeouts={"create": 1})
    # The library
    old = folder / "old"
    for name in ("twilio/__init__.py", "twilio/rest.py", "twilio/http/__init__.py", "twilio/http/response.py"):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text('__version__ = "6.63.2"\nClient = Response = object\n')
    (old / "twilio/http/http_client.py").write_text("TwilioHttpClient = object\n")
    as_module = {"community_twilio_in_process": False}
    task(environment={"PYTHONPATH": str(old)})
    tasks[-1]["vars"] = as_module
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "bare")], check=True)
    task()
    tasks[-1]["vars"] = {**as_module, "ansible_python_interpreter": str(folder / "bare" / "bin" / "python")}
    return tasks


def test_messages_of_the_troubleshooting_guide(
    run_playbook: RunPlaybook, seeded: RunningEmulator, tmp_path: Path
) -> None:
    """Every task of the scenarios fails with a message of the guide, and the guide has no other messages."""
    guide = ROOT / "docs/docsite/rst/guide_troubleshooting.rst"
    quoted = {block.text: _pattern(block.text) for block in blocks(guide) if block.language == "text"}
    tasks = scenarios(seeded, tmp_path)
    result = run_playbook(
        json.dumps([{**task, "ignore_errors": True} for task in tasks]),
        env={**seeded.environment, **dict.fromkeys(through_proxy(seeded)), "TWILIO_API_BASE_URL": seeded.url},
        check_rc=True,
    )
    assert [event["status"] for event in result.events] == ["ignored"] * len(tasks)
    printed = [re.sub(r"alice-\d+", "alice", event["result"]["msg"]) for event in result.events]
    defaults = {"hosts": "localhost", "module_defaults": {"group/community.twilio.twilio": {"service_sid": SERVICE}}}
    for playbook in (tasks[:1], [{**defaults, "tasks": tasks[:1]}]):
        lost = run_playbook(json.dumps(playbook), env={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "none")})
        printed.append(" ".join(lost.output.split("[ERROR]: ", 1)[1].splitlines()))
    assert [message for message in printed if not any(each.fullmatch(message) for each in quoted.values())] == []
    assert [text for text, each in quoted.items() if not any(each.fullmatch(message) for message in printed)] == []


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("...")))
