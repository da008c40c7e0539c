# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator over HTTP: one request in, its faults, its answer out."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
import uuid
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import control, seed
from .api import Api
from .call import Answer, Call
from .faults import Faults, Hit, act, status_answer
from .limits import Limiter, WriteLimit
from .oauth import Tokens
from .paths import split_target
from .requestlog import RequestLog
from .store import Store
from .switches import Switches

if TYPE_CHECKING:
    from .contract import Checker
    from .proxy import Proxy

_MAX_BODY = 16 * 1024 * 1024


class _Stopped(Exception):
    """The emulator stops while a request waits."""


class Emulator:
    """One emulated Twilio, without the ports it listens on (see server.py)."""

    def __init__(self, start_seed: Any = None, checker: Checker | None = None) -> None:
        self._start_seed = start_seed
        self._checker = checker
        self._stopping = asyncio.Event()
        self._open: set[Any] = set()
        self._connections: dict[Any, int] = {}
        self._connection_count = 0
        self._control = control.Control(self)
        self.proxy: Proxy | None = None
        self.log = RequestLog()
        self._violations: list[tuple[dict[str, Any], str, str]] = []
        self.limiter = Limiter()
        self.reset(None)

    def reset(self, other_seed: Any) -> None:
        """Back to the start, or to another seed. Violations stay: they are the result of a whole run."""
        store = Store()
        store.add_service(store.default, "Default service", store.default_service_sid)
        wanted = self._start_seed if other_seed is None else other_seed
        if wanted is not None:
            seed.apply(store, wanted)
        self.store = store
        self.switches = Switches()
        self.latency = 0.0
        self.faults = Faults()
        self.limiter.set(None)
        self.tokens = Tokens()
        self.log.entries.clear()
        self.log.most_running = self.log.running
        self._api = Api(self.store, self.switches, self.limiter, self.tokens)

    def set_switches(self, switches: Switches) -> None:
        """Use other switches from now on."""
        self.switches = switches
        self._api.switches = switches

    def set_write_limit(self, limit: WriteLimit | None) -> None:
        """Use another write limit from now on."""
        self.limiter.set(limit)

    def stop(self) -> None:
        """Let waiting requests go."""
        self._stopping.set()

    def connections(self) -> dict[str, int]:
        """How many connections carried API requests so far, and how many connections of any kind are open."""
        return {"total": self._connection_count, "open": len(self._open)}

    def connection_made(self, key: Any) -> None:
        """A connection opened."""
        self._open.add(key)

    def connection_lost(self, key: Any) -> None:
        """A connection closed."""
        self._open.discard(key)
        self._connections.pop(key, None)

    def checked(self) -> int | None:
        """How many exchanges were held against Twilio's documents, None when that is not asked for."""
        return None if self._checker is None else self._checker.checked

    def violations(self) -> list[dict[str, Any]]:
        """What did not agree with the documents. Holds the request too: the log may have been cleared since."""
        shown = ("number", "method", "raw_path", "path", "query", "form", "status")
        return [
            {
                "side": side,
                "message": message,
                **{name: entry[name] for name in shown},
                "user_agent": entry["headers"].get("user-agent"),
            }
            for entry, side, message in self._violations
        ]

    def clear_violations(self) -> None:
        """Forget the violations."""
        self._violations.clear()

    def proxied(self) -> list[dict[str, Any]]:
        """What the proxy was asked for."""
        return self.proxy.targets if self.proxy is not None else []

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request."""
        started = time.monotonic()
        path, query = split_target(request.raw_path)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        if path == control.PREFIX or path.startswith(control.PREFIX + "/"):
            answer = self._control.handle(request.method, path, body)
            return self._send(answer)
        call = Call(
            method=request.method,
            raw_path=path,
            raw_query=query,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            base_url="{}://{}".format(request.scheme, request.headers.get("Host", "localhost")),
            host=request.headers.get("Host", ""),
        )
        entry = self.log.add(call, self._connection(request), self.switches)
        with self.log.under_way():
            try:
                return await self._exchange(request, call, entry, started)
            except _Stopped:
                return self._drop(request)
            except Exception:
                # A mistake of the emulator must not look like a mistake of Twilio or pass unseen.
                self._violation(entry, "emulator", traceback.format_exc())
                return web.Response(status=500, text="the emulator failed:\n" + traceback.format_exc())

    async def _exchange(
        self, request: web.BaseRequest, call: Call, entry: dict[str, Any], started: float
    ) -> web.StreamResponse:
        if self._checker is not None:
            self._check(entry, "request", self._checker.check_request(call))
        if self.latency:
            await self._pause(self.latency)
        hit = self.faults.take(call.method, entry["product"], entry["path"])
        entry["faults"] = hit.summary()
        kind = hit.fault.kind if hit.fault else None
        details = hit.fault.details if hit.fault else {}
        if kind in ("drop_before", "status"):
            self._act(hit, entry, "act", "act_after")
        if kind == "drop_before":
            return self._drop(request)
        if kind == "status":
            answer = status_answer(details, self.switches)
            entry["status"] = answer.status
            return self._send(self._dressed(answer, call, started))
        if kind == "process_late":
            # Whether or not the client still waits.
            await self._pause(details["seconds"])
        if kind == "hang":
            await self._pause(details["seconds"])
            if request.transport is None or request.transport.is_closing():
                # Who hung up before the work began gets none done.
                return self._drop(request)
        answer = self._process(call, hit, entry)
        if kind == "drop_after":
            return self._drop(request)
        if kind == "hang_after":
            await self._pause(details["seconds"])
        if kind == "status_after":
            answer = status_answer(details, self.switches)
        elif kind == "not_json":
            answer = Answer(200, details.get("text", "OK, but this is not JSON").encode(), "text/plain")
        elif kind == "truncated":
            answer.body = answer.body[: len(answer.body) // 2]
        answer = self._dressed(answer, call, started)
        entry["status"] = answer.status
        if kind == "truncated_connection" and answer.body:
            return await self._send_half(request, answer)
        if self._checker is not None and kind in (None, "hang", "hang_after"):
            self._check(entry, "response", self._checker.check_response(call, answer))
        return self._send(answer)

    def _process(self, call: Call, hit: Hit, entry: dict[str, Any]) -> Answer:
        """Do the work, with what someone else does right before and right after it."""
        self._act(hit, entry, "act")
        answer = self._api.handle(call)
        self._act(hit, entry, "act_after")
        return answer

    def _act(self, hit: Hit, entry: dict[str, Any], *slots: str) -> None:
        for slot in slots:
            fault = getattr(hit, slot)
            if fault is not None:
                entry["faults"].append({"outcome": act(fault.details, self.store)})

    def _check(self, entry: dict[str, Any], side: str, messages: list[str]) -> None:
        for message in messages:
            self._violation(entry, side, message)

    def _violation(self, entry: dict[str, Any], side: str, message: str) -> None:
        self._violations.append((entry, side, message))
        print(
            "contract violation: {} of request {}, {} {}: {}".format(
                side, entry["number"], entry["method"], entry["path"], message
            ),
            file=sys.stderr,
            flush=True,
        )

    def _connection(self, request: web.BaseRequest) -> int:
        """The number of the connection, given when it carries its first API request."""
        key = request.protocol
        if key not in self._connections:
            self._connection_count += 1
            self._connections[key] = self._connection_count
        return self._connections[key]

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the emulator runs."""
        if await set_within(self._stopping, seconds):
            raise _Stopped

    def _dressed(self, answer: Answer, call: Call, started: float) -> Answer:
        """Add the headers that Twilio's answers carry."""
        headers = {
            "Twilio-Request-Id": "RQ" + uuid.uuid4().hex,
            "Twilio-Request-Duration": "%.3f" % (time.monotonic() - started),
            "Twilio-Concurrent-Requests": str(self.log.running),
            "X-Home-Region": "us1",
            "X-Shenanigans": "none",
            "X-Powered-By": "AT-5000",
            "Strict-Transport-Security": "max-age=31536000",
        }
        if call.product is not None:
            headers["X-API-Domain"] = call.product.host
        headers.update(answer.headers)
        answer.headers = headers
        return answer

    def _send(self, answer: Answer) -> web.Response:
        headers = dict(answer.headers)
        if answer.content_type is not None:
            headers["Content-Type"] = answer.content_type
        return web.Response(status=answer.status, body=answer.body or None, headers=headers)

    async def _send_half(self, request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
        """Announce the whole body, send half of it, hang up."""
        headers = dict(answer.headers, **{"Content-Length": str(len(answer.body))})
        if answer.content_type is not None:
            headers["Content-Type"] = answer.content_type
        response = web.StreamResponse(status=answer.status, headers=headers)
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
        if request.transport is not None:
            request.transport.close()
        return response

    def _drop(self, request: web.BaseRequest) -> web.Response:
        """Close the connection without an answer."""
        if request.transport is not None:
            request.transport.abort()
        # aiohttp wants a response; there is nobody left to get it.
        return web.Response()


async def set_within(event: asyncio.Event, seconds: float | None) -> bool:
    """Wait for an event, but not for ever; None is for ever. Says whether it came."""
    waiting = asyncio.ensure_future(event.wait())
    # asyncio.wait_for raises another class of exception on each side of Python 3.11; this raises none.
    _dummy, late = await asyncio.wait({waiting}, timeout=seconds)
    for task in late:
        task.cancel()
    return not late


class HttpServer(web.Server):
    """aiohttp's low-level server: the raw path stays as it came, no router, no normalising."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator.handle, request_factory=_make_request, access_log=None)
        self._emulator = emulator

    def connection_made(self, handler: Any, transport: Any) -> None:
        """Called by aiohttp when a connection has begun."""
        super().connection_made(handler, transport)
        self._emulator.connection_made(handler)

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        """Called by aiohttp when a connection has ended."""
        super().connection_lost(handler, exc)
        self._emulator.connection_lost(handler)


def _make_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """As aiohttp makes it, but with room for attributes that are too large for Twilio."""
    return web.BaseRequest(
        message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=_MAX_BODY
    )
