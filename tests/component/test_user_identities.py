# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users whose identities look like something else to a URL or to a person."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both fail, wait and race in the same way."""
    return conversations


ODD = {
    "slash": "a/b",
    "dots": "..",
    "dot": ".",
    "three dots": "...",
    "climbing": "../..",
    "query": "a?b#c",
    "percent": "100%41",
    "encoded dots": "%2e%2e",
    "encoded slash": "a%2Fb",
    "percent alone": "%",
    "backslash": "a\\b",
    "space": "c d",
    "plus": "a+b",
    "semicolon": "a;b=c&d",
    "colon": "http://x",
    "quote": "a'b\"c",
    "not ascii": "ユーザー é",
    "combining": "e\u0301",
    "emoji": "😀" * 256,
    "longest": "x" * 256,
    "slashes": "/" * 256,
    "sid of another kind": "RL" + "0" * 32,
    "nearly a sid": "us" + "0" * 32,
    "mail": "a.b+c@example.com",
    "word": "Users",
    "leading slash": "/",
    "trailing slash": "a/",
    "null": "null",
}
# What Twilio's edge does with these is not known; each setting of the emulator is one thing that it could do.
UNSURE = ["slash", "climbing", "percent", "encoded dots", "encoded slash", "percent alone", "trailing slash", "dots"]
SWITCHES: dict[str, dict[str, Any]] = {
    "refusing": {"encoded_slash": "refuse", "encoded_percent": "refuse"},
    "decoding twice": {"encoded_percent": "decode_twice"},
    "literal": {"dot_segments": "literal", "trailing_slash": "refuse"},
}
# Users that a wrong URL would reach instead.
OTHERS = ["a", "b", "x", "100A", "a b", "100%2541", "alice"]


@pytest.mark.parametrize("identity", ODD.values(), ids=ODD)
def test_a_user_with_an_odd_identity_lives_and_dies_like_any_other(twilio: Twilio, identity: str) -> None:
    live_and_die(twilio, identity)


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=SWITCHES)
@pytest.mark.parametrize("identity", [ODD[name] for name in UNSURE], ids=UNSURE)
def test_whatever_twilio_makes_of_an_odd_url_the_right_user_is_found(
    twilio: Twilio, identity: str, switches: dict[str, Any]
) -> None:
    twilio.control.switch(**switches)
    live_and_die(twilio, identity)


# No task creates these, but an application may have done so.
INVISIBLE = ["carol\n", " ", "\t\0", "a\nb\r\n", "\ufeffcarol", "car\x1b[31mol"]


@pytest.mark.parametrize("identity", INVISIBLE)
def test_a_user_with_an_invisible_identity_is_addressed_by_its_sid_alone(twilio: Twilio, identity: str) -> None:
    sid, other = twilio.seed(identity)["sid"], twilio.seed("carol")["sid"]
    for state in ("present", "absent"):
        assert "identity: must not " in twilio.user_fails(identity=identity, state=state).message
        assert "users[0].identity: must not " in twilio.users_fail([{"identity": identity}], state=state).message
    assert "identity: must not " in twilio.info_fails(identity=identity).message
    assert "identity: must not " in twilio.user_fails(sid=other, identity=identity, replace=True).message
    assert [user["identity"] for user in twilio.info(sid=sid)["users"]] == [identity]
    assert twilio.user(sid=sid, friendly_name="x")["action"] == "updated"
    assert twilio.user(sid=sid, state="absent")["action"] == "deleted"
    assert twilio.identities() == ["carol"]


def live_and_die(twilio: Twilio, identity: str) -> None:
    others = [{"identity": other, "friendly_name": "do not touch"} for other in OTHERS]
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "users": others}]})
    untouched = twilio.control.users(twilio.service_sid)

    assert twilio.user(identity=identity, state="absent")["action"] == "none"
    created = twilio.user(identity=identity)
    assert (created["action"], created["user"]["identity"]) == ("created", identity)
    assert created["diff"]["after"] == {"identity": identity}
    updated = twilio.user(identity=identity, friendly_name="x")
    assert (updated["action"], updated["user"]["sid"]) == ("updated", created["user"]["sid"])
    assert twilio.user(identity=identity, friendly_name="x")["action"] == "none"
    assert [user["sid"] for user in twilio.info(identity=identity)["users"]] == [created["user"]["sid"]]
    assert twilio.stored(identity)["friendly_name"] == "x"
    assert twilio.user(identity=identity, state="absent")["action"] == "deleted"
    assert twilio.info(identity=identity)["users"] == []

    assert twilio.control.users(twilio.service_sid) == untouched


def test_the_deletion_of_dots_never_reaches_the_service(twilio: Twilio) -> None:
    for identity in (".", "..", "../..", "%2e%2e"):
        twilio.seed("alice")
        assert twilio.user(identity=identity, state="absent")["action"] == "none"
        assert twilio.identities() == ["alice"]


def test_a_user_that_only_a_list_finds_is_found_on_a_later_page(twilio: Twilio) -> None:
    users = [{"identity": f"user {number}"} for number in range(twilio.product.page_size + 3)]
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "users": [*users, {"identity": ".."}]}]})
    with twilio.sent() as sent:
        assert twilio.user(identity="..")["action"] == "none"
    assert len(sent) == 2


@pytest.mark.parametrize("identity", ["a?b#c", "..", "a/b"])
def test_a_successor_may_have_an_odd_identity(twilio: Twilio, identity: str) -> None:
    sid = twilio.seed("alice")["sid"]
    result = twilio.user(sid=sid, identity=identity, replace=True)
    assert (result["action"], twilio.identities()) == ("replaced", [identity])
    assert twilio.user(sid=sid, identity=identity, replace=True)["action"] == "none"
