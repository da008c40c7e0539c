# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: as_json
type: stdout
short_description: Print the results of all tasks as one JSON text, at the end
description:
  - As the callback plugin ansible.posix.json does, for the functional tests, which have ansible-core alone.
author:
  - community.twilio contributors
"""


class CallbackModule(CallbackBase):
    """Task names to results."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "as_json"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._results: dict[str, Any] = {}

    def _keep(self, result: Any, **_options: Any) -> None:
        # The names without the underscore came with ansible-core 2.20.
        task = getattr(result, "task", None) or result._task
        self._results[task.get_name()] = getattr(result, "result", None) or result._result

    v2_runner_on_ok = v2_runner_on_failed = _keep

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """All is done."""
        self._display.display(json.dumps(self._results, default=str))
