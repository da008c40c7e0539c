# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import ClassVar

from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = r"""
name: elsewhere
short_description: Stand for a connection to another machine
description:
  - For the functional tests. It leads to this machine, but does not say so.
author:
  - community.twilio contributors
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(LocalConnection):
    """The local connection by another name."""

    transport: ClassVar[str] = "elsewhere"
