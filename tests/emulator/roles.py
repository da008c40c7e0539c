# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Role resource."""

from __future__ import annotations

from . import rules
from .call import Answer
from .context import Context
from .errors import TwilioError
from .params import Params
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
    name = form.text("FriendlyName")
    if not name:
        raise TwilioError(400, 50000, "FriendlyName is missing")
    rules.friendly_name(name, context.switches.role_friendly_name_max)
    kinds = {theirs: ours for ours, theirs in context.product.role_types.items()}
    kind = kinds.get(form.text("Type") or "")
    if kind is None:
        raise TwilioError(400, 50105, "Role type is not valid: it is one of " + ", ".join(sorted(kinds)))
    role = context.store.add_role(service, name, kind, _permissions(context, form))
    return Answer.json(201, context.render.role(service, role))


def fetch(context: Context, service: Service, key: str) -> Answer:
    """Fetch a role."""
    context.webhook_header(False)
    context.no_query()
    context.no_body()
    return Answer.json(200, context.render.role(service, find(context, service, key)))


def update(context: Context, service: Service, key: str) -> Answer:
    """Replace a role's permissions; nothing else of it can change."""
    context.webhook_header(False)
    form = context.form((), ("Permission",))
    role = find(context, service, key)
    role.permissions = _permissions(context, form)
    role.date_updated = now()
    return Answer.json(200, context.render.role(service, role))


def delete(context: Context, service: Service, key: str) -> Answer:
    """Delete a role."""
    context.webhook_header(False)
    context.no_query()
    context.no_body()
    role = find(context, service, key)
    holders = [user for user in service.users.values() if user.role_sid == role.sid]
    if holders and context.switches.delete_role_in_use == "refuse":
        raise TwilioError(context.switches.conflict_status, 20409, "Role is in use")
    if context.switches.delete_role_in_use == "default":
        for user in holders:
            user.role_sid = service.default_service_role_sid
    del service.roles[role.sid]
    return Answer(204)


def _permissions(context: Context, form: Params) -> list[str]:
    """The permissions of a form, in the store's words."""
    names = form.texts("Permission")
    if not names:
        raise TwilioError(400, 50104, "Permission is missing: a role needs at least one")
    out = []
    for name in names:
        stored = context.product.permission_to_store(name)
        if stored is None and context.switches.role_permissions == "known":
            raise TwilioError(400, 50104, f"Permission not found: {name}")
        out.append(stored or name)
    return out
