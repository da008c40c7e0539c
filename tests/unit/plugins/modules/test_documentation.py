# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is documented is what the argument specs say, and what the modules return."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.twilio.plugins.module_utils._modules.user_entries import ENTRY_SPEC
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    PRODUCTS,
    ROLE_INFO_MODULES,
    ROLE_MODULES,
    SERVICE_INFO_MODULES,
    SERVICE_MODULES,
    USER_INFO_MODULES,
    USER_MODULES,
    USERS_MODULES,
    Twilio,
)

COLLECTION = "ansible_collections.community.twilio.plugins"
WORKS: dict[str, Any] = {
    "user": USER_MODULES,
    "users": USERS_MODULES,
    "user_info": USER_INFO_MODULES,
    "service": SERVICE_MODULES,
    "service_info": SERVICE_INFO_MODULES,
    "role": ROLE_MODULES,
    "role_info": ROLE_INFO_MODULES,
}
MODULES: dict[str, tuple[Any, Any]] = {
    f"twilio_{product}_{thing}": (import_module(f"{COLLECTION}.modules.twilio_{product}_{thing}"), works[product])
    for product in sorted(PRODUCTS)
    for thing, works in WORKS.items()
}


def test_every_module_is_held_to_its_documentation() -> None:
    there = {path.stem for path in Path(MODULES["twilio_chat_user"][0].__file__).parent.glob("twilio_*.py")}
    assert there == set(MODULES)


def options_of(name: str) -> dict[str, Any]:
    """Give the argument spec of a module, with what the module itself validates in the entries of a list."""
    spec: dict[str, Any] = MODULES[name][1].spec({})["argument_spec"]
    if "users" in spec:
        entry = ENTRY_SPEC
        spec = {**spec, "users": {**spec["users"], "options": entry}}
    return spec


def documentation(module: Any) -> dict[str, Any]:
    """Give the documentation of a module with its fragments, as ansible-doc puts it together."""
    own = yaml.safe_load(module.DOCUMENTATION)
    options = dict(own.get("options", {}))
    for name in own["extends_documentation_fragment"]:
        assert name.startswith("community.twilio._")
        fragment, _dot, part = name[len("community.twilio.") :].partition(".")
        found = import_module(f"{COLLECTION}.doc_fragments.{fragment}").ModuleDocFragment
        text = getattr(found, (part or "documentation").upper())
        for option, details in yaml.safe_load(text).get("options", {}).items():
            assert option not in options, f"{option} is documented twice"
            options[option] = details
    return {**own, "options": options}


def essence(option: dict[str, Any], children: str) -> dict[str, Any]:
    """Give what the documentation and the argument spec of an option have to agree on."""
    result: dict[str, Any] = {
        name: option[name] for name in ("type", "choices", "default", "elements", "aliases") if name in option
    }
    result["required"] = bool(option.get("required"))
    nested = option.get(children)
    if nested is not None:
        result["options"] = {name: essence(child, children) for name, child in nested.items()}
    return result


@pytest.mark.parametrize("name", MODULES)
def test_options_are_documented_as_they_are(name: str) -> None:
    documented = documentation(MODULES[name][0])["options"]
    spec = options_of(name)
    assert sorted(documented) == sorted(spec)
    for option in spec:
        assert essence(documented[option], "suboptions") == essence(spec[option], "options"), option


@pytest.mark.parametrize("name", MODULES)
def test_every_option_says_what_it_is_for(name: str) -> None:
    def told(options: dict[str, Any], place: str) -> None:
        for option, details in options.items():
            assert details["description"], place + option
            told(details.get("suboptions", {}), f"{place}{option}.")

    told(documentation(MODULES[name][0])["options"], "")


@pytest.mark.parametrize("name", MODULES)
def test_every_variable_that_an_option_falls_back_to_is_documented(name: str) -> None:
    module, definition = MODULES[name]
    documented = documentation(module)["options"]
    for option, details in definition.spec({})["argument_spec"].items():
        variables = details["fallback"][1] if "fallback" in details else []
        text = " ".join(documented[option]["description"])
        assert all(f"E({variable})" in text for variable in variables), option
        assert bool(variables) == ("is used." in text and "environment variable" in text), option


@pytest.mark.parametrize("name", MODULES)
def test_a_module_documents_itself(name: str) -> None:
    documented = documentation(MODULES[name][0])
    assert documented["module"] == name
    assert "community.twilio._attributes.action_group" in documented["extends_documentation_fragment"]
    desired = "info" if name.endswith("_info") else "changes"
    assert f"community.twilio._attributes.{desired}" in documented["extends_documentation_fragment"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_use_options_that_exist(name: str) -> None:
    module, definition = MODULES[name]
    spec = set(definition.spec({})["argument_spec"])

    def tasks(entries: list[dict[str, Any]]) -> Any:
        for entry in entries:
            yield entry
            yield from tasks(entry.get("block", []))

    used = [
        task[f"community.twilio.{name}"]
        for task in tasks(yaml.safe_load(module.EXAMPLES))
        if f"community.twilio.{name}" in task
    ]
    assert used
    for options in used:
        assert set(options or {}) <= spec


def test_a_user_is_returned_as_it_is_documented(twilio: Twilio) -> None:
    for module, returned in (
        (f"twilio_{twilio.name}_user", twilio.user(identity="alice")["user"]),
        (f"twilio_{twilio.name}_user_info", twilio.info()["users"][0]),
    ):
        documented = yaml.safe_load(MODULES[module][0].RETURN)
        contents = documented["users" if module.endswith("_info") else "user"]["contains"]
        assert sorted(contents) == sorted(returned)
        kinds = {"str": str, "bool": bool, "int": int, "dict": dict}
        for name, value in returned.items():
            assert value is None or isinstance(value, kinds[contents[name]["type"]]), name


KINDS = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list}


def returns(name: str) -> dict[str, Any]:
    """Give what a module says that it returns."""
    documented = yaml.safe_load(MODULES[name][0].RETURN)
    assert isinstance(documented, dict)
    return documented


def is_a(kind: str, value: Any) -> bool:
    """Tell whether a value is of a documented type. For Python, True is an int too."""
    return isinstance(value, KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))


def agrees(contents: dict[str, Any], returned: dict[str, Any], place: str, whole: bool = True) -> None:
    """Hold what is returned to what is documented, at any depth; with ``whole`` nothing is to be missing."""
    assert not set(returned) - set(contents), place
    assert not whole or set(returned) == set(contents), place
    for name, value in returned.items():
        where = f"{place}.{name}"
        assert contents[name]["description"], where
        assert value is None or is_a(contents[name]["type"], value), where
        if isinstance(value, dict) and "contains" in contents[name]:
            agrees(contents[name]["contains"], value, where)


def test_a_role_is_returned_as_it_is_documented(twilio: Twilio) -> None:
    role = twilio.role(friendly_name="guest", type=twilio.user_type, permissions=["editOwnUserInfo"])["role"]
    agrees(returns(f"twilio_{twilio.name}_role")["role"]["contains"], role, "role")
    agrees(returns(f"twilio_{twilio.name}_role_info")["roles"]["contains"], twilio.role_info()["roles"][0], "roles")


def test_a_chat_service_is_returned_as_it_is_documented(chat: Twilio) -> None:
    chat.control.switch(unset_notifications_as="null")
    service = chat.service(friendly_name="Support", limits={"channel_members": 7})["service"]
    for name, place in (("twilio_chat_service", "service"), ("twilio_chat_service_info", "services")):
        agrees(returns(name)[place]["contains"], service, place)


def test_a_conversations_service_is_returned_as_it_is_documented(conversations: Twilio) -> None:
    conversations.control.switch(unset_notifications_as="null")
    bare = conversations.service(friendly_name="Support")["service"]
    whole = conversations.service(friendly_name="Support", configuration={}, notifications={}, webhooks={})["service"]
    for module, place in (("service", "service"), ("service_info", "services")):
        contents = returns(f"twilio_conversations_{module}")[place]["contains"]
        agrees(contents, whole, place)
        agrees(contents, bare, place, whole=False)
        assert set(whole) - set(bare) == {"configuration", "notifications", "webhooks"}


@pytest.mark.parametrize(
    ("thing", "actions"),
    [
        ("service", ["none", "created", "updated", "deleted"]),
        ("role", ["none", "created", "updated", "replaced", "deleted"]),
    ],
)
def test_results_and_failures_of_services_and_roles_are_as_documented(
    twilio: Twilio, thing: str, actions: list[str]
) -> None:
    documented = returns(f"twilio_{twilio.name}_{thing}")
    run = getattr(twilio, thing)
    success = set(
        run(
            friendly_name="guest",
            **({"type": twilio.user_type, "permissions": ["editOwnUserInfo"]} if thing == "role" else {}),
        )
    )
    twilio.fault("status", "GET", status=400)
    failure = set(getattr(twilio, thing + "_fails")(friendly_name="guest").result)
    assert success | failure == set(documented) | {"changed"}
    assert failure == {"status", "code", "more_info", "request_id"}
    assert documented["action"]["choices"] == actions


@pytest.mark.parametrize("thing", ["service", "role", "user"])
def test_results_of_reading_are_as_documented(twilio: Twilio, thing: str) -> None:
    documented = returns(f"twilio_{twilio.name}_{thing}_info")
    prefix = "" if thing == "user" else thing + "_"
    options = {"gather_configuration": True} if (thing, twilio.name) == ("service", "conversations") else {}
    success = set(getattr(twilio, prefix + "info")(**options))
    twilio.fault("status", "GET", status=400)
    failure = set(getattr(twilio, prefix + "info_fails")().result)
    assert success == {"changed", thing + "s"} | ({"default_service_sid"} if options else set())
    assert success | failure == set(documented) | {"changed"}


def test_results_and_failures_are_returned_as_they_are_documented(twilio: Twilio) -> None:
    documented = returns(f"twilio_{twilio.name}_user")
    success = set(twilio.user(identity="alice"))
    twilio.fault("status", "GET", status=400)
    failure = set(twilio.user_fails(identity="alice").result)
    assert success | failure == set(documented) | {"changed"}
    assert failure == {"status", "code", "more_info", "request_id"}
    assert documented["action"]["choices"] == ["none", "created", "updated", "replaced", "deleted"]
