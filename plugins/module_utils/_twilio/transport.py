# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP transport of the SDK's client: base URL, proxy, certificates, timeout."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from .adapter import WholeResponseAdapter

IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response
except ImportError:
    IMPORT_ERROR = traceback.format_exc()
    TwilioHttpClient = object


MAX_CONNECTIONS = 100
# In bytes, without compression. The longest pages of Twilio's lists have a few million.
MAX_RESPONSE = 64 * 1024 * 1024
READ_SIZE = 64 * 1024


class TokenEndpoint(NamedTuple):
    """Where access tokens are issued: the base URL, the OAuth client credentials, and the URL of the proxy, if any."""

    base_url: str
    client_id: str
    client_secret: str
    proxy: str | None = None

    def __repr__(self) -> str:
        return f"TokenEndpoint(base_url={self.base_url!r})"


class Connection(NamedTuple):
    """The URL, the credentials and the HTTP settings for requests to Twilio.

    ``username`` and ``password`` are the account SID and its token, or an API key and its secret; empty for requests
    with an access token from ``tokens``, or without credentials. ``base_url`` replaces the scheme and the host of every
    URL unless it is None. ``request_timeout`` is in seconds, for one HTTP request. ``verify`` selects how the server's
    certificate is verified: True (with the default authorities), False (not at all), or a path. ``proxy`` is the URL of
    the proxy for these requests; None for no proxy. Hashable, so that clients can be cached by it.
    """

    account_sid: str
    username: str
    password: str
    base_url: str | None = None
    request_timeout: float = 30.0
    verify: bool | str = True
    proxy: str | None = None
    tokens: TokenEndpoint | None = None

    def __repr__(self) -> str:
        # Without the password, and without the proxy, which may contain one.
        return f"Connection(account_sid={self.account_sid!r}, base_url={self.base_url!r})"


class TransportError(Exception):
    """A request did not get a complete response.

    ``sent``: Twilio may have received the request. ``permanent``: retrying cannot help. ``timed_out``: the response did
    not arrive in time, so Twilio may still be processing the request.
    """

    def __init__(self, reason: str, sent: bool, permanent: bool = False, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.permanent = permanent
        self.timed_out = timed_out


class Transport(TwilioHttpClient):
    """An HTTP client for the SDK that is thread-safe and independent of the process environment.

    The SDK's own ``request`` keeps the last response in an attribute, which is not thread-safe, and reads proxies and
    certificate authorities from the environment of the process, which can differ from that of the task. This class
    keeps no state between requests except the connection pool, and takes all settings from the connection.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.session.trust_env = False
        # Connections are opened on demand. The SDK's pool keeps too few of them for many threads.
        adapter = WholeResponseAdapter(pool_maxsize=MAX_CONNECTIONS)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)
        if connection.verify is False:
            # The user has set validate_certs to false; a warning for every request would only clutter the output of the
            # play.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send one HTTP request; redirects are never followed, since the credentials would be sent to another host.

        :param method: HTTP method.
        :param url: the URL from the SDK; a base URL replaces its scheme and host.
        :param params: query parameters.
        :param data: form parameters.
        :param headers: HTTP headers.
        :param auth: user name and password for HTTP Basic; not used if the connection has none.
        :param timeout: seconds for the whole request, from the connection to the end of the response.
        :param allow_redirects: not used.
        :returns: the complete response, whatever its status.
        :raises TransportError: there was no complete response.
        """
        url = self._rebase(url)
        if not self._connection.username:
            # The SDK requires some.
            auth = None
        seconds = timeout or self._connection.request_timeout
        try:
            prepared = self.session.prepare_request(
                requests.Request(method.upper(), url, params=params, data=data, headers=headers, auth=auth)
            )
            with self.session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=seconds,
                verify=self._connection.verify,
                proxies={"https": self._connection.proxy} if self._connection.proxy else {},
            ) as response:
                body = _read(response)
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            # RequestException is an OSError, but requests does not wrap every error: a host or proxy that cannot be
            # parsed or a CA file that cannot be read, for example.
            raise _unreachable(error, url, seconds) from None
        return Response(response.status_code, body.decode("utf-8", "replace"), response.headers)

    def _rebase(self, url: str) -> str:
        if self._connection.base_url is None:
            return url
        scheme, host = urlsplit(self._connection.base_url)[:2]
        return urlunsplit((scheme, host, *urlsplit(url)[2:]))


def _read(response: Any) -> bytes:
    body = bytearray()
    for part in response.iter_content(READ_SIZE):
        body += part
        if len(body) > MAX_RESPONSE:
            host = urlsplit(response.url).netloc
            raise TransportError(f"the answer of {host} is larger than {MAX_RESPONSE // 1024**2} MiB", sent=True)
    return bytes(body)


def _unreachable(error: Exception, url: str, seconds: float) -> TransportError:
    host = urlsplit(url).netloc
    errors = requests.exceptions
    if isinstance(error, errors.ConnectTimeout):
        return TransportError(f"no connection to {host} within {seconds:.3g} s", sent=False)
    if isinstance(error, errors.Timeout):
        return TransportError(f"no answer from {host} within {seconds:.3g} s", sent=True, timed_out=True)
    if error.args and isinstance(error.args[0], urllib3.exceptions.ReadTimeoutError):
        # requests has a class for this only while it waits for the headers.
        return TransportError(f"no complete answer from {host} within {seconds:.3g} s", sent=True, timed_out=True)
    if isinstance(error, errors.SSLError):
        # A connection closed without a TLS close_notify is a broken connection; other TLS errors are permanent.
        broken = "EOF" in str(error)
        advice = "; see ca_path and validate_certs" if "certificate" in str(error) else ""
        return TransportError(f"TLS with {host} failed: {_cause(error)}{advice}", sent=broken, permanent=not broken)
    if isinstance(error, errors.ProxyError):
        cause = _cause(error)
        return TransportError(f"the proxy does not lead to {host}: {cause}", sent=False, permanent=" 407 " in cause)
    if isinstance(error, errors.ConnectionError) and _never_connected(error):
        return TransportError(f"no connection to {host}: {_cause(error)}", sent=False)
    if isinstance(error, (ValueError, urllib3.exceptions.LocationParseError)):
        # Without the error's message, which may contain a proxy's password.
        return TransportError(
            f"{host} cannot be asked: {type(error).__name__}; check api_base_url and HTTPS_PROXY",
            sent=False,
            permanent=True,
        )
    if not isinstance(error, (errors.RequestException, urllib3.exceptions.HTTPError)):
        return TransportError(
            f"{host} cannot be asked: {error}; see ca_path and REQUESTS_CA_BUNDLE", sent=False, permanent=True
        )
    return TransportError(f"the connection to {host} broke: {_cause(error)}", sent=True)


def _never_connected(error: BaseException) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")


def _cause(error: BaseException) -> str:
    # The innermost exception has the best message ("[Errno 111] Connection refused"); the outer ones repeat the URL.
    while True:
        inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if inner is None:
            return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        error = inner
