# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random changes by other clients, and random failures; mostly of what a task is about, and when it writes it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from . import model
from . import state as states
from .tasks import (
    ATTRIBUTES,
    FRIENDLY_NAMES,
    IDENTITIES,
    ROLE_NAMES,
    TEXTS,
    Strategy,
    acted_on,
    given,
    one_of,
    optional,
    service_of,
)
from .world import AFTER, BEFORE, LATE, Disturbance


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


def new_roles(service_sids: list[str]) -> Strategy:
    """Return a role that somebody creates; others may have its name."""
    return st.fixed_dictionaries(
        {
            "do": st.just("create_role"),
            "service_sid": st.sampled_from(service_sids),
            "role": st.sampled_from(ROLE_NAMES),
            "fields": st.fixed_dictionaries({"type": st.sampled_from(["service", "service", "conversation"])}),
        }
    )


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


def numbers_of(kind: str, reads: int) -> Strategy:
    """Return the number of a request, mostly of one between the plan and the last write."""
    near = st.integers(max(1, reads - 1), reads + NUMBERS_OF_REQUESTS[kind] // 2)
    return st.one_of(st.integers(1, NUMBERS_OF_REQUESTS[kind]), near, near)


def disturbances(kind: str, reads: int) -> Strategy:
    """Return failures of the requests of a task, which sends so many before the first write."""
    numbers = st.one_of(st.just(0), *[numbers_of(kind, reads)] * 5)
    failures = st.dictionaries(numbers, st.sampled_from([*BEFORE, *AFTER, LATE, LATE]), min_size=1, max_size=3)
    outages = st.tuples(numbers, st.sampled_from(["503", "refused", "lost", "slow"]))
    return st.one_of(
        failures.map(Disturbance),
        failures.map(Disturbance),
        outages.map(lambda outage: Disturbance(outage=outage[0], outage_kind=outage[1])),
    )


def changes_at(numbers: Strategy, changes: Strategy) -> Strategy:
    """Return changes by another client, and when it makes them. A user that it deletes is often created anew."""

    def again(pair: tuple[int, dict[str, Any]], later: int) -> list[tuple[int, dict[str, Any]]]:
        number, change = pair
        anew = {**change, "do": "create_user", "fields": {"friendly_name": "anew"}}
        return [pair, (number + later, anew)] if change["do"] == "delete_user" else [pair]

    made = st.lists(st.builds(again, st.tuples(numbers, changes), st.integers(0, 2)), min_size=1, max_size=3)
    return made.map(lambda lists: [each for one in lists for each in one])


def races(kind: str, changes: Strategy, reads: int) -> Strategy:
    """Return what another client does during a task, in which at most one request fails.

    The task sends so many requests before the first write.
    """
    numbers = numbers_of(kind, reads)
    made = changes_at(numbers, changes)
    failures: Strategy = st.one_of(
        st.just({}), st.dictionaries(numbers, st.sampled_from([*BEFORE, *AFTER]), max_size=1)
    )
    usual = st.builds(Disturbance, failures, made, reads=st.just(reads))
    if kind in ("role", "service"):
        return usual

    def close(failures: dict[int, str], made: list[tuple[int, dict[str, Any]]]) -> Disturbance:
        near = [each for each in made if "identity" in each[1]]
        others = [(number + reads, change) for number, change in made if "identity" not in change]
        return Disturbance(failures, others, reads=reads, near=near)

    # One user is read before each write, many are listed first.
    at = st.sampled_from([1, 2, 2, 3] if kind == "user" else [1, 1, 1, 1, 2])
    near = st.builds(close, failures, changes_at(at, changes))
    return st.one_of(usual, near, near)


def changes_during(kind: str, state: states.State, product: str, options: dict[str, Any]) -> Strategy | None:
    """Return changes of what a task is about; None if there is no service."""
    services = state["services"]
    if kind == "service":
        near = [each for each in services if options.get("sid") == each]
        near = near or [each for each in services if services[each]["friendly_name"] == options.get("friendly_name")]
        return changes_of_services(near[0]) if near else None
    service = service_of(state, options)
    if service is None:
        return None
    sid = model.find_service(state, options)
    roles = list(service["roles"])
    if kind == "role":
        near = [options["sid"]] if options.get("sid") in roles else []
        near += [each for each in roles if service["roles"][each]["friendly_name"] == options.get("friendly_name")]
        return changes_of_roles(sid, near * 3 + roles) if roles else None
    listed = [each["identity"] for each in options.get("users", [options]) if "identity" in each]
    users = service["users"]
    others = [each for each in users if users[each]["sid"] == options.get("sid")]
    written = acted_on(kind, state, product, options)
    usual = changes_of_users(state, [*listed, *others, *written * 6], [sid])
    seldom = changes_of_roles(sid, roles) if roles else usual
    # Users that are to be pruned are often changed so that they are not any more.
    pruned = [each for each in written if each not in listed]
    kept = changes_of_pruned(sid, pruned, roles) if options.get("prune_only") and pruned and roles else usual
    return st.one_of(*[usual] * 3, *[kept] * 6, seldom, changes_of_services(sid))


def changes_of_pruned(service_sid: str, identities: list[str], roles: list[str]) -> Strategy:
    """Return what the application does to a user that a task would prune, so that it probably does not."""
    return st.builds(
        lambda identity, role: {
            "do": "update_user",
            "service_sid": service_sid,
            "identity": identity,
            "fields": {"attributes": {"kept": True}, "role_sid": role},
        },
        st.sampled_from(identities),
        st.sampled_from(roles),
    )
