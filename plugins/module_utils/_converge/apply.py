# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring one resource to its desired state: lost responses, concurrent changes, replacement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._resources import plan as plans
from .._resources.field_types import PlanningError
from .._resources.plan import Plan
from .._resources.resource_type import Raw
from .._twilio.client import WEBHOOK_HEADER
from .._twilio.deadline import Deadline
from .._twilio.errors import AlreadyExists, NotFound, OperationTimeout, ResponseLost, ServiceNotFound, TwilioError
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

        Requests: 1 to read, and 1 to create or update; a replacement reads two resources and deletes one. In check
        mode, one request verifies that the service exists before a creation is predicted.

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
        :param guard: called with a resource before it is deleted; raises an exception to prevent that.
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
        if current is not None and guard is not None:
            try:
                guard(current)
            except ServiceNotFound:
                # Another client has deleted it in the meantime.
                current = None
        plan = plans.plan_absent(self._type, current)
        return Outcome(plan, None) if check_mode else self.apply(plan, target)

    def apply(
        self, plan: Plan, target: Target, desired: Mapping[str, Any] | None = None, replace: bool = False
    ) -> Outcome:
        """Execute a plan, and plan again if another client has changed the resource in the meantime.

        :param plan: the plan.
        :param target: the resource.
        :param desired: the desired values of the plan; not needed for a deletion.
        :param replace: as in :meth:`present`.
        :returns: the outcome, with the plan that was executed, which may differ from the given one.
        :raises PartialFailure, ConflictError, PlanningError: as in :meth:`present`.
        :raises TwilioError: a request failed.
        """
        desired = desired or {}
        if plan.action == plans.DELETE:
            if not self._delete(plan.current or {}, self.lookup.deadline("delete")):
                # Another client has deleted it: this task did nothing.
                plan = plans.plan_absent(self._type, None)
            return Outcome(plan, None)
        if plan.replaces is not None and self._type.delete_before_create:
            return self._delete_and_create(plan, target, desired)
        raw = plan.current
        if plan.action != plans.NONE:
            plan, raw = self._write(plan, target, desired, replace)
        if plan.action == plans.CREATE:
            raw = self._update_rest(plan, raw, target, desired)
        if plan.replaces is not None:
            self._delete_replaced(plan, plan.replaces, raw, target)
        return Outcome(plan, raw)

    def _delete_replaced(self, plan: Plan, old: Raw, raw: Raw | None, target: Target) -> None:
        try:
            self._delete(old, self.lookup.deadline("delete"))
        except TwilioError as error:
            done = plan._replace(replaces=None, before=plans.displayed_values(self._type, plan.current))
            raise PartialFailure(
                f"{self._type.name.capitalize()} {target} is in place, but the old one may still be there;"
                " run the task again to finish.",
                Outcome(done, raw),
                error,
            ) from None

    def _delete_and_create(self, plan: Plan, target: Target, desired: Mapping[str, Any]) -> Outcome:
        old = plan.replaces or {}
        self._delete(old, self.lookup.deadline("delete"))
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

    def _write(self, plan: Plan, target: Target, desired: Mapping[str, Any], replace: bool) -> tuple[Plan, Raw | None]:
        """Execute a creation or an update, and plan again as long as another client changes the resource.

        :returns: the plan that was executed, and the resource.
        """
        deadline = self.lookup.deadline(plan.action)
        lost: Plan | None = None
        raced = False
        while plan.action != plans.NONE:
            exists = False
            try:
                if plan.action == plans.CREATE:
                    return plan, self._create(plan, target, deadline)
                if self._completes(lost):
                    break
                return plan, self._update(plan, target, deadline)
            except ResponseLost:
                lost = plan
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
            new_plan = self.planner.plan(target, desired, replace, deadline, force_list=exists)
            if plan.replaces is not None and plan.action == new_plan.action == plans.CREATE and not new_plan.replaces:
                # Another client has deleted the old resource in the meantime; the inherited values are already known.
                new_plan = plan._replace(replaces=None, before=new_plan.before)
            plan = new_plan
        # If the resource has all values of a request whose response was lost, that request succeeded.
        return plan if lost is None else lost, plan.current

    def _completes(self, lost: Plan | None) -> bool:
        """Return whether an update only adds the fields that a creation, whose response was lost, does not accept."""
        return lost is not None and lost.action == plans.CREATE and self._type.create_fields is not None

    # Requests

    def _create(self, plan: Plan, target: Target, deadline: Deadline) -> Raw:
        operation = self.lookup.describe("create", target)
        return self.lookup.client.create(self.lookup.path, plan.parameters, self._headers, deadline, operation)

    def _update(self, plan: Plan, target: Target, deadline: Deadline) -> Raw:
        path = self.lookup.path
        if not self._type.singleton:
            path = (*path, str(plan.current and plan.current["sid"]))
        operation = self.lookup.describe("update", target)
        return self.lookup.client.update(path, plan.parameters, self._headers, deadline, operation)

    def _delete(self, current: Raw, deadline: Deadline) -> bool:
        target = Target(self.lookup.key_of(current), current["sid"])
        headers = self._headers if self.lookup.client.product.webhook_on_delete else {}
        operation = self.lookup.describe("delete", target)
        return self.lookup.client.delete((*self.lookup.path, current["sid"]), headers, deadline, operation)
