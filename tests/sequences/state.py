# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Twilio holds, as plain data; and where two states differ. It shares no code with the plugins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ansible_collections.community.twilio.tests.emulator import seed, settings
from ansible_collections.community.twilio.tests.emulator.store import Store

State = dict[str, Any]

DEFAULT_ROLES = {
    "service": "default_service_role_sid",
    "conversation": "default_channel_role_sid",
    "creator": "default_channel_creator_role_sid",
}


@dataclass(frozen=True)
class Written:
    """Attributes that a task writes: what matters is their value, and not the text."""

    value: Any


def parse(text: str | Written | None) -> Any:
    """Return attributes as a value with exact numbers; None if they are not JSON."""
    if isinstance(text, Written):
        return text.value
    try:
        return json.loads(text or "{}", parse_int=Decimal, parse_float=Decimal)
    except ValueError:
        return None


def canonical(value: Any) -> Any:
    """Return a form of a JSON value that is equal for equal values only: 1 and 1.0 are one number, true is none."""
    if isinstance(value, dict):
        return ("object", frozenset((name, canonical(child)) for name, child in value.items()))
    if isinstance(value, list):
        return ("array", tuple(canonical(child) for child in value))
    if isinstance(value, (Decimal, int, float)) and not isinstance(value, bool):
        return ("number", Fraction(str(value)))
    return (type(value).__name__, value)


def merged(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    kept = {name: value for name, value in target.items() if name not in patch} if isinstance(target, dict) else {}
    old = target if isinstance(target, dict) else {}
    return {**kept, **{name: merged(old.get(name), value) for name, value in patch.items() if value is not None}}


def contains(whole: Any, part: Any) -> bool:
    """Return whether a JSON value has all that another one has."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and contains(whole[name], child) for name, child in part.items()
        )
    return bool(canonical(whole) == canonical(part))


def snapshot(store: Store, unset: Mapping[tuple[str, ...], Any]) -> State:
    """Return what the emulator holds; ``unset`` is how it shows settings that were never set."""
    (account,) = seed.dump(store)["accounts"]
    state: State = {}
    for service in account["services"]:
        held = store.default.services[service["sid"]]
        values = {place: settings.get(held, place) for place in settings.KINDS}
        for name in (*DEFAULT_ROLES.values(), "reachability_enabled"):
            values[(name,)] = service[name]
        state[service["sid"]] = {
            "friendly_name": service["friendly_name"],
            "settings": {
                place: plain_setting(unset.get(place) if value is None else value) for place, value in values.items()
            },
            "roles": {
                role["sid"]: {
                    "sid": role["sid"],
                    "friendly_name": role["friendly_name"],
                    "type": role["type"],
                    "permissions": frozenset(role["permissions"]),
                }
                for role in service["roles"]
            },
            "users": {
                user["identity"]: {
                    **{name: value for name, value in user.items() if not name.startswith("date_")},
                    "friendly_name": user["friendly_name"] or "",
                }
                for user in service["users"]
            },
        }
    return {"services": state, "default": store.default_service_sid, "unset": unset}


def plain_setting(value: Any) -> Any:
    """Return the value of a setting: no text is empty text, no list an empty set."""
    return frozenset(value) if isinstance(value, list) else value


def differences(expected: State, actual: State, known: set[str]) -> list[str]:
    """Return where two states differ. A SID that the model does not know has to be a new one."""
    found: list[str] = []
    wanted, held = dict(expected["services"]), dict(actual["services"])
    for sid in [sid for sid in wanted if sid.startswith("new ")]:
        new = next((each for each in held if each not in wanted and each not in known), None)
        if new is None:
            found.append(f"there is no new service {wanted[sid]['friendly_name']!r}")
        else:
            wanted[new] = with_new_roles(wanted.pop(sid), held[new])
    if wanted.keys() != held.keys():
        found.append(f"services: {sorted(wanted)} expected, {sorted(held)} there")
    for sid in wanted.keys() & held.keys():
        found += [
            f"service {wanted[sid]['friendly_name']}: {each}"
            for each in service_differences(wanted[sid], held[sid], known)
        ]
    return found


def with_new_roles(expected: State, actual: State) -> State:
    """Return a new service with the SIDs of the roles that every service begins with."""
    values = {**expected["settings"], **{(name,): actual["settings"][name,] for name in DEFAULT_ROLES.values()}}
    return {**expected, "roles": actual["roles"], "settings": {**values, **expected["settings"]}}


def service_differences(expected: State, actual: State, known: set[str]) -> list[str]:
    """Return where two services differ."""
    found = []
    if expected["friendly_name"] != actual["friendly_name"]:
        found.append(f"is called {actual['friendly_name']!r}")
    for place, value in expected["settings"].items():
        if not same_setting(value, actual["settings"][place]):
            found.append(f"{'.'.join(place)}: {value!r} expected, {actual['settings'][place]!r} there")
    roles, held = dict(expected["roles"]), actual["roles"]
    for sid in [sid for sid in roles if sid.startswith("new ")]:
        role = roles.pop(sid)
        new = next((each for each in held.values() if each["sid"] not in roles and each["sid"] not in known), None)
        if new is None:
            found.append(f"there is no new role {role['friendly_name']!r}")
        else:
            roles[new["sid"]] = {**role, "sid": new["sid"]}
    if roles != held:
        found.append(f"roles: {roles} expected, {held} there")
    for identity in expected["users"].keys() | actual["users"].keys():
        if not same_user(expected["users"].get(identity), actual["users"].get(identity), known):
            found.append(
                f"user {identity!r}: {expected['users'].get(identity)} expected, {actual['users'].get(identity)} there"
            )
    return found


def same_setting(expected: Any, actual: Any) -> bool:
    """Return whether two values of a setting are the same; null and empty text are, or null and an empty list."""
    if expected in (None, "", frozenset()) and not isinstance(expected, bool):
        return actual in (None, "", frozenset()) and not isinstance(actual, bool)
    return type(expected) is type(actual) and bool(expected == actual)


def same_user(expected: State | None, actual: State | None, known: set[str]) -> bool:
    """Return whether two users are the same."""
    if expected is None or actual is None:
        return expected is actual
    return all(same_value(name, expected, actual, known) for name in actual)


def is_mixed(alternatives: list[State | None], actual: State | None, known: set[str]) -> bool:
    """Return whether each value of a user is that of one of the alternatives: a write has only what differs.

    Empty attributes can have been written meanwhile.
    """
    if actual is None:
        return None in alternatives
    users = [each for each in alternatives if each is not None]
    if actual["attributes"] == "{}" and any(each["attributes"] == "" for each in users):
        actual = {**actual, "attributes": ""}
    return all(any(same_value(name, each, actual, known) for each in users) for name in actual)


def same_value(name: str, expected: State, actual: State, known: set[str]) -> bool:
    """Return whether a value of two users is the same. Attributes that no task writes keep even their text."""
    wanted, held = expected[name], actual[name]
    if name == "sid" and wanted is None:
        return held not in known
    if name == "attributes" and isinstance(wanted, Written):
        return canonical(parse(held)) == canonical(wanted.value)
    return bool(wanted == held)


def sids(state: State) -> set[str]:
    """Return all SIDs in a state."""
    services = state["services"]
    return {
        *services,
        *(sid for service in services.values() for sid in service["roles"]),
        *(user["sid"] for service in services.values() for user in service["users"].values()),
    }


def parse_fails(text: Any) -> bool:
    """Return whether attributes are not JSON."""
    try:
        json.loads((text or "{}") if not isinstance(text, Written) else "{}")
    except ValueError:
        return True
    return False


def new_service(name: str, unset: Mapping[tuple[str, ...], Any]) -> State:
    """Return a new service as Twilio makes it; its default roles are not known."""
    store = Store()
    sid = store.add_service(store.default, name).sid
    fresh: State = snapshot(store, unset)["services"][sid]
    for default in DEFAULT_ROLES.values():
        del fresh["settings"][default,]
    return fresh
