# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read users, roles and services of both products."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from .._converge.lookup import ConflictError, ResourceLookup, Target
from .._converge.name_resolver import SERVICES, NameResolver, RoleName, ServiceReference
from .._resources.definitions import CONVERSATIONS_SERVICE_PARTS, ROLE, USER
from .._resources.resource_type import Raw
from .._resources.validators import ErrorCollector, ValidationError
from .._twilio.client import TwilioClient
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .base import ModuleDefinition, TaskContext
from .connection_options import ApiAccess, connection_spec, parse_access, timeouts_spec
from .options import (
    NAMED_KEYS,
    ROLE_OPTIONS,
    ROLE_SPEC,
    SERVICE_OPTIONS,
    SERVICE_SPEC,
    USER_KEYS,
    parse_named_target,
    parse_role,
    parse_service,
    parse_user_target,
)

ALL = Target()


class UsersRequest(NamedTuple):
    """A parsed task: the users to read; ``role`` selects the users with this role."""

    access: ApiAccess
    service: ServiceReference
    target: Target
    role: str | RoleName | None
    limit: int | None


class RolesRequest(NamedTuple):
    """A parsed task: the roles to read."""

    access: ApiAccess
    service: ServiceReference
    target: Target
    limit: int | None


class ServicesRequest(NamedTuple):
    """A parsed task: the services to read, and whether to read their configuration too."""

    access: ApiAccess
    target: Target
    limit: int | None
    gather_configuration: bool


def _spec(environment: Mapping[str, str], options: Mapping[str, dict[str, Any]], **constraints: Any) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            "sid": {"type": "str"},
            "limit": {"type": "int"},
            "timeouts": timeouts_spec("read"),
            **options,
        },
        "supports_check_mode": True,
        **constraints,
    }


def _users_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    options = {**SERVICE_SPEC, "identity": {"type": "str"}, **ROLE_SPEC}
    exclusive = [SERVICE_OPTIONS, ROLE_OPTIONS]
    return _spec(environment, options, required_one_of=[SERVICE_OPTIONS], mutually_exclusive=exclusive)


def _roles_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    options = {**SERVICE_SPEC, "friendly_name": {"type": "str"}}
    return _spec(environment, options, required_one_of=[SERVICE_OPTIONS], mutually_exclusive=[SERVICE_OPTIONS])


def _services_spec(product: Product, environment: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, dict[str, Any]] = {"friendly_name": {"type": "str"}}
    if product == CONVERSATIONS:
        options["gather_configuration"] = {"type": "bool", "default": False}
    return _spec(environment, options)


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise ValidationError(f"limit: must be 1 or more, got {limit}")


def _parse_users(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> UsersRequest:
    errors = ErrorCollector()
    service = parse_service(arguments, product, errors)
    target, service = parse_user_target(arguments, service, errors)
    role = parse_role(arguments, errors)
    errors.check(_check_limit, arguments["limit"])
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    return UsersRequest(access, service, target, role, arguments["limit"])


def _parse_roles(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> RolesRequest:
    errors = ErrorCollector()
    service = parse_service(arguments, product, errors)
    target = parse_named_target(arguments, "RL", errors)
    errors.check(_check_limit, arguments["limit"])
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    return RolesRequest(access, service, target, arguments["limit"])


def _parse_services(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> ServicesRequest:
    errors = ErrorCollector()
    target = parse_named_target(arguments, "IS", errors)
    errors.check(_check_limit, arguments["limit"])
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    return ServicesRequest(access, target, arguments["limit"], arguments.get("gather_configuration", False))


def _read(lookup: ResourceLookup, target: Target) -> Iterable[Raw]:
    """Return one resource, or all of them, with pages requested on demand."""
    deadline = lookup.deadline("read")
    if target == ALL:
        return (lookup.checked(raw, Target(lookup.key_of(raw), raw["sid"]), "read") for raw in lookup.list(deadline))
    raw = lookup.find(target, deadline)
    if raw is None:
        lookup.check_service_unless_listed(target, deadline)
        return []
    if lookup.has_other_key(raw, target):
        raise ConflictError(lookup.conflict(raw, target))
    return [raw]


def _first(found: Iterable[Raw], limit: int | None) -> Iterable[Raw]:
    return islice(found, None if limit is None else min(limit, sys.maxsize))


def _run_users(request: UsersRequest, context: TaskContext) -> dict[str, Any]:
    client, timeouts = request.access.client(context.reporter), request.access.timeouts
    names = NameResolver(client, timeouts)
    service_sid = names.service_sid(request.service)
    role_sid = names.resolve_role(service_sid, {"role_sid": request.role})["role_sid"]
    found = _read(ResourceLookup(client, USER, service_sid, timeouts), request.target)
    if role_sid is not None:
        found = (raw for raw in found if str(raw.get("role_sid")).lower() == str(role_sid).lower())
    return {"changed": False, "users": [USER.to_result(raw) for raw in _first(found, request.limit)]}


def _run_roles(request: RolesRequest, context: TaskContext) -> dict[str, Any]:
    client, timeouts = request.access.client(context.reporter), request.access.timeouts
    service_sid = NameResolver(client, timeouts).service_sid(request.service)
    found = _read(ResourceLookup(client, ROLE, service_sid, timeouts), request.target)
    return {"changed": False, "roles": [ROLE.to_result(raw) for raw in _first(found, request.limit)]}


def _run_services(request: ServicesRequest, context: TaskContext) -> dict[str, Any]:
    client, timeouts = request.access.client(context.reporter), request.access.timeouts
    service_type = SERVICES[client.product]
    found = _first(_read(ResourceLookup(client, service_type, None, timeouts), request.target), request.limit)
    services = [service_type.to_result(raw) for raw in found]
    if not request.gather_configuration:
        return {"changed": False, "services": services}
    services = [whole for each in services for whole in _with_configuration(client, each, timeouts)]
    try:
        default: str | None = NameResolver(client, timeouts).default_service()
    except ConflictError:
        default = None
    return {"changed": False, "services": services, "default_service_sid": default}


def _with_configuration(client: TwilioClient, service: Raw, timeouts: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Yield a service with its configuration, or nothing if it was deleted after it was listed."""
    whole = dict(service)
    for name, part in CONVERSATIONS_SERVICE_PARTS.items():
        lookup = ResourceLookup(client, part, service["sid"], timeouts)
        try:
            raw = lookup.find(Target(), lookup.deadline("read"))
        except ServiceNotFound:
            return
        whole[name] = part.to_result(raw or {})
    yield whole


CHAT_USER_INFO = ModuleDefinition(_users_spec, partial(_parse_users, CHAT), _run_users, keys=USER_KEYS)
CONVERSATIONS_USER_INFO = ModuleDefinition(
    _users_spec, partial(_parse_users, CONVERSATIONS), _run_users, keys=USER_KEYS
)
CHAT_ROLE_INFO = ModuleDefinition(_roles_spec, partial(_parse_roles, CHAT), _run_roles, keys=NAMED_KEYS)
CONVERSATIONS_ROLE_INFO = ModuleDefinition(
    _roles_spec, partial(_parse_roles, CONVERSATIONS), _run_roles, keys=NAMED_KEYS
)
CHAT_SERVICE_INFO = ModuleDefinition(
    partial(_services_spec, CHAT), partial(_parse_services, CHAT), _run_services, keys=NAMED_KEYS
)
CONVERSATIONS_SERVICE_INFO = ModuleDefinition(
    partial(_services_spec, CONVERSATIONS), partial(_parse_services, CONVERSATIONS), _run_services, keys=NAMED_KEYS
)
