#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_chat_user
short_description: Manage a user of Twilio Programmable Chat
version_added: 0.1.0
description:
  - Creates, changes and deletes a user of a Twilio Programmable Chat service.
  - Changes only what the task gives and what differs. What the application itself wrote stays, unless the task says
    otherwise.
  - With O(webhook_enabled), mind that Twilio's API for Chat takes no such wish for a deletion. The option has no effect
    there.
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._attributes
  - community.twilio._attributes.action_group
  - community.twilio._attributes.in_process
  - community.twilio._attributes.changes
  - community.twilio._connection
  - community.twilio._in_service
  - community.twilio._user
notes:
  - Twilio announced the end of life of Programmable Chat for 25 July 2022, except for Twilio Flex. New users belong
    into Conversations; see M(community.twilio.twilio_conversations_user).
seealso:
  - module: community.twilio.twilio_chat_user_info
  - module: community.twilio.twilio_chat_service
  - module: community.twilio.twilio_chat_role
  - module: community.twilio.twilio_conversations_user
  - name: Programmable Chat REST API v2, User resource
    description: Twilio's documentation of the user resource.
    link: https://www.twilio.com/docs/chat/rest/user-resource
"""

EXAMPLES = r"""
---
- name: Make sure that a user exists
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    identity: alice
    friendly_name: Alice
    attributes:
      team: support
      languages: [en, fr]

- name: Change one attribute, remove another, and leave the rest to the application
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    identity: alice
    attributes:
      team: sales
      languages: null
    attributes_mode: merge

- name: Name the service and the role, instead of giving their SIDs
  community.twilio.twilio_chat_user:
    service: Support
    identity: alice
    role: agent

- name: Take the role back to the default of the service
  community.twilio.twilio_chat_user:
    service: Support
    identity: alice
    role_sid: default

- name: Give a user a role, and let the webhooks of the service know
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    identity: alice
    role_sid: RL0123456789abcdef0123456789abcdef
    webhook_enabled: true

- name: Clear the friendly name and the attributes
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    identity: alice
    friendly_name: ""
    attributes: {}

- name: Make sure that a user does not exist
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    identity: mallory
    state: absent

- name: Find a user by its SID, with the ID that Terraform imports by
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    sid: /Services/IS0123456789abcdef0123456789abcdef/Users/US0123456789abcdef0123456789abcdef
    friendly_name: Robert

- name: Put a user with another identity in the place of one
  community.twilio.twilio_chat_user:
    service_sid: IS0123456789abcdef0123456789abcdef
    sid: US0123456789abcdef0123456789abcdef
    identity: robert@example.com
    replace: true

- name: Use an API key for several tasks at once, and wait less long
  module_defaults:
    group/community.twilio.twilio:
      account_sid: "{{ twilio_account_sid }}"
      api_key: "{{ twilio_api_key }}"
      api_secret: "{{ twilio_api_secret }}"
  block:
    - name: Make sure that two users exist
      community.twilio.twilio_chat_user:
        service_sid: IS0123456789abcdef0123456789abcdef
        identity: "{{ item }}"
        timeouts:
          read: 30
          create: 60
      loop:
        - carol
        - dave
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
user:
  description:
    - The user afterwards. Null after V(state=absent).
    - In check mode, the user as it would be. What only Twilio can know is null.
  type: dict
  returned: success, and when a replacement failed half-way
  contains:
    id:
      description: The same as RV(user.sid).
      type: str
      returned: success
      sample: US0123456789abcdef0123456789abcdef
    sid:
      description: The user's SID. Null in a prediction of a user that does not exist yet.
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
        - Whether push notifications can reach the user. Null when Twilio does not say.
      type: bool
      returned: success
      sample: null
    is_online:
      description:
        - Whether the user is connected. Null when Twilio does not say.
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
        - When the user was changed for the last time, as in RFC 3339, in UTC. Null in a prediction of a change.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    url:
      description: The address of the user in Twilio's API.
      type: str
      returned: success
      sample: https://chat.twilio.com/v2/Services/IS0123456789abcdef0123456789abcdef/Users/US0123456789abcdef0123456789abcdef
diff:
  description:
    - The managed fields (RV(user.identity), RV(user.friendly_name), RV(user.role_sid), and the attributes as a
      dictionary) before and after. Empty where there is no user.
    - A user that is created shows only what the task gives. The same in check mode and in a run.
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
        identity: alice
        friendly_name: Alice
    before_header:
      description: Names the product and the identity.
      type: str
      returned: in diff mode
      sample: Chat user alice
    after_header:
      description: Names the product and the identity.
      type: str
      returned: in diff mode
      sample: Chat user alice
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
from ansible_collections.community.twilio.plugins.module_utils._modules.user import CHAT_USER


def main() -> None:
    run_module(CHAT_USER)


if __name__ == "__main__":
    main()
