# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set on a service: in Chat on itself, in Conversations on its configurations."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.emulator import seed, settings
from ansible_collections.community.twilio.tests.emulator.client import RawClient
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.emulator.store import Store

LONG_AGO = "2020-02-29T12:00:00Z"
# A value for each kind of parameter: as it is sent, as it is shown.
GOOD: dict[str, tuple[Any, Any]] = {
    "bool": ("true", True),
    "number": ("7", 7),
    "limit": ("1000", 1000),
    "text": ("a text, €", "a text, €"),
    "note": ("${USER}: ${MESSAGE}", "${USER}: ${MESSAGE}"),
    "url": ("https://example.com/a?b=c", "https://example.com/a?b=c"),
    "method": ("GET", "GET"),
    "filters": (["onMessageRemoved", "onMessageUpdate"], ["onMessageRemoved", "onMessageUpdate"]),
    "name": ("new", "new"),
}
BAD: dict[str, list[Any]] = {
    "bool": ["True", "1", ""],
    "number": ["-1", "x", "1.5", ""],
    "limit": ["0", "1001", "-5", "x", ""],
    "url": ["example.com", "ftp://example.com/", "https://", "http://[", "/path"],
    "method": ["PUT", "get", ""],
    "filters": [["onMessageRemoved", "onNothing"], ["onMessageRemoved", ""]],
    "name": ["", "x" * 257],
    "service role": ["", "RL" + "0" * 32, "conversation"],
    "conversation role": ["", "RL" + "0" * 32, "service"],
}
# Each resource: its path below the service, its parameters, and where an answer shows them.
RESOURCES = [
    ("v2", "", settings.CHAT_SERVICE),
    ("v1", "/Configuration", settings.CONFIGURATION),
    ("v1", "/Configuration/Notifications", settings.NOTIFICATIONS),
    ("v1", "/Configuration/Webhooks", settings.WEBHOOKS),
]
PARAMETERS = [(version, path, name, kind) for version, path, table in RESOURCES for name, kind in table.kinds.items()]


def key_of(name: str) -> str:
    """Where an answer shows a parameter: `Limits.UserChannels` is `limits.user_channels`."""
    return ".".join(settings.snake(part) for part in name.split("."))


def flat(body: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """An answer without its nesting, and without what every update changes."""
    out: dict[str, Any] = {}
    for name, value in body.items():
        out.update(flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value})
    return {name: value for name, value in out.items() if name != "date_updated"}


def fresh_role(api: RawClient, service: str, kind: str) -> str:
    """The SID of a role that is no default yet."""
    form = {"FriendlyName": "fresh", "Type": kind, "Permission": "editOwnMessage"}
    return str(api.post(f"/v1{service}/Roles", form).json()["sid"])


@pytest.mark.parametrize(("version", "path", "name", "kind"), PARAMETERS)
def test_each_parameter(
    api: RawClient, emulator: EmulatorThread, version: str, path: str, name: str, kind: str
) -> None:
    """It is kept and shown in its place, changes nothing else, and is refused when it is of a wrong type or range."""
    service = f"/Services/{emulator.service_sid}"
    url = f"/{version}{service}{path}"
    sent, expected = GOOD.get(kind, (None, None))
    if kind.endswith(" role"):
        sent = expected = fresh_role(api, service, kind.split()[0])
    before = flat(api.get(url).json())
    if before.get(key_of(name)) is True:
        sent, expected = "false", False
    reply = api.post(url, {name: sent})
    assert reply.status == 200, reply.body
    assert flat(reply.json()) == {**before, key_of(name): expected}
    for bad in BAD.get(kind, []):
        if bad in ("service", "conversation"):
            bad = fresh_role(api, service, bad)
        assert api.post(url, {name: bad}).status == 400, bad
    if kind != "filters":
        assert api.post(url, [(name, sent), (name, sent)]).status == 400
    assert api.get(url).json() == reply.json()


@pytest.mark.parametrize(("version", "path", "table"), RESOURCES)
def test_all_at_once_or_nothing(
    api: RawClient, emulator: EmulatorThread, version: str, path: str, table: settings.Settings
) -> None:
    """Every parameter in one request; with one mistake among them nothing changes. No parameters are refused."""
    service = f"/Services/{emulator.service_sid}"
    url = f"/{version}{service}{path}"
    roles = {kind: fresh_role(api, service, kind.split()[0]) for kind in ("service role", "conversation role")}
    form = {name: roles[kind] if kind in roles else GOOD[kind][0] for name, kind in table.kinds.items()}
    before = api.get(url).json()
    *dummy, last = form
    for mistake in ({"Nonsense": "1"}, {last: BAD.get(table.kinds[last], [["x", "y"]])[0]}):
        reply = api.post(url, {**form, **mistake})
        assert reply.status == 400
    assert api.get(url).json() == before
    after = api.post(url, form).json()
    for name, kind in table.kinds.items():
        assert flat(after)[key_of(name)] == (roles[kind] if kind in roles else GOOD[kind][1]), name
    reply = api.post(url, {})
    assert (reply.status, reply.json()["code"]) == (400, 20161)
    assert api.post(url, form, headers={"X-Twilio-Webhook-Enabled": "true"}).status == 400
    assert api.get(url).json() == after
    assert api.get(f"{url}?x=1").status == 400
    assert api.post(f"/{version}/Services/IS{'0' * 32}{path}", form).status == 404


def test_a_fresh_service(api: RawClient) -> None:
    """What nobody has set."""
    chat = api.post("/v2/Services", {"FriendlyName": "fresh"}).json()
    off = {"enabled": False}
    assert chat["notifications"] == {
        "log_enabled": False,
        "new_message": off,
        "added_to_channel": off,
        "removed_from_channel": off,
        "invited_to_channel": off,
    }
    assert chat["limits"] == {"channel_members": 100, "user_channels": 250}
    assert chat["media"]["size_limit_mb"] == 150
    assert (chat["read_status_enabled"], chat["reachability_enabled"]) == (True, False)
    assert (chat["typing_indicator_timeout"], chat["webhook_method"], chat["webhook_filters"]) == (5, None, None)
    assert (chat["pre_webhook_url"], chat["post_webhook_url"]) == (None, None)
    assert (chat["pre_webhook_retry_count"], chat["post_webhook_retry_count"]) == (0, 0)
    roles = {role["sid"]: role["type"] for role in api.get(f"/v2/Services/{chat['sid']}/Roles").json()["roles"]}
    assert roles[chat["default_service_role_sid"]] == "deployment"
    assert roles[chat["default_channel_role_sid"]] == "channel"
    assert roles[chat["default_channel_creator_role_sid"]] == "channel"

    url = f"/v1/Services/{chat['sid']}/Configuration"
    configuration = api.get(url).json()
    assert configuration["url"].endswith(url)
    assert configuration["links"] == {
        "notifications": configuration["url"] + "/Notifications",
        "webhooks": configuration["url"] + "/Webhooks",
    }
    ids = {"account_sid": chat["account_sid"], "chat_service_sid": chat["sid"]}
    assert api.get(url + "/Webhooks").json() == {
        **ids,
        "url": configuration["links"]["webhooks"],
        "pre_webhook_url": None,
        "post_webhook_url": None,
        "filters": None,
        "method": None,
    }
    assert api.get(url + "/Notifications").json() == {
        **ids,
        "url": configuration["links"]["notifications"],
        "log_enabled": False,
        "new_message": {"enabled": False, "with_media": off},
        "added_to_conversation": off,
        "removed_from_conversation": off,
    }


def test_what_both_products_show(api: RawClient, emulator: EmulatorThread) -> None:
    """Default roles, reachability and the name are one; push notifications and webhooks are not."""
    service = f"/Services/{emulator.service_sid}"
    chat, configuration = f"/v2{service}", f"/v1{service}/Configuration"
    pairs = {
        "DefaultServiceRoleSid": ("DefaultChatServiceRoleSid", "service"),
        "DefaultChannelRoleSid": ("DefaultConversationRoleSid", "conversation"),
        "DefaultChannelCreatorRoleSid": ("DefaultConversationCreatorRoleSid", "conversation"),
    }
    for ours, (theirs, kind) in pairs.items():
        role = fresh_role(api, service, kind)
        assert api.post(chat, {ours: role}).json()[key_of(ours)] == role
        assert api.get(configuration).json()[key_of(theirs)] == role
        role = fresh_role(api, service, kind)
        assert api.post(configuration, {theirs: role}).json()[key_of(theirs)] == role
        assert api.get(chat).json()[key_of(ours)] == role
    user = api.post(f"/v1{service}/Users", {"Identity": "a"}).json()
    assert user["role_sid"] == api.get(chat).json()["default_service_role_sid"]
    api.post(chat, {"ReachabilityEnabled": "true", "FriendlyName": "both"})
    assert api.get(configuration).json()["reachability_enabled"] is True
    api.post(configuration, {"ReachabilityEnabled": "false"})
    assert api.get(chat).json()["reachability_enabled"] is False
    assert api.get(f"/v1{service}").json()["friendly_name"] == "both"

    before = api.get(chat).json()
    api.post(configuration + "/Notifications", {"NewMessage.Enabled": "true"})
    api.post(configuration + "/Webhooks", {"PreWebhookUrl": "https://example.com/", "Filters": "onMessageAdd"})
    assert flat(api.get(chat).json()) == flat(before)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("v2/Services/{}", {"FriendlyName": "new"}),
        ("v1/Services/{}/Configuration", {"ReachabilityEnabled": "true"}),
        ("v1/Services/{}/Configuration/Webhooks", {"Method": "GET"}),
    ],
)
def test_an_update_is_dated(api: RawClient, emulator: EmulatorThread, path: str, form: dict[str, str]) -> None:
    """On the service, as configurations show no dates."""
    sid = emulator.control.create_service(date_created=LONG_AGO, date_updated=LONG_AGO)
    assert api.post("/" + path.format(sid), {}).status == 400
    service = api.get(f"/v1/Services/{sid}").json()
    assert (service["date_created"], service["date_updated"]) == (LONG_AGO, LONG_AGO)
    assert api.post("/" + path.format(sid), form).status == 200
    service = api.get(f"/v2/Services/{sid}").json()
    assert service["date_created"] == LONG_AGO
    assert service["date_updated"] > LONG_AGO


def test_codes_of_a_default_role(api: RawClient, emulator: EmulatorThread) -> None:
    """The same switches as for the role of a user."""
    service = f"/Services/{emulator.service_sid}"
    nobody, wrong = "RL" + "0" * 32, fresh_role(api, service, "conversation")
    for url, name in (
        (f"/v2{service}", "DefaultServiceRoleSid"),
        (f"/v1{service}/Configuration", "DefaultChatServiceRoleSid"),
    ):
        emulator.control.switch(role_error_code=50100, role_wrong_type_code=50102)
        assert [api.post(url, {name: sid}).json()["code"] for sid in (nobody, wrong)] == [50100, 50102]
        emulator.control.switch(role_error_code=50109, role_wrong_type_code=50105)
        assert [api.post(url, {name: sid}).json()["code"] for sid in (nobody, wrong)] == [50109, 50105]


@pytest.mark.parametrize(
    ("path", "name"),
    [("v2/Services/{}", "Notifications.NewMessage."), ("v1/Services/{}/Configuration/Notifications", "NewMessage.")],
)
def test_notifications_that_are_not_set(api: RawClient, emulator: EmulatorThread, path: str, name: str) -> None:
    """A text that is emptied is unset again. How what is not set reads is unknown."""
    url = "/" + path.format(emulator.service_sid)
    key = key_of(name[:-1]) + "."
    assert flat(api.post(url, {name + "Template": "x"}).json())[key + "template"] == "x"
    api.post(url, {name + "Template": ""})
    for choice, template, badge in (("missing", "none", "none"), ("null", None, None), ("empty", "", False)):
        emulator.control.switch(unset_notifications_as=choice)
        body = flat(api.get(url).json())
        assert body.get(key + "template", "none") == body.get(key + "sound", "none") == template
        assert body.get(key + "badge_count_enabled", "none") == badge


@pytest.mark.parametrize("path", ["v2/Services/{}", "v1/Services/{}/Configuration/Webhooks"])
def test_addresses_that_are_cleared(api: RawClient, emulator: EmulatorThread, path: str) -> None:
    """How they read back is unknown; that what was never set is null is not."""
    url = "/" + path.format(emulator.service_sid)
    api.post(url, {"PreWebhookUrl": "http://example.com:80"})
    assert api.post(url, {"PreWebhookUrl": ""}).json()["pre_webhook_url"] is None
    emulator.control.switch(webhook_url_cleared_as="empty")
    body = api.get(url).json()
    assert (body["pre_webhook_url"], body["post_webhook_url"]) == ("", None)


def test_webhook_method_that_is_not_set(api: RawClient, emulator: EmulatorThread) -> None:
    """Chat may show the default, or nothing."""
    url = f"/v2/Services/{emulator.service_sid}"
    assert api.get(url).json()["webhook_method"] is None
    emulator.control.switch(unset_webhook_method_as="POST")
    assert api.get(url).json()["webhook_method"] == "POST"
    emulator.control.switch(unset_webhook_method_as="null")
    assert api.post(url, {"WebhookMethod": "POST"}).json()["webhook_method"] == "POST"


@pytest.mark.parametrize(
    ("path", "name", "events"),
    [("v2/Services/{}", "WebhookFilters", ["onMessageSent", "onChannelDestroy", "onMemberUpdate", "onUserAdded"])]
    + [
        (
            "v1/Services/{}/Configuration/Webhooks",
            "Filters",
            ["onParticipantRemove", "onConversationStateUpdated", "onDeliveryUpdated", "onUserUpdated"],
        )
    ],
)
def test_webhook_filters(api: RawClient, emulator: EmulatorThread, path: str, name: str, events: list[str]) -> None:
    """Each product has its own events, in the order given; an empty one clears the list, perhaps."""
    url = "/" + path.format(emulator.service_sid)
    key = settings.snake(name)
    assert api.post(url, {name: events}).json()[key] == events
    foreign = "onConversationAdd" if "v2" in url else "onChannelAdd"
    assert api.post(url, {name: [*events, foreign]}).status == 400
    emulator.control.switch(webhook_filters="any", webhook_filters_empty="refuse")
    assert api.post(url, {name: foreign}).json()[key] == [foreign]
    assert api.post(url, {name: ""}).status == 400
    emulator.control.switch(webhook_filters_empty="clears")
    assert api.post(url, {name: ""}).json()[key] is None


SEED: dict[str, Any] = {
    "chat": {
        "limits": {"user_channels": 9},
        "notifications": {"new_message": {"template": "t", "badge_count_enabled": True}},
        "webhook_filters": ["onMessageSent"],
        "webhook_method": "GET",
        "pre_webhook_url": None,
        "media": {"size_limit_mb": 5},
    },
    "conversations": {
        "notifications": {"new_message": {"with_media": {"enabled": True}}},
        "webhooks": {"filters": None, "method": "POST"},
    },
}


def test_seed_and_state(api: RawClient, emulator: EmulatorThread) -> None:
    """A seed sets what it names and leaves the rest; the state has it all, and is a seed."""
    sid = emulator.control.create_service(**SEED)
    chat = api.get(f"/v2/Services/{sid}").json()
    assert chat["limits"] == {"channel_members": 100, "user_channels": 9}
    assert chat["notifications"]["new_message"] == {"enabled": False, "template": "t", "badge_count_enabled": True}
    assert (chat["webhook_filters"], chat["webhook_method"]) == (["onMessageSent"], "GET")
    assert chat["media"]["size_limit_mb"] == 5
    assert chat["media"]["compatibility_message"]
    url = f"/v1/Services/{sid}/Configuration"
    assert api.get(url + "/Notifications").json()["new_message"]["with_media"] == {"enabled": True}
    assert api.get(url + "/Webhooks").json()["method"] == "POST"
    state = emulator.control.service(sid)
    assert state is not None
    emulator.control.reset({"services": [state]})
    assert emulator.control.service(sid) == state
    assert api.get(f"/v2/Services/{sid}").json() == chat


@pytest.mark.parametrize(
    "data",
    [
        {"chat": []},
        {"chat": {"limits": 7}},
        {"chat": {"limits": {"channels": 7}}},
        {"chat": {"limits": {"user_channels": "7"}}},
        {"chat": {"limits": {"user_channels": True}}},
        {"chat": {"limits": {"user_channels": None}}},
        {"chat": {"webhook_filters": "onMessageSent"}},
        {"chat": {"webhook_filters": [1]}},
        {"chat": {"notifications": {"new_message": {"enabled": None}}}},
        {"conversations": {"webhooks": {"method": 1}}},
        {"conversations": {"reachability_enabled": True}},
    ],
)
def test_seeds_refused(data: dict[str, Any]) -> None:
    """What a service does not have, or not in that type."""

    with pytest.raises(seed.SeedError):
        seed.apply(Store(), {"services": [{"sid": "IS" + "1" * 32, **data}]})
