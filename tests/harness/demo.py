# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection at work: one playbook in four acts, against the emulator or against the Twilio of TWILIO_*."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

from . import certificates, paths
from .emulator import EmulatorFailed, running_emulator

PLAYBOOK = paths.ROOT / "examples" / "quickstart.yml"
NEEDED = ("TWILIO_ACCOUNT_SID",)
CREDENTIALS = (
    ("TWILIO_AUTH_TOKEN",),
    ("TWILIO_API_KEY", "TWILIO_API_SECRET"),
    ("TWILIO_CLIENT_ID", "TWILIO_CLIENT_SECRET"),
)
_RECAP = re.compile(r"^localhost\s*:.*\bchanged=(\d+)", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class DemoFailed(RuntimeError):
    """An act did not go as it should."""


class Stage:
    """Where the acts are played.

    :param bin_folder: the bin folder of the environment with ansible-core.
    :param environment: variables that lead the playbook to its Twilio.
    :param service: the name of the service, so that it is this demo's own; empty for the playbook's own.
    :param chat: whether Programmable Chat takes part.
    """

    def __init__(self, bin_folder: Path, environment: dict[str, str], service: str, chat: bool) -> None:
        self.bin_folder = bin_folder
        self.environment = environment
        self.variables = [f"quickstart_service={service}"] if service else []
        self.variables += ["quickstart_chat=true"] if chat else []

    def play(self, *arguments: str, expect_changed: bool) -> None:
        """Run the playbook and see that it changed something, or nothing.

        :raises DemoFailed: it failed, or it did the other thing.
        """
        variables = [part for each in self.variables for part in ("--extra-vars", each)]
        command = ["ansible-playbook", str(PLAYBOOK.relative_to(paths.ROOT)), *arguments, *variables]
        print(f"$ {shlex.join(command)}", flush=True)
        process = subprocess.Popen(
            [str(self.bin_folder / command[0]), *command[1:]],
            cwd=paths.ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            output.append(line)
        status = process.wait()
        recap = _RECAP.search(_COLOUR.sub("", "".join(output)))
        if status or not recap:
            raise DemoFailed(f"ansible-playbook ended with status {status}.")
        if (int(recap[1]) > 0) is not expect_changed:
            raise DemoFailed(f"Expected {'changes' if expect_changed else 'no change'}, but changed={recap[1]}.")


def heading(text: str) -> None:
    """Print a heading."""
    print(f"\n\033[1m== {text}\033[0m\n" if sys.stdout.isatty() else f"\n== {text}\n", flush=True)


def acts(stage: Stage) -> None:
    """Play all four.

    :raises DemoFailed: one did not go as it should.
    """
    heading("Act 1 of 4: what would change? Nothing exists yet, and check mode creates nothing")
    stage.play("--check", "--diff", expect_changed=True)
    try:
        heading("Act 2 of 4: apply the playbook")
        stage.play(expect_changed=True)
        heading("Act 3 of 4: again, and nothing changes")
        stage.play(expect_changed=False)
        heading("Act 4 of 4: change one field, and remove the service with all that is in it")
        stage.play("--diff", "--extra-vars", "quickstart_night_name=Owls", expect_changed=True)
    except BaseException:
        print("\nRemoving what this demo created ...", flush=True)
        with contextlib.suppress(DemoFailed):
            stage.play("--tags", "remove", expect_changed=True)
        raise
    stage.play("--tags", "remove", expect_changed=True)


def make_environment() -> Path:
    """Make a virtual environment with the newest ansible-core that this Python takes; returns its bin folder."""
    venv = paths.BUILD / "demo"
    bin_folder = venv / "bin"
    if not (bin_folder / "ansible-playbook").exists():
        print("Installing ansible-core and the Twilio SDK into .build/demo (the first time only) ...", flush=True)
        uv = [sys.executable, "-m", "uv", "--quiet"]
        environment = dict(os.environ)
        certificates.use_system_store(environment)
        subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, str(venv)], check=True, env=environment)
        install = ["pip", "install", "--python", str(bin_folder / "python"), "-r", str(paths.ROOT / "requirements.txt")]
        subprocess.run([*uv, *install, "ansible-core"], check=True, env=environment)
    return bin_folder


def ansible_environment(bin_folder: Path) -> dict[str, str]:
    """The variables for ansible-playbook, without its noise about things that do not matter here."""
    # Settings that may lie around on this machine do not get in.
    settings = paths.BUILD / "ansible.cfg"
    settings.touch()
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(paths.link_tree()),
        "ANSIBLE_CONFIG": str(settings),
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_HOME": str(paths.BUILD / "ansible"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOWS": "true",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        environment["ANSIBLE_FORCE_COLOR"] = "true"
    # Without compiled files every task compiles the SDK again.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def wants_twilio() -> bool:
    """Whether the environment leads to a Twilio of the user's own.

    :raises DemoFailed: it does, but something is missing.
    """
    given = {name: bool(os.environ.get(name)) for name in {*NEEDED, *(each for names in CREDENTIALS for each in names)}}
    if not any(given.values()):
        return False
    missing = [name for name in NEEDED if not given[name]]
    if not any(all(given[name] for name in names) for names in CREDENTIALS):
        missing.append(
            "TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and TWILIO_API_SECRET, or TWILIO_CLIENT_ID and TWILIO_CLIENT_SECRET)"
        )
    if missing:
        raise DemoFailed(
            "Some TWILIO_* variables are set, so this demo would run against that Twilio account, but it also needs "
            f"{' and '.join(missing)}. Unset all TWILIO_* variables to see it with the local emulator instead."
        )
    return True


def main() -> int:
    """Play the demo; 0 when every act went as it should."""
    try:
        if wants_twilio():
            return play_on_twilio()
        return play_on_emulator()
    except DemoFailed as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"\nSetting up the demo failed: {error}", file=sys.stderr)
        return 1


def play_on_twilio() -> int:
    """The demo against the user's Twilio. Its service has a name that no other has, and only this one is removed."""
    where = os.environ.get("TWILIO_API_BASE_URL") or "Twilio"
    service = f"Quickstart-{secrets.token_hex(4)}"
    print(f"TWILIO_* is set: working on account {os.environ['TWILIO_ACCOUNT_SID']} at {where}.")
    print(f"It creates a Conversations service named {service}, and removes it again; it touches no other.")
    bin_folder = make_environment()
    acts(Stage(bin_folder, ansible_environment(bin_folder), service, chat=False))
    heading(f"Done. The service is gone from {where} again")
    return 0


def play_on_emulator() -> int:
    """The demo against the emulator, which runs with the same environment: aiohttp came with the Twilio SDK."""
    print("No TWILIO_* variable is set: working with a local emulator of Twilio; nothing leaves this machine.")
    bin_folder = make_environment()
    try:
        with running_emulator(python=bin_folder / "python") as emulator:
            environment = {**ansible_environment(bin_folder), **emulator.environment}
            acts(Stage(bin_folder, environment, "", chat=True))
    except EmulatorFailed as error:
        raise DemoFailed(str(error)) from error
    heading("Done. The emulator is stopped. Read the playbook in examples/quickstart.yml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
