# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client: one request after another to Twilio, each within a budget, each failure one kind of error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Union
from urllib.parse import quote, urlsplit

from . import transport
from .budget import Budget, retry_after_seconds
from .errors import AlreadyExists, AnswerLost, NotFound, ServiceNotFound, TimeSpent, TwilioError
from .products import Product
from .transport import Connection, Transport, Unreachable

try:
    from twilio import __version__ as sdk_version
    from twilio.rest import Client
except ImportError:
    sdk_version = "0"  # transport.IMPORT_ERROR tells the reason

Parameter = Union[str, "list[str]"]

VERSION = "0.1.0"
LOWEST_SDK = "7.8.1"

TOO_MANY_REQUESTS = 429
# Twilio's error dictionary: someone else changes the same resource at this moment; try again later. Not processed.
CONFLICTS = frozenset({20162, 50002, 50213})
USER_EXISTS = 50201
SERVICE_NOT_FOUND = 50050
NO_SERVICE = "does not exist, or not in this account and region"
WEBHOOK_HEADER = "X-Twilio-Webhook-Enabled"


def sdk_missing() -> str | None:
    """Give the traceback of the attempt to import the SDK; None when it is installed."""
    return transport.IMPORT_ERROR


def sdk_too_old() -> str | None:
    """Say that the installed SDK is too old; None when it is not."""
    have, need = ([int(part) for part in re.findall("[0-9]+", text)[:3]] for text in (sdk_version, LOWEST_SDK))
    if have >= need:
        return None
    return f"The Python library twilio is {sdk_version}; community.twilio needs {LOWEST_SDK} or newer"


def addressable(key: str) -> bool:
    """Tell whether a key can be one path segment of a URL.

    RFC 3986 section 5.2.4 gives the segments "." and ".." a meaning that percent-encoding does not take away:
    a request for the user ".." would reach its service.
    """
    return key not in ("", ".", "..")


def surely_addressable(key: str) -> bool:
    """Tell whether an answer "not found" for this key can be believed.

    Nothing says whether Twilio's edge takes an encoded slash or percent sign inside a segment for what it stands for.
    """
    return addressable(key) and not any(character in "/%\\" for character in key)


class Page(NamedTuple):
    """A page of a list: its records, and whether it is the last one."""

    records: list[dict[str, Any]]
    last: bool


class TwilioClient:
    """One of Twilio's products, as one account.

    It stands on ``twilio.rest.Client.request`` (credentials, hosts by region and edge, user agent, connection pool),
    not on the SDK's generated resource classes. Those put path segments into the URL without encoding them (the
    identity ".." reaches the service, and a deletion of it would delete the service), drop the webhook header of a
    deletion, hide the headers of an error, and cost start-up time.

    Safe for concurrent use: nothing is kept between requests but the connection pool.

    :param connection: how to reach Twilio, and as whom.
    :param product: the API.
    """

    def __init__(self, connection: Connection, product: Product) -> None:
        self.connection = connection
        self.product = product
        self._client = Client(
            connection.username,
            connection.password,
            connection.account_sid,
            connection.region,
            Transport(connection),
            # Not empty, or the SDK reads region and edge from the environment of the process after all.
            {"TWILIO_ACCOUNT_SID": connection.account_sid},
            connection.edge,
            [f"community.twilio/{VERSION}"],
        )

    def service_exists(self, service_sid: str, budget: Budget) -> bool:
        """Ask whether a service exists. One request.

        :param service_sid: the service.
        :param budget: the time for it.
        :returns: False when Twilio says that it does not; True also when these credentials may not ask.
        :raises TwilioError: Twilio could not be asked.
        """
        doing = f"read {self.product.title} service {service_sid}"
        try:
            self._answer("GET", self.product.url("Services", quote(service_sid, safe="")), budget, doing)
        except NotFound:
            return False
        except TwilioError as error:
            # A restricted API key may be allowed the users of a service and not the service itself.
            if error.status != HTTPStatus.FORBIDDEN:
                raise
        return True

    def fetch(self, path: tuple[str, ...], budget: Budget, doing: str) -> dict[str, Any]:
        """Read one resource.

        :param path: path segments, not encoded yet.
        :param budget: the time for it.
        :param doing: what this is for, for messages, such as "read user 'alice'".
        :returns: Twilio's answer, with the product's name of the service replaced by service_sid.
        :raises NotFound: there is no such resource, or no such service.
        :raises TwilioError: anything else.
        """
        try:
            return self.product.normalise(self._answer("GET", self._url(path), budget, doing))
        except ServiceNotFound as error:
            raise self._no_service(path, error) from None

    def pages(
        self, path: tuple[str, ...], list_key: str, budget: Budget, doing: str, page_size: int | None = None
    ) -> Iterator[Page]:
        """Read a list, page after page as they are asked for, each as large as Twilio allows.

        :param path: path segments, not encoded yet.
        :param list_key: the key of the records in a page.
        :param budget: the time for all pages.
        :param doing: what this is for, for messages.
        :param page_size: the largest page that Twilio gives, in records, where it is not that of users and roles.
        :returns: the pages in Twilio's order.
        :raises ServiceNotFound: there is no such service.
        :raises TwilioError: anything else.
        """
        first = self._url(path)
        url: str | None = f"{first}?PageSize={page_size or self.product.page_size}"
        while url is not None:
            try:
                page = self._answer("GET", url, budget, doing, list_key)
            except NotFound as error:
                raise self._no_service(path, error) from None
            following = page["meta"]["next_page_url"]
            yield Page([self.product.normalise(record) for record in page[list_key]], not following)
            # Only the query is taken from Twilio's link: the credentials never follow it to another host or path.
            url = f"{first}?{urlsplit(following).query}" if following else None

    def create(
        self,
        path: tuple[str, ...],
        parameters: Mapping[str, Parameter],
        headers: Mapping[str, str],
        budget: Budget,
        doing: str,
    ) -> dict[str, Any]:
        """Create a resource. The request is sent again only where Twilio surely did not process it.

        :param path: path segments of the collection, not encoded yet.
        :param parameters: form parameters.
        :param headers: additional headers.
        :param budget: the time for it.
        :param doing: what this is for, for messages.
        :returns: Twilio's answer, as :meth:`fetch` gives it.
        :raises AlreadyExists: there is such a resource already.
        :raises AnswerLost: what became of the request is not known; a pause has been made.
        :raises ServiceNotFound: there is no such service.
        :raises TwilioError: anything else.
        """
        try:
            raw = self._answer(
                "POST", self._url(path), budget, doing, data=parameters, headers=headers, repeatable=False
            )
        except NotFound as error:
            raise self._no_service(path, error) from None
        except TwilioError as error:
            if error.code == USER_EXISTS or (error.status == HTTPStatus.CONFLICT and error.code not in CONFLICTS):
                raise AlreadyExists(error.message, **error.details()) from None
            raise
        return self.product.normalise(raw)

    def update(
        self,
        path: tuple[str, ...],
        parameters: Mapping[str, Parameter],
        headers: Mapping[str, str],
        budget: Budget,
        doing: str,
    ) -> dict[str, Any]:
        """Change a resource. Sending the same values again does no harm, so a lost answer is answered by repeating.

        :param path: path segments, not encoded yet.
        :param parameters: form parameters, not empty (Twilio's error 20161).
        :param headers: additional headers.
        :param budget: the time for it.
        :param doing: what this is for, for messages.
        :returns: Twilio's answer, as :meth:`fetch` gives it.
        :raises NotFound: there is no such resource, or no such service.
        :raises TwilioError: anything else.
        """
        raw = self._answer("POST", self._url(path), budget, doing, data=parameters, headers=headers)
        return self.product.normalise(raw)

    def delete(self, path: tuple[str, ...], headers: Mapping[str, str], budget: Budget, doing: str) -> bool:
        """Delete a resource.

        :param path: path segments, not encoded yet.
        :param headers: additional headers.
        :param budget: the time for it.
        :param doing: what this is for, for messages.
        :returns: False when it was gone before any request of ours may have deleted it.
        :raises TwilioError: it could not be deleted.
        """
        try:
            self._answer("DELETE", self._url(path), budget, doing, headers=headers)
        except NotFound as error:
            return error.maybe_ours
        return True

    def _no_service(self, path: tuple[str, ...], error: NotFound) -> NotFound:
        if len(path) == 1:
            return error
        return ServiceNotFound(f"{self.product.title} service {path[1]} {NO_SERVICE}", **error.details())

    def _url(self, path: tuple[str, ...]) -> str:
        for segment in path:
            if not addressable(segment):
                raise ValueError(f"{segment!r} cannot be a path segment")
        return self.product.url(*(quote(segment, safe="") for segment in path))

    def _answer(
        self,
        method: str,
        url: str,
        budget: Budget,
        doing: str,
        list_key: str | None = None,
        data: Mapping[str, Parameter] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> dict[str, Any]:
        """Send a request until it is answered for good, or the budget is spent.

        :raises AnswerLost: it is not repeatable, and Twilio may have processed it.
        """
        maybe_done = False
        last: TwilioError | None = None
        while True:
            wait: float | None = None
            processed = True
            throttled = False
            budget.turn(method != "GET")
            try:
                response = self._send(method, url, data, headers, budget)
            except Unreachable as error:
                # A try that was cut short by the end of the budget hides what went wrong before.
                if last is None or budget.remaining() > 0:
                    last = TwilioError(error.reason)
                processed = error.sent
                if error.hopeless:
                    raise TwilioError(f"Could not {doing}: {error.reason}") from None
            else:
                throttled = response.status_code == TOO_MANY_REQUESTS
                if not throttled:
                    budget.answered()
                body = _json_object(response.text)
                if 200 <= response.status_code < 300:
                    if method == "DELETE":
                        return {}
                    if body is not None and self._is_whole(body, list_key):
                        return body
                    last = self._error(response, None, "but not with the JSON that was expected")
                else:
                    last = self._error(response, body)
                    if not _is_passing(last):
                        final = type(last)(f"Could not {doing}: {last.message}", **last.details())
                        if isinstance(final, NotFound):
                            final.maybe_ours = maybe_done
                        raise final
                    processed = not throttled and last.code not in CONFLICTS
                    wait = retry_after_seconds(response.headers.get("Retry-After"))
            if not budget.wait(wait, throttled):
                asked = f", and Twilio asks to wait {wait:.0f} s" if wait else ""
                raise TimeSpent(
                    f"Could not {doing} within {budget.seconds:g} s (timeouts.{budget.name}{asked}): {last.message}",
                    **last.details(),
                ) from None
            maybe_done = maybe_done or processed
            if processed and not repeatable:
                raise AnswerLost(f"Could not {doing}: {last.message}", **last.details()) from None

    def _is_whole(self, body: Mapping[str, Any], list_key: str | None) -> bool:
        if list_key is None:
            # The parts of a service have no SID of their own, but the service's.
            return isinstance(body.get("sid", body.get(self.product.service_key)), str)
        records, meta = body.get(list_key), body.get("meta")
        return (
            isinstance(records, list)
            and all(isinstance(record, dict) and isinstance(record.get("sid"), str) for record in records)
            and isinstance(meta, dict)
            and isinstance(meta.get("next_page_url", 0), (str, type(None)))
        )

    def _send(
        self,
        method: str,
        url: str,
        data: Mapping[str, Parameter] | None,
        headers: Mapping[str, str] | None,
        budget: Budget,
    ) -> Any:
        seconds = min(self.connection.request_timeout, budget.remaining())
        if seconds <= 0:
            raise Unreachable("no time left", sent=False)
        return self._client.request(
            method, url, data=dict(data) if data else None, headers=dict(headers or {}), timeout=seconds
        )

    def _error(self, response: Any, body: dict[str, Any] | None, instead: str = "") -> TwilioError:
        status = response.status_code
        is_json = body is not None
        body = body or {}
        code = body.get("code") if isinstance(body.get("code"), int) else None
        # A 404 that is not Twilio's own (a gateway's, a wrong base URL) says nothing about the resource.
        theirs = is_json and (status != HTTPStatus.NOT_FOUND or code is not None)
        said = body.get("message") or body.get("detail") or body.get("title")
        message = f"Twilio answered {status}{_phrase(status)}"
        if code is not None:
            message += f", code {code}"
        if isinstance(said, str):
            message += f": {said}"
        else:
            message += f", {instead}" if instead else ", without Twilio's explanation"
        if status == HTTPStatus.UNAUTHORIZED:
            message += ". Check account_sid with auth_token, or api_key with api_secret"
        elif not theirs and status < 500:
            message += ". Check api_base_url and the proxy"
        kind = TwilioError
        if status == HTTPStatus.NOT_FOUND and theirs:
            kind = NotFound
        elif status == HTTPStatus.FORBIDDEN and (code == SERVICE_NOT_FOUND or said == "Service instance not found"):
            kind = ServiceNotFound
        more_info = body.get("more_info")
        return kind(
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


def _is_passing(error: TwilioError) -> bool:
    status = error.status or 0
    return status in (408, TOO_MANY_REQUESTS) or status >= 500 or error.code in CONFLICTS


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
