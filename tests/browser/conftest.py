# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every test of a page needs: a browser, and a page in it that tells of everything that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.harness.browser import running_browser

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of the session. Without one, the tests fail."""
    with running_browser() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Open HTML from a file, with options of a browser context.

    At the end, nothing may have been written to the console, and nothing been requested but the file.
    """
    said: list[str] = []
    requested: list[str] = []
    contexts = []
    path = tmp_path / "page.html"

    def answer(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def open_it(html: str, **options: Any) -> Page:
        path.write_text(html, "utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", answer)
        page.on("request", lambda request: requested.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert said == []
    assert set(requested) <= {path.as_uri()}
