# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that read roles."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  friendly_name:
    description:
      - Read the role with this name. Case matters. When several roles have it, the task fails and lists their SIDs.
    type: str
  sid:
    description:
      - Read the role with this SID, V(RL) followed by 32 hexadecimal digits.
      - If O(friendly_name) is given too, it must be the name of this role.
    type: str
  limit:
    description:
      - Return at most so many roles, 1 or more. No page is read that is not needed.
    type: int
notes:
  - Reading all roles, or one by its name, takes one request for each page; reading one by its SID takes one. When there
    is no role with this SID, one more makes sure that the service exists.
"""
