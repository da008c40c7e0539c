# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of the collection, made where ansible-test and ansible-galaxy want it.

ansible-test insists that a collection really lies at `ansible_collections/<namespace>/<name>`, refuses a link, and
passes over whatever git ignores. So it works on a copy outside this clone, with a git repository of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .paths import ROOT

# What no copy needs when there is no git to ask: what this project's tools and commands leave behind.
_LEFT_BEHIND = {".git", ".build", ".ansible", ".hypothesis", ".nox", ".venv", "__pycache__", "output"}


def files() -> list[Path]:
    """Every file of the collection, relative to its top: what git tracks or would track."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "-C", str(ROOT), "ls-files", "-coz", "--exclude-standard"]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [Path(name) for name in listing.split("\0") if name and (ROOT / name).is_file()]
    return list(_walk())


def _walk() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        kept = [each for each in folders if each not in _LEFT_BEHIND and not each.endswith("_cache")]
        folders[:] = sorted(kept)
        for name in sorted(names):
            if not name.endswith((".pyc", ".tar.gz")) and not name.startswith(".coverage."):
                yield (Path(folder) / name).relative_to(ROOT)


@contextmanager
def collection_copy() -> Iterator[Path]:
    """A copy of the collection at `<temporary folder>/ansible_collections/community/twilio`; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="community-twilio-") as top:
        target = Path(top).resolve() / "ansible_collections" / "community" / "twilio"
        for name in files():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
        if shutil.which("git"):
            subprocess.run(["git", "init", "-q", str(target)], check=True)
        yield target


def add_component_tests(copy: Path) -> None:
    """Put the component tests of a copy beside its unit tests of the modules, where ansible-test runs them.

    ansible-test knows no other folder, and is the only way to run them on the oldest Python that the modules support.
    """
    for test in sorted((copy / "tests" / "component").glob("test_*.py")):
        test.rename(copy / "tests" / "unit" / "plugins" / "modules" / test.name)
