# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook export_users, as a person runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.functional.playbooks import EXPORT, REPORT, Playbooks, numbers, playbooks
from tests.functional.test_documentation import blocks
from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT
from tests.harness.playbook import Result

__all__ = ["playbooks"]

USERS: list[dict[str, Any]] = [
    {"identity": "zoë", "friendly_name": "no", "attributes": '{"team":"it","max":9007199254740993.10}'},
    {"identity": "+15551234567", "friendly_name": "{{ 1 + 1 }}"},
    {"identity": " of another time", "friendly_name": "1"},
    {"identity": "007", "attributes": '{"team":"sales"}'},
]
FILES = {
    "yaml": """\
---
- identity: "+15551234567"
  friendly_name: "{{ 1 + 1 }}"
  role: service user
  attributes: {}
- identity: "007"
  friendly_name: ""
  role: service user
  attributes:
    team: sales
- identity: zoë
  friendly_name: "no"
  role: service user
  attributes:
    max: 9007199254740993.10
    team: it
""",
    "json": """\
[
  {"identity":"+15551234567","friendly_name":"{{ 1 + 1 }}","role":"service user","attributes":{}},
  {"identity":"007","friendly_name":"","role":"service user","attributes":{"team":"sales"}},
  {"identity":"zoë","friendly_name":"no","role":"service user","attributes":{"max":9007199254740993.10,"team":"it"}}
]
""",
    "csv": """\
identity,friendly_name,role,role_sid,attributes
+15551234567,{{ 1 + 1 }},service user,,{}
007,,service user,,"{""team"":""sales""}"
zoë,no,service user,,"{""max"":9007199254740993.10,""team"":""it""}"
""",
}
ALICE = '{"team":"support","languages":["en","no"]}'
SUMMARY = (
    "3 users; left out, so that a sync with twilio_prune would delete them: ' of another time' must not begin with"
    " white space"
)
SHOW = "Show what was exported"
GUIDE = ROOT / "docs/docsite/rst/guide_export.rst"
ROLE = "RL" + "7" * 32


def messages(result: Result, task: str) -> dict[str, str]:
    """What a task says, for each host."""
    return {event["host"]: event["result"]["msg"] for event in result.events if event["task"] == task}


def hosts_of(emulator: RunningEmulator, folder: Path) -> dict[str, dict[str, Any]]:
    """A host for each format; the same file is for the report."""
    hosts = {}
    for form, product in (("yaml", "chat"), ("json", "conversations"), ("csv", "chat")):
        path = str(folder / f"users.{form}")
        files = {"twilio_export_file": path, "twilio_users_file": path}
        hosts[form] = {"twilio_service_sid": emulator.create_service(users=USERS), "twilio_product": product, **files}
    return hosts


def test_an_export_is_in_sync_and_stable(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    hosts = hosts_of(emulator, playbooks.folder / "users")
    shown, told = (block.text for block in blocks(GUIDE) if block.language == "text")
    agent = {"sid": ROLE, "friendly_name": "agent", "type": "service", "permissions": ["editOwnUserInfo"]}
    users = [
        {"identity": "alice", "friendly_name": "Alice", "role_sid": ROLE, "attributes": ALICE},
        {"identity": "+15551234567", "friendly_name": "Front desk"},
        {"identity": " alice"},
    ]
    emulator.create_service(friendly_name="Support", roles=[agent], users=users)
    guide = playbooks.folder / "users.yml"
    some = playbooks.folder / "some.json"
    others: dict[str, dict[str, Any]] = {
        "guide": {"twilio_service": "Support", "twilio_export_file": "users.yml", "twilio_users_file": "users.yml"},
        "default": {
            "twilio_service_sid": "default",
            "twilio_export_file": "default.csv",
            "twilio_export_omit_defaults": True,
            "twilio_users_file": "default.csv",
        },
        # As the answers to a survey.
        "some": {
            "twilio_service": "Support",
            "twilio_export_file": str(some),
            "twilio_users_file": str(some),
            "twilio_export_mode": "0640",
            "twilio_export_only": '{"roles": ["agent", "service user"], "identities": ["[+a]*"]}',
            "twilio_export_omit_defaults": "yes",
            "twilio_timeouts": {"read": 60, "create": 60},
        },
    }
    first = playbooks(EXPORT, {}, hosts={**hosts, **others}, then=REPORT)
    assert playbooks.writes == []
    assert numbers(first)["in_sync"] == len(hosts) + len(others)
    for name, host in hosts.items():
        path = Path(host["twilio_export_file"])
        assert path.read_text() == FILES[name]
        assert path.stat().st_mode & 0o777 == 0o600
    assert guide.read_text() == shown + "\n"
    assert [json.loads(line.strip(" ,")) for line in some.read_text().splitlines()[1:-1]] == [
        {"identity": "+15551234567", "friendly_name": "Front desk"},
        {"identity": "alice", "friendly_name": "Alice", "role": "agent", "attributes": json.loads(ALICE)},
    ]
    assert some.stat().st_mode & 0o777 == 0o640
    said = messages(first, SHOW)
    assert said["guide"] == told.replace("/home/me", str(playbooks.folder))
    assert said["default"] == f"Conversations service default: exported to {playbooks.folder}/default.csv: 0 users"
    assert said["some"] == f"Conversations service Support: exported to {some}: 2 users"
    for name, host in hosts.items():
        service = f"{host['twilio_product'].title()} service {host['twilio_service_sid']}"
        assert said[name] == f"{service}: exported to {host['twilio_export_file']}: {SUMMARY}"

    # One service has changed, and the folder of another file does not exist.
    changed = {"identity": "007", "friendly_name": "James"}
    emulator.seed({"services": [{"sid": hosts["yaml"]["twilio_service_sid"], "users": [changed]}]})
    elsewhere = playbooks.folder / "elsewhere" / "users.csv"
    hosts["csv"]["twilio_export_file"] = str(elsewhere)
    (playbooks.folder / "link.yml").symlink_to(guide)
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "nothing": ({}, "twilio_export_file: must be given"),
        "name": ({"file": "users.txt"}, f"must end in .yml, .yaml, .json or .csv, got {playbooks.folder}/users.txt"),
        "link": ({"file": "link.yml"}, f"must not be a symbolic link, got {playbooks.folder}/link.yml"),
        "mode": (
            {"file": "x.yml", "mode": 640},
            "twilio_export_mode: must be text of octal digits such as 0640, got 640",
        ),
        "only": ({"file": "y.yml", "only": {"identities": "a*"}}, "only.identities: must be a list of text"),
        "one": ({"file": "z.yml"}, f"must be another file for each host, got {playbooks.folder}/z.yml"),
        "two": ({"file": "z.yml"}, f"must be another file for each host, got {playbooks.folder}/z.yml"),
    }
    refused: dict[str, dict[str, Any]] = {
        name: {
            "twilio_service_sid": emulator.service_sid,
            **{f"twilio_export_{key}": value for key, value in given.items()},
        }
        for name, (given, _message) in wrong.items()
    }
    # It has the service of the refused ones, which no request may reach.
    del others["default"]
    second = playbooks(EXPORT, {}, "--check", "--diff", hosts={**hosts, **others, **refused}, rc=2)
    assert {event["host"] for event in second.events if event["result"].get("changed")} == {"yaml", "csv"}
    assert '-  friendly_name: ""\n+  friendly_name: James\n' in second.stdout
    assert Path(hosts["yaml"]["twilio_export_file"]).read_text() == FILES["yaml"]
    assert not elsewhere.parent.exists()
    failed = {event["host"]: event["result"]["msg"] for event in second.events if event["status"] == "failed"}
    assert set(failed) == set(wrong)
    for name, (_given, message) in wrong.items():
        assert message in failed[name]
    assert emulator.service_sid not in "".join(request["path"] for request in emulator.requests())


def test_the_guide_has_all_variables() -> None:
    specs = yaml.safe_load((ROOT / "roles/sync_users/meta/argument_specs.yml").read_text())["argument_specs"]
    own = set(specs["export"]["options"]) - set(specs["main"]["options"])
    table = GUIDE.read_text().split("   * - Variable")[1].split("A file with a part")[0]
    assert own == set(re.findall(r"``(twilio_\w+)``", table))
