# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin: its options, its hosts, its cache, what it asks Twilio, and what it says when that fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible.plugins.doc_fragments import constructed, inventory_cache
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.community.twilio.plugins.doc_fragments import _connection, _reading
from ansible_collections.community.twilio.plugins.inventory import twilio_services
from ansible_collections.community.twilio.plugins.inventory.twilio_services import InventoryModule
from ansible_collections.community.twilio.plugins.module_utils._modules.connection_options import connection_spec
from ansible_collections.community.twilio.plugins.module_utils._twilio import retry_reporter
from ansible_collections.community.twilio.plugins.plugin_utils._inventory_hosts import (
    GROUP,
    OWN_OPTIONS,
    TEMPLATED,
    trust_as_template,
    unknown_options,
)
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "to7Ken/tHat+no=One&sees%41"
CREDENTIALS = {"account_sid": ACCOUNT, "auth_token": TOKEN}
OWN: dict[str, Any] = {
    **yaml.safe_load(_reading.ModuleDocFragment.DOCUMENTATION)["options"],
    **yaml.safe_load(twilio_services.DOCUMENTATION)["options"],
}
CORE: dict[str, Any] = {
    **yaml.safe_load(constructed.ModuleDocFragment.DOCUMENTATION)["options"],
    **yaml.safe_load(inventory_cache.ModuleDocFragment.DOCUMENTATION)["options"],
}
CONNECTION: dict[str, Any] = yaml.safe_load(_connection.ModuleDocFragment.DOCUMENTATION)["options"]
# As Ansible merges fragments: the plugin's own words win.
DOCUMENTED = {
    name: {**CORE.get(name, {}), **CONNECTION.get(name, {}), **OWN.get(name, {})} for name in [*CORE, *CONNECTION, *OWN]
}

Parse = Callable[..., InventoryData]


# The options


def test_the_options_are_those_of_the_modules_and_a_few_more() -> None:
    assert set(CONNECTION) == set(connection_spec({}))
    assert {*CONNECTION, *OWN_OPTIONS, "timeouts"} == TEMPLATED
    assert set(DOCUMENTED) - set(CORE) == TEMPLATED | {"plugin", "hostname"}
    for name, spec in OWN_OPTIONS.items():
        assert {key: OWN[name].get(key) for key in spec} == spec


def test_the_environment_variables_are_those_of_the_modules() -> None:
    spec = connection_spec({})
    variables = {name: each["fallback"][1] for name, each in spec.items() if "fallback" in each}
    documented = {name: [each["name"] for each in OWN[name]["env"]] for name in OWN if "env" in OWN[name]}
    assert documented == variables


def test_options_that_there_are_not() -> None:
    assert unknown_options(["plugin", "prodcts", "colour", 1], DOCUMENTED) == [
        "'prodcts': is not an option; is products meant?",
        "'colour': is not an option",
        "'1': is not an option",
    ]
    assert unknown_options(DOCUMENTED, DOCUMENTED) == []


# Whole inventories, in this process. Ansible's own loader needs more than a path to find a collection.


@pytest.fixture
def parse(tmp_path: Path, emulator: EmulatorThread) -> Parse:
    """Read an inventory source with these options; credentials and base URL lead to the emulator."""
    name = InventoryModule.NAME
    constants.config.initialize_plugin_configuration_definitions("inventory", name, DOCUMENTED)
    defaults = {
        "plugin": name,
        "account_sid": emulator.account_sid,
        "auth_token": emulator.auth_token,
        "api_base_url": emulator.url,
    }

    def read(
        inventory: InventoryData | None = None, flush: bool = False, text: str = "", **options: Any
    ) -> InventoryData:
        path = tmp_path / "twilio_services.yml"
        path.write_text(text or json.dumps({**defaults, **options}))
        loader = DataLoader()
        loader.set_vault_secrets([("default", VaultSecret(b"password"))])
        plugin = InventoryModule()
        plugin._load_name = plugin.ansible_name = name
        plugin._redirected_names = [name]
        inventory = InventoryData() if inventory is None else inventory
        plugin.parse(inventory, loader, str(path), not flush)
        if options.get("cache"):
            plugin.update_cache_if_changed()
        return inventory

    return read


def variables_of(inventory: InventoryData, host: str) -> dict[str, Any]:
    """The variables of a host, without those that Ansible itself sets."""
    own = inventory.hosts[host].vars
    return {name: value for name, value in own.items() if not name.startswith("inventory_")}


def hosts_of(inventory: InventoryData, group: str = GROUP) -> list[str]:
    """The names of the hosts in a group."""
    return [host.name for host in inventory.groups[group].get_hosts()]


def seed(emulator: EmulatorThread, *names: str) -> list[str]:
    """Put in services of these names; give the SIDs of all that are there."""
    for name in names:
        emulator.control.create_service(friendly_name=name)
    return [each["sid"] for each in emulator.control.state()["accounts"][0]["services"]]


def refusal(parse: Parse, **options: Any) -> str:
    """What a person is told about an inventory source that is refused."""
    with pytest.raises(AnsibleParserError) as caught:
        parse(**options)
    return str(caught.value)


def test_a_service_is_a_host(parse: Parse, emulator: EmulatorThread) -> None:
    sids = seed(emulator, "Shop")
    inventory = parse()
    assert hosts_of(inventory) == [f"conversations-{sid}" for sid in sids]
    stored = emulator.control.service(sids[1])
    assert stored is not None
    assert variables_of(inventory, f"conversations-{sids[1]}") == {
        "service_sid": sids[1],
        "friendly_name": "Shop",
        "product": "conversations",
        "account_sid": emulator.account_sid,
        "date_created": stored["date_created"],
        "date_updated": stored["date_updated"],
    }
    assert inventory.groups[GROUP].get_vars() == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }


def test_options_without_a_value_are_not_given(parse: Parse, emulator: EmulatorThread) -> None:
    given = [name for name in DOCUMENTED if name not in ("plugin", "account_sid", "auth_token", "api_base_url")]
    assert hosts_of(parse(**dict.fromkeys(given))) == [f"conversations-{emulator.service_sid}"]


def test_an_account_without_services_is_an_inventory_without_hosts(parse: Parse, emulator: EmulatorThread) -> None:
    empty = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    emulator.control.seed({"accounts": [empty]})
    assert hosts_of(parse(**empty)) == []


@pytest.mark.parametrize(("more", "pages"), [(98, 1), (99, 1), (100, 2)])
def test_one_request_for_each_hundred_services_of_each_product(
    more: int, pages: int, parse: Parse, emulator: EmulatorThread
) -> None:
    sids = seed(emulator, *(f"Service {number}" for number in range(more)))
    inventory = parse(products=["chat", "conversations"])
    requests = emulator.control.requests()
    paths = ["/v2/Services"] * pages + ["/v1/Services"] * pages
    assert [(request["method"], request["path"]) for request in requests] == [("GET", path) for path in paths]
    assert {request["query"]["PageSize"] for request in requests} == {"100"}
    expected = [f"{product}-{sid}" for product in ("chat", "conversations") for sid in sids]
    assert hosts_of(inventory) == expected


def test_groups_variables_and_names_of_ones_own(parse: Parse, emulator: EmulatorThread) -> None:
    seed(emulator, "Shop EU", "Shop US")
    inventory = parse(
        products=["conversations", "chat"],
        hostname="{{ product }}-{{ friendly_name | lower | replace(' ', '-') }}",
        hostvars_prefix="twilio_",
        compose={"place": "friendly_name.split(' ') | last"},
        groups={"shops": "friendly_name is match('Shop')", "there": "twilio_friendly_name is match('Shop')"},
        keyed_groups=[{"key": "product", "prefix": "of"}, {"key": "place", "prefix": "in"}],
    )
    shops = ["conversations-shop-eu", "conversations-shop-us", "chat-shop-eu", "chat-shop-us"]
    assert hosts_of(inventory, "shops") == hosts_of(inventory, "there") == shops
    assert hosts_of(inventory, "of_chat") == ["chat-default-service", "chat-shop-eu", "chat-shop-us"]
    assert hosts_of(inventory, "in_EU") == ["conversations-shop-eu", "chat-shop-eu"]
    names = ["service_sid", "friendly_name", "product", "account_sid", "date_created", "date_updated"]
    assert set(variables_of(inventory, "chat-shop-eu")) == {*(f"twilio_{name}" for name in names), "place"}


def test_templates_in_options(parse: Parse, emulator: EmulatorThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", emulator.auth_token)
    inventory = parse(
        auth_token="{{ lookup('env', 'SOME_TOKEN') }}",
        products="{{ ['ch' ~ 'at'] }}",
        validate_certs="{{ 1 == 1 }}",
        request_timeout="{{ 2 + 3 }}",
        timeouts={"read": "{{ 1 + 1 }}"},
    )
    assert hosts_of(inventory) == [f"chat-{emulator.service_sid}"]
    assert "validate_certs" in refusal(parse, validate_certs="{{ 'never' }}")
    assert refusal(parse, timeouts={"read": "{{ 1 - 1 }}"}).startswith("timeouts.read: must be more than 0")
    message = refusal(parse, auth_token="{{ none_such }}", edge="{{ nor_such }}", api_secret=TOKEN, colour="red")
    assert message.startswith("'colour': is not an option; auth_token: ")
    assert "'none_such' is undefined" in message
    assert "; edge: " in message
    assert "'nor_such' is undefined" in message
    assert TOKEN not in message


def test_no_line_of_the_file_is_shown_with_what_cannot_be_decrypted(parse: Parse) -> None:
    lines = [f"plugin: {InventoryModule.NAME}", f"api_secret: {TOKEN}", "auth_token: !vault |"]
    message = refusal(parse, text="\n".join([*lines, "  $ANSIBLE_VAULT;1.1;AES256", "  not hexadecimal", ""]))
    assert message.startswith("auth_token: ")
    # Older ansible-cores would say with it what stands in the file.
    assert ("Vault" in message) is twilio_services.MESSAGES_ARE_SAFE
    assert TOKEN not in message


HOSTILE = "{{ lookup('pipe', 'echo executed') }}"


def test_a_friendly_name_is_never_a_template(parse: Parse, emulator: EmulatorThread) -> None:
    _default, sid = seed(emulator, HOSTILE)
    inventory = parse(compose={"greeting": "'Hello ' ~ friendly_name"})
    templar = Templar(loader=DataLoader(), variables=variables_of(inventory, f"conversations-{sid}"))
    assert templar.template(trust_as_template("{{ friendly_name }}")) == HOSTILE
    assert templar.template(trust_as_template("{{ greeting }}")) == f"Hello {HOSTILE}"
    message = refusal(parse, hostname="{{ friendly_name }}")
    assert message.startswith(f"hostname: Conversations service {sid} would be the host ")
    assert "; a name must not be empty or localhost, begin or end with white space, begin with one of " in message


REFUSED = [
    *("", " {{ service_sid }}", "{{ friendly_name[:0] }}", "{{ none }}"),
    *("localhost", "127.0.0.1", "::1", "Shop: Berlin", "../prod", "a,b", "!x", "~x", "@x", "&x", "web[1:3]", "*"),
    *("{{ 'a\tb' }}", "{{ 'a\x1b[31m' }}"),
    *("{{ 'a\x9b31m' }}", "{{ 'a\u202eb' }}", "{{ 'a\u2028b' }}"),
]


@pytest.mark.parametrize("hostname", REFUSED)
def test_names_that_no_host_can_have(hostname: str, parse: Parse, emulator: EmulatorThread) -> None:
    message = refusal(parse, hostname=hostname)
    assert message.startswith(f"hostname: Conversations service {emulator.service_sid} would be the host '")


def test_a_name_that_cannot_be_made(parse: Parse, emulator: EmulatorThread) -> None:
    message = refusal(parse, hostname="{{ freindly_name }}")
    assert message.startswith(f"hostname: Conversations service {emulator.service_sid}: ")
    assert "'freindly_name' is undefined" in message


def test_two_services_of_one_name(parse: Parse, emulator: EmulatorThread) -> None:
    _default, one, other = seed(emulator, "Shop", "Shop")
    inventory = InventoryData()
    assert refusal(parse, inventory=inventory, hostname="{{ friendly_name }}") == (
        f"hostname: Conversations service {one} and Conversations service {other} would both be the host 'Shop';"
        " let the template use what tells them apart, such as service_sid, product and account_sid"
    )
    assert not inventory.hosts


def test_one_service_of_two_products_is_two_hosts(parse: Parse, emulator: EmulatorThread) -> None:
    sid = emulator.service_sid
    assert refusal(parse, hostname="{{ service_sid }}", products=["chat", "conversations"]).startswith(
        f"hostname: Chat service {sid} and Conversations service {sid} would both be the host '{sid}'; "
    )


def test_a_service_of_another_source_with_the_same_name(parse: Parse, emulator: EmulatorThread) -> None:
    other = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    emulator.control.seed({"accounts": [other]})
    theirs = emulator.control.create_service(ACCOUNT, friendly_name="Default service")
    inventory = parse(hostname="{{ friendly_name }}")
    message = refusal(parse, inventory=inventory, hostname="{{ friendly_name }}", **other)
    ours = emulator.service_sid
    assert message.startswith(f"hostname: Conversations service {ours} and Conversations service {theirs} would both")
    # The same service once more, and a host that somebody wrote into another inventory, are no contradiction.
    parse(inventory=inventory, hostname="{{ friendly_name }}")
    inventory.add_host("ours")
    inventory.set_variable("ours", "colour", "blue")
    assert hosts_of(parse(inventory=inventory, hostname="ours")) == ["Default service", "ours"]
    assert variables_of(inventory, "ours")["colour"] == "blue"


@pytest.mark.parametrize(
    "options",
    [
        {"hostname": "twilio_services"},
        {"hostname": "shop_s", "groups": {"shop-s": "false"}},
        {"hostname": "Default_service", "keyed_groups": [{"key": "friendly_name", "separator": ""}]},
        {"hostname": "there"},
    ],
)
def test_a_host_cannot_have_the_name_of_a_group(
    options: dict[str, Any], parse: Parse, emulator: EmulatorThread
) -> None:
    """Ansible takes the name for that of the group, and so makes the group a child of others."""
    inventory = InventoryData()
    inventory.add_group("there")
    assert refusal(parse, inventory=inventory, **options) == (
        f"hostname: Conversations service {emulator.service_sid} would be the host '{options['hostname']}',"
        " and there is a group of this name"
    )


def test_what_is_refused_leaves_nothing(parse: Parse, emulator: EmulatorThread) -> None:
    """Neither the hosts that were added before, nor groups of the name of a host of another source."""
    seed(emulator, "Shop", "Depot")
    inventory = InventoryData()
    inventory.add_host("theirs")
    hosts, groups = set(inventory.hosts), set(inventory.groups)
    name = "{{ friendly_name | replace(' ', '_') }}"
    keyed = [{"key": "'Depot' if friendly_name == 'Shop' else 'other'", "separator": ""}]
    assert "there is a group of this name" in refusal(parse, inventory=inventory, hostname=name, keyed_groups=keyed)
    wrong = {"x": "friendly_name == 'Shop' or nosuch.x"}
    with pytest.raises(AnsibleError, match="nosuch"):
        parse(inventory=inventory, hostname=name, groups=wrong, strict=True)
    assert (set(inventory.hosts), set(inventory.groups)) == (hosts, groups)


def test_a_service_of_another_source_and_other_variables_is_not_overwritten(parse: Parse) -> None:
    inventory = InventoryData()
    parse(inventory=inventory, hostname="shop")
    message = refusal(parse, inventory=inventory, hostname="shop", hostvars_prefix="t_")
    assert "would be the host 'shop', which is another service already" in message


@pytest.mark.parametrize(
    "kept", ["[]", "null", '{"services": [{}]}', "", '{"services": [{"service_sid": "IS', "\0", '"\\ud83d"', "\udcff"]
)
def test_a_cache_that_holds_something_else_is_read_anew(kept: str, parse: Parse, tmp_path: Path) -> None:
    cached = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    parse(**cached)
    (file,) = (tmp_path / "cache").iterdir()
    written = file.read_text()
    file.write_text(kept, errors="surrogateescape")
    assert len(hosts_of(parse(**cached))) == 1
    assert json.loads(file.read_text()) == json.loads(written)


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("friendly_name", '"x\\ud83d"', "x\\ud83d"),
        ("friendly_name", "5", None),
        ("friendly_name", '["x"]', None),
        ("account_sid", "true", None),
        ("sid", "null", None),
        ("sid", '".."', None),
    ],
)
def test_a_broken_answer_is_the_same_in_every_run(
    field: str, value: str, name: str | None, parse: Parse, emulator: EmulatorThread, tmp_path: Path
) -> None:
    """It must not get into the cache, from which no later run could read it."""
    cached = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    options = {**cached, "timeouts": {"read": 0.2}}
    record = {"sid": f'"{emulator.service_sid}"', "account_sid": f'"{emulator.account_sid}"', "friendly_name": '"x"'}
    text = ", ".join(f'"{key}": {each}' for key, each in {**record, field: value}.items())
    meta = '{"key": "services", "page": 0, "page_size": 100, "next_page_url": null}'
    emulator.control.fault(
        "not_json", {"path": "/Services"}, times=None, text=f'{{"services": [{{{text}}}], "meta": {meta}}}'
    )
    for _run in range(2):
        if name is None:
            refusal(parse, **options)
        else:
            [host] = hosts_of(parse(**options))
            assert variables_of(parse(**options), host)["friendly_name"] == name
    emulator.control.faults_clear()
    assert len(hosts_of(parse(flush=True, **cached))) == 1


def test_time_that_is_no_dictionary(parse: Parse) -> None:
    assert refusal(parse, timeouts=5).endswith(": timeouts is '5'")
    message = refusal(parse, timeouts=5, colour="red")
    assert message.startswith("'colour': is not an option; argument 'timeouts' is of type ")


def test_strict(parse: Parse) -> None:
    wrong = {"compose": {"place": "no_such_variable.length"}}
    assert len(hosts_of(parse(**wrong))) == 1
    with pytest.raises(AnsibleError, match="Could not set place for host"):
        parse(strict=True, **wrong)


def test_messages_are_those_of_the_modules(parse: Parse, emulator: EmulatorThread) -> None:
    assert refusal(parse, auth_token=TOKEN) == (
        "Could not list the services of Conversations: Twilio answered 401 Unauthorized, code 20003: Authenticate."
        " Check account_sid with auth_token, or api_key with api_secret"
    )
    emulator.control.fault("status", {"path": "/Services"}, status=400, code=20001, message=f"Not you, {TOKEN}")
    emulator.control.seed({"account": {"auth_token": TOKEN}})
    said = refusal(parse, auth_token=TOKEN, products=["chat"])
    assert said.startswith("Could not list the services of Chat: Twilio answered 400")
    assert TOKEN not in said


def test_a_request_is_tried_again(parse: Parse, emulator: EmulatorThread) -> None:
    emulator.control.fault("status", {"path": "/Services"}, times=2, status=503, body="html")
    assert len(hosts_of(parse())) == 1
    assert [request["status"] for request in emulator.control.requests()] == [503, 503, 200]
    emulator.control.fault("status", {"path": "/Services"}, times=None, status=503, body="html")
    message = refusal(parse, timeouts={"read": 0.2})
    assert message.startswith("Could not list the services of Conversations within 0.2 s (timeouts.read): ")


def test_nothing_is_added_when_one_of_the_products_fails(parse: Parse, emulator: EmulatorThread) -> None:
    emulator.control.fault("status", {"product": "chat"}, status=403, code=70051, message="Forbidden")
    inventory = InventoryData()
    refusal(parse, inventory=inventory, products=["conversations", "chat"])
    assert not inventory.hosts
    assert GROUP not in inventory.groups


def test_no_request_before_all_options_are_right(parse: Parse, emulator: EmulatorThread) -> None:
    assert refusal(parse, colour="red", region="IE 1").startswith("'colour': is not an option; region: must be")
    assert emulator.control.requests() == []


def test_without_the_library(parse: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_services, "sdk_problem", lambda: "no library")
    assert refusal(parse) == "no library"


def test_the_cache(parse: Parse, emulator: EmulatorThread, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cached = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(folder)}
    other = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    emulator.control.seed({"accounts": [other]})
    _default, hostile = seed(emulator, HOSTILE)
    webhook = {"pre_webhook_url": f"https://example.com/?token={TOKEN}"}
    emulator.control.seed({"services": [{"sid": hostile, "chat": webhook}]})

    def requests() -> int:
        count = len(emulator.control.requests())
        emulator.control.clear_requests()
        return count

    first = parse(**cached)
    assert requests() == 1
    again = parse(**cached)
    assert requests() == 0
    for host in hosts_of(first):
        assert variables_of(again, host) == variables_of(first, host)
    name = again.hosts[f"conversations-{hostile}"].vars["friendly_name"]
    assert Templar(loader=DataLoader()).template(name) == HOSTILE
    # What is asked for decides, not how.
    parse(**cached, api_key=emulator.api_key, api_secret=emulator.api_secret, hostvars_prefix="x_")
    assert requests() == 0
    parse(**cached, products=["conversations", "chat"])
    assert requests() == 1
    assert hosts_of(parse(**cached, **other)) == []
    assert requests() == 1
    # --flush-cache and meta: refresh_inventory
    seed(emulator, "New")
    assert len(hosts_of(parse(**cached))) == 2
    assert len(hosts_of(parse(flush=True, **cached))) == 3
    assert requests() == 1
    assert len(hosts_of(parse(**cached))) == 3
    assert requests() == 0
    written = "".join(path.read_text() for path in folder.iterdir())
    assert emulator.service_sid in written
    for secret in (emulator.auth_token, emulator.api_secret, emulator.api_key, TOKEN):
        assert secret not in written


@pytest.mark.parametrize("kind", [("api_key", "api_secret"), ("client_id", "client_secret")])
@pytest.mark.parametrize("product", ["conversations", "chat"])
def test_credentials_of_another_account_are_found_out(
    parse: Parse, emulator: EmulatorThread, product: str, kind: tuple[str, str]
) -> None:
    """The services of Conversations do not tell their account; a role of one of them does."""
    key = {"products": [product], **{name: getattr(emulator, name) for name in kind}}
    inventory = parse(**key)
    assert variables_of(inventory, hosts_of(inventory)[0])["account_sid"] == emulator.account_sid
    sent = [request for request in emulator.control.requests() if request["product"] != "oauth"]
    assert len(sent) == (2 if product == "conversations" else 1)
    emulator.control.seed({"accounts": [{"account_sid": ACCOUNT, "auth_token": TOKEN}]})
    assert refusal(parse, account_sid=ACCOUNT, **key).endswith(
        f"account_sid is {ACCOUNT}, but the credentials belong to {emulator.account_sid}"
    )


@pytest.mark.parametrize(("status", "code"), [(403, 70051), (404, 20404)])
def test_an_api_key_that_may_not_read_roles(parse: Parse, emulator: EmulatorThread, status: int, code: int) -> None:
    emulator.control.fault("status", {"path": "/Roles$"}, status=status, code=code)
    inventory = parse(api_key=emulator.api_key, api_secret=emulator.api_secret)
    assert variables_of(inventory, hosts_of(inventory)[0])["account_sid"] == emulator.account_sid


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("twilio_services.yml", True),
        ("sales.twilio_services.yaml", True),
        ("twilio_services.json", False),
        ("twilio.yml", False),
    ],
)
def test_the_name_of_the_file_decides(name: str, taken: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    assert InventoryModule().verify_file(str(path)) is False
    path.touch()
    assert InventoryModule().verify_file(str(path)) is taken


def test_retries_are_reported(
    parse: Parse, emulator: EmulatorThread, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("INTERVAL_SECONDS", "POLL_SECONDS"):
        monkeypatch.setattr(retry_reporter, name, 0.05)
    monkeypatch.setattr(Display(), "verbosity", 3)
    message = f"\x1b[2J {emulator.auth_token}"
    emulator.control.fault("status", times=None, status=503, code=20503, message=message)
    refusal(parse, timeouts={"read": 1})
    shown = capfd.readouterr()
    reason = "could not list the services of Conversations: Twilio answered 503 Service Unavailable, code 20503: "
    assert f"{InventoryModule.NAME}: {reason}" in shown.err.replace("\n", " ")
    assert "; trying again for at most " in shown.err.replace("\n", " ")
    assert "; trying again in 0." in shown.out.replace("\n", " ")
    assert emulator.auth_token not in shown.out + shown.err
    assert "\x1b[2J" not in shown.out + shown.err
