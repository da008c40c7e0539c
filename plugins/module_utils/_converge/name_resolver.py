# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve the names of services and roles to SIDs, before anything is read or planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._resources.definitions import CHAT_SERVICE, CONVERSATIONS_SERVICE, ROLE
from .._resources.resource_type import ResourceType
from .._resources.validators import ImportId, is_sid
from .._twilio.client import NO_SERVICE, TwilioClient
from .._twilio.errors import NotFound, ServiceNotFound
from .._twilio.products import CHAT, CONVERSATIONS
from .lookup import ConflictError, ResourceLookup, Target

SERVICES = {CHAT: CHAT_SERVICE, CONVERSATIONS: CONVERSATIONS_SERVICE}


class ServiceReference(NamedTuple):
    """The service of a task, by its SID or by its friendly name; the account's default service without both.

    ``import_id`` is the import ID of the user, if any; it must contain the same service.
    """

    sid: str | None
    name: str | None
    import_id: ImportId | None = None

    def __str__(self) -> str:
        return self.sid or self.name or "(the default service)"

    @property
    def option(self) -> str:
        """Return the name of the option that identifies the service."""
        return "service" if self.sid is None else "service_sid"


class RoleName(NamedTuple):
    """A desired role by its friendly name; None for the default role of the service."""

    name: str | None


class NameResolver:
    """Resolves names to SIDs.

    :param client: the API client.
    :param timeouts: the seconds for ``read``, including retries.
    """

    def __init__(self, client: TwilioClient, timeouts: Mapping[str, float]) -> None:
        self._client = client
        self._timeouts = timeouts
        self._found: dict[str, dict[str, list[str]]] = {}

    def service_sid(self, service: ServiceReference) -> str:
        """Return the SID of a service.

        Requests: none for a SID, one for the default service, one for each page of services for a name.

        :param service: the service.
        :returns: its SID.
        :raises ServiceNotFound: no service has this name.
        :raises ConflictError: several services have this name, or the account has no default service.
        :raises ValidationError: the import ID contains another service.
        :raises TwilioError: a request failed.
        """
        if service.sid is not None:
            return service.sid
        if service.name is None:
            return self._with_import_id(service, self.default_service())
        services = self._lookup(SERVICES[self._client.product], None)
        raw = services.find(Target(key=service.name), services.deadline("read"))
        if raw is None:
            raise ServiceNotFound(f"{self._client.product.title} service {service.name!r} {NO_SERVICE}")
        return self._with_import_id(service, str(raw["sid"]))

    def _with_import_id(self, service: ServiceReference, sid: str) -> str:
        if service.import_id is not None:
            service.import_id.require_service(sid)
        return sid

    def default_service(self) -> str:
        """Return the SID of the account's default service. One request.

        :returns: the SID.
        :raises ConflictError: Twilio names none.
        :raises TwilioError: the request failed.
        """
        path, field = self._client.product.default_service or ((), "")
        deadline = self._lookup(SERVICES[self._client.product], None).deadline("read")
        raw = self._client.fetch(path, deadline, "read the default service of the account", field)
        sid = raw.get(field)
        if not (isinstance(sid, str) and is_sid("IS", sid)):
            raise ConflictError(f"Twilio names no default {self._client.product.title} service of the account")
        return sid

    def resolve_roles(
        self, service_sid: str, desired: Mapping[str, dict[str, Any] | None]
    ) -> dict[str, dict[str, Any] | None]:
        """Replace role names in the fields of users by the SIDs of the roles.

        Requests: the pages of the list of roles if there are names, and one for the default role if that is used.

        :param service_sid: the service.
        :param desired: the desired fields by the key of the user, where ``role_sid`` may be a :class:`RoleName`; None
            for a user that is to be absent.
        :returns: the fields with SIDs.
        :raises ConflictError: no role for users has the name, or several have it.
        :raises ServiceNotFound: the service does not exist.
        :raises TwilioError: a request failed.
        """
        names = {fields["role_sid"].name for fields in desired.values() if fields and _has_role_name(fields)}
        sids: dict[str | None, str] = {}
        if None in names:
            sids[None] = self._default_role(service_sid)
        if names - {None}:
            sids.update(self._roles(service_sid, {name for name in names if name is not None}))
        return {
            key: {**fields, "role_sid": sids[fields["role_sid"].name]} if fields and _has_role_name(fields) else fields
            for key, fields in desired.items()
        }

    def resolve_role(self, service_sid: str, desired: dict[str, Any]) -> dict[str, Any]:
        """Replace the role name in the fields of one user by the SID of the role.

        :param service_sid: the service.
        :param desired: the desired fields of a user.
        :returns: the fields with the SID.
        :raises ConflictError, ServiceNotFound, TwilioError: as in :meth:`resolve_roles`.
        """
        return self.resolve_roles(service_sid, {"": desired})[""] or {}

    def role_sids(self, service_sid: str, names: Iterable[str]) -> list[str]:
        """Return the SIDs of roles for users by their names. The list of roles is read once.

        :param service_sid: the service.
        :param names: the friendly names.
        :returns: the SIDs.
        :raises ConflictError, ServiceNotFound, TwilioError: as in :meth:`resolve_roles`.
        """
        wanted = set(names)
        return sorted(self._roles(service_sid, wanted).values()) if wanted else []

    def _roles(self, service_sid: str, names: set[str]) -> dict[str, str]:
        roles = self._lookup(ROLE, service_sid)
        found = self._found.get(service_sid)
        if found is None:
            found = self._found[service_sid] = self._list_roles(roles)
        for name in sorted(names):
            if len(found.get(name, ())) != 1:
                raise ConflictError(self._not_one_role(roles, name, found))
        return {name: found[name][0] for name in names}

    def _list_roles(self, roles: ResourceLookup) -> dict[str, list[str]]:
        user_type = self._client.product.user_role_type
        found: dict[str, list[str]] = {}
        for raw in roles.list(roles.deadline("read")):
            if raw.get("type") == user_type:
                found.setdefault(str(raw.get("friendly_name")), []).append(str(raw["sid"]))
        return found

    def _not_one_role(self, roles: ResourceLookup, name: str, found: Mapping[str, list[str]]) -> str:
        user_type = self._client.product.user_role_type
        if name in found:
            return (
                f"There are {len(found[name])} roles of type {user_type} with the friendly_name {name!r} in"
                f" {roles.location} ({', '.join(found[name])}); say which one is meant by its SID"
            )
        others = ", ".join(repr(other) for other in sorted(found)) or "none"
        return (
            f"There is no role of type {user_type} with the friendly_name {name!r} in {roles.location};"
            f" there are: {others}"
        )

    def _default_role(self, service_sid: str) -> str:
        path, field = self._client.product.default_role
        roles = self._lookup(ROLE, service_sid)
        operation = f"read the default role of {roles.location}"
        try:
            raw = self._client.fetch(("Services", service_sid, *path), roles.deadline("read"), operation)
        except NotFound as error:
            raise ServiceNotFound(f"{roles.location} {NO_SERVICE}", **error.details()) from None
        if not raw.get(field):
            raise ConflictError(f"Twilio names no default role for users of {roles.location}")
        return str(raw[field])

    def _lookup(self, resource_type: ResourceType, service_sid: str | None) -> ResourceLookup:
        return ResourceLookup(self._client, resource_type, service_sid, self._timeouts)


def _has_role_name(fields: Mapping[str, Any]) -> bool:
    return isinstance(fields.get("role_sid"), RoleName)
