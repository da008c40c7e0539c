# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random tasks, random changes by other clients, random failures; mostly about what there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from ansible_collections.community.twilio.tests.emulator import settings
from ansible_collections.community.twilio.tests.emulator.products import BY_NAME, permission_fits

from . import model, model_of_services
from . import state as states
from .world import AFTER, BEFORE, LATE, Disturbance

Strategy = st.SearchStrategy[Any]

PRODUCTS = st.sampled_from(["conversations", "chat"])
IDENTITIES = ["alice", "bob", "carol", "dave", "Alice", "a/b", "..", "Zoë", "100%"]
FRIENDLY_NAMES = st.sampled_from(["", "Alice", "Bob", "É"])
SERVICE_NAMES = ["Shop", "Office", "Bank"]
ROLE_NAMES = ["agent", "boss", "service user"]
UNKNOWN = {"IS": "IS" + "dead" * 8, "RL": "RL" + "dead" * 8, "US": "US" + "dead" * 8}

NUMBERS = st.sampled_from([0, 1, 2, 1.5, 1.0, 9007199254740992, 9007199254740993, -1])
VALUES = st.one_of(
    NUMBERS,
    st.sampled_from(["x", "", "é", True, False, [], {}, [1, {"a": 1}], {"n": 1}, {"n": 1.0, "m": True}]),
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["team", "n", "app"]), VALUES, max_size=3)
PATCHES = st.dictionaries(
    st.sampled_from(["team", "n"]),
    st.one_of(
        VALUES, st.none(), st.dictionaries(st.sampled_from(["n", "m"]), st.one_of(st.none(), NUMBERS), max_size=2)
    ),
    max_size=2,
)
# What the application writes: text that is kept as it is.
TEXTS = st.one_of(
    ATTRIBUTES,
    st.sampled_from(
        ['{"n": 1.0, "app": [1, 2]}', ' {"app" : 1e2} ', "{}", "[1]", "", "no JSON", '{"n":9007199254740993}']
    ),
)

SWITCHES: dict[str, list[Any]] = {
    "list_order": ["created", "newest_first", "sid"],
    "attributes_in_list": ["text", "null"],
    "page_in_next_url": [False, True],
    "retry_after_on_429": ["none", "seconds", "date"],
    "friendly_name_cleared_as": ["null", "empty"],
    "unset_notifications_as": ["missing", "null", "empty"],
    "unset_webhook_method_as": ["null", "POST"],
    "webhook_url_cleared_as": ["null", "empty"],
    "dot_segments": ["resolve", "literal"],
    "encoded_percent": ["accept", "decode_twice", "refuse"],
    "encoded_slash": ["accept", "refuse"],
    "trailing_slash": ["accept", "refuse"],
}


def switches() -> Strategy:
    """Return behaviour of Twilio that nobody knows."""
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in SWITCHES.items()})


def one_of(likely: list[Any], unlikely: list[Any], times: int = 12) -> Strategy:
    """Return a choice that is this many times as often of the first kind."""
    return st.sampled_from([*likely * (1 + times * len(unlikely) // len(likely)), *unlikely] if likely else unlikely)


def optional(strategy: Strategy) -> Strategy:
    """Return a value, or None for an option that is not given."""
    return st.one_of(st.none(), strategy)


def given(**options: Strategy) -> Strategy:
    """Return options, without those that are None."""
    return st.fixed_dictionaries(options).map(
        lambda all_: {name: value for name, value in all_.items() if value is not None}
    )


def services(state: states.State, product: str) -> Strategy:
    """Return the options that name a service."""
    choices: list[dict[str, str]] = [{"service_sid": sid} for sid in state["services"]] * 2
    choices += [{"service": service["friendly_name"]} for service in state["services"].values()]
    unlikely = [{"service_sid": UNKNOWN["IS"]}, *({"service": name} for name in SERVICE_NAMES)]
    if product == "conversations":
        unlikely.append({"service_sid": "default"})
    return one_of(choices, unlikely)


def service_of(state: states.State, options: Mapping[str, Any]) -> states.State | None:
    """Return the service that a task is about, if there is one."""
    try:
        service: states.State = state["services"][model.find_service(state, options)]
    except (model.NoService, model.Refused):
        return None
    return service


def user_roles(service: states.State | None) -> Strategy:
    """Return the options that give a role to a user, or none."""
    held = [] if service is None else [role for role in service["roles"].values() if role["type"] == "service"]
    choices: list[dict[str, str]] = [{}, {}, {"role_sid": "default"}]
    choices += [{"role_sid": role["sid"]} for role in held]
    choices += [{"role": role["friendly_name"]} for role in held]
    return one_of(choices, [{"role": "boss"}, {"role_sid": UNKNOWN["RL"]}], 50)


def fields(service: states.State | None) -> Strategy:
    """Return the fields of a user that a task gives."""
    attributes: Strategy = st.one_of(
        st.just({}),
        ATTRIBUTES.map(lambda value: {"attributes": value}),
        PATCHES.map(lambda value: {"attributes": value, "attributes_mode": "merge"}),
        PATCHES.map(lambda value: {"attributes": value, "attributes_mode": "merge"}),
    )
    names = given(friendly_name=optional(FRIENDLY_NAMES))
    return st.tuples(names, user_roles(service), attributes).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


def user_task(state: states.State, product: str) -> Strategy:
    """Return the options of a task for one user."""

    def of(place: dict[str, str]) -> Strategy:
        service = service_of(state, place)
        held = {} if service is None else service["users"]
        identity = one_of(list(held), IDENTITIES)
        sids = one_of([user["sid"] for user in held.values()], [UNKNOWN["US"]])
        target = st.one_of(
            given(identity=identity),
            given(identity=identity),
            given(sid=sids),
            given(sid=sids, identity=identity),
            *[given(sid=sids, identity=identity, replace=st.just(True))] * 2,
        )
        state_ = st.sampled_from([{}, {}, {}, {"state": "absent"}])
        webhook = given(webhook_enabled=optional(st.booleans()))
        return st.tuples(target, fields(service), state_, webhook).map(lambda parts: merge(place, *parts))

    return services(state, product).flatmap(of)


def merge(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return options from several parts."""
    return {name: value for part in parts for name, value in part.items()}


def prune_only(service: states.State | None) -> Strategy:
    """Return the conditions for users to be pruned."""
    roles = [] if service is None else [role for role in service["roles"].values() if role["type"] == "service"]
    patterns = st.sampled_from(["a*", "*", "[bB]ob", "?lice", "carol"])
    names = one_of([role["friendly_name"] for role in roles], ["boss"])
    sids = one_of([role["sid"] for role in roles], [UNKNOWN["RL"]])
    conditions = {
        "identities": st.lists(patterns, min_size=1, max_size=2),
        "roles": st.lists(names, min_size=1, max_size=2),
        "role_sids": st.lists(sids, min_size=1, max_size=2),
        "attributes": st.dictionaries(st.sampled_from(["team", "n", "app"]), VALUES, min_size=1, max_size=1),
    }
    # With more conditions, hardly any user is selected.
    chosen = st.lists(st.sampled_from(sorted(conditions)), min_size=1, max_size=2, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: conditions[name] for name in names}))


def users_task(state: states.State, product: str) -> Strategy:
    """Return the options of a task for many users."""

    def of(place: dict[str, str]) -> Strategy:
        service = service_of(state, place)
        held = {} if service is None else service["users"]
        entry = st.tuples(
            given(identity=one_of(list(held), IDENTITIES)),
            fields(service),
            st.sampled_from([{}, {}, {}, {}, {"state": "absent"}, {"state": "present"}]),
        ).map(lambda parts: merge(*parts))
        entries = st.lists(entry, min_size=len(held) and 1, max_size=7, unique_by=lambda each: each["identity"])
        more = given(
            state=st.sampled_from([None, None, None, "absent"]),
            prune=st.sampled_from([None, True, True]),
            max_deletions=st.sampled_from([None] * 6 + [0, 1, 3, 100]),
            max_changes=st.sampled_from([None] * 8 + [1, 3, 100]),
            return_users=optional(st.booleans()),
            webhook_enabled=optional(st.booleans()),
        )
        only = st.one_of(st.just({}), prune_only(service).map(lambda value: {"prune_only": value}))
        whole = st.tuples(given(users=entries), more, only).map(lambda parts: merge(place, *parts))
        return whole.map(sensible)

    return services(state, product).flatmap(of)


def sensible(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a task for many users without combinations that are refused."""
    if options.get("state") == "absent" or not options.get("prune"):
        options = {name: value for name, value in options.items() if name not in ("prune", "prune_only")}
    elif not options["users"]:
        options = {"max_deletions": 3, **options}
    return {"writes_per_second": 0, "concurrency": 1, **options}


def permissions(product: str, kind: str) -> Strategy:
    """Return permissions that a role of a type can have, in the words of the product."""
    words = BY_NAME[product]
    known = sorted(words.permissions[name] for name in words.permissions if permission_fits(name, kind, False))
    return st.lists(st.sampled_from(known), min_size=1, max_size=3)


def role_task(state: states.State, product: str) -> Strategy:
    """Return the options of a task for one role."""
    types = BY_NAME[product].role_types

    def of(place: dict[str, str]) -> Strategy:
        service = service_of(state, place)
        held = {} if service is None else service["roles"]
        names = one_of([role["friendly_name"] for role in held.values()], ROLE_NAMES)
        sids = one_of(list(held), [UNKNOWN["RL"]])

        def options(target: dict[str, str]) -> Strategy:
            role = held.get(target.get("sid", ""))
            found = [each for each in held.values() if each["friendly_name"] == target.get("friendly_name")]
            kinds = [each["type"] for each in ([role] if role else found)] * 3 + ["service", "conversation"]
            return st.sampled_from(kinds).flatmap(
                lambda kind: st.one_of(
                    given(type=st.just(types[kind]), permissions=permissions(product, kind)),
                    given(
                        type=st.just(types[kind]),
                        permissions=permissions(product, kind),
                        replace=st.just("friendly_name" in target or None),
                    ),
                    given(permissions=permissions(product, kinds[0])),
                    given(type=st.just(types[kind])),
                    st.just({"state": "absent"}),
                ).map(lambda more: {**target, **more})
            )

        target = st.one_of(given(friendly_name=names), given(sid=sids), given(sid=sids, friendly_name=names))
        return target.flatmap(options).map(lambda more: merge(place, more))

    return services(state, product).flatmap(of)


SETTING_VALUES: dict[str, Strategy] = {
    "bool": st.booleans(),
    "number": st.integers(0, 3),
    "limit": st.sampled_from([1, 7, 1000]),
    "text": st.sampled_from(["", "Sorry"]),
    "note": st.sampled_from(["", "${USER}"]),
    "url": st.sampled_from(["", "https://a.example/x"]),
    "method": st.sampled_from(["GET", "POST"]),
}


def service_settings(product: str, service: states.State | None) -> Strategy:
    """Return settings, nested as options."""
    places = model_of_services.setting_places(product)
    kinds = {place: kind for table in TABLES for place, kind in kinds_of(table)}

    def value(option: str) -> Strategy:
        kind = kinds[places[option]]
        if kind == "filters":
            return st.lists(st.sampled_from(sorted(BY_NAME[product].events)[:3]), min_size=1, max_size=2, unique=True)
        if kind in ("service role", "conversation role"):
            wanted = kind.split()[0]
            # A new service has roles of its own.
            held = [] if service is None else [sid for sid, role in service["roles"].items() if role["type"] == wanted]
            return one_of(held, [None])
        return SETTING_VALUES[kind]

    names = st.lists(st.sampled_from(sorted(places)), max_size=5, unique=True)
    chosen = names.flatmap(lambda options: st.fixed_dictionaries({option: value(option) for option in options}))
    return chosen.map(nested)


TABLES = (settings.CHAT_SERVICE, settings.CONFIGURATION, settings.NOTIFICATIONS, settings.WEBHOOKS)


def kinds_of(table: settings.Settings) -> list[tuple[tuple[str, ...], str]]:
    """Return the place and the kind of each setting."""
    return [(table.places[parameter], kind) for parameter, kind in table.kinds.items()]


def nested(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with dots in their names as nested dictionaries."""
    result: dict[str, Any] = {}
    for name, value in options.items():
        if value is None:
            continue
        *outer, last = name.split(".")
        place = result
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return result


def service_task(state: states.State, product: str) -> Strategy:
    """Return the options of a task for one service."""
    held = state["services"]
    names = one_of([service["friendly_name"] for service in held.values()], SERVICE_NAMES)
    sids = one_of(list(held), [UNKNOWN["IS"]])

    def of(target: dict[str, str]) -> Strategy:
        service = held.get(target.get("sid", ""))
        if "sid" not in target:
            found = [each for each in held.values() if each["friendly_name"] == target["friendly_name"]]
            service = found[0] if len(found) == 1 else None
        present = service_settings(product, service)
        absent = given(state=st.just("absent"), force=st.sampled_from([None, True]))
        return st.one_of(present, present, present, absent).map(lambda more: {**target, **more})

    return st.one_of(given(friendly_name=names), given(sid=sids), given(sid=sids, friendly_name=names)).flatmap(of)


TASKS = {"user": user_task, "users": users_task, "role": role_task, "service": service_task}


def changes_of_users(state: states.State, near: list[str], service_sids: list[str]) -> Strategy:
    """Return what the application does to a user."""

    def of(service_sid: str) -> Strategy:
        service = state["services"][service_sid]
        roles = [sid for sid, role in service["roles"].items() if role["type"] == "service"]
        values = given(
            friendly_name=optional(FRIENDLY_NAMES),
            attributes=st.one_of(st.none(), TEXTS, ATTRIBUTES),
            role_sid=optional(one_of(roles, [None])),
            is_online=optional(st.booleans()),
        )
        verbs = st.sampled_from(["update_user", "update_user", "update_user", "create_user", "delete_user"])
        identity = one_of(near, IDENTITIES)
        return st.tuples(verbs, identity, values).map(
            lambda parts: {
                "do": parts[0],
                "service_sid": service_sid,
                "identity": parts[1],
                **({} if parts[0] == "delete_user" else {"fields": parts[2]}),
            }
        )

    return st.sampled_from(service_sids).flatmap(of)


def new_users(state: states.State, service_sids: list[str]) -> Strategy:
    """Return a user that the application creates."""
    changes = changes_of_users(state, [], service_sids)
    return changes.map(lambda change: {"fields": {}, **change, "do": "create_user"})


def changes_of_roles(service_sid: str, near: list[str]) -> Strategy:
    """Return what somebody does to a role: update its permissions, or delete it."""
    update = st.fixed_dictionaries({"permissions": st.sampled_from([["editOwnUserInfo"], ["editAnyUserInfo"]])})
    return st.builds(
        lambda sid, fields: {
            "do": "delete_role" if fields is None else "update_role",
            "service_sid": service_sid,
            "role": sid,
            **({} if fields is None else {"fields": fields}),
        },
        st.sampled_from(near),
        optional(update),
    )


def changes_of_services(service_sid: str) -> Strategy:
    """Return what somebody does to a service: update its settings, or delete it."""
    update: Strategy = st.sampled_from(
        [
            {"reachability_enabled": True},
            {"chat": {"limits": {"channel_members": 7}, "read_status_enabled": False}},
            {"conversations": {"webhooks": {"method": "GET"}, "notifications": {"log_enabled": True}}},
        ]
    )
    return optional(update).map(
        lambda fields: {
            "do": "delete_service" if fields is None else "update_service",
            "service": service_sid,
            **({} if fields is None else {"fields": fields}),
        }
    )


# About as many requests as a task sends.
NUMBERS_OF_REQUESTS = {"user": 4, "users": 9, "role": 5, "service": 6}


def disturbances(kind: str) -> Strategy:
    """Return failures of the requests of a task."""
    numbers = st.integers(0, NUMBERS_OF_REQUESTS[kind])
    failures = st.dictionaries(numbers, st.sampled_from([*BEFORE, *AFTER, LATE, LATE]), min_size=1, max_size=3)
    outages = st.tuples(numbers, st.sampled_from(["503", "refused", "lost", "slow"]))
    return st.one_of(
        failures.map(Disturbance),
        failures.map(Disturbance),
        outages.map(lambda outage: Disturbance(outage=outage[0], outage_kind=outage[1])),
    )


def races(kind: str, changes: Strategy) -> Strategy:
    """Return what another client does during a task, in which at most one request fails."""

    def again(pair: tuple[int, dict[str, Any]], later: int) -> list[tuple[int, dict[str, Any]]]:
        # A user that is deleted is often created anew.
        number, change = pair
        anew = {**change, "do": "create_user", "fields": {"friendly_name": "anew"}}
        return [pair, (number + later, anew)] if change["do"] == "delete_user" else [pair]

    numbers = st.integers(1, NUMBERS_OF_REQUESTS[kind])
    made = st.lists(st.builds(again, st.tuples(numbers, changes), st.integers(0, 2)), min_size=1, max_size=3)
    failures: Strategy = st.one_of(
        st.just({}), st.dictionaries(numbers, st.sampled_from([*BEFORE, *AFTER]), max_size=1)
    )
    return st.tuples(failures, made.map(lambda lists: [each for one in lists for each in one])).map(
        lambda parts: Disturbance(*parts)
    )
