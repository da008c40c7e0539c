# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test with a home of its own, and believe it only when it did what it was asked."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from .paths import BUILD, VENV
from .pythons import path_with_real_pythons

# ansible-test says these and ends with status 0, though nothing was tested.
NOTHING_TESTED = ("All targets skipped", "Required program")

REACHABLE_SECONDS = 10


class AnsibleTestFailed(RuntimeError):
    """ansible-test failed, or tested nothing."""


class AnsibleTest:
    """The ansible-test of one environment.

    :param bin_folder: the bin folder of the virtual environment that holds ansible-core.
    :param name: names the home: two runs at once must not share one.
    """

    def __init__(self, bin_folder: Path, name: str) -> None:
        self.bin_folder = bin_folder
        self.home = _home(name)
        self._prepared = False

    def run(self, collection: Path, *arguments: str) -> None:
        """Run `ansible-test <arguments>` in this copy of the collection.

        :raises AnsibleTestFailed: it failed, or it passed over what it should test.
        """
        if not self._prepared:
            self._prepare_pip()
            self._prepared = True
        command = ["ansible-test", *arguments, "--color", "no"]
        print("+", *command, flush=True)
        process = subprocess.Popen(
            [str(self.bin_folder / "ansible-test"), *command[1:]],
            cwd=collection,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        nothing = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            nothing += [phrase for phrase in NOTHING_TESTED if phrase in line]
        if process.wait():
            raise AnsibleTestFailed(f"ansible-test {arguments[0]} ended with status {process.returncode}.")
        if nothing:
            raise AnsibleTestFailed(f"ansible-test {arguments[0]} passed, but it said: {nothing[0]}")

    def _environment(self) -> dict[str, str]:
        environment = {**os.environ, "HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        environment["PATH"] = f"{self.bin_folder}{os.pathsep}{path_with_real_pythons(os.environ['PATH'])}"
        # Without compiled files every task compiles the SDK again.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("PYTHONPATH", None)
        return environment

    def _prepare_pip(self) -> None:
        """Where the download host does not answer, put a bootstrap for pip, made from the package index, in its place.

        ansible-test makes its virtual environments without pip and gets it with a script from a host of its own. It
        keeps that script in a cache, so one that lies there is taken.
        """
        package = _ansible_test_package(self.bin_folder)
        source = (package / "_util" / "target" / "setup" / "requirements.py").read_text()
        url = re.search(r"url = '(https://\S+)' % pip_version", source)
        infrastructure = (package / "_internal" / "python_requirements.py").read_text()
        version = re.search(r"default_packages = dict\(\s*pip='([0-9.]+)'", infrastructure)
        if not url or not version:
            raise AnsibleTestFailed("This ansible-test gets pip in a way that tests/harness does not know.")
        script = self.home / ".ansible" / "test" / "cache" / f"get_pip_{version[1].replace('.', '_')}.py"
        if script.is_file() or _reachable(url[1] % version[1]):
            return
        wheel = _pip_wheel(version[1])
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(_BOOTSTRAP.format(wheel=str(wheel)))


_BOOTSTRAP = """\
import runpy
import sys

sys.path.insert(0, {wheel!r})
unknown_to_pip = ("--no-setuptools", "--no-wheel")
sys.argv = ["pip", "install"] + [each for each in sys.argv[1:] if each not in unknown_to_pip]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def _home(name: str) -> Path:
    """A home folder; what the package tools keep in the real one (settings, caches, credentials) is linked."""
    home = BUILD / "home" / name
    home.mkdir(parents=True, exist_ok=True)
    for each in (".cache", ".config", ".netrc", ".pip", ".pydistutils.cfg"):
        real = Path.home() / each
        link = home / each
        if real.exists() and not link.is_symlink():
            link.symlink_to(real)
    if not (home / ".pip").is_symlink():
        write_pip_settings(home / ".pip" / "pip.conf", os.environ)
    return home


def write_pip_settings(file: Path, environment: Mapping[str, str]) -> None:
    """Write the settings of pip that are in the environment to a file, since ansible-test clears the environment.

    :param file: where pip looks for settings of the user; those in `.config/pip` come before these.
    """
    # Each is the variable of an option: PIP_CERT is --cert.
    settings = {
        name[len("PIP_") :].lower().replace("_", "-"): value.replace("\n", " ")
        for name, value in environment.items()
        if name.startswith("PIP_") and name != "PIP_CONFIG_FILE"
    }
    parser = configparser.RawConfigParser()
    parser["global"] = settings
    file.parent.mkdir(parents=True, exist_ok=True)
    # The address of an index can hold a password.
    file.touch(mode=0o600)
    with file.open("w") as stream:
        parser.write(stream)


def _ansible_test_package(bin_folder: Path) -> Path:
    found = sorted(bin_folder.parent.glob("lib/python3*/site-packages/ansible_test"))
    if not found:
        raise AnsibleTestFailed(f"There is no ansible-test in {bin_folder.parent}.")
    return found[0]


def _reachable(url: str) -> bool:
    request = urllib.request.Request(url, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=REACHABLE_SECONDS):
            return True
    except (OSError, urllib.error.URLError):
        return False


def _pip_wheel(version: str) -> Path:
    folder = BUILD / "wheels"
    wheel = folder / f"pip-{version}-py3-none-any.whl"
    if not wheel.is_file():
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "--quiet"]
        subprocess.run([*pip, "download", "--no-deps", "--dest", str(folder), f"pip=={version}"], check=True)
    return wheel
