# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide about proxies with the functions of the library requests."""

from __future__ import annotations

import sys

try:
    import requests
    import urllib3
    from requests.utils import prepend_scheme_if_needed, should_bypass_proxies
except ImportError:
    pass  # see transport.IMPORT_ERROR


def needs_proxy(base_url: str, no_proxy: str | None) -> bool:
    """Return whether requests to a URL use the proxy, if there is one.

    Not thread-safe: while it runs, requests sets the environment variable ``no_proxy`` of the process.

    :param base_url: the URL.
    :param no_proxy: the value of the environment variable NO_PROXY; None if it is not set.
    :returns: False for the hosts in ``no_proxy``, and for plain http: that is for the loopback interface only, and a
        proxy would send the credentials over the network.
    :raises ValueError: the URL cannot be parsed.
    """
    if not base_url.lower().startswith("https://"):
        return False
    # With an empty value, requests would ask the operating system.
    return not (no_proxy and should_bypass_proxies(base_url, no_proxy))


def proxy_problem(proxy: str) -> str | None:
    """Return why requests cannot use a proxy.

    :param proxy: the URL of the proxy, which may contain a password.
    :returns: an error message without any part of the URL; None when the proxy can be used.
    """
    try:
        url = prepend_scheme_if_needed(proxy, "http")
        requests.adapters.HTTPAdapter().proxy_manager_for(url)
        parts = urllib3.util.parse_url(url)
        # An unencoded "/", "?" or "#" in the password would end the host, and a part of the password would be the host.
        if parts.host and not any("@" in (part or "") for part in (parts.path, parts.query, parts.fragment)):
            return None
    except requests.exceptions.InvalidSchema:
        return (
            "is a SOCKS proxy, which needs the Python library PySocks;"
            f" install it with: {sys.executable} -m pip install PySocks"
        )
    except UnicodeError:
        return "must not have characters outside Latin-1 in the user name or password"
    except (ValueError, urllib3.exceptions.HTTPError):
        pass
    return (
        "must be SCHEME://HOST:PORT or SCHEME://USER:PASSWORD@HOST:PORT, where SCHEME is http, https, socks5 or"
        " socks5h, and special characters in USER and PASSWORD are percent-encoded"
    )
