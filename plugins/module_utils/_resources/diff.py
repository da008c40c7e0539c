# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert plans to the diffs that Ansible shows.

Ansible escapes control characters in the dictionaries, but not in the headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .messages import printable
from .plan import Plan
from .resource_type import ResourceType


def diff_of(resource_type: ResourceType, plan: Plan, title: str, name: str) -> dict[str, Any]:
    """Return the diff of one plan.

    :param resource_type: the type of the resource.
    :param plan: the plan.
    :param title: the product and the type, such as "Chat user".
    :param name: the name of the resource for the headers, in case it exists neither before nor after.
    :returns: ``before`` and ``after`` (dictionaries), ``before_header`` and ``after_header``.
    """
    before = plan.before.get(resource_type.key.name)
    after = plan.after.get(resource_type.key.name)
    return {
        "before": plan.before,
        "after": plan.after,
        "before_header": printable(f"{title} {before or after or name}"),
        "after_header": printable(f"{title} {after or before or name}"),
    }


def diff_of_many(plans: Mapping[str, Plan], title: str) -> dict[str, Any]:
    """Return the diff of the plans for many resources.

    :param plans: the plans that change something, by the key of the resource.
    :param title: the product, the type and the service, such as "Chat users of IS...".
    :returns: ``before`` and ``after`` (dictionaries by key), ``before_header`` and ``after_header``.
    """
    return {
        "before": {key: plan.before for key, plan in plans.items() if plan.before},
        "after": {key: plan.after for key, plan in plans.items() if plan.after},
        "before_header": printable(title),
        "after_header": printable(title),
    }
