# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.list_or_fetch import should_read_page


def read(listed: list[bool], absent: int, page_size: int, concurrency: int) -> tuple[int, int]:
    """Read as a task does.

    :param listed: for each user of the service, in the list's order, whether it is desired.
    :param absent: how many are desired that are not there.
    :returns: the pages, and the users that were fetched after them.
    """
    desired = missing = sum(listed) + absent
    pages, last = 0, False
    while not last and should_read_page(pages, desired, missing, concurrency):
        missing -= sum(listed[pages * page_size : (pages + 1) * page_size])
        pages += 1
        last = pages * page_size >= len(listed)
    return pages, 0 if last else missing


def round_trips(users: int, concurrency: int) -> int:
    return -(-users // concurrency)


@st.composite
def services(draw: st.DrawFn) -> list[bool]:
    """A service's users: none desired, all, at random, or those that a list shows first or last."""
    total = draw(st.integers(0, 400))
    desired = draw(st.integers(0, total))
    shape = draw(st.sampled_from(["first", "last", "anywhere"]))
    listed = [True] * desired + [False] * (total - desired)
    if shape == "last":
        listed.reverse()
    elif shape == "anywhere":
        draw(st.randoms(use_true_random=False)).shuffle(listed)
    return listed


@given(
    listed=services(),
    absent=st.integers(0, 300),
    page_size=st.integers(1, 20),
    concurrency=st.integers(1, 100),
)
# All are on the last page; nobody is there; the list is endless; one page would do.
@example(listed=[False] * 380 + [True] * 20, absent=0, page_size=20, concurrency=1)
@example(listed=[], absent=300, page_size=20, concurrency=1)
@example(listed=[False] * 400, absent=300, page_size=1, concurrency=1)
@example(listed=[True] * 20, absent=0, page_size=20, concurrency=1)
def test_reading_never_costs_twice_the_better_way(
    listed: list[bool], absent: int, page_size: int, concurrency: int
) -> None:
    desired = sum(listed) + absent
    pages, fetched = read(listed, absent, page_size, concurrency)
    whole_list = max(1, round_trips(len(listed), page_size))
    fetch_all = round_trips(desired, concurrency)
    cost = pages + round_trips(fetched, concurrency)
    if desired == 0:
        assert cost == 0
    else:
        assert cost < 2 * min(whole_list, fetch_all)


@given(listed=services(), absent=st.integers(0, 300), page_size=st.integers(1, 20), concurrency=st.integers(1, 100))
def test_what_a_page_cannot_beat_is_fetched(listed: list[bool], absent: int, page_size: int, concurrency: int) -> None:
    desired = sum(listed) + absent
    pages, _fetched = read(listed, absent, page_size, concurrency)
    assert pages < max(1, round_trips(desired, concurrency))
    if desired <= concurrency:
        assert pages == 0


@pytest.mark.parametrize("page_size", [50, 100])
@pytest.mark.parametrize(("listed", "absent"), [([True] * 1000, 0), ([], 1000)], ids=["all there", "none there"])
def test_a_thousand_users_are_read_from_the_list(page_size: int, listed: list[bool], absent: int) -> None:
    assert read(listed, absent, page_size, 10) == (max(1, len(listed) // page_size), 0)


def test_a_list_is_left_when_one_round_trip_fetches_the_rest() -> None:
    assert read([True] * 95 + [False] * 900, 5, 10, 5) == (10, 5)
    # As long as there are more, it is read on.
    assert read([True] * 94 + [False] * 900, 6, 10, 5) == (19, 6)


def test_a_list_that_holds_nothing_wanted_is_left_after_what_fetching_costs() -> None:
    assert read([False] * 10_000, 40, 50, 10) == (3, 40)
