# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let the package tools trust the certificate authorities that the operating system trusts.

A company that inspects TLS adds its own certificate authority to the system's store. uv, pip before 24.2 and npm come
with lists of their own and do not look there unless they are told to.
"""

from __future__ import annotations

import ssl
import sys
from collections.abc import MutableMapping
from pathlib import Path


def use_system_store(environment: MutableMapping[str, str]) -> None:
    """Set the variables with which uv, pip and npm use the system's store; what the user has set stays.

    :param environment: the variables that the tools will be started with.
    """
    environment.setdefault("UV_SYSTEM_CERTS", "true")
    bundle = _bundle(environment)
    if bundle:
        environment.setdefault("PIP_CERT", bundle)
        environment.setdefault("NODE_EXTRA_CA_CERTS", bundle)


def _bundle(environment: MutableMapping[str, str]) -> str:
    """Return the file with the trusted certificates: SSL_CERT_FILE, else the system's; empty when there is none."""
    chosen = environment.get("SSL_CERT_FILE")
    if chosen:
        return chosen
    # Only on Linux is OpenSSL's file the system's store; elsewhere pip and npm are better left alone.
    file = ssl.get_default_verify_paths().cafile if sys.platform == "linux" else None
    # A link in a folder of OpenSSL's says less than the file that it leads to.
    return str(Path(file).resolve()) if file else ""
