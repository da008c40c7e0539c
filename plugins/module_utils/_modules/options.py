# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that identify a service, a user or a role; several modules share them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._converge.lookup import Target
from .._converge.name_resolver import RoleName, ServiceReference
from .._resources import validators
from .._resources.validators import ErrorCollector, ImportId
from .._twilio.products import Product

ABSENT = "absent"
STATE_SPEC: dict[str, Any] = {"type": "str", "choices": ["present", ABSENT], "default": "present"}

SERVICE_SPEC: dict[str, dict[str, Any]] = {"service_sid": {"type": "str"}, "service": {"type": "str"}}
SERVICE_OPTIONS = ("service_sid", "service")

ROLE_SPEC: dict[str, dict[str, Any]] = {"role_sid": {"type": "str"}, "role": {"type": "str"}}
ROLE_OPTIONS = ("role_sid", "role")
DEFAULT_ROLE = "default"
DEFAULT_SERVICE = "default"

# The options that identify what a task is about: a number in YAML may be another text than what was written.
USER_KEYS = ("identity", "service", "role", "prune_only.identities", "prune_only.roles")
NAMED_KEYS = ("friendly_name", "service")


def parse_service(arguments: Mapping[str, Any], product: Product, errors: ErrorCollector) -> ServiceReference:
    """Parse ``service_sid`` and ``service``.

    :param arguments: the arguments; None if not set.
    :param product: the product of the module.
    :param errors: collects the errors.
    :returns: the service.
    """
    sid, name = arguments["service_sid"], arguments["service"]
    if sid == DEFAULT_SERVICE:
        if product.default_service is None:
            errors.messages.append(
                f"service_sid: must not be {DEFAULT_SERVICE!r} in a task for {product.title}, whose API does not tell"
                " which service is the default; give its SID"
            )
        return ServiceReference(None, None)
    if sid is not None:
        errors.check(validators.sid, "service_sid", "IS", sid)
    if name is not None:
        errors.check(validators.name, "service", name)
    return ServiceReference(sid, name)


def parse_role(
    arguments: Mapping[str, Any], errors: ErrorCollector, default: str | None = None
) -> str | RoleName | None:
    """Parse ``role_sid`` and ``role``.

    :param arguments: the arguments; None if not set.
    :param errors: collects the errors.
    :param default: the value of ``role_sid`` that means the default role of the service; None if there is none.
    :returns: the SID or the name; None when the task sets no role.
    """
    sid, name = arguments["role_sid"], arguments["role"]
    if name is not None:
        errors.check(validators.name, "role", name)
        return RoleName(name)
    if sid is not None and sid == default:
        return RoleName(None)
    if sid is None:
        return None
    errors.check(validators.sid, "role_sid", "RL", sid)
    return str(sid)


def parse_user_target(
    arguments: Mapping[str, Any], service: ServiceReference, errors: ErrorCollector
) -> tuple[Target, ServiceReference]:
    """Parse ``identity`` and ``sid`` of a user.

    :param arguments: the arguments; None if not set.
    :param service: the service of the user.
    :param errors: collects the errors.
    :returns: the target, empty when the task sets neither; and the service, with the import ID if ``sid`` is one.
    """
    identity, sid = arguments["identity"], arguments["sid"]
    if identity is not None:
        errors.check(validators.identity, identity)
    if sid is not None:
        sid = errors.check(validators.user_sid, sid)
    if isinstance(sid, ImportId):
        if service.sid is not None:
            errors.check(sid.require_service, service.sid)
        return Target(identity, sid.user_sid), service._replace(import_id=sid)
    return Target(identity, sid), service


def parse_named_target(arguments: Mapping[str, Any], prefix: str, errors: ErrorCollector) -> Target:
    """Parse ``friendly_name`` and ``sid`` of a service or a role.

    :param arguments: the arguments; None if not set.
    :param prefix: the prefix of the SID, such as "RL".
    :param errors: collects the errors.
    :returns: the target, empty when the task sets neither.
    """
    name, sid = arguments["friendly_name"], arguments["sid"]
    if name is not None:
        errors.check(validators.name, "friendly_name", name)
    if sid is not None:
        errors.check(validators.sid, "sid", prefix, sid)
    return Target(name, sid)
