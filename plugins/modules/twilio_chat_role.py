#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_chat_role
short_description: Manage a role of Twilio Programmable Chat
version_added: 0.1.0
description:
  - Creates, changes and deletes a role of a Twilio Programmable Chat service.
  - Of a role that exists, only the permissions can be changed. Its name and its type never change; O(replace) puts
    another role in its place.
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._attributes
  - community.twilio._attributes.action_group
  - community.twilio._attributes.in_process
  - community.twilio._attributes.changes
  - community.twilio._connection
  - community.twilio._in_service
  - community.twilio._role
options:
  type:
    description:
      - What the role is for. V(deployment) is for users in the whole service, V(channel) for those in a channel.
      - Required to create a role. Twilio never changes the type of a role.
    type: str
    choices: [channel, deployment]
notes:
  - A page of roles holds 100.
  - Twilio announced the end of life of Programmable Chat for 25 July 2022, except for Twilio Flex. New roles belong
    into Conversations; see M(community.twilio.twilio_conversations_role).
seealso:
  - module: community.twilio.twilio_chat_role_info
  - module: community.twilio.twilio_chat_service
  - module: community.twilio.twilio_chat_user
  - module: community.twilio.twilio_conversations_role
  - name: Programmable Chat REST API v2, Role resource
    description: Twilio's documentation of the role resource.
    link: https://www.twilio.com/docs/chat/rest/role-resource
"""

EXAMPLES = r"""
---
- name: Make sure that a role exists
  community.twilio.twilio_chat_role:
    service: Support
    friendly_name: supervisor
    type: deployment
    permissions:
      - createChannel
      - joinChannel
      - editOwnUserInfo

- name: Change what a role permits
  community.twilio.twilio_chat_role:
    service: Support
    friendly_name: supervisor
    permissions:
      - createChannel
      - joinChannel
      - editOwnUserInfo
      - addMember

- name: Find a service and a role by their SIDs
  community.twilio.twilio_chat_role:
    service_sid: IS0123456789abcdef0123456789abcdef
    sid: RL0123456789abcdef0123456789abcdef
    permissions:
      - joinChannel
      - editOwnUserInfo

- name: Put a role of another type in the place of one
  community.twilio.twilio_chat_role:
    service: Support
    friendly_name: supervisor
    type: channel
    permissions:
      - sendMessage
      - leaveChannel
    replace: true

- name: Make sure that a role does not exist
  community.twilio.twilio_chat_role:
    service: Support
    friendly_name: supervisor
    state: absent
"""

RETURN = r"""
---
action:
  description: What was done, or in check mode would be done.
  type: str
  returned: success, and when a replacement failed half-way
  sample: created
  choices:
    - none
    - created
    - updated
    - replaced
    - deleted
role:
  description:
    - The role afterwards. Null after V(state=absent), and when a replacement failed half-way, since the old
      role is deleted first.
    - In check mode, the role as it would be. What only Twilio can know is null.
  type: dict
  returned: success, and when a replacement failed half-way
  contains:
    id:
      description: The same as RV(role.sid).
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    sid:
      description: The SID of the role. Null in a prediction of a role that does not exist yet.
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
      description: What the role is for. V(deployment) for users, V(channel) for those in a channel.
      type: str
      returned: success
      sample: deployment
    permissions:
      description: What the role permits, in alphabetical order.
      type: list
      elements: str
      returned: success
      sample:
        - createChannel
        - joinChannel
    date_created:
      description: When the role was created, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    date_updated:
      description:
        - When the role was changed for the last time, as in RFC 3339, in UTC. Null in a prediction of a change.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    url:
      description: The address of the role in Twilio's API.
      type: str
      returned: success
      sample: https://chat.twilio.com/v2/Services/IS0123456789abcdef0123456789abcdef/Roles/RL0123456789abcdef0123456789abcdef
diff:
  description:
    - The managed fields (RV(role.friendly_name), RV(role.type) and RV(role.permissions)) before and after. Empty where
      there is no role.
    - The same in check mode and in a run.
  type: dict
  returned: in diff mode
  contains:
    before:
      description: The managed fields before.
      type: dict
      returned: in diff mode
      sample: {}
    after:
      description: The managed fields after.
      type: dict
      returned: in diff mode
      sample:
        friendly_name: supervisor
        type: deployment
        permissions:
          - joinChannel
    before_header:
      description: Names the product and the role.
      type: str
      returned: in diff mode
      sample: Chat role supervisor
    after_header:
      description: Names the product and the role.
      type: str
      returned: in diff mode
      sample: Chat role supervisor
status:
  description: The HTTP status of Twilio's last answer.
  type: int
  returned: failure, if known
  sample: 400
code:
  description: Twilio's error code, as in its error dictionary.
  type: int
  returned: failure, if known
  sample: 50104
more_info:
  description: The address of Twilio's page about the error.
  type: str
  returned: failure, if known
  sample: https://www.twilio.com/docs/errors/50104
request_id:
  description: Twilio's name for the request, which its support asks for.
  type: str
  returned: failure, if known
  sample: RQ0123456789abcdef0123456789abcdef
"""

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import run_module
from ansible_collections.community.twilio.plugins.module_utils._modules.role import CHAT_ROLE


def main() -> None:
    run_module(CHAT_ROLE)


if __name__ == "__main__":
    main()
