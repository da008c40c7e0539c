# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._resources.definitions import USER
from ansible_collections.community.twilio.plugins.module_utils._resources.field_types import Sid, String

HELD = {
    "sid": "US1",
    "account_sid": "AC1",
    "service_sid": "IS1",
    "identity": "alice",
    "friendly_name": None,
    "role_sid": "RL1",
    "attributes": ' { "n" : 9007199254740993 } ',
    "is_notifiable": None,
    "is_online": None,
    "joined_channels_count": 0,
    "date_created": "2026-01-01T00:00:00Z",
    "date_updated": "2026-01-01T00:00:00Z",
    "url": "https://chat.twilio.com/",
    "links": {"user_channels": "https://chat.twilio.com/"},
}


def test_a_report_has_the_documented_keys_in_their_order() -> None:
    assert list(USER.to_result(HELD)) == [
        "id",
        "sid",
        "account_sid",
        "service_sid",
        "identity",
        "friendly_name",
        "role_sid",
        "attributes",
        "is_notifiable",
        "is_online",
        "joined_channels_count",
        "date_created",
        "date_updated",
        "url",
        "attributes_parsed",
    ]


def test_a_report_gives_what_twilio_holds() -> None:
    report = USER.to_result(HELD)
    assert report["id"] == report["sid"] == "US1"
    assert report["attributes"] == ' { "n" : 9007199254740993 } '
    assert report["attributes_parsed"] == {"n": 9007199254740993}
    assert report["is_online"] is None


@pytest.mark.parametrize("held", [None, ""])
def test_a_report_calls_a_cleared_friendly_name_empty(held: Any) -> None:
    assert USER.to_result({**HELD, "friendly_name": held})["friendly_name"] == ""


def test_a_report_leaves_out_what_the_product_does_not_have() -> None:
    raw = {name: value for name, value in HELD.items() if name != "joined_channels_count"}
    assert "joined_channels_count" not in USER.to_result(raw)


@pytest.mark.parametrize(
    ("held", "parsed"), [(None, {}), ("", {}), ("{}", {}), ("[1]", None), ("1", None), ("{", None), ("null", None)]
)
def test_a_report_parses_attributes_that_are_an_object_and_no_others(held: Any, parsed: Any) -> None:
    report = USER.to_result({**HELD, "attributes": held})
    assert report["attributes_parsed"] == parsed
    assert report["attributes"] == held


def test_a_report_of_a_prediction_has_null_for_what_only_twilio_knows() -> None:
    report = USER.to_result({**dict.fromkeys(USER.result_keys), "identity": "alice", "service_sid": "IS1"})
    assert {name for name, value in report.items() if value is not None} == {"identity", "service_sid"}


def test_a_report_of_a_prediction_has_what_the_task_gives() -> None:
    report = USER.to_result({**dict.fromkeys(USER.result_keys), "friendly_name": "", "attributes": "{}"})
    assert report["friendly_name"] == ""
    assert report["attributes_parsed"] == {}


def test_every_field_of_a_user_is_a_text_with_its_parameter() -> None:
    assert [(field.name, field.parameter) for field in USER.displayed_fields()] == [
        ("identity", "Identity"),
        ("friendly_name", "FriendlyName"),
        ("role_sid", "RoleSid"),
        ("attributes", "Attributes"),
    ]


def test_a_sid_is_compared_without_regard_to_case_and_a_text_with_it() -> None:
    assert Sid().equal("RLab", "RLAB")
    assert not String().equal("ab", "AB")
