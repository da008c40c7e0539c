# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to its answer: who asks, which resource, which operation."""

from __future__ import annotations

import math
from email.utils import formatdate
from time import time

from . import oauth, paths, roles, services, users
from .call import Answer, Call
from .context import Context
from .errors import TwilioError, method_not_allowed, not_found
from .limits import Limiter
from .oauth import Tokens
from .products import CHAT, CONVERSATIONS, product_of_host
from .render import Renderer
from .store import Service, Store
from .switches import Switches


class Api:
    """Twilio, as far as users, services and roles go."""

    def __init__(self, store: Store, switches: Switches, limiter: Limiter, tokens: Tokens | None = None) -> None:
        self.store = store
        self.tokens = tokens or Tokens()
        self.switches = switches
        self.limiter = limiter

    def handle(self, call: Call) -> Answer:
        """Answer one request."""
        try:
            if call.raw_path == oauth.PATH and product_of_host(call.host) in (None, "oauth"):
                return self.tokens.issue(self.store, call, self.switches.oauth_refusal_status)
            return self._route(self._context(call))
        except TwilioError as error:
            return Answer.error(error)

    def _context(self, call: Call) -> Context:
        """Everything that is the same for all operations: product and credentials."""
        product = call.product
        named = product_of_host(call.host)
        if product is None or (named is not None and named != product.name):
            raise not_found(call.raw_path)
        if product is CHAT and self.switches.chat_closed:
            raise TwilioError(410, 20410, "Gone")
        credentials = call.credentials()
        token = call.bearer_token()
        account = self.store.authenticate(*credentials) if credentials else None
        if token is not None:
            account = self.tokens.open(self.store, token)
        if account is None:
            raise TwilioError(401, 20003, "Authenticate", {"WWW-Authenticate": 'Basic realm="Twilio API"'})
        render = Renderer(product, call.base_url, self.switches)
        return Context(self.store, self.switches, account, product, call, render)

    def _route(self, context: Context) -> Answer:
        method = context.call.method
        if method not in ("GET", "POST", "DELETE"):
            raise method_not_allowed()
        names = paths.segments(context.call.raw_path, self.switches)[1:]
        if names == ["Configuration"] and context.product is CONVERSATIONS:
            return services.account_configuration(context)
        if not names or names[0] != "Services" or len(names) > 4:
            raise context.missing()
        if len(names) == 1:
            if method == "GET":
                return services.index(context)
            if method == "POST":
                return services.create(context)
            raise method_not_allowed()
        if len(names) == 2:
            service = context.service(names[1], is_parent=False)
            operation = {"GET": services.fetch, "POST": services.update, "DELETE": services.delete}[method]
            return operation(context, service)
        below = "/".join(names[2:])
        if context.product is CONVERSATIONS and below in services.CONFIGURATIONS:
            return services.configuration(context, context.service(names[1]), below)
        if names[2] not in ("Users", "Roles"):
            raise context.missing()
        service = context.service(names[1])
        if method != "GET":
            self._limit(service)
        kind = users if names[2] == "Users" else roles
        if len(names) == 3:
            if method == "GET":
                return kind.index(context, service)
            if method == "POST":
                return kind.create(context, service)
            raise method_not_allowed()
        return {"GET": kind.fetch, "POST": kind.update, "DELETE": kind.delete}[method](context, service, names[3])

    def _limit(self, service: Service) -> None:
        """Refuse a write that comes too soon after others on the same service."""
        wait = self.limiter.take(service.sid)
        if wait > 0:
            headers = {}
            # At least one second: neither form of the header can say less.
            seconds = max(1, math.ceil(wait))
            if self.switches.retry_after_on_429 == "seconds":
                headers["Retry-After"] = str(seconds)
            elif self.switches.retry_after_on_429 == "date":
                headers["Retry-After"] = formatdate(time() + seconds, usegmt=True)
            raise TwilioError(429, 50074, "Too many requests", headers)
