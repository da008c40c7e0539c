# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns is what its documentation says, and the other way round, in success and in failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from tests.functional.documents import BULK, CHANGING, INFO, MODULES, ROLE, SERVICE, USER, document, one_user
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result, RunPlaybook

TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list}

# What any module returns, and Ansible documents itself.
COMMON = {"changed", "failed", "msg", "invocation", "exception", "warnings", "deprecations"}

SEED: dict[str, Any] = {
    "services": [
        {
            "sid": SERVICE,
            "reachability_enabled": True,
            "roles": [{"sid": ROLE, "friendly_name": "agent", "type": "service"}],
            "users": [
                {
                    "sid": USER,
                    "identity": "alice",
                    "friendly_name": "Alice",
                    "attributes": '{"team": "support"}',
                    "is_online": True,
                    "is_notifiable": False,
                },
                {"identity": "bob", "attributes": "not JSON"},
                {"identity": "carol"},
            ],
        }
    ]
}


def tasks(module: str, options: list[dict[str, Any]]) -> str:
    return yaml.safe_dump(
        [
            {
                "name": str(number),
                f"community.twilio.{module}": {"service_sid": SERVICE, **each},
                "ignore_errors": True,
            }
            for number, each in enumerate(options)
        ]
    )


def run(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook, *arguments: str) -> Result:
    emulator.reset()
    emulator.seed(SEED)
    if module in INFO:
        options: list[dict[str, Any]] = [
            {},
            {"identity": "alice"},
            {"identity": "nobody"},
            {"service_sid": "IS" + "0" * 32},
            {"sid": "bad"},
        ]
    elif module in BULK:
        emulator.fault("status", {"method": "DELETE"}, status=400, code=20001, message="Not now")
        some = [
            {"identity": "alice", "friendly_name": "A."},
            {"identity": "dave", "role_sid": "RL" + "0" * 32},
            {"identity": "bob", "attributes": {"a": 1}, "attributes_mode": "merge"},
            {"identity": "erin", "attributes": {"team": "sales"}},
        ]
        options = [
            {"users": some, "prune": True},
            {"users": [{"identity": "carol"}, {"identity": "nobody"}], "state": "absent"},
            {"users": []},
            {**one_user(module), "service_sid": "IS" + "0" * 32},
            one_user(module, "frank", role_sid="bad"),
        ]
    else:
        emulator.fault("status", {"method": "DELETE"}, status=400, code=20001, message="Not now")
        options = [
            {"sid": USER, "identity": "alice@example.com", "replace": True},
            {"identity": "alice", "friendly_name": "A.", "role_sid": ROLE},
            {"identity": "dave", "attributes": {"team": "sales"}},
            {"identity": "bob", "friendly_name": "Bob"},
            {"identity": "alice"},
            {"identity": "carol", "state": "absent"},
            {"identity": "alice", "role_sid": "RL" + "0" * 32},
            {"sid": "bad"},
        ]
    result = run_playbook(tasks(module, options), *arguments)
    assert len(result.events) == len(options), result.output
    assert {event["status"] for event in result.events} == {"ok", "ignored"}, result.output
    return result


def described(documented: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every documented key, with the path to it."""
    for name, description in documented.items():
        yield path + name, description
        yield from described(description.get("contains", {}), f"{path}{name}.")


def returned(value: Any, documented: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key that is there, with the path to it; what the documentation does not open is not opened."""
    for name, child in value.items():
        yield path + name, child
        contains = documented.get(name, {}).get("contains")
        if contains:
            for each in child if isinstance(child, list) else [child]:
                if each is not None:
                    yield from returned(each, contains, f"{path}{name}.")


def values(result: Result, documented: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The keys and values of all tasks, without what any module returns."""
    found: list[tuple[str, Any]] = []
    for task in result.tasks:
        own = {name: value for name, value in task.items() if name not in COMMON and not name.startswith("_ansible_")}
        found += returned(own, documented)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_what_is_returned_is_what_is_documented(
    module: str, emulator: RunningEmulator, run_playbook: RunPlaybook
) -> None:
    documented = document(module, "RETURN")
    descriptions = dict(described(documented))
    # What Ansible itself makes of the diff of a module that changes nothing is not a matter of the module.
    diff = () if module in INFO else ("--diff",)
    real = values(run(module, emulator, run_playbook, *diff), documented)
    predicted = values(run(module, emulator, run_playbook, "--check", *diff), documented)
    assert {path for path, _value in real} == set(descriptions)
    assert {path for path, _value in predicted} <= set(descriptions)
    for path, value in [*real, *predicted]:
        check_type(path, value, descriptions[path], (path, value) in predicted and path.startswith("user."))


def is_a(name: str, value: Any) -> bool:
    # To Python, true is a number.
    return isinstance(value, TYPES[name]) and isinstance(value, bool) == (name == "bool")


def check_type(path: str, value: Any, description: dict[str, Any], may_be_unknown: bool) -> None:
    if value is None:
        assert may_be_unknown or "null" in str(description["description"]).lower(), path
        return
    assert is_a(description["type"], value), (path, value)
    if "choices" in description:
        assert value in description["choices"], path
    if "elements" in description:
        assert all(is_a(description["elements"], each) for each in value), path


@pytest.mark.parametrize("module", MODULES)
def test_samples_are_of_their_types(module: str) -> None:
    for path, description in described(document(module, "RETURN")):
        if "sample" not in description:
            assert "contains" in description, path
            continue
        sample = description["sample"]
        if sample is None:
            assert "null" in str(description["description"]).lower(), path
        else:
            assert is_a(description["type"], sample), path


@pytest.mark.parametrize("module", CHANGING)
def test_when_a_key_is_returned(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    result = run(module, emulator, run_playbook)
    half_done, *others = result.tasks
    assert result.events[0]["status"] == "ignored"
    assert half_done["action"] == "created"
    assert half_done["user"]["identity"] == "alice@example.com"
    assert (half_done["status"], half_done["code"]) == (400, 20001)
    for event in result.events[1:]:
        task, failed = event["result"], event["status"] == "ignored"
        assert ("action" in task) != failed
        assert ("user" in task) != failed
        assert "diff" not in task
    refused, bad_option = others[-2:]
    assert {"status", "code", "more_info", "request_id"} <= set(refused)
    assert not {"status", "code", "more_info", "request_id"} & set(bad_option)


@pytest.mark.parametrize("module", BULK)
def test_when_a_key_of_many_users_is_returned(
    module: str, emulator: RunningEmulator, run_playbook: RunPlaybook
) -> None:
    result = run(module, emulator, run_playbook)
    partly, done, nothing, no_service, bad_option = result.tasks
    assert [event["status"] for event in result.events] == ["ignored", "ok", "ok", "ignored", "ignored"]
    for task in (partly, done, nothing):
        assert {"summary", "results"} <= set(task)
        assert not {"diff", "status", "code", "more_info", "request_id"} & set(task)
    always = {"identity", "sid", "action", "changed_fields"}
    found = {user["identity"]: set(user) - always for user in partly["results"]}
    # The deletion of carol was refused; what cannot be merged, Twilio was not asked about.
    answered = {"msg", "status", "code"}
    assert found == {"alice": set(), "dave": answered, "bob": {"msg"}, "erin": set(), "carol": answered}
    assert all(always <= set(user) for user in [*partly["results"], *done["results"]])
    assert partly["summary"] == {"created": 1, "updated": 1, "deleted": 0, "unchanged": 0, "failed": 3}
    assert done["summary"]["deleted"] == 1
    assert nothing["summary"] == dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    for task in (no_service, bad_option):
        assert not {"summary", "results"} & set(task)
    assert {"status", "code", "more_info", "request_id"} <= set(no_service)
    assert not {"status", "code", "more_info", "request_id"} & set(bad_option)


@pytest.mark.parametrize("module", INFO)
def test_a_list_is_returned_only_in_success(module: str, emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    for event in run(module, emulator, run_playbook).events:
        assert ("users" in event["result"]) == (event["status"] == "ok")


def test_the_two_products_return_the_same_keys() -> None:
    for kind in ("user", "user_info"):
        chat = dict(described(document(f"twilio_chat_{kind}", "RETURN")))
        conversations = dict(described(document(f"twilio_conversations_{kind}", "RETURN")))
        only_chat = {path.rpartition(".")[2] for path in set(chat) - set(conversations)}
        assert only_chat == {"joined_channels_count"}
        assert set(conversations) <= set(chat)
    assert document("twilio_chat_users", "RETURN").keys() == document("twilio_conversations_users", "RETURN").keys()
