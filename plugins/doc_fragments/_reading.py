# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option of all that only reads."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  timeouts:
    description:
      - How many seconds reading may take, all its requests, retries and waits included.
      - Requests are tried again after HTTP status 408, 429 and 5xx, after Twilio's codes for a conflicting change
        and after broken connections, with growing, random waits; a C(Retry-After) header of Twilio is honoured.
    type: dict
    suboptions:
      read:
        description: Seconds to read.
        type: float
        default: 300
"""
