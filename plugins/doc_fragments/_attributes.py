# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules, which describe the features of Ansible that they support."""

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

    # For all modules. Each of them has an action plugin.
    EXECUTION_MODE = r"""
options: {}
attributes:
  action:
    description:
      - Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - If possible, the whole task runs on the controller in the process of Ansible, in a fraction of the time that a
        module takes.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details:
      - With C(async), the task always runs as a module.
notes:
  - A task runs on the controller, in the process of Ansible, if its connection is local (also by C(delegate_to)), it
    uses neither C(become) nor C(async), and the Python interpreter that runs Ansible has the required libraries.
    Otherwise it runs as a module, with the same result.
  - C(ansible_python_interpreter) has no effect on a task that runs on the controller. To always run a task as a module,
    set the variable C(community_twilio_in_process) to V(false) for the task, play, host, or group.
  - Environment variables are those of the process that runs the task, and those that the keyword C(environment) sets.
    Do not put secrets into this keyword, since Ansible shows it with C(-vvv) if the task runs as a module.
"""
