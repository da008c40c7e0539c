# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service is given: every field alone, to the letter of its parameter, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._resources.definitions import (
    CHAT_SERVICE,
    CONVERSATIONS_SERVICE_PARTS,
)
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    ArgumentSpecError,
    Twilio,
    request_trail,
)

LIST = "GET /Services"
FETCH = "GET /Services/IS"
WRITE = "POST /Services/IS"

# The field as an option, the value to give, the parameter and the text that Twilio is to get. From Twilio's
# documentation of the API, not from the code. ROLE, MEMBER and CREATOR stand for the SIDs of roles that are no such
# default yet.
CHAT_FIELDS: dict[str, tuple[Any, str, Any]] = {
    "default_service_role_sid": ("ROLE", "DefaultServiceRoleSid", "ROLE"),
    "default_channel_role_sid": ("MEMBER", "DefaultChannelRoleSid", "MEMBER"),
    "default_channel_creator_role_sid": ("CREATOR", "DefaultChannelCreatorRoleSid", "CREATOR"),
    "read_status_enabled": (False, "ReadStatusEnabled", "false"),
    "reachability_enabled": (True, "ReachabilityEnabled", "true"),
    "typing_indicator_timeout": (7, "TypingIndicatorTimeout", "7"),
    "consumption_report_interval": (0, "ConsumptionReportInterval", "0"),
    "notifications.log_enabled": (True, "Notifications.LogEnabled", "true"),
    "notifications.new_message.enabled": (True, "Notifications.NewMessage.Enabled", "true"),
    "notifications.new_message.template": ("${USER}: é", "Notifications.NewMessage.Template", "${USER}: é"),
    "notifications.new_message.sound": ("ding", "Notifications.NewMessage.Sound", "ding"),
    "notifications.new_message.badge_count_enabled": (False, "Notifications.NewMessage.BadgeCountEnabled", "false"),
    "notifications.added_to_channel.enabled": (True, "Notifications.AddedToChannel.Enabled", "true"),
    "notifications.added_to_channel.template": ("added", "Notifications.AddedToChannel.Template", "added"),
    "notifications.added_to_channel.sound": ("ding", "Notifications.AddedToChannel.Sound", "ding"),
    "notifications.removed_from_channel.enabled": (True, "Notifications.RemovedFromChannel.Enabled", "true"),
    "notifications.removed_from_channel.template": ("gone", "Notifications.RemovedFromChannel.Template", "gone"),
    "notifications.removed_from_channel.sound": ("dong", "Notifications.RemovedFromChannel.Sound", "dong"),
    "notifications.invited_to_channel.enabled": (True, "Notifications.InvitedToChannel.Enabled", "true"),
    "notifications.invited_to_channel.template": ("come", "Notifications.InvitedToChannel.Template", "come"),
    "notifications.invited_to_channel.sound": ("dang", "Notifications.InvitedToChannel.Sound", "dang"),
    "pre_webhook_url": ("https://a.example/x?y=é", "PreWebhookUrl", "https://a.example/x?y=é"),
    "post_webhook_url": ("https://b.example/", "PostWebhookUrl", "https://b.example/"),
    "webhook_method": ("GET", "WebhookMethod", "GET"),
    "webhook_filters": (["onMessageSent", "onChannelAdded"], "WebhookFilters", ["onChannelAdded", "onMessageSent"]),
    "pre_webhook_retry_count": (3, "PreWebhookRetryCount", "3"),
    "post_webhook_retry_count": (2, "PostWebhookRetryCount", "2"),
    "limits.channel_members": (1000, "Limits.ChannelMembers", "1000"),
    "limits.user_channels": (1, "Limits.UserChannels", "1"),
    "media.compatibility_message": ("", "Media.CompatibilityMessage", ""),
}
PART_FIELDS: dict[str, dict[str, tuple[Any, str, Any]]] = {
    "configuration": {
        "default_chat_service_role_sid": ("ROLE", "DefaultChatServiceRoleSid", "ROLE"),
        "default_conversation_role_sid": ("MEMBER", "DefaultConversationRoleSid", "MEMBER"),
        "default_conversation_creator_role_sid": ("CREATOR", "DefaultConversationCreatorRoleSid", "CREATOR"),
        "reachability_enabled": (True, "ReachabilityEnabled", "true"),
    },
    "notifications": {
        "log_enabled": (True, "LogEnabled", "true"),
        "new_message.enabled": (True, "NewMessage.Enabled", "true"),
        "new_message.template": ("${USER}", "NewMessage.Template", "${USER}"),
        "new_message.sound": ("ding", "NewMessage.Sound", "ding"),
        "new_message.badge_count_enabled": (True, "NewMessage.BadgeCountEnabled", "true"),
        "new_message.with_media.enabled": (True, "NewMessage.WithMedia.Enabled", "true"),
        "new_message.with_media.template": ("pic", "NewMessage.WithMedia.Template", "pic"),
        "added_to_conversation.enabled": (True, "AddedToConversation.Enabled", "true"),
        "added_to_conversation.template": ("added", "AddedToConversation.Template", "added"),
        "added_to_conversation.sound": ("ding", "AddedToConversation.Sound", "ding"),
        "removed_from_conversation.enabled": (True, "RemovedFromConversation.Enabled", "true"),
        "removed_from_conversation.template": ("gone", "RemovedFromConversation.Template", "gone"),
        "removed_from_conversation.sound": ("dong", "RemovedFromConversation.Sound", "dong"),
    },
    "webhooks": {
        "pre_webhook_url": ("https://a.example/", "PreWebhookUrl", "https://a.example/"),
        "post_webhook_url": ("https://b.example/", "PostWebhookUrl", "https://b.example/"),
        "method": ("POST", "Method", "POST"),
        "filters": (["onMessageAdded", "onConversationAdded"], "Filters", ["onConversationAdded", "onMessageAdded"]),
    },
}
PATHS = {
    "configuration": "/Configuration",
    "notifications": "/Configuration/Notifications",
    "webhooks": "/Configuration/Webhooks",
}
FIELDS_OF_PARTS = [(part, name) for part, fields in PART_FIELDS.items() for name in fields]


def nested(name: str, value: Any) -> dict[str, Any]:
    """Return an option as a task writes it."""
    for key in reversed(name.split(".")):
        value = {key: value}
    assert isinstance(value, dict)
    return value


def looked_up(value: Any, name: str) -> Any:
    for key in name.split("."):
        value = value[key]
    return value


def with_roles(twilio: Twilio, value: Any) -> Any:
    """Put the SID of a role in the place of its word."""
    kinds = {"ROLE": "service admin", "MEMBER": "channel admin", "CREATOR": "channel user"}
    if not isinstance(value, str) or value not in kinds:
        return value
    role = twilio.control.role(twilio.service_sid, kinds[value])
    assert role is not None
    return role["sid"]


def test_the_tables_name_every_field_and_no_other() -> None:
    assert {field.name for field in CHAT_SERVICE.fields} == set(CHAT_FIELDS)
    assert set(CONVERSATIONS_SERVICE_PARTS) == set(PART_FIELDS)
    for name, kind in CONVERSATIONS_SERVICE_PARTS.items():
        assert {field.name for field in kind.fields} == set(PART_FIELDS[name])


@pytest.mark.parametrize("name", CHAT_FIELDS)
def test_a_field_of_a_chat_service_is_sent_alone_and_once(chat: Twilio, name: str) -> None:
    value, parameter, text = (with_roles(chat, part) for part in CHAT_FIELDS[name])
    sid = chat.service_sid
    before = chat.service(sid=sid)["service"]
    with chat.sent() as sent:
        predicted = chat.service(sid=sid, check=True, **nested(name, value))
    assert request_trail(sent) == [FETCH]
    with chat.sent() as sent:
        result = chat.service(sid=sid, **nested(name, value))
    assert request_trail(sent) == [FETCH, WRITE]
    assert sent[1]["form"] == {parameter: text}
    assert (result["changed"], result["action"]) == (True, "updated")
    shown = sorted(value) if isinstance(value, list) else value
    assert looked_up(result["service"], name) == looked_up(predicted["service"], name) == shown
    assert result["diff"] == predicted["diff"]
    assert looked_up(result["diff"]["after"], name) == shown
    assert looked_up(result["diff"]["before"], name) != shown
    with chat.sent() as sent:
        again = chat.service(sid=sid, **nested(name, value))
    assert request_trail(sent) == [FETCH]
    assert (again["changed"], again["service"]) == (False, result["service"])
    # And nothing else has changed.
    after = result["service"]
    for place in (before, after):
        place.pop("date_updated")
        inner = place
        *outer, last = name.split(".")
        for key in outer:
            inner = inner[key]
        inner.pop(last, None)
    assert before == after


@pytest.mark.parametrize(("part", "name"), FIELDS_OF_PARTS)
def test_a_field_of_a_part_is_sent_alone_and_once(conversations: Twilio, part: str, name: str) -> None:
    value, parameter, text = (with_roles(conversations, one) for one in PART_FIELDS[part][name])
    sid = conversations.service_sid
    read, write = FETCH + PATHS[part], WRITE + PATHS[part]
    options: dict[str, Any] = {part: nested(name, value)}
    with conversations.sent() as sent:
        predicted = conversations.service(sid=sid, check=True, **options)
    assert request_trail(sent) == [FETCH, read]
    with conversations.sent() as sent:
        result = conversations.service(sid=sid, **options)
    assert request_trail(sent) == [FETCH, read, write]
    assert sent[2]["form"] == {parameter: text}
    assert (result["changed"], result["action"]) == (True, "updated")
    shown = sorted(value) if isinstance(value, list) else value
    assert looked_up(result["service"][part], name) == looked_up(predicted["service"][part], name) == shown
    assert result["diff"] == predicted["diff"]
    assert looked_up(result["diff"]["after"][part], name) == shown
    assert looked_up(result["diff"]["before"][part], name) != shown
    assert not {"configuration", "notifications", "webhooks"} - {part} & set(result["service"])
    with conversations.sent() as sent:
        again = conversations.service(sid=sid, **options)
    assert request_trail(sent) == [FETCH, read]
    assert (again["changed"], again["action"], again["service"][part]) == (False, "none", result["service"][part])
    assert again["diff"]["before"] == again["diff"]["after"]


def test_all_fields_of_a_chat_service_are_set_with_one_request_after_its_creation(chat: Twilio) -> None:
    desired: dict[str, Any] = {"limits": {}, "media": {"compatibility_message": ""}}
    form: dict[str, Any] = {}
    notifications: dict[str, Any] = {}
    for name, (value, parameter, text) in CHAT_FIELDS.items():
        first, *rest = name.split(".")
        if value in ("ROLE", "MEMBER", "CREATOR"):
            continue
        form[parameter] = text
        if first == "notifications":
            inner = notifications
            for key in rest[:-1]:
                inner = inner.setdefault(key, {})
            inner[rest[-1]] = value
        elif rest:
            desired[first][rest[0]] = value
        else:
            desired[name] = value
    desired["notifications"] = notifications
    with chat.sent() as sent:
        predicted = chat.service(friendly_name="Support", check=True, **desired)
    assert request_trail(sent) == [LIST]
    with chat.sent() as sent:
        result = chat.service(friendly_name="Support", **desired)
    assert request_trail(sent) == [LIST, "POST /Services", WRITE]
    assert sent[1]["form"] == {"FriendlyName": "Support"}
    assert sent[2]["form"] == form
    assert (result["action"], predicted["action"]) == ("created", "created")
    assert result["diff"] == predicted["diff"]
    shown = {"friendly_name": "Support", **desired, "webhook_filters": sorted(desired["webhook_filters"])}
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"] == shown
    with chat.sent() as sent:
        again = chat.service(friendly_name="Support", **desired)
    assert request_trail(sent) == [LIST]
    assert again["changed"] is False


def test_a_creation_with_what_twilio_gives_anyway_needs_no_second_request(chat: Twilio) -> None:
    with chat.sent() as sent:
        chat.service(friendly_name="Support", typing_indicator_timeout=5, pre_webhook_url="", read_status_enabled=True)
    assert request_trail(sent) == [LIST, "POST /Services"]


def test_what_a_task_leaves_out_stays_as_it_is(chat: Twilio) -> None:
    sid = chat.seed_service(
        "Support", chat={"limits": {"channel_members": 7, "user_channels": 8}, "pre_webhook_url": "https://a.example/"}
    )
    with chat.sent() as sent:
        chat.service(sid=sid, limits={"channel_members": 9}, notifications={})
    assert sent[1]["form"] == {"Limits.ChannelMembers": "9"}
    held = chat.stored_service(sid)["chat"]
    assert held["limits"] == {"channel_members": 9, "user_channels": 8}
    assert held["pre_webhook_url"] == "https://a.example/"


def test_filters_are_compared_as_a_set_and_sent_whole(twilio: Twilio) -> None:
    events = ["onMessageSent", "onUserAdded"] if twilio.name == "chat" else ["onMessageAdded", "onDeliveryUpdated"]
    both: dict[str, Any] = {"webhook_filters": events} if twilio.name == "chat" else {"webhooks": {"filters": events}}

    def given(values: list[str]) -> dict[str, Any]:
        return {"webhook_filters": values} if twilio.name == "chat" else {"webhooks": {"filters": values}}

    twilio.service(sid=twilio.service_sid, **both)
    for same in (events, events[::-1], [*events, *events]):
        assert twilio.service(sid=twilio.service_sid, **given(same))["changed"] is False
    more = "onMessageUpdated"
    with twilio.sent() as sent:
        assert twilio.service(sid=twilio.service_sid, **given([events[0], more, more]))["changed"] is True
    (form,) = [request["form"] for request in sent if request["method"] == "POST"]
    assert list(form.values()) == [sorted([events[0], more])]
    with twilio.sent() as sent:
        failure = twilio.service_fails(sid=twilio.service_sid, **given([]))
    assert sent == []
    assert "must not be empty; Twilio's API has no way to send an empty list" in failure.message


def test_a_filter_that_twilio_does_not_know_is_shown_with_its_answer(chat: Twilio) -> None:
    failure = chat.service_fails(sid=chat.service_sid, webhook_filters=["onNothing"])
    assert failure.message.startswith(f"Could not update service {chat.service_sid} in Chat: Twilio answered 400")
    assert "onNothing" in failure.message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("limits.channel_members", 0, "limits.channel_members: must be from 1 to 1000, got 0"),
        ("limits.channel_members", 1001, "limits.channel_members: must be from 1 to 1000, got 1001"),
        ("limits.user_channels", 0, "limits.user_channels: must be from 1 to 1000, got 0"),
        ("limits.user_channels", 1001, "limits.user_channels: must be from 1 to 1000, got 1001"),
        ("typing_indicator_timeout", -1, "typing_indicator_timeout: must be 0 or more, got -1"),
        ("pre_webhook_retry_count", -1, "pre_webhook_retry_count: must be 0 or more, got -1"),
        ("webhook_filters", [""], "webhook_filters[0]: must not be empty"),
        ("default_service_role_sid", "RL1", "default_service_role_sid: must be RL followed by 32 hexadecimal digits"),
        ("default_channel_role_sid", "", "default_channel_role_sid: must be RL followed by 32 hexadecimal digits"),
    ],
)
def test_values_out_of_bounds_are_refused_before_any_request(chat: Twilio, name: str, value: Any, message: str) -> None:
    with chat.sent() as sent:
        failure = chat.service_fails(friendly_name="Support", **nested(name, value))
    assert sent == []
    assert failure.message.startswith(message)


def test_the_bounds_of_a_limit_are_right_themselves(chat: Twilio) -> None:
    result = chat.service(friendly_name="Support", limits={"channel_members": 1, "user_channels": 1000})
    assert result["service"]["limits"] == {"channel_members": 1, "user_channels": 1000}


def test_a_value_in_a_part_is_refused_with_the_name_of_the_part(conversations: Twilio) -> None:
    with conversations.sent() as sent:
        failure = conversations.service_fails(
            friendly_name="Support",
            configuration={"default_chat_service_role_sid": "x"},
            webhooks={"filters": []},
        )
    assert sent == []
    assert "configuration.default_chat_service_role_sid: must be RL" in failure.message
    assert "webhooks.filters: must not be empty" in failure.message


@pytest.mark.parametrize("options", [{"webhook_method": "PUT"}, {"limits": {"members": 1}}, {"media": "x y"}], ids=str)
def test_the_argument_spec_refuses_what_a_chat_service_does_not_have(chat: Twilio, options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentSpecError):
        chat.service(friendly_name="Support", **options)


@pytest.mark.parametrize(
    "options", [{"webhooks": {"method": "PUT"}}, {"limits": {}}, {"configuration": {"x": 1}}], ids=str
)
def test_the_argument_spec_refuses_what_a_conversations_service_does_not_have(
    conversations: Twilio, options: dict[str, Any]
) -> None:
    with pytest.raises(ArgumentSpecError):
        conversations.service(friendly_name="Support", **options)


@pytest.mark.parametrize("parts", [[], ["webhooks"], ["notifications", "configuration"], list(PATHS)], ids=str)
def test_only_the_parts_that_are_given_are_read(conversations: Twilio, parts: list[str]) -> None:
    options: dict[str, Any] = {part: {} for part in parts}
    with conversations.sent() as sent:
        result = conversations.service(sid=conversations.service_sid, **options)
    assert sorted(request_trail(sent)) == sorted([FETCH, *(FETCH + PATHS[part] for part in parts)])
    assert result["changed"] is False
    assert set(result["service"]) & set(PATHS) == set(parts)


def test_a_creation_with_parts_writes_those_that_are_given(conversations: Twilio) -> None:
    options: dict[str, Any] = {
        "configuration": {"reachability_enabled": True},
        "webhooks": {"method": "GET", "pre_webhook_url": "https://a.example/"},
    }
    with conversations.sent() as sent:
        predicted = conversations.service(friendly_name="Support", check=True, **options)
    assert request_trail(sent) == [LIST]
    with conversations.sent() as sent:
        result = conversations.service(friendly_name="Support", **options)
    assert request_trail(sent) == [
        LIST,
        "POST /Services",
        FETCH + "/Configuration",
        WRITE + "/Configuration",
        FETCH + "/Configuration/Webhooks",
        WRITE + "/Configuration/Webhooks",
    ]
    assert [request["form"] for request in sent if request["method"] == "POST"] == [
        {"FriendlyName": "Support"},
        {"ReachabilityEnabled": "true"},
        {"Method": "GET", "PreWebhookUrl": "https://a.example/"},
    ]
    assert (result["action"], predicted["action"]) == ("created", "created")
    assert result["diff"] == predicted["diff"]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"] == {"friendly_name": "Support", **options}
    with conversations.sent() as sent:
        again = conversations.service(friendly_name="Support", **options)
    assert request_trail(sent) == [LIST, FETCH + "/Configuration", FETCH + "/Configuration/Webhooks"]
    assert (again["changed"], again["action"]) == (False, "none")


def test_parts_are_not_read_for_a_deletion(conversations: Twilio) -> None:
    sid = conversations.seed_service("Support")
    with conversations.sent() as sent:
        conversations.service(sid=sid, state="absent", configuration={"reachability_enabled": True}, force=True)
    assert request_trail(sent) == [FETCH, "DELETE /Services/IS"]


@pytest.mark.parametrize("unset", ["missing", "null", "empty"])
def test_texts_that_were_never_set_are_empty_however_twilio_shows_them(twilio: Twilio, unset: str) -> None:
    twilio.control.switch(unset_notifications_as=unset, webhook_url_cleared_as="empty" if unset == "empty" else "null")
    empty: dict[str, Any] = {"new_message": {"template": "", "sound": ""}}
    urls = {"pre_webhook_url": "", "post_webhook_url": ""}
    options: dict[str, Any] = {"notifications": empty, **(urls if twilio.name == "chat" else {"webhooks": urls})}
    assert twilio.service(sid=twilio.service_sid, **options)["changed"] is False


def test_the_url_of_a_webhook_is_cleared_by_the_empty_text(twilio: Twilio) -> None:
    def given(url: str) -> dict[str, Any]:
        return {"pre_webhook_url": url} if twilio.name == "chat" else {"webhooks": {"pre_webhook_url": url}}

    twilio.service(sid=twilio.service_sid, **given("https://a.example/"))
    with twilio.sent() as sent:
        assert twilio.service(sid=twilio.service_sid, **given(""))["changed"] is True
    assert sent[-1]["form"] == {"PreWebhookUrl": ""}
    assert twilio.service(sid=twilio.service_sid, **given(""))["changed"] is False


def test_the_case_of_a_role_sid_does_not_matter(chat: Twilio) -> None:
    sid = chat.roles()[0]
    assert chat.service(sid=chat.service_sid, default_service_role_sid="RL" + sid[2:].upper())["changed"] is False
