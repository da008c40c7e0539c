# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent: how many requests, which parameters, which headers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio.sdk import VERSION
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import UNKNOWN_USER, Twilio, methods

HEADER = "x-twilio-webhook-enabled"


def test_a_creation_takes_two_requests_and_the_second_task_one(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        twilio.user(identity="alice", friendly_name="Alice", attributes={"a": 1}, role_sid=twilio.roles()[1])
    assert methods(sent) == "GET CREATE"
    assert sent[1]["form"] == {
        "Identity": "alice",
        "FriendlyName": "Alice",
        "Attributes": '{"a":1}',
        "RoleSid": twilio.roles()[1],
    }
    with twilio.sent() as sent:
        twilio.user(identity="alice", friendly_name="Alice", attributes={"a": 1}, role_sid=twilio.roles()[1])
    assert methods(sent) == "GET"


def test_a_creation_sends_nothing_that_the_task_leaves_out(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        twilio.user(identity="alice")
    assert sent[1]["form"] == {"Identity": "alice"}


@pytest.mark.parametrize(
    ("changes", "form"),
    [
        ({"friendly_name": "Bob"}, {"FriendlyName": "Bob"}),
        ({"friendly_name": ""}, {"FriendlyName": ""}),
        ({"attributes": {"a": 2}}, {"Attributes": '{"a":2}'}),
        ({"attributes": {"b": 1}, "attributes_mode": "merge"}, {"Attributes": '{"a":1,"b":1}'}),
        ({"friendly_name": "Bob", "attributes": {}}, {"FriendlyName": "Bob", "Attributes": "{}"}),
    ],
    ids=str,
)
def test_a_change_takes_two_requests_and_sends_only_what_differs(twilio: Twilio, changes: Any, form: Any) -> None:
    held = twilio.seed("alice", friendly_name="Alice", attributes='{"a":1}')
    options = {"friendly_name": "Alice", "attributes": {"a": 1}, "role_sid": held["role_sid"], **changes}
    with twilio.sent() as sent:
        twilio.user(identity="alice", **options)
    assert methods(sent) == "GET UPDATE"
    assert sent[1]["form"] == form
    # Written by what the task gives, so that a wrong SID in the answer to the read leads to nobody else.
    assert sent[1]["path"].endswith("/Users/alice")
    with twilio.sent() as sent:
        twilio.user(sid=held["sid"], friendly_name="By SID")
    assert sent[1]["path"].endswith("/Users/" + held["sid"])


def test_a_deletion_takes_two_requests_and_so_does_the_second_task(twilio: Twilio) -> None:
    twilio.seed("alice")
    with twilio.sent() as sent:
        twilio.user(identity="alice", state="absent")
    assert methods(sent) == "GET DELETE"
    assert sent[1]["path"].endswith("/Users/alice")
    assert sent[1]["form"] == {}
    # A wrong SID of the service must not look like success.
    with twilio.sent() as sent:
        twilio.user(identity="alice", state="absent")
    assert methods(sent) == "GET GET"


def test_a_user_by_its_sid_takes_no_more_requests(twilio: Twilio) -> None:
    sid = twilio.seed("alice")["sid"]
    tasks: list[tuple[dict[str, Any], str]] = [
        ({}, "GET"),
        ({"friendly_name": "Alice"}, "GET UPDATE"),
        ({"identity": "alice", "friendly_name": "Al"}, "GET UPDATE"),
        ({"state": "absent"}, "GET DELETE"),
        ({"state": "absent"}, "GET GET"),
    ]
    for options, expected in tasks:
        with twilio.sent() as sent:
            twilio.user(sid=sid, **options)
        assert methods(sent) == expected


@pytest.mark.parametrize(
    ("identity", "there", "absent_or_new"),
    [("alice", "GET", "GET"), ("a/b", "GET", "GET GET"), ("100%41", "GET", "GET GET"), ("..", "GET", "GET")],
)
def test_requests_of_odd_identities_are_counted_too(
    twilio: Twilio, identity: str, there: str, absent_or_new: str
) -> None:
    twilio.seed("carol")
    with twilio.sent() as sent:
        twilio.user(identity=identity)
    assert methods(sent) == absent_or_new + " CREATE"
    with twilio.sent() as sent:
        twilio.user(identity=identity)
    assert methods(sent) == there
    with twilio.sent() as sent:
        twilio.user(identity=identity, friendly_name="x")
    assert methods(sent) == there + " UPDATE"
    with twilio.sent() as sent:
        twilio.user(identity=identity, state="absent")
    assert methods(sent) == there + " DELETE"
    with twilio.sent() as sent:
        twilio.user(identity=identity, state="absent")
    assert methods(sent) == absent_or_new + " GET"


def test_check_mode_reads_and_looks_for_the_service_unless_it_has_seen_the_user(twilio: Twilio) -> None:
    sid = twilio.seed("bob")["sid"]
    service = f"/{twilio.product.version}/Services/{twilio.service_sid}"
    with twilio.sent() as sent:
        assert twilio.user(identity="alice", check=True)["action"] == "created"
    assert methods(sent) == "GET GET"
    assert [request["path"] for request in sent] == [service + "/Users/alice", service]
    for options in (
        {"identity": "bob"},
        {"identity": "bob", "friendly_name": "Bob"},
        {"identity": "bob", "state": "absent"},
        {"sid": sid, "friendly_name": "Bob"},
    ):
        with twilio.sent() as sent:
            twilio.user(check=True, **options)
        assert methods(sent) == "GET"
    nobody: list[dict[str, Any]] = [{"identity": "nobody"}, {"sid": UNKNOWN_USER}]
    for gone in nobody:
        with twilio.sent() as sent:
            twilio.user(check=True, state="absent", **gone)
        assert methods(sent) == "GET GET"


@pytest.mark.parametrize(
    ("options", "writing", "deleting"),
    [
        ({"identity": "new"}, "GET GET CREATE", "GET DELETE"),
        ({"identity": "bob"}, "GET GET", "GET DELETE"),
        ({"identity": "bob", "friendly_name": "Bob"}, "GET GET UPDATE", "GET DELETE"),
        ({"identity": "alice"}, "GET", ""),
        ({"identity": "alice", "friendly_name": "x"}, "GET UPDATE", ""),
    ],
    ids=str,
)
def test_a_replacement_takes_five_requests_at_most(twilio: Twilio, options: Any, writing: str, deleting: str) -> None:
    sid = twilio.seed("alice")["sid"]
    twilio.seed("bob")
    with twilio.sent() as sent:
        twilio.user(sid=sid, replace=True, **options, check=True)
    assert methods(sent) == " ".join(word for word in writing.split() if word == "GET")
    with twilio.sent() as sent:
        twilio.user(sid=sid, replace=True, **options)
    assert methods(sent) == f"{writing} {deleting}".strip()


@pytest.mark.parametrize(("enabled", "value"), [(True, "true"), (False, "false"), (None, None)])
def test_the_webhook_header_goes_with_every_change_that_takes_it(twilio: Twilio, enabled: Any, value: Any) -> None:
    on_delete = value if twilio.name == "conversations" else None
    options = {} if enabled is None else {"webhook_enabled": enabled}
    with twilio.sent() as sent:
        sid = twilio.user(identity="alice", **options)["user"]["sid"]
        twilio.user(identity="alice", friendly_name="Alice", **options)
        twilio.user(sid=sid, identity="bob", replace=True, **options)
        twilio.user(identity="bob", state="absent", **options)
        twilio.user(identity="a/b", check=True, **options)
    by_method: dict[str, set[Any]] = {}
    for request in sent:
        by_method.setdefault(request["method"], set()).add(request["headers"].get(HEADER))
    assert by_method == {"GET": {None}, "POST": {value}, "DELETE": {on_delete}}


def test_requests_say_who_sends_them(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        twilio.user(identity="alice")
        twilio.user(identity="alice", state="absent")
        twilio.info()
    assert len(sent) == 5
    for request in sent:
        assert re.match(
            r"twilio-python/\d.* community\.twilio/" + re.escape(VERSION) + "$", request["headers"]["user-agent"]
        )


def test_requests_are_made_with_the_token_or_the_key(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        twilio.info()
        twilio.info(api_key=twilio.emulator.api_key, api_secret=twilio.emulator.api_secret)
    assert [request["authorization_user"] for request in sent] == [
        twilio.emulator.account_sid,
        twilio.emulator.api_key,
    ]


def test_the_requests_of_a_task_share_one_connection(twilio: Twilio) -> None:
    with twilio.sent() as sent:
        twilio.user(identity="alice")
    assert len({request["connection"] for request in sent}) == 1


def test_an_update_without_parameters_is_never_sent(twilio: Twilio) -> None:
    twilio.seed("alice", friendly_name="Alice", attributes='{"a":1}')
    with twilio.sent() as sent:
        for options in ({}, {"friendly_name": "Alice"}, {"attributes": {}, "attributes_mode": "merge"}):
            assert twilio.user(identity="alice", **options)["changed"] is False
    assert methods(sent) == "GET GET GET"
