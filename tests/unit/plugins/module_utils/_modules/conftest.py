# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixture that runs a module as ansible-core does."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, Callable

import pytest
from ansible.module_utils import basic

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a main as ansible-core runs it, and returns what it printed.

    It ends with the given status; None is any.
    """

    def run(main: Callable[[], None], parameters: Mapping[str, Any], status: int | None = 0) -> dict[str, Any]:
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": parameters}).encode()
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", arguments)
        # Where parts of the controller are loaded, as they are here, ansible-core displays a module's warnings at once.
        warnings: list[str] = []
        monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, warning, **_details: warnings.append(warning))
        # ansible-core 2.19 and newer asks for it.
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        monkeypatch.setattr("sys.stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            main()
        assert status in (None, ended.value.code)
        printed = capsys.readouterr()
        assert printed.err == ""
        result = json.loads(printed.out)
        assert isinstance(result, dict)
        if warnings:
            result["warnings"] = warnings
        # ansible-core 2.22 and newer tell the controller what it has to mask, and take it out there.
        result.pop("_ansible_new_secrets", None)
        return result

    return run
