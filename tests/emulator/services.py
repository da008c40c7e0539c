# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Service resource, and its configuration, which Conversations shows as resources of their own."""

from __future__ import annotations

from . import rules, settings
from .call import Answer
from .context import Context
from .errors import TwilioError, method_not_allowed
from .products import CHAT
from .store import Service

# By the path below a service of Conversations.
CONFIGURATIONS = {
    "Configuration": settings.CONFIGURATION,
    "Configuration/Notifications": settings.NOTIFICATIONS,
    "Configuration/Webhooks": settings.WEBHOOKS,
}


def index(context: Context) -> Answer:
    """List services."""
    context.webhook_header(False)
    url = context.render.root + "/Services"
    return context.page("services", list(context.account.services.values()), url, context.render.service)


def create(context: Context) -> Answer:
    """Create a service."""
    context.webhook_header(False)
    form = context.form(("FriendlyName",))
    name = rules.required_name(form.required("FriendlyName"))
    service = context.store.add_service(context.account, name)
    return Answer.json(201, context.render.service(service))


def fetch(context: Context, service: Service) -> Answer:
    """Fetch a service."""
    context.bare()
    return Answer.json(200, context.render.service(service))


def update(context: Context, service: Service) -> Answer:
    """Change a service: Chat only, Conversations has no such operation."""
    if context.product is not CHAT:
        raise method_not_allowed()
    context.webhook_header(False)
    settings.CHAT_SERVICE.update(context, service)
    return Answer.json(200, context.render.service(service))


def delete(context: Context, service: Service) -> Answer:
    """Delete a service with all it holds."""
    context.bare()
    if service.sid == context.store.default_service_sid and context.switches.delete_default_service == "refuse":
        raise TwilioError(context.switches.conflict_status, 20409, "The default service cannot be deleted")
    context.store.remove_service(service)
    return Answer(204)


def account_configuration(context: Context) -> Answer:
    """Fetch the configuration of the account, which names its default service."""
    if context.call.method != "GET":
        raise method_not_allowed()
    context.bare()
    default = context.store.default_service_sid
    sid = default if default in context.account.services else None
    return Answer.json(200, context.render.account_configuration(context.account.sid, sid))


def configuration(context: Context, service: Service, path: str) -> Answer:
    """Fetch or change one of the configurations of a service. They come and go with it."""
    if context.call.method == "GET":
        context.bare()
    elif context.call.method == "POST":
        context.webhook_header(False)
        CONFIGURATIONS[path].update(context, service)
    else:
        raise method_not_allowed()
    return Answer.json(200, context.render.configuration(service, path))
