# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode says what a run does to a service: for random services and tasks, and the diff to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleError
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    PRODUCTS,
    UNKNOWN_SERVICE,
    Twilio,
    numbered_users,
)

NAMES = ["Support", "Sales", "Ä/.."]
names = st.sampled_from(NAMES)
flags = st.booleans()
urls = st.sampled_from(["", "https://a.example/", "https://b.example/"])
texts = st.sampled_from(["", "x", "é"])
event = st.fixed_dictionaries({}, optional={"enabled": flags, "template": texts, "sound": texts})


def some(**optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=optional)


FIELDS = {
    "chat": some(
        read_status_enabled=flags,
        reachability_enabled=flags,
        typing_indicator_timeout=st.integers(4, 6),
        pre_webhook_url=urls,
        webhook_method=st.sampled_from(["GET", "POST"]),
        webhook_filters=st.lists(st.sampled_from(["onUserAdded", "onMessageSent", "onMessageSend"]), min_size=1),
        limits=some(channel_members=st.integers(99, 101), user_channels=st.integers(249, 251)),
        media=some(compatibility_message=texts),
        notifications=some(
            log_enabled=flags,
            new_message=st.fixed_dictionaries({}, optional={"template": texts, "badge_count_enabled": flags}),
            added_to_channel=event,
        ),
    ),
    "conversations": some(
        configuration=some(reachability_enabled=flags),
        notifications=some(
            log_enabled=flags,
            new_message=some(template=texts, badge_count_enabled=flags, with_media=some(enabled=flags, template=texts)),
            added_to_conversation=event,
        ),
        webhooks=some(
            pre_webhook_url=urls,
            method=st.sampled_from(["GET", "POST"]),
            filters=st.lists(st.sampled_from(["onMessageAdded", "onDeliveryUpdated"]), min_size=1),
        ),
    ),
}
targets = st.one_of(
    st.fixed_dictionaries({"friendly_name": names}),
    st.fixed_dictionaries({"sid_of": st.integers(0, 2)}),
    st.fixed_dictionaries({"friendly_name": names, "sid_of": st.integers(0, 2)}),
)
tasks = st.fixed_dictionaries(
    {"state": st.sampled_from(["present", "present", "present", "absent"]), "force": st.booleans()}
)
switches = st.fixed_dictionaries(
    {
        "unset_notifications_as": st.sampled_from(["missing", "null", "empty"]),
        "unset_webhook_method_as": st.sampled_from(["POST", "null"]),
        "webhook_url_cleared_as": st.sampled_from(["null", "empty"]),
    }
)


def attempt(twilio: Twilio, check: bool, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return twilio.service(check=check, **options)
    except ModuleError as failure:
        return {"failed": failure.message}


def agrees(predicted: Any, done: Any, sure: bool, place: str) -> None:
    """Hold a prediction to what came: it may have null or nothing only where nobody but Twilio can know."""
    if isinstance(predicted, dict) and isinstance(done, dict):
        assert not set(predicted) - set(done), (place, predicted, done)
        assert not sure or set(predicted) == set(done), (place, predicted, done)
        for name, value in predicted.items():
            agrees(value, done[name], sure and name != "date_updated", f"{place}.{name}")
    elif predicted is not None or sure:
        assert predicted == done, place


@pytest.mark.parametrize("product", sorted(PRODUCTS))
@settings(max_examples=settings().max_examples)
@given(
    held=st.lists(st.tuples(names, st.integers(0, 1)), max_size=3),
    before=st.data(),
    target=targets,
    task=tasks,
    switched=switches,
)
def test_check_mode_tells_what_a_run_does(
    emulator: EmulatorThread, product: str, held: Any, before: Any, target: Any, task: Any, switched: Any
) -> None:
    emulator.control.reset()
    emulator.control.switch(**switched)
    twilio = Twilio(emulator, product)
    sids = [twilio.seed_service(name, users=numbered_users(users)) for name, users in held]
    if sids:
        twilio.service(sid=sids[0], **before.draw(FIELDS[product], label="before"))
    options: dict[str, Any] = {**task, **before.draw(FIELDS[product], label="fields")}
    if "friendly_name" in target:
        options["friendly_name"] = target["friendly_name"]
    if "sid_of" in target:
        options["sid"] = [*sids, *[UNKNOWN_SERVICE] * 3][target["sid_of"]]

    state = emulator.control.state()
    predicted = attempt(twilio, True, options)
    assert emulator.control.state() == state
    done = attempt(twilio, False, options)
    if "failed" in predicted or "failed" in done:
        assert done == predicted
        assert emulator.control.state() == state
        return
    for name in ("changed", "action", "diff"):
        assert predicted[name] == done[name], name
    assert (predicted["service"] is None) == (done["service"] is None) == (task["state"] == "absent")
    if done["service"] is not None:
        agrees(predicted["service"], done["service"], done["action"] != "created", "service")
    assert done["changed"] == (emulator.control.state() != state)

    settled = emulator.control.state()
    again = attempt(twilio, False, options)
    assert (again["action"], again["changed"]) == ("none", False)
    assert again["diff"]["before"] == again["diff"]["after"]
    assert emulator.control.state() == settled


@pytest.mark.parametrize("unset", ["missing", "null", "empty"])
def test_clearing_a_text_is_predicted_as_twilio_gives_it(twilio: Twilio, unset: str) -> None:
    """Twilio may give a cleared text as "", as null or not at all; a result calls it the same before and after."""
    cleared = "empty" if unset == "empty" else "null"
    twilio.control.switch(unset_notifications_as=unset, webhook_url_cleared_as=cleared)

    def given(text: str, url: str) -> dict[str, Any]:
        notifications = {"new_message": {"template": text, "sound": text}}
        if twilio.name == "chat":
            return {"notifications": notifications, "pre_webhook_url": url}
        return {"notifications": notifications, "webhooks": {"pre_webhook_url": url}}

    twilio.service(sid=twilio.service_sid, **given("x", "https://a.example/"))
    options: dict[str, Any] = {"sid": twilio.service_sid, **given("", "")}
    predicted = twilio.service(check=True, **options)
    done = twilio.service(**options)
    for result in (predicted, done):
        result["service"]["date_updated"] = None
    assert predicted == done
    again = twilio.service(**options)
    assert again["changed"] is False
    again["service"]["date_updated"] = None
    assert again["service"] == done["service"]


def test_the_parts_of_a_service_that_would_be_created_are_predicted(conversations: Twilio) -> None:
    parts: dict[str, Any] = {
        "configuration": {"reachability_enabled": True},
        "notifications": {"new_message": {"enabled": True, "template": "New"}},
    }
    service = conversations.service(friendly_name="Support", check=True, **parts)["service"]
    assert service["configuration"]["reachability_enabled"] is True
    assert service["configuration"]["default_chat_service_role_sid"] is None
    assert service["notifications"]["new_message"]["template"] == "New"


def test_the_account_is_predicted_as_twilio_returns_it(twilio: Twilio) -> None:
    """A service of Conversations has none, its roles and users have it."""
    twilio.service_sid = twilio.seed_service("Support")
    role = {"friendly_name": "clerk", "type": twilio.product.user_role_type, "permissions": ["editOwnUserInfo"]}
    account_sid = twilio.options["account_sid"]
    for run, options, noun, expected in (
        (twilio.user, {"identity": "alice"}, "user", account_sid),
        (twilio.role, role, "role", account_sid),
        (twilio.service, {"friendly_name": "Shop"}, "service", account_sid if twilio.name == "chat" else None),
    ):
        predicted = run(check=True, **options)[noun]
        done = run(**options)[noun]
        assert (predicted["account_sid"], done["account_sid"]) == (expected, expected), noun
