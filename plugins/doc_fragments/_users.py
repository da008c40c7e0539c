# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that manage many users at once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  users:
    description:
      - The users. They are worked on in this order.
      - Every entry is checked before the first request. All entries that are wrong are named at once, with their index.
    type: list
    elements: dict
    required: true
    suboptions:
      identity:
        description:
          - The user's identity, at most 256 characters. Case matters. Each identity may be given once.
        type: str
        required: true
      friendly_name:
        description:
          - The name that people see, at most 256 characters. An empty value clears it.
          - If not given, the name is left as it is.
        type: str
      role_sid:
        description:
          - The SID of the user's role, V(RL) followed by 32 hexadecimal digits.
          - V(default) stands for the role that the service gives to new users. It is read from the service.
          - If not given, the role is left as it is, and a new user gets the service's default role.
        type: str
      role:
        description:
          - The friendly name of the user's role, another way to say which role is meant. Case matters.
          - Only roles for users count, not those for channels or conversations. When there is no such role, or there
            are several, the task fails before anything is changed, and says which ones there are.
          - Mutually exclusive with O(users[].role_sid).
        type: str
      attributes:
        description:
          - What the application keeps with the user, a JSON object, as a dictionary or as JSON text.
          - If not given, the attributes are left as they are. V({}) with O(users[].attributes_mode=replace) clears
            them.
          - Compared by meaning, numbers exactly, as in the module for a single user.
        type: json
      attributes_mode:
        description:
          - V(replace) makes O(users[].attributes) the user's attributes.
          - V(merge) takes O(users[].attributes) for a JSON merge patch (RFC 7396). Keys that it does not name stay,
            keys that it gives as null are removed.
        type: str
        choices: [replace, merge]
        default: replace
  state:
    description:
      - V(present) makes sure that the users exist, with the values that are given. A user that exists already is taken
        over.
      - V(absent) makes sure that the users do not exist. Only their identities count.
    type: str
    choices: [present, absent]
    default: present
  prune:
    description:
      - Whether to delete the users of the service that O(users) does not list. They are deleted last.
      - Mind that Twilio creates users by itself when a client connects for the first time.
      - Fails before the first request when O(users) is empty and O(max_deletions) is not given, and with
        O(state=absent).
    type: bool
    default: false
  max_deletions:
    description:
      - Fail before anything is changed if more users would be deleted than this, by O(prune) or by O(state=absent).
    type: int
  concurrency:
    description:
      - How many requests are under way at once, V(1) to V(100).
    type: int
    default: 10
  writes_per_second:
    description:
      - How many users are created, changed or deleted in a second, on average over about five seconds. The default is
        the limit for a service that Twilio publishes.
      - V(0) means that writes are not paced until Twilio says that they are too many.
      - Whenever Twilio says so (HTTP status 429), all requests slow down together, and speed up again afterwards. No
        user fails for it within its O(timeouts).
    type: float
    default: 30
  on_error:
    description:
      - What to do after a user has failed.
      - V(continue) goes on with the others. V(stop) begins no other user, and deletes none that is not listed.
      - The task fails in either case, and returns what was done.
    type: str
    choices: [continue, stop]
    default: continue
  max_results:
    description:
      - How many changed users RV(results) lists at most, in the order of O(users). Users that failed are always
        listed, and RV(summary) counts all. If not given, all are listed.
      - The diff is shortened in the same way, and says so in its header.
      - Keeps the result small where it is stored, as Automation Controller does, and many users change at once.
    type: int
  webhook_enabled:
    description:
      - Whether the changes fire the webhooks of the service. If not given, that is left to Twilio.
    type: bool
  timeouts:
    description:
      - How many seconds an operation may take, all its requests, retries and waits included; for each user apart,
        counted from the first request.
      - Requests are tried again after HTTP status 408, 429 and 5xx, after Twilio's codes for a conflicting change
        and after broken connections, with growing, random waits; a C(Retry-After) header of Twilio is honoured.
    type: dict
    suboptions:
      create:
        description: Seconds to create a user.
        type: float
        default: 600
      update:
        description: Seconds to change a user.
        type: float
        default: 600
      read:
        description: Seconds to read the list of users, or one user.
        type: float
        default: 300
      delete:
        description: Seconds to delete a user.
        type: float
        default: 600
notes:
  - In the record of the arguments that Ansible adds to a result (C(invocation), seen with C(-vvv)), a list of more than
    100 users is not repeated, but counted.
  - Requests are counted. Users are read from the list of the service, page after page, or one by one and
    O(concurrency) at once, whichever turns out to take less time; nobody says beforehand how long the list is, but it
    never takes twice the better of the two. Then there is one request for each user that has to change, and none for
    the others. With O(prune), and where an identity holds C(/), C(%) or a backslash, or is C(.) or C(..), the list is
    needed. In check mode, one request more may make sure that the service exists.
  - Names cost requests besides, once for the whole list. With any O(users[].role), the roles of the service are listed,
    one request for each page of them. With any O(users[].role_sid=default), one request tells which role that is. With
    O(state=absent) neither is looked up.
  - When the task is told to stop while it writes (SIGTERM or SIGINT), it begins no other user, waits for the requests
    that are under way, fails, and returns what was done. Run it again to finish. In Ansible's own process, the same
    happens when C(ansible-playbook) is killed. As a module, it then goes on to its end, unless it is killed too.
  - While a task of more than a few seconds is done in Ansible's own process, it says every five seconds where it
    stands, on standard error. As a module it is silent until its end.
"""
