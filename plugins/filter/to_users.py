# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: to_users
short_description: Convert YAML, JSON or CSV to a list of users
version_added: 1.0.0
description:
  - Converts text to the list for the option O(community.twilio.twilio_conversations_users#module:users) of the modules
    for many users.
  - All errors are reported together, with their lines or indices. The values in YAML and JSON are validated by the
    module, those in CSV by this filter, since the module does not know their lines.
author:
  - community.twilio contributors (!UNKNOWN)
positional: format, count
options:
  _input:
    description:
      - The list, or its text in YAML, JSON or CSV. In YAML and JSON, the list can also be the value of the only key
        C(twilio_users) of a dictionary, so that the file can also be used as a variables file.
      - An entry is a dictionary with the options of a user, or only an identity, as text. An identity that YAML does
        not read as text, such as V(42) or V(no), must be quoted.
      - An entry can also be a user that a module returned, such as an entry of
        RV(community.twilio.twilio_conversations_user_info#module:users). Its keys that are not options are ignored, and
        so is its C(role_sid) if the key C(role) was added.
      - The first line of CSV contains the names of the columns C(identity), C(friendly_name), C(role), C(role_sid),
        C(attributes) (as JSON), C(attributes_mode) and C(state), in any order. Only C(identity) is required. Case,
        blanks, underscores and hyphens do not matter, as in C(Friendly Name). An empty cell means that the option is
        not specified. The delimiter is a comma, a semicolon or a tab, or what a line before this one names, such as
        C(sep=;). A cell that contains the delimiter or a double quote must be enclosed in double quotes, and double
        quotes in it must be doubled. White space around a cell is ignored.
      - An identity such as V(1.55512E+10), which a spreadsheet has made of a phone number, is rejected.
    type: raw
    required: true
  format:
    description:
      - The format of the text. V(auto) detects it. Has no effect on a list.
    type: str
    choices: [auto, yaml, json, csv]
    default: auto
  count:
    description:
      - The number of users when the list was read before. If the number differs, the list has changed in the meantime,
        and the filter fails.
    type: int
  ignore_unknown_columns:
    description: Whether to ignore columns of CSV with other names, instead of rejecting them.
    type: bool
    default: false
notes:
  - Numbers in attributes keep their exact values.
  - The text is never executed or templated. Tags in YAML are rejected. Aliases and merge keys in YAML are accepted
    unless they make the list much larger than its text.
seealso:
  - module: community.twilio.twilio_conversations_users
  - module: community.twilio.twilio_chat_users
"""

EXAMPLES = r"""
---
- name: Manage the users of a file that was exported from a spreadsheet
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users: "{{ lookup('ansible.builtin.file', 'users.csv') | community.twilio.to_users('csv') }}"

- name: Manage the users of a text, such as an answer to a survey
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users: "{{ survey_users | community.twilio.to_users(count=2) }}"
  vars:
    survey_users: |
      - alice
      - identity: bob
        friendly_name: Bob
        attributes: {team: sales}

- name: Read the users of a service
  community.twilio.twilio_conversations_user_info:
    service_sid: IS0123456789abcdef0123456789abcdef
  register: found

- name: Restore the users, for example after an application has changed them
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users: "{{ found.users | community.twilio.to_users }}"
"""

RETURN = r"""
---
_value:
  description:
    - The users, each a dictionary for the option O(community.twilio.twilio_conversations_users#module:users).
      Attributes are JSON text.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _user_list


def to_users(
    value: Any,
    format: str = "auto",  # noqa: A002 -- the name of the option
    count: int | None = None,
    ignore_unknown_columns: bool = False,
) -> list[dict[str, Any]]:
    """Convert text to a list of users.

    :param value: text or a list.
    :param format: the format of the text.
    :param count: the expected number of users, or None.
    :param ignore_unknown_columns: whether to ignore other columns of CSV.
    :returns: the entries for the option ``users``.
    :raises AnsibleFilterError: the value is not a valid list of users.
    """
    try:
        ignore_columns = boolean(ignore_unknown_columns)
    except TypeError as error:
        raise AnsibleFilterError(f"ignore_unknown_columns: {error}") from None
    try:
        return _user_list.to_users(value, format, None if count is None else int(count), ignore_columns)
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"to_users": to_users}
