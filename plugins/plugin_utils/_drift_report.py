# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create a report of the changes of a sync, as data and as text, from the results of the bulk modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..module_utils._resources.messages import printable
from ..module_utils._resources.validators import ValidationError, excerpt
from ._costs import Price, amount_text, cost_of, parse_price, sum_of
from ._user_changes import role_names, user_changes

CHANGES = {"created": "create", "updated": "change", "deleted": "delete"}

Values = Mapping[str, Any]


def drift_report(
    hosts: Sequence[str],
    services: Sequence[Values],
    results: Sequence[Values],
    roles: Sequence[Sequence[Values]] | None = None,
) -> dict[str, Any]:
    """Return the report.

    :param hosts: the names of the hosts, one for each service.
    :param services: for each host the service and the limits of a sync: ``product``, ``service_sid``, ``service``,
        ``account_sid``, ``prune``, ``max_deletions``, ``max_deletions_given``, ``max_changes``,
        ``price_per_active_user``, ``price_currency``. All of them are optional.
    :param results: for each host the result of the bulk module.
    :param roles: for each host the roles of the service, whose names are shown instead of their SIDs.
    :returns: ``generated_at``, ``headline``, ``totals`` and ``services``.
    :raises ValidationError: the lists differ in length, or one contains an invalid value.
    """
    names = [role_names(each) for each in _check(hosts, services, results, roles)]
    prices = [parse_price(f"services[{index}]", service) for index, service in enumerate(services)]
    reported = [_service(*each) for each in zip(hosts, services, results, names, prices)]
    totals = {
        "services": len(reported),
        "in_sync": sum(1 for each in reported if not each["error"] and not each["drifted"]),
        "drifted": sum(1 for each in reported if not each["error"] and each["drifted"]),
        "failed": sum(1 for each in reported if each["error"]),
    }
    for name, action in (*((name, name) for name in (*CHANGES, "unchanged")), ("users_failed", "failed")):
        totals[name] = sum(each["summary"][action] for each in reported if each["summary"])
    totals["left_alone"] = sum(each["summary"].get("left_alone") or 0 for each in reported if each["summary"])
    billable = [each["billable_users"] for each in reported]
    total = sum_of((users, cost_of(users, price)) for users, price in zip(billable, prices))
    totals.update({"billable_users": sum(billable), **_cost(total)})
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"generated_at": now, "headline": _headline(totals), "totals": totals, "services": reported}


def _check(hosts: Any, services: Any, results: Any, roles: Any) -> list[Any]:
    """Validate the parameters, and return the roles of each service."""
    given = {"hosts": hosts, "services": services, "results": results}
    for name, values in given.items():
        if not _is_list(values):
            raise ValidationError(f"{name}: must be a list, got {excerpt(values)}")
    if not len(hosts) == len(services) == len(results):
        counts = ", ".join(f"{len(values)} {name}" for name, values in given.items())
        raise ValidationError(f"hosts, services and results: must be as many of each, got {counts}")
    for index, service in enumerate(services):
        if not isinstance(service, Mapping):
            raise ValidationError(f"services[{index}]: must be a dictionary, got {excerpt(service)}")
        for option in ("max_deletions", "max_changes"):
            try:
                _limit(service, option)
            except (TypeError, ValueError, OverflowError):
                most = excerpt(service[option])
                raise ValidationError(f"services[{index}].{option}: must be a whole number, got {most}") from None
    for index, result in enumerate(results):
        if not _is_result(result):
            raise ValidationError(
                f"results[{index}]: must be what twilio_conversations_users or twilio_chat_users returned,"
                f" got {excerpt(result)}"
            )
    if roles is None:
        return [()] * len(results)
    if not _is_list(roles) or len(roles) != len(results) or not all(map(_is_list, roles)):
        raise ValidationError(f"roles: must be a list with a list of roles for each host, got {excerpt(roles)}")
    return list(roles)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _is_result(result: Any) -> bool:
    """Return whether a result is from a bulk module, or from a task that failed before the module ran."""
    if not isinstance(result, Mapping):
        return False
    summary, entries, diff = (result.get(name) for name in ("summary", "results", "diff"))
    summary, entries, diff = summary or {}, entries or (), diff or {}
    return (
        isinstance(summary, Mapping)
        and (not summary or all(isinstance(summary.get(action), int) for action in (*CHANGES, "unchanged", "failed")))
        and _is_list(entries)
        and all(isinstance(each, Mapping) and {"identity", "action", "changed_fields"} <= set(each) for each in entries)
        and isinstance(diff, Mapping)
    )


def _service(host: str, service: Values, result: Values, names: Values, price: Price | None) -> dict[str, Any]:
    summary = dict(result.get("summary") or {})
    diff = result.get("diff") or {}
    error = result.get("msg") if result.get("msg") or summary else "There is no result; see the output of the job."
    reported: dict[str, Any] = {
        "host": host,
        **{name: service.get(name) or None for name in ("product", "service_sid", "service", "account_sid")},
        "summary": summary or None,
        "drifted": any(summary.get(action) for action in CHANGES),
        # Results of older versions do not contain it.
        "billable_users": summary["created"] + summary["updated"] if summary else 0,
        "users": [_user(entry, diff, names) for entry in result.get("results") or ()],
        "users_left_out": result.get("results_left_out") or 0,
        "error": error or None,
        "refused": _refused(service, summary) if summary else None,
    }
    reported.update(_cost(cost_of(reported["billable_users"], price) if summary else None))
    return {**reported, "headline": _headline_of(reported)}


def _cost(cost: Price | None) -> dict[str, Any]:
    return {"cost": cost and amount_text(cost), "currency": (cost and cost.currency) or None}


def _user(entry: Values, diff: Values, names: Values) -> dict[str, Any]:
    before, after = (dict((diff.get(side) or {}).get(entry["identity"]) or {}) for side in ("before", "after"))
    if before and after:
        # The other fields are unchanged.
        before, after = ({name: each.get(name) for name in entry["changed_fields"]} for each in (before, after))
    return {
        **{name: entry[name] for name in ("identity", "action", "changed_fields")},
        "before": before or None,
        "after": after or None,
        "changes": user_changes(before, after, names),
        "error": entry.get("msg"),
    }


def _limit(service: Values, option: str) -> int | None:
    most = service.get(option)
    # Older ansible-cores convert numbers to text.
    return None if most in (None, "") else int(most)


def _refused(service: Values, summary: Values) -> str | None:
    """Return the reason why a limit would prevent the sync; None when no limit would."""
    # Of listed users that are to be absent, the summary does not show that they are listed.
    listed = int(service.get("listed") or 0) or sum(
        summary[action] for action in ("created", "updated", "unchanged", "failed")
    )
    deletions, changes = (_limit(service, option) for option in ("max_deletions", "max_changes"))
    changed = sum(summary[action] for action in CHANGES)
    if service.get("prune") and not service.get("max_deletions_given") and not listed:
        which = "that matches twilio_prune_only" if "left_alone" in summary else "of the service"
        return f"the list of users is empty, so that twilio_prune would delete every user {which}"
    if deletions is not None and summary["deleted"] > deletions:
        return f"twilio_max_deletions allows {deletions}, but {summary['deleted']} would be deleted"
    if changes is not None and changed > changes:
        return f"twilio_max_changes allows {changes}, but {changed} would be changed"
    return None


# Text


def _headline(totals: Values) -> str:
    services, failed, drifted = (totals[name] for name in ("services", "failed", "drifted"))
    parts = []
    if failed:
        parts.append(_some(failed, services, "could not be compared", "could not be compared"))
    if drifted:
        parts.append(_some(drifted, services - failed, "differs", "differ"))
    elif failed < services:
        parts.append(_some(services - failed, services - failed, "is in sync", "are in sync"))
    # Includes the changes in services where only some users could not be compared.
    if any(totals[action] for action in CHANGES):
        parts.append(f"A sync would {_changes(totals)}.")
    if totals["billable_users"] and totals["cost"]:
        parts.append(f"{_bill(totals)}.")
    return " ".join(parts)


def _some(some: int, services: int, one: str, many: str) -> str:
    if services == 1:
        return f"1 service {one}."
    return f"{'All' if some == services else f'{some} of'} {services} services {one if some == 1 else many}."


def _headline_of(service: Values) -> str:
    named = excerpt(service["service"]) if service["service"] else service["service_sid"]
    name = f"{service['product'].title() if service['product'] else ''} service {named or service['host']}".strip()
    parts = []
    if service["error"]:
        parts.append(f"could not be compared: {service['error']}".rstrip("."))
    if service["drifted"]:
        parts.append(f"a sync would {_changes(service['summary'])}")
    if service["billable_users"] and service["cost"]:
        parts.append(_bill(service))
    if service["refused"]:
        parts.append(f"it would be refused, since {service['refused']}")
    if not parts:
        unchanged = service["summary"]["unchanged"]
        parts.append(f"in sync, {_users(unchanged)}" if unchanged else "in sync")
    left_alone = (service["summary"] or {}).get("left_alone")
    if left_alone:
        parts.append(f"{_users(left_alone)} left alone")
    # The message of a failed task can have several lines.
    return "\n".join(map(printable, f"{name}: {'; '.join(parts)}.".split("\n")))


def _changes(counts: Values) -> str:
    parts = [f"{verb} {counts[action]}" for action, verb in CHANGES.items() if counts[action]]
    last = next(counts[action] for action in reversed(CHANGES) if counts[action])
    listing = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"{listing} user{'' if last == 1 else 's'}"


def _bill(counts: Values) -> str:
    amount = " ".join(filter(None, (counts["cost"], counts["currency"])))
    users = counts["billable_users"]
    return f"Twilio would bill at most {amount} for {users} active user{'' if users == 1 else 's'}"


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"
