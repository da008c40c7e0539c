# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that get broken answers: they say what is wrong, tell all that was done, and reach nobody else.

A case is a task, a number, and a seed. ANSWERS sets how many cases each task gets (72 are 5,000 in all), SEED makes
others than usual; a failure shows its number and seed, and what was broken.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleDefinition, ModuleError
from ansible_collections.community.twilio.tests.emulator.store import DEFAULT_AUTH_TOKEN, Service, Store
from ansible_collections.community.twilio.tests.unit.plugins.support import twilio as support
from ansible_collections.community.twilio.tests.unit.plugins.support.answers import Breaker
from ansible_collections.community.twilio.tests.unit.plugins.support.in_memory import (
    URL,
    Endless,
    Twilio,
    Write,
    answered_by,
)

CASES = int(os.environ.get("ANSWERS", "5"))
SEED = os.environ.get("SEED", "1")
BUDGET = 0.3
# Control characters, which a terminal would interpret.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

USERS = {
    "alice": '{"n": 1}',
    "bob": '{"n": 2, "app": "theirs"}',
    "carol": "{}",
    "dave": '{"team": "x"}',
    "a/b": "{}",
    "erin": '{"n": [1, 2]}',
    "frank": "{}",
    "Zoë": "{}",
}


class World:
    """A store with users, roles and services, some of them with the same names."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.store = Store()
        self.service = self._service("Shop", self.store.default_service_sid)
        self.other = self._service("Other")
        self.empty = self.store.add_service(self.store.default, "Empty")
        self.role_type = {"chat": "deployment", "conversations": "service"}[product]
        self.helper = self.store.add_role(self.service, "helper", "service", ["editOwnUserInfo"])
        self.service.users[self.service.identities["frank"]].role_sid = self.helper.sid
        self.sids = {user.identity: user.sid for user in self.service.users.values()}

    def _service(self, name: str, sid: str | None = None) -> Service:
        service = self.store.add_service(self.store.default, name, sid)
        for identity, attributes in USERS.items():
            self.store.add_user(service, identity, attributes=attributes, friendly_name=f"{identity} of {name}")
        return service

    def others(self) -> list[str]:
        """Return SIDs and identities, which broken answers mix up."""
        services = [self.service, self.other, self.empty]
        return [
            *(service.sid for service in services),
            *(sid for service in services for sid in (*service.users, *service.roles)),
            *USERS,
        ]


@dataclass
class Task:
    """A task, and the writes that it may send: pairs of an action and a kind, with the names of resources."""

    module: Mapping[str, ModuleDefinition]
    options: dict[str, Any]
    may: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    check: bool = False
    in_service: bool = True

    @property
    def is_bulk(self) -> bool:
        """Return whether its result has an entry for each user that changed or failed."""
        return self.module is support.USERS_MODULES


Make = Callable[[World], Task]


def user(options: dict[str, Any], *writes: tuple[str, str]) -> Make:
    def make(world: World) -> Task:
        given = {name: world.sids[value[1:]] if name == "sid" else value for name, value in options.items()}
        may: dict[tuple[str, str], set[str]] = {}
        for action, identity in writes:
            may.setdefault((action, "users"), set()).add(identity)
        return Task(support.USER_MODULES, given, may)

    return make


LISTED: list[dict[str, Any]] = [
    {"identity": "alice", "friendly_name": "Alice"},
    {"identity": "new"},
    {"identity": "bob", "attributes": {"team": "y"}, "attributes_mode": "merge"},
    {"identity": "carol"},
    {"identity": "dave", "attributes": {"team": "x"}},
    {"identity": "newer", "friendly_name": "Newer", "attributes": {"a": 1}},
]


def users(check: bool = False, listed: list[dict[str, Any]] | None = None, **options: Any) -> Make:
    entries = LISTED if listed is None else listed

    def make(_world: World) -> Task:
        names = {entry["identity"] for entry in entries}
        may = {("delete", "users"): names}
        if options.get("state") != "absent":
            may = {("create", "users"): names, ("update", "users"): names}
            if options.get("prune"):
                may["delete", "users"] = set(USERS) - names
        given = {"users": copy.deepcopy(entries), "writes_per_second": 0, "concurrency": 1, **options}
        return Task(support.USERS_MODULES, given, may, check)

    return make


SETTINGS: dict[str, dict[str, Any]] = {
    "chat": {"typing_indicator_timeout": 7, "notifications": {"log_enabled": True}},
    "conversations": {"configuration": {"reachability_enabled": True}, "notifications": {"log_enabled": True}},
}


def service(options: Mapping[str, Any], *writes: tuple[str, str], settings: bool = False) -> Make:
    def make(world: World) -> Task:
        given = {name: world.empty.sid if value == "SID" else value for name, value in options.items()}
        may: dict[tuple[str, str], set[str]] = {}
        for action, name in writes:
            may.setdefault((action, "services"), set()).add(name)
        if settings:
            given.update(SETTINGS[world.product])
            may["update", "configuration"] = {given["friendly_name"]}
        return Task(support.SERVICE_MODULES, given, may, in_service=False)

    return make


def role(options: Mapping[str, Any], *writes: tuple[str, str]) -> Make:
    def make(world: World) -> Task:
        given = {name: world.helper.sid if value == "SID" else value for name, value in options.items()}
        if given.get("type") == "TYPE":
            given["type"] = world.role_type
        may: dict[tuple[str, str], set[str]] = {}
        for action, name in writes:
            may.setdefault((action, "roles"), set()).add(name)
        return Task(support.ROLE_MODULES, given, may)

    return make


def info(module: Mapping[str, ModuleDefinition], options: Mapping[str, Any], in_service: bool = True) -> Make:
    return lambda world: Task(
        module, {name: world.sids["bob"] if value == "SID" else value for name, value in options.items()},
        in_service=in_service,
    )  # fmt: skip


MERGE = {"attributes": {"team": "z"}, "attributes_mode": "merge"}
FIELDS = {"friendly_name": "New name", "attributes": {"a": [1, None]}}
TASKS: dict[str, Make] = {
    "user, created": user({"identity": "new", **FIELDS}, ("create", "new"), ("update", "new")),
    "user, with a role": user({"identity": "new", "role": "helper"}, ("create", "new"), ("update", "new")),
    "user, updated": user({"identity": "alice", **FIELDS}, ("update", "alice"), ("create", "alice")),
    "user, merged": user({"identity": "bob", **MERGE}, ("update", "bob"), ("create", "bob")),
    "user, unchanged": user({"identity": "carol", "attributes": {}}, ("update", "carol"), ("create", "carol")),
    "user, deleted": user({"identity": "alice", "state": "absent"}, ("delete", "alice")),
    "user, of an encoded path": user({"identity": "a/b", "state": "absent"}, ("delete", "a/b")),
    "user, updated by SID": user({"sid": "=bob", **FIELDS}, ("update", "bob")),
    "user, deleted by SID": user({"sid": "=bob", "state": "absent"}, ("delete", "bob")),
    "user, replaced": user(
        {"sid": "=bob", "identity": "robert", "replace": True, **MERGE},
        *(("create", "robert"), ("update", "robert"), ("delete", "bob"), ("update", "bob")),
    ),
    "users": users(),
    "users, in check mode": users(check=True, prune=True),
    "users, until an error": users(on_error="stop", prune=True),
    "users, pruned": users(prune=True),
    "users, pruned to few": users(listed=[{"identity": "alice"}], prune=True, max_deletions=20),
    "users, merged": users(listed=[{"identity": name, **MERGE} for name in (*USERS, "new")]),
    "users, with a role": users(listed=[{"identity": name, "role": "helper"} for name in ("alice", "new", "erin")]),
    "users, with the default role": users(listed=[{"identity": name, "role_sid": "default"} for name in USERS]),
    "users, deleted": users(listed=[{"identity": name} for name in ("alice", "nobody", "a/b", "Zoë")], state="absent"),
    "service, created": service({"friendly_name": "Fresh"}, ("create", "Fresh"), ("update", "Fresh")),
    "service, updated": service({"friendly_name": "Empty"}, ("update", "Empty"), ("create", "Empty"), settings=True),
    "service, created with settings": service(
        {"friendly_name": "Fresh"}, ("create", "Fresh"), ("update", "Fresh"), settings=True
    ),
    "service, deleted": service({"friendly_name": "Empty", "state": "absent"}, ("delete", "Empty")),
    "service, deleted by SID": service({"sid": "SID", "state": "absent"}, ("delete", "Empty")),
    "service with users, to be deleted": service({"friendly_name": "Other", "state": "absent"}),
    "role, created": role(
        {"friendly_name": "fresh", "type": "TYPE", "permissions": ["editOwnUserInfo"]},
        *(("create", "fresh"), ("update", "fresh")),
    ),
    "role, updated": role({"sid": "SID", "permissions": ["editOwnMessage"]}, ("update", "helper")),
    "role, deleted": role({"friendly_name": "helper", "state": "absent"}, ("delete", "helper")),
    "user_info": info(support.USER_INFO_MODULES, {}),
    "user_info, with a role": info(support.USER_INFO_MODULES, {"role": "helper"}),
    "user_info, of one": info(support.USER_INFO_MODULES, {"identity": "alice"}),
    "user_info, by SID": info(support.USER_INFO_MODULES, {"sid": "SID"}),
    "role_info": info(support.ROLE_INFO_MODULES, {}),
    "service_info": info(support.SERVICE_INFO_MODULES, {}, in_service=False),
    "service_info, of one": info(support.SERVICE_INFO_MODULES, {"friendly_name": "Other"}, in_service=False),
}
BY_NAME = ("user, updated", "users, pruned", "role, updated", "user_info")


class Outcome(NamedTuple):
    """What came of a task."""

    world: World
    task: Task
    twilio: Twilio
    result: dict[str, Any]
    breaker: Breaker


def run(name: str, product: str, number: int | None) -> Outcome:
    """Run a task; without a number nothing is broken."""
    rng = random.Random(f"{SEED} {name} {product} {number}")
    world = World(product)
    task = TASKS[name](world)
    if task.in_service:
        by_name = name in BY_NAME and rng.random() < 0.5
        task.options.update({"service": "Shop"} if by_name else {"service_sid": world.service.sid})
    names = ("read",) if name.split(",")[0].endswith("_info") else ("create", "read", "update", "delete")
    options = {
        "account_sid": world.store.default.sid,
        "auth_token": DEFAULT_AUTH_TOKEN,
        "api_base_url": URL,
        "timeouts": dict.fromkeys(names, BUDGET),
        **task.options,
    }
    breaker = Breaker(rng, world.others())
    twilio = Twilio(world.store, (lambda _call, handle: handle()) if number is None else breaker)
    with answered_by(twilio, rng):
        try:
            result = support.execute(task.module[product], options, task.check)
        except ModuleError as failure:
            result = {**failure.result, "failed": True, "msg": failure.message}
    return Outcome(world, task, twilio, result, breaker)


def check(outcome: Outcome) -> None:
    world, task, twilio, result, breaker = outcome
    text = json.dumps(result, ensure_ascii=False)
    text.encode()
    assert DEFAULT_AUTH_TOKEN not in text
    messages = [result.get("msg", ""), *(entry.get("msg", "") for entry in result.get("results", ()))]
    for message in messages:
        assert not CONTROL.search(message), message[:500]
        assert "This is a bug" not in message
    for write in twilio.writes:
        if write.kind == "services" and write.action == "delete" and breaker.hid_users:
            # It seemed to have none.
            continue
        check_target(world, task, write)
    assert twilio.clock.now - 1000 < BUDGET * 12 * (len(LISTED) if task.is_bulk else 1)
    if task.is_bulk:
        check_report(task, twilio.writes, result)
    elif not result.get("failed"):
        if result["changed"]:
            assert any(write.may_be_claimed for write in twilio.writes) or task.check, (result, twilio.writes)
        else:
            assert not any(write.is_known for write in twilio.writes), (result, twilio.writes)


def check_target(world: World, task: Task, write: Write) -> None:
    assert not task.check, write
    allowed = task.may.get((write.action, write.kind), set())
    if write.kind == "configuration":
        service = world.store.find_service(write.service_sid)
        assert service is None or service.friendly_name in allowed, write
    else:
        # Nobody may be reached by accident; that somebody who is meant is not found does no harm.
        assert write.name is None or write.name in allowed, write
    if task.in_service:
        # A list of services may lie about who has the name; nobody can know. But it is a service's SID.
        named = [service.sid for service in world.store.services()] if "service" in task.options else []
        assert write.service_sid in [world.service.sid, *named], write


def check_report(task: Task, writes: list[Write], result: dict[str, Any]) -> None:
    entries = {entry["identity"]: entry for entry in result.get("results", ())}
    assert len(entries) == len(result.get("results", ()))
    known = {*USERS, *(entry["identity"] for entry in task.options["users"])}
    claimable = {write.name for write in writes if write.may_be_claimed}
    written = {write.name for write in writes if write.is_known}
    for identity, entry in entries.items():
        if entry["action"] != "failed" and not task.check:
            assert identity in known, entry
            assert identity in claimable, (entry, "but nothing was done")
    assert written <= set(entries), (written, list(entries), result.get("msg"))
    if "summary" in result:
        counted = {action: sum(entry["action"] == action for entry in entries.values()) for action in result["summary"]}
        del counted["unchanged"]
        assert counted == {action: result["summary"][action] for action in counted}


@pytest.mark.parametrize("product", ["chat", "conversations"])
@pytest.mark.parametrize("name", TASKS)
def test_right_answers_are_taken(name: str, product: str) -> None:
    """Otherwise the other test would show nothing."""
    outcome = run(name, product, None)
    check(outcome)
    is_guarded = name == "service with users, to be deleted"
    assert bool(outcome.result.get("failed")) == is_guarded, outcome.result
    changes = not (is_guarded or "info" in name or "unchanged" in name)
    assert bool(outcome.twilio.writes) == (changes and not outcome.task.check)


@pytest.mark.parametrize("product", ["chat", "conversations"])
@pytest.mark.parametrize("name", TASKS)
def test_broken_answers(name: str, product: str) -> None:
    for number in range(CASES):
        made: list[str] = []
        try:
            outcome = run(name, product, number)
            made = outcome.breaker.changes.made
            check(outcome)
        except (Exception, Endless) as error:
            raise AssertionError(f"SEED={SEED}, case {number}: {type(error).__name__}; {made}") from error
