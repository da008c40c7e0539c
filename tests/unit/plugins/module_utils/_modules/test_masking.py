# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._modules import masking

SECRET = "tokenThatNobodyMaySee"
RESULT: dict[str, Any] = {
    "msg": f"it is {SECRET}",
    "nested": [{"text": SECRET}, (SECRET, 1)],
    "changed": True,
    "count": 3,
    "nothing": None,
}


def test_secrets_are_masked_in_every_value() -> None:
    masked = masking.mask(RESULT, {SECRET})
    assert SECRET not in json.dumps(masked)
    assert (masked["changed"], masked["count"], masked["nothing"]) == (True, 3, None)


def test_the_masker_of_newer_ansible_cores_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: set[str] = set()

    def mask_secrets(text: str) -> str:
        for secret in registered:
            text = text.replace(secret, "$REDACTED$")
        return text

    monkeypatch.setattr(masking, "mask_secrets", mask_secrets)
    monkeypatch.setattr(masking, "register_secrets", registered.update)
    masked = masking.mask(RESULT, {SECRET})
    assert masked == {
        "msg": "it is $REDACTED$",
        "nested": [{"text": "$REDACTED$"}, ["$REDACTED$", 1]],
        "changed": True,
        "count": 3,
        "nothing": None,
    }
