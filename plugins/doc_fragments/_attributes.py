# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules: what of Ansible's own features they support."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/community.twilio.twilio) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - community.twilio.twilio
"""

    # For modules that change something.
    CHANGES = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
"""

    # For modules that only read.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module does not change anything.
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: full
    details:
      - This module does not change anything.
"""

    # For every module: there is an action plugin of the same name.
    IN_PROCESS = r"""
options: {}
attributes:
  action:
    description:
      - Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - The whole task is done in Ansible's own process where that is possible, at a small part of a module's cost.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details:
      - With C(async), the task always runs as a module.
notes:
  - A task is done in Ansible's own process, without a Python of its own, when its connection is local (also by
    C(delegate_to)), it has neither C(become) nor C(async), and the Python that runs Ansible has the required libraries.
    In every other case it runs as a module, with the same result.
  - C(ansible_python_interpreter) has no effect on a task that is done in process. Set the variable
    C(community_twilio_in_process) to V(false), for a task, a play, a host or a group, to always run as a module.
  - The environment variables are those of the process that does the task, with those of the keyword C(environment). Do
    not put a secret into this keyword, since Ansible itself shows it with C(-vvv) when the task runs as a module.
"""
