# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services as hosts, without an inventory: the options, the key of the cache, what is make_unsafe."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._inventory_hosts import (
    cache_key,
    cached_services,
    make_unsafe,
    strip_tags,
    to_service,
    validate,
)

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "to7Ken/tHat+no=One&sees%41"
CREDENTIALS = {"account_sid": ACCOUNT, "auth_token": TOKEN}
HOSTILE = "{{ lookup('pipe', 'echo executed') }}"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    given = {**CREDENTIALS, "account_sid": "AC1", "products": [], "hostvars_prefix": "1-", "timeouts": {"read": 0}}
    with pytest.raises(ValidationError) as caught:
        validate({**given, "region": "IE 1", "request_timeout": -1}, {}, ["colour: is not an option"])
    assert str(caught.value).split("; ") == [
        "colour: is not an option",
        "products: must not be empty",
        "give conversations or chat, or both",
        "hostvars_prefix: must be letters, digits and underscores, and not begin with a digit, got '1-'",
        "timeouts.read: must be more than 0 and at most 86400 seconds, got 0",
        "account_sid: must be AC followed by 32 hexadecimal digits",
        "region: must be a name such as ie1, got 'IE 1'",
        "request_timeout: must be more than 0 and at most 86400 seconds, got -1",
    ]


def test_every_wrong_type_is_said_at_once_and_no_secret() -> None:
    given = {**CREDENTIALS, "request_timeout": TOKEN, "validate_certs": "maybe", "products": ["sms"]}
    with pytest.raises(ValidationError) as caught:
        validate({**given, "timeouts": {"reed": 1}}, {}, ["colour: is not an option"])
    message = str(caught.value)
    assert message.startswith("colour: is not an option; argument 'request_timeout' is of type ")
    assert "; argument 'validate_certs' is of type " in message
    assert "value of products must be one or more of: conversations, chat. Got no match for: sms" in message
    assert "Unsupported parameters: timeouts.reed. Supported parameters include: read." in message
    assert TOKEN not in message


def test_a_region_other_than_us1_needs_an_edge() -> None:
    with pytest.raises(ValidationError, match=r"^region: ie1 has no effect without an edge;"):
        validate({**CREDENTIALS, "region": "ie1"}, {"TWILIO_EDGE": ""}, [])
    assert validate({**CREDENTIALS, "region": "ie1"}, {"TWILIO_EDGE": "dublin"}, [])["edge"] == "dublin"


def test_an_empty_variable_is_not_set_and_an_empty_option_hides_the_variable() -> None:
    pair = {"TWILIO_API_KEY": "SK" + ACCOUNT[2:], "TWILIO_API_SECRET": "secret-of-the-environment"}
    environment = {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": TOKEN, **pair}
    given = validate({"account_sid": ACCOUNT, "api_key": ""}, environment, [])
    assert (given["auth_token"], given["api_key"], given["products"]) == (TOKEN, "", ["conversations"])
    assert validate({"account_sid": ACCOUNT}, environment, [])["api_key"] == pair["TWILIO_API_KEY"]
    given = validate({"account_sid": ACCOUNT, "auth_token": TOKEN}, environment, [])
    assert (given["auth_token"], given["api_key"], given["api_secret"]) == (TOKEN, "", "")
    with pytest.raises(ValidationError, match=r"^account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID$"):
        validate({}, environment, [])


def test_a_product_is_read_once() -> None:
    assert validate({**CREDENTIALS, "products": ["chat", "conversations", "chat"]}, {}, [])["products"] == [
        "chat",
        "conversations",
    ]


@pytest.mark.parametrize("prefix", ["", "twilio_", "_", "class"])
def test_prefixes(prefix: str) -> None:
    assert validate({**CREDENTIALS, "hostvars_prefix": prefix}, {}, [])["hostvars_prefix"] == prefix


def test_the_key_of_the_cache_is_another_where_there_may_be_other_services() -> None:
    here = validate(CREDENTIALS, {}, [])
    others = {"account_sid": ACCOUNT[:-1] + "0", "region": "ie1", "api_base_url": "https://gateway.example.com"}
    keys = [cache_key("base", "conversations", {**here, name: value}) for name, value in others.items()]
    keys += [cache_key("base", "conversations", here), cache_key("base", "chat", here), cache_key("b", "chat", here)]
    assert len(set(keys)) == len(keys)
    same = {"auth_token": "another", "request_timeout": 5.0, "products": ["chat"], "region": ""}
    assert cache_key("base", "chat", {**here, **same}) == cache_key("base", "chat", here)


@pytest.mark.parametrize("text", ["Shop", "Büro 1.2_3+4:5-6", "", HOSTILE, "{% raw %}", "{# #}", "lookup('pipe')"])
def test_what_people_wrote_at_twilio_is_no_template(text: str) -> None:
    assert str(Templar(loader=DataLoader()).template(make_unsafe(text))) == text


RECORD: dict[str, Any] = {"sid": "IS" + "0" * 32, "friendly_name": "Shop", "account_sid": ACCOUNT, "webhook": "x"}
SERVICE = {
    "service_sid": "IS" + "0" * 32,
    "product": "chat",
    "friendly_name": "Shop",
    "account_sid": ACCOUNT,
    "date_created": None,
    "date_updated": None,
}


def test_a_service_has_the_same_variables_from_twilio_and_from_the_cache() -> None:
    assert to_service("chat", RECORD) == SERVICE
    assert to_service("chat", {**RECORD, "friendly_name": "x\ud83d"})["friendly_name"] == "x\\ud83d"
    assert cached_services("chat", {"services": [SERVICE]}) == [SERVICE]


@pytest.mark.parametrize("wrong", [5, 1.5, True, [], {}, ["x"], {"a": "b"}])
@pytest.mark.parametrize("name", ["friendly_name", "account_sid", "date_created", "date_updated"])
def test_what_is_not_text_is_neither_taken_from_twilio_nor_from_the_cache(name: str, wrong: Any) -> None:
    message = rf"^Chat service {SERVICE['service_sid']}: Twilio's answer is not usable; {name} must be text, got "
    with pytest.raises(ValidationError, match=message):
        to_service("chat", {**RECORD, name: wrong})
    assert cached_services("chat", {"services": [SERVICE, {**SERVICE, name: wrong}]}) is None


@pytest.mark.parametrize("wrong", [None, "", ".", "..", "IS1{{ 1 }}", "x\ud83d", 5, True, [], {}])
def test_a_record_without_the_sid_of_a_service_is_not_one(wrong: Any) -> None:
    for record in (wrong, {**RECORD, "sid": wrong}):
        with pytest.raises(ValidationError, match="what answers is not Twilio"):
            to_service("chat", record)
    assert cached_services("chat", {"services": [{**SERVICE, "service_sid": wrong}]}) is None


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], "x", {}, {"services": None}, {"services": {}}, {"services": [1]}, {"services": [{}]}),
        {"services": [{**SERVICE, "product": "conversations"}]},
        {"services": [{**SERVICE, "more": "x"}]},
        {"services": [{**SERVICE, "friendly_name": "x\ud83d"}]},
    ],
)
def test_other_values_in_the_cache_are_not_taken(value: Any) -> None:
    assert cached_services("chat", value) is None


def test_ansible_core_is_given_no_place_in_the_file() -> None:
    """It would show the lines around it in its warnings."""
    reason = "older ansible-cores keep no place with a text"
    origin = pytest.importorskip("ansible._internal._datatag._tags", reason=reason).Origin
    loaded = DataLoader().load(f"auth_token: {TOKEN}\ngroups: {{x: '{{{{ y }}}}'}}\n", file_name="/source.yml")[
        "groups"
    ]
    assert origin.is_tagged_on(loaded["x"])
    found = strip_tags(loaded)
    assert found == loaded
    assert not any(origin.is_tagged_on(each) for each in (found, *found, *found.values()))
