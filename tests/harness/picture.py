# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw a real run of the first playbook of the README, in check mode against the emulator: `nox -s pictures`.

Without Ansible's warnings that there is no inventory, and that localhost is meant.
The functional tests fail if docs/dry-run.svg is not what a run prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from . import paths
from .demo import ansible_environment
from .emulator import running_emulator

PICTURE = paths.ROOT / "docs" / "dry-run.svg"
COMMAND = ("ansible-playbook", "users.yml", "--check", "--diff")
# What makes Ansible print colours into a pipe.
COLOURED = {"ANSIBLE_FORCE_COLOR": "true", "ANSIBLE_NOCOLOR": None, "NO_COLOR": None}

_COLOUR = re.compile(r"\x1b\[([0-9;]*)m")
_NAMES = {"31": "red", "32": "green", "33": "yellow", "36": "cyan"}
_LINE = 18
_COLUMN = 7.9
_MARGIN = 18
_STYLE = """
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #24292f; }
rect { fill: #f6f8fa; stroke: #d0d7de; }
.red { fill: #b3261e; } .green { fill: #116329; } .yellow { fill: #7d4e00; } .cyan { fill: #0a5f73; }
@media (prefers-color-scheme: dark) {
  text { fill: #d6dce3; }
  rect { fill: #161b22; stroke: #3d444d; }
  .red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; } .cyan { fill: #56c7d8; }
}
"""


def draw(output: str) -> str:
    """Return an SVG picture of a terminal with the command and this output, in its colours."""
    lines = [f"$ {' '.join(COMMAND)}", *output.rstrip().splitlines()]
    width = round(max(len(_COLOUR.sub("", line)) for line in lines) * _COLUMN) + 2 * _MARGIN
    height = len(lines) * _LINE + 2 * _MARGIN
    title = f"What {' '.join(COMMAND)} prints for the first playbook of the README"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
    ]
    colour = ""
    for number, line in enumerate(lines):
        spans = ""
        for index, part in enumerate(_COLOUR.split(line)):
            if index % 2:
                colour = _NAMES.get(part.split(";")[-1], "")
            elif part:
                spans += f'<tspan class="{colour}">{escape(part)}</tspan>' if colour else escape(part)
        if spans:
            parts.append(f'<text x="{_MARGIN}" y="{_MARGIN + number * _LINE + 13}" xml:space="preserve">{spans}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    """Run the playbook and write the picture."""
    playbook = (paths.ROOT / "README.md").read_text().split("```yaml\n")[1].split("```")[0]
    with running_emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "users.yml").write_text(playbook)
        environment = {**ansible_environment(Path(sys.executable).parent), **emulator.environment, **COLOURED}
        done = subprocess.run(
            COMMAND,
            cwd=folder,
            env={name: value for name, value in environment.items() if value is not None},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    PICTURE.write_text(draw(done.stdout))
    print(f"Written: {os.path.relpath(PICTURE)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
