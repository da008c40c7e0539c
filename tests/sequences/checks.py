# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the results of tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import state as states
from .model import Outcome
from .world import Result


def shown(result: Mapping[str, Any]) -> str:
    """Return a result for the report of a failure, without the diff."""
    return json.dumps({name: value for name, value in result.items() if name != "diff"}, ensure_ascii=False)[:1500]


def without_users(state: states.State) -> states.State:
    """Return a state without its users."""
    return {**state, "services": {sid: {**service, "users": {}} for sid, service in state["services"].items()}}


def assert_report(kind: str, outcome: Outcome, result: Result) -> None:
    """Check the actions, the counts and the diff of a result."""
    if kind == "users":
        counts = dict.fromkeys(("created", "updated", "deleted"), 0)
        for action in outcome.users.values():
            counts[action] += 1
        counts.update(failed=len(outcome.failed), unchanged=outcome.unchanged)
        if outcome.left_alone is not None:
            counts["left_alone"] = outcome.left_alone
        assert result["summary"] == counts, (result["summary"], counts)
        actions = {entry["identity"]: entry["action"] for entry in result["results"]}
        assert actions == {**outcome.users, **dict.fromkeys(outcome.failed, "failed")}
        if outcome.diff is not None:
            before = {name: shown_in_diff(each) for name, each in result["diff"]["before"].items()}
            after = {name: shown_in_diff(each) for name, each in result["diff"]["after"].items() if name in before}
            assert (before, after) == outcome.diff
        return
    assert result["action"] == outcome.action
    if kind == "user" and outcome.diff is not None:
        diff = result["diff"]
        assert (shown_in_diff(diff["before"]), shown_in_diff(diff["after"])) == outcome.diff


def assert_told(kind: str, result: Result, is_undisturbed: bool) -> None:
    """Check that a result tells what the task has done, and nothing else unless a failure has hidden what was done."""
    if kind != "users":
        assert result.failed or result["changed"] or not result.done, f"not told: {result.done}"
        assert result.failed or result.done or not result["changed"] or not is_undisturbed, "nothing was done"
    elif "results" in result:
        actions = {entry["identity"]: entry["action"] for entry in result["results"]}
        done = {name for _action, _kind, _service, name in result.done}
        assert done <= actions.keys(), f"not told: {done - actions.keys()}"
        told = {identity for identity, action in actions.items() if action != "failed"}
        assert told <= done or not is_undisturbed, f"was not done: {told - done}"


def assert_stopped(identities: list[str], result: Result) -> None:
    """Check that nothing was written after the first failure; users are written in the order of the task."""

    def place(identity: str | None) -> tuple[int, str]:
        unlisted = len(identities)
        return (identities.index(identity) if identity in identities else unlisted, identity or "")

    failed = [place(entry["identity"]) for entry in result.get("results", ()) if entry["action"] == "failed"]
    late = [name for _action, _kind, _service, name in result.done if failed and place(name) > min(failed)]
    assert not late, f"written after a failure: {late}"


def shown_in_diff(values: Mapping[str, Any]) -> Any:
    """Return a user of a diff in a form that can be compared."""
    return {**values, "attributes": states.canonical(values["attributes"])} if "attributes" in values else dict(values)


def assert_user_shown(held: states.State, user: Mapping[str, Any]) -> None:
    """Check a user in a result."""
    for name in ("sid", "identity", "friendly_name", "role_sid"):
        assert user[name] == held[name], (name, user, held)
    if user["attributes"] is None:
        # A list that does not contain them.
        assert user["attributes_parsed"] == {}
        return
    assert user["attributes"] == held["attributes"]
    parsed = user["attributes_parsed"]
    value = states.parse(held["attributes"])
    wanted = value if isinstance(value, dict) else None
    assert states.canonical(parsed) == states.canonical(wanted), (parsed, value)


def assert_predicted(predicted: Any, actual: Any, place: str) -> None:
    """Check what check mode predicts; None is what only Twilio knows."""
    if predicted is None:
        return
    if isinstance(predicted, dict) and isinstance(actual, dict):
        for name, value in predicted.items():
            if name == "diff":
                assert value == actual[name], f"diff: {value} predicted, {actual[name]} done"
            elif value is not None:
                assert name in actual, f"{place}.{name} is predicted"
                assert_predicted(value, actual[name], f"{place}.{name}")
    elif isinstance(predicted, list) and isinstance(actual, list):
        assert len(predicted) == len(actual), place
        for index, pair in enumerate(zip(predicted, actual)):
            assert_predicted(*pair, f"{place}[{index}]")
    else:
        assert predicted == actual, f"{place}: {predicted!r} predicted, {actual!r} done"


def assert_others_untouched(kind: str, before: states.State, held: states.State, outcomes: list[Outcome]) -> None:
    """Check that a failed task has changed no more than it was to change."""
    after = outcomes[0].state if outcomes else before
    for sid, service in before["services"].items():
        wanted, now = after["services"].get(sid), held["services"].get(sid)
        if now is None:
            assert wanted is None, f"service {sid} is gone"
            continue
        if wanted is None:
            wanted = service
        assert now["users"] == service["users"]
        for place, value in now["settings"].items():
            assert any(states.same_setting(each["settings"][place], value) for each in (service, wanted)), place
        for role_sid, role in service["roles"].items():
            allowed = [role, wanted["roles"].get(role_sid)]
            assert now["roles"].get(role_sid) in allowed, (role, now["roles"].get(role_sid))
        assert len(now["roles"].keys() - service["roles"].keys()) <= (kind == "role"), "roles were created"
    assert len(held["services"].keys() - before["services"].keys()) <= (kind == "service"), "services were created"
