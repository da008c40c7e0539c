# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every playbook under examples/ runs: as a dry run, for real, and again without changing anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.emulator import RunningEmulator
from tests.harness.paths import ROOT
from tests.harness.playbook import RunPlaybook

# The users of bulk_users.yml, beside it.
DATA = {"users", "execution-environment"}
EXAMPLES = [path for path in sorted((ROOT / "examples").glob("*.yml")) if path.stem not in DATA]


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_example(path: Path, run_playbook: RunPlaybook) -> None:
    predicted = run_playbook(path, "--check", "--diff", check_rc=True)
    real, again = run_playbook(path, str(path), check_rc=True).halves()
    # Before a service is there, a dry run ends with it.
    assert (
        set(predicted.changed) <= set(real.changed) if path.stem == "quickstart" else predicted.changed == real.changed
    )
    assert again.changed == []


def test_quickstart_shows_both_products(run_playbook: RunPlaybook) -> None:
    path = ROOT / "examples" / "quickstart.yml"
    result = run_playbook(path, "--extra-vars", "quickstart_chat=true", check_rc=True)
    assert result.changed == [
        f"Ensure that {product} has the {what}"
        for product, users in (("Conversations", ("front desk", "night shift")), ("Chat", ("workshop", "warehouse")))
        for what in ("service", "role", *users)
    ]
    for product, users in (("Conversations", ["front-desk", "night-shift"]), ("Chat", ["workshop", "warehouse"])):
        assert [user["identity"] for user in result.of(f"List the agents of {product}")["users"]] == users


def test_a_new_identity_takes_over_all_that_the_user_had(run_playbook: RunPlaybook) -> None:
    examples = ROOT / "examples"
    paths = [examples / name for name in ("conversations_users.yml", "new_identity.yml", "new_identity.yml")]
    done = run_playbook(paths[0], *map(str, paths[1:]), check_rc=True)
    first, again = (event["result"] for event in done.events if event["task"] == "Give it the new identity")
    assert (first["action"], first["user"]["identity"]) == ("replaced", "accounts")
    assert first["user"]["friendly_name"] == "Billing"
    assert again["changed"] is False


def test_a_file_that_was_cut_short_empties_no_service(run_playbook: RunPlaybook, emulator: RunningEmulator) -> None:
    path = ROOT / "examples" / "bulk_users.yml"
    others = [{"identity": f"other-{number}"} for number in range(6)]
    emulator.seed({"services": [{"sid": emulator.service_sid, "users": others}]})
    name = "Create and update the users in the file, and delete all others"
    refused = run_playbook(path)
    assert refused.rc == 2
    assert refused.of(name)["msg"].startswith("max_deletions: allows 5, but 6 would be deleted")
    assert {request["method"] for request in emulator.requests()} == {"GET"}
    allowed = run_playbook(path, "--extra-vars", "bulk_max_deletions=6", check_rc=True)
    assert allowed.of(name)["summary"]["deleted"] == 6
    identities = [user["identity"] for user in emulator.users(emulator.service_sid)]
    assert sorted(identities) == ["billing", "front-desk", "support-de@example.com", "support-en"]
