# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures of the unit tests: the emulator, the products, waits that do not wait."""

from __future__ import annotations

from ansible_collections.community.twilio.tests.unit.plugins.conftest import (
    chat,
    conversations,
    each_product,
    emulator,
    no_environment,
    running_emulator,
    running_tls_emulator,
    short_waits,
    tls_emulator,
    twilio,
)

__all__ = [
    "chat",
    "conversations",
    "each_product",
    "emulator",
    "no_environment",
    "running_emulator",
    "running_tls_emulator",
    "short_waits",
    "tls_emulator",
    "twilio",
]
