# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of twilio_chat_users and twilio_conversations_users."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._converge.many import Ended, Limits, Many, Report
from .._converge.names import Names
from .._converge.progress import Progress
from .._converge.resource import Resources
from .._state import checks
from .._state.kinds import USER
from .._state.plan import diff_many
from .._twilio.errors import ServiceNotFound, TwilioError
from .._twilio.pace import Flow
from .._twilio.products import CHAT, CONVERSATIONS, Product
from .connection import check_timeouts, connection_spec, open_client, timeouts_spec
from .given import check_texts
from .one import ONE_SERVICE, SERVICE_SPEC, check_service, find_service
from .user import FIELDS_SPEC, ONE_ROLE, wanted_user
from .work import Context, Work, WorkFailed

MOST_CONCURRENCY = 100
# How many failures a message tells of; the result has all.
TOLD = 3

Wanted = dict[str, "dict[str, Any] | None"]


def _spec(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "argument_spec": {
            **connection_spec(environment),
            **SERVICE_SPEC,
            # What is in an entry is checked below: a complaint of Ansible's would not tell which entry it means.
            "users": {"type": "list", "elements": "dict", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "prune": {"type": "bool", "default": False},
            "max_deletions": {"type": "int"},
            "concurrency": {"type": "int", "default": 10},
            "writes_per_second": {"type": "float", "default": 30},
            "max_results": {"type": "int"},
            "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
            "webhook_enabled": {"type": "bool"},
            "timeouts": timeouts_spec("create", "update", "read", "delete"),
        },
        "required_one_of": [ONE_SERVICE],
        "mutually_exclusive": [ONE_SERVICE],
        "supports_check_mode": True,
    }


def _check_users(entries: Sequence[Mapping[str, Any]], absent: bool, problems: checks.Problems) -> Wanted:
    spec: dict[str, dict[str, Any]] = {"identity": {"type": "str", "required": True}, **FIELDS_SPEC}
    validator = ArgumentSpecValidator(spec, [ONE_ROLE])
    wanted: Wanted = {}
    indices: dict[str, int] = {}
    for index, entry in enumerate(entries):
        # As in the other modules, what is null is not given. A key that is not known is told all the same: in
        # {friendly_name: A, B}, B is one.
        checked = validator.validate(
            {name: entry[name] for name in entry if entry[name] is not None or name not in spec}
        )
        of_entry = checks.Problems(f"users[{index}].")
        check_texts(spec, entry, of_entry)
        if checked.error_messages or of_entry.messages:
            for error in checked.errors:
                what = "unknown: " if isinstance(error, UnsupportedError) else ""
                problems.messages.append(f"users[{index}]: {what}{error.msg}")
            problems.messages += of_entry.messages
            continue
        values = checked.validated_parameters
        identity = values["identity"]
        of_entry.check(checks.identity, identity)
        fields = wanted_user(values, of_entry)
        if identity in indices:
            of_entry.check(_refuse_duplicate, identity, indices[identity])
        problems.messages += of_entry.messages
        indices.setdefault(identity, index)
        wanted[identity] = None if absent else fields
    return wanted


def _refuse_duplicate(identity: str, index: int) -> None:
    raise checks.BadValue(
        f"identity: must be given once, but {checks.excerpt(identity)} is the identity of users[{index}] too"
    )


def _check_limits(parameters: Mapping[str, Any], problems: checks.Problems) -> Limits:
    most, concurrency, pace = (parameters[name] for name in ("max_deletions", "concurrency", "writes_per_second"))
    if not 1 <= concurrency <= MOST_CONCURRENCY:
        problems.messages.append(f"concurrency: must be from 1 to {MOST_CONCURRENCY}, got {concurrency}")
    if not (pace >= 0 and math.isfinite(pace)):
        problems.messages.append(f"writes_per_second: must be 0 (not paced) or more, got {pace:g}")
    for option in ("max_deletions", "max_results"):
        value = parameters[option]
        if value is not None and value < 0:
            problems.messages.append(f"{option}: must be 0 or more, got {value}")
    if parameters["prune"] and parameters["state"] == "absent":
        problems.messages.append("prune: must not be true with state=absent; it deletes the users that are not listed")
    if parameters["prune"] and not parameters["users"] and most is None:
        problems.messages.append(
            "prune: would delete every user of the service, since users is empty;"
            " give max_deletions too if that is meant"
        )
    return Limits(concurrency, most, parameters["on_error"] == "stop")


def _run(product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    problems = checks.Problems()
    check_service(parameters, problems)
    wanted = _check_users(parameters["users"], parameters["state"] == "absent", problems)
    limits = _check_limits(parameters, problems)
    problems.check(check_timeouts, parameters["timeouts"])
    client = open_client(parameters, context.environment, product, problems)
    problems.raise_any()
    try:
        service_sid = find_service(parameters, client())
    except ServiceNotFound:
        if parameters["state"] != "absent":
            raise
        return _finish(Report([], len(wanted), 0, None), product, parameters, context)
    Names(client(), parameters["timeouts"]).fill_in_roles(service_sid, wanted.values(), "role_sid")
    flow = Flow(parameters["writes_per_second"])
    users = Resources(client(), USER, service_sid, parameters["timeouts"], parameters["webhook_enabled"], flow)
    report = Many(users, wanted, parameters["prune"], limits, Progress(context.say)).converge(context.check_mode)
    return _finish(report, product, parameters, context)


def _finish(report: Report, product: Product, parameters: Mapping[str, Any], context: Context) -> dict[str, Any]:
    result = _result(report, parameters["max_results"])
    if context.diff_mode:
        done = {ended.key: ended.plan for ended in report.ended if ended.plan is not None}
        # Many thousand lines take Ansible minutes to show, and a job on Automation Controller stores them twice.
        shown = dict(list(done.items())[: parameters["max_results"]])
        title = f"{product.title} users of {parameters['service_sid'] or parameters['service']}"
        if len(shown) < len(done):
            title += f", the first {len(shown)} of {len(done)} that change"
        result["diff"] = diff_many(shown, title)
    complaint = _complaint(report)
    if not complaint:
        return result
    failure = WorkFailed(complaint, **result)
    failure.signal = report.signal
    if report.signal is not None and context.say is not None:
        # An ansible-playbook that is told to stop takes no result any more.
        counts = ", ".join(f"{count} {name}" for name, count in result["summary"].items())
        context.say(f"stopped; {counts}; {complaint}")
    raise failure


def _result(report: Report, most: int | None) -> dict[str, Any]:
    entries = [_entry(ended) for ended in report.ended]
    counts = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    counts["unchanged"] = report.unchanged
    for entry in entries:
        counts[entry["action"]] += 1
    changed = any(counts[action] for action in ("created", "updated", "deleted"))
    results = list(_shortened(entries, most))
    left_out = len(entries) - len(results)
    return {"changed": changed, "summary": counts, "results": results, "results_left_out": left_out}


def _shortened(entries: Iterable[dict[str, Any]], most: int | None) -> Iterator[dict[str, Any]]:
    left = math.inf if most is None else most
    for entry in entries:
        failed = entry["action"] == "failed"
        if failed or left > 0:
            yield entry
        left -= not failed


def _entry(ended: Ended) -> dict[str, Any]:
    if ended.plan is None:
        entry: dict[str, Any] = {
            "identity": ended.key,
            "sid": None,
            "action": "failed",
            "changed_fields": [],
            "msg": str(ended.error),
        }
        if isinstance(ended.error, TwilioError):
            entry.update({name: value for name, value in ended.error.details().items() if name in ("status", "code")})
        return entry
    return {
        "identity": ended.key,
        "sid": (ended.raw or ended.plan.current or {}).get("sid"),
        "action": ended.plan.outcome,
        "changed_fields": ended.plan.changed_fields(USER),
    }


def _complaint(report: Report) -> str:
    failed = [ended for ended in report.ended if ended.plan is None]
    parts = []
    if failed:
        told = "; ".join(str(ended.error) for ended in failed[:TOLD])
        more = f"; and {len(failed) - TOLD} more, see results" if len(failed) > TOLD else ""
        parts.append(f"{_users(len(failed))} failed: {told}{more}")
    if report.untried:
        parts.append(f"{_users(report.untried)} not begun ({report.why}); run the task again to finish")
    elif report.signal is not None:
        parts.append(f"No user is left to be done ({report.why})")
    return ". ".join(parts)


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"


CHAT_USERS = Work(_spec, lambda parameters, context: _run(CHAT, parameters, context), "users")
CONVERSATIONS_USERS = Work(_spec, lambda parameters, context: _run(CONVERSATIONS, parameters, context), "users")
