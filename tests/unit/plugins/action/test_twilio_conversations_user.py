# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ansible_collections.community.twilio.plugins.action.twilio_conversations_user import ActionModule

MESSAGE = "auth_token: is missing; give auth_token (or set TWILIO_AUTH_TOKEN)"


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"TWILIO_AUTH_TOKEN": "x"}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_AUTH_TOKEN": "x", "TWILIO_AUTH": "x", "T": "x"}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_AUTH_TOKEN": ""}, None),
        ({"TWILIO_AUTH": "x"}, None),
    ],
)
def test_variables_that_are_not_seen_are_named_by_their_whole_names(
    environment: dict[str, str], names: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result: dict[str, Any] = {"failed": True, "msg": MESSAGE}
    action = SimpleNamespace(_connection=SimpleNamespace(become=True, transport="local"))
    ActionModule._explain_missing_variables(cast(ActionModule, action), result)
    if names is None:
        assert result["msg"] == MESSAGE
    else:
        assert f" environment has {names}, but these are not set for the become user" in result["msg"]
