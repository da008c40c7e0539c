# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The path of a request, taken apart as it came over the wire: each segment is decoded once, on its own."""

from __future__ import annotations

import re
from urllib.parse import unquote

from .errors import bad_parameter, not_found
from .switches import Switches

_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)


def split_target(target: str) -> tuple[str, str]:
    """Path and query of a request target. A target with scheme and host (as sent to a proxy) loses them."""
    match = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?]*", target)
    if match:
        target = target[match.end() :] or "/"
    path, _dummy, query = target.partition("?")
    return path, query


def segments(raw_path: str, switches: Switches) -> list[str]:
    """The decoded segments of a raw path."""
    raw = raw_path.split("/")[1:]
    if switches.dot_segments == "resolve":
        raw = _resolve(raw)
    if len(raw) > 1 and raw[-1] == "":
        if switches.trailing_slash == "refuse":
            raise not_found(raw_path)
        raw.pop()
    return [_decode(segment, raw_path, switches) for segment in raw]


def _resolve(raw: list[str]) -> list[str]:
    """Remove dot segments as RFC 3986 does; an encoded dot is a dot there."""
    out: list[str] = []
    for position, segment in enumerate(raw):
        plain = _ENCODED_DOT.sub(".", segment)
        last = position == len(raw) - 1
        if plain == "..":
            if out:
                out.pop()
        elif plain != ".":
            out.append(segment)
            continue
        if last:
            out.append("")
    return out


def _decode(segment: str, raw_path: str, switches: Switches) -> str:
    """One segment, with what is unknown about Twilio's edge as switches."""
    lower = segment.lower()
    if "%2f" in lower and switches.encoded_slash == "refuse":
        raise not_found(raw_path)
    if "%25" in lower and switches.encoded_percent == "refuse":
        raise not_found(raw_path)
    try:
        text = unquote(segment, encoding="utf-8", errors="strict")
        if switches.encoded_percent == "decode_twice":
            text = unquote(text, encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        raise bad_parameter("The path is not UTF-8") from None
    return text
