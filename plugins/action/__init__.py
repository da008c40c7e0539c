# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import what the action plugin needs, the SDK among it, once.

Ansible imports this package in its main process, when it reads a task of the collection, but the action plugin to which
meta/runtime.yml routes the task only in the worker processes, at each task anew.
"""

from __future__ import annotations

import contextlib

# The action plugin gets the same error, and runs tasks as modules.
with contextlib.suppress(ImportError, AttributeError):
    from ansible_collections.community.twilio.plugins.plugin_utils import _definitions, _module_runner  # noqa: F401
