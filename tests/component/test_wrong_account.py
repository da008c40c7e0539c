# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API key of another account than ``account_sid``: Twilio does not notice it, so the modules do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    fails,
    methods,
    numbered_users,
)

OTHER = f"AC{'1' * 32}"
READ: dict[str, Callable[[Twilio], Any]] = {
    "a user": lambda twilio: twilio.user(identity="user 001", state="absent"),
    "users of a list": lambda twilio: twilio.users(numbered_users(3), state="absent"),
    "all users": lambda twilio: twilio.users(numbered_users(1), prune=True, max_deletions=9),
    "users by the name of a role": lambda twilio: twilio.info(role="service user"),
    "roles": lambda twilio: twilio.role_info(),
}


@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_what_belongs_to_another_account_is_refused(each_product: Twilio, read: Callable[[Twilio], Any]) -> None:
    each_product.users(numbered_users(3))
    emulator = each_product.emulator
    del each_product.options["auth_token"]
    each_product.options.update(account_sid=OTHER, api_key=emulator.api_key, api_secret=emulator.api_secret)
    with each_product.sent() as sent:
        failure = fails(lambda: read(each_product))
    assert f"account_sid is {OTHER}, but the credentials belong to {emulator.account_sid}" in failure.message
    assert set(methods(sent).split()) == {"GET"}


def test_a_bulk_task_fails_as_a_whole(conversations: Twilio) -> None:
    """Users that are read one by one do not fail one by one."""
    conversations.users(numbered_users(3))
    emulator = conversations.emulator
    del conversations.options["auth_token"]
    conversations.options.update(account_sid=OTHER, api_key=emulator.api_key, api_secret=emulator.api_secret)
    failure = conversations.users_fail(numbered_users(3))
    assert failure.message.startswith("Could not read user 'user 00")
    assert "summary" not in failure.result
