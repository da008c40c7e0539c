# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the names that people give to the SIDs that Twilio's API takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._state.kinds import CHAT_SERVICE, CONVERSATIONS_SERVICE, ROLE, Kind
from .._twilio.client import NO_SERVICE, TwilioClient
from .._twilio.errors import NotFound, ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS
from .resource import Disagreement, Resources, Target

SERVICES = {CHAT: CHAT_SERVICE, CONVERSATIONS: CONVERSATIONS_SERVICE}


class RoleName(NamedTuple):
    """A wanted role, by its friendly name; None for the default role of the service."""

    name: str | None


class Names:
    """Finds what names stand for.

    :param client: the product, as an account.
    :param timeouts: ``read``: seconds for each reading, retries included.
    """

    def __init__(self, client: TwilioClient, timeouts: Mapping[str, float]) -> None:
        self._client = client
        self._timeouts = timeouts

    def service(self, name: str) -> str:
        """Find a service. One request for each page of services.

        :param name: its friendly name; case matters.
        :returns: its SID.
        :raises ServiceNotFound: there is none.
        :raises Disagreement: there are several.
        :raises TwilioError: Twilio could not be asked.
        """
        services = self._resources(SERVICES[self._client.product], None)
        raw = services.find(Target(key=name), services.budget("read"))
        if raw is None:
            raise ServiceNotFound(f"{self._client.product.title} service {name!r} {NO_SERVICE}")
        return str(raw["sid"])

    def fill_in_roles(self, service_sid: str, wanted: Iterable[dict[str, Any] | None], field: str) -> None:
        """Put SIDs into the places of role names: one list of roles for all of them, one request for the default.

        :param service_sid: the service.
        :param wanted: what is wanted of users; changed in place. None entries are passed over.
        :param field: the field that may hold a :class:`RoleName`.
        :raises Disagreement: there is no such role for users, or there are several.
        :raises ServiceNotFound: there is no such service.
        :raises TwilioError: Twilio could not be asked.
        """
        places = [fields for fields in wanted if fields is not None and isinstance(fields.get(field), RoleName)]
        names = {fields[field].name for fields in places}
        sids: dict[str | None, str] = {}
        if None in names:
            sids[None] = self._default_role(service_sid)
        if names - {None}:
            sids.update(self._roles(service_sid, {name for name in names if name is not None}))
        for fields in places:
            fields[field] = sids[fields[field].name]

    def _roles(self, service_sid: str, names: set[str]) -> dict[str, str]:
        roles = self._resources(ROLE, service_sid)
        mine = self._client.product.user_role_type
        found: dict[str, list[str]] = {}
        for raw in roles.all(roles.budget("read")):
            if raw.get("type") == mine:
                found.setdefault(str(raw.get("friendly_name")), []).append(str(raw["sid"]))
        for name in sorted(names):
            if len(found.get(name, ())) != 1:
                raise Disagreement(self._role_trouble(roles, name, found))
        return {name: found[name][0] for name in names}

    def _role_trouble(self, roles: Resources, name: str, found: Mapping[str, list[str]]) -> str:
        mine = self._client.product.user_role_type
        if name in found:
            return (
                f"There are {len(found[name])} roles of type {mine} with the friendly_name {name!r} in {roles.place}"
                f" ({', '.join(found[name])}); say which one is meant by its SID"
            )
        there = ", ".join(repr(other) for other in sorted(found)) or "none"
        return f"There is no role of type {mine} with the friendly_name {name!r} in {roles.place}; there are: {there}"

    def _default_role(self, service_sid: str) -> str:
        path, field = self._client.product.default_role
        place = f"{self._client.product.title} service {service_sid}"
        budget = self._resources(ROLE, service_sid).budget("read")
        try:
            raw = self._client.fetch(("Services", service_sid, *path), budget, f"read the default role of {place}")
        except NotFound as error:
            raise ServiceNotFound(f"{place} {NO_SERVICE}", **error.details()) from None
        if not raw.get(field):
            raise Disagreement(f"Twilio names no default role for users of {place}")
        return str(raw[field])

    def _resources(self, kind: Kind, service_sid: str | None) -> Resources:
        return Resources(self._client, kind, service_sid, self._timeouts)
