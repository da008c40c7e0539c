# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.community.twilio.plugins.lookup import unknown_extra_vars
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
    assert describe(f"twilio_{name}", KNOWN, "twilio_").endswith(f"is not known, did you mean twilio_{meant}?")


@pytest.mark.parametrize("name", ["friendly_name", "date_created", "project", "team", "role_sid", "dry_run", "foo", ""])
def test_no_other_name_is_suggested(name: str) -> None:
    assert describe(f"twilio_{name}", KNOWN, "twilio_").endswith(f"twilio_{name} is not known")


def test_only_unknown_extra_variables_with_the_prefix_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"twilio_users": [], "twilio_prun": True, "twilio_dry_run": True, "shop": "x"}
    monkeypatch.setattr(unknown_extra_vars, "load_extra_vars", lambda _loader: given)
    lookup = unknown_extra_vars.LookupModule()
    # Ansible's loader of plugins, which knows the options, is not in this test.
    monkeypatch.setattr(lookup, "set_options", lambda **_options: None)
    monkeypatch.setattr(lookup, "get_option", {"prefix": "twilio_"}.get)
    assert lookup.run(KNOWN, {}) == [
        "the extra variable twilio_dry_run is not known",
        "the extra variable twilio_prun is not known, did you mean twilio_prune?",
    ]
