# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports, start and stop: for the command line, and in a thread of a test process."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from . import seed
from .client import Control
from .emulator import Emulator, HttpServer


class StartError(Exception):
    """The emulator cannot start, for a reason that the user can do something about."""


@dataclass
class Options:
    """How to start; see README.md."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    https_port: int = 0
    proxy: bool = False
    proxy_port: int = 0
    seed: Any = None
    openapi: str | None = None


class Server:
    """An emulator with its ports."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.info: dict[str, Any] = {}
        self._listening: list[asyncio.AbstractServer] = []
        self._folder: str | None = None
        self._emulator: Emulator | None = None
        self._http: HttpServer | None = None

    async def start(self) -> dict[str, Any]:
        """Listen. Returns what a client needs to know."""
        try:
            return await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> dict[str, Any]:
        options = self.options
        checker = None
        if options.openapi is not None:
            try:
                from .contract import Checker

                checker = Checker(Path(options.openapi))
            except (OSError, ValueError) as error:
                raise StartError(f"cannot use the documents for --openapi in {options.openapi}: {error}") from None
            except ImportError as error:
                raise StartError(f"--openapi needs the Python package openapi-core: {error}") from None
        try:
            emulator = self._emulator = Emulator(options.seed, checker)
        except seed.SeedError as error:
            raise StartError(f"bad seed: {error}") from None
        http = self._http = HttpServer(emulator)
        port = await self._listen(http, options.port, None)
        https_port = ca_path = proxy_url = None
        # A wildcard address is no address to call.
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1", "::1": "[::1]"}.get(options.host, options.host)
        if options.tls or options.proxy:
            try:
                from .tls import Authority

                self._folder = tempfile.mkdtemp(prefix="twilio-emulator-")
                authority = Authority(Path(self._folder))
            except ImportError as error:
                raise StartError(f"TLS needs the Python package trustme: {error}") from None
            ca_path = str(authority.ca_path)
            https_port = await self._listen(http, options.https_port, authority.context)
        if options.proxy and https_port is not None:
            from .proxy import Proxy

            emulator.proxy = Proxy(host.strip("[]"), https_port)
            try:
                proxy_port = await emulator.proxy.start(options.host, options.proxy_port)
            except OSError as error:
                raise _cannot_listen(options.host, options.proxy_port, error) from None
            proxy_url = f"http://{host}:{proxy_port}"
        account = emulator.store.default
        key, client = next(iter(account.api_keys)), next(iter(account.clients))
        self.info = {
            "url": f"http://{host}:{port}",
            "port": port,
            "https_url": f"https://localhost:{https_port}" if https_port else None,
            "https_port": https_port,
            "ca_path": ca_path,
            "proxy_url": proxy_url,
            "account_sid": account.sid,
            "auth_token": account.auth_token,
            "api_key": key,
            "api_secret": account.api_keys[key],
            "client_id": client,
            "client_secret": account.clients[client],
            "service_sid": emulator.store.default_service_sid,
            "pid": os.getpid(),
        }
        return self.info

    async def _listen(self, http: HttpServer, port: int, context: Any) -> int:
        # aiohttp's server is itself the factory of its protocols.
        loop = asyncio.get_running_loop()
        host = self.options.host
        try:
            server = await loop.create_server(http, host, port, ssl=context)
        except OSError as error:
            raise _cannot_listen(host, port, error) from None
        self._listening.append(server)
        bound: int = server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close everything; requests that wait are dropped."""
        if self._emulator is not None:
            self._emulator.stop()
            if self._emulator.proxy is not None:
                await self._emulator.proxy.stop()
        for server in self._listening:
            server.close()
        if self._http is not None:
            transports = [handler.transport for handler in self._http.connections]
            await self._http.shutdown(0.2)
            # A TLS connection closes by a conversation, for which the client may no longer be there.
            for transport in transports:
                if transport is not None:
                    transport.abort()
            await asyncio.sleep(0)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _cannot_listen(host: str, port: int, error: OSError) -> StartError:
    reason = "the port is taken" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
    return StartError(f"cannot listen on {host} port {port}: {reason}")


def read_seed(path: str) -> Any:
    """A seed from a file."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise StartError(f"cannot read the seed {path}: {error.strerror}") from None
    except ValueError as error:
        raise StartError(f"the seed {path} is not JSON: {error}") from None


class EmulatorThread:
    """The emulator in a thread of this process, as a context manager.

    Options are those of `Options`; the attributes are those of the line that the command prints, and `control`.
    """

    url: str
    port: int
    https_url: str | None
    https_port: int | None
    ca_path: str | None
    proxy_url: str | None
    account_sid: str
    auth_token: str
    api_key: str
    api_secret: str
    client_id: str
    client_secret: str
    service_sid: str

    def __init__(self, **options: Any) -> None:
        self._options = Options(**options)
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="twilio-emulator", daemon=True)
        self.info: dict[str, Any] = {}

    def __enter__(self) -> EmulatorThread:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it listens."""
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        for name, value in self.info.items():
            setattr(self, name, value)
        self.control = Control(self.info["url"])

    def stop(self) -> None:
        """Stop and wait until the thread has ended."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = Server(self._options)
        self.info = await server.start()
        self._ready.set()
        try:
            await self._stop.wait()
        finally:
            await server.stop()
