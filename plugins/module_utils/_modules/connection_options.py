# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options for the URL, the credentials and the HTTP settings."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

from .._resources.validators import ErrorCollector, ValidationError, excerpt, is_sid
from .._twilio.client import TwilioClient, shared_client
from .._twilio.products import DEFAULT_REGION, Product
from .._twilio.proxies import needs_proxy, proxy_problem
from .._twilio.retry_reporter import RetryReporter
from .._twilio.sdk import import_error
from .._twilio.transport import Connection, TokenEndpoint

MAX_SECONDS = 86400
# As requests reads them: the first one that is not empty.
PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
# The credentials in pairs; the first complete one is used.
PAIRS = (("client_id", "client_secret"), ("api_key", "api_secret"))
# The kinds of credentials; a task needs the options of one of them.
CREDENTIALS = (("auth_token",), *PAIRS)
# Whether Twilio has other hosts for this in other regions is not documented.
OAUTH_URL = "https://oauth.twilio.com"
# In seconds.
DEFAULT_TIMEOUTS = {"create": 600, "update": 600, "read": 300, "delete": 600, "total": 14400}


def connection_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the argument spec of the connection options.

    :param environment: the environment variables of the task, for options that fall back to one.
    :returns: the argument spec.
    """

    def variable(name: str) -> tuple[Callable[..., str], list[str]]:
        return _fallback(environment), [name]

    return {
        "account_sid": {"type": "str", "fallback": variable("TWILIO_ACCOUNT_SID")},
        "auth_token": {"type": "str", "no_log": True, "fallback": variable("TWILIO_AUTH_TOKEN")},
        "api_key": {"type": "str", "no_log": True, "fallback": variable("TWILIO_API_KEY")},
        "api_secret": {"type": "str", "no_log": True, "fallback": variable("TWILIO_API_SECRET")},
        "client_id": {"type": "str", "no_log": True, "fallback": variable("TWILIO_CLIENT_ID")},
        "client_secret": {"type": "str", "no_log": True, "fallback": variable("TWILIO_CLIENT_SECRET")},
        "region": {"type": "str", "fallback": variable("TWILIO_REGION")},
        "edge": {"type": "str", "fallback": variable("TWILIO_EDGE")},
        "api_base_url": {"type": "str", "fallback": variable("TWILIO_API_BASE_URL")},
        "request_timeout": {"type": "float", "default": 30},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
    }


def _fallback(environment: Mapping[str, str]) -> Callable[..., str]:
    def read(*names: str) -> str:
        for name in names:
            # Automation Controller sets the variables of empty credential fields to "".
            if environment.get(name):
                return environment[name]
        raise AnsibleFallbackNotFound

    return read


class ApiAccess(NamedTuple):
    """The product, the connection and the timeouts of a task; ``timeouts`` are seconds by the name of the operation."""

    product: Product
    connection: Connection
    timeouts: Mapping[str, float]

    def client(self, reporter: RetryReporter | None = None) -> TwilioClient:
        """Return the API client.

        :param reporter: reports the retries of the task; None if the output would not be visible.
        :returns: the client, whose connections the items of a loop share.
        """
        return shared_client(self.connection, self.product, reporter)


def prefer_given_credentials(arguments: dict[str, Any]) -> None:
    """Let the credentials of a task take precedence over those of another kind in the environment.

    The latter can belong to another account, in which a service can have the same name.

    :param arguments: the arguments, before they are validated; credentials of another kind are set to empty text, so
        that they have no fallback.
    """
    given = [kind for kind in CREDENTIALS if any(arguments.get(name) for name in kind)]
    if given:
        for kind in CREDENTIALS:
            if kind not in given:
                arguments.update(dict.fromkeys(kind, ""))


def timeouts_spec(*operations: str) -> dict[str, Any]:
    """Return the argument spec of the option ``timeouts``.

    :param operations: the operations of the module: some of create, update, read, delete and total.
    :returns: the argument spec.
    """
    options = {name: {"type": "float", "default": DEFAULT_TIMEOUTS[name]} for name in operations}
    return {"type": "dict", "apply_defaults": True, "options": options}


def parse_access(
    arguments: Mapping[str, Any], environment: Mapping[str, str], product: Product, errors: ErrorCollector
) -> ApiAccess:
    """Parse the connection options and ``timeouts``.

    :param arguments: the validated arguments of the task.
    :param environment: the environment variables of the task, for proxies and certificate authorities.
    :param product: the product of the module.
    :param errors: collects the errors.
    :returns: the access; not usable if there are errors.
    """
    errors.check(_check_timeouts, arguments["timeouts"])
    credentials = _credentials(arguments, errors)
    for option in ("region", "edge"):
        errors.check(_check_label, option, arguments[option])
    errors.check(_check_base_url, arguments["api_base_url"])
    if not arguments["api_base_url"]:
        errors.check(_check_region, arguments["region"], arguments["edge"])
    errors.check(_check_seconds, "request_timeout", arguments["request_timeout"])
    errors.check(_check_ca_path, arguments["ca_path"])
    base_url = arguments["api_base_url"] or product.base_url(arguments["region"], arguments["edge"])
    tokens = None
    if credentials.is_oauth:
        token_url = arguments["api_base_url"] or OAUTH_URL
        proxy = _proxy(token_url, environment, errors)
        tokens = TokenEndpoint(token_url, credentials.name, credentials.secret, proxy)
    connection = Connection(
        account_sid=arguments["account_sid"],
        username="" if credentials.is_oauth else credentials.name,
        password="" if credentials.is_oauth else credentials.secret,
        base_url=base_url,
        request_timeout=arguments["request_timeout"],
        verify=_verify(arguments, environment),
        proxy=_proxy(base_url, environment, errors),
        tokens=tokens,
    )
    return ApiAccess(product, connection, arguments["timeouts"])


def _check_timeouts(timeouts: Mapping[str, float]) -> None:
    for name, seconds in timeouts.items():
        _check_seconds(f"timeouts.{name}", seconds)


def _check_seconds(option: str, seconds: float) -> None:
    if not 0 < seconds <= MAX_SECONDS:
        raise ValidationError(f"{option}: must be more than 0 and at most {MAX_SECONDS} seconds, got {seconds:g}")


class _Credentials(NamedTuple):
    name: str
    secret: str
    is_oauth: bool = False


def _credentials(arguments: Mapping[str, Any], errors: ErrorCollector) -> _Credentials:
    # Messages never contain a credential, not even a wrong one: it may be a secret in the wrong option.
    account, token = arguments["account_sid"], arguments["auth_token"]
    if not account:
        errors.messages.append("account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID")
    elif not is_sid("AC", account):
        errors.messages.append("account_sid: must be AC followed by 32 hexadecimal digits")
    for name, secret in PAIRS:
        if arguments[name] and arguments[secret]:
            if name == "api_key" and not is_sid("SK", arguments[name]):
                errors.messages.append("api_key: must be SK followed by 32 hexadecimal digits")
            if name == "client_id" and re.fullmatch("OQ[0-9a-zA-Z]{32}", arguments[name]) is None:
                errors.messages.append("client_id: must be OQ followed by 32 letters or digits")
            _check_secret(secret, arguments[secret], errors)
            return _Credentials(arguments[name], arguments[secret], name == "client_id")
    if token:
        _check_secret("auth_token", token, errors)
        return _Credentials(account, token)
    incomplete = [pair for pair in PAIRS if arguments[pair[0]] or arguments[pair[1]]]
    for pair in incomplete:
        given, missing = pair if arguments[pair[0]] else pair[::-1]
        errors.messages.append(f"{missing}: is missing beside {given}; give the option or set TWILIO_{missing.upper()}")
    if not incomplete:
        errors.messages.append(
            "auth_token: is missing, and so are api_key and api_secret; give auth_token (or set TWILIO_AUTH_TOKEN),"
            " or both api_key and api_secret (or set TWILIO_API_KEY and TWILIO_API_SECRET), or both client_id and"
            " client_secret (or set TWILIO_CLIENT_ID and TWILIO_CLIENT_SECRET)"
        )
    return _Credentials("", "")


def _check_secret(option: str, value: str, errors: ErrorCollector) -> None:
    if re.fullmatch("[!-~]+", value) is None:
        errors.messages.append(f"{option}: must be printable ASCII characters without white space")


def _is_label(value: str) -> bool:
    return re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", value) is not None


def _check_label(option: str, value: str | None) -> None:
    if value and not _is_label(value):
        example = "ie1" if option == "region" else "dublin"
        raise ValidationError(f"{option}: must be a name such as {example}, got {excerpt(value)}")


def _check_region(region: str | None, edge: str | None) -> None:
    if region and _is_label(region) and region != DEFAULT_REGION and not edge:
        raise ValidationError(
            f"region: {region} has no effect without an edge; give edge too (or set TWILIO_EDGE), such as dublin for"
            f" ie1, or leave region out to stay in {DEFAULT_REGION}. Twilio processed requests for a region without an"
            f" edge in {DEFAULT_REGION}, and switched off its hosts api.REGION.twilio.com in April 2026"
        )


def _check_base_url(value: str | None) -> None:
    if not value:
        return
    if "@" in value:
        raise ValidationError(
            "api_base_url: must not hold a user name or a password; credentials have options of their own"
        )
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if (
        host is None
        or re.fullmatch("[a-z0-9_-]+([.][a-z0-9_-]+)*[.]?|[0-9a-f]*:[0-9a-f:.]+", host) is None
        or parts.scheme not in ("http", "https")
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise ValidationError(f"api_base_url: must be https://HOST or https://HOST:PORT, got {excerpt(value)}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValidationError(
            f"api_base_url: must begin with https://, got {excerpt(value)};"
            " plain http would show the credentials to the network, and is for this machine's loopback address only"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_ca_path(value: str | None) -> None:
    # Unlike pathlib, os.path.exists accepts any text.
    if value and not os.path.exists(value):
        raise ValidationError(
            f"ca_path: must be a file or a directory of CA certificates, {excerpt(value)} does not exist"
        )


def _verify(arguments: Mapping[str, Any], environment: Mapping[str, str]) -> bool | str:
    if not arguments["validate_certs"]:
        return False
    return arguments["ca_path"] or _first(environment, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") or True


def _proxy(base_url: str, environment: Mapping[str, str], errors: ErrorCollector) -> str | None:
    variable = next((name for name in PROXY_VARIABLES if environment.get(name)), None)
    # Without the SDK there may be no requests either; a message about that follows.
    if variable is None or import_error() is not None:
        return None
    try:
        if not needs_proxy(base_url, _first(environment, "no_proxy", "NO_PROXY")):
            return None
    except ValueError:
        # There already is a message about the URL.
        return None
    proxy = environment[variable]
    problem = proxy_problem(proxy)
    if problem is not None:
        errors.messages.append(f"{variable}: {problem}")
    return proxy


def _first(environment: Mapping[str, str], *names: str) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)
