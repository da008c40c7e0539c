# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the REST API of AWX, as far as the modules of the collection awx.awx use it.

It keeps what it is given and gives it back, in the form in which these modules expect it. So it shows that the tasks of
a playbook are right for the modules, and that a second run finds what the first one made. It does not show that AWX
would accept it: AWX checks much that is not checked here.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

API = "/api/v2/"
TOKEN = "aWx7stAnd-in9tOken"
VERSION = "24.6.1"
HIDDEN = "$encrypted$"
# What AWX has from the start, and what can be asked for by one common name.
ORGANIZATION = {"name": "Default"}
TEMPLATES = ("job_templates", "projects", "inventory_sources")


@dataclass
class Request:
    """A request that was answered.

    :ivar method: GET, POST and so on.
    :ivar path: what follows /api/v2/, without a slash at its end.
    :ivar data: its JSON, or null.
    """

    method: str
    path: str
    data: Any


@dataclass
class Store:
    """What the stand-in keeps.

    :ivar things: by collection (such as "job_templates") and number.
    :ivar surveys: the survey of each job template.
    :ivar related: the numbers that were associated, by the path below which they were.
    :ivar requests: all requests, in order.
    """

    things: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    surveys: dict[int, Any] = field(default_factory=dict)
    related: dict[str, list[int]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def add(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Keep a new thing; returns it as the API shows it."""
        number = next(self.numbers) + 1
        related = {"survey_spec": f"{API}{kind}/{number}/survey_spec/"} if kind == "job_templates" else {}
        extra = {"id": number, "type": kind, "url": f"{API}{kind}/{number}/", "related": related, "summary_fields": {}}
        self.things.setdefault(kind, {})[number] = {"scm_revision": "", **data, **extra}
        return self.shown(kind, number)

    def shown(self, kind: str, number: int) -> dict[str, Any]:
        """A thing as the API shows it: no secret of a credential."""
        thing = copy.deepcopy(self.things[kind][number])
        if kind == "credentials":
            fields = self.things["credential_types"][thing["credential_type"]]["inputs"]["fields"]
            for secret in [each["id"] for each in fields if each.get("secret")]:
                if secret in thing["inputs"]:
                    thing["inputs"][secret] = HIDDEN
        return thing

    def found(self, kind: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
        """Those of a collection that have these values."""
        kinds = TEMPLATES if kind == "unified_job_templates" else (kind,)
        every = [self.shown(each, number) for each in kinds for number in self.things.get(each, {})]
        return [thing for thing in every if all(str(thing.get(name)) == value for name, value in wanted.items())]

    def named(self, kind: str, name: str) -> dict[str, Any]:
        """The one thing of this name, with its secrets."""
        (thing,) = [thing for thing in self.things[kind].values() if thing["name"] == name]
        return thing

    @property
    def writes(self) -> list[Request]:
        """All requests but those that only read."""
        return [request for request in self.requests if request.method != "GET"]


class StandIn:
    """The stand-in in a thread of this process; a context manager.

    :ivar url: where it is.
    :ivar store: what it keeps.
    """

    def __init__(self) -> None:
        self.store = Store()
        self.store.add("organizations", ORGANIZATION)
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead the modules of awx.awx here."""
        return {"CONTROLLER_HOST": self.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}

    def __enter__(self) -> StandIn:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(30)
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    async def _start(self) -> None:
        application = web.Application()
        application.router.add_route("*", API + "{path:.*}", self._answer)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"].strip("/")
        # The modules send "{}" with every GET.
        data = await request.json() if request.method in ("POST", "PATCH") else None
        self.store.requests.append(Request(request.method, path, data))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, answer = 401, {"detail": "Authentication credentials were not provided."}
        else:
            status, answer = self._route(request.method, path, dict(request.query), data)
        return web.json_response(
            answer, status=status, headers={"X-API-Product-Name": "AWX", "X-API-Product-Version": VERSION}
        )

    def _route(self, method: str, path: str, query: dict[str, str], data: Any) -> tuple[int, Any]:
        store = self.store
        kind, number, below = [*path.split("/"), "", ""][:3]
        match (method, bool(number), below):
            case ("GET", False, ""):
                return 200, _listed(store.found(kind, query))
            case ("POST", False, ""):
                return 201, store.add(kind, data)
            case ("PATCH", True, ""):
                store.things[kind][int(number)].update(data)
                return 200, store.shown(kind, int(number))
            case ("GET", True, "survey_spec"):
                return 200, store.surveys.get(int(number), {})
            case ("POST", True, "survey_spec"):
                store.surveys[int(number)] = data
                return 200, {}
            case ("GET", True, _):
                return 200, _listed([{"id": each} for each in store.related.get(path, [])])
            case ("POST", True, _):
                numbers = store.related.setdefault(path, [])
                if data.get("disassociate"):
                    numbers.remove(data["id"])
                else:
                    numbers.append(data["id"])
                return 204, None
        return 405, {"detail": f"{method} {path} is not part of the stand-in."}


def _listed(things: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(things), "next": None, "previous": None, "results": things}
