# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_report
short_description: Report the changes that a sync of users would make
version_added: 1.0.0
description:
  - Creates one report, as data and as text, from the results of the modules for many users in check mode and diff mode.
  - The playbook C(community.twilio.report_users) writes it as JSON and as an HTML page. The filter can also be used
    with the results of a run without check mode.
author:
  - community.twilio contributors (!UNKNOWN)
positional: services, results, roles
options:
  _input:
    description: The names of the hosts, one for each service.
    type: list
    elements: str
    required: true
  services:
    description: For each host, in the same order, its service and the limits of a sync.
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
        description: The maximum number of users that a sync deletes. If not specified, there is no limit.
        type: int
      max_changes:
        description: The maximum number of users that a sync changes. If not specified, there is no limit.
        type: int
      max_deletions_given:
        description: Whether O(services[].max_deletions) was specified and is not a default, so that pruning with an
          empty list is intended.
        type: bool
        default: false
      price_per_active_user:
        description:
          - The price of an active user per month, from V(0) to V(1000000), such as V(0.05). If specified, the report
            contains what Twilio would bill at most.
        type: raw
      price_currency:
        description: The currency of O(services[].price_per_active_user), at most 10 characters, such as V(USD).
        type: str
  results:
    description: For each host, in the same order, the result of the module. Empty if there is none.
    type: list
    elements: dict
    required: true
  roles:
    description:
      - For each host, in the same order, the roles of its service, as
        RV(community.twilio.twilio_conversations_role_info#module:roles) or
        RV(community.twilio.twilio_chat_role_info#module:roles). Empty if they are not known.
      - In RV(_value.services[].users[].changes), a role is represented by its name if only one role has this name,
        otherwise by its SID.
    type: list
    elements: list
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
      description: When the report was created, in UTC.
      type: str
      sample: "2026-02-03T04:05:06Z"
    headline:
      description: A summary in one or two sentences.
      type: str
      sample: 3 of 12 services differ. A sync would create 4, change 7 and delete 1 user.
    totals:
      description: The totals of all services.
      type: dict
      contains:
        services:
          description: The number of services, which is the sum of C(in_sync), C(drifted) and C(failed).
          type: int
        in_sync:
          description: The number of services that a sync would not change.
          type: int
        drifted:
          description: The number of services that a sync would change.
          type: int
        failed:
          description: The number of services that could not be compared, or only in part.
          type: int
        created:
          description: The number of users that would be created.
          type: int
        updated:
          description: The number of users that would be changed.
          type: int
        deleted:
          description: The number of users that would be deleted.
          type: int
        unchanged:
          description: The number of users in the list that need no change.
          type: int
        users_failed:
          description: The number of users that could not be compared.
          type: int
        left_alone:
          description: The number of unlisted users that a sync with C(prune_only) would not delete.
          type: int
        billable_users:
          description: The number of users that would be created or changed, which Twilio may bill as active users.
          type: int
        cost:
          description:
            - What Twilio would bill at most for C(billable_users), as text with all digits, such as V(12.35).
            - Null if the price for a service with such users is not specified, or if the currencies differ.
          type: str
        currency:
          description: The currency of C(cost), as specified. Null if it is not specified.
          type: str
    services:
      description: Each service, in the order of the hosts.
      type: list
      elements: dict
      contains:
        host:
          description: The name of the host.
          type: str
        product:
          description: V(conversations) or V(chat). Null if unknown, as are the keys that identify the service.
          type: str
        service_sid:
          description: The SID of the service.
          type: str
        service:
          description: The friendly name of the service, as specified in O(services).
          type: str
        account_sid:
          description: The SID of the account.
          type: str
        headline:
          description: What a sync would do, in one sentence.
          type: str
        summary:
          description:
            - The numbers of users that would be C(created), C(updated) and C(deleted), that are C(unchanged), that have
              C(failed), and, with C(prune_only), that would be C(left_alone).
            - Null if the service could not be compared.
          type: dict
        billable_users:
          description: The number of users that would be created or changed, which Twilio may bill as active users.
          type: int
        cost:
          description: What Twilio would bill at most for C(billable_users). Null if the price is not specified.
          type: str
        currency:
          description: The currency of C(cost), as specified. Null if it is not specified.
          type: str
        drifted:
          description: Whether a sync would change the service.
          type: bool
        users:
          description: The users that would change or have failed.
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
              description: The fields that would be sent, apart from the identity.
              type: list
              elements: str
            before:
              description: The current fields; for a user that would be updated, only those that would change. Null for
                a user that would be created.
              type: dict
            after:
              description: The fields after a sync; for a user that would be updated, only those that would change. Null
                for a user that would be deleted.
              type: dict
            changes:
              description:
                - The values that would change, in the order of the fields. Objects in attributes are compared key by
                  key, and so are lists of the same number of objects. Other lists are compared as a whole.
                - Empty if the result does not contain the fields, since it was not created in diff mode.
              type: list
              elements: dict
              contains:
                path:
                  description:
                    - The field, for attributes with the keys, such as V(attributes.address.city) or
                      V(attributes.phones[0].number). A key with other characters than letters, digits, hyphens and
                      underscores is quoted, such as V(attributes["a.b"]).
                    - V(role) if C(before) and C(after) are names of roles, V(role_sid) if they are SIDs.
                  type: str
                before:
                  description: The value before a sync. Missing if there is none.
                  type: raw
                after:
                  description: The value after a sync. Missing if there is none.
                  type: raw
            error:
              description: The error message of a user that has failed, otherwise null.
              type: str
        users_left_out:
          description: The number of changed users that C(users) does not contain.
          type: int
        error:
          description: The reason why the service could not be compared, or only in part; otherwise null.
          type: str
        refused:
          description: The limit that would prevent the sync, as text; otherwise null.
          type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _drift_report


def drift_report(hosts: Any, services: Any, results: Any, roles: Any = None) -> dict[str, Any]:
    """Return the report.

    :param hosts: the names of the hosts.
    :param services: the service of each host.
    :param results: the result of the bulk module for each host.
    :param roles: the roles of the service of each host.
    :returns: the report.
    :raises AnsibleFilterError: a parameter is invalid.
    """
    try:
        return _drift_report.drift_report(hosts, services, results, roles)
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"drift_report": drift_report}
