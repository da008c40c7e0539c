# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a request, and retry it until it succeeds, fails permanently, or its deadline has passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Union

from . import access_tokens, responses
from .access_tokens import AccessTokens
from .deadline import Deadline, retry_after_seconds
from .errors import Interrupted, NotFound, OperationTimeout, ResponseLost, TokenError, TwilioError
from .products import Product
from .sdk import VERSION
from .transport import Connection, TokenEndpoint, Transport, TransportError

try:
    from twilio.http.response import Response
    from twilio.rest import Client
except ImportError:
    Client = Response = None  # see transport.IMPORT_ERROR

# The SDK requires a user name and a password. The transport does not send these.
NO_CREDENTIALS = "none"
BASIC_OPTIONS = "account_sid with auth_token, or api_key with api_secret"
OAUTH_OPTIONS = "client_id with client_secret"

Parameter = Union[str, "list[str]"]
# Called right before each attempt of a write, with whether an earlier attempt may have been processed. Returns the form
# parameters; raises an exception if the write must not be sent any more.
BeforeSend = Callable[[bool], "Mapping[str, Parameter] | None"]


class RetryingClient:
    """Sends requests to Twilio, and retries them if that may help and is safe.

    It uses ``twilio.rest.Client.request`` for credentials, user agent and connection pool.
    Thread-safe: it keeps no state between requests except the connection pool and an access token.

    :param connection: the URL, the credentials and the HTTP settings.
    :param product: the API.
    """

    def __init__(self, connection: Connection, product: Product) -> None:
        self._connection = connection
        self._product = product
        self._credentials = BASIC_OPTIONS if connection.username else OAUTH_OPTIONS
        self._tokens = None if connection.tokens is None else AccessTokens(self._token_source(connection.tokens))
        self._client = Client(
            connection.username or NO_CREDENTIALS,
            connection.password or NO_CREDENTIALS,
            connection.account_sid,
            http_client=Transport(connection),
            # If this were empty, the SDK would read region and edge from the environment of the process.
            environment={"TWILIO_ACCOUNT_SID": connection.account_sid},
            user_agent_extensions=[f"community.twilio/{VERSION}"],
        )

    def request(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        operation: str,
        list_key: str | None = None,
        data: Mapping[str, Parameter] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
        before_send: BeforeSend | None = None,
        required_key: str | None = None,
        changes_something: bool | None = None,
    ) -> dict[str, Any]:
        """Send a request, and retry it until it succeeds, fails permanently, or the deadline has passed.

        :param method: HTTP method.
        :param url: the URL, before the base URL of the connection applies.
        :param deadline: the deadline of all attempts and the waits between them.
        :param operation: the operation for error messages, such as "read user 'alice'".
        :param list_key: the key of the records in a page; None for a single resource.
        :param data: form parameters.
        :param headers: additional headers.
        :param repeatable: whether the request may be sent again after Twilio may have processed it.
        :param required_key: a key that a response has which is neither a resource with a SID nor a list.
        :param before_send: looks at the resource again right before each attempt, after all waits.
        :param changes_something: whether it counts for the rate of writes; None for every method but GET.
        :returns: the JSON object in the response; empty after a deletion.
        :raises ResponseLost: the request is not repeatable, and Twilio may have processed it.
        :raises OperationTimeout: the deadline has passed.
        :raises NotFound, ServiceNotFound: the resource or the service does not exist.
        :raises TokenError: there is no access token.
        :raises TwilioError: the request failed for another reason.
        """
        is_write = method != "GET" if changes_something is None else changes_something
        maybe_processed = False
        has_new_token = False
        last: TwilioError | None = None
        while True:
            retry_after: float | None = None
            processed = True
            throttled = timed_out = False
            deadline.acquire(is_write)
            if before_send is not None:
                data = _prepare(before_send, maybe_processed, last)
                deadline.sending(is_write)
            token = self._access_token(deadline, last)
            if is_write:
                # The task may have been stopped while a token was fetched or the resource was read.
                deadline.require_running()
            try:
                response = self._send(method, url, data, headers, deadline, token)
            except TransportError as error:
                deadline.has_written |= is_write
                # The deadline cut this attempt short: the error of an earlier attempt says more.
                if last is None or deadline.remaining() > 0:
                    last = TwilioError(error.reason)
                processed, timed_out = error.sent, error.timed_out
                if error.permanent:
                    raise TwilioError(f"Could not {operation}: {error.reason}") from None
            else:
                throttled = response.status_code == responses.TOO_MANY_REQUESTS
                if not throttled:
                    deadline.request_succeeded()
                if self._tokens and token and response.status_code == HTTPStatus.UNAUTHORIZED and not has_new_token:
                    # It has expired or was revoked, and Twilio has not processed the request.
                    self._tokens.discard(token)
                    has_new_token = True
                    continue
                deadline.has_written |= is_write
                body = responses.parse_object(response.text)
                if 200 <= response.status_code < 300:
                    if method == "DELETE":
                        if response.status_code == HTTPStatus.NO_CONTENT:
                            return {}
                        last = responses.error_from(response, None, "which does not confirm the deletion")
                    elif body is not None and responses.is_complete(
                        body, list_key, self._product.service_key, required_key
                    ):
                        return body
                    else:
                        last = responses.error_from(response, None, "but not with the JSON that was expected")
                else:
                    last = responses.error_from(
                        response, body, end_of_life=self._product.end_of_life, credentials=self._credentials
                    )
                    if not responses.is_transient(last):
                        raise _final(last, operation, maybe_processed)
                    processed = not throttled and last.code not in responses.CONFLICTS
                    retry_after = retry_after_seconds(response.headers.get("Retry-After"))
            if not deadline.wait(retry_after, throttled, f"could not {operation}: {last.message}"):
                hint = f", and Twilio asks to wait {retry_after:.0f} s" if retry_after else ""
                raise OperationTimeout(
                    f"Could not {operation} within {deadline.seconds:g} s (timeouts.{deadline.name}{hint}):"
                    f" {last.message}",
                    **last.details(),
                ) from None
            maybe_processed = maybe_processed or processed
            if processed and not repeatable:
                lost = ResponseLost(f"Could not {operation}: {last.message}", **last.details())
                lost.timed_out = timed_out
                raise lost from None

    def _send(
        self,
        method: str,
        url: str,
        data: Mapping[str, Parameter] | None,
        headers: Mapping[str, str] | None,
        deadline: Deadline,
        token: str | None,
    ) -> Any:
        seconds = min(self._connection.request_timeout, deadline.remaining())
        if seconds <= 0:
            raise TransportError("no time left", sent=False)
        all_headers = dict(headers or {})
        if token is not None:
            all_headers["Authorization"] = f"Bearer {token}"
        response = self._client.request(
            method, url, data=dict(data) if data else None, headers=all_headers, timeout=seconds
        )
        if token is not None and token in response.text:
            # A gateway may repeat the request in its response. A task does not know the token, and cannot mask it.
            return Response(response.status_code, response.text.replace(token, "********"), response.headers)
        return response

    def _access_token(self, deadline: Deadline, last: TwilioError | None) -> str | None:
        if self._tokens is None:
            return None
        try:
            return self._tokens.get(deadline)
        except Interrupted as error:
            error.started = last is not None
            raise

    def _token_source(self, endpoint: TokenEndpoint) -> Callable[[Deadline], Mapping[str, Any]]:
        """Return the function that requests an access token. Twilio issues another one if it is repeated."""
        connection = self._connection._replace(
            username="", password="", base_url=endpoint.base_url, proxy=endpoint.proxy, tokens=None
        )
        client = RetryingClient(connection, self._product)
        form = {
            "grant_type": "client_credentials",
            "client_id": endpoint.client_id,
            "client_secret": endpoint.client_secret,
        }

        def fetch(deadline: Deadline) -> Mapping[str, Any]:
            try:
                return client.request(
                    "POST",
                    f"{endpoint.base_url}{access_tokens.PATH}",
                    deadline,
                    access_tokens.OPERATION,
                    data=form,
                    required_key="access_token",
                    changes_something=False,
                )
            except Interrupted:
                raise
            except OperationTimeout as error:
                # Without the status, whatever it was: no request can be sent, as if Twilio were unreachable.
                raise OperationTimeout(error.message) from None
            except TwilioError as error:
                # Twilio documents 400 for wrong credentials. error_from has the advice for 401 only.
                advice = f". Check {OAUTH_OPTIONS}" if error.status == HTTPStatus.BAD_REQUEST else ""
                # NotFound would look as if the resource did not exist.
                raise TokenError(error.message + advice, **error.details()) from None

        return fetch


def _prepare(
    before_send: BeforeSend, maybe_processed: bool, last: TwilioError | None
) -> Mapping[str, Parameter] | None:
    try:
        return before_send(maybe_processed)
    except NotFound as error:
        error.maybe_deleted_by_us = maybe_processed
        raise
    except Interrupted as error:
        # Only the resource was read: this write has not been started.
        error.started = last is not None
        raise


def _final(error: TwilioError, operation: str, maybe_processed: bool) -> TwilioError:
    final = type(error)(f"Could not {operation}: {error.message}", **error.details())
    if isinstance(final, NotFound):
        final.maybe_deleted_by_us = maybe_processed
    return final
