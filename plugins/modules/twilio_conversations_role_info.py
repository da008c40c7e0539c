#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_conversations_role_info
short_description: Read roles of Twilio Conversations
version_added: 0.1.0
description:
  - Reads one role or all roles of a Twilio Conversations service.
  - A role that does not exist is no error, and gives an empty list. A service that does not exist is one.
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._attributes
  - community.twilio._attributes.action_group
  - community.twilio._attributes.in_process
  - community.twilio._attributes.info
  - community.twilio._connection
  - community.twilio._reading
  - community.twilio._in_service
  - community.twilio._role_info
notes:
  - A page of roles holds 50.
seealso:
  - module: community.twilio.twilio_conversations_role
  - module: community.twilio.twilio_chat_role_info
  - name: Conversations REST API v1, Role resource
    description: Twilio's documentation of the role resource.
    link: https://www.twilio.com/docs/conversations/api/role-resource
"""

EXAMPLES = r"""
---
- name: Read all roles of a service
  community.twilio.twilio_conversations_role_info:
    service: Support
  register: all_roles

- name: Show the names of the roles for users
  ansible.builtin.debug:
    msg: "{{ all_roles.roles | selectattr('type', 'equalto', 'service') | map(attribute='friendly_name') }}"

- name: Read one role by its name
  community.twilio.twilio_conversations_role_info:
    service: Support
    friendly_name: agent
  register: agent

- name: Say whether the role exists, and what it permits
  ansible.builtin.debug:
    msg: "{{ agent.roles[0].permissions if agent.roles else 'no such role' }}"

- name: Find a service and a role by their SIDs
  community.twilio.twilio_conversations_role_info:
    service_sid: IS0123456789abcdef0123456789abcdef
    sid: RL0123456789abcdef0123456789abcdef

- name: Read the first two roles
  community.twilio.twilio_conversations_role_info:
    service: Support
    limit: 2
"""

RETURN = r"""
---
roles:
  description: The roles, in the order that Twilio gives. Empty when there is none.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The same as RV(roles[].sid).
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    sid:
      description: The SID of the role.
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    account_sid:
      description: The SID of the account.
      type: str
      returned: success
      sample: AC0123456789abcdef0123456789abcdef
    service_sid:
      description: The SID of the service.
      type: str
      returned: success
      sample: IS0123456789abcdef0123456789abcdef
    friendly_name:
      description: The name of the role.
      type: str
      returned: success
      sample: agent
    type:
      description: What the role is for. V(service) for users, V(conversation) for those in a conversation.
      type: str
      returned: success
      sample: service
    permissions:
      description: What the role permits, in alphabetical order.
      type: list
      elements: str
      returned: success
      sample:
        - createConversation
        - joinConversation
    date_created:
      description: When the role was created, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    date_updated:
      description: When the role was changed for the last time, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    url:
      description: The address of the role in Twilio's API.
      type: str
      returned: success
      sample: https://conversations.twilio.com/v1/Services/IS0123456789abcdef0123456789abcdef/Roles/RL0123456789abcdef0123456789abcdef
status:
  description: The HTTP status of Twilio's last answer.
  type: int
  returned: failure, if known
  sample: 400
code:
  description: Twilio's error code, as in its error dictionary.
  type: int
  returned: failure, if known
  sample: 20404
more_info:
  description: The address of Twilio's page about the error.
  type: str
  returned: failure, if known
  sample: https://www.twilio.com/docs/errors/20404
request_id:
  description: Twilio's name for the request, which its support asks for.
  type: str
  returned: failure, if known
  sample: RQ0123456789abcdef0123456789abcdef
"""

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import run_module
from ansible_collections.community.twilio.plugins.module_utils._modules.info import CONVERSATIONS_ROLE_INFO


def main() -> None:
    run_module(CONVERSATIONS_ROLE_INFO)


if __name__ == "__main__":
    main()
