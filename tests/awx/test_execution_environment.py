# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment of the example, built as far as that goes without a container engine.

`ansible-builder create` writes the Containerfile of the image. Its commands for Python packages and collections run
here too, with an empty virtual environment in the place of the image's Python. So what is tested is what a build does,
except the base image and the packages of its operating system.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness import copies, pythons, sdk, versions
from tests.harness.emulator import RunningEmulator, running_emulator
from tests.harness.paths import ROOT

EXAMPLE = ROOT / "examples" / "execution-environment.yml"
COLLECTION = "community.twilio"
TIMEOUT_SECONDS = 300
PLAYBOOK = f"{COLLECTION}.sync_users"
USERS = [{"identity": "alice", "friendly_name": "Alice"}, {"identity": "bob"}]


def tool(name: str) -> Path:
    """A command that is installed beside the Python of this test."""
    return Path(sys.executable).parent / name


def without_this_python() -> dict[str, str]:
    """The environment of this process, without what leads to its Python packages, its collections or a Twilio."""
    theirs = ("ANSIBLE_", "PYTHON", "TWILIO_", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    return {**kept, "LC_ALL": "C.UTF-8"}


def run(
    *command: str | Path, env: dict[str, str], cwd: Path | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command; when it fails and must not, the test fails with what it printed."""
    done = subprocess.run(
        [str(each) for each in command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as it is published."""
    folder = tmp_path_factory.mktemp("archive")
    environment = {**without_this_python(), "ANSIBLE_HOME": str(folder / "home")}
    with copies.collection_copy() as copy:
        run(tool("ansible-galaxy"), "collection", "build", "--output-path", folder, copy, env=environment)
    return next(folder.glob("*.tar.gz"))


def create(folder: Path, definition: dict[str, Any]) -> Path:
    """What ansible-builder writes for a definition; the folder with the Containerfile."""
    path = folder / "execution-environment.yml"
    path.write_text(yaml.safe_dump(definition))
    context = folder / "context"
    arguments = ("create", "--file", path, "--context", context, "--output-filename", "Containerfile")
    run(tool("ansible-builder"), *arguments, env=without_this_python())
    return context


@dataclass(frozen=True)
class Image:
    """A virtual environment in the place of an image.

    :ivar context: what ansible-builder wrote.
    :ivar folder: what would be in the image: Python in `python`, collections in `ansible`.
    """

    context: Path
    folder: Path

    @property
    def python(self) -> Path:
        """The image's Python."""
        return self.folder / "python" / "bin" / "python"

    @property
    def collections(self) -> Path:
        """Where the image's collections are."""
        return self.folder / "ansible" / "collections"

    @property
    def requirements(self) -> Path:
        """What the build finds that the collections need of Python."""
        return self.folder / "src" / "requirements.txt"

    @property
    def path(self) -> str:
        """PATH in the image: nothing of this project's own environment."""
        return os.pathsep.join([str(self.python.parent), os.defpath])

    def build(self, step: str) -> None:
        """Do one step of the Containerfile: the RUN line that holds this text.

        A folder of the image becomes one of `folder`. All else of the line stays as ansible-builder wrote it.
        """
        text = (self.context / "Containerfile").read_text()
        lines = [line for line in re.findall(r"^RUN (.*)$", text, re.MULTILINE) if step in line]
        assert len(lines) == 1, f"{len(lines)} steps have {step!r}:\n{text}"
        command = lines[0].replace("/usr/share/ansible", str(self.folder / "ansible"))
        command = command.replace("/output/scripts", str(self.context / "_build" / "scripts"))
        command = command.replace("/tmp/src", str(self.requirements.parent))
        if " introspect " in command:
            # In an image it finds this folder by itself.
            command += f" {self.collections}"
        environment = {
            **without_this_python(),
            **dict(re.findall(r'^ARG (\w+)="(.*)"$', text, re.MULTILINE)),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "PATH": self.path,
            "PYCMD": str(self.python),
        }
        run("/bin/sh", "-e", "-c", command, env=environment, cwd=self.context / "_build")

    def version(self, package: str) -> str:
        """The version of a Python package in the image."""
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        return run(self.python, "-c", code, env=without_this_python()).stdout.strip()

    def play(self, folder: Path, emulator: RunningEmulator) -> Run:
        """Run the playbook of the collection with ansible-runner, as AWX and ansible-navigator do inside an image.

        :param folder: a new folder for what ansible-runner reads and writes.
        :param emulator: the Twilio that the playbook works on.
        """
        (folder / "env").mkdir(parents=True)
        (folder / "project").mkdir()
        variables = {"twilio_service_sid": emulator.service_sid, "twilio_users": USERS, "twilio_prune": True}
        (folder / "env" / "extravars").write_text(json.dumps(variables))
        places = {"ANSIBLE_COLLECTIONS_PATH": str(self.collections), "ANSIBLE_HOME": str(folder / "home")}
        (folder / "env" / "envvars").write_text(json.dumps({**emulator.environment, **places}))
        command = (self.python.parent / "ansible-runner", "run", folder, "--ident", "1", "--playbook", PLAYBOOK)
        # Nothing else: no PYTHONPATH, and no home with a person's settings or packages.
        environment = {"HOME": str(folder), "LC_ALL": "C.UTF-8", "PATH": self.path}
        done = run(*command, env=environment, check=False)
        events = [json.loads(path.read_text()) for path in (folder / "artifacts" / "1" / "job_events").glob("*.json")]
        return Run(done.returncode, done.stdout + done.stderr, sorted(events, key=lambda event: event["counter"]))


@dataclass(frozen=True)
class Run:
    """What a run of ansible-runner came to: its exit status, what it printed, and its job events."""

    rc: int
    output: str
    events: list[dict[str, Any]]

    @property
    def paths(self) -> set[str]:
        """The files that its tasks are in."""
        found = [event.get("event_data", {}).get("task_path", "") for event in self.events]
        return {path.rpartition(":")[0] for path in found if path}


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    """A Twilio to work on; it runs with this Python, not with that of the image."""
    with running_emulator() as running:
        yield running


def example(archive: Path) -> dict[str, Any]:
    """The definition of the example; what Galaxy would give is the collection as it is here."""
    definition: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())
    definition["additional_build_files"] = [{"src": str(archive), "dest": "collections"}]
    definition["dependencies"]["galaxy"]["collections"] = [f"collections/{archive.name}"]
    return definition


def oldest(archive: Path) -> dict[str, Any]:
    """The same with the oldest of everything that the collection supports."""
    definition = example(archive)
    definition["dependencies"]["ansible_core"]["package_pip"] = versions.CORES[-1].requirement
    definition["dependencies"]["python"] = [f"twilio=={sdk.lowest()}"]
    return definition


# What the example says


def test_example_is_what_ansible_builder_takes_and_names_the_collection(tmp_path: Path) -> None:
    definition = yaml.safe_load(EXAMPLE.read_text())
    context = create(tmp_path, definition)
    requirements = yaml.safe_load((context / "_build" / "requirements.yml").read_text())
    assert requirements == {"collections": [{"name": COLLECTION, "version": ">=1.0.0"}]}
    text = (context / "Containerfile").read_text()
    core = next(each for each in versions.CORES if each.requirement in text)
    assert core == versions.CORES[0], (
        "the example should have the newest ansible-core that the collection is tested with"
    )
    # The example does not name the SDK: the build asks the collections what they need.
    assert " introspect " in text
    assert not (context / "_build" / "requirements.txt").exists()


def test_collection_asks_for_the_sdk_and_for_no_system_package(archive: Path, tmp_path: Path) -> None:
    places = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "home")}
    environment = {**without_this_python(), **places}
    install = ("collection", "install", "--offline", "--collections-path", tmp_path, archive)
    run(tool("ansible-galaxy"), *install, env=environment)
    printed = run(tool("ansible-builder"), "introspect", tmp_path, env=environment).stdout
    needs = yaml.safe_load(printed)
    assert needs == {"python": [f"twilio>={sdk.lowest()}  # from collection {COLLECTION}"], "system": []}


# What an image made of it does


@pytest.mark.parametrize(("definition", "core"), [(example, versions.CORES[0]), (oldest, versions.CORES[-1])])
def test_playbook_runs_with_what_the_build_installs_and_nothing_else(
    definition: Callable[[Path], dict[str, Any]],
    core: versions.Core,
    archive: Path,
    emulator: RunningEmulator,
    tmp_path: Path,
) -> None:
    python = pythons.find(pythons.controller(core))
    assert python, f"no Python here runs ansible-core {core.version}"
    image = Image(create(tmp_path, definition(archive)), tmp_path / "image")
    run(python, "-m", "venv", image.folder / "python", env=without_this_python())
    image.build("pip install --no-cache-dir $ANSIBLE_INSTALL_REFS")
    image.build("ansible-galaxy collection install")
    image.build("introspect.py introspect")
    image.build("check_ansible")

    # The SDK is not there yet, and no other one is found.
    emulator.reset()
    too_early = image.play(tmp_path / "too-early", emulator)
    assert too_early.rc != 0
    assert f"Failed to import the required Python library (twilio >= {sdk.lowest()})" in too_early.output
    assert emulator.requests() == []

    # In the Containerfile, this is in the scripts `assemble` and `install-from-bindep`, among system packages.
    install = (image.python, "-m", "pip", "install", "--requirement", image.requirements)
    run(*install, env=without_this_python())
    done = image.play(tmp_path / "run", emulator)
    assert done.rc == 0, done.output
    assert sorted(user["identity"] for user in emulator.users(emulator.service_sid)) == ["alice", "bob"]
    agents = {request["headers"]["user-agent"].split()[0] for request in emulator.requests()}
    assert agents == {f"twilio-python/{image.version('twilio')}"}
    installed = image.collections / "ansible_collections" / "community" / "twilio"
    assert {path for path in done.paths if not Path(path).is_relative_to(installed)} == set() < done.paths
    if definition is oldest:
        assert image.version("twilio") == sdk.lowest()
    assert emulator.ready["auth_token"] not in done.output + json.dumps(done.events)
