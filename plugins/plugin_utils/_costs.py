# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calculate what Twilio bills for users, exactly: no amount is rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from ..module_utils._resources.messages import printable
from ..module_utils._resources.validators import ValidationError, excerpt

MAX_PRICE = 1_000_000
MAX_CURRENCY_LENGTH = 10
# As people and Python write a number. The length keeps the amount readable.
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)(e-?\d\d?)?", re.ASCII | re.IGNORECASE)
_MAX_NUMBER_LENGTH = 20


class Price(NamedTuple):
    """The price of an active user, and its currency; the currency is empty if it is not given."""

    amount: Decimal
    currency: str


def parse_price(place: str, service: Mapping[str, Any]) -> Price | None:
    """Return the price of an active user.

    :param place: the name of the service for a message.
    :param service: the options ``price_per_active_user`` and ``price_currency``.
    :returns: the price; None if it is not given.
    :raises ValidationError: one of them is invalid.
    """
    given, currency = service.get("price_per_active_user"), str(service.get("price_currency") or "").strip()
    if len(currency) > MAX_CURRENCY_LENGTH or printable(currency) != currency:
        what = f"must be at most {MAX_CURRENCY_LENGTH} printable characters, such as USD"
        raise ValidationError(f"{place}.price_currency: {what}, got {excerpt(currency)}")
    if given is None or given == "":
        return None
    text = str(given).strip()
    # The text of true and false is no number.
    amount = Decimal(text) if _NUMBER.fullmatch(text) and len(text) <= _MAX_NUMBER_LENGTH else None
    if amount is None or amount > MAX_PRICE:
        raise ValidationError(
            f"{place}.price_per_active_user: must be a number from 0 to {MAX_PRICE}, such as 0.05, got {excerpt(given)}"
        )
    return Price(amount, currency)


def cost_of(users: int, price: Price | None) -> Price | None:
    """Return the price of several users.

    :param users: the number of users.
    :param price: the price of one user; None if it is not known.
    :returns: their price; None if it is not known.
    """
    with localcontext() as context:
        context.prec = 200
        return None if price is None else Price(users * price.amount, price.currency)


def sum_of(costs: Iterable[tuple[int, Price | None]]) -> Price | None:
    """Return the sum of costs.

    :param costs: for each service the number of users and their price.
    :returns: the sum; None if a price is not known, or if the currencies differ. A service without users does not
        matter, unless there is no other.
    """
    costs = list(costs)
    prices = [cost for users, cost in costs if users] or [cost for _users, cost in costs if cost is not None]
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices) or len({price.currency for price in known}) > 1:
        return None
    with localcontext() as context:
        context.prec = 200
        return Price(sum((price.amount for price in known), Decimal(0)), known[0].currency)


def amount_text(cost: Price) -> str:
    """Return an amount as text.

    :param cost: the amount.
    :returns: all its digits, at least two of them after the point, without the currency.
    """
    whole, _point, decimals = f"{cost.amount:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
