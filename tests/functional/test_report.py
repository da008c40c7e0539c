# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook report_users: it changes nothing, and its report is what the sync then does."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from tests.functional.playbooks import NO_SERVICE, REPORT, SYNC, Playbooks, numbers, playbooks, words
from tests.harness.emulator import RunningEmulator
from tests.harness.playbook import Result
from tests.unit.plugins.support.html_page import CONTROLS, HOSTILE, Page

__all__ = ["playbooks"]

JSON, PAGE = "twilio_users_report.json", "twilio_users_report.html"
WANTED = [
    {"identity": "alice", "friendly_name": "Alice", "attributes": {"team": "support"}},
    {"identity": "bob"},
    {"identity": "carol", "friendly_name": "Carol"},
]


def seed(emulator: RunningEmulator) -> None:
    users = [
        {"identity": "alice", "friendly_name": "Al", "attributes": {"team": "support"}},
        {"identity": "bob"},
        {"identity": "old", "attributes": {"a": 1}},
    ]
    emulator.seed({"services": [{"sid": emulator.service_sid, "users": users}]})


def read(folder: Path, name: str = JSON) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / name).read_text())
    return report


def page(folder: Path, name: str = PAGE) -> Page:
    return Page((folder / name).read_text())


def changed(report: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """What happens to whom."""
    return [(user["identity"], user["action"], user["changed_fields"]) for user in report["services"][0]["users"]]


def test_it_is_what_the_sync_then_does(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    seed(emulator)
    variables = {"twilio_users": WANTED, "twilio_prune": True}
    for arguments in ([], ["--diff", "--check"]):
        for name in (JSON, PAGE):
            (playbooks.folder / name).unlink(missing_ok=True)
        result = playbooks(REPORT, variables, *arguments)
        assert playbooks.writes == []
        # With prune, the list of users; and the names of the roles, since a user with a role would be deleted.
        assert playbooks.reads == 2
        check_report(read(playbooks.folder), result, emulator.service_sid)
        # A diff, where one is asked for, is only shown of what counts as changed.
        shown = "--diff" in arguments
        assert result.changed == ["Compare the users of Conversations"] * shown
        assert ('-        "friendly_name": "Al"' in result.output) is shown
    check_page(playbooks.folder)
    report = read(playbooks.folder)
    # And another report after it.
    done = playbooks(SYNC, variables, then=REPORT).of("Sync the users of Conversations")
    assert done["summary"] == report["services"][0]["summary"]
    assert [(user["identity"], user["action"], user["changed_fields"]) for user in done["results"]] == changed(report)
    assert read(playbooks.folder)["headline"] == "1 service is in sync."


def check_report(report: dict[str, Any], result: Result, service_sid: str) -> None:
    sentence = "A sync would create 1, change 1 and delete 1 user."
    assert report["headline"] == f"1 service differs. {sentence}"
    [service] = report["services"]
    assert service["users"] == [
        {
            "identity": "alice",
            "action": "updated",
            "changed_fields": ["friendly_name"],
            "before": {"friendly_name": "Al"},
            "after": {"friendly_name": "Alice"},
            "changes": [{"path": "friendly_name", "before": "Al", "after": "Alice"}],
            "error": None,
        },
        {
            "identity": "carol",
            "action": "created",
            "changed_fields": ["friendly_name"],
            "before": None,
            "after": {"identity": "carol", "friendly_name": "Carol"},
            "changes": [{"path": "friendly_name", "after": "Carol"}],
            "error": None,
        },
        {
            "identity": "old",
            "action": "deleted",
            "changed_fields": [],
            "before": {
                "identity": "old",
                "friendly_name": "",
                "role_sid": service["users"][2]["before"]["role_sid"],
                "attributes": {"a": 1},
            },
            "after": None,
            "changes": [
                {"path": "friendly_name", "before": ""},
                {"path": "role", "before": "service user"},
                {"path": "attributes.a", "before": 1},
            ],
            "error": None,
        },
    ]
    assert words(result) == [f"Conversations service {service_sid}: {sentence[0].lower()}{sentence[1:]}"]
    assert numbers(result) == report["totals"]


def check_page(folder: Path) -> None:
    text = (folder / PAGE).read_text()
    found = page(folder)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert {"title", "main", "h1", "h2", "h3", "details", "summary", "svg"} <= set(found.tags)
    assert "None" not in found.words
    # Nothing is loaded from anywhere, and nothing runs.
    assert not {"script", "img", "link", "iframe"} & set(found.tags)
    assert not [name for name, _value in found.attributes if name in ("src", "href") or name.startswith("on")]
    assert "url(" not in text and "@import" not in text
    # Every column and every row has a header.
    assert {value for name, value in found.attributes if name == "scope"} == {"col", "row"}
    assert read(folder)["headline"] in found.words
    # Both files have the same time.
    assert ("datetime", read(folder)["generated_at"]) in found.attributes
    assert "1 in sync, 1 to create, 1 to change, 1 to delete" in found.words
    table = [cell.strip() for cell in found.cells[found.cells.index("User") :]]
    assert table == [
        *("User", "Field", "Value", "old", "friendly_name", "empty", "role", "service user", "attributes.a", "1"),
        *("User", "Field", "Before", "After", "alice", "friendly_name", "Al", "Alice"),
        *("User", "Field", "Value", "carol", "friendly_name", "Carol"),
    ]


def test_hostile_values(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    users = [{"identity": text, "friendly_name": text, "attributes": {text: text}} for text in HOSTILE]
    emulator.seed({"services": [{"sid": emulator.service_sid, "friendly_name": HOSTILE[0], "users": users}]})
    name = HOSTILE[0]
    playbooks(REPORT, {"twilio_service_sid": "", "twilio_service": name, "twilio_users": [], "twilio_prune": True})
    found = page(playbooks.folder)
    assert "script" not in found.tags
    assert found.tags.count("h1") == 1
    report = read(playbooks.folder)
    assert sorted(user["identity"] for user in report["services"][0]["users"]) == sorted(HOSTILE)
    for text in HOSTILE:
        assert found.cells.count(json.dumps(text).replace("\x7f", "\\u007f") if CONTROLS.search(text) else text) == 3
    for file in (PAGE, JSON):
        assert not CONTROLS.search((playbooks.folder / file).read_text())
    # What turns the direction of writing ends where the value ends.
    source = (playbooks.folder / PAGE).read_text()
    assert re.findall(r"(<\w+>)\u202e", source) == ["<bdi>"] * 3


def test_paths(playbooks: Playbooks) -> None:
    variables = {
        "twilio_users": "[]",
        "twilio_report_json": "a/b/c.json",
        "twilio_report_html": str(playbooks.folder / "d.html"),
    }
    playbooks(REPORT, variables)
    assert (playbooks.folder / "d.html").stat().st_mode & 0o777 == 0o600
    # The folder may be a link. An existing file keeps its mode, and another name of it keeps its content.
    (playbooks.folder / "a/b").rename(playbooks.folder / "elsewhere")
    (playbooks.folder / "a/b").symlink_to(playbooks.folder / "elsewhere")
    (playbooks.folder / "d.html").chmod(0o640)
    (playbooks.folder / "d.html").write_text("")
    (playbooks.folder / "e.html").hardlink_to(playbooks.folder / "d.html")
    playbooks(REPORT, variables)
    assert read(playbooks.folder, "elsewhere/c.json")["totals"]["services"] == 1
    assert "1 service is in sync." in page(playbooks.folder, "d.html").words
    assert (playbooks.folder / "d.html").stat().st_mode & 0o777 == 0o640
    assert (playbooks.folder / "e.html").read_text() == ""
    assert not (playbooks.folder / JSON).exists()


def test_a_path_that_cannot_be_written(playbooks: Playbooks) -> None:
    (playbooks.folder / "file").touch()
    result = playbooks(REPORT, {"twilio_users": "[]", "twilio_report_json": "file/report.json"}, rc=2)
    assert f"{playbooks.folder}/file already exists as a file" in result.output
    assert playbooks.reads == 0
    (playbooks.folder / "users.json").write_text("[]")
    same = {"twilio_users_file": "users.json", "twilio_report_json": "./users.json"}
    folders = {"twilio_users": "[]", "twilio_report_html": ".", "twilio_report_json": "~"}
    (playbooks.folder / "link.json").symlink_to(playbooks.folder / "users.json")
    os.mkfifo(playbooks.folder / "pipe.html")
    special = {"twilio_users": "[]", "twilio_report_json": "link.json", "twilio_report_html": "pipe.html"}
    slash = {"twilio_users": "[]", "twilio_report_html": "new/"}
    hosts = {"same": same, "folders": folders, "special": special, "slash": slash}
    hosts = {name: {**values, "service_sid": NO_SERVICE} for name, values in hosts.items()}
    refused = playbooks(REPORT, {}, "--check", hosts=hosts, rc=2)
    failed = [event for event in refused.events if event["status"] == "failed"]
    assert {event["task"] for event in failed} == {"Check the paths of the report"}
    assert {event["host"]: event["result"]["msg"] for event in failed} == {
        "same": "twilio_report_json, twilio_report_html and twilio_users_file: must be different files",
        "folders": (
            f"twilio_report_json: must be a file, got the directory {Path.home()}; twilio_report_html: must be a file,"
            f" got the directory {playbooks.folder}"
        ),
        "slash": f"twilio_report_html: must be a file, got the directory {playbooks.folder}/new",
        "special": (
            f"twilio_report_html: must be a regular file, got {playbooks.folder}/pipe.html; twilio_report_json: must"
            f" not be a symbolic link, got {playbooks.folder}/link.json"
        ),
    }
    assert (playbooks.folder / "users.json").read_text() == "[]"
    # What a link leads to, and a pipe, stay as they are.
    assert (playbooks.folder / "link.json").is_symlink()
    assert (playbooks.folder / "pipe.html").is_fifo()
    assert not (playbooks.folder / "new").exists()
    # What writes no report takes no place.
    playbooks(SYNC, same)


# Drift as a failure


def test_fail_on_drift(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    with_alice = emulator.create_service(users=[{"identity": "alice"}])
    hosts = {
        "differs": {"twilio_service_sid": emulator.service_sid, "twilio_fail_on_drift": "yes"},
        "differs, and may": {"twilio_service_sid": emulator.service_sid, "twilio_fail_on_drift": "no"},
        "in sync": {"twilio_service_sid": with_alice, "twilio_fail_on_drift": "yes"},
    }
    result = playbooks(REPORT, {"twilio_users": ["alice"]}, hosts=hosts, rc=2)
    assert {event["host"] for event in result.events if event["status"] == "failed"} == {"differs"}
    differs = f"Conversations service {emulator.service_sid}: a sync would create 1 user."
    assert words(result) == sorted([differs, differs, f"Conversations service {with_alice}: in sync, 1 user."])
    assert read(playbooks.folder)["totals"]["drifted"] == 2


# Costs


def test_what_it_costs(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    amount, currency = "twilio_price_per_active_user", "twilio_price_currency"
    given: dict[str, dict[str, Any]] = {
        "number": {amount: 0.05, currency: "USD"},
        "text": {amount: " 0.05 ", currency: "USD"},
        # An answer that was not given.
        "empty": {amount: "", currency: "", "twilio_state": "absent"},
        "comma": {amount: "0,05"},
        "negative": {amount: -1},
        "boolean": {amount: True},
        "too much": {amount: 1e9},
        "currency": {amount: 1, currency: "US dollars and cents"},
    }
    hosts = {name: {**values, "service_sid": emulator.service_sid} for name, values in given.items()}
    result = playbooks(REPORT, {"twilio_users": ["alice", "bob", "carol"]}, hosts=hosts, rc=2)
    number = "must be a number from 0 to 1000000, such as 0.05, got"
    failed = {event["host"]: event["result"]["msg"] for event in result.events if event["status"] == "failed"}
    assert failed == {
        "comma": f"{amount}: {number} 0,05",
        "negative": f"{amount}: {number} -1",
        "boolean": f"{amount}: {number} True",
        "too much": f"{amount}: {number} 1000000000.0",
        "currency": f"{currency}: must be at most 10 printable characters, such as USD, got US dollars and cents",
    }
    report = read(playbooks.folder)
    assert [(service["billable_users"], service["cost"], service["currency"]) for service in report["services"]] == [
        *[(3, "0.15", "USD")] * 2,
        *[(0, None, None)] * 6,
    ]
    assert (report["totals"]["billable_users"], report["totals"]["cost"]) == (6, "0.30")
    assert "Twilio would bill at most 0.15 USD for 3 active users." in page(playbooks.folder).words
    assert words(result)[0].endswith(
        "a sync would create 3 users; Twilio would bill at most 0.15 USD for 3 active users."
    )


# Guards


def test_an_exceeded_limit_is_reported_and_stops_nothing(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    users = [{"identity": f"old-{number}"} for number in range(12)]
    variables: dict[str, Any] = {"twilio_users": ["alice"], "twilio_prune": True, "twilio_max_results": 5}
    expected = {
        "": "twilio_max_deletions allows 10, but 12 would be deleted",
        "3": "twilio_max_deletions allows 3, but 12 would be deleted",
        "12": None,
    }
    hosts = {
        f"at most {most}": {
            "twilio_service_sid": emulator.create_service(users=users),
            "twilio_max_deletions": most,
            **variables,
        }
        for most in expected
    }
    nobody = {"nobody": {**hosts["at most "], "twilio_users": "[]"}}
    said = words(playbooks(REPORT, {}, hosts={**hosts, **nobody}))
    *services, last = read(playbooks.folder)["services"]
    for (most, refused), service in zip(expected.items(), services, strict=True):
        assert service["host"] == f"at most {most}"
        assert service["summary"]["deleted"] == 12
        assert (len(service["users"]), service["users_left_out"]) == (5, 8)
        assert service["refused"] == refused
        assert [refused or "12 users." in text for text in said if service["service_sid"] in text]
    assert last["refused"].startswith("the list of users is empty")
    found = page(playbooks.folder).words
    assert found.count("8 more users are not listed here.") == len(expected)
    assert "A sync would be refused: the list of users is empty" in found
    sync = playbooks(SYNC, {}, "--check", hosts=hosts, rc=2)
    failed = {event["host"]: event["result"]["msg"] for event in sync.events if event["status"] == "failed"}
    assert failed.keys() == {f"at most {most}" for most, refused in expected.items() if refused}
    assert all(message.startswith("max_deletions: allows") for message in failed.values())


# Several services


def test_many_hosts_and_some_that_fail(playbooks: Playbooks, emulator: RunningEmulator) -> None:
    same = emulator.create_service(users=[{"identity": "alice"}])
    broken = emulator.create_service(users=[{"identity": "alice", "attributes": "no JSON"}, {"identity": "bob"}])
    account = emulator.ready["account_sid"]
    hosts: dict[str, dict[str, Any]] = {
        "differs": {"service_sid": emulator.service_sid, "product": "chat", "account_sid": account},
        "missing": {"service_sid": NO_SERVICE},
        "partly": {
            "service_sid": broken,
            "twilio_users": [{"identity": "alice", "attributes": {"a": 1}, "attributes_mode": "merge"}, "carol"],
        },
        # The name is what the inventory plugin says.
        "same": {"service_sid": same, "friendly_name": "Shop"},
        "undefined": {"service_sid": same, "twilio_users": "{{ there_is_no_such_list }}"},
        # What one host has in the wrong form does not keep the others out of the report.
        "wrong": {
            "service_sid": same,
            "twilio_prune": "perhaps",
            "twilio_max_changes": "many",
            "twilio_max_deletions": "few",
        },
    }
    hosts = {name: {"twilio_users": ["alice"], **values} for name, values in hosts.items()}
    result = playbooks(REPORT, {}, "--forks=3", hosts=hosts, rc=2)
    assert playbooks.writes == []
    report = read(playbooks.folder)
    services = {service["host"]: service for service in report["services"]}
    assert list(services) == list(hosts)
    assert report["headline"] == (
        "4 of 6 services could not be compared. 1 of 2 services differs. A sync would create 2 users."
    )
    assert (
        numbers(result)
        == report["totals"]
        == {
            "services": 6,
            "in_sync": 1,
            "drifted": 1,
            "failed": 4,
            "created": 2,
            "updated": 0,
            "deleted": 0,
            "unchanged": 1,
            "users_failed": 1,
            "left_alone": 0,
            "billable_users": 2,
            "cost": None,
            "currency": None,
        }
    )
    differs = services["differs"]
    assert (differs["product"], differs["service_sid"], differs["account_sid"]) == (
        "chat",
        emulator.service_sid,
        account,
    )
    assert {name for name, service in services.items() if service["service"]} == {"same"}
    assert services["same"]["headline"] == "Conversations service 'Shop': in sync, 1 user."
    assert "does not exist" in services["missing"]["error"]
    assert services["undefined"]["error"] == "twilio_users: cannot be resolved: 'there_is_no_such_list' is undefined"
    assert "The value 'perhaps' is not a valid boolean" in services["wrong"]["error"]
    assert "'twilio_max_changes'" in services["wrong"]["error"]
    assert services["wrong"]["service_sid"] == same
    assert [user["action"] for user in services["partly"]["users"]] == ["failed", "created"]
    failed = {event["host"] for event in result.events if event["status"] == "failed"}
    assert failed == {name for name, service in services.items() if service["error"]}
    # What could not be compared is told once, at the end.
    told = [event["task"] for event in result.events if event["status"] == "failed" and event["host"] == "missing"]
    assert told == ["Show what a sync would do"]
    found = page(playbooks.folder)
    for service in services.values():
        assert (service["error"] or service["host"]) in found.words
    headings = [part for part in ("Could not be compared", "Differ", "In sync") if f"\n{part}\n" in found.words]
    assert headings == ["Could not be compared", "Differ", "In sync"]
