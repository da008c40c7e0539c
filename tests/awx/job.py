# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a job template as AWX does: its own code injects the credentials, ansible-runner runs the playbook.

What AWX does in between (the files in the private data directory, the variables of the environment, what it stores of a
job) follows the source of AWX 24. There is no container here.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner
import yaml
from ansible_runner.utils import args2cmdline
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import build_safe_env, inject_credential

from tests.harness.paths import link_tree

from .conftest import EXAMPLE, clean_environment
from .stand_in import Store

# AWX's own default: a result that is longer is not stored.
MAX_EVENT_RES = 700_000
IDENT = "17"

# The credentials of a job: the inputs of each, by the name of its type.
Credentials = Mapping[str, Mapping[str, str]]


class _Unsafe(yaml.SafeDumper):
    """AWX marks every text that a person answered, so that no template in it is filled in."""


_Unsafe.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text))


@dataclass
class Ran:
    """A job that has ended.

    :ivar status: "successful", "failed" or "canceled".
    :ivar folder: its private data directory, which AWX deletes at this moment.
    :ivar events: what AWX stores as job events.
    :ivar environment: what AWX stores as the environment of the job.
    :ivar arguments: what AWX stores as its arguments.
    """

    status: str
    folder: Path
    events: list[dict[str, Any]]
    environment: dict[str, str]
    arguments: list[str]

    @property
    def output(self) -> str:
        """What AWX shows as the output."""
        return "\n".join(event["stdout"] for event in self.events if event.get("stdout"))

    @property
    def artifacts(self) -> Any:
        """What AWX shows as artifacts."""
        (stats,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return stats["event_data"].get("artifact_data", {})

    @property
    def stored(self) -> list[bytes]:
        """The job events, each as it is written to a file."""
        return [path.read_bytes() for path in sorted((self.folder / "artifacts" / IDENT / "job_events").iterdir())]

    def result_of(self, action: str) -> dict[str, Any]:
        """The result of the one task with this module, as its event has it."""
        ended = [event["event_data"] for event in self.events if event["event"] in ("runner_on_ok", "runner_on_failed")]
        (result,) = [data["res"] for data in ended if data["task_action"] == action]
        return dict(result)


@dataclass
class Job:
    """A job that can be run.

    :ivar store: what examples/awx/configure.yml has made.
    :ivar home: a folder for it.
    :ivar template: the name of its job template.
    :ivar credentials: the inputs of its credentials.
    :ivar hosts: the variables of the hosts of its inventory.
    :ivar variables: more variables of the job template.
    :ivar playbook: another one than that of the job template.
    """

    store: Store
    home: Path
    template: str
    credentials: Credentials
    hosts: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: {"localhost": {"ansible_connection": "local"}}
    )
    variables: Mapping[str, Any] = field(default_factory=dict)
    playbook: str | None = None

    def __post_init__(self) -> None:
        shutil.copytree(EXAMPLE / "project", self.project)

    @property
    def project(self) -> Path:
        """Its copy of the project."""
        return self.home / "private" / "project"

    def run(
        self,
        answers: Mapping[str, Any],
        job_type: str | None = None,
        diff: bool = False,
        verbosity: int = 0,
        canceled: Callable[[], bool] = lambda: False,
        heard: Callable[[dict[str, Any]], object] = lambda event: None,
    ) -> Ran:
        """Run it.

        :param answers: to the survey.
        :param job_type: "run" or "check"; the template's own without it.
        :param diff: whether to show changes.
        :param verbosity: from 0 to 5.
        :param canceled: asked now and then; the job is to end when it says True.
        :param heard: is given each event.
        """
        template = self.store.named("job_templates", self.template)
        folder = self._private_data(template, answers)
        arguments = ["--check"] if (job_type or template["job_type"]) == "check" else []
        arguments += ["-u", "root", *(["--diff"] if diff else []), *([f"-{'v' * verbosity}"] if verbosity else [])]
        environment = self._environment()
        safe_environment = build_safe_env(environment)
        for name, inputs in self.credentials.items():
            self.inject(name, inputs, environment, safe_environment, arguments, folder)
        (folder / "env" / "cmdline").write_text(args2cmdline(*arguments))

        events: list[dict[str, Any]] = []
        stored: dict[str, Any] = {}

        def event_handler(event: dict[str, Any]) -> bool:
            events.append(event)
            heard(event)
            # Whether ansible-runner keeps it in a file; AWX says no, and has it in its database.
            return True

        def status_handler(status: dict[str, Any], runner_config: Any) -> None:
            if status["status"] == "starting":
                known = {name: safe_environment.get(name, value) for name, value in runner_config.env.items()}
                stored.update(environment=known, arguments=runner_config.command)

        runner = ansible_runner.run(
            private_data_dir=str(folder),
            ident=IDENT,
            playbook=self.playbook or template["playbook"],
            inventory=str(folder / "inventory" / "hosts"),
            envvars=environment,
            fact_cache_type="",
            settings={"suppress_ansible_output": True, "suppress_output_file": True, "pexpect_timeout": 0.5},
            event_handler=event_handler,
            status_handler=status_handler,
            cancel_callback=canceled,
        )
        return Ran(runner.status, folder, events, stored["environment"], stored["arguments"])

    def update_inventory(self) -> Any:
        """What ansible-inventory makes of the inventory source, with the first credential of the job only.

        AWX injects no extra variables there.
        """
        (source,) = self.store.things["inventory_sources"].values()
        folder = self._private_data(self.store.named("job_templates", self.template), {})
        environment = {
            **self._environment(),
            "INVENTORY_UPDATE_ID": IDENT,
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        }
        name, inputs = next(iter(self.credentials.items()))
        self.inject(name, inputs, environment, {}, [], folder)
        command = ["ansible-inventory", "-i", str(self.project / source["source_path"]), "--list", "--export"]
        done = subprocess.run(command, cwd=self.project, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def inject(
        self,
        name: str,
        inputs: Mapping[str, str],
        environment: dict[str, Any],
        safe_environment: dict[str, Any],
        arguments: list[str],
        folder: Path,
    ) -> None:
        """What AWX does with a credential, by its own code.

        :param name: of the credential type, as it was given to the API.
        :param inputs: the fields of the credential.
        :param environment: of the job; gets what is injected.
        :param safe_environment: what is stored of it; gets the same without secrets.
        :param arguments: of ansible-playbook; gets what is injected.
        :param folder: the private data directory.
        """
        made = self.store.named("credential_types", name)
        inject_credential(
            ManagedCredentialType(
                namespace=name, name=name, kind=made["kind"], inputs=made["inputs"], injectors=made["injectors"]
            ),
            Credential(dict(inputs)),
            environment,
            safe_environment,
            arguments,
            str(folder),
            container_root=folder,
        )

    def _private_data(self, template: dict[str, Any], answers: Mapping[str, Any]) -> Path:
        folder = self.project.parent
        for name in ("env", "inventory"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "artifacts", ignore_errors=True)
        listed = {"twilio_services": {"hosts": list(self.hosts)}, "_meta": {"hostvars": dict(self.hosts)}}
        inventory = folder / "inventory" / "hosts"
        inventory.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(listed)!r})\n")
        inventory.chmod(0o700)
        trusted = {**json.loads(template.get("extra_vars") or "{}"), **self.variables}
        asked = {"awx_job_id": int(IDENT), "awx_user_name": "alice", **self._defaults(template), **answers}
        text = yaml.safe_dump(trusted) if trusted else ""
        (folder / "env" / "extravars").write_text(text + yaml.dump(asked, Dumper=_Unsafe))
        return folder

    def _defaults(self, template: dict[str, Any]) -> dict[str, Any]:
        # A default of a number that is empty text is none.
        questions = self.store.surveys[template["id"]]["spec"]
        return {
            each["variable"]: each["default"]
            for each in questions
            if each["type"] != "integer" or each["default"] != ""
        }

    def _environment(self) -> dict[str, Any]:
        return {
            **clean_environment(self.home),
            "ANSIBLE_COLLECTIONS_PATH": str(link_tree()),
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "JOB_ID": IDENT,
            "MAX_EVENT_RES": str(MAX_EVENT_RES),
            # ansible-runner begins with the environment of this process.
            "PYTHONPATH": "",
        }
