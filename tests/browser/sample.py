# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as the playbook report_users makes it, of four services; and its page."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.twilio.plugins.plugin_utils._drift_page import drift_page
from ansible_collections.community.twilio.plugins.plugin_utils._drift_report import drift_report

AGENT, GUEST = "RL" + "a" * 32, "RL" + "b" * 32
ROLES = [{"sid": AGENT, "friendly_name": "agent"}, {"sid": GUEST, "friendly_name": "guest"}]
TIME = "2026-02-03T04:05:06Z"

ALICE = {"friendly_name": "Alice", "role_sid": GUEST, "attributes": {"team": "support", "address": {"city": "Utrecht"}}}
NEW_ALICE = {
    "friendly_name": "Alice A.",
    "role_sid": AGENT,
    "attributes": {"team": "support", "address": {"city": "Leiden"}, "languages": ["en", "nl"]},
}
BOB = {"friendly_name": "Bob", "attributes": {"phones": [{"kind": "desk", "number": "100"}]}}
NEW_BOB = {"friendly_name": "Bob", "attributes": {"phones": [{"kind": "desk", "number": "101"}]}}
OLD = {"friendly_name": "Mallory", "role_sid": GUEST, "attributes": {"left": "2025-12-31"}}

Change = tuple[str, Any, Any]


def result(changes: list[Change], unchanged: int = 0, **others: Any) -> dict[str, Any]:
    """What the module for many users returns in check mode and diff mode.

    :param changes: identity, fields before and fields after of each user; None for no user, a text for an error.
    :param unchanged: the number of users in sync.
    :param others: further keys of the summary.
    """
    summary = {"created": 0, "updated": 0, "deleted": 0, "unchanged": unchanged, "failed": 0, **others}
    entries = []
    diff: dict[str, dict[str, Any]] = {"before": {}, "after": {}}
    for identity, before, after in changes:
        entry: dict[str, Any] = {"identity": identity, "action": "failed", "changed_fields": []}
        if isinstance(after, str):
            entry["msg"] = after
        else:
            entry["action"] = "created" if before is None else "deleted" if after is None else "updated"
            entry["changed_fields"] = [
                name for name in after or () if before is None or before.get(name) != after[name]
            ]
            for side, values in (("before", before), ("after", after)):
                if values is not None:
                    diff[side][identity] = {"identity": identity, **values}
        summary[entry["action"]] += 1
        entries.append(entry)
    return {"summary": summary, "results": entries, "diff": diff}


def many(count: int) -> list[Change]:
    """Users to create."""
    return [
        (f"agent-{number:02}@example.com", None, {"friendly_name": f"Agent {number}", "attributes": {"team": "sales"}})
        for number in range(1, count + 1)
    ]


def page(*results: dict[str, Any], **values: Any) -> str:
    """The page of a report of a service for each result."""
    hosts = [f"host-{number}" for number in range(len(results))]
    services = [{"service": host.title(), "product": "conversations", **values} for host in hosts]
    return drift_page({**drift_report(hosts, services, results, [ROLES] * len(hosts)), "generated_at": TIME})


def small_sample() -> str:
    """The page of a report for a picture."""
    return _page_of(
        {
            "Support": result(
                [("alice", ALICE, NEW_ALICE), ("bob", BOB, NEW_BOB), ("mallory", OLD, None), *many(25)], 118
            ),
            "Shop": result([], 64),
        }
    )


def sample() -> str:
    """The page of a report with something of everything."""
    services = {
        "Support": result([("alice", ALICE, NEW_ALICE), ("bob", BOB, NEW_BOB), ("mallory", OLD, None), *many(25)], 118),
        "Shop": result([], 64, left_alone=12),
        "Sales": {**result([("amy", None, "Twilio answered 400 Bad Request"), *many(1)], 3), "msg": "1 user failed"},
        "Old shop": {"msg": "Conversations service 'Old shop' does not exist"},
    }
    return _page_of(services)


def _page_of(services: dict[str, dict[str, Any]]) -> str:
    about = [
        {"product": "conversations", "service": name, "price_per_active_user": "0.05", "price_currency": "USD"}
        for name in services
    ]
    hosts = [name.lower().replace(" ", "-") for name in services]
    report = drift_report(hosts, about, list(services.values()), [ROLES] * len(services))
    return drift_page({**report, "generated_at": TIME})
