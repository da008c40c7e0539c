# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring many resources of one type to their desired state, with concurrent requests."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

from .._resources import plan as plans
from .._resources.field_types import PlanningError
from .._resources.list_or_fetch import should_read_page
from .._resources.plan import Plan
from .._resources.resource_type import Raw
from .._resources.selection import Selection
from .._twilio.client import Page, is_path_safe
from .._twilio.errors import Interrupted, InvalidResponse, ServiceNotFound, TokenError, TwilioError, WrongAccount
from .._twilio.rate_limit import Throttle
from .._twilio.responses import is_outage
from .apply import ResourceManager
from .lookup import ConflictError, Target, fold
from .progress import Progress
from .signals import StopSignals
from .workers import run_jobs

T = TypeVar("T")

# The minimum number of resources in a row that fail before an outage of Twilio is assumed.
MIN_OUTAGE = 3
# What Twilio returns to every request: the credentials are wrong, or the product has ended.
FOR_ALL = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.GONE})


class Limits(NamedTuple):
    """The limits of a run.

    ``concurrency``: the number of concurrent requests. ``max_deletions`` and ``max_changes``: fail before any
    change if more resources would be deleted, or created, updated or deleted; None for no limit. ``stop_on_error``:
    start no further writes after a resource has failed. ``total_seconds``: send no further requests when the run
    has taken this long.
    """

    concurrency: int
    max_deletions: int | None = None
    stop_on_error: bool = False
    total_seconds: float = math.inf
    max_changes: int | None = None


class Unchanged(NamedTuple):
    """A resource of the input that needed no change: its position, its key, and the resource, if it exists."""

    position: int
    key: str
    raw: Raw | None


class Change(NamedTuple):
    """A resource that has to be changed: its position in the input, its key, the plan, and the desired values.

    ``desired`` is None for a resource that has to be deleted.
    """

    position: int
    key: str
    plan: Plan
    desired: Mapping[str, Any] | None


class ItemResult(NamedTuple):
    """The result for one resource: the executed plan and the resource afterwards, or the error."""

    position: int
    key: str
    plan: Plan | None
    raw: Raw | None = None
    error: TwilioError | PlanningError | ConflictError | None = None


class BulkResult(NamedTuple):
    """The result of a run, or the predicted one in check mode.

    ``items`` are the resources that changed or failed, in the order of the input, followed by pruned ones in the order
    of their keys. ``unchanged`` is the number of resources that already had their desired state, ``not_attempted`` the
    number of those that were not started, and ``stop_reason`` the reason for that. ``signal`` is the signal that
    stopped the task, if any. ``left_alone`` is the number of resources that are neither in the input nor selected to be
    pruned; None when there are no conditions for that. ``kept`` are the unchanged resources of the input, if they were
    asked for.
    """

    items: list[ItemResult]
    unchanged: int
    not_attempted: int
    stop_reason: str | None
    signal: int | None = None
    left_alone: int | None = None
    kept: tuple[Unchanged, ...] = ()


class _NotSelected(Exception):
    """A resource that was selected to be pruned no longer matches."""


def _is_for_all(error: Exception) -> bool:
    """Return whether Twilio would refuse the requests about all other resources too."""
    return isinstance(error, (ServiceNotFound, TokenError, WrongAccount)) or getattr(error, "status", None) in FOR_ALL


class BulkSync:
    """Brings many resources to their desired state.

    :param manager: manages the resources of the service; its lookup has a throttle.
    :param desired: the desired values by key, as in :meth:`ResourceManager.present`, or None for a resource that is to
        be absent; in the order in which they are written.
    :param prune: selects the resources to delete of those that are not in ``desired``; None to delete none of them.
    :param limits: the limits of the run.
    :param progress: reports the progress.
    :param keep_unchanged: whether the result contains the unchanged resources too.
    """

    def __init__(
        self,
        manager: ResourceManager,
        desired: Mapping[str, Mapping[str, Any] | None],
        prune: Selection | None,
        limits: Limits,
        progress: Progress,
        keep_unchanged: bool = False,
    ) -> None:
        self._manager = manager
        self._lookup = manager.lookup
        self._type = manager.lookup.resource_type
        self._throttle = manager.lookup.throttle or Throttle()
        self._desired = desired
        self._prune = prune
        self._limits = limits
        self._progress = progress
        self._positions = {key: position for position, key in enumerate(desired)}
        self._noun = f"{self._type.name}s"
        self._changes: list[Change] = []
        self._items: list[ItemResult] = []
        self._unchanged = 0
        self._left_alone = 0
        self._kept: list[Unchanged] | None = [] if keep_unchanged else None
        self._attempted = 0
        self._failed = 0
        self._service_seen = False
        # The folded keys of the listed resources that failed; set before pruning starts.
        self._failed_keys: set[str] = set()
        self._unreachable = 0
        self._started = time.monotonic()
        self._stop_reason: str | None = None
        self._lock = threading.Lock()
        # Created here, so that the end of the parent process is also detected while the resources are read.
        self._signals = StopSignals(self._throttle.stop)

    @property
    def service_seen(self) -> bool:
        """Return whether a response has shown that the service exists."""
        return self._service_seen

    def run(self, check_mode: bool) -> BulkResult:
        """Read and plan all resources, and write them unless in check mode.

        Requests: the pages of the list or one for each resource, whichever is expected to be fewer (see
        :func:`~.list_or_fetch.should_read_page`), and one for each resource that has to change. A merge and a deletion
        take one more, which reads the resource again right before. In check mode, one more request verifies that the
        service exists, if a resource would be created and no response has shown it yet.

        :param check_mode: return after planning.
        :returns: the result, or the predicted one in check mode.
        :raises ConflictError: more resources would be deleted or changed than allowed. Nothing was written.
        :raises ServiceNotFound: the service does not exist, and a resource is to be present. Nothing was written.
        :raises TwilioError: the resources could not be listed. Nothing was written.
        """
        unread = len(self._desired)
        try:
            for key, found in self._read():
                self._plan(key, found)
                unread -= int(key in self._desired)
        except ServiceNotFound:
            if any(fields is not None for fields in self._desired.values()) or self._prune is not None:
                raise
            self._changes, self._unchanged, unread = [], len(self._desired), 0
        # Twilio does not guarantee an order for the resources that are not in the input.
        self._changes.sort(key=lambda change: (change.position, change.key))
        self._refuse_too_many_changes()
        if self._changes and not self._is_stopped():
            (self._predict if check_mode else self._write_all)()
        self._items.sort(key=lambda item: (item.position, item.key))
        not_attempted = len(self._changes) - self._attempted + unread
        return BulkResult(
            self._items,
            self._unchanged,
            not_attempted,
            self._stop_reason,
            self._signals.signal,
            self._left_alone if self._prune is not None and self._prune.has_conditions else None,
            tuple(self._kept or ()),
        )

    # Reading

    def _read(self) -> Iterator[tuple[str, Raw | TwilioError | None]]:
        """Read the desired resources, and with prune all others too.

        :returns: key and resource, in any order; None when the resource does not exist, an error when it could not be
            read.
        """
        missing = dict.fromkeys(self._desired)
        # Only the list reliably shows whether these resources exist.
        uncertain = {key for key in self._desired if not is_path_safe(key)}
        partial: list[Target] = []
        pages = self._lookup.pages(self._lookup.deadline("read"))
        unlisted: set[str] = set()
        previous: set[str] = set()
        overlapping = False
        count, last = 0, False
        while not last and (self._prune is not None or uncertain or self._should_read_page(count, missing, partial)):
            page = next(pages, Page([], last=True))
            count, last, self._service_seen = count + 1, page.last, True
            sids = {raw["sid"] for raw in page.records}
            overlapping = overlapping or not sids.isdisjoint(previous) or len(sids) < len(page.records)
            previous = sids
            for raw in page.records:
                key = str(self._lookup.key_of(raw))
                if key in missing:
                    del missing[key]
                elif self._prune is None or key in self._desired or key in unlisted:
                    continue
                else:
                    unlisted.add(key)
                    if self._prune.excludes(raw):
                        self._left_alone += 1
                        continue
                uncertain.discard(key)
                if self._lookup.is_partial(raw) and self._needs_whole(key, raw):
                    partial.append(Target(key, raw["sid"]))
                else:
                    yield key, raw
            self._progress.read(len(self._desired) - len(missing) + len(unlisted), self._noun)
            if self._is_overdue():
                break
        if last and not overlapping:
            for key in missing:
                yield key, None
            missing = {}
        yield from self._fetch([*(Target(key) for key in missing), *partial])

    def _should_read_page(self, pages: int, missing: Mapping[str, None], partial: Sequence[Target]) -> bool:
        return should_read_page(pages, len(self._desired), len(missing) + len(partial), self._limits.concurrency)

    def _needs_whole(self, key: str, raw: Raw) -> bool:
        """Return whether values missing from the list are needed, for the desired state or for the diff of a change."""
        desired = self._desired.get(key)
        if desired is None or not self._type.is_partial(raw):
            return True
        missing = [field.name for field in self._type.fields if raw.get(field.name) is None]
        return any(name in desired for name in missing) or bool(
            self._manager.planner.plan_for(Target(key), desired, raw).action != plans.NONE
        )

    def _fetch(self, targets: Sequence[Target]) -> Iterable[tuple[str, Raw | TwilioError | None]]:
        found: list[tuple[str, Raw | TwilioError | None]] = []

        def fetch(target: Target) -> None:
            raw: Raw | TwilioError | None
            try:
                raw = self._lookup.find(target, self._lookup.deadline("read"))
            except Interrupted:
                return
            except TwilioError as error:
                if _is_for_all(error):
                    raise
                raw = error
                self._watch_outage(error)
            else:
                self._watch_outage(None)
            found.append((target.key or "", raw))

        def poll() -> None:
            self._is_overdue()
            self._progress.read(len(found), self._noun)

        self._run_jobs(targets, fetch, poll)
        self._service_seen = self._service_seen or any(isinstance(raw, Mapping) for _key, raw in found)
        return found

    # Planning

    def _plan(self, key: str, found: Raw | TwilioError | None) -> None:
        position = self._positions.get(key, len(self._positions))
        desired = self._desired.get(key)
        if isinstance(found, TwilioError):
            self._add_failure(position, key, found)
            return
        if (
            self._prune is not None
            and found is not None
            and key not in self._desired
            and not self._prune.matches(found)
        ):
            self._left_alone += 1
            return
        try:
            if desired is None:
                plan = plans.plan_absent(self._type, found)
            else:
                plan = self._manager.planner.plan_for(Target(key), desired, found)
        except PlanningError as error:
            self._add_failure(position, key, error)
            return
        if plan.action == plans.NONE:
            self._add_unchanged(position, key, plan.current)
        else:
            self._changes.append(Change(position, key, plan, desired))

    def _refuse_too_many_changes(self) -> None:
        deletions = sum(1 for change in self._changes if change.plan.action == plans.DELETE)
        for option, allowed, count, what in (
            ("max_deletions", self._limits.max_deletions, deletions, "deleted"),
            ("max_changes", self._limits.max_changes, len(self._changes), "created, updated or deleted"),
        ):
            if allowed is not None and count > allowed:
                raise ConflictError(
                    f"{option}: allows {allowed}, but {count} would be {what} in"
                    f" {self._lookup.location}; nothing was changed"
                )

    # Writing

    def _predict(self) -> None:
        if not self._service_seen and any(change.plan.action == plans.CREATE for change in self._changes):
            self._lookup.check_service(self._lookup.deadline("read"))
        self._items += [
            ItemResult(position, key, plan, plan.predicted) for position, key, plan, _desired in self._changes
        ]
        self._attempted = len(self._changes)

    def _write_all(self) -> None:
        self._progress.start_writing()
        with self._signals as signals:

            def poll() -> None:
                signals.poll()
                self._is_overdue()
                self._progress.written(self._attempted, self._failed, len(self._changes), self._noun)

            signals.poll()
            listed = [change for change in self._changes if change.key in self._desired]
            self._run_jobs(listed, self._write, poll)
            if not self._is_stopped():
                failed = (item.key for item in self._items if item.error is not None)
                self._failed_keys = {fold(key) for key in failed if key in self._desired}
                self._run_jobs(self._changes[len(listed) :], self._write, poll)
            if signals.reason is not None:
                self._stop_reason = signals.reason
        service_errors = [item.error for item in self._items if isinstance(item.error, ServiceNotFound)]
        if not self._service_seen and service_errors and len(service_errors) == len(self._items):
            # Nothing was written, and no response has shown that the service exists.
            raise service_errors[0]

    def _write(self, change: Change) -> None:
        is_listed = change.key in self._desired
        # Of the unlisted ones only the resource that was planned, not one that was created anew with the same key.
        target = Target(change.key, None if is_listed else (change.plan.current or {}).get("sid"))
        try:
            if not is_listed:
                self._refuse_similar(target)
            guard = None if is_listed else self._require_selected
            outcome = self._manager.apply(change.plan, target, change.desired, planned_early=True, guard=guard)
        except _NotSelected:
            self._watch_outage(None)
            with self._lock:
                self._left_alone += 1
        except Interrupted as error:
            if not error.started:
                return
            operation = self._lookup.describe(change.plan.action, target)
            error = Interrupted(f"Could not {operation}: interrupted on the way")
            self._add_failure(change.position, change.key, error)
        except (TwilioError, PlanningError, ConflictError) as error:
            self._add_failure(change.position, change.key, error)
            self._watch_outage(error)
        else:
            self._watch_outage(None)
            with self._lock:
                if outcome.plan.action != plans.NONE:
                    raw = outcome.raw or change.plan.current
                    self._items.append(ItemResult(change.position, change.key, outcome.plan, raw))
                else:
                    self._add_unchanged(change.position, change.key, outcome.raw)
        with self._lock:
            self._attempted += 1

    def _add_unchanged(self, position: int, key: str, raw: Raw | None) -> None:
        if key in self._desired:
            self._unchanged += 1
            if self._kept is not None:
                self._kept.append(Unchanged(position, key, raw))

    def _refuse_similar(self, target: Target) -> None:
        """Refuse to prune a resource if that could delete one that the task lists."""
        if fold(target.key or "") in self._failed_keys:
            operation = self._lookup.describe("delete", target)
            reason = f"Twilio may treat it as the same as a listed {self._type.name} that failed"
            raise ConflictError(f"Did not {operation}: {reason}")

    def _require_selected(self, raw: Raw) -> None:
        if self._prune is not None and not self._prune.matches(raw):
            raise _NotSelected

    def _watch_outage(self, error: Exception | None) -> None:
        """Stop the run when resource after resource fails since Twilio cannot be reached, or answers with 5xx or 429.

        :param error: how one resource has failed; None when it has not.
        """
        if not isinstance(error, TwilioError) or isinstance(error, InvalidResponse) or not is_outage(error.status):
            self._unreachable = 0
            return
        with self._lock:
            self._unreachable += 1
            if self._unreachable >= max(MIN_OUTAGE, self._limits.concurrency) and self._stop_reason is None:
                self._stop_reason = f"{self._unreachable} {self._noun} in a row failed like this"

    def _is_overdue(self) -> bool:
        """Stop the run, including the waits of started resources, when it takes too long."""
        if time.monotonic() - self._started < self._limits.total_seconds:
            return False
        if self._stop_reason is None:
            self._stop_reason = f"{self._limits.total_seconds:g} s have passed (timeouts.total)"
        self._throttle.stop()
        return True

    def _add_failure(self, position: int, key: str, error: TwilioError | PlanningError | ConflictError) -> None:
        with self._lock:
            self._failed += 1
            self._items.append(ItemResult(position, key, None, None, error))
            if _is_for_all(error):
                # All other resources would fail in the same way.
                self._stop_reason = "Twilio would refuse them too"
            elif self._limits.stop_on_error and self._stop_reason is None:
                self._stop_reason = "on_error=stop"

    def _is_stopped(self) -> bool:
        return self._stop_reason is not None or self._throttle.stopped

    def _run_jobs(self, jobs: Sequence[T], run: Callable[[T], None], poll: Callable[[], None]) -> None:
        run_jobs(jobs, run, self._limits.concurrency, self._is_stopped, self._throttle.stop, poll)
