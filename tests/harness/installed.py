# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the built collection as a user does, and use all of it from there, against the emulator.

Only the emulator and the playbooks of the tests come from the checkout. Run it with a Python that has ansible-core and
what an execution environment installs for the collection, and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from .emulator import RunningEmulator, running_emulator
from .paths import ROOT

# In bytes. The artefact has what users need: no tests, tools or figures of benchmarks.
MAX_SIZE = 500_000
UNWANTED = re.compile(r"^(tests|tools|benchmarks|\.[^/]*)(/|$)|\.pyc$")
_RECAP = re.compile(r"^(\S+)\s*: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


class InstalledFailed(RuntimeError):
    """The installed collection does not do what it should."""


class Installed:
    """The collection, installed into a folder of its own.

    :param tarball: the built artefact.
    :param folder: an empty folder, in which all commands run.
    """

    def __init__(self, tarball: Path, folder: Path) -> None:
        self.tarball = tarball
        self.folder = folder
        self.bin = Path(sys.executable).parent
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TWILIO_", "ANSIBLE_", "PYTHON", "COVERAGE"))
        }
        self.environment.update(
            ANSIBLE_COLLECTIONS_PATH=str(folder / "collections"),
            ANSIBLE_HOME=str(folder / "home"),
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            ANSIBLE_NOCOLOR="1",
            LC_ALL="C.UTF-8",
            PATH=os.pathsep.join([str(self.bin), os.environ["PATH"]]),
        )

    def run(self, command: str, *arguments: str) -> str:
        """Run one of Ansible's commands.

        :returns: what it printed.
        :raises InstalledFailed: it failed.
        """
        done = subprocess.run(
            [str(self.bin / command), *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise InstalledFailed(f"{command} {' '.join(arguments)}:\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def install(self) -> None:
        """Install the tarball, and make sure that it is what Ansible finds."""
        self.run("ansible-galaxy", "collection", "install", str(self.tarball), "--offline")
        listed = json.loads(self.run("ansible-galaxy", "collection", "list", "--format", "json"))
        places = [place for place, found in listed.items() if "community.twilio" in found]
        ours = str(self.folder / "collections" / "ansible_collections")
        if places != [ours]:
            raise InstalledFailed(f"the collection is in {places}, not only in {ours}")

    def play(self, *arguments: str, changes: bool) -> None:
        """Run a playbook.

        :param arguments: of ansible-playbook.
        :param changes: whether it has to change something, or must not.
        :raises InstalledFailed: it failed, or did the other thing.
        """
        output = self.run("ansible-playbook", *arguments)
        changed = sum(int(found[3]) for found in _RECAP.finditer(output))
        if not _RECAP.search(output) or (changed > 0) is not changes:
            raise InstalledFailed(f"{' '.join(arguments)}: changed={changed}\n{output[-6000:]}")
        print(f"ok: ansible-playbook {' '.join(arguments)}", flush=True)


def check_files(tarball: Path) -> None:
    """Refuse an artefact that is large, or has what no user needs."""
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
    unwanted = [name for name in names if UNWANTED.search(name)]
    size = tarball.stat().st_size
    if unwanted or size > MAX_SIZE:
        raise InstalledFailed(f"{size} bytes, at most {MAX_SIZE}; not wanted in it: {unwanted}")
    print(f"ok: {tarball.name}, {len(names)} files, {size} bytes", flush=True)


def use(installed: Installed, emulator: RunningEmulator) -> None:
    """Use every playbook, role and plugin of the installed collection."""
    folder = installed.folder
    installed.environment.update(emulator.environment)
    content = folder / "collections" / "ansible_collections" / "community" / "twilio"
    # The quickstart of the artefact itself
    quickstart = str(content / "examples" / "quickstart.yml")
    installed.play(quickstart, "--check", "--diff", changes=True)
    installed.play(quickstart, changes=True)
    installed.play(quickstart, changes=False)
    installed.play(quickstart, "--tags", "remove", changes=True)
    # The playbook that the README begins with
    found = re.search(r"^```yaml\n(.*?)^```", (content / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (folder / "users.yml").write_text(found[1] if found else "")
    installed.play("users.yml", "--check", "--diff", changes=True)
    installed.play("users.yml", changes=True)
    # Modules, filters, lookups; on the controller and as modules
    every = str(shutil.copy(ROOT / "tests" / "installed" / "every_plugin.yml", folder))
    installed.play(every, changes=True)
    installed.play(every, "-e", '{"community_twilio_in_process": false}', changes=False)
    # Playbooks, with the role
    (folder / "users.csv").write_text("identity,friendly_name\nalice,Alice\nbob,Bob\n")
    service = ("-e", "twilio_service_sid=" + emulator.service_sid)
    users = (*service, "-e", "twilio_users_file=users.csv")
    installed.play("community.twilio.sync_users", *users, "--check", "--diff", changes=True)
    installed.play("community.twilio.sync_users", *users, changes=True)
    installed.play("community.twilio.sync_users", *users, changes=False)
    installed.play("community.twilio.report_users", *users, "-e", "twilio_fail_on_drift=true", changes=False)
    export = ("community.twilio.export_users", *service, "-e", "twilio_export_file=export.yml")
    installed.play(*export, changes=True)
    installed.play(*export, changes=False)
    if "identity: alice" not in (folder / "export.yml").read_text():
        raise InstalledFailed("the export does not have the users")
    # The inventory plugin
    (folder / "all.twilio_services.yml").write_text("plugin: community.twilio.twilio_services\n")
    hosts = json.loads(installed.run("ansible-inventory", "-i", "all.twilio_services.yml", "--list"))
    if f"conversations-{emulator.service_sid}" not in hosts["twilio_services"]["hosts"]:
        raise InstalledFailed(f"the inventory has {hosts}")
    for kind, names in (("filter", "filter"), ("lookup", "lookup"), ("inventory", "inventory"), ("module", "modules")):
        for path in sorted((content / "plugins" / names).glob("[a-z]*.py")):
            installed.run("ansible-doc", "-t", kind, f"community.twilio.{path.stem}")
    installed.run("ansible-doc", "-t", "role", "community.twilio.sync_users")
    print("ok: inventory and documentation", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tarball", type=Path)
    parser.add_argument("--emulator-python", default=sys.executable, help="a Python with aiohttp, for the emulator")
    options = parser.parse_args()
    tarball = options.tarball.resolve()
    with tempfile.TemporaryDirectory(prefix="twilio-installed-") as folder:
        installed = Installed(tarball, Path(folder).resolve())
        try:
            check_files(tarball)
            installed.install()
            with running_emulator(python=options.emulator_python) as emulator:
                use(installed, emulator)
        except InstalledFailed as error:
            sys.exit(f"FAILED: {error}")


if __name__ == "__main__":
    main()
