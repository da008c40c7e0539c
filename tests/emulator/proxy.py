# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CONNECT proxy that leads every host to the emulator, so that a client needs no other change than HTTPS_PROXY."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any

_LIMIT = 16384
_NO_MORE = b"Content-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """The proxy; `targets` holds what clients asked to be connected with."""

    def __init__(self, upstream_host: str, upstream_port: int) -> None:
        self._upstream = (upstream_host, upstream_port)
        self._server: asyncio.AbstractServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.targets: list[dict[str, Any]] = []

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._accept, host, port, limit=_LIMIT)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the proxy and every tunnel."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await self._tunnel(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            # The client went away, sent no HTTP, or the emulator stops: nothing is left to say.
            pass
        finally:
            writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, _dummy, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
        target = rest.split(" ")[0]
        if method != "CONNECT":
            writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: CONNECT\r\n" + _NO_MORE)
            await writer.drain()
            return
        self.targets.append({"target": target, "time": time.time()})
        up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pumps = [
                asyncio.ensure_future(_pump(reader, up_writer, writer.get_extra_info("socket"))),
                asyncio.ensure_future(_pump(up_reader, writer, up_writer.get_extra_info("socket"))),
            ]
            try:
                # Either side closing ends the tunnel: HTTP has no use for half of one.
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            up_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: Any) -> None:
    """Copy until the end; `source` is the socket that is read."""
    while True:
        data = await reader.read(65536)
        if not data:
            return
        _acknowledge(source)
        writer.write(data)
        await writer.drain()


def _acknowledge(sock: Any) -> None:
    """Acknowledge what was read at once.

    urllib3 leaves Nagle's algorithm on when it talks to a proxy, and sends head and body of a POST apart: the body
    would wait 40 ms for the acknowledgement that the kernel likes to delay. Linux forgets the option with every read.
    """
    if sock is not None and hasattr(socket, "TCP_QUICKACK"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
