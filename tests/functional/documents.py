# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the modules, as it stands in their files."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

import yaml

from tests.harness.paths import ROOT

FOLDER = ROOT / "plugins" / "modules"
MODULES = sorted(path.stem for path in FOLDER.glob("twilio_*.py"))
CHANGING = [name for name in MODULES if not name.endswith("_info")]
INFO = [name for name in MODULES if name.endswith("_info")]

SERVICE = "IS0123456789abcdef0123456789abcdef"
ROLE = "RL0123456789abcdef0123456789abcdef"
USER = "US0123456789abcdef0123456789abcdef"


def title(module: str) -> str:
    """The product of a module, as messages and headers name it."""
    return "Chat" if "_chat_" in module else "Conversations"


@cache
def document(module: str, name: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a module."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [name]:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise LookupError(f"{module} has no {name}.")
