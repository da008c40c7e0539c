# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every exchange held against Twilio's own OpenAPI documents. Needs the package `openapi-core`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from . import oauth
from .call import Answer, Call
from .errors import TwilioError
from .products import CHAT, CONVERSATIONS


class Source(NamedTuple):
    """An API that a document describes."""

    name: str
    version: str
    host: str


OAUTH = Source("oauth", "v2", oauth.HOST)
SOURCES = (*(Source(each.name, each.version, each.host) for each in (CHAT, CONVERSATIONS)), OAUTH)
DOCUMENTS = {source.name: f"twilio_{source.name}_{source.version}.json" for source in SOURCES}
# What the SDK says of itself in every request. The documents describe the API, not the clients.
_OF_CLIENTS = ("x-twilio-client",)
# Schemas that leave null out, where Twilio's own example of a fresh service shows it.
_NULL_TOO = ("service_webhook_configuration_enum_method",)


class _Request:
    """A call in the form that openapi-core reads."""

    def __init__(self, call: Call, source: Source) -> None:
        self.method = call.method.lower()
        # The host that was called is the emulator's; the documents know only Twilio's.
        self.host_url = "https://" + source.host
        self.path = call.raw_path
        self.body = call.body or None
        self.content_type = call.headers.get("content-type", "").lower()
        headers = dict(call.headers)
        if call.bearer_token() is not None:
            # The documents of the products name HTTP Basic only. Access tokens are on Twilio's pages about OAuth apps.
            headers["authorization"] = "Basic Og=="
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(call.query()), header=Headers(list(headers.items()))
        )


class _Response:
    """An answer in the form that openapi-core reads."""

    def __init__(self, answer: Answer) -> None:
        self.data = answer.body or None
        self.status_code = answer.status
        self.content_type = answer.content_type or ""
        self.headers = Headers(list(answer.headers.items()))


class Document:
    """One of the documents."""

    def __init__(self, source: Source, spec: dict[str, Any]) -> None:
        self.source = source
        _close(spec)
        for name in set(_NULL_TOO) & set(spec["components"]["schemas"]):
            schema = spec["components"]["schemas"][name]
            schema.update(nullable=True, enum=[*schema["enum"], None])
        self._operations = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z"), item) for path, item in spec["paths"].items()
        ]
        # A path without parameters is meant before one that has some in the same place.
        self._operations.sort(key=lambda pair: pair[0].pattern.count("[^/]+"))
        self._openapi = OpenAPI.from_dict(
            spec,
            # The documents are Twilio's and pinned: checking them again costs seconds at every start.
            config=Config(spec_validator_cls=None),
        )

    def operation(self, call: Call) -> dict[str, Any] | None:
        """The operation that a call is, None when there is none."""
        for pattern, item in self._operations:
            if pattern.match(call.raw_path):
                found: dict[str, Any] | None = item.get(call.method.lower())
                if found is not None:
                    return found
        return None

    def check_request(self, call: Call) -> list[str]:
        """What is wrong with a request."""
        operation = self.operation(call)
        if operation is None:
            return [f"{call.method} {call.raw_path} is no operation of {self.source.name} {self.source.version}"]
        try:
            request = _Request(call, self.source)
            problems = list(_unknown(call, operation))
        except TwilioError as error:
            return [error.message]
        if operation.get("requestBody") is None and call.body:
            problems.append("the operation has no body")
        return problems + _problems(lambda: self._openapi.validate_request(request))

    def check_response(self, call: Call, answer: Answer) -> list[str]:
        """What is wrong with an answer. The documents do not describe errors, so those are Twilio's own business."""
        operation = self.operation(call)
        if not 200 <= answer.status < 300:
            return []
        if operation is None:
            return [f"status {answer.status} for what is no operation"]
        declared = operation["responses"].get(str(answer.status))
        if declared is None:
            return ["status {} is not declared; declared: {}".format(answer.status, ", ".join(operation["responses"]))]
        if not declared.get("content"):
            return [f"an answer {answer.status} has no body"] if answer.body else []
        try:
            request = _Request(call, self.source)
        except TwilioError as error:
            return [f"a request that cannot be read is answered with {answer.status}: {error.message}"]
        return _problems(lambda: self._openapi.validate_response(request, _Response(answer)))


class Checker:
    """All documents."""

    def __init__(self, folder: Path) -> None:
        self.checked = 0
        self._documents = {}
        for source in SOURCES:
            text = (folder / DOCUMENTS[source.name]).read_text(encoding="utf-8")
            self._documents[source.name] = Document(source, json.loads(text))

    def check_request(self, call: Call) -> list[str]:
        """What is wrong with a request, in words; empty when nothing is."""
        self.checked += 1
        name = _source_of(call)
        if name is None:
            return ["the path belongs to neither product"]
        return self._documents[name].check_request(call)

    def check_response(self, call: Call, answer: Answer) -> list[str]:
        """What is wrong with an answer, in words; empty when nothing is."""
        name = _source_of(call)
        return [] if name is None else self._documents[name].check_response(call, answer)


def _source_of(call: Call) -> str | None:
    if call.raw_path == oauth.PATH:
        return OAUTH.name
    return call.product.name if call.product else None


def _unknown(call: Call, operation: dict[str, Any]) -> Iterator[str]:
    """Parameters that the operation does not have. openapi-core passes over these."""
    parameters = operation.get("parameters", [])
    query = {entry["name"] for entry in parameters if entry["in"] == "query"}
    headers = {entry["name"].lower() for entry in parameters if entry["in"] == "header"}
    form: set[str] = set()
    for content in operation.get("requestBody", {}).get("content", {}).values():
        form.update(content["schema"].get("properties", {}))
    for name in sorted({name for name, dummy in call.query()} - query):
        yield f"unknown query parameter {name}"
    for name in sorted({name for name, dummy in call.form()} - form):
        yield f"unknown form parameter {name}"
    for name in sorted(call.headers):
        if name.startswith("x-twilio-") and name not in headers and name not in _OF_CLIENTS:
            yield f"unknown header {name}"


def _problems(check: Callable[[], None]) -> list[str]:
    """Run a check of openapi-core and put what it finds into words."""
    try:
        check()
    except OpenAPIError as error:
        words = [str(error)]
        cause = error.__cause__
        if cause is not None:
            words.append(str(cause))
        for detail in getattr(cause, "schema_errors", ()) or getattr(error, "schema_errors", ()):
            where = "/".join(str(part) for part in detail.absolute_path)
            words.append("{}: {}".format(where or "the whole", detail.message))
        return [": ".join(words)]
    return []


def _close(node: Any, answers: bool = False) -> None:
    """Close every object of a document: what it does not name does not exist, and an answer has all that it names.

    openapi-core can be told the same, but then builds its classes anew for every check, three times as slow.
    """
    if isinstance(node, dict):
        if node.get("type") == "object" and isinstance(node.get("properties"), dict):
            node.setdefault("additionalProperties", False)
            if answers:
                node.setdefault("required", sorted(node["properties"]))
        for name, value in node.items():
            # Requests do not use the named schemas of objects, only answers do.
            _close(value, answers or name in ("responses", "schemas"))
    elif isinstance(node, list):
        for value in node:
            _close(value, answers)
