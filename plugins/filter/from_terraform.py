# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: from_terraform
short_description: Convert a Terraform state to users and roles
version_added: 1.0.0
description:
  - Converts the users and roles that the provider C(RJPearson94/twilio) manages in a Terraform or OpenTofu state to the
    options of the modules, by service.
  - Twilio is not asked. The result is what Terraform has read last, which C(terraform apply -refresh-only)
      updates.
author:
  - community.twilio contributors (!UNKNOWN)
positional: product
options:
  _input:
    description:
      - What C(terraform state pull) or C(terraform show -json) prints, as text or parsed.
      - A state of Terraform 0.11 or older (versions 1 to 3) is rejected. C(terraform state pull) of a newer Terraform
        converts it.
    type: raw
    required: true
  product:
    description:
      - V(conversations) translates users and roles of Chat to those of Conversations, which has the same services. SIDs
        and users stay as they are. Roles get other types and permissions, such as C(createConversation) instead of
        C(createChannel).
      - If not specified, nothing is translated.
    type: str
    choices: [conversations]
notes:
  - A state can contain secrets. Only the values of users and roles, and the names of services, get into the result;
    error messages do not contain values of resources.
  - Attributes are the JSON text of the state, so numbers keep their exact values.
  - Text is never templated.
seealso:
  - module: community.twilio.twilio_conversations_users
  - module: community.twilio.twilio_conversations_role
  - ref: ansible_collections.community.twilio.docsite.guide_terraform
    description: The way from Terraform to this collection, step by step.
"""

EXAMPLES = r"""
---
- name: Compare the users in a Terraform state with those of their services
  community.twilio.twilio_conversations_users:
    service_sid: "{{ item.service_sid }}"
    users: "{{ item.users }}"
  check_mode: true
  loop: "{{ terraform.conversations }}"
  loop_control:
    label: "{{ item.service or item.service_sid }}"
  vars:
    terraform: "{{ lookup('ansible.builtin.file', 'state.json') | community.twilio.from_terraform }}"

- name: Show what a state contains besides users and roles
  ansible.builtin.debug:
    msg: "{{ terraform.left_out }}"
  vars:
    terraform: "{{ lookup('ansible.builtin.file', 'state.json') | community.twilio.from_terraform('conversations') }}"
"""

RETURN = r"""
---
_value:
  description: The users and roles, and what else is in the state.
  type: dict
  contains:
    conversations:
      description: The services of Conversations with users or roles in the state, sorted by their SIDs.
      type: list
      elements: dict
      contains:
        service_sid:
          description: The SID of the service.
          type: str
          sample: IS0123456789abcdef0123456789abcdef
        service:
          description: The friendly name of the service; null if the state does not contain it.
          type: str
          sample: Support
        roles:
          description:
            - The roles, sorted by their names. Each has RV(ignore:sid), RV(ignore:friendly_name), RV(ignore:type) and
              RV(ignore:permissions), as the module P(community.twilio.twilio_conversations_role#module) takes them.
          type: list
          elements: dict
        users:
          description:
            - The users, sorted by their identities, as the option
              O(community.twilio.twilio_conversations_users#module:users) takes them.
            - A user has C(role) if the state contains its role and no other one with this name, otherwise C(role_sid).
          type: list
          elements: dict
          sample:
            - identity: alice
              friendly_name: Alice
              role: agent
              attributes: '{"team":"support"}'
    chat:
      description: The same for Chat. Empty with O(product=conversations).
      type: list
      elements: dict
    addresses:
      description:
        - The addresses of the resources that became these users and roles, in the order of the state, such as for
          C(terraform state rm).
      type: list
      elements: str
      sample: ['twilio_conversations_user.users["alice"]']
    left_out:
      description:
        - What is not in the result, such as data sources, other resources, tainted and deposed instances, sensitive
          values, and permissions that Conversations does not have.
      type: list
      elements: dict
      contains:
        address:
          description: The address in the state.
          type: str
          sample: aws_instance.web
        reason:
          description:
            - Why it is left out. If this begins with the name of an attribute and the address is also in
              RV(ignore:addresses), only that value is left out.
          type: str
          sample: it belongs to another provider, hashicorp/aws
"""

import re
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _terraform_users

_TEMPLATE = re.compile(r"\{[{%#]")


def from_terraform(value: Any, product: str | None = None) -> dict[str, Any]:
    """Convert a Terraform state to users and roles.

    :param value: the state, as text or parsed.
    :param product: ``conversations`` to translate Chat, or None.
    :returns: ``conversations``, ``chat``, ``addresses`` and ``left_out``.
    :raises AnsibleFilterError: it is not a state that can be read.
    """
    try:
        result: dict[str, Any] = _unsafe(_terraform_users.from_terraform(value, product))
    except ValidationError as error:
        raise AnsibleFilterError(str(error)) from None
    return result


def _unsafe(value: Any) -> Any:
    """Mark text that looks like a template: ansible-core 2.18 and older template the values of facts again."""
    if isinstance(value, dict):
        return {name: _unsafe(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_unsafe(child) for child in value]
    return wrap_var(value) if isinstance(value, str) and _TEMPLATE.search(value) else value


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"from_terraform": from_terraform}
