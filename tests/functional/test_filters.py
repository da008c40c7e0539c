# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the documentation of every filter and lookup runs."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT
from tests.harness.playbook import Result, RunPlaybook
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


@pytest.fixture
def run(run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path) -> Any:
    """Run the examples of a filter or lookup, with what they speak of."""
    (tmp_path / "users.csv").write_text('identity,attributes\nalice,"{""team"": ""support""}"\n')
    (tmp_path / "state.json").write_text(json.dumps(STATE))
    emulator.seed({"services": [{"sid": SERVICE}]})
    variables = {
        "vault_first_token": "of the other account",
        "vault_second_key": emulator.ready["api_key"],
        "vault_second_secret": emulator.ready["api_secret"],
    }

    def run_examples(name: str) -> Result:
        tasks = document(name, "EXAMPLES")
        result = run_playbook(yaml.safe_dump(tasks), "--extra-vars", json.dumps(variables), check_rc=True)
        assert [event["task"] for event in result.events if not event["item"]] == [task["name"] for task in tasks]
        return result

    return run_examples


def test_every_filter_and_lookup_is_tested() -> None:
    filters = ["account_options", "drift_report", "export_users", "from_terraform", "to_users"]
    assert sorted(FILES) == [*filters, "unknown_extra_vars", "unresolvable_vars"]


@pytest.mark.parametrize("name", FILES)
def test_documentation_names_the_plugin(name: str) -> None:
    assert document(name, "DOCUMENTATION")["name"] == name
    assert f"community.twilio.{name}" in yaml.safe_dump(document(name, "EXAMPLES"))


def test_account_options(run: Any, emulator: RunningEmulator) -> None:
    run("account_options")
    assert {request["authorization_user"] for request in emulator.requests()} == {emulator.ready["api_key"]}


def test_drift_report(run: Any) -> None:
    assert run("drift_report").of("Say what would change")["msg"] == "1 service differs. A sync would create 1 user."


def test_from_terraform(run: Any, emulator: RunningEmulator) -> None:
    result = run("from_terraform")
    [compared] = result.of("Compare the users in a Terraform state with those of their services")["results"]
    assert [user["identity"] for user in compared["results"]] == ["alice"]
    assert result.of("Show what a state contains besides users and roles")["msg"] == [
        {"address": "aws_instance.web", "reason": "it belongs to another provider, hashicorp/aws"}
    ]
    assert emulator.users(SERVICE) == []


def test_export_users(run: Any, emulator: RunningEmulator) -> None:
    sales = {"attributes": '{"team":"sales"}'}
    users = [{"identity": "agent-7", "friendly_name": "Seven ", **sales}, {"identity": "Seven", "friendly_name": " 7"}]
    emulator.seed({"services": [{"sid": SERVICE, "users": users}]})
    result = run("export_users")
    text = result.of("Show the users as a list in YAML")["msg"]
    assert [user["identity"] for user in yaml.safe_load(text)] == ["Seven", "agent-7"]
    assert result.of('Show what a CSV file with the agents of the team "sales" cannot contain')["msg"] == [
        {"identity": "agent-7", "field": "friendly_name", "reason": "must not begin or end with white space in CSV"}
    ]


def test_to_users(run: Any, emulator: RunningEmulator) -> None:
    run("to_users")
    users = {user["identity"]: json.loads(user["attributes"]) for user in emulator.users(SERVICE)}
    assert users == {"alice": {"team": "support"}, "bob": {"team": "sales"}}


def test_unknown_extra_vars(run: Any) -> None:
    assert run("unknown_extra_vars").of("Refuse misspelt extra variables")["msg"] == "All assertions passed"


def test_unresolvable_vars(run: Any) -> None:
    assert run("unresolvable_vars").of("Check that the credentials can be resolved")["msg"] == "All assertions passed"
