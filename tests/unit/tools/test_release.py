# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to agree before a release."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.community.twilio.tools import release

CHANGELOG = """# Notes

<a id="v1-1-0"></a>
## v1\\.1\\.0

<a id="release-summary"></a>
### Release Summary

The newest\\.

<a id="v1-0-0"></a>
## v1\\.0\\.0

The first\\.
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout that can become release 1.1.0."""
    (tmp_path / "changelogs" / "fragments").mkdir(parents=True)
    (tmp_path / "galaxy.yml").write_text("version: 1.1.0\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    releases = {"1.1.0": {"changes": {"release_summary": "The newest."}}}
    (tmp_path / "changelogs" / "changelog.yaml").write_text(json.dumps({"releases": releases}))
    return tmp_path


def test_release_that_agrees(tree: Path) -> None:
    assert release.problems_of_tag("1.1.0", tree) == []
    assert release.notes("1.1.0", tree).endswith("The newest\\.")
    assert release.notes("1.0.0", tree) == "The first\\."


def _write(name: str, text: str) -> Callable[[Path], object]:
    return lambda tree: (tree / name).write_text(text)


@pytest.mark.parametrize(
    ("tag", "spoil", "problem"),
    [
        ("1.2.0", _write("README.md", ""), "The tag is 1.2.0, but galaxy.yml says version 1.1.0."),
        ("1.1.0-rc1", _write("galaxy.yml", "version: 1.1.0-rc1"), "The tag 1.1.0-rc1 is not a version such as 1.2.3."),
        (
            "1.1.0",
            _write("changelogs/changelog.yaml", "releases: {}"),
            "changelogs/changelog.yaml has no release 1.1.0",
        ),
        ("1.1.0", _write("changelogs/changelog.yaml", "releases: {1.1.0: {}}"), "has no release_summary"),
        ("1.1.0", _write("CHANGELOG.md", ""), "CHANGELOG.md has no section v1.1.0"),
        ("1.1.0", _write("changelogs/fragments/late.yml", ""), "changelogs/fragments still has late.yml"),
    ],
)
def test_release_that_does_not_agree(tree: Path, tag: str, spoil: Callable[[Path], object], problem: str) -> None:
    spoil(tree)
    assert any(problem in each for each in release.problems_of_tag(tag, tree))


def test_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("GALAXY_TOKEN", raising=False)
    assert release.publish(tmp_path / "archive.tar.gz") == 1
    assert "GALAXY_TOKEN is not set." in capsys.readouterr().err
