# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find and list resources."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from .._resources.resource_type import Raw, ResourceType, invalid_value
from .._resources.validators import excerpt, is_sid
from .._twilio.client import NO_SERVICE, Page, TwilioClient, is_path_safe, is_path_segment
from .._twilio.deadline import Deadline
from .._twilio.errors import InvalidResponse, NotFound, ServiceNotFound
from .._twilio.rate_limit import Throttle


class Target(NamedTuple):
    """The resource that a task manages: its key, its SID, or both, which then have to match."""

    key: str | None = None
    sid: str | None = None

    def __str__(self) -> str:
        return repr(self.key) if self.key is not None else str(self.sid)


class ConflictError(Exception):
    """The task contradicts the existing resources; the message describes the conflict."""


def fold(key: str) -> str:
    """Return a form of a key that is equal for keys which Twilio might treat as the same.

    It is not documented whether Twilio compares identities by case or by Unicode normalisation form.

    :param key: the key.
    :returns: the key without differences of case, of compatible characters, and of white space at its ends.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold()).strip()


class ResourceLookup:
    """Reads the resources of one type in one service.

    :param client: the API client.
    :param resource_type: the type of resource.
    :param service_sid: the service; None for services themselves.
    :param timeouts: the seconds for ``create``, ``update``, ``read`` and ``delete``, including retries.
    :param throttle: shared by concurrent operations; None when there is only one operation at a time.
    """

    def __init__(
        self,
        client: TwilioClient,
        resource_type: ResourceType,
        service_sid: str | None,
        timeouts: Mapping[str, float],
        throttle: Throttle | None = None,
    ) -> None:
        self.client = client
        self.resource_type = resource_type
        self.service_sid = service_sid
        self.timeouts = timeouts
        self.throttle = throttle
        self.path = ("Services", *([service_sid] if service_sid else []), *resource_type.path)
        self._fields = resource_type.returned_fields()
        self.location = f"{client.product.title} service {service_sid}" if service_sid else client.product.title
        self._service_lock = threading.Lock()
        # The last check of the service: when it began, and its result. A service that is gone does not come back.
        self._service_check = (0.0, True)

    def deadline(self, operation: str) -> Deadline:
        """Return the deadline of an operation that starts now.

        :param operation: create, update, read or delete.
        :returns: the deadline.
        """
        return Deadline(operation, self.timeouts[operation], self.throttle, self.client.reporter)

    def describe(self, verb: str, target: Target) -> str:
        """Describe an operation for error messages.

        :param verb: such as "read".
        :param target: the resource.
        :returns: such as "read user 'alice' in Chat service IS...".
        """
        name = "" if self.resource_type.singleton else f" {target}"
        return f"{verb} {self.resource_type.name}{name} in {self.location}"

    def find(self, target: Target, deadline: Deadline, force_list: bool = False) -> Raw | None:
        """Read one resource.

        :param target: the resource; it is read by its SID if that is given. One request, unless its key is not safe in
            a URL.
        :param deadline: the deadline of the operation.
        :param force_list: search the list too when a request for the key returns "not found".
        :returns: Twilio's response; None when the resource does not exist, or, for Conversations, the service.
        :raises ServiceNotFound: Twilio's response shows that the service does not exist.
        :raises ConflictError: several resources have this key.
        :raises InvalidResponse: the response is not about this resource, or has a value of a wrong type.
        :raises TwilioError: the request failed.
        """
        if self.resource_type.singleton:
            try:
                whole = self.client.fetch(self.path, deadline, self.describe("read", target))
                return self.checked(whole, target, "read")
            except NotFound as error:
                raise ServiceNotFound(f"{self.location} {NO_SERVICE}", **error.details()) from None
        if target.sid is not None:
            return self._fetch_by_sid(target.sid, target, deadline)
        key = target.key or ""
        if not self.resource_type.key_in_path:
            return self._find_by_name(key, deadline)
        if is_path_segment(key):
            raw = self._fetch(key, target, deadline)
            if raw is not None and self.key_of(raw) == key:
                return self.checked(raw, target, "read")
            if raw is None and is_path_safe(key) and not force_list:
                return None
        listed = next((raw for raw in self.list(deadline) if self.key_of(raw) == key), None)
        if listed is not None and self.is_partial(listed):
            return self._fetch_by_sid(listed["sid"], target, deadline)
        return listed

    def _find_by_name(self, name: str, deadline: Deadline) -> Raw | None:
        """Find the only resource with this name in the list, which is complete for types without JSON fields."""
        found = [raw for raw in self.list(deadline) if self.key_of(raw) == name]
        if len(found) > 1:
            sids = ", ".join(raw["sid"] for raw in found)
            raise ConflictError(
                f"There are {len(found)} {self.resource_type.name}s with the {self.resource_type.key.name} {name!r} in"
                f" {self.location} ({sids}); say which one is meant by its SID"
            )
        return self.checked(found[0], Target(name), "read") if found else None

    def find_similar(self, key: str, deadline: Deadline) -> Raw | None:
        """Find a resource whose key Twilio might treat as the same as another one. Reads the list.

        :param key: a key that no resource has.
        :param deadline: the deadline for all pages.
        :returns: a resource whose key differs only in case, Unicode normalisation form or surrounding white space.
        :raises ServiceNotFound: the service does not exist.
        :raises TwilioError: a request failed.
        """
        folded = fold(key)
        return next((raw for raw in self.list(deadline) if fold(str(self.key_of(raw))) == folded), None)

    def _fetch_by_sid(self, sid: str, target: Target, deadline: Deadline) -> Raw | None:
        raw = self._fetch(sid, target, deadline)
        return None if raw is None else self.checked(raw, Target(sid=sid), "read", target)

    def _fetch(self, segment: str, target: Target, deadline: Deadline) -> Raw | None:
        try:
            return self.client.fetch((*self.path, segment), deadline, self.describe("read", target))
        except ServiceNotFound:
            if self.resource_type.is_service:
                return None
            raise
        except NotFound:
            return None

    def list(self, deadline: Deadline) -> Iterator[Raw]:
        """Yield all resources, in Twilio's order; pages are requested on demand.

        :param deadline: the deadline for all pages.
        :returns: an iterator over the resources.
        :raises ServiceNotFound: the service does not exist.
        :raises TwilioError: a request failed.
        """
        return chain.from_iterable(page.records for page in self.pages(deadline))

    def pages(self, deadline: Deadline) -> Iterator[Page]:
        """Yield the pages of the list, requested on demand.

        :param deadline: the deadline for all pages.
        :returns: an iterator over the pages.
        :raises ServiceNotFound: the service does not exist.
        :raises InvalidResponse: a record cannot be identified.
        :raises TwilioError: a request failed.
        """
        operation = f"list the {self.resource_type.name}s of {self.location}"
        pages = self.client.pages(
            self.path, self.resource_type.list_key, deadline, operation, self.resource_type.page_size
        )
        for page in pages:
            for raw in page.records:
                problem = self._wrong_subject(raw, Target())
                if problem is not None:
                    raise InvalidResponse(f"Could not {operation}: in Twilio's answer, {problem}")
            yield page

    def checked(self, raw: Raw, target: Target, verb: str, shown: Target | None = None) -> Raw:
        """Check that a response is about a resource, and that its values have the right types.

        :param raw: Twilio's response.
        :param target: the SID and the key that the response must have, as far as they are given.
        :param verb: the operation for the error message, such as "read".
        :param shown: the resource in the error message, if it is not ``target``.
        :returns: the response.
        :raises InvalidResponse: the response is not usable.
        """
        problem = self._wrong_subject(raw, target) or invalid_value(self._fields, raw)
        if problem is not None:
            raise InvalidResponse(f"Could not {self.describe(verb, shown or target)}: in Twilio's answer, {problem}")
        return raw

    def is_partial(self, raw: Raw) -> bool:
        """Return whether a record of a list has to be read again by its SID.

        :param raw: a record of Twilio's list.
        :returns: whether it lacks values of JSON fields, or has a value of a wrong type.
        """
        return self.resource_type.is_partial(raw) or invalid_value(self._fields, raw) is not None

    def _wrong_subject(self, raw: Raw, target: Target) -> str | None:
        """Return why a response cannot be about a resource; None when it can."""
        service_sid, sid, key = raw.get("service_sid"), raw.get("sid"), self.key_of(raw)
        if (
            not self.resource_type.is_service
            and service_sid is not None
            and not _same_sid(service_sid, self.service_sid)
        ):
            return f"the service SID is {excerpt(service_sid)}"
        if self.resource_type.singleton:
            return None
        if not (isinstance(sid, str) and is_sid(self.resource_type.sid_prefix, sid)):
            return f"a SID is {excerpt(sid)}"
        if target.sid is not None and not _same_sid(sid, target.sid):
            return f"the SID is {excerpt(sid)}"
        name = self.resource_type.key.name
        if not isinstance(key, str) and (key is not None or self.resource_type.key_in_path):
            return f"the {name} of {sid} is {excerpt(key)}, which is not text"
        if key == "" and self.resource_type.key_in_path:
            return f"the {name} of {sid} is empty"
        if target.key is not None and key != target.key:
            return f"the {name} is {excerpt(key)}"
        return None

    def check_service(self, deadline: Deadline) -> None:
        """Check that the service exists. One request.

        :param deadline: the deadline of the operation.
        :raises ServiceNotFound: the service does not exist.
        :raises TwilioError: the request failed.
        """
        if self.service_sid is not None and not self.client.service_exists(self.service_sid, deadline):
            raise ServiceNotFound(f"{self.location} {NO_SERVICE}", 404)

    def service_existed(self, since: float, deadline: Deadline) -> bool:
        """Return whether the service exists. At most one request, which concurrent operations share.

        :param since: the time, on the monotonic clock, after which the service has to be checked.
        :param deadline: the deadline of the operation.
        :returns: False also when these credentials may not read the service.
        :raises TwilioError: the request failed.
        """
        with self._service_lock:
            checked, exists = self._service_check
            if self.service_sid is not None and exists and checked < since:
                checked = time.monotonic()
                exists = self.client.service_exists(self.service_sid, deadline, if_forbidden=False)
                self._service_check = (checked, exists)
            return exists

    def check_service_unless_listed(self, target: Target, deadline: Deadline) -> None:
        """Check that the service of a resource that was not found exists. At most one request.

        Twilio's response is the same for a missing resource and a missing service. If the list was read, the service
        exists.

        :param target: the resource.
        :param deadline: the deadline of the operation.
        :raises ServiceNotFound: the service does not exist.
        :raises TwilioError: the request failed.
        """
        if self.resource_type.key_in_path or target.sid is not None:
            self.check_service(deadline)

    def key_of(self, raw: Raw) -> str | None:
        """Return the key of a resource.

        :param raw: Twilio's response.
        :returns: the key; None when it is missing or null.
        """
        key: str | None = raw.get(self.resource_type.key.name)
        return key

    def has_other_key(self, raw: Raw, target: Target) -> bool:
        """Return whether a resource has another key than the target.

        :param raw: the resource as read.
        :param target: the target.
        :returns: False also when the target has no key.
        """
        return target.key is not None and self.key_of(raw) != target.key

    def conflict(self, raw: Raw, target: Target) -> str:
        """Return an error message about a resource that has the target's SID, but another key.

        :param raw: the resource as read.
        :param target: the target.
        :returns: the message.
        """
        name = self.resource_type.key.name
        return (
            f"{self.resource_type.name.capitalize()} {target.sid} in {self.location} has the {name}"
            f" {self.key_of(raw)!r}, and the task gives {target.key!r}"
        )


def _same_sid(one: Any, other: str | None) -> bool:
    return isinstance(one, str) and one.lower() == (other or "").lower()
