# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: account_options
short_description: Choose one of several Twilio accounts
version_added: 1.0.0
description:
  - Returns the connection options of an account, for the modules of this collection, from a dictionary of accounts.
  - The messages of this filter never contain credentials.
author:
  - community.twilio contributors (!UNKNOWN)
positional: account_sid
options:
  _input:
    description:
      - A dictionary of accounts. The keys are the SIDs of the accounts. Each value is a dictionary with either
        C(auth_token), or C(api_key) and C(api_secret), or C(client_id) and C(client_secret), and optionally C(region)
        and C(edge).
      - The dictionary can also be text in YAML or JSON.
    type: raw
    required: true
  account_sid:
    description:
      - The SID of the account to choose.
    type: str
    required: true
"""

EXAMPLES = r"""
---
- name: The users of a service of the second account
  community.twilio.twilio_conversations_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
  module_defaults:
    group/community.twilio.twilio: "{{ accounts | community.twilio.account_options(second) }}"
  vars:
    second: AC00c0ffee00c0ffee00c0ffee00c0ffee
    accounts:
      AC0123456789abcdef0123456789abcdef:
        auth_token: "{{ vault_first_token }}"
      AC00c0ffee00c0ffee00c0ffee00c0ffee:
        api_key: "{{ vault_second_key }}"
        api_secret: "{{ vault_second_secret }}"
"""

RETURN = r"""
---
_value:
  description:
    - The options C(account_sid), C(auth_token), C(api_key), C(api_secret), C(client_id) and C(client_secret), and also
      C(region) and C(edge) if the account has them. A credential that the account does not have is an empty string, so
      that it is not taken from the environment.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _accounts


def account_options(accounts: Any, account_sid: str) -> dict[str, str]:
    """Choose an account.

    :param accounts: options by account SID.
    :param account_sid: the account.
    :returns: its connection options.
    :raises AnsibleFilterError: the account is missing or invalid.
    """
    try:
        return _accounts.account_options(accounts, account_sid)
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"account_options": account_options}
