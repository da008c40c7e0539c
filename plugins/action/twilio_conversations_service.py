# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.twilio.plugins.module_utils._modules.service import CONVERSATIONS_SERVICE
from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import InProcessAction


class ActionModule(InProcessAction):
    """Runs the module of the same name."""

    definition = CONVERSATIONS_SERVICE
