# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.community.twilio.tests.emulator.client import Control


class ActionModule(ActionBase):
    """Call the controls of the emulator between other tasks, in check mode too (tests.harness.playbook.Part).

    The option `url` is the emulator's, and each of `calls` has a method, a name and data; the result has the answers.
    """

    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Make the calls, one after the other."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        control = Control(self._task.args["url"])
        answers = [control.call(each["method"], each["name"], each["data"]) for each in self._task.args["calls"]]
        return {**result, "answers": answers}
