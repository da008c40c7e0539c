# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import builtins
import importlib.util
import sys
import time
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import retry, sdk, transport
from ansible_collections.community.twilio.plugins.module_utils._twilio.client import (
    Page,
    TwilioClient,
    is_path_safe,
    is_path_segment,
)
from ansible_collections.community.twilio.plugins.module_utils._twilio.deadline import Deadline
from ansible_collections.community.twilio.plugins.module_utils._twilio.errors import (
    OperationTimeout,
    ResponseLost,
    TwilioError,
)
from ansible_collections.community.twilio.plugins.module_utils._twilio.products import CHAT, CONVERSATIONS, Product
from ansible_collections.community.twilio.plugins.module_utils._twilio.transport import Connection
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.sockets import answering, saying, trickling

ACCOUNT = "AC" + "0" * 32
PATH = ("Services", "IS1", "Users")
NOT_TWILIOS = "Twilio answered 400 Bad Request, without Twilio's explanation. Check api_base_url and the proxy"


class OneTry(Deadline):
    """A deadline that ends after the first try, however fast the machine is."""

    def wait(self, at_least: float | None = None, throttled: bool = False, reason: str | None = None) -> bool:
        return False


def client_of(url: str, product: Product = CHAT, **options: Any) -> TwilioClient:
    return TwilioClient(Connection(ACCOUNT, ACCOUNT, "secret", base_url=url, **options), product)


def json_answer(status: str, body: str, headers: str = "") -> bytes:
    length = len(body.encode())
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n{body}".encode()


@pytest.mark.parametrize("key", ["", ".", ".."])
def test_keys_that_a_path_takes_for_something_else_are_never_put_into_one(key: str) -> None:
    assert not is_path_segment(key)
    assert not is_path_safe(key)
    with pytest.raises(ValueError, match="cannot be a path segment"):
        client_of("http://127.0.0.1:9").fetch((*PATH, key), Deadline("read", 1), "read it")


@pytest.mark.parametrize("key", ["a/b", "100%", "a\\b", "%2e%2e", "../x"])
def test_not_found_is_not_believed_for_keys_whose_encoding_may_get_lost(key: str) -> None:
    assert is_path_segment(key)
    assert not is_path_safe(key)


@pytest.mark.parametrize("key", ["alice", "...", "a b", "a?b#c", "é", "a+b", "a;b", "~", "-"])
def test_not_found_is_believed_for_other_keys(key: str) -> None:
    assert is_path_safe(key)


@pytest.mark.parametrize(
    ("have", "old"),
    [
        ("7.8.0", True),
        ("6.99.9", True),
        ("0", True),
        ("9.13.0", False),
        ("10.0.0", False),
        (sdk.MIN_SDK_VERSION, False),
    ],
)
def test_an_sdk_that_is_too_old_is_reported_with_both_versions(
    monkeypatch: pytest.MonkeyPatch, have: str, old: bool
) -> None:
    monkeypatch.setattr(sdk, "sdk_version", have)
    message = sdk.version_error()
    assert (message is not None) == old
    if message is not None:
        assert have in message
        assert sdk.MIN_SDK_VERSION in message


@pytest.mark.parametrize("have", ["9.0.0-rc.2", "10.0.0rc1", "9.13.0.dev1"])
def test_an_sdk_before_its_release_is_no_error(monkeypatch: pytest.MonkeyPatch, have: str) -> None:
    monkeypatch.setattr(sdk, "sdk_version", have)
    assert sdk.version_error() is None


def test_the_installed_sdk_is_there_and_not_too_old() -> None:
    assert sdk.import_error() is None
    assert sdk.version_error() is None


def loaded_without_sdk(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> ModuleType:
    """Load a module once more, as it is where the SDK is not installed."""
    original = builtins.__import__

    def refuse(name: str, *arguments: Any, **keywords: Any) -> Any:
        if name.split(".")[0] in ("twilio", "requests", "urllib3"):
            raise ImportError(f"No module named {name!r}")
        return original(name, *arguments, **keywords)

    name = module.__name__ + "_without_sdk"
    assert module.__file__ is not None
    spec = importlib.util.spec_from_file_location(name, module.__file__)
    assert spec is not None
    assert spec.loader is not None
    again = importlib.util.module_from_spec(spec)
    # dataclasses look for the module of their class there.
    monkeypatch.setitem(sys.modules, name, again)
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "__import__", refuse)
        spec.loader.exec_module(again)
    return again


def test_a_missing_sdk_is_reported_and_breaks_no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    without = loaded_without_sdk(monkeypatch, transport)
    assert "No module named" in without.IMPORT_ERROR
    monkeypatch.setattr(transport, "IMPORT_ERROR", without.IMPORT_ERROR)
    assert sdk.import_error() == without.IMPORT_ERROR
    again = loaded_without_sdk(monkeypatch, sdk)
    assert again.sdk_version == "0"


class RewritingClient(retry.Client):
    """An SDK that changes hosts in its own way, as several versions did for a region without an edge."""

    def get_hostname(self, uri: str) -> str:
        assert not self.region
        assert not self.edge
        return uri.replace(".twilio.com", ".frankfurt.de1.twilio.com")


@pytest.mark.parametrize("sdk_client", [retry.Client, RewritingClient])
def test_neither_the_sdk_nor_the_environment_of_the_process_changes_the_host(
    monkeypatch: pytest.MonkeyPatch, sdk_client: Any
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setattr(retry, "Client", sdk_client)
    urls = []

    def send(self: Any, prepared: Any, **settings: Any) -> Any:
        urls.append(prepared.url)
        raise transport.requests.exceptions.InvalidURL("stop here")

    monkeypatch.setattr(transport.requests.Session, "send", send)
    hosts = [CONVERSATIONS.base_url(region, edge) for region, edge in ((None, None), ("ie1", "dublin"))]
    for host in hosts:
        with pytest.raises(TwilioError):
            client_of(host, CONVERSATIONS).fetch((*PATH, "a/b"), Deadline("read", 1), "read it")
    assert urls == [f"{host}/v1/Services/IS1/Users/a%2Fb" for host in hosts]


def test_an_answer_that_trickles_ends_with_the_time_of_the_operation() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with answering(trickling(head, b"x")) as url, pytest.raises(OperationTimeout) as caught:
        began = time.monotonic()
        client_of(url).fetch((*PATH, "US1"), Deadline("read", 0.5), "read it")
    assert time.monotonic() - began < 10
    assert caught.value.message.startswith(
        f"Could not read it within 0.5 s (timeouts.read): no complete answer from {url[7:]} within 0."
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"code":20001,"message":"Bad","status":400}', "Twilio answered 400 Bad Request, code 20001: Bad"),
        ('{"title":"Bad","type":"x"}', "Twilio answered 400 Bad Request: Bad"),
        ('{"detail":"Bad"}', "Twilio answered 400 Bad Request: Bad"),
        ('{"code":"20001","message":7}', "Twilio answered 400 Bad Request, without Twilio's explanation"),
        ("[]", NOT_TWILIOS),
        ("<html>", NOT_TWILIOS),
        ("", NOT_TWILIOS),
        ("[" * 100000, NOT_TWILIOS),
    ],
)
def test_an_error_tells_what_was_tried_and_what_twilio_said(body: str, told: str) -> None:
    with (
        answering(saying(json_answer("400 Whatever", body, "Twilio-Request-Id: RQ1\r\n"))) as url,
        pytest.raises(TwilioError) as caught,
    ):
        client_of(url).fetch((*PATH, "alice"), Deadline("read", 5), "read user 'alice'")
    assert caught.value.message == f"Could not read user 'alice': {told}"
    assert caught.value.details()["status"] == 400
    assert caught.value.details()["request_id"] == "RQ1"
    assert "more_info" not in caught.value.details()


def test_a_status_without_a_name_is_reported_by_its_number() -> None:
    with (
        answering(saying(json_answer("499 Odd", "{}"))) as url,
        pytest.raises(TwilioError, match=r"Twilio answered 499, without"),
    ):
        client_of(url).fetch((*PATH, "alice"), Deadline("read", 5), "read it")


@pytest.mark.parametrize(
    "body",
    ["", "OK", "[]", "null", "{}", '{"sid":7}', '{"sid":"US1"'],
)
def test_a_success_without_the_expected_json_is_no_success(body: str) -> None:
    with (
        answering(saying(json_answer("200 OK", body))) as url,
        pytest.raises(OperationTimeout, match="but not with the JSON that was expected"),
    ):
        client_of(url).fetch((*PATH, "alice"), OneTry("read", 5), "read it")


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"users":[]}',
        '{"users":[],"meta":null}',
        '{"users":[],"meta":{}}',
        '{"users":{}}',
        '{"users":[7]}',
        '{"users":null}',
        '{"users":[{"identity":"alice"}]}',
    ]
    + ['{"users":[],"meta":[1]}', '{"users":[],"meta":{"next_page_url":7}}'],
)
def test_a_page_that_is_no_page_is_reported_and_crashes_nothing(body: str) -> None:
    with (
        answering(saying(json_answer("200 OK", body))) as url,
        pytest.raises(OperationTimeout, match="but not with the JSON that was expected"),
    ):
        list(client_of(url).pages(PATH, "users", OneTry("read", 5), "list them"))


@pytest.mark.parametrize(
    "body", ['{"users":[],"meta":{"next_page_url":null}}', '{"users":[],"meta":{"next_page_url":""}}']
)
def test_a_page_without_a_link_is_the_last(body: str) -> None:
    with answering(saying(json_answer("200 OK", body))) as url:
        assert list(client_of(url).pages(PATH, "users", Deadline("read", 5), "list them")) == [Page([], True)]


def test_only_the_query_of_a_link_to_the_next_page_is_followed() -> None:
    heads = []

    def answer(connection: Any, head: bytes) -> None:
        heads.append(head.split(b"\r\n")[0])
        following = "" if len(heads) > 1 else "https://evil.example:1/v9/Elsewhere?PageSize=100&PageToken=PT%2F1"
        body = '{"users":[{"sid":"US1"}],"meta":{"next_page_url":"%s"}}' % following
        connection.sendall(json_answer("200 OK", body))

    with answering(answer) as url:
        assert len(list(client_of(url).pages(PATH, "users", Deadline("read", 5), "list them"))) == 2
    assert heads == [
        b"GET /v2/Services/IS1/Users?PageSize=100 HTTP/1.1",
        b"GET /v2/Services/IS1/Users?PageSize=100&PageToken=PT%2F1 HTTP/1.1",
    ]


def test_a_page_not_asked_for_is_not_read() -> None:
    heads = []

    def answer(connection: Any, head: bytes) -> None:
        heads.append(head)
        connection.sendall(json_answer("200 OK", '{"users":[{"sid":"US1"}],"meta":{"next_page_url":"https://x/?a=1"}}'))

    with answering(answer) as url:
        assert next(client_of(url).pages(PATH, "users", Deadline("read", 5), "list them")) == Page(
            [{"sid": "US1"}], False
        )
    assert len(heads) == 1


def test_a_budget_that_is_spent_sends_nothing() -> None:
    heads = []
    with (
        answering(lambda connection, head: heads.append(head)) as url,
        pytest.raises(OperationTimeout, match=r"Could not read it within 1e-09 s \(timeouts.read\)"),
    ):
        client_of(url).fetch((*PATH, "alice"), Deadline("read", 1e-9), "read it")
    assert heads == []


def test_a_creation_whose_answer_is_lost_is_not_repeated() -> None:
    heads = []
    with (
        answering(lambda connection, head: heads.append(head)) as url,
        pytest.raises(ResponseLost, match="Could not create it: the connection to"),
    ):
        client_of(url).create(PATH, {"Identity": "alice"}, {}, Deadline("create", 5), "create it")
    assert len(heads) == 1


def test_a_success_of_a_deletion_needs_no_body() -> None:
    with answering(saying(json_answer("204 No Content", ""))) as url:
        assert client_of(url).delete((*PATH, "US1"), {}, Deadline("delete", 5), "delete it")


@pytest.mark.parametrize("product", [CHAT, CONVERSATIONS])
def test_a_service_is_asked_for_and_a_key_that_may_not_ask_is_not_held_against_it(
    emulator: EmulatorThread, product: Product
) -> None:
    connection = Connection(emulator.account_sid, emulator.account_sid, emulator.auth_token, base_url=emulator.url)
    twilio = TwilioClient(connection, product)
    assert twilio.service_exists(emulator.service_sid, Deadline("read", 5))
    assert not twilio.service_exists("IS" + "0" * 32, Deadline("read", 5))
    emulator.control.fault("status", status=403, code=70051)
    assert twilio.service_exists(emulator.service_sid, Deadline("read", 5))
    emulator.control.fault("status", status=401)
    with pytest.raises(TwilioError, match="Twilio answered 401"):
        twilio.service_exists(emulator.service_sid, Deadline("read", 5))
