# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: results
type: notification
short_description: Write the result of every task to a file, as JSON lines
description:
  - For the functional tests, which look at results and not at what is printed.
author:
  - community.twilio contributors
options:
  path:
    description: The file to write to.
    type: path
    required: true
    env:
      - name: TEST_RESULTS_FILE
    ini:
      - section: callback_results
        key: path
"""


class CallbackModule(CallbackBase):
    """One line for every task, host and loop item that ended."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "results"
    # ansible-test says itself which callbacks are enabled, and has no option for another one.
    CALLBACK_NEEDS_ENABLED = False

    def __init__(self) -> None:
        super().__init__()
        self._play = ""

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """Note its name."""
        self._play = play.get_name()

    def _write(self, status: str, result: Any, item: bool = False) -> None:
        # The names without the underscore came with ansible-core 2.20.
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        values = getattr(result, "result", None) or result._result
        line = {
            "play": self._play,
            "task": task.get_name().split(" : ")[-1],
            "action": task.action,
            "host": host.get_name(),
            "status": status,
            "item": item,
            "result": values,
        }
        with open(self.get_option("path"), "a", encoding="utf-8") as output:
            output.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """The task did what it should."""
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """The task failed."""
        self._write("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """The task was not for this host."""
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """The host could not be reached."""
        self._write("unreachable", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        """One item of a loop did what it should."""
        self._write("ok", result, item=True)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """One item of a loop failed."""
        self._write("failed", result, item=True)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        """One item of a loop was not for this host."""
        self._write("skipped", result, item=True)
