# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the documentation of every filter and lookup runs."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT
from tests.harness.playbook import Part, RunPlaybook, run_parts
from tests.unit.plugins.support import terraform

FILES = {path.stem: path for folder in ("filter", "lookup") for path in (ROOT / "plugins" / folder).glob("*.py")}
SERVICE = "IS0123456789abcdef0123456789abcdef"
STATE = terraform.state(
    terraform.resource("aws_instance", "web", terraform.instance({}), provider=terraform.AWS),
    terraform.resource(
        "twilio_conversations_user", "alice", terraform.instance(terraform.user("alice", service_sid=SERVICE))
    ),
)


def document(name: str, what: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a filter or lookup."""
    for node in ast.parse(FILES[name].read_text()).body:
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [what]:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise LookupError(f"{name} has no {what}.")


def test_every_filter_and_lookup_is_tested() -> None:
    assert sorted(FILES) == sorted(CHECKS)


@pytest.mark.parametrize("name", FILES)
def test_documentation_names_the_plugin(name: str) -> None:
    assert document(name, "DOCUMENTATION")["name"] == name
    assert f"community.twilio.{name}" in yaml.safe_dump(document(name, "EXAMPLES"))


def test_examples(run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text('identity,attributes\nalice,"{""team"": ""support""}"\n')
    (tmp_path / "state.json").write_text(json.dumps(STATE))
    sales = {"attributes": '{"team":"sales"}'}
    agents = [{"identity": "agent-7", "friendly_name": "Seven ", **sales}, {"identity": "Seven", "friendly_name": " 7"}]
    parts = {name: Part(emulator, name, document(name, "EXAMPLES")) for name in CHECKS}
    for name, part in parts.items():
        part.reset()
        part.seed({"services": [{"sid": SERVICE, "users": agents if name == "export_users" else []}]})
    variables = {
        "vault_first_token": "of the other account",
        "vault_second_key": emulator.ready["api_key"],
        "vault_second_secret": emulator.ready["api_secret"],
    }
    run_parts(run_playbook, list(parts.values()), "--extra-vars", json.dumps(variables), check_rc=True)
    for name, part in parts.items():
        done = [event["task"] for event in part.result.events if not event["item"]]
        assert done == [task["name"] for task in document(name, "EXAMPLES")]
        CHECKS[name](part, emulator)


def check_account_options(part: Part, emulator: RunningEmulator) -> None:
    assert {request["authorization_user"] for request in part.requests()} == {emulator.ready["api_key"]}


def check_drift_report(part: Part, _emulator: RunningEmulator) -> None:
    said = part.result.of("Say what would change")["msg"]
    assert said == "1 service differs. A sync would create 1 user."


def check_drift_report_html(part: Part, _emulator: RunningEmulator) -> None:
    assert part.result.of("Write what would change as a page")["changed"]


def check_from_terraform(part: Part, _emulator: RunningEmulator) -> None:
    [compared] = part.result.of("Compare the users in a Terraform state with those of their services")["results"]
    assert [user["identity"] for user in compared["results"]] == ["alice"]
    assert part.result.of("Show what a state contains besides users and roles")["msg"] == [
        {"address": "aws_instance.web", "reason": "it belongs to another provider, hashicorp/aws"}
    ]
    assert part.users(SERVICE) == []


def check_export_users(part: Part, _emulator: RunningEmulator) -> None:
    text = part.result.of("Show the users as a list in YAML")["msg"]
    assert [user["identity"] for user in yaml.safe_load(text)] == ["Seven", "agent-7"]
    assert part.result.of('Show what a CSV file with the agents of the team "sales" cannot contain')["msg"] == [
        {"identity": "agent-7", "field": "friendly_name", "reason": "must not begin or end with white space in CSV"}
    ]


def check_to_users(part: Part, _emulator: RunningEmulator) -> None:
    users = {user["identity"]: json.loads(user["attributes"]) for user in part.users(SERVICE)}
    assert users == {"alice": {"team": "support"}, "bob": {"team": "sales"}}


def check_unknown_extra_vars(part: Part, _emulator: RunningEmulator) -> None:
    assert part.result.of("Refuse misspelt extra variables")["msg"] == "All assertions passed"


def check_unresolvable_vars(part: Part, _emulator: RunningEmulator) -> None:
    assert part.result.of("Check that the credentials can be resolved")["msg"] == "All assertions passed"


CHECKS: dict[str, Callable[[Part, RunningEmulator], None]] = {
    "account_options": check_account_options,
    "drift_report": check_drift_report,
    "drift_report_html": check_drift_report_html,
    "export_users": check_export_users,
    "from_terraform": check_from_terraform,
    "to_users": check_to_users,
    "unknown_extra_vars": check_unknown_extra_vars,
    "unresolvable_vars": check_unresolvable_vars,
}
