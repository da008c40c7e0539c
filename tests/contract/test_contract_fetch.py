# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents are the pinned ones or there are none."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from ansible_collections.community.twilio.tests.contract import fetch_openapi


def tarball(path: Path, files: dict[str, bytes]) -> Path:
    """A package as npm has them."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_complete_documents_are_left_alone(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is downloaded twice."""
    monkeypatch.setattr(fetch_openapi, "download", None)
    assert fetch_openapi.fetch(documents) is False
    done = subprocess.run(
        [sys.executable, fetch_openapi.__file__, str(documents)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{documents}: already there\n"


def test_only_the_two_documents_are_taken(documents: Path, tmp_path: Path) -> None:
    """Whatever else the package holds."""
    files = {fetch_openapi.FOLDER + name: (documents / name).read_bytes() for name in fetch_openapi.SHA256}
    files["package/other.json"] = b"{}"
    folder = tmp_path / "out"
    folder.mkdir()
    fetch_openapi.extract(tarball(tmp_path / "p.tgz", files), folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(fetch_openapi.SHA256)
    assert fetch_openapi.is_complete(folder)
    (folder / "twilio_chat_v2.json").write_bytes(b"{}")
    assert not fetch_openapi.is_complete(folder)


@pytest.mark.parametrize("files", [{}, {fetch_openapi.FOLDER + "twilio_chat_v2.json": b"{}"}])
def test_others_are_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    """A package that changed is not trusted."""
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(fetch_openapi.FetchError, match="is not the pinned one"):
        fetch_openapi.extract(tarball(tmp_path / "p.tgz", files), folder)
    assert list(folder.iterdir()) == []
