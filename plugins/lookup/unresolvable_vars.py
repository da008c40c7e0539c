# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
---
name: unresolvable_vars
short_description: Find variables whose templates cannot be resolved
version_added: 1.0.0
description:
  - Resolves variables, and returns a message for each that is not defined or cannot be resolved, instead of failing.
  - If a template in a task cannot be resolved, the error message of ansible-core can contain other values of the task,
    even with C(no_log). These can be secrets. So check the variables before a task uses them.
author:
  - community.twilio contributors (!UNKNOWN)
options:
  _terms:
    description: The names of the variables.
    type: list
    elements: str
    required: true
  secret:
    description: The names of the variables that contain secrets. Their messages do not contain the cause.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
---
- name: Check that the credentials can be resolved
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join('; ') }}"
  vars:
    problems: "{{ query('community.twilio.unresolvable_vars', 'shop_token', secret=['shop_token']) }}"
    shop_token: "{{ shop_name }}"
    shop_name: Only an example
"""

RETURN = r"""
---
_raw:
  description: A message for each variable that cannot be resolved.
  type: list
  elements: str
"""

import re
from collections.abc import Sequence
from typing import Any

from ansible.plugins.lookup import LookupBase

# Jinja2's messages about undefined names.
UNDEFINED = re.compile(r"'\S+' is undefined|\bhas no attribute '\S+'")


class LookupModule(LookupBase):
    """The lookup plugin."""

    def run(self, terms: Sequence[str], variables: Any = None, **kwargs: Any) -> list[str]:
        """Resolve variables.

        :param terms: the names of the variables.
        :param variables: the variables of the host.
        :param kwargs: the options.
        :returns: a message for each variable that cannot be resolved.
        """
        self.set_options(var_options=variables, direct=kwargs)
        secret = self.get_option("secret")
        messages = []
        for name in terms:
            try:
                # Converted to text, since newer ansible-cores resolve the items of lists and dictionaries lazily.
                str(self._templar.template(variables[name]))
            except Exception as error:  # plugins that a template calls raise anything
                messages.append(f"{name}: cannot be resolved" + ("" if name in secret else f": {_message(error)}"))
        return messages


def _message(error: Exception) -> str:
    """Return the error without values: messages of ansible-core may contain values of variables, or lines of a file."""
    if isinstance(error, KeyError):
        return "is not defined"
    text = str(getattr(error, "message", None) or error.__class__.__name__)
    undefined = UNDEFINED.findall(text)
    return undefined[-1] if undefined else text.rsplit("original message: ", 1)[-1]
