# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python that is too old gets a message, before it loads code that it cannot run."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules import ansible_module

FILE = Path(ansible_module.__file__)


def test_the_message(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    monkeypatch.setattr(sys, "hexversion", 0x030812F0)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    with pytest.raises(SystemExit) as caught:
        exec(compile(FILE.read_text(), str(FILE), "exec"), {"__name__": "old_python"})
    assert caught.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "failed": True,
        "msg": (
            "community.twilio requires Python 3.9 or newer where its modules run; /usr/bin/python3 is Python 3.8.18."
            " Set ansible_python_interpreter to another one, or run the task with delegate_to: localhost"
        ),
    }


def test_an_older_python_can_read_it() -> None:
    """The modules themselves too, since they are read before they import anything."""
    modules = sorted((FILE.parents[2] / "modules").glob("twilio_*.py"))
    assert modules
    for path in (FILE, *modules):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    for path in modules:
        imports = [line for line in path.read_text().splitlines() if line.startswith("from ansible_collections.")]
        assert imports[0].endswith("._modules.ansible_module import run_module")
