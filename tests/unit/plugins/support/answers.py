# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Broken answers: changes to what the emulator answers, chosen by a seeded generator of random numbers."""

from __future__ import annotations

import contextlib
import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.community.twilio.tests.emulator.call import Answer, Call

ESCAPES = "\x1b[2J\x1b[31mred\x1b[0m\r\n[WARNING]: forged\x9b1m\x00"
HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>Sorry</h1></body></html>"
NOBODY = "US" + "0" * 32

# Fields by which a task decides whom and what an answer is about are changed more often than others.
KEYS = (
    "sid",
    "identity",
    "attributes",
    "friendly_name",
    "next_page_url",
    "service_sid",
    "chat_service_sid",
    "role_sid",
)


def values(rng: random.Random, others: list[str]) -> Any:
    """Return a value that a field of an answer must not have, or seldom has."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice([None, True, False, 0, -1, 7, 1.5, 10**400, float("inf"), float("nan")])
    if kind == 1:
        return rng.choice([[], [1], ["alice"], {}, {"a": {"b": []}}, {"sid": NOBODY}, [[]] * 3])
    if kind == 2:
        # A lone surrogate is legal as an escape in JSON, and cannot be encoded as UTF-8.
        return rng.choice(["\ud83d", "x\udc00y", ESCAPES, "\x00", "\x7f", "\u202egnp", "\ufeffalice", "alice\n"])
    if kind == 3:
        return rng.choice(["", " ", ".", "..", "../..", "%2e%2e", "a/b", "\\", "?", "#", "{{ 7 * 7 }}", "{% raw %}"])
    if kind == 4:
        return rng.choice(["x" * 100_000, "null", "[]", "1", '{"a":', '{"a":1}', '"text"', "[" * 5000, '{"a":1,"a":2}'])
    return rng.choice(others)


def places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Return every place of a JSON document: its container, and the key or index in it."""
    if isinstance(body, dict):
        for name in body:
            yield body, name
            yield from places(body[name])
    elif isinstance(body, list):
        for index in range(len(body)):
            yield body, index
            yield from places(body[index])


class Changes:
    """Changes answers.

    :param rng: chooses.
    :param others: the SIDs and identities of other resources.
    """

    def __init__(self, rng: random.Random, others: list[str]) -> None:
        self._rng = rng
        self._others = others
        self._seen: list[Answer] = []
        self.made: list[str] = []

    def __call__(self, call: Call, answer: Answer) -> Answer:
        """Return a broken answer instead of one."""
        changed = Answer(answer.status, answer.body, answer.content_type, dict(answer.headers))
        body: Any = None
        with contextlib.suppress(ValueError):
            body = json.loads(answer.body)
        kinds: list[Callable[[Answer, Call], str]] = [self._status, self._bytes, self._headers]
        change = self._rng.choice(kinds)
        if isinstance(body, dict) and self._rng.random() < 0.75:
            name = self._change_body(body, call)
            changed.body = json.dumps(body).encode()
        else:
            name = change(changed, call)
        self.made.append(f"{call.method} {call.raw_path}: {name}")
        return changed

    def saw(self, answer: Answer) -> None:
        """Keep a right answer, which may come again to another request."""
        self._seen.append(copy.deepcopy(answer))

    def _change_body(self, body: dict[str, Any], call: Call) -> str:
        kinds: list[Callable[[Any, Call], str]] = [self._value] * 3 + [self._key, self._whole]
        if "identity" in body:
            kinds.append(self._identity)
        records = next((value for value in body.values() if isinstance(value, list)), None)
        if "meta" in body and isinstance(records, list):
            kinds += [self._link, self._link, self._records, self._records]
        return self._rng.choice(kinds)(body, call)

    def _place(self, body: Any) -> tuple[Any, Any]:
        found = list(places(body))
        liked = [place for place in found if place[1] in KEYS]
        return self._rng.choice(liked if liked and self._rng.random() < 0.6 else found)

    def _value(self, body: Any, _call: Call) -> str:
        container, key = self._place(body)
        value = values(self._rng, self._others)
        container[key] = value
        return f"{key!r} is {str(value)[:60]!r}"

    def _key(self, body: Any, _call: Call) -> str:
        container, key = self._place(body)
        if self._rng.random() < 0.5:
            del container[key]
            return f"no {key!r}"
        if isinstance(container, dict):
            container[self._rng.choice(["extra", "", "sid ", "Identity", "meta"])] = values(self._rng, self._others)
        return "an extra key"

    def _whole(self, body: Any, _call: Call) -> str:
        """Answer with what was answered to another request."""
        if not self._seen:
            return "nothing"
        other = self._rng.choice(self._seen)
        try:
            parsed = json.loads(other.body)
        except ValueError:
            return "nothing"
        if not isinstance(parsed, dict):
            return "nothing"
        records = [record for value in parsed.values() if isinstance(value, list) for record in value]
        if records and isinstance(records[0], dict) and "meta" not in body:
            parsed = self._rng.choice(records)
        body.clear()
        body.update(parsed)
        return "the body of another answer"

    def _identity(self, body: Any, _call: Call) -> str:
        """Answer about another user."""
        body["identity"] = self._rng.choice([*self._others, body["identity"].upper(), body["identity"] + " "])
        return f"identity: {body['identity']}"

    def _link(self, body: Any, call: Call) -> str:
        url = f"{call.base_url}{call.raw_path}"
        again = f"{url}?{call.raw_query}"
        back = body["meta"].get("first_page_url")
        following = body["meta"].get("next_page_url")
        link = self._rng.choice(
            [again, back, url, "http://[", "http://evil.example/?PageToken=PTx", "//evil.example", "?", "", 7, [], {},
             "https://evil.example:99999/\x00", "javascript:alert(1)", following, None, f"{url}?PageToken=\ud83d"]
        )  # fmt: skip
        body["meta"]["next_page_url"] = link
        return f"next_page_url is {link!r}"

    def _records(self, body: Any, _call: Call) -> str:
        name, records = next((name, value) for name, value in body.items() if isinstance(value, list))
        kinds = ["twice", "not a list", "one is no object", "renamed"]
        if name == "users":
            # Whose is a name, or that nobody has it, only the list of services or roles can say.
            kinds += ["none", "shuffled", "of others"]
        kind = self._rng.choice(kinds)
        if kind == "twice":
            body[name] = records + copy.deepcopy(records)
        elif kind == "none":
            body[name] = []
        elif kind == "shuffled" and len(records) > 1:
            # The SIDs belong to other users.
            sids = [record["sid"] for record in records]
            self._rng.shuffle(sids)
            for record, sid in zip(records, sids):
                record["sid"] = sid
        elif kind == "of others":
            body[name] = [{**record, "sid": self._rng.choice(self._others)} for record in records]
        elif kind == "not a list":
            body[name] = self._rng.choice([None, {}, "", 0, {str(index): each for index, each in enumerate(records)}])
        elif kind == "one is no object":
            records.insert(self._rng.randrange(len(records) + 1), values(self._rng, self._others))
        elif kind == "renamed":
            for record in records:
                record[self._rng.choice(KEYS)] = values(self._rng, self._others)
        return f"records: {kind}"

    def _status(self, answer: Answer, call: Call) -> str:
        answer.status = self._rng.choice(
            [200, 201, 202, 204, 206, 301, 302, 304, 307, 400, 403, 404, 409, 410, 418, 429, 500, 502, 503, 599]
        )
        if answer.status in (301, 302, 307):
            answer.headers["Location"] = self._rng.choice([call.base_url, "http://evil.example/", "/v1/Services"])
        if answer.status == 429:
            answer.headers["Retry-After"] = self._rng.choice(["0", "-1", "nan", "1e9", "x", "Thu, 01 Jan 1970", "²"])
        if self._rng.random() < 0.5:
            answer.body = self._rng.choice([HTML, b"", b"{}", b"null", self._error()])
        return f"status {answer.status}, {answer.body[:60]!r}"

    def _error(self) -> bytes:
        error: dict[str, Any] = {"code": 20404, "message": "The requested resource was not found", "status": 404}
        for name in error:
            if self._rng.random() < 0.5:
                error[name] = values(self._rng, self._others)
        if self._rng.random() < 0.3:
            error["message"] = ESCAPES
        return json.dumps(error).encode()

    def _bytes(self, answer: Answer, _call: Call) -> str:
        kind = self._rng.choice(["half", "html", "empty", "latin", "utf-16", "deep", "list", "text", "bom", "twice"])
        body = answer.body
        made = {
            "half": body[: len(body) // 2],
            "html": HTML,
            "empty": b"",
            "latin": body.replace(b"a", b"\xff\xfe", 3),
            "utf-16": body.decode("utf-8", "replace").encode("utf-16"),
            "deep": b'{"sid":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            "list": b"[" + body + b"]",
            "text": json.dumps(body.decode("utf-8", "replace")).encode(),
            "bom": b"\xef\xbb\xbf" + body,
            "twice": body + body,
        }
        answer.body = made[kind]
        return f"bytes: {kind}"

    def _headers(self, answer: Answer, _call: Call) -> str:
        kind = self._rng.choice(["type", "gzip", "long", "short", "id", "cookie"])
        if kind == "type":
            answer.content_type = self._rng.choice(["text/html", "application/xml", "application/json; charset=x", ""])
        elif kind == "gzip":
            answer.headers["Content-Encoding"] = "gzip"
        elif kind == "long":
            # Less arrives than was announced.
            answer.headers["Content-Length"] = str(len(answer.body) + 7)
        elif kind == "short":
            answer.body = answer.body[:-1]
        elif kind == "id":
            answer.headers["Twilio-Request-Id"] = "RQ\x1b[31m"
        elif kind == "cookie":
            answer.headers["Set-Cookie"] = "a=\x1b; Domain=evil.example"
        return f"headers: {kind}"


class Breaker:
    """Decides which answers are broken: one, all of a method, or any; and which requests get lost before them.

    ``hid_users`` is whether an answer showed a list without users.

    :param rng: chooses.
    :param others: the SIDs and identities of other resources.
    """

    def __init__(self, rng: random.Random, others: list[str]) -> None:
        self._rng = rng
        self._number = 0
        self._mode = rng.choice(["one", "one", "two", "method", "any"])
        self._numbers = {rng.randrange(8), rng.randrange(12) if self._mode == "two" else 0}
        self._method = rng.choice(["GET", "POST", "DELETE"])
        self.changes = Changes(rng, others)
        self.hid_users = False

    def __call__(self, call: Call, handle: Callable[[], Answer]) -> Answer:
        number, self._number = self._number, self._number + 1
        if self._mode == "method":
            broken = call.method == self._method
        elif self._mode == "any":
            broken = self._rng.random() < 0.3
        else:
            broken = number in self._numbers
        if not broken:
            answer = handle()
            self.changes.saw(answer)
            return answer
        if self._rng.random() < 0.15:
            answer = self._rng.choice(
                [Answer(200, b"<html>", "text/html"), Answer(202), Answer(200), Answer(204, b"x")]
            )
            self.changes.made.append(f"{call.method} {call.raw_path}: lost, {answer.status} {answer.body!r}")
            return answer
        answer = self.changes(call, handle())
        self.hid_users |= b'"users": []' in answer.body
        return answer
