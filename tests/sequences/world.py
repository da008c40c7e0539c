# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio without sockets, and what can disturb a task: failures, and other clients."""

from __future__ import annotations

import hashlib
import itertools
import math
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import unquote

import requests
import urllib3

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleDefinition, ModuleError
from ansible_collections.community.twilio.tests.emulator import faults, store
from ansible_collections.community.twilio.tests.emulator.call import Answer, Call
from ansible_collections.community.twilio.tests.emulator.switches import Switches
from ansible_collections.community.twilio.tests.unit.plugins.support import in_memory
from ansible_collections.community.twilio.tests.unit.plugins.support import twilio as support

from . import state as states

MODULES: dict[str, Mapping[str, ModuleDefinition]] = {
    "user": support.USER_MODULES,
    "users": support.USERS_MODULES,
    "role": support.ROLE_MODULES,
    "service": support.SERVICE_MODULES,
    "user_info": support.USER_INFO_MODULES,
    "role_info": support.ROLE_INFO_MODULES,
    "service_info": support.SERVICE_INFO_MODULES,
}

# Failures of a request that has not been processed.
BEFORE = ("429", "429 with Retry-After", "500", "503", "409", "502 as HTML", "refused", "lost", "slow")
# Failures of one that has.
AFTER = ("503 after", "lost after", "slow after", "not JSON")
# A creation that is processed after the client has given up waiting for its answer.
LATE = "late"
LATE_SECONDS = 20


@dataclass
class Disturbance:
    """What disturbs one task: failures by the number of the request, and changes of users by another client.

    A change is made right before the first request from its number on that allows it; for ``near`` the number is that
    of the requests that read, update or delete the same user. From the request ``outage`` on,
    every request fails. ``reads`` is the number of requests before the first write, if nothing disturbs them.
    """

    failures: dict[int, str] = field(default_factory=dict)
    changes: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    outage: int | None = None
    outage_kind: str = "503"
    reads: float = math.inf
    near: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


class Result(dict[str, Any]):
    """The result of a task, with what it sent."""

    writes: list[in_memory.Write]
    # The users, roles and so on that the task has written, also if the answer was lost: action, kind, service, name.
    done: list[tuple[str, str, str, str | None]]
    requests: int
    seconds: float

    @property
    def failed(self) -> bool:
        """Return whether the task failed."""
        return bool(self.get("failed"))


class World:
    """A Twilio that tasks talk to."""

    def __init__(self, switches: Mapping[str, Any]) -> None:
        self._numbers = itertools.count(1)
        self._disturbance = Disturbance()
        self._number = 0
        self._changes: list[tuple[int, dict[str, Any]]] = []
        self._near: list[tuple[int, dict[str, Any]]] = []
        # How many requests were about each user; and whose SID it is.
        self._asked: Counter[str] = Counter()
        self._identities: dict[str, str] = {}
        self._late: list[tuple[float, Callable[[], Answer]]] = []
        self._is_replacement = False
        self._merges = False
        self._unset: dict[tuple[str, ...], Any] = {}
        if switches.get("unset_webhook_method_as") == "POST":
            self._unset["chat", "webhook_method"] = "POST"
        if switches.get("unset_notifications_as") == "empty":
            for product in ("chat", "conversations"):
                self._unset[product, "notifications", "new_message", "badge_count_enabled"] = False
        self._lock = threading.Lock()
        self.made: list[dict[str, Any]] = []
        # Who was created by another client after the task had read all users, with the SID.
        self.newcomers: dict[str, str] = {}
        # Whom the task has deleted, with the number of changes that other clients had made by then.
        self.deleted: dict[str | None, int] = {}
        self._done: list[tuple[str, str, str, str | None]] = []
        self._has_planned = False
        self.store = store.Store()
        with self._sids():
            self.store.add_service(self.store.default, "Shop", self.store.default_service_sid)
        self.twilio = in_memory.Twilio(self.store, self._answer, Switches().changed(dict(switches)))

    @contextmanager
    def _sids(self) -> Iterator[None]:
        """Let SIDs be the same at each run, in an order that is not that of creation."""

        def new_sid(prefix: str) -> str:
            return prefix + hashlib.md5(str(next(self._numbers)).encode(), usedforsecurity=False).hexdigest()

        with mock.patch.object(store, "new_sid", new_sid), mock.patch.object(faults, "new_sid", new_sid):
            yield

    def snapshot(self) -> states.State:
        """Return what Twilio holds."""
        return states.snapshot(self.store, self._unset)

    def act(self, change: Mapping[str, Any]) -> str:
        """Let another client change something."""
        with self._sids():
            return faults.act(change, self.store)

    def run(
        self,
        module: str,
        product: str,
        options: Mapping[str, Any],
        check: bool = False,
        disturbance: Disturbance | None = None,
    ) -> Result:
        """Run a task."""
        self._disturbance = disturbance or Disturbance()
        self._changes = sorted(self._disturbance.changes, key=lambda change: change[0])
        self._near = sorted(self._disturbance.near, key=lambda change: change[0])
        services = self.store.default.services.values()
        self._identities = {user.sid: user.identity for service in services for user in service.users.values()}
        self._asked.clear()
        self._number = 0
        self._is_replacement = bool(options.get("replace"))
        entries = [options, *options.get("users", ())]
        self._merges = any(entry.get("attributes_mode") == "merge" for entry in entries)
        self.made, self.newcomers, self.deleted, self._done, self._has_planned = [], {}, {}, [], False
        self.twilio.writes, self.twilio.requests = [], 0
        begin = self.twilio.clock.now
        connection = {
            "account_sid": self.store.default.sid,
            "auth_token": store.DEFAULT_AUTH_TOKEN,
            "api_base_url": in_memory.URL,
        }
        result = Result()
        with in_memory.answered_by(self.twilio, random.Random(0)), self._sids():
            try:
                result.update(support.execute(MODULES[module][product], {**connection, **options}, check))
            except ModuleError as failure:
                result.update({**failure.result, "failed": True, "msg": failure.message})
        # What is processed even later, no task can know.
        result.done, result.requests = list(self._done), self.twilio.requests
        self._process_late(math.inf)
        result.writes = [write for write in self.twilio.writes if write.is_done]
        result.seconds = self.twilio.clock.now - begin
        return result

    def _answer(self, call: Call, handle: Callable[[], Answer]) -> Answer:
        with self._lock:
            number, self._number = self._number, self._number + 1
            disturbance = self._disturbance
            kind = disturbance.failures.get(number)
            if disturbance.outage is not None and number >= disturbance.outage:
                kind = disturbance.outage_kind
            self._process_late(self.twilio.clock.now)
            if (
                not self.made
                and number >= disturbance.reads
                and not any(each < number for each in disturbance.failures)
            ):
                self._has_planned = True
            # In their order: what cannot be done now makes the others wait.
            while self._changes and self._changes[0][0] <= number and self._may_act(call, kind, self._changes[0][1]):
                self._intervene(self._changes.pop(0)[1])
            subject = self._subject(call)
            self._asked[subject] += 1
            for each in [each for each in self._near if each[1]["identity"] == subject]:
                if each[0] > self._asked[subject] or not self._may_act(call, kind, each[1]):
                    break
                self._near.remove(each)
                self._intervene(each[1])
            target = self.twilio.target(call)
            self._has_planned = self._has_planned or target is not None

            def process() -> Answer:
                answer = handle()
                if target is not None and answer.status < 300:
                    self._done.append(target)
                    if target[:2] == ("delete", "users"):
                        self.deleted[target[3]] = len(self.made)
                return answer

            return process() if kind is None else self._fail(kind, call, process)

    def _subject(self, call: Call) -> str:
        """Return the identity of the user that a request names in its path."""
        *_rest, kind, name = ["", "", *map(unquote, call.raw_path.split("/"))]
        return self._identities.get(name, name) if kind.lower() == "users" else ""

    def _intervene(self, change: dict[str, Any]) -> None:
        """Let another client change something during the task."""
        self.made.append(change)
        said = self.act(change)
        if said == "created" and change["do"] == "create_user" and self._has_planned:
            user = self.store.default.services[change["service_sid"]].find_user(change["identity"])
            self.newcomers[change["identity"]] = user.sid if user else ""
        elif said == "deleted" and change["do"] == "delete_user":
            self.newcomers.pop(change["identity"], None)

    def _process_late(self, now: float) -> None:
        """Process the requests that are late, up to a time."""
        late, self._late = self._late, [each for each in self._late if each[0] > now]
        for moment, handle in late:
            if moment <= now:
                handle()

    def _may_act(self, call: Call, kind: str | None, change: Mapping[str, Any]) -> bool:
        """Return whether what another client does now can be kept.

        Twilio has no conditional requests: what another client writes between the last read of a user and the write of
        its attributes, or its deletion, is lost. That is the only moment at which it may be. A user that is created
        anew in this moment gets what is merged with the attributes of the previous one.
        """
        target = self.twilio.target(call)
        if target is not None and change["do"] == "create_user" and self._merges and target[3] is None:
            return False
        if target is None or kind in BEFORE or change["do"] != "update_user" or target[3] != change["identity"]:
            return True
        return not self._is_replacement and "attributes" not in change["fields"] and call.method != "DELETE"

    def _fail(self, kind: str, call: Call, handle: Callable[[], Answer]) -> Answer:
        if kind in AFTER:
            answer = handle()
            if kind == "not JSON":
                # An error of Twilio is not taken for a success.
                return Answer(200, b"<html></html>", "text/html") if answer.status < 300 else answer
        if kind.startswith("lost"):
            raise requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))
        if kind == "refused":
            error = urllib3.exceptions.NewConnectionError(mock.Mock(), "Connection refused")
            raise requests.exceptions.ConnectionError(urllib3.exceptions.MaxRetryError(mock.Mock(), "/", error))
        if kind.startswith(("slow", LATE)):
            self.twilio.clock.sleep(30)
            if kind == LATE and (self.twilio.target(call) or ("",))[0] == "create":
                self._late.append((self.twilio.clock.now + LATE_SECONDS, handle))
            raise requests.exceptions.ReadTimeout("Read timed out.")
        if kind == "502 as HTML":
            return Answer(502, b"<html></html>", "text/html")
        headers = {"Retry-After": "2"} if kind == "429 with Retry-After" else {}
        code = {"409": 50213, "429": 20429}.get(kind[:3], 20500)
        return Answer.json(int(kind[:3]), {"code": code, "message": kind, "status": int(kind[:3])}, headers)
