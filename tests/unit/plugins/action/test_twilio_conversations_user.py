# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import signal
import subprocess
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
    ActionModule._explain_missing_variables(cast(ActionModule, action), result, {})
    if names is None:
        assert result["msg"] == MESSAGE
    else:
        assert f" environment has {names}, but these are not set for the become user" in result["msg"]


def test_an_interrupted_command_is_ended_and_its_pipes_are_closed() -> None:
    """As `timeout` does it: in the middle of a connection's wait, of which only the frames are left."""
    commands: list[subprocess.Popen[bytes]] = []

    class TimeIsOver(BaseException):
        pass

    def exec_command() -> None:
        command = subprocess.Popen(["sleep", "600"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        commands.append(command)
        raise TimeIsOver

    action = SimpleNamespace(_execute_module=lambda **_arguments: exec_command(), _task=SimpleNamespace(async_val=0))
    with pytest.raises(TimeIsOver):
        ActionModule._execute(cast(ActionModule, action), None)
    (command,) = commands
    assert command.wait(timeout=30) == -signal.SIGTERM
    assert command.stdout is not None and command.stdout.closed
    assert command.stderr is not None and command.stderr.closed


@pytest.mark.parametrize(
    ("variables", "remedy"),
    [
        ({}, "run the task with become: false"),
        ({"ansible_become": True}, "run the task with the variable ansible_become: false, which overrides the keyword"),
    ],
)
def test_the_remedy_for_become_is_one_that_has_an_effect(
    variables: dict[str, Any], remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "x")
    result: dict[str, Any] = {"failed": True, "msg": MESSAGE}
    action = SimpleNamespace(_connection=SimpleNamespace(become=True, transport="local"))
    ActionModule._explain_missing_variables(cast(ActionModule, action), result, variables)
    assert remedy in result["msg"]
