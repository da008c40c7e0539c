# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find a Chromium for Playwright, or install one. `python -m tests.harness.browser` makes sure that there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core")


def of_the_system() -> str | None:
    """Return the path of a Chromium on PATH; None if there is none, where Playwright may have one of its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium, closed at the end."""
    # Chromium refuses its sandbox to root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=of_the_system(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def starts() -> str:
    """Start the browser; return why it does not, or nothing."""
    try:
        with running_browser():
            return ""
    except Error as error:
        return str(error)


def main() -> None:
    """Make sure that there is a browser."""
    if not starts():
        return
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        commands = [["apt-get", "update"], list(APT)]
    for command in commands:
        print(" ".join(command), flush=True)
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            break
    if reason := starts():
        sys.exit(f"The tests of pages need a Chromium, and there is none: install one of {', '.join(NAMES)}.\n{reason}")


if __name__ == "__main__":
    main()
