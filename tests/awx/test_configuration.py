# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""examples/awx/configure.yml, with the real modules of awx.awx: what it makes, and that a second run changes nothing.

What it makes is held to what AWX's source says of it, as far as that can be told without AWX.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.harness.paths import ROOT

from .conftest import ACCOUNT, EXAMPLE, TOKEN, Configured
from .stand_in import Store

MADE = {
    "credential_types": ["Twilio", "Twilio accounts"],
    "credentials": ["Twilio", "Twilio accounts"],
    "execution_environments": ["Twilio"],
    "projects": ["Twilio users"],
    "inventories": ["Twilio", "Twilio services"],
    "hosts": ["localhost"],
    "inventory_sources": ["Services of the account"],
    "job_templates": ["Sync Twilio users", "Report drift of Twilio users", "Sync all Twilio services"],
    "schedules": ["Drift of Twilio users, every morning"],
}
# AWX lists files of a project as playbooks when a line of them is like this (awx/main/utils/ansible.py).
LISTED_AS_PLAYBOOK = re.compile(
    r"\s*-?\s*(?:hosts|(?:ansible\.builtin\.)?include|(?:ansible\.builtin\.)?import_playbook):"
)


def test_the_first_run_makes_everything(configured: Configured) -> None:
    made = {
        kind: [thing["name"] for thing in things.values()]
        for kind, things in configured.store.things.items()
        if kind != "organizations"
    }
    assert made == MADE
    assert re.search(r"changed=14 .* failed=0", configured.first.stdout)


def test_the_second_run_changes_nothing(configured: Configured) -> None:
    before = len(configured.store.writes)
    done = configured.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=0 " in done.stdout
    assert configured.store.writes[before:] == []


def test_a_dry_run_sends_nothing(configured: Configured) -> None:
    before = len(configured.store.writes)
    done = configured.run("--check", "--diff", "--extra-vars", "awx_project_branch=next awx_image=example.com/other")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=2 " in done.stdout
    assert configured.store.writes[before:] == []


def test_the_output_holds_no_secret(configured: Configured) -> None:
    assert "Using module file" in configured.first.stdout
    assert TOKEN not in configured.first.stdout + configured.first.stderr


def test_secrets_come_from_the_environment_and_empty_fields_are_left_out(store: Store) -> None:
    inputs = store.named("credentials", "Twilio")["inputs"]
    assert inputs == {"account_sid": ACCOUNT, "auth_token": TOKEN}


@pytest.mark.parametrize("name", MADE["credential_types"])
def test_a_credential_type_is_one_that_awx_takes(store: Store, name: str) -> None:
    made = store.named("credential_types", name)
    assert made["kind"] in ("cloud", "net")
    assert set(made["inputs"]) <= {"fields", "required"}
    identifiers = [field["id"] for field in made["inputs"]["fields"]]
    for field in made["inputs"]["fields"]:
        assert set(field) <= {"id", "label", "type", "secret", "multiline", "help_text", "choices", "default", "format"}
        assert field["type"] in ("string", "boolean")
        assert re.fullmatch(r"[a-zA-Z_]\w*", field["id"])
    assert set(made["inputs"]["required"]) <= set(identifiers)
    assert set(made["injectors"]) <= {"env", "extra_vars", "file"}
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for kind, templates in made["injectors"].items():
        for variable, template in templates.items():
            # AWX refuses a template with a field that the type does not have.
            assert sandbox.from_string(template).render(dict.fromkeys(identifiers, "x")) == "x"
            assert kind != "env" or not variable.startswith("ANSIBLE_")


def test_secret_fields_are_secret(store: Store) -> None:
    secret = {
        field["id"]
        for kind in store.things["credential_types"].values()
        for field in kind["inputs"]["fields"]
        if field.get("secret")
    }
    assert secret == {"auth_token", "api_secret", "client_secret", "accounts"}


@pytest.mark.parametrize("name", MADE["job_templates"])
def test_a_survey_is_one_that_awx_takes(store: Store, name: str) -> None:
    survey = survey_of(store, name)
    assert (survey["name"], survey["description"]) == ("", "")
    assert survey["spec"]
    variables = [question["variable"] for question in survey["spec"]]
    assert len(set(variables)) == len(variables)
    for question in survey["spec"]:
        assert {"question_name", "variable", "type", "required"} <= set(question)
        assert question["type"] in ("text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect")
        assert isinstance(question["required"], bool)
        if question["type"] == "multiplechoice":
            assert question["default"] in question["choices"]
            assert all(isinstance(choice, str) for choice in question["choices"])
        else:
            assert isinstance(question["min"], int)
            assert isinstance(question["max"], int)
            assert question["default"] == ""


def test_every_question_is_asked_somewhere_and_is_a_variable_of_the_playbooks(store: Store) -> None:
    asked = {question["variable"] for name in MADE["job_templates"] for question in survey_of(store, name)["spec"]}
    written = yaml.safe_load((EXAMPLE / "questions.yml").read_text())["awx_questions"]
    assert asked == {question["variable"] for question in written}


def test_the_schedule_answers_the_survey(store: Store) -> None:
    answers = store.named("schedules", MADE["schedules"][0])["extra_data"]
    questions = {
        question["variable"]: question for question in survey_of(store, "Report drift of Twilio users")["spec"]
    }
    # AWX refuses a schedule without an answer to a required question, whatever the survey's default.
    required = {variable for variable, question in questions.items() if question["required"]}
    assert required <= set(answers) <= set(questions)
    for variable, answer in answers.items():
        assert isinstance(answer, str)
        assert answer in questions[variable].get("choices", [answer])


@pytest.mark.parametrize("name", MADE["job_templates"])
def test_a_launch_asks_for_the_job_type_and_for_show_changes(store: Store, name: str) -> None:
    template = store.named("job_templates", name)
    asked = {option for option, value in template.items() if option.startswith("ask_") and value}
    of_services = {"ask_limit_on_launch"} if name == "Sync all Twilio services" else set()
    assert asked == {"ask_job_type_on_launch", "ask_diff_mode_on_launch"} | of_services


def test_what_is_made_is_switched_on(store: Store) -> None:
    templates = {name: store.named("job_templates", name) for name in MADE["job_templates"]}
    assert {name: template["survey_enabled"] for name, template in templates.items()} == dict.fromkeys(templates, True)
    slices = {name: template.get("job_slice_count", 1) for name, template in templates.items()}
    assert slices == {**dict.fromkeys(templates, 1), "Sync all Twilio services": 2}
    assert json.loads(templates["Sync all Twilio services"]["extra_vars"]) == {"twilio_hosts": "twilio_services"}
    schedule = store.named("schedules", MADE["schedules"][0])
    assert schedule["enabled"] is True
    assert re.fullmatch(r"DTSTART;TZID=UTC:\d{8}T\d{6} RRULE:FREQ=DAILY;INTERVAL=1", schedule["rrule"])
    source = store.named("inventory_sources", MADE["inventory_sources"][0])
    assert [source[option] for option in ("overwrite", "overwrite_vars", "update_on_launch")] == [True] * 3
    assert store.named("projects", MADE["projects"][0])["scm_update_on_launch"] is True
    assert json.loads(store.named("hosts", "localhost")["variables"]) == {"ansible_connection": "local"}


@pytest.mark.parametrize("name", MADE["job_templates"])
def test_nothing_is_deleted_unless_it_is_asked_for(store: Store, name: str) -> None:
    defaults = {question["variable"]: question["default"] for question in survey_of(store, name)["spec"]}
    assert (defaults["twilio_prune"], defaults["twilio_state"]) == ("false", "present")


def test_templates_name_what_belongs_to_them(store: Store) -> None:
    names = {(kind, number): thing["name"] for kind, things in store.things.items() for number, thing in things.items()}
    found = {
        template["name"]: (
            names["inventories", template["inventory"]],
            template["playbook"],
            template["job_type"],
            [names["credentials", each] for each in store.related[f"job_templates/{number}/credentials"]],
        )
        for number, template in store.things["job_templates"].items()
    }
    both = ["Twilio", "Twilio accounts"]
    assert {name: (*found[name][:3], sorted(found[name][3])) for name in found} == {
        "Sync Twilio users": ("Twilio", "sync_users.yml", "run", both),
        "Report drift of Twilio users": ("Twilio", "report_users.yml", "check", both),
        "Sync all Twilio services": ("Twilio services", "sync_users.yml", "run", both),
    }
    (source,) = store.things["inventory_sources"].values()
    assert names["credentials", source["credential"]] == "Twilio"
    assert (EXAMPLE / "project" / source["source_path"]).is_file()


@pytest.mark.parametrize(
    ("guide", "names"), [("guide_awx", MADE["credential_types"]), ("guide_authentication", ["Twilio"])]
)
def test_the_guides_have_the_same_credential_types(store: Store, guide: str, names: list[str]) -> None:
    documented = configurations((ROOT / f"docs/docsite/rst/{guide}.rst").read_text())
    wanted = []
    for name in names:
        made = store.named("credential_types", name)
        fields = [
            {key: value for key, value in field.items() if key != "help_text"} for field in made["inputs"]["fields"]
        ]
        wanted += [{**made["inputs"], "fields": fields}, made["injectors"]]
    assert documented == wanted


def test_the_guide_asks_what_the_survey_asks(store: Store) -> None:
    text = (ROOT / "docs/docsite/rst/guide_awx.rst").read_text()
    table = text.split("list-table:: Questions of the survey")[1].split("\n\nA new question")[0]
    asked = {question["variable"] for question in survey_of(store, "Sync Twilio users")["spec"]}
    assert set(re.findall(r"``(twilio_\w+)``", table)) == asked - {"twilio_state"}


def configurations(text: str) -> list[Any]:
    """The inputs and injectors of credential types in a guide."""
    found = re.findall(r"^( *)\.\. code-block:: yaml\n\n((?:\1 +\S.*\n|\n)+)", text, re.MULTILINE)
    values = [yaml.safe_load(block) for _indent, block in found]
    return [value for value in values if {"fields", "env", "extra_vars"} & set(value)]


def test_awx_offers_the_playbooks_of_the_project(store: Store) -> None:
    playbooks = {template["playbook"] for template in store.things["job_templates"].values()}
    assert {path.name for path in listed_as_playbooks(EXAMPLE / "project")} == {*playbooks, "keep_report.yml"}


def listed_as_playbooks(folder: Path) -> list[Path]:
    """The files that AWX offers as playbooks."""
    return [path for path in folder.rglob("*.yml") if any(map(LISTED_AS_PLAYBOOK.match, path.read_text().splitlines()))]


def survey_of(store: Store, name: str) -> Any:
    """The survey of the job template of this name."""
    return store.surveys[store.named("job_templates", name)["id"]]
