# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hypothesis strategies for JSON as this collection holds it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(Decimal),
    st.sampled_from(
        [Decimal(text) for text in ("1.0", "1", "0", "-0", "9007199254740992", "9007199254740993", "1E+400", "1.10")]
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
# Few names, so that two documents share some.
NAMES = st.one_of(st.sampled_from(["a", "b", "c", "é"]), TEXTS)


def _deeper(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(values, max_size=3), st.dictionaries(NAMES, values, max_size=4))


VALUES = st.recursive(SCALARS, _deeper, max_leaves=8)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)


def without_nulls(value: Any) -> Any:
    """Return a document without members that are null, at any depth of objects."""
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(child) for name, child in value.items() if child is not None}
