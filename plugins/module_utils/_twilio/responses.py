# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interpret Twilio's responses: whether they are complete, and which error they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from .errors import NotFound, ServiceNotFound, TwilioError

TOO_MANY_REQUESTS = 429
# Twilio's error dictionary: another client is changing the same resource. The request was not processed; retry later.
CONFLICTS = frozenset({20162, 50002, 50213})
SERVICE_NOT_FOUND = 50050


def parse_object(text: str) -> dict[str, Any] | None:
    """Parse the body of a response.

    :param text: the body.
    :returns: the JSON object, in which lone surrogates are escaped, since UTF-8 cannot encode them; None when the body
        is anything else.
    """
    try:
        value = json.loads(text)
        if "\\ud" in text.lower():
            value = _escape_surrogates(value)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _escape_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_escape_surrogates(name): _escape_surrogates(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_escape_surrogates(child) for child in value]
    return value


def is_complete(
    body: Mapping[str, Any], list_key: str | None, service_key: str, required_key: str | None = None
) -> bool:
    """Return whether the body of a successful response is a resource, or a page of a list.

    :param body: the body.
    :param list_key: the key of the records in a page; None for a single resource.
    :param service_key: the key of the service SID in a resource.
    :param required_key: the key that a resource without a SID has.
    :returns: whether the body has the keys that every resource or every page has.
    """
    if required_key is not None:
        return required_key in body
    if list_key is None:
        # The parts of a service have no SID, only the SID of the service.
        return isinstance(body.get("sid", body.get(service_key)), str)
    records, meta = body.get(list_key), body.get("meta")
    return (
        isinstance(records, list)
        and all(isinstance(record, dict) for record in records)
        and isinstance(meta, dict)
        and isinstance(meta.get("next_page_url", 0), (str, type(None)))
    )


def error_from(
    response: Any,
    body: dict[str, Any] | None,
    explanation: str = "",
    end_of_life: str = "",
    credentials: str = "the credentials",
) -> TwilioError:
    """Convert an error response to an exception.

    :param response: the response, with status_code and headers.
    :param body: its body; None when it is not a JSON object.
    :param explanation: explains the error when Twilio's response does not.
    :param end_of_life: what to do if the product has ended, in Twilio's words "410 Gone".
    :param credentials: the options with the credentials.
    :returns: the exception; the subclass depends on the status and Twilio's code.
    """
    status = response.status_code
    is_json = body is not None
    body = body or {}
    code = body.get("code") if isinstance(body.get("code"), int) else None
    # A 404 that is not from Twilio (a gateway, a wrong base URL) does not mean that the resource is missing.
    is_from_twilio = is_json and (status != HTTPStatus.NOT_FOUND or code is not None)
    twilio_message = body.get("message") or body.get("detail") or body.get("title")
    # RFC 6749 section 5.2, of the endpoint for access tokens.
    twilio_message = twilio_message or body.get("error_description") or body.get("error")
    message = f"Twilio answered {status}{_phrase(status)}"
    if code is not None:
        message += f", code {code}"
    if isinstance(twilio_message, str):
        message += f": {twilio_message}"
    else:
        message += f", {explanation}" if explanation else ", without Twilio's explanation"
    if status == HTTPStatus.UNAUTHORIZED:
        message += f". Check {credentials}"
    elif status == HTTPStatus.GONE and end_of_life:
        message += f". {end_of_life}"
    elif not is_from_twilio and status < 500:
        message += ". Check api_base_url and the proxy"
    error_class = TwilioError
    if status == HTTPStatus.NOT_FOUND and is_from_twilio:
        error_class = NotFound
    elif status == HTTPStatus.FORBIDDEN and (
        code == SERVICE_NOT_FOUND or twilio_message == "Service instance not found"
    ):
        error_class = ServiceNotFound
    more_info = body.get("more_info")
    return error_class(
        message,
        status,
        code,
        more_info if isinstance(more_info, str) else None,
        response.headers.get("Twilio-Request-Id"),
    )


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def is_transient(error: TwilioError) -> bool:
    """Return whether the same request may succeed later.

    :param error: the error that Twilio returned.
    :returns: True for HTTP status 408, 429 and 5xx, and for conflicts with another client.
    """
    status = error.status or 0
    return status in (408, TOO_MANY_REQUESTS) or status >= 500 or error.code in CONFLICTS


def is_outage(status: int | None) -> bool:
    """Return whether requests about other resources are likely to fail too.

    :param status: the HTTP status; None when there was no response.
    :returns: True for no response, and for HTTP status 429 and 5xx.
    """
    return status is None or status == TOO_MANY_REQUESTS or status >= 500
