# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a service still exists: one question for all that failed at the same time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._converge.lookup import ResourceLookup
from ansible_collections.community.twilio.plugins.module_utils._resources.definitions import USER
from ansible_collections.community.twilio.plugins.module_utils._twilio.products import CONVERSATIONS


class Client:
    """A client of a service that may be gone."""

    product = CONVERSATIONS
    reporter = None

    def __init__(self) -> None:
        self.exists = True
        self.questions = 0

    def service_exists(self, service_sid: str, deadline: Any, if_forbidden: bool) -> bool:
        assert (service_sid, if_forbidden) == ("IS1", False)
        self.questions += 1
        return self.exists


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def lookup(client: Client) -> ResourceLookup:
    return ResourceLookup(client, USER, "IS1", {"create": 1.0})  # type: ignore[arg-type]  # all that it needs


def test_an_answer_holds_for_what_began_before_it(client: Client, lookup: ResourceLookup) -> None:
    deadline = lookup.deadline("create")
    begun = time.monotonic()
    assert [lookup.service_existed(begun, deadline) for _each in range(3)] == [True] * 3
    assert client.questions == 1
    client.exists = False
    assert lookup.service_existed(time.monotonic(), deadline) is False
    assert client.questions == 2


def test_a_service_that_is_gone_does_not_come_back(client: Client, lookup: ResourceLookup) -> None:
    client.exists = False
    deadline = lookup.deadline("create")
    assert [lookup.service_existed(time.monotonic(), deadline) for _each in range(3)] == [False] * 3
    assert client.questions == 1
