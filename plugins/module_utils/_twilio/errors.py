# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions for failed requests."""

from __future__ import annotations

from typing import Any


class TwilioError(Exception):
    """Twilio refused a request, or could not be reached.

    ``message`` names the operation and never contains a secret; ``status`` is the HTTP status, ``code`` Twilio's error
    code, ``more_info`` the URL of its documentation, ``request_id`` Twilio's ID of the request; each is None if
    unknown.
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
        """Return the details of the error besides its message.

        :returns: the known ones of ``status``, ``code``, ``more_info`` and ``request_id``, which are also the return
            values of a failed task.
        """
        known = {"status": self.status, "code": self.code, "more_info": self.more_info, "request_id": self.request_id}
        return {name: value for name, value in known.items() if value is not None}


class NotFound(TwilioError):
    """The resource or its service does not exist (HTTP status 404).

    ``maybe_deleted_by_us``: an earlier attempt of the same deletion may have deleted the resource.
    """

    maybe_deleted_by_us = False


class ServiceNotFound(NotFound):
    """The service does not exist. Chat returns HTTP status 403 for this, not 404."""


class AlreadyExists(TwilioError):
    """A resource with this key already exists (HTTP status 409, Twilio's code 50201)."""


class ResponseLost(TwilioError):
    """The response to a write was lost, and the write may not be safe to repeat.

    ``timed_out``: Twilio may still be processing the request.
    """

    timed_out = False


class InvalidResponse(TwilioError):
    """Twilio's response is not about the resource that was asked for, or has a value of a wrong type."""


class OperationTimeout(TwilioError):
    """The operation did not finish before its deadline, retries included."""


class WrongAccount(TwilioError):
    """The credentials belong to another account than the option ``account_sid``."""


class TokenError(TwilioError):
    """Twilio refused to issue an access token."""


class Interrupted(TwilioError):
    """The task is being stopped, and no further request may be sent.

    ``started``: the operation had already sent a request.
    """

    started = True
