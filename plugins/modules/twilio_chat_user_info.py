#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_chat_user_info
short_description: Read users of Twilio Programmable Chat
version_added: 0.1.0
description:
  - Reads one user or all users of a Twilio Programmable Chat service.
  - A user that does not exist is no error, and gives an empty list. A service that does not exist is one.
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
  - community.twilio._user_info
notes:
  - A page holds 100 users.
  - Twilio announced the end of life of Programmable Chat for 25 July 2022, except for Twilio Flex. New users belong
    into Conversations; see M(community.twilio.twilio_conversations_user_info).
seealso:
  - module: community.twilio.twilio_chat_user
  - module: community.twilio.twilio_conversations_user_info
  - name: Programmable Chat REST API v2, User resource
    description: Twilio's documentation of the user resource.
    link: https://www.twilio.com/docs/chat/rest/user-resource
"""

EXAMPLES = r"""
---
- name: Read all users of a service
  community.twilio.twilio_chat_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
  register: all_users

- name: Show their identities
  ansible.builtin.debug:
    msg: "{{ all_users.users | map(attribute='identity') }}"

- name: Read one user by its identity
  community.twilio.twilio_chat_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
    identity: alice
  register: alice

- name: Say whether the user exists, and of which team
  ansible.builtin.debug:
    msg: "{{ alice.users[0].attributes_parsed.team | default('no team') if alice.users else 'no such user' }}"

- name: Read one user by its SID
  community.twilio.twilio_chat_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
    sid: US0123456789abcdef0123456789abcdef

- name: Read the first ten users with a role
  community.twilio.twilio_chat_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
    role_sid: RL0123456789abcdef0123456789abcdef
    limit: 10

- name: Read the users with a role, without any SID
  community.twilio.twilio_chat_user_info:
    service: Support
    role: agent
"""

RETURN = r"""
---
users:
  description: The users, in the order that Twilio gives. Empty when there is none.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The same as RV(users[].sid).
      type: str
      returned: success
      sample: US0123456789abcdef0123456789abcdef
    sid:
      description: The user's SID.
      type: str
      returned: success
      sample: US0123456789abcdef0123456789abcdef
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
    identity:
      description: The user's identity.
      type: str
      returned: success
      sample: alice
    friendly_name:
      description: The name that people see. Empty when there is none.
      type: str
      returned: success
      sample: Alice
    role_sid:
      description: The SID of the user's role.
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    attributes:
      description: The user's attributes, the JSON text as Twilio holds it.
      type: str
      returned: success
      sample: '{"team":"support"}'
    attributes_parsed:
      description:
        - The user's attributes as a dictionary. Null when they are not a JSON object.
        - A number that a Python float cannot hold exactly is given as its text.
      type: dict
      returned: success
      sample:
        team: support
    is_notifiable:
      description:
        - Whether push notifications can reach the user. Null when Twilio does not say, which is always so
          when all users are read.
      type: bool
      returned: success
      sample: null
    is_online:
      description:
        - Whether the user is connected. Null when Twilio does not say, which is always so
          when all users are read.
      type: bool
      returned: success
      sample: null
    joined_channels_count:
      description: How many channels the user has joined.
      type: int
      returned: success
      sample: 0
    date_created:
      description: When the user was created, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    date_updated:
      description:
        - When the user was changed for the last time, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    url:
      description: The address of the user in Twilio's API.
      type: str
      returned: success
      sample: https://chat.twilio.com/v2/Services/IS0123456789abcdef0123456789abcdef/Users/US0123456789abcdef0123456789abcdef
status:
  description: The HTTP status of Twilio's last answer.
  type: int
  returned: failure, if known
  sample: 400
code:
  description: Twilio's error code, as in its error dictionary.
  type: int
  returned: failure, if known
  sample: 50101
more_info:
  description: The address of Twilio's page about the error.
  type: str
  returned: failure, if known
  sample: https://www.twilio.com/docs/errors/50101
request_id:
  description: Twilio's name for the request, which its support asks for.
  type: str
  returned: failure, if known
  sample: RQ0123456789abcdef0123456789abcdef
"""

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import run_module
from ansible_collections.community.twilio.plugins.module_utils._modules.info import CHAT_USER_INFO


def main() -> None:
    run_module(CHAT_USER_INFO)


if __name__ == "__main__":
    main()
