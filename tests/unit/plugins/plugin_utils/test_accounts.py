# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._accounts import account_options

ONE, TWO, OTHER = (f"AC{digit * 32}" for digit in "123")
KEY = "SK" + "4" * 32
SECRET = "sE9Cret/oF+the=kEy"
ACCOUNTS = {ONE: {"auth_token": SECRET}, TWO: {"api_key": KEY, "api_secret": SECRET, "region": "ie1", "edge": None}}
DICTIONARY = (
    "twilio_accounts: must be a dictionary, or YAML or JSON text of one, whose keys are the SIDs of accounts, AC"
    " followed"
    " by 32 hexadecimal digits"
)
ENTRY = (
    f"twilio_accounts.{ONE}: must be a dictionary with either auth_token, or api_key and api_secret, or client_id and"
    " client_secret; and region and edge, if wanted"
)


@pytest.mark.parametrize("write", [lambda value: value, json.dumps, yaml.safe_dump])
def test_an_account_says_also_which_credentials_it_has_not(write: Any) -> None:
    accounts = write(ACCOUNTS)
    without = dict.fromkeys(("auth_token", "api_key", "api_secret", "client_id", "client_secret"), "")
    assert account_options(accounts, ONE) == {**without, "account_sid": ONE, "auth_token": SECRET}
    assert account_options(accounts, TWO) == {
        **without,
        "account_sid": TWO,
        "api_key": KEY,
        "api_secret": SECRET,
        "region": "ie1",
    }
    oauth = {"client_id": "OQ" + "0" * 32, "client_secret": SECRET}
    assert account_options(write({ONE: oauth}), ONE) == {**without, "account_sid": ONE, **oauth}


@pytest.mark.parametrize(
    ("accounts", "sid", "message"),
    [
        (ACCOUNTS, OTHER, f"twilio_accounts: has no entry for {OTHER}; it has {ONE}, {TWO}"),
        ({}, OTHER, f"twilio_accounts: has no entry for {OTHER}; it has none"),
        (
            ACCOUNTS,
            SECRET,
            (
                "twilio_accounts: has no entry for the account that is meant, which is not an account SID; it has"
                f" {ONE}, {TWO}"
            ),
        ),
        (
            ACCOUNTS,
            "",
            (
                "twilio_account_sid: is missing; with twilio_accounts, it or the host variable account_sid says"
                " which account"
                " is meant"
            ),
        ),
        ([SECRET], ONE, DICTIONARY),
        ({SECRET: {}}, ONE, DICTIONARY),
        (SECRET, ONE, DICTIONARY),
        ("{", ONE, DICTIONARY),
        (f'{{"{ONE}": {{"auth_token": "{SECRET}', ONE, DICTIONARY),
        (f"{ONE}: {{auth_token: !vault {SECRET}}}", ONE, DICTIONARY),
        (f"{ONE}: \0{SECRET}", ONE, DICTIONARY),
        (42, ONE, DICTIONARY),
        ({ONE: SECRET}, ONE, ENTRY),
        ({ONE: None}, ONE, ENTRY),
        ({ONE: {"auth_token": ""}}, ONE, ENTRY),
        ({ONE: {"api_key": KEY}}, ONE, ENTRY),
        ({ONE: {"api_secret": SECRET}}, ONE, ENTRY),
        ({ONE: {"client_id": KEY}}, ONE, ENTRY),
        ({ONE: {"auth_token": SECRET, "client_id": KEY, "client_secret": SECRET}}, ONE, ENTRY),
        ({ONE: {"auth_token": SECRET, "api_key": KEY, "api_secret": SECRET}}, ONE, ENTRY),
        ({ONE: {"auth_token": SECRET, SECRET: 1}}, ONE, ENTRY),
        ({ONE: {"auth_token": 12}}, ONE, f"twilio_accounts.{ONE}: auth_token must be text; put it in quotes"),
    ],
)
def test_mistakes(accounts: Any, sid: str, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        account_options(accounts, sid)
    assert str(raised.value) == message
    assert SECRET not in message


@given(st.text(), st.text(max_size=10))
def test_no_message_repeats_what_was_given(before: str, after: str) -> None:
    with pytest.raises(ValidationError) as raised:
        account_options(f"{before}{SECRET}{after}", ONE)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("tag", ["bool", "int", "float", "timestamp", "seq", "map", "binary", "set", "omap", "null"])
@pytest.mark.parametrize("secret", ["s3cr3t-token", "''"])
def test_no_tag_shows_a_value(tag: str, secret: str) -> None:
    text = f"{ONE}: {{auth_token: !!{tag} {secret}}}"
    try:
        found = account_options(text, ONE)
    except ValidationError as error:
        assert "s3cr3t" not in str(error)
    else:
        assert found["auth_token"] == "s3cr3t-token"
