# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_report_html
short_description: Show a report of the changes of a sync as an HTML page
version_added: 1.0.0
description:
  - Creates an HTML page from what the filter P(community.twilio.drift_report#filter) returns. The playbook
    C(community.twilio.report_users) writes it to a file.
  - The page needs neither a network nor scripts. Lists of more than 20 users are folded; on paper, they are unfolded.
author:
  - community.twilio contributors (!UNKNOWN)
options:
  _input:
    description: The report.
    type: dict
    required: true
seealso:
  - plugin: community.twilio.drift_report
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Compare the users of a service with a list
  community.twilio.twilio_conversations_users:
    service_sid: IS0123456789abcdef0123456789abcdef
    users:
      - identity: alice
        friendly_name: Alice
  check_mode: true
  diff: true
  register: compared

- name: Write what would change as a page
  ansible.builtin.copy:
    content: "{{ report | community.twilio.drift_report_html }}"
    dest: report.html
    mode: "0600"
  delegate_to: localhost
  vars:
    report: "{{ ['support'] | community.twilio.drift_report([service], [compared]) }}"
    service:
      product: conversations
      service_sid: IS0123456789abcdef0123456789abcdef
"""

RETURN = r"""
---
_value:
  description: The HTML of the page.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils import _drift_page


def drift_report_html(report: Any) -> str:
    """Return the page.

    :param report: what ``drift_report`` returned.
    :returns: the HTML.
    :raises AnsibleFilterError: it is something else.
    """
    try:
        return _drift_page.drift_page(report)
    except ValidationError as error:
        raise AnsibleFilterError(f"drift_report_html: {error}") from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"drift_report_html": drift_report_html}
