# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which service: the options of the modules whose resources are in one."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  service_sid:
    description:
      - The SID of the service, V(IS) followed by 32 hexadecimal digits.
      - One of O(service_sid) and O(service) is required.
    type: str
  service:
    description:
      - The friendly name of the service, another way to say which service is meant. Case matters.
      - Friendly names are not unique. When several services have this one, the task fails and lists their SIDs.
      - Mutually exclusive with O(service_sid).
    type: str
notes:
  - With O(service), the services of the account are listed before anything else, which takes one request for each 100
    of them. In check mode, a service that an earlier task of the play would create is not there yet, so that no task
    finds it by its name.
"""
