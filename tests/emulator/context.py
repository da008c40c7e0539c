# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the work on one request has at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import paging
from .call import Answer, Call
from .errors import TwilioError, bad_parameter, not_found
from .params import Params
from .products import CHAT, Product
from .render import Renderer
from .store import Account, Service, Store
from .switches import Switches

WEBHOOK_HEADER = "x-twilio-webhook-enabled"


@dataclass
class Context:
    """One authenticated request and the means to answer it."""

    store: Store
    switches: Switches
    account: Account
    product: Product
    call: Call
    render: Renderer

    def service(self, sid: str, is_parent: bool = True) -> Service:
        """A service of the caller's account. As a parent, Chat refuses an unknown one in its own way."""
        service = self.account.services.get(sid)
        if service is None:
            if is_parent and self.product is CHAT:
                raise TwilioError(403, 50050, "Service instance not found")
            raise self.missing()
        return service

    def missing(self) -> TwilioError:
        """The error for a path that names nothing."""
        return not_found(self.call.raw_path)

    def form(self, known: Sequence[str], arrays: Sequence[str] = ()) -> Params:
        """The body's parameters, all of which must be known."""
        self.no_query()
        return Params(self.call.form(), known, arrays)

    def no_query(self) -> None:
        """Refuse query parameters: only lists have any."""
        Params(self.call.query(), ())

    def no_body(self) -> None:
        """Refuse a body: only POST has one."""
        if self.call.body:
            raise bad_parameter(f"A {self.call.method} request has no body")

    def bare(self) -> None:
        """Refuse everything that can go with a request: GET and DELETE of one thing take none of it."""
        self.webhook_header(False)
        self.no_query()
        self.no_body()

    def webhook_header(self, allowed: bool) -> None:
        """Check X-Twilio-Webhook-Enabled, which is text and exists for some operations only."""
        value = self.call.headers.get(WEBHOOK_HEADER)
        if value is None:
            return
        if not allowed:
            raise bad_parameter("X-Twilio-Webhook-Enabled does not exist for this operation")
        if value not in ("true", "false"):
            raise bad_parameter("X-Twilio-Webhook-Enabled must be true or false")

    def page(self, kind: str, items: Sequence[Any], url: str, render: Callable[[Any], dict[str, Any]]) -> Answer:
        """One page of a list."""
        self.no_body()
        query = Params(self.call.query(), paging.QUERY)
        request = paging.read_request(query, self.product.page_max(kind), self.switches)
        chosen, meta = paging.page(items, request, url, kind, self.switches)
        return Answer.json(200, {"meta": meta, kind: [render(item) for item in chosen]})
