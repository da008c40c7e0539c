# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that manage a service."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  friendly_name:
    description:
      - The name of the service. Case matters. Required to create a service.
      - Says which service is meant, unless O(sid) does. Friendly names are not unique. When several services have this
        one, the task fails and lists their SIDs.
      - One of O(friendly_name) and O(sid) is required.
    type: str
  sid:
    description:
      - The SID of the service, V(IS) followed by 32 hexadecimal digits, another way to say which service is meant. It
        is needed where several services have the same name.
    type: str
  state:
    description:
      - V(present) makes sure that the service exists, with the values that are given. A service that exists already is
        taken over; there is nothing to import.
      - V(absent) makes sure that the service does not exist. A service that has users is not deleted, unless
        O(force=true).
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - Whether O(state=absent) deletes a service that has users. They are deleted with it, and so is everything else
        that it holds.
      - V(false) looks for users first. When there are any, the task fails and says how many; it counts no further than
        the first page of them. In check mode it does so too.
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
        description: Seconds to create the service.
        type: float
        default: 600
      update:
        description: Seconds to change the service.
        type: float
        default: 600
      read:
        description: Seconds to read the service, or the list of the services.
        type: float
        default: 300
      delete:
        description: Seconds to delete the service.
        type: float
        default: 600
notes:
  - A service is never replaced, since its users and all that belongs to them would go with it.
  - When the answer to a creation is lost, the task looks for a service with this name before it creates one again.
"""
