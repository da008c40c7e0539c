# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages: sizes, opaque tokens, and the links from one page to the next."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from .errors import TwilioError, bad_parameter
from .params import Params
from .switches import Switches

T = TypeVar("T")
DEFAULT_SIZE = 50
QUERY = ("PageSize", "Page", "PageToken")


@dataclass
class PageRequest:
    """Which page is asked for: the first, or one next to a place that a token names."""

    size: int
    number: int
    place: Any = None
    backwards: bool = False


def order_key(order: str) -> Callable[[Any], Any]:
    """The sort key of a list order. Keys are unique, so a page can begin right after the last one seen."""
    if order == "sid":
        return lambda item: item.sid
    if order == "newest_first":
        return lambda item: -item.number
    return lambda item: item.number


def read_request(query: Params, maximum: int, switches: Switches) -> PageRequest:
    """The page that the query asks for."""
    size = query.number("PageSize")
    if size is None:
        size = DEFAULT_SIZE
    if size < 1:
        raise bad_parameter("PageSize must be at least 1")
    if size > maximum:
        if switches.page_size_over_max == "refuse":
            raise TwilioError(400, 20007, f"Page size is too large: the maximum is {maximum}")
        size = maximum
    number = query.number("Page")
    if number is not None and number < 0:
        raise bad_parameter("Page must not be negative")
    token = query.text("PageToken")
    if token is None:
        if number:
            raise bad_parameter("PageToken is required for paging.")
        return PageRequest(size, 0)
    order, page, place, backwards = _read_token(token)
    if order != switches.list_order:
        raise bad_parameter("PageToken is not valid")
    return PageRequest(size, number if number is not None else page, place, backwards)


def page(
    items: Sequence[T], request: PageRequest, url: str, key: str, switches: Switches
) -> tuple[list[T], dict[str, Any]]:
    """The items of a page and its `meta`. `url` is the list's address without a query."""
    sort_key = order_key(switches.list_order)
    # The store keeps the order of creation; sorting a long list anew for each page would take ever longer.
    ordered = items if switches.list_order == "created" else sorted(items, key=sort_key)
    keys = _Keys(ordered, sort_key)
    if request.place is None:
        start = 0
    elif request.backwards:
        start = max(0, bisect_left(keys, request.place) - request.size)
    else:
        start = bisect_right(keys, request.place)
    chosen = ordered[start : start + request.size]

    def link(number: int, place: Any, backwards: bool) -> str:
        query = {"PageSize": str(request.size)}
        if switches.page_in_next_url:
            query["Page"] = str(number)
        query["PageToken"] = _token(switches.list_order, number, place, backwards)
        return f"{url}?{urlencode(query)}"

    following = previous = None
    if chosen and start + request.size < len(ordered):
        following = link(request.number + 1, sort_key(chosen[-1]), False)
    if chosen and start > 0:
        previous = link(max(0, request.number - 1), sort_key(chosen[0]), True)
    first = f"{url}?PageSize={request.size}&Page=0"
    this = first
    if request.place is not None:
        this = link(request.number, request.place, request.backwards)
    return list(chosen), {
        "page": request.number,
        "page_size": request.size,
        "first_page_url": first,
        "previous_page_url": previous,
        "url": this,
        "next_page_url": following,
        "key": key,
    }


class _Keys(Sequence[Any]):
    """The sort keys of items, each made when it is looked at: bisect takes no key before Python 3.10."""

    def __init__(self, items: Sequence[Any], key: Callable[[Any], Any]) -> None:
        self._items = items
        self._key = key

    def __getitem__(self, index: Any) -> Any:
        return self._key(self._items[index])

    def __len__(self) -> int:
        return len(self._items)


def _token(order: str, number: int, place: Any, backwards: bool) -> str:
    """Opaque to a client, as Twilio's is: `PT` and base64."""
    text = json.dumps({"order": order, "page": number, "place": place, "back": backwards}, separators=(",", ":"))
    return "PT" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_token(token: str) -> tuple[str, int, Any, bool]:
    """What a token of ours holds; any other is refused."""
    try:
        if not token.startswith("PT"):
            raise ValueError(token)
        padded = token[2:] + "=" * (-len(token[2:]) % 4)
        data = json.loads(base64.urlsafe_b64decode(padded))
        order, number, place, backwards = data["order"], data["page"], data["place"], data["back"]
        if not isinstance(place, str if order == "sid" else int) or not isinstance(number, int):
            raise ValueError(token)
    except (ValueError, KeyError, TypeError):
        raise bad_parameter("PageToken is not valid") from None
    return order, number, place, bool(backwards)
