# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator without sockets and with a clock of its own, for thousands of tasks in a few seconds."""

from __future__ import annotations

import io
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import urlsplit

import requests
import urllib3

from ansible_collections.community.twilio.plugins.module_utils._twilio import client, rate_limit
from ansible_collections.community.twilio.plugins.module_utils._twilio.errors import Interrupted
from ansible_collections.community.twilio.tests.emulator import paths
from ansible_collections.community.twilio.tests.emulator.api import Api
from ansible_collections.community.twilio.tests.emulator.call import Answer, Call
from ansible_collections.community.twilio.tests.emulator.limits import Limiter
from ansible_collections.community.twilio.tests.emulator.store import Store
from ansible_collections.community.twilio.tests.emulator.switches import Switches

URL = "http://127.0.0.1:9"
# Seconds that each request takes.
LATENCY = 0.01
# A task that sends more has no end.
MOST_REQUESTS = 1000


class Endless(BaseException):
    """A task sends one request after another."""


class Write(NamedTuple):
    """A request that changes something, and the resource that it reached or would have reached.

    ``kind`` is users, roles, services or configuration; ``name`` an identity or a friendly name. ``status`` is that of
    the emulator, 0 if the request was lost before it; ``answered`` the status that the client got.
    """

    action: str
    kind: str
    service_sid: str
    name: str | None
    status: int
    answered: int

    @property
    def is_done(self) -> bool:
        """Return whether the emulator did it."""
        return 200 <= self.status < 300

    @property
    def is_known(self) -> bool:
        """Return whether it was done, and the client has to know.

        Nobody can see through an answer that says that the request was not processed (429), that there was nothing to
        delete or to update, or that another client has created it.
        """
        return self.is_done and self.answered not in (429, 409 if self.action == "create" else 404)

    @property
    def may_be_claimed(self) -> bool:
        """Return whether the client may say that it was done.

        After a creation whose answer was lost, a user that exists as it should is taken for created.
        """
        return self.is_done or (self.action == "create" and self.status in (0, 409))


class Clock:
    """A clock that goes on only while somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Return the time. It passes by looking at it too, so that no loop waits for ever."""
        self.now += 1e-6
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += max(0.0, seconds)


# Answers a request; the function that it is given lets the emulator do so.
Answerer = Callable[[Call, Callable[[], Answer]], Answer]


class Twilio:
    """Answers the requests of this process, and remembers the writes."""

    def __init__(self, store: Store, answerer: Answerer, switches: Switches | None = None) -> None:
        self.store = store
        self.clock = Clock()
        self.writes: list[Write] = []
        self.requests = 0
        self._answerer = answerer
        self._switches = switches or Switches()
        self._api = Api(store, self._switches, Limiter())

    def send(self, prepared: requests.PreparedRequest) -> requests.Response:
        """Answer a request, as the adapter of a session does it."""
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise Endless
        self.clock.sleep(LATENCY)
        call = _call(prepared)
        target = self.target(call)
        status = 0

        def handle() -> Answer:
            nonlocal status
            answer = self._api.handle(call)
            status = answer.status
            return answer

        answer = self._answerer(call, handle)
        if target is not None:
            self.writes.append(Write(*target, status, answer.status))
        return _response(prepared, answer)

    def target(self, call: Call) -> tuple[str, str, str, str | None] | None:
        """Return the action, the kind, the service and the name of the resource, before the request changes it."""
        if call.method == "GET":
            return None
        try:
            names = paths.segments(call.raw_path, self._switches)[1:]
        except Exception:
            return (call.method, call.raw_path, "", None)
        form = dict(call.form())
        service = self.store.find_service(names[1]) if len(names) > 1 else None
        deleted = call.method == "DELETE"
        if len(names) < 3:
            name = service.friendly_name if service else form.get("FriendlyName")
            return _action(deleted, service), "services", service.sid if service else "", name
        kind = names[2].lower()
        sid = names[1]
        if len(names) == 3 and kind in ("users", "roles"):
            return "create", kind, sid, form.get("Identity" if kind == "users" else "FriendlyName")
        if kind == "users":
            user = service.find_user(names[3]) if service else None
            return _action(deleted, user), kind, sid, user.identity if user else None
        if kind == "roles":
            role = service.roles.get(names[3]) if service else None
            return _action(deleted, role), kind, sid, role.friendly_name if role else None
        return "update", "configuration", sid, None


def _action(deleted: bool, found: Any) -> str:
    return "delete" if deleted else "update" if found else "create"


def _call(prepared: requests.PreparedRequest) -> Call:
    parts = urlsplit(prepared.url or "")
    body = prepared.body or b""
    return Call(
        method=prepared.method or "",
        raw_path=parts.path,
        # Three records to a page: lists of a few users have several pages.
        raw_query=re.sub(r"PageSize=\d+", "PageSize=3", parts.query),
        headers={name.lower(): value for name, value in prepared.headers.items()},
        body=body if isinstance(body, bytes) else str(body).encode(),
        base_url=URL,
        host=parts.netloc,
    )


def _response(prepared: requests.PreparedRequest, answer: Answer) -> requests.Response:
    headers = dict(answer.headers)
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
    raw = urllib3.HTTPResponse(
        io.BytesIO(answer.body), headers, answer.status, preload_content=False, request_method=prepared.method
    )
    return requests.adapters.HTTPAdapter().build_response(prepared, raw)


@contextmanager
def answered_by(twilio: Twilio, rng: random.Random) -> Iterator[None]:
    """Let the requests of this process reach nothing but this, and let no time pass but its own."""
    clock = twilio.clock

    def sleep(throttle: rate_limit.Throttle, seconds: float) -> None:
        if throttle.stopped:
            raise Interrupted("interrupted")
        clock.sleep(seconds)

    def send(_adapter: Any, prepared: requests.PreparedRequest, *_arguments: Any, **_options: Any) -> requests.Response:
        return twilio.send(prepared)

    client._client_of.cache_clear()
    random.seed(rng.random())
    with ExitStack() as stack:
        for owner, name, value in (
            (requests.adapters.HTTPAdapter, "send", send),
            (time, "monotonic", clock.monotonic),
            (time, "sleep", clock.sleep),
            (rate_limit.Throttle, "sleep", sleep),
            (rate_limit.RateLimiter.__init__, "__defaults__", (clock.monotonic,)),
        ):
            stack.enter_context(mock.patch.object(owner, name, value))
        yield
