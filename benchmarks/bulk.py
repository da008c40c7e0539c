# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What many users cost: in one task, in a loop over the single module or over uri, and in a script on the SDK.

    python benchmarks/bulk.py [--users 100 1000] [--latency 0 100] [--cases ...] [--works ...] [--rounds 3]
    python benchmarks/bulk.py --write-limit
    python benchmarks/bulk.py --large

Starts an emulator of its own, runs whole processes in turn (so that noise falls on all alike), looks after each what
became of the users, and prints medians. All that was measured goes to a JSON file, to which ``--add`` adds; chart.py
draws it. See README.md. Compiled Python files matter: do not set PYTHONDONTWRITEBYTECODE.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.emulator.client import Control  # noqa: E402  # the emulator is no installed package

WORKS = {"create": "create", "same": "nothing to do", "update": "update all", "delete": "delete all"}
CASES = ("bulk", "bulk as module", "loop", "uri", "script")
ONE_BY_ONE = ("loop", "uri", "script")
# What a case needs before its first user: a process of the same kind that does less.
EMPTY, NO_USERS, NO_USERS_MODULE, EMPTY_SCRIPT = "empty playbook", "no users", "no users as module", "empty script"
PAGE_SIZES = {"conversations": 50, "chat": 100}
CONCURRENCY = 10
WRITE_LIMIT = {"per_second": 30, "burst": 150}
MODULES = {
    name: (f"community.twilio.twilio_{name}_user", f"community.twilio.twilio_{name}_users") for name in PAGE_SIZES
}
SAMPLE_SECONDS = 0.03
Run = dict[str, Any]


def users(count: int, team: str) -> list[dict[str, Any]]:
    """Give users as a task wants them."""
    return [
        {"identity": f"user-{number:06}", "friendly_name": f"User {number}", "attributes": {"team": team, "n": number}}
        for number in range(1, count + 1)
    ]


class Bench:
    """An emulator, a folder for playbooks, and the commands that are measured."""

    def __init__(self, command: str, emulator: dict[str, Any], folder: Path) -> None:
        self.command = command
        self.emulator = emulator
        self.folder = folder
        self.control = Control(emulator["url"])
        self.process = psutil.Process(emulator["pid"])
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
        self.environment["EMULATOR"] = json.dumps(emulator)

    # Before and after a run

    def prepare(self, there: list[dict[str, Any]], latency_ms: float, write_limit: dict[str, int] | None) -> None:
        """Let the service have these users and no others."""
        self.control.reset()
        for start in range(0, len(there), 20_000):
            part = there[start : start + 20_000]
            self.control.seed({"services": [{"sid": self.emulator["service_sid"], "users": part}]})
        self.control.settings(latency=latency_ms / 1000, write_limit=write_limit)

    def check(self, expected: list[dict[str, Any]]) -> None:
        """Make sure that the service has these users and no others."""
        found = {
            user["identity"]: (user["friendly_name"], user["attributes"])
            for user in self.control.users(self.emulator["service_sid"])
        }
        read = {
            identity: (name, json.loads(attributes) if isinstance(attributes, str) else attributes)
            for identity, (name, attributes) in found.items()
        }
        if read != {user["identity"]: (user["friendly_name"], user["attributes"]) for user in expected}:
            sys.exit("the users are not as they should be")

    # What is run

    def arguments(self) -> dict[str, str]:
        """Give the options that reach the emulator."""
        return {
            "service_sid": self.emulator["service_sid"],
            "account_sid": self.emulator["account_sid"],
            "auth_token": self.emulator["auth_token"],
            "api_base_url": self.emulator["url"],
        }

    def task(self, case: str, product: str, work: str, given: str, paced: bool) -> dict[str, Any]:
        """Give the task of a case.

        :param given: a Jinja expression for the users.
        :param paced: whether the bulk module keeps its pace, or writes as fast as it can.
        """
        single, many = MODULES[product]
        state = "absent" if work == "delete" else "present"
        if case in ("bulk", "bulk as module"):
            pace = {} if paced else {"writes_per_second": 0}
            return {many: {**self.arguments(), "users": given, "state": state, **pace}}
        loop = {"loop": given, "loop_control": {"label": "{{ item.identity }}"}}
        if case == "loop":
            fields = {
                "friendly_name": "{{ item.friendly_name }}",
                "attributes": "{{ item.attributes }}",
            }
            user = {"identity": "{{ item.identity }}", "state": state, **(fields if work != "delete" else {})}
            return {single: {**self.arguments(), **user}, **loop}
        address = (
            f"{self.emulator['url']}/{'v2' if product == 'chat' else 'v1'}/Services/{self.arguments()['service_sid']}"
        )
        uri: dict[str, Any] = {
            "url": address + ("/Users" if work == "create" else "/Users/{{ item.identity }}"),
            "user": self.emulator["account_sid"],
            "password": self.emulator["auth_token"],
            "force_basic_auth": True,
            "method": {"same": "GET", "delete": "DELETE"}.get(work, "POST"),
            "status_code": {"create": 201, "delete": 204}.get(work, 200),
        }
        if work in ("create", "update"):
            body = {"FriendlyName": "{{ item.friendly_name }}", "Attributes": "{{ item.attributes | to_json }}"}
            uri["body_format"] = "form-urlencoded"
            uri["body"] = {"Identity": "{{ item.identity }}", **body} if work == "create" else body
        return {"ansible.builtin.uri": uri, **loop}

    def playbook(self, task: dict[str, Any] | None, on_controller: bool, play: dict[str, Any]) -> list[str]:
        """Write a playbook; give the command that runs it."""
        path = self.folder / "playbook.json"
        variables = {"community_twilio_in_process": on_controller}
        tasks = [] if task is None else [task]
        path.write_text(
            json.dumps([{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks, **play}])
        )
        return [self.command, str(path)]

    def given(self, wanted: list[dict[str, Any]], as_variable: bool) -> tuple[str, dict[str, Any]]:
        """Write users down; give the expression that has them and what the play needs for it."""
        path = self.folder / "users.json"
        path.write_text(json.dumps(wanted))
        if not as_variable:
            return f"{{{{ lookup('ansible.builtin.file', '{path}') | from_json }}}}", {}
        variables = self.folder / "variables.json"
        variables.write_text(json.dumps({"users": wanted}))
        return "{{ users }}", {"vars_files": [str(variables)]}

    def run(self, arguments: list[str], watch_memory: bool = False) -> Run:
        """Run a process to its end; give what it took."""
        self.control.clear_requests()
        before, theirs = resource.getrusage(resource.RUSAGE_CHILDREN), self.process.cpu_times()
        peaks: dict[str, float] = {}
        start = time.perf_counter()
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment
        )
        watcher = threading.Thread(target=watch, args=(process.pid, peaks))
        if watch_memory:
            watcher.start()
        output, _nothing = process.communicate()
        seconds = time.perf_counter() - start
        if watch_memory:
            watcher.join()
        if process.returncode:
            sys.exit(output[-5000:])
        after, theirs_after = resource.getrusage(resource.RUSAGE_CHILDREN), self.process.cpu_times()
        requests = self.control.requests()
        # The log notes when a request came; the last one's answer follows at once but for the latency.
        arrivals = [request["time"] for request in requests]
        return {
            "seconds": seconds,
            "first_to_last_seconds": max(arrivals) - min(arrivals) if arrivals else 0.0,
            "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "emulator_cpu_seconds": theirs_after.user + theirs_after.system - theirs.user - theirs.system,
            "requests": len(requests),
            "methods": dict(Counter(request["method"] for request in requests)),
            "too_many": sum(1 for request in requests if request["status"] == 429),
            **peaks,
        }

    def start_up(self, name: str, product: str) -> Run:
        """Run what does no work."""
        if name == EMPTY_SCRIPT:
            empty = self.folder / "nobody.json"
            empty.write_text("[]")
            return self.run([sys.executable, str(ROOT / "benchmarks/sdk_script.py"), product, "same", str(empty)])
        if name == EMPTY:
            return self.run(self.playbook(None, True, {}))
        return self.run(
            self.playbook(self.task("bulk", product, "same", "{{ [] }}", True), name != NO_USERS_MODULE, {})
        )

    def work(
        self,
        case: str,
        product: str,
        work: str,
        count: int,
        latency_ms: float,
        as_variable: bool = False,
        write_limit: dict[str, int] | None = None,
        watch_memory: bool = False,
        check: bool = True,
    ) -> Run:
        """Run a case, once."""
        wanted = users(count, "support")
        there = [] if work == "create" else users(count, "sales") if work == "update" else wanted
        self.prepare(there, latency_ms, write_limit)
        if case == "script":
            self.given(wanted, False)
            script = str(ROOT / "benchmarks/sdk_script.py")
            run = self.run([sys.executable, script, product, work, str(self.folder / "users.json")], watch_memory)
        else:
            given, play = self.given(wanted, as_variable)
            task = self.task(case, product, work, given, write_limit is not None)
            run = self.run(self.playbook(task, case != "bulk as module", play), watch_memory)
        if check:
            self.check([] if work == "delete" else wanted)
        return run

    def handling(self, count: int, as_variable: bool) -> Run:
        """Let Ansible handle a list of users, without any module of ours: set_fact of it."""
        given, play = self.given(users(count, "support"), as_variable)
        return self.run(self.playbook({"ansible.builtin.set_fact": {"taken": given}}, True, play), watch_memory=True)


def watch(pid: int, peaks: dict[str, float]) -> None:
    """Note the most memory (resident, MB) that a process and those below it have had: of the first, and of the others.

    A process that was forked shares much of it with its parent.
    """
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            for process in (root, *root.children(recursive=True)):
                name = "controller_mb" if process.pid == pid else "worker_mb"
                peaks[name] = max(peaks.get(name, 0.0), most_memory(process))
            time.sleep(SAMPLE_SECONDS)
    except psutil.NoSuchProcess:
        return


def most_memory(process: psutil.Process) -> float:
    """Give the most memory that a process has had so far, where Linux tells it; else what it has now."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        return int(found[1]) / 1024 if found else process.memory_info().rss / 2**20
    except (OSError, psutil.Error):
        return 0.0


# The table


def start_up_of(case: str) -> str:
    """Name what a case needs before its first user."""
    return EMPTY_SCRIPT if case == "script" else EMPTY


def measure_table(bench: Bench, options: argparse.Namespace) -> Iterator[Run]:
    """Measure every case for every work, in turn."""
    for product in options.products:
        for count in options.users:
            for latency in options.latency:
                cell = {"what": "table", "product": product, "users": count, "latency_ms": latency}
                names = {start_up_of(case) for case in options.cases}
                names |= {NO_USERS} if "bulk" in options.cases else set()
                names |= {NO_USERS_MODULE} if "bulk as module" in options.cases else set()
                rounds = {case: rounds_of(case, count, options) for case in options.cases}
                for turn in range(max(rounds.values())):
                    bench.prepare([], 0, None)
                    for name in sorted(names):
                        yield {**cell, "work": None, "case": name, **bench.start_up(name, product)}
                    for work in options.works:
                        for case in options.cases:
                            if turn < rounds[case]:
                                run = bench.work(case, product, work, count, latency, options.as_variable)
                                yield {**cell, "work": work, "case": case, **run}


def rounds_of(case: str, count: int, options: argparse.Namespace) -> int:
    """Tell how often a case runs: what goes one by one through many users takes minutes."""
    slow = case in ONE_BY_ONE and count >= options.slow_users
    return int(min(options.slow_rounds, options.rounds) if slow else options.rounds)


def ideal(product: str, work: str, count: int, latency_ms: float) -> tuple[int, float]:
    """Give the least requests, and the seconds that Twilio's answers take with ten under way at once."""
    pages = -(-count // PAGE_SIZES[product])
    # A user is read again right before it is deleted.
    for_each_user = {"same": 0, "delete": 2}.get(work, 1) * count
    # The time does not count the one page of an empty service.
    waits = (0 if work == "create" else pages) + for_each_user / CONCURRENCY
    return (1 if work == "create" else pages) + for_each_user, waits * latency_ms / 1000


def median(runs: list[Run], name: str) -> float:
    """Give the median of a figure."""
    return float(statistics.median(run[name] for run in runs))


def show_table(runs: list[Run]) -> None:
    """Print the medians, cell by cell."""
    cells: dict[tuple[str, int, float], dict[tuple[str | None, str], list[Run]]] = {}
    for run in runs:
        cell = cells.setdefault((run["product"], run["users"], run["latency_ms"]), {})
        cell.setdefault((run["work"], run["case"]), []).append(run)
    for (product, count, latency), found in sorted(cells.items()):
        print(f"\n{count:,} users, {product}, {latency:g} ms")
        starts = {case: median(group, "seconds") for (work, case), group in found.items() if work is None}
        print("start-up: " + ", ".join(f"{case} {seconds:.2f} s" for case, seconds in starts.items()))
        print(
            f"{'work':15}{'case':16}{'rounds':>7}{'requests':>10}{'seconds':>10}{'apart':>9}{'CPU':>8}{'emul.':>8}"
            f"{'to bulk':>9}{'to aim: apart':>15}{'no users':>9}{'requests':>9}"
        )
        for work in WORKS:
            for case in CASES:
                group = found.get((work, case))
                if group:
                    print(table_line(product, work, case, count, latency, group, starts, found))


def table_line(
    product: str,
    work: str,
    case: str,
    count: int,
    latency: float,
    group: list[Run],
    starts: dict[str, float],
    found: dict[tuple[str | None, str], list[Run]],
) -> str:
    """Give a line of the table."""
    seconds = median(group, "seconds")
    apart = seconds - starts[start_up_of(case)]
    counts = sorted({run["requests"] for run in group})
    line = f"{WORKS[work]:15}{case:16}{len(group):>7}{'/'.join(map(str, counts)):>10}{seconds:>8.2f} s{apart:>7.2f} s"
    line += f"{median(group, 'cpu_seconds'):>6.1f} s{median(group, 'emulator_cpu_seconds'):>6.1f} s"
    bulk = found.get((work, "bulk"))
    line += f"{seconds / median(bulk, 'seconds'):>9.1f}" if bulk else " " * 9
    least, waits = ideal(product, work, count, latency)
    if case.startswith("bulk") and waits:
        no_users = starts[NO_USERS if case == "bulk" else NO_USERS_MODULE]
        span = median(group, "first_to_last_seconds") + latency / 1000
        line += f"{apart / waits:>15.3f}{(seconds - no_users) / waits:>9.3f}{span / waits:>9.3f}"
    if case.startswith("bulk") and counts != [least]:
        line += f"  NOT {least} REQUESTS"
    return line


# Twilio's limit


def measure_write_limit(bench: Bench, options: argparse.Namespace) -> Iterator[Run]:
    """Create users where more than 30 writes in a second are refused; every one has to succeed."""
    for product in options.products:
        for _round in range(options.rounds):
            for latency in options.latency:
                cell = {"what": "write limit", "product": product, "users": options.limited, "latency_ms": latency}
                bench.prepare([], 0, None)
                for name in (EMPTY, NO_USERS):
                    yield {**cell, "work": None, "case": name, **bench.start_up(name, product)}
                run = bench.work("bulk", product, "create", options.limited, latency, write_limit=WRITE_LIMIT)
                yield {**cell, "work": "create", "case": "bulk", **run}


def show_write_limit(runs: list[Run]) -> None:
    """Print how near creating comes to what the limit allows. Runs with a failed user have ended the benchmark."""
    groups: dict[tuple[str, int, float], list[Run]] = {}
    for run in runs:
        groups.setdefault((run["product"], run["users"], run["latency_ms"]), []).append(run)
    print("\nCreate with the write limit on (30/s, burst 150), defaults; the aim is (users - 150) / 30 s")
    print(f"{'product':15}{'users':>7}{'ms':>5}{'rounds':>7}{'requests':>10}{'429':>5}{'seconds':>10}", end="")
    print(f"{'apart':>9}{'to aim: apart':>15}{'requests':>9}")
    for (product, count, latency), group in sorted(groups.items()):
        worked = [run for run in group if run["case"] == "bulk"]
        empty = median([run for run in group if run["case"] == EMPTY], "seconds")
        seconds = median(worked, "seconds")
        counts = "/".join(str(number) for number in sorted({run["requests"] for run in worked}))
        aim = (count - WRITE_LIMIT["burst"]) / WRITE_LIMIT["per_second"]
        print(
            f"{product:15}{count:>7}{latency:>5g}{len(worked):>7}{counts:>10}"
            f"{max(run['too_many'] for run in worked):>5}{seconds:>8.2f} s{seconds - empty:>7.2f} s"
            f"{(seconds - empty) / aim:>15.3f}{(median(worked, 'first_to_last_seconds') + latency / 1000) / aim:>9.3f}"
        )


# Many more


def measure_large(bench: Bench, options: argparse.Namespace) -> Iterator[Run]:
    """Measure time and memory at several sizes, and what Ansible itself takes to handle such a list."""
    for product in options.products:
        for _round in range(options.large_rounds):
            bench.prepare([], 0, None)
            start = {"what": "large", "product": product, "users": 0, "latency_ms": 0, "work": None}
            yield {**start, "case": EMPTY, **bench.start_up(EMPTY, product)}
            for work, sizes in (("same", options.large_same), ("create", options.large_create)):
                for count in sizes:
                    cell = {"what": "large", "product": product, "users": count, "latency_ms": 0, "work": work}
                    bench.prepare([], 0, None)
                    yield {**cell, "case": "set_fact", **bench.handling(count, options.as_variable)}
                    for case in ("bulk", "bulk as module"):
                        if case in options.cases:
                            run = bench.work(case, product, work, count, 0, options.as_variable, watch_memory=True)
                            yield {**cell, "case": case, **run}


def show_large(runs: list[Run]) -> None:
    """Print time and memory by size, in all and for a thousand users."""
    groups: dict[tuple[str, str, str, int], list[Run]] = {}
    empty: list[Run] = []
    for run in runs:
        if run["work"] is None:
            empty.append(run)
        else:
            groups.setdefault((run["product"], run["work"], run["case"], run["users"]), []).append(run)
    start = median(empty, "seconds")
    print(f"\nLarge, no latency; an empty playbook takes {start:.2f} s. CPU is that of Ansible and the module,")
    print("emul. that of the emulator. MB: the most memory of ansible-playbook / of the process that does the work.")
    print(
        f"{'product':15}{'work':15}{'case':16}{'users':>8}{'rounds':>7}{'requests':>10}{'seconds':>10}{'CPU':>9}"
        f"{'emul.':>9}{'MB':>12}{'a thousand users: apart':>26}{'CPU':>8}"
    )
    for (product, work, case, count), group in sorted(groups.items()):
        seconds, cpu = median(group, "seconds"), median(group, "cpu_seconds")
        memory = f"{median(group, 'controller_mb'):.0f} / {median(group, 'worker_mb'):.0f}"
        print(
            f"{product:15}{WORKS[work]:15}{case:16}{count:>8,}{len(group):>7}{median(group, 'requests'):>10,.0f}"
            f"{seconds:>8.1f} s{cpu:>7.1f} s{median(group, 'emulator_cpu_seconds'):>7.1f} s{memory:>12}"
            f"{(seconds - start) / count * 1e6:>23.0f} ms{(cpu - start) / count * 1e6:>5.0f} ms"
        )


# The command

MEASURES = {"table": measure_table, "write limit": measure_write_limit, "large": measure_large}
SHOWS = {"table": show_table, "write limit": show_write_limit, "large": show_large}


@contextmanager
def emulator() -> Iterator[dict[str, Any]]:
    """Run an emulator; it ends with this process, also when that is told to stop."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit("terminated"))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.emulator", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def surroundings(command: str) -> dict[str, Any]:
    """Say on what was measured."""
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    python = re.search(r"python version = (\S+)", said)
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "ansible": said.split("\n")[0],
        "python": python[1] if python else None,
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "load": os.getloadavg()[0],
    }


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="What many users cost, by how it is done.")
    parser.add_argument("--write-limit", action="store_true", help="create with the write limit on, nothing else")
    parser.add_argument("--large", action="store_true", help="time and memory at several sizes, nothing else")
    parser.add_argument("--show", action="store_true", help="measure nothing, print what the JSON file has")
    parser.add_argument("--products", nargs="+", choices=PAGE_SIZES, default=["conversations"])
    parser.add_argument("--users", nargs="+", type=int, default=[100, 1000])
    parser.add_argument("--latency", nargs="+", type=float, default=[0, 100], metavar="MS")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=["bulk", "loop", "uri", "script"])
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow-rounds", type=int, default=1, help="of loop, uri and script from --slow-users on")
    parser.add_argument("--slow-users", type=int, default=1000)
    parser.add_argument("--as-variable", action="store_true", help="users from vars_files, not from a lookup")
    parser.add_argument("--limited", type=int, default=1000, metavar="USERS", help="of --write-limit")
    parser.add_argument("--large-same", nargs="*", type=int, default=[25_000, 50_000, 100_000], metavar="USERS")
    parser.add_argument("--large-create", nargs="*", type=int, default=[5_000, 10_000, 20_000], metavar="USERS")
    parser.add_argument("--large-rounds", type=int, default=1)
    parser.add_argument("--command", default=shutil.which("ansible-playbook"), help="which ansible-playbook")
    parser.add_argument("--json", type=Path, default=ROOT / ".build/benchmarks/bulk.json", help="where figures go")
    parser.add_argument("--add", action="store_true", help="keep what the JSON file has")
    return parser.parse_args()


def main() -> None:
    options = parse()
    if "PYTHONDONTWRITEBYTECODE" in os.environ:
        sys.exit("PYTHONDONTWRITEBYTECODE is set: every task would compile the SDK anew")
    keep = options.json.exists() and (options.add or options.show)
    figures: dict[str, Any] = json.loads(options.json.read_text()) if keep else {"made": [], "runs": []}
    if not options.show:
        figures["made"].append(surroundings(options.command))
        what = "large" if options.large else "write limit" if options.write_limit else "table"
        options.json.parent.mkdir(parents=True, exist_ok=True)
        with emulator() as ready, tempfile.TemporaryDirectory() as folder:
            for run in MEASURES[what](Bench(options.command, ready, Path(folder)), options):
                figures["runs"].append(run)
                # After each run: what has taken an hour is not lost when the next one fails.
                options.json.write_text(json.dumps(figures, indent=1) + "\n")
                place = f"{run['users']} users, {run['product']}, {run['latency_ms']:g} ms"
                print(f"{place}: {run['work'] or 'start-up'}, {run['case']}: {run['seconds']:.2f} s", file=sys.stderr)
    for made in figures["made"]:
        print(", ".join(f"{name} {value}" for name, value in made.items()))
    for what, show in SHOWS.items():
        runs = [run for run in figures["runs"] if run["what"] == what]
        if runs:
            show(runs)


if __name__ == "__main__":
    main()
