# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns is what its documentation says, and the other way round, in success and in failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.functional.documents import (
    BULK,
    CHANGING,
    INFO,
    MODULES,
    ROLE,
    ROLE_INFO,
    ROLES,
    SERVICE,
    SERVICE_INFO,
    SERVICES,
    USER,
    document,
    one_role,
    one_user,
    type_of_members,
)
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Part, Result, RunPlaybook, run_parts

TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list}

# What any module returns, and Ansible documents itself.
COMMON = {"changed", "failed", "msg", "invocation", "exception", "warnings", "deprecations"}

SEED: dict[str, Any] = {
    "services": [
        {
            "sid": SERVICE,
            "friendly_name": "Support",
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


def tasks(module: str, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    service = {} if module in (*SERVICES, *SERVICE_INFO) else {"service_sid": SERVICE}
    return [
        {"name": str(number), f"community.twilio.{module}": {**service, **each}, "ignore_errors": True}
        for number, each in enumerate(options)
    ]


def settings_of_service(module: str, role_sid: str | None = None) -> dict[str, Any]:
    """Some of the options of a service; with its default role, or something in each part of it."""
    if "_chat_" in module:
        return {"default_service_role_sid": role_sid} if role_sid else {"post_webhook_url": "https://example.com/"}
    if role_sid:
        return {"configuration": {"default_chat_service_role_sid": role_sid}}
    return {
        "configuration": {"reachability_enabled": True},
        "notifications": {"log_enabled": True},
        "webhooks": {"method": "GET"},
    }


def name_of(module: str) -> str:
    """What a result calls that which the module is about."""
    return next(name for name in ("user", "role", "service") if f"_{name}" in module)


def part(module: str, emulator: RunningEmulator, check_mode: bool) -> Part:
    """All that a module can do, for real or as a prediction."""
    # What Ansible itself makes of the diff of a module that changes nothing is not a matter of the module.
    diff = check_mode and module not in INFO
    name = f"{module}, {'predicted' if check_mode else 'real'}"
    options, faults = options_of(module)
    found = Part(emulator, name, tasks(module, options), check_mode=check_mode, diff=diff)
    found.reset()
    found.seed(SEED)
    # Otherwise what was never set would not be shown.
    found.settings(switches={"unset_notifications_as": "empty"})
    for match in faults:
        found.fault("status", match, status=400, code=20001, message="Not now")
    return found


def options_of(module: str) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The options of each task, and the requests that are refused the first time."""
    faults: list[dict[str, str]] = []
    if module in SERVICE_INFO:
        options: list[dict[str, Any]] = [
            {"gather_configuration": True} if "_conversations_" in module else {},
            {"friendly_name": "Support"},
            {"friendly_name": "nobody"},
            {"auth_token": "f" * 32},
            {"sid": "bad"},
        ]
    elif module in ROLE_INFO:
        options = [
            {},
            {"friendly_name": "agent"},
            {"friendly_name": "nobody"},
            {"service_sid": "IS" + "0" * 32},
            {"sid": "bad"},
        ]
    elif module in SERVICES:
        # The last request to set a new service up.
        faults = [{"method": "POST", "path": "/v2/Services/IS|/Configuration/Webhooks$"}]
        options = [
            {"friendly_name": "Shop", **settings_of_service(module)},
            {"friendly_name": "Shop", **settings_of_service(module)},
            {"friendly_name": "Other"},
            {"friendly_name": "Other"},
            {"friendly_name": "Other", "state": "absent"},
            {"sid": SERVICE, "state": "absent"},
            {"sid": SERVICE, **settings_of_service(module, "RL" + "0" * 32)},
            {"sid": "bad"},
        ]
    elif module in ROLES:
        faults = [{"method": "POST"}]
        options = [
            one_role(module, type=type_of_members(module), replace=True),
            one_role(module),
            one_role(module, permissions=["editOwnUserInfo", "editAnyUserInfo"]),
            {"friendly_name": "agent"},
            {"friendly_name": "service admin", "state": "absent"},
            {"friendly_name": "agent", "permissions": ["fly"]},
            {"sid": "bad"},
        ]
    elif module in INFO:
        options = [
            {},
            {"identity": "alice"},
            {"identity": "nobody"},
            {"service_sid": "IS" + "0" * 32},
            {"sid": "bad"},
        ]
    elif module in BULK:
        faults = [{"method": "DELETE"}]
        some = [
            {"identity": "alice", "friendly_name": "A."},
            {"identity": "dave", "role_sid": "RL" + "0" * 32},
            {"identity": "bob", "attributes": {"a": 1}, "attributes_mode": "merge"},
            {"identity": "erin", "attributes": {"team": "sales"}},
        ]
        options = [
            {"users": some, "prune": True, "prune_only": {"identities": ["*"]}, "return_users": True},
            {"users": [{"identity": "carol"}, {"identity": "nobody"}], "state": "absent"},
            {"users": []},
            {**one_user(module), "service_sid": "IS" + "0" * 32},
            one_user(module, "frank", role_sid="bad"),
        ]
    else:
        faults = [{"method": "DELETE"}]
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
    return options, faults


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


def test_what_is_returned_is_what_is_documented(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
    parts = {module: [part(module, emulator, check_mode) for check_mode in (False, True)] for module in MODULES}
    run_parts(run_playbook, [each for pair in parts.values() for each in pair], check_rc=True)
    for module, (real, predicted) in parts.items():
        for each in (real.result, predicted.result):
            assert len(each.events) == len(options_of(module)[0]), each.output
            assert {event["status"] for event in each.events} == {"ok", "ignored"}, each.output
        check_keys(module, real.result)
        check_values(module, real.result, predicted.result)


def check_values(module: str, real: Result, predicted: Result) -> None:
    """Check that everything documented is returned and the other way round, and all types."""
    documented = document(module, "RETURN")
    descriptions = dict(described(documented))
    really, probably = values(real, documented), values(predicted, documented)
    with_diff = {path for path in descriptions if path.split(".")[0] == "diff"}
    assert {path for path, _value in really} == set(descriptions) - with_diff, module
    assert with_diff <= {path for path, _value in probably} <= set(descriptions), module
    for path, value in [*really, *probably]:
        is_predicted = (path, value) in probably and path.startswith(f"{name_of(module)}.")
        check_type(path, value, descriptions[path], is_predicted)


def check_keys(module: str, result: Result) -> None:
    """Check in which results of a module each key is returned."""
    if module in INFO:
        for event in result.events:
            assert (f"{name_of(module)}s" in event["result"]) == (event["status"] == "ok")
    elif module in BULK:
        check_keys_of_many_users(result)
    elif module in CHANGING:
        check_keys_of_a_user(result)
    else:
        check_keys_of_a_role_or_service(module, result)


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


def check_keys_of_a_user(result: Result) -> None:
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


def check_keys_of_a_role_or_service(module: str, result: Result) -> None:
    name = name_of(module)
    half_done, *others = result.tasks
    assert result.events[0]["status"] == "ignored"
    assert half_done["changed"] is True
    assert half_done["action"] == ("deleted" if module in ROLES else "created")
    assert (half_done[name] is None) == (module in ROLES)
    assert (half_done["status"], half_done["code"]) == (400, 20001)
    for event in result.events[1:]:
        task, failed = event["result"], event["status"] == "ignored"
        assert ("action" in task) != failed or module == "twilio_conversations_service"
        assert (name in task) == ("action" in task)
        assert "diff" not in task
    refused, bad_option = others[-2:]
    assert {"status", "code", "more_info", "request_id"} <= set(refused)
    assert not {"status", "code", "more_info", "request_id"} & set(bad_option)
    done = ["created", "updated", "none", "deleted"] if module in ROLES else ["updated", "created", "none", "deleted"]
    assert [task["action"] for task in others[:4]] == done


def check_keys_of_many_users(result: Result) -> None:
    partly, done, nothing, no_service, bad_option = result.tasks
    assert [event["status"] for event in result.events] == ["ignored", "ok", "ok", "ignored", "ignored"]
    for task in (partly, done, nothing):
        assert {"summary", "billable_users", "results", "results_left_out"} <= set(task)
        assert not {"diff", "status", "code", "more_info", "request_id"} & set(task)
    always = {"identity", "sid", "action", "changed_fields"}
    found = {user["identity"]: set(user) - always for user in partly["results"]}
    # The deletion of carol was refused; what cannot be merged, Twilio was not asked about.
    answered = {"msg", "status", "code"}
    assert found == {"alice": set(), "dave": answered, "bob": {"msg"}, "erin": set(), "carol": answered}
    assert all(always <= set(user) for user in [*partly["results"], *done["results"]])
    counts = {"created": 1, "updated": 1, "deleted": 0, "unchanged": 0, "failed": 3}
    assert partly["summary"] == {**counts, "left_alone": 0}
    # A deletion is not billed.
    assert (partly["billable_users"], done["summary"]["deleted"], done["billable_users"]) == (2, 1, 0)
    assert nothing["summary"] == dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    for task in (no_service, bad_option):
        assert not {"summary", "billable_users", "results", "results_left_out"} & set(task)
    assert {"status", "code", "more_info", "request_id"} <= set(no_service)
    assert not {"status", "code", "more_info", "request_id"} & set(bad_option)


def test_the_two_products_return_the_same_keys() -> None:
    for kind in ("user", "user_info"):
        chat = dict(described(document(f"twilio_chat_{kind}", "RETURN")))
        conversations = dict(described(document(f"twilio_conversations_{kind}", "RETURN")))
        only_chat = {path.rpartition(".")[2] for path in set(chat) - set(conversations)}
        assert only_chat == {"joined_channels_count"}
        assert set(conversations) <= set(chat)
    for kind in ("role", "role_info"):
        chat = dict(described(document(f"twilio_chat_{kind}", "RETURN")))
        assert chat.keys() == dict(described(document(f"twilio_conversations_{kind}", "RETURN"))).keys()
    assert document("twilio_chat_service", "RETURN").keys() == document("twilio_conversations_service", "RETURN").keys()
    assert document("twilio_chat_users", "RETURN").keys() == document("twilio_conversations_users", "RETURN").keys()
