# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of the modules that read: one resource, or all that there are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from .._converge.names import SERVICES, Names
from .._converge.resource import Disagreement, Raw, Resources, Target
from .._state import checks
from .._state.kinds import CONVERSATIONS_SERVICE_PARTS, ROLE, USER
from .._twilio.client import TwilioClient
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .one import ONE_SERVICE, SERVICE_SPEC, check_service, find_service
from .role import role_target
from .service import service_target
from .user import ONE_ROLE, ROLE_SPEC, check_import_id, user_target, wanted_role
from .work import Context, Work


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


def _user_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    options = {**SERVICE_SPEC, "identity": {"type": "str"}, **ROLE_SPEC}
    return _spec(environment, options, required_one_of=[ONE_SERVICE], mutually_exclusive=[ONE_SERVICE, ONE_ROLE])


def _role_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    options = {**SERVICE_SPEC, "friendly_name": {"type": "str"}}
    return _spec(environment, options, required_one_of=[ONE_SERVICE], mutually_exclusive=[ONE_SERVICE])


def _service_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return _spec(environment, {"friendly_name": {"type": "str"}})


def _conversations_service_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, dict[str, Any]] = {
        "friendly_name": {"type": "str"},
        "gather_configuration": {"type": "bool", "default": False},
    }
    return _spec(environment, options)


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise checks.BadValue(f"limit: must be 1 or more, got {limit}")


def _begin(
    product: Product, parameters: Mapping[str, Any], context: Context, problems: checks.Problems
) -> TwilioClient:
    problems.check(_check_limit, parameters["limit"])
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()
    return client()


def _found(resources: Resources, target: Target | None, limit: int | None) -> list[Raw]:
    return list(_first(_some(resources, target), limit))


def _first(found: Iterable[Raw], limit: int | None) -> Iterable[Raw]:
    return islice(found, None if limit is None else min(limit, sys.maxsize))


def _some(resources: Resources, target: Target | None) -> Iterable[Raw]:
    budget = resources.budget("read")
    if target is None:
        return resources.all(budget)
    raw = resources.find(target, budget)
    if raw is None:
        resources.check_service_unless_listed(target, budget)
        return []
    if target.key is not None and raw[resources.kind.key.name] != target.key:
        raise Disagreement(resources.contradiction(raw, target))
    return [raw]


def _users(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    check_service(parameters, problems)
    target = user_target(parameters, problems)
    role = wanted_role(parameters, problems)
    client = _begin(product, parameters, context, problems)
    service_sid = find_service(parameters, client)
    check_import_id(parameters, service_sid)
    fields = {"role_sid": role}
    Names(client, parameters["timeouts"]).fill_in_roles(service_sid, [fields], "role_sid")
    users = Resources(client, USER, service_sid, parameters["timeouts"])
    found = _some(users, target)
    if role is not None:
        found = (raw for raw in found if str(raw.get("role_sid")).lower() == str(fields["role_sid"]).lower())
    return {"changed": False, "users": [USER.report(raw) for raw in _first(found, parameters["limit"])]}


def _roles(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    check_service(parameters, problems)
    target = role_target(parameters, problems)
    client = _begin(product, parameters, context, problems)
    roles = Resources(client, ROLE, find_service(parameters, client), parameters["timeouts"])
    return {"changed": False, "roles": [ROLE.report(raw) for raw in _found(roles, target, parameters["limit"])]}


def _services(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    target = service_target(parameters, problems)
    client = _begin(product, parameters, context, problems)
    kind = SERVICES[product]
    services = Resources(client, kind, None, parameters["timeouts"])
    found = [kind.report(raw) for raw in _found(services, target, parameters["limit"])]
    if parameters.get("gather_configuration"):
        found = [whole for each in found for whole in _with_parts(client, each, parameters["timeouts"])]
    return {"changed": False, "services": found}


def _with_parts(client: TwilioClient, service: Raw, timeouts: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Give a service with its configuration; nothing when it has been deleted since it was listed."""
    whole = dict(service)
    for name, part in CONVERSATIONS_SERVICE_PARTS.items():
        resources = Resources(client, part, service["sid"], timeouts)
        try:
            raw = resources.find(Target(), resources.budget("read"))
        except ServiceNotFound:
            return
        whole[name] = part.report(raw or {})
    yield whole


CHAT_USER_INFO = Work(_user_spec, lambda parameters, context: _users(CHAT, parameters, context))
CONVERSATIONS_USER_INFO = Work(_user_spec, lambda parameters, context: _users(CONVERSATIONS, parameters, context))
CHAT_ROLE_INFO = Work(_role_spec, lambda parameters, context: _roles(CHAT, parameters, context))
CONVERSATIONS_ROLE_INFO = Work(_role_spec, lambda parameters, context: _roles(CONVERSATIONS, parameters, context))
CHAT_SERVICE_INFO = Work(_service_spec, lambda parameters, context: _services(CHAT, parameters, context))
CONVERSATIONS_SERVICE_INFO = Work(
    _conversations_service_spec, lambda parameters, context: _services(CONVERSATIONS, parameters, context)
)
