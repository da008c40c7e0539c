# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from typing import Any

import pytest
import requests

from ansible_collections.community.twilio.plugins.module_utils._twilio.proxies import needs_proxy, proxy_problem

SECRET = "doNotShowThisSecret"
TWILIO = "https://conversations.twilio.com"


@pytest.mark.parametrize(
    ("url", "no_proxy", "needed"),
    [
        (TWILIO, None, True),
        (TWILIO, "", True),
        (TWILIO, " , ,", True),
        # Names
        (TWILIO, "example.com", True),
        (TWILIO, "twilio.com", False),
        (TWILIO, ".twilio.com", False),
        (TWILIO, "TWILIO.com", False),
        (TWILIO, "example.com, conversations.twilio.com", False),
        (TWILIO, "chat.twilio.com", True),
        (TWILIO, "*", False),
        (TWILIO, "*.twilio.com", True),
        ("https://conversations.dublin.ie1.twilio.com", "twilio.com", False),
        ("https://localhost:8443", "localhost", False),
        ("HTTPS://LOCALHOST:8443", "localhost", False),
        # Ports
        ("https://localhost:8443", "localhost:8443", False),
        ("https://localhost:8443", "localhost:1", True),
        (TWILIO, "twilio.com:443", True),
        # Networks
        ("https://127.0.0.1:9", "127.0.0.0/8", False),
        ("https://127.0.0.1", "10.0.0.0/8,127.0.0.0/8", False),
        ("https://127.0.0.1", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.1.2.3", False),
        ("https://10.1.2.3", "10.1.2.0/24", False),
        ("https://10.1.3.3", "10.1.2.0/24", True),
        ("https://10.1.2.3", "10.1.2.3/32", False),
        ("https://10.1.2.3", "10.1.2.0/33", True),
        ("https://10.1.2.3", "10.1.2.0/x", True),
        ("https://10.1.2.3", "*", False),
        (TWILIO, "10.0.0.0/8", True),
        # IPv6
        ("https://[::1]", "::1", False),
        ("https://[::1]:8443", "::1", False),
        ("https://[2001:DB8::1]", "2001:db8::1", False),
        ("https://[2001:db8::2]", "2001:db8::1", True),
        ("https://[2001:db8::1]", "127.0.0.0/8", True),
        # Plain http
        ("http://localhost:8080", None, False),
        ("HTTP://[::1]", "example.com", False),
    ],
)
def test_hosts_without_a_proxy(url: str, no_proxy: str | None, needed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in (None, "*", "twilio.com,127.0.0.1,10.1.2.3,localhost,::1"):
        for name in ("no_proxy", "NO_PROXY"):
            if other is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, other)
        before = dict(os.environ)
        assert needs_proxy(url, no_proxy) is needed
        assert dict(os.environ) == before


@pytest.mark.parametrize(
    "proxy",
    [
        "http://proxy.example.com:3128",
        "https://proxy.example.com/",
        "HTTP://proxy",
        f"http://user:{SECRET}@proxy:3128",
        f"http://user:{SECRET}%40%2F@proxy:3128",
        "http://[::1]:3128",
    ],
)
def test_proxies_that_can_be_used(proxy: str) -> None:
    assert proxy_problem(proxy) is None


@pytest.mark.parametrize(
    "proxy",
    [
        "http://",
        "::",
        "localhost:3128",
        "http://[::1",
        "http://proxy:99999",
        f"http://user:{SECRET}@proxy:port",
        f"user:{SECRET}@127.0.0.1:9",
        f"htp://user:{SECRET}@proxy:1",
        f"http://user:#{SECRET}@proxy:1",
        f"http://user:/{SECRET}@proxy:1",
        f"http://user:?{SECRET}@proxy:1",
        f"http://user:a@b/{SECRET}@proxy:1",
    ],
)
def test_proxies_that_are_none(proxy: str) -> None:
    assert proxy_problem(proxy) == (
        "must be SCHEME://HOST:PORT or SCHEME://USER:PASSWORD@HOST:PORT, where SCHEME is http, https, socks5 or"
        " socks5h, and special characters in USER and PASSWORD are percent-encoded"
    )


@pytest.mark.parametrize("proxy", [f"http://user:ж{SECRET}@proxy:1", f"http://user:%D0%B6{SECRET}@proxy:1"])
def test_proxies_with_credentials_that_no_header_can_hold(proxy: str) -> None:
    assert proxy_problem(proxy) == "must not have characters outside Latin-1 in the user name or password"


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "socks4a", "SOCKS5H"])
def test_socks_proxies_need_pysocks(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def manager(*_arguments: Any, **_options: Any) -> None:
        raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")

    proxy = f"{scheme}://user:{SECRET}@proxy:1080"
    # As requests defines it without PySocks.
    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", manager)
    problem = proxy_problem(proxy)
    assert problem is not None
    assert problem.startswith("is a SOCKS proxy, which needs the Python library PySocks; install it with: ")
    assert problem.endswith(" -m pip install PySocks")
    assert SECRET not in problem
    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", lambda *_arguments, **_options: None)
    assert proxy_problem(proxy) is None
