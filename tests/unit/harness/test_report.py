# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as passed, and what does not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ansible_collections.community.twilio.tests.harness.report import GROUPS, Result, count, last_line, sessions
from ansible_collections.community.twilio.tests.harness.versions import CANDIDATES, CORES, UPCOMING_CORES


@pytest.mark.parametrize(
    ("output", "status", "passed", "failed"),
    [
        ("===== 12 passed in 3.40s =====", 0, 12, 0),
        ("===== 1 failed, 11 passed, 2 skipped in 3.40s =====", 1, 11, 1),
        ("===== 3 passed, 1 warning, 2 errors in 65.10s (0:01:05) =====", 1, 3, 2),
        ("===== 4 passed in 1.00s =====\n===== 5 passed, 1 failed in 2.00s =====", 1, 9, 1),
        # It failed after its tests had passed: something did.
        ("===== 12 passed in 3.40s =====", 1, 12, 1),
        # Nothing was tested.
        ("===== no tests ran in 0.01s =====", 0, 0, 1),
        ("===== 2 skipped in 0.01s =====", 0, 0, 1),
        ("", 0, 0, 1),
    ],
)
def test_a_session_of_pytest_counts_its_tests(output: str, status: int, passed: int, failed: int) -> None:
    result = count("units(2.16)", status, output)
    assert (result.passed, result.failed) == (passed, failed)


def test_skipped_tests_are_named() -> None:
    assert count("unit", 0, "=== 1 passed, 2 skipped, 1 xfailed in 1.00s ===").skipped == 3


@pytest.mark.parametrize(("status", "passed", "failed"), [(0, 1, 0), (1, 0, 1), (-9, 0, 1)])
def test_any_other_session_counts_as_one(status: int, passed: int, failed: int) -> None:
    result = count("sanity(2.21)", status, "===== 7 passed in 1.00s =====")
    assert (result.passed, result.failed) == (passed, failed)


SUMMARY = """\
nox > Ran multiple sessions:
nox > * lint: success, took 0 seconds
nox > * codeqa: {codeqa}
nox > * docs-check: success, took 10 seconds
nox > * license-check: success, took 10 seconds
nox > * extra-checks: success, took 10 seconds
nox > * ansible-lint: success, took 10 seconds
nox > * typing: success, took a minute
nox > * metadata: success, took 2 seconds
nox > * importer: success, took 20 seconds
"""


@pytest.mark.parametrize(
    ("output", "status", "passed", "failed"),
    [
        (SUMMARY.format(codeqa="success, took 1 second"), 0, 9, 0),
        (SUMMARY.format(codeqa="failed, took 1 second"), 1, 8, 1),
        # One that was left out did not pass.
        (SUMMARY.format(codeqa="skipped"), 0, 8, 1),
        # It failed although each of them had passed, or before any began.
        (SUMMARY.format(codeqa="success"), 1, 9, 1),
        ("nox > Error while collecting sessions.", 3, 0, 1),
        ("", 0, 0, 1),
    ],
)
def test_each_session_of_a_group_counts(output: str, status: int, passed: int, failed: int) -> None:
    result = count("checks", status, output)
    assert (result.passed, result.failed) == (passed, failed)


def test_the_last_line_adds_up() -> None:
    assert last_line([Result("a", 3, 1), Result("b", 4, 0)]) == "7 passed, 1 failed"


def test_no_session_is_in_two_suites() -> None:
    names = [*sessions("test"), *sessions("matrix"), *sessions("upcoming")]
    assert len(names) == len(set(names))


def test_no_session_of_tests_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # As .ci/run does.
    monkeypatch.setenv("MEASURE_COVERAGE", "1")
    defined = set()
    for each in ast.parse((Path(__file__).resolve().parents[3] / "noxfile.py").read_text()).body:
        decorators = [ast.unparse(decorator) for decorator in getattr(each, "decorator_list", [])]
        if isinstance(each, ast.FunctionDef) and any(
            text.startswith("nox.session") and "default=False" not in text for text in decorators
        ):
            defined.add(each.name)
    gating = {name.split("(")[0] for name in [*sessions("test"), *sessions("matrix")]}
    assert defined
    assert defined - gating == {name for group in GROUPS.values() for name in group} & defined


def test_ansible_test_runs_on_every_supported_core_and_on_the_next_one() -> None:
    names = sessions("matrix")
    for core in (*CORES, *CANDIDATES):
        assert any(name.startswith(f"integration({core.version}") for name in names), core.version
    assert f"sanity({CORES[0].version})" in names


def test_what_is_in_development_gates_nothing() -> None:
    gating = [*sessions("test"), *sessions("matrix")]
    assert [name for name in gating if any(f"({core.version}" in name for core in UPCOMING_CORES)] == []


def test_release_lines_are_released_or_candidates_or_in_development() -> None:
    names = [core.version for core in (*CORES, *CANDIDATES, *UPCOMING_CORES)]
    assert len(names) == len(set(names))
