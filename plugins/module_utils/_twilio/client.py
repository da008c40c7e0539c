# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API client: read, create, update and delete resources."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from .deadline import Deadline
from .errors import AlreadyExists, InvalidResponse, NotFound, ServiceNotFound, TwilioError, WrongAccount
from .products import Product
from .responses import CONFLICTS
from .retry import BeforeSend, Parameter, RetryingClient
from .retry_reporter import RetryReporter
from .transport import Connection

USER_EXISTS = 50201
NO_SERVICE = "does not exist, or not in this account and region"
WEBHOOK_HEADER = "X-Twilio-Webhook-Enabled"


def is_path_segment(key: str) -> bool:
    """Return whether a key can be one path segment of a URL.

    By RFC 3986 section 5.2.4 the segments "." and ".." keep their special meaning even when percent-encoded: a request
    for the user ".." would address the service.

    :param key: the key, not encoded.
    :returns: False for an empty key, "." and "..".
    """
    return key not in ("", ".", "..")


def is_path_safe(key: str) -> bool:
    """Return whether a "not found" response for this key can be trusted.

    It is not documented whether Twilio's edge decodes an encoded slash or percent sign inside a segment.

    :param key: the key, not encoded.
    :returns: False for keys with a slash, a backslash or a percent sign, and for keys that cannot be a path segment.
    """
    return is_path_segment(key) and not any(character in "/%\\" for character in key)


class Page(NamedTuple):
    """A page of a list: its records, and whether it is the last one."""

    records: list[dict[str, Any]]
    last: bool


class TwilioClient:
    """A client for one of Twilio's products, with the credentials of one account.

    It does not use the SDK's generated resource classes. These do not encode path segments (deleting the user ".."
    would delete the service), do not send the webhook header with a deletion, do not expose the headers of an error
    response, and increase start-up time.

    Thread-safe.

    :param connection: the URL, the credentials and the HTTP settings.
    :param product: the API.
    """

    def __init__(self, connection: Connection, product: Product) -> None:
        self.connection = connection
        self.product = product
        self.reporter: RetryReporter | None = None
        self._client = RetryingClient(connection, product)

    def service_exists(self, service_sid: str, deadline: Deadline, if_forbidden: bool = True) -> bool:
        """Return whether a service exists. One request.

        :param service_sid: the service.
        :param deadline: the deadline of the operation.
        :param if_forbidden: the return value when these credentials may not read the service.
        :returns: False when Twilio returns "not found".
        :raises TwilioError: the request failed.
        """
        operation = f"read {self.product.title} service {service_sid}"
        try:
            self._client.request("GET", self._url(("Services", service_sid)), deadline, operation)
        except NotFound:
            return False
        except TwilioError as error:
            # A restricted API key may have access to the users of a service, but not to the service itself.
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            return if_forbidden
        return True

    def fetch(
        self, path: tuple[str, ...], deadline: Deadline, operation: str, required_key: str | None = None
    ) -> dict[str, Any]:
        """Read one resource.

        :param path: path segments, not encoded yet.
        :param deadline: the deadline of the operation.
        :param operation: the operation for error messages, such as "read user 'alice'".
        :param required_key: a key that the response has, if the resource has no SID.
        :returns: Twilio's response, with the product's key of the service SID renamed to service_sid.
        :raises NotFound: the resource or the service does not exist.
        :raises TwilioError: the request failed for another reason.
        """
        try:
            raw = self._client.request("GET", self._url(path), deadline, operation, required_key=required_key)
        except ServiceNotFound as error:
            raise self._service_not_found(path, error) from None
        self._require_account(raw, operation)
        return self.product.normalise(raw)

    def pages(
        self, path: tuple[str, ...], list_key: str, deadline: Deadline, operation: str, page_size: int | None = None
    ) -> Iterator[Page]:
        """Yield the pages of a list, requested one by one on demand, with the largest page size that Twilio allows.

        :param path: path segments, not encoded yet.
        :param list_key: the key of the records in a page.
        :param deadline: the deadline for all pages.
        :param operation: the operation for error messages.
        :param page_size: the maximum page size in records, if it differs from that of users and roles.
        :returns: an iterator over the pages.
        :raises ServiceNotFound: the service does not exist.
        :raises InvalidResponse: the link to the next page cannot be followed.
        :raises TwilioError: a request failed.
        """
        first = self._url(path)
        url: str | None = f"{first}?PageSize={page_size or self.product.page_size}"
        seen: set[str] = set()
        while url is not None:
            seen.add(url)
            try:
                page = self._client.request("GET", url, deadline, operation, list_key)
            except NotFound as error:
                raise self._service_not_found(path, error) from None
            # All records of a list belong to the same account.
            for record in page[list_key][:1]:
                self._require_account(record, operation)
            next_page_url = page["meta"]["next_page_url"]
            yield Page([self.product.normalise(record) for record in page[list_key]], not next_page_url)
            url = _next_url(first, next_page_url, operation) if next_page_url else None
            if url in seen:
                raise InvalidResponse(f"Could not {operation}: the link to the next page leads back to an earlier page")

    def create(
        self,
        path: tuple[str, ...],
        parameters: Mapping[str, Parameter],
        headers: Mapping[str, str],
        deadline: Deadline,
        operation: str,
        before_send: BeforeSend | None = None,
    ) -> dict[str, Any]:
        """Create a resource. The request is retried only if Twilio certainly did not process it.

        :param path: path segments of the list, not encoded yet.
        :param parameters: form parameters.
        :param headers: additional headers.
        :param deadline: the deadline of the operation.
        :param operation: the operation for error messages.
        :param before_send: as in :meth:`update`.
        :returns: Twilio's response, as :meth:`fetch` returns it.
        :raises AlreadyExists: the resource already exists.
        :raises ResponseLost: the request may or may not have been processed; raised after a pause.
        :raises ServiceNotFound: the service does not exist, or Twilio returned 404 for another reason.
        :raises TwilioError: the request failed for another reason.
        """
        url = self._url(path)
        try:
            raw = self._client.request(
                "POST",
                url,
                deadline,
                operation,
                data=parameters,
                headers=headers,
                repeatable=False,
                before_send=before_send,
            )
        except NotFound as error:
            raise self._service_not_found(path, error) from None
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
        deadline: Deadline,
        operation: str,
        before_send: BeforeSend | None = None,
    ) -> dict[str, Any]:
        """Update a resource. Sending the same values again is safe, so a lost response is retried.

        :param path: path segments, not encoded yet.
        :param parameters: form parameters, not empty (Twilio's error 20161).
        :param headers: additional headers.
        :param deadline: the deadline of the operation.
        :param operation: the operation for error messages.
        :param before_send: called right before each attempt, with whether an earlier one may have been processed;
            returns the form parameters to send instead of ``parameters``. Its exceptions pass through.
        :returns: Twilio's response, as :meth:`fetch` returns it.
        :raises NotFound: the resource or the service does not exist.
        :raises TwilioError: the request failed for another reason.
        """
        raw = self._client.request(
            "POST",
            self._url(path),
            deadline,
            operation,
            data=parameters,
            headers=headers,
            before_send=before_send,
        )
        return self.product.normalise(raw)

    def delete(
        self,
        path: tuple[str, ...],
        headers: Mapping[str, str],
        deadline: Deadline,
        operation: str,
        before_send: Callable[[], None] | None = None,
    ) -> bool:
        """Delete a resource.

        :param path: path segments, not encoded yet.
        :param headers: additional headers.
        :param deadline: the deadline of the operation.
        :param operation: the operation for error messages.
        :param before_send: called right before each attempt; raises NotFound if the resource is already gone, or
            another exception to prevent the deletion.
        :returns: False when the resource was already gone, and no attempt of this call can have deleted it.
        :raises TwilioError: the resource could not be deleted.
        """

        def prepare(_maybe_processed: bool) -> None:
            if before_send is not None:
                before_send()

        try:
            self._client.request("DELETE", self._url(path), deadline, operation, headers=headers, before_send=prepare)
        except NotFound as error:
            return error.maybe_deleted_by_us
        return True

    def _require_account(self, raw: Mapping[str, Any], operation: str) -> None:
        """Refuse what belongs to another account than the one that the task specifies.

        With an API key or an OAuth app, Twilio does not look at ``account_sid``. A service of the same name can
        exist in both accounts.
        """
        account_sid = raw.get("account_sid")
        if isinstance(account_sid, str) and account_sid.lower() != self.connection.account_sid.lower():
            raise WrongAccount(
                f"Could not {operation}: account_sid is {self.connection.account_sid}, but the credentials belong to"
                f" {account_sid}"
            )

    def _service_not_found(self, path: tuple[str, ...], error: NotFound) -> NotFound:
        if len(path) == 1:
            return error
        return ServiceNotFound(f"{self.product.title} service {path[1]} {NO_SERVICE}", **error.details())

    def _url(self, path: tuple[str, ...]) -> str:
        for segment in path:
            if not is_path_segment(segment):
                raise ValueError(f"{segment!r} cannot be a path segment")
        return self.product.url(*(quote(segment, safe="") for segment in path))


def _next_url(first: str, link: str, operation: str) -> str:
    try:
        # Only the query of Twilio's link is used, so that the credentials are never sent to another host or path.
        return f"{first}?{urlsplit(link).query}"
    except ValueError:
        raise InvalidResponse(f"Could not {operation}: the link to the next page cannot be parsed") from None


def shared_client(connection: Connection, product: Product, reporter: RetryReporter | None) -> TwilioClient:
    """Return the cached client for a connection, so that the items of a loop, which run in one process, share it.

    A forked process gets its own client: it must not share connections with its parent.

    :param connection: the URL, the credentials and the HTTP settings.
    :param product: the API.
    :param reporter: reports the retries of this task; None if the output would not be visible.
    :returns: the client.
    """
    client = copy.copy(_client_of(os.getpid(), connection, product))
    client.reporter = reporter
    return client


@lru_cache(maxsize=8)
def _client_of(process_id: int, connection: Connection, product: Product) -> TwilioClient:
    return TwilioClient(connection, product)
