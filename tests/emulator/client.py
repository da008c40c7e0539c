# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client for the controls, for tests. Needs nothing but Python."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit


class ControlRefused(Exception):
    """The emulator did not understand what it was asked."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """The controls of the emulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Tests set proxies in the environment; the controls are never behind one.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, name: str, data: Any = None) -> Any:
        """One request to /_emulator/NAME."""
        body = None if data is None else json.dumps(data).encode("utf-8")
        headers = {"Content-Type": "application/json"} if body else {}
        request = urllib.request.Request(f"{self.url}/_emulator/{name}", body, headers, method=method)
        try:
            with self._opener.open(request, timeout=30) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
            # Not every answer comes from the controls: a wrong port may be anybody's.
            with contextlib.suppress(ValueError, KeyError, TypeError):
                text = json.loads(text)["error"]
            raise ControlRefused(error.code, text) from None

    def reset(self, seed: Any = None) -> None:
        """Back to the start, or to another seed."""
        self.call("POST", "reset", None if seed is None else {"seed": seed})

    def seed(self, seed: Any) -> None:
        """Add to what is there."""
        self.call("POST", "seed", seed)

    def state(self) -> dict[str, Any]:
        """The whole store."""
        state: dict[str, Any] = self.call("GET", "state")
        return state

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change latency, write_limit, tokens or switches; returns all settings."""
        method = "PATCH" if changes else "GET"
        settings: dict[str, Any] = self.call(method, "settings", changes or None)
        return settings

    def switch(self, **switches: Any) -> None:
        """Set switches."""
        self.settings(switches=switches)

    def fault(self, kind: str, match: dict[str, str] | None = None, **details: Any) -> None:
        """Add one fault."""
        self.call("POST", "faults", {"kind": kind, "match": match or {}, **details})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that wait."""
        faults: list[dict[str, Any]] = self.call("GET", "faults")["faults"]
        return faults

    def faults_clear(self) -> None:
        """Forget all faults."""
        self.call("DELETE", "faults")

    def revoke_tokens(self) -> None:
        """Let no access token that was issued so far open anything."""
        self.call("DELETE", "tokens")

    def requests(self) -> list[dict[str, Any]]:
        """The log of API requests."""
        requests: list[dict[str, Any]] = self.call("GET", "requests")["requests"]
        return requests

    def clear_requests(self) -> None:
        """Empty the log."""
        self.call("DELETE", "requests")

    def connections(self) -> dict[str, int]:
        """Connections: `total` that carried API requests so far, `open` now, the one that asks among them."""
        connections: dict[str, int] = self.call("GET", "connections")
        return connections

    def concurrency(self) -> dict[str, int]:
        """Requests under way: `now`, `max`."""
        concurrency: dict[str, int] = self.call("GET", "concurrency")
        return concurrency

    def clear_concurrency(self) -> None:
        """Begin to count the maximum anew."""
        self.call("DELETE", "concurrency")

    def violations(self) -> list[dict[str, Any]]:
        """What did not agree with Twilio's documents."""
        violations: list[dict[str, Any]] = self.call("GET", "violations")["violations"]
        return violations

    def clear_violations(self) -> None:
        """Forget the violations."""
        self.call("DELETE", "violations")

    def proxied(self) -> list[str]:
        """The host:port pairs that clients asked the proxy for."""
        return [entry["target"] for entry in self.call("GET", "proxied")["proxied"]]

    def create_service(self, account_sid: str | None = None, **fields: Any) -> str:
        """A fresh service with a random SID, which is returned. Fields are those of a service in a seed."""
        sid = "IS" + uuid.uuid4().hex
        service = {"sid": sid, "friendly_name": "test", **fields}
        if account_sid is None:
            self.seed({"services": [service]})
        else:
            self.seed({"accounts": [{"account_sid": account_sid, "services": [service]}]})
        return sid

    def service(self, service_sid: str) -> dict[str, Any] | None:
        """A service with its roles and users, None when it does not exist."""
        for account in self.state()["accounts"]:
            for service in account["services"]:
                if service["sid"] == service_sid:
                    found: dict[str, Any] = service
                    return found
        return None

    def users(self, service_sid: str) -> list[dict[str, Any]]:
        """The users of a service in creation order, as the store holds them."""
        service = self.service(service_sid)
        return service["users"] if service else []

    def user(self, service_sid: str, identity: str) -> dict[str, Any] | None:
        """One user, None when there is none of that identity."""
        return next((user for user in self.users(service_sid) if user["identity"] == identity), None)

    def roles(self, service_sid: str) -> list[dict[str, Any]]:
        """The roles of a service in creation order, as the store holds them."""
        service = self.service(service_sid)
        return service["roles"] if service else []

    def role(self, service_sid: str, friendly_name: str) -> dict[str, Any] | None:
        """The first role of a name, None when there is none."""
        return next((role for role in self.roles(service_sid) if role["friendly_name"] == friendly_name), None)


@dataclass
class Reply:
    """An answer of the API."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class RawClient:
    """Sends requests to the API exactly as given: no encoding, no normalising of paths, one connection."""

    def __init__(self, url: str, user: str, password: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def request(
        self, method: str, path: str, form: Any = None, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Reply:
        """One request. `form` is a dictionary (lists repeat) or a list of pairs; `body` is sent as it is."""
        sent = {"Authorization": self._authorization}
        if form is not None:
            body = urlencode(form, doseq=True)
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent.update(headers or {})
        try:
            self._connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            response = self._connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        except BaseException:
            self._connection.close()
            raise

    def get(self, path: str, **more: Any) -> Reply:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, form: Any = None, **more: Any) -> Reply:
        """POST."""
        return self.request("POST", path, form, **more)

    def delete(self, path: str, **more: Any) -> Reply:
        """DELETE."""
        return self.request("DELETE", path, **more)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
