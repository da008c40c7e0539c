# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists and their pages."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.tests.emulator.client import RawClient
from ansible_collections.community.twilio.tests.emulator.server import EmulatorThread


@pytest.fixture
def seven(api: RawClient, users: str) -> list[str]:
    """Seven users, of which the first has attributes."""
    names = ["g", "a", "f", "b", "e", "c", "d"]
    for name in names:
        assert api.post(users, {"Identity": name, "Attributes": '{"n": "' + name + '"}'}).status == 201
    return names


def walk(api: RawClient, path: str, key: str = "next_page_url") -> list[list[str]]:
    """The identities of every page, from a page on."""
    pages = []
    url: str | None = path
    while url:
        body = api.get(url).json()
        pages.append([user["identity"] for user in body["users"]])
        url = body["meta"][key]
    return pages


def together(pages: list[list[str]]) -> list[str]:
    """The identities of all pages."""
    return [name for page in pages for name in page]


def test_pages(api: RawClient, users: str, seven: list[str], emulator: EmulatorThread) -> None:
    """Every user once, in creation order, by following next_page_url; and back again."""
    pages = walk(api, f"{users}?PageSize=3")
    assert pages == [seven[:3], seven[3:6], seven[6:]]
    meta = api.get(f"{users}?PageSize=3").json()["meta"]
    assert meta["key"] == "users"
    assert (meta["page"], meta["page_size"], meta["previous_page_url"]) == (0, 3, None)
    assert meta["first_page_url"] == meta["url"] == f"{emulator.url}{users}?PageSize=3&Page=0"
    assert meta["next_page_url"].startswith(f"{emulator.url}{users}?PageSize=3&PageToken=PT")
    second = api.get(meta["next_page_url"]).json()["meta"]
    third = api.get(second["next_page_url"]).json()["meta"]
    assert (second["page"], third["page"], third["next_page_url"]) == (1, 2, None)
    assert walk(api, third["previous_page_url"], "previous_page_url") == [seven[3:6], seven[:3]]
    assert api.get(second["url"]).json()["meta"] == second


def test_a_full_last_page_is_the_last(api: RawClient, users: str, seven: list[str]) -> None:
    """No empty page follows."""
    assert walk(api, f"{users}?PageSize=7") == [seven]
    assert walk(api, users) == [seven]


def test_empty_list(api: RawClient, users: str) -> None:
    """One empty page."""
    body = api.get(users).json()
    assert body["users"] == []
    assert (body["meta"]["page_size"], body["meta"]["next_page_url"]) == (50, None)


def test_links_name_the_host_that_was_called(api: RawClient, users: str, seven: list[str]) -> None:
    """So a client that follows them stays where it is."""
    meta = api.get(f"{users}?PageSize=2", headers={"Host": "any.example:81"}).json()["meta"]
    assert meta["next_page_url"].startswith("http://any.example:81/")


def test_users_that_come_and_go_between_pages(api: RawClient, users: str, seven: list[str]) -> None:
    """A page goes on after the last user seen, even when that one is gone."""
    first = api.get(f"{users}?PageSize=3").json()
    api.delete(f"{users}/{seven[0]}")
    api.delete(f"{users}/{seven[2]}")
    api.post(users, {"Identity": "new"})
    assert together(walk(api, first["meta"]["next_page_url"])) == [*seven[3:], "new"]


BAD_QUERIES = [
    "PageSize=0",
    "PageSize=-1",
    "PageSize=x",
    "PageSize=",
    "PageSize=%D9%A3",
    "PageSize=1&PageSize=2",
    "PageSize=101",
    "Page=1",
    "Page=-1",
    "PageToken=x",
    "PageToken=PTx",
    "PageToken=PTe30",
    "Identity=a",
    "pagesize=1",
]


def test_queries_refused(api: RawClient, users: str) -> None:
    """What the API does not have is not ignored."""
    for query in BAD_QUERIES:
        assert api.get(f"{users}?{query}").status == 400, query


def test_page_without_token(api: RawClient, users: str) -> None:
    """As observed on another of Twilio's APIs."""
    reply = api.get(f"{users}?Page=1")
    assert reply.json()["code"] == 20001
    assert reply.json()["message"] == "PageToken is required for paging."
    assert api.get(f"{users}?Page=0").status == 200


@pytest.mark.parametrize(
    ("path", "largest"),
    [("/v1/{0}/Users", 50), ("/v2/{0}/Users", 100), ("/v1/{0}/Roles", 50), ("/v2/{0}/Roles", 100)]
    + [("/v1/Services", 100), ("/v2/Services", 100)],
)
def test_largest_page(api: RawClient, emulator: EmulatorThread, path: str, largest: int) -> None:
    """As Twilio's documents have it; beyond it is a switch."""
    path = path.format(f"Services/{emulator.service_sid}")
    assert api.get(f"{path}?PageSize={largest}").json()["meta"]["page_size"] == largest
    assert api.get(f"{path}?PageSize={largest + 1}").json()["code"] == 20007
    emulator.control.switch(page_size_over_max="clamp")
    assert api.get(f"{path}?PageSize={largest + 1}").json()["meta"]["page_size"] == largest


@pytest.mark.parametrize("order", ["newest_first", "sid"])
def test_other_orders(api: RawClient, users: str, seven: list[str], emulator: EmulatorThread, order: str) -> None:
    """The order is unknown; a token of one order is none of another."""
    token = api.get(f"{users}?PageSize=2").json()["meta"]["next_page_url"]
    emulator.control.switch(list_order=order)
    by_sid = sorted(emulator.control.users(emulator.service_sid), key=lambda user: str(user["sid"]))
    expected = seven[::-1] if order == "newest_first" else [user["identity"] for user in by_sid]
    assert together(walk(api, f"{users}?PageSize=2")) == expected
    assert api.get(token).status == 400


def test_other_forms_of_a_list(api: RawClient, users: str, seven: list[str], emulator: EmulatorThread) -> None:
    """The older form of the link, and attributes that a list does not show."""
    listed: list[dict[str, Any]] = api.get(users).json()["users"]
    assert listed[0]["attributes"] == '{"n": "g"}'
    emulator.control.switch(page_in_next_url=True, attributes_in_list="null")
    body = api.get(f"{users}?PageSize=2").json()
    assert "?PageSize=2&Page=1&PageToken=PT" in body["meta"]["next_page_url"]
    assert body["users"][0]["attributes"] is None
    assert together(walk(api, f"{users}?PageSize=2")) == seven
