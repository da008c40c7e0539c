# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access tokens of OAuth 2.0 client credentials (RFC 6749 section 4.4), shared by concurrent requests."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from .deadline import MIN_REMAINING, Deadline
from .errors import OperationTimeout, TokenError, TwilioError

OPERATION = "get an access token"
# Twilio's documentation of the endpoint.
PATH = "/v2/token"
# In seconds. A token is replaced so long before it expires, or at half its life if that is shorter.
MARGIN = 60.0
# In seconds, of a response without expires_in. Twilio's default.
DEFAULT_LIFE = 3600.0


class AccessTokens:
    """Fetches access tokens, and keeps the current one in memory. Thread-safe.

    :param fetch: sends the request for a token, with retries until the deadline, and returns the response.
    """

    def __init__(self, fetch: Callable[[Deadline], Mapping[str, Any]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._token: str | None = None
        self._refused: str | None = None
        self._replace_at = 0.0
        # Of the request for a token that is under way, or was the last one.
        self._fetching: Deadline | None = None
        # How the last request for a token has failed.
        self._failure: TwilioError | None = None

    def get(self, deadline: Deadline) -> str:
        """Return the current token, or a new one if there is none or it expires soon.

        :param deadline: the deadline of the operation that needs the token.
        :returns: the token.
        :raises TokenError: Twilio refused to issue a token.
        :raises OperationTimeout: the deadline has passed.
        :raises Interrupted: the task is being stopped.
        """
        earlier_failure = self._failure
        # While another thread fetches one.
        if not self._lock.acquire(timeout=max(0.0, min(deadline.remaining(), threading.TIMEOUT_MAX))):
            raise OperationTimeout(
                f"Could not {OPERATION} within {deadline.seconds:g} s (timeouts.{deadline.name}): {self._reason()}"
            )
        try:
            token = self._token
            if token is None or token == self._refused or time.monotonic() >= self._replace_at:
                failure = self._failure
                if failure is not None and failure is not earlier_failure and _would_fail_too(failure, deadline):
                    raise type(failure)(failure.message, **failure.details())
                token = self._replace(deadline)
            return token
        finally:
            self._lock.release()

    def _replace(self, deadline: Deadline) -> str:
        self._token = None
        asked = time.monotonic()
        fetching = deadline.for_reading()
        if self._failure is not None and self._fetching is not None:
            # What others are told until there is an answer.
            fetching.reason = self._fetching.reason
        self._fetching = fetching
        try:
            response = self._fetch(fetching)
            token = _token_in(response)
        except (OperationTimeout, TokenError) as error:
            self._failure = error
            raise
        life = _life_in(response)
        self._replace_at = asked + life - min(MARGIN, life / 2)
        self._token, self._refused, self._failure = token, None, None
        return token

    def _reason(self) -> str:
        """Return why the thread that fetches a token has none yet."""
        reason = self._fetching.reason if self._fetching is not None else None
        return reason.split(": ", 1)[-1] if reason else "no answer yet"

    def discard(self, token: str) -> None:
        """Do not use a token any more, which Twilio has refused.

        :param token: the refused token; nothing happens if it is not the current one any more.
        """
        # Without the lock: another thread may hold it for longer than this one has time.
        if token == self._token:
            self._refused = token


def _would_fail_too(failure: TwilioError, deadline: Deadline) -> bool:
    """Return whether a thread that has waited for the request of another one would fail like it."""
    return isinstance(failure, TokenError) or deadline.remaining() < MIN_REMAINING


def _token_in(response: Mapping[str, Any]) -> str:
    token = response.get("access_token")
    # A header cannot contain anything else (RFC 6750 section 2.1).
    if not isinstance(token, str) or re.fullmatch("[!-~]+", token) is None:
        raise TokenError(f"Could not {OPERATION}: Twilio's response has none that can be sent")
    return token


def _life_in(response: Mapping[str, Any]) -> float:
    try:
        life = float(response.get("expires_in") or 0)
    except (TypeError, ValueError, OverflowError):
        return DEFAULT_LIFE
    return life if 0 < life < math.inf else DEFAULT_LIFE
