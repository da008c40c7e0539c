# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is stated in several places is the same in all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.community.twilio.plugins.module_utils._twilio import sdk
from ansible_collections.community.twilio.tests.harness.sdk import lowest

ROOT = Path(__file__).resolve().parents[3]
PINNED = (
    "requirements.txt",
    "meta/ee-requirements.txt",
    "tests/unit/requirements.txt",
    "tests/integration/requirements.txt",
)
TOLD = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/*.rst"), *ROOT.glob("plugins/**/*.py")]


@pytest.mark.parametrize("name", PINNED)
def test_lowest_sdk_that_is_installed(name: str) -> None:
    # A run with the lowest SDK asks for exactly that one, in its own copy of the tree.
    [wanted] = re.findall(r"^twilio(.*)$", (ROOT / name).read_text(), re.MULTILINE)
    assert wanted in (f">={lowest()}", f"=={lowest()}")


def test_lowest_sdk_that_is_told() -> None:
    found = {
        (path, version) for path in TOLD for version in re.findall(r"twilio ?>= ?([0-9][0-9.]*)", path.read_text())
    }
    assert {version for _path, version in found} == {lowest()}, found


def test_lowest_sdk_that_the_modules_name() -> None:
    assert lowest() == sdk.MIN_SDK_VERSION


def test_version_of_the_collection() -> None:
    # galaxy.yml has it; this is what else has to be changed with it.
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    texts = {path: path.read_text() for path in [*TOLD, *ROOT.glob("examples/**/*.yml")]}
    archives = {found for text in texts.values() for found in re.findall(r"community-twilio-([0-9.]+)\.tar", text)}
    wanted = {found for text in texts.values() for found in re.findall(r'version: "(>=.*)"', text)}
    assert version == sdk.VERSION
    assert archives == {version}
    # Semantic versioning: all releases with the same first number can replace each other.
    assert wanted == {f">={version.split('.')[0]}.0.0"}


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("twilio_*.py"))
    assert runtime["action_groups"]["twilio"] == modules


def test_pre_commit_runs_the_versions_of_the_lint_session() -> None:
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repository in configuration["repos"] for hook in repository["hooks"]]
    installed = {package for hook in hooks for package in hook["additional_dependencies"]}
    pinned = set((ROOT / "tests" / "requirements" / "lint.txt").read_text().splitlines())
    assert hooks
    assert installed <= pinned, installed - pinned
