# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Python is taken on a machine where some only pretend to be one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.community.twilio.tests.harness import pythons


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    pythons.pyenv_folders.cache_clear()
    pythons.version_of.cache_clear()
    yield
    pythons.pyenv_folders.cache_clear()
    pythons.version_of.cache_clear()


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with pyenv, two of its Pythons, its shims, and the system's own Python 3.12."""
    for version in ("3.9.18", "3.13.0"):
        short = version.rsplit(".", 1)[0]
        program(tmp_path / "pyenv" / "versions" / version / "bin" / "python", f"echo {short}")
        program(tmp_path / "pyenv" / "versions" / version / "bin" / f"python{short}", f"echo {short}")
    for name in ("python3", "python3.9", "python3.13", "python3.14"):
        program(tmp_path / "pyenv" / "shims" / name, "echo not active >&2; exit 127")
    program(tmp_path / "usr" / "python3", "echo 3.12")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "pyenv" / "shims"), str(tmp_path / "usr")]))
    return tmp_path


def test_real_pythons_come_before_the_shims(machine: Path) -> None:
    folders = pythons.path_with_real_pythons(os.environ["PATH"]).split(os.pathsep)
    pyenv = machine / "pyenv"
    real = [pyenv / "versions" / version / "bin" for version in ("3.13.0", "3.9.18")]
    assert folders == [str(folder) for folder in (*real, pyenv / "shims", machine / "usr")]


def test_what_stands_before_the_shims_stays_there(machine: Path) -> None:
    folders = pythons.path_with_real_pythons(f"/first{os.pathsep}{os.environ['PATH']}").split(os.pathsep)
    assert folders[0] == "/first"


def test_a_python_is_found_under_pyenv(machine: Path) -> None:
    assert pythons.find("3.9") == machine / "pyenv" / "versions" / "3.9.18" / "bin" / "python3.9"


def test_a_python_is_found_under_its_general_name(machine: Path) -> None:
    assert pythons.find("3.12") == machine / "usr" / "python3"


def test_a_shim_that_does_not_run_is_no_python(machine: Path) -> None:
    assert pythons.find("3.14") is None


def test_the_newest_core_is_the_one_that_a_python_here_takes(machine: Path) -> None:
    core, version = pythons.newest_core()
    assert (core, version) == (pythons.CORES[0], "3.13")


def test_without_a_python_there_is_no_core(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine / "nothing"))
    monkeypatch.setenv("PYENV_ROOT", str(machine / "nothing"))
    with pytest.raises(LookupError):
        pythons.newest_core()
