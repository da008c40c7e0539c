# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls under /_emulator/: a test changes and reads the emulator while it runs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import seed
from .call import Answer
from .limits import WriteLimit

if TYPE_CHECKING:
    from .emulator import Emulator

PREFIX = "/_emulator"


class ControlError(Exception):
    """A request to the controls that makes no sense."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """The controls of one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._routes: dict[str, dict[str, Callable[[Any], Any]]] = {
            "reset": {"POST": self._reset},
            "seed": {"POST": self._seed},
            "state": {"GET": self._state},
            "settings": {"GET": self._settings, "PATCH": self._change_settings},
            "faults": {"GET": self._faults, "POST": self._add_faults, "DELETE": self._clear_faults},
            "requests": {"GET": self._requests, "DELETE": self._clear_requests},
            "connections": {"GET": self._connections},
            "concurrency": {"GET": self._concurrency, "DELETE": self._clear_concurrency},
            "violations": {"GET": self._violations, "DELETE": self._clear_violations},
            "tokens": {"DELETE": self._revoke_tokens},
            "proxied": {"GET": self._proxied, "DELETE": self._clear_proxied},
        }

    def handle(self, method: str, path: str, body: bytes) -> Answer:
        """Answer one request."""
        try:
            return Answer.json(200, self._dispatch(method, path, body))
        except ControlError as error:
            return Answer.json(error.status, {"error": str(error)})
        except ValueError as error:
            return Answer.json(400, {"error": str(error)})

    def _dispatch(self, method: str, path: str, body: bytes) -> Any:
        name = path[len(PREFIX) :].strip("/")
        if name not in self._routes:
            raise ControlError("no such control; there are: {}".format(", ".join(self._routes)), 404)
        if method not in self._routes[name]:
            raise ControlError("{} takes {}".format(name, ", ".join(self._routes[name])), 405)
        data: Any = None
        if body:
            try:
                data = json.loads(body)
            except ValueError as error:
                raise ControlError(f"the body is not JSON: {error}") from None
        if data is not None and method in ("GET", "DELETE"):
            raise ControlError(f"{method} {name} takes no body")
        return self._routes[name][method](data)

    def _reset(self, data: Any) -> Any:
        if data is None:
            data = {}
        if not isinstance(data, dict) or set(data) - {"seed"}:
            raise ControlError('reset takes nothing or {"seed": {...}}')
        self._emulator.reset(data.get("seed"))
        return {}

    def _seed(self, data: Any) -> Any:
        seed.apply(self._emulator.store, data)
        return {}

    def _state(self, dummy: Any) -> Any:
        return seed.dump(self._emulator.store)

    def _settings(self, dummy: Any) -> Any:
        emulator = self._emulator
        limit = emulator.limiter.limit
        return {
            "latency": emulator.latency,
            "write_limit": {"per_second": limit.per_second, "burst": limit.burst} if limit else None,
            "tokens": asdict(emulator.tokens.settings),
            "switches": emulator.switches.as_dict(),
        }

    def _change_settings(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ControlError("settings must be an object")
        known = ("latency", "write_limit", "tokens", "switches")
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise ControlError("unknown setting {}; known are: {}".format(", ".join(unknown), ", ".join(known)))
        emulator = self._emulator
        # All is read before anything is set, so that a refused request changes nothing.
        latency = data.get("latency", emulator.latency)
        if isinstance(latency, bool) or not isinstance(latency, (int, float)) or not 0 <= latency < math.inf:
            raise ControlError("latency must be a number of seconds, 0 or more")
        limit = WriteLimit.parse(data.get("write_limit"))
        tokens = emulator.tokens.settings.changed(data.get("tokens", {}))
        switches = emulator.switches.changed(data.get("switches", {}))
        emulator.latency = float(latency)
        emulator.tokens.settings = tokens
        if "write_limit" in data:
            emulator.limiter.set(limit)
        emulator.set_switches(switches)
        return self._settings(None)

    def _faults(self, dummy: Any) -> Any:
        return {"faults": self._emulator.faults.waiting()}

    def _add_faults(self, data: Any) -> Any:
        return {"faults": [fault.as_dict() for fault in self._emulator.faults.add(data)]}

    def _clear_faults(self, dummy: Any) -> Any:
        self._emulator.faults.clear()
        return {}

    def _requests(self, dummy: Any) -> Any:
        return {"requests": self._emulator.log.entries}

    def _clear_requests(self, dummy: Any) -> Any:
        self._emulator.log.entries.clear()
        return {}

    def _connections(self, dummy: Any) -> Any:
        return self._emulator.connections()

    def _concurrency(self, dummy: Any) -> Any:
        return {"now": self._emulator.log.running, "max": self._emulator.log.most_running}

    def _clear_concurrency(self, dummy: Any) -> Any:
        self._emulator.log.most_running = self._emulator.log.running
        return {}

    def _violations(self, dummy: Any) -> Any:
        return {"checked": self._emulator.checked(), "violations": self._emulator.violations()}

    def _clear_violations(self, dummy: Any) -> Any:
        self._emulator.clear_violations()
        return {}

    def _revoke_tokens(self, dummy: Any) -> Any:
        self._emulator.tokens.revoke()
        return {}

    def _proxied(self, dummy: Any) -> Any:
        return {"proxied": self._emulator.proxied()}

    def _clear_proxied(self, dummy: Any) -> Any:
        self._emulator.proxied().clear()
        return {}
