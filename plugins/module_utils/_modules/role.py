# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of twilio_chat_role and twilio_conversations_role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._converge.resource import Outcome, Resources, Target
from .._state import checks
from .._state.kinds import ROLE
from .._state.plan import plan_absent
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .one import ONE_SERVICE, SERVICE_SPEC, check_service, converge, find_service, given, result_of
from .work import Context, Work


def _spec(environment: Mapping[str, str], types: Sequence[str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            **SERVICE_SPEC,
            "friendly_name": {"type": "str"},
            "sid": {"type": "str"},
            "type": {"type": "str", "choices": list(types)},
            "permissions": {"type": "list", "elements": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "replace": {"type": "bool", "default": False},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [ONE_SERVICE, ("friendly_name", "sid")],
        "mutually_exclusive": [ONE_SERVICE],
        # A replacement deletes the old role first; what the new one is to permit must not go with it, and the next run
        # has to find the new one, which has another SID.
        "required_if": [("replace", True, ("friendly_name", "type", "permissions"))],
        "supports_check_mode": True,
    }


def role_target(parameters: Mapping[str, Any], problems: checks.Problems) -> Target | None:
    """Check which role a task means.

    :param parameters: ``friendly_name``, ``sid``; None where not given.
    :param problems: collects what is wrong.
    :returns: the target; None when the task means no role in particular.
    """
    name, sid = parameters["friendly_name"], parameters["sid"]
    if name is not None:
        problems.check(checks.name, "friendly_name", name)
    if sid is not None:
        problems.check(checks.sid, "sid", "RL", sid)
    return None if name is None and sid is None else Target(name, sid)


def _run(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    check_service(parameters, problems)
    target = role_target(parameters, problems) or Target()
    if parameters["permissions"] is not None:
        problems.check(checks.names, "permissions", parameters["permissions"])
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()
    try:
        service_sid = find_service(parameters, client())
    except ServiceNotFound:
        if parameters["state"] != "absent":
            raise
        roles = Resources(client(), ROLE, None, parameters["timeouts"])
        return result_of(roles, Outcome(plan_absent(ROLE, None), None), target, context)
    roles = Resources(client(), ROLE, service_sid, parameters["timeouts"])
    return converge(roles, target, given(ROLE, parameters), parameters, context)


CHAT_ROLE = Work(
    lambda environment: _spec(environment, ("channel", "deployment")),
    lambda parameters, context: _run(CHAT, parameters, context),
)
CONVERSATIONS_ROLE = Work(
    lambda environment: _spec(environment, ("conversation", "service")),
    lambda parameters, context: _run(CONVERSATIONS, parameters, context),
)
