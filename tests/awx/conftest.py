# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of AWX need: a stand-in for its API that configure.yml has set up, and an emulator of Twilio."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.emulator import RunningEmulator, running_emulator
from tests.harness.paths import ROOT, link_tree

from . import awx_collection
from .stand_in import StandIn, Store

if TYPE_CHECKING:
    from .job import Job

EXAMPLE = ROOT / "examples" / "awx"
ACCOUNT = "AC" + "5ec2e7" * 5 + "00"
TOKEN = "to7Ken/tHat+no=One&sees%41"
KEY = "SK" + "a11ce5" * 5 + "00"
SECRET = "sE9Cret/oF+the=kEy&sees%42"
CLIENT = "OQ" + "c11e47" * 5 + "00"
CLIENT_SECRET = "cL4ient/seCret+oF=oAuth&sees%46"
SERVICE = "IS0123456789abcdef0123456789abcdef"


def pytest_configure(config: pytest.Config) -> None:
    """Take no notice of the threads beside the fork in ansible-runner: the child starts ansible-playbook at once."""
    config.addinivalue_line("filterwarnings", "ignore:.*use of forkpty.*:DeprecationWarning")


Configure = Callable[..., subprocess.CompletedProcess[str]]


def clean_environment(home: Path) -> dict[str, str]:
    """Variables for any ansible command: the collections are found, and nothing of the user's own gets in."""
    foreign = ("TWILIO_", "ANSIBLE_", "CONTROLLER_", "TOWER_", "PYTHON")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        "ANSIBLE_HOME": str(home / "ansible-home"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def configuring(stand_in: StandIn, home: Path, **values: str) -> Configure:
    """A function that runs examples/awx/configure.yml against the stand-in, with further arguments.

    :param values: the fields of the credential, as TWILIO_* in the environment.
    """
    environment = {
        **clean_environment(home),
        **stand_in.environment,
        **{f"TWILIO_{name.upper()}": value for name, value in values.items()},
        "ANSIBLE_COLLECTIONS_PATH": f"{awx_collection.fetch()}{os.pathsep}{link_tree()}",
        # awx.awx uses parts of ansible-core that newer versions warn of.
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
    }

    def configure(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", str(EXAMPLE / "configure.yml"), *arguments]
        return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)

    return configure


@dataclass
class Configured:
    """AWX after examples/awx/configure.yml.

    :ivar store: what it holds.
    :ivar first: how the run ended that made it, at a high verbosity.
    :ivar run: runs it once more, with further arguments.
    """

    store: Store
    first: subprocess.CompletedProcess[str]
    run: Configure


@pytest.fixture(scope="session")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configured]:
    """AWX after examples/awx/configure.yml; nothing in it is to be changed."""
    with StandIn() as stand_in:
        home = tmp_path_factory.mktemp("configured")
        configure = configuring(stand_in, home, account_sid=ACCOUNT, auth_token=TOKEN, accounts="{}")
        first = configure("-vvv")
        assert first.returncode == 0, first.stdout + first.stderr
        yield Configured(stand_in.store, first, configure)


@pytest.fixture
def store(configured: Configured) -> Store:
    """What AWX holds after examples/awx/configure.yml."""
    return configured.store


@pytest.fixture(scope="session")
def emulator_process() -> Iterator[RunningEmulator]:
    """The one emulator of the session; a test takes `emulator`."""
    with running_emulator() as running:
        yield running


@pytest.fixture
def emulator(emulator_process: RunningEmulator) -> RunningEmulator:
    """The emulator, with the account and the service of these tests, and nobody in it."""
    account = {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key": KEY, "api_secret": SECRET}
    client = {"account_sid": ACCOUNT, "clients": [{"sid": CLIENT, "secret": CLIENT_SECRET}]}
    services = [{"sid": SERVICE, "friendly_name": "Shop"}]
    emulator_process.reset({"account": account, "accounts": [client], "services": services})
    return emulator_process


@pytest.fixture
def credential(emulator: RunningEmulator) -> dict[str, str]:
    """The inputs of the credential "Twilio" that leads to the emulator."""
    return {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_base_url": emulator.url}


@pytest.fixture
def new_job(store: Store, tmp_path: Path, credential: dict[str, str]) -> Callable[..., Job]:
    """Make a job of a job template, with the credential "Twilio" if no others are named."""
    from .job import Job

    def make(template: str, **fields: Any) -> Job:
        return Job(store, tmp_path, template, **{"credentials": {"Twilio": credential}, **fields})

    return make
