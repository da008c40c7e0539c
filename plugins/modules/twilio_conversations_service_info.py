#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_conversations_service_info
short_description: Read Twilio Conversations services
version_added: 0.1.0
description:
  - Reads one service or all services of Twilio Conversations in an account.
  - A service that does not exist is no error, and gives an empty list.
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._attributes
  - community.twilio._attributes.action_group
  - community.twilio._attributes.in_process
  - community.twilio._attributes.info
  - community.twilio._connection
  - community.twilio._reading
  - community.twilio._service_info
options:
  gather_configuration:
    description:
      - Whether to read the configuration, the push notifications and the webhooks of each service too.
    type: bool
    default: false
notes:
  - Reading all services, or one by its name, takes one request for each 100 services of the account. Reading one by
    its SID takes one.
  - With O(gather_configuration=true), each service that is returned takes three more requests.
seealso:
  - module: community.twilio.twilio_conversations_service
  - module: community.twilio.twilio_chat_service_info
  - name: Conversations REST API v1, Service resource
    description: Twilio's documentation of the service resource.
    link: https://www.twilio.com/docs/conversations/api/service-resource
"""

EXAMPLES = r"""
---
- name: Read all services
  community.twilio.twilio_conversations_service_info:
  register: all_services

- name: Show their SIDs
  ansible.builtin.debug:
    msg: "{{ all_services.services | map(attribute='sid') }}"

- name: Read one service by its name
  community.twilio.twilio_conversations_service_info:
    friendly_name: Support
  register: support

- name: Say whether the service exists, and which SID it has
  ansible.builtin.debug:
    msg: "{{ support.services[0].sid if support.services else 'no such service' }}"

- name: Read one service by its SID
  community.twilio.twilio_conversations_service_info:
    sid: IS0123456789abcdef0123456789abcdef

- name: Read the first ten services
  community.twilio.twilio_conversations_service_info:
    limit: 10

- name: Read a service with its configuration, notifications and webhooks
  community.twilio.twilio_conversations_service_info:
    friendly_name: Support
    gather_configuration: true
"""

RETURN = r"""
---
services:
  description: The services, in the order that Twilio gives. Empty when there is none.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The same as RV(services[].sid).
      type: str
      returned: success
      sample: IS0123456789abcdef0123456789abcdef
    sid:
      description: The SID of the service.
      type: str
      returned: success
      sample: IS0123456789abcdef0123456789abcdef
    account_sid:
      description: The SID of the account.
      type: str
      returned: success
      sample: AC0123456789abcdef0123456789abcdef
    friendly_name:
      description: The name of the service.
      type: str
      returned: success
      sample: Support
    date_created:
      description: When the service was created, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    date_updated:
      description: When the service was changed for the last time, as in RFC 3339, in UTC.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    url:
      description: The address of the service in Twilio's API.
      type: str
      returned: success
      sample: https://conversations.twilio.com/v1/Services/IS0123456789abcdef0123456789abcdef
    configuration:
      description: The configuration of the service.
      type: dict
      returned: with O(gather_configuration=true)
      contains:
        default_chat_service_role_sid:
          description: The SID of the role that new users get.
          type: str
          returned: success
          sample: RL0123456789abcdef0123456789abcdef
        default_conversation_role_sid:
          description: The SID of the role that users get in a conversation.
          type: str
          returned: success
          sample: RL0123456789abcdef0123456789abcdef
        default_conversation_creator_role_sid:
          description: The SID of the role that users get in a conversation that they create.
          type: str
          returned: success
          sample: RL0123456789abcdef0123456789abcdef
        reachability_enabled:
          description: Whether the reachability indicator is enabled. Null when Twilio does not say.
          type: bool
          returned: success
          sample: false
    notifications:
      description: The push notifications of the service.
      type: dict
      returned: with O(gather_configuration=true)
      contains:
        log_enabled:
          description: Whether notifications are logged. Null when Twilio does not say.
          type: bool
          returned: success
          sample: false
        new_message:
          description: When a new message is added to a conversation.
          type: dict
          returned: where Twilio says
          contains:
            enabled:
              description: Whether there is a notification. Null when Twilio does not say.
              type: bool
              returned: where Twilio says
              sample: true
            template:
              description: The text of the notification. Empty or null when there is none.
              type: str
              returned: where Twilio says
              sample: 'New message'
            sound:
              description: The name of the sound. Empty or null when there is none.
              type: str
              returned: where Twilio says
              sample: ding
            badge_count_enabled:
              description: Whether the badge for new messages is enabled. Null when Twilio does not say.
              type: bool
              returned: where Twilio says
              sample: true
            with_media:
              description: When the new message has media.
              type: dict
              returned: where Twilio says
              contains:
                enabled:
                  description: Whether there is a notification. Null when Twilio does not say.
                  type: bool
                  returned: where Twilio says
                  sample: false
                template:
                  description: The text of the notification. Empty or null when there is none.
                  type: str
                  returned: where Twilio says
                  sample: 'New picture'
        added_to_conversation:
          description: When a participant is added to a conversation.
          type: dict
          returned: where Twilio says
          contains:
            enabled:
              description: Whether there is a notification. Null when Twilio does not say.
              type: bool
              returned: where Twilio says
              sample: true
            template:
              description: The text of the notification. Empty or null when there is none.
              type: str
              returned: where Twilio says
              sample: 'New message'
            sound:
              description: The name of the sound. Empty or null when there is none.
              type: str
              returned: where Twilio says
              sample: ding
        removed_from_conversation:
          description: When a user is removed from a conversation.
          type: dict
          returned: where Twilio says
          contains:
            enabled:
              description: Whether there is a notification. Null when Twilio does not say.
              type: bool
              returned: where Twilio says
              sample: true
            template:
              description: The text of the notification. Empty or null when there is none.
              type: str
              returned: where Twilio says
              sample: 'New message'
            sound:
              description: The name of the sound. Empty or null when there is none.
              type: str
              returned: where Twilio says
              sample: ding
    webhooks:
      description: The webhooks of the service.
      type: dict
      returned: with O(gather_configuration=true)
      contains:
        pre_webhook_url:
          description:
            - The URL that Twilio calls before an event (pre-event webhook). Empty or null when there is none.
          type: str
          returned: success
          sample: https://example.com/before
        post_webhook_url:
          description:
            - The URL that Twilio calls after an event (post-event webhook). Empty or null when there is none.
          type: str
          returned: success
          sample: https://example.com/after
        filters:
          description: The events that fire webhooks, in alphabetical order. Empty or null when there is none.
          type: list
          elements: str
          returned: success
          sample:
            - onMessageAdded
        method:
          description: The HTTP method of webhooks. Empty or null when Twilio does not say.
          type: str
          returned: success
          sample: POST
status:
  description: The HTTP status of Twilio's last answer.
  type: int
  returned: failure, if known
  sample: 400
code:
  description: Twilio's error code, as in its error dictionary.
  type: int
  returned: failure, if known
  sample: 20003
more_info:
  description: The address of Twilio's page about the error.
  type: str
  returned: failure, if known
  sample: https://www.twilio.com/docs/errors/20003
request_id:
  description: Twilio's name for the request, which its support asks for.
  type: str
  returned: failure, if known
  sample: RQ0123456789abcdef0123456789abcdef
"""

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import run_module
from ansible_collections.community.twilio.plugins.module_utils._modules.info import CONVERSATIONS_SERVICE_INFO


def main() -> None:
    run_module(CONVERSATIONS_SERVICE_INFO)


if __name__ == "__main__":
    main()
