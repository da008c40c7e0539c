# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unknown_extra_vars
short_description: Find unknown extra variables
version_added: 1.0.0
description:
  - Finds extra variables (C(ansible-playbook --extra-vars), the answers to a survey) that begin with a prefix but are
    not known, and returns a message for each of them.
  - Variables of the inventory, plays and roles are not checked, since they may have another purpose.
author:
  - community.twilio contributors (!UNKNOWN)
options:
  _terms:
    description: The known names.
    type: list
    elements: str
    required: true
  prefix:
    description: The prefix of the names that are checked.
    type: str
    required: true
notes:
  - Only the names of variables are shown, never their values.
"""

EXAMPLES = r"""
---
- name: Refuse misspelt extra variables
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join('; ') }}"
  vars:
    problems: "{{ query('community.twilio.unknown_extra_vars', 'shop_name', 'shop_city', prefix='shop_') }}"
"""

RETURN = r"""
---
_raw:
  description: A message for each unknown extra variable, sorted by their names.
  type: list
  elements: str
"""

from collections.abc import Iterable, Sequence
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.lookup import LookupBase
from ansible.utils.vars import load_extra_vars

from ansible_collections.community.twilio.plugins.module_utils._resources.messages import similar_name


def describe(name: str, known: Iterable[str], prefix: str) -> str:
    """Return the message about an unknown name.

    :param name: the name of the extra variable.
    :param known: the known names.
    :param prefix: the common prefix of all names, which is ignored when they are compared.
    :returns: the message, with the most similar known name if there is one.
    """
    candidates = [each.removeprefix(prefix) for each in known]
    similar = similar_name(name.removeprefix(prefix), candidates)
    hint = f", did you mean {prefix}{similar}?" if similar else ""
    return f"the extra variable {name} is not known{hint}"


class LookupModule(LookupBase):
    """The lookup plugin."""

    def run(self, terms: Sequence[str], variables: Any = None, **kwargs: Any) -> list[str]:
        """Find unknown extra variables.

        :param terms: the known names.
        :param variables: the variables of the host.
        :param kwargs: the options.
        :returns: a message for each unknown name.
        """
        self.set_options(var_options=variables, direct=kwargs)
        prefix = self.get_option("prefix")
        # ansible-core has cached the extra variables; the loader is not used.
        given = (str(name) for name in load_extra_vars(DataLoader()))
        unknown = sorted(name for name in given if name.startswith(prefix) and name not in terms)
        return [describe(name, terms, prefix) for name in unknown]
