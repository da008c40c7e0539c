# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Twilio has to hold after a task for a role or a service."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.twilio.tests.emulator import settings
from ansible_collections.community.twilio.tests.emulator.products import BY_NAME

from .model import NoService, Options, Outcome, PartlyRejected, Refused, Rejected, find_service
from .state import DEFAULT_ROLES, State, new_service, same_setting


def stored_type(product: str, name: str) -> str:
    """Return the type of a role in the words of the store."""
    return next(ours for ours, theirs in BY_NAME[product].role_types.items() if theirs == name)


def role(state: State, product: str, options: Options) -> Outcome:
    """A task of the module for one role."""
    state = copy.deepcopy(state)
    absent = options.get("state") == "absent"
    try:
        service_sid = find_service(state, options)
    except NoService:
        if absent:
            return Outcome(state)
        raise Refused("there is no such service") from None
    service = state["services"][service_sid]
    roles, name, sid = service["roles"], options.get("friendly_name"), options.get("sid")
    outcome = Outcome(state, service_sid=service_sid)
    current = roles.get(sid) if sid is not None else one_of(roles, name)
    if absent:
        if current is not None:
            if name not in (None, current["friendly_name"]):
                raise Refused("SID and name do not match")
            delete_role(service, current["sid"])
            outcome.action, outcome.writes = "deleted", 1
        return outcome
    if sid is not None and current is None:
        if name is None or not options.get("replace"):
            raise Refused("no role has the SID")
        current = one_of(roles, name)
    kind = options.get("type") and stored_type(product, options["type"])
    to_store = BY_NAME[product].permission_to_store
    permissions = options.get("permissions") and frozenset(to_store(each) or each for each in options["permissions"])
    if current is None:
        if kind is None or permissions is None:
            raise Refused("type and permissions are needed")
        roles["new role"] = {"sid": "new role", "friendly_name": name, "type": kind, "permissions": permissions}
        outcome.action, outcome.writes = "created", 1
        return outcome
    if name not in (None, current["friendly_name"]):
        if not options.get("replace"):
            raise Refused("a name cannot be changed")
        successor = one_of(roles, name)
        if successor is not None and kind not in (None, successor["type"]):
            raise Refused("the type of the other role differs")
        delete_role(service, current["sid"])
        outcome.action, outcome.writes = "replaced", 1
        if successor is None:
            roles["new role"] = {"sid": "new role", "friendly_name": name, "type": kind, "permissions": permissions}
            outcome.writes = 2
        elif successor["permissions"] != permissions:
            successor["permissions"] = permissions
            outcome.writes = 2
        return outcome
    if kind not in (None, current["type"]):
        if not options.get("replace"):
            raise Refused("a type cannot be changed")
        one_of(roles, current["friendly_name"])
        delete_role(service, current["sid"])
        roles["new role"] = {**current, "sid": "new role", "type": kind, "permissions": permissions}
        outcome.action, outcome.writes = "replaced", 2
    elif permissions not in (None, current["permissions"]):
        current["permissions"] = permissions
        outcome.action, outcome.writes = "updated", 1
    return outcome


def one_of(things: Mapping[str, State], name: str | None) -> State | None:
    """Return the only thing of a name."""
    found = [thing for thing in things.values() if thing["friendly_name"] == name]
    if len(found) > 1:
        raise Refused("several have the name")
    return found[0] if found else None


def delete_role(service: State, sid: str) -> None:
    """Delete a role as Twilio does it."""
    if sid in (service["settings"][name,] for name in DEFAULT_ROLES.values()):
        raise Rejected("it is a default role")
    del service["roles"][sid]


def setting_places(product: str) -> dict[str, tuple[str, ...]]:
    """Return the place of each setting in the store, by the name of its option, with dots."""
    tables = {"": settings.CHAT_SERVICE}
    if product == "conversations":
        tables = {
            "configuration.": settings.CONFIGURATION,
            "notifications.": settings.NOTIFICATIONS,
            "webhooks.": settings.WEBHOOKS,
        }
    places = {}
    for prefix, table in tables.items():
        for parameter, place in table.places.items():
            if parameter != "FriendlyName":
                places[prefix + ".".join(settings.snake(part) for part in parameter.split("."))] = place
    return places


def flat(options: Options, prefix: str = "") -> dict[str, Any]:
    """Return nested options by their names with dots."""
    result: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, Mapping):
            result.update(flat(value, f"{prefix}{name}."))
        else:
            result[prefix + name] = value
    return result


def service(state: State, product: str, options: Options) -> Outcome:
    """A task of the module for one service."""
    state = copy.deepcopy(state)
    services, name, sid = state["services"], options.get("friendly_name"), options.get("sid")
    outcome = Outcome(state)
    if sid is None:
        found = [each for each in services if services[each]["friendly_name"] == name]
        if len(found) > 1:
            raise Refused("several services have the name")
        current_sid = found[0] if found else None
    else:
        current_sid = sid if sid in services else None
    current = services.get(current_sid)
    if options.get("state") == "absent":
        if current is None:
            return outcome
        if name not in (None, current["friendly_name"]):
            raise Refused("SID and name do not match")
        if current["users"] and not options.get("force"):
            raise Refused("it has users")
        del services[current_sid]
        outcome.action, outcome.writes = "deleted", 1
        return outcome
    if current is None:
        if sid is not None:
            raise Refused("no service has the SID")
        fresh = new_service(name or "", state["unset"])
        current_sid, current = "new service", fresh
        services[current_sid] = fresh
        outcome.action, outcome.writes = "created", 1
    places = setting_places(product)
    given = {option: value for option, value in flat(options).items() if option in places}
    changed = set()
    roles = {} if current_sid == "new service" else current["roles"]
    for option, value in given.items():
        if option.endswith("_role_sid") and value != current["settings"].get(places[option]):
            kind = "service" if "service_role" in option else "conversation"
            if roles.get(value, {}).get("type") != kind:
                raise PartlyRejected("no role of the service, or of another type")
        value = frozenset(value) if isinstance(value, list) else value
        if not same_setting(value, current["settings"].get(places[option])):
            current["settings"][places[option]] = value
            changed.add(option.partition(".")[0] if product == "conversations" else "")
    if name not in (None, current["friendly_name"]):
        if product == "conversations":
            raise Refused("a name cannot be changed")
        current["friendly_name"] = name
        changed.add("")
    outcome.writes += len(changed)
    if changed and outcome.action == "none":
        outcome.action = "updated"
    outcome.service_sid = current_sid
    return outcome
