# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: an authority made at start, and a certificate for whatever host name a client asks for."""

from __future__ import annotations

import ssl
from pathlib import Path


class Authority:
    """A certificate authority that lives as long as the emulator. Needs the package `trustme`."""

    def __init__(self, folder: Path) -> None:
        # Only who asks for TLS needs the package.
        import trustme

        self._authority = trustme.CA(organization_name="Twilio emulator")
        self.ca_path = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_path))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.context = self._context("localhost", "127.0.0.1", "::1")
        self.context.sni_callback = self._choose

    def _context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, dummy: ssl.SSLContext) -> None:
        """Called in the handshake: give the connection a certificate for the name it asks for."""
        if name and name != "localhost":
            if name not in self._contexts:
                self._contexts[name] = self._context(name)
            connection.context = self._contexts[name]
