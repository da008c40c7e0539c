# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: export_users
short_description: Convert the users of a service to YAML, JSON or CSV
version_added: 1.0.0
description:
  - Converts what the modules that read users return to the text of a list that the filter
    P(community.twilio.to_users#filter) reads.
  - A sync of the same service with this list changes nothing. The playbook C(community.twilio.export_users) writes it
    to a file.
  - The same users result in the same text, in whatever order Twilio returns them. Users are sorted by identity, and
    attributes by key.
author:
  - community.twilio contributors (!UNKNOWN)
positional: format, roles
options:
  _input:
    description:
      - The users, as RV(community.twilio.twilio_conversations_user_info#module:users) or
        RV(community.twilio.twilio_chat_user_info#module:users).
    type: list
    elements: dict
    required: true
  format:
    description: The format of the text.
    type: str
    choices: [yaml, json, csv]
    default: yaml
  roles:
    description:
      - The roles of the service, as RV(community.twilio.twilio_conversations_role_info#module:roles) or
        RV(community.twilio.twilio_chat_role_info#module:roles).
      - A user's role is written by its name if only one role for users has this name, otherwise by its SID.
    type: list
    elements: dict
    default: []
  only:
    description: Conditions for the users. Only users that match all of them are exported.
    type: dict
    suboptions:
      identities:
        description: Shell patterns, such as V(agent-*). The identity has to match one of them. Case-sensitive.
        type: list
        elements: str
      roles:
        description: Friendly names of roles. The user has to have one of these roles, or one of O(only.role_sids).
        type: list
        elements: str
      role_sids:
        description: SIDs of roles. The user has to have one of these roles, or one of O(only.roles).
        type: list
        elements: str
      attributes:
        description: Attributes that the user has to have, as a dictionary or as JSON text. It may have others, too.
        type: json
  omit_defaults:
    description: Whether to leave out empty friendly names, empty attributes, and the role O(default_role_sid).
    type: bool
    default: false
  default_role_sid:
    description: The SID of the service's default role for users.
    type: str
notes:
  - Some users cannot be in such a list, since the modules for many users reject their identities. They are left out, as
    are values that the format cannot contain, and RV(_value.left_out) has the reasons.
  - In CSV, an empty friendly name is an empty cell, which means that it is not specified.
seealso:
  - plugin: community.twilio.to_users
    plugin_type: filter
  - module: community.twilio.twilio_conversations_user_info
  - module: community.twilio.twilio_chat_user_info
"""

EXAMPLES = r"""
---
- name: Read the users of a service
  community.twilio.twilio_conversations_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
  register: found

- name: Read its roles
  community.twilio.twilio_conversations_role_info:
    service_sid: IS0123456789abcdef0123456789abcdef
  register: known

- name: Show the users as a list in YAML
  ansible.builtin.debug:
    msg: "{{ (found.users | community.twilio.export_users('yaml', known.roles)).text }}"

- name: Show what a CSV file with the agents of the team "sales" cannot contain
  ansible.builtin.debug:
    msg: "{{ (found.users | community.twilio.export_users('csv', known.roles, only=sales)).left_out }}"
  vars:
    sales:
      identities: ["agent-*"]
      attributes:
        team: sales
"""

RETURN = r"""
---
_value:
  description: The list.
  type: dict
  contains:
    text:
      description: The text of the list.
      type: str
      sample: "---\n- identity: alice\n  friendly_name: Alice\n  role: agent\n  attributes:\n    team: sales\n"
    count:
      description: The number of users in the list.
      type: int
      sample: 1
    left_out:
      description: What is not in the list although it was selected.
      type: list
      elements: dict
      contains:
        identity:
          description: The identity of the user.
          type: str
        field:
          description: The field that was left out, V(friendly_name) or V(attributes). Null if it was the whole user.
          type: str
        reason:
          description: The reason.
          type: str
          sample: which are not JSON
    headline:
      description: The number of users and what was left out, in words. At most 20 users and 20 values are named.
      type: str
      sample: >-
        1 user; without what this file cannot contain: attributes of 'bob', which are not JSON
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _user_export


def export_users(
    users: Any,
    format: str = "yaml",  # noqa: A002 -- the name of the option
    roles: Any = (),
    only: Any = None,
    omit_defaults: Any = False,
    default_role_sid: str | None = None,
) -> dict[str, Any]:
    """Convert users to text.

    :param users: the users that a module returned.
    :param format: the format of the text.
    :param roles: the roles that a module returned.
    :param only: conditions for the users, or None.
    :param omit_defaults: whether to leave out defaults.
    :param default_role_sid: the SID of the default role, or None.
    :returns: the text, the number of users, and what was left out.
    :raises AnsibleFilterError: a parameter is invalid.
    """
    try:
        without_defaults = boolean(omit_defaults)
    except TypeError as error:
        raise AnsibleFilterError(f"omit_defaults: {error}") from None
    try:
        return _user_export.export_users(users, format, roles, only, without_defaults, default_role_sid)
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"export_users": export_users}
