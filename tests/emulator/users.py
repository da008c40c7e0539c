# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The User resource."""

from __future__ import annotations

from . import rules
from .call import Answer
from .context import Context
from .errors import TwilioError
from .params import Params
from .store import Service, User, now

_WRITABLE = ("RoleSid", "Attributes", "FriendlyName")


def find(context: Context, service: Service, key: str) -> User:
    """The user a path names, by SID or by identity."""
    user = service.find_user(key)
    if user is None:
        raise context.missing()
    return user


def index(context: Context, service: Service) -> Answer:
    """List users."""
    context.webhook_header(False)
    render = context.render
    url = render.service_url(service) + "/Users"
    return context.page("users", list(service.users.values()), url, lambda user: render.user(service, user, True))


def create(context: Context, service: Service) -> Answer:
    """Create a user."""
    context.webhook_header(True)
    form = context.form(("Identity", *_WRITABLE))
    identity = rules.identity(form.required("Identity"), context.switches)
    fields = _fields(context, service, form)
    if identity in service.identities:
        raise TwilioError(409, 50201, "User already exists")
    user = context.store.add_user(service, identity, **fields)
    return Answer.json(201, context.render.user(service, user))


def fetch(context: Context, service: Service, key: str) -> Answer:
    """Fetch a user."""
    context.bare()
    return Answer.json(200, context.render.user(service, find(context, service, key)))


def update(context: Context, service: Service, key: str) -> Answer:
    """Change a user."""
    context.webhook_header(True)
    form = context.form(_WRITABLE)
    user = find(context, service, key)
    if not form:
        raise TwilioError(400, 20161, "Parameters are not specified for update request")
    for name, value in _fields(context, service, form).items():
        setattr(user, name, value)
    user.date_updated = now()
    return Answer.json(200, context.render.user(service, user))


def delete(context: Context, service: Service, key: str) -> Answer:
    """Delete a user."""
    context.webhook_header(context.product.delete_takes_webhook_header)
    context.no_query()
    context.no_body()
    service.remove_user(find(context, service, key))
    return Answer(204)


def _fields(context: Context, service: Service, form: Params) -> dict[str, str]:
    """The fields that a form sets, every one of them checked before any is used."""
    fields = {}
    role_sid, attributes, friendly_name = (form.text(name) for name in _WRITABLE)
    if role_sid is not None:
        fields["role_sid"] = rules.role(role_sid, "service", service, context.switches).sid
    if attributes is not None:
        fields["attributes"] = rules.attributes(attributes, context.switches)
    if friendly_name is not None:
        fields["friendly_name"] = rules.friendly_name(friendly_name)
    return fields
