# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the picture of the report in the guide anew: `nox -s pictures`.

antsibull-docs only takes the text of a guide, so the picture is a part of it.
"""

from __future__ import annotations

import base64
import io
import re

from PIL import Image
from playwright.sync_api import ViewportSize

from tests.browser.sample import small_sample
from tests.harness.browser import running_browser
from tests.harness.paths import ROOT

GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_playbooks.rst"
SIZE: ViewportSize = {"width": 800, "height": 600}
COLOURS = 48
MAX_BYTES = 40_000
_DIRECTIVE = re.compile(r"(?m)^(\.\. \|report\| image:: data:image/png;base64,).*$")


def picture() -> bytes:
    """Return a picture of the page as PNG, with few colours."""
    with running_browser() as browser:
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.set_content(small_sample())
        shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    out = io.BytesIO()
    shot.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def main() -> None:
    """Put the picture into the guide."""
    png = picture()
    if len(png) > MAX_BYTES:
        raise SystemExit(f"The picture has {len(png)} bytes, more than {MAX_BYTES}.")
    text, count = _DIRECTIVE.subn(lambda match: match[1] + base64.b64encode(png).decode(), GUIDE.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{GUIDE} has {count} places for the picture.")
    GUIDE.write_text(text, "utf-8")
    print(f"Wrote a picture of {len(png)} bytes to {GUIDE}")


if __name__ == "__main__":
    main()
