# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many resources of one kind from what is there to what is wanted: one reading, one plan, many writes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

from .._state import plan as planning
from .._state.kinds import CannotPlan
from .._state.plan import Plan
from .._state.reading import read_another_page
from .._twilio.client import Page, surely_addressable
from .._twilio.errors import Interrupted, ServiceNotFound, TwilioError
from .._twilio.pace import Flow
from .interruption import Interruption
from .progress import Progress
from .resource import Disagreement, Raw, Resources, Target

T = TypeVar("T")

# How often the main thread looks whether it has something to say, or somebody to say it to.
LOOK_SECONDS = 0.25


class Limits(NamedTuple):
    """How much may be done.

    ``concurrency`` is how many requests are under way at once; ``max_deletions`` refuses a plan that deletes more, None
    none; ``stop_on_error`` begins nothing more after a resource has failed.
    """

    concurrency: int
    max_deletions: int | None = None
    stop_on_error: bool = False


class Change(NamedTuple):
    """A resource that has to be written: its place in the input, its key, what to do, and what for (None: absent)."""

    place: int
    key: str
    plan: Plan
    wanted: Mapping[str, Any] | None


class Ended(NamedTuple):
    """How it ended for one resource: the plan that was carried out and the resource afterwards, or what went wrong."""

    place: int
    key: str
    plan: Plan | None
    raw: Raw | None = None
    error: TwilioError | CannotPlan | None = None


class Report(NamedTuple):
    """What was done, or would be.

    ``ended`` has the resources that changed or failed, in the order of the input, those that nobody listed last, by
    key; ``unchanged`` is how many were as they should be, ``untried`` how many were not begun, and ``why`` says why.
    ``signal`` is the signal that stopped it, if one did.
    """

    ended: list[Ended]
    unchanged: int
    untried: int
    why: str | None
    signal: int | None = None


class Many:
    """Takes many resources to what is wanted.

    :param resources: the resources of the service; they share a flow.
    :param wanted: key to what is wanted, as :meth:`Resources.present` takes it, or None for a resource that is not to
        exist; in the order in which they are to be written.
    :param prune: whether resources that are not in ``wanted`` are deleted.
    :param limits: how much may be done.
    :param progress: told how far it is.
    """

    def __init__(
        self,
        resources: Resources,
        wanted: Mapping[str, Mapping[str, Any] | None],
        prune: bool,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._resources = resources
        self._flow = resources.flow or Flow()
        self._wanted = wanted
        self._prune = prune
        self._limits = limits
        self._progress = progress
        self._places = {key: place for place, key in enumerate(wanted)}
        self._what = f"{resources.kind.name}s"
        self._changes: list[Change] = []
        self._ended: list[Ended] = []
        self._unchanged = 0
        self._tried = 0
        self._failed = 0
        self._service_seen = False
        self._why: str | None = None
        self._lock = threading.Lock()
        # From now on, so that a parent that ends while the resources are read is missed too.
        self._interruption = Interruption(self._flow.stop)

    def converge(self, check_mode: bool) -> Report:
        """Read, plan, and unless in check mode, write.

        Requests: the pages of the list, or one for each resource, whichever turns out less (see
        :func:`~.reading.read_another_page`), and one for each resource that has to change. In check mode, one more
        where a resource would be created and nothing has shown yet that the service exists.

        :param check_mode: stop after the plan.
        :returns: what was done, or would be.
        :raises Disagreement: the plan deletes more than it may. Nothing was written.
        :raises ServiceNotFound: there is no such service, and something is wanted in it. Nothing was written.
        :raises TwilioError: the resources could not be listed. Nothing was written.
        """
        unread = len(self._wanted)
        try:
            for key, found in self._read():
                self._plan(key, found)
                unread -= int(key in self._wanted)
        except ServiceNotFound:
            if any(wanted is not None for wanted in self._wanted.values()) or self._prune:
                raise
            self._changes, self._unchanged, unread = [], len(self._wanted), 0
        # Those that nobody listed have no order of their own, and Twilio promises none.
        self._changes.sort(key=lambda change: (change.place, change.key))
        self._guard()
        if self._changes and not self._halted():
            (self._predict if check_mode else self._write_all)()
        self._ended.sort(key=lambda ended: (ended.place, ended.key))
        untried = len(self._changes) - self._tried + unread
        return Report(self._ended, self._unchanged, untried, self._why, self._interruption.signal)

    # Reading

    def _read(self) -> Iterator[tuple[str, Raw | TwilioError | None]]:
        """Read what is wanted, and with prune what is not.

        :returns: key and resource, in any order; None where there is none, an error where it could not be read.
        """
        kind = self._resources.kind
        missing = dict.fromkeys(self._wanted)
        # Only the list shows for sure whether there is such a resource.
        unsure = {key for key in self._wanted if not surely_addressable(key)}
        partial: list[Target] = []
        pages = self._resources.pages(self._resources.budget("read"))
        unlisted: set[str] = set()
        count, last = 0, False
        while not last and (self._prune or unsure or self._go_on_listing(count, missing, partial)):
            page = next(pages, Page([], last=True))
            count, last, self._service_seen = count + 1, page.last, True
            for raw in page.records:
                key = str(raw.get(kind.key.name))
                if key in missing:
                    del missing[key]
                elif not self._prune or key in self._wanted or key in unlisted:
                    continue
                else:
                    unlisted.add(key)
                unsure.discard(key)
                if kind.is_partial(raw) and self._needs_all(key, raw):
                    partial.append(Target(key, raw["sid"]))
                else:
                    yield key, raw
            self._progress.read(len(self._wanted) - len(missing) + len(unlisted), self._what)
        if last:
            for key in missing:
                yield key, None
            missing = {}
        yield from self._fetch([*(Target(key) for key in missing), *partial])

    def _go_on_listing(self, pages: int, missing: Mapping[str, None], partial: Sequence[Target]) -> bool:
        return read_another_page(pages, len(self._wanted), len(missing) + len(partial), self._limits.concurrency)

    def _needs_all(self, key: str, raw: Raw) -> bool:
        """Tell whether what a list leaves out matters: for what is wanted, or for what is shown of a change."""
        wanted = self._wanted.get(key)
        if wanted is None:
            return True
        partly = [field.name for field in self._resources.kind.fields if raw.get(field.name) is None]
        return any(name in wanted for name in partly) or bool(
            self._resources.plan_present(key, wanted, raw).action != planning.NONE
        )

    def _fetch(self, targets: Sequence[Target]) -> Iterable[tuple[str, Raw | TwilioError | None]]:
        found: list[tuple[str, Raw | TwilioError | None]] = []

        def fetch(target: Target) -> None:
            raw: Raw | TwilioError | None
            try:
                raw = self._resources.find(target, self._resources.budget("read"))
            except ServiceNotFound:
                raise
            except TwilioError as error:
                if error.status == HTTPStatus.UNAUTHORIZED:
                    raise
                raw = error
            found.append((target.key or "", raw))

        self._each(targets, fetch, lambda: self._progress.read(len(found), self._what))
        self._service_seen = self._service_seen or any(isinstance(raw, Mapping) for _key, raw in found)
        return found

    # Planning

    def _plan(self, key: str, found: Raw | TwilioError | None) -> None:
        place = self._places.get(key, len(self._places))
        wanted = self._wanted.get(key)
        if isinstance(found, TwilioError):
            self._fail(place, key, found)
            return
        try:
            if wanted is None:
                plan = planning.plan_absent(self._resources.kind, found)
            else:
                plan = self._resources.plan_present(key, wanted, found)
        except CannotPlan as error:
            self._fail(place, key, error)
            return
        if plan.action == planning.NONE:
            self._unchanged += int(key in self._wanted)
        else:
            self._changes.append(Change(place, key, plan, wanted))

    def _guard(self) -> None:
        deletions = sum(1 for change in self._changes if change.plan.action == planning.DELETE)
        most = self._limits.max_deletions
        if most is not None and deletions > most:
            raise Disagreement(
                f"max_deletions: allows {most}, but {deletions} would be deleted in"
                f" {self._resources.place}; nothing was changed"
            )

    # Writing

    def _predict(self) -> None:
        if not self._service_seen and any(change.plan.action == planning.CREATE for change in self._changes):
            self._resources.check_service(self._resources.budget("read"))
        self._ended += [Ended(place, key, plan, plan.predicted) for place, key, plan, _wanted in self._changes]
        self._tried = len(self._changes)

    def _write_all(self) -> None:
        self._progress.begin()
        with self._interruption as interruption:

            def look() -> None:
                interruption.look()
                self._progress.written(self._tried, self._failed, len(self._changes), self._what)

            interruption.look()
            listed = [change for change in self._changes if change.key in self._wanted]
            self._each(listed, self._write, look)
            if not self._halted():
                self._each(self._changes[len(listed) :], self._write, look)
            if interruption.reason is not None:
                self._why = interruption.reason
        missing = [ended.error for ended in self._ended if isinstance(ended.error, ServiceNotFound)]
        if not self._service_seen and missing and len(missing) == len(self._ended):
            # Nothing shows that it ever was there, and nothing was done.
            raise missing[0]

    def _write(self, change: Change) -> None:
        target = Target(change.key)
        try:
            outcome = self._resources.carry_out(change.plan, target, change.wanted)
        except Interrupted as error:
            if not error.begun:
                return
            doing = self._resources.doing(change.plan.action, target)
            self._fail(change.place, change.key, Interrupted(f"Could not {doing}: interrupted on the way"))
        except (TwilioError, CannotPlan) as error:
            self._fail(change.place, change.key, error)
        else:
            with self._lock:
                if outcome.plan.action != planning.NONE:
                    raw = outcome.raw or change.plan.current
                    self._ended.append(Ended(change.place, change.key, outcome.plan, raw))
                elif change.key in self._wanted:
                    self._unchanged += 1
        with self._lock:
            self._tried += 1

    def _fail(self, place: int, key: str, error: TwilioError | CannotPlan) -> None:
        with self._lock:
            self._failed += 1
            self._ended.append(Ended(place, key, None, None, error))
            if isinstance(error, ServiceNotFound) or getattr(error, "status", None) == HTTPStatus.UNAUTHORIZED:
                # It would be the same for every other.
                self._why = "Twilio would refuse them too"
            elif self._limits.stop_on_error and self._why is None:
                self._why = "on_error=stop"

    def _halted(self) -> bool:
        return self._why is not None or self._flow.stopped

    def _each(self, jobs: Sequence[T], do: Callable[[T], None], look: Callable[[], None]) -> None:
        """Do all jobs, begun in their order, as many at once as the limit allows; end when halted.

        :param look: called now and then in the calling thread.
        :raises Exception: what a job raised; jobs under way are waited for.
        """
        waiting = iter(jobs)

        def work() -> None:
            while not self._halted():
                with self._lock:
                    job = next(waiting, None)
                if job is None:
                    return
                do(job)

        if not jobs:
            return
        with ThreadPoolExecutor(min(self._limits.concurrency, len(jobs))) as pool:
            try:
                workers = [pool.submit(work) for _number in range(min(self._limits.concurrency, len(jobs)))]
                left = set(workers)
                while left:
                    finished, left = wait(left, LOOK_SECONDS, FIRST_EXCEPTION)
                    for worker in finished:
                        worker.result()
                    look()
            except BaseException:
                self._flow.stop()
                raise
