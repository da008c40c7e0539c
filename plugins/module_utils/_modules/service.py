# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules twilio_chat_service and twilio_conversations_service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from .._converge.apply import ResourceManager
from .._converge.lookup import ConflictError, ResourceLookup, Target
from .._converge.name_resolver import SERVICES
from .._resources import validators
from .._resources.definitions import CONVERSATIONS_SERVICE_PARTS, USER
from .._resources.field_types import Boolean, Integer, Sid, String, StringSet
from .._resources.plan import NONE, Plan, plan_part_of_new
from .._resources.resource_type import Raw, ResourceType
from .._resources.validators import ErrorCollector
from .._twilio.errors import TwilioError
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .base import ModuleDefinition, ModuleError, TaskContext
from .connection_options import ApiAccess, connection_spec, parse_access, timeouts_spec
from .options import NAMED_KEYS, STATE_SPEC, parse_named_target
from .single_resource import converge

MAX_LIMIT = 1000
METHODS = ["GET", "POST"]
OPTION_TYPES: dict[type[String], str] = {Boolean: "bool", Integer: "int"}
# The parts of a Chat service are fields of the service itself.
PARTS = {CHAT: {}, CONVERSATIONS: CONVERSATIONS_SERVICE_PARTS}


class ServiceRequest(NamedTuple):
    """A parsed task: the service, its desired fields, and how to change it.

    ``parts`` are the desired fields of the parts of a Conversations service, by the name of the part.
    """

    access: ApiAccess
    target: Target
    desired: dict[str, Any]
    parts: dict[str, dict[str, Any]]
    state: str
    force: bool


def _spec(product: Product, environment: Mapping[str, str]) -> dict[str, Any]:
    parts = {name: {"type": "dict", "options": fields_spec(part)} for name, part in PARTS[product].items()}
    return {
        "argument_spec": {
            **connection_spec(environment),
            "friendly_name": {"type": "str"},
            "sid": {"type": "str"},
            **fields_spec(SERVICES[product]),
            **parts,
            "state": STATE_SPEC,
            "force": {"type": "bool", "default": False},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [("friendly_name", "sid")],
        "supports_check_mode": True,
    }


def fields_spec(resource_type: ResourceType) -> dict[str, Any]:
    """Return the argument spec of the fields of a resource type, nested according to their names.

    :param resource_type: the resource type.
    :returns: the argument spec.
    """
    spec: dict[str, Any] = {}
    for field in resource_type.fields:
        options = spec
        *outer, last = field.name.split(".")
        for name in outer:
            options = options.setdefault(name, {"type": "dict", "options": {}})["options"]
        if isinstance(field.type, StringSet):
            options[last] = {"type": "list", "elements": "str"}
        else:
            options[last] = {"type": OPTION_TYPES.get(type(field.type), "str")}
        if last.endswith("method"):
            options[last]["choices"] = METHODS
    return spec


def _parse_fields(
    resource_type: ResourceType, options: Mapping[str, Any], prefix: str, errors: ErrorCollector
) -> dict[str, Any]:
    desired = resource_type.values_in(options)
    for field in resource_type.fields:
        value = desired.get(field.name)
        if value is None:
            continue
        option = prefix + field.name
        if isinstance(field.type, Sid):
            errors.check(validators.sid, option, "RL", value)
        elif isinstance(field.type, StringSet):
            errors.check(validators.names, option, value)
        elif isinstance(field.type, Integer):
            low, high = (1, MAX_LIMIT) if field.name.startswith("limits.") else (0, None)
            errors.check(validators.number, option, value, low, high)
        elif isinstance(value, str):
            errors.check(validators.unicode_text, option, value)
    return desired


def _parse(product: Product, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> ServiceRequest:
    errors = ErrorCollector()
    service_type = SERVICES[product]
    target = parse_named_target(arguments, "IS", errors)
    desired = _parse_fields(service_type, arguments, "", errors)
    parts = {
        name: _parse_fields(part, arguments[name], f"{name}.", errors)
        for name, part in PARTS[product].items()
        if arguments[name] is not None
    }
    access = parse_access(arguments, environment, product, errors)
    errors.raise_any()
    if service_type.renamable and target.key is not None and target.sid is not None:
        desired[service_type.key.name] = target.key
    return ServiceRequest(access, target, desired, parts, arguments["state"], arguments["force"])


def _refuse_with_users(services: ResourceLookup) -> Callable[[Raw], None]:
    """Return a guard that prevents the deletion of a service with users. One request."""

    def refuse(service: Raw) -> None:
        users = ResourceLookup(services.client, USER, service["sid"], services.timeouts)
        page = next(users.pages(users.deadline("read")))
        if page.records:
            count = f"{len(page.records)} user{'' if len(page.records) == 1 else 's'}{'' if page.last else ' or more'}"
            raise ConflictError(
                f"{services.location} service {service['friendly_name']!r} ({service['sid']}) has {count}; users are"
                " deleted with their service, and nothing was changed. Give force=true if that is meant"
            )

    return refuse


def _run(request: ServiceRequest, context: TaskContext) -> dict[str, Any]:
    client = request.access.client(context.reporter)
    lookup = ResourceLookup(client, SERVICES[client.product], None, request.access.timeouts)
    guard = None if request.force else _refuse_with_users(lookup)
    services = ResourceManager(lookup)
    result = converge(services, request.target, request.desired, request.state, context, guard=guard)
    return result if result["service"] is None else _converge_parts(lookup, result, request, context)


def _converge_parts(
    services: ResourceLookup, result: dict[str, Any], request: ServiceRequest, context: TaskContext
) -> dict[str, Any]:
    """Bring the parts of a Conversations service to their desired state, and return the combined result."""
    is_new = result["action"] == "created"
    for name, desired in request.parts.items():
        part = PARTS[services.client.product][name]
        plan = plan_part_of_new(part, desired)
        raw = plan.predicted
        if not (is_new and context.check_mode):
            lookup = ResourceLookup(services.client, part, result["service"]["sid"], services.timeouts)
            try:
                done = ResourceManager(lookup).present(Target(), desired, False, context.check_mode)
            except TwilioError as error:
                what = "was created, but not set up" if is_new else "was not set up whole"
                raise ModuleError(
                    f"Service {request.target} {what}; run the task again to finish. {error.message}",
                    **{**result, **error.details()},
                ) from None
            raw = done.raw
            plan = plan if is_new else done.plan
        _add_part(result, name, part, plan, raw)
    return result


def _add_part(result: dict[str, Any], name: str, part: ResourceType, plan: Plan, raw: Mapping[str, Any] | None) -> None:
    result["service"][name] = part.to_result(raw or {})
    if plan.action != NONE and result["action"] == NONE:
        result.update(changed=True, action="updated")
    if "diff" in result and plan.before != plan.after:
        result["diff"]["before"] = {**result["diff"]["before"], **({name: plan.before} if plan.before else {})}
        result["diff"]["after"] = {**result["diff"]["after"], name: plan.after}


CHAT_SERVICE = ModuleDefinition(partial(_spec, CHAT), partial(_parse, CHAT), _run, keys=NAMED_KEYS)
CONVERSATIONS_SERVICE = ModuleDefinition(
    partial(_spec, CONVERSATIONS), partial(_parse, CONVERSATIONS), _run, keys=NAMED_KEYS
)
