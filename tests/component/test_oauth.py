# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OAuth client credentials: one access token for all requests, another one when it expires, and what can go wrong."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import access_tokens, client
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    Twilio,
    methods,
    numbered_users,
    summary_of,
)

TOKEN = "/v2/token$"
N = 60


def with_client(twilio: Twilio) -> Twilio:
    """Return the product with an OAuth client in the place of the account's token."""
    client._client_of.cache_clear()
    del twilio.options["auth_token"]
    twilio.options["client_id"] = twilio.emulator.client_id
    twilio.options["client_secret"] = twilio.emulator.client_secret
    return twilio


@pytest.fixture
def each(each_product: Twilio) -> Twilio:
    return with_client(each_product)


@pytest.fixture
def twilio(conversations: Twilio) -> Twilio:
    return with_client(conversations)


def token_requests(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the requests for a token."""
    return [request for request in requests if request["product"] == "oauth"]


def statuses(requests: list[dict[str, Any]]) -> Counter[tuple[str, int]]:
    """Count the requests by method and status, those for a token apart."""
    names = ("token" if request["product"] == "oauth" else request["method"] for request in requests)
    return Counter(zip(names, (request["status"] for request in requests)))


def test_a_task_fetches_one_token(each: Twilio) -> None:
    with each.sent() as sent:
        assert each.user(identity="alice", friendly_name="Alice")["action"] == "created"
    assert sent[0]["path"] == "/v2/token"
    assert methods(sent[1:]) == "GET CREATE"
    (request,) = token_requests(sent)
    assert request["form"] == {"grant_type": "client_credentials", "client_id": each.emulator.client_id}
    # The credentials are in the form (RFC 6749 section 2.3.1), and nowhere else.
    assert all(request["authorization_user"] is None for request in sent)
    # The items of a loop run in one process, and share it.
    with each.sent() as sent:
        assert each.user(identity="alice", friendly_name="Alice", check=True)["changed"] is False
    assert methods(sent) == "GET"


def test_concurrent_requests_share_a_token(twilio: Twilio) -> None:
    twilio.control.settings(latency=0.01)
    with twilio.sent() as sent:
        twilio.users(numbered_users(N), concurrency=10)
    assert statuses(sent) == {("token", 200): 1, ("GET", 200): 1, ("POST", 201): N}


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_token_that_expires_in_the_middle_is_replaced_once(twilio: Twilio, state: str) -> None:
    if state == "absent":
        twilio.seed_many(numbered_users(N))
    uses = 40
    twilio.control.settings(tokens={"uses": uses}, latency=0.005)
    with twilio.sent() as sent:
        result = twilio.users(numbered_users(N), state=state, concurrency=5)
    counts = statuses(sent)
    assert result["summary"] == summary_of(**{"created" if state == "present" else "deleted": N})
    assert len(twilio.identities()) == (N if state == "present" else 0)
    # Nothing is done twice, and each token is used to its end.
    done = counts[("POST", 201)] + counts[("DELETE", 204)]
    assert done == N
    answered = done + counts[("GET", 200)]
    assert counts[("token", 200)] == -(-answered // uses)
    refused = sum(count for (_name, status), count in counts.items() if status == 401)
    assert 0 < refused <= 5 * (counts[("token", 200)] - 1)
    assert sum(counts.values()) == answered + refused + counts[("token", 200)]


def test_a_token_is_replaced_a_minute_before_it_expires(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(access_tokens.time, "monotonic", lambda: now[0])
    # What the response says, and after how many seconds the token is replaced.
    for expires_in, replaced in ((3600, 3540), ("600", 540), (60, 30), (None, 3540), (-5, 3540), ("soon", 3540)):
        client._client_of.cache_clear()
        twilio.control.settings(tokens={"expires_in": expires_in})
        for seconds, tokens in ((0, 1), (replaced - 1, 0), (1, 1)):
            now[0] += seconds
            with twilio.sent() as sent:
                twilio.info(identity="alice")
            assert len(token_requests(sent)) == tokens, (expires_in, seconds)


def test_a_token_that_is_refused_twice_is_an_error(each: Twilio) -> None:
    each.fault("status", status=401, code=20003, message="Authenticate", times=None)
    with each.sent() as sent:
        failure = each.user_fails(identity="alice")
    assert failure.message.endswith("401 Unauthorized, code 20003: Authenticate. Check client_id with client_secret")
    assert failure.result["status"] == 401
    assert statuses(sent) == {("token", 200): 2, ("GET", 401): 2}


def test_a_secret_that_is_revoked_in_the_middle_ends_the_run(twilio: Twilio) -> None:
    twilio.control.settings(tokens={"uses": 20})
    twilio.control.fault("status", {"path": TOKEN}, status=400, message="bad request", after=1, times=None)
    with twilio.sent() as sent:
        failure = twilio.users_fail(numbered_users(N), concurrency=2)
    done = len(twilio.identities())
    assert done == 19
    assert failure.result["summary"]["created"] == done
    assert "Could not get an access token: Twilio answered 400 Bad Request" in failure.message
    assert "(Twilio would refuse them too); run the task again to finish" in failure.message
    assert len(token_requests(sent)) <= 1 + 2
    twilio.control.faults_clear()
    twilio.control.settings(tokens={"uses": None})
    assert twilio.users(numbered_users(N))["summary"] == summary_of(created=N - done, unchanged=done)


DOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "503": ("status", {"status": 503}),
    "429": ("status", {"status": 429}),
    "truncated": ("truncated", {}),
}


@pytest.mark.parametrize("name", DOWN)
def test_an_endpoint_that_is_down_in_the_middle_ends_the_run(twilio: Twilio, short_waits: None, name: str) -> None:
    kind, details = DOWN[name]
    twilio.control.settings(tokens={"uses": 20})
    twilio.control.fault(kind, {"path": TOKEN}, after=1, times=None, **details)
    failure = twilio.users_fail(numbered_users(N), concurrency=3, timeouts={"create": 1})
    done, summary = twilio.identities(), failure.result["summary"]
    assert len(done) == summary["created"] == 19
    assert "Could not get an access token within 1 s (timeouts.create): Twilio answered" in failure.message
    assert "3 users in a row failed like this" in failure.message
    assert summary["failed"] < N // 2
    twilio.control.faults_clear()
    twilio.control.settings(tokens={"uses": None})
    assert twilio.users(numbered_users(N))["summary"] == summary_of(created=N - 19, unchanged=19)


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "400": ({}, "Twilio answered 400 Bad Request, code 400: bad request. Check client_id with client_secret"),
    "401": ({"oauth_refusal_status": 401}, "code 401: bad request. Check client_id with client_secret"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_wrong_secret_is_refused(each: Twilio, name: str) -> None:
    switches, message = REFUSALS[name]
    each.control.switch(**switches)
    for run in (each.user_fails, each.info_fails, lambda **options: each.users_fail([options])):
        secret = "aSecretThatIsNotTheRightOne"
        each.options["client_secret"] = secret
        with each.sent() as sent:
            failure = run(identity="alice")
        assert message in failure.message
        assert "Could not get an access token" in failure.message
        assert secret not in failure.message + str(failure.result)
        assert [request["product"] for request in sent] == ["oauth"]


# A 404 must not look as if the user or the service did not exist: that would be "nothing to do".
@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_endpoint_that_is_not_there_is_an_error(each: Twilio, status: int) -> None:
    each.control.fault("status", {"path": TOKEN}, status=status, code=20404, times=None)
    for failure in (
        each.user_fails(identity="alice"),
        each.user_fails(identity="alice", state="absent"),
        each.users_fail([{"identity": "alice"}], state="absent"),
    ):
        assert f"Could not get an access token: Twilio answered {status}" in failure.message


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "429": ("status", {"status": 429}),
    "503 html": ("status", {"status": 503, "body": "html"}),
    "drop before": ("drop_before", {}),
    "drop after": ("drop_after", {}),
    "hang after": ("hang_after", {"seconds": 5}),
    "truncated": ("truncated", {}),
    "truncated connection": ("truncated_connection", {}),
    "not json": ("not_json", {}),
    "without a token": ("not_json", {"text": '{"token_type": "Bearer"}'}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_request_for_a_token_is_repeated(twilio: Twilio, short_waits: None, name: str) -> None:
    kind, details = FAULTS[name]
    twilio.control.fault(kind, {"path": TOKEN}, times=2, **details)
    with twilio.sent() as sent:
        assert twilio.user(identity="alice", request_timeout=0.5)["action"] == "created"
    assert len(token_requests(sent)) == 3
    assert twilio.identities() == ["alice"]


@pytest.mark.parametrize("token", [None, "", "two words", "line\nbreak", "ü", 7, ["x"]])
def test_a_response_without_a_usable_token_is_an_error(twilio: Twilio, token: Any) -> None:
    text = json.dumps({"access_token": token, "expires_in": 3600})
    twilio.control.fault("not_json", {"path": TOKEN}, text=text, times=None)
    failure = twilio.user_fails(identity="alice")
    assert failure.message == "Could not get an access token: Twilio's response has none that can be sent"


def test_no_time_is_left_for_a_token(twilio: Twilio) -> None:
    twilio.control.fault("hang", {"path": TOKEN}, seconds=20, times=None)
    failure = twilio.user_fails(identity="alice", timeouts={"read": 0.3})
    assert "Could not get an access token within 0.3 s (timeouts.read)" in failure.message


def test_a_token_is_never_shown(twilio: Twilio) -> None:
    """A gateway repeats the header of the request in its response."""
    seen: list[str] = []
    fetch = access_tokens.AccessTokens.get

    def remember(self: Any, deadline: Any) -> str:
        seen.append(fetch(self, deadline))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access_tokens.AccessTokens, "get", remember)
        twilio.info(identity="alice")
        twilio.fault("status", status=403, code=20403, message=f"refused: Bearer {seen[0]}", times=None)
        failure = twilio.user_fails(identity="alice")
    assert seen[0] not in failure.message + str(failure.result)
    assert "refused: Bearer ********" in failure.message


def test_precedence(conversations: Twilio) -> None:
    """Client ID and secret, then API key and secret, then the auth token; half a pair is ignored."""
    emulator = conversations.emulator
    token = {"auth_token": emulator.auth_token}
    key = {"api_key": emulator.api_key, "api_secret": emulator.api_secret}
    oauth = {"client_id": emulator.client_id, "client_secret": emulator.client_secret}
    half = {"client_id": emulator.client_id}
    del conversations.options["auth_token"]
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({**token, **key, **oauth}, None),
        ({**token, **oauth}, None),
        ({**token, **key, **half}, emulator.api_key),
        ({**token, **half}, emulator.account_sid),
    ]
    for given, used in cases:
        client._client_of.cache_clear()
        with conversations.sent() as sent:
            conversations.info(identity="alice", **given)
        assert bool(token_requests(sent)) == (used is None)
        assert sent[-1]["authorization_user"] == used


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"client_id": "OQ" + "0" * 32}, "client_secret: is missing beside client_id; give the option or set TWILIO_"),
        ({"client_secret": "secret"}, "client_id: is missing beside client_secret; give the option or set TWILIO_"),
        ({"client_id": "SK" + "0" * 32, "client_secret": "secret"}, "client_id: must be OQ followed by 32 letters"),
        ({"client_id": "OQ" + "0" * 32, "client_secret": "two words"}, "client_secret: must be printable ASCII"),
        ({}, "or both client_id and client_secret (or set TWILIO_CLIENT_ID and TWILIO_CLIENT_SECRET)"),
    ],
)
def test_bad_credentials_are_refused_before_any_request(
    each_product: Twilio, given: dict[str, Any], message: str
) -> None:
    del each_product.options["auth_token"]
    with each_product.sent() as sent:
        assert message in each_product.user_fails(identity="alice", **given).message
    assert sent == []
