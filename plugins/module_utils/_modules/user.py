# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of twilio_chat_user and twilio_conversations_user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._converge.resource import HalfDone, Outcome, Resources, Target
from .._state import checks
from .._state.kinds import USER
from .._state.plan import diff
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .work import Context, Work, half_done

FIELDS_SPEC: dict[str, dict[str, Any]] = {
    "friendly_name": {"type": "str"},
    "role_sid": {"type": "str"},
    "attributes": {"type": "json"},
    "attributes_mode": {"type": "str", "choices": ["replace", "merge"], "default": "replace"},
}


def _spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            "service_sid": {"type": "str", "required": True},
            "identity": {"type": "str"},
            "sid": {"type": "str"},
            **FIELDS_SPEC,
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "replace": {"type": "bool", "default": False},
            "webhook_enabled": {"type": "bool"},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [("identity", "sid")],
        "supports_check_mode": True,
    }


def wanted_user(parameters: Mapping[str, Any], problems: checks.Problems) -> dict[str, Any]:
    """Check the fields of a user that a task gives.

    :param parameters: ``friendly_name``, ``role_sid``, ``attributes``, ``attributes_mode``; None where not given.
    :param problems: collects what is wrong.
    :returns: field name to value, only for the fields that are given.
    """
    wanted: dict[str, Any] = {}
    if parameters["friendly_name"] is not None:
        wanted["friendly_name"] = problems.check(checks.friendly_name, parameters["friendly_name"])
    if parameters["role_sid"] is not None:
        wanted["role_sid"] = problems.check(checks.sid, "role_sid", "RL", parameters["role_sid"])
    if parameters["attributes"] is not None:
        wanted["attributes"] = problems.check(
            checks.attributes, parameters["attributes"], parameters["attributes_mode"]
        )
    return wanted


def user_target(parameters: Mapping[str, Any], problems: checks.Problems) -> Target | None:
    """Check which user a task means.

    :param parameters: ``service_sid``, ``identity``, ``sid``; the latter two None where not given.
    :param problems: collects what is wrong.
    :returns: the target; None when the task means no user in particular.
    """
    service_sid = problems.check(checks.sid, "service_sid", "IS", parameters["service_sid"])
    key = sid = None
    if parameters["identity"] is not None:
        key = problems.check(checks.identity, parameters["identity"])
    if parameters["sid"] is not None:
        sid = problems.check(checks.user_sid, parameters["sid"], service_sid or parameters["service_sid"])
    return None if parameters["identity"] is None and parameters["sid"] is None else Target(key, sid)


def _run(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    target = user_target(parameters, problems) or Target()
    wanted = wanted_user(parameters, problems)
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()
    users = Resources(client(), USER, parameters["service_sid"], parameters["timeouts"], parameters["webhook_enabled"])

    def result(outcome: Outcome) -> dict[str, Any]:
        values = {
            "changed": outcome.plan.outcome != "none",
            "action": outcome.plan.outcome,
            "user": None if outcome.raw is None else USER.report(outcome.raw),
        }
        if context.diff_mode:
            name = parameters["identity"] or parameters["sid"]
            values["diff"] = diff(USER, outcome.plan, f"{product.title} user", name)
        return values

    try:
        if parameters["state"] == "absent":
            return result(users.absent(target, context.check_mode))
        return result(users.present(target, wanted, parameters["replace"], context.check_mode))
    except HalfDone as error:
        raise half_done(error, result(error.done)) from None


CHAT_USER = Work(_spec, lambda parameters, context: _run(CHAT, parameters, context))
CONVERSATIONS_USER = Work(_spec, lambda parameters, context: _run(CONVERSATIONS, parameters, context))
