# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Chat that has ended: every module says what to do, and Conversations has the same service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    UNKNOWN_SERVICE,
    Twilio,
    numbered_users,
    summary_of,
)

WAY_OUT = (
    "Programmable Chat has reached its end of life (25 July 2022; in Twilio Flex 1 June 2026). Use the modules for"
    " Conversations with the same service_sid"
)
TASKS: list[tuple[str, dict[str, Any]]] = [
    ("user", {"identity": "alice"}),
    ("user", {"identity": "alice", "state": "absent"}),
    ("user", {"service": "Support", "identity": "alice"}),
    ("info", {}),
    ("info", {"identity": "alice"}),
    ("role", {"friendly_name": "clerk", "state": "absent"}),
    ("role", {"sid": "RL" + "0" * 32, "permissions": ["editOwnUserInfo"]}),
    ("role_info", {}),
    ("service", {"friendly_name": "Support"}),
    ("service", {"sid": UNKNOWN_SERVICE, "state": "absent"}),
    ("service_info", {}),
    # One user is fetched, and many are listed.
    ("users", {"users": numbered_users(1)}),
    ("users", {"users": numbered_users(300), "prune": True}),
    ("users", {"users": numbered_users(300), "state": "absent"}),
]


@pytest.mark.parametrize("check", [True, False], ids=["check mode", "run"])
@pytest.mark.parametrize(("module", "options"), TASKS)
def test_every_chat_module_says_what_to_do(chat: Twilio, module: str, options: dict[str, Any], check: bool) -> None:
    chat.control.switch(chat_closed=True)
    with chat.sent() as sent, pytest.raises(ModuleError) as caught:
        getattr(chat, module)(check=check, **options)
    assert caught.value.message.endswith(f": Twilio answered 410 Gone, code 20410: Gone. {WAY_OUT}")
    assert caught.value.result["status"] == 410
    # It is not retried, and no other user is tried.
    assert [request["status"] for request in sent] == [410]


def test_a_page_that_is_not_twilios_json(chat: Twilio) -> None:
    chat.fault("status", status=410, body="html", times=None)
    assert chat.user_fails(identity="alice").message.endswith(
        f": Twilio answered 410 Gone, without Twilio's explanation. {WAY_OUT}"
    )


def test_chat_ends_in_the_middle_of_many_users(chat: Twilio) -> None:
    """What was done is reported, and the rest is not tried."""
    chat.fault("status", "POST", status=410, after=20, times=None)
    failure = chat.users_fail(numbered_users(200), concurrency=1)
    assert failure.result["summary"] == summary_of(created=20, failed=1)
    assert WAY_OUT in failure.message
    assert "179 users not begun (Twilio would refuse them too)" in failure.message


def test_conversations_goes_on_with_the_same_service(chat: Twilio, conversations: Twilio) -> None:
    chat.user(identity="alice", friendly_name="Alice")
    chat.control.switch(chat_closed=True)
    result = conversations.user(identity="alice", friendly_name="Alice")
    assert (result["changed"], chat.service_sid) == (False, conversations.service_sid)
    conversations.fault("status", status=410, times=None)
    assert WAY_OUT not in conversations.user_fails(identity="alice").message
