# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Role resource."""

from __future__ import annotations

from . import rules
from .call import Answer
from .context import Context
from .errors import TwilioError
from .store import Role, Service, now


def find(context: Context, service: Service, key: str) -> Role:
    """The role a path names."""
    role = service.roles.get(key)
    if role is None:
        raise context.missing()
    return role


def index(context: Context, service: Service) -> Answer:
    """List roles."""
    context.webhook_header(False)
    render = context.render
    url = render.service_url(service) + "/Roles"
    return context.page("roles", list(service.roles.values()), url, lambda role: render.role(service, role))


def create(context: Context, service: Service) -> Answer:
    """Create a role."""
    context.webhook_header(False)
    form = context.form(("FriendlyName", "Type"), ("Permission",))
    name, kind_name, dummy = (form.required(parameter) for parameter in ("FriendlyName", "Type", "Permission"))
    rules.required_name(name, context.switches.role_friendly_name_max)
    kinds = {theirs: ours for ours, theirs in context.product.role_types.items()}
    kind = kinds.get(kind_name)
    if kind is None:
        raise TwilioError(400, 50105, "Role type is not valid: it is one of " + ", ".join(sorted(kinds)))
    permissions = rules.permissions(form.texts("Permission"), kind, context.product, context.switches)
    role = context.store.add_role(service, name, kind, permissions)
    return Answer.json(201, context.render.role(service, role))


def fetch(context: Context, service: Service, key: str) -> Answer:
    """Fetch a role."""
    context.bare()
    return Answer.json(200, context.render.role(service, find(context, service, key)))


def update(context: Context, service: Service, key: str) -> Answer:
    """Replace a role's permissions; nothing else of it can change."""
    context.webhook_header(False)
    form = context.form((), ("Permission",))
    role = find(context, service, key)
    form.required("Permission")
    role.permissions = rules.permissions(form.texts("Permission"), role.type, context.product, context.switches)
    role.date_updated = now()
    return Answer.json(200, context.render.role(service, role))


def delete(context: Context, service: Service, key: str) -> Answer:
    """Delete a role."""
    context.bare()
    role = find(context, service, key)
    holders = [user for user in service.users.values() if user.role_sid == role.sid]
    switches = context.switches
    if holders and switches.delete_role_in_use == "refuse":
        raise TwilioError(switches.conflict_status, 20409, "Role is in use")
    if role.sid in service.default_roles() and switches.delete_default_role == "refuse":
        raise TwilioError(switches.conflict_status, 20409, "Role is a default of the service")
    if switches.delete_role_in_use == "default":
        for user in holders:
            user.role_sid = service.default_service_role_sid
    del service.roles[role.sid]
    return Answer(204)
