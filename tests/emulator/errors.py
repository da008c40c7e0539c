# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors Twilio answers with, as exceptions."""

from __future__ import annotations

import re
from typing import Any

DOCS = "https://www.twilio.com/docs/errors/%d"


class TwilioError(Exception):
    """An answer that refuses a request: HTTP status, Twilio's code, message."""

    def __init__(self, status: int, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The JSON body Twilio sends with such an error."""
        return error_body(self.status, self.code, self.message)


def error_body(status: int, code: int, message: str) -> dict[str, Any]:
    """Twilio's error body."""
    return {"code": code, "message": message, "more_info": DOCS % code, "status": status}


def not_found(path: str) -> TwilioError:
    """404 for a path as it was sent; Twilio names it without its version."""
    return TwilioError(404, 20404, "The requested resource {} was not found".format(re.sub(r"^/v\d+(?=/)", "", path)))


def method_not_allowed() -> TwilioError:
    """405."""
    return TwilioError(405, 20004, "Method not allowed")


def bad_parameter(message: str) -> TwilioError:
    """400 for a parameter that the API does not have or that has a wrong form."""
    return TwilioError(400, 20001, message)
