# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens for OAuth client credentials: POST /v2/token, and the requests that such a token opens."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from .call import Answer, Call
from .errors import TwilioError, bad_parameter, method_not_allowed
from .store import Account, Store

PATH = "/v2/token"
HOST = "oauth.twilio.com"


@dataclass
class TokenSettings:
    """How tokens are issued: `expires_in` (seconds) is what the response says, None to leave it out.

    `seconds` and `uses` are how long and for how many requests a token opens; None for no limit.
    """

    expires_in: Any = 3600
    seconds: float | None = None
    uses: int | None = None

    def changed(self, data: Any) -> TokenSettings:
        """A copy with other values."""
        if not isinstance(data, dict) or set(data) - set(asdict(self)):
            raise ValueError("tokens must be an object with {}".format(", ".join(asdict(self))))
        return TokenSettings(**{**asdict(self), **data})


@dataclass
class _Token:
    account: Account
    ends: float
    uses: float


@dataclass
class Tokens:
    """All tokens that were issued."""

    settings: TokenSettings = field(default_factory=TokenSettings)
    _tokens: dict[str, _Token] = field(default_factory=dict)

    def issue(self, store: Store, call: Call, refused_with: int) -> Answer:
        """Answer a request for a token."""
        if call.method != "POST":
            raise method_not_allowed()
        form = dict(call.form())
        if form.get("grant_type") != "client_credentials":
            raise bad_parameter("Invalid grant_type")
        client, secret = form.get("client_id", ""), form.get("client_secret")
        owner = next((each for each in store.accounts.values() if each.clients.get(client) == secret), None)
        if owner is None or secret is None:
            raise TwilioError(refused_with, refused_with, "bad request")
        token = f"emulated.{secrets.token_urlsafe(24)}.token"
        settings = self.settings
        ends = float("inf") if settings.seconds is None else time.monotonic() + settings.seconds
        self._tokens[token] = _Token(owner, ends, float("inf") if settings.uses is None else settings.uses)
        body = {"access_token": token, "token_type": "Bearer", "id_token": None, "refresh_token": None}
        return Answer.json(200, {**body, "expires_in": settings.expires_in})

    def open(self, store: Store, token: str) -> Account | None:
        """The account that a token opens; it is one use of the token."""
        found = self._tokens.get(token)
        if found is None or found.uses < 1 or time.monotonic() > found.ends:
            return None
        found.uses -= 1
        return found.account if found.account.sid in store.accounts else None

    def revoke(self) -> None:
        """Let no token that was issued so far open anything."""
        self._tokens.clear()
