# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin in real ansible-inventory and ansible-playbook: its examples, its guide, what it prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from tests.functional.test_documentation import Block, blocks
from tests.harness.emulator import RunningEmulator
from tests.harness.execution_modes import AS_MODULE, ON_CONTROLLER
from tests.harness.paths import ROOT
from tests.harness.playbook import Result, RunPlaybook
from tests.harness.sdk import lowest

NAME = "community.twilio.twilio_services"
GUIDE = ROOT / "docs/docsite/rst/guide_many_services.rst"
SALES, SUPPORT = (f"AC{digit}123456789abcdef0123456789abcdef" for digit in "01")
TOKENS = {SALES: "sales-token-that-is-not-a-real-one", SUPPORT: "support-token-that-is-not-a-real-one"}
VARIABLES = {"SALES_AUTH_TOKEN": TOKENS[SALES], "SUPPORT_AUTH_TOKEN": TOKENS[SUPPORT]}
TIMEOUT_SECONDS = 120


def sid(number: int) -> str:
    """A SID as the documents have it, with another digit in front."""
    return f"IS{number}123456789abcdef0123456789abcdef"


class RunInventory(Protocol):
    """How a test runs ansible-inventory."""

    def __call__(self, source: str, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """Run ansible-inventory.

        :param source: the inventory, relative to the folder of the test.
        :param arguments: further arguments; `--list` when there are none.
        :param env: variables on top of those that lead to the emulator.
        """


@pytest.fixture
def run_inventory(tmp_path: Path, ansible_environment: dict[str, str], emulator: RunningEmulator) -> RunInventory:
    """Run ansible-inventory with the collection; TWILIO_* lead to the emulator."""

    def run(source: str, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        done = subprocess.run(
            ["ansible-inventory", "--inventory", source, *(arguments or ["--list"])],
            cwd=tmp_path,
            env={**ansible_environment, **emulator.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run


def listed(result: Result) -> dict[str, Any]:
    """What `--list` gave."""
    assert result.rc == 0, result.output
    assert "WARNING" not in result.stderr, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def hosts(inventory: Mapping[str, Any], group: str = "twilio_services") -> list[str]:
    """The hosts of a group in what `--list` gave."""
    found: list[str] = inventory[group]["hosts"]
    return found


def write(folder: Path, name: str, source: str | Mapping[str, Any]) -> str:
    """Write an inventory source; give its name."""
    text = source if isinstance(source, str) else yaml.safe_dump({"plugin": NAME, **source}, sort_keys=False)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def seed_accounts(emulator: RunningEmulator) -> None:
    """Two accounts besides the first one: of sales, which has two services, and of support, which has one."""
    services = {
        SALES: [{"sid": sid(0), "friendly_name": "Shop Berlin"}, {"sid": sid(1), "friendly_name": "Shop Paris"}],
        SUPPORT: [{"sid": sid(2), "friendly_name": "Support Berlin"}],
    }
    accounts = [
        {"account_sid": account, "auth_token": TOKENS[account], "services": services[account]} for account in services
    ]
    emulator.seed({"accounts": accounts})


def identities(emulator: RunningEmulator, *numbers: int) -> list[list[str]]:
    """The identities of the users of these services."""
    return [sorted(user["identity"] for user in emulator.users(sid(number))) for number in numbers]


# The documentation


def examples() -> list[str]:
    """The examples of the plugin, each the text of a file."""
    source = (ROOT / "plugins/inventory/twilio_services.py").read_text()
    found = re.search(r'^EXAMPLES = r"""\n---\n(.*?)"""$', source, re.MULTILINE | re.DOTALL)
    assert found
    # YAML that a plugin shows is one document; all but the first example are comments in it.
    return re.sub("^# ", "", found[1], flags=re.MULTILINE).split("---\n")


def test_examples(run_inventory: RunInventory, emulator: RunningEmulator, tmp_path: Path) -> None:
    seed_accounts(emulator)
    emulator.seed({"services": [{"sid": sid(3), "friendly_name": "Shop Wien"}]})
    plain, sales, names, cached = (
        write(tmp_path, f"{number}.twilio_services.yml", text) for number, text in enumerate(examples())
    )
    ours = [emulator.service_sid, sid(3)]
    assert hosts(listed(run_inventory(plain))) == [f"conversations-{each}" for each in ours]

    # An API key of the environment does not get in the way.
    key = {"TWILIO_API_KEY": emulator.ready["api_key"], "TWILIO_API_SECRET": emulator.ready["api_secret"]}
    inventory = listed(run_inventory(sales, env={**key, **VARIABLES}))
    assert hosts(inventory) == [f"conversations-{sid(number)}" for number in (0, 1)]

    inventory = listed(run_inventory(names))
    assert hosts(inventory, "production") == ["conversations-shop-wien", "chat-shop-wien"]
    assert hosts(inventory, "twilio_chat") == ["chat-default-service", "chat-shop-wien"]
    assert hosts(inventory, f"account_{emulator.ready['account_sid']}") == hosts(inventory)
    # What a template made, newer ansible-cores mark.
    assert inventory["_meta"]["hostvars"]["chat-shop-wien"]["country"] in ("Wien", {"__ansible_unsafe": "Wien"})

    emulator.clear_requests()
    first = run_inventory(cached)
    assert hosts(listed(first)) == [f"conversations-{each}" for each in ours]
    assert len(emulator.requests()) == 1
    assert run_inventory(cached).stdout == first.stdout
    assert len(emulator.requests()) == 1


def test_ansible_doc_knows_every_option(ansible_environment: dict[str, str]) -> None:
    command = ["ansible-doc", "--type", "inventory", "--json", NAME]
    done = subprocess.run(command, env=ansible_environment, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)[NAME]["doc"]
    options = document["options"]
    assert all(options[name]["description"] for name in options)
    assert options["auth_token"]["env"] == [{"name": "TWILIO_AUTH_TOKEN"}]
    assert {"account_sid", "ca_path", "cache_plugin", "keyed_groups", "products", "timeouts"} <= set(options)
    assert not [note for note in document["notes"] if "task" in note]


def guide_files(folder: Path) -> list[str]:
    """Write the files of the guide, each named in its first line; give their names."""
    found = [block for block in blocks(GUIDE) if block.is_yaml and not block.plays]
    return [write(folder, block.text.splitlines()[0].removeprefix("# "), block.text) for block in found]


def guide_plays() -> list[Block]:
    """The playbooks of the guide."""
    return [block for block in blocks(GUIDE) if block.plays]


def test_guide_shows_what_ansible_inventory_prints(
    run_inventory: RunInventory, emulator: RunningEmulator, tmp_path: Path
) -> None:
    emulator.reset({"account": {"service_sid": sid(0)}, "services": [{"sid": sid(1)}, {"sid": sid(2)}]})
    source = guide_files(tmp_path)[0]
    shown = next(block for block in blocks(GUIDE) if block.language == "console").text
    assert shown.startswith(f"$ ansible-inventory -i {source} --graph\n")
    assert run_inventory(source, "--graph").stdout.strip() == shown.split("\n", 1)[1]
    emulator.reset()


def test_guide_has_all_variables_of_a_host(
    run_inventory: RunInventory, emulator: RunningEmulator, tmp_path: Path
) -> None:
    inventory = listed(run_inventory(guide_files(tmp_path)[0], "--list", "--export"))
    rows = re.findall(r"^   \* - (``.*``)$", GUIDE.read_text(), re.MULTILINE)
    documented = {name for row in rows for name in re.findall("``(.*?)``", row)}
    variables = inventory["_meta"]["hostvars"][f"conversations-{emulator.service_sid}"]
    assert set(variables) == documented
    for name, value in inventory["twilio_services"]["vars"].items():
        assert f"``{name}: {value}``" in GUIDE.read_text().replace('"', "")


def test_guide_plays_do_what_they_say(run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path) -> None:
    seed_accounts(emulator)
    guide_files(tmp_path)
    everywhere, lists, accounts = guide_plays()
    sales = {"TWILIO_ACCOUNT_SID": SALES, "TWILIO_AUTH_TOKEN": TOKENS[SALES]}

    def run(block: Block, source: str, *arguments: str, env: dict[str, str]) -> Result:
        path = tmp_path / "users.yml"
        path.write_text(block.text)
        predicted = run_playbook(path, "-i", source, "--check", *arguments, env=env, check_rc=True)
        assert "WARNING" not in predicted.output
        # Twice; the second time, nothing is left to do.
        both = run_playbook(path, str(path), "-i", source, *arguments, env=env, check_rc=True)
        done, again = both.halves()
        assert {event["host"] for event in done.events} == {event["host"] for event in predicted.events}
        assert done.changed == predicted.changed
        assert again.changed == []
        return done

    run(everywhere, "twilio_services.yml", "--limit", f"conversations-{sid(1)}", env=sales)
    assert identities(emulator, 0, 1, 2) == [[], ["front-desk"], []]
    done = run(everywhere, "twilio_services.yml", "--forks", "20", env=sales)
    assert {event["host"] for event in done.events} == {f"conversations-{sid(number)}" for number in (0, 1)}
    assert identities(emulator, 0, 1, 2) == [["front-desk"], ["front-desk"], []]

    emulator.seed(
        {"accounts": [{"account_sid": SALES, "services": [{"sid": sid(3), "friendly_name": "Support Wien"}]}]}
    )
    done = run(lists, "named.twilio_services.yml", env=sales)
    assert {event["host"] for event in done.events} == {"shop-berlin", "shop-paris", "support-wien"}
    assert identities(emulator, 0, 1, 3) == [["cashier", "manager"], ["cashier", "manager"], ["alice", "bob"]]
    manager = emulator.user(sid(1), "manager")
    assert manager and manager["attributes"] == '{"place":"Paris"}'

    # The environment has the credentials of a third account, an API key among them.
    emulator.clear_requests()
    key = {"TWILIO_API_KEY": emulator.ready["api_key"], "TWILIO_API_SECRET": emulator.ready["api_secret"]}
    run(accounts, "inventory/", env={**VARIABLES, **key})
    assert ["front-desk" in each for each in identities(emulator, 0, 1, 2, 3)] == [True] * 4
    asked = {(request["path"].split("/")[3], request["authorization_user"]) for request in _of_services(emulator)}
    assert asked == {(sid(0), SALES), (sid(1), SALES), (sid(2), SUPPORT), (sid(3), SALES)}


def _of_services(emulator: RunningEmulator) -> list[dict[str, Any]]:
    return [request for request in emulator.requests() if request["path"].count("/") > 2]


def messages(result: Result) -> str:
    """What was printed, in one line: ansible-core 2.18 and older break lines."""
    return " ".join(result.output.split())


def test_guide_quotes_real_messages(run_inventory: RunInventory, emulator: RunningEmulator, tmp_path: Path) -> None:
    twins = [{"sid": f"IS{digit * 32}", "friendly_name": "Shop"} for digit in "12"]
    emulator.seed({"services": twins})
    guide_files(tmp_path)
    results = [
        run_inventory("named.twilio_services.yml"),
        run_inventory(
            write(tmp_path, "typo.twilio_services.yml", {"prodcts": ["chat"]}), env={"TWILIO_AUTH_TOKEN": ""}
        ),
        run_inventory("twilio_services.yml", env={"TWILIO_AUTH_TOKEN": "0" * 32}),
        run_inventory(write(tmp_path, "twilio.yml", {})),
    ]
    quoted = [block.text for block in blocks(GUIDE) if block.language == "text"]
    assert len(quoted) == len(results)
    for text, result in zip(quoted, results, strict=True):
        pattern = ".*".join(re.escape(part) for part in text.split("..."))
        assert re.search(pattern, messages(result)), result.output
        assert "Traceback" not in result.output


def test_guide_settings_stop_a_run_when_a_source_cannot_be_read(
    run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path
) -> None:
    seed_accounts(emulator)
    guide_files(tmp_path)
    (tmp_path / "users.yml").write_text(guide_plays()[2].text)
    wrong = {**VARIABLES, "SUPPORT_AUTH_TOKEN": "0" * 32}
    assert run_playbook(tmp_path / "users.yml", "-i", "inventory/", env=wrong).rc == 0
    assert identities(emulator, 0, 2) == [["front-desk"], []]
    [settings] = [block.text for block in blocks(GUIDE) if block.language == "ini"]
    config = tmp_path / "ansible.cfg"
    config.write_text(settings)
    emulator.clear_requests()
    for more in ({"ANSIBLE_CONFIG": str(config)}, {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}):
        result = run_playbook(tmp_path / "users.yml", "-i", "inventory/", env={**wrong, **more})
        assert result.rc != 0
        assert result.events == []
    assert _of_services(emulator) == []


# What is not in the guide


def test_secrets_stay_secret(
    run_inventory: RunInventory, emulator: RunningEmulator, ansible_environment: dict[str, str], tmp_path: Path
) -> None:
    token, secret = "literal-token-that-nobody-may-see", "literal-secret-that-nobody-may-see"
    emulator.seed({"accounts": [{"account_sid": SALES, "auth_token": token, "services": [{"sid": sid(0)}]}]})
    vault = tmp_path / "password"
    vault.write_text("password")
    encrypt = ["ansible-vault", "encrypt_string", "--vault-password-file", str(vault), token]
    done = subprocess.run(encrypt, env=ansible_environment, capture_output=True, text=True, check=True)
    encrypted = f"plugin: {NAME}\napi_secret: {secret}\nauth_token: {done.stdout}\naccount_sid: {SALES}\n"
    account = {"account_sid": SALES, "auth_token": token}
    cache = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    # Each source, and what is printed about it.
    sources: dict[str, tuple[str | dict[str, Any], str]] = {
        "right": ({**account, **cache}, sid(0)),
        "key": ({**account, "api_key": "", "api_secret": secret}, sid(0)),
        "vault": (encrypted, sid(0)),
        "refused": ({**account, "auth_token": f"{token}-not"}, "401 Unauthorized"),
        "options": ({**account, "region": "IE 1", "request_timeout": token}, "argument 'request_timeout' is of type"),
        "spaces": ({**account, "auth_token": f"{token} {token}"}, "auth_token: must be printable ASCII"),
        "undefined": ({"api_secret": secret, "api_key": "{{ nobody }}", **account}, "'nobody' is undefined"),
        "name": ({**account, "hostname": "{{ somebody }}"}, "'somebody' is undefined"),
        "order": (f"auth_token: {token}\napi_secret: {secret}\nplugin: {NAME}\nregion: IE 2\n", "got 'IE 2'"),
    }
    for name, (source, _expected) in sources.items():
        write(tmp_path, f"inventory/{name}.twilio_services.yml", source)
    arguments = ("--list", "-vvvvv", "--vault-password-file", str(vault))
    result = run_inventory("inventory/", *arguments)
    for _source, expected in sources.values():
        assert expected in messages(result)
    [cached] = tmp_path.glob("cache/*")
    # ansible-core would show the lines around what it cannot decrypt.
    vault.write_text("another password")
    closed = run_inventory("inventory/vault.twilio_services.yml", *arguments)
    assert re.search("auth_token: .*Decryption failed", messages(closed))
    for text in (result.output, cached.read_text(), closed.output):
        for value in (token, secret, emulator.ready["auth_token"]):
            assert value not in text


def test_extra_variables(run_inventory: RunInventory, emulator: RunningEmulator, tmp_path: Path) -> None:
    seed_accounts(emulator)
    source = write(tmp_path, "twilio_services.yml", {"account_sid": "{{ account }}", "auth_token": "{{ token }}"})
    given = json.dumps({"account": SUPPORT, "token": TOKENS[SUPPORT]})
    assert hosts(listed(run_inventory(source, "--list", "--extra-vars", given))) == [f"conversations-{sid(2)}"]


@pytest.mark.parametrize("execution_mode", [ON_CONTROLLER, AS_MODULE], indirect=True)
def test_an_exported_inventory_runs_elsewhere(
    run_inventory: RunInventory, run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path
) -> None:
    """As AWX does it: read in one environment, kept as JSON, used in another one."""
    hostile = "{{ lookup('ansible.builtin.pipe', 'echo executed') }}"
    emulator.seed({"services": [{"sid": sid(0), "friendly_name": hostile}]})
    exported = listed(run_inventory(write(tmp_path, "twilio_services.yml", {}), "--list", "--export"))
    text = json.dumps(exported)
    assert sys.prefix not in text
    assert str(tmp_path) not in text
    # Only what could be a template is marked as none; the rest is plain text, on every ansible-core.
    variables = exported["_meta"]["hostvars"]
    assert variables[f"conversations-{sid(0)}"]["friendly_name"] == {"__ansible_unsafe": hostile}
    assert variables[f"conversations-{emulator.service_sid}"]["friendly_name"] == "Default service"
    assert text.count("__ansible_unsafe") == 1
    exported["_meta"].pop("profile", None)
    (tmp_path / "exported.json").write_text(json.dumps(exported))
    script = tmp_path / "imported"
    script.write_text(f"#!/bin/sh\ncat '{tmp_path / 'exported.json'}'\n")
    script.chmod(0o755)
    play = """
      hosts: twilio_services
      gather_facts: false
      tasks:
        - name: Read
          community.twilio.twilio_conversations_user_info:
            service_sid: "{{ service_sid }}"
        - name: Show
          ansible.builtin.debug:
            msg: "{{ [friendly_name, ansible_connection, ansible_python_interpreter == ansible_playbook_python] }}"
    """
    result = run_playbook(play, "-i", str(script), check_rc=True)
    shown = [event["result"]["msg"] for event in result.events if event["task"] == "Show"]
    assert sorted(shown) == [["Default service", "local", True], [hostile, "local", True]]
    assert len(result.events) == 4


def test_flushing_the_cache(run_playbook: RunPlaybook, emulator: RunningEmulator, tmp_path: Path) -> None:
    write(
        tmp_path,
        "twilio_services.yml",
        {"cache": True, "cache_plugin": "jsonfile", "cache_connection": "cache", "products": ["conversations", "chat"]},
    )

    def requests(tasks: str, *arguments: str) -> int:
        emulator.clear_requests()
        run_playbook(tasks, "-i", "twilio_services.yml", *arguments, check_rc=True)
        return len(emulator.requests())

    nothing = "- ansible.builtin.debug:"
    assert requests(nothing) == 2
    assert requests(nothing) == 0
    assert requests(nothing, "--flush-cache") == 2
    assert requests("- ansible.builtin.meta: refresh_inventory") == 2
    assert requests(nothing) == 0


def test_without_the_library(run_inventory: RunInventory, tmp_path: Path) -> None:
    package = tmp_path / "python" / "twilio"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no such library here')\n")
    result = run_inventory(write(tmp_path, "twilio_services.yml", {}), env={"PYTHONPATH": str(package.parent)})
    assert f"Failed to import the required Python library (twilio >= {lowest()}) on " in messages(result)
    assert "Traceback" not in result.output


def test_enabled_by_name(run_inventory: RunInventory, emulator: RunningEmulator, tmp_path: Path) -> None:
    """With nothing else enabled, no other plugin complains beside it."""
    only = {"ANSIBLE_INVENTORY_ENABLED": NAME}
    source = write(tmp_path, "twilio_services.yml", {})
    assert hosts(listed(run_inventory(source, env=only))) == [f"conversations-{emulator.service_sid}"]
    source = write(tmp_path, "bad.twilio_services.yml", {"colour": "red"})
    result = run_inventory(source, env=only)
    assert "'colour': is not an option" in messages(result)
    assert "YAML" not in result.output
