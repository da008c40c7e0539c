#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_conversations_service
short_description: Manage a Twilio Conversations service
version_added: 0.1.0
description:
  - Creates, sets up and deletes a Twilio Conversations service.
  - Changes only what the task gives and what differs. The service itself has nothing that could be changed; its
    configuration, notifications and webhooks can.
  - Twilio's API for Conversations cannot rename a service. When O(sid) is a service with another name than
    O(friendly_name), the task fails.
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._attributes
  - community.twilio._attributes.action_group
  - community.twilio._attributes.in_process
  - community.twilio._attributes.changes
  - community.twilio._connection
  - community.twilio._service
options:
  configuration:
    description: The configuration of the service. What is not given in it is left as it is.
    type: dict
    suboptions:
      default_chat_service_role_sid:
        description: The SID of the role that new users get, V(RL) followed by 32 hexadecimal digits.
        type: str
      default_conversation_role_sid:
        description: The SID of the role that users get in a conversation.
        type: str
      default_conversation_creator_role_sid:
        description: The SID of the role that users get in a conversation that they create.
        type: str
      reachability_enabled:
        description: Whether the reachability indicator is enabled.
        type: bool
  notifications:
    description: The push notifications of the service. What is not given in it is left as it is.
    type: dict
    suboptions:
      log_enabled:
        description: Whether notifications are logged.
        type: bool
      new_message:
        description: When a new message is added to a conversation.
        type: dict
        suboptions:
          enabled:
            description: Whether there is a notification.
            type: bool
          template:
            description: The text of the notification, a template in Twilio's form. An empty value clears it.
            type: str
          sound:
            description: The name of the sound that is played. An empty value clears it.
            type: str
          badge_count_enabled:
            description: Whether the badge for new messages is enabled.
            type: bool
          with_media:
            description: When the new message has media.
            type: dict
            suboptions:
              enabled:
                description: Whether there is a notification.
                type: bool
              template:
                description: The text of the notification, a template in Twilio's form. An empty value clears it.
                type: str
      added_to_conversation:
        description: When a participant is added to a conversation.
        type: dict
        suboptions:
          enabled:
            description: Whether there is a notification.
            type: bool
          template:
            description: The text of the notification, a template in Twilio's form. An empty value clears it.
            type: str
          sound:
            description: The name of the sound that is played. An empty value clears it.
            type: str
      removed_from_conversation:
        description: When a user is removed from a conversation.
        type: dict
        suboptions:
          enabled:
            description: Whether there is a notification.
            type: bool
          template:
            description: The text of the notification, a template in Twilio's form. An empty value clears it.
            type: str
          sound:
            description: The name of the sound that is played. An empty value clears it.
            type: str
  webhooks:
    description: The webhooks of the service. What is not given in it is left as it is.
    type: dict
    suboptions:
      pre_webhook_url:
        description: The URL that Twilio calls before an event (pre-event webhook). An empty value clears it.
        type: str
      post_webhook_url:
        description: The URL that Twilio calls after an event (post-event webhook). An empty value clears it.
        type: str
      filters:
        description:
          - The events for which there are calls, in Twilio's words. Which ones there are is left to Twilio.
          - All of them; an event that is not in the list is taken away. Their order does not matter. A list without
            any is refused before the first request, since Twilio's API has no way to send it.
        type: list
        elements: str
      method:
        description: The HTTP method of these calls.
        type: str
        choices: [GET, POST]
notes:
  - Requests are counted. With O(sid), the service is read with one request. With O(friendly_name), the services of the
    account are listed, with one request for each 100 of them. A task that creates makes one more. One that deletes
    makes two more, the first of which looks for users, or one with O(force=true).
  - Each of O(configuration), O(notifications) and O(webhooks) is read and changed on its own, and only when it is
    given. This costs one request, and one more where it differs. In check mode, none of them is read for a service
    that does not exist yet.
  - When one of them cannot be changed, the task fails, and what was done before is done. Run it again; it finishes the
    same service and creates no other.
seealso:
  - module: community.twilio.twilio_conversations_service_info
  - module: community.twilio.twilio_conversations_role
  - module: community.twilio.twilio_conversations_user
  - module: community.twilio.twilio_chat_service
  - name: Conversations REST API v1, Service resource
    description: Twilio's documentation of the service resource.
    link: https://www.twilio.com/docs/conversations/api/service-resource
"""

EXAMPLES = r"""
---
- name: Make sure that a service exists
  community.twilio.twilio_conversations_service:
    friendly_name: Support

- name: Set up a service
  community.twilio.twilio_conversations_service:
    friendly_name: Support
    configuration:
      reachability_enabled: true
    notifications:
      new_message:
        enabled: true
        template: New message
      removed_from_conversation:
        enabled: false
    webhooks:
      post_webhook_url: https://example.com/twilio
      method: POST
      filters:
        - onMessageAdded
        - onParticipantAdded

- name: Choose the role that new users get
  community.twilio.twilio_conversations_service:
    sid: IS0123456789abcdef0123456789abcdef
    configuration:
      default_chat_service_role_sid: RL0123456789abcdef0123456789abcdef

- name: Make sure that a service does not exist, unless it has users
  community.twilio.twilio_conversations_service:
    friendly_name: Playground
    state: absent

- name: Make sure that a service does not exist, and delete its users with it
  community.twilio.twilio_conversations_service:
    friendly_name: Rehearsal
    state: absent
    force: true
"""

RETURN = r"""
---
action:
  description: What was done, or in check mode would be done.
  type: str
  returned: success, and when something failed after something else was done
  sample: created
  choices:
    - none
    - created
    - updated
    - deleted
service:
  description:
    - The service afterwards. Null after V(state=absent).
    - In check mode, the service as it would be. What only Twilio can know is null, or missing where
      dictionaries are nested.
  type: dict
  returned: success, and when something failed after something else was done
  contains:
    id:
      description: The same as RV(service.sid).
      type: str
      returned: success
      sample: IS0123456789abcdef0123456789abcdef
    sid:
      description: The SID of the service. Null in a prediction of a service that does not exist yet.
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
      returned: when O(configuration) is given
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
      returned: when O(notifications) is given
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
      returned: when O(webhooks) is given
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
diff:
  description:
    - The name of the service, and of RV(service.configuration), RV(service.notifications) and RV(service.webhooks)
      those that change, before and after. Empty where there is no service.
    - A service that is created shows only what the task gives. The same in check mode and in a run.
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
        friendly_name: Support
        configuration:
          reachability_enabled: true
    before_header:
      description: Names the product and the service.
      type: str
      returned: in diff mode
      sample: Conversations service Support
    after_header:
      description: Names the product and the service.
      type: str
      returned: in diff mode
      sample: Conversations service Support
status:
  description: The HTTP status of Twilio's last answer.
  type: int
  returned: failure, if known
  sample: 400
code:
  description: Twilio's error code, as in its error dictionary.
  type: int
  returned: failure, if known
  sample: 50100
more_info:
  description: The address of Twilio's page about the error.
  type: str
  returned: failure, if known
  sample: https://www.twilio.com/docs/errors/50100
request_id:
  description: Twilio's name for the request, which its support asks for.
  type: str
  returned: failure, if known
  sample: RQ0123456789abcdef0123456789abcdef
"""

from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import run_module
from ansible_collections.community.twilio.plugins.module_utils._modules.service import CONVERSATIONS_SERVICE


def main() -> None:
    run_module(CONVERSATIONS_SERVICE)


if __name__ == "__main__":
    main()
