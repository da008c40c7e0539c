# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python runs this at its start, where a test puts this folder on PYTHONPATH. It changes ansible-playbook only.

TEST_CONTROLLER=without-sdk: the SDK cannot be imported.
TEST_CONTROLLER=without-name: ansible-core lacks a name that running modules on the controller needs.
TEST_CONTROLLER=crash: every request ends in an exception that no one expects.
TEST_CONTROLLER=imports: at its end, the process writes the names of all imported modules to TEST_IMPORTS_FILE.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from typing import Any

WISH = os.environ.get("TEST_CONTROLLER")


class _Hide:
    def find_spec(self, name: str, *_others: Any) -> None:
        if name.split(".")[0] == "twilio":
            raise ImportError("No module named 'twilio' (hidden by a test)")


class _Lack:
    def find_spec(self, name: str, *_others: Any) -> None:
        if name == "twilio":
            # Ansible itself has to have it.
            import ansible.plugins.action  # noqa: F401
            from ansible.module_utils.common import arg_spec

            del arg_spec.ArgumentSpecValidator


class _Break:
    def find_spec(self, name: str, *_others: Any) -> None:
        if name == "twilio.http.http_client":
            import requests

            def send(*_arguments: Any, **_options: Any) -> None:
                raise ZeroDivisionError("a crash that a test asked for")

            requests.Session.send = send  # type: ignore[method-assign, assignment]  # that is the point


def _write_imports() -> None:
    Path(os.environ["TEST_IMPORTS_FILE"]).write_text("\n".join(sorted(sys.modules)), encoding="utf-8")


if WISH and Path(sys.argv[0] if hasattr(sys, "argv") else sys.orig_argv[1]).name == "ansible-playbook":
    if WISH == "without-sdk":
        sys.meta_path.insert(0, _Hide())
    elif WISH == "without-name":
        sys.meta_path.insert(0, _Lack())
    elif WISH == "crash":
        sys.meta_path.insert(0, _Break())
    elif WISH == "imports":
        atexit.register(_write_imports)
