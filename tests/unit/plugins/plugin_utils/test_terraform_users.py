# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.filter import from_terraform as filter_file
from ansible_collections.community.twilio.plugins.module_utils._modules.user_entries import parse_entries
from ansible_collections.community.twilio.plugins.module_utils._resources.validators import (
    ErrorCollector,
    ValidationError,
)
from ansible_collections.community.twilio.plugins.plugin_utils._terraform_users import from_terraform
from ansible_collections.community.twilio.tests.unit.plugins.support.terraform import (
    AGENT,
    AWS,
    OTHER_SERVICE,
    SERVICE,
    STRANGER,
    instance,
    resource,
    role,
    sensitive,
    service,
    shown,
    state,
    user,
)

TWINS = ["RL" + digit * 32 for digit in "bc"]
SECRET = "sEcr3t-nobody-may-see"
SUPPORT = resource("twilio_conversations_service", "support", instance(service(SERVICE, "Support")))
HANDS_OFF = "is sensitive in Terraform, so it has to be added by hand"
NO_TEXT = "attributes: must be a JSON object without duplicate keys; the modules do not manage other attributes"

STATE = state(
    resource(
        "twilio_conversations_role",
        "known",
        instance({"service_sid": SERVICE, "sid": AGENT, "type": "service", "friendly_name": "agent"}),
        mode="data",
    ),
    resource(
        "aws_instance", "web", instance({"password": SECRET}, index_key=0), instance({}, index_key=1), provider=AWS
    ),
    resource(
        "twilio_chat_role", "clerk", instance(role(STRANGER, "clerk", type="deployment", service_sid=OTHER_SERVICE))
    ),
    resource("twilio_chat_user", "shop", instance(user("carol", service_sid=OTHER_SERVICE, joined_channels_count=0))),
    SUPPORT,
    resource(
        "twilio_conversations_role",
        "twins",
        instance(role(TWINS[0], "twin"), index_key="a"),
        instance(role(TWINS[1], "twin"), index_key="b"),
    ),
    resource(
        "twilio_conversations_user",
        "counted",
        instance(user("eve", role_sid=TWINS[0]), index_key=0),
        instance(user("frank"), index_key=1, status="tainted"),
        instance(user("gone"), index_key=1, deposed="0a1b2c3d"),
    ),
    resource("twilio_serverless_variable", "token", instance({"value": SECRET}), module="module.other"),
    resource(
        "twilio_conversations_user",
        "all",
        instance(user("bob", friendly_name="Bob", attributes='{"n": 1.0, "big": 9007199254740993}'), index_key="bob"),
        instance(
            user("alice", role_sid=AGENT, attributes=f'{{"key": "{SECRET}"}}'),
            index_key="alice",
            sensitive_attributes=sensitive("attributes"),
        ),
        module='module.team["support"]',
    ),
)
USERS = [
    {"identity": "alice", "friendly_name": "", "role": "agent"},
    {
        "identity": "bob",
        "friendly_name": "Bob",
        "role_sid": STRANGER,
        "attributes": '{"n": 1.0, "big": 9007199254740993}',
    },
    {"identity": "eve", "friendly_name": "", "role_sid": TWINS[0], "attributes": "{}"},
]
TWIN_ROLES = [
    {"sid": sid, "friendly_name": "twin", "type": "service", "permissions": ["joinConversation"]} for sid in TWINS
]
CLERK = {"sid": STRANGER, "friendly_name": "clerk", "permissions": ["joinConversation"]}
CAROL = {"identity": "carol", "friendly_name": "", "role": "clerk", "attributes": "{}"}
IN_SUPPORT = {"service_sid": SERVICE, "service": "Support", "roles": TWIN_ROLES, "users": USERS}
IN_SHOP = {"service_sid": OTHER_SERVICE, "service": None, "users": [CAROL]}
ADDRESSES = [
    "twilio_chat_role.clerk",
    "twilio_chat_user.shop",
    'twilio_conversations_role.twins["a"]',
    'twilio_conversations_role.twins["b"]',
    "twilio_conversations_user.counted[0]",
    'module.team["support"].twilio_conversations_user.all["bob"]',
    'module.team["support"].twilio_conversations_user.all["alice"]',
]
LEFT_OUT = {
    "data.twilio_conversations_role.known": "it is a data source, which manages nothing",
    "aws_instance.web": "it belongs to another provider, hashicorp/aws",
    "twilio_conversations_service.support": (
        "it is neither a user nor a role; the module twilio_conversations_service manages services"
    ),
    "twilio_conversations_user.counted[1]": None,
    "module.other.twilio_serverless_variable.token": "it is neither a user nor a role",
    'module.team["support"].twilio_conversations_user.all["alice"]': f"attributes: {HANDS_OFF}",
}


@pytest.mark.parametrize("write", [copy.deepcopy, json.dumps], ids=["parsed", "text"])
@pytest.mark.parametrize("form", [copy.deepcopy, shown], ids=["pull", "show"])
@pytest.mark.parametrize("product", [None, "conversations"])
def test_state(product: str | None, form: Any, write: Any) -> None:
    result = from_terraform(write(form(STATE)), product)
    chat = {**IN_SHOP, "roles": [{**CLERK, "type": "deployment"}]}
    translated = {**IN_SHOP, "roles": [{**CLERK, "type": "service"}]}
    assert result["conversations"] == ([IN_SUPPORT, translated] if product else [IN_SUPPORT])
    assert result["chat"] == ([] if product else [chat])
    # terraform show -json lists the resources of a module, then those of its child modules.
    assert sorted(result["addresses"]) == sorted(ADDRESSES)
    assert form is shown or result["addresses"] == ADDRESSES
    assert len(result["left_out"]) == len(LEFT_OUT) + 1
    reasons = {entry["address"]: entry["reason"] for entry in result["left_out"]}
    assert set(reasons) == set(LEFT_OUT)
    assert {address: reason for address, reason in LEFT_OUT.items() if reason} == {
        address: reason for address, reason in reasons.items() if LEFT_OUT[address]
    }
    of_counted = [each["reason"] for each in result["left_out"] if each["address"].endswith("counted[1]")]
    assert of_counted == [
        "it is tainted: Terraform would delete and create it again; if it is right, run terraform untaint first",
        "it is deposed: Terraform has replaced it, and would delete it",
    ]
    assert SECRET not in repr(result)


# One user or role


def only(*resources: dict[str, Any], product: str | None = None) -> tuple[list[Any], list[Any], list[str]]:
    """Return the roles and users of the only service, and the reasons."""
    result = from_terraform(state(*resources), product)
    services = result["conversations"] + result["chat"]
    assert len(services) <= 1
    found = services[0] if services else {"roles": [], "users": []}
    return found["roles"], found["users"], [entry["reason"] for entry in result["left_out"]]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"identity": None}, "identity: is missing"),
        ({"identity": 7}, "identity: must be text, got a number"),
        ({"identity": ["a"]}, "identity: must be text, got a list"),
        ({"identity": ""}, "identity: must not be empty"),
        ({"identity": "US" + "1" * 32}, "identity: must not look like a user SID"),
        ({"identity": " a"}, "identity: must not begin with white space, got ' a'"),
        ({"identity": "a\ud800"}, "identity: must be Unicode text"),
        ({"identity": "x" * 300}, "identity: must have at most 256 characters, got 300"),
        ({"service_sid": None}, "service_sid: is missing"),
        ({"service_sid": "default"}, "service_sid: must be IS followed by 32 hexadecimal digits, got 'default'"),
    ],
)
def test_user_that_cannot_be_converted(attributes: dict[str, Any], reason: str) -> None:
    values = {**user("a"), **attributes}
    roles, users, [given_reason] = only(resource("twilio_chat_user", "a", instance(values)))
    assert (roles, users) == ([], [])
    assert given_reason.startswith(reason)
    assert len(given_reason) < 250


@pytest.mark.parametrize(
    ("attributes", "expected", "reason"),
    [
        ({"friendly_name": None}, {}, None),
        ({"friendly_name": "A {{ b }}"}, {"friendly_name": "A {{ b }}"}, None),
        ({"friendly_name": 5}, {}, "friendly_name: must be text, got a number"),
        ({"friendly_name": "x" * 257}, {}, "friendly_name: must have at most 256 characters, got 257"),
        ({"role_sid": ""}, {}, None),
        ({"role_sid": AGENT}, {"role_sid": AGENT}, None),
        ({"role_sid": "agent"}, {}, "role_sid: must be RL followed by 32 hexadecimal digits, got 'agent'"),
        ({"attributes": ""}, {}, None),
        ({"attributes": '{"b": 1e3,  "a": 12345678901234567890.10}'}, ..., None),
        ({"attributes": f'["{SECRET}"]'}, {}, NO_TEXT),
        ({"attributes": f'{{"{SECRET}": 1, "{SECRET}": 2}}'}, {}, NO_TEXT),
        ({"attributes": f"{{{SECRET}}}"}, {}, NO_TEXT),
        ({"attributes": {"a": SECRET}}, {}, "attributes: must be text, got a dictionary"),
    ],
)
def test_options_of_a_user(attributes: dict[str, Any], expected: Any, reason: str | None) -> None:
    nothing = {"friendly_name": None, "role_sid": None, "attributes": None}
    values = user("a", **{**nothing, **attributes})
    _roles, users, reasons = only(resource("twilio_chat_user", "a", instance(values)))
    assert users == [{"identity": "a", **(attributes if expected is ... else expected)}]
    assert len(reasons) == (reason is not None)
    assert all(each.startswith(str(reason)) for each in reasons)
    assert SECRET not in repr(reasons)


@pytest.mark.parametrize(
    ("name", "users"),
    [
        ("identity", 0),
        ("service_sid", 0),
        ("friendly_name", 1),
        ("role_sid", 1),
        ("attributes", 1),
    ],
)
@pytest.mark.parametrize("form", [copy.deepcopy, shown])
def test_sensitive_values_of_a_user(name: str, users: int, form: Any) -> None:
    values = {**user("a"), name: SECRET}
    one = resource("twilio_conversations_user", "a", instance(values, sensitive_attributes=sensitive(name)))
    result = from_terraform(form(state(one)))
    assert result["left_out"] == [{"address": "twilio_conversations_user.a", "reason": f"{name}: {HANDS_OFF}"}]
    assert sum(len(each["users"]) for each in result["conversations"]) == users
    assert len(result["addresses"]) == users
    assert SECRET not in repr(result)


def test_object_that_is_sensitive_as_a_whole() -> None:
    result = from_terraform(state(resource("twilio_chat_user", "a", instance(user("a"), sensitive_attributes=[[]]))))
    assert (result["chat"], result["addresses"]) == ([], [])
    assert result["left_out"] == [{"address": "twilio_chat_user.a", "reason": f"service_sid: {HANDS_OFF}"}]


def test_instance_with_a_deposed_object() -> None:
    both = (instance(user("new"), index_key=0), instance(user("old"), index_key=0, deposed="0a1b2c3d"))
    result = from_terraform(state(resource("twilio_chat_user", "a", *both)))
    assert [each["identity"] for each in result["chat"][0]["users"]] == ["new"]
    assert result["addresses"] == ["twilio_chat_user.a[0]"]
    assert [entry["address"] for entry in result["left_out"]] == ["twilio_chat_user.a[0]"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"sid": None}, "sid: is missing"),
        ({"friendly_name": ""}, "friendly_name: must not be empty"),
        ({"type": "deployment"}, "type: must be service or conversation, got 'deployment'"),
        ({"type": None}, "type: is missing"),
        ({"permissions": []}, "permissions: must be a list of names that is not empty"),
        ({"permissions": None}, "permissions: must be a list of names that is not empty"),
        ({"permissions": ["a", 1]}, "permissions: must be a list of names that is not empty"),
        ({"permissions": ["a", ""]}, "permissions[1]: must not be empty"),
    ],
)
def test_role_that_cannot_be_converted(attributes: dict[str, Any], reason: str) -> None:
    values = {**role(AGENT, "agent"), **attributes}
    assert only(resource("twilio_conversations_role", "a", instance(values))) == ([], [], [reason])


def test_sensitive_role_does_not_give_a_user_its_name() -> None:
    secret = instance(role(AGENT, SECRET), sensitive_attributes=sensitive("friendly_name"))
    resources = (
        resource("twilio_conversations_role", "a", secret),
        resource("twilio_conversations_user", "a", instance(user("a", role_sid=AGENT))),
    )
    roles, [found], reasons = only(*resources)
    assert (roles, reasons) == ([], [f"friendly_name: {HANDS_OFF}"])
    assert found["role_sid"] == AGENT


def test_values_of_terraform_0_11() -> None:
    old = {"schema_version": 0, "attributes_flat": {"identity": "a"}, "sensitive_attributes": []}
    assert only(resource("twilio_chat_user", "a", old)) == (
        [],
        [],
        ["its values are missing, or in the form of Terraform 0.11, which terraform apply -refresh-only converts"],
    )


# The names of roles and services


def roles(kind: str, *values: dict[str, Any]) -> dict[str, Any]:
    """Return a data source that lists the roles of a service."""
    return resource(kind, "all", instance({"service_sid": SERVICE, "roles": list(values)}), mode="data")


@pytest.mark.parametrize(
    ("resources", "name"),
    [
        ([], None),
        ([resource("twilio_conversations_role", "r", instance(role(AGENT, "agent")))], "agent"),
        ([resource("twilio_conversations_role", "r", instance(role(AGENT, "agent")), mode="data")], "agent"),
        ([resource("twilio_chat_role", "r", instance(role(AGENT, "agent", type="deployment")))], "agent"),
        # In a data source that lists the roles of a service
        ([roles("twilio_conversations_roles", role(AGENT, "agent"), role(STRANGER, "clerk"))], "agent"),
        ([roles("twilio_chat_roles", role(AGENT, "agent", type="deployment"))], "agent"),
        ([roles("twilio_conversations_roles", role(AGENT, "agent"), role(STRANGER, "agent"))], None),
        ([roles("twilio_conversations_roles", role(AGENT, "agent", type="conversation"))], None),
        ([resource("twilio_conversations_roles", "r", instance({"service_sid": SERVICE, "roles": "x"}))], None),
        # In another service, of another type
        ([resource("twilio_conversations_role", "r", instance(role(AGENT, "agent", service_sid=OTHER_SERVICE)))], None),
        ([resource("twilio_conversations_role", "r", instance(role(AGENT, "agent", type="conversation")))], None),
        # Of another provider
        ([resource("twilio_conversations_role", "r", instance(role(AGENT, "agent")), provider=AWS)], None),
        # The same role twice, another role of the same name, two names
        (
            [
                resource("twilio_conversations_role", "r", instance(role(AGENT, "agent"))),
                resource("twilio_chat_role", "r", instance(role(AGENT, "agent", type="deployment"))),
            ],
            "agent",
        ),
        (
            [
                resource("twilio_conversations_role", "r", instance(role(AGENT, "agent"))),
                resource("twilio_conversations_role", "s", instance(role(STRANGER, "agent"), deposed="0a1b2c3d")),
            ],
            None,
        ),
        (
            [
                resource("twilio_conversations_role", "r", instance(role(AGENT, "agent"))),
                resource("twilio_conversations_role", "s", instance(role(AGENT, "clerk")), mode="data"),
            ],
            None,
        ),
    ],
)
def test_role_of_a_user(resources: list[dict[str, Any]], name: str | None) -> None:
    result = from_terraform(state(*resources, resource("twilio_chat_user", "a", instance(user("a", role_sid=AGENT)))))
    [found] = [each for entry in result["chat"] for each in entry["users"]]
    expected = {"role_sid": AGENT} if name is None else {"role": name}
    assert {key: value for key, value in found.items() if key.startswith("role")} == expected


@pytest.mark.parametrize(
    ("services", "name"),
    [
        ([SUPPORT], "Support"),
        ([{**SUPPORT, "mode": "data"}], "Support"),
        ([{**SUPPORT, "type": "twilio_chat_service"}], "Support"),
        ([], None),
        ([{**SUPPORT, "provider": AWS}], None),
        ([SUPPORT, resource("twilio_chat_service", "x", instance(service(SERVICE, "Renamed")))], None),
        ([resource("twilio_chat_service", "x", instance(service(SERVICE, "")))], None),
        ([resource("twilio_chat_service", "x", instance(service(SERVICE, "\ud800")))], None),
        (
            [
                resource(
                    "twilio_chat_service",
                    "x",
                    instance(service(SERVICE, SECRET), sensitive_attributes=sensitive("friendly_name")),
                )
            ],
            None,
        ),
    ],
)
def test_name_of_a_service(services: list[dict[str, Any]], name: str | None) -> None:
    result = from_terraform(state(*services, resource("twilio_chat_user", "a", instance(user("a")))))
    [found] = result["chat"]
    assert (found["service_sid"], found["service"]) == (SERVICE, name)


# The same user or role twice


def test_same_user_twice() -> None:
    users = (
        resource("twilio_chat_user", "a", instance(user("a"))),
        resource("twilio_chat_user", "b", instance(user("a")), instance(user("a", friendly_name="A"), index_key=1)),
        resource(
            "twilio_chat_user", "c", instance(user("A")), instance(user("a", service_sid=OTHER_SERVICE), index_key=1)
        ),
    )
    result = from_terraform(state(*users))
    assert [(each["service_sid"], [one["identity"] for one in each["users"]]) for each in result["chat"]] == [
        (SERVICE, ["A", "a"]),
        (OTHER_SERVICE, ["a"]),
    ]
    assert result["left_out"] == [
        {"address": "twilio_chat_user.b", "reason": "the same user as twilio_chat_user.a"},
        {"address": "twilio_chat_user.b[1]", "reason": "the same user as twilio_chat_user.a, with other values"},
    ]
    assert result["addresses"] == ["twilio_chat_user.a", "twilio_chat_user.c", "twilio_chat_user.c[1]"]


@pytest.mark.parametrize("product", [None, "conversations"])
def test_user_and_role_of_both_products(product: str | None) -> None:
    chat_role = role(AGENT, "agent", type="deployment", permissions=["joinChannel"])
    result = from_terraform(
        state(
            resource("twilio_chat_role", "r", instance(chat_role)),
            resource("twilio_chat_user", "a", instance(user("a", friendly_name="Old"))),
            resource("twilio_conversations_role", "r", instance(role(AGENT, "agent"))),
            resource("twilio_conversations_user", "a", instance(user("a", friendly_name="New"))),
        ),
        product,
    )
    [found] = result["conversations"]
    assert (len(found["roles"]), [each["friendly_name"] for each in found["users"]]) == (1, ["New"])
    assert len(result["chat"]) == (product is None)
    assert [entry["reason"] for entry in result["left_out"]] == (
        [
            "the same role as twilio_conversations_role.r",
            "the same user as twilio_conversations_user.a, with other values",
        ]
        if product
        else []
    )


# Translation


def test_translation_of_a_role() -> None:
    permissions = ["joinChannel", "inviteMember", "addMember"]
    values = role(AGENT, "agent", type="deployment", permissions=permissions)
    chat_role = resource("twilio_chat_role", "r", instance(values))
    same = {"sid": AGENT, "friendly_name": "agent"}
    assert only(chat_role) == ([{**same, "type": "deployment", "permissions": permissions}], [], [])
    translated = {**same, "type": "service", "permissions": ["joinConversation", "addParticipant"]}
    reason = "permissions: Conversations has no inviteMember, so it is not in the role"
    assert only(chat_role, product="conversations") == ([translated], [], [reason])


def test_role_without_permissions_in_conversations() -> None:
    values = role(AGENT, "agent", type="deployment", permissions=["inviteMember"])
    found = only(resource("twilio_chat_role", "r", instance(values)), product="conversations")
    assert found == ([], [], ["permissions: Conversations has none of them"])


def test_roles_of_conversations_are_not_translated() -> None:
    own = resource("twilio_conversations_role", "r", instance(role(AGENT, "agent", permissions=["inviteMember"])))
    roles, _users, reasons = only(own, product="conversations")
    assert (roles[0]["permissions"], reasons) == (["inviteMember"], [])


@pytest.mark.parametrize("product", ["chat", "Conversations", "", 3, ["conversations"]])
def test_unknown_product(product: Any) -> None:
    with pytest.raises(ValidationError, match="product: must be conversations, got "):
        from_terraform(state(), product)


# What holds for every state


@given(
    st.lists(
        st.tuples(
            st.text(max_size=4) | st.sampled_from(["alice", " a", "US" + "1" * 32]),
            st.none() | st.text(max_size=4) | st.just("x" * 300),
            st.sampled_from([AGENT, STRANGER, TWINS[0], "", "x", None]),
            st.sampled_from(["{}", "", "[1]", '{"a": 9007199254740993}', '{"a": 1, "a": 2}', None]),
        ),
        max_size=6,
    )
)
def test_modules_accept_what_the_filter_returns(rows: list[tuple[Any, Any, Any, Any]]) -> None:
    users = [
        instance(user(identity, friendly_name=name, role_sid=role_sid, attributes=attributes), index_key=index)
        for index, (identity, name, role_sid, attributes) in enumerate(rows)
    ]
    result = from_terraform(
        state(
            resource("twilio_conversations_role", "r", instance(role(AGENT, "agent"))),
            resource("twilio_conversations_user", "all", *users),
        )
    )
    errors = ErrorCollector()
    for each in result["conversations"]:
        _desired, warnings = parse_entries(each["users"], "present", prune=True, errors=errors)
        assert warnings == []
    assert errors.messages == []
    # Every instance is either converted or left out.
    named = {*result["addresses"], *(entry["address"] for entry in result["left_out"])}
    assert named == {"twilio_conversations_role.r", *(f"twilio_conversations_user.all[{n}]" for n in range(len(rows)))}


def test_text_that_looks_like_a_template_is_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unsafe(str):
        """Stands in for ansible-core's type, which is str since ansible-core 2.19."""

    monkeypatch.setattr(filter_file, "wrap_var", Unsafe)
    values = user("{% x %}", friendly_name="{{ lookup('pipe', 'id') }}")
    result = filter_file.from_terraform(state(resource("twilio_chat_user", "a", instance(values, index_key="{# y"))))
    [found] = result["chat"][0]["users"]
    assert {type(each) for each in (found["friendly_name"], found["identity"], *result["addresses"])} == {Unsafe}
    assert not isinstance(found["attributes"], Unsafe)
