# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds: data from a file or a request, put into the store. README.md describes the format."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from . import settings
from .products import BY_NAME
from .store import Account, Role, Service, Store, User


class SeedError(ValueError):
    """A seed that says something the emulator does not understand."""


def apply(store: Store, seed: Any) -> None:
    """Add a seed to the store. What exists already (by SID, or a user by identity) is changed, the rest is added."""
    data = _object(seed, "seed", ("account", "accounts", "services"))
    if "account" in data:
        _default_account(store, data["account"])
    for number, entry in enumerate(_list(data, "accounts", "seed")):
        _account(store, entry, f"accounts[{number}]")
    for number, entry in enumerate(_list(data, "services", "seed")):
        put_service(store, store.default, entry, f"services[{number}]")


def dump(store: Store) -> dict[str, Any]:
    """The whole store in the form of a seed, without the credentials."""
    return {
        "accounts": [
            {
                "account_sid": account.sid,
                "services": [_dump_service(service) for service in account.services.values()],
            }
            for account in store.accounts.values()
        ]
    }


def dump_user(user: User) -> dict[str, Any]:
    """One user, as the store holds it."""
    return {name: value for name, value in vars(user).items() if name != "number"}


def _dump_service(service: Service) -> dict[str, Any]:
    out = {
        name: value
        for name, value in vars(service).items()
        if name not in ("number", "account_sid", "roles", "users", "identities")
    }
    for name in _CONFIGURED:
        out[name] = copy.deepcopy(out[name])
    out["roles"] = [
        {name: value for name, value in vars(role).items() if name != "number"} for role in service.roles.values()
    ]
    out["users"] = [dump_user(user) for user in service.users.values()]
    return out


def _default_account(store: Store, entry: Any) -> None:
    """Give the account that exists from the start other credentials, or its service another SID."""
    data = _object(entry, "account", ("account_sid", "auth_token", "api_key", "api_secret", "service_sid"))
    account = store.default
    sid = _sid(data, "account_sid", "AC", "account")
    if sid and sid != account.sid:
        if sid in store.accounts:
            raise SeedError(f"account.account_sid: {sid} exists already")
        del store.accounts[account.sid]
        account.sid = sid
        store.accounts = {sid: account, **store.accounts}
        for service in account.services.values():
            service.account_sid = sid
    account.auth_token = _text(data, "auth_token", "account") or account.auth_token
    if "api_key" in data or "api_secret" in data:
        key, secret = _sid(data, "api_key", "SK", "account"), _text(data, "api_secret", "account")
        if not key or not secret:
            raise SeedError("account: api_key and api_secret come together")
        account.api_keys = {key: secret}
    service_sid = _sid(data, "service_sid", "IS", "account")
    if service_sid and service_sid != store.default_service_sid:
        if store.find_service(service_sid):
            raise SeedError(f"account.service_sid: {service_sid} exists already")
        moved = account.services.pop(store.default_service_sid, None)
        store.default_service_sid = service_sid
        if moved is not None:
            moved.sid = service_sid
            account.services = {service_sid: moved, **account.services}


def _account(store: Store, entry: Any, where: str) -> None:
    data = _object(entry, where, ("account_sid", "auth_token", "api_keys", "clients", "services"))
    sid = _sid(data, "account_sid", "AC", where)
    if not sid:
        raise SeedError(f"{where}: account_sid is missing")
    account = store.accounts.get(sid)
    if account is None:
        token = _text(data, "auth_token", where)
        if not token:
            raise SeedError(f"{where}: auth_token is missing")
        account = store.accounts[sid] = Account(sid, token)
    account.auth_token = _text(data, "auth_token", where) or account.auth_token
    for number, item in enumerate(_list(data, "api_keys", where)):
        place = f"{where}.api_keys[{number}]"
        pair = _object(item, place, ("sid", "secret"))
        key, secret = _sid(pair, "sid", "SK", place), _text(pair, "secret", place)
        if not key or not secret:
            raise SeedError(f"{place}: sid and secret are needed")
        account.api_keys[key] = secret
    for number, item in enumerate(_list(data, "clients", where)):
        place = f"{where}.clients[{number}]"
        pair = _object(item, place, ("sid", "secret"))
        client, secret = _text(pair, "sid", place), _text(pair, "secret", place)
        if not client or not secret:
            raise SeedError(f"{place}: sid and secret are needed")
        account.clients[client] = secret
    for number, item in enumerate(_list(data, "services", where)):
        put_service(store, account, item, f"{where}.services[{number}]")


_DEFAULT_ROLES = ("default_service_role_sid", "default_channel_role_sid", "default_channel_creator_role_sid")
_DATES = ("date_created", "date_updated")
# What only one of the products shows of a service.
_CONFIGURED = ("chat", "conversations")


def put_service(store: Store, account: Account, entry: Any, where: str) -> None:
    """Add a service, or change the one of the same SID."""
    known = ("sid", "friendly_name", "reachability_enabled", "roles", "users", *_CONFIGURED, *_DEFAULT_ROLES, *_DATES)
    data = _object(entry, where, known)
    sid = _sid(data, "sid", "IS", where)
    if not sid:
        raise SeedError(f"{where}: sid is missing")
    service = account.services.get(sid)
    if service is None:
        if store.find_service(sid):
            raise SeedError(f"{where}: {sid} belongs to another account")
        service = store.add_service(account, _text(data, "friendly_name", where) or "seeded", sid)
        # A dump names its stock roles; the fresh ones must not stand beside them.
        if data.get("roles") and data.get("default_service_role_sid"):
            service.roles.clear()
    service.friendly_name = _text(data, "friendly_name", where) or service.friendly_name
    if "reachability_enabled" in data:
        service.reachability_enabled = _bool(data["reachability_enabled"], where + ".reachability_enabled")
    for name in _CONFIGURED:
        if name in data:
            _configuration(service, (name,), data[name], f"{where}.{name}")
    for number, item in enumerate(_list(data, "roles", where)):
        put_role(store, service, item, f"{where}.roles[{number}]")
    for name in _DEFAULT_ROLES:
        role_sid = _sid(data, name, "RL", where)
        if role_sid:
            setattr(service, name, role_sid)
    for name in _DATES:
        setattr(service, name, _text(data, name, where) or getattr(service, name))
    for number, item in enumerate(_list(data, "users", where)):
        _user(store, service, item, f"{where}.users[{number}]")


_TYPES = {"bool": bool, "number": int, "limit": int, "filters": list}


def _configuration(service: Service, place: settings.Place, value: Any, where: str) -> None:
    """Settings of a service, nested as the store has them. What is not named stays; null is what was never set."""
    kind = settings.KINDS.get(place)
    if kind is None:
        for name, part in _object(value, where, tuple(settings.get(service, place))).items():
            _configuration(service, (*place, name), part, f"{where}.{name}")
        return
    needed = _TYPES.get(kind, str)
    right = value is None and place in settings.UNSET
    # True is an int for Python, and not for Twilio.
    if isinstance(value, needed) and (needed is bool or not isinstance(value, bool)):
        right = not isinstance(value, list) or all(isinstance(item, str) for item in value)
    if not right:
        raise SeedError(f"{where}: {value!r} is not of the right type")
    settings.put(service, place, value)


def put_role(store: Store, service: Service, entry: Any, where: str) -> None:
    """Add a role, or change the one of the same SID."""
    data = _object(entry, where, ("sid", "friendly_name", "type", "permissions", *_DATES))
    sid = _sid(data, "sid", "RL", where)
    role = service.roles.get(sid or "")
    if role is None:
        role = store.add_role(service, "seeded", "service", ["editOwnUserInfo"], sid)
    role.friendly_name = _text(data, "friendly_name", where) or role.friendly_name
    if "type" in data:
        role.type = _role_type(data["type"], where)
    if "permissions" in data:
        role.permissions = _permissions(data["permissions"], where)
    _dates(role, data, where)


def _role_type(value: Any, where: str) -> str:
    """A role type in either product's words."""
    for product in BY_NAME.values():
        for ours, theirs in product.role_types.items():
            if value == theirs:
                return ours
    raise SeedError(f"{where}.type: {value!r} is not service, conversation, deployment or channel")


def _permissions(value: Any, where: str) -> list[str]:
    """Permissions in either product's words."""
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise SeedError(f"{where}.permissions: a list of names is needed")
    out = []
    for name in value:
        found = [product.permission_to_store(name) for product in BY_NAME.values()]
        out.append(next((stored for stored in found if stored), name))
    return out


_USER_FIELDS = ("friendly_name", "attributes", "role_sid", "is_online", "is_notifiable", "joined_channels_count")


def _user(store: Store, service: Service, entry: Any, where: str) -> None:
    data = _object(entry, where, ("sid", "identity", *_USER_FIELDS, *_DATES))
    identity = _text(data, "identity", where)
    if not identity:
        raise SeedError(f"{where}: identity is missing")
    sid = _sid(data, "sid", "US", where)
    user = service.find_user(identity)
    if user is not None and sid and sid != user.sid:
        raise SeedError(f"{where}: identity {identity!r} exists already with another SID")
    if user is None and sid and sid in service.users:
        raise SeedError(f"{where}: {sid} exists already with another identity")
    fields = user_fields(data, where)
    if user is None:
        user = store.add_user(service, identity, sid, **fields)
    else:
        for name, value in fields.items():
            setattr(user, name, value)
    _dates(user, data, where)


def user_fields(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The fields of a user that a seed or a fault sets. Attributes may be text, kept as it is, or JSON."""
    fields: dict[str, Any] = {}
    for name in _USER_FIELDS:
        if name not in data:
            continue
        value = data[name]
        if name == "attributes" and not isinstance(value, str):
            value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        elif name == "role_sid":
            value = _sid(data, name, "RL", where)
            if value is None:
                raise SeedError(f"{where}.role_sid: a user always has a role")
        elif name == "friendly_name" and not (value is None or isinstance(value, str)):
            raise SeedError(f"{where}.friendly_name: text or null is needed")
        elif name.startswith("is_") and value is not None:
            value = _bool(value, f"{where}.{name}")
        elif name == "joined_channels_count" and (isinstance(value, bool) or not isinstance(value, int)):
            raise SeedError(f"{where}.{name}: a whole number is needed")
        fields[name] = value
    return fields


def _dates(thing: Role | User, data: Mapping[str, Any], where: str) -> None:
    for name in _DATES:
        setattr(thing, name, _text(data, name, where) or getattr(thing, name))


def _object(value: Any, where: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SeedError(f"{where}: an object is needed")
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise SeedError("{}: unknown {}; known are: {}".format(where, ", ".join(map(repr, unknown)), ", ".join(known)))
    return value


def _list(data: Mapping[str, Any], name: str, where: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise SeedError(f"{where}.{name}: a list is needed")
    return value


def _text(data: Mapping[str, Any], name: str, where: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise SeedError(f"{where}.{name}: text is needed")
    return value


def _bool(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise SeedError(f"{where}: true or false is needed")
    return value


def _sid(data: Mapping[str, Any], name: str, prefix: str, where: str) -> str | None:
    value = _text(data, name, where)
    if value is not None and not re.match(prefix + r"[0-9a-fA-F]{32}\Z", value):
        raise SeedError(f"{where}.{name}: {value!r} is not {prefix} and 32 hexadecimal digits")
    return value
