# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.twilio.plugins.plugin_utils._mistakes import mistakes

VARIABLES = yaml.safe_load((Path(__file__).resolve().parents[4] / "roles/sync_users/vars/main.yml").read_text())
SPEC, UNSEEN = VARIABLES["_twilio_spec"], VARIABLES["_twilio_unseen"]
KNOWN = [*SPEC, *UNSEEN]
ACCOUNT = "AC" + "1" * 32
NOTHING_READ = {"prune": None, "max_deletions": None, "fail_on_drift": None}


def look(given: dict[str, Any] | None = None, **job: Any) -> dict[str, Any]:
    given = {"twilio_service": "Support", **(given or {})}
    usual = {
        "names": [*given],
        "unseen": UNSEEN,
        "users": ["alice", "bob"],
        "path": "",
        "format": "",
        "text": None,
        "has_service": True,
        "accounts": "",
        "account_sid": "",
        "product": "conversations",
        "reports": True,
    }
    return mistakes(given, SPEC, {**usual, **job})


def test_nothing_is_wrong() -> None:
    assert look() == {"messages": [], "count": 2, **NOTHING_READ}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("prun", "prune"),
        ("user", "users"),
        ("user_file", "users_file"),
        ("servicesid", "service_sid"),
        ("service_id", "service_sid"),
        ("max_deletion", "max_deletions"),
        ("timeout", "timeouts"),
        ("Prune", "prune"),
        ("fail_on_drifts", "fail_on_drift"),
        ("authtoken", "auth_token"),
        ("account", "accounts"),
    ],
)
def test_a_misspelt_variable_is_named(name: str, meant: str) -> None:
    message = f"twilio_{name}: is not known; did you mean twilio_{meant}?"
    assert look(names=[f"twilio_{name}"])["messages"] == [message]


@pytest.mark.parametrize(
    "name",
    [
        "friendly_name",
        "date_created",
        "date_updated",
        "project",
        "team",
        "service_name",
        "role_sid",
        "inventory",
        "foo",
    ],
)
def test_a_variable_of_another_kind_is_left_alone(name: str) -> None:
    assert look(names=[f"twilio_{name}"])["messages"] == []


def test_no_known_name_is_taken_for_another() -> None:
    assert look(names=KNOWN)["messages"] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"twilio_prune": "sometimes"}, "twilio_prune: must be of type bool, got 'sometimes'"),
        ({"twilio_max_deletions": "ten"}, "twilio_max_deletions: must be of type int, got 'ten'"),
        ({"twilio_max_deletions": "Infinity"}, "twilio_max_deletions: must be of type int, got 'Infinity'"),
        ({"twilio_concurrency": -math.inf}, "twilio_concurrency: must be of type int, got '-inf'"),
        ({"twilio_writes_per_second": "fast"}, "twilio_writes_per_second: must be of type float, got 'fast'"),
        ({"twilio_timeouts": "soon"}, "twilio_timeouts: must be of type dict, got 'soon'"),
        ({"twilio_timeouts": ["1"]}, "twilio_timeouts: must be of type dict, got \"['1']\""),
        ({"twilio_state": "gone"}, "value of twilio_state must be one of: present, absent, got: gone"),
        (
            {"twilio_product": "Chat"},
            "value of twilio_product must be one of: conversations, chat, got: Chat",
        ),
        (
            {"twilio_service_sid": "IS1"},
            "twilio_service_sid and twilio_service: only one of them can be given",
        ),
        ({"twilio_report_html": "/"}, "twilio_report_html: must be a file, '/' is a directory"),
        (
            {"twilio_report_html": "a.html", "twilio_report_json": "./a.html"},
            "twilio_report_html: must be another file than twilio_report_json, got 'a.html'",
        ),
        ({"twilio_max_deletions": "-1"}, "twilio_max_deletions: must be 0 or more, got -1"),
    ],
)
def test_a_bad_value(given: dict[str, Any], message: str) -> None:
    assert look(given)["messages"] == [message]


@pytest.mark.parametrize("text", ["true", " True ", "yes", "on", "y", "T", "1", 1, 1.0, True])
def test_true_is_what_a_module_takes_for_true(text: Any) -> None:
    found = look({"twilio_prune": text, "twilio_fail_on_drift": text})
    assert (found["messages"], found["prune"], found["fail_on_drift"]) == ([], True, True)


@pytest.mark.parametrize(("text", "number"), [("5", 5), (" 5 ", 5), (0, 0), ("ten", None)])
def test_a_limit_is_what_a_module_takes_it_for(text: Any, number: int | None) -> None:
    assert look({"twilio_max_deletions": text})["max_deletions"] == number


def test_a_report_must_not_take_the_place_of_anything_where_it_usually_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "twilio_users_report.json")
    given = {"twilio_users_file": path}
    job = {"path": path, "format": "json", "text": "[]", "users": ""}
    assert look(given, **job)["messages"] == [
        "twilio_report_json: must be another file than twilio_users_file, got 'twilio_users_report.json'"
    ]
    # What writes no report takes no place.
    assert look(given, reports=False, **job)["messages"] == []
    assert look({"twilio_report_json": "twilio_users_report.html"})["messages"] == [
        "twilio_report_html: must be another file than twilio_report_json, got 'twilio_users_report.html'"
    ]


@pytest.mark.parametrize("path", ["x" * 300, "a\0b", "~nobody-is-called-so/x"])
def test_a_report_that_can_be_nowhere(path: str) -> None:
    (message,) = look({"twilio_report_json": path})["messages"]
    assert message.startswith("twilio_report_json: must be the path of a file, got ")


def test_a_report_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    assert look({"twilio_report_json": "file/a/report.json"})["messages"] == [
        "twilio_report_json: must be in a folder that can be written to, got 'file/a/report.json'"
    ]


def test_a_report_must_not_take_the_place_of_the_list() -> None:
    given = {"twilio_users_file": "users.csv", "twilio_report_json": "/tmp/users.csv"}
    found = look(given, users=None, path="/tmp/users.csv", format="csv", text="identity\nalice\n")
    message = "twilio_report_json: must be another file than twilio_users_file, got '/tmp/users.csv'"
    assert found == {"messages": [message], "count": 1, **NOTHING_READ}


def test_a_product_that_the_host_has_is_looked_at_too() -> None:
    message = "product: the host's variable must be conversations or chat, got 'voice'"
    assert look(product="voice")["messages"] == [message]
    assert look({"twilio_product": "chat"}, product="voice")["messages"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prune", "yes"),
        ("prune", False),
        ("max_deletions", "0"),
        ("concurrency", 5),
        ("writes_per_second", "0.5"),
        ("timeouts", '{"read": 5}'),
        ("timeouts", "read=5"),
    ],
)
def test_what_a_survey_makes_of_a_value_is_right(name: str, value: Any) -> None:
    assert look({f"twilio_{name}": value})["messages"] == []


FILE = {"twilio_users_file": "users.csv"}


@pytest.mark.parametrize(
    ("given", "job", "message"),
    [
        (
            {},
            {"users": None},
            "twilio_users or twilio_users_file: one of them must be given; an empty list is written as []",
        ),
        (
            {},
            {"users": ""},
            "twilio_users or twilio_users_file: one of them must be given; an empty list is written as []",
        ),
        (FILE, {"users": []}, "twilio_users and twilio_users_file: only one of them can be given"),
        (
            {"twilio_users_file": "users.txt"},
            {"users": None},
            "twilio_users_file: must end in .yml, .yaml, .json or .csv, got 'users.txt'",
        ),
        (
            FILE,
            {"users": None, "format": "csv", "path": "/x/users.csv"},
            "twilio_users_file: there is no file '/x/users.csv'",
        ),
        (
            FILE,
            {"users": None, "format": "csv", "text": ""},
            "twilio_users_file: holds nothing; an empty list has the line with the names of the columns",
        ),
        (
            {},
            {"users": "- 1"},
            (
                "twilio_users: users[0]: must be a dictionary, or an identity as text, got the number 1;"
                " put it in quotes"
            ),
        ),
        (
            {},
            {"has_service": False},
            (
                "twilio_service_sid or twilio_service: one of them must be given, or the host have the variable"
                " service_sid"
            ),
        ),
        ({}, {"accounts": {}, "account_sid": ACCOUNT}, f"twilio_accounts: has no entry for {ACCOUNT}; it has none"),
    ],
)
def test_what_does_not_go_together(given: dict[str, Any], job: dict[str, Any], message: str) -> None:
    assert look(given, **job)["messages"] == [message]


def test_all_mistakes_at_once() -> None:
    found = look({"twilio_prune": "x"}, names=["twilio_prun"], users=[1], has_service=False, accounts="x")
    assert len(found["messages"]) == 5
    assert found["count"] is None


def test_users_are_counted() -> None:
    found = look(FILE, users=None, format="csv", text="identity\na\nb\nc\n")
    assert found == {"messages": [], "count": 3, **NOTHING_READ}
    assert look(users="[]")["count"] == 0
