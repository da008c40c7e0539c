# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Twilio has to hold after a task: a model that shares no code with the plugins.

The functions take a state and the options of a task, and return the state that has to follow, or raise why the task has
to fail.
"""

from __future__ import annotations

import copy
import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .state import (
    State,
    Written,
    canonical,
    contains,
    merged,
    parse,
    parse_fails,
    plain_setting,
)

Options = Mapping[str, Any]


class Refused(Exception):
    """The task fails, and changes nothing; check mode fails too."""


class Rejected(Exception):
    """Twilio rejects a write, which check mode cannot know."""


class PartlyRejected(Exception):
    """Twilio rejects one of several writes."""


class NoService(Exception):
    """There is no service that the task could be about."""


@dataclass
class Outcome:
    """What a task has to do.

    ``users`` are the actions by identity, ``failed`` the identities that fail; ``writes`` the number of requests that
    change something. ``diff`` are ``before`` and ``after``.
    """

    state: State
    action: str = "none"
    writes: int = 0
    users: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    unchanged: int = 0
    left_alone: int | None = None
    service_sid: str | None = None
    diff: tuple[Any, Any] | None = None

    @property
    def changed(self) -> bool:
        """Return whether anything changes."""
        return self.action != "none" or any(action != "none" for action in self.users.values())


def new_user(service: State, identity: str, fields: Options) -> State:
    """Return a new user as Twilio makes it."""
    return {
        "sid": None,
        "identity": identity,
        "friendly_name": fields.get("friendly_name") or "",
        "role_sid": fields.get("role_sid") or service["settings"]["default_service_role_sid",],
        "attributes": fields.get("attributes", "{}"),
        "is_online": fields.get("is_online"),
        "is_notifiable": fields.get("is_notifiable"),
        "joined_channels_count": 0,
    }


def act(state: State, change: Options) -> State:
    """Return the state after another client has changed something."""
    state = copy.deepcopy(state)
    verb, _underscore, thing = change["do"].partition("_")
    service = state["services"].get(change["service"] if thing == "service" else change["service_sid"])
    if service is not None:
        fields = dict(change.get("fields", {}))
        if thing == "user":
            act_on_user(service, verb, change["identity"], fields)
        elif thing == "role":
            act_on_role(service, verb, change["role"], fields)
        elif verb == "delete":
            del state["services"][change["service"]]
        else:
            act_on_settings(service["settings"], fields, ())
    return state


def act_on_user(service: State, verb: str, identity: str, fields: dict[str, Any]) -> None:
    """Create, update or delete a user."""
    users = service["users"]
    if "attributes" in fields and not isinstance(fields["attributes"], str):
        fields["attributes"] = Written(exact(fields["attributes"]))
    if verb == "create" and identity not in users:
        users[identity] = new_user(service, identity, fields)
    elif verb == "update" and identity in users:
        users[identity].update(fields)
    elif verb == "delete":
        users.pop(identity, None)


def act_on_role(service: State, verb: str, sid: str, fields: dict[str, Any]) -> None:
    """Update the permissions of a role, or delete it."""
    if sid in service["roles"]:
        if verb == "delete":
            del service["roles"][sid]
        else:
            service["roles"][sid]["permissions"] = frozenset(fields["permissions"])


def act_on_settings(values: dict[Any, Any], fields: Options, place: tuple[str, ...]) -> None:
    """Update settings of a service, nested as in a seed."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            act_on_settings(values, value, (*place, name))
        else:
            values[(*place, name)] = plain_setting(value)


def exact(value: Any) -> Any:
    """Return a JSON value with exact numbers."""
    return json.loads(json.dumps(value), parse_int=Decimal, parse_float=Decimal)


def find_service(state: State, options: Options) -> str:
    """Return the SID of the service that a task names."""
    sid, name = options.get("service_sid"), options.get("service")
    services = state["services"]
    if sid == "default":
        if state["default"] not in services:
            raise Refused("there is no default service")
        return str(state["default"])
    if sid is None:
        found = [each for each in services if services[each]["friendly_name"] == name]
        if len(found) > 1:
            raise Refused("several services have the name")
        if not found:
            raise NoService
        return str(found[0])
    if sid not in services:
        raise NoService
    return str(sid)


def find_role(service: State, name: str) -> str:
    """Return the SID of the role for users of a name."""
    found = [
        role["sid"] for role in service["roles"].values() if (role["friendly_name"], role["type"]) == (name, "service")
    ]
    if len(found) != 1:
        raise Refused(f"{len(found)} roles have the name")
    return str(found[0])


def wanted_fields(service: State, options: Options) -> dict[str, Any]:
    """Return the fields of a user that a task gives, with the SID of the role; attributes are a function."""
    fields: dict[str, Any] = {}
    if options.get("friendly_name") is not None:
        fields["friendly_name"] = options["friendly_name"]
    if options.get("role") is not None:
        fields["role_sid"] = find_role(service, options["role"])
    elif options.get("role_sid") == "default":
        fields["role_sid"] = service["settings"]["default_service_role_sid",]
    elif options.get("role_sid") is not None:
        fields["role_sid"] = options["role_sid"]
    if options.get("attributes") is not None:
        fields["attributes"] = exact(options["attributes"])
        fields["merge"] = options.get("attributes_mode") == "merge"
    return fields


def wanted_attributes(current: Any, fields: Options) -> Any:
    """Return the attributes that a user has to have."""
    if not fields["merge"]:
        return fields["attributes"]
    value = parse(current)
    if value is None and parse_fails(current):
        raise Refused("what is no JSON cannot be merged")
    return merged(value, fields["attributes"])


def check_role(service: State, sid: str) -> None:
    """Reject what Twilio rejects as the role of a user."""
    if service["roles"].get(sid, {}).get("type") != "service":
        raise Rejected(f"{sid} is no role for users")


def converged(service: State, identity: str, fields: Options) -> tuple[str, State]:
    """Return what has to be done to a user, and the user afterwards."""
    current = service["users"].get(identity)
    user = new_user(service, identity, {}) if current is None else dict(current)
    sent = False
    for name in ("friendly_name", "role_sid"):
        if name in fields and (current is None or user[name] != fields[name]):
            user[name], sent = fields[name], True
            if name == "role_sid":
                check_role(service, fields[name])
    if "attributes" in fields:
        value = wanted_attributes(user["attributes"], fields)
        if (
            current is None
            or parse_fails(user["attributes"])
            or canonical(parse(user["attributes"])) != canonical(value)
        ):
            user["attributes"], sent = Written(value), True
    return ("created" if current is None else "updated" if sent else "none"), user


def shown_user(user: State | None) -> Any:
    """Return a user as a diff has it, in a form that can be compared."""
    if user is None:
        return {}
    value = user["attributes"]
    shown = canonical(value) if isinstance(value, str) and parse_fails(value) else canonical(parse(value))
    return {name: user[name] for name in ("identity", "friendly_name", "role_sid")} | {"attributes": shown}


def user(state: State, product: str, options: Options) -> Outcome:
    """A task of the module for one user."""
    del product
    state = copy.deepcopy(state)
    absent = options.get("state") == "absent"
    try:
        service_sid = find_service(state, options)
    except NoService:
        if absent:
            return Outcome(state)
        raise Refused("there is no such service") from None
    service = state["services"][service_sid]
    users, identity, sid = service["users"], options.get("identity"), options.get("sid")
    # A user whose SID is not known yet has None.
    by_sid = next((each for each in users.values() if each["sid"] == sid), None) if sid is not None else None
    outcome = Outcome(state, service_sid=service_sid)
    if absent:
        current = by_sid if sid is not None else users.get(identity)
        if current is not None and identity not in (None, current["identity"]):
            raise Refused("SID and identity do not match")
        if current is not None:
            del users[current["identity"]]
            outcome.action, outcome.writes, outcome.users = "deleted", 1, {current["identity"]: "deleted"}
            outcome.diff = (shown_user(current), {})
        return outcome
    fields = wanted_fields(service, options)
    old = None
    if sid is not None and by_sid is None and (identity is None or not options.get("replace")):
        raise Refused("no user has the SID")
    if by_sid is not None:
        if identity in (None, by_sid["identity"]):
            identity = by_sid["identity"]
        elif options.get("replace"):
            old = by_sid
        else:
            raise Refused("an identity cannot be changed")
    if old is not None:
        fields = inherited(users.get(identity), old, fields)
    identity = str(identity)
    before = users.get(identity)
    action, users[identity] = converged(service, identity, fields)
    outcome.writes = int(action != "none")
    outcome.users = {identity: action}
    outcome.action = action
    if old is not None:
        del users[old["identity"]]
        outcome.action, outcome.writes = "replaced", outcome.writes + 1
        outcome.users[old["identity"]] = "deleted"
    elif before is not None:
        outcome.diff = (shown_user(before), shown_user(users[identity]))
    return outcome


def inherited(successor: State | None, old: State, fields: Options) -> dict[str, Any]:
    """Return the fields of a user that takes the place of another: what it does not have is handed on."""
    result = dict(fields)
    for name in ("friendly_name", "role_sid"):
        if name not in fields and not (successor or {}).get(name):
            result[name] = old[name]
    own = None if successor is None else successor["attributes"]
    if own is None or (not parse_fails(own) and parse(own) in ({}, "", None)):
        if "attributes" in fields:
            result.update(attributes=wanted_attributes(old["attributes"], fields), merge=False)
        elif parse_fails(old["attributes"]) or not isinstance(parse(old["attributes"]), dict):
            raise Rejected("Twilio takes JSON objects only")
        else:
            result.update(attributes=parse(old["attributes"]), merge=False)
    return result


def users(state: State, product: str, options: Options) -> Outcome:
    """A task of the module for many users."""
    del product
    before = state
    state = copy.deepcopy(state)
    entries = {
        entry["identity"]: None if (entry.get("state") or options.get("state")) == "absent" else entry
        for entry in options["users"]
    }
    prune = options.get("prune")
    is_wanted = prune or any(entry is not None for entry in entries.values())
    # Without users there is nothing to do, and no request finds out that the service does not exist.
    is_ignored = entries or options.get("state") == "absent" or "service_sid" in options
    try:
        service_sid = find_service(state, options)
    except NoService:
        if not is_wanted and is_ignored:
            return Outcome(state, unchanged=len(entries))
        raise Refused("there is no such service") from None
    service = state["services"][service_sid]
    held = before["services"][service_sid]["users"]
    wanted = {identity: None if entry is None else wanted_fields(service, entry) for identity, entry in entries.items()}
    outcome = Outcome(state, service_sid=service_sid)
    selected = (
        select(service, options.get("prune_only"), [each for each in held if each not in entries]) if prune else []
    )
    if prune and options.get("prune_only") is not None:
        outcome.left_alone = len([each for each in held if each not in entries]) - len(selected)
    planned: dict[str, str] = {}
    for identity, fields in wanted.items():
        try:
            if fields is None:
                planned[identity] = "deleted" if identity in held else "none"
                service["users"].pop(identity, None)
            else:
                planned[identity], service["users"][identity] = converged(service, identity, fields)
        except Refused:
            outcome.failed.add(identity)
        except Rejected:
            # It counts as a change, and fails when it is written.
            planned[identity] = "rejected"
            outcome.failed.add(identity)
    deletions = sum(action == "deleted" for action in planned.values()) + len(selected)
    changes = sum(action != "none" for action in planned.values()) + len(selected)
    for option, count in (("max_deletions", deletions), ("max_changes", changes)):
        if options.get(option) is not None and count > options[option]:
            raise Refused(f"{option} is exceeded")
    similar = {each.casefold().strip() for each in outcome.failed}
    for identity in selected:
        if identity.casefold().strip() in similar:
            outcome.failed.add(identity)
        else:
            del service["users"][identity]
            planned[identity] = "deleted"
    outcome.users = {identity: action for identity, action in planned.items() if action not in ("none", "rejected")}
    outcome.unchanged = sum(action == "none" for action in planned.values())
    outcome.writes = len(outcome.users)
    afterwards = service["users"]
    outcome.diff = (
        {each: shown_user(held[each]) for each in outcome.users if each in held},
        {each: shown_user(afterwards[each]) for each in outcome.users if each in held and each in afterwards},
    )
    return outcome


def select(service: State, only: Options | None, identities: Iterable[str]) -> list[str]:
    """Return the unlisted users that are to be pruned."""
    if only is None:
        return list(identities)
    roles = None
    if only.get("roles") or only.get("role_sids"):
        roles = {*(only.get("role_sids") or ()), *(find_role(service, name) for name in only.get("roles") or ())}
    selected = []
    for identity in identities:
        user = service["users"][identity]
        if only.get("identities") and not any(fnmatch.fnmatchcase(identity, each) for each in only["identities"]):
            continue
        if roles is not None and user["role_sid"] not in roles:
            continue
        wanted, held = only.get("attributes"), user["attributes"]
        if wanted is not None and (parse_fails(held) or not contains(parse(held), wanted)):
            continue
        selected.append(identity)
    return selected
