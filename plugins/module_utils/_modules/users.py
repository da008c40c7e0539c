# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules twilio_chat_users and twilio_conversations_users."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from .._converge.apply import ResourceManager
from .._converge.bulk import BulkResult, BulkSync, Limits
from .._converge.lookup import ResourceLookup
from .._converge.name_resolver import NameResolver, ServiceReference
from .._converge.progress import Progress
from .._resources import validators
from .._resources.definitions import USER
from .._resources.messages import summarize
from .._resources.selection import Selection
from .._resources.validators import ErrorCollector
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .._twilio.rate_limit import Throttle
from .base import ModuleDefinition, TaskContext
from .connection_options import ApiAccess, connection_spec, parse_access, timeouts_spec
from .options import ABSENT, SERVICE_OPTIONS, SERVICE_SPEC, STATE_SPEC, USER_KEYS, parse_service
from .single_resource import warn_if_service_is_unknown, warn_of_unknown_service
from .user_entries import DesiredUsers, parse_entries
from .users_result import Output, finish

MAX_CONCURRENCY = 100


class PruneSelection(NamedTuple):
    """The parsed options ``prune`` and ``prune_only``; conditions that are not given are None."""

    identities: list[str] | None = None
    roles: list[str] | None = None
    role_sids: list[str] | None = None
    attributes: Any | None = None

    def resolve(self, names: NameResolver, service_sid: str) -> Selection:
        """Return the selection, in which names of roles are resolved.

        :param names: resolves them.
        :param service_sid: the service.
        :returns: the selection.
        :raises ConflictError: no role for users has a name, or several have it.
        :raises TwilioError: a request failed.
        """
        role_sids = self.role_sids
        if self.roles is not None:
            role_sids = [*(role_sids or ()), *names.role_sids(service_sid, self.roles)]
        return Selection(self.identities, role_sids, self.attributes)


class UsersRequest(NamedTuple):
    """A parsed task: the users, their desired fields, and the limits; and warnings about its arguments."""

    access: ApiAccess
    service: ServiceReference
    desired: DesiredUsers
    warnings: list[str]
    state: str
    prune: PruneSelection | None
    limits: Limits
    writes_per_second: float
    webhook_enabled: bool | None
    output: Output


def _spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            **SERVICE_SPEC,
            # parse_entries validates the entries, since messages from ansible-core would not name the entry.
            "users": {"type": "list", "elements": "dict", "required": True},
            "state": STATE_SPEC,
            "prune": {"type": "bool", "default": False},
            "prune_only": {
                "type": "dict",
                "options": {
                    "identities": {"type": "list", "elements": "str"},
                    "roles": {"type": "list", "elements": "str"},
                    "role_sids": {"type": "list", "elements": "str"},
                    "attributes": {"type": "json"},
                },
            },
            "max_deletions": {"type": "int"},
            "max_changes": {"type": "int"},
            "concurrency": {"type": "int", "default": 10},
            "writes_per_second": {"type": "float", "default": 30},
            "max_results": {"type": "int"},
            "return_users": {"type": "bool", "default": False},
            "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
            "webhook_enabled": {"type": "bool"},
            "timeouts": timeouts_spec("create", "update", "read", "delete", "total"),
        },
        "required_one_of": [SERVICE_OPTIONS],
        "mutually_exclusive": [SERVICE_OPTIONS],
        "supports_check_mode": True,
    }


def _parse_limits(arguments: Mapping[str, Any], errors: ErrorCollector) -> Limits:
    max_deletions, concurrency, rate = (
        arguments[name] for name in ("max_deletions", "concurrency", "writes_per_second")
    )
    if not 1 <= concurrency <= MAX_CONCURRENCY:
        errors.messages.append(f"concurrency: must be from 1 to {MAX_CONCURRENCY}, got {concurrency}")
    if not (rate >= 0 and math.isfinite(rate)):
        errors.messages.append(f"writes_per_second: must be 0 (not paced) or more, got {rate:g}")
    for option in ("max_deletions", "max_changes", "max_results"):
        value = arguments[option]
        if value is not None and value < 0:
            errors.messages.append(f"{option}: must be 0 or more, got {value}")
    if arguments["prune"] and arguments["state"] == ABSENT:
        errors.messages.append("prune: must not be true with state=absent; it deletes the users that are not listed")
    if arguments["prune"] and not arguments["users"] and max_deletions is None:
        which = "every user of the service" if arguments["prune_only"] is None else "every user that matches prune_only"
        errors.messages.append(
            f"prune: would delete {which}, since users is empty; give max_deletions too if that is meant"
        )
    return Limits(
        concurrency,
        max_deletions,
        arguments["on_error"] == "stop",
        arguments["timeouts"]["total"],
        arguments["max_changes"],
    )


def _parse_prune(arguments: Mapping[str, Any], errors: ErrorCollector) -> PruneSelection | None:
    only = arguments["prune_only"]
    if not arguments["prune"]:
        if only is not None:
            errors.messages.append("prune_only: requires prune=true")
        return None
    if only is None:
        return PruneSelection()
    if all(value is None for value in only.values()):
        errors.messages.append(f"prune_only: must have at least one of {', '.join(only)}")
    for index, name in enumerate(only["roles"] or ()):
        errors.check(validators.name, f"prune_only.roles[{index}]", name)
    for index, sid in enumerate(only["role_sids"] or ()):
        errors.check(validators.sid, f"prune_only.role_sids[{index}]", "RL", sid)
    attributes = only["attributes"]
    if attributes is not None:
        attributes = errors.check(validators.json_object, "prune_only.attributes", attributes)
    for option, value in {**only, "attributes": attributes}.items():
        if value is not None and not value:
            errors.messages.append(f"prune_only.{option}: must not be empty; leave it out if it does not matter")
    return PruneSelection(only["identities"], only["roles"], only["role_sids"], attributes)


def _parse(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> UsersRequest:
    errors = ErrorCollector()
    service = parse_service(arguments, product, errors)
    desired, warnings = parse_entries(arguments["users"], arguments["state"], arguments["prune"], errors)
    limits = _parse_limits(arguments, errors)
    prune = _parse_prune(arguments, errors)
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    return UsersRequest(
        access,
        service,
        desired,
        warnings,
        arguments["state"],
        prune,
        limits,
        arguments["writes_per_second"],
        arguments["webhook_enabled"],
        Output(arguments["max_results"], arguments["return_users"]),
    )


def _run(request: UsersRequest, context: TaskContext) -> dict[str, Any]:
    if request.warnings:
        context.warn(summarize(request.warnings))
    client, timeouts = request.access.client(context.reporter), request.access.timeouts
    title = f"{client.product.title} users of {request.service}"
    names = NameResolver(client, timeouts)
    try:
        service_sid = names.service_sid(request.service)
    except ServiceNotFound as error:
        is_wanted = any(fields is not None for fields in request.desired.values())
        if is_wanted or request.prune is not None or (not request.desired and request.state != ABSENT):
            raise
        warn_of_unknown_service(error, request.service.option, context)
        return finish(BulkResult([], len(request.desired), 0, None), title, None, request.output, context)
    desired = names.resolve_roles(service_sid, request.desired)
    prune = None if request.prune is None else request.prune.resolve(names, service_sid)
    lookup = ResourceLookup(client, USER, service_sid, timeouts, Throttle(request.writes_per_second))
    users = ResourceManager(lookup, request.webhook_enabled)
    progress = Progress(context.report_progress, context.reporter)
    sync = BulkSync(users, desired, prune, request.limits, progress, request.output.return_users)
    bulk = sync.run(context.check_mode)
    only_absent = (
        prune is None and request.desired and not any(fields is not None for fields in request.desired.values())
    )
    if only_absent and not bulk.items and not bulk.not_attempted and not sync.service_seen:
        # The throttle refuses further requests after an error of all users.
        warn_if_service_is_unknown(ResourceLookup(client, USER, service_sid, timeouts), context)
    return finish(bulk, title, service_sid, request.output, context)


CHAT_USERS = ModuleDefinition(_spec, partial(_parse, CHAT), _run, "users", USER_KEYS)
CONVERSATIONS_USERS = ModuleDefinition(_spec, partial(_parse, CONVERSATIONS), _run, "users", USER_KEYS)
