# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things are. Everything that is made goes below one folder that git does not see."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
VENV = BUILD / "venv"
LOGS = BUILD / "logs"
COVERAGE = BUILD / "coverage"
OPENAPI = BUILD / "openapi"
REQUIREMENTS = ROOT / "tests" / "requirements"

# A tree in which the collection is found under its name: a link to this clone.
TREE = BUILD / "tree"


def link_tree() -> Path:
    """Make the tree in which Ansible and Python find `ansible_collections.community.twilio`; returns its top."""
    link = TREE / "ansible_collections" / "community" / "twilio"
    if not link.is_symlink() or link.resolve() != ROOT:
        link.parent.mkdir(parents=True, exist_ok=True)
        # In one step: another process may do the same at this moment.
        temporary = link.with_name(f"{link.name}.{os.getpid()}")
        temporary.symlink_to(ROOT, target_is_directory=True)
        temporary.replace(link)
    return TREE
