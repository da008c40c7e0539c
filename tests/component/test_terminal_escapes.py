# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from Twilio cannot do anything to a terminal, in whatever message it stands."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio

# Colours, a forged line, C1's CSI, text that runs backwards, a line separator.
HOSTILE = "x\x1b[31m\n[WARNING]: forged\x9b2J\u202egnp\u2028\x7f\0"
SHOWN = r"x\x1b[31m\n[WARNING]: forged\x9b2J\u202egnp\u2028\x7f\x00"
RAW = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def refuse(twilio: Twilio, method: str, message: str = HOSTILE) -> None:
    twilio.fault("status", method, times=None, status=400, code=20001, message=message)


def test_in_every_message(twilio: Twilio) -> None:
    """Whatever the module, and whatever it does."""
    twilio.seed("alice")
    role = {"friendly_name": "guest", "type": twilio.user_type, "permissions": ["editOwnUserInfo"]}
    failures: list[ModuleError] = []
    refuse(twilio, "POST")
    failures += [twilio.user_fails(identity="bob"), twilio.user_fails(identity="alice", friendly_name="x")]
    failures += [twilio.role_fails(**role), twilio.users_fail([{"identity": "bob"}])]
    refuse(twilio, "DELETE")
    failures += [twilio.user_fails(identity="alice", state="absent")]
    failures += [twilio.users_fail([{"identity": "alice"}], state="absent")]
    refuse(twilio, "GET")
    failures += [twilio.info_fails(identity="alice"), twilio.info_fails(), twilio.user_fails(identity="alice")]
    failures += [twilio.users_fail([{"identity": "alice"}]), twilio.info_fails(role="agent")]
    for failure in failures:
        assert SHOWN in failure.message
        for text in (
            failure.message,
            str(failure),
            *(each.get("msg", "") for each in failure.result.get("results", ())),
        ):
            assert not RAW.search(text), text


def test_in_names_that_a_message_lists(twilio: Twilio) -> None:
    twilio.seed_role(HOSTILE)
    sid = twilio.seed(HOSTILE)["sid"]
    for failure in (
        twilio.user_fails(identity="alice", role="agent"),
        twilio.user_fails(sid=sid, identity="alice"),
        twilio.user_fails(sid=sid, role="agent"),
    ):
        assert "forged" in failure.message
        assert not RAW.search(failure.message)


def test_in_the_headers_of_a_diff(twilio: Twilio) -> None:
    sid = twilio.seed(HOSTILE)["sid"]
    diff = twilio.user(sid=sid, friendly_name=HOSTILE)["diff"]
    assert diff["before_header"] == diff["after_header"] == f"{twilio.product.title} user {SHOWN}"
    # Ansible escapes the rest, which is what the user has.
    assert diff["after"]["friendly_name"] == HOSTILE
    assert not RAW.search(json.dumps(diff["after"]))


def test_a_message_of_twilio_has_a_limited_length(twilio: Twilio) -> None:
    refuse(twilio, "POST", "long " * 5000)
    assert len(twilio.user_fails(identity="bob").message) == 4000
    failure = twilio.users_fail([{"identity": f"user {number}"} for number in range(5)], on_error="continue")
    assert len(failure.message) < 4000
    assert failure.message.startswith("5 users failed: ")
    assert failure.message.endswith("...; and 2 more, see results")
    assert {len(each["msg"]) for each in failure.result["results"]} == {1000}


@pytest.mark.parametrize("name", ["more_info", "request_id"])
def test_in_what_twilio_adds_to_an_error(name: str) -> None:
    details: dict[str, Any] = {name: HOSTILE, "user": {name: HOSTILE}}
    assert ModuleError("x", **details).result == {name: SHOWN, "user": {name: HOSTILE}}
