# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a resource and plan its write, without writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .._resources import plan as plans
from .._resources.field_types import PlanningError
from .._resources.plan import Plan
from .._resources.resource_type import Raw
from .._twilio.deadline import Deadline
from .lookup import ConflictError, ResourceLookup, Target


class Planner:
    """Plans the writes of the resources of one type in one service.

    :param lookup: reads the resources.
    """

    def __init__(self, lookup: ResourceLookup) -> None:
        self._lookup = lookup
        self._type = lookup.resource_type
        known = {"service_sid": lookup.service_sid}
        if self._type.has_account_sid:
            known["account_sid"] = lookup.client.connection.account_sid
        missing = lookup.client.product.absent_keys
        self._defaults: Raw = {name: known.get(name) for name in self._type.result_keys if name not in missing}

    def plan_for(self, target: Target, desired: Mapping[str, Any], current: Raw | None) -> Plan:
        """Plan to create a resource, or to update it to the desired values. No request.

        :param target: the resource; it needs a key if the resource has to be created.
        :param desired: field name to value, only for the fields that the task sets.
        :param current: the resource as read, or None when it does not exist.
        :returns: the plan.
        :raises PlanningError: the current values cannot be merged with the desired ones.
        """
        with self._operation_in_message(target):
            return plans.plan_present(self._type, target.key or "", desired, current, self._defaults)

    def plan(
        self, target: Target, desired: Mapping[str, Any], replace: bool, deadline: Deadline, force_list: bool = False
    ) -> Plan:
        """Read a resource, and plan to create it, replace it, or update it to the desired values.

        :param target: the resource.
        :param desired: as in :meth:`plan_for`.
        :param replace: when the target's SID and key belong to different resources, whether the one with the key
            replaces the one with the SID.
        :param deadline: the deadline for reading.
        :param force_list: as in :meth:`ResourceLookup.find`.
        :returns: the plan.
        :raises ConflictError: the target's SID and key do not match, no resource has this SID, several have this key,
            or an immutable field differs.
        :raises PlanningError: the current values cannot be merged with the desired ones.
        :raises TwilioError: a request failed.
        """
        lookup = self._lookup
        current = lookup.find(target, deadline, force_list)
        if current is None and target.sid is not None:
            self._require_replaced(target, replace, deadline)
            # An earlier run has already replaced it, or another client has deleted it.
            target = Target(key=target.key)
            current = lookup.find(target, deadline, force_list)
        if current is None:
            self._require_create_fields(target, desired)
            return self.plan_for(target, desired, None)
        if lookup.has_other_key(current, target) and not self._type.renamable:
            return self._plan_successor(target, desired, replace, current, deadline, force_list)
        if replace and plans.differing_immutable_field(self._type, desired, current) is not None:
            if target.sid is not None:
                self._require_unique_key(current, deadline)
            return self._plan_replacement(target, str(lookup.key_of(current)), desired, current, None)
        advice = f", but with replace=true another {self._type.name} takes its place"
        self._require_same_immutable_fields(current, desired, advice)
        return self.plan_for(target, desired, current)

    def _plan_successor(
        self,
        target: Target,
        desired: Mapping[str, Any],
        replace: bool,
        current: Raw,
        deadline: Deadline,
        force_list: bool,
    ) -> Plan:
        """Plan for a target whose SID and key belong to different resources."""
        if not replace:
            # A service is never replaced: its users and roles would be deleted with it.
            advice = "" if self._type.is_service else f", but with replace=true {target} takes its place"
            message = self._lookup.conflict(current, target)
            raise ConflictError(f"{message}; {self._type.key.name} cannot be changed{advice}")
        successor = self._lookup.find(Target(key=target.key), deadline, force_list)
        if successor is not None:
            self._require_same_immutable_fields(successor, desired, "")
        return self._plan_replacement(target, target.key or "", desired, current, successor)

    def _require_unique_key(self, current: Raw, deadline: Deadline) -> None:
        """Require that no other resource has the same key, by which alone the next run finds the new one."""
        lookup, key, sid = self._lookup, self._lookup.key_of(current), current["sid"]
        others = [raw["sid"] for raw in lookup.list(deadline) if lookup.key_of(raw) == key and raw["sid"] != sid]
        if others:
            raise ConflictError(
                f"{self._type.name.capitalize()} {sid} in {lookup.location} cannot be replaced, since the"
                f" {self._type.key.name} {key!r} also belongs to {', '.join(others)}, and the next run could not tell"
                " which one is meant; make it unique first"
            )

    def _plan_replacement(
        self, target: Target, key: str, desired: Mapping[str, Any], old: Raw, successor: Raw | None
    ) -> Plan:
        with self._operation_in_message(target):
            return plans.plan_replacement(self._type, key, desired, old, successor, self._defaults)

    @contextmanager
    def _operation_in_message(self, target: Target) -> Iterator[None]:
        try:
            yield
        except PlanningError as error:
            raise PlanningError(f"Could not {self._lookup.describe('update', target)}: {error}") from None

    def _require_replaced(self, target: Target, replace: bool, deadline: Deadline) -> None:
        """Require that a missing resource may already have been replaced."""
        if target.key is None or not replace:
            self._lookup.check_service(deadline)
            advice = f"; leave out sid to create {self._type.name} {target}" if target.key is not None else ""
            raise ConflictError(f"There is no {self._type.name} {target.sid} in {self._lookup.location}{advice}")

    def _require_create_fields(self, target: Target, desired: Mapping[str, Any]) -> None:
        missing = [name for name in self._type.required_on_create if name not in desired]
        if missing:
            raise ConflictError(
                f"There is no {self._type.name} {target} in {self._lookup.location}; to create it,"
                f" {' and '.join(missing)} must be given"
            )

    def _require_same_immutable_fields(self, current: Raw, desired: Mapping[str, Any], advice: str) -> None:
        field = plans.differing_immutable_field(self._type, desired, current)
        if field is not None:
            raise ConflictError(
                f"{self._type.name.capitalize()} {self._lookup.key_of(current)!r} in {self._lookup.location} has the"
                f" {field.name} {field.value_in(current)!r}, and the task gives {desired[field.name]!r};"
                f" {field.name} cannot be changed{advice}"
            )
