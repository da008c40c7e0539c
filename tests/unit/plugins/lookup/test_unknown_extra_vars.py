# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.community.twilio.plugins.lookup.unknown_extra_vars import describe

ROLE = Path(__file__).resolve().parents[4] / "roles/sync_users"
KNOWN = [
    *yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["report"]["options"],
    *yaml.safe_load((ROLE / "vars/main.yml").read_text())["_sync_users_secrets"],
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("prun", "prune"),
        ("user", "users"),
        ("user_file", "users_file"),
        ("servicesid", "service_sid"),
        ("service_id", "service_sid"),
        ("max_deletion", "max_deletions"),
        ("timeout", "timeouts"),
        ("Prune", "prune"),
        ("fail_on_drifts", "fail_on_drift"),
        ("authtoken", "auth_token"),
        ("account", "accounts"),
    ],
)
def test_a_similar_name_is_suggested(name: str, meant: str) -> None:
    assert describe(f"twilio_{name}", KNOWN, "twilio_").endswith(f"has no effect. Did you mean twilio_{meant}?")


@pytest.mark.parametrize("name", ["friendly_name", "date_created", "project", "team", "role_sid", "dry_run", "foo", ""])
def test_no_other_name_is_suggested(name: str) -> None:
    assert describe(f"twilio_{name}", KNOWN, "twilio_").endswith(f"twilio_{name} is not known and has no effect.")
