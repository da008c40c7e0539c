# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a resource and plan what has to be written. No write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._resources import plan as plans
from .._resources.field_types import PlanningError
from .._resources.plan import Plan
from .._resources.resource_type import Raw
from .._twilio.deadline import Deadline
from .lookup import ConflictError, ResourceLookup, Target


class Planner:
    """Plans for the resources of one type in one service.

    :param lookup: reads the resources.
    """

    def __init__(self, lookup: ResourceLookup) -> None:
        self._lookup = lookup
        self._type = lookup.resource_type
        known = {"account_sid": lookup.client.connection.account_sid, "service_sid": lookup.service_sid}
        missing = lookup.client.product.absent_keys
        self._defaults: Raw = {name: known.get(name) for name in self._type.result_keys if name not in missing}

    def plan_for(self, key: str, desired: Mapping[str, Any], current: Raw | None) -> Plan:
        """Plan that a resource with this key exists with the desired values. No request.

        :param key: its key.
        :param desired: field name to value, only for the fields that the task gives.
        :param current: the resource as read, or None when there is none.
        :raises PlanningError: the current values cannot be merged with the desired ones.
        """
        try:
            return plans.plan_present(self._type, key, desired, current, self._defaults)
        except PlanningError as error:
            raise self._with_operation(error, Target(key)) from None

    def plan_rest(self, desired: Mapping[str, Any], current: Raw) -> Plan:
        """Plan the update of a resource that was just created and does not have every desired value yet. No request.

        :param desired: as in :meth:`plan_for`.
        :param current: Twilio's answer to the creation.
        """
        return plans.plan_present(self._type, "", desired, current, self._defaults)

    def plan(
        self, target: Target, desired: Mapping[str, Any], replace: bool, deadline: Deadline, force_list: bool = False
    ) -> Plan:
        """Read a resource, and plan that it exists with the desired values.

        :param target: the resource.
        :param desired: as in :meth:`plan_for`.
        :param replace: when the target's SID and key name different resources, whether the one with the key takes the
            place of the one with the SID.
        :param deadline: the deadline for reading.
        :param force_list: as in :meth:`ResourceLookup.find`.
        :raises ConflictError: the target's SID and key disagree, there is no resource with this SID, several have this
            key, or a field differs that cannot be changed.
        :raises PlanningError: the current values cannot be merged with the desired ones.
        :raises TwilioError: a request failed.
        """
        try:
            return self._plan(target, desired, replace, deadline, force_list)
        except PlanningError as error:
            raise self._with_operation(error, target) from None

    def _with_operation(self, error: PlanningError, target: Target) -> PlanningError:
        return PlanningError(f"Could not {self._lookup.describe('update', target)}: {error}")

    def _plan(
        self, target: Target, desired: Mapping[str, Any], replace: bool, deadline: Deadline, force_list: bool
    ) -> Plan:
        lookup = self._lookup
        current = lookup.find(target, deadline, force_list)
        if target.sid is None and current is None:
            self._require_create_fields(target, desired)
            return plans.plan_present(self._type, target.key or "", desired, None, self._defaults)
        if current is None:
            if target.key is None or not replace:
                lookup.check_service(deadline)
                advice = f"; leave out sid to create {self._type.name} {target}" if target.key is not None else ""
                raise ConflictError(f"There is no {self._type.name} {target.sid} in {lookup.location}{advice}")
            # An earlier run has replaced it already, or someone else has deleted it.
            return self._plan(Target(key=target.key), desired, replace, deadline, force_list)
        if target.key is None or self._type.renamable or not lookup.has_other_key(current, target):
            return self._plan_found(current, desired, replace)
        if not replace:
            # A service is never replaced: its contents would be deleted with it.
            advice = "" if self._type.is_service else f", but with replace=true {target} takes its place"
            raise ConflictError(f"{lookup.conflict(current, target)}; {self._type.key.name} cannot be changed{advice}")
        successor = lookup.find(Target(key=target.key), deadline, force_list)
        if successor is not None:
            self._require_same_immutable_fields(successor, desired, "")
        return plans.plan_replacement(self._type, target.key, desired, current, successor, self._defaults)

    def _require_create_fields(self, target: Target, desired: Mapping[str, Any]) -> None:
        missing = [name for name in self._type.required_on_create if name not in desired]
        if missing:
            raise ConflictError(
                f"There is no {self._type.name} {target} in {self._lookup.location}; to create it,"
                f" {' and '.join(missing)} must be given"
            )

    def _plan_found(self, current: Raw, desired: Mapping[str, Any], replace: bool) -> Plan:
        """Plan for the resource that is meant."""
        if not replace:
            advice = f", but with replace=true another {self._type.name} takes its place"
            self._require_same_immutable_fields(current, desired, advice)
        elif plans.differing_immutable_field(self._type, desired, current) is not None:
            key = str(self._lookup.key_of(current))
            return plans.plan_replacement(self._type, key, desired, current, None, self._defaults)
        return plans.plan_present(self._type, "", desired, current, self._defaults)

    def _require_same_immutable_fields(self, current: Raw, desired: Mapping[str, Any], advice: str) -> None:
        field = plans.differing_immutable_field(self._type, desired, current)
        if field is not None:
            raise ConflictError(
                f"{self._type.name.capitalize()} {self._lookup.key_of(current)!r} in {self._lookup.location} has the"
                f" {field.name} {field.value_in(current)!r}, and the task gives {desired[field.name]!r};"
                f" {field.name} cannot be changed{advice}"
            )
