# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read an HTML page as a browser does, and hostile values that it has to show as text."""

from __future__ import annotations

import html.parser
import re

HOSTILE = [
    "<script>alert(1)</script>",
    "\"quoted\" & 'so'",
    "\u202eesrever",
    "</td></table><h1>x",
    "{{ 1 + 1 }}",
    "a\u0085b",
    "\u001b[31m[WARNING]: forged\u001b[0m",
    "nul\0 del\x7f csi\x9b31m",
]
# NUL, ESC and the like, and the C1 characters, which some terminals take for ESC and a letter.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Page(html.parser.HTMLParser):
    """A page as a browser takes it: its elements are closed in order, and its text is what was meant."""

    VOID = ("meta", "br", "link", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.cells: list[str] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self._open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        """It has to be the one that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep it."""
        if "style" not in self._open:
            self.words += data
        if {"td", "th"} & set(self._open):
            self.cells[-1] += data
