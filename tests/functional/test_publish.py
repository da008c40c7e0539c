# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the archive reaches Galaxy, and the token with it."""

from __future__ import annotations

import json
import subprocess
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tools import release


class _Galaxy(BaseHTTPRequestHandler):
    """As much of Galaxy as takes an archive."""

    seen: ClassVar[list[tuple[str, str, str | None]]] = []

    def _answer(self, body: dict[str, Any]) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, self.headers.get("Authorization")))
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        """Say which versions of the API there are, or that the import has been finished."""
        finished = {"state": "completed", "finished_at": "2026-01-01T00:00:00Z", "messages": []}
        self._answer(finished if "/imports/" in self.path else {"available_versions": {"v3": "v3/"}})

    def do_POST(self) -> None:
        """Take the archive."""
        self._answer({"task": "/api/v3/imports/collections/1/"})

    def log_message(self, *_arguments: Any) -> None:
        """Print nothing."""


def test_token_goes_to_galaxy_and_not_to_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "community-twilio-1.1.0.tar.gz"
    with tarfile.open(archive, "w:gz"):
        pass
    commands: list[list[str]] = []
    run = subprocess.run

    def noted(command: list[str], check: bool = False, **options: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return run(command, check=check, **options)

    monkeypatch.setattr(subprocess, "run", noted)
    monkeypatch.setenv("GALAXY_TOKEN", "a-long-example-of-a-token")
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "home"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Galaxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        status = release.publish(archive, f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
    printed = "".join(capfd.readouterr())
    assert status == 0, printed
    posts = [authorization for method, _path, authorization in _Galaxy.seen if method == "POST"]
    assert posts == ["Token a-long-example-of-a-token"]
    assert "a-long-example-of-a-token" not in printed + json.dumps(commands)
