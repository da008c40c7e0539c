# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from argparse import Namespace

import pytest

from tests.harness.execution_modes import AS_MODULE, ON_CONTROLLER
from tests.harness.integration import CHAT, CONVERSATIONS, rounds

ONE = ("twilio_chat_user",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [(ON_CONTROLLER, CONVERSATIONS), (AS_MODULE, CONVERSATIONS), (ON_CONTROLLER, CHAT)]),
        ({"only_on_controller": True}, [(ON_CONTROLLER, CONVERSATIONS), (ON_CONTROLLER, CHAT)]),
        ({"only_on_controller": True, "only_conversations": True}, [(ON_CONTROLLER, CONVERSATIONS)]),
        ({"only_modules": True}, [(AS_MODULE, CONVERSATIONS)]),
        ({"targets": list(ONE)}, [(ON_CONTROLLER, ONE), (AS_MODULE, ONE)]),
        ({"targets": list(ONE), "only_conversations": True, "only_on_controller": True}, [(ON_CONTROLLER, ONE)]),
    ],
)
def test_what_runs_in_which_mode(given: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    options = {"targets": [], "only_modules": False, "only_on_controller": False, "only_conversations": False, **given}
    assert rounds(Namespace(**options)) == expected
