# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import the requirements of the action plugin, including the SDK, only once.

Ansible imports this package in its main process, when it loads a task of the collection. It imports the action plugin
itself only in the worker processes, again for each task.
"""

from __future__ import annotations

import contextlib

# On an error, the action plugin gets the same error, and runs tasks as modules.
with contextlib.suppress(ImportError, AttributeError):
    from ansible_collections.community.twilio.plugins.plugin_utils import _definitions, _module_runner  # noqa: F401
