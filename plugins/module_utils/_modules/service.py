# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of twilio_chat_service and twilio_conversations_service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._converge.names import SERVICES
from .._converge.resource import Disagreement, Raw, Resources, Target
from .._state import checks
from .._state.kinds import CONVERSATIONS_SERVICE_PARTS, USER, Flag, Kind, Number, Sid, Text, Texts
from .._state.plan import NONE, Plan, plan_part_of_new
from .._twilio.errors import TwilioError
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .one import converge, given
from .work import Context, Work, WorkFailed

HIGHEST_LIMIT = 1000
METHODS = ["GET", "POST"]
TYPES: dict[type[Text], str] = {Flag: "bool", Number: "int"}
# The parts of the Chat service are in the service itself.
PARTS = {CHAT: {}, CONVERSATIONS: CONVERSATIONS_SERVICE_PARTS}


def _spec(product: Product, environment: Mapping[str, str]) -> dict[str, Any]:
    parts = {name: {"type": "dict", "options": fields_spec(kind)} for name, kind in PARTS[product].items()}
    return {
        "argument_spec": {
            **connection_spec(environment),
            "friendly_name": {"type": "str"},
            "sid": {"type": "str"},
            **fields_spec(SERVICES[product]),
            **parts,
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "force": {"type": "bool", "default": False},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [("friendly_name", "sid")],
        "supports_check_mode": True,
    }


def fields_spec(kind: Kind) -> dict[str, Any]:
    """Give the argument spec of the fields of a kind, nested as their names are.

    :param kind: the kind.
    """
    spec: dict[str, Any] = {}
    for field in kind.fields:
        options = spec
        *outer, last = field.name.split(".")
        for name in outer:
            options = options.setdefault(name, {"type": "dict", "options": {}})["options"]
        if isinstance(field.type, Texts):
            options[last] = {"type": "list", "elements": "str"}
        else:
            options[last] = {"type": TYPES.get(type(field.type), "str")}
        if last.endswith("method"):
            options[last]["choices"] = METHODS
    return spec


def service_target(parameters: Mapping[str, Any], problems: checks.Problems) -> Target | None:
    """Check which service a task means.

    :param parameters: ``friendly_name``, ``sid``; None where not given.
    :param problems: collects what is wrong.
    :returns: the target; None when the task means no service in particular.
    """
    name, sid = parameters["friendly_name"], parameters["sid"]
    if name is not None:
        problems.check(checks.name, "friendly_name", name)
    if sid is not None:
        problems.check(checks.sid, "sid", "IS", sid)
    return None if name is None and sid is None else Target(name, sid)


def _wanted(kind: Kind, parameters: Mapping[str, Any], place: str, problems: checks.Problems) -> dict[str, Any]:
    wanted = given(kind, parameters)
    for field in kind.fields:
        value = wanted.get(field.name)
        if value is None:
            continue
        option = place + field.name
        if isinstance(field.type, Sid):
            problems.check(checks.sid, option, "RL", value)
        elif isinstance(field.type, Texts):
            problems.check(checks.names, option, value)
        elif isinstance(field.type, Number):
            low, high = (1, HIGHEST_LIMIT) if field.name.startswith("limits.") else (0, None)
            problems.check(checks.number, option, value, low, high)
        elif isinstance(value, str):
            problems.check(checks.unicode_text, option, value)
    return wanted


def _guard(services: Resources) -> Callable[[Raw], None]:
    """Give what refuses to delete a service that has users. One request."""

    def refuse(service: Raw) -> None:
        users = Resources(services.client, USER, service["sid"], services.timeouts)
        page = next(users.pages(users.budget("read")))
        if page.records:
            count = f"{len(page.records)} user{'' if len(page.records) == 1 else 's'}{'' if page.last else ' or more'}"
            raise Disagreement(
                f"{services.place} service {service['friendly_name']!r} ({service['sid']}) has {count}; users are"
                " deleted with their service, and nothing was changed. Give force=true if that is meant"
            )

    return refuse


def _run(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    kind = SERVICES[product]
    target = service_target(parameters, problems) or Target()
    wanted = _wanted(kind, parameters, "", problems)
    parts = {
        name: _wanted(part, parameters[name], f"{name}.", problems)
        for name, part in PARTS[product].items()
        if parameters[name] is not None
    }
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()
    services = Resources(client(), kind, None, parameters["timeouts"])
    if kind.renamed and target.key is not None and target.sid is not None:
        wanted[kind.key.name] = target.key
    guard = None if parameters["force"] else _guard(services)
    result = converge(services, target, wanted, parameters, context, guard)
    return _with_parts(services, result, target, parts, context) if result["service"] is not None else result


def _with_parts(
    services: Resources, result: dict[str, Any], target: Target, parts: Mapping[str, dict[str, Any]], context: Context
) -> dict[str, Any]:
    """Make the parts of a Conversations service as a task wants them, and give the result of all together."""
    new = result["action"] == "created"
    for name, wanted in parts.items():
        kind = PARTS[services.client.product][name]
        plan = plan_part_of_new(kind, wanted)
        raw = plan.predicted
        if not (new and context.check_mode):
            part = Resources(services.client, kind, result["service"]["sid"], services.timeouts)
            try:
                done = part.present(Target(), wanted, False, context.check_mode)
            except TwilioError as error:
                what = "was created, but not set up" if new else "was not set up whole"
                raise WorkFailed(
                    f"Service {target} {what}; run the task again to finish. {error.message}",
                    **{**result, **error.details()},
                ) from None
            raw = done.raw
            plan = plan if new else done.plan
        _add(result, name, kind, plan, raw)
    return result


def _add(result: dict[str, Any], name: str, kind: Kind, plan: Plan, raw: Mapping[str, Any] | None) -> None:
    result["service"][name] = kind.report(raw or {})
    if plan.action != NONE and result["action"] == NONE:
        result.update(changed=True, action="updated")
    if "diff" in result and plan.before != plan.after:
        result["diff"]["before"] = {**result["diff"]["before"], **({name: plan.before} if plan.before else {})}
        result["diff"]["after"] = {**result["diff"]["after"], name: plan.after}


CHAT_SERVICE = Work(
    lambda environment: _spec(CHAT, environment), lambda parameters, context: _run(CHAT, parameters, context)
)
CONVERSATIONS_SERVICE = Work(
    lambda environment: _spec(CONVERSATIONS, environment),
    lambda parameters, context: _run(CONVERSATIONS, parameters, context),
)
