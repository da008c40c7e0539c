# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.community.twilio.plugins.module_utils._twilio.products import CHAT, CONVERSATIONS, Product


@pytest.mark.parametrize(
    ("product", "url"),
    [
        (CHAT, "https://chat.twilio.com/v2/Services/IS1"),
        (CONVERSATIONS, "https://conversations.twilio.com/v1/Services/IS1"),
    ],
)
def test_a_url_is_host_version_and_segments_as_they_are(product: Product, url: str) -> None:
    assert product.url("Services", "IS1") == url
    assert product.url("Services", "IS1", "Users", "a%2Fb%20%3F") == url + "/Users/a%2Fb%20%3F"


@pytest.mark.parametrize("product", [CHAT, CONVERSATIONS])
@pytest.mark.parametrize(
    ("region", "edge", "host"),
    [
        (None, None, "{}.twilio.com"),
        ("", "", "{}.twilio.com"),
        ("us1", None, "{}.twilio.com"),
        ("us1", "ashburn", "{}.ashburn.us1.twilio.com"),
        (None, "dublin", "{}.dublin.us1.twilio.com"),
        ("", "dublin", "{}.dublin.us1.twilio.com"),
        ("ie1", "dublin", "{}.dublin.ie1.twilio.com"),
        ("ie1", "roaming", "{}.roaming.ie1.twilio.com"),
        ("au1", "sydney", "{}.sydney.au1.twilio.com"),
    ],
)
def test_region_and_edge_make_the_host(product: Product, region: str | None, edge: str | None, host: str) -> None:
    assert product.base_url(region, edge) == "https://" + host.format(product.name)


@pytest.mark.parametrize("product", [CHAT, CONVERSATIONS])
def test_an_answer_names_the_service_by_one_name(product: Product) -> None:
    raw = {"sid": "US1", product.service_key: "IS1", "links": {}}
    assert product.normalise(raw) == {"sid": "US1", "service_sid": "IS1", "links": {}}
    assert raw == {"sid": "US1", product.service_key: "IS1", "links": {}}


@pytest.mark.parametrize("product", [CHAT, CONVERSATIONS])
def test_an_answer_without_its_service_stays_as_it_is(product: Product) -> None:
    assert product.normalise({"sid": "US1"}) == {"sid": "US1"}


def test_the_products_differ_as_twilio_documents_it() -> None:
    assert (CHAT.page_size, CONVERSATIONS.page_size) == (100, 50)
    assert (CHAT.webhook_on_delete, CONVERSATIONS.webhook_on_delete) == (False, True)
    assert (CHAT.absent_keys, CONVERSATIONS.absent_keys) == (
        frozenset(),
        frozenset({"joined_channels_count"}),
    )
