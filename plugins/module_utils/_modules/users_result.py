# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of the modules that manage many users."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .._converge.bulk import BulkResult, ItemResult
from .._resources.definitions import USER
from .._resources.diff import diff_of_many
from .._resources.messages import limited, printable
from .._resources.plan import DELETE
from .._resources.resource_type import Raw
from .._twilio.errors import TwilioError
from .base import ModuleError, TaskContext

# The number of failures in the message; the result has all of them.
MAX_FAILURES_IN_MESSAGE = 3
# The maximum length of the message of each of them.
MAX_FAILURE_LENGTH = 1000


class Output(NamedTuple):
    """What the result contains.

    ``max_results`` is the maximum number of changed users, None for all; ``return_users`` adds all listed users.
    """

    max_results: int | None
    return_users: bool


def finish(
    bulk: BulkResult, title: str, service_sid: str | None, output: Output, context: TaskContext
) -> dict[str, Any]:
    """Return the result of the task.

    :param bulk: the result of the run, or the predicted one in check mode.
    :param title: the product and the service, for the diff.
    :param service_sid: the SID of the service; None if it does not exist.
    :param output: what the result contains.
    :param context: diff mode, and the function that reports the counts when a signal has stopped the task.
    :returns: ``changed``, ``summary``, ``billable_users``, ``results``, ``results_left_out``, ``service_sid``, on
        request ``users``, and in diff mode ``diff``.
    :raises ModuleError: a user failed or was not attempted; it contains the same result.
    """
    result = {**_result(bulk, output.max_results), "service_sid": service_sid}
    if output.return_users:
        result["users"] = list(_listed(bulk))
    if context.diff_mode:
        done = {item.key: item.plan for item in bulk.items if item.plan is not None}
        # Ansible takes minutes to display many thousand lines, and Automation Controller stores them twice.
        listed = dict(list(done.items())[: output.max_results])
        if len(listed) < len(done):
            title += f", the first {len(listed)} of {len(done)} that change"
        if bulk.left_alone:
            title += f", {_users(bulk.left_alone)} left alone"
        result["diff"] = diff_of_many(listed, title)
    message = _failure_message(bulk)
    if not message:
        return result
    failure = ModuleError(message, **result)
    failure.signal = bulk.signal
    if bulk.signal is not None and context.report_progress is not None:
        # A stopped ansible-playbook no longer reads the result.
        counts = ", ".join(f"{count} {name}" for name, count in result["summary"].items())
        context.report_progress(f"stopped; {counts}; {message}")
    raise failure


def _result(bulk: BulkResult, max_results: int | None) -> dict[str, Any]:
    entries = [_entry(item) for item in bulk.items]
    counts = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0)
    counts["unchanged"] = bulk.unchanged
    for entry in entries:
        counts[entry["action"]] += 1
    if bulk.left_alone is not None:
        counts["left_alone"] = bulk.left_alone
    changed = any(counts[action] for action in ("created", "updated", "deleted"))
    results = list(_shortened(entries, max_results))
    left_out = len(entries) - len(results)
    return {
        "changed": changed,
        "summary": counts,
        "billable_users": counts["created"] + counts["updated"],
        "results": results,
        "results_left_out": left_out,
    }


def _listed(bulk: BulkResult) -> Iterator[dict[str, Any]]:
    """Yield the listed users that exist, or would exist, in the order of the input."""
    found: list[tuple[int, str, Raw | None]] = list(bulk.kept)
    for item in bulk.items:
        if item.plan is not None and item.plan.action != DELETE:
            found.append((item.position, item.key, item.raw))
    for _position, key, raw in sorted(found, key=lambda each: each[0]):
        if raw is not None:
            yield {"identity": key, "sid": raw.get("sid")}


def _shortened(entries: Iterable[dict[str, Any]], max_results: int | None) -> Iterator[dict[str, Any]]:
    left = math.inf if max_results is None else max_results
    for entry in entries:
        failed = entry["action"] == "failed"
        if failed or left > 0:
            yield entry
        left -= not failed


def _entry(item: ItemResult) -> dict[str, Any]:
    if item.plan is None:
        entry: dict[str, Any] = {
            "identity": item.key,
            "sid": None,
            "action": "failed",
            "changed_fields": [],
            "msg": _message(item),
        }
        if isinstance(item.error, TwilioError):
            entry.update({name: value for name, value in item.error.details().items() if name in ("status", "code")})
        return entry
    return {
        "identity": item.key,
        "sid": (item.raw or item.plan.current or {}).get("sid"),
        "action": item.plan.result_action,
        "changed_fields": item.plan.changed_fields(USER),
    }


def _failure_message(bulk: BulkResult) -> str:
    failed = [item for item in bulk.items if item.plan is None]
    parts = []
    if failed:
        messages = "; ".join(_message(item) for item in failed[:MAX_FAILURES_IN_MESSAGE])
        others = len(failed) - MAX_FAILURES_IN_MESSAGE
        more = f"; and {others} more, see results" if others > 0 else ""
        parts.append(f"{_users(len(failed))} failed: {messages}{more}")
    if bulk.not_attempted:
        parts.append(f"{_users(bulk.not_attempted)} not begun ({bulk.stop_reason}); run the task again to finish")
    elif bulk.signal is not None:
        parts.append(f"No user is left to be done ({bulk.stop_reason})")
    return ". ".join(parts)


def _message(item: ItemResult) -> str:
    return limited(printable(str(item.error)), MAX_FAILURE_LENGTH)


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"
