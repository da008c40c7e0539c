# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No credential is in anything that a task about services, roles and names returns or raises."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio

TOKEN = "tokenThatNobodyMaySee"
API_SECRET = "apiSecretThatNobodyMaySee"
KEY = "SK" + "0" * 32
SOON = dict.fromkeys(("read", "create", "update", "delete"), 0.1)


@pytest.fixture(params=["token", "key"])
def secret_twilio(request: pytest.FixtureRequest, twilio: Twilio) -> Twilio:
    """Return the product with credentials that can be searched for."""
    if request.param == "token":
        twilio.control.reset({"account": {"auth_token": TOKEN}})
        twilio.options["auth_token"] = TOKEN
    else:
        twilio.control.reset({"account": {"api_key": KEY, "api_secret": API_SECRET}})
        twilio.options.update({"api_key": KEY, "api_secret": API_SECRET, "auth_token": TOKEN})
    return twilio


def outcome(run: Any, **options: Any) -> str:
    """Run a task; give everything that it lets out, which has to be a result or a ModuleError."""
    try:
        result = run(**options)
    except ModuleError as failure:
        assert not isinstance(failure.__cause__, Exception)
        assert failure.__suppress_context__ or failure.__context__ is None
        trace = traceback.format_exception(type(failure), failure, failure.__traceback__)
        return " ".join([str(failure), repr(failure), repr(vars(failure)), json.dumps(failure.result), *trace])
    return json.dumps(result) + repr(result)


def clean(text: str) -> None:
    for secret in (TOKEN, API_SECRET):
        assert secret not in text


def tasks(twilio: Twilio) -> list[tuple[Any, dict[str, Any]]]:
    """Return tasks that create, find, change, read and delete, in this order."""
    role = {"service": "Support", "friendly_name": "guest", "type": twilio.user_type}
    setting: dict[str, Any] = {"read_status_enabled": False}
    if twilio.name == "conversations":
        setting = {"configuration": {"reachability_enabled": True}, "webhooks": {"method": "GET"}}
    return [
        (twilio.service, {"friendly_name": "Support"}),
        (twilio.service, {"friendly_name": "Support", **setting}),
        (twilio.role, {**role, "permissions": ["editOwnUserInfo"]}),
        (twilio.role, {**role, "permissions": ["editOwnMessage"]}),
        (twilio.role, {**role, "type": twilio.member_type, "permissions": ["editOwnMessage"], "replace": True}),
        (twilio.user, {"service": "Support", "identity": "alice", "role": "service admin"}),
        (twilio.user, {"service": "Support", "identity": "alice", "role_sid": "default"}),
        (twilio.users, {"service": "Support", "users": [{"identity": "bob", "role": "service admin"}]}),
        (twilio.service_info, {"friendly_name": "Support"}),
        (twilio.role_info, {"service": "Support"}),
        (twilio.info, {"service": "Support", "role": "service admin"}),
        (twilio.role, {"service": "Support", "friendly_name": "guest", "state": "absent"}),
        (twilio.service, {"friendly_name": "Support", "state": "absent", "force": True}),
    ]


def test_no_success_holds_a_secret(secret_twilio: Twilio) -> None:
    for run, options in tasks(secret_twilio):
        for check in (True, False):
            text = outcome(run, check=check, **options)
            assert "changed" in text, text
            assert "ModuleError" not in text, text
            clean(text)
    assert "changed" in outcome(secret_twilio.service_info)


def test_no_disagreement_holds_a_secret(secret_twilio: Twilio) -> None:
    twin, _other = secret_twilio.seed_service("Twin"), secret_twilio.seed_service("Twin")
    sid = secret_twilio.seed_role("guest")
    secret_twilio.seed("alice")
    for run, options in (
        (secret_twilio.service, {"friendly_name": "Twin"}),
        (secret_twilio.service, {"sid": twin, "friendly_name": "Other", "state": "absent"}),
        (secret_twilio.service, {"sid": secret_twilio.service_sid, "state": "absent"}),
        (secret_twilio.user, {"service": "Twin", "identity": "alice"}),
        (secret_twilio.user, {"service": "nobody's", "identity": "alice"}),
        (secret_twilio.user, {"identity": "alice", "role": "nobody's"}),
        (secret_twilio.role, {"sid": sid, "friendly_name": "other"}),
        (secret_twilio.role, {"friendly_name": "other"}),
    ):
        text = outcome(run, **options)
        assert "ModuleError" in text
        clean(text)


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "400": ("status", {"status": 400}),
    "401": ("status", {"status": 401}),
    "403": ("status", {"status": 403}),
    "503": ("status", {"status": 503, "body": "html"}),
    "drop": ("drop_before", {}),
    "not json": ("not_json", {}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_failure_holds_a_secret(secret_twilio: Twilio, fault: Any, method: str) -> None:
    kind, details = fault
    secret_twilio.fault(kind, method, times=None, **details)
    failed = 0
    for run, options in tasks(secret_twilio):
        text = outcome(run, timeouts={"read": 0.1} if run.__name__.endswith("info") else SOON, **options)
        failed += "ModuleError" in text
        clean(text)
    # Nobody reads the answer to a deletion.
    assert failed or (kind, method) == ("not_json", "DELETE")
