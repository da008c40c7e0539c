# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's documents, and an emulator that is held to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.community.twilio.tests.contract import fetch_openapi
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder with Twilio's documents: TWILIO_OPENAPI_DIR, else one in the build directory; fetched if need be."""
    folder = Path(os.environ.get("TWILIO_OPENAPI_DIR") or Path(__file__).parents[2] / ".build" / "openapi")
    fetch_openapi.fetch(folder)
    return folder


@pytest.fixture(scope="session")
def running(documents: Path) -> Iterator[EmulatorThread]:
    """One emulator for all tests."""
    with EmulatorThread(openapi=str(documents), proxy=True) as emulator:
        yield emulator


@pytest.fixture
def held(running: EmulatorThread) -> EmulatorThread:
    """The emulator, fresh; whoever uses it looks at the violations."""
    running.control.reset()
    running.control.clear_violations()
    return running


@pytest.fixture
def emulator(held: EmulatorThread) -> Iterator[EmulatorThread]:
    """The emulator, fresh; a test that leaves violations behind fails."""
    yield held
    assert held.control.violations() == []
