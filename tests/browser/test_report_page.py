# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the playbook report_users in a real browser. Each test also fails by what open_page sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.sample import many, page, result, sample
from tests.unit.plugins.support.html_page import HOSTILE

PHONE = {"width": 360, "height": 740}
FOLDED = "To create: 25 users"
ROW = "agent-25@example.com"

# The smallest contrast of a text with what is behind it, and of the outline of a bar, as WCAG 2.2 defines it.
CONTRAST = r"""() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map(Number).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : colour;
  };
  const texts = [], bars = [];
  for (const element of document.querySelectorAll('body *')) {
    const style = getComputedStyle(element);
    if (element.tagName === 'rect') bars.push(ratio(light(style.stroke), light(behind(document.body))));
    else if ([...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
      texts.push(ratio(light(style.color), light(behind(element))));
  }
  return [Math.min(...texts), Math.min(...bars), texts.length];
}"""
VISIBLE = "element => element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})"


def unfold_all(opened: Page) -> None:
    for folded in opened.locator("details:not([open]) > summary").all():
        folded.click()
    expect(opened.locator("details:not([open])")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_long_lists_fold(open_page: OpenPage, script: bool) -> None:
    opened = open_page(sample(), java_script_enabled=script)
    summary, row = opened.get_by_text(FOLDED), opened.get_by_text(ROW)
    expect(row).to_be_hidden()
    # A short one is unfolded.
    expect(opened.get_by_text("mallory", exact=True)).to_be_visible()
    summary.click()
    expect(row).to_be_visible()
    summary.press("Enter")
    expect(row).to_be_hidden()


def test_bars_have_names(open_page: OpenPage) -> None:
    opened = open_page(sample())
    bars = opened.get_by_role("img")
    names = [each.get_attribute("aria-labelledby") or "" for each in bars.all()]
    # One for all, and one for each service that could be read.
    assert len(names) == len(set(names)) == 4
    for words in (
        "185 in sync, 12 left alone, 26 to create, 2 to change, 1 to delete, 1 failed",
        "118 in sync, 25 to create, 2 to change, 1 to delete",
        "64 in sync, 12 left alone",
        "3 in sync, 1 to create, 1 failed",
    ):
        expect(opened.get_by_role("img", name=words, exact=True)).to_have_count(1)
    for each in bars.all():
        # Even the smallest part can be seen.
        widths = each.evaluate("bar => [bar, ...bar.children].map(part => part.getBoundingClientRect().width)")
        assert widths[0] > 500
        assert min(widths[2:]) > 5


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 256, "<img src=https://example.com/x onerror=alert(1)>"])
def test_a_hostile_value_shows_as_it_is(open_page: OpenPage, text: str) -> None:
    values = {"friendly_name": text, "attributes": {text: text, "list": [text]}}
    failed = (text + "f", None, text)
    html = page(result([(text, None, values), failed]), service=text, account_sid=text)
    opened = open_page(html, viewport=PHONE)
    shown = opened.locator("details.created th[scope=row]").inner_text()
    value = opened.locator("details.created td.after").first.inner_text()
    assert shown == value
    if text.replace("\u202e", "").isprintable():
        assert shown == text
    else:
        assert shown.startswith('"') and "\\u" in shown
    # It does not turn what follows it.
    assert opened.locator("bdi").first.evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"
    assert opened.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_phone_needs_no_sideways_scrolling(open_page: OpenPage) -> None:
    opened = open_page(sample(), viewport=PHONE, is_mobile=True, has_touch=True)
    unfold_all(opened)
    assert opened.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [PHONE["width"]] * 2
    # Where the columns have no heads, the cells say what they are.
    before = opened.locator("details.updated td.before").first
    assert before.evaluate("element => getComputedStyle(element, '::before').content") == '"before: "'


@pytest.mark.parametrize("media", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"media": "print"}], ids=str)
def test_contrast(open_page: OpenPage, media: dict[str, Any]) -> None:
    opened = open_page(sample())
    unfold_all(opened)
    opened.emulate_media(**media)
    texts, bars, count = opened.evaluate(CONTRAST)
    assert count > 100
    assert texts >= 4.5
    assert bars >= 3
    page_is_dark = opened.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert page_is_dark is (media.get("color_scheme") == "dark")


def test_paper_has_everything(open_page: OpenPage, tmp_path: Path) -> None:
    opened = open_page(sample())
    row = opened.get_by_text(ROW)
    assert not row.evaluate(VISIBLE)
    opened.emulate_media(media="print", color_scheme="dark")
    assert row.evaluate(VISIBLE)
    # Dark pages waste ink; and the parts of bars keep their colours.
    style = "(name) => getComputedStyle(document.body)[name]"
    assert [opened.evaluate(style, name) for name in ("backgroundColor", "printColorAdjust")] == [
        "rgb(255, 255, 255)",
        "exact",
    ]
    opened.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").stat().st_size > 10_000


def test_values_by_key_and_roles_by_name(open_page: OpenPage) -> None:
    opened = open_page(sample())
    table = opened.locator("details.updated table")
    assert [row.all_inner_texts() for row in (each.locator("th, td") for each in table.locator("tr").all())] == [
        ["User", "Field", "Before", "After"],
        ["alice", "friendly_name", "Alice", "Alice A."],
        ["role", "guest", "agent"],
        ["attributes.address.city", "Utrecht", "Leiden"],
        ["attributes.languages", "not set", '["en", "nl"]'],
        ["bob", "attributes.phones[0].number", "100", "101"],
    ]


def test_thousands_of_users_are_shown(open_page: OpenPage) -> None:
    opened = open_page(page(result(many(2_000))))
    last = opened.get_by_text("agent-2000@example.com")
    expect(last).to_be_hidden()
    opened.locator("summary").click()
    expect(last).to_be_visible()
