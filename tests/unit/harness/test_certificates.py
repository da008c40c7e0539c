# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate authorities the package tools trust."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

import pytest

from ansible_collections.community.twilio.tests.harness.certificates import use_system_store


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
