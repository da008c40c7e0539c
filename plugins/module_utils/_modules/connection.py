# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options that every module shares: their argument spec, their checks, the client they give."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Callable
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

from .._state.checks import BadValue, Problems, excerpt, is_sid
from .._twilio.client import TwilioClient
from .._twilio.products import Product
from .._twilio.transport import Connection

LONGEST = 86400
# What is shorter is no token; and in other texts, what is shorter is in any output.
SHORTEST_TOKEN = 16
SHORTEST_SECRET = 6
OPERATIONS = {"create": 600, "update": 600, "read": 300, "delete": 600}


def connection_spec(environment: Mapping[str, str]) -> dict[str, Any]:
    """Give the argument spec of the connection options.

    :param environment: the environment variables of the task, for the options that fall back to one.
    """

    def variable(name: str) -> tuple[Callable[..., str], list[str]]:
        return _fallback(environment), [name]

    return {
        "account_sid": {"type": "str", "fallback": variable("TWILIO_ACCOUNT_SID")},
        "auth_token": {"type": "str", "no_log": True, "fallback": variable("TWILIO_AUTH_TOKEN")},
        "api_key": {"type": "str", "no_log": True, "fallback": variable("TWILIO_API_KEY")},
        "api_secret": {"type": "str", "no_log": True, "fallback": variable("TWILIO_API_SECRET")},
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
            # Automation Controller sets the variable of a credential field that was left empty to "".
            if environment.get(name):
                return environment[name]
        raise AnsibleFallbackNotFound

    return read


def hidden_secrets(parameters: Mapping[str, Any], environment: Mapping[str, str]) -> set[str]:
    """Give what may be a secret, and stands where none belongs: in an address, or in the place of an account's SID.

    Such a task is refused, but Ansible would show its arguments.

    :param parameters: what the task gives.
    :param environment: the environment variables of the task.
    :returns: the texts that no output may hold, but for very short ones.
    """
    found: set[str] = set()
    for name in ("account_sid", "api_base_url"):
        for value in (parameters.get(name), environment.get(f"TWILIO_{name.upper()}")):
            if not isinstance(value, str):
                continue
            if name == "account_sid" and not is_sid("AC", value) and len(value) >= SHORTEST_TOKEN:
                found.add(value)
            if name == "api_base_url":
                user = value.rpartition("@")[0].rpartition("//")[2]
                parts = {user, user.partition(":")[2], *re.split("[?#]", value)[1:]}
                found |= {part for part in parts if len(part) >= SHORTEST_SECRET}
    return found


def timeouts_spec(*operations: str) -> dict[str, Any]:
    """Give the argument spec of the option ``timeouts``.

    :param operations: the operations that the module has, of create, update, read and delete.
    """
    options = {name: {"type": "float", "default": OPERATIONS[name]} for name in operations}
    return {"type": "dict", "apply_defaults": True, "options": options}


def check_timeouts(timeouts: Mapping[str, float]) -> None:
    """Check the option ``timeouts``.

    :raises BadValue: a value is not a number of seconds that can be waited for.
    """
    for name, seconds in timeouts.items():
        _check_seconds(f"timeouts.{name}", seconds)


def _check_seconds(option: str, seconds: float) -> None:
    if not 0 < seconds <= LONGEST:
        raise BadValue(f"{option}: must be more than 0 and at most {LONGEST} seconds, got {seconds:g}")


def open_client(
    parameters: Mapping[str, Any], environment: Mapping[str, str], product: Product, problems: Problems
) -> Callable[[], TwilioClient]:
    """Check the connection options.

    :param parameters: the validated parameters of the task.
    :param environment: the environment variables of the task, for proxies and certificate authorities.
    :param product: the product to talk to.
    :param problems: collects what is wrong.
    :returns: a function that gives the client; not to be called when something is wrong.
    """
    username, password = _credentials(parameters, problems)
    for option in ("region", "edge"):
        problems.check(_check_label, option, parameters[option])
    problems.check(_check_base_url, parameters["api_base_url"])
    problems.check(_check_seconds, "request_timeout", parameters["request_timeout"])
    problems.check(_check_ca_path, parameters["ca_path"])
    return lambda: _client(
        os.getpid(),
        Connection(
            account_sid=parameters["account_sid"],
            username=username,
            password=password,
            region=parameters["region"] or None,
            edge=parameters["edge"] or None,
            base_url=parameters["api_base_url"] or None,
            request_timeout=parameters["request_timeout"],
            verify=_verify(parameters, environment),
            proxy=_first(environment, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
            no_proxy=_first(environment, "no_proxy", "NO_PROXY") or "",
        ),
        product,
    )


@lru_cache(maxsize=8)
def _client(process: int, connection: Connection, product: Product) -> TwilioClient:
    # The items of a loop run in one process, and share a connection to Twilio this way. A process that was forked must
    # not share its parent's.
    return TwilioClient(connection, product)


def _credentials(parameters: Mapping[str, Any], problems: Problems) -> tuple[str, str]:
    # A message never repeats a credential: what stands in the wrong place may be a secret.
    account, token = parameters["account_sid"], parameters["auth_token"]
    key, secret = parameters["api_key"], parameters["api_secret"]
    if not account:
        problems.messages.append("account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID")
    elif not is_sid("AC", account):
        problems.messages.append("account_sid: must be AC followed by 32 hexadecimal digits")
    if key and secret:
        if not is_sid("SK", key):
            problems.messages.append("api_key: must be SK followed by 32 hexadecimal digits")
        _check_secret("api_secret", secret, problems)
        return key, secret
    if token:
        _check_secret("auth_token", token, problems)
        return account, token
    if key or secret:
        given, missing = ("api_key", "api_secret") if key else ("api_secret", "api_key")
        problems.messages.append(
            f"{missing}: is missing beside {given}; give the option or set TWILIO_{missing.upper()}"
        )
    else:
        problems.messages.append(
            "auth_token: is missing, and so are api_key and api_secret; give auth_token (or set TWILIO_AUTH_TOKEN),"
            " or both api_key and api_secret (or set TWILIO_API_KEY and TWILIO_API_SECRET)"
        )
    return "", ""


def _check_secret(option: str, value: str, problems: Problems) -> None:
    if re.fullmatch("[!-~]+", value) is None:
        problems.messages.append(f"{option}: must be printable ASCII characters without white space")


def _check_label(option: str, value: str | None) -> None:
    if value and re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", value) is None:
        example = "ie1" if option == "region" else "dublin"
        raise BadValue(f"{option}: must be a name such as {example}, got {excerpt(value)}")


def _check_base_url(value: str | None) -> None:
    if not value:
        return
    if "@" in value:
        raise BadValue("api_base_url: must not hold a user name or a password; credentials have options of their own")
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
        raise BadValue(f"api_base_url: must be https://HOST or https://HOST:PORT, got {excerpt(value)}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise BadValue(
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
    # Unlike pathlib's, this one takes any text for a path.
    if value and not os.path.exists(value):
        raise BadValue(f"ca_path: must be a file or a directory of CA certificates, {excerpt(value)} does not exist")


def _verify(parameters: Mapping[str, Any], environment: Mapping[str, str]) -> bool | str:
    if not parameters["validate_certs"]:
        return False
    return parameters["ca_path"] or _first(environment, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") or True


def _first(environment: Mapping[str, str], *names: str) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)
