# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One resource as a task means it: which service, which resource, what is done, what is returned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._converge.names import Names
from .._converge.resource import HalfDone, Outcome, Raw, Resources, Target
from .._state import checks
from .._state.kinds import Kind
from .._state.plan import NONE, diff
from .._twilio.client import TwilioClient
from .work import Context, half_done

# Beside which a module has its own options; a resource is in a service.
SERVICE_SPEC: dict[str, dict[str, Any]] = {"service_sid": {"type": "str"}, "service": {"type": "str"}}
ONE_SERVICE = ("service_sid", "service")


def check_service(parameters: Mapping[str, Any], problems: checks.Problems) -> None:
    """Check which service a task means.

    :param parameters: ``service_sid``, ``service``; None where not given.
    :param problems: collects what is wrong.
    """
    if parameters["service_sid"] is not None:
        problems.check(checks.sid, "service_sid", "IS", parameters["service_sid"])
    if parameters["service"] is not None:
        problems.check(checks.name, "service", parameters["service"])


def find_service(parameters: Mapping[str, Any], client: TwilioClient) -> str:
    """Give the SID of the service that a task means.

    :param parameters: ``service_sid``, ``service``, ``timeouts``.
    :param client: the product, as an account.
    :raises ServiceNotFound: there is no service with this friendly name.
    :raises Disagreement: there are several.
    :raises TwilioError: Twilio could not be asked.
    """
    if parameters["service_sid"] is not None:
        return str(parameters["service_sid"])
    return Names(client, parameters["timeouts"]).service(parameters["service"])


def given(kind: Kind, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that a task gives, by their names with dots.

    :param kind: the kind of the resource.
    :param parameters: nested as the options are; None where not given.
    """
    values = {field.name: field.of(parameters) for field in kind.fields}
    return {name: value for name, value in values.items() if value is not None}


def converge(
    resources: Resources,
    target: Target,
    wanted: Mapping[str, Any],
    parameters: Mapping[str, Any],
    context: Context,
    guard: Callable[[Raw], None] | None = None,
) -> dict[str, Any]:
    """Make one resource as a task wants it.

    :param resources: the resources of the kind.
    :param target: which one.
    :param wanted: field name to value, only for the fields that are to have a value.
    :param parameters: ``state``, and ``replace`` where the module has it.
    :param context: check mode, diff mode.
    :param guard: called with a resource that would be deleted; raises what speaks against it.
    :returns: ``changed``, ``action``, the resource by the name of its kind, and in diff mode ``diff``.
    :raises WorkFailed: something failed after something else was done.
    """
    try:
        if parameters["state"] == "absent":
            outcome = resources.absent(target, context.check_mode, guard)
        else:
            outcome = resources.present(target, wanted, bool(parameters.get("replace")), context.check_mode)
    except HalfDone as error:
        raise half_done(error, result_of(resources, error.done, target, context)) from None
    return result_of(resources, outcome, target, context)


def result_of(resources: Resources, outcome: Outcome, target: Target, context: Context) -> dict[str, Any]:
    """Give what a task returns.

    :param resources: the resources of the kind.
    :param outcome: what was done, or would be.
    :param target: which resource.
    :param context: diff mode.
    """
    kind = resources.kind
    result: dict[str, Any] = {
        "changed": outcome.plan.outcome != NONE,
        "action": outcome.plan.outcome,
        kind.name: None if outcome.raw is None else kind.report(outcome.raw),
    }
    if context.diff_mode:
        title = f"{resources.client.product.title} {kind.name}"
        result["diff"] = diff(kind, outcome.plan, title, str(target.key or target.sid))
    return result
