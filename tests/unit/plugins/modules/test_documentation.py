# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is documented is what the argument specs say, and what the modules return."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.community.twilio.plugins.doc_fragments import _attributes, _connection, _user, _user_info
from ansible_collections.community.twilio.plugins.modules import (
    twilio_chat_user,
    twilio_chat_user_info,
    twilio_conversations_user,
    twilio_conversations_user_info,
)
from ansible_collections.community.twilio.tests.unit.plugins.support.work import INFO_WORK, USER_WORK, Twilio

FRAGMENTS: dict[str, Any] = {
    "_attributes": _attributes,
    "_connection": _connection,
    "_user": _user,
    "_user_info": _user_info,
}
MODULES: dict[str, tuple[Any, Any]] = {
    "twilio_chat_user": (twilio_chat_user, USER_WORK["chat"]),
    "twilio_chat_user_info": (twilio_chat_user_info, INFO_WORK["chat"]),
    "twilio_conversations_user": (twilio_conversations_user, USER_WORK["conversations"]),
    "twilio_conversations_user_info": (twilio_conversations_user_info, INFO_WORK["conversations"]),
}


def documentation(module: Any) -> dict[str, Any]:
    """Give the documentation of a module with its fragments, as ansible-doc puts it together."""
    own = yaml.safe_load(module.DOCUMENTATION)
    options = dict(own.get("options", {}))
    for name in own["extends_documentation_fragment"]:
        assert name.startswith("community.twilio._")
        fragment, _dot, part = name[len("community.twilio.") :].partition(".")
        text = getattr(FRAGMENTS[fragment].ModuleDocFragment, (part or "documentation").upper())
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
    module, work = MODULES[name]
    documented = documentation(module)["options"]
    spec = work.spec({})["argument_spec"]
    assert sorted(documented) == sorted(spec)
    for option in spec:
        assert essence(documented[option], "suboptions") == essence(spec[option], "options"), option


@pytest.mark.parametrize("name", MODULES)
def test_every_option_says_what_it_is_for(name: str) -> None:
    for option, details in documentation(MODULES[name][0])["options"].items():
        assert details["description"], option
        for suboption, more in details.get("suboptions", {}).items():
            assert more["description"], f"{option}.{suboption}"


@pytest.mark.parametrize("name", MODULES)
def test_every_variable_that_an_option_falls_back_to_is_documented(name: str) -> None:
    module, work = MODULES[name]
    documented = documentation(module)["options"]
    for option, details in work.spec({})["argument_spec"].items():
        variables = details["fallback"][1] if "fallback" in details else []
        text = " ".join(documented[option]["description"])
        assert all(f"E({variable})" in text for variable in variables), option
        assert bool(variables) == ("is used." in text and "environment variable" in text), option


@pytest.mark.parametrize("name", MODULES)
def test_a_module_documents_itself(name: str) -> None:
    documented = documentation(MODULES[name][0])
    assert documented["module"] == name
    assert "community.twilio._attributes.action_group" in documented["extends_documentation_fragment"]
    wanted = "info" if name.endswith("_info") else "changes"
    assert f"community.twilio._attributes.{wanted}" in documented["extends_documentation_fragment"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_use_options_that_exist(name: str) -> None:
    module, work = MODULES[name]
    spec = set(work.spec({})["argument_spec"])

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
        assert set(options) <= spec


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


def test_results_and_failures_are_returned_as_they_are_documented(twilio: Twilio) -> None:
    documented = yaml.safe_load(MODULES[f"twilio_{twilio.name}_user"][0].RETURN)
    success = set(twilio.user(identity="alice"))
    twilio.fault("status", "GET", status=400)
    failure = set(twilio.user_fails(identity="alice").result)
    assert success | failure == set(documented) | {"changed"}
    assert failure == {"status", "code", "more_info", "request_id"}
    assert documented["action"]["choices"] == ["none", "created", "updated", "replaced", "deleted"]
