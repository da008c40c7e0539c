# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook sync_users, as a person or a job template runs it."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.functional.playbooks import NO_SERVICE, REPORT, ROLE, SYNC, Playbooks, numbers, playbooks, words
from tests.functional.test_documentation import blocks
from tests.harness.copies import collection_copy
from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT
from tests.harness.playbook import Result, RunPlaybook

__all__ = ["playbooks"]

CONVERSATIONS = "Sync the users of Conversations"
CHAT = "Sync the users of Chat"
READ = "Read twilio_users or twilio_users_file"
ROLE_FOLDER = ROOT / "roles/sync_users"
OPTIONS = yaml.safe_load((ROLE_FOLDER / "meta/argument_specs.yml").read_text())["argument_specs"]["report"]["options"]
SECRETS = yaml.safe_load((ROLE_FOLDER / "vars/main.yml").read_text())["_sync_users_secrets"]
NAMES = ["twilio_hosts", *OPTIONS, *SECRETS]

USERS: list[dict[str, Any]] = [
    {"identity": "alice", "friendly_name": "Alice", "attributes": {"n": 1.5, "langs": ["en", "fr"]}},
    {"identity": "bob", "role_sid": "default"},
]
FILES = {
    "users.json": json.dumps(USERS),
    "users.yml": yaml.safe_dump({"twilio_users": USERS}),
    "users.YAML": yaml.safe_dump(USERS),
    "users.csv": (
        "\ufeffsep=;\r\nIdentity;Friendly Name;attributes;role_sid\r\n"
        'alice;Alice;"{""n"": 1.50, ""langs"": [""en"", ""fr""]}";\r\n;;;\r\nbob;;;default\r\n'
    ),
    "users.tsv": (
        "identity\tfriendly_name\trole_sid\tattributes\n"
        'alice\tAlice\t\t{"n": 1.50, "langs": ["en", "fr"]}\nbob\t\tdefault\n'
    ),
}


def check_users(emulator: RunningEmulator, service_sid: str = "") -> None:
    found = {user["identity"]: user for user in emulator.users(service_sid or emulator.service_sid)}
    assert sorted(found) == ["alice", "bob"]
    assert found["alice"]["friendly_name"] == "Alice"
    assert json.loads(found["alice"]["attributes"]) == USERS[0]["attributes"]


def summary(result: Result, task: str = CONVERSATIONS) -> dict[str, int]:
    [counts] = summaries(result, task).values()
    return counts


def summaries(result: Result, task: str = CONVERSATIONS) -> dict[str, dict[str, int]]:
    """What was done with the users of each host; what none were counted of is left out."""
    counts = {event["host"]: event["result"].get("summary", {}) for event in result.events if event["task"] == task}
    return {host: {name: count for name, count in each.items() if count} for host, each in counts.items()}


def failures(result: Result) -> dict[str, dict[str, Any]]:
    """The results of the tasks that failed, of each host."""
    return {event["host"]: event["result"] for event in result.events if event["status"] == "failed"}


def as_hosts(
    emulator: RunningEmulator, cases: Mapping[str, Mapping[str, Any]], *identities: str
) -> dict[str, dict[str, Any]]:
    """Hosts with the names and the variables of cases, each with a service of its own that has these users."""
    users = [{"identity": identity} for identity in identities]
    return {
        name: {"twilio_service_sid": emulator.create_service(users=users), **variables}
        for name, variables in cases.items()
    }


def seed(emulator: RunningEmulator, *identities: str) -> None:
    users = [{"identity": identity} for identity in identities]
    emulator.seed({"services": [{"sid": emulator.service_sid, "users": users}]})


# The list


def test_files_and_texts(playbooks: Playbooks, emulator: RunningEmulator, ansible_environment: dict[str, str]) -> None:
    (playbooks.folder / "lists").mkdir()
    for name, text in {**FILES, "vaulted.csv": FILES["users.csv"]}.items():
        (playbooks.folder / "lists" / name).write_text(text, newline="")
    vaulted, password = playbooks.folder / "lists" / "vaulted.csv", playbooks.folder / "password"
    password.write_text("open sesame")
    command = ["ansible-vault", "encrypt", f"--vault-password-file={password}", str(vaulted)]
    subprocess.run(command, env=ansible_environment, check=True, capture_output=True)
    assert "alice" not in vaulted.read_text()
    files = as_hosts(emulator, {name: {"twilio_users_file": f"lists/{name}"} for name in FILES})
    others = {f"text of {name}": {"twilio_users": text} for name, text in FILES.items()}
    hosts = {**files, **as_hosts(emulator, {**others, "vaulted": {"twilio_users_file": "lists/vaulted.csv"}})}
    first = playbooks(SYNC, {}, f"--vault-password-file={password}", hosts=hosts)
    assert summaries(first) == {name: {"created": 2} for name in hosts}
    assert playbooks.writes == ["POST"] * 2 * len(hosts)
    for host in hosts.values():
        check_users(emulator, host["twilio_service_sid"])
    second = playbooks(SYNC, {}, hosts=files)
    assert second.changed == []
    assert summaries(second) == {name: {"unchanged": 2} for name in files}
    # The default role, and each of the users.
    assert (playbooks.reads, playbooks.writes) == (3 * len(files), [])


def test_a_list(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    result = playbooks(SYNC, {"twilio_users": USERS})
    assert summary(result) == {"created": 2}
    check_users(emulator)
    assert words(result) == [
        f"Conversations service {emulator.service_sid}: 2 created, 0 updated, 0 deleted, 0 unchanged, 0 failed"
    ]
    assert numbers(result) == {
        "services": 1,
        "failed": 0,
        "created": 2,
        "updated": 0,
        "deleted": 0,
        "unchanged": 0,
        "users_failed": 0,
        "left_alone": 0,
        "billable_users": 2,
        "cost": None,
        "currency": None,
    }


def test_identities_are_no_templates(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    texts = ["a{{ 1 + 1 }} {% raw %}", "b{{ 1 + 1 }} {% raw %}"]
    (playbooks.folder / "users.json").write_text(json.dumps(texts[:1]))
    (playbooks.folder / "unsafe.yml").write_text(f"unsafe: !unsafe '{json.dumps(texts[1:])}'\n")
    hosts = as_hosts(emulator, {"file": {"twilio_users_file": "users.json"}, "text": {"twilio_users": "{{ unsafe }}"}})
    playbooks(SYNC, {}, "--extra-vars=@unsafe.yml", hosts=hosts)
    found = [emulator.users(host["twilio_service_sid"]) for host in hosts.values()]
    assert [[user["identity"] for user in users] for users in found] == [[text] for text in texts]


def test_a_file_that_is_not_right(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    cases = {
        "bad.csv": (
            b"identity,role_sid\na,x\n\n,\nb,y\n",
            "line 2, role_sid: must be RL followed by 32 hexadecimal digits, got 'x'; line 5, role_sid: must be",
        ),
        "empty.csv": (b"", "holds nothing; an empty list has the line with the names of the columns"),
        "key.csv": (
            b"-----BEGIN PRIVATE KEY-----\naVerySecretWord\naVerySecretWord==\n",
            "line 1: must name the columns, identity among them; the columns are identity",
        ),
        "none.csv": (None, f"the file '{playbooks.folder}/none.csv'"),
    }
    for name, (content, _message) in cases.items():
        if content is not None:
            (playbooks.folder / name).write_bytes(content)
    hosts = as_hosts(emulator, {name: {"twilio_users_file": name} for name in cases})
    result = playbooks(SYNC, {}, "-vvv", hosts=hosts, rc=2)
    assert "aVerySecretWord" not in result.output
    assert {event["task"] for event in result.events if event["status"] == "failed"} == {READ}
    for name, failure in failures(result).items():
        assert cases[name][1] in failure["msg"]
    assert len(failures(result)) == len(cases)
    assert (playbooks.reads, playbooks.writes) == (0, [])


# Variables as text, and as nothing


def test_unanswered_questions(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    """All that is not answered is the empty text."""
    answers = {**dict.fromkeys(NAMES, ""), "twilio_service_sid": emulator.service_sid, "twilio_users": "[alice]"}
    assert summary(playbooks(SYNC, answers)) == {"created": 1}


def test_answers_are_text(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    seed(emulator, "old", "older")
    emulator.seed({"services": [{"sid": emulator.service_sid, "friendly_name": "Shop"}]})
    answers = {
        "twilio_hosts": "localhost",
        "twilio_product": "chat",
        "twilio_service_sid": "",
        "twilio_service": "Shop",
        "twilio_users": "Phone\tIdentity\r\n1\talice\r\n2\tbob\r\n",
        "twilio_users_file": "",
        "twilio_ignore_unknown_columns": "yes",
        "twilio_state": "present",
        "twilio_prune": "true",
        "twilio_prune_only": '{"identities": ["old*"]}',
        "twilio_max_deletions": "2",
        "twilio_max_changes": "4",
        "twilio_concurrency": "1",
        "twilio_writes_per_second": "0.0",
        "twilio_on_error": "stop",
        "twilio_webhook_enabled": "yes",
        "twilio_timeouts": '{"create": 60, "delete": 60}',
        "twilio_max_results": "3",
        "twilio_account_sid": emulator.ready["account_sid"],
        "twilio_auth_token": emulator.ready["auth_token"],
        "twilio_api_key": emulator.ready["api_key"],
        "twilio_api_secret": emulator.ready["api_secret"],
        "twilio_client_id": "",
        "twilio_client_secret": "",
        "twilio_region": "ie1",
        "twilio_edge": "dublin",
        "twilio_api_base_url": emulator.url,
        "twilio_validate_certs": "no",
        "twilio_ca_path": str(playbooks.folder),
        "twilio_request_timeout": "20.5",
        "twilio_report_json": "a.json",
        "twilio_report_html": "a.html",
        "twilio_fail_on_drift": "false",
        "twilio_price_per_active_user": "0.05",
        "twilio_price_currency": "USD",
        "twilio_accounts": "",
    }
    assert sorted(answers) == sorted(NAMES)
    # In a workflow of a controller, the statistics of a job are extra variables of the next one.
    tasks = "".join(path.read_text() for path in (ROLE_FOLDER / "tasks").iterdir())
    statistics = re.findall(r"data:\n +(twilio_\w+):", tasks)
    assert sorted(statistics) == ["twilio_users_drift", "twilio_users_summary"]
    answers.update(dict.fromkeys(statistics, "{}"))
    unset = dict.fromkeys(emulator.environment)
    result = playbooks(SYNC, answers, env=unset)
    assert summary(result, CHAT) == {"created": 2, "deleted": 2}
    assert result.of(CHAT)["results_left_out"] == 1
    writes = [request for request in emulator.requests() if request["method"] != "GET"]
    headers = [request["headers"] for request in writes if request["method"] == "POST"]
    assert [header["x-twilio-webhook-enabled"] for header in headers] == ["true", "true"]
    assert {request["authorization_user"] for request in writes} == {emulator.ready["api_key"]}
    assert {request["product"] for request in writes} == {"chat"}
    assert words(result) == ["Chat service Shop: 2 created, 0 updated, 2 deleted, 0 unchanged, 0 failed, 0 left alone"]


def test_mistakes_are_found_before_any_request(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    cases: dict[str, dict[str, Any]] = {
        "types": {
            "twilio_prune": "sometimes",
            "twilio_state": "gone",
            "twilio_max_deletions": "ten",
            "twilio_users": "[a]",
        },
        "together": {"twilio_service": "Shop", "twilio_users_file": "users.txt", "twilio_max_deletions": -1},
        "nothing": {"twilio_service_sid": ""},
        "no list": {"twilio_users": "- 42"},
    }
    result = playbooks(SYNC, {}, hosts=as_hosts(emulator, cases), rc=2)
    failed = failures(result)
    prune, limit, state = failed["types"]["argument_errors"]
    assert "'twilio_prune'" in prune and "The value 'sometimes' is not a valid boolean" in prune
    assert "'twilio_max_deletions'" in limit and "cannot be converted to an int" in limit
    assert state == "value of twilio_state must be one of: present, absent, got: gone"
    assert failed["together"]["msg"] == (
        "twilio_service_sid and twilio_service: only one of them can be given; twilio_max_deletions: must be 0 or more,"
        f" got -1; twilio_users_file: must end in .yml, .yaml, .json, .csv or .tsv, got {playbooks.folder}/users.txt"
    )
    assert failed["nothing"]["msg"] == (
        "twilio_service_sid or twilio_service: one of them must be given, or the host have the variable service_sid;"
        " twilio_users or twilio_users_file: one of them must be given; an empty list is written as []"
    )
    assert "users[0]: must be a dictionary" in failed["no list"]["msg"]
    assert (playbooks.reads, playbooks.writes) == (0, [])


def test_an_unknown_extra_variable_is_refused(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    variables = {"twilio_users": ["alice"], "twilio_dry_run": True, "twilio_authtoken": "hidden", "twilio_prun": True}
    hosts = {name: {"service_sid": emulator.service_sid} for name in ("one", "two")}
    result = playbooks(SYNC, variables, "-v", hosts=hosts, rc=2)
    assert result.of("Refuse unknown extra variables")["msg"] == (
        "the extra variable twilio_authtoken is not known, did you mean twilio_auth_token?; the extra variable"
        " twilio_dry_run is not known; the extra variable twilio_prun is not known, did you mean twilio_prune?; what is"
        " meant for something else can be a variable of the inventory or of the play"
    )
    assert "hidden" not in result.output
    assert emulator.requests() == []


# Variables and settings that are meant for other hosts


def test_settings_for_servers_have_no_effect(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    """No name of a user, of a host or of a product in them is right here."""
    group_vars = {
        "ansible_become": True,
        "ansible_become_user": "nobody-has-this-name",
        "ansible_connection": "ssh",
        "account_sid": "of another tool",
        "product": "webshop",
        "twilio_chat_service_sid": NO_SERVICE,
    }
    hosts = {"one": {"service_sid": emulator.service_sid}, "two": {"service_sid": emulator.service_sid}}
    hosts["two"]["product"] = "chat"
    variables: dict[str, Any] = {"twilio_users": []}
    become = {"ANSIBLE_BECOME": "1", "ANSIBLE_BECOME_USER": "nobody-has-this-name"}
    result = playbooks(SYNC, variables, "--become", then=REPORT, hosts=hosts, group_vars=group_vars, env=become)
    assert [text.split(":")[0] for text in words(result)] == [
        f"{product} service {emulator.service_sid}" for product in ("Chat", "Chat", "Conversations", "Conversations")
    ]
    assert len(words(playbooks(SYNC, variables, then=REPORT, env=become))) == 2


def test_what_is_almost_right_leads_to_no_other_product_or_account(
    playbooks: Playbooks, emulator: RunningEmulator
) -> None:
    account = emulator.ready["account_sid"]
    hosts = {
        "account": {"service_sid": emulator.service_sid, "account_sid": account.lower()[:-1]},
        "product": {"service_sid": emulator.service_sid, "product": "Chat"},
    }
    result = playbooks(SYNC, {"twilio_users": ["alice"]}, hosts=hosts, rc=2)
    failed = {event["host"]: event["result"]["msg"] for event in result.events if event["status"] == "failed"}
    assert failed["account"].startswith("account_sid: must be AC followed by 32 hexadecimal digits")
    assert failed["product"] == "product: the variable of the host must be conversations or chat, got Chat"
    assert emulator.requests() == []


def test_a_host_keeps_its_own_python(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    hosts: dict[str, dict[str, Any]] = {
        "own": {"ansible_python_interpreter": "/no/such/python"},
        "none": {},
    }
    hosts = {name: {**values, "service_sid": emulator.service_sid} for name, values in hosts.items()}
    variables = {"twilio_users": ["alice"], "community_twilio_in_process": False}
    result = playbooks(SYNC, variables, hosts=hosts, rc=2)
    failed = [event for event in result.events if event["status"] == "failed"]
    assert [event["host"] for event in failed] == ["own"]
    assert "/no/such/python" in json.dumps(failed)


def test_a_mistake_that_the_module_finds(playbooks: Playbooks) -> None:
    variables = {"twilio_users": ["a", {"freindly_name": "B"}], "twilio_concurrency": 0}
    result = playbooks(SYNC, variables, rc=2)
    message = result.of(CONVERSATIONS)["msg"]
    assert "users[1]: unknown: freindly_name. " in message
    assert " Did you mean friendly_name instead of freindly_name?; " in message
    assert "concurrency: must be from 1 to 100, got 0" in message
    assert [text.split(": ", 1)[1] for text in words(result)] == ["nothing was done"]
    assert (playbooks.reads, playbooks.writes) == (0, [])


# Guards


def test_pruning(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    names = [f"old-{number}" for number in range(11)]
    prune = {"twilio_users": ["alice"], "twilio_prune": "true"}
    nobody = {"twilio_users": "[]", "twilio_prune": True}
    absent = {"twilio_users": names, "twilio_state": "absent"}
    too_many = "max_deletions: allows 10, but 11 would be deleted"
    # What the module takes for true must not pass by the guard.
    refused: dict[str, tuple[dict[str, Any], str]] = {
        "text": (prune, too_many),
        "odd text": ({**prune, "twilio_prune": " True "}, too_many),
        "odd number": ({**prune, "twilio_prune": 1.0}, too_many),
        "absent": ({**absent, "twilio_max_deletions": "10"}, too_many),
        "nobody": (nobody, "prune: would delete every user of the service"),
        "nobody, limited": ({**nobody, "twilio_max_deletions": 0}, "max_deletions: allows 0"),
        "changes": (
            {**prune, "twilio_max_deletions": 99, "twilio_max_changes": "10"},
            "max_changes: allows 10, but 11 would be created, updated or deleted",
        ),
    }
    hosts = as_hosts(emulator, {name: variables for name, (variables, _message) in refused.items()}, "alice", *names)
    result = playbooks(SYNC, {}, hosts=hosts, rc=2)
    found = failures(result)
    assert found.keys() == refused.keys()
    for name, (_variables, message) in refused.items():
        assert found[name]["msg"].startswith(message), name
    services = {name: f"Conversations service {host['twilio_service_sid']}" for name, host in hosts.items()}
    assert words(result) == sorted(f"{service}: nothing was done" for service in services.values())
    assert playbooks.writes == []
    # Whether all would be deleted, can be told without a look at who is there.
    asked = {request["path"].split("/")[3] for request in emulator.requests()}
    assert hosts["nobody"]["twilio_service_sid"] not in asked
    predicted = playbooks(SYNC, {}, "--check", hosts={"text": hosts["text"]}, rc=2)
    assert words(predicted) == [f"{services['text']}: nothing was done"]
    allowed: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
        "limit": ({**prune, "twilio_max_deletions": "11"}, {"deleted": 11, "unchanged": 1}),
        "no answer": ({**prune, "twilio_prune": ""}, {"unchanged": 1}),
        "absent": ({**absent, "twilio_users": [*names, "carol"]}, {"deleted": 11, "unchanged": 1}),
        "nobody": ({**nobody, "twilio_max_deletions": 12}, {"deleted": 12}),
        "some": (
            {**prune, "twilio_prune_only": {"identities": ["old-1", "old-[2-3]"]}, "twilio_max_changes": 3},
            {"deleted": 3, "unchanged": 1, "left_alone": 8},
        ),
        "leaving": ({"twilio_users": "identity,State\nalice,\nold-5,absent"}, {"deleted": 1, "unchanged": 1}),
    }
    hosts = as_hosts(emulator, {name: variables for name, (variables, _counts) in allowed.items()}, "alice", *names)
    few = as_hosts(emulator, {"few": prune}, "alice", "old")
    result = playbooks(SYNC, {}, hosts={**hosts, **few})
    expected = {name: counts for name, (_variables, counts) in allowed.items()}
    assert summaries(result) == {**expected, "few": {"deleted": 1, "unchanged": 1}}
    assert playbooks.writes == ["DELETE"] * (11 + 11 + 12 + 3 + 1 + 1)


def test_a_list_that_is_cut_short_meanwhile_empties_nothing(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    """The guards are worked out from the list as it was looked at; what the module gets is read once more."""
    seed(emulator, "alice", "bob")
    script = playbooks.folder / "list.sh"
    host = {
        "service_sid": emulator.service_sid,
        "twilio_users": f"{{{{ lookup('ansible.builtin.pipe', 'sh {script}') }}}}",
        "twilio_prune": True,
    }
    whole = "touch read; echo >> read; echo identity; if [ $(wc -l < read) -le {} ]; then echo alice; echo bob; fi\n"
    script.write_text(f"cd {playbooks.folder}; {whole.format(1000)}")
    playbooks(SYNC, {}, "--check", hosts={"one": host})
    readings = len((playbooks.folder / "read").read_text().splitlines())
    # Without users when it is read for the last time, for the module; and earlier.
    outputs = []
    for first in (readings - 1, 1):
        script.write_text(f"cd {playbooks.folder}; {whole.format(first)}")
        (playbooks.folder / "read").unlink()
        outputs.append(playbooks(SYNC, {}, hosts={"one": host}, rc=2).output)
        assert playbooks.writes == []
    assert "the list has changed meanwhile, from 2 to 0 users" in outputs[0]
    assert "prune: would delete every user of the service" in outputs[1]


def test_check_mode(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    variables = {"twilio_users": USERS}
    predicted = playbooks(SYNC, variables, "--check", "--diff")
    assert playbooks.writes == []
    assert '+    "alice": {' in predicted.stdout
    assert words(predicted) == [
        (
            f"Conversations service {emulator.service_sid}: 2 created, 0 updated, 0 deleted, 0 unchanged, 0 failed"
            " (check mode: nothing was changed)"
        )
    ]
    assert numbers(predicted) == numbers(playbooks(SYNC, variables))


# Several services


def test_many_hosts_and_some_that_fail(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    same = emulator.create_service(users=[{"identity": "alice"}])
    hosts: dict[str, dict[str, Any]] = {
        "missing": {"service_sid": NO_SERVICE},
        "one": {"service_sid": emulator.service_sid, "product": "chat", "twilio_users": ["alice", "bob"]},
        "partly": {"service_sid": same, "twilio_users": [{"identity": "x", "role_sid": ROLE}, "y"]},
        "same": {"service_sid": same},
        "wrong": {"service_sid": same, "twilio_prune": "perhaps"},
        "undefined": {"service_sid": same, "twilio_users": "{{ there_is_no_such_list }}"},
        "list": {"service_sid": same, "twilio_users": [42]},
    }
    hosts = {name: {"twilio_users": ["alice"], **values} for name, values in hosts.items()}
    result = playbooks(SYNC, {}, "--forks=1", hosts=hosts, rc=2)
    failed = {event["host"] for event in result.events if event["status"] == "failed"}
    assert failed == {"missing", "partly", "wrong", "undefined", "list"}
    # The variables of all hosts are checked before the users of the first one are touched.
    synced = [index for index, event in enumerate(result.events) if event["task"] in (CHAT, CONVERSATIONS)]
    assert len(synced) == 4
    before = result.events[: synced[0]]
    assert {event["host"] for event in before if event["status"] == "failed"} == {"wrong", "undefined", "list"}
    assert words(result) == [
        f"Chat service {emulator.service_sid}: 2 created, 0 updated, 0 deleted, 0 unchanged, 0 failed",
        *sorted(
            [
                f"Conversations service {same}: 0 created, 0 updated, 0 deleted, 1 unchanged, 0 failed",
                f"Conversations service {same}: 1 created, 0 updated, 0 deleted, 0 unchanged, 1 failed",
                f"Conversations service {NO_SERVICE}: nothing was done",
            ]
        ),
    ]
    assert numbers(result) == {
        "services": 7,
        "failed": 5,
        "created": 3,
        "updated": 0,
        "deleted": 0,
        "unchanged": 1,
        "users_failed": 1,
        "left_alone": 0,
        "billable_users": 3,
        "cost": None,
        "currency": None,
    }


def test_a_limit(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    hosts = {"one": {"service_sid": emulator.service_sid}, "two": {"service_sid": NO_SERVICE}}
    result = playbooks(SYNC, {"twilio_users": ["alice"]}, "--limit=one", hosts=hosts)
    assert numbers(result)["services"] == 1


# The size of what a controller keeps


def test_only_the_module_speaks_of_users(playbooks: Playbooks) -> None:
    (playbooks.folder / "users.csv").write_text("identity\n" + "".join(f"user-{number}\n" for number in range(5000)))
    result = playbooks(SYNC, {"twilio_users_file": "users.csv", "twilio_max_results": 5}, "--check")
    others = {event["task"]: len(json.dumps(event)) for event in result.events if event["task"] != CONVERSATIONS}
    assert max(others.values()) < 2000, others
    assert summary(result) == {"created": 5000}
    assert len(result.of(CONVERSATIONS)["results"]) == 5


# The role


@pytest.mark.parametrize("entry_point", ["main", "report"])
def test_the_role_in_a_play_of_ones_own(
    entry_point: str, run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path
) -> None:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"twilio_service_sid": emulator.service_sid, "twilio_users": ["alice"], "twilio_prune": "perhaps"},
        "tasks": [{"import_role": {"name": "community.twilio.sync_users", "tasks_from": entry_point}}],
    }
    refused = run_playbook(yaml.safe_dump([play]))
    assert refused.rc == 2
    # Ansible's own validation.
    assert refused.events[-1]["task"].startswith("Validating arguments against arg spec")
    result = run_playbook(yaml.safe_dump([play]), "--extra-vars", '{"twilio_prune": true}', check_rc=True)
    assert result.output.count("WARNING") == 0
    assert [user["identity"] for user in emulator.users(emulator.service_sid)] == ["alice"] * (entry_point == "main")
    assert (tmp_path / "twilio_users_report.json").exists() is (entry_point == "report")


# The collection


def test_the_playbooks_and_the_role_are_in_the_collection(ansible_environment: dict[str, str], tmp_path: Path) -> None:
    with collection_copy() as copy:
        command = ["ansible-galaxy", "collection", "build", "--output-path", str(tmp_path), str(copy)]
        subprocess.run(command, env=ansible_environment, check=True, capture_output=True)
    [archive] = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        names = set(content.getnames())
    wanted = {str(path.relative_to(ROOT)) for folder in ("playbooks", "roles") for path in (ROOT / folder).rglob("*.*")}
    assert len(wanted) >= 14
    assert wanted <= names


# The guide


def test_what_the_guide_shows(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    guide = ROOT / "docs/docsite/rst/guide_playbooks.rst"
    text = guide.read_text()
    table = text.split("Variables\n---")[1].split("Lists of users\n---")[0]
    assert set(NAMES) == set(re.findall(r"``(twilio_\w+)``", table))
    users, would, done, unknown, mistake, line = [block.text for block in blocks(guide) if block.language == "text"]
    emulator.seed(
        {"services": [{"sid": emulator.service_sid, "friendly_name": "Support", "users": [{"identity": "bob"}]}]}
    )
    (playbooks.folder / "users.csv").write_text(users + "\n")
    variables = {"twilio_service_sid": "", "twilio_service": "Support", "twilio_users_file": "users.csv"}
    assert words(playbooks(REPORT, variables, then=SYNC)) == sorted([would, done])
    wrong = playbooks(SYNC, {**variables, "twilio_prun": True}, rc=2)
    assert wrong.of("Refuse unknown extra variables")["msg"].startswith(unknown)
    wrong = playbooks(SYNC, {**variables, "twilio_state": "gone"}, rc=2)
    assert wrong.of("Validate the variables")["msg"] == mistake
    (playbooks.folder / "users.csv").write_text("identity,role_sid\nalice,\nbob,agent\n")
    assert line in playbooks(SYNC, variables, rc=2).of(READ)["msg"]
