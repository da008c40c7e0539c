# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._costs import amount_text, cost_of, parse_price, sum_of


def priced(users: int, price: Any, currency: Any = None) -> str | None:
    cost = cost_of(users, parse_price("services[0]", {"price_per_active_user": price, "price_currency": currency}))
    return None if cost is None else f"{amount_text(cost)} {cost.currency}".strip()


@pytest.mark.parametrize(
    ("users", "price", "amount"),
    [
        # As floats, 0.15000000000000002 and 0.28500000000000003.
        (3, 0.05, "0.15"),
        (3, "0.095", "0.285"),
        (1_000_000, "0.0333", "33300.00"),
        (7, 1, "7.00"),
        (0, "0.05", "0.00"),
        (5, 0, "0.00"),
        (2, " 0.5 ", "1.00"),
        (2, ".5", "1.00"),
        (100, 0.00001, "0.001"),
        (1, "0.123456789012345678", "0.123456789012345678"),
        (9, "1000000", "9000000.00"),
        (9, None, None),
        (9, "", None),
    ],
)
def test_amounts_are_exact(users: int, price: Any, amount: str | None) -> None:
    assert priced(users, price) == amount


@pytest.mark.parametrize(
    "price",
    [
        -1,
        "-0.05",
        "0,05",
        "0.05 USD",
        "$0.05",
        "free",
        True,
        "NaN",
        "inf",
        float("nan"),
        1_000_001,
        "1e9",
        "1_0",
        [1],
        "٣",
        "0" * 21,
    ],
)
def test_what_is_no_price_is_refused(price: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        priced(1, price)
    what = "services[0].price_per_active_user: must be a number from 0 to 1000000, such as 0.05, got "
    assert str(refused.value).startswith(what)


@pytest.mark.parametrize("currency", ["US dollars and cents", "US\x1bD", "\u202eDSU"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValidationError, match=r"price_currency: must be at most 10 printable characters, such as USD"):
        priced(1, 1, currency)


@pytest.mark.parametrize(
    ("services", "total"),
    [
        ([(1, "0.1", "€"), (2, "0.2", "€")], "0.50 €"),
        ([(1, "0.1", "USD"), (2, "0.1", "EUR")], None),
        # A sum that leaves a service out would be too small.
        ([(1, "0.1", "USD"), (2, None, None)], None),
        ([(1, "0.1", "USD"), (0, None, None)], "0.10 USD"),
        ([(1, "0.1", "USD"), (0, "0.1", "EUR")], "0.10 USD"),
        ([(0, "0.1", "USD"), (0, None, None)], "0.00 USD"),
        ([(0, None, None)], None),
        ([], None),
    ],
)
def test_sums(services: list[tuple[int, Any, Any]], total: str | None) -> None:
    prices = [
        (users, parse_price("", {"price_per_active_user": price, "price_currency": currency}))
        for users, price, currency in services
    ]
    cost = sum_of((users, cost_of(users, price)) for users, price in prices)
    assert (cost and f"{amount_text(cost)} {cost.currency}") == total


@given(st.integers(0, 10**9), st.decimals(0, 10**6, places=8))
def test_nothing_is_rounded(users: int, price: Any) -> None:
    amount = priced(users, f"{price:f}")
    assert amount is not None
    whole, _point, decimals = amount.partition(".")
    assert int(whole + decimals.ljust(8, "0")) == users * int(price.scaleb(8))
