# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A response counts only if it is about the resource that was asked for, and has values of the right types."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.plugins.module_utils._twilio import transport
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    methods,
    numbered_users,
    summary_of,
)

Alter = Callable[..., None]


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    """Return one product: both read, and verify what they read, in the same way."""
    return conversations


@pytest.fixture
def alter(monkeypatch: pytest.MonkeyPatch) -> Alter:
    """Return a function that alters responses: it gets the parsed body, and returns another one, or (status, text)."""

    def install(method: str, path: str, change: Callable[[Any], Any], after: int = 0, times: int = 1000) -> None:
        request = transport.Transport.request
        seen = 0

        def send(self: Any, sent_method: str, url: str, *arguments: Any, **named: Any) -> Any:
            nonlocal seen
            response = request(self, sent_method, url, *arguments, **named)
            if sent_method == method and re.search(path, url):
                seen += 1
                if after < seen <= after + times:
                    changed = change(json.loads(response.text) if response.text else None)
                    status, text = changed if isinstance(changed, tuple) else (response.status_code, changed)
                    response.status_code = status
                    response.content = text if isinstance(text, str) else json.dumps(text)
            return response

        monkeypatch.setattr(transport.Transport, "request", send)

    return install


def changed(name: str, value: Any) -> Callable[[Any], Any]:
    """Return a function that sets a value in a resource, or in the first record of a list."""

    def change(body: Any) -> Any:
        records = next((each for each in body.values() if isinstance(each, list)), None) if "meta" in body else None
        (records[0] if records else body)[name] = value
        return body

    return change


def replaced_by(body: Any) -> Callable[[Any], Any]:
    return lambda _body: body


@pytest.mark.parametrize("options", [{"state": "absent"}, {"friendly_name": "A"}], ids=["absent", "present"])
def test_a_read_that_answers_with_another_user_writes_to_nobody(
    each_product: Twilio, alter: Alter, options: dict[str, Any]
) -> None:
    twilio = each_product
    asked, other = twilio.seed("alice"), twilio.seed("bob")
    alter("GET", f"/Users/{asked['sid']}$", lambda body: {**body, "sid": other["sid"], "identity": "bob"})
    with twilio.sent() as sent:
        failure = twilio.user_fails(sid=asked["sid"], **options)
    assert f"the SID is '{other['sid']}'" in failure.message
    assert methods(sent) == "GET"
    assert (twilio.identities(), twilio.stored("bob")) == (["alice", "bob"], other)


@pytest.mark.parametrize("identity", ["Alice", "bob", "", None, 7, ["alice"]])
def test_a_read_by_identity_that_answers_with_another_one_is_checked_in_the_list(
    twilio: Twilio, alter: Alter, identity: Any
) -> None:
    twilio.seed("alice")
    alter("GET", "/Users/alice$", changed("identity", identity))
    assert twilio.user(identity="alice", friendly_name="Al")["action"] == "updated"
    assert twilio.stored("alice")["friendly_name"] == "Al"


@pytest.mark.parametrize("bulk", [False, True], ids=["single", "bulk"])
@pytest.mark.parametrize(
    "options",
    [{"state": "absent"}, {"friendly_name": "A"}, {"attributes": {"a": 1}, "attributes_mode": "merge"}],
    ids=["absent", "update", "merge"],
)
def test_a_read_that_gives_the_sid_of_another_user_writes_to_nobody_else(
    each_product: Twilio, alter: Alter, options: dict[str, Any], bulk: bool
) -> None:
    twilio = each_product
    twilio.seed("alice")
    other = twilio.seed("bob")

    def change(body: Any) -> Any:
        records = body.get("users", [body])
        for record in records:
            if record["identity"] == "alice":
                record["sid"] = other["sid"]
        return body

    alter("GET", "/Users", change, times=1)
    # It may fail, as long as nobody else is written.
    with contextlib.suppress(ModuleError):
        if bulk:
            twilio.users([{"identity": "alice", **options}])
        else:
            twilio.user(identity="alice", **options)
    assert twilio.stored("bob") == other


# What Twilio answers to a write, instead of the resource.
WRONG_WRITES: dict[str, Callable[[Any], Any]] = {
    "another identity": changed("identity", "mallory"),
    "another SID": changed("sid", "US" + "ab" * 16),
    "no SID": changed("sid", ""),
    "another service": lambda body: {**body, "service_sid": "IS" + "ab" * 16, "chat_service_sid": "IS" + "ab" * 16},
    "a number as a name": changed("friendly_name", 5),
    "HTML": replaced_by((200, "<html>OK</html>")),
    "nothing": replaced_by((200, "")),
}


@pytest.mark.parametrize("name", WRONG_WRITES)
@pytest.mark.parametrize("exists", [False, True], ids=["creation", "update"])
def test_the_answer_to_a_write_is_verified(each_product: Twilio, alter: Alter, exists: bool, name: str) -> None:
    twilio = each_product
    if name == "another SID" and not exists:
        # Only Twilio knows the SID of a user that it creates.
        return
    if exists:
        twilio.seed("alice")
    alter("POST", "/Users", WRONG_WRITES[name], times=1)
    with twilio.sent() as sent:
        result = twilio.user(identity="alice", friendly_name="Al")
    assert (result["user"]["identity"], result["user"]["friendly_name"]) == ("alice", "Al")
    assert result["user"]["sid"] == twilio.stored("alice")["sid"]
    assert result["action"] == ("updated" if exists else "created")
    assert twilio.identities() == ["alice"]
    assert methods(sent).count("CREATE") == (not exists)


@pytest.mark.parametrize("name", ["another SID", "another identity", "a number as a name"])
def test_a_write_that_did_not_happen_fails(twilio: Twilio, alter: Alter, name: str) -> None:
    """A gateway answers instead of Twilio: with 201 and somebody's body."""
    alice = twilio.seed("alice")
    twilio.fault("status", "POST", status=400, times=None)
    body = WRONG_WRITES[name](dict(alice, friendly_name="x", date_created=None))
    alter("POST", "/Users", replaced_by((200, body)))
    failure = twilio.user_fails(identity="alice", friendly_name="Al")
    assert failure.message.startswith("Could not update user ")
    failure = twilio.users_fail([{"identity": "alice", "friendly_name": "Al"}, {"identity": "bob"}])
    assert failure.result["summary"] == summary_of(failed=2)
    assert twilio.stored("alice") == alice


@pytest.mark.parametrize("status", [200, 202, 204])
@pytest.mark.parametrize("bulk", [False, True], ids=["single", "bulk"])
def test_a_deletion_is_done_when_twilio_says_so(twilio: Twilio, alter: Alter, status: int, bulk: bool) -> None:
    """A gateway answers with 200 and a page of HTML, once; nothing was deleted."""
    twilio.seed("alice")
    twilio.fault("status", "DELETE", status=500)
    alter("DELETE", "/Users/", replaced_by((status, "" if status == 204 else "<html>OK</html>")), times=1)
    with twilio.sent() as sent:
        if bulk:
            twilio.users([{"identity": "alice"}], state="absent")
        else:
            twilio.user(identity="alice", state="absent")
    assert methods(sent).count("DELETE") == (1 if status == 204 else 2)
    assert twilio.identities() == (["alice"] if status == 204 else [])


# Records of a list that do not say who they are.
UNUSABLE: dict[str, dict[str, Any]] = {
    "identity null": {"identity": None},
    "identity empty": {"identity": ""},
    "identity a number": {"identity": 7},
    "identity a boolean": {"identity": True},
    "identity a list": {"identity": ["user 000"]},
    "identity a dictionary": {"identity": {}},
    "SID empty": {"sid": ""},
    "SID null": {"sid": None},
    "SID ..": {"sid": ".."},
    "SID a number": {"sid": 7},
    "SID of a service": {"sid": "IS" + "ab" * 16},
    "SID with a lone surrogate": {"sid": "US\ud83d"},
    "another service": {"service_sid": "IS" + "ab" * 16, "chat_service_sid": "IS" + "ab" * 16},
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_nothing_is_pruned_from_a_list_that_does_not_say_who_is_in_it(
    each_product: Twilio, alter: Alter, name: str
) -> None:
    twilio = each_product
    twilio.seed_many(numbered_users(3))

    def change(body: Any) -> Any:
        body["users"][1].update(UNUSABLE[name])
        return body

    alter("GET", "/Users[?]", change)
    with twilio.sent() as sent:
        failure = twilio.users_fail([{"identity": "alice"}], prune=True)
    assert failure.message.startswith("Could not list the users of ")
    assert methods(sent) == "GET"
    assert "in Twilio's answer, " in twilio.info_fails().message


# Values of wrong types in fields that do not identify a user.
WRONG_TYPES: dict[str, Any] = {
    "friendly_name": 5,
    "role_sid": ["RL"],
    "attributes": {"a": 1},
    "is_online": "yes",
    "is_notifiable": 1,
    "date_updated": 20260101,
    "url": False,
}


@pytest.mark.parametrize("name", WRONG_TYPES)
def test_a_value_of_a_wrong_type_fails_its_user_only(each_product: Twilio, alter: Alter, name: str) -> None:
    twilio = each_product
    twilio.seed_many(numbered_users(3))
    sid = twilio.stored("user 001")["sid"]
    alter("GET", "/Users[?]", lambda body: wrong_in(body, sid, name))
    alter("GET", f"/Users/({sid}|user%20001)$", changed(name, WRONG_TYPES[name]))
    message = f"{name} is not "
    for options in ({}, {"concurrency": 1}, {"prune": True}):
        failure = twilio.users_fail(numbered_users(3, friendly_name=f"New {options}"), **options)
        assert failure.result["summary"] == summary_of(updated=2, failed=1)
        assert message in failure.message
    failure = twilio.users_fail(numbered_users(1), prune=True)
    assert failure.result["summary"] == summary_of(unchanged=1, deleted=1, failed=1)
    assert message in twilio.user_fails(identity="user 001", friendly_name="A").message
    assert message in twilio.info_fails(identity="user 001").message
    assert message in twilio.info_fails().message


def wrong_in(body: Any, sid: str, name: str) -> Any:
    for record in body["users"]:
        if record["sid"] == sid:
            record[name] = WRONG_TYPES[name]
    return body


@pytest.mark.parametrize("link", ["http://[", "back", "repeated"])
def test_a_link_that_cannot_be_followed_ends_the_list(twilio: Twilio, alter: Alter, link: str) -> None:
    twilio.seed_many(numbered_users(60))
    seen: list[str] = []

    def change(body: Any) -> Any:
        seen.append(body["meta"]["url"])
        url = {"back": seen[0], "repeated": seen[-1]}.get(link, link)
        return {**body, "meta": {**body["meta"], "next_page_url": url}}

    alter("GET", "/Users[?]", change)
    with twilio.sent() as sent:
        failures = [twilio.info_fails(), twilio.users_fail(numbered_users(60), prune=True, concurrency=1)]
    assert all(failure.message.startswith("Could not list the users of ") for failure in failures)
    assert len(sent) <= 8


def test_records_that_repeat_make_what_is_missing_be_read_again(twilio: Twilio, alter: Alter) -> None:
    """Users are deleted and created while the list is read: it shifts."""
    twilio.seed_many(numbered_users(60))
    first: list[Any] = []

    def change(body: Any) -> Any:
        if not first:
            first.extend(body["users"])
        else:
            body["users"][:5] = first[-5:]
        return body

    alter("GET", "/Users[?]", change)
    result = twilio.users(numbered_users(60), prune=True)
    assert result["summary"] == summary_of(unchanged=60)
    result = twilio.users(numbered_users(60, friendly_name="A"), concurrency=1)
    assert result["summary"] == summary_of(updated=60)
    # A user that is missing in the list would count as deleted already.
    first.clear()
    result = twilio.users(numbered_users(60), state="absent", concurrency=1)
    assert result["summary"] == summary_of(deleted=60)


@pytest.mark.parametrize("pair", [("alice", "Alice"), ("jose\u0301", "jos\u00e9"), ("stra\u00dfe", "STRASSE")])
def test_a_user_that_could_be_a_listed_one_is_not_pruned(twilio: Twilio, pair: tuple[str, str]) -> None:
    """Twilio refuses the creation of the listed user, since it takes another one for the same."""
    listed, held = pair
    twilio.seed_many([{"identity": held}, {"identity": "mallory"}])
    twilio.fault("status", "POST", path="/Users$", status=409, code=50201, times=None)
    failure = twilio.users_fail([{"identity": listed}], prune=True)
    assert failure.result["summary"] == summary_of(deleted=1, failed=2)
    assert f"there is only user {held!r}" in failure.message
    assert "same as a listed user that failed" in failure.message
    assert twilio.identities() == [held]


def test_an_unlisted_user_that_fails_does_not_protect_a_similar_one(twilio: Twilio) -> None:
    twilio.seed_many([{"identity": "Bob"}, {"identity": "bob"}, {"identity": "keep"}])
    sid = twilio.stored("Bob")["sid"]
    twilio.fault("status", "DELETE", path=f"/Users/{sid}$", status=403, times=None)
    failure = twilio.users_fail([{"identity": "keep"}], prune=True, concurrency=1)
    assert failure.result["summary"] == summary_of(deleted=1, unchanged=1, failed=1)
    assert twilio.identities() == ["Bob", "keep"]


def test_lone_surrogates_are_escaped(each_product: Twilio, alter: Alter) -> None:
    twilio = each_product
    twilio.seed("alice", friendly_name="SURROGATE", attributes='{"SURROGATE":"SURROGATE"}')
    alter("GET", "/Users", lambda body: (200, json.dumps(body).replace("SURROGATE", "x\\ud83d")))
    for users in (twilio.info()["users"], twilio.info(identity="alice")["users"]):
        assert users[0]["friendly_name"] == "x\\ud83d"
        assert users[0]["attributes_parsed"] == {"x\\ud83d": "x\\ud83d"}
    result = twilio.users([{"identity": "alice", "friendly_name": "A"}])
    assert result["diff"]["before"]["alice"]["friendly_name"] == "x\\ud83d"
    json.dumps([users, result], ensure_ascii=False).encode()
