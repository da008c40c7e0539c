# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What .github/workflows/release.yml does: check that a tag may become a release, and publish an archive.

`check TAG` compares it with galaxy.yml and the changelog. `notes TAG` prints the section of a release in the changelog.
`publish ARCHIVE` needs the token of Galaxy in GALAXY_TOKEN.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
GALAXY = "https://galaxy.ansible.com/"


def problems_of_tag(tag: str, root: Path = ROOT) -> list[str]:
    """Find out why this tag cannot become a release.

    :param tag: the tag, which has to be the version.
    :param root: the top of the checkout.
    :returns: what does not agree; empty when the release can be made.
    """
    found = []
    version = _yaml(root / "galaxy.yml")["version"]
    if tag != version:
        found.append(f"The tag is {tag}, but galaxy.yml says version {version}.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", tag):
        found.append(f"The tag {tag} is not a version such as 1.2.3.")
    releases = _yaml(root / "changelogs" / "changelog.yaml")["releases"]
    if tag not in releases:
        found.append(f"changelogs/changelog.yaml has no release {tag}: run make changelog.")
    elif not releases[tag].get("changes", {}).get("release_summary"):
        found.append(f"The release {tag} in changelogs/changelog.yaml has no release_summary.")
    if not notes(tag, root):
        found.append(f"CHANGELOG.md has no section v{tag}: run make changelog.")
    fragments = sorted(path.name for path in (root / "changelogs" / "fragments").glob("*.y*ml"))
    if fragments:
        found.append(f"changelogs/fragments still has {', '.join(fragments)}: they would not be in the changelog.")
    return found


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def notes(tag: str, root: Path = ROOT) -> str:
    """Return the section of a release in CHANGELOG.md, without its heading; empty when there is none."""
    path = root / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    # Headings are full of backslashes, but each release begins with an anchor.
    anchor = re.escape(tag.replace(".", "-"))
    section = rf'^<a id="v{anchor}"></a>\n## .*?\n(.*?)(?=^<a id="v[0-9-]+"></a>|\Z)'
    found = re.search(section, text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def publish(archive: Path, server: str = GALAXY) -> int:
    """Publish an archive, and wait until Galaxy has imported it.

    The token is in the environment, as other users of the machine can see the command line.

    :param archive: the archive.
    :param server: the address of the Galaxy.
    :returns: the exit status of ansible-galaxy.
    """
    token = os.environ.get("GALAXY_TOKEN")
    if not token:
        sys.stderr.write("GALAXY_TOKEN is not set.\n")
        return 1
    environment = {name: value for name, value in os.environ.items() if name != "GALAXY_TOKEN"}
    environment["ANSIBLE_GALAXY_SERVER_LIST"] = "release"
    environment["ANSIBLE_GALAXY_SERVER_RELEASE_URL"] = server
    environment["ANSIBLE_GALAXY_SERVER_RELEASE_TOKEN"] = token
    command = [str(Path(sys.executable).parent / "ansible-galaxy"), "collection", "publish", str(archive)]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 -- a fixed program, and no shell


def main() -> int:
    """Run one of the commands; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("check", "notes"):
        commands.add_parser(name).add_argument("tag")
    commands.add_parser("publish").add_argument("archive", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "publish":
        return publish(arguments.archive)
    if arguments.command == "notes":
        sys.stdout.write(f"{notes(arguments.tag)}\n")
        return 0
    found = problems_of_tag(arguments.tag)
    sys.stdout.writelines(f"{each}\n" for each in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
