# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One emulator for all tests, as new for each; Hypothesis; waits that do not wait."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.community.twilio.plugins.module_utils._twilio import client, deadline
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import PRODUCTS, Twilio

# The same examples at every run, so that what is green stays green; HYPOTHESIS_PROFILE=explore looks further.
_COMMON: dict[str, Any] = {
    "deadline": None,
    "database": None,
    # The emulator is put back by the examples themselves.
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
settings.register_profile("steady", max_examples=50, derandomize=True, **_COMMON)
settings.register_profile("explore", max_examples=1000, print_blob=True, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[EmulatorThread]:
    with EmulatorThread() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def running_tls_emulator() -> Iterator[EmulatorThread]:
    with EmulatorThread(tls=True, proxy=True) as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: EmulatorThread) -> EmulatorThread:
    """Return the emulator as it is after its start."""
    be_alone(running_emulator)
    running_emulator.control.reset()
    return running_emulator


def be_alone(emulator: EmulatorThread) -> None:
    """Let nothing that an earlier test sent, and gave up, arrive in the next one."""
    client._client_of.cache_clear()
    end = time.monotonic() + 5
    while emulator.control.connections()["open"] > 1 and time.monotonic() < end:
        # After a fault, a client and the traceback that it was in hold each other.
        gc.collect()


@pytest.fixture
def tls_emulator(running_tls_emulator: EmulatorThread) -> EmulatorThread:
    """Return the emulator that listens for https too, and has a proxy before it."""
    be_alone(running_tls_emulator)
    running_tls_emulator.control.reset()
    running_tls_emulator.control.call("DELETE", "proxied")
    return running_tls_emulator


@pytest.fixture(params=sorted(PRODUCTS))
def each_product(request: pytest.FixtureRequest, emulator: EmulatorThread) -> Twilio:
    """Return each of the products in turn."""
    return Twilio(emulator, request.param)


@pytest.fixture
def twilio(each_product: Twilio) -> Twilio:
    """Return each of the products in turn; a file of tests in which they do not differ returns one of them instead."""
    return each_product


@pytest.fixture
def chat(emulator: EmulatorThread) -> Twilio:
    """Return Chat alone, for what only it can do."""
    return Twilio(emulator, "chat")


@pytest.fixture
def conversations(emulator: EmulatorThread) -> Twilio:
    """Return Conversations alone, for what only it can do."""
    return Twilio(emulator, "conversations")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait between tries, unless it is about waiting and sets these itself."""
    monkeypatch.setattr(deadline, "INITIAL_WAIT", 0.002)
    monkeypatch.setattr(deadline, "MAX_WAIT", 0.01)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from the environment of the process what could reach Twilio or a proxy past what a test says."""
    for name in list(os.environ):
        if name.startswith("TWILIO_") or name.endswith("_CA_BUNDLE") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
