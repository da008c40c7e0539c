# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""service_sid=default is the default service of the account, for Conversations."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio import transport
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import Twilio, request_trail

DEFAULT = "default"
CONFIGURATION = "GET /Configuration"


def test_each_module_resolves_it_once(conversations: Twilio) -> None:
    twilio = conversations
    twilio.seed("alice")
    role: dict[str, Any] = {"friendly_name": "agent", "type": "service", "permissions": ["editOwnUserInfo"]}
    for run in (
        lambda: twilio.user(service_sid=DEFAULT, identity="alice", friendly_name="A"),
        lambda: twilio.user(service_sid=DEFAULT, identity="bob", role_sid="default"),
        lambda: twilio.user(service_sid=DEFAULT, identity="bob", state="absent"),
        lambda: twilio.users([{"identity": "alice"}, {"identity": "carol"}], service_sid=DEFAULT),
        lambda: twilio.role(service_sid=DEFAULT, **role),
        lambda: twilio.info(service_sid=DEFAULT),
        lambda: twilio.role_info(service_sid=DEFAULT),
    ):
        with twilio.sent() as sent:
            run()
        trail = request_trail(sent)
        assert trail.count(CONFIGURATION) == 1
        assert trail[0] == CONFIGURATION
    assert twilio.identities() == ["alice", "carol"]
    assert twilio.stored("alice")["friendly_name"] == "A"


def test_an_import_id_has_to_be_of_the_default_service(conversations: Twilio) -> None:
    twilio = conversations
    sid = twilio.seed("alice")["sid"]
    import_id = f"/Services/{twilio.service_sid}/Users/{sid}"
    assert twilio.user(service_sid=DEFAULT, sid=import_id, friendly_name="A")["changed"]
    other = f"/Services/IS{'ab' * 16}/Users/{sid}"
    assert "names another service" in twilio.user_fails(service_sid=DEFAULT, sid=other).message


def test_chat_does_not_tell_its_default_service(chat: Twilio) -> None:
    with chat.sent() as sent:
        for failure in (
            chat.user_fails(service_sid=DEFAULT, identity="alice"),
            chat.users_fail([], service_sid=DEFAULT),
            chat.role_fails(service_sid=DEFAULT, friendly_name="agent"),
            chat.info_fails(service_sid=DEFAULT),
            chat.role_info_fails(service_sid=DEFAULT),
        ):
            assert failure.message.startswith("service_sid: must not be 'default' in a task for Chat")
    assert sent == []


@pytest.mark.parametrize("value", ["null", '""', '"IS"', "7"])
def test_an_account_without_a_default_service(
    conversations: Twilio, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    request = transport.Transport.request

    def send(self: Any, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        response = request(self, method, url, *arguments, **named)
        if url.endswith("/v1/Configuration"):
            response.content = f'{{"default_chat_service_sid": {value}}}'
        return response

    monkeypatch.setattr(transport.Transport, "request", send)
    failure = conversations.user_fails(service_sid=DEFAULT, identity="alice")
    assert failure.message == "Twilio names no default Conversations service of the account"
    result = conversations.service_info(gather_configuration=True)
    assert (result["default_service_sid"], len(result["services"])) == (None, 1)


def test_service_info_tells_the_default_service(conversations: Twilio, chat: Twilio) -> None:
    other = conversations.seed_service("Support")
    with conversations.sent() as sent:
        result = conversations.service_info(gather_configuration=True)
    assert result["default_service_sid"] == conversations.service_sid != other
    assert request_trail(sent).count(CONFIGURATION) == 1
    assert "default_service_sid" not in conversations.service_info()
    assert "default_service_sid" not in chat.service_info()


@pytest.mark.parametrize("check", [False, True])
def test_bulk_results_name_the_service_and_all_listed_users(each_product: Twilio, check: bool) -> None:
    twilio = each_product
    sids = {name: twilio.seed(name)["sid"] for name in ("alice", "bob", "mallory", "old")}
    entries: list[dict[str, Any]] = [
        {"identity": "bob", "friendly_name": "Bob"},
        {"identity": "new"},
        {"identity": "alice"},
        {"identity": "mallory", "state": "absent"},
        {"identity": "missing", "state": "absent"},
    ]
    result = twilio.users(entries, prune=True, return_users=True, check=check)
    assert result["service_sid"] == twilio.service_sid
    new = None if check else twilio.stored("new")["sid"]
    assert result["users"] == [
        {"identity": "bob", "sid": sids["bob"]},
        {"identity": "new", "sid": new},
        {"identity": "alice", "sid": sids["alice"]},
    ]
    assert "users" not in twilio.users(entries, check=True)
    absent = twilio.users([{"identity": "alice"}], state="absent", service="No such service", return_users=True)
    assert (absent["service_sid"], absent["users"]) == (None, [])
