# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator for the tests of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.community.twilio.tests.emulator.client import RawClient
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread


@pytest.fixture(scope="session")
def running() -> Iterator[EmulatorThread]:
    """One emulator for all tests."""
    with EmulatorThread() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: EmulatorThread) -> EmulatorThread:
    """The emulator, as fresh as at its start."""
    running.control.reset()
    return running


@pytest.fixture
def api(emulator: EmulatorThread) -> Iterator[RawClient]:
    """A client of the API with the default account's credentials."""
    client = RawClient(emulator.url, emulator.account_sid, emulator.auth_token)
    yield client
    client.close()


@pytest.fixture(params=["v1", "v2"])
def version(request: pytest.FixtureRequest) -> str:
    """Each of the two products."""
    return str(request.param)


@pytest.fixture
def users(emulator: EmulatorThread, version: str) -> str:
    """The path of the default service's users."""
    return f"/{version}/Services/{emulator.service_sid}/Users"


@pytest.fixture
def roles(emulator: EmulatorThread, version: str) -> str:
    """The path of the default service's roles."""
    return f"/{version}/Services/{emulator.service_sid}/Roles"
