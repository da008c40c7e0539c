# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: to_users
short_description: Make a list of users from YAML, JSON or CSV
version_added: 0.1.0
description:
  - Makes the list for the option O(community.twilio.twilio_conversations_users#module:users) of the modules for many
    users, from text as people and spreadsheets write it.
  - What is wrong is named all at once, by its line or its index. Values themselves are checked by the module, those of
    a CSV text here, since only here their lines are known.
author:
  - community.twilio contributors (!UNKNOWN)
positional: format, count
options:
  _input:
    description:
      - Text of a list, as YAML, JSON or CSV; a list; or either of YAML and JSON with the list as the only key
        C(twilio_users) of a dictionary, so that it can also be a file of variables.
      - An entry is a dictionary with the options of a user, or only an identity, as text. An identity that YAML takes
        for something else, such as V(42) or V(no), stands in quotes.
      - CSV begins with a line that names the columns C(identity), C(friendly_name), C(role), C(role_sid),
        C(attributes) (as JSON) and C(attributes_mode), in any order. Only C(identity) is needed. An empty cell is an
        option that is not given. Commas, semicolons or tabs separate the cells; a cell that holds one, or a double
        quote, stands in double quotes, and the quotes in it are doubled. White space around a cell does not count.
    type: raw
    required: true
  format:
    description:
      - How the text is written. V(auto) finds out. Without an effect on a list.
    type: str
    choices: [auto, yaml, json, csv]
    default: auto
  count:
    description:
      - How many users there were when the list was looked at before. Another number is refused, since the list has
        changed meanwhile.
    type: int
notes:
  - Numbers in attributes are as exact as they are written.
  - The text is only read, never run; tags in YAML are refused.
seealso:
  - module: community.twilio.twilio_conversations_users
  - module: community.twilio.twilio_chat_users
"""

EXAMPLES = r"""
---
- name: The users of a file that a spreadsheet has written
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users: "{{ lookup('ansible.builtin.file', 'users.csv') | community.twilio.to_users('csv') }}"

- name: The users of a text, such as an answer to a survey
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users: "{{ survey_users | community.twilio.to_users(count=2) }}"
  vars:
    survey_users: |
      - alice
      - identity: bob
        friendly_name: Bob
        attributes: {team: sales}
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

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _user_list


def to_users(
    value: Any,
    format: str = "auto",  # noqa: A002 -- the name of the option
    count: int | None = None,
) -> list[dict[str, Any]]:
    """Convert text to a list of users.

    :param value: text or a list.
    :param format: how the text is written.
    :param count: how many users there were before, or None.
    :returns: the entries for the option ``users``.
    :raises AnsibleFilterError: it is no list of users.
    """
    try:
        return _user_list.to_users(value, format, None if count is None else int(count))
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"to_users": to_users}
