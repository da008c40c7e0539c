# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the secrets of a task, and mask them in its result."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .._resources.validators import is_sid

try:
    from ansible.module_utils.secrets import mask_secrets, register_secrets
except ImportError:  # ansible-core 2.21 and older; newer ones deprecate remove_values()
    from ansible.module_utils.common.parameters import remove_values

    mask_secrets = register_secrets = None
else:
    remove_values = None

# A shorter text is no token; and in other places, a shorter one may be part of any output.
MIN_TOKEN_LENGTH = 16
MIN_SECRET_LENGTH = 6


def misplaced_secrets(arguments: Mapping[str, Any], environment: Mapping[str, str]) -> set[str]:
    """Return what may be a secret in the address, or in the place of an account's SID.

    Such a task is refused, but Ansible would show its arguments.

    :param arguments: the arguments of the task.
    :param environment: the environment variables of the task.
    :returns: the texts that no output may hold; very short ones are left out.
    """
    found: set[str] = set()
    for name in ("account_sid", "api_base_url"):
        for value in (arguments.get(name), environment.get(f"TWILIO_{name.upper()}")):
            if not isinstance(value, str):
                continue
            if name == "account_sid" and not is_sid("AC", value) and len(value) >= MIN_TOKEN_LENGTH:
                found.add(value)
            if name == "api_base_url":
                user = value.rpartition("@")[0].rpartition("//")[2]
                parts = {user, user.partition(":")[2], *re.split("[?#]", value)[1:]}
                found |= {part for part in parts if len(part) >= MIN_SECRET_LENGTH}
    return found


def secret_values(spec: Mapping[str, Mapping[str, Any]], arguments: Mapping[str, Any]) -> set[str]:
    """Return the values of the options that are secret.

    :param spec: the argument spec.
    :param arguments: the arguments of the task, validated or not.
    """
    found: set[str] = set()
    for name, option in spec.items():
        value = arguments.get(name)
        if option.get("no_log"):
            found.update(_texts(value))
        elif "options" in option and isinstance(value, Mapping):
            found |= secret_values(option["options"], value)
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value and not isinstance(value, bool):
        yield str(value)


def mask(value: Any, secrets: Collection[str]) -> Any:
    """Return a result, or a part of one, without secrets.

    :param value: what JSON can hold.
    :param secrets: the texts that no output may hold. ansible-core 2.22 and newer mask them in all other output too.
    """
    if mask_secrets is not None:
        register_secrets(secrets)
        return _mask_registered(value)
    masked = remove_values(value, secrets)
    if isinstance(value, Mapping):
        # A secret may be a part of "True".
        masked.update({name: child for name, child in value.items() if child is None or isinstance(child, bool)})
    return masked


def _mask_registered(value: Any) -> Any:
    if isinstance(value, str):
        return mask_secrets(value)
    if isinstance(value, Mapping):
        return {_mask_registered(name): _mask_registered(child) for name, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask_registered(child) for child in value]
    return value
