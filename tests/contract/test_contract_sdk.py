# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK's own resource classes drive the emulator, unmodified, through HTTPS_PROXY and a CA file."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from ansible_collections.community.twilio.tests.emulator import settings
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread
from ansible_collections.community.twilio.tests.emulator.services import CONFIGURATIONS

PRODUCTS = ["conversations", "chat"]


@pytest.fixture
def client(emulator: EmulatorThread, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The SDK, told nothing but what a user would put into the environment."""
    for name in ("TWILIO_REGION", "TWILIO_EDGE", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", str(emulator.proxy_url))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_path))
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", emulator.account_sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", emulator.auth_token)
    return Client()


def services_of(client: Client, product: str) -> Any:
    """The SDK's list of services."""
    return client.conversations.v1.services if product == "conversations" else client.chat.v2.services


@pytest.mark.parametrize("product", PRODUCTS)
def test_users(client: Client, emulator: EmulatorThread, product: str) -> None:
    """Create, fetch, list over pages, update, delete."""
    users = services_of(client, product)(emulator.service_sid).users
    created = users.create(
        identity="anna", friendly_name="Anna", attributes='{"a": 1}', x_twilio_webhook_enabled="true"
    )
    assert (created.identity, created.friendly_name, created.attributes) == ("anna", "Anna", '{"a": 1}')
    assert created.date_created.tzinfo is not None
    for key in ("anna", created.sid):
        fetched = users(key).fetch()
        assert (fetched.sid, fetched.identity, fetched.is_online) == (created.sid, "anna", None)
    names = ["anna"]
    for number in range(6):
        names.append(users.create(identity=f"user {number}").identity)
    assert [user.identity for user in users.list(page_size=3)] == names
    assert len(users.list(page_size=3, limit=4)) == 4
    pages = [users.page(page_size=3)]
    while pages[-1].next_page_url:
        pages.append(pages[-1].next_page())
    assert [len(list(page)) for page in pages] == [3, 3, 1]
    updated = users("anna").update(friendly_name="A.", attributes="{}")
    assert (updated.friendly_name, updated.attributes, updated.sid) == ("A.", "{}", created.sid)
    assert users("anna").delete() is True
    with pytest.raises(TwilioRestException) as refused:
        users("anna").fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)
    host = f"{product}.twilio.com"
    assert f"{host}:443" in emulator.control.proxied()
    assert {request["host"] for request in emulator.control.requests()} == {host}


@pytest.mark.parametrize("product", PRODUCTS)
def test_services(client: Client, emulator: EmulatorThread, product: str) -> None:
    """Create, fetch, list over pages, update where there is one, delete."""
    services = services_of(client, product)
    created = [services.create(friendly_name=f"service {number}") for number in range(3)]
    assert services(created[0].sid).fetch().friendly_name == "service 0"
    assert [service.sid for service in services.list(page_size=2)][1:] == [service.sid for service in created]
    if product == "chat":
        updated = services(created[0].sid).update(
            friendly_name="new", reachability_enabled=True, webhook_filters=["onUserAdded", "onMessageSent"]
        )
        assert (updated.friendly_name, updated.reachability_enabled) == ("new", True)
        assert updated.webhook_filters == ["onUserAdded", "onMessageSent"]
    assert services(created[0].sid).delete() is True
    with pytest.raises(TwilioRestException) as refused:
        services(created[0].sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


VALUES: dict[str, Any] = {
    "bool": True,
    "number": 4,
    "limit": 1000,
    "text": "text",
    "note": "${USER}",
    "url": "https://example.com/",
    "method": "GET",
    "filters": ["onMessageUpdate", "onMessageRemoved"],
    "name": "new",
}


def argument(name: str) -> str:
    """The SDK's name for a parameter: `Limits.UserChannels` is `limits_user_channels`."""
    return "_".join(settings.snake(part) for part in name.split("."))


@pytest.mark.parametrize("path", ["chat", *CONFIGURATIONS])
def test_every_setting(client: Client, emulator: EmulatorThread, path: str) -> None:
    """Every parameter as the SDK sends it, all in one update; a fetch shows the same."""
    table = CONFIGURATIONS.get(path, settings.CHAT_SERVICE)
    service = services_of(client, "chat" if path == "chat" else "conversations")(emulator.service_sid)
    resource: Any = service
    if path == "Configuration":
        resource = service.configuration()
    elif path == "Configuration/Notifications":
        resource = service.configuration.notifications()
    elif path == "Configuration/Webhooks":
        resource = service.configuration.webhooks()
    roles = {role["type"]: role["sid"] for role in emulator.control.roles(emulator.service_sid)}
    values = {
        argument(name): VALUES.get(kind) or roles[kind.removesuffix(" role")] for name, kind in table.kinds.items()
    }
    for answer in (resource.update(**values), resource.fetch()):
        for name in table.kinds:
            first, *inner = (settings.snake(part) for part in name.split("."))
            shown = getattr(answer, first)
            for part in inner:
                shown = shown[part]
            assert shown == values[argument(name)], name
    with pytest.raises(TwilioRestException) as refused:
        resource.update()
    assert (refused.value.status, refused.value.code) == (400, 20161)


@pytest.mark.parametrize("product", PRODUCTS)
def test_roles(client: Client, emulator: EmulatorThread, product: str) -> None:
    """Create, fetch, list over pages, update, delete; and a user that holds one."""
    service = services_of(client, product)(emulator.service_sid)
    kind, permission = ("service", "joinConversation") if product == "conversations" else ("deployment", "joinChannel")
    role = service.roles.create(friendly_name="guest", type=kind, permission=[permission, "editOwnUserInfo"])
    assert (role.type, role.permissions) == (kind, [permission, "editOwnUserInfo"])
    assert service.roles(role.sid).fetch().friendly_name == "guest"
    assert [item.sid for item in service.roles.list(page_size=2)][-1] == role.sid
    assert service.roles(role.sid).update(permission=[permission]).permissions == [permission]
    assert service.users.create(identity="anna", role_sid=role.sid).role_sid == role.sid
    none: list[str] = []
    for wrong in (none, ["flyToTheMoon"]):
        with pytest.raises(TwilioRestException) as refused:
            service.roles(role.sid).update(permission=wrong)
        assert refused.value.status == 400
    assert service.roles(role.sid).delete() is True
    with pytest.raises(TwilioRestException) as refused:
        service.roles(role.sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


@pytest.mark.parametrize("product", PRODUCTS)
def test_refusals(client: Client, emulator: EmulatorThread, product: str) -> None:
    """Errors arrive as the SDK's exceptions, with Twilio's codes."""
    services = services_of(client, product)
    users = services(emulator.service_sid).users
    users.create(identity="anna")
    nowhere = services("IS" + "0" * 32).users
    expected = (403, 50050) if product == "chat" else (404, 20404)
    for action, status, code in (
        (lambda: users.create(identity="anna"), 409, 50201),
        (lambda: users.create(identity="US" + "0" * 32), 400, 50206),
        (lambda: users.create(identity="x" * 257), 400, 50207),
        (lambda: users.create(identity="b", attributes="{"), 400, 50304),
        (lambda: users.create(identity="b", role_sid="RL" + "0" * 32), 400, 50100),
        (lambda: users("nobody").update(friendly_name="x"), 404, 20404),
        (lambda: users("nobody").delete(), 404, 20404),
        (lambda: users("anna").update(), 400, 20161),
        (lambda: nowhere("anna").fetch(), *expected),
    ):
        with pytest.raises(TwilioRestException) as refused:
            action()
        assert (refused.value.status, refused.value.code) == (status, code)
    with pytest.raises(TwilioException, match="Unable to fetch page"):
        nowhere.list(page_size=50)
    with pytest.raises(TwilioRestException) as refused:
        Client(emulator.account_sid, "wrong-token").conversations.v1.services.create(friendly_name="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_regional_host(emulator: EmulatorThread, client: Client) -> None:
    """The emulator answers by whatever name it is called, key and secret included."""
    regional = Client(emulator.api_key, emulator.api_secret, emulator.account_sid, region="ie1", edge="dublin")
    assert regional.conversations.v1.services(emulator.service_sid).fetch().sid == emulator.service_sid
    assert "conversations.dublin.ie1.twilio.com:443" in emulator.control.proxied()
