# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request as the API sees it, and the answer it gives: nothing of HTTP's machinery in either."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from .errors import TwilioError, bad_parameter
from .products import BY_VERSION, Product

FORM = "application/x-www-form-urlencoded"
JSON = "application/json;charset=utf-8"


@dataclass
class Call:
    """One request. Header names are in lower case; `raw_path` is the path as it came, without the query."""

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    host: str

    @property
    def product(self) -> Product | None:
        """The product, told by the version that the path begins with."""
        return BY_VERSION.get(self.raw_path.lstrip("/").split("/", 1)[0])

    def query(self) -> list[tuple[str, str]]:
        """The query's parameters."""
        return _pairs(self.raw_query, "query")

    def form(self) -> list[tuple[str, str]]:
        """The body's parameters."""
        if not self.body:
            return []
        if self.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
            raise bad_parameter("The body must be " + FORM)
        try:
            return _pairs(self.body.decode("utf-8"), "body")
        except UnicodeDecodeError:
            raise bad_parameter("The body is not UTF-8") from None

    def bearer_token(self) -> str | None:
        """The access token, None when there is none to read."""
        scheme, _dummy, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def credentials(self) -> tuple[str, str] | None:
        """User name and password of HTTP Basic, None when there are none to read."""
        scheme, _dummy, encoded = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (user, password) if colon else None


@dataclass
class Answer:
    """One answer."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """An answer with a JSON body."""
        return cls(status, json.dumps(body, ensure_ascii=False).encode("utf-8"), JSON, dict(headers or {}))

    @classmethod
    def error(cls, error: TwilioError) -> Answer:
        """The answer that refuses a request."""
        return cls.json(error.status, error.body(), error.headers)


def _pairs(text: str, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise bad_parameter(f"The {where} is not UTF-8") from None


def grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Parameters as a dictionary; a name that repeats gets the list of its values."""
    out: dict[str, Any] = {}
    for name, value in pairs:
        if name not in out:
            out[name] = value
        elif isinstance(out[name], list):
            out[name].append(value)
        else:
            out[name] = [out[name], value]
    return out
