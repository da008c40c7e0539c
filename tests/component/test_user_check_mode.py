# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode says what a run does: for random users and tasks, field by field, and the diff to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.plugins.module_utils._resources import json_values
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import OBJECTS
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    PRODUCTS,
    UNKNOWN_SERVICE,
    UNKNOWN_USER,
    Twilio,
)

IDENTITIES = ["alice", "bob", "..", "a/b", "100%41", "é ?#"]
# Where only Twilio knows, by what would be done.
ONLY_TWILIO_KNOWS = {
    "none": set(),
    "deleted": set(),
    "updated": {"date_updated"},
    "created": {
        "id",
        "sid",
        "role_sid",
        "friendly_name",
        "attributes",
        "attributes_parsed",
        "is_notifiable",
        "is_online",
        "joined_channels_count",
        "date_created",
        "date_updated",
        "url",
    },
}
ONLY_TWILIO_KNOWS["replaced"] = ONLY_TWILIO_KNOWS["created"]

names = st.sampled_from(["", "Alice", "Bob", "é"])
roles = st.sampled_from([0, 1])
attribute_texts = OBJECTS.map(json_values.dump)
dictionaries = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), max_size=2)
held_users = st.fixed_dictionaries(
    {"identity": st.sampled_from(IDENTITIES)},
    optional={
        "friendly_name": st.one_of(st.none(), names),
        "role": roles,
        "attributes": st.one_of(attribute_texts, st.sampled_from(["", "[1]", "{oh", ' {"a" : 1.0 } ', "null"])),
        "is_online": st.booleans(),
    },
)
tasks = st.fixed_dictionaries(
    {},
    optional={
        "friendly_name": names,
        "role": roles,
        "attributes": st.one_of(
            attribute_texts, st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), max_size=2)
        ),
        "attributes_mode": st.sampled_from(["replace", "merge"]),
        "state": st.sampled_from(["present", "present", "absent"]),
        "replace": st.booleans(),
        "webhook_enabled": st.booleans(),
        "service_sid": st.sampled_from([UNKNOWN_SERVICE]),
    },
)
# Which user: by identity, by the SID of a user that is there, by one that nobody has, by both.
targets = st.one_of(
    st.fixed_dictionaries({"identity": st.sampled_from(IDENTITIES)}),
    st.fixed_dictionaries({"sid_of": st.integers(0, 2)}),
    st.fixed_dictionaries({"identity": st.sampled_from(IDENTITIES), "sid_of": st.integers(0, 2)}),
)


def attempt(twilio: Twilio, check: bool, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return twilio.user(check=check, **options)
    except ModuleError as failure:
        # The SID of the request is Twilio's, and differs.
        return {"failed": failure.message}


@pytest.mark.parametrize("product", sorted(PRODUCTS))
@settings(max_examples=settings().max_examples * 4 // 5)
@given(held=st.lists(held_users, max_size=3, unique_by=lambda user: user["identity"]), task=tasks, target=targets)
def test_check_mode_tells_what_a_run_does(
    emulator: EmulatorThread, product: str, held: list[dict[str, Any]], task: dict[str, Any], target: dict[str, Any]
) -> None:
    emulator.control.reset()
    twilio = Twilio(emulator, product)
    available = twilio.roles()
    sids = []
    for user in held:
        fields = {name: value for name, value in user.items() if name != "role"}
        if "role" in user:
            fields["role_sid"] = available[user["role"]]
        sids.append(twilio.seed(**fields)["sid"])
    options = {name: value for name, value in task.items() if name != "role"}
    if "role" in task:
        options["role_sid"] = available[task["role"]]
    if "identity" in target:
        options["identity"] = target["identity"]
    if "sid_of" in target:
        options["sid"] = (sids + [UNKNOWN_USER] * 3)[target["sid_of"]]

    before = emulator.control.state()
    predicted = attempt(twilio, True, options)
    assert emulator.control.state() == before
    done = attempt(twilio, False, options)

    if "failed" in predicted or "failed" in done:
        assert done == predicted
        assert emulator.control.state() == before
        return
    assert {name: value for name, value in predicted.items() if name != "user"} == {
        name: value for name, value in done.items() if name != "user"
    }
    assert (predicted["user"] is None) == (done["user"] is None) == (options.get("state") == "absent")
    if done["user"] is not None:
        assert list(predicted["user"]) == list(done["user"])
        for name, value in predicted["user"].items():
            if value is not None or name not in ONLY_TWILIO_KNOWS[done["action"]]:
                assert value == done["user"][name], name
        for name in ("friendly_name", "attributes"):
            if name in options:
                assert predicted["user"][name] is not None

    settled = emulator.control.state()
    again = attempt(twilio, False, options)
    assert again.get("action") == "none", again
    assert again["diff"]["before"] == again["diff"]["after"]
    assert emulator.control.state() == settled


@pytest.mark.parametrize("identity", ["alice", "..", "a/b"])
def test_presence_of_a_user_is_predicted_as_it_is(twilio: Twilio, identity: str) -> None:
    twilio.control.seed({"services": [{"sid": twilio.service_sid, "reachability_enabled": True}]})
    twilio.seed(identity, is_online=True)
    predicted = twilio.user(identity=identity, friendly_name="x", check=True)["user"]["is_online"]
    done = twilio.user(identity=identity, friendly_name="x")["user"]["is_online"]
    assert done is True
    # A list does not tell it, and a user with such an identity is found by listing.
    assert predicted is (None if identity == ".." else True)
