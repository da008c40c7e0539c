# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that manage one user."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  identity:
    description:
      - The user's identity, at most 256 characters. Case matters. Twilio never changes the identity of a user.
      - Any text is accepted, also with spaces, slashes or other special characters, except text of the form of a
        user's SID.
      - One of O(identity) and O(sid) is required.
    type: str
  sid:
    description:
      - The user's SID, V(US) followed by 32 hexadecimal digits, another way to say which user is meant.
      - Also accepts a Terraform import ID, C(/Services/IS.../Users/US...). Its service must be the one that the task
        means.
      - If O(identity) is given too and is not the identity of this user, the task fails, unless O(replace=true).
    type: str
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
      - Only roles for users count, not those for channels or conversations. When there is no such role, or
        there are several, the task fails and says which ones there are.
      - Mutually exclusive with O(role_sid).
    type: str
  attributes:
    description:
      - What the application keeps with the user, a JSON object, as a dictionary or as JSON text.
      - If not given, the attributes are left as they are. V({}) with O(attributes_mode=replace) clears them.
      - Compared by meaning. The order of keys and white space do not matter. Numbers are compared exactly, whatever
        their size, when they are given as JSON text.
    type: json
  attributes_mode:
    description:
      - V(replace) makes O(attributes) the user's attributes.
      - V(merge) takes O(attributes) for a JSON merge patch (RFC 7396). Keys that it does not name stay, keys that it
        gives as null are removed, dictionaries are merged, everything else replaces what is there.
    type: str
    choices: [replace, merge]
    default: replace
  state:
    description:
      - V(present) makes sure that the user exists, with the values that are given. A user that exists already is taken
        over; there is nothing to import.
      - V(absent) makes sure that the user does not exist.
    type: str
    choices: [present, absent]
    default: present
  replace:
    description:
      - What to do when O(sid) is a user with another identity than O(identity).
      - V(true) creates a user with O(identity), or takes over the one that exists, and then deletes the old user, in
        this order. A new user gets the old one's friendly name, role and attributes where the task gives none. When a
        user with O(sid) does not exist any more, only O(identity) counts, so that the task can be run again.
      - V(false) fails and names both.
      - Twilio's documentation does not say what happens to what is tied to the old user, such as its memberships.
        They are not moved to the new one.
    type: bool
    default: false
  webhook_enabled:
    description:
      - Whether the change fires the webhooks of the service. If not given, that is left to Twilio.
    type: bool
  timeouts:
    description:
      - How many seconds an operation may take, all its requests, retries and waits included.
      - Requests are tried again after HTTP status 408, 429 and 5xx, after Twilio's codes for a conflicting change
        and after broken connections, with growing, random waits; a C(Retry-After) header of Twilio is honoured.
    type: dict
    suboptions:
      create:
        description: Seconds to create the user.
        type: float
        default: 600
      update:
        description: Seconds to change the user.
        type: float
        default: 600
      read:
        description: Seconds to read the user.
        type: float
        default: 300
      delete:
        description: Seconds to delete the user.
        type: float
        default: 600
notes:
  - Requests are counted. A task with nothing to do makes one, a task that creates, changes or deletes makes two, a
    replacement makes four at most. A user whose identity holds C(/), C(%) or a backslash, or is C(.) or C(..), may cost
    a listing of the service's users besides, since it is not known whether Twilio finds such an identity in a URL.
    In check mode, a user that would be created costs a second request, which makes sure that the service exists.
  - Names cost requests besides. With O(role), the roles of the service are listed, one request for each page of them.
    O(role_sid=default) takes one request. With O(state=absent) neither is looked up.
  - A user that is created or deleted by someone else while the task runs does no harm; the task plans anew. A creation
    whose answer is lost is not repeated before a look at what is there.
  - Users are also created by Twilio when a client connects for the first time, so that V(absent) can be undone by an
    application that is still running.
"""
