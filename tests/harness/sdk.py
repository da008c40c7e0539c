# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Twilio SDK a run gets: the newest, or the lowest that the collection says it supports."""

from __future__ import annotations

import re
from pathlib import Path

from .paths import ROOT

_STATEMENT = re.compile(r"^twilio>=([0-9.]+)$", re.MULTILINE)


def lowest() -> str:
    """The lowest supported version, as `requirements.txt` states it."""
    found = _STATEMENT.search((ROOT / "requirements.txt").read_text())
    if not found:
        raise LookupError("requirements.txt does not say which Twilio SDK is the lowest.")
    return found[1]


def pin_lowest(collection: Path) -> None:
    """In a copy of the collection, let the tests install the lowest supported SDK and no newer one."""
    for name in ("unit", "integration"):
        path = collection / "tests" / name / "requirements.txt"
        text, count = _STATEMENT.subn(f"twilio=={lowest()}", path.read_text())
        if count != 1:
            raise LookupError(f"{path.name} of the {name} tests does not say which Twilio SDK is the lowest.")
        path.write_text(text)
