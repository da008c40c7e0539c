#!/usr/bin/python
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twilio_conversations_users
short_description: Manage many users of Twilio Conversations at once
version_added: 0.1.0
description:
  - Creates, changes and deletes many users of a Twilio Conversations service in one task, with as few requests as
    possible, and as fast as Twilio's limits allow.
  - Changes only what the task gives and what differs, as M(community.twilio.twilio_conversations_user) does.
  - When some users fail, the others are done all the same, and the task fails at its end.
author:
  - community.twilio contributors (!UNKNOWN)
extends_documentation_fragment:
  - community.twilio._attributes
  - community.twilio._attributes.action_group
  - community.twilio._attributes.in_process
  - community.twilio._attributes.changes
  - community.twilio._connection
  - community.twilio._in_service
  - community.twilio._users
seealso:
  - module: community.twilio.twilio_conversations_user
  - module: community.twilio.twilio_conversations_user_info
  - name: Conversations REST API v1, User resource
    description: Twilio's documentation of the user resource.
    link: https://www.twilio.com/docs/conversations/api/user-resource
"""

EXAMPLES = r"""
---
- name: Make sure that these users exist
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: alice
        friendly_name: Alice
        attributes:
          team: support
      - identity: bob
        friendly_name: Bob
        role_sid: RL0123456789abcdef0123456789abcdef

- name: Name the service and the roles, instead of giving their SIDs
  community.twilio.twilio_conversations_users:
    service: Support
    users:
      - identity: alice
        role: agent
      - identity: bob
        role_sid: default

- name: Change one attribute of two users, and leave the rest to the application
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: alice
        attributes:
          team: sales
        attributes_mode: merge
      - identity: bob
        attributes:
          team: sales
        attributes_mode: merge

- name: Make sure that these users exist, and no others; but never delete more than five
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: alice
      - identity: bob
    prune: true
    max_deletions: 5

- name: Make sure that these users do not exist
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: mallory
      - identity: trudy
    state: absent

- name: Go slowly, and stop at the first user that fails
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: alice
        friendly_name: Alice A.
      - identity: bob
        friendly_name: Bob B.
    concurrency: 2
    writes_per_second: 5
    on_error: stop
    max_results: 100
    timeouts:
      update: 60
"""

RETURN = r"""
---
summary:
  description: How many users came to what. In check mode, would come to what.
  type: dict
  returned: success, and when users failed
  contains:
    created:
      description: Users that were created.
      type: int
      returned: success
      sample: 2
    updated:
      description: Users that were changed.
      type: int
      returned: success
      sample: 1
    deleted:
      description: Users that were deleted.
      type: int
      returned: success
      sample: 0
    unchanged:
      description: Users of the list for which there was nothing to do.
      type: int
      returned: success
      sample: 997
    failed:
      description: Users that failed.
      type: int
      returned: success
      sample: 0
results:
  description:
    - Each user that was changed or has failed, in the order of O(users). Users that O(prune) deleted come last.
    - Users for which there was nothing to do are only counted. O(max_results) can shorten the list.
  type: list
  elements: dict
  returned: success, and when users failed
  contains:
    identity:
      description: The user's identity.
      type: str
      returned: success
      sample: alice
    sid:
      description: The user's SID. Null for a user that failed, and in a prediction of a user that does not exist yet.
      type: str
      returned: success
      sample: US0123456789abcdef0123456789abcdef
    action:
      description: What was done, or in check mode would be done.
      type: str
      returned: success
      sample: updated
      choices:
        - created
        - updated
        - deleted
        - failed
    changed_fields:
      description: The fields that were sent, besides the identity.
      type: list
      elements: str
      returned: success
      sample:
        - friendly_name
    msg:
      description: What went wrong.
      type: str
      returned: for a user that failed
      sample: >-
        Could not create user 'alice' in Conversations service IS0123456789abcdef0123456789abcdef:
        Twilio answered 400 Bad Request, code 50304: Invalid attributes
    status:
      description: The HTTP status of Twilio's last answer about this user.
      type: int
      returned: for a user that failed, if known
      sample: 400
    code:
      description: Twilio's error code, as in its error dictionary.
      type: int
      returned: for a user that failed, if known
      sample: 50304
results_left_out:
  description: How many changed users RV(results) leaves out because of O(max_results).
  type: int
  returned: success, and when users failed
  sample: 0
diff:
  description:
    - The managed fields before and after, by identity, of the users that change. The same in check mode and in a run.
    - A user that is created shows only what the task gives.
  type: dict
  returned: in diff mode
  contains:
    before:
      description: Identity to the managed fields before. Users that are created are not in it.
      type: dict
      returned: in diff mode
      sample: {}
    after:
      description: Identity to the managed fields after. Users that are deleted are not in it.
      type: dict
      returned: in diff mode
      sample:
        alice:
          identity: alice
          friendly_name: Alice
    before_header:
      description:
        - Names the product and the service, as the task names it. With O(max_results), also how many of how many
          users are shown.
      type: str
      returned: in diff mode
      sample: Conversations users of IS0123456789abcdef0123456789abcdef
    after_header:
      description: Names the product and the service.
      type: str
      returned: in diff mode
      sample: Conversations users of IS0123456789abcdef0123456789abcdef
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
from ansible_collections.community.twilio.plugins.module_utils._modules.users import CONVERSATIONS_USERS


def main() -> None:
    run_module(CONVERSATIONS_USERS)


if __name__ == "__main__":
    main()
