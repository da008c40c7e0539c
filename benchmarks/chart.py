# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws what bulk.py has measured: the seconds of each way to do the same work, on a logarithmic axis.

    python benchmarks/chart.py .build/benchmarks/bulk.json docs/bulk.svg [--users 1000] [--latency 100] [--product NAME]

Needs matplotlib: benchmarks/requirements.txt.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot  # the backend has to be chosen before
from matplotlib.ticker import FuncFormatter, NullLocator

WORKS = {"create": "Create", "same": "Nothing to do", "update": "Update all", "delete": "Delete all"}
CASES = {
    "bulk": "bulk module, one task",
    "script": "script on the SDK, one after another",
    "loop": "loop over the module for one user",
    "uri": "loop over ansible.builtin.uri",
}
OURS, OTHERS, TEXT = "#1f6feb", "#b3bac4", "#24292f"


def label(seconds: float) -> str:
    """Give a time as people say it."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def draw(found: dict[tuple[str, str], list[dict[str, Any]]], title: str, path: Path) -> None:
    """Draw a group of bars for each work.

    :param found: work and case to the runs.
    :param title: stands above.
    :param path: the SVG file to write.
    """
    mpl.rcParams.update(
        {"svg.fonttype": "none", "svg.hashsalt": "bulk", "font.family": "sans-serif", "text.color": TEXT}
    )
    works = [work for work in WORKS if any((work, case) in found for case in CASES)]
    cases = [case for case in CASES if any((work, case) in found for work in works)]
    figure, panels = pyplot.subplots(len(works), 1, figsize=(9, 0.5 + 1.55 * len(works)), sharex=True, squeeze=False)
    every = [run["seconds"] for runs in found.values() for run in runs]
    for panel, work in zip(panels[:, 0], works, strict=True):
        for row, case in enumerate(cases):
            runs = found.get((work, case))
            if not runs:
                continue
            seconds = statistics.median(run["seconds"] for run in runs)
            requests = statistics.median_low(run["requests"] for run in runs)
            panel.barh(row, seconds, 0.72, color=OURS if case == "bulk" else OTHERS)
            panel.text(seconds * 1.06, row, f"{label(seconds)}, {requests:,} requests", va="center", fontsize=9)
        panel.set_title(WORKS[work], loc="left", fontsize=11, fontweight="bold")
        panel.set_yticks(range(len(cases)), [CASES[case] for case in cases], fontsize=9)
        panel.invert_yaxis()
        panel.set_xscale("log")
        # From a whole decade, and with room for the longest label.
        panel.set_xlim(1 if min(every) > 1 else 0.1, max(every) * 18)
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,g} s"))
        panel.xaxis.set_minor_locator(NullLocator())
        panel.grid(axis="x", color="#e5e7eb", zorder=0)
        panel.set_axisbelow(True)
        panel.tick_params(length=0, colors=TEXT)
        for side in ("top", "right", "bottom"):
            panel.spines[side].set_visible(False)
        panel.spines["left"].set_color("#8b949e")
    figure.suptitle(title, fontsize=12, x=0.01, ha="left")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None, "Creator": "benchmarks/chart.py", "Title": title})
    # matplotlib ends lines with blanks.
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws what bulk.py has measured.")
    parser.add_argument("figures", type=Path, help="what bulk.py wrote")
    parser.add_argument("svg", type=Path)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=100, metavar="MS")
    parser.add_argument("--product", default="conversations")
    options = parser.parse_args()
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for run in json.loads(options.figures.read_text())["runs"]:
        if (run["what"], run["product"], run["users"], run["latency_ms"]) == (
            "table",
            options.product,
            options.users,
            options.latency,
        ) and run["case"] in CASES:
            found.setdefault((run["work"], run["case"]), []).append(run)
    if not found:
        sys.exit("nothing of the kind was measured")
    title = (
        f"{options.users:,} {options.product.capitalize()} users, {options.latency:g} ms for each answer:"
        " seconds of the whole process, logarithmic"
    )
    draw(found, title, options.svg)


if __name__ == "__main__":
    main()
