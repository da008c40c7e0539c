# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules twilio_chat_user and twilio_conversations_user."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from .._converge.apply import ResourceManager
from .._converge.lookup import ResourceLookup, Target
from .._converge.name_resolver import NameResolver, ServiceReference
from .._resources import validators
from .._resources.definitions import USER
from .._resources.validators import ErrorCollector
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .base import ModuleDefinition, TaskContext
from .connection_options import ApiAccess, connection_spec, parse_access, timeouts_spec
from .options import (
    ABSENT,
    DEFAULT_ROLE,
    ROLE_OPTIONS,
    ROLE_SPEC,
    SERVICE_OPTIONS,
    SERVICE_SPEC,
    STATE_SPEC,
    USER_KEYS,
    parse_role,
    parse_service,
    parse_user_target,
)
from .single_resource import already_absent, converge, converge_absent

FIELDS_SPEC: dict[str, dict[str, Any]] = {
    "friendly_name": {"type": "str"},
    **ROLE_SPEC,
    "attributes": {"type": "json"},
    "attributes_mode": {"type": "str", "choices": ["replace", "merge"], "default": "replace"},
}


class UserRequest(NamedTuple):
    """A parsed task: the user, its desired fields, and how to change it."""

    access: ApiAccess
    service: ServiceReference
    target: Target
    desired: dict[str, Any]
    state: str
    replace: bool
    webhook_enabled: bool | None


def _spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            **SERVICE_SPEC,
            "identity": {"type": "str"},
            "sid": {"type": "str"},
            **FIELDS_SPEC,
            "state": STATE_SPEC,
            "replace": {"type": "bool", "default": False},
            "webhook_enabled": {"type": "bool"},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [SERVICE_OPTIONS, ("identity", "sid")],
        "mutually_exclusive": [SERVICE_OPTIONS, ROLE_OPTIONS],
        "supports_check_mode": True,
    }


def parse_user_fields(arguments: Mapping[str, Any], errors: ErrorCollector) -> dict[str, Any]:
    """Parse the fields of a user.

    :param arguments: ``friendly_name``, ``role_sid``, ``role``, ``attributes``, ``attributes_mode``; None if not set.
    :param errors: collects the errors.
    :returns: field name to value, only for the fields that are set. A role may be a RoleName.
    """
    desired: dict[str, Any] = {}
    if arguments["friendly_name"] is not None:
        desired["friendly_name"] = errors.check(validators.friendly_name, arguments["friendly_name"])
    role = parse_role(arguments, errors, DEFAULT_ROLE)
    if role is not None:
        desired["role_sid"] = role
    if arguments["attributes"] is not None:
        desired["attributes"] = errors.check(
            validators.attributes, arguments["attributes"], arguments["attributes_mode"]
        )
    return desired


def _parse(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> UserRequest:
    errors = ErrorCollector()
    service = parse_service(arguments, product, errors)
    target, service = parse_user_target(arguments, service, errors)
    desired = parse_user_fields(arguments, errors)
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    return UserRequest(
        access,
        service,
        target,
        desired,
        arguments["state"],
        arguments["replace"],
        arguments["webhook_enabled"],
    )


def _run(request: UserRequest, context: TaskContext) -> dict[str, Any]:
    client, timeouts = request.access.client(context.reporter), request.access.timeouts
    names = NameResolver(client, timeouts)
    try:
        service_sid = names.service_sid(request.service)
    except ServiceNotFound as error:
        if request.state != ABSENT:
            raise
        return already_absent(client.product, USER, request.target, context, error)
    users = ResourceManager(ResourceLookup(client, USER, service_sid, timeouts), request.webhook_enabled)
    if request.state == ABSENT:
        return converge_absent(users, request.target, context, request.service.option)
    desired = names.resolve_role(service_sid, request.desired)
    return converge(users, request.target, desired, request.state, context, request.replace)


CHAT_USER = ModuleDefinition(_spec, partial(_parse, CHAT), _run, keys=USER_KEYS)
CONVERSATIONS_USER = ModuleDefinition(_spec, partial(_parse, CONVERSATIONS), _run, keys=USER_KEYS)
