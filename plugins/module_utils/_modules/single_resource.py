# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a task for one resource, and return its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._converge.apply import Outcome, PartialFailure, ResourceManager
from .._converge.lookup import ResourceLookup, Target
from .._resources.diff import diff_of
from .._resources.plan import NONE, plan_absent
from .._resources.resource_type import Raw, ResourceType
from .._twilio.errors import ServiceNotFound
from .._twilio.products import Product
from .base import TaskContext, partial_failure
from .options import ABSENT


def converge(
    manager: ResourceManager,
    target: Target,
    desired: Mapping[str, Any],
    state: str,
    context: TaskContext,
    replace: bool = False,
    guard: Callable[[Raw], None] | None = None,
) -> dict[str, Any]:
    """Bring one resource to its desired state.

    :param manager: manages the resources of its type.
    :param target: the resource.
    :param desired: field name to value, only for the fields that the task sets.
    :param state: present or absent.
    :param context: check mode, diff mode.
    :param replace: as in :meth:`ResourceManager.present`.
    :param guard: as in :meth:`ResourceManager.absent`.
    :returns: ``changed``, ``action``, the resource by the name of its type, and in diff mode ``diff``.
    :raises ModuleError: the task failed after it had already changed something.
    """
    product, resource_type = manager.lookup.client.product, manager.lookup.resource_type
    try:
        if state == ABSENT:
            outcome = manager.absent(target, context.check_mode, guard)
        else:
            outcome = manager.present(target, desired, replace, context.check_mode)
    except PartialFailure as error:
        raise partial_failure(error, _result(product, resource_type, error.done, target, context)) from None
    return _result(product, resource_type, outcome, target, context)


def already_absent(
    product: Product, resource_type: ResourceType, target: Target, context: TaskContext, error: ServiceNotFound
) -> dict[str, Any]:
    """Return the result for a resource that is to be absent when no service has the name that the task gives.

    :param product: the product.
    :param resource_type: the type of the resource.
    :param target: the resource.
    :param context: diff mode; gets a warning.
    :param error: says that the service does not exist.
    :returns: a result without changes.
    """
    warn_of_unknown_service(error, "service", context)
    return _result(product, resource_type, Outcome(plan_absent(resource_type, None), None), target, context)


def converge_absent(manager: ResourceManager, target: Target, context: TaskContext, given: str) -> dict[str, Any]:
    """Delete one resource of a service, if it exists, and warn if the service does not exist.

    Requests: as :meth:`ResourceManager.absent`. If there is nothing to delete in a service that the task gives by its
    SID, one more request finds out whether there is such a service: a wrong SID must not look like success.

    :param manager: manages the resources of the service.
    :param target: the resource.
    :param context: check mode, diff mode; gets the warning.
    :param given: the option by which the task gives the service; a name has been found before.
    :returns: as :func:`converge`.
    :raises TwilioError: a request failed.
    """
    result = converge(manager, target, {}, ABSENT, context)
    if given == "service_sid" and not result["changed"]:
        warn_if_service_is_unknown(manager.lookup, context)
    return result


def warn_if_service_is_unknown(lookup: ResourceLookup, context: TaskContext) -> None:
    """Warn if the service does not exist. One request.

    :param lookup: reads the resources of the service.
    :param context: gets the warning.
    :raises TwilioError: the request failed.
    """
    try:
        lookup.check_service(lookup.deadline("read"))
    except ServiceNotFound as error:
        warn_of_unknown_service(error, "service_sid", context)


def warn_of_unknown_service(error: ServiceNotFound, option: str, context: TaskContext) -> None:
    """Warn that there is nothing to delete because the service does not exist.

    :param error: says that the service does not exist.
    :param option: the option by which the task gives the service.
    :param context: gets the warning.
    """
    context.warn(f"{error.message}; nothing was deleted. Is the option {option} right?")


def _result(
    product: Product, resource_type: ResourceType, outcome: Outcome, target: Target, context: TaskContext
) -> dict[str, Any]:
    plan = outcome.plan
    result: dict[str, Any] = {
        "changed": plan.result_action != NONE,
        "action": plan.result_action,
        resource_type.name: None if outcome.raw is None else resource_type.to_result(outcome.raw),
    }
    if context.diff_mode:
        title = f"{product.title} {resource_type.name}"
        result["diff"] = diff_of(resource_type, plan, title, str(target.key or target.sid))
    return result
