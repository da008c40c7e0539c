# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every functional test needs: an emulator, and a way to run a playbook and look at its results.

Example::

    from tests.harness.emulator import RunningEmulator
    from tests.harness.playbook import RunPlaybook

    def test_create(emulator: RunningEmulator, run_playbook: RunPlaybook) -> None:
        result = run_playbook(f'''
          - name: Create a user
            community.twilio.twilio_conversations_user:
              service_sid: {emulator.service_sid}
              identity: front-desk
        ''')
        assert result.rc == 0
        assert result.tasks[-1]["action"] == "created"
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.harness.emulator import RunningEmulator, running_emulator
from tests.harness.execution_modes import ON_CONTROLLER
from tests.harness.paths import ROOT, link_tree
from tests.harness.playbook import Result, RunPlaybook, written

PLUGINS = Path(__file__).resolve().parent / "plugins"
# One start may serve many tests, on a machine that does other things too.
TIMEOUT_SECONDS = 600


@pytest.fixture(scope="session")
def emulator_process() -> Iterator[RunningEmulator]:
    """The one emulator of the session; a test takes `emulator`."""
    with running_emulator() as running:
        yield running


@pytest.fixture
def emulator(emulator_process: RunningEmulator) -> RunningEmulator:
    """The emulator, as if just started."""
    emulator_process.reset()
    return emulator_process


@pytest.fixture
def ansible_environment(tmp_path: Path) -> dict[str, str]:
    """The variables for any ansible command: the collection is found, and nothing of the user's own gets in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "ANSIBLE_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept.pop("PYTHONPATH", None)
    settings = tmp_path / "ansible.cfg"
    settings.touch()
    return {
        **kept,
        "ANSIBLE_ACTION_PLUGINS": str(PLUGINS / "action"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_COLLECTIONS_PATH": str(link_tree()),
        "ANSIBLE_CONFIG": str(settings),
        "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "TEST_RESULTS_FILE": str(tmp_path / "results.jsonl"),
    }


@pytest.fixture
def execution_mode(request: pytest.FixtureRequest) -> str | None:
    """How the tasks of a playbook run (tests.harness.execution_modes), where a test is parametrized with it.

    None leaves it to the collection, which runs them on the controller where it may.
    """
    return getattr(request, "param", None)


@pytest.fixture
def run_playbook(
    tmp_path: Path, ansible_environment: dict[str, str], emulator: RunningEmulator, execution_mode: str | None
) -> RunPlaybook:
    """Run ansible-playbook with the collection; TWILIO_* lead to the emulator."""
    switch = json.dumps({"community_twilio_in_process": execution_mode == ON_CONTROLLER})
    by_mode = [] if execution_mode is None else ["--extra-vars", switch]

    def run(
        playbook: str | Path, *arguments: str, env: Mapping[str, str | None] | None = None, check_rc: bool = False
    ) -> Result:
        path = playbook if isinstance(playbook, Path) else written(playbook, tmp_path)
        results = Path(ansible_environment["TEST_RESULTS_FILE"])
        results.unlink(missing_ok=True)
        environment = {**ansible_environment, **emulator.environment, **(env or {})}
        done = subprocess.run(
            ["ansible-playbook", str(path), *by_mode, *arguments],
            cwd=tmp_path,
            env={name: value for name, value in environment.items() if value is not None},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        lines = results.read_text().splitlines() if results.is_file() else []
        result = Result(done.returncode, done.stdout, done.stderr, [json.loads(line) for line in lines])
        if check_rc:
            assert result.rc == 0, result.output
        return result

    return run


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of this clone."""
    return ROOT
