# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of API requests: what came, over which connection, how many at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import oauth, paths
from .call import Call, grouped
from .errors import TwilioError
from .switches import Switches

# Credentials of any kind stay out of the log, so that it can be shown to anyone.
_HIDDEN = ("authorization", "proxy-authorization", "cookie")


class RequestLog:
    """Requests in the order of their arrival. Numbers go on rising when the log is cleared."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.running = 0
        self.most_running = 0
        self._last_number = 0

    def add(self, call: Call, connection: int, switches: Switches) -> dict[str, Any]:
        """Note a request; the status is filled in when it is answered."""
        self._last_number += 1
        credentials = call.credentials()
        entry: dict[str, Any] = {
            "number": self._last_number,
            "time": time.time(),
            "method": call.method,
            "product": _product(call),
            "host": call.host,
            "raw_path": call.raw_path,
            "path": readable_path(call, switches),
            "query": _lenient(call.query),
            "form": {name: value for name, value in _lenient(call.form).items() if name != "client_secret"},
            "headers": {name: value for name, value in call.headers.items() if name not in _HIDDEN},
            "authorization_user": credentials[0] if credentials else None,
            "status": None,
            "faults": [],
            "connection": connection,
        }
        self.entries.append(entry)
        return entry

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count a request as running."""
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            yield
        finally:
            self.running -= 1


def _product(call: Call) -> str | None:
    if call.raw_path == oauth.PATH:
        return "oauth"
    return call.product.name if call.product else None


def readable_path(call: Call, switches: Switches) -> str:
    """The decoded path, for people and for the patterns of faults; the raw one when it cannot be decoded."""
    try:
        return "/" + "/".join(paths.segments(call.raw_path, switches))
    except TwilioError:
        return call.raw_path


def _lenient(read: Any) -> dict[str, Any]:
    """Parameters for the log: what cannot be read is refused later and must not break the log."""
    try:
        return grouped(read())
    except TwilioError:
        return {}
