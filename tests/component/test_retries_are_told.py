# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person is told while Twilio does not answer, or answers with errors."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._converge import progress, workers
from ansible_collections.community.twilio.plugins.module_utils._modules.base import (
    ModuleDefinition,
    ModuleError,
    TaskContext,
)
from ansible_collections.community.twilio.plugins.module_utils._twilio import retry_reporter
from ansible_collections.community.twilio.tests.unit.plugins.support.twilio import (
    ROLE_INFO_MODULES,
    ROLE_MODULES,
    SERVICE_INFO_MODULES,
    SERVICE_MODULES,
    USER_INFO_MODULES,
    USER_MODULES,
    USERS_MODULES,
    Twilio,
    validated,
)

INTERVAL = 0.1
Fault = tuple[str, dict[str, Any]]

UNAVAILABLE: Fault = ("status", {"status": 503, "body": "html"})
LIMITED: Fault = ("status", {"status": 429, "code": 20429, "message": "Too many requests"})
HANG: Fault = ("hang", {"seconds": 20})
DROP: Fault = ("drop_before", {})
ANSWER_503 = "Twilio answered 503 Service Unavailable, without Twilio's explanation; trying again"
ANSWER_429 = "Twilio answered 429 Too Many Requests, code 20429: Too many requests; trying again"
FRESH = {"identity": "alice"}


@pytest.fixture
def twilio(conversations: Twilio, monkeypatch: pytest.MonkeyPatch) -> Twilio:
    for module in (progress, retry_reporter):
        monkeypatch.setattr(module, "INTERVAL_SECONDS", INTERVAL)
    monkeypatch.setattr(workers, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(retry_reporter, "POLL_SECONDS", 0.02)
    # Longer than a busy machine may take between two polls.
    monkeypatch.setattr(retry_reporter, "PAUSE_SECONDS", 30.0)
    return conversations


def told(twilio: Twilio, module: ModuleDefinition, **options: Any) -> tuple[list[str], list[str]]:
    """Run a task that fails.

    :returns: the lines about the task, and those about each attempt.
    """
    timeouts = dict.fromkeys(module.spec({})["argument_spec"]["timeouts"]["options"], 1.0)
    lines: list[str] = []
    attempts: list[str] = []
    arguments = validated(module, {**twilio.options, "timeouts": timeouts, **options}, {})
    with pytest.raises(ModuleError):
        module.execute(arguments, TaskContext(False, False, {}, lines.append, attempts.append))
    assert twilio.options["auth_token"] not in "".join(lines + attempts)
    return lines, attempts


@pytest.mark.parametrize(
    ("modules", "options", "operation"),
    [
        (USER_MODULES, FRESH, "read user 'alice' in Conversations service IS"),
        (USER_MODULES, {**FRESH, "service": "Shop"}, "list the services of Conversations"),
        (USER_INFO_MODULES, {}, "list the users of Conversations service IS"),
        (ROLE_MODULES, {"friendly_name": "x"}, "list the roles of Conversations service IS"),
        (ROLE_INFO_MODULES, {}, "list the roles of Conversations service IS"),
        (SERVICE_MODULES, {"friendly_name": "x"}, "list the services of Conversations"),
        (SERVICE_INFO_MODULES, {}, "list the services of Conversations"),
        (USERS_MODULES, {"users": [FRESH], "prune": True}, "list the users of Conversations service IS"),
    ],
)
def test_every_module_tells_what_is_tried_again_and_why(
    twilio: Twilio, modules: Any, options: dict[str, Any], operation: str
) -> None:
    module = modules[twilio.name]
    kind, details = UNAVAILABLE
    twilio.fault(kind, "GET", times=None, **details)
    if "service_sid" in module.spec({})["argument_spec"] and "service" not in options:
        options = {**options, "service_sid": twilio.service_sid}
    lines, attempts = told(twilio, module, **options)
    # On a busy machine, the first attempt may take long too.
    lines = [line for line in lines if not line.startswith("no answer")]
    assert lines
    assert all(line.startswith(f"could not {operation}") for line in lines)
    assert all(f": {ANSWER_503} for at most " in line and line.endswith(" s (timeouts.read)") for line in lines)
    assert all(re.search(rf": {ANSWER_503} in \d+\.\d s$", line) for line in attempts)


@pytest.mark.parametrize(
    ("fault", "method", "line"),
    [
        (UNAVAILABLE, "POST", f"could not create user 'alice' in .*: {ANSWER_503} for at most . s .timeouts.create."),
        (LIMITED, "GET", f"could not read user 'alice' in .*: {ANSWER_429} for at most . s .timeouts.read."),
        (DROP, "GET", "could not read user 'alice' in .*: the connection to .* broke: .*; trying again for at most .*"),
        (HANG, "GET", "no answer from Twilio yet; waiting for at most . s .timeouts.read."),
        (HANG, "POST", "no answer from Twilio yet; waiting for at most . s .timeouts.create."),
    ],
)
def test_each_kind_of_trouble_is_told(twilio: Twilio, fault: Fault, method: str, line: str) -> None:
    kind, details = fault
    twilio.fault(kind, method, times=None, **details)
    lines, _attempts = told(twilio, USER_MODULES[twilio.name], service_sid=twilio.service_sid, **FRESH)
    assert [each for each in lines if re.fullmatch(line, each)]
    # On a busy machine, the first attempt may take long too.
    assert [each for each in lines if not re.fullmatch(f"{line}|no answer from Twilio yet; .*", each)] == []


@pytest.mark.parametrize(
    ("fault", "method", "line"),
    [
        (UNAVAILABLE, "GET", f"0 users read; could not read user '[ab]' in .*: {ANSWER_503} for at most .*"),
        (UNAVAILABLE, "POST", f"0 of 2 users written; could not create user '[ab]' in .*: {ANSWER_503} for at most .*"),
        (LIMITED, "POST", f"0 of 2 users written; could not create user '[ab]' in .*: {ANSWER_429} for at most .*"),
        (HANG, "GET", "0 users read; no answer from Twilio yet; waiting for at most .*"),
    ],
)
def test_bulk_tells_why_nothing_advances(twilio: Twilio, fault: Fault, method: str, line: str) -> None:
    kind, details = fault
    twilio.fault(kind, method, times=None, **details)
    users = [{"identity": "a"}, {"identity": "b"}]
    lines, _attempts = told(twilio, USERS_MODULES[twilio.name], service_sid=twilio.service_sid, users=users)
    # The first line may be due before an operation has taken long, and the last one after it has ended.
    assert [each for each in lines if re.fullmatch(line, each)]
    # A last line may be due when the time of one user is over, or of both.
    odd = [each for each in lines if not re.match("[012] (users read|of 2 users written)", each)]
    assert odd == []
