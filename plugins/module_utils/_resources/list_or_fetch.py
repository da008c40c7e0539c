# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether to read many resources from the list or one by one."""

from __future__ import annotations


def should_read_page(pages: int, desired: int, missing: int, concurrency: int) -> bool:
    """Return whether to read another page of the list, rather than to fetch what is missing one by one.

    The cost is counted in round trips. Reading the whole list costs one for each of its L pages, but L is not known in
    advance. Fetching one by one costs F = desired / concurrency, rounded up. This is the ski rental problem: each page
    is a day's rent, fetching is the purchase. Reading at most F - 1 pages before fetching never costs twice the
    optimum:

    - if the list ends within them, the cost is L, which is less than F and thus optimal;
    - otherwise the cost is at most F - 1 pages and F more round trips, 2 F - 1 in total; since L >= F, the optimum is
      F.

    As soon as one round trip can fetch everything that is missing, no page can be cheaper. So the rest of the list is
    not read once all resources have been found, and the list is not read at all if F is 1.

    :param pages: the number of pages read so far; there are more.
    :param desired: the number of wanted resources.
    :param missing: the number of wanted resources that were not in these pages.
    :param concurrency: the number of concurrent requests.
    :returns: True to read the next page, False to fetch what is missing.
    """
    return missing > concurrency and pages < -(-desired // concurrency) - 1
