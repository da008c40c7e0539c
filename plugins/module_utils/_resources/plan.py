# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute the write that is needed to reach the desired state. Pure functions: no request, no side effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import json_values
from .field_types import MergePatch, Parameter
from .resource_type import Field, Raw, ResourceType, with_value

NONE = "none"
CREATE = "create"
UPDATE = "update"
DELETE = "delete"

# The value of ``action`` in a result.
RESULT_ACTIONS = {NONE: "none", CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


class Plan(NamedTuple):
    """At most one write; for a replacement also the deletion of the old resource.

    ``action`` is the kind of write, ``parameters`` are the request parameters, for changed fields only. ``before`` and
    ``after`` are the managed fields as a diff shows them, empty when the resource does not exist. ``current`` is the
    resource as read. ``predicted`` is the resource afterwards, with None for values that only Twilio knows; it is None
    when the resource will not exist. ``replaces`` is the old resource of a replacement, which is deleted too.
    """

    action: str
    parameters: dict[str, Parameter]
    before: dict[str, Any]
    after: dict[str, Any]
    current: Raw | None = None
    predicted: Raw | None = None
    replaces: Raw | None = None

    @property
    def result_action(self) -> str:
        """Return the value of ``action`` in a result: none, created, updated, replaced or deleted."""
        return RESULT_ACTIONS[self.action] if self.replaces is None else "replaced"

    def key(self, resource_type: ResourceType) -> str:
        """Return the key of the resource.

        :param resource_type: the type of the resource.
        :returns: its key after the write, or before it when it is deleted.
        """
        return str({**self.before, **self.after}[resource_type.key.name])

    def changed_fields(self, resource_type: ResourceType) -> list[str]:
        """Return the names of the fields that are sent, without the key.

        :param resource_type: the type of the resource.
        :returns: the names, in the order of the type's fields.
        """
        return [field.name for field in resource_type.fields if field.parameter in self.parameters]

    def without_old(self, resource_type: ResourceType) -> Plan:
        """Return the plan of a replacement without the deletion of the old resource.

        :param resource_type: the type of the resource.
        :returns: a plan for the resource that takes its place.
        """
        return self._replace(replaces=None, before=displayed_values(resource_type, self.current))

    def with_update(self, update: Plan) -> Plan:
        """Return the plan with an update of the same resource after it.

        :param update: the plan of the update.
        :returns: a plan with the parameters of both.
        """
        action = UPDATE if self.action == NONE else self.action
        return self._replace(action=action, parameters={**self.parameters, **update.parameters}, after=update.after)


def displayed_values(resource_type: ResourceType, raw: Raw | None) -> dict[str, Any]:
    """Return the managed fields of a resource as a diff shows them.

    :param resource_type: the type of the resource.
    :param raw: Twilio's response, or None when there is no such resource.
    :returns: field name to value; empty when there is no such resource.
    """
    result: dict[str, Any] = {}
    if raw is not None:
        for field in resource_type.displayed_fields():
            result = with_value(result, field.name, field.type.display(field.type.from_api(field.value_in(raw))))
    return result


def plan_present(
    resource_type: ResourceType, key: str, desired: Mapping[str, Any], current: Raw | None, defaults: Raw
) -> Plan:
    """Plan to create a resource, or to update it to the desired values.

    :param resource_type: the type of the resource.
    :param key: the value of the key field, for a creation.
    :param desired: field name to value, only for the fields that the task sets; other fields keep their values.
    :param current: the resource as read, or None when it does not exist.
    :param defaults: the keys of Twilio's response to a creation, with their values; None for values that only Twilio
        knows.
    :returns: a plan to create the resource, to update the fields that differ, or to do nothing.
    :raises PlanningError: a merge patch is desired, and the current value cannot be parsed.
    """
    if current is None:
        return _plan_creation(resource_type, key, desired, defaults)
    before = displayed_values(resource_type, current)
    after = before
    parameters: dict[str, Parameter] = {}
    predicted = dict(current)
    for field in resource_type.updatable_fields():
        if field.name not in desired:
            continue
        value = field.type.from_api(field.value_in(current))
        goal = field.type.resolve(value, desired[field.name])
        if field.type.equal(value, goal):
            continue
        parameters[field.parameter] = field.type.to_api(goal)
        predicted = with_value(predicted, field.name, field.type.predict(goal))
        after = with_value(after, field.name, field.type.display(goal))
    if not parameters:
        return Plan(NONE, {}, before, before, current, current)
    if "date_updated" in predicted:
        predicted["date_updated"] = None
    return Plan(UPDATE, parameters, before, after, current, predicted)


def differing_immutable_field(resource_type: ResourceType, desired: Mapping[str, Any], current: Raw) -> Field | None:
    """Find an immutable field that differs from the desired value.

    :param resource_type: the type of the resource.
    :param desired: as in :func:`plan_present`.
    :param current: the resource as read.
    :returns: the first such field; None when there is none.
    """
    for field in resource_type.fields:
        if (
            field.immutable
            and field.name in desired
            and not field.type.equal(field.type.from_api(field.value_in(current)), desired[field.name])
        ):
            return field
    return None


def _plan_creation(resource_type: ResourceType, key: str, desired: Mapping[str, Any], defaults: Raw) -> Plan:
    parameters: dict[str, Parameter] = {resource_type.key.parameter: key}
    after: dict[str, Any] = {resource_type.key.name: key}
    predicted: dict[str, Any] = {**defaults, resource_type.key.name: key}
    for field in resource_type.fields:
        if field.name in desired:
            value = field.type.resolve(field.type.from_api(None), desired[field.name])
            if resource_type.create_fields is None or field.name in resource_type.create_fields:
                parameters[field.parameter] = field.type.to_api(value)
            predicted = with_value(predicted, field.name, field.type.predict(value))
            after = with_value(after, field.name, field.type.display(value))
    return Plan(CREATE, parameters, {}, after, None, predicted)


def plan_part_of_new(resource_type: ResourceType, desired: Mapping[str, Any]) -> Plan:
    """Plan a part of a service that the same task creates; its current values are unknown.

    :param resource_type: the type of the part.
    :param desired: as in :func:`plan_present`.
    :returns: a plan to update the part; its prediction has only the desired values.
    """
    after: dict[str, Any] = {}
    predicted: dict[str, Any] = {}
    for field in resource_type.fields:
        if field.name in desired:
            value = field.type.resolve(field.type.from_api(None), desired[field.name])
            after = with_value(after, field.name, field.type.display(value))
            predicted = with_value(predicted, field.name, field.type.predict(value))
    return Plan(UPDATE, {}, {}, after, None, predicted)


def plan_replacement(
    resource_type: ResourceType, key: str, desired: Mapping[str, Any], old: Raw, current: Raw | None, defaults: Raw
) -> Plan:
    """Plan to replace a resource with another one, which is created, or adopted if it exists.

    A replacement must not lose data of the application: of the fields that the task does not set, a created resource
    inherits the old one's values, and an adopted one those that it has empty itself. A merge patch is applied to the
    inherited value.

    :param resource_type: the type of both resources.
    :param key: the key of the new resource.
    :param desired: as in :func:`plan_present`.
    :param old: the resource to replace, as read.
    :param current: the resource with the new key as read, or None when it does not exist.
    :param defaults: as in :func:`plan_present`.
    :returns: a plan to create or update the new resource if necessary, and to delete the old one.
    :raises PlanningError: as in :func:`plan_present`.
    """
    desired = _inherit(resource_type, desired, old, current)
    plan = plan_present(resource_type, key, desired, current, defaults)
    return plan._replace(before=displayed_values(resource_type, old), replaces=old)


def _inherit(resource_type: ResourceType, desired: Mapping[str, Any], old: Raw, current: Raw | None) -> dict[str, Any]:
    result = dict(desired)
    for field in resource_type.fields:
        if _has_own_value(field, current):
            continue
        value = field.type.from_api(field.value_in(old))
        if field.name in desired:
            result[field.name] = field.type.resolve(value, desired[field.name])
        elif field.value_in(old) is not None:
            result[field.name] = value
    return result


def _has_own_value(field: Field, adopted: Raw | None) -> bool:
    return adopted is not None and field.type.from_api(field.value_in(adopted)) not in (None, "", {})


def plan_inheritance(
    resource_type: ResourceType, replacement: Plan, desired: Mapping[str, Any], old: Raw, new: Raw, current: Raw
) -> Plan:
    """Plan to hand on the values of an old resource that have changed while it was being replaced.

    :param resource_type: the type of both resources.
    :param replacement: the plan by which another resource has taken its place. An adopted one keeps the values that it
        had itself.
    :param desired: as in :func:`plan_present`.
    :param old: the old resource, as read before its values were handed on.
    :param new: the old resource, as it is now.
    :param current: the resource that takes its place, as read.
    :returns: a plan to update that resource.
    """
    changed: dict[str, Any] = {}
    for field in resource_type.fields:
        was, value = (field.type.from_api(field.value_in(raw)) for raw in (old, new))
        wanted = desired.get(field.name)
        if field.type.equal(was, value) or (wanted is not None and not isinstance(wanted, MergePatch)):
            continue
        if _has_own_value(field, replacement.current):
            continue
        taken = field.type.from_api(field.value_in(current))
        handed_on = field.type.resolve(was, wanted) if isinstance(wanted, MergePatch) else was
        if not field.type.equal(taken, handed_on):
            # Another client has changed the new resource too.
            if not (isinstance(value, dict) and isinstance(taken, dict)):
                continue
            value = json_values.merge_patch(taken, value)
        changed[field.name] = field.type.resolve(value, wanted) if isinstance(wanted, MergePatch) else value
    return plan_present(resource_type, replacement.key(resource_type), changed, current, {})


def plan_absent(resource_type: ResourceType, current: Raw | None) -> Plan:
    """Plan to delete a resource.

    :param resource_type: the type of the resource.
    :param current: the resource as read, or None when it does not exist.
    :returns: a plan to delete it, or to do nothing.
    """
    return Plan(NONE if current is None else DELETE, {}, displayed_values(resource_type, current), {}, current)
