# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What threads do while another one fetches the access token. The rest is in tests/component/test_oauth.py."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ansible_collections.community.twilio.plugins.module_utils._twilio.access_tokens import AccessTokens
from ansible_collections.community.twilio.plugins.module_utils._twilio.deadline import Deadline
from ansible_collections.community.twilio.plugins.module_utils._twilio.errors import OperationTimeout, TokenError

WAITING = 4


class WatchedDeadline(Deadline):
    """Tells when a thread begins to wait for another one: right before, it asks how long it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__("read", seconds)
        self.asked = threading.Event()

    def remaining(self) -> float:
        self.asked.set()
        return super().remaining()


class Endpoint:
    """Answers when it is told to, and counts the requests."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.requests = 0
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()
        self.tokens = AccessTokens(self._fetch)
        self._answer = answer

    def _fetch(self, deadline: Deadline) -> Any:
        self.requests += 1
        deadline.reason = "could not get an access token: no connection: refused"
        self.is_asked.set()
        assert self.may_answer.wait(20)
        return self._answer()

    def ask(self, pool: ThreadPoolExecutor, seconds: float) -> list[Future[str]]:
        """Let one thread fetch a token, and others wait so many seconds for it."""
        first = pool.submit(self.tokens.get, Deadline("read", 20))
        assert self.is_asked.wait(20)
        deadlines = [WatchedDeadline(seconds) for _number in range(WAITING)]
        others = [pool.submit(self.tokens.get, deadline) for deadline in deadlines]
        for deadline in deadlines:
            assert deadline.asked.wait(20)
        return [first, *others]


def issue() -> Any:
    return {"access_token": "token", "expires_in": 60}


def refuse() -> Any:
    raise TokenError("refused", 400, 20400)


def test_a_token_is_fetched_once_for_all() -> None:
    endpoint = Endpoint(issue)
    with ThreadPoolExecutor() as pool:
        futures = endpoint.ask(pool, 20)
        endpoint.may_answer.set()
        assert {future.result(20) for future in futures} == {"token"}
    assert endpoint.requests == 1


def test_a_refusal_is_one_for_all_who_waited() -> None:
    endpoint = Endpoint(refuse)
    with ThreadPoolExecutor() as pool:
        futures = endpoint.ask(pool, 20)
        endpoint.may_answer.set()
        failures = [future.exception(20) for future in futures]
        assert endpoint.requests == 1
        # Who did not wait asks anew: somebody may have given the secret back.
        assert isinstance(pool.submit(endpoint.tokens.get, Deadline("read", 20)).exception(20), TokenError)
    assert endpoint.requests == 2
    assert [(str(failure), getattr(failure, "code", None)) for failure in failures] == [("refused", 20400)] * 5


def test_those_who_waited_too_long_say_why() -> None:
    endpoint = Endpoint(issue)
    with ThreadPoolExecutor() as pool:
        first, *others = endpoint.ask(pool, 0.05)
        failures = [future.exception(20) for future in others]
        endpoint.may_answer.set()
        assert first.result(20) == "token"
    assert {type(failure) for failure in failures} == {OperationTimeout}
    assert {str(failure) for failure in failures} == {
        "Could not get an access token within 0.05 s (timeouts.read): no connection: refused"
    }


def test_to_discard_a_token_does_not_wait_for_another() -> None:
    endpoint = Endpoint(issue)
    with ThreadPoolExecutor() as pool:
        futures = endpoint.ask(pool, 20)
        assert pool.submit(endpoint.tokens.discard, "earlier token").result(20) is None
        endpoint.may_answer.set()
        assert {future.result(20) for future in futures} == {"token"}
        assert endpoint.tokens.get(Deadline("read", 20)) == "token"
        endpoint.tokens.discard("token")
        assert endpoint.tokens.get(Deadline("read", 20)) == "token"
    assert endpoint.requests == 2
