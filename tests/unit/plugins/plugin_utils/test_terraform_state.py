# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._terraform_state import WHOLE, read_state
from ansible_collections.community.twilio.plugins.plugin_utils._terraform_users import from_terraform
from ansible_collections.community.twilio.tests.unit.plugins.support.terraform import (
    instance,
    resource,
    sensitive,
    shown,
    state,
    user,
)

READABLE = "the state must be what terraform state pull or terraform show -json prints, got "
NEWER = "; it was written by Terraform 0.11 or older, terraform state pull of a newer one converts it"
SECRET = "sEcr3t-oF-another-resource"


# Addresses: compared with terraform state list of Terraform 1.11.4


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (None, ""),
        (0, "[0]"),
        (12, "[12]"),
        ("alice", '["alice"]'),
        ("", '[""]'),
        ("7", '["7"]'),
        ("a]b[0]", '["a]b[0]"]'),
        ('a"b\\c', r'["a\"b\\c"]'),
        ("x${y}%{z}", '["x$${y}%%{z}"]'),
        ("$ % $$", '["$ % $$"]'),
        ("new\nline\r\t", r'["new\nline\r\t"]'),
        ("zero\u200bwidth", r'["zero\u200bwidth"]'),
        ("nb\u00a0sp", r'["nb\u00a0sp"]'),
        ("ünï 😀", '["ünï 😀"]'),
        ("\U000e0001", r'["\U000e0001"]'),
        ("\ud800", r'["\ud800"]'),
    ],
)
@pytest.mark.parametrize("module", ["", "module.team", 'module.team["a.b"].module.inner[1]'])
@pytest.mark.parametrize("mode", ["managed", "data"])
def test_address(key: Any, written: str, module: str, mode: str) -> None:
    keys = {} if key is None else {"index_key": key}
    modules = {"module": module} if module else {}
    pulled = state(resource("twilio_chat_user", "all", instance(user("a"), **keys), mode=mode, **modules))
    prefix = f"{module}." if module else ""
    for value in (pulled, shown(pulled)):
        [found] = read_state(json.dumps(value))
        assert found.resource == f"{prefix}{'data.' if mode == 'data' else ''}twilio_chat_user.all"
        assert found.address == found.resource + written


def test_module_that_is_not_unicode() -> None:
    [found] = read_state(state(resource("twilio_chat_user", "a", instance(user("a")), module='module.m["\ud800"]')))
    assert found.address == 'module.m["\\ud800"].twilio_chat_user.a'


def test_objects_are_in_the_order_of_the_state() -> None:
    modules = ["", "module.a", "module.a.module.b", "module.c"]
    resources = [resource("twilio_chat_user", "a", instance(user("a")), module=module) for module in modules]
    for value in (state(*resources), shown(state(*resources))):
        assert [each.address for each in read_state(value)] == [
            f"{module}.twilio_chat_user.a".lstrip(".") for module in modules
        ]


# Providers


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ('provider["registry.terraform.io/rjpearson94/twilio"]', None),
        ('provider["registry.terraform.io/RJPearson94/twilio"].ireland', None),
        ('module.a.provider["registry.opentofu.org/rjpearson94/twilio"]', None),
        ('provider["terraform.example.com/rjpearson94/twilio"]', None),
        ('provider["registry.opentofu.org/rjpearson94/twilio"].regions["ie1"]', None),
        ('provider["registry.terraform.io/-/twilio"]', None),
        ("provider.twilio", None),
        ("module.a.provider.twilio.ireland", None),
        ("registry.terraform.io/rjpearson94/twilio", None),
        ("twilio", None),
        ('provider["registry.terraform.io/twilio/twilio"]', "twilio/twilio"),
        ('provider["registry.terraform.io/hashicorp/aws"]', "hashicorp/aws"),
        ("terraform.io/builtin/terraform", "builtin/terraform"),
        ("provider.aws", "aws"),
        (f"{SECRET} \n", ""),
        (None, ""),
        (3, ""),
    ],
)
@pytest.mark.parametrize("kind", ["pulled", "pulled, of an instance", "shown"])
def test_provider(provider: Any, name: str | None, kind: str) -> None:
    entry = {"mode": "managed", "type": "twilio_chat_user", "name": "a"}
    states: dict[str, dict[str, Any]] = {
        "pulled": {"version": 4, "resources": [{**entry, "provider": provider, "instances": [{}]}]},
        "pulled, of an instance": {"version": 4, "resources": [{**entry, "instances": [{"provider": provider}]}]},
        "shown": {
            "format_version": "1.0",
            "values": {"root_module": {"resources": [{**entry, "provider_name": provider}]}},
        },
    }
    [found] = read_state(states[kind])
    assert found.is_twilio == (name is None)
    if name is not None:
        assert found.provider == name


# Sensitive attributes


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (None, set()),
        ([], set()),
        (sensitive("attributes", "friendly_name"), {"attributes", "friendly_name"}),
        (
            [
                [
                    {"type": "get_attr", "value": "permissions"},
                    {"type": "index", "value": {"value": 0, "type": "number"}},
                ]
            ],
            {"permissions"},
        ),
        ([[]], {WHOLE}),
        ([[{"type": "index", "value": {"value": "a", "type": "string"}}]], {WHOLE}),
        ([["attributes"]], {WHOLE}),
        ([[{"type": "get_attr", "value": {}}]], {WHOLE}),
        ("attributes", {WHOLE}),
    ],
)
def test_sensitive_paths(paths: Any, names: set[str]) -> None:
    [found] = read_state(state(resource("twilio_chat_user", "a", {"attributes": {}, "sensitive_attributes": paths})))
    assert found.sensitive == names


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (None, set()),
        ({}, set()),
        (False, set()),
        (True, {WHOLE}),
        ("x", {WHOLE}),
        ({"attributes": True, "friendly_name": False}, {"attributes"}),
        ({"permissions": [False, True], "links": {}, "limits": []}, {"permissions"}),
        ({"permissions": [False, False]}, set()),
        ({"limits": {"a": True}}, {"limits"}),
    ],
)
def test_sensitive_values(values: Any, names: set[str]) -> None:
    entry = {"mode": "managed", "type": "twilio_chat_user", "name": "a", "values": {}, "sensitive_values": values}
    [found] = read_state({"format_version": "0.1", "values": {"root_module": {"resources": [entry]}}})
    assert found.sensitive == names


# Not a state


def pulled_with(place: str, value: Any) -> dict[str, Any]:
    broken: Any = state(resource("twilio_chat_user", "a", instance(user("a")), module="module.m"))
    *path, last = place.split(".")
    target = broken
    for step in path:
        target = target[int(step) if step.isdigit() else step]
    target[int(last) if last.isdigit() else last] = value
    result: dict[str, Any] = broken
    return result


def shown_with(**root: Any) -> dict[str, Any]:
    return {"format_version": "1.0", "values": {"root_module": root}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", f"{READABLE}nothing; is there a state in this folder and workspace?"),
        (" \n", f"{READABLE}nothing; is there a state in this folder and workspace?"),
        ("# twilio_chat_user.a:", f"{READABLE}text that is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[" * 200_000, f"{READABLE}JSON with too many levels"),
        ("[]", f"{READABLE}a list"),
        ("null", f"{READABLE}nothing"),
        (f'"{SECRET}"', f"{READABLE}text"),
        (7, f"{READABLE}a number"),
        ({}, f"{READABLE}a dictionary without version and format_version"),
        ({"stdout": SECRET}, f"{READABLE}a dictionary without version and format_version"),
        ({"version": 1}, f"version: must be 4, got the number 1{NEWER}"),
        ({"version": 2}, f"version: must be 4, got the number 2{NEWER}"),
        ({"version": 3, "modules": []}, f"version: must be 4, got the number 3{NEWER}"),
        ({"version": 0}, "version: must be 4, got the number 0"),
        ({"version": 5}, "version: must be 4, got the number 5"),
        ({"version": True}, "version: must be 4, got the boolean true"),
        ({"version": "4"}, "version: must be 4, got the text '4'"),
        ({"version": {"a": SECRET}}, "version: must be 4, got a dictionary"),
        ({"format_version": "2.0"}, "format_version: must be 0.1 to 1.x, as text, got the text '2.0'"),
        ({"format_version": 1}, "format_version: must be 0.1 to 1.x, as text, got the number 1"),
        (
            {"format_version": "1.2", "planned_values": {}, "prior_state": {}},
            "this is a plan; give what terraform show -json prints without the name of a file",
        ),
        (
            {"serial": 1, "lineage": "x", "encrypted_data": SECRET, "encryption_version": "v0"},
            "the state is encrypted; give what tofu state pull prints",
        ),
        (pulled_with("resources", {}), "resources: must be a list, got a dictionary"),
        (pulled_with("resources.0", SECRET), "resources[0]: must be a dictionary, got text"),
        (pulled_with("resources.0.type", None), "resources[0].type: must be text, got nothing"),
        (pulled_with("resources.0.name", 3), "resources[0].name: must be text, got a number"),
        (pulled_with("resources.0.module", [1]), "resources[0].module: must be text, got a list"),
        (pulled_with("resources.0.mode", "x"), "resources[0].mode: must be managed or data, got 'x'"),
        (pulled_with("resources.0.instances", 3), "resources[0].instances: must be a list, got a number"),
        (pulled_with("resources.0.instances.0", None), "resources[0].instances[0]: must be a dictionary, got nothing"),
        (
            pulled_with("resources.0.instances.0.index_key", 1.5),
            "resources[0].instances[0].index_key: must be text, got a number",
        ),
        ({"format_version": "1.0", "values": SECRET}, "values: must be a dictionary, got text"),
        (shown_with(resources={"a": 1}), "values.root_module.resources: must be a list, got a dictionary"),
        (
            shown_with(child_modules=[{"resources": [1]}]),
            "values.root_module.child_modules[0].resources[0]: must be a dictionary, got a number",
        ),
    ],
)
def test_not_a_state(value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_state(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "value",
    [
        {"version": 4},
        {"version": 4, "resources": None},
        {"format_version": "1.0"},
        {"format_version": "1.0", "values": {"root_module": {}}},
        "\ufeff" + json.dumps({"version": 4, "resources": []}),
    ],
)
def test_empty_state(value: Any) -> None:
    assert from_terraform(value) == {"conversations": [], "chat": [], "addresses": [], "left_out": []}


def test_deep_modules() -> None:
    module: dict[str, Any] = {"address": "module.last", "resources": []}
    for _level in range(5_000):
        module = {"child_modules": [module]}
    assert read_state({"format_version": "1.0", "values": {"root_module": module}}) == []


def test_encrypted_inline() -> None:
    """ansible-core 2.18 and older have such a type for inline encrypted values."""

    class Encrypted(list[str]):
        __ENCRYPTED__ = True

        def __str__(self) -> str:
            return '{"version": 4}'

    assert read_state(Encrypted()) == []


def test_large_numbers_of_other_resources() -> None:
    text = json.dumps(state(resource("x", "y", instance({"n": 0})))).replace('"n": 0', f'"n": {"9" * 5000}')
    assert len(read_state(text)) == 1


# Any input

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
PLACES = [
    *("version", "resources", "resources.0", "resources.0.mode", "resources.0.type", "resources.0.provider"),
    *("resources.0.module", "resources.0.instances", "resources.0.instances.0"),
    *(f"resources.0.instances.0.{name}" for name in ("index_key", "attributes", "sensitive_attributes", "deposed")),
    *(f"resources.0.instances.0.attributes.{name}" for name in ("identity", "attributes", "role_sid", "service_sid")),
]


@given(st.sampled_from(PLACES), JSON_VALUES)
def test_any_value_anywhere(place: str, value: Any) -> None:
    broken = pulled_with(place, value)
    for product in (None, "conversations"):
        try:
            result = from_terraform(broken, product)
        except ValidationError as error:
            assert len(str(error)) < 300
        else:
            assert set(result) == {"conversations", "chat", "addresses", "left_out"}


@given(JSON_VALUES | st.text())
def test_any_value(value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        read_state(value)
    assert len(str(caught.value)) < 300
