# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to the arguments of a task before they are validated."""

from __future__ import annotations

import copy

from ansible_collections.community.twilio.plugins.module_utils._modules.users import CONVERSATIONS_USERS
from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import validate


def test_validation_neither_copies_nor_changes_the_entries() -> None:
    entries = [{"identity": "alice", "attributes": {"team": "support"}}, {"identity": "bob", "unknown": None}]
    before = copy.deepcopy(entries)
    given = {"service_sid": "IS" + "0" * 32, "users": entries}
    validated = validate(CONVERSATIONS_USERS.spec({}), given, {}, list_option="users").arguments["users"]
    assert all(one is other for one, other in zip(validated, entries))
    assert entries == before
