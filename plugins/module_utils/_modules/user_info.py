# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of twilio_chat_user_info and twilio_conversations_user_info."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from .._converge.resource import Disagreement, Raw, Resources, Target
from .._state import checks
from .._state.kinds import USER
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .user import user_target
from .work import Context, Work


def _spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            "service_sid": {"type": "str", "required": True},
            "identity": {"type": "str"},
            "sid": {"type": "str"},
            "role_sid": {"type": "str"},
            "limit": {"type": "int"},
            "timeouts": timeouts_spec("read"),
        },
        "supports_check_mode": True,
    }


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise checks.BadValue(f"limit: must be 1 or more, got {limit}")


def _run(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    target = user_target(parameters, problems)
    role_sid = parameters["role_sid"]
    if role_sid is not None:
        problems.check(checks.sid, "role_sid", "RL", role_sid)
    if parameters["limit"] is not None:
        problems.check(_check_limit, parameters["limit"])
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()
    users = Resources(client(), USER, parameters["service_sid"], parameters["timeouts"])
    found = _one(users, target) if target is not None else users.all(users.budget("read"))
    if role_sid is not None:
        found = (raw for raw in found if str(raw.get("role_sid")).lower() == role_sid.lower())
    return {"changed": False, "users": [USER.report(raw) for raw in islice(found, parameters["limit"])]}


def _one(users: Resources, target: Target) -> Iterable[Raw]:
    budget = users.budget("read")
    raw = users.find(target, budget)
    if raw is None:
        # The answer to a missing user and to a missing service is the same.
        users.check_service(budget)
        return []
    if target.key is not None and raw["identity"] != target.key:
        raise Disagreement(users.contradiction(raw, target))
    return [raw]


CHAT_USER_INFO = Work(_spec, lambda parameters, context: _run(CHAT, parameters, context))
CONVERSATIONS_USER_INFO = Work(_spec, lambda parameters, context: _run(CONVERSATIONS, parameters, context))
