# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Pythons of this machine: those on PATH and those of pyenv, told from the shims that only pretend to be one.

A pyenv shim exists for every version that is installed, also for those that are not active; such a shim fails when it
is called, but nox, uv and ansible-test take it for a Python. So the folders of the real ones come first.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from .versions import CORES, Core


@functools.cache
def pyenv_folders() -> tuple[Path, ...]:
    """The bin folders of the Pythons under pyenv, newest version first; none when there is no pyenv."""
    root = os.environ.get("PYENV_ROOT", "")
    if not root:
        if not shutil.which("pyenv"):
            return ()
        answer = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False)
        root = answer.stdout.strip()
    if not root:
        return ()
    found = [folder for folder in Path(root).glob("versions/*/bin") if (folder / "python").exists()]
    return tuple(sorted(found, key=lambda folder: _numbers(folder.parent.name), reverse=True))


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdigit())


def path_with_real_pythons(path: str) -> str:
    """PATH with the folders of pyenv's real Pythons before its shims, after all that stands before the shims."""
    folders = [each for each in path.split(os.pathsep) if each]
    real = [str(folder) for folder in pyenv_folders()]
    shims = next((index for index, each in enumerate(folders) if Path(each).name == "shims"), len(folders))
    return os.pathsep.join(dict.fromkeys([*folders[:shims], *real, *folders[shims:]]))


def find(version: str) -> Path | None:
    """A Python of this version ("3.12") that runs; None when this machine has none."""
    search = path_with_real_pythons(os.environ.get("PATH", os.defpath))
    for folder in search.split(os.pathsep):
        for name in (f"python{version}", "python3"):
            candidate = Path(folder) / name
            if os.access(candidate, os.X_OK) and candidate.is_file() and version_of(candidate) == version:
                return candidate
    return None


@functools.cache
def version_of(python: Path) -> str:
    """The version ("3.12") of a Python; empty when it does not run or cannot make a virtual environment."""
    code = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def newest_core() -> tuple[Core, str]:
    """The newest ansible-core that a Python of this machine takes, and that Python's version.

    :raises LookupError: no Python fits any supported ansible-core.
    """
    for core in CORES:
        version = controller(core)
        if version:
            return core, version
    raise LookupError("No Python on this machine can run any supported ansible-core.")


def controller(core: Core) -> str:
    """The newest Python of this machine that this ansible-core's controller runs on; empty when there is none."""
    return next((version for version in core.controllers if find(version)), "")
