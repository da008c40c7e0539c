# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_report
short_description: Report what a sync of users would do to services
version_added: 0.1.0
description:
  - Makes one report, as data and in words, from the results of the modules for many users in check mode and diff mode.
  - The playbook C(community.twilio.report_users) writes it, as JSON and as a page. It is also right for the
    results of a run.
author:
  - community.twilio contributors (!UNKNOWN)
positional: services, results
options:
  _input:
    description: The names of the hosts, each of which stands for a service.
    type: list
    elements: str
    required: true
  services:
    description: For each host, in the same order, which service it is, and which guards a sync has.
    type: list
    elements: dict
    required: true
    suboptions:
      product:
        description: V(conversations) or V(chat).
        type: str
      service_sid:
        description: The SID of the service.
        type: str
      service:
        description: The friendly name of the service.
        type: str
      account_sid:
        description: The SID of the account.
        type: str
      prune:
        description: Whether a sync prunes.
        type: bool
        default: false
      max_deletions:
        description: How many users a sync deletes at most. If not given, any number.
        type: int
      max_deletions_given:
        description: Whether O(services[].max_deletions) is more than a default, so that pruning with an empty list is
          meant.
        type: bool
        default: false
  results:
    description: For each host, in the same order, the result of the module. Empty when there is none.
    type: list
    elements: dict
    required: true
seealso:
  - module: community.twilio.twilio_conversations_users
  - module: community.twilio.twilio_chat_users
"""

EXAMPLES = r"""
---
- name: Compare the users of a service with a list
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: alice
        friendly_name: Alice
  check_mode: true
  diff: true
  register: compared

- name: Say what would change
  ansible.builtin.debug:
    msg: "{{ (['support'] | community.twilio.drift_report([service], [compared])).headline }}"
  vars:
    service:
      product: conversations
      service_sid: IS0123456789abcdef0123456789abcdef
"""

RETURN = r"""
---
_value:
  description: The report.
  type: dict
  contains:
    generated_at:
      description: When the report was made, in UTC.
      type: str
      sample: "2026-02-03T04:05:06Z"
    headline:
      description: All of it in a sentence or two.
      type: str
      sample: 3 of 12 services differ. A sync would create 4, change 7 and delete 1 user.
    totals:
      description: The numbers of all services.
      type: dict
      contains:
        services:
          description: How many services there are. C(in_sync), C(drifted) and C(failed) add up to it.
          type: int
        in_sync:
          description: Services in which a sync would change nothing.
          type: int
        drifted:
          description: Services in which it would change something.
          type: int
        failed:
          description: Services that could not be compared, or not wholly.
          type: int
        created:
          description: Users that would be created.
          type: int
        updated:
          description: Users that would be changed.
          type: int
        deleted:
          description: Users that would be deleted.
          type: int
        unchanged:
          description: Users that are as the list says.
          type: int
        users_failed:
          description: Users that could not be compared.
          type: int
    services:
      description: Each service, in the order of the hosts.
      type: list
      elements: dict
      contains:
        host:
          description: The name of the host.
          type: str
        product:
          description: V(conversations) or V(chat). Null when not known, as are the keys that name the service.
          type: str
        service_sid:
          description: The SID of the service.
          type: str
        service:
          description: Its friendly name, as it was given.
          type: str
        account_sid:
          description: The SID of the account.
          type: str
        headline:
          description: What a sync would do to the service, in a sentence.
          type: str
        summary:
          description:
            - How many users would be C(created), C(updated) and C(deleted), and how many are C(unchanged) and have
              C(failed). Null when the service could not be compared.
          type: dict
        drifted:
          description: Whether a sync would change something.
          type: bool
        users:
          description: The users that would change, or have failed.
          type: list
          elements: dict
          contains:
            identity:
              description: The identity of the user.
              type: str
            action:
              description: C(created), C(updated), C(deleted) or C(failed).
              type: str
            changed_fields:
              description: The fields that would be sent, besides the identity.
              type: list
              elements: str
            before:
              description: The fields as they are; of a user that would be updated only those that would change. Null
                for a user that would be created.
              type: dict
            after:
              description: The fields as they would be; of a user that would be updated only those that would change.
                Null for a user that would be deleted.
              type: dict
            error:
              description: Why the user has failed, else null.
              type: str
        users_left_out:
          description: How many users would change besides those that are listed.
          type: int
        error:
          description: Why the service could not be compared, or not wholly; else null.
          type: str
        refused:
          description: The guard that would refuse the sync, in words; null when none would.
          type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _drift_report


def drift_report(hosts: Any, services: Any, results: Any) -> dict[str, Any]:
    """Return the report.

    :param hosts: the names of the hosts.
    :param services: of each host which service it is.
    :param results: of each host what the bulk module returned.
    :returns: the report.
    :raises AnsibleFilterError: these are not what they should be.
    """
    try:
        return _drift_report.drift_report(hosts, services, results)
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"drift_report": drift_report}
