# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What README, guides and the site say about this project is so, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.harness import versions
from tests.harness.paths import ROOT

README = ROOT / "README.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))

SECTIONS = ["Description", "Requirements", "Installation", "Use cases", "Testing", "Support", "Release notes"]
SECTIONS += ["Related information", "License"]
REPOSITORY = "https://github.com/ansible-collections/community.twilio/"
CONTENT = "https://raw.githubusercontent.com/ansible-collections/community.twilio/main/"
SITE = "https://ansible-collections.github.io/community.twilio/"


def test_readme_agrees_with_the_code() -> None:
    text = README.read_text()
    client = (ROOT / "plugins/module_utils/_twilio/sdk.py").read_text()
    lowest = re.search(r'^MIN_SDK_VERSION = "(.*)"$', client, re.MULTILINE)
    assert lowest
    assert f"'twilio>={lowest[1]}'" in text
    assert f"| {lowest[1]} or newer |" in text
    assert f"| {lowest[1]}, and the newest |" in text
    tested = ", ".join(reversed([core.version for core in versions.CORES]))
    assert f"| ansible-core | {tested} |" in text
    assert f"| {versions.OLDEST_TARGET} or newer |" in text
    modules = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
    assert sorted(re.findall(r"^\| \[`(\w+)`\]\(\S+_module\.html\)", text, re.MULTILINE)) == modules


def test_guides_are_in_the_same_order_everywhere() -> None:
    extra = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text())
    order = [name for section in extra["sections"] for name in section["toctree"]]
    assert sorted(order) == [path.stem for path in GUIDES]
    assert re.findall(r"docsite/(guide_\w+)\n", (ROOT / "docs/site/index.rst").read_text()) == order
    assert re.findall(r"/(guide_\w+)\.", README.read_text().split("\n### Guides\n")[1].split("\n## ")[0]) == order


def test_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", ARCHITECTURE.read_text()) if "://" not in link]
    assert links
    broken = []
    for link in links:
        name, _hash, anchor = link.partition("#")
        target = (ARCHITECTURE.parent / name).resolve() if name else ARCHITECTURE
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def test_readme_can_be_shown_alone() -> None:
    """Galaxy shows nothing but this file. It has the sections that Automation Hub asks for, and every link is a URL."""
    text = README.read_text()
    assert [name for name in re.findall(r"^## (.*)$", text, re.MULTILINE) if name in SECTIONS] == SECTIONS
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert [link for link in links if not link.startswith("https://")] == []
    files = [file for link in links if (file := _file_of(link))]
    assert len(files) > len(GUIDES)
    assert [str(file.relative_to(ROOT)) for file in files if not file.exists()] == []


def _file_of(link: str) -> Path | None:
    """The file in this repository that a URL shows, or from which it is made; None for one that leads elsewhere."""
    path = link.partition("#")[0]
    if path.startswith(CONTENT):
        return ROOT / path.removeprefix(CONTENT)
    if path.startswith(f"{REPOSITORY}actions/"):
        return ROOT / ".github" / path.removeprefix(f"{REPOSITORY}actions/").removesuffix("/badge.svg?branch=main")
    if found := re.fullmatch(rf"{re.escape(REPOSITORY)}(?:blob|tree)/main/(.+)", path):
        return ROOT / found[1]
    if path in (SITE, REPOSITORY, f"{REPOSITORY}issues"):
        return None
    if found := re.fullmatch(rf"{re.escape(SITE)}docsite/(\w+)\.html", path):
        return ROOT / "docs/docsite/rst" / f"{found[1]}.rst"
    if found := re.fullmatch(rf"{re.escape(SITE)}(\w+)_(module|filter|inventory|role)\.html", path):
        return (
            ROOT
            / {"module": "plugins/modules", "role": "roles"}.get(found[2], f"plugins/{found[2]}")
            / (found[1] if found[2] == "role" else f"{found[1]}.py")
        )
    assert not path.startswith((REPOSITORY, SITE)), f"No such page: {link}"
    return None


def _anchors(path: Path) -> list[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_references_and_paths_in_guides_exist() -> None:
    text = "\n".join(path.read_text() for path in GUIDES)
    labels = set(re.findall(r"^\.\. _(ansible_collections\.\S+):$", text, re.MULTILINE))
    assert {re.sub(r".*<(.*)>", r"\1", name) for name in re.findall(r":ref:`([^`]+)`", text)} <= labels
    paths = re.findall(r"``((?:docs|examples|plugins|tests)/[\w./-]+)``", text)
    assert paths
    assert [name for name in paths if not (ROOT / name).exists()] == []
