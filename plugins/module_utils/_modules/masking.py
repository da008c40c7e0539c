# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find secrets where none belong, so that no output shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._resources.validators import is_sid

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
