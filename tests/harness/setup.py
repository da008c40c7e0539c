# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the environment of the project's own tools: a virtual environment with uv and nox. Needs no package.

Called by the Makefile, with any Python that is new enough; the environment is made with the newest on this machine that
the newest ansible-core takes, or with exactly this one when `--this` is given.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.harness import certificates, paths, pythons


def main(arguments: list[str]) -> int:
    """Make the environment unless it is there already."""
    requirements = paths.REQUIREMENTS / "tools.txt"
    stamp = paths.VENV / "made-for"
    this = "--this" in arguments
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest() + (f" {sys.executable}" if this else "")
    python = paths.VENV / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == wanted and pythons.version_of(python):
        return 0
    base = Path(sys.executable) if this else best_python()
    print(f"Setting up {paths.VENV.relative_to(paths.ROOT)} with {base} ...", flush=True)
    shutil.rmtree(paths.VENV, ignore_errors=True)
    subprocess.run([base, "-m", "venv", paths.VENV], check=True)
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    environment = dict(os.environ)
    certificates.use_system_store(environment)
    subprocess.run([*pip, "install", "-r", str(requirements)], check=True, env=environment)
    stamp.write_text(wanted)
    return 0


def hint(error: subprocess.CalledProcessError) -> str:
    """What the user can do about a command that failed."""
    if "pip" in error.cmd:
        return "CONTRIBUTING.md describes what to set behind a company's package index or certificate authority."
    return "On Debian and Ubuntu, Python needs the package python3-venv."


def best_python() -> Path:
    """The Python for the tools, which is the one that runs the newest ansible-core of this machine."""
    _core, version = pythons.newest_core()
    found = pythons.find(version)
    return found if found else Path(sys.executable)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LookupError as error:
        sys.exit(f"{error} Install Python 3.12 or newer; see CONTRIBUTING.md.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"Setting up failed: {error}. {hint(error)}")
