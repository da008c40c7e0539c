# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflow of examples/github: its own commands, run against the emulator as GitHub would run them.

What is not GitHub's here: the step that installs (this environment has all of it already), the actions of others
(`uses:`), and `gh`, in the place of which stands a small program that keeps comments in a file. Expressions are not
evaluated; those of the workflow have their meaning in `CONDITIONS` and `Runner.value`, and any other fails the test.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT

EXAMPLE = ROOT / "examples" / "github"
WORKFLOW = EXAMPLE / ".github" / "workflows" / "twilio-users.yml"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_pipeline.rst"
TEXT = WORKFLOW.read_text()
JOBS: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["jobs"]
# "on" is true in YAML 1.1.
TRIGGERS: dict[str, Any] = yaml.safe_load(TEXT)[True]

SERVICE = yaml.safe_load((EXAMPLE / "settings.yml").read_text())["twilio_service_sid"]
INSTALL = "Install Ansible, the Twilio SDK and the collection"
TOKEN = "ghs_0000000000000000000000000000000000000000"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TIMEOUT_SECONDS = 300

# Whether a step is done; a step without a condition is done when all before it succeeded.
CONDITIONS: dict[str, Callable[[Runner], bool]] = {
    "github.event.pull_request.head.repo.full_name != github.repository": lambda runner: runner.fork,
    "${{ !cancelled() && steps.try.conclusion != 'skipped' }}": lambda runner: "try" in runner.outcomes,
    "${{ !cancelled() }}": lambda _runner: True,
}

# `gh api`, as far as the workflow uses it; the first comment is one of another workflow.
GH = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path
assert os.environ["GH_TOKEN"] == {TOKEN!r}
store = Path(os.environ["COMMENTS"])
comments = json.loads(store.read_text())
api, *arguments = sys.argv[1:]
assert api == "api"
path = next(each for each in arguments if each.startswith("repos/"))
after = lambda name: arguments[arguments.index(name) + 1]
if path == "repos/shop/users/commits/main":
    assert after("--jq") == ".sha"
    print(os.environ["NEWEST"])
    sys.exit()
if "--method" not in arguments:
    assert path == "repos/shop/users/issues/7/comments" and "github-actions[bot]" in after("--jq")
    marker = after("--jq").split('startswith("')[1].split('"')[0]
    print(*[number for number, body in enumerate(comments) if body.startswith(marker)], sep="\\n")
    sys.exit()
name, _equal, value = after("--field").partition("=")
assert name == "body" and value.startswith("@")
body = Path(value[1:]).read_text()
if after("--method") == "POST":
    assert path == "repos/shop/users/issues/7/comments"
    comments.append(body)
else:
    comments[int(path.removeprefix("repos/shop/users/issues/comments/"))] = body
store.write_text(json.dumps(comments))
"""


@dataclass
class Outcome:
    """What a job came to: whether it succeeded, what its steps printed, and its summary."""

    success: bool
    output: str
    summary: str


@dataclass
class Runner:
    """A repository made of the example, and what runs the jobs of its workflow.

    :ivar folder: the repository.
    :ivar environment: what a runner has besides what the workflow sets.
    :ivar secrets: the secrets that the workflow may ask for.
    :ivar fork: whether the pull request comes from a fork.
    :ivar outcomes: of the steps with an ID in this run of a job.
    """

    folder: Path
    environment: dict[str, str]
    secrets: dict[str, str]
    fork: bool = False
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def users(self) -> Path:
        """The list of users."""
        return self.folder / "users" / "support.yml"

    @property
    def report(self) -> Path:
        """The page with the report."""
        return self.folder / "twilio_users_report.html"

    @property
    def comments(self) -> list[str]:
        """The comments of the pull request."""
        found: list[str] = json.loads(Path(self.environment["COMMENTS"]).read_text())
        return found

    def value(self, text: str) -> str:
        """A value of `env:` with its expressions worked out."""
        known = {
            **{f"secrets.{name}": secret for name, secret in self.secrets.items()},
            **{f"steps.{name}.outcome": outcome for name, outcome in self.outcomes.items()},
            "github.event.pull_request.number": "7",
            "github.token": TOKEN,
        }
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: known[found[1]], text)

    def run(self, job: str) -> Outcome:
        """Run the steps of a job.

        :param job: its ID.
        :returns: what it came to.
        """
        self.outcomes = {}
        success, output = True, ""
        summary = self.folder.parent / "summary.md"
        summary.unlink(missing_ok=True)
        summary.touch()
        for step in JOBS[job]["steps"]:
            condition = step.get("if")
            done = success if condition is None else CONDITIONS[condition](self) and (success or "!" in condition)
            if not done or step.get("name") == INSTALL or "uses" in step:
                continue
            variables = {**yaml.safe_load(TEXT)["env"], **JOBS[job].get("env", {}), **step.get("env", {})}
            process = subprocess.run(
                # How GitHub starts a step with "shell: bash".
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.folder,
                env={
                    **self.environment,
                    **{name: self.value(value) for name, value in variables.items()},
                    "GITHUB_STEP_SUMMARY": str(summary),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
            output += process.stdout
            success = success and process.returncode == 0
            if "id" in step:
                self.outcomes[step["id"]] = "success" if process.returncode == 0 else "failure"
        return Outcome(success, output, summary.read_text())


@pytest.fixture
def twilio(emulator: RunningEmulator) -> RunningEmulator:
    """The emulator with the service of the example: one user is as wanted, one is not, and one has left."""
    role = {"sid": f"RL{SERVICE[2:]}", "friendly_name": "agent", "type": "service"}
    users = [
        {"identity": "billing@example.com", "friendly_name": "Billing", "role_sid": role["sid"]},
        {"identity": "bob", "friendly_name": "Robert", "attributes": {"team": "support"}, "role_sid": role["sid"]},
        {"identity": "mallory", "role_sid": role["sid"]},
    ]
    emulator.seed({"services": [{"sid": SERVICE, "friendly_name": "Support", "roles": [role], "users": users}]})
    return emulator


@pytest.fixture
def runner(tmp_path: Path, ansible_environment: dict[str, str], twilio: RunningEmulator) -> Runner:
    """A copy of the example, and a place to run its workflow."""
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLE, folder)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    comments = tmp_path / "comments.json"
    comments.write_text(json.dumps(["A comment of another workflow"]))
    # These the workflow has to set.
    ours = ("ANSIBLE_INVENTORY_UNPARSED_WARNING", "ANSIBLE_LOCALHOST_WARNING", "ANSIBLE_NOCOLOR")
    environment = {
        **{name: value for name, value in ansible_environment.items() if name not in ours},
        "COMMENTS": str(comments),
        "GITHUB_REPOSITORY": "shop/users",
        "GITHUB_RUN_ID": "42",
        "GITHUB_SERVER_URL": "https://github.example.com",
        "GITHUB_SHA": COMMIT,
        "NEWEST": COMMIT,
        "PATH": f"{programs}:{ansible_environment['PATH']}",
        "TWILIO_API_BASE_URL": twilio.url,
    }
    secrets = {
        "TWILIO_ACCOUNT_SID": twilio.ready["account_sid"],
        "TWILIO_API_KEY": twilio.ready["api_key"],
        "TWILIO_API_SECRET": twilio.ready["api_secret"],
    }
    return Runner(folder, environment, secrets)


def methods(emulator: RunningEmulator) -> list[str]:
    """The methods of all requests since the last call."""
    found = [request["method"] for request in emulator.requests()]
    emulator.call("DELETE", "requests")
    return found


def shown_in_the_guide() -> str:
    """What the guide says that a reviewer sees."""
    block = GUIDE.read_text().split(".. code-block:: diff\n\n")[1]
    lines = itertools.takewhile(lambda line: not line or line.startswith("    "), block.splitlines())
    return textwrap.dedent("\n".join(lines)).strip()


# What it does


def test_from_a_pull_request_to_the_users(runner: Runner, twilio: RunningEmulator) -> None:
    review = runner.run("review")
    assert review.success, review.output
    assert set(methods(twilio)) == {"GET"}
    assert review.summary == runner.comments[1]
    for line in ('+    "alice": {', '-        "friendly_name": "Robert",', '-    "mallory": {'):
        assert line in review.summary.splitlines()
    assert "1 created, 1 updated, 1 deleted" in review.summary
    assert "mallory" in runner.report.read_text()
    assert "WARNING" not in review.output
    assert shown_in_the_guide() in review.summary

    apply = runner.run("apply")
    assert apply.success, apply.output
    assert methods(twilio).count("DELETE") == 1
    names = {user["identity"]: user["friendly_name"] for user in twilio.users(SERVICE)}
    assert names == {"alice": "Alice", "billing@example.com": "Billing", "bob": "Bob"}

    again = runner.run("apply")
    assert again.success, again.output
    assert set(methods(twilio)) == {"GET"}

    # What the next pull request says takes the place of what this one said; other comments stay.
    assert runner.run("review").success
    assert len(runner.comments) == 2
    assert runner.comments[0] == "A comment of another workflow"
    assert "0 created, 0 updated, 0 deleted" in runner.comments[1]

    methods(twilio)
    twilio.seed({"services": [{"sid": SERVICE, "users": [{"identity": "bob", "friendly_name": "Bobby"}]}]})
    drift = runner.run("drift")
    assert not drift.success
    assert "a sync would change 1 user" in drift.output
    assert "Bobby" in runner.report.read_text()
    assert set(methods(twilio)) == {"GET"}

    # No secret is shown or kept. The SID of the account opens nothing.
    kept = "".join(path.read_text() for path in runner.folder.rglob("*") if path.is_file())
    shown = "".join(each.output + each.summary for each in (review, apply, again, drift)) + json.dumps(runner.comments)
    for secret in (TOKEN, runner.secrets["TWILIO_API_KEY"], runner.secrets["TWILIO_API_SECRET"]):
        assert secret not in kept + shown


def test_bad_list_fails_and_names_the_entry(runner: Runner, twilio: RunningEmulator) -> None:
    runner.users.write_text("- identity: alice\n- identity: bob\n  role_sid: agent\n")
    review = runner.run("review")
    assert not review.success
    assert "users[1] ('bob').role_sid: must be RL followed by 32 hexadecimal digits, got 'agent'" in review.summary
    assert "### This pull request would fail as it is" in review.summary.splitlines()
    assert review.summary == runner.comments[1]
    assert not runner.run("apply").success
    assert methods(twilio) == []


def test_settings_that_cannot_be_read_are_shown_too(runner: Runner) -> None:
    (runner.folder / "settings.yml").write_text("twilio_prune: [true\n")
    review = runner.run("review")
    assert not review.success
    assert "settings.yml" in review.summary


def test_guard_stops_before_anything_is_changed(runner: Runner, twilio: RunningEmulator) -> None:
    others = [{"identity": f"other-{number}"} for number in range(5)]
    twilio.seed({"services": [{"sid": SERVICE, "users": others}]})
    review = runner.run("review")
    assert not review.success
    assert "max_deletions: allows 5, but 6 would be deleted" in review.summary
    # Who would be deleted, all the same.
    assert "other-4" in runner.report.read_text()
    apply = runner.run("apply")
    assert not apply.success
    assert "max_deletions: allows 5, but 6 would be deleted" in apply.output
    assert set(methods(twilio)) == {"GET"}


def test_a_list_that_is_not_the_newest_is_not_applied(runner: Runner, twilio: RunningEmulator) -> None:
    runner.environment["NEWEST"] = COMMIT[::-1]
    apply = runner.run("apply")
    assert not apply.success
    assert apply.output.startswith(f"::error::main has moved on to {COMMIT[::-1]}.")
    assert methods(twilio) == []


def test_pull_request_from_a_fork_is_refused_before_anything_else(runner: Runner, twilio: RunningEmulator) -> None:
    runner.fork = True
    review = runner.run("review")
    assert not review.success
    assert review.output.startswith("::error::A pull request from a fork cannot be tried")
    assert (review.summary, len(runner.comments), methods(twilio)) == ("", 1, [])


def test_long_output_fits_a_comment_and_keeps_its_end(runner: Runner) -> None:
    users = [{"identity": f"user-{number}", "attributes": {"note": "```\n" + "x" * 200}} for number in range(300)]
    runner.users.write_text(json.dumps(users))
    review = runner.run("review")
    assert review.success, review.output
    assert len(review.summary) < 65536
    assert "user-0" in review.summary
    assert "300 created, 0 updated, 3 deleted" in review.summary
    # And nothing in it ends the block.
    assert len(re.findall("```", review.summary)) == 2


# What it says


def test_every_secret_is_explained() -> None:
    header = TEXT.split("\nname:")[0]
    used = set(re.findall(r"secrets\.(\w+)", TEXT))
    assert used == set(re.findall(r"^#   (TWILIO_\w+)  ", header, re.MULTILINE))
    for name in used:
        assert f"``{name}``" in GUIDE.read_text()


# What it must not do


def test_no_expression_gets_into_a_script() -> None:
    scripts = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_rights_are_the_least() -> None:
    assert set(TRIGGERS) == {"pull_request", "push", "schedule", "workflow_dispatch"}
    assert yaml.safe_load(TEXT)["permissions"] == {"contents": "read"}
    assert {name: job["permissions"] for name, job in JOBS.items() if "permissions" in job} == {
        "review": {"contents": "read", "pull-requests": "write"}
    }
    assert [name for name, job in JOBS.items() if "environment" in job] == ["apply"]
    assert JOBS["apply"]["concurrency"] == {"group": "twilio-users-apply", "cancel-in-progress": False}


def test_each_job_starts_when_it_is_to() -> None:
    assert TRIGGERS["pull_request"] == TRIGGERS["push"] == {"branches": ["main"]}
    assert {name: job["if"] for name, job in JOBS.items()} == {
        "review": "github.event_name == 'pull_request'",
        "apply": "github.ref == 'refs/heads/main' && github.event_name != 'schedule'",
        "drift": "github.event_name == 'schedule'",
    }
    ((minute, hour, *days),) = [entry["cron"].split() for entry in TRIGGERS["schedule"]]
    assert (minute.isdigit(), hour.isdigit(), days) == (True, True, ["*", "*", "*"])


def test_what_fails_is_red_and_what_is_applied_is_what_was_merged() -> None:
    steps = [step for job in JOBS.values() for step in job["steps"]]
    assert "continue-on-error" not in TEXT
    for step in steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}
        if step.get("uses", "").startswith("actions/upload-artifact@"):
            assert step["with"] == {"name": "twilio-users-report", "path": "twilio_users_report.*"}
    commands = {step["name"]: step["run"] for step in steps if "run" in step}
    # The check after a change is the one of every morning.
    assert commands["Ensure that nothing differs any more"] == commands["Ensure that nothing differs"]


def test_shell_fails_with_any_part_of_a_pipe() -> None:
    assert yaml.safe_load(TEXT)["defaults"]["run"]["shell"] == "bash"


@pytest.mark.parametrize(
    "command",
    [
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)),
        ("zizmor", "--offline", "--no-progress", str(WORKFLOW)),
    ],
    ids=lambda command: command[0],
)
def test_tools_find_nothing(command: tuple[str, ...], ansible_environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=ansible_environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("job", JOBS)
def test_shellcheck_finds_nothing(job: str, ansible_environment: dict[str, str]) -> None:
    for step in JOBS[job]["steps"]:
        done = subprocess.run(
            ["shellcheck", "--shell=bash", "-"],
            input=step.get("run", ""),
            env=ansible_environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_it_installs_is_what_the_collection_supports() -> None:
    pinned = (EXAMPLE / "requirements.txt").read_text().splitlines()
    assert [line for line in pinned if line.startswith("ansible-core")] == ["ansible-core~=2.21.0"]
    collections = yaml.safe_load((EXAMPLE / "requirements.yml").read_text())["collections"]
    assert [each["name"] for each in collections] == ["community.twilio"]
