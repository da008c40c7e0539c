# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let the timeout of requests apply to the whole response."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from functools import cache
from typing import Any

try:
    from requests.adapters import HTTPAdapter
except ImportError:
    HTTPAdapter = object  # type: ignore[assignment,misc]  # see transport.IMPORT_ERROR

# The end of the request that the thread is sending, in monotonic time.
_current = threading.local()


class _Reader(io.RawIOBase):
    """Reads a response from a socket until the end of the request; the timeout of a socket applies to each read."""

    def __init__(self, connected: Any) -> None:
        self._socket = connected
        self._stream = connected.makefile("rb", buffering=0)
        self._end = _current.end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            # In Python 3.9, TimeoutError is another class.
            raise socket.timeout("timed out")
        self._socket.settimeout(seconds)
        count: int | None = self._stream.readinto(buffer)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Socket:
    """The part of a socket that a response needs."""

    def __init__(self, connected: Any) -> None:
        self._socket = connected

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._socket))


class _Response(http.client.HTTPResponse):
    """A response, also one of a proxy to CONNECT, that has to arrive before the end of the request."""

    def __init__(self, sock: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(_Socket(sock), *arguments, **options)  # type: ignore[arg-type]  # not the whole socket


@cache
def _limited(pool_class: Any) -> Any:
    """Return a subclass of a connection pool of urllib3 whose connections have these responses."""
    if pool_class.ConnectionCls.response_class is _Response:
        return pool_class
    connection_class = type(
        pool_class.ConnectionCls.__name__, (pool_class.ConnectionCls,), {"response_class": _Response}
    )
    return type(pool_class.__name__, (pool_class,), {"ConnectionCls": connection_class})


class WholeResponseAdapter(HTTPAdapter):
    """An HTTP adapter whose timeout applies to the whole response, headers and body together.

    With that of requests, a server that sends a byte every few seconds can make a response last for hours.
    """

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Create the connection pools.

        :param arguments, options: see requests.
        """
        super().init_poolmanager(*arguments, **options)
        self._limit(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the connection pools for a proxy.

        :param proxy: the URL of the proxy.
        :param options: see requests.
        :returns: the manager of the pools.
        """
        manager = super().proxy_manager_for(proxy, **options)
        self._limit(manager)
        return manager

    def send(
        self,
        request: Any,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Any:
        """Send a request, and read the headers of the response; the parameters are those of requests.

        :param request: the request.
        :param stream: whether the caller reads the body, in the same thread.
        :param timeout: the seconds until the end of the response, including its body.
        :param verify: how to verify the certificate of the server.
        :param cert: the certificate of the client.
        :param proxies: the proxies by scheme.
        :returns: the response.
        """
        _current.end = time.monotonic() + timeout
        return super().send(request, stream, timeout, verify, cert, proxies)

    def _limit(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            scheme: _limited(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
        }
