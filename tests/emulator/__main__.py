# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.emulator`: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import signal
import sys
from pathlib import Path
from typing import Any

from .emulator import set_within
from .server import Options, Server, StartError, read_seed


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulator",
        description="A local Twilio for users, services and roles. The first line it prints is JSON: where it listens.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port for http, 0 = any free one (default)")
    parser.add_argument("--tls", action="store_true", help="listen for https too (needs trustme)")
    parser.add_argument("--https-port", type=_port, default=0, help="port for https")
    parser.add_argument("--proxy", action="store_true", help="also a proxy that leads every host here; implies --tls")
    parser.add_argument("--proxy-port", type=_port, default=0, help="port of the proxy")
    parser.add_argument("--seed", metavar="FILE", help="JSON file with accounts, services, roles, users")
    parser.add_argument("--lifetime", type=_seconds, metavar="SECONDS", help="stop after this time")
    parser.add_argument("--openapi", metavar="DIR", help="check against the OpenAPI documents in DIR")
    parser.add_argument("--ready-file", metavar="FILE", help="write the first line into this file too")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if math.isnan(number) or number <= 0:
        raise ValueError(text)
    return number


async def run(options: Options, lifetime: float | None, ready_file: str | None) -> None:
    """Serve until a signal comes or the time is over."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(options)
    info = await server.start()
    try:
        line = json.dumps(info)
        if ready_file:
            _write(ready_file, line)
        print(line, flush=True)
        await set_within(stop, lifetime)
    finally:
        await server.stop()


def _write(path: str, line: str) -> None:
    """Write in one step, so that who waits for the file never reads half of it."""
    temporary = Path(f"{path}.{os.getpid()}.tmp")
    try:
        temporary.write_text(line + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise StartError(f"cannot write the ready file {path}: {error.strerror}") from None


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    given = parse(arguments)
    try:
        seed: Any = read_seed(given.seed) if given.seed else None
        options = Options(
            host=given.host,
            port=given.port,
            tls=given.tls,
            https_port=given.https_port,
            proxy=given.proxy,
            proxy_port=given.proxy_port,
            seed=seed,
            openapi=given.openapi,
        )
        asyncio.run(run(options, given.lifetime, given.ready_file))
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
