# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules import connection_options
from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.plugins.module_utils._modules.user import CHAT_USER
from ansible_collections.community.twilio.plugins.module_utils._resources.validators import (
    ErrorCollector,
    ValidationError,
)
from ansible_collections.community.twilio.plugins.module_utils._twilio import transport
from ansible_collections.community.twilio.plugins.module_utils._twilio.products import CHAT, CONVERSATIONS
from ansible_collections.community.twilio.plugins.module_utils._twilio.transport import Connection
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    ROLE_INFO_MODULES,
    ROLE_MODULES,
    SERVICE_INFO_MODULES,
    SERVICE_MODULES,
    USER_INFO_MODULES,
    USER_MODULES,
    USERS_MODULES,
    ArgumentSpecError,
    execute,
    validated,
)

HEX = "0123456789abcdef0123456789abcdef"
SERVICE = {"service_sid": "IS" + HEX}
ACCOUNT, KEY = "AC" + HEX, "SK" + HEX
TOKEN, SECRET = "tokenThatNobodyMaySee", "secretThatNobodyMaySee"
CREDENTIALS = {"account_sid": ACCOUNT, "auth_token": TOKEN}
MISSING_ALL = (
    "auth_token: is missing, and so are api_key and api_secret; give auth_token (or set TWILIO_AUTH_TOKEN),"
    " or both api_key and api_secret (or set TWILIO_API_KEY and TWILIO_API_SECRET), or both client_id and client_secret"
    " (or set TWILIO_CLIENT_ID and TWILIO_CLIENT_SECRET)"
)


def parameters_of(options: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    return validated(CHAT_USER, {"service_sid": "IS" + HEX, "identity": "alice", **options}, environment)


def connect(options: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Connection:
    """Return the connection that options make, or raise what is wrong with them."""
    environment = environment or {}
    errors = ErrorCollector()
    access = connection_options.parse_access(parameters_of(options, environment), environment, CHAT, errors)
    errors.raise_any()
    connection = access.client().connection
    assert isinstance(connection, Connection)
    return connection


def refusal(options: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ValidationError) as caught:
        connect(options, environment)
    message = str(caught.value)
    assert TOKEN not in message
    assert SECRET not in message
    return message


# Credentials


@pytest.mark.parametrize(
    ("options", "environment", "user"),
    [
        ({"account_sid": ACCOUNT, "auth_token": TOKEN}, {}, (ACCOUNT, TOKEN)),
        ({"account_sid": ACCOUNT, "api_key": KEY, "api_secret": SECRET}, {}, (KEY, SECRET)),
        ({"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key": KEY, "api_secret": SECRET}, {}, (KEY, SECRET)),
        ({"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key": KEY}, {}, (ACCOUNT, TOKEN)),
        ({"account_sid": ACCOUNT, "auth_token": TOKEN, "api_secret": SECRET}, {}, (ACCOUNT, TOKEN)),
        ({"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key": "", "api_secret": ""}, {}, (ACCOUNT, TOKEN)),
        ({"account_sid": ACCOUNT, "api_key": KEY}, {"TWILIO_API_SECRET": SECRET}, (KEY, SECRET)),
        ({}, {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}, (ACCOUNT, TOKEN)),
        (
            {},
            {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET},
            (KEY, SECRET),
        ),
        (
            {"account_sid": ACCOUNT, "auth_token": TOKEN},
            {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET},
            (ACCOUNT, TOKEN),
        ),
        (
            {},
            {
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_API_KEY": KEY,
                "TWILIO_API_SECRET": SECRET,
            },
            (KEY, SECRET),
        ),
        (
            {},
            {
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_API_KEY": "",
                "TWILIO_API_SECRET": "",
            },
            (ACCOUNT, TOKEN),
        ),
        (CREDENTIALS, {"TWILIO_ACCOUNT_SID": "AC" + "f" * 32, "TWILIO_AUTH_TOKEN": "other"}, (ACCOUNT, TOKEN)),
    ],
)
def test_a_complete_pair_wins_over_the_token_and_an_option_over_its_variable(
    options: Any, environment: Any, user: Any
) -> None:
    connection = connect(options, environment)
    assert (connection.username, connection.password) == user
    assert connection.account_sid == ACCOUNT


@pytest.mark.parametrize(
    ("options", "environment", "message"),
    [
        ({}, {}, "account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID; " + MISSING_ALL),
        (
            {},
            {
                "TWILIO_ACCOUNT_SID": "",
                "TWILIO_AUTH_TOKEN": "",
                "TWILIO_API_KEY": "",
                "TWILIO_API_SECRET": "",
                "TWILIO_REGION": "",
                "TWILIO_EDGE": "",
                "TWILIO_API_BASE_URL": "",
            },
            "account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID; " + MISSING_ALL,
        ),
        ({"account_sid": ACCOUNT}, {}, MISSING_ALL),
        ({"account_sid": ACCOUNT, "auth_token": ""}, {}, MISSING_ALL),
        ({"auth_token": TOKEN}, {}, "account_sid: is missing; give the option or set TWILIO_ACCOUNT_SID"),
        (
            {"account_sid": ACCOUNT, "api_key": KEY},
            {},
            "api_secret: is missing beside api_key; give the option or set TWILIO_API_SECRET",
        ),
        (
            {"account_sid": ACCOUNT, "api_secret": SECRET},
            {},
            "api_key: is missing beside api_secret; give the option or set TWILIO_API_KEY",
        ),
        (
            {"account_sid": ACCOUNT, "api_key": KEY},
            {"TWILIO_AUTH_TOKEN": TOKEN},
            "api_secret: is missing beside api_key; give the option or set TWILIO_API_SECRET",
        ),
        ({"account_sid": SECRET, "auth_token": TOKEN}, {}, "account_sid: must be AC followed by 32 hexadecimal digits"),
        (
            {"account_sid": ACCOUNT, "api_key": SECRET, "api_secret": SECRET},
            {},
            "api_key: must be SK followed by 32 hexadecimal digits",
        ),
        (
            {"account_sid": KEY, "api_key": ACCOUNT, "api_secret": SECRET},
            {},
            (
                "account_sid: must be AC followed by 32 hexadecimal digits;"
                " api_key: must be SK followed by 32 hexadecimal digits"
            ),
        ),
    ],
)
def test_credentials_that_are_missing_or_wrong_are_reported_by_option_and_variable_and_never_shown(
    options: Any, environment: Any, message: str
) -> None:
    assert refusal(options, environment) == message


# Where to


@pytest.mark.parametrize(
    ("options", "environment", "host"),
    [
        ({}, {}, "chat.twilio.com"),
        ({"region": "ie1", "edge": "dublin"}, {}, "chat.dublin.ie1.twilio.com"),
        ({"region": "us1"}, {}, "chat.twilio.com"),
        ({"edge": "dublin"}, {}, "chat.dublin.us1.twilio.com"),
        ({}, {"TWILIO_REGION": "au1", "TWILIO_EDGE": "sydney"}, "chat.sydney.au1.twilio.com"),
        ({"region": "ie1"}, {"TWILIO_REGION": "au1", "TWILIO_EDGE": "dublin"}, "chat.dublin.ie1.twilio.com"),
        ({"region": "", "edge": ""}, {"TWILIO_REGION": "au1", "TWILIO_EDGE": "sydney"}, "chat.twilio.com"),
        ({"region": "us1-2", "edge": "a"}, {}, "chat.a.us1-2.twilio.com"),
        ({"region": "ie1", "api_base_url": "https://gateway.example.com"}, {}, "gateway.example.com"),
        ({"region": "ie1", "edge": "dublin", "api_base_url": "https://[::1]"}, {}, "[::1]"),
    ],
)
def test_region_and_edge_come_from_options_or_variables(options: Any, environment: Any, host: str) -> None:
    assert connect({**CREDENTIALS, **options}, environment).base_url == f"https://{host}"


@pytest.mark.parametrize(
    ("options", "environment", "region"),
    [
        ({"region": "ie1"}, {}, "ie1"),
        ({"region": "ie1", "edge": ""}, {}, "ie1"),
        ({"region": "ie1", "edge": ""}, {"TWILIO_EDGE": "dublin"}, "ie1"),
        ({"region": "ie1", "api_base_url": ""}, {"TWILIO_API_BASE_URL": "https://gateway.example.com"}, "ie1"),
        ({}, {"TWILIO_REGION": "au1", "TWILIO_EDGE": ""}, "au1"),
        ({"region": "us2"}, {"TWILIO_REGION": "us1"}, "us2"),
        ({"region": "nowhere"}, {}, "nowhere"),
    ],
)
def test_a_region_other_than_us1_needs_an_edge(options: Any, environment: Any, region: str) -> None:
    assert refusal({**CREDENTIALS, **options}, environment) == (
        f"region: {region} has no effect without an edge; give edge too (or set TWILIO_EDGE), such as dublin for ie1,"
        " or leave region out to stay in us1. Twilio processed requests for a region without an edge in us1, and"
        " switched off its hosts api.REGION.twilio.com in April 2026"
    )


@pytest.mark.parametrize("product", ["chat", "conversations"])
@pytest.mark.parametrize(
    ("modules", "options"),
    [
        (USER_MODULES, {**SERVICE, "identity": "alice"}),
        (USERS_MODULES, {**SERVICE, "users": []}),
        (USER_INFO_MODULES, SERVICE),
        (ROLE_MODULES, {**SERVICE, "friendly_name": "agent"}),
        (ROLE_INFO_MODULES, SERVICE),
        (SERVICE_MODULES, {"friendly_name": "Support"}),
        (SERVICE_INFO_MODULES, {}),
    ],
)
def test_every_module_refuses_a_region_that_needs_an_edge(modules: Any, options: Any, product: str) -> None:
    with pytest.raises(ModuleError, match=r"^region: ie1 has no effect without an edge;"):
        execute(modules[product], {**CREDENTIALS, **options, "region": "ie1"})


@pytest.mark.parametrize("value", ["IE1", "ie1.evil.example", "ie1/", "a b", "-a", "a-", "ie1\n", "é", "@", "#"])
def test_a_region_or_edge_that_is_no_name_is_refused(value: str) -> None:
    assert refusal({**CREDENTIALS, "region": value}) == f"region: must be a name such as ie1, got {value!r}"
    assert refusal({**CREDENTIALS, "edge": value}) == f"edge: must be a name such as dublin, got {value!r}"


@pytest.mark.parametrize(
    "value",
    [
        "https://twilio.example.com",
        "https://twilio.example.com/",
        "https://twilio.example.com:8443",
        "https://10.0.0.1",
        "https://[2001:db8::1]:8443",
        "http://localhost",
        "http://localhost:8080/",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "HTTP://LOCALHOST:1",
    ],
)
def test_a_base_url_is_https_or_http_to_this_machine(value: str) -> None:
    assert connect({**CREDENTIALS, "api_base_url": value}).base_url == value
    assert connect(CREDENTIALS, {"TWILIO_API_BASE_URL": value}).base_url == value


@pytest.mark.parametrize(
    "value",
    [
        "http://twilio.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[2001:db8::1]",
        "http://128.0.0.1",
        "http://localhos",
    ],
)
def test_plain_http_to_another_machine_is_refused_with_the_reason(value: str) -> None:
    assert refusal({**CREDENTIALS, "api_base_url": value}) == (
        f"api_base_url: must begin with https://, got {value!r}; plain http would show the credentials to the network,"
        " and is for this machine's loopback address only"
    )


@pytest.mark.parametrize(
    "value",
    [
        "twilio.example.com",
        "//twilio.example.com",
        "ftp://twilio.example.com",
        "https://",
        "https:///v2",
        "https://:443",
        "https://twilio.example.com/v2",
        "https://twilio.example.com//",
        "https://twilio.example.com?x=1",
        "https://twilio.example.com#x",
        "https://twilio.example.com:port",
        "https://twilio.example.com:99999",
        "https://[::1",
        "https:twilio.example.com",
        "nonsense",
    ],
)
def test_what_is_no_base_url_is_refused_with_what_is_right(value: str) -> None:
    assert refusal({**CREDENTIALS, "api_base_url": value}) == (
        f"api_base_url: must be https://HOST or https://HOST:PORT, got {value!r}"
    )


@pytest.mark.parametrize(
    "value",
    [
        f"https://user:{SECRET}@twilio.example.com",
        f"https://{SECRET}@twilio.example.com",
        f"https://:{SECRET}@twilio.example.com",
        f"https://user:{SECRET}@twilio.example.com/v2",
        f"http://user:{SECRET}@twilio.example.com",
        f"https://user:{SECRET}@twilio.example.com:port",
        f"https://user:{SECRET}@[::1",
        f"user:{SECRET}@twilio.example.com",
    ],
)
def test_a_base_url_with_credentials_is_refused_and_not_shown(value: str) -> None:
    assert refusal({**CREDENTIALS, "api_base_url": value}).startswith("api_base_url: must ")


@pytest.mark.parametrize("value", ["https://@twilio.example.com", "http://localhost@evil.example", "http://a:b@[::1]"])
def test_a_base_url_with_user_information_is_refused_as_such(value: str) -> None:
    assert refusal({**CREDENTIALS, "api_base_url": value}) == (
        "api_base_url: must not hold a user name or a password; credentials have options of their own"
    )


# How


@pytest.mark.parametrize("seconds", [0.001, 1, "2.5", 86400])
def test_a_request_timeout_is_a_number_of_seconds(seconds: Any) -> None:
    assert connect({**CREDENTIALS, "request_timeout": seconds}).request_timeout == float(seconds)
    assert connect(CREDENTIALS).request_timeout == 30


@pytest.mark.parametrize("seconds", [0, -1, 86401, "inf", "nan", "-inf"])
def test_seconds_that_cannot_be_waited_for_are_refused(seconds: Any) -> None:
    told = f"must be more than 0 and at most 86400 seconds, got {float(seconds):g}"
    assert refusal({**CREDENTIALS, "request_timeout": seconds}) == f"request_timeout: {told}"
    for name in ("create", "update", "read", "delete"):
        assert refusal({**CREDENTIALS, "timeouts": {name: seconds}}) == f"timeouts.{name}: {told}"


@pytest.mark.parametrize(
    "options", [{"request_timeout": "soon"}, {"timeouts": {"read": "soon"}}, {"timeouts": {"x": 1}}]
)
def test_what_is_no_number_and_what_is_no_operation_is_refused_by_the_spec(options: Any) -> None:
    with pytest.raises(ArgumentSpecError):
        parameters_of(options, {})


def test_timeouts_have_their_defaults_also_beside_others() -> None:
    defaults = {"create": 600, "update": 600, "read": 300, "delete": 600}
    assert parameters_of({}, {})["timeouts"] == defaults
    assert parameters_of({"timeouts": {"read": 5}}, {})["timeouts"] == {**defaults, "read": 5}


@pytest.mark.parametrize(
    ("options", "environment", "verify"),
    [
        ({}, {}, True),
        ({"validate_certs": False}, {}, False),
        ({"validate_certs": False, "ca_path": "/"}, {"REQUESTS_CA_BUNDLE": "/"}, False),
        ({"ca_path": "/"}, {"REQUESTS_CA_BUNDLE": "/x"}, "/"),
        ({}, {"REQUESTS_CA_BUNDLE": "/", "CURL_CA_BUNDLE": "/tmp"}, "/"),
        ({}, {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "/"}, "/"),
        ({"ca_path": ""}, {}, True),
    ],
)
def test_certificates_are_checked_against_what_is_asked_for(options: Any, environment: Any, verify: Any) -> None:
    assert connect({**CREDENTIALS, **options}, environment).verify == verify


def test_a_ca_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    missing = str(tmp_path / "nothing")
    told = refusal({**CREDENTIALS, "ca_path": missing})
    assert told == (
        f"ca_path: must be a file or a directory of CA certificates, {missing!r} does not exist"
        if len(missing) <= 80
        else f"ca_path: must be a file or a directory of CA certificates, {missing[:77] + '...'!r} does not exist"
    )


def test_a_ca_path_may_be_a_file_or_a_directory(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("")
    for path in (file, tmp_path):
        assert connect({**CREDENTIALS, "ca_path": str(path)}).verify == str(path)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, "http://p:1"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://q:1"}, "http://q:1"),
        ({"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ({"all_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, "http://q:1"),
        ({"HTTP_PROXY": "http://p:1", "http_proxy": "http://p:1"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a,b"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a,chat.twilio.com"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "twilio.com", "no_proxy": "b"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "twilio.com", "no_proxy": ""}, None),
        # A proxy that is not used does not matter.
        ({"HTTPS_PROXY": "htp://p", "NO_PROXY": "twilio.com"}, None),
        ({"HTTPS_PROXY": "htp://p", "TWILIO_API_BASE_URL": "http://localhost:8080"}, None),
        ({"HTTPS_PROXY": "http://p:1", "TWILIO_API_BASE_URL": "https://127.0.0.1:9", "NO_PROXY": "127.0.0.0/8"}, None),
        ({"HTTPS_PROXY": "http://p:1", "TWILIO_EDGE": "dublin", "NO_PROXY": "chat.dublin.us1.twilio.com"}, None),
    ],
)
def test_proxies_come_from_the_environment_of_the_task(environment: Any, proxy: Any) -> None:
    assert connect(CREDENTIALS, environment).proxy == proxy


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_used_is_refused_and_not_shown(variable: str) -> None:
    told = refusal(CREDENTIALS, {variable: f"htp://user:{SECRET}@proxy:3128"})
    assert told.startswith(f"{variable}: must be SCHEME://HOST:PORT or ")


@pytest.mark.parametrize("value", ["https://[::1", "https://x:port", "nonsense"])
def test_a_base_url_that_is_none_and_a_proxy_are_refused_once(value: str) -> None:
    environment = {"HTTPS_PROXY": "htp://p", "NO_PROXY": "x"}
    told = refusal({**CREDENTIALS, "api_base_url": value}, environment)
    assert told == f"api_base_url: must be https://HOST or https://HOST:PORT, got {value!r}"


def test_without_the_sdk_a_proxy_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "IMPORT_ERROR", "ImportError")
    assert connect(CREDENTIALS, {"HTTPS_PROXY": "htp://p"}).proxy is None


def test_the_environment_of_the_process_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET", "REGION", "EDGE", "API_BASE_URL"):
        monkeypatch.setenv("TWILIO_" + name, "of the process")
    monkeypatch.setenv("HTTPS_PROXY", "http://p:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/x")
    assert connect(CREDENTIALS) == Connection(ACCOUNT, ACCOUNT, TOKEN, base_url="https://chat.twilio.com")
    assert MISSING_ALL in refusal({})


def test_everything_that_is_wrong_with_a_connection_is_reported_at_once() -> None:
    told = refusal({"region": "!", "edge": "!", "api_base_url": "x", "request_timeout": 0, "ca_path": "/nothing/here"})
    options = ["account_sid", "auth_token", "region", "edge", "api_base_url", "request_timeout", "ca_path"]
    places = [told.find(f"{option}: ") for option in options]
    assert -1 not in places
    assert places == sorted(places)


def test_no_client_is_made_before_it_is_asked_for() -> None:
    errors = ErrorCollector()
    connection_options.parse_access(parameters_of({}, {}), {}, CONVERSATIONS, errors)
    assert errors.messages


def test_an_empty_variable_counts_as_unset_for_every_option() -> None:
    spec = connection_options.connection_spec({})
    variables = {name: option["fallback"][1] for name, option in spec.items() if "fallback" in option}
    assert len(variables) == 9
    parameters = parameters_of({}, {variable: "" for names in variables.values() for variable in names})
    assert {name: parameters[name] for name in variables} == dict.fromkeys(variables)


def test_secrets_are_marked_as_such() -> None:
    spec = connection_options.connection_spec({})
    assert {name for name, option in spec.items() if option.get("no_log")} == {
        *("auth_token", "api_key", "api_secret", "client_id", "client_secret")
    }


@pytest.mark.parametrize(
    ("options", "environment", "url", "proxy"),
    [
        ({}, {}, "https://oauth.twilio.com", None),
        ({"region": "ie1", "edge": "dublin"}, {}, "https://oauth.twilio.com", None),
        ({"api_base_url": "http://127.0.0.1:9"}, {}, "http://127.0.0.1:9", None),
        ({}, {"HTTPS_PROXY": "http://proxy:1"}, "https://oauth.twilio.com", "http://proxy:1"),
        ({}, {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "oauth.twilio.com"}, "https://oauth.twilio.com", None),
        (
            {},
            {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "conversations.twilio.com"},
            "https://oauth.twilio.com",
            "http://proxy:1",
        ),
    ],
)
def test_where_access_tokens_come_from(
    options: dict[str, Any], environment: dict[str, str], url: str, proxy: str | None
) -> None:
    client = {"client_id": "OQ" + "a" * 32, "client_secret": SECRET}
    connection = connect({"account_sid": ACCOUNT, **client, **options}, environment)
    assert connection.tokens == (url, client["client_id"], SECRET, proxy)
    assert (connection.username, connection.password) == ("", "")
    assert SECRET not in repr(connection) + repr(connection.tokens)
