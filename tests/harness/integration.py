# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the integration targets with ansible-test, against one emulator that holds every exchange to Twilio's OpenAPI.

They run on the controller; those of Conversations run as modules too, and all results have to be the same. The targets
of Chat are the same tasks, and how a task is executed does not depend on the product.
"""

from __future__ import annotations

import argparse
import configparser
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import execution_modes
from .ansible_test import AnsibleTest, AnsibleTestFailed
from .copies import collection_copy
from .emulator import EmulatorFailed, RunningEmulator, running_emulator
from .paths import OPENAPI, ROOT
from .sdk import pin_lowest

CONVERSATIONS = ("twilio_conversations_.*",)
CHAT = ("twilio_chat_.*",)


def main() -> int:
    """Run it; 0 when every target passed and no exchange broke Twilio's rules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", required=True, help="name of ansible-test's home")
    parser.add_argument("--python", required=True, help="version of the Python that the modules run on")
    parser.add_argument("--lowest-sdk", action="store_true")
    parser.add_argument("--only-modules", action="store_true", help="do not run them on the controller too")
    parser.add_argument("--only-on-controller", action="store_true", help="do not run them as modules too")
    parser.add_argument("--only-conversations", action="store_true", help="do not run the targets of Chat")
    parser.add_argument("targets", nargs="*", help="only these targets, in both execution modes")
    options = parser.parse_args()
    try:
        run(options)
    except (AnsibleTestFailed, EmulatorFailed) as error:
        print(f"FAILED: {error}")
        return 1
    return 0


def run(options: argparse.Namespace) -> None:
    """Run the targets, then ask the emulator what it saw.

    :raises AnsibleTestFailed: a target failed, or an exchange broke Twilio's rules.
    """
    fetch = [sys.executable, str(ROOT / "tests" / "contract" / "fetch_openapi.py"), str(OPENAPI)]
    subprocess.run(fetch, check=True)
    ansible_test = AnsibleTest(Path(sys.executable).parent, options.home)
    with collection_copy() as copy, running_emulator("--openapi", str(OPENAPI), "--tls", "--proxy") as emulator:
        if options.lowest_sdk:
            pin_lowest(copy)
        arguments = ["integration", "--venv", "--python", options.python]
        results: dict[tuple[str, ...], dict[str, list[dict[str, Any]]]] = {}
        for mode, targets in rounds(options):
            print(f"{' '.join(targets)}, every task {mode}:", flush=True)
            emulator.reset()
            results_file = configure(copy, emulator, mode)
            # There are hundreds of tasks, and how they run is the same for all; not every one has to be seen.
            with execution_modes.Watch(int(emulator.ready["port"]), seconds=0.1) as watch:
                ansible_test.run(copy, *arguments, *targets)
            # The targets also ask the emulator by lookups, which run on the controller anyway.
            if watch.modes() - {execution_modes.ON_CONTROLLER} != {mode} - {execution_modes.ON_CONTROLLER}:
                raise AnsibleTestFailed(f"Tasks ran {' and '.join(watch.modes())}, not {mode}.")
            told = [json.loads(line) for line in results_file.read_text().splitlines()]
            results_file.unlink()
            results.setdefault(targets, {})[mode] = told
        for by_mode in results.values():
            if len(by_mode) == 2:
                compare(by_mode[execution_modes.ON_CONTROLLER], by_mode[execution_modes.AS_MODULE])
        check_violations(emulator)


def rounds(options: argparse.Namespace) -> list[tuple[str, tuple[str, ...]]]:
    """Return what runs, one after the other: an execution mode and its targets."""
    targets = tuple(options.targets) or CONVERSATIONS
    on_controller = [] if options.only_modules else [(execution_modes.ON_CONTROLLER, targets)]
    as_modules = [] if options.only_on_controller else [(execution_modes.AS_MODULE, targets)]
    chat = not (options.targets or options.only_conversations or options.only_modules)
    return [*on_controller, *as_modules, *([(execution_modes.ON_CONTROLLER, CHAT)] if chat else [])]


def configure(copy: Path, emulator: RunningEmulator, mode: str) -> Path:
    """Tell the targets where the emulator is, and how to run. ansible-test passes no environment on, but it reads these
    files.

    :returns: where the results of all tasks will be.
    """
    ready = emulator.ready
    values = {
        "twilio_emulator_url": ready["url"],
        "twilio_emulator_https_url": ready["https_url"],
        "twilio_emulator_ca_path": ready["ca_path"],
        "twilio_emulator_proxy_url": ready["proxy_url"],
        "twilio_account_sid": ready["account_sid"],
        "twilio_auth_token": ready["auth_token"],
        "twilio_api_key": ready["api_key"],
        "twilio_api_secret": ready["api_secret"],
        "twilio_client_id": ready["client_id"],
        "twilio_client_secret": ready["client_secret"],
        "community_twilio_in_process": mode == execution_modes.ON_CONTROLLER,
    }
    folder = copy / "tests" / "integration"
    # JSON is YAML.
    (folder / "integration_config.yml").write_text(json.dumps(values, indent=2) + "\n")
    results = copy.parent / f"results {mode}.jsonl"
    settings = configparser.ConfigParser(interpolation=None)
    settings["defaults"] = {
        "callback_plugins": str(ROOT / "tests" / "functional" / "plugins" / "callback"),
        "inject_invocation": "true",
        # Ansible warns about options in one variable, unless nobody else's facts can be in it.
        "inject_facts_as_vars": "false",
    }
    settings["callback_results"] = {"path": str(results)}
    with (folder / "integration.cfg").open("w") as file:
        settings.write(file)
    return results


def compare(here: list[dict[str, Any]], there: list[dict[str, Any]]) -> None:
    """Compare the results of the tasks on the controller and as modules.

    :raises AnsibleTestFailed: they are not the same.
    """
    differences = execution_modes.differences(here, there)
    if differences or not here:
        print("\n".join(differences))
        raise AnsibleTestFailed(f"{len(differences)} of {len(here)} results differ between the execution modes.")
    print(f"{len(execution_modes.comparable(here))} results are the same in both execution modes.")


def check_violations(emulator: RunningEmulator) -> None:
    """Look at what did not agree with Twilio's OpenAPI during the run.

    :raises AnsibleTestFailed: a request or an answer broke it, and no test had announced that it would.
    """
    violations = emulator.violations()
    for violation in violations:
        print(json.dumps(violation, indent=2))
    if violations:
        raise AnsibleTestFailed(f"{len(violations)} exchanges do not agree with Twilio's OpenAPI.")
    print("Every exchange of this run agrees with Twilio's OpenAPI.")


if __name__ == "__main__":
    sys.exit(main())
