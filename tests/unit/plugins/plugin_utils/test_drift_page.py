# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report. tests/browser looks at it in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._drift_page import MOST_UNFOLDED, drift_page, parts
from ansible_collections.community.twilio.plugins.plugin_utils._drift_report import drift_report
from ansible_collections.community.twilio.tests.unit.plugins.support.html_page import CONTROLS, HOSTILE, Page

NOTHING = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}


def page(*results: dict[str, Any], **values: Any) -> str:
    hosts = [f"host-{number}" for number in range(len(results))]
    return drift_page(drift_report(hosts, [values for _host in hosts], results))


def created(identities: list[str]) -> dict[str, Any]:
    return {
        "summary": {**NOTHING, "created": len(identities)},
        "results": [
            {"identity": each, "action": "created", "changed_fields": ["friendly_name"]} for each in identities
        ],
        "diff": {
            "before": {},
            "after": {
                each: {"identity": each, "friendly_name": each, "attributes": {each: [each]}} for each in identities
            },
        },
    }


texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=8)


@given(texts.map("".join))
def test_every_value_stays_text(text: str) -> None:
    values = dict.fromkeys(("product", "service_sid", "service", "account_sid"), text)
    failed = {**NOTHING, "failed": 1}
    entry = {"identity": text, "action": "failed", "changed_fields": [], "msg": text}
    results = [created([text]), {"msg": text, "summary": failed, "results": [entry]}, {"summary": NOTHING}]
    source = page(*results, **values, price_per_active_user=1, price_currency="</p>")
    assert not CONTROLS.search(source)
    found, plain = Page(source), Page(page(*results, **dict.fromkeys(values, "x"), price_per_active_user=1))
    # The same elements as without it.
    assert sorted(set(found.tags)) == sorted(set(plain.tags))
    assert not [name for name, _value in found.attributes if name.startswith("on") or name in ("src", "href", "style")]
    if text.isprintable() and text:
        assert found.cells.count(text) >= 3


def test_long_lists_are_folded() -> None:
    for count, is_open in ((MOST_UNFOLDED, True), (MOST_UNFOLDED + 1, False)):
        names = [str(number) for number in range(count)]
        assert ('<details class="created" open>' in page(created(names))) is is_open
        assert ("<details open>" in page(*[{"summary": NOTHING}] * count)) is is_open


def test_lists_that_are_cut_short() -> None:
    short = created(["a", "b"])
    source = page({**short, "results": short["results"][:1], "results_left_out": 1})
    assert "To create: 2 users, of which 1 are listed" in source
    assert "1 more user is not listed here." in source
    # Without diff mode, the values are not known.
    assert Page(page({**short, "diff": {}})).words.count("no other fields") == 2


counts = st.dictionaries(st.sampled_from([*NOTHING, "left_alone"]), st.integers(0, 10**6))


@given(counts)
def test_bars(found: dict[str, int]) -> None:
    shown = list(parts(found))
    assert {part.key: part.users for part in shown} == {key: users for key, users in found.items() if users}
    assert all(one.x + one.width == other.x for one, other in zip(shown, shown[1:]))
    assert all(part.width >= 12 for part in shown)
    # What is more is not shorter.
    by_users = sorted(shown, key=lambda part: part.users)
    assert [part.width for part in by_users] == sorted(part.width for part in shown)


def test_a_bar_for_each_service_and_one_for_all() -> None:
    source = page(created(["a"]), {"summary": {**NOTHING, "unchanged": 2, "left_alone": 3}}, {"msg": "No"})
    assert re.findall(r'<title id="(.*?)">(.*?)</title>', source) == [
        ("all", "2 in sync, 3 left alone, 1 to create"),
        ("differs-1", "1 to create"),
        ("same-1", "2 in sync, 3 left alone"),
    ]


@pytest.mark.parametrize("report", [None, "", [], {}, {"totals": {}}, {"services": 5}])
def test_something_else_is_refused(report: Any) -> None:
    with pytest.raises(ValidationError, match="must be what the filter drift_report returned, got "):
        drift_page(report)
