# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a prediction with a diff shows is what the run then shows, to the letter."""

from __future__ import annotations

import re

import yaml

from tests.functional.documents import BULK, CHANGING, ROLE, SERVICE, USER, title
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Part, Result, RunPlaybook, run_parts

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
    parts = re.split(r"^TASK \[(.*)\] \**$", output, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip("\n") for part in parts[2::2]), strict=True))


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


def parts_of(module: str, emulator: RunningEmulator) -> dict[str, Part]:
    """What a run would do, what it does, and what another one does."""
    listed = yaml.safe_load(bulk_tasks(module) if module in BULK else tasks(module))
    parts = {
        name: Part(emulator, f"{module}, {name}", listed, diff=True, check_mode=name == "check")
        for name in ("check", "run", "again")
    }
    parts["check"].reset()
    parts["check"].seed(SEED)
    return parts


def test_the_prediction_shows_what_the_run_shows(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    parts = {module: parts_of(module, emulator) for module in (*CHANGING, *BULK)}
    run_parts(run_playbook, [part for each in parts.values() for part in each.values()], check_rc=True)
    for module, each in parts.items():
        assert each["check"].state() == each["check"].before, module
        assert {request["method"] for request in each["check"].requests()} == {"GET"}, module
        check, run, again = (each[name].result for name in ("check", "run", "again"))
        assert check.stdout == run.stdout
        if module in BULK:
            check_what_is_shown_of_many_users(module, run, again)
        else:
            check_what_is_shown(shown(run.stdout), f"{title(module)} user")
            assert check.changed == run.changed == ["Create", "Update", "Delete", "Replace"]
            names = ("Create", "Update", "Delete", "Replace", "Leave alone")
            assert shown(again.stdout) == dict.fromkeys(names, "ok: [localhost]")


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


def check_what_is_shown_of_many_users(module: str, run: Result, again: Result) -> None:
    [found] = shown(run.stdout).values()
    header = f"{title(module)} users of {SERVICE}"
    assert found.startswith(f"--- before: {header}\n+++ after: {header}\n")
    assert found.endswith("\n\nchanged: [localhost]")
    lines = found.splitlines()
    assert '-            "team": "support"' in lines
    assert '+            "team": "sales"' in lines
    # Who is as he should be is not shown.
    assert '"bob"' not in found and '"same"' not in found
    assert list(shown(again.stdout).values()) == ["ok: [localhost]"]
