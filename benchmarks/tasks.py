# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task costs: on the controller, as a module, and as a GET of the same user by ansible.builtin.uri.

The case "bare SDK" shows the floor of a first task: an action plugin that imports the SDK, sends the same GET, and does
nothing else.

    python benchmarks/tasks.py [--rounds 5] [--items 50] [PATH_TO/ansible-playbook ...]

Starts an emulator of its own, runs whole playbooks in turn (so that noise falls on all alike), and prints the median
seconds and the ratios to ``uri``. The first ansible-playbook on PATH is measured unless others are named; each has to
have the twilio SDK beside it. The collection has to lie where ANSIBLE_COLLECTIONS_PATH finds it.
Compiled Python files matter: do not set PYTHONDONTWRITEBYTECODE.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = ("bare SDK", "on the controller", "module", "uri")
TASKS = 5

BARE_SDK = """
from ansible.plugins.action import ActionBase
from twilio.rest import Client


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        args = self._task.args
        answer = Client(args["user"], args["password"]).request("GET", args["url"])
        return {"changed": False, "failed": answer.status_code != 200}
"""


def write_bare_sdk(folder: Path) -> None:
    """Write the action plugin of the case "bare SDK", and the module that it needs by name, beside the playbook."""
    for name, text in (("action_plugins", BARE_SDK), ("library", "")):
        (folder / name).mkdir()
        (folder / name / "bare_sdk.py").write_text(text)


def playbook(case: str, count: int, items: int, emulator: dict[str, str]) -> list[dict[str, object]]:
    """Return a playbook that asks for one user: so many tasks, each a loop when items is more than 1."""
    user = f"{emulator['url']}/v1/Services/{emulator['service_sid']}/Users/bench"
    tasks: dict[str, dict[str, object]] = {
        "bare SDK": {
            "bare_sdk": {"url": user, "user": emulator["account_sid"], "password": emulator["auth_token"]},
        },
        "uri": {
            "ansible.builtin.uri": {
                "url": user,
                "user": emulator["account_sid"],
                "password": emulator["auth_token"],
                "force_basic_auth": True,
            }
        },
    }
    tasks["module"] = tasks["on the controller"] = {
        "community.twilio.twilio_conversations_user": {
            "service_sid": emulator["service_sid"],
            "identity": "bench",
            "account_sid": emulator["account_sid"],
            "auth_token": emulator["auth_token"],
            "api_base_url": emulator["url"],
        }
    }
    task = dict(tasks[case])
    if items > 1:
        task["loop"] = list(range(items))
    return [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"community_twilio_in_process": case == "on the controller"},
            "tasks": [task] * count,
        }
    ]


def seconds(command: str, plays: list[dict[str, object]], folder: Path) -> float:
    """Run a playbook; return the seconds of the whole process."""
    path = folder / "playbook.json"
    path.write_text(json.dumps(plays))
    start = time.perf_counter()
    done = subprocess.run([command, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


def measure(command: str, rounds: int, items: int, emulator: dict[str, str], folder: Path) -> None:
    """Measure one ansible-playbook, and print what came out."""
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    shapes = {"empty": (0, 1), "one": (1, 1), "some": (TASKS, 1), "loop": (1, items)}
    runs: dict[tuple[str, str], list[float]] = {}
    seconds(command, playbook("module", 1, 1, emulator), folder)  # makes the user
    for _round in range(rounds):
        for shape, size in shapes.items():
            for case in CASES:
                taken = seconds(command, playbook(case, *size, emulator), folder)
                runs.setdefault((case, shape), []).append(taken)
    median = {key: statistics.median(values) for key, values in runs.items()}
    empty = statistics.median([value for case in CASES for value in runs[case, "empty"]])
    uri_one, uri_some, uri_loop = (median["uri", shape] for shape in ("one", "some", "loop"))
    print(f"\n{version}, medians of {rounds}; an empty playbook takes {empty:.2f} s")
    print(
        f"{'':18}{'one task':>10}{'less empty':>12}{'to uri':>8}"
        f"{f'{TASKS} tasks':>11}{'per task':>10}{'to uri':>8}"
        f"{f'loop of {items}':>13}{'per item':>11}{'to uri':>8}"
    )
    for case in CASES:
        one, some, loop = (median[case, shape] for shape in ("one", "some", "loop"))
        print(
            f"{case:18}{one:8.2f} s{(one - empty) * 1000:9.0f} ms{(one - empty) / (uri_one - empty):8.2f}"
            f"{some:9.2f} s{(some - empty) / TASKS * 1000:7.0f} ms{(some - empty) / (uri_some - empty):8.2f}"
            f"{loop:11.2f} s{(loop - empty) / items * 1000:8.1f} ms{loop / uri_loop:8.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="What a task costs, by how it is run.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("commands", nargs="*", default=[shutil.which("ansible-playbook")])
    options = parser.parse_args()
    if "PYTHONDONTWRITEBYTECODE" in os.environ:
        sys.exit("PYTHONDONTWRITEBYTECODE is set: every task would compile the SDK anew")
    emulator = subprocess.Popen(
        [sys.executable, "-m", "tests.emulator", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert emulator.stdout is not None
        ready = json.loads(emulator.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            write_bare_sdk(Path(folder))
            for command in options.commands:
                measure(command, options.rounds, options.items, ready, Path(folder))
    finally:
        emulator.terminate()
        emulator.wait()


if __name__ == "__main__":
    main()
