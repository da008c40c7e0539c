# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that manage a role."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  friendly_name:
    description:
      - The name of the role. Case matters. Twilio never changes the name of a role.
      - Says which role of the service is meant, unless O(sid) does. When several roles have this name, the task fails
        and lists their SIDs.
      - One of O(friendly_name) and O(sid) is required.
    type: str
  sid:
    description:
      - The SID of the role, V(RL) followed by 32 hexadecimal digits, another way to say which role is meant.
      - If O(friendly_name) is given too and is not the name of this role, the task fails, unless O(replace=true).
    type: str
  permissions:
    description:
      - What the role permits, in Twilio's words. All of it; a permission that is not in the list is taken away.
        Required to create a role.
      - If not given, the permissions are left as they are.
      - Their order does not matter. When they differ they are sent whole. Which names there are is left to Twilio,
        which refuses the others. A list without any is refused before the first request, since Twilio's API has no way
        to send it.
    type: list
    elements: str
  state:
    description:
      - V(present) makes sure that the role exists, with the values that are given. A role that exists already is taken
        over; there is nothing to import.
      - V(absent) makes sure that the role does not exist. Whether a role can be deleted that users have, or that is a
        default of the service, and what becomes of these users, is Twilio's decision and is not documented. When Twilio
        refuses, the task fails with Twilio's message.
    type: str
    choices: [present, absent]
    default: present
  replace:
    description:
      - What to do when the role has another O(type) than is given, or when O(sid) is a role with another name than
        O(friendly_name).
      - V(true) deletes the role and then creates another one, in this order, since both may have the same name. It
        needs O(friendly_name), O(type) and O(permissions). When a role with O(sid) does not exist any more, only
        O(friendly_name) counts, so that the task can be run again.
      - V(false) fails and names both.
      - The new role has a new SID. Users that had the old role are not given the new one.
    type: bool
    default: false
  timeouts:
    description:
      - How many seconds an operation may take, all its requests, retries and waits included.
      - Requests are tried again after HTTP status 408, 429 and 5xx, after Twilio's codes for a conflicting change
        and after broken connections, with growing, random waits; a C(Retry-After) header of Twilio is honoured.
    type: dict
    suboptions:
      create:
        description: Seconds to create the role.
        type: float
        default: 600
      update:
        description: Seconds to change the role.
        type: float
        default: 600
      read:
        description: Seconds to read the role, or a list of roles or services.
        type: float
        default: 300
      delete:
        description: Seconds to delete the role.
        type: float
        default: 600
notes:
  - Requests are counted. With O(sid), the role is read with one request. With O(friendly_name), the roles of the
    service are listed, with one request for each page. A task that creates, changes or deletes makes one more, a
    replacement two more. With O(sid) and another O(friendly_name), the role is read and the roles are listed.
"""
