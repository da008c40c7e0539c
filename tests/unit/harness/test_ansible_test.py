# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-test gets although it clears the environment."""

from __future__ import annotations

import configparser
from pathlib import Path

from ansible_collections.community.twilio.tests.harness.ansible_test import write_pip_settings


def test_settings_of_pip_are_handed_on_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / ".pip" / "pip.conf"
    environment = {
        "PIP_CERT": "/etc/company.pem",
        "PIP_INDEX_URL": "https://user:a%20password@example.com/simple",
        "PIP_EXTRA_INDEX_URL": "https://a.example.com\nhttps://b.example.com",
        "PIP_CONFIG_FILE": "/etc/another-pip.conf",
        "PATH": "/bin",
    }
    write_pip_settings(file, environment)
    parser = configparser.RawConfigParser()
    parser.read(file)
    assert {section: dict(parser[section]) for section in parser.sections()} == {
        "global": {
            "cert": "/etc/company.pem",
            "index-url": "https://user:a%20password@example.com/simple",
            "extra-index-url": "https://a.example.com https://b.example.com",
        }
    }
    assert file.stat().st_mode & 0o077 == 0
