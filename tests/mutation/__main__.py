# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure how many small changes of the code ("mutants") make a test fail.

mutmut makes the mutants, coverage.py tells which tests run a line, and every mutant is tried in a process of its own,
in a copy of the collection. A complete run takes hours, so a random sample is taken: the same one for the same code and
seed, from every file in proportion to its mutants. The command is `nox -s mutation`.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import functools
import importlib
import itertools
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import libcst
import pytest
from coverage import CoverageData
from mutmut.mutation.file_mutation import create_mutations, deep_replace

from tests.harness import copies, paths

FOLDERS = ("plugins/module_utils/_resources", "plugins/module_utils/_converge")
TESTS = ("tests/unit/plugins/module_utils", "tests/component")

# What the tests ran, and how long they took; kept for --reuse.
RECORDS = paths.BUILD / "mutation"
CONTEXTS = RECORDS / "contexts"
DURATIONS = RECORDS / "tests.xml"

# How many tests are tried first.
FEW = 12

PYTEST = ("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")


@dataclass(frozen=True)
class Mutant:
    """One change of one file. ``lines`` are those of the statement that it is in, ``body`` those of the function."""

    path: str
    line: int
    lines: range
    body: range
    function: str
    before: str
    after: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class Result:
    """The result for a mutant: killed, timeout, survived, or no tests; and the test that killed it."""

    mutant: Mutant
    status: str
    by: str = ""
    seconds: float = 0.0

    @property
    def killed(self) -> bool:
        return self.status in ("killed", "timeout")


# Mutants


class Source:
    """A file, and the mutants that mutmut makes of its functions and methods.

    :param top: the copy of the collection.
    :param path: the file, relative to it.
    """

    def __init__(self, top: Path, path: str) -> None:
        self.path = path
        self._code = (top / path).read_text()
        tree = ast.parse(self._code)
        self._statements = _statements(tree)
        self._functions = [
            range(node.lineno, (node.end_lineno or node.lineno) + 1)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
        ]
        self._module, mutations, _classes, _functions = create_mutations(path, self._code)
        self._mutations = [
            mutation
            for mutation in mutations
            if isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef)
        ]

    def __len__(self) -> int:
        return len(self._mutations)

    def mutant(self, number: int) -> Mutant:
        """Return one mutant. It takes much longer than to count them."""
        mutation = self._mutations[number]
        mutated = deep_replace(self._module, mutation.original_node, mutation.mutated_node)
        assert isinstance(mutated, libcst.Module)
        assert isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef)
        name = mutation.contained_by_top_level_function.name.value
        before, after = self._code.splitlines(), mutated.code.splitlines()
        pairs = itertools.zip_longest(before, after)
        index = next(index for index, (old, new) in enumerate(pairs) if old != new)
        return Mutant(
            path=self.path,
            line=index + 1,
            lines=_lines(self._statements, index + 1),
            body=_lines(self._functions, index + 1),
            function=name,
            before=before[index].strip(),
            after=after[index].strip(),
            code=mutated.code,
        )


def _statements(tree: ast.Module) -> list[range]:
    """Return the lines of every statement; of one that holds others, only those of its head."""
    result = []
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            result.append(range(node.lineno, max(last, node.lineno) + 1))
    return result


def _lines(statements: Iterable[range], line: int) -> range:
    return min((lines for lines in statements if line in lines), key=len, default=range(line, line + 1))


def sample_of(sources: Sequence[Source], size: int, seed: int) -> list[Mutant]:
    """Return a random sample with every file in proportion, in random order, so that a part of it is one too."""
    total = sum(map(len, sources))
    size = min(size, total)
    shares = [size * len(source) / total for source in sources]
    counts = [int(share) for share in shares]
    by_remainder = sorted(range(len(sources)), key=lambda index: counts[index] - shares[index])
    for index in by_remainder[: size - sum(counts)]:
        counts[index] += 1
    chosen = [
        source.mutant(number)
        for source, count in zip(sources, counts, strict=True)
        for number in random.Random(f"{seed} {source.path}").sample(range(len(source)), count)
    ]
    random.Random(seed).shuffle(chosen)
    return chosen


# Tests


class Tests:
    """Which tests run which lines, and how long each takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        # A test that fails without a mutant, as one of time may on a busy machine, would kill every mutant.
        self.failed: set[str] = set()
        for case in ElementTree.parse(DURATIONS).iter("testcase"):
            name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
            self.seconds[name] = float(case.get("time", 0))
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.add(name)
        data = CoverageData(str(CONTEXTS))
        data.read()
        self._by_file = {file: data.contexts_by_lineno(file) for file in data.measured_files()}

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests that run a mutant, the quickest first, and of every test function one before the rest."""
        by_line: Mapping[int, list[str]] = next(
            (lines for file, lines in self._by_file.items() if file.endswith(f"/{mutant.path}")), {}
        )
        contexts: set[str] = set()
        # Code that runs when its module is imported is recorded for no test.
        for lines in (mutant.lines, mutant.body, list(by_line)):
            ran = {context for line in lines for context in by_line.get(line, ())}
            contexts = ran - {""}
            if contexts or not ran:
                break
        names = sorted({context.rpartition("|")[0] for context in contexts} - self.failed, key=self._key)
        seen: dict[str, int] = {}
        rounds = {}
        for name in names:
            function = name.partition("[")[0]
            rounds[name] = seen[function] = seen.get(function, 0) + 1
        return sorted(names, key=lambda name: (rounds[name], *self._key(name)))

    def _key(self, name: str) -> tuple[float, str]:
        return self.seconds.get(name, 1.0), name


def record(top: Path, folders: Sequence[str], tests: Sequence[str], processes: str) -> None:
    """Run the tests once as they are, and record which lines each runs, and how long it takes."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", *tests, "-p", "no:cacheprovider", f"--numprocesses={processes}"]
    command += ["--dist=loadfile", f"--junitxml={DURATIONS}", "--cov-config=/dev/null", "--cov-context=test"]
    command += ["--cov-report=", *(f"--cov={folder}" for folder in folders)]
    environment = {**os.environ, "COVERAGE_FILE": str(CONTEXTS)}
    status = subprocess.run(command, cwd=top, env=environment, check=False).returncode
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit("The tests could not be run.")


class Watch:
    """Pytest plugin for the process of a mutant: note the current test, and end the process when it hangs."""

    def __init__(self, seconds: Mapping[str, float], note: Path) -> None:
        self._seconds = seconds
        self._note = note

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.setitimer(signal.ITIMER_REAL, 20 + 10 * self._seconds.get(nodeid, 1.0))
        self._note.write_text(nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._note.write_text("the import")


class MutantRunner:
    """Runs tests against mutants, each in a fork of this process, which has already imported the dependencies."""

    def __init__(self, top: Path, tests: Tests, names: Iterable[str]) -> None:
        self._top = top
        self._tests = tests
        self._note = RECORDS / "note"
        self._log = RECORDS / "log"
        # Without a name, pytest would run all tests.
        if ordered := sorted(names):
            self._preload(ordered)

    def _preload(self, names: Sequence[str]) -> None:
        note = self._note

        class Modules:
            def pytest_collection_finish(self) -> None:
                foreign = [name for name in sys.modules if name.split(".")[0] not in ("ansible_collections", "tests")]
                note.write_text("\n".join(foreign))

        if self._fork(["--collect-only", "-qq", *names], Modules(), compiled=True) != 0:
            raise SystemExit(f"The tests could not be collected; see {self._log}.")
        for name in note.read_text().splitlines():
            try:
                importlib.import_module(name)
            except Exception:
                # Then the process of the mutant imports it.
                continue
        # Tests that fail without a mutant would kill every mutant.
        quickest = sorted(names, key=lambda name: self._tests.seconds.get(name, 1.0))[:100]
        if self._fork(quickest, Watch(self._tests.seconds, note)) != 0:
            raise SystemExit(f"The tests do not pass without a mutant; see {self._log}.")

    def run(self, mutant: Mutant, names: Sequence[str]) -> Result:
        """Run tests against a mutant, a few of them first, since most mutants do not survive those."""
        start = time.monotonic()
        file = self._top / mutant.path
        original = file.read_text()
        # Compiled files are told apart by size and second, which a mutant may share.
        shutil.rmtree(file.parent / "__pycache__", ignore_errors=True)
        file.write_text(mutant.code)
        status, by = "survived", ""
        try:
            for some in (names[:FEW], names[FEW:]):
                while status == "survived" and (left := [name for name in some if name not in self._tests.failed]):
                    status, by = self._try(left)
                    if status == "survived":
                        break
                    if by in self._tests.seconds and self._try([by])[0] == "survived":
                        # It failed for another reason, such as a busy machine.
                        self._tests.failed.add(by)
                        status = "survived"
        finally:
            file.write_text(original)
        return Result(mutant, status, by if status != "survived" else "", time.monotonic() - start)

    def _try(self, names: Sequence[str]) -> tuple[str, str]:
        """Run tests on the files as they are; return the status, and the test that ended it."""
        self._note.write_text("the start")
        status = self._fork(["-x", *names], Watch(self._tests.seconds, self._note))
        word = {0: "survived", -signal.SIGALRM: "timeout"}.get(status, "killed")
        return word, self._note.read_text()

    def _fork(self, arguments: Sequence[str], plugin: Any, compiled: bool = False) -> int:
        """Run pytest in a child process; returns its exit code, or the negative signal that ended it.

        :param compiled: leave compiled files behind.
        """
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            status = 3
            try:
                os.setsid()
                os.chdir(self._top)
                if not compiled:
                    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
                    sys.dont_write_bytecode = True
                log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                os.dup2(log, 1)
                os.dup2(log, 2)
                status = int(pytest.main([*PYTEST, *arguments], plugins=[plugin]))
            finally:
                os._exit(status)
        _child, status = os.waitpid(child, 0)
        with contextlib.suppress(ProcessLookupError):
            # Processes that a test has started.
            os.killpg(child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(status)


# Result


def interval(killed: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval (Wilson) of a proportion."""
    z = 1.959964
    middle = (killed + z * z / 2) / (total + z * z)
    half = z / (total + z * z) * math.sqrt(killed * (total - killed) / total + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def summary(results: Sequence[Result], sources: Sequence[Source]) -> str:
    """Return the score and the mutants that survived."""
    lines = []
    for source in sources:
        tried = [result.killed for result in results if result.mutant.path == source.path]
        lines.append(f"{sum(tried):4} of {len(tried):4} killed, {len(source):5} mutants: {source.path}")
    killed, total = sum(result.killed for result in results), len(results)
    low, high = interval(killed, total)
    lines.append(f"{killed} of {total} killed: {killed / total:.1%} (95 % interval {low:.1%} to {high:.1%})")
    for result in sorted(results, key=lambda result: (result.mutant.path, result.mutant.line)):
        if not result.killed:
            mutant = result.mutant
            lines += [f"{mutant.path}:{mutant.line} ({mutant.function}) {result.status}"]
            lines += [f"  - {mutant.before}", f"  + {mutant.after}"]
    return "\n".join(lines)


def main() -> None:
    """Take a sample, test every mutant of it, and write the results."""
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__)
    parser.add_argument("folders", nargs="*", help=f"folders to mutate; default: {' '.join(FOLDERS)}")
    parser.add_argument("--tests", action="append", help=f"folders of tests; default: {' '.join(TESTS)}")
    parser.add_argument("--size", type=int, default=300, help="mutants in the sample; default: %(default)s")
    parser.add_argument("--seed", type=int, default=11, help="default: %(default)s")
    parser.add_argument(
        "--minutes", type=float, default=30, help="begin no mutant later than this; default: %(default)s"
    )
    parser.add_argument("--most", type=int, default=100, help="the most tests of one mutant; default: %(default)s")
    parser.add_argument(
        "--all-tests",
        action="store_true",
        help="then try the survivors with the rest of their tests, in as many minutes again",
    )
    parser.add_argument("--processes", default="auto", help="of the run that records the tests; default: %(default)s")
    parser.add_argument("--reuse", action="store_true", help="use what an earlier run has recorded about the tests")
    options = parser.parse_args()
    # Compiled test modules are what makes a mutant cheap.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    with copies.collection_copy() as top:
        measure(top, options, functools.partial(print, flush=True))


def measure(top: Path, options: argparse.Namespace, echo: Callable[[str], None]) -> None:
    """Measure in a copy of the collection.

    :param top: the copy.
    :param options: of the command line.
    :param echo: called with each line of output.
    """
    parents = str(top.parents[2])
    os.environ.update(PYTHONPATH=parents, ANSIBLE_COLLECTIONS_PATH=parents, ANSIBLE_HOME=str(paths.BUILD / "ansible"))
    sys.path.insert(0, parents)
    # mutmut reads its configuration here, and wants one.
    Path(parents, "setup.cfg").write_text("[mutmut]\nsource_paths = .\n")
    os.chdir(parents)
    folders = options.folders or FOLDERS
    files = [file for folder in folders for file in sorted((top / folder).rglob("*.py"))]
    sources = [Source(top, str(file.relative_to(top))) for file in files]
    chosen = sample_of(sources, options.size, options.seed)
    echo(f"{len(chosen)} of {sum(map(len, sources))} mutants, seed {options.seed}")
    if not options.reuse:
        record(top, folders, options.tests or TESTS, options.processes)
    tests = Tests()
    for name in sorted(tests.failed):
        echo(f"left out, since it fails without a mutant: {name}")
    names = {mutant: tests.of(mutant) for mutant in chosen}
    runner = MutantRunner(top, tests, {name for each in names.values() for name in each[: options.most]})
    end = time.monotonic() + options.minutes * 60
    results: dict[Mutant, Result] = {}
    for mutant in chosen:
        if time.monotonic() > end:
            break
        most = names[mutant][: options.most]
        results[mutant] = runner.run(mutant, most) if most else Result(mutant, "no tests")
        report(results[mutant], len(results), echo)
    if options.all_tests:
        end = time.monotonic() + options.minutes * 60
        for mutant, result in list(results.items()):
            rest = names[mutant][options.most :]
            if result.status == "survived" and rest and time.monotonic() < end:
                results[mutant] = runner.run(mutant, rest)
                report(results[mutant], len(results), echo)
    done = list(results.values())
    (RECORDS / "results.json").write_text(json.dumps([as_data(result) for result in done], indent=1))
    echo(summary(done, sources))


def as_data(result: Result) -> dict[str, Any]:
    """Return a result as JSON data."""
    mutant = result.mutant
    where = {"path": mutant.path, "line": mutant.line, "function": mutant.function}
    what = {"before": mutant.before, "after": mutant.after}
    return {**where, **what, "status": result.status, "by": result.by, "seconds": round(result.seconds, 1)}


def report(result: Result, count: int, echo: Callable[[str], None]) -> None:
    """Report the result for one mutant."""
    mutant = result.mutant
    echo(f"{count:4} {result.seconds:6.1f} s {result.status:9}{mutant.path}:{mutant.line} {result.by}")


if __name__ == "__main__":
    main()
