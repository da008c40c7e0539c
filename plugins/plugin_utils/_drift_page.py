# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show a report of the changes of a sync as an HTML page.

What users are called is not to be trusted: Jinja escapes every value, which the templates of Ansible do not do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined, Template, UndefinedError
from markupsafe import Markup

from ..module_utils._resources.validators import ValidationError, excerpt

TEMPLATE = Path(__file__).with_name("drift_report.html.j2")
# A list with more users or services than this is folded.
MOST_UNFOLDED = 20
# What a bar shows, from left to right: the key of a summary, and its words.
PARTS = {
    "unchanged": "in sync",
    "left_alone": "left alone",
    "created": "to create",
    "updated": "to change",
    "deleted": "to delete",
    "failed": "failed",
}
BAR_WIDTH = 1000
# So that one of many thousand users is visible.
MIN_WIDTH = 12
# Control characters other than tabs and line breaks, and parts of a broken character.
_CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


class Part(NamedTuple):
    """A part of a bar."""

    key: str
    words: str
    users: int
    x: int
    width: int


def drift_page(report: Any) -> str:
    """Return the page.

    :param report: what ``drift_report`` returned.
    :returns: the HTML.
    :raises ValidationError: it is something else.
    """
    try:
        return _template().render(report=report, most_unfolded=MOST_UNFOLDED)
    except (UndefinedError, TypeError, AttributeError):
        raise ValidationError(f"must be what the filter drift_report returned, got {excerpt(report)}") from None


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, undefined=StrictUndefined, finalize=_visible)
    environment.filters.update(json=_json, parts=lambda counts: list(parts(counts)))
    return environment.from_string(TEMPLATE.read_text("utf-8"))


def parts(counts: Mapping[str, int]) -> Iterator[Part]:
    """Yield the parts of a bar.

    :param counts: the number of users for each key of PARTS; a missing one is 0.
    :returns: the parts that have users.
    """
    total = sum(counts.get(key) or 0 for key in PARTS)
    x = 0
    for key, words in PARTS.items():
        count = counts.get(key) or 0
        if count:
            width = max(count * BAR_WIDTH // total, MIN_WIDTH)
            yield Part(key, words, count, x, width)
            x += width


def _visible(value: Any) -> Any:
    """Return text with control characters as JSON, which escapes them."""
    if isinstance(value, str) and not isinstance(value, Markup) and _CONTROLS.search(value):
        return _escaped(value)
    return value


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _escaped(value) if _CONTROLS.search(text) else text


def _escaped(value: Any) -> str:
    # DEL is a character that JSON allows.
    return json.dumps(value).replace("\x7f", "\\u007f")
