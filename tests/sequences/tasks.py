# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random tasks, random changes by other clients, random failures; mostly about what there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from ansible_collections.community.twilio.tests.emulator import settings
from ansible_collections.community.twilio.tests.emulator.products import BY_NAME, permission_fits

from . import model, model_of_services
from . import state as states

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
    """Return the options that name a service; the more users it has, the more likely."""
    choices: list[dict[str, str]] = []
    for sid, service in state["services"].items():
        names = [{"service_sid": sid}, {"service_sid": sid}, {"service": service["friendly_name"]}]
        choices += names * (1 + len(service["users"]))
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
    return one_of(choices, [{"role": "boss"}, {"role": "agent"}, {"role_sid": UNKNOWN["RL"]}], 40)


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


def user_task(state: states.State, product: str, replaces: bool = False) -> Strategy:
    """Return the options of a task for one user, or of one that replaces another user."""

    def of(place: dict[str, str]) -> Strategy:
        service = service_of(state, place)
        held = {} if service is None else service["users"]
        identity = one_of(list(held), IDENTITIES)
        sids = one_of([user["sid"] for user in held.values()], [UNKNOWN["US"]])
        # Half of the replacements create the user that takes the place of another one, half find it.
        new = st.sampled_from([each for each in IDENTITIES if each not in held] or IDENTITIES)
        replacement = st.one_of(*[given(sid=sids, identity=other, replace=st.just(True)) for other in (identity, new)])
        target = st.one_of(
            given(identity=identity),
            given(identity=identity),
            given(sid=sids),
            given(sid=sids, identity=identity),
            replacement,
            replacement,
        )
        if replaces:
            target = replacement
        state_ = st.just({}) if replaces else st.sampled_from([{}, {}, {}, {"state": "absent"}])
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
    held = [] if service is None else [states.parse(user["attributes"]) for user in service["users"].values()]
    found = [{name: plain(value)} for each in held if isinstance(each, dict) for name, value in each.items()]
    conditions = {
        "identities": st.lists(patterns, min_size=1, max_size=2),
        "roles": st.lists(names, min_size=1, max_size=2),
        "role_sids": st.lists(sids, min_size=1, max_size=2),
        "attributes": one_of(found, [{"team": "x"}, {"n": 1}, {"app": True}], 3),
    }
    # With more conditions, hardly any user is selected.
    chosen = st.lists(st.sampled_from(sorted(conditions)), min_size=1, max_size=2, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: conditions[name] for name in names}))


def plain(value: Any) -> Any:
    """Return a JSON value with exact numbers as an option has it."""
    return json.loads(json.dumps(value, default=lambda number: int(number) if number % 1 == 0 else float(number)))


def users_task(state: states.State, product: str, prunes: bool = False) -> Strategy:
    """Return the options of a task for many users, or of one that lists hardly any and prunes the others."""

    def of(place: dict[str, str]) -> Strategy:
        service = service_of(state, place)
        held = {} if service is None else service["users"]
        entry = st.tuples(
            given(identity=one_of(list(held), IDENTITIES)),
            fields(service),
            st.sampled_from([{}, {}, {}, {}, {"state": "absent"}, {"state": "present"}]),
            # Seldom one that Twilio rejects.
            st.sampled_from([{}] * 20 + [{"role": None, "role_sid": UNKNOWN["RL"]}]),
        ).map(lambda parts: {name: value for name, value in merge(*parts).items() if value is not None})

        def entries(least: int, most: int) -> Strategy:
            return st.lists(entry, min_size=least, max_size=most, unique_by=lambda each: each["identity"])

        more = given(return_users=optional(st.booleans()), webhook_enabled=optional(st.booleans()))
        only = prune_only(service).map(lambda value: {"prune": True, "prune_only": value})
        listed = given(users=entries(len(held) and 1, 7), state=st.sampled_from([None, None, None, "absent"]))
        # The fewer users are listed, the more are pruned.
        pruning = st.one_of(st.just({"prune": True}), only, only)
        few = st.tuples(given(users=entries(1, 2)), more, pruning)
        parts = few if prunes else st.one_of(st.tuples(listed, more), st.tuples(listed, more, pruning), few)
        whole = parts.map(lambda parts: merge(place, *parts))
        return whole.map(sensible).flatmap(lambda options: limited(state, product, options))

    return services(state, product).flatmap(of)


def limited(state: states.State, product: str, options: dict[str, Any]) -> Strategy:
    """Return the options of a task for many users, seldom with a limit that just allows what it does, or does not."""
    try:
        actions = list(model.users(state, product, options).users.values())
    except (model.Refused, model.NoService):
        return st.just(options)
    deletions, changes = actions.count("deleted"), len(actions)
    limits: list[dict[str, int]] = [{}] * 12
    limits += [{"max_deletions": count} for count in (deletions, deletions - 1) if count >= 0]
    limits += [{"max_changes": count} for count in (changes, changes - 1) if count >= 0]
    return st.sampled_from(limits).map(lambda limit: {**options, **limit})


def stopping(kind: str, options: dict[str, Any]) -> Strategy:
    """Return the options of a task, some that stops after the first failure."""
    return st.sampled_from([options, options, {**options, "on_error": "stop"}]) if kind == "users" else st.just(options)


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


def acted_on(kind: str, state: states.State, product: str, options: dict[str, Any]) -> list[str]:
    """Return the identities of the users that a task creates, updates or deletes."""
    try:
        outcome = {"user": model.user, "users": model.users}[kind](state, product, options)
    except (model.Refused, model.Rejected):
        return []
    return [identity for identity, action in outcome.users.items() if action != "none"]


TASKS = {"user": user_task, "users": users_task, "role": role_task, "service": service_task}
