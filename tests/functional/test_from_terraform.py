# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way from a Terraform state to a list of users, with the playbook of the guide."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.functional.playbooks import REPORT, SYNC
from tests.functional.test_documentation import blocks
from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT
from tests.harness.playbook import RunPlaybook
from tests.unit.plugins.support import terraform

GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_terraform.rst"
SERVICE = "IS0123456789abcdef0123456789abcdef"
CLERK, GUEST = (f"RL{digit * 32}" for digit in "12")
TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'false') }}"
PERMISSIONS = ["createConversation", "joinConversation"]
USERS: list[dict[str, Any]] = [
    {"identity": "+15550001", "friendly_name": TEMPLATE, "role_sid": CLERK},
    {"identity": "no", "attributes": '{"big": 12345678901234567890, "ratio": 1.0}', "role_sid": GUEST},
    {"identity": 'it\'s "quoted" ${x}', "friendly_name": "Ünï 😀", "role_sid": CLERK},
]
ADDRESSES = [
    "twilio_conversations_role.clerk",
    *(f'module.team["a b"].twilio_conversations_user.all[{key}]' for key in ('"+15550001"', '"no"')),
    r"""module.team["a b"].twilio_conversations_user.all["it's \"quoted\" $${x}"]""",
]


def state(chat: bool) -> dict[str, Any]:
    """What Terraform has of the service."""
    product = "chat" if chat else "conversations"
    role_type, permissions = ("deployment", ["createChannel", "joinChannel"]) if chat else ("service", PERMISSIONS)
    users = [
        terraform.instance(terraform.user(service_sid=SERVICE, **user), index_key=user["identity"]) for user in USERS
    ]
    clerk = terraform.role(CLERK, "clerk", service_sid=SERVICE, type=role_type, permissions=permissions)
    return terraform.state(
        terraform.resource(f"twilio_{product}_role", "clerk", terraform.instance(clerk)),
        terraform.resource(f"twilio_{product}_user", "all", *users, module='module.team["a b"]'),
    )


def test_state_becomes_a_list_without_drift(
    run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path
) -> None:
    roles = [
        {"sid": sid, "friendly_name": name, "type": "service", "permissions": PERMISSIONS}
        for sid, name in ((CLERK, "clerk"), (GUEST, "guest"))
    ]
    emulator.seed({"services": [{"sid": SERVICE, "friendly_name": "Shop", "roles": roles, "users": USERS}]})
    (tmp_path / "terraform.json").write_text(json.dumps(state(chat=False)))
    (tmp_path / "chat.json").write_text(json.dumps(state(chat=True)))
    guide = tmp_path / "guide.yml"
    guide.write_text(next(block.text for block in blocks(GUIDE) if "from_terraform" in block.text))
    [comparison] = next(block.plays for block in blocks(GUIDE) if "Compare the roles" in block.text)
    # The roles of Chat are the same ones, once they are translated.
    [task] = comparison["tasks"]
    translated = {**task, "name": "Compare the roles of Chat", "loop": "{{ of_chat.conversations[0].roles }}"}
    comparison["vars"] = {
        "of_chat": "{{ lookup('file', 'chat.json') | community.twilio.from_terraform('conversations') }}"
    }
    roles_playbook = tmp_path / "roles.yml"
    roles_playbook.write_text(json.dumps([{**comparison, "tasks": [task, translated]}]))
    variables = {
        "twilio_service_sid": SERVICE,
        "twilio_users_file": str(tmp_path / f"users-{SERVICE}.json"),
        "twilio_fail_on_drift": True,
        "twilio_prune": True,
    }
    result = run_playbook(
        guide,
        str(roles_playbook),
        *(f"community.twilio.{name}" for name in (REPORT, SYNC)),
        "--extra-vars",
        json.dumps(variables),
        check_rc=True,
    )
    assert "Traceback" not in result.output
    assert result.of("Show what is left out")["terraform.left_out"] == []
    for name in ("Compare the roles of the service", "Compare the roles of Chat"):
        [compared] = result.of(name)["results"]
        assert (compared["changed"], compared["role"]["sid"]) == (False, CLERK)
    assert {request["method"] for request in emulator.requests()} == {"GET"}
    assert not [name for name in result.changed if "Write" not in name]

    users = json.loads((tmp_path / f"users-{SERVICE}.json").read_text())
    assert [user["identity"] for user in users] == sorted(user["identity"] for user in USERS)
    assert users[0] == {"identity": "+15550001", "friendly_name": TEMPLATE, "role": "clerk", "attributes": "{}"}
    assert users[2]["attributes"] == USERS[1]["attributes"]
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in os.listdir(tmp_path) if SERVICE in name)

    check_commands(tmp_path, ADDRESSES)
    resources = re.findall(r"^  from = (.+)$", (tmp_path / "removed.tf").read_text(), re.MULTILINE)
    assert resources == ["twilio_conversations_role.clerk", "module.team.twilio_conversations_user.all"]


# The documents of twilio_conversations_user and twilio_chat_user 0.27.0, which are the same but for the last attribute
ARGUMENTS = ["service_sid", "identity", "friendly_name", "role_sid", "attributes"]
EXPORTS = [
    *("id", "sid", "account_sid", *ARGUMENTS, "is_notifiable", "is_online", "date_created", "date_updated", "url"),
    "joined_channels_count",
]
TIMEOUTS = ["create", "update", "read", "delete"]


def test_guide_has_a_row_for_everything_that_the_resources_document() -> None:
    text = GUIDE.read_text()
    section = text[text.index("\nArgument by argument\n") : text.index("\nArguments of the provider:\n")]
    arguments, exports, timeouts = (
        re.findall(r"^   \* - (.+)\n     - ", table, re.MULTILINE) for table in section.split(".. list-table::")[1:]
    )
    assert [name for name in ARGUMENTS if not any(row.startswith(f"``{name}``") for row in arguments)] == []
    assert [name for name in EXPORTS if not any(f"``{name}``" in row for row in exports)] == []
    assert [name for name in TIMEOUTS if not any(f"{{ {name} = " in row for row in timeouts)] == []
    assert "/Services/IS.../Users/US..." in section


def check_commands(folder: Path, addresses: list[str]) -> None:
    """Run the commands with a terraform that only writes down its arguments."""
    stub = folder / "bin" / "terraform"
    stub.parent.mkdir()
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$CALLS"\necho state\n')
    stub.chmod(0o755)
    calls = folder / "calls"
    environment = {**os.environ, "PATH": f"{stub.parent}:{os.environ['PATH']}", "CALLS": str(calls)}
    subprocess.run(["sh", "leave-terraform.sh"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert calls.read_text().splitlines() == ["state", "pull", "state", "rm", *addresses]
    assert (folder / "terraform-backup.json").read_text() == "state\n"
