# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random tasks, good and bad, come to the same result on the controller and as a module."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functional.documents import (
    BULK,
    CHANGING,
    MODULES,
    ROLE_INFO,
    ROLES,
    SERVICE,
    SERVICE_INFO,
    SERVICES,
    USER,
    one_role,
    type_of_members,
)
from tests.harness import execution_modes
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import RunPlaybook

TASKS = 80
SEED = {
    "services": [
        {
            "sid": SERVICE,
            "friendly_name": "Support",
            "users": [{"sid": USER, "identity": "alice", "attributes": '{"a":1}'}],
        }
    ]
}
RIGHT = (
    [
        {f"community.twilio.{module}": {"service_sid": SERVICE, **options}, "diff": True, "ignore_errors": True}
        for module in CHANGING
        for options in (
            {"identity": module, "attributes": {"a": [1, 2.5, None, "Ž"]}, "friendly_name": "N"},
            {
                "identity": module,
                "attributes": '{"a": null, "b": 1e2}',
                "attributes_mode": "merge",
                "friendly_name": "",
            },
            {"sid": USER, "identity": f"{module} 2", "replace": True, "webhook_enabled": True},
            {"identity": module, "state": "absent"},
        )
    ]
    + [
        {f"community.twilio.{module}": {"service_sid": SERVICE, **options}, "diff": True, "ignore_errors": True}
        for module in BULK
        for options in (
            # In turn, since users are pruned, and told, in the order in which they were created.
            {
                "users": [
                    {"identity": f"{module} {number}", "attributes": {"n": number}} for number in range(9, 0, -1)
                ],
                "concurrency": 1,
            },
            {"users": [{"identity": f"{module} 5"}, {"identity": f"{module} 2", "role_sid": "RL" + "0" * 32}]},
            {"users": [{"identity": f"{module} 5"}, {"identity": "alice", "friendly_name": "Ž"}], "prune": True},
            {"users": [{"identity": f"{module} 5"}, {"identity": "nobody"}], "state": "absent", "max_deletions": 1},
        )
    ]
    + [
        {f"community.twilio.{module}": options, "diff": True, "ignore_errors": True}
        for module in SERVICES
        for options in (
            {"friendly_name": f"{module} Ž"},
            {"friendly_name": "Support"},
            {"friendly_name": "Support", "state": "absent"},
            {"friendly_name": f"{module} Ž", "state": "absent", "force": True},
            {"sid": SERVICE, "friendly_name": "Support"},
        )
    ]
    + [
        {f"community.twilio.{module}": {"service": "Support", **options}, "diff": True, "ignore_errors": True}
        for module in ROLES
        for options in (
            one_role(module, module),
            {"friendly_name": module, "permissions": ["editOwnUserInfo", "editAnyUserInfo"]},
            one_role(module, module, type=type_of_members(module)),
            one_role(module, module, type=type_of_members(module), replace=True),
            {"friendly_name": module, "permissions": ["fly"]},
            {"friendly_name": module, "state": "absent"},
        )
    ]
    + [
        {f"community.twilio.{module}": {"service": "Support", **options}, "diff": True, "ignore_errors": True}
        for module in CHANGING
        for options in (
            {"identity": f"{module} named", "role": "service admin"},
            {"identity": f"{module} named", "role_sid": "default"},
            {"identity": f"{module} named", "role": "nobody"},
        )
    ]
)
SECRET = "aSecretThatIsNowhereElse"

IDENTITIES = st.sampled_from(["alice", "bob", "a/b", "..", "Žofie 🦉", "", "x" * 257, USER, 7, True, None, ["alice"]])
OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "sid": st.sampled_from([USER, f"/Services/{SERVICE}/Users/{USER}", "US" + "0" * 32, "alice", "", 5]),
    "friendly_name": st.sampled_from(["Alice", "", "Ž" * 256, "Ž" * 257, 1.5, False, None, {"a": 1}]),
    "role_sid": st.sampled_from(["RL" + "0" * 32, "RL0", "", None]),
    "attributes": st.sampled_from(
        [{}, {"a": 2}, {"b": {"c": None}}, '{"a": 1.0}', '{"n": 9007199254740993}', "[1]", "{", "", 5, True, None, [1]]
    ),
    "attributes_mode": st.sampled_from(["replace", "merge", "mix", ""]),
    "state": st.sampled_from(["present", "absent", "gone"]),
    "replace": st.sampled_from([True, "yes", "maybe", 0]),
    "webhook_enabled": st.sampled_from([True, "no", "perhaps", None]),
    "timeouts": st.sampled_from([{}, {"read": 5}, {"read": 0}, {"read": "soon"}, {"red": 5}, 5, None]),
    "request_timeout": st.sampled_from([5, "5.5", "x", -1, True]),
    "prune": st.sampled_from([True, "perhaps"]),
    "max_deletions": st.sampled_from([0, -1, "few"]),
    "concurrency": st.sampled_from([0, 101, "x"]),
    "writes_per_second": st.sampled_from([0, -1, "nan", "fast"]),
    "on_error": st.sampled_from(["stop", "ask"]),
    "limit": st.sampled_from([1, "2", 0, "x"]),
    "role": st.sampled_from(["service admin", "nobody", "", 5]),
    "type": st.sampled_from(["service", "deployment", "channel", "conversation", "", None]),
    "permissions": st.sampled_from([["editOwnUserInfo"], ["fly"], [], [""], "editOwnUserInfo", [5]]),
    "force": st.sampled_from([True, "perhaps"]),
    "limits": st.sampled_from([{"channel_members": 0}, {"channel_members": 7}, {"members": 7}, "x"]),
    "webhook_filters": st.sampled_from([["onMessageSent"], ["onNothing"], [], "onMessageSent"]),
    "notifications": st.sampled_from([{"log_enabled": True}, {"new_message": {"sound": "ding"}}, {"new_message": 5}]),
    "configuration": st.sampled_from([{"reachability_enabled": True}, {"default_chat_service_role_sid": "RL0"}, {}]),
    "gather_configuration": st.sampled_from([True, "perhaps"]),
    "region": st.sampled_from(["ie1", "IE 1", ""]),
    "auth_token": st.sampled_from([SECRET, SECRET + "\n", ""]),
    "api_key": st.sampled_from(["SK" + "0" * 32, SECRET]),
    "validate_certs": st.sampled_from([True, "off", "sometimes"]),
    "no_such_option": st.just(1),
}
ENTRIES = st.fixed_dictionaries(
    {"identity": IDENTITIES},
    optional={name: OPTIONS[name] for name in ("friendly_name", "role_sid", "attributes", "attributes_mode", "sid")},
)
USERS = st.one_of(
    st.lists(
        st.fixed_dictionaries({"identity": st.sampled_from(["alice", "bob", "a/b", "..", "Žofie 🦉"])}), max_size=3
    ),
    st.lists(ENTRIES, max_size=3),
    st.sampled_from(["alice", ["alice", 5], {"identity": "alice"}, [["alice"]], None, [None], 7]),
)


@st.composite
def tasks(draw: st.DrawFn) -> dict[str, Any]:
    """A task: a module, with few options, most of which it takes, in one of the ways that a task can run."""
    module = draw(st.sampled_from(MODULES))
    names = draw(st.lists(st.sampled_from(sorted(OPTIONS)), max_size=3, unique=True))
    options = {name: draw(OPTIONS[name]) for name in names}
    service = draw(st.sampled_from([SERVICE, SERVICE, SERVICE, "IS" + "0" * 32, "IS0"]))
    places = [{"service_sid": service}] * 6 + [{"service": "Support"}] * 2 + [{"service": "nowhere"}, {}]
    if module not in (*SERVICES, *SERVICE_INFO):
        options.update(draw(st.sampled_from(places)))
    if module in BULK:
        # One request after another: which user a failure names must not depend on the order of the answers.
        options = {"concurrency": 1, **options, "users": draw(USERS)}
    elif module in (*SERVICES, *SERVICE_INFO, *ROLES, *ROLE_INFO):
        options.update(draw(st.sampled_from([{"friendly_name": name} for name in ("Support", "Shop", "service user")])))
    else:
        options.update(draw(st.one_of(st.builds(lambda identity: {"identity": identity}, IDENTITIES), st.just({}))))
    ways = {"check_mode": draw(st.booleans()), "diff": draw(st.booleans())}
    return {f"community.twilio.{module}": options, **ways, "ignore_errors": True}


def draw_tasks() -> list[dict[str, Any]]:
    """Draw tasks, each for itself, so that they are of all kinds; the same ones at every run."""
    drawn: list[dict[str, Any]] = []

    @settings(max_examples=TASKS, derandomize=True, database=None, deadline=None)
    @given(tasks())
    def draw(each: dict[str, Any]) -> None:
        drawn.append(each)

    draw()
    return drawn


def test_random_tasks(run_playbook: RunPlaybook, emulator: RunningEmulator) -> None:
    # Few of those that are drawn are right in every part.
    drawn = [*RIGHT, *draw_tasks()]
    plays = json.dumps([{"name": f"Task {number}", **each} for number, each in enumerate(drawn)])
    results = {}
    for mode in (execution_modes.ON_CONTROLLER, execution_modes.AS_MODULE):
        emulator.reset(SEED)
        switch = {"community_twilio_in_process": mode == execution_modes.ON_CONTROLLER}
        # A message of ansible-core lists the words for true and false in the order of a set.
        environment = {"ANSIBLE_INJECT_INVOCATION": "true", "PYTHONHASHSEED": "0"}
        result = run_playbook(plays, "-vvv", "--extra-vars", json.dumps(switch), env=environment, check_rc=True)
        assert len(result.events) == len(drawn)
        assert SECRET not in result.output + json.dumps(result.events)
        results[mode] = result
    here, there = results[execution_modes.ON_CONTROLLER], results[execution_modes.AS_MODULE]
    assert execution_modes.differences(here.events, there.events) == []
    # Not all were refused, and not all were accepted.
    assert {"ok", "ignored"} == {event["status"] for event in here.events}
    assert any(event["result"].get("changed") for event in here.events)
