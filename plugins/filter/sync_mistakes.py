# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: sync_mistakes
short_description: Find what is wrong with the variables of the playbooks of this collection
version_added: 0.1.0
description:
  - For the playbooks C(community.twilio.sync_users) and C(community.twilio.report_users), which look for all mistakes
    before the first request.
  - What it takes can change with them. No message of this filter holds a credential.
author:
  - community.twilio contributors (!UNKNOWN)
positional: spec, job
options:
  _input:
    description: The variables that are given, and their values, without those that are large or secret.
    type: dict
    required: true
  spec:
    description: The argument spec of these variables.
    type: dict
    required: true
  job:
    description: What else a playbook knows of its job.
    type: dict
    required: true
    suboptions:
      names:
        description: The names of all variables of the prefix C(twilio_) that there are.
        type: list
        elements: str
        required: true
      unseen:
        description: The names of the variables that are known besides those of O(spec).
        type: list
        elements: str
        required: true
      users:
        description: The list of users, or its text. None or empty text when it is not given.
        type: raw
        required: true
      path:
        description: The path of the file of the users.
        type: str
        required: true
      format:
        description: How the file is written. Empty or none when the name of the file does not tell.
        type: str
        required: true
      text:
        description: What the file holds. None when there is no file.
        type: str
        required: true
      has_service:
        description: Whether something says which service is meant.
        type: bool
        required: true
      accounts:
        description: The accounts. None or empty text when they are not given.
        type: raw
        required: true
      account_sid:
        description: The SID of the account that is meant.
        type: str
        required: true
      product:
        description: The product that is meant, also where only the host says it.
        type: str
        required: true
      reports:
        description: Whether a report is written, so that its paths are looked at.
        type: bool
        required: true
"""

EXAMPLES = r"""
---
- name: Look at the variables
  ansible.builtin.set_fact:
    checked: "{{ given | community.twilio.sync_mistakes(spec, job) }}"
  vars:
    given: {twilio_prune: sometimes, twilio_service: Support}
    spec:
      twilio_product: {choices: [conversations, chat]}
      twilio_prune: {type: bool}
      twilio_service: {type: str}
    job:
      names: [twilio_prune, twilio_service, twilio_users, twilio_stat]
      unseen: [twilio_users, twilio_state]
      users: [alice, bob]
      path: ""
      format: ""
      text: ""
      has_service: true
      accounts: ""
      account_sid: ""
      product: conversations
      reports: false

- name: Show the mistakes
  ansible.builtin.debug:
    var: checked.messages
"""

RETURN = r"""
---
_value:
  description: What was found.
  type: dict
  contains:
    messages:
      description: The mistakes, each a message.
      type: list
      elements: str
    count:
      description: How many users there are. None when they cannot be read.
      type: int
    prune:
      description: What C(twilio_prune) comes to. None when it is not given, or not right.
      type: bool
    max_deletions:
      description: What C(twilio_max_deletions) comes to, likewise.
      type: int
    fail_on_drift:
      description: What C(twilio_fail_on_drift) comes to, likewise.
      type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.twilio.plugins.plugin_utils._mistakes import mistakes


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Give them by their names."""
        return {"sync_mistakes": mistakes}
