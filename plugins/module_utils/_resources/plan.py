# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute what has to be written to reach the desired state. Pure functions: no request, no side effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .field_types import Parameter
from .resource_type import Field, Raw, ResourceType, with_value

NONE = "none"
CREATE = "create"
UPDATE = "update"
DELETE = "delete"

# The value of ``action`` in a result.
RESULT_ACTIONS = {NONE: "none", CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


class Plan(NamedTuple):
    """One write, or none; for a replacement, followed by the deletion of the old resource.

    ``action`` is the write; ``parameters`` are those of the request, changed fields only. ``before`` and ``after`` are
    the managed fields as a diff shows them, empty when there is no resource. ``current`` is the resource as read,
    ``predicted`` the resource afterwards: None in it where only Twilio knows, None itself when there will be no
    resource. ``replaces`` is the old resource, deleted once the rest is done.
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
        """
        return str({**self.before, **self.after}[resource_type.key.name])

    def changed_fields(self, resource_type: ResourceType) -> list[str]:
        """Return the names of the fields that are sent, the key excepted.

        :param resource_type: the type of the resource.
        """
        return [field.name for field in resource_type.fields if field.parameter in self.parameters]


def displayed_values(resource_type: ResourceType, raw: Raw | None) -> dict[str, Any]:
    """Return the managed fields of a resource as a diff shows them.

    :param resource_type: the type of the resource.
    :param raw: Twilio's answer, or None when there is no such resource.
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
    """Plan that a resource exists with the desired values.

    :param resource_type: the type of the resource.
    :param key: the value of the key field, for a creation.
    :param desired: field name to value, only for the fields that the task gives; others are left as they are.
    :param current: the resource as read, or None when there is none.
    :param defaults: every key of Twilio's answer to a creation, with its value, or None where only Twilio knows it.
    :returns: a plan to create, to update with only what differs, or to do nothing.
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
    """Return a field that differs from the desired value and can never be changed; None when there is none.

    :param resource_type: the type of the resource.
    :param desired: as in :func:`plan_present`.
    :param current: the resource as read.
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
    """Plan a part of a service that the same task creates: only what is desired is known of it.

    :param resource_type: the type of the part.
    :param desired: as in :func:`plan_present`.
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
    """Plan that a resource takes the place of another: it is created or adopted, and the old one is deleted.

    A replacement must not lose what the application wrote: when the new resource has to be created, it gets the old
    one's value of every field that the task leaves out, and a merge patch is applied to the old one's value.

    :param resource_type: the type of both.
    :param key: the key of the new resource.
    :param desired: as in :func:`plan_present`.
    :param old: the resource to replace, as read.
    :param current: the resource with the new key as read, or None when there is none.
    :param defaults: as in :func:`plan_present`.
    :returns: a plan that creates, updates or leaves the new resource, and names the old one to delete.
    :raises PlanningError: as in :func:`plan_present`.
    """
    if current is None:
        desired = _inherit(resource_type, desired, old)
    plan = plan_present(resource_type, key, desired, current, defaults)
    return plan._replace(before=displayed_values(resource_type, old), replaces=old)


def _inherit(resource_type: ResourceType, desired: Mapping[str, Any], old: Raw) -> dict[str, Any]:
    result = {}
    for field in resource_type.fields:
        value = field.type.from_api(field.value_in(old))
        if field.name in desired:
            result[field.name] = field.type.resolve(value, desired[field.name])
        elif field.value_in(old) is not None:
            result[field.name] = value
    return result


def plan_absent(resource_type: ResourceType, current: Raw | None) -> Plan:
    """Plan that a resource does not exist.

    :param resource_type: the type of the resource.
    :param current: the resource as read, or None when there is none.
    :returns: a plan to delete, or to do nothing.
    """
    return Plan(NONE if current is None else DELETE, {}, displayed_values(resource_type, current), {}, current)
