# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the sessions that gate, one after the other, and count honestly what passed.

A session of pytest counts its tests. Any other session counts as one, also within a group. What did not run is not
counted as passed: a session that fails without a failed test counts as one failure, and so does a session of tests in
which no test passed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from . import paths, pythons, versions

TAIL_LINES = 60
_SUMMARY = re.compile(r"^=+ (?P<counts>.*\b(?:passed|failed|errors?|skipped)\b.*) in [0-9.]+ ?s.*=+$", re.MULTILINE)
_COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Result:
    """What one session, or all of them together, came to."""

    name: str
    passed: int
    failed: int
    skipped: int = 0
    seconds: float = 0.0


# Sessions that run at the same time. An integration test is one playbook after the other, and leaves a core of two
# idle.
AT_ONCE = 2
# It needs what the others have measured.
LAST = "coverage"
# Quick sessions that one nox runs one after the other.
GROUPS = {
    "checks": (
        *("lint", "docs-check", "license-check", "extra-checks", "ansible-lint"),
        *("typing", "metadata", "importer"),
    )
}
_OF_GROUP = re.compile(r"^nox > \* (?P<name>\S+): (?P<result>success|failed|aborted|skipped)\b", re.MULTILINE)


def sessions(suite: str) -> list[str]:
    """The names of a suite's sessions, in the order in which they begin.

    First those that do one thing after another: at the end, one of them would leave cores idle. pytest uses them all,
    and there the longest come first.
    """
    if suite == "test":
        measured = [LAST] if "MEASURE_COVERAGE" in os.environ else []
        return ["checks", "functional", "component", "unit", "contract", *measured]
    if suite == "upcoming":
        return [f"{kind}({case.name})" for kind in ("integration", "units") for case in versions.UPCOMING]
    integration = [f"integration({case.name})" for case in versions.MATRIX]
    sanity = [f"sanity({version})" for version in versions.SANITY]
    units = [f"units({case.name})" for case in versions.MATRIX if case.units]
    playbooks = [f"playbooks({version})" for version in versions.PLAYBOOKS]
    installed = [f"installed({version})" for version in versions.INSTALLED]
    others = ("awx", "answers", "sequences", "long", "browser", "site")
    return [*integration, *sanity, *units, *playbooks, *others, *installed]


def of_pytest(session: str) -> bool:
    """Whether the session runs pytest and nothing else, so that its tests can be counted."""
    return session.split("(")[0] in (
        "unit",
        "units",
        "component",
        "contract",
        "functional",
        "awx",
        "browser",
        "playbooks",
        "answers",
        "long",
    )


def run(session: str) -> Result:
    """Run one session, or a group of them; its output goes to a log, and the end of it to the screen when it fails."""
    log = paths.LOGS / (re.sub(r"[^a-z0-9.-]+", "-", session).strip("-") + ".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    print(f"{session:<34} begins", flush=True)
    command = [str(paths.VENV / "bin" / "nox"), "--error-on-missing-interpreters"]
    command += ["--session", *GROUPS.get(session, (session,))]
    with log.open("w") as output:
        status = subprocess.run(
            command,
            cwd=paths.ROOT,
            # antsibull-nox only looks at the format there; elsewhere it formats the code.
            env={**os.environ, "CI": "true"} if session in GROUPS else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    result = count(session, status, _COLOUR.sub("", log.read_text(errors="replace")))
    result.seconds = round(time.monotonic() - started, 1)
    skipped = f", {result.skipped} skipped" if result.skipped else ""
    word = "FAILED" if result.failed else "ok"
    counts = f"{result.passed} passed, {result.failed} failed{skipped}"
    print(f"{session:<34} {word:<7} {counts}  ({result.seconds:.0f} s)", flush=True)
    if result.failed:
        lines = log.read_text(errors="replace").splitlines()
        print(f"--- the end of {log.relative_to(paths.ROOT)}")
        print("\n".join(lines[-TAIL_LINES:]))
        print("---", flush=True)
    return result


def count(session: str, status: int, output: str) -> Result:
    """Count what a session that ended with this status and this output passed and failed."""
    if session in GROUPS:
        results = [found["result"] for found in _OF_GROUP.finditer(output)]
        passed = results.count("success")
        incomplete = status != 0 or len(results) < len(GROUPS[session])
        return Result(session, passed, max(len(results) - passed, int(incomplete)))
    if not of_pytest(session):
        return Result(session, passed=int(status == 0), failed=int(status != 0))
    totals = {"passed": 0, "failed": 0, "error": 0, "skipped": 0, "xfailed": 0, "xpassed": 0}
    for summary in _SUMMARY.finditer(output):
        for number, word in _COUNT.findall(summary["counts"]):
            totals[word] += int(number)
    failed = totals["failed"] + totals["error"]
    if not failed and (status != 0 or not totals["passed"]):
        failed = 1
    return Result(session, totals["passed"], failed, totals["skipped"] + totals["xfailed"])


def last_line(results: list[Result]) -> str:
    """The line that says it all."""
    return f"{sum(each.passed for each in results)} passed, {sum(each.failed for each in results)} failed"


def main() -> int:
    """Run one suite, list the matrix, or add up what ran; 0 when nothing failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", choices=["test", "matrix", "upcoming", "total"])
    parser.add_argument("sessions", nargs="*", help="only these of the suite")
    parser.add_argument("--list", action="store_true", help="only print the names of the sessions, as JSON")
    options = parser.parse_args()
    if options.list:
        print(json.dumps(sessions(options.suite)))
        return 0
    kept = Path(os.environ.get("REPORT_FILE", ""))
    if options.suite == "total":
        results = [Result(**json.loads(line)) for line in kept.read_text().splitlines()]
    else:
        names = [each for each in sessions(options.suite) if not options.sessions or each in options.sessions]
        core, python = pythons.newest_core()
        print(f"Newest ansible-core here: {core.version}, on Python {python}. Logs are in .build/logs.")
        if options.suite == "test" and not options.sessions:
            # What an earlier run measured may not fit the code of today.
            shutil.rmtree(paths.COVERAGE, ignore_errors=True)
        started = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(run, [name for name in names if name != LAST]))
        results += [run(name) for name in names if name == LAST]
        print(f"{time.monotonic() - started:.0f} seconds by the clock")
        if kept.name:
            with kept.open("a") as report:
                report.writelines(json.dumps(asdict(each)) + "\n" for each in results)
    print(f"{sum(each.seconds for each in results):.0f} seconds in {len(results)} sessions")
    print(last_line(results), flush=True)
    return int(not results or any(each.failed for each in results))


if __name__ == "__main__":
    sys.exit(main())
