# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeouts of modules that only read, and of the inventory plugin."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  timeouts:
    description:
      - The maximum time in seconds for reading, including all requests, retries, and waits.
      - Requests are retried after HTTP status 408, 429, and 5xx, after Twilio error codes that report a conflicting
        change, and after connection failures. The delays are random and increase with each try. A C(Retry-After) header
        of the response is respected.
    type: dict
    suboptions:
      read:
        description: The maximum time to read.
        type: float
        default: 300
"""
