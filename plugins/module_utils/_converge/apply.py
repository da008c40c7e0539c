# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring one resource to its desired state: lost responses, concurrent changes, replacement."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

from .._resources import plan as plans
from .._resources.field_types import MergePatch, Parameter, PlanningError
from .._resources.plan import Plan
from .._resources.resource_type import Raw
from .._twilio.client import WEBHOOK_HEADER, is_path_safe
from .._twilio.deadline import Deadline
from .._twilio.errors import (
    AlreadyExists,
    InvalidResponse,
    NotFound,
    OperationTimeout,
    ResponseLost,
    ServiceNotFound,
    TwilioError,
)
from .._twilio.retry import BeforeSend
from .lookup import ConflictError, ResourceLookup, Target
from .planner import Planner


class Outcome(NamedTuple):
    """The plan that was or would be executed, and the resource afterwards (None when it does not exist)."""

    plan: Plan
    raw: Raw | None


class PartialFailure(Exception):
    """The task failed after it had already changed something.

    ``done`` is the outcome of the changes; ``details`` are those of the error, if a request failed.
    """

    def __init__(self, message: str, done: Outcome, cause: TwilioError | PlanningError | ConflictError) -> None:
        reason, self.details = (cause.message, cause.details()) if isinstance(cause, TwilioError) else (str(cause), {})
        super().__init__(f"{message} {reason}")
        self.message = str(self)
        self.done = done


class ResourceManager:
    """Creates, updates, replaces and deletes the resources of one type in one service.

    :param lookup: reads the resources.
    :param webhook_enabled: whether changes fire webhooks; None for Twilio's default.
    """

    def __init__(self, lookup: ResourceLookup, webhook_enabled: bool | None = None) -> None:
        self.lookup = lookup
        self.planner = Planner(lookup)
        self._type = lookup.resource_type
        self._headers = {} if webhook_enabled is None else {WEBHOOK_HEADER: "true" if webhook_enabled else "false"}

    def present(self, target: Target, desired: Mapping[str, Any], replace: bool, check_mode: bool) -> Outcome:
        """Create or update a resource, so that it has the desired values.

        Requests: 1 to read, and 1 to create or update. A replacement reads two resources, creates or updates one if
        necessary, reads the old one again, and deletes it. In check mode, one request verifies that the service exists
        before a creation is predicted. Each attempt after the first of a merge or of a replacement's creation costs one
        request more, or two, since the resources are read again.

        :param target: the resource.
        :param desired: field name to value, only for the fields that the task sets.
        :param replace: when the target's SID and key belong to different resources, whether the one with the key
            replaces the one with the SID.
        :param check_mode: return after planning.
        :returns: the outcome, or the predicted one in check mode.
        :raises ConflictError, PlanningError: as in :meth:`Planner.plan`.
        :raises PartialFailure: a replacement was not completed, or a created resource did not get all its values.
        :raises TwilioError: a request failed.
        """
        plan = self.planner.plan(target, desired, replace, self.lookup.deadline("read"))
        if check_mode:
            if plan.action == plans.CREATE and plan.replaces is None:
                self.lookup.check_service_unless_listed(target, self.lookup.deadline("read"))
            return Outcome(plan, plan.predicted)
        return self.apply(plan, target, desired, replace)

    def absent(self, target: Target, check_mode: bool, guard: Callable[[Raw], None] | None = None) -> Outcome:
        """Delete a resource, if it exists.

        Requests: 1 to read, and 1 to delete. If the service does not exist, the resource is already absent.

        :param target: the resource.
        :param check_mode: return after planning.
        :param guard: called with a resource right before each attempt to delete it, and in check mode; raises an
            exception to prevent the deletion.
        :returns: the outcome, or the predicted one in check mode.
        :raises ConflictError: the target's SID and key do not match, or several resources have this key.
        :raises TwilioError: a request failed.
        """
        try:
            current = self.lookup.find(target, self.lookup.deadline("read"))
        except ServiceNotFound:
            current = None
        if current is not None and self.lookup.has_other_key(current, target):
            raise ConflictError(self.lookup.conflict(current, target))
        if check_mode and current is not None and guard is not None:
            try:
                guard(current)
            except ServiceNotFound:
                # Another client has deleted it in the meantime.
                current = None
        plan = plans.plan_absent(self._type, current)
        return Outcome(plan, None) if check_mode else self._apply_deletion(plan, target, guard)

    def apply(
        self,
        plan: Plan,
        target: Target,
        desired: Mapping[str, Any] | None = None,
        replace: bool = False,
        planned_early: bool = False,
        guard: Callable[[Raw], None] | None = None,
    ) -> Outcome:
        """Execute a plan, and plan again if another client has changed the resource in the meantime.

        A merge and a deletion depend on what Twilio holds. Before each attempt but the first, and with
        ``planned_early`` before the first one too, the resource is read again, and nothing is lost that another client
        has written up to that moment.

        :param plan: the plan.
        :param target: the resource.
        :param desired: the desired values of the plan; None for a resource that is to be deleted because the task does
            not list it.
        :param replace: as in :meth:`present`.
        :param planned_early: whether time has passed since the resource was read.
        :param guard: as in :meth:`absent`.
        :returns: the outcome, with the plan that was executed, which may differ from the given one.
        :raises PartialFailure, ConflictError, PlanningError: as in :meth:`present`.
        :raises TwilioError: a request failed.
        """
        desired = desired or {}
        if plan.action == plans.DELETE:
            return self._apply_deletion(plan, target, guard, planned_early)
        if plan.replaces is not None and self._type.delete_before_create:
            return self._delete_and_create(plan, target, desired)
        raw = plan.current
        if plan.action != plans.NONE:
            plan, raw = self._write(plan, target, desired, replace, planned_early)
        if plan.action == plans.CREATE:
            raw = self._update_rest(plan, raw, target, desired)
        if plan.replaces is not None:
            return self._delete_replaced(plan, plan.replaces, raw, target, desired)
        return Outcome(plan, raw)

    def _apply_deletion(
        self, plan: Plan, target: Target, guard: Callable[[Raw], None] | None, planned_early: bool = False
    ) -> Outcome:
        deadline = self.lookup.deadline("delete")
        while plan.current is not None:
            current = plan.current

            def look_again(current: Raw = current) -> None:
                now = self._read_again(current, deadline) if planned_early else current
                if guard is not None:
                    guard(now)

            # By its SID, if the resource with this SID is read again before; otherwise by its key.
            path = (*self.lookup.path, current["sid"]) if planned_early else self._path_of(current, target)
            if self._delete(current, path, deadline, look_again):
                return Outcome(plan, None)
            # Another client has deleted it: this task did nothing. It may have been created anew.
            plan = plans.plan_absent(self._type, self._find_anew(target, current, deadline))
        return Outcome(plan, None)

    def _find_anew(self, target: Target, current: Raw, deadline: Deadline) -> Raw | None:
        """Find the resource that another client has created in the place of a deleted one."""
        if target.sid is not None:
            return None
        try:
            anew = self.lookup.find(target, deadline.for_reading())
        except ServiceNotFound:
            return None
        return None if anew is None or anew["sid"] == current["sid"] else anew

    def _read_again(self, current: Raw, deadline: Deadline) -> Raw:
        """Read a resource again, right before it is deleted.

        :raises NotFound: it does not exist any more.
        """
        target = Target(self.lookup.key_of(current), current["sid"])
        now = self.lookup.find(target, deadline.for_reading())
        if now is None:
            raise NotFound(f"There is no {self._type.name} {target.sid} in {self.lookup.location} any more")
        if self.lookup.has_other_key(now, target):
            raise ConflictError(self.lookup.conflict(now, target))
        return now

    def _delete_replaced(
        self, plan: Plan, old: Raw, raw: Raw | None, target: Target, desired: Mapping[str, Any]
    ) -> Outcome:
        """Delete the old resource of a replacement; the outcome has the one that takes its place."""
        deadline = self.lookup.deadline("delete")

        def look_again() -> None:
            now = self._read_again(old, deadline)
            if plans.displayed_values(self._type, now) != plans.displayed_values(self._type, old):
                raise _OldChanged(now)

        while True:
            try:
                deleted = self._delete(old, (*self.lookup.path, old["sid"]), deadline, look_again)
                # If another client has deleted it, and nothing had to be written, this task did nothing.
                return Outcome(plan if deleted or plan.action != plans.NONE else plan.without_old(self._type), raw)
            except _OldChanged as changed:
                now = changed.raw
            except (TwilioError, ConflictError) as error:
                raise self._not_finished(plan, raw, target, error) from None
            try:
                plan, raw = self._hand_on(plan, desired, old, now)
            except (TwilioError, PlanningError, ConflictError) as error:
                raise self._not_finished(plan, raw, target, error) from None
            old = now

    def _hand_on(self, replacement: Plan, desired: Mapping[str, Any], old: Raw, now: Raw) -> Outcome:
        """Update the resource that takes the place of another with what has changed in the old one meanwhile."""
        target = Target(key=replacement.key(self._type))
        deadline = self.lookup.deadline("update")
        current = self.lookup.find(target, deadline)
        if current is None:
            raise ConflictError(f"There is no {self._type.name} {target} in {self.lookup.location} any more")
        plan = plans.plan_inheritance(self._type, replacement, desired, old, now, current)
        if plan.action == plans.NONE:
            return Outcome(replacement, current)
        return Outcome(replacement.with_update(plan), self._update(plan, target, deadline))

    def _not_finished(
        self, plan: Plan, raw: Raw | None, target: Target, error: TwilioError | PlanningError | ConflictError
    ) -> PartialFailure:
        return PartialFailure(
            f"{self._type.name.capitalize()} {target} is in place, but the old one may still be there;"
            " run the task again to finish.",
            Outcome(plan.without_old(self._type), raw),
            error,
        )

    def _delete_and_create(self, plan: Plan, target: Target, desired: Mapping[str, Any]) -> Outcome:
        old = plan.replaces or {}
        self._delete(old, (*self.lookup.path, str(old.get("sid"))), self.lookup.deadline("delete"))
        try:
            rest, raw = plan, plan.current
            if plan.action != plans.NONE:
                new_target = Target(key=plan.key(self._type))
                rest, raw = self._write(plan._replace(replaces=None), new_target, desired, False)
        except (TwilioError, PlanningError, ConflictError) as error:
            raise PartialFailure(
                f"{self._type.name.capitalize()} {old.get('sid')} was deleted to be replaced by {target}, which failed;"
                " run the task again to finish.",
                Outcome(plans.plan_absent(self._type, old), None),
                error,
            ) from None
        return Outcome(rest._replace(before=plan.before, replaces=old), raw)

    def _update_rest(self, plan: Plan, raw: Raw | None, target: Target, desired: Mapping[str, Any]) -> Raw | None:
        """Update a created resource with the values that a creation does not accept."""
        if self._type.create_fields is None or raw is None:
            return raw
        rest = self.planner.plan_for(target, desired, raw)
        if rest.action == plans.NONE:
            return raw
        try:
            return self._update(rest, target, self.lookup.deadline("update"))
        except TwilioError as error:
            done = plan._replace(after={self._type.key.name: raw[self._type.key.name]})
            raise PartialFailure(
                f"{self._type.name.capitalize()} {target} was created, but not set up; run the task again to finish.",
                Outcome(done, raw),
                error,
            ) from None

    def _write(
        self,
        plan: Plan,
        target: Target,
        desired: Mapping[str, Any],
        replace: bool,
        planned_early: bool = False,
    ) -> tuple[Plan, Raw | None]:
        """Execute a creation or an update, and plan again as long as another client changes the resource.

        :returns: the plan that was executed, and the resource.
        """
        deadline = self.lookup.deadline(plan.action)
        lost: Plan | None = None
        raced = False
        while plan.action != plans.NONE:
            exists = False
            wrong: InvalidResponse | None = None
            unknown: ResponseLost | None = None
            attempt = _Attempt(self, plan, target, desired, replace, deadline, planned_early)
            try:
                if plan.action == plans.CREATE:
                    raw = self._create(plan, target, deadline, attempt.before_send)
                elif self._completes(lost):
                    break
                else:
                    raw = self._update(plan, target, deadline, attempt.before_send)
                return attempt.plan, raw
            except _PlanChanged as changed:
                if changed.maybe_processed:
                    lost = attempt.plan
                plan = changed.plan
                continue
            except _WrongAnswer as answer:
                wrong, lost, exists = answer, attempt.plan, True
            except ResponseLost as error:
                lost, unknown = attempt.plan, error
                if plan.action == plans.CREATE and not self._type.key_in_path and error.timed_out:
                    self._wait_for_late_creation(target, deadline, error)
            except ServiceNotFound:
                raise
            except (AlreadyExists, NotFound) as error:
                if raced and not deadline.wait():
                    raise OperationTimeout(
                        f"{error.message}. It went on like this for {deadline.seconds:g} s (timeouts.{deadline.name})",
                        **error.details(),
                    ) from None
                raced = True
                exists = isinstance(error, AlreadyExists)
            try:
                plan, previous = self._plan_again(plan, target, desired, replace, deadline, exists), plan
            except OperationTimeout as timeout:
                if unknown is None:
                    raise
                raise OperationTimeout(f"{unknown.message}. {timeout.message}", **unknown.details()) from None
            if wrong is not None and plan.action == previous.action:
                # The SID of the answer is another one if the resource was created anew before the write.
                if _sid_of(plan) == _sid_of(previous) or (raced and not deadline.wait()):
                    raise wrong
                raced = True
            if exists and plan.action == plans.CREATE:
                self._refuse_similar(plan, deadline)
        # If the resource has all values of a request whose response was lost, that request succeeded.
        return plan if lost is None else lost, plan.current

    def _plan_again(
        self,
        plan: Plan,
        target: Target,
        desired: Mapping[str, Any],
        replace: bool,
        deadline: Deadline,
        force_list: bool = False,
    ) -> Plan:
        new_plan = self.planner.plan(target, desired, replace, deadline, force_list)
        if plan.replaces is not None and plan.action == new_plan.action == plans.CREATE and not new_plan.replaces:
            # Another client has deleted the old resource in the meantime; the inherited values are already known.
            new_plan = plan._replace(replaces=None, before=new_plan.before)
        return new_plan

    def _wait_for_late_creation(self, target: Target, deadline: Deadline, error: ResponseLost) -> None:
        """Wait until a resource appears that a lost request may still create, as long as a response may take.

        Twilio accepts several resources of this type with the same key.
        """
        until = time.monotonic() + self.lookup.client.connection.request_timeout
        while time.monotonic() < until and self.lookup.find(Target(target.key), deadline) is None:
            if not deadline.wait():
                raise error

    def _refuse_similar(self, plan: Plan, deadline: Deadline) -> None:
        """Refuse a creation that conflicts with a resource whose key looks the same to Twilio."""
        key = plan.key(self._type)
        other = self.lookup.find_similar(key, deadline)
        # With the same key, another client has created it anew.
        if other is not None and self.lookup.key_of(other) != key:
            raise ConflictError(
                f"Could not {self.lookup.describe('create', Target(key))}: Twilio says that it exists, but there is"
                f" only {self._type.name} {self.lookup.key_of(other)!r} ({other['sid']}), which Twilio may treat as"
                " the same"
            )

    def _completes(self, lost: Plan | None) -> bool:
        """Return whether an update only adds the fields that a creation, whose response was lost, does not accept."""
        return lost is not None and lost.action == plans.CREATE and self._type.create_fields is not None

    # Requests

    def _create(self, plan: Plan, target: Target, deadline: Deadline, before_send: BeforeSend | None = None) -> Raw:
        operation = self.lookup.describe("create", target)
        begun = time.monotonic()
        try:
            raw = self.lookup.client.create(
                self.lookup.path, plan.parameters, self._headers, deadline, operation, before_send
            )
        except ServiceNotFound as error:
            # Twilio was seen to answer 404 although it had created the resource, so that is no proof.
            if error.status != HTTPStatus.NOT_FOUND or not self.lookup.service_existed(begun, deadline):
                raise
            reason = "Twilio answered 404 Not Found, although the service exists"
            if not deadline.wait():
                raise OperationTimeout(
                    f"Could not {operation} within {deadline.seconds:g} s (timeouts.{deadline.name}): {reason}",
                    **error.details(),
                ) from None
            raise ResponseLost(f"Could not {operation}: {reason}", **error.details()) from None
        return self._checked(raw, Target(plan.key(self._type)), "create")

    def _update(self, plan: Plan, target: Target, deadline: Deadline, before_send: BeforeSend | None = None) -> Raw:
        path, current, expected = self.lookup.path, plan.current or {}, Target()
        if not self._type.singleton:
            path = self._path_of(current, target)
            # A name may be changed by the update itself.
            expected = Target(self.lookup.key_of(current) if self._type.key_in_path else None, current["sid"])
        operation = self.lookup.describe("update", target)
        raw = self.lookup.client.update(path, plan.parameters, self._headers, deadline, operation, before_send)
        return self._checked(raw, expected, "update")

    def _checked(self, raw: Raw, expected: Target, verb: str) -> Raw:
        try:
            return self.lookup.checked(raw, expected, verb)
        except InvalidResponse as error:
            raise _WrongAnswer(error.message) from None

    def _path_of(self, current: Raw, target: Target) -> tuple[str, ...]:
        """Return the path of a resource: its key if the target has only that, so that no other can be addressed."""
        key = self.lookup.key_of(current)
        by_key = self._type.key_in_path and key is not None and key == target.key and is_path_safe(key)
        if by_key and not (target.sid and target.sid.lower() == current["sid"].lower()):
            return (*self.lookup.path, str(key))
        return (*self.lookup.path, current["sid"])

    def _delete(
        self, current: Raw, path: tuple[str, ...], deadline: Deadline, before_send: Callable[[], None] | None = None
    ) -> bool:
        target = Target(self.lookup.key_of(current), current["sid"])
        headers = self._headers if self.lookup.client.product.webhook_on_delete else {}
        operation = self.lookup.describe("delete", target)
        return self.lookup.client.delete(path, headers, deadline, operation, before_send)


class _PlanChanged(Exception):
    """A resource was changed by another client, and another write is needed, or none."""

    def __init__(self, plan: Plan, maybe_processed: bool) -> None:
        super().__init__(plan.action)
        self.plan = plan
        self.maybe_processed = maybe_processed


class _OldChanged(Exception):
    """The old resource of a replacement was changed by another client."""

    def __init__(self, raw: Raw) -> None:
        super().__init__()
        self.raw = raw


class _WrongAnswer(InvalidResponse):
    """The response to a write cannot be used, so it is not known what the write did."""


class _Attempt:
    """A write that is planned again before each attempt, if its values depend on what Twilio holds."""

    def __init__(
        self,
        manager: ResourceManager,
        plan: Plan,
        target: Target,
        desired: Mapping[str, Any],
        replace: bool,
        deadline: Deadline,
        planned_early: bool,
    ) -> None:
        self.plan = plan
        self._plan_again = partial(manager._plan_again, plan, target, desired, replace)
        self._deadline = deadline
        self._is_stale = planned_early
        is_merge = plan.action == plans.UPDATE and any(isinstance(value, MergePatch) for value in desired.values())
        self.before_send = self._look_again if is_merge or plan.replaces is not None else None

    def _look_again(self, maybe_processed: bool) -> Mapping[str, Parameter]:
        if self._is_stale:
            plan = self._plan_again(self._deadline.for_reading())
            if plan.action != self.plan.action or _sid_of(plan) != _sid_of(self.plan):
                raise _PlanChanged(plan, maybe_processed)
            self.plan = plan
        self._is_stale = True
        return self.plan.parameters


def _sid_of(plan: Plan) -> Any:
    return plan.current and plan.current["sid"]
