# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules as a task does, in this process, against the emulator; and see what it sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.twilio.plugins.module_utils._modules import connection_options
from ansible_collections.community.twilio.plugins.module_utils._modules.base import (
    ModuleDefinition,
    ModuleError,
    TaskContext,
)
from ansible_collections.community.twilio.plugins.module_utils._modules.info import (
    CHAT_ROLE_INFO,
    CHAT_SERVICE_INFO,
    CHAT_USER_INFO,
    CONVERSATIONS_ROLE_INFO,
    CONVERSATIONS_SERVICE_INFO,
    CONVERSATIONS_USER_INFO,
)
from ansible_collections.community.twilio.plugins.module_utils._modules.role import CHAT_ROLE, CONVERSATIONS_ROLE
from ansible_collections.community.twilio.plugins.module_utils._modules.service import (
    CHAT_SERVICE,
    CONVERSATIONS_SERVICE,
)
from ansible_collections.community.twilio.plugins.module_utils._modules.user import CHAT_USER, CONVERSATIONS_USER
from ansible_collections.community.twilio.plugins.module_utils._modules.users import CHAT_USERS, CONVERSATIONS_USERS
from ansible_collections.community.twilio.plugins.module_utils._twilio.products import CHAT, CONVERSATIONS
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread

PRODUCTS = {"chat": CHAT, "conversations": CONVERSATIONS}
USER_MODULES = {"chat": CHAT_USER, "conversations": CONVERSATIONS_USER}
USERS_MODULES = {"chat": CHAT_USERS, "conversations": CONVERSATIONS_USERS}
USER_INFO_MODULES = {"chat": CHAT_USER_INFO, "conversations": CONVERSATIONS_USER_INFO}
SERVICE_MODULES = {"chat": CHAT_SERVICE, "conversations": CONVERSATIONS_SERVICE}
SERVICE_INFO_MODULES = {"chat": CHAT_SERVICE_INFO, "conversations": CONVERSATIONS_SERVICE_INFO}
ROLE_MODULES = {"chat": CHAT_ROLE, "conversations": CONVERSATIONS_ROLE}
ROLE_INFO_MODULES = {"chat": CHAT_ROLE_INFO, "conversations": CONVERSATIONS_ROLE_INFO}

UNKNOWN_SERVICE = "IS" + "dead" * 8
UNKNOWN_USER = "US" + "dead" * 8
UNKNOWN_ROLE = "RL" + "dead" * 8


class ArgumentSpecError(Exception):
    """The argument spec refuses the parameters."""


def validated(
    definition: ModuleDefinition, parameters: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return parameters as AnsibleModule passes them to a module."""
    spec = definition.spec(environment)
    assert spec.pop("supports_check_mode")
    arguments = dict(parameters)
    connection_options.prefer_given_credentials(arguments)
    result = ArgumentSpecValidator(spec.pop("argument_spec"), **spec).validate(arguments)
    if result.error_messages:
        raise ArgumentSpecError("; ".join(result.error_messages))
    parameters = result.validated_parameters
    assert isinstance(parameters, dict)
    return parameters


def execute(
    definition: ModuleDefinition,
    parameters: Mapping[str, Any],
    check: bool = False,
    diff: bool = True,
    environment: Mapping[str, str] | None = None,
    report_progress: Callable[[str], None] | None = None,
    warnings: list[str] | None = None,
) -> dict[str, Any]:
    """Run a module with arguments as a task writes them; collect its warnings."""
    environment = environment or {}
    warn = ([] if warnings is None else warnings).append
    return definition.execute(
        validated(definition, parameters, environment), TaskContext(check, diff, environment, report_progress, warn)
    )


class Twilio:
    """One product of the emulator, and the modules that talk to it with its credentials."""

    def __init__(self, emulator: EmulatorThread, name: str) -> None:
        self.emulator = emulator
        self.control = emulator.control
        self.name = name
        self.product = PRODUCTS[name]
        self.service_sid = emulator.service_sid
        self.warnings: list[str] = []
        self.options: dict[str, Any] = {
            "account_sid": emulator.account_sid,
            "auth_token": emulator.auth_token,
            "api_base_url": emulator.url,
        }

    def user(self, check: bool = False, diff: bool = True, **options: Any) -> dict[str, Any]:
        """Run the user module."""
        return execute(USER_MODULES[self.name], self._placed(options), check, diff, warnings=self.warnings)

    def info(self, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run the user_info module."""
        return execute(USER_INFO_MODULES[self.name], self._placed(options), check)

    def role(self, check: bool = False, diff: bool = True, **options: Any) -> dict[str, Any]:
        """Run the role module."""
        return execute(ROLE_MODULES[self.name], self._placed(options), check, diff, warnings=self.warnings)

    def role_info(self, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run the role_info module."""
        return execute(ROLE_INFO_MODULES[self.name], self._placed(options), check)

    def service(self, check: bool = False, diff: bool = True, **options: Any) -> dict[str, Any]:
        """Run the service module."""
        return execute(SERVICE_MODULES[self.name], {**self.options, **options}, check, diff)

    def service_info(self, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run the service_info module."""
        return execute(SERVICE_INFO_MODULES[self.name], {**self.options, **options}, check)

    def _placed(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return options with the service of the emulator, unless they name one."""
        place = {} if "service" in options else {"service_sid": self.service_sid}
        return {**self.options, **place, **options}

    def users(
        self,
        users: Sequence[Any],
        check: bool = False,
        diff: bool = True,
        report_progress: Callable[[str], None] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Run the users module, as fast as it can unless the options say otherwise."""
        fast = {"writes_per_second": 0}
        options = self._placed({**fast, "users": list(users), **options})
        return execute(USERS_MODULES[self.name], options, check, diff, None, report_progress, self.warnings)

    def users_fail(self, users: Sequence[Any], **options: Any) -> ModuleError:
        """Run the users module, which has to fail."""
        return fails(partial(self.users, users, **options))

    def user_fails(self, **options: Any) -> ModuleError:
        """Run the user module, which has to fail."""
        return fails(partial(self.user, **options))

    def info_fails(self, **options: Any) -> ModuleError:
        """Run the user_info module, which has to fail."""
        return fails(partial(self.info, **options))

    def role_fails(self, **options: Any) -> ModuleError:
        """Run the role module, which has to fail."""
        return fails(partial(self.role, **options))

    def role_info_fails(self, **options: Any) -> ModuleError:
        """Run the role_info module, which has to fail."""
        return fails(partial(self.role_info, **options))

    def service_fails(self, **options: Any) -> ModuleError:
        """Run the service module, which has to fail."""
        return fails(partial(self.service, **options))

    def service_info_fails(self, **options: Any) -> ModuleError:
        """Run the service_info module, which has to fail."""
        return fails(partial(self.service_info, **options))

    def seed(self, identity: str, **fields: Any) -> dict[str, Any]:
        """Put a user in, behind the modules' back."""
        self.control.seed({"services": [{"sid": self.service_sid, "users": [{"identity": identity, **fields}]}]})
        return self.stored(identity)

    def seed_many(self, users: Sequence[Mapping[str, Any]]) -> None:
        """Put users in, behind the modules' back."""
        self.control.seed({"services": [{"sid": self.service_sid, "users": list(users)}]})

    def stored(self, identity: str) -> dict[str, Any]:
        """Return a user as the store holds it."""
        user = self.control.user(self.service_sid, identity)
        assert user is not None
        return user

    def identities(self) -> list[str]:
        """Return the identities of all users, in the order of their creation."""
        return [user["identity"] for user in self.control.users(self.service_sid)]

    def roles(self) -> list[str]:
        """Return the SIDs of the roles that a user can have; the first is the default."""
        service = self.control.service(self.service_sid)
        assert service is not None
        return [role["sid"] for role in service["roles"] if role["type"] == "service"]

    def seed_service(self, friendly_name: str, **fields: Any) -> str:
        """Put a service in, behind the modules' back; give its SID."""
        return self.control.create_service(friendly_name=friendly_name, **fields)

    def service_sids(self, friendly_name: str | None = None) -> list[str]:
        """Return the SIDs of the services, or of those with a name, in the order of their creation."""
        return [
            service["sid"]
            for account in self.control.state()["accounts"]
            for service in account["services"]
            if friendly_name in (None, service["friendly_name"])
        ]

    def stored_service(self, sid: str) -> dict[str, Any]:
        """Return a service as the store holds it."""
        service = self.control.service(sid)
        assert service is not None
        return service

    def seed_role(self, friendly_name: str, **fields: Any) -> str:
        """Put a role in, behind the modules' back; give its SID."""
        before = {role["sid"] for role in self.control.roles(self.service_sid)}
        role = {"friendly_name": friendly_name, "type": self.user_type, "permissions": ["editOwnUserInfo"], **fields}
        self.control.seed({"services": [{"sid": self.service_sid, "roles": [role]}]})
        (sid,) = {role["sid"] for role in self.control.roles(self.service_sid)} - before
        return str(sid)

    @property
    def user_type(self) -> str:
        """The type of the roles that users have, in the product's word."""
        return {"chat": "deployment", "conversations": "service"}[self.name]

    @property
    def member_type(self) -> str:
        """The type of the other roles, in the product's word."""
        return {"chat": "channel", "conversations": "conversation"}[self.name]

    def fault(self, kind: str, method: str | None = None, path: str | None = None, **details: Any) -> None:
        """Add a fault to the product's requests."""
        match = {"product": self.name, **({"method": method} if method else {}), **({"path": path} if path else {})}
        self.control.fault(kind, match, **details)

    @contextmanager
    def sent(self) -> Iterator[list[dict[str, Any]]]:
        """Return the requests that are sent inside the block; the list is filled at its end."""
        self.control.clear_requests()
        requests: list[dict[str, Any]] = []
        try:
            yield requests
        finally:
            requests += self.control.requests()


def numbered_users(count: int, first: int = 0, **fields: Any) -> list[dict[str, Any]]:
    """Return entries for users whose identities sort as they are numbered."""
    return [{"identity": f"user {number:03}", **fields} for number in range(first, first + count)]


# Of the modules for many users, in diff mode.
RESULT_KEYS = ["changed", "summary", "billable_users", "results", "results_left_out", "service_sid", "diff"]


def summary_of(**counted: int) -> dict[str, int]:
    """Return a summary; what is not named is 0."""
    return {**dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed"), 0), **counted}


def fails(action: Any) -> ModuleError:
    """Do something that has to fail in a way that a user can understand."""
    try:
        result = action()
    except ModuleError as failure:
        return failure
    raise AssertionError(f"it did not fail, but gave {str(result)[:1000]}")


def methods(requests: list[dict[str, Any]]) -> str:
    """Return the methods of requests in one word per request, a creation apart from a change."""
    words = []
    for request in requests:
        creation = request["method"] == "POST" and request["path"].endswith(("/Users", "/Roles", "/Services"))
        words.append("CREATE" if creation else "UPDATE" if request["method"] == "POST" else request["method"])
    return " ".join(words)


def request_trail(requests: list[dict[str, Any]]) -> list[str]:
    """Return the method and the path of requests, from the services on, without the digits of SIDs."""
    return [
        f"{request['method']} {re.sub('(IS|RL|US)[0-9a-f]{32}', lambda sid: sid[1], request['path'])[3:]}"
        for request in requests
    ]
