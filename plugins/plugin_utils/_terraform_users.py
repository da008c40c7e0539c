# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert the users and roles in a Terraform state to the options of the modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..module_utils._resources import validators
from ..module_utils._resources.validators import ValidationError, excerpt
from ._chat_translation import ROLE_TYPES, translate_permissions
from ._messages import describe_type
from ._terraform_state import WHOLE, StateObject, read_state

CHAT, CONVERSATIONS = "chat", "conversations"
PRODUCTS = (CONVERSATIONS, CHAT)

_ROLE_TYPES = {CHAT: ("deployment", "channel"), CONVERSATIONS: ("service", "conversation")}
# Chat and Conversations share the roles of a service, so that a role of the other product also has a name.
_TYPES_FOR_USERS = ("deployment", "service")
_MODULES = {
    "twilio_chat_service": "the module twilio_chat_service manages services",
    "twilio_conversations_service": "the module twilio_conversations_service manages services",
    "twilio_conversations_service_configuration": (
        "the option configuration of the module twilio_conversations_service manages it"
    ),
    "twilio_conversations_service_notification": (
        "the option notifications of the module twilio_conversations_service manages it"
    ),
}


class _NotConverted(Exception):
    """An object cannot be converted; the message is the reason."""


class _Entry(NamedTuple):
    """A role or a user: how the modules take it, and what distinguishes it from others in its service."""

    address: str
    service_sid: str
    key: Any
    values: dict[str, Any]


def from_terraform(value: Any, product: str | None = None) -> dict[str, Any]:
    """Convert the users and roles in a state.

    :param value: the state, as text or parsed.
    :param product: "conversations" to translate Chat; None to leave each product as it is.
    :returns: ``conversations`` and ``chat``, a list of services each, with ``service_sid``, ``service``, ``roles`` and
        ``users``; ``addresses``, the addresses of the converted resources; and ``left_out``, a list of dictionaries
        with ``address`` and ``reason``.
    :raises ValidationError: it is not a state, or the product is unknown.
    """
    if product not in (None, CONVERSATIONS):
        raise ValidationError(f"product: must be {CONVERSATIONS}, got {excerpt(product)}")
    return _Conversion(read_state(value), translates=product is not None).result()


class _Conversion:
    def __init__(self, objects: Sequence[StateObject], translates: bool) -> None:
        self._objects = objects
        self._translates = translates
        self._left_out: list[dict[str, str]] = []
        self._names = _Names(objects)

    def result(self) -> dict[str, Any]:
        """Return the result of the filter."""
        roles: dict[str, list[_Entry]] = {product: [] for product in PRODUCTS}
        users: dict[str, list[_Entry]] = {product: [] for product in PRODUCTS}
        for each in self._convertible():
            product, kind = _type_of(each)
            target = CONVERSATIONS if self._translates else product
            try:
                if kind == "role":
                    roles[target].append(self._role(each, product))
                else:
                    users[target].append(self._user(each))
            except _NotConverted as reason:
                self._leave_out(each.address, str(reason))
        taken: set[str] = set()
        services = {
            product: self._services(
                self._distinct("role", roles[product]), self._distinct("user", users[product]), taken
            )
            for product in PRODUCTS
        }
        addresses = [each.address for each in self._objects if each.address in taken and not each.deposed]
        return {**services, "addresses": addresses, "left_out": self._left_out}

    def _leave_out(self, address: str, reason: str) -> None:
        entry = {"address": address, "reason": reason}
        if entry not in self._left_out[-1:]:
            self._left_out.append(entry)

    # Which objects

    def _convertible(self) -> list[StateObject]:
        found = []
        for each in self._objects:
            reason = _why_not(each)
            if reason is None:
                found.append(each)
            elif each.is_twilio and each.mode == "managed":
                self._leave_out(each.address, reason)
            else:
                # Once for all instances.
                self._leave_out(each.resource, reason)
        # Of a user or role that both products have, that of Conversations is taken.
        return sorted(found, key=lambda each: PRODUCTS.index(_type_of(each)[0]))

    def _distinct(self, kind: str, entries: Iterable[_Entry]) -> list[_Entry]:
        first: dict[Any, _Entry] = {}
        for entry in entries:
            other = first.setdefault((entry.service_sid, entry.key), entry)
            if other is not entry:
                differs = "" if entry.values == other.values else ", with other values"
                self._leave_out(entry.address, f"the same {kind} as {other.address}{differs}")
        return list(first.values())

    def _services(self, roles: list[_Entry], users: list[_Entry], taken: set[str]) -> list[dict[str, Any]]:
        services: dict[str, dict[str, Any]] = {}
        for name, entries in (("roles", roles), ("users", users)):
            for entry in entries:
                sid = entry.service_sid
                if sid not in services:
                    services[sid] = {"service_sid": sid, "service": self._names.service(sid), "roles": [], "users": []}
                services[sid][name].append(entry.values)
                taken.add(entry.address)
        for service in services.values():
            service["roles"].sort(key=lambda role: (role["friendly_name"], role["type"], role["sid"]))
            service["users"].sort(key=lambda user: user["identity"])
        return [services[sid] for sid in sorted(services)]

    # Values

    def _role(self, each: StateObject, product: str) -> _Entry:
        fields = _Fields(each)
        service_sid = fields.required("service_sid", validators.sid, "service_sid", "IS")
        sid = fields.required("sid", validators.sid, "sid", "RL")
        name = fields.required("friendly_name", validators.name, "friendly_name")
        kind = fields.required("type")
        if kind not in _ROLE_TYPES[product]:
            raise _NotConverted(f"type: must be {' or '.join(_ROLE_TYPES[product])}, got {excerpt(kind)}")
        permissions = fields.permissions()
        if product == CHAT and self._translates:
            kind = ROLE_TYPES[kind]
            permissions, unknown = translate_permissions(permissions)
            if not permissions:
                raise _NotConverted("permissions: Conversations has none of them")
            for permission in unknown:
                reason = f"permissions: Conversations has no {excerpt(permission)[1:-1]}, so it is not in the role"
                self._leave_out(each.address, reason)
        values = {"sid": sid, "friendly_name": name, "type": kind, "permissions": permissions}
        return _Entry(each.address, service_sid, sid, values)

    def _user(self, each: StateObject) -> _Entry:
        fields = _Fields(each)
        service_sid = fields.required("service_sid", validators.sid, "service_sid", "IS")
        identity = fields.required("identity", validators.identity)
        values = {
            "identity": identity,
            "friendly_name": self._optional(fields, "friendly_name", validators.friendly_name),
            "role_sid": self._optional(fields, "role_sid", _role_sid) or None,
            # The text itself: parsed and written again, its numbers could differ.
            "attributes": self._optional(fields, "attributes", _attributes) or None,
        }
        role = self._names.role(service_sid, values["role_sid"])
        if role is not None:
            values.update(role=role, role_sid=None)
        given = {name: value for name, value in values.items() if value is not None}
        return _Entry(each.address, service_sid, identity, given)

    def _optional(self, fields: _Fields, name: str, validator: Any) -> str | None:
        try:
            return fields.optional(name, validator)
        except _NotConverted as reason:
            self._leave_out(fields.address, str(reason))
            return None


def _role_sid(value: str) -> str:
    return validators.sid("role_sid", "RL", value) if value else value


def _attributes(value: str) -> str:
    if value:
        try:
            validators.attributes(value, "replace")
        except ValidationError:
            # The message of the validator contains the value.
            raise ValidationError(
                "attributes: must be a JSON object without duplicate keys; the modules do not manage other attributes"
            ) from None
    return value


def _type_of(each: StateObject) -> tuple[str, str]:
    _twilio, product, kind = each.type.split("_")
    return product, kind


def _why_not(each: StateObject) -> str | None:
    """Return why an object is not converted; None for a role or a user that is."""
    if not each.is_twilio:
        return "it belongs to another provider" + (f", {each.provider}" if each.provider else "")
    if each.mode == "data":
        return "it is a data source, which manages nothing"
    if each.type not in {f"twilio_{product}_{kind}" for product in PRODUCTS for kind in ("role", "user")}:
        hint = _MODULES.get(each.type)
        return "it is neither a user nor a role" + (f"; {hint}" if hint else "")
    if each.deposed:
        return "it is deposed: Terraform has replaced it, and would delete it"
    if each.tainted:
        return "it is tainted: Terraform would delete and create it again; if it is right, run terraform untaint first"
    if each.attributes is None:
        return "its values are missing, or in the form of Terraform 0.11, which terraform apply -refresh-only converts"
    return None


class _Fields:
    """The attributes of an object, checked as the modules check their options."""

    def __init__(self, each: StateObject, attributes: Mapping[str, Any] | None = None) -> None:
        self.address = each.address
        self._object = each
        self._attributes = (each.attributes if attributes is None else attributes) or {}
        self._sensitive = each.sensitive

    def required(self, name: str, validator: Any = None, *arguments: str) -> str:
        value = self.optional(name, validator, *arguments)
        if value is None:
            raise _NotConverted(f"{name}: is missing")
        return value

    def optional(self, name: str, validator: Any = None, *arguments: str) -> str | None:
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise _NotConverted(f"{name}: must be text, got {describe_type(value)}")
        try:
            if validator is not None:
                validator(*arguments, value)
        except ValidationError as error:
            raise _NotConverted(str(error)) from None
        return value

    def permissions(self) -> list[str]:
        value = self._value("permissions")
        if not isinstance(value, (list, tuple)) or not value or not all(isinstance(each, str) for each in value):
            raise _NotConverted("permissions: must be a list of names that is not empty")
        try:
            validators.names("permissions", value)
        except ValidationError as error:
            raise _NotConverted(str(error)) from None
        return list(value)

    def roles(self) -> Iterator[_Fields]:
        value = self._value("roles")
        for role in value if isinstance(value, (list, tuple)) else ():
            if isinstance(role, Mapping):
                yield _Fields(self._object, role)

    def _value(self, name: str) -> Any:
        if WHOLE in self._sensitive or name in self._sensitive:
            raise _NotConverted(f"{name}: is sensitive in Terraform, so it has to be added by hand")
        return self._attributes.get(name)


class _Names:
    """The names of services and roles that a state contains, in resources and in data sources."""

    def __init__(self, objects: Iterable[StateObject]) -> None:
        self._services: dict[str, set[str]] = defaultdict(set)
        self._roles: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._role_sids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in objects:
            if each.is_twilio and each.attributes is not None:
                self._read(each)

    def _read(self, each: StateObject) -> None:
        fields = _Fields(each)
        try:
            if each.type in ("twilio_chat_service", "twilio_conversations_service"):
                sid = fields.required("sid", validators.sid, "sid", "IS")
                self._services[sid].add(fields.required("friendly_name", validators.name, "friendly_name"))
            elif each.type in ("twilio_chat_role", "twilio_conversations_role"):
                service_sid = fields.required("service_sid")
                self._read_role(service_sid, fields)
            elif each.type in ("twilio_chat_roles", "twilio_conversations_roles"):
                service_sid = fields.required("service_sid")
                for role in fields.roles():
                    self._read_role(service_sid, role)
        except _NotConverted:
            return

    def _read_role(self, service_sid: str, fields: _Fields) -> None:
        if fields.required("type") in _TYPES_FOR_USERS:
            sid = fields.required("sid", validators.sid, "sid", "RL")
            name = fields.required("friendly_name", validators.name, "friendly_name")
            self._roles[service_sid, sid].add(name)
            self._role_sids[service_sid, name].add(sid)

    def service(self, sid: str) -> str | None:
        """Return the name of a service; None if the state does not have it, or has several."""
        return _only(self._services.get(sid))

    def role(self, service_sid: str, sid: str | None) -> str | None:
        """Return the name of a role of users; None if the state does not have one that only this role has."""
        name = _only(self._roles.get((service_sid, sid or "")))
        return name if name is not None and len(self._role_sids[service_sid, name]) == 1 else None


def _only(names: set[str] | None) -> str | None:
    return next(iter(names)) if names is not None and len(names) == 1 else None
