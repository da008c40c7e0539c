# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: what goes wrong with which request, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from . import rules, seed
from .call import Answer
from .errors import TwilioError, error_body
from .products import BY_NAME
from .store import Role, Service, Store, new_sid, now
from .switches import Switches

Named = TypeVar("Named", Role, Service)

# The keys each kind takes besides match, after and times.
KINDS: dict[str, tuple[str, ...]] = {
    "status": ("status", "body", "code", "message", "headers"),
    "status_after": ("status", "body", "code", "message", "headers"),
    "drop_before": (),
    "drop_after": (),
    "hang": ("seconds",),
    "hang_after": ("seconds",),
    "process_late": ("seconds",),
    "truncated": (),
    "truncated_connection": (),
    "not_json": ("text",),
    "act": ("do", "service_sid", "identity", "role", "service", "fields"),
    "act_after": ("do", "service_sid", "identity", "role", "service", "fields"),
}
# What an act is about, and the keys that say which one. Roles and services are named by SID or friendly name.
_SUBJECTS = {"user": ("service_sid", "identity"), "role": ("service_sid", "role"), "service": ("service",)}
ACTIONS = {f"{verb}_{thing}": keys for thing, keys in _SUBJECTS.items() for verb in ("create", "update", "delete")}
BODIES = ("json", "html", "empty")
# The status of these codes is not published: it is the switch conflict_status.
CONFLICTS = (50213, 20162, 20409)
_CODE_OF_STATUS = {400: 20001, 401: 20003, 403: 20403, 404: 20404, 409: 20409, 429: 20429, 500: 20500, 503: 20503}
_STATUS_OF_CODE = {50074: 429, 50063: 429, 50050: 403, 50201: 409}


@dataclass
class Fault:
    """One fault; `after` and `times` count down, `times` None means always."""

    number: int
    kind: str
    details: dict[str, Any]
    method: str | None = None
    product: str | None = None
    path: str | None = None
    after: int = 0
    times: int | None = 1

    def matches(self, method: str, product: str | None, path: str) -> bool:
        """Whether a request is one that the fault is about."""
        return (
            (self.method is None or self.method == method)
            and (self.product is None or self.product == product)
            and (self.path is None or re.search(self.path, path) is not None)
        )

    def as_dict(self) -> dict[str, Any]:
        """The fault as it was asked for, with what is left of `after` and `times`."""
        named = {"method": self.method, "product": self.product, "path": self.path}
        match = {name: value for name, value in named.items() if value is not None}
        return {
            "number": self.number,
            "match": match,
            "after": self.after,
            "times": self.times,
            "kind": self.kind,
            **self.details,
        }


@dataclass
class Hit:
    """The faults of one request: someone else's acts, and at most one thing that goes wrong with the answer."""

    act: Fault | None = None
    act_after: Fault | None = None
    fault: Fault | None = None
    outcomes: list[str] = field(default_factory=list)

    def summary(self) -> list[dict[str, Any]]:
        """For the request log."""
        return [
            {"number": fault.number, "kind": fault.kind}
            for fault in (self.act, self.fault, self.act_after)
            if fault is not None
        ]


class Faults:
    """The faults that wait for their request."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._last_number = 0

    def add(self, wanted: Any) -> list[Fault]:
        """Add one fault or a list of them; all or none. A mistake raises ValueError."""
        entries = wanted if isinstance(wanted, list) else [wanted]
        faults = [parse(entry) for entry in entries]
        for fault in faults:
            self._last_number += 1
            fault.number = self._last_number
        self._faults.extend(faults)
        return faults

    def clear(self) -> None:
        """Forget them all."""
        self._faults.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """The faults that can still happen."""
        return [fault.as_dict() for fault in self._faults]

    def take(self, method: str, product: str | None, path: str) -> Hit:
        """The faults of a request, counted as happened."""
        hit = Hit()
        for fault in list(self._faults):
            slot = fault.kind if fault.kind in ("act", "act_after") else "fault"
            # What comes later in the list waits: it does not even count this request.
            if getattr(hit, slot) is not None or not fault.matches(method, product, path):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            setattr(hit, slot, fault)
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._faults.remove(fault)
        return hit


def parse(entry: Any) -> Fault:
    """A fault from its JSON. Anything not understood raises ValueError."""
    if not isinstance(entry, dict):
        raise ValueError("a fault is an object")
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError("unknown fault kind {!r}; known are: {}".format(kind, ", ".join(KINDS)))
    known = ("kind", "match", "after", "times", *KINDS[kind])
    _known(entry, known, f"fault of kind {kind}")
    match = entry.get("match", {})
    if not isinstance(match, dict):
        raise ValueError("match must be an object")
    _known(match, ("method", "product", "path"), "match")
    method, product, path = match.get("method"), match.get("product"), match.get("path")
    if method not in (None, "GET", "POST", "DELETE"):
        raise ValueError("match.method must be GET, POST or DELETE")
    if product is not None and product not in BY_NAME:
        raise ValueError("match.product must be one of {}".format(", ".join(BY_NAME)))
    if path is not None:
        try:
            re.compile(path)
        except (re.error, TypeError) as error:
            raise ValueError(f"match.path is not a regular expression: {error}") from None
    after, times = entry.get("after", 0), entry.get("times", 1)
    if not _whole(after, 0):
        raise ValueError("after must be a whole number, 0 or more")
    if times is not None and not _whole(times, 1):
        raise ValueError("times must be a whole number, 1 or more, or null for always")
    details = {name: entry[name] for name in KINDS[kind] if name in entry}
    _check_details(kind, details)
    return Fault(0, kind, details, method, product, path, after, times)


def _check_details(kind: str, details: Mapping[str, Any]) -> None:
    if kind in ("status", "status_after"):
        _check_status(details)
    elif kind in ("hang", "hang_after", "process_late"):
        seconds = details.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds >= 0:
            raise ValueError(f"{kind} needs seconds, a number")
    elif kind == "not_json":
        if not isinstance(details.get("text", ""), str):
            raise ValueError("text must be text")
    elif kind in ("act", "act_after"):
        _check_act(kind, details)


def _check_act(kind: str, details: Mapping[str, Any]) -> None:
    do = details.get("do")
    if not isinstance(do, str) or do not in ACTIONS:
        raise ValueError("do must be one of " + ", ".join(ACTIONS))
    _known(details, ("do", *ACTIONS[do], "fields"), f"{kind} with {do}")
    for name in ACTIONS[do]:
        if not isinstance(details.get(name), str):
            raise ValueError(f"{kind} with {do} needs {name}")
    fields = details.get("fields", {})
    if not isinstance(fields, dict):
        raise ValueError("fields must be an object")
    if do.startswith("delete_") and fields:
        raise ValueError(f"{do} takes no fields")
    if do.startswith("update_") and "sid" in fields:
        raise ValueError(f"{do} cannot change a SID")
    # Tried on a store that nobody sees: what is wrong should be told now, not when the fault happens.
    store = Store()
    sid = store.add_service(store.default, "tried").sid
    if do.endswith("_user"):
        _known(fields, ("friendly_name", "attributes", "role_sid", "is_online", "is_notifiable"), "fields")
        seed.user_fields(fields, "fields")
    elif do.endswith("_role"):
        seed.put_role(store, store.default.services[sid], fields, "fields")
    else:
        seed.put_service(store, store.default, {"sid": sid, **fields}, "fields")


def _check_status(details: Mapping[str, Any]) -> None:
    status, code = details.get("status"), details.get("code")
    if status is None and code is None:
        raise ValueError("a status fault needs status or code")
    if status is not None and not (_whole(status, 200) and status <= 599):
        raise ValueError("status must be a whole number from 200 to 599")
    if code is not None and not _whole(code, 1):
        raise ValueError("code must be a whole number")
    if details.get("body", "json") not in BODIES:
        raise ValueError("body must be one of " + ", ".join(BODIES))
    if not isinstance(details.get("message", ""), str):
        raise ValueError("message must be text")
    headers = details.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise ValueError("headers must be an object of texts")


def _known(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ValueError("{}: unknown {}; known are: {}".format(where, ", ".join(map(repr, unknown)), ", ".join(known)))


def _whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def status_answer(details: Mapping[str, Any], switches: Switches) -> Answer:
    """The answer of a status fault."""
    code = details.get("code")
    status = details.get("status")
    if status is None:
        status = switches.conflict_status if code in CONFLICTS else _STATUS_OF_CODE.get(code or 0, 400)
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    headers = dict(details.get("headers", {}))
    body = details.get("body", "json")
    if body == "empty":
        return Answer(status, b"", None, headers)
    if body == "html":
        page = "<html>\n<head><title>%d %s</title></head>\n<body><h1>%s</h1></body>\n</html>\n"
        return Answer(status, (page % (status, phrase, phrase)).encode(), "text/html", headers)
    if code is None:
        code = _CODE_OF_STATUS.get(status, status)
    return Answer.json(status, error_body(status, code, details.get("message", phrase)), headers)


def act(details: Mapping[str, Any], store: Store) -> str:
    """Do what someone else does, and say how it went: an act on what is not there changes nothing."""
    verb, _dummy, thing = details["do"].partition("_")
    try:
        if thing == "service":
            return _act_on_service(verb, details, store)
        service = store.find_service(details["service_sid"])
        if service is None:
            return "no such service"
        return (_act_on_user if thing == "user" else _act_on_role)(verb, details, store, service)
    except (TwilioError, ValueError) as error:
        return str(error)


def _act_on_user(verb: str, details: Mapping[str, Any], store: Store, service: Service) -> str:
    fields = seed.user_fields(details.get("fields", {}), "fields")
    user = service.find_user(details["identity"])
    if verb == "create":
        if user is not None:
            return "user exists already"
        store.add_user(service, rules.identity(details["identity"], Switches()), **fields)
        return "created"
    if user is None:
        return "no such user"
    if verb == "delete":
        service.remove_user(user)
        return "deleted"
    for name, value in fields.items():
        setattr(user, name, value)
    user.date_updated = now()
    return "updated"


def _act_on_role(verb: str, details: Mapping[str, Any], store: Store, service: Service) -> str:
    fields = details.get("fields", {})
    if verb == "create":
        # Several roles may have one name: it is no reason to refuse another.
        seed.put_role(store, service, {"friendly_name": details["role"], **fields}, "fields")
        return "created"
    role = _named(service.roles.values(), details["role"])
    if role is None:
        return "no such role"
    if verb == "delete":
        del service.roles[role.sid]
        return "deleted"
    role.date_updated = now()
    seed.put_role(store, service, {**fields, "sid": role.sid}, "fields")
    return "updated"


def _act_on_service(verb: str, details: Mapping[str, Any], store: Store) -> str:
    fields = details.get("fields", {})
    if verb == "create":
        new = {"sid": new_sid("IS"), "friendly_name": details["service"], **fields}
        seed.put_service(store, store.default, new, "fields")
        return "created"
    service = _named(store.services(), details["service"])
    if service is None:
        return "no such service"
    if verb == "delete":
        store.remove_service(service)
        return "deleted"
    service.date_updated = now()
    seed.put_service(store, store.accounts[service.account_sid], {**fields, "sid": service.sid}, "fields")
    return "updated"


def _named(things: Iterable[Named], key: str) -> Named | None:
    """The thing of this SID, else the newest of this friendly name."""
    found = [thing for thing in things if key in (thing.sid, thing.friendly_name)]
    return max(found, key=lambda thing: (thing.sid == key, thing.number), default=None)
