# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What --check --diff shows is what the run then shows, to the letter."""

from __future__ import annotations

import re

import pytest

from tests.functional.documents import BULK, CHANGING, ROLE, SERVICE, USER, title
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import RunPlaybook

SEED = {
    "services": [
        {
            "sid": SERVICE,
            "roles": [{"sid": ROLE, "friendly_name": "agent", "type": "service"}],
            "users": [
                {"identity": "bob", "friendly_name": "Bob", "attributes": '{"team": "support", "n": 9007199254740993}'},
                {"identity": "mallory", "friendly_name": "Mallory", "attributes": '{"note": "ž \\" ünï"}'},
                {"sid": USER, "identity": "dave", "attributes": '{"team": "support"}'},
                {"identity": "same", "friendly_name": "Same"},
            ],
        }
    ]
}


def tasks(module: str) -> str:
    return f"""
      - name: Create
        community.twilio.{module}:
          service_sid: {SERVICE}
          identity: a/b žluť
          friendly_name: Alice
          role_sid: {ROLE}
          attributes: {{languages: [en, cs], n: 9007199254740993}}
      - name: Update
        community.twilio.{module}:
          service_sid: {SERVICE}
          identity: bob
          friendly_name: ""
          attributes: '{{"n": 9007199254740992, "x": 0.10}}'
          attributes_mode: merge
      - name: Delete
        community.twilio.{module}:
          service_sid: {SERVICE}
          identity: mallory
          state: absent
      - name: Replace
        community.twilio.{module}:
          service_sid: {SERVICE}
          sid: {USER}
          identity: dave@example.com
          friendly_name: Dave
          replace: true
      - name: Leave alone
        community.twilio.{module}:
          service_sid: {SERVICE}
          identity: same
          friendly_name: Same
    """


def shown(output: str) -> dict[str, str]:
    """What is shown of each task."""
    parts = re.split(r"^TASK \[(.*)\] \**$", output.partition("PLAY RECAP")[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip("\n") for part in parts[2::2]), strict=True))


@pytest.mark.parametrize("module", CHANGING)
def test_the_prediction_shows_what_the_run_shows(
    module: str, emulator: RunningEmulator, run_playbook: RunPlaybook
) -> None:
    emulator.seed(SEED)
    before = emulator.state()
    check = run_playbook(tasks(module), "--check", "--diff", check_rc=True)
    assert emulator.state() == before
    assert {request["method"] for request in emulator.requests()} == {"GET"}
    run = run_playbook(tasks(module), "--diff", check_rc=True)
    assert check.stdout == run.stdout
    check_what_is_shown(shown(check.stdout), f"{title(module)} user")
    assert check.changed == run.changed == ["Create", "Update", "Delete", "Replace"]
    again = shown(run_playbook(tasks(module), "--diff", check_rc=True).stdout)
    assert again == dict.fromkeys(("Create", "Update", "Delete", "Replace", "Leave alone"), "ok: [localhost]")


def check_what_is_shown(found: dict[str, str], user: str) -> None:
    create = found["Create"]
    assert create.startswith(f"--- before: {user} a/b žluť\n+++ after: {user} a/b žluť\n")
    assert create.endswith("\n\nchanged: [localhost]")
    removed = [line for line in create.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed == ["-{}"]
    update = [line.split() for line in found["Update"].splitlines() if re.match(r"[+-] ", line)]
    assert update == [
        ["-", '"n":', "9007199254740993,"],
        ["-", '"team":', '"support"'],
        ["+", '"n":', "9007199254740992,"],
        ["+", '"team":', '"support",'],
        ["+", '"x":', "0.1"],
        ["-", '"friendly_name":', '"Bob",'],
        ["+", '"friendly_name":', '"",'],
    ]
    assert f"--- before: {user} dave\n+++ after: {user} dave@example.com\n" in found["Replace"]
    assert found["Leave alone"] == "ok: [localhost]"


def bulk_tasks(module: str) -> str:
    return f"""
      - name: Create, update, delete, and leave one alone
        community.twilio.{module}:
          service_sid: {SERVICE}
          users:
            - identity: same
              friendly_name: Same
            - identity: dave
              attributes:
                team: sales
              attributes_mode: merge
            - identity: a/b žluť
              friendly_name: Alice
              role_sid: {ROLE}
            - identity: bob
          prune: true
          max_deletions: 1
    """


@pytest.mark.parametrize("module", BULK)
def test_the_prediction_for_many_users_shows_what_the_run_shows(
    module: str, emulator: RunningEmulator, run_playbook: RunPlaybook
) -> None:
    emulator.seed(SEED)
    before = emulator.state()
    check = run_playbook(bulk_tasks(module), "--check", "--diff", check_rc=True)
    assert emulator.state() == before
    assert {request["method"] for request in emulator.requests()} == {"GET"}
    run = run_playbook(bulk_tasks(module), "--diff", check_rc=True)
    assert check.stdout == run.stdout
    [found] = shown(run.stdout).values()
    header = f"{title(module)} users of {SERVICE}"
    assert found.startswith(f"--- before: {header}\n+++ after: {header}\n")
    assert found.endswith("\n\nchanged: [localhost]")
    lines = found.splitlines()
    assert '-            "team": "support"' in lines
    assert '+            "team": "sales"' in lines
    # Who is as he should be is not shown.
    assert '"bob"' not in found and '"same"' not in found
    [again] = shown(run_playbook(bulk_tasks(module), "--diff", check_rc=True).stdout).values()
    assert again == "ok: [localhost]"
