# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in what a job leaves behind."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from .job import IDENT, Ran


def leaks(ran: Ran, *secrets: str) -> list[str]:
    """Where any of the secrets is, in any form.

    What AWX deletes with the container is left out: the files in env, and the command, in which ansible-runner writes
    the whole environment.
    """
    return [
        f"{place}: {secret}"
        for place, text in _kept(ran)
        for secret in secrets
        if any(form in text for form in _forms(secret))
    ]


def _kept(ran: Ran) -> Iterator[tuple[str, str]]:
    yield "events", json.dumps(ran.events, ensure_ascii=False)
    yield "output", ran.output
    yield "stored environment", json.dumps(ran.environment, ensure_ascii=False)
    yield "stored arguments", json.dumps(ran.arguments, ensure_ascii=False)
    for path in ran.folder.rglob("*"):
        name = path.relative_to(ran.folder).as_posix()
        if path.is_file() and not name.startswith("env/") and name != f"artifacts/{IDENT}/command":
            yield name, path.read_text(errors="replace")


def _forms(secret: str) -> set[str]:
    plain = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    return plain | {base64.b64encode(secret.encode()).decode()}
