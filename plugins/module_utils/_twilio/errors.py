# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with Twilio, as one family of exceptions."""

from __future__ import annotations

from typing import Any


class TwilioError(Exception):
    """Twilio refused a request, or could not be reached.

    ``message`` names the operation and never holds a secret; ``status`` is the HTTP status, ``code`` Twilio's error
    code, ``more_info`` the address of its page, ``request_id`` Twilio's name for the request; None where not known.
    """

    def __init__(
        self,
        message: str,
        status: int | None = None,
        code: int | None = None,
        more_info: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.more_info = more_info
        self.request_id = request_id

    def details(self) -> dict[str, Any]:
        """Return what is known besides the message, by the names of the return values of a failed task."""
        known = {"status": self.status, "code": self.code, "more_info": self.more_info, "request_id": self.request_id}
        return {name: value for name, value in known.items() if value is not None}


class NotFound(TwilioError):
    """The resource, or the service it would be in, does not exist (HTTP status 404).

    ``maybe_deleted_by_us`` tells whether an earlier try of the same deletion may have removed it.
    """

    maybe_deleted_by_us = False


class ServiceNotFound(NotFound):
    """It is surely the service that does not exist. Chat says so with HTTP status 403, not 404."""


class AlreadyExists(TwilioError):
    """There is a resource with this key already (HTTP status 409, Twilio's code 50201)."""


class ResponseLost(TwilioError):
    """A write that must not be repeated blindly was sent, and what became of it is not known."""


class OperationTimeout(TwilioError):
    """The time that an operation may take, retries included, is over."""


class Interrupted(TwilioError):
    """Nothing else is to be sent: the task is being stopped.

    ``started`` tells whether the operation had sent a request before.
    """

    started = True
