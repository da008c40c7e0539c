# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let plain pytest find the collection, whatever folder the clone is in."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent


def is_importable() -> bool:
    """Return whether Python finds this collection, and not another copy of it."""
    try:
        package = importlib.import_module("ansible_collections.community.twilio.tests")
    except ModuleNotFoundError:
        return False
    return any(Path(folder).resolve() == TESTS for folder in package.__path__)


# ansible-test has an import hook of its own, with which the collection is found already.
if not is_importable():
    from tests.harness.paths import link_tree

    sys.path.insert(0, str(link_tree()))
    if not is_importable():
        raise pytest.UsageError(
            "Python finds another ansible_collections before this one. Run the tests in a virtual environment with"
            " ansible-core and without the package ansible; see CONTRIBUTING.md."
        )
