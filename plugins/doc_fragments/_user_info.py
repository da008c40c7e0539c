# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that read users."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  identity:
    description:
      - Read the user with this identity. Case matters.
    type: str
  sid:
    description:
      - Read the user with this SID, V(US) followed by 32 hexadecimal digits, or with this Terraform import ID,
        C(/Services/IS.../Users/US...), whose service must be the one that the task means.
      - If O(identity) is given too, it must be the identity of this user.
    type: str
  role_sid:
    description:
      - Return only users with the role that has this SID, V(RL) followed by 32 hexadecimal digits.
    type: str
  role:
    description:
      - Return only users with the role that has this friendly name. Case matters. When there is no such role for users,
        or there are several, the task fails and says which ones there are.
      - Mutually exclusive with O(role_sid).
    type: str
  limit:
    description:
      - Return at most so many users, 1 or more. No page is read that is not needed.
    type: int
notes:
  - Reading all users takes one request for each page. Twilio returns RV(users[].is_online) and
    RV(users[].is_notifiable) only for a single user.
  - With O(role), the roles of the service are listed first, one request for each page of them.
"""
