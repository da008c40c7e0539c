# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import socket
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import transport
from ansible_collections.community.twilio.plugins.module_utils._twilio.transport import (
    Connection,
    Transport,
    TransportError,
)
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.emulator.tls import Authority
from ansible_collections.community.twilio.tests.unit.plugins.support.sockets import (
    Answer,
    answering,
    free_port,
    saying,
    trickling,
)

ACCOUNT = "AC" + "0" * 32
SECRET = "doNotShowThisSecret"
CHAT_URL = "https://chat.twilio.com/v2/Services/IS1/Users/a%2Fb%3F?PageSize=1&a=%20"


def transport_of(**options: Any) -> Transport:
    return Transport(Connection(ACCOUNT, ACCOUNT, SECRET, **options))


def unreachable(made: Transport, url: str = CHAT_URL, **options: Any) -> TransportError:
    with pytest.raises(TransportError) as caught:
        made.request("GET", url, **options)
    return caught.value


class Stop(Exception):
    pass


def sent_by(monkeypatch: pytest.MonkeyPatch, made: Transport, url: str = CHAT_URL) -> tuple[str, dict[str, Any]]:
    """Return the URL and the settings with which a request would go out."""
    seen: list[Any] = []

    def send(self: Any, prepared: Any, **settings: Any) -> Any:
        seen.append((prepared.url, settings))
        raise Stop

    monkeypatch.setattr(transport.requests.Session, "send", send)
    with pytest.raises(Stop):
        made.request("GET", url)
    url, settings = seen[0]
    return url, settings


def test_without_a_base_url_the_url_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    url, settings = sent_by(monkeypatch, transport_of())
    assert url == CHAT_URL
    assert settings["proxies"] == {}
    assert settings["verify"] is True
    assert settings["allow_redirects"] is False
    assert settings["timeout"] == 30


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8080", "https://[::1]:1", "https://twilio.example.com", "https://x/"]
)
def test_a_base_url_takes_the_place_of_scheme_and_host_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    url, _settings = sent_by(monkeypatch, transport_of(base_url=base))
    assert url == CHAT_URL.replace("https://chat.twilio.com", base.rstrip("/"))


def test_the_environment_of_the_process_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/does/not/exist")
    made = transport_of(verify=True)
    assert made.session.trust_env is False
    _url, settings = sent_by(monkeypatch, made)
    assert settings["proxies"] == {}
    assert settings["verify"] is True


def test_an_answer_is_given_whole_whatever_its_status() -> None:
    body = b"HTTP/1.1 418 Teapot\r\nX-A: b\r\nContent-Length: 5\r\n\r\n\xc3\xa9\xff!!"
    with answering(saying(body)) as url:
        response = transport_of(base_url=url).request("get", CHAT_URL)
    assert (response.status_code, response.text, response.headers["x-a"]) == (418, "é\ufffd!!", "b")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    heads = []

    def answer(connection: Any, head: bytes) -> None:
        heads.append(head)
        place = b"http://127.0.0.1:1/elsewhere"
        connection.sendall(b"HTTP/1.1 %d X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, place))

    with answering(answer) as url:
        response = transport_of(base_url=url).request("GET", CHAT_URL, auth=(ACCOUNT, SECRET))
    assert response.status_code == status
    assert len(heads) == 1


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"\n"),
        (b"HTTP/1.1 ", b"2"),
        (OK + b"X-A: ", b"b"),
        (OK, b"X-A: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1", b"0"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n"),
        (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"x")),
        (OK + b"\r\n", b"x"),
    ],
    ids=[
        *("empty line", "status line", "header", "headers", "interim answers"),
        *("body", "chunks", "length of a chunk", "trailers", "compressed", "body without a length"),
    ],
)
@pytest.mark.parametrize("gap", [None, 0.03], ids=["stops", "trickles"])
def test_an_answer_that_does_not_end_is_given_up_in_time_and_may_have_been_processed(
    head: bytes, piece: bytes, gap: float | None
) -> None:
    with answering(trickling(head, piece if gap else b"", gap=gap or 0.03)) as url:
        began = time.monotonic()
        error = unreachable(transport_of(base_url=url), timeout=0.3)
        took = time.monotonic() - began
    # As long as the server goes on, it would be 30 seconds.
    assert took < 10
    # An unreasonable answer may be given up even earlier.
    assert (error.sent, error.permanent) == (True, False)
    assert url[7:] in error.reason


@pytest.mark.parametrize("head", [OK, OK + b"\r\n"], ids=["headers", "body"])
def test_tls_is_given_up_in_time_too(head: bytes, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with answering(trickling(head, b"X-A: b\r\n"), authority.context) as url:
        began = time.monotonic()
        error = unreachable(transport_of(base_url=url, verify=str(authority.ca_path)), timeout=0.5)
        took = time.monotonic() - began
    assert took < 10
    assert (error.sent, error.permanent) == (True, False)
    assert error.reason.endswith("within 0.5 s")


def test_a_server_that_does_not_shake_hands_is_given_up_in_time() -> None:
    with answering(saying(b"")) as url:
        error = unreachable(transport_of(base_url=url.replace("http:", "https:")), timeout=0.3)
    assert not error.permanent
    assert error.reason.endswith("within 0.3 s")


def test_a_proxy_that_trickles_is_given_up_in_time() -> None:
    with answering(trickling(OK, b"X-A: b\r\n")) as url:
        began = time.monotonic()
        error = unreachable(transport_of(proxy=url), timeout=0.3)
        took = time.monotonic() - began
    assert took < 10
    assert not error.permanent


@pytest.mark.parametrize("gap", [0.0, 0.02], ids=["flood", "trickle"])
def test_the_time_for_an_answer_is_that_of_the_request_not_of_each_read(
    monkeypatch: pytest.MonkeyPatch, gap: float
) -> None:
    # A fast machine sends more than the maximum in that time.
    monkeypatch.setattr(transport, "MAX_RESPONSE", 2**40)
    with answering(trickling(OK + b"\r\n", b"x" * 1000, gap=gap)) as url:
        error = unreachable(transport_of(base_url=url), timeout=0.5)
    assert error.reason == f"no complete answer from {url[7:]} within 0.5 s"


def test_a_slow_answer_that_ends_in_time_is_read_whole() -> None:
    head = OK + b"Content-Length: 10\r\n\r\n"
    with answering(trickling(head, b"x", gap=0.05)) as url:
        response = transport_of(base_url=url).request("GET", CHAT_URL, timeout=20)
    assert response.text == "x" * 10


@pytest.mark.parametrize(
    "answer",
    [
        trickling(OK + b"\r\n", b"x" * 10_000, gap=0.0),
        saying(OK + b"Content-Length: 200001\r\n\r\n" + b"x" * 200_001),
        saying(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 5_000_000)),
    ],
    ids=["endless", "long", "compressed"],
)
def test_an_answer_that_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    monkeypatch.setattr(transport, "MAX_RESPONSE", 200_000)
    with answering(answer) as url:
        error = unreachable(transport_of(base_url=url))
    assert (error.sent, error.permanent) == (True, False)
    assert error.reason.startswith(f"the answer of {url[7:]} is larger than ")


def test_a_connection_is_used_again_after_any_answer_that_was_read_whole() -> None:
    compressed = gzip.compress(b'{"sid": "IS1"}')
    answers = [
        OK + b"Content-Length: 5\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(compressed) + compressed,
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000,
        OK + b"Content-Length: 0\r\n\r\n",
    ]
    connections = []

    def answer(connection: socket.socket, _head: bytes) -> None:
        connections.append(connection)
        for each in answers:
            connection.sendall(each)
            connection.recv(65536)

    with answering(answer) as url:
        made = transport_of(base_url=url)
        texts = [made.request("GET", CHAT_URL).text for _answer in answers]
    assert texts == ["hello", "hello", '{"sid": "IS1"}', "", "{}", "x" * 100_000, ""]
    assert len(connections) == 1


def test_the_time_of_a_request_is_that_of_the_connection_when_none_is_given() -> None:
    with answering(trickling(b"", b"")) as url:
        error = unreachable(transport_of(base_url=url, request_timeout=0.2))
    assert error.reason == f"no answer from {url[7:]} within 0.2 s"


def test_a_refused_connection_was_not_sent() -> None:
    port = free_port()
    error = unreachable(transport_of(base_url=f"http://127.0.0.1:{port}"))
    assert (error.sent, error.permanent) == (False, False)
    assert error.reason.startswith(f"no connection to 127.0.0.1:{port}: ")
    assert "Connection refused" in error.reason


def test_a_host_without_an_address_was_not_sent() -> None:
    error = unreachable(transport_of(base_url="https://twilio.invalid"))
    assert (error.sent, error.permanent) == (False, False)
    assert error.reason.startswith("no connection to twilio.invalid: ")


def test_a_connection_that_takes_too_long_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(self: Any, prepared: Any, **settings: Any) -> Any:
        raise transport.requests.exceptions.ConnectTimeout("too long")

    monkeypatch.setattr(transport.requests.Session, "send", send)
    error = unreachable(transport_of(), timeout=2)
    assert (error.reason, error.sent) == ("no connection to chat.twilio.com within 2 s", False)


@pytest.mark.parametrize(
    "answer",
    [
        saying(b""),
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"),
        saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
        saying(b"SSH-2.0-OpenSSH\r\n\r\n"),
        saying(b"HTTP/1.1 nonsense\r\n\r\n"),
    ],
    ids=["nothing", "half a body", "half a chunk", "no chunk", "no gzip", "no http", "no status"],
)
def test_a_broken_answer_may_have_been_processed(answer: Answer) -> None:
    with answering(answer) as url:
        error = unreachable(transport_of(base_url=url))
    assert (error.sent, error.permanent) == (True, False)
    assert error.reason.startswith(f"the connection to {url[7:]} broke: ")


@pytest.mark.parametrize(
    "base",
    ["https://a..b", "https://*.example.com", "https://" + "a" * 64 + ".example", "https://.x"],
)
def test_a_host_that_cannot_be_one_is_hopeless(base: str) -> None:
    error = unreachable(transport_of(base_url=base))
    assert (error.sent, error.permanent) == (False, True)
    assert "cannot be asked" in error.reason


# Certificates


def test_a_certificate_of_a_known_authority_is_accepted(tls_emulator: EmulatorThread) -> None:
    made = transport_of(base_url=tls_emulator.https_url, verify=tls_emulator.ca_path)
    assert made.request("GET", CHAT_URL).status_code == 401


def test_a_certificate_of_an_unknown_authority_is_hopeless_and_the_options_are_named(
    tls_emulator: EmulatorThread,
) -> None:
    error = unreachable(transport_of(base_url=tls_emulator.https_url))
    assert (error.sent, error.permanent) == (False, True)
    assert error.reason.startswith(f"TLS with localhost:{tls_emulator.https_port} failed: ")
    assert "certificate verify failed" in error.reason
    assert "ca_path" in error.reason
    assert "validate_certs" in error.reason


def test_any_certificate_will_do_when_asked_for_and_without_a_warning(tls_emulator: EmulatorThread) -> None:
    made = transport_of(base_url=tls_emulator.https_url, verify=False)
    with warnings.catch_warnings(record=True) as caught:
        assert made.request("GET", CHAT_URL).status_code == 401
    assert caught == []


@pytest.mark.parametrize("content", [None, "", "this is no certificate"])
def test_an_authority_that_cannot_be_read_is_hopeless(
    tls_emulator: EmulatorThread, tmp_path: Path, content: Any
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    error = unreachable(transport_of(base_url=tls_emulator.https_url, verify=str(path)))
    assert (error.sent, error.permanent) == (False, True)
    assert "ca_path" in error.reason


def test_https_to_a_port_that_speaks_http_is_reported(emulator: EmulatorThread) -> None:
    error = unreachable(transport_of(base_url=f"https://127.0.0.1:{emulator.port}"))
    assert error.permanent
    assert error.reason.startswith(f"TLS with 127.0.0.1:{emulator.port} failed: ")
    assert "ca_path" not in error.reason


# Proxies


def test_twilio_is_reached_through_a_proxy(tls_emulator: EmulatorThread) -> None:
    made = transport_of(proxy=tls_emulator.proxy_url, verify=tls_emulator.ca_path)
    assert made.request("GET", CHAT_URL).status_code == 401
    assert tls_emulator.control.proxied() == ["chat.twilio.com:443"]


def test_a_proxy_that_asks_for_credentials_is_hopeless_and_they_are_not_shown() -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with answering(saying(refusal)) as url:
        proxy = url.replace("http://", f"http://user:{SECRET}@")
        error = unreachable(transport_of(proxy=proxy))
    assert (error.sent, error.permanent) == (False, True)
    assert error.reason.startswith("the proxy does not lead to chat.twilio.com: ")
    assert "407" in error.reason
    assert SECRET not in error.reason


def test_a_proxy_that_fails_was_not_sent_and_may_recover() -> None:
    with answering(saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as url:
        error = unreachable(transport_of(proxy=url))
    assert (error.sent, error.permanent) == (False, False)
    assert error.reason.startswith("the proxy does not lead to chat.twilio.com: ")


def test_a_proxy_that_is_down_was_not_sent_and_its_password_is_not_shown() -> None:
    error = unreachable(transport_of(proxy=f"http://user:{SECRET}@127.0.0.1:{free_port()}"))
    assert (error.sent, error.permanent) == (False, False)
    assert SECRET not in error.reason


@pytest.mark.parametrize("host", ["a..b", "a" * 64])
def test_a_proxy_whose_host_cannot_be_one_is_hopeless_and_not_shown(host: str) -> None:
    error = unreachable(transport_of(proxy=f"http://user:{SECRET}@{host}:1"))
    assert (error.sent, error.permanent) == (False, True)
    assert SECRET not in error.reason


def test_a_credential_that_no_header_can_hold_is_reported_and_not_shown() -> None:
    with answering(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url:
        error = unreachable(transport_of(base_url=url), auth=(ACCOUNT, "пароль"))
    assert error.permanent
    assert "пароль" not in repr(error)


def test_a_connection_shows_no_secret() -> None:
    shown = repr(Connection(ACCOUNT, ACCOUNT, SECRET, proxy=f"http://user:{SECRET}@proxy:1"))
    assert SECRET not in shown
    assert ACCOUNT in shown


def test_a_connection_can_be_a_key_of_a_dictionary() -> None:
    one, same, other = (Connection(ACCOUNT, ACCOUNT, secret) for secret in ("a", "a", "b"))
    assert len({one: 1, same: 2, other: 3}) == 2


def test_nothing_is_kept_between_requests() -> None:
    with answering(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url:
        made = transport_of(base_url=url)
        before = dict(vars(made))
        made.request("POST", CHAT_URL, data={"a": "b"}, auth=(ACCOUNT, SECRET))
    assert {name: value for name, value in vars(made).items() if before.get(name) is not value} == {}
