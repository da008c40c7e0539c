# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Twilio products that have users, as data."""

from __future__ import annotations

from typing import Any, NamedTuple

DEFAULT_REGION = "us1"


class Product(NamedTuple):
    """One of Twilio's APIs, from Twilio's OpenAPI documents (chat_v2, conversations_v1).

    ``name`` is the first label of the host name, ``title`` the name in messages, ``version`` the first path segment,
    ``page_size`` the maximum of PageSize for lists of users and roles, ``service_key`` the key of the service SID in a
    response, ``absent_keys`` the result keys that are missing from responses, ``webhook_on_delete`` whether a deletion
    accepts the header X-Twilio-Webhook-Enabled, ``user_role_type`` the type of the roles of users, ``default_role`` the
    path below a service and the key of the default role of new users, ``end_of_life`` what to do if the product has
    ended, for the message about HTTP status 410. ``default_service`` is the path and the key of the account's default
    service; None if the API does not have it.
    """

    name: str
    title: str
    version: str
    page_size: int
    service_key: str
    absent_keys: frozenset[str]
    webhook_on_delete: bool
    user_role_type: str
    default_role: tuple[tuple[str, ...], str]
    end_of_life: str = ""
    default_service: tuple[tuple[str, ...], str] | None = None

    def base_url(self, region: str | None, edge: str | None) -> str:
        """Return Twilio's base URL for a region and an edge.

        The SDK is not asked for it: its versions treat a region without an edge differently.

        :param region: the region; None for us1. A region other than us1 needs an edge.
        :param edge: the edge; None for the one that Twilio selects.
        :returns: the URL, without a path.
        """
        place = f"{edge}.{region or DEFAULT_REGION}." if edge else ""
        return f"https://{self.name}.{place}twilio.com"

    def url(self, *segments: str) -> str:
        """Return the URL of a resource, before the base URL of the connection applies.

        :param segments: path segments that are already percent-encoded.
        :returns: the URL.
        """
        return "/".join((self.base_url(None, None), self.version, *segments))

    def normalise(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Rename the key of the service SID in a response to service_sid.

        :param raw: Twilio's response.
        :returns: a copy with the key renamed.
        """
        result = dict(raw)
        if self.service_key in result:
            result["service_sid"] = result.pop(self.service_key)
        return result


CHAT = Product(
    name="chat",
    title="Chat",
    version="v2",
    page_size=100,
    service_key="service_sid",
    absent_keys=frozenset(),
    webhook_on_delete=False,
    user_role_type="deployment",
    default_role=((), "default_service_role_sid"),
    end_of_life=(
        "Programmable Chat has reached its end of life (25 July 2022; in Twilio Flex 1 June 2026). Use the modules for"
        " Conversations with the same service_sid"
    ),
)
CONVERSATIONS = Product(
    name="conversations",
    title="Conversations",
    version="v1",
    page_size=50,
    service_key="chat_service_sid",
    absent_keys=frozenset({"joined_channels_count"}),
    webhook_on_delete=True,
    user_role_type="service",
    default_role=(("Configuration",), "default_chat_service_role_sid"),
    default_service=(("Configuration",), "default_chat_service_sid"),
)
