# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of twilio_chat_user and twilio_conversations_user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._converge.names import Names, RoleName
from .._converge.resource import Outcome, Resources, Target
from .._state import checks
from .._state.kinds import USER
from .._state.plan import plan_absent
from .._twilio.errors import ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .one import ONE_SERVICE, SERVICE_SPEC, check_service, converge, find_service, result_of
from .work import Context, Work

DEFAULT_ROLE = "default"
ROLE_SPEC: dict[str, dict[str, Any]] = {"role_sid": {"type": "str"}, "role": {"type": "str"}}
ONE_ROLE = ("role_sid", "role")
FIELDS_SPEC: dict[str, dict[str, Any]] = {
    "friendly_name": {"type": "str"},
    **ROLE_SPEC,
    "attributes": {"type": "json"},
    "attributes_mode": {"type": "str", "choices": ["replace", "merge"], "default": "replace"},
}


def _spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            **SERVICE_SPEC,
            "identity": {"type": "str"},
            "sid": {"type": "str"},
            **FIELDS_SPEC,
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "replace": {"type": "bool", "default": False},
            "webhook_enabled": {"type": "bool"},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [ONE_SERVICE, ("identity", "sid")],
        "mutually_exclusive": [ONE_SERVICE, ONE_ROLE],
        "supports_check_mode": True,
    }


def wanted_user(parameters: Mapping[str, Any], problems: checks.Problems) -> dict[str, Any]:
    """Check the fields of a user that a task gives.

    :param parameters: ``friendly_name``, ``role_sid``, ``role``, ``attributes``, ``attributes_mode``; None where not
        given.
    :param problems: collects what is wrong.
    :returns: field name to value, only for the fields that are given. A role by its name is a RoleName.
    """
    wanted: dict[str, Any] = {}
    if parameters["friendly_name"] is not None:
        wanted["friendly_name"] = problems.check(checks.friendly_name, parameters["friendly_name"])
    role = wanted_role(parameters, problems, DEFAULT_ROLE)
    if role is not None:
        wanted["role_sid"] = role
    if parameters["attributes"] is not None:
        wanted["attributes"] = problems.check(
            checks.attributes, parameters["attributes"], parameters["attributes_mode"]
        )
    return wanted


def wanted_role(
    parameters: Mapping[str, Any], problems: checks.Problems, default: str | None = None
) -> str | RoleName | None:
    """Check which role a task means.

    :param parameters: ``role_sid``, ``role``; None where not given.
    :param problems: collects what is wrong.
    :param default: a text that stands for the default role of the service in the place of a SID; None for no such.
    :returns: the SID, or a name; None when the task gives no role.
    """
    if parameters["role"] is not None:
        problems.check(checks.name, "role", parameters["role"])
        return RoleName(parameters["role"])
    sid = parameters["role_sid"]
    if sid is not None and sid == default:
        return RoleName(None)
    if sid is not None:
        problems.check(checks.sid, "role_sid", "RL", sid)
    return sid


def user_target(parameters: Mapping[str, Any], problems: checks.Problems) -> Target | None:
    """Check which user a task means.

    :param parameters: ``service_sid``, ``identity``, ``sid``; None where not given.
    :param problems: collects what is wrong.
    :returns: the target; None when the task means no user in particular.
    """
    key = sid = None
    if parameters["identity"] is not None:
        key = problems.check(checks.identity, parameters["identity"])
    if parameters["sid"] is not None:
        sid = problems.check(checks.user_sid, parameters["sid"], parameters["service_sid"])
    return None if parameters["identity"] is None and parameters["sid"] is None else Target(key, sid)


def check_import_id(parameters: Mapping[str, Any], service_sid: str) -> None:
    """Check that an import ID names the service that a name was found to stand for.

    :raises BadValue: it names another one.
    """
    if parameters["sid"] is not None:
        checks.user_sid(parameters["sid"], service_sid)


def _run(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    check_service(parameters, problems)
    target = user_target(parameters, problems) or Target()
    wanted = wanted_user(parameters, problems)
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()

    def users(service_sid: str | None) -> Resources:
        return Resources(client(), USER, service_sid, parameters["timeouts"], parameters["webhook_enabled"])

    absent = parameters["state"] == "absent"
    try:
        service_sid = find_service(parameters, client())
    except ServiceNotFound:
        if not absent:
            raise
        return result_of(users(None), Outcome(plan_absent(USER, None), None), target, context)
    check_import_id(parameters, service_sid)
    if not absent:
        Names(client(), parameters["timeouts"]).fill_in_roles(service_sid, [wanted], "role_sid")
    return converge(users(service_sid), target, wanted, parameters, context)


CHAT_USER = Work(_spec, lambda parameters, context: _run(CHAT, parameters, context))
CONVERSATIONS_USER = Work(_spec, lambda parameters, context: _run(CONVERSATIONS, parameters, context))
