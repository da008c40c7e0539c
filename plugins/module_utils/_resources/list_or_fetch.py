# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide how to read many resources: page by page from the list, or one by one."""

from __future__ import annotations


def should_read_page(pages: int, desired: int, missing: int, concurrency: int) -> bool:
    """Return whether to read another page of the list, rather than to fetch what is missing one by one.

    Both ways are counted in round trips. The list costs L of them, one page after another, and L is not known before
    its end. Fetching costs F = desired / concurrency, rounded up. This is the ski rental problem: each page is a day's
    rent, fetching is the purchase. Renting for F - 1 days and buying on the next never costs twice the better way:

    - when the list ends before, its L pages are all that was paid, and L < F;
    - else F - 1 pages are lost and at most F round trips follow, 2 F - 1 in all; since L >= F, the better way is F.

    As soon as one round trip would fetch all that is missing, no page can be cheaper. So a list in which everything
    has been found is not read to its end, and where F is 1 none is begun.

    :param pages: pages that have been read; there are more.
    :param desired: resources that are looked for.
    :param missing: those of them that were not in these pages.
    :param concurrency: requests under way at once.
    :returns: True to read the next page, False to fetch what is missing.
    """
    return missing > concurrency and pages < -(-desired // concurrency) - 1
