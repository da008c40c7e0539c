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

# Shorter text is not a token; and masking shorter secrets could affect unrelated output.
MIN_TOKEN_LENGTH = 16
MIN_SECRET_LENGTH = 6


def misplaced_secrets(arguments: Mapping[str, Any], environment: Mapping[str, str]) -> set[str]:
    """Return possible secrets in api_base_url and account_sid.

    The task fails for such values, but Ansible would still show its arguments.

    :param arguments: the arguments of the task.
    :param environment: the environment variables of the task.
    :returns: the strings to mask, without very short ones.
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
    :returns: the strings to mask.
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
    """Mask the secrets in a result, or in a part of one.

    :param value: any value that JSON can represent.
    :param secrets: the strings to mask. ansible-core 2.22 and newer mask them in all other output too.
    :returns: a copy without the secrets.
    """
    if mask_secrets is not None:
        register_secrets(secrets)
        return _mask_registered(value)
    masked = remove_values(value, secrets)
    if isinstance(value, Mapping):
        # A secret could be a substring of "True".
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
