# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No credential is in anything that a task returns or raises."""

from __future__ import annotations

import contextlib
import json
import traceback
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.sockets import answering, free_port, saying
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    PRODUCTS,
    UNKNOWN_SERVICE,
    USER_INFO_MODULES,
    USER_MODULES,
    Twilio,
    execute,
)

TOKEN = "tokenThatNobodyMaySee"
API_SECRET = "apiSecretThatNobodyMaySee"
PROXY_PASSWORD = "proxyPasswordThatNobodyMaySee"
SECRETS = (TOKEN, API_SECRET, PROXY_PASSWORD)
KEY = "SK" + "0" * 32


def outcome(twilio: Twilio, module: str = "user", environment: Any = None, **options: Any) -> str:
    """Run a task; give everything that it lets out, which has to be a result or a ModuleError."""
    options = {**twilio.options, "service_sid": twilio.service_sid, **options}
    modules = USER_MODULES if module == "user" else USER_INFO_MODULES
    try:
        result = execute(modules[twilio.name], options, environment=environment)
    except ModuleError as failure:
        assert not isinstance(failure.__cause__, Exception)
        return " ".join([*everything_shown(failure), json.dumps(failure.result)])
    return json.dumps(result) + repr(result)


def everything_shown(failure: ModuleError) -> list[str]:
    """Return what either execution mode can show of a failure: not what it suppresses."""
    assert failure.__suppress_context__
    trace = traceback.format_exception(type(failure), failure, failure.__traceback__)
    return [str(failure), repr(failure), repr(vars(failure)), *trace]


def clean(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


@pytest.fixture(params=["token", "key"])
def secret_twilio(request: pytest.FixtureRequest, twilio: Twilio) -> Twilio:
    """Return the product with credentials that can be searched for."""
    if request.param == "token":
        twilio.control.reset({"account": {"auth_token": TOKEN}})
        twilio.options["auth_token"] = TOKEN
    else:
        twilio.control.reset({"account": {"api_key": KEY, "api_secret": API_SECRET}})
        twilio.options.update({"api_key": KEY, "api_secret": API_SECRET, "auth_token": TOKEN})
    return twilio


def test_no_success_holds_a_secret(secret_twilio: Twilio) -> None:
    for options in ({}, {}, {"friendly_name": "x"}, {"state": "absent"}):
        text = outcome(secret_twilio, identity="alice", **options)
        assert "changed" in text
        clean(text)
    clean(outcome(secret_twilio, "info"))


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "400": ("status", {"status": 400}),
    "401": ("status", {"status": 401}),
    "403": ("status", {"status": 403}),
    "429": ("status", {"status": 429}),
    "503": ("status", {"status": 503, "body": "html"}),
    "redirect": ("status", {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}),
    "drop": ("drop_before", {}),
    "hang": ("hang", {"seconds": 5}),
    "half": ("truncated_connection", {}),
    "not json": ("not_json", {}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_failure_holds_a_secret(secret_twilio: Twilio, fault: Any) -> None:
    kind, details = fault
    secret_twilio.seed("bob")
    timeouts = dict.fromkeys(("read", "create", "update"), 0.1)
    for method, options in (
        ("GET", {"identity": "alice"}),
        ("POST", {"identity": "alice"}),
        ("POST", {"identity": "bob", "friendly_name": "x"}),
    ):
        secret_twilio.control.faults_clear()
        secret_twilio.fault(kind, method, times=None, **details)
        text = outcome(secret_twilio, timeouts=timeouts, **options)
        assert "Could not " in text
        clean(text)


@pytest.mark.parametrize(
    "options",
    [
        {"service_sid": UNKNOWN_SERVICE},
        {"service_sid": "no sid"},
        {"account_sid": TOKEN},
        {"account_sid": ""},
        {"auth_token": "", "api_key": "", "api_secret": API_SECRET},
        {"auth_token": "", "api_key": API_SECRET, "api_secret": API_SECRET},
        {"auth_token": TOKEN + "\n"},
        {"auth_token": TOKEN + "é"},
        {"auth_token": TOKEN + "Ж"},
        {"auth_token": TOKEN + "\0"},
        {"api_key": KEY, "api_secret": API_SECRET + "Ж"},
        {"api_base_url": f"https://user:{TOKEN}@example.com"},
        {"api_base_url": f"https://user:{TOKEN}@example.com:port"},
        {"api_base_url": f"http://user:{TOKEN}@[::1"},
        {"api_base_url": f"user:{TOKEN}@example.com"},
        {"api_base_url": "https://a..b"},
        {"api_base_url": "https://*.example.com"},
        {"ca_path": "/does/not/exist"},
    ],
    ids=lambda options: " ".join(f"{name}={value!a}" for name, value in options.items()),
)
def test_no_refusal_holds_a_secret(twilio: Twilio, options: dict[str, Any]) -> None:
    options = {"auth_token": TOKEN, "timeouts": {"read": 0.3}, "identity": "alice", **options}
    text = outcome(twilio, **options)
    assert "ModuleError" in text
    clean(text)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_the_environment_that_cannot_be_read_is_a_failure_that_names_it(
    twilio: Twilio, variable: str
) -> None:
    text = outcome(
        twilio,
        environment={variable: "/does/not/exist"},
        identity="alice",
        api_base_url="https://127.0.0.1:1",
        auth_token=TOKEN,
    )
    assert "/does/not/exist" in text
    clean(text)


def proxy_environment(place: str) -> dict[str, str]:
    return {"HTTPS_PROXY": f"http://user:{PROXY_PASSWORD}@{place}"}


@pytest.mark.parametrize("place", ["127.0.0.1:{}", "proxy.invalid:3128", "127.0.0.1:port", "[::1", "a..b:1", " :1"])
def test_no_failure_of_a_proxy_holds_its_password(twilio: Twilio, place: str) -> None:
    text = outcome(
        twilio,
        environment=proxy_environment(place.format(free_port())),
        identity="alice",
        auth_token=TOKEN,
        api_base_url="https://localhost:1",
        timeouts={"read": 0.2},
    )
    assert "ModuleError" in text
    clean(text)


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "502 Bad Gateway", "200 nonsense"])
def test_no_refusal_of_a_proxy_holds_its_password(twilio: Twilio, status: str) -> None:
    with answering(saying(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())) as url:
        text = outcome(
            twilio,
            environment=proxy_environment(url[7:]),
            identity="alice",
            auth_token=TOKEN,
            api_base_url="https://localhost:1",
            timeouts={"read": 0.2},
        )
    assert "ModuleError" in text
    clean(text)


@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_a_task_through_a_proxy_with_a_password_holds_none(tls_emulator: EmulatorThread, product: str) -> None:
    tls_emulator.control.reset({"account": {"auth_token": TOKEN}})
    twilio = Twilio(tls_emulator, product)
    del twilio.options["api_base_url"]
    place = str(tls_emulator.proxy_url)[7:]
    options: dict[str, Any] = {"auth_token": TOKEN, "ca_path": tls_emulator.ca_path, "identity": "alice"}
    text = outcome(twilio, environment=proxy_environment(place), **options)
    assert "created" in text
    clean(text)
    assert tls_emulator.control.proxied() == [f"{product}.twilio.com:443"]
    text = outcome(twilio, environment=proxy_environment(place), **{**options, "ca_path": None})
    assert "certificate verify failed" in text
    clean(text)


def test_the_log_of_the_sdk_holds_no_secret(secret_twilio: Twilio, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        clean(outcome(secret_twilio, identity="alice", friendly_name="x"))
    clean(caplog.text)


def test_what_the_module_prints_is_nothing(secret_twilio: Twilio, capfd: pytest.CaptureFixture[str]) -> None:
    secret_twilio.fault("status", "POST", status=503)
    with contextlib.suppress(ModuleError):
        outcome(secret_twilio, identity="alice")
    assert capfd.readouterr() == ("", "")
