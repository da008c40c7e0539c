# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unknown_extra_vars
short_description: Warn about extra variables that nobody reads
version_added: 0.1.0
description:
  - Looks for extra variables (C(ansible-playbook --extra-vars), the answers to a survey) that begin with a prefix and
    are not known, gives a warning for each of them, and returns their names.
  - Variables of the inventory, of plays and of roles are not looked at. They may be meant for somebody else.
author:
  - community.twilio contributors (!UNKNOWN)
options:
  _terms:
    description: The names that are known.
    type: list
    elements: str
    required: true
  prefix:
    description: What the names begin with that are looked at.
    type: str
    required: true
notes:
  - Only the names of variables are shown, never their values.
"""

EXAMPLES = r"""
---
- name: Warn about misspelt extra variables
  ansible.builtin.set_fact:
    unknown: "{{ query('community.twilio.unknown_extra_vars', 'shop_name', 'shop_city', prefix='shop_') }}"
"""

RETURN = r"""
---
_raw:
  description: The names of the extra variables that are not known, sorted.
  type: list
  elements: str
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars

display = Display()

# How similar a name must be to a known one to be suggested: from 0 (nothing in common) to 1 (the same).
MIN_SIMILARITY = 0.8


def describe(name: str, known: Iterable[str], prefix: str) -> str:
    """Return the warning about a name that is not known.

    :param name: the name of the extra variable.
    :param known: the names that are known.
    :param prefix: what all names begin with. It makes no two of them similar.
    :returns: the warning, with the most similar known name if there is one.
    """
    candidates = [each.removeprefix(prefix) for each in known]
    similar = get_close_matches(name.removeprefix(prefix), candidates, 1, MIN_SIMILARITY)
    hint = f" Did you mean {prefix}{similar[0]}?" if similar else ""
    return f"The extra variable {name} is not known and has no effect.{hint}"


class LookupModule(LookupBase):
    """The lookup plugin."""

    def run(self, terms: Sequence[str], variables: Any = None, **kwargs: Any) -> list[str]:
        """Warn about unknown extra variables.

        :param terms: the names that are known.
        :param variables: the variables of the host.
        :param kwargs: the options.
        :returns: the names that are not known.
        """
        self.set_options(var_options=variables, direct=kwargs)
        prefix = self.get_option("prefix")
        # ansible-core has read them before; the loader is not used again.
        given = (str(name) for name in load_extra_vars(DataLoader()))
        unknown = sorted(name for name in given if name.startswith(prefix) and name not in terms)
        for name in unknown:
            display.warning(describe(name, terms, prefix))
        return unknown
