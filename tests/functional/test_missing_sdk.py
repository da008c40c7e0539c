# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A target whose Python has no Twilio SDK, or one that is too old."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.functional.documents import MODULES, SERVICE, enough
from tests.harness.execution_modes import AS_MODULE
from tests.harness.playbook import RunPlaybook
from tests.harness.sdk import lowest

# With the SDK beside Ansible, a task would not need any other Python.
pytestmark = pytest.mark.parametrize("execution_mode", [AS_MODULE], indirect=True)


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A Python with nothing but its standard library."""
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


def use_sdk(python: Path, version: str) -> None:
    """Let the SDK of this Python be found by another one, where it says that it is of this version."""
    spec = find_spec("twilio")
    assert spec is not None and spec.origin is not None
    installed = Path(spec.origin).parent
    [packages] = (python.parent.parent / "lib").glob("python3*/site-packages")
    (packages / "twilio").mkdir()
    (packages / "twilio" / "__init__.py").write_text(
        f"__path__.append({str(installed)!r})\n__version__ = {version!r}\n", encoding="utf-8"
    )
    (packages / "others.pth").write_text(f"{installed.parent}\n", encoding="utf-8")


def run(modules: list[str], python: Path, run_playbook: RunPlaybook) -> dict[str, str]:
    """Run each of the modules on this Python; give their messages."""
    tasks = [{"name": module, f"community.twilio.{module}": enough(module)} for module in modules]
    play = {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "tasks": tasks}
    result = run_playbook(json.dumps([play]), "--extra-vars", f"ansible_python_interpreter={python}")
    return {module: result.of(module)["msg"] for module in modules}


def test_without_the_sdk(bare_python: Path, run_playbook: RunPlaybook) -> None:
    kinds = sorted({module.split("_", 2)[2] for module in MODULES})
    # The two products have the same code; one module of each kind, of one product and the other.
    modules = [f"twilio_{('chat', 'conversations')[number % 2]}_{kind}" for number, kind in enumerate(kinds)]
    for module, message in run(modules, bare_python, run_playbook).items():
        assert message.startswith(f"Failed to import the required Python library (twilio >= {lowest()}) on "), module
        assert f"'s Python {bare_python}. Please read the module documentation and install it" in message, module
        assert "\n" not in message, module


def test_with_an_sdk_that_is_too_old(bare_python: Path, run_playbook: RunPlaybook) -> None:
    use_sdk(bare_python, "6.63.2")
    [message] = run(MODULES[:1], bare_python, run_playbook).values()
    assert message == f"The Python library twilio is 6.63.2; community.twilio needs {lowest()} or newer"


@pytest.mark.parametrize("version", [lowest(), "9.10.0-rc.1"])
def test_with_an_sdk_that_is_new_enough(version: str, bare_python: Path, run_playbook: RunPlaybook) -> None:
    use_sdk(bare_python, version)
    [message] = run(["twilio_conversations_user"], bare_python, run_playbook).values()
    assert message.startswith(f"Conversations service {SERVICE} does not exist")
