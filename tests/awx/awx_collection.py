# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get the collection awx.awx, of a pinned version: it is part of the Python package "ansible"."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.harness.paths import BUILD

# ansible 14 does not have it.
PACKAGE = "ansible==11.13.0"
VERSION = "24.6.1"
FOLDER = "ansible_collections/awx/awx/"
TREE = BUILD / "awx"


def fetch() -> Path:
    """Make the tree in which Ansible finds awx.awx, if it is not there; returns its top."""
    manifest = TREE / FOLDER / "MANIFEST.json"
    if not manifest.is_file() or json.loads(manifest.read_text())["collection_info"]["version"] != VERSION:
        TREE.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=TREE.parent) as scratch:
            _extract(_download(Path(scratch)), Path(scratch) / "tree")
            # In one step. Another process of the tests may have been faster, which is as good.
            if not manifest.is_file():
                (Path(scratch) / "tree").rename(TREE)
    return TREE


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", PACKAGE]
    done = subprocess.run([*command, "--dest", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return next(folder.glob("*.whl"))


def _extract(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith(FOLDER)])
