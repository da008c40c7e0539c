# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that read services."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  friendly_name:
    description:
      - Read the service with this name. Case matters.
      - Friendly names are not unique. When several services have this one, the task fails and lists their SIDs.
    type: str
  sid:
    description:
      - Read the service with this SID, V(IS) followed by 32 hexadecimal digits.
      - If O(friendly_name) is given too, it must be the name of this service.
    type: str
  limit:
    description:
      - Return at most so many services, 1 or more. No page is read that is not needed.
    type: int
"""
