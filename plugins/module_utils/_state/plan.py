# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: from what is wanted and what is there to what has to be done. Pure; both check mode and a run use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .kinds import Field, Kind, Parameter, with_value

Raw = Mapping[str, Any]

NONE = "none"
CREATE = "create"
UPDATE = "update"
DELETE = "delete"

# What a result calls an action that was carried out, or would be.
DONE = {NONE: "none", CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


class Plan(NamedTuple):
    """One write, or none; for a replacement, followed by the deletion of the old resource.

    ``action`` is what to do; ``parameters`` what to send, changed fields only; ``before`` and ``after`` the managed
    fields as a diff shows them, empty when absent; ``current`` the resource as read; ``predicted`` the resource as it
    will be, None in it where only Twilio can know, and None itself when there will be no resource; ``replaces`` the
    resource to delete once the rest is done.
    """

    action: str
    parameters: dict[str, Parameter]
    before: dict[str, Any]
    after: dict[str, Any]
    current: Raw | None = None
    predicted: Raw | None = None
    replaces: Raw | None = None

    @property
    def outcome(self) -> str:
        """Give the result's word for the whole: none, created, updated, replaced or deleted."""
        return DONE[self.action] if self.replaces is None else "replaced"

    def key(self, kind: Kind) -> str:
        """Give the key of the resource.

        :param kind: its kind.
        """
        return str({**self.before, **self.after}[kind.key.name])

    def changed_fields(self, kind: Kind) -> list[str]:
        """Give the names of the fields that are sent, besides the key.

        :param kind: the kind of the resource.
        """
        return [field.name for field in kind.fields if field.parameter in self.parameters]


def shown(kind: Kind, raw: Raw | None) -> dict[str, Any]:
    """Give the managed fields of a resource as a diff shows them.

    :param kind: the kind of the resource.
    :param raw: Twilio's answer, or None when there is no such resource.
    :returns: field name to value; empty when there is no such resource.
    """
    result: dict[str, Any] = {}
    if raw is not None:
        for field in kind.managed():
            result = with_value(result, field.name, field.type.show(field.type.read(field.of(raw))))
    return result


def plan_present(kind: Kind, key: str, wanted: Mapping[str, Any], current: Raw | None, known: Raw) -> Plan:
    """Plan that a resource exists with the wanted values.

    :param kind: the kind of the resource.
    :param key: the value of the key field, for a creation.
    :param wanted: field name to value, only for the fields that are to have a value; others are left as they are.
    :param current: the resource as read, or None when there is none.
    :param known: every key of Twilio's answer to a creation, with its value, or None where only Twilio can know it.
    :returns: a plan to create, to update with only what differs, or to do nothing.
    :raises CannotPlan: a merge patch is wanted, and what is there cannot be read.
    """
    if current is None:
        return _plan_creation(kind, key, wanted, known)
    before = shown(kind, current)
    after = before
    parameters: dict[str, Parameter] = {}
    predicted = dict(current)
    for field in kind.writable():
        if field.name not in wanted:
            continue
        value = field.type.read(field.of(current))
        goal = field.type.resolve(value, wanted[field.name])
        if field.type.same(value, goal):
            continue
        parameters[field.parameter] = field.type.send(goal)
        predicted = with_value(predicted, field.name, field.type.hold(goal))
        after = with_value(after, field.name, field.type.show(goal))
    if not parameters:
        return Plan(NONE, {}, before, before, current, current)
    if "date_updated" in predicted:
        predicted["date_updated"] = None
    return Plan(UPDATE, parameters, before, after, current, predicted)


def fixed_difference(kind: Kind, wanted: Mapping[str, Any], current: Raw) -> Field | None:
    """Give a field that differs from what is wanted and can never be changed; None when there is none.

    :param kind: the kind of the resource.
    :param wanted: as in :func:`plan_present`.
    :param current: the resource as read.
    """
    for field in kind.fields:
        if (
            field.fixed
            and field.name in wanted
            and not field.type.same(field.type.read(field.of(current)), wanted[field.name])
        ):
            return field
    return None


def _plan_creation(kind: Kind, key: str, wanted: Mapping[str, Any], known: Raw) -> Plan:
    parameters: dict[str, Parameter] = {kind.key.parameter: key}
    after: dict[str, Any] = {kind.key.name: key}
    predicted: dict[str, Any] = {**known, kind.key.name: key}
    for field in kind.fields:
        if field.name in wanted:
            value = field.type.resolve(field.type.read(None), wanted[field.name])
            if kind.created_with is None or field.name in kind.created_with:
                parameters[field.parameter] = field.type.send(value)
            predicted = with_value(predicted, field.name, field.type.hold(value))
            after = with_value(after, field.name, field.type.show(value))
    return Plan(CREATE, parameters, {}, after, None, predicted)


def plan_part_of_new(kind: Kind, wanted: Mapping[str, Any]) -> Plan:
    """Plan a part of a resource that is created by the same task: nothing is known of it but what is wanted.

    :param kind: the kind of the part.
    :param wanted: as in :func:`plan_present`.
    """
    after: dict[str, Any] = {}
    predicted: dict[str, Any] = {}
    for field in kind.fields:
        if field.name in wanted:
            value = field.type.resolve(field.type.read(None), wanted[field.name])
            after = with_value(after, field.name, field.type.show(value))
            predicted = with_value(predicted, field.name, field.type.hold(value))
    return Plan(UPDATE, {}, {}, after, None, predicted)


def plan_replacement(
    kind: Kind, key: str, wanted: Mapping[str, Any], old: Raw, current: Raw | None, known: Raw
) -> Plan:
    """Plan that another resource takes the place of one: it is created or adopted, and the old one goes.

    A replacement must not lose what the application wrote: when the new resource has to be created, a field that the
    task leaves out is taken over from the old one, and a merge patch is applied to the old one's value.

    :param kind: the kind of both.
    :param key: the key of the new resource.
    :param wanted: as in :func:`plan_present`.
    :param old: the resource to be replaced, as read.
    :param current: the resource with the new key as read, or None when there is none.
    :param known: as in :func:`plan_present`.
    :returns: a plan that creates, updates or leaves the new resource, and names the old one to delete.
    :raises CannotPlan: as in :func:`plan_present`.
    """
    if current is None:
        wanted = _inherit(kind, wanted, old)
    plan = plan_present(kind, key, wanted, current, known)
    return plan._replace(before=shown(kind, old), replaces=old)


def _inherit(kind: Kind, wanted: Mapping[str, Any], old: Raw) -> dict[str, Any]:
    result = {}
    for field in kind.fields:
        value = field.type.read(field.of(old))
        if field.name in wanted:
            result[field.name] = field.type.resolve(value, wanted[field.name])
        elif field.of(old) is not None:
            result[field.name] = value
    return result


def plan_absent(kind: Kind, current: Raw | None) -> Plan:
    """Plan that a resource does not exist.

    :param kind: the kind of the resource.
    :param current: the resource as read, or None when there is none.
    :returns: a plan to delete, or to do nothing.
    """
    return Plan(NONE if current is None else DELETE, {}, shown(kind, current), {}, current)


def diff(kind: Kind, plan: Plan, title: str, name: str) -> dict[str, Any]:
    """Give a plan as Ansible's diff.

    :param kind: the kind of the resource.
    :param plan: the plan.
    :param title: names the product and the kind, such as "Chat user".
    :param name: names the resource in a header where there is no resource before and none after.
    :returns: ``before`` and ``after`` (dictionaries), ``before_header`` and ``after_header``.
    """
    before = plan.before.get(kind.key.name)
    after = plan.after.get(kind.key.name)
    return {
        "before": plan.before,
        "after": plan.after,
        "before_header": f"{title} {before or after or name}",
        "after_header": f"{title} {after or before or name}",
    }


def diff_many(plans: Mapping[str, Plan], title: str) -> dict[str, Any]:
    """Give the plans for many resources as one diff.

    :param plans: key of the resource to its plan, only those that change something.
    :param title: names the product, the kind and the service, such as "Chat users of IS...".
    :returns: ``before`` and ``after`` (dictionaries by key), ``before_header`` and ``after_header``.
    """
    return {
        "before": {key: plan.before for key, plan in plans.items() if plan.before},
        "after": {key: plan.after for key, plan in plans.items() if plan.after},
        "before_header": title,
        "after_header": title,
    }
