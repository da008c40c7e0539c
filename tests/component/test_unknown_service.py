# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that deletes from a service that does not exist changes nothing, and says why."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    UNKNOWN_ROLE,
    UNKNOWN_SERVICE,
    UNKNOWN_USER,
    Twilio,
    summary_of,
)

TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "a user": ("user", {"identity": "alice"}),
    "a user whose identity only the list has": ("user", {"identity": ".."}),
    "a user by its SID": ("user", {"sid": UNKNOWN_USER}),
    "a role": ("role", {"friendly_name": "guest"}),
    "a role by its SID": ("role", {"sid": UNKNOWN_ROLE}),
    "users": ("users", {"users": [{"identity": "alice"}, {"identity": "bob"}]}),
    "users, listed": ("users", {"users": [{"identity": f"user {n}"} for n in range(30)], "concurrency": 1}),
}


@pytest.mark.parametrize("check", [False, True], ids=["real", "check mode"])
@pytest.mark.parametrize(("module", "options"), TASKS.values(), ids=TASKS)
def test_a_warning(twilio: Twilio, module: str, options: dict[str, Any], check: bool) -> None:
    run = getattr(twilio, module)
    does_not_exist = "does not exist, or not in this account and region; nothing was deleted. Is the option"
    assert run(service_sid=UNKNOWN_SERVICE, state="absent", check=check, **options)["changed"] is False
    assert twilio.warnings == [f"{twilio.product.title} service {UNKNOWN_SERVICE} {does_not_exist} service_sid right?"]
    twilio.warnings.clear()
    assert run(service="Nowhere", state="absent", check=check, **options)["changed"] is False
    assert twilio.warnings == [f"{twilio.product.title} service 'Nowhere' {does_not_exist} service right?"]


@pytest.mark.parametrize(("module", "options"), TASKS.values(), ids=TASKS)
def test_no_warning_where_the_service_exists(twilio: Twilio, module: str, options: dict[str, Any]) -> None:
    run = getattr(twilio, module)
    assert run(state="absent", **options)["changed"] is False
    twilio.control.seed({"services": [{"sid": "IS" + "5" * 32, "friendly_name": "Support"}]})
    with twilio.sent() as sent:
        assert run(service="Support", state="absent", **options)["changed"] is False
    assert twilio.warnings == []
    if module != "users":
        # The name has been found.
        assert not [request for request in sent if request["path"].endswith("/Services/IS" + "5" * 32)]


@pytest.mark.parametrize("place", [{"service_sid": UNKNOWN_SERVICE}, {"service": "Nowhere"}], ids=["sid", "name"])
def test_the_state_of_each_user_decides(twilio: Twilio, place: dict[str, Any]) -> None:
    absent: dict[str, Any] = {"identity": "alice", "state": "absent"}
    failure = twilio.users_fail([absent, {"identity": "bob", "state": "present"}], state="absent", **place)
    assert "does not exist, or not in this account and region" in failure.message
    assert twilio.warnings == []
    assert twilio.users([absent], **place)["summary"] == summary_of(unchanged=1)
    assert len(twilio.warnings) == 1
    assert "does not exist" in twilio.users_fail([absent], prune=True, **place).message


def test_a_service_that_is_gone_is_what_is_wanted(twilio: Twilio) -> None:
    assert twilio.service(sid=UNKNOWN_SERVICE, state="absent")["changed"] is False
    assert twilio.service(friendly_name="Nowhere", state="absent")["changed"] is False
    assert twilio.warnings == []
