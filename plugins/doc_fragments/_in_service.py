# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that identify the service, for modules that manage resources in a service."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  service_sid:
    description:
      - The SID of the service, V(IS) followed by 32 hexadecimal digits.
      - V(default) is the default service of the account, for Conversations only. The module reads it from the account
        with one additional request.
      - Either O(service_sid) or O(service) is required.
    type: str
  service:
    description:
      - The friendly name of the service, as an alternative to O(service_sid). Case-sensitive.
      - Friendly names are not unique. If several services have this name, the task fails and lists their SIDs.
      - Mutually exclusive with O(service_sid).
    type: str
notes:
  - O(service) takes one additional request for each 100 services of the account. In check mode, a service that an
    earlier task would create does not exist yet, so it is not found by its name.
"""
