# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules twilio_chat_role and twilio_conversations_role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from .._converge.apply import ResourceManager
from .._converge.lookup import ResourceLookup, Target
from .._converge.name_resolver import NameResolver, ServiceReference
from .._resources import validators
from .._resources.definitions import ROLE
from .._resources.validators import ErrorCollector
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .base import ModuleDefinition, TaskContext
from .connection_options import ApiAccess, connection_spec, parse_access, timeouts_spec
from .options import ABSENT, NAMED_KEYS, SERVICE_OPTIONS, SERVICE_SPEC, STATE_SPEC, parse_named_target, parse_service
from .single_resource import already_absent, converge, converge_absent


class RoleRequest(NamedTuple):
    """A parsed task: the role, its desired fields, and how to change it."""

    access: ApiAccess
    service: ServiceReference
    target: Target
    desired: dict[str, Any]
    state: str
    replace: bool


def _spec(types: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            **SERVICE_SPEC,
            "friendly_name": {"type": "str"},
            "sid": {"type": "str"},
            "type": {"type": "str", "choices": list(types)},
            "permissions": {"type": "list", "elements": "str"},
            "state": STATE_SPEC,
            "replace": {"type": "bool", "default": False},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [SERVICE_OPTIONS, ("friendly_name", "sid")],
        "mutually_exclusive": [SERVICE_OPTIONS],
        # A replacement deletes the old role first, so the task itself must have all values of the new one. The next run
        # has to find the new role by its name, since its SID differs.
        "required_if": [("replace", True, ("friendly_name", "type", "permissions"))],
        "supports_check_mode": True,
    }


def _parse(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> RoleRequest:
    errors = ErrorCollector()
    service = parse_service(arguments, product, errors)
    target = parse_named_target(arguments, "RL", errors)
    if arguments["permissions"] is not None:
        errors.check(validators.names, "permissions", arguments["permissions"])
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    desired = ROLE.values_in(arguments)
    return RoleRequest(access, service, target, desired, arguments["state"], arguments["replace"])


def _run(request: RoleRequest, context: TaskContext) -> dict[str, Any]:
    client, timeouts = request.access.client(context.reporter), request.access.timeouts
    try:
        service_sid = NameResolver(client, timeouts).service_sid(request.service)
    except ServiceNotFound as error:
        if request.state != ABSENT:
            raise
        return already_absent(client.product, ROLE, request.target, context, error)
    roles = ResourceManager(ResourceLookup(client, ROLE, service_sid, timeouts))
    if request.state == ABSENT:
        return converge_absent(roles, request.target, context, request.service.option)
    return converge(roles, request.target, request.desired, request.state, context, request.replace)


CHAT_ROLE = ModuleDefinition(partial(_spec, ("channel", "deployment")), partial(_parse, CHAT), _run, keys=NAMED_KEYS)
CONVERSATIONS_ROLE = ModuleDefinition(
    partial(_spec, ("conversation", "service")), partial(_parse, CONVERSATIONS), _run, keys=NAMED_KEYS
)
