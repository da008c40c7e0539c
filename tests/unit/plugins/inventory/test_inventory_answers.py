# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin with broken answers: an error, or an inventory that the cache gives again as it was.

tests/component/test_broken_answers.py does the same with the modules.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from ansible.errors import AnsibleParserError

from ansible_collections.community.twilio.tests.emulator.store import Store
from ansible_collections.community.twilio.tests.unit.plugins.inventory.test_twilio_services import (
    Parse,
    hosts_of,
    parse,
    variables_of,
)
from ansible_collections.community.twilio.tests.unit.plugins.support.answers import Breaker
from ansible_collections.community.twilio.tests.unit.plugins.support.in_memory import URL, Twilio, answered_by

__all__ = ["parse"]

CASES = int(os.environ.get("ANSWERS", "20"))
SEED = os.environ.get("SEED", "1")


@pytest.mark.parametrize("product", ["chat", "conversations"])
def test_broken_answers(product: str, parse: Parse, tmp_path: Path) -> None:
    for number in range(CASES):
        rng = random.Random(f"{SEED} {product} {number}")
        store = Store()
        names = ["Shop", "Office", "Bank", "Shop 2", "Zoo"]
        sids = [store.add_service(store.default, name).sid for name in names]
        breaker = Breaker(rng, [*sids, *names])
        twilio = Twilio(store, breaker)
        options = {
            "products": [product],
            "api_base_url": URL,
            "timeouts": {"read": 0.3},
            "keyed_groups": [{"key": "friendly_name", "prefix": "name"}],
            "cache": True,
            "cache_plugin": "jsonfile",
            "cache_connection": str(tmp_path / str(number)),
        }
        with answered_by(twilio, rng):
            try:
                inventory = parse(**options)
            except AnsibleParserError as error:
                str(error).encode()
                continue
            requests = twilio.requests
            again = parse(**options)
        told = f"SEED={SEED}, case {number}: {breaker.changes.made}"
        assert twilio.requests == requests, told
        assert hosts_of(again) == hosts_of(inventory), told
        for host in hosts_of(inventory):
            variables = variables_of(inventory, host)
            json.dumps(variables, ensure_ascii=False).encode()
            assert variables["service_sid"] in [*sids, *store.default.services], told
            assert variables == variables_of(again, host), told
