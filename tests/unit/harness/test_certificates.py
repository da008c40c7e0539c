# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate authorities the package tools trust."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.twilio.tests.harness.certificates import use_system_store
from tests.harness import demo, paths, setup


@pytest.fixture
def system_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file that OpenSSL takes for the system's store."""
    store = tmp_path / "store.pem"
    store.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    assert ssl.get_default_verify_paths().cafile == str(store)
    return str(store)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's store is not a file")
def test_system_store(system_store: str) -> None:
    environment: dict[str, str] = {}
    use_system_store(environment)
    assert environment == {"UV_SYSTEM_CERTS": "true", "PIP_CERT": system_store, "NODE_EXTRA_CA_CERTS": system_store}


def test_file_of_the_user_comes_before_the_system_store(system_store: str) -> None:
    environment = {"SSL_CERT_FILE": "/etc/company.pem"}
    use_system_store(environment)
    assert environment["PIP_CERT"] == "/etc/company.pem"
    assert environment["NODE_EXTRA_CA_CERTS"] == "/etc/company.pem"


def test_variables_of_the_user_stay(system_store: str) -> None:
    chosen = {"UV_SYSTEM_CERTS": "false", "PIP_CERT": "/etc/pip.pem", "NODE_EXTRA_CA_CERTS": "/etc/npm.pem"}
    environment = dict(chosen)
    use_system_store(environment)
    assert environment == chosen


@pytest.mark.parametrize(
    ("command", "tool"), [(lambda: setup.main(["--this"]), "pip"), (demo.make_environment, "uv")], ids=["setup", "demo"]
)
def test_commands_that_install_packages_use_them(
    command: Callable[[], Any], tool: str, system_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    def run(words: list[Any], env: dict[str, str] | None = None, **options: Any) -> None:
        assert options == {"check": True}
        started.append(([str(word) for word in words], env or {}))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "venv").mkdir()
    monkeypatch.setattr(setup.shutil, "rmtree", lambda *_arguments, **_options: None)
    for name in ("UV_SYSTEM_CERTS", "PIP_CERT", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.delenv(name, raising=False)
    command()
    [environment] = [env for words, env in started if "install" in words and tool in words]
    assert environment["UV_SYSTEM_CERTS"] == "true"
    assert environment["PIP_CERT"] == system_store


@pytest.mark.parametrize(
    ("command", "words"),
    [(["python", "-m", "venv", "x"], "python3-venv"), (["python", "-m", "pip", "install"], "certificate authority")],
)
def test_hint_for_a_command_that_failed(command: list[str], words: str) -> None:
    assert words in setup.hint(subprocess.CalledProcessError(1, command))
