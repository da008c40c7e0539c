# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio answers 404 to a creation: the service may be there, and the resource may have been created nevertheless."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import deadline
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    methods,
    numbered_users,
    summary_of,
)

MISSING: dict[str, Any] = {"status": 404, "code": 20404, "message": "The requested resource was not found"}


def create(twilio: Twilio, kind: str, **options: Any) -> tuple[str, dict[str, Any]]:
    """Return the path of the list and the options of a task that creates a user or a role."""
    if kind == "user":
        return "/Users$", {"identity": "alice", **options}
    permissions = ["editOwnUserInfo"]
    return "/Roles$", {"friendly_name": "clerk", "type": twilio.user_type, "permissions": permissions, **options}


def held(twilio: Twilio, kind: str) -> int:
    names = [*twilio.identities(), *(role["friendly_name"] for role in twilio.control.roles(twilio.service_sid))]
    return names.count({"user": "alice", "role": "clerk"}[kind])


@pytest.mark.parametrize("kind", ["user", "role"])
@pytest.mark.parametrize(
    ("fault", "requests"),
    [("status_after", "GET CREATE GET GET"), ("status", "GET CREATE GET GET CREATE")],
    ids=["created", "not created"],
)
def test_it_is_looked_for_before_it_is_created_again(
    each_product: Twilio, kind: str, fault: str, requests: str
) -> None:
    path, options = create(each_product, kind)
    each_product.fault(fault, "POST", path=path, **MISSING)
    with each_product.sent() as sent:
        result = getattr(each_product, kind)(**options)
    assert (result["action"], held(each_product, kind)) == ("created", 1)
    assert methods(sent) == requests


@pytest.mark.parametrize("kind", ["user", "role"])
def test_it_goes_on_like_this(each_product: Twilio, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says that it is not the service."""
    monkeypatch.setattr(deadline, "MIN_REMAINING", 0.4)
    path, options = create(each_product, kind, timeouts={"create": 0.6})
    each_product.fault("status", "POST", path=path, times=None, **MISSING)
    failure = getattr(each_product, f"{kind}_fails")(**options)
    assert "within 0.6 s (timeouts.create): Twilio answered 404 Not Found, although the service exists" in (
        failure.message
    )
    assert (failure.result["status"], failure.result["code"]) == (404, 20404)
    assert held(each_product, kind) == 0


@pytest.mark.parametrize("kind", ["user", "role"])
@pytest.mark.parametrize("status", [404, 403], ids=["gone", "may not be read"])
def test_the_service_is_reported_unless_it_is_known_to_exist(each_product: Twilio, kind: str, status: int) -> None:
    path, options = create(each_product, kind, timeouts={"create": 5})
    each_product.fault("status", "POST", path=path, times=None, **MISSING)
    each_product.fault("status", "GET", path="/Services/[^/]*$", times=None, status=status, code=20404)
    failure = getattr(each_product, f"{kind}_fails")(**options)
    name = f"{each_product.product.title} service {each_product.service_sid}"
    assert failure.message == f"{name} does not exist, or not in this account and region"


@pytest.mark.parametrize("fault", ["status_after", "status"], ids=["created", "not created"])
def test_many_users(each_product: Twilio, fault: str) -> None:
    each_product.fault(fault, "POST", path="/Users$", after=50, times=20, **MISSING)
    users = numbered_users(200)
    with each_product.sent() as sent:
        result = each_product.users(users)
    assert result["summary"] == summary_of(created=200)
    assert sorted(each_product.identities()) == [user["identity"] for user in users]
    assert methods(sent).split().count("CREATE") == (200 if fault == "status_after" else 220)
