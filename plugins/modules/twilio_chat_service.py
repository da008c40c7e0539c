#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_chat_service
short_description: Manage a Twilio Programmable Chat service
version_added: 0.1.0
description:
  - Creates, sets up, renames and deletes a Twilio Programmable Chat service.
  - Changes only what the task gives and what differs.
  - With O(sid), another O(friendly_name) renames the service.
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
  default_service_role_sid:
    description: The SID of the role that new users get, V(RL) followed by 32 hexadecimal digits.
    type: str
  default_channel_role_sid:
    description: The SID of the role that users get in a channel.
    type: str
  default_channel_creator_role_sid:
    description: The SID of the role that users get in a channel that they create.
    type: str
  read_status_enabled:
    description: Whether it is kept how far each member of a channel has read.
    type: bool
  reachability_enabled:
    description: Whether the reachability indicator is enabled.
    type: bool
  typing_indicator_timeout:
    description: After how many seconds a user who began to type counts as no longer typing, V(0) or more.
    type: int
  consumption_report_interval:
    description: How many seconds lie between reports of what was read. Deprecated by Twilio.
    type: int
  pre_webhook_url:
    description: The URL that Twilio calls before an event (pre-event webhook). An empty value clears it.
    type: str
  post_webhook_url:
    description: The URL that Twilio calls after an event (post-event webhook). An empty value clears it.
    type: str
  webhook_method:
    description: The HTTP method of these calls.
    type: str
    choices: [GET, POST]
  webhook_filters:
    description:
      - The events for which there are calls, in Twilio's words. Which ones there are is left to Twilio.
      - All of them; an event that is not in the list is taken away. Their order does not matter. A list without
        any is refused before the first request, since Twilio's API has no way to send it.
    type: list
    elements: str
  pre_webhook_retry_count:
    description: How often a call of O(pre_webhook_url) is tried again, V(0) or more.
    type: int
  post_webhook_retry_count:
    description: How often a call of O(post_webhook_url) is tried again, V(0) or more.
    type: int
  limits:
    description: The limits of the service.
    type: dict
    suboptions:
      channel_members:
        description: How many members a channel can have, V(1) to V(1000).
        type: int
      user_channels:
        description: How many channels a user can be a member of, V(1) to V(1000).
        type: int
  media:
    description: How media are handled.
    type: dict
    suboptions:
      compatibility_message:
        description: The text of a media message that has none. An empty value clears it.
        type: str
  notifications:
    description: The push notifications of the service. What is not given in it is left as it is.
    type: dict
    suboptions:
      log_enabled:
        description: Whether notifications are logged.
        type: bool
      new_message:
        description: When a new message is added to a channel.
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
      added_to_channel:
        description: When a member is added to a channel.
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
      removed_from_channel:
        description: When a user is removed from a channel.
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
      invited_to_channel:
        description: When a user is invited to a channel.
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
notes:
  - Requests are counted. With O(sid), the service is read with one request. With O(friendly_name), the services of the
    account are listed, with one request for each 100 of them. A task with nothing to do makes no other. One that
    creates makes one more, and another one when it gives more than the name. One that changes makes one more. One that
    deletes makes two more, the first of which looks for users, or one with O(force=true).
  - Twilio creates a service by its name alone. So a creation that gives more is followed by a second request. When
    that one fails, the task fails, and the service is there. Run it again; it finishes the same service and creates no
    other.
  - Twilio announced the end of life of Programmable Chat for 25 July 2022, except for Twilio Flex. New services belong
    into Conversations; see M(community.twilio.twilio_conversations_service).
seealso:
  - module: community.twilio.twilio_chat_service_info
  - module: community.twilio.twilio_chat_role
  - module: community.twilio.twilio_chat_user
  - module: community.twilio.twilio_conversations_service
  - name: Programmable Chat REST API v2, Service resource
    description: Twilio's documentation of the service resource.
    link: https://www.twilio.com/docs/chat/rest/service-resource
"""

EXAMPLES = r"""
---
- name: Make sure that a service exists
  community.twilio.twilio_chat_service:
    friendly_name: Support

- name: Set up a service
  community.twilio.twilio_chat_service:
    friendly_name: Support
    typing_indicator_timeout: 8
    limits:
      channel_members: 50
    notifications:
      new_message:
        enabled: true
        template: New message
      removed_from_channel:
        enabled: false
    post_webhook_url: https://example.com/twilio
    webhook_method: POST
    webhook_filters:
      - onMessageSent
      - onMemberAdded

- name: Choose the role that new users get
  community.twilio.twilio_chat_service:
    sid: IS0123456789abcdef0123456789abcdef
    default_service_role_sid: RL0123456789abcdef0123456789abcdef

- name: Give a service another name
  community.twilio.twilio_chat_service:
    sid: IS0123456789abcdef0123456789abcdef
    friendly_name: Sales

- name: Make sure that a service does not exist, unless it has users
  community.twilio.twilio_chat_service:
    friendly_name: Playground
    state: absent

- name: Make sure that a service does not exist, and delete its users with it
  community.twilio.twilio_chat_service:
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
      description:
        - When the service was changed for the last time, as in RFC 3339, in UTC. Null in a prediction of a
          change.
      type: str
      returned: success
      sample: '2026-01-02T03:04:05Z'
    url:
      description: The address of the service in Twilio's API.
      type: str
      returned: success
      sample: https://chat.twilio.com/v2/Services/IS0123456789abcdef0123456789abcdef
    limits:
      description: The limits of the service. Null when Twilio does not say.
      type: dict
      returned: success
      contains:
        channel_members:
          description: How many members a channel can have. Null when Twilio does not say.
          type: int
          returned: where Twilio says
          sample: 100
        user_channels:
          description: How many channels a user can be a member of. Null when Twilio does not say.
          type: int
          returned: where Twilio says
          sample: 250
    media:
      description: How media are handled. Null when Twilio does not say.
      type: dict
      returned: success
      contains:
        size_limit_mb:
          description:
            - How large a file can be, in megabytes. Only Twilio sets it. Null when Twilio does not say.
          type: int
          returned: where Twilio says
          sample: 150
        compatibility_message:
          description: The text of a media message that has none. Empty or null when there is none.
          type: str
          returned: where Twilio says
          sample: 'A picture was sent'
    notifications:
      description: The push notifications of the service. Null when Twilio does not say.
      type: dict
      returned: success
      contains:
        log_enabled:
          description: Whether notifications are logged. Null when Twilio does not say.
          type: bool
          returned: success
          sample: false
        new_message:
          description: When a new message is added to a channel.
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
        added_to_channel:
          description: When a member is added to a channel.
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
        removed_from_channel:
          description: When a user is removed from a channel.
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
        invited_to_channel:
          description: When a user is invited to a channel.
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
    default_service_role_sid:
      description: The SID of the role that new users get.
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    default_channel_role_sid:
      description: The SID of the role that users get in a channel.
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    default_channel_creator_role_sid:
      description: The SID of the role that users get in a channel that they create.
      type: str
      returned: success
      sample: RL0123456789abcdef0123456789abcdef
    read_status_enabled:
      description: Whether it is kept how far each member has read. Null when Twilio does not say.
      type: bool
      returned: success
      sample: true
    reachability_enabled:
      description: Whether the reachability indicator is enabled. Null when Twilio does not say.
      type: bool
      returned: success
      sample: false
    typing_indicator_timeout:
      description:
        - After how many seconds a user who began to type counts as no longer typing. Null when Twilio does not
          say.
      type: int
      returned: success
      sample: 5
    consumption_report_interval:
      description:
        - Deprecated by Twilio. The seconds between reports of what was read. Null when Twilio does not say.
      type: int
      returned: success
      sample: 10
    pre_webhook_url:
      description: The URL that Twilio calls before an event (pre-event webhook). Empty when there is none.
      type: str
      returned: success
      sample: https://example.com/before
    post_webhook_url:
      description: The URL that Twilio calls after an event (post-event webhook). Empty when there is none.
      type: str
      returned: success
      sample: https://example.com/after
    webhook_method:
      description: The HTTP method of webhooks. Empty when Twilio does not say.
      type: str
      returned: success
      sample: POST
    webhook_filters:
      description: The events that fire webhooks, in alphabetical order. Empty when there is none.
      type: list
      elements: str
      returned: success
      sample:
        - onMessageSent
    pre_webhook_retry_count:
      description: How often a call of the pre-event webhook is tried again. Null when Twilio does not say.
      type: int
      returned: success
      sample: 0
    post_webhook_retry_count:
      description: How often a call of the post-event webhook is tried again. Null when Twilio does not say.
      type: int
      returned: success
      sample: 0
diff:
  description:
    - The managed fields before and after, which are the options of the service. Empty where there is no service.
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
        reachability_enabled: true
    before_header:
      description: Names the product and the service.
      type: str
      returned: in diff mode
      sample: Chat service Support
    after_header:
      description: Names the product and the service.
      type: str
      returned: in diff mode
      sample: Chat service Support
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
from ansible_collections.community.twilio.plugins.module_utils._modules.service import CHAT_SERVICE


def main() -> None:
    run_module(CHAT_SERVICE)


if __name__ == "__main__":
    main()
