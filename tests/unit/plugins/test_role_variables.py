# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role sync_users, also with jinja2_native, which ansible-core has until 2.18."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.community.twilio.plugins.plugin_utils._inventory_hosts import trust_as_template

ROLE = Path(__file__).resolve().parents[3] / "roles/sync_users"
VARIABLES = yaml.safe_load((ROLE / "vars/main.yml").read_text())


@pytest.fixture(params=[False, True], ids=["text", "native"], autouse=True)
def jinja2_native(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(constants, "DEFAULT_JINJA2_NATIVE", request.param, raising=False)
    return bool(request.param)


def templar(**given: Any) -> Templar:
    variables = {name: trust_as_template(each) if isinstance(each, str) else each for name, each in VARIABLES.items()}
    return Templar(loader=DataLoader(), variables={**variables, "_sync_users_given": given})


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("_sync_users_service_name", "twilio_service"),
        ("_sync_users_price", "twilio_price_per_active_user"),
        ("_sync_users_currency", "twilio_price_currency"),
        ("_sync_users_export_mode", "twilio_export_mode"),
        ("_sync_users_export", "twilio_export_file"),
        ("_sync_users_json", "twilio_report_json"),
        ("_sync_users_html", "twilio_report_html"),
    ],
)
@pytest.mark.parametrize("text", ["640", "0.05", "1.50", "0"])
def test_text_that_looks_like_a_number_stays_text(name: str, option: str, text: str) -> None:
    value = templar(**{option: text}).template(trust_as_template(f"{{{{ {name} }}}}"))
    assert isinstance(value, str)
    assert value == text


@pytest.mark.parametrize("service", ["2024", 2024])
def test_the_module_sees_whether_the_name_of_a_service_is_a_number(service: Any) -> None:
    option = templar(twilio_service=service).template(trust_as_template("{{ _sync_users_service_option }}"))
    assert option == {"service": service}


def test_an_export_without_conditions_has_empty_ones() -> None:
    # Not null, of which the module template makes the text None with jinja2_native.
    assert templar().template(trust_as_template("{{ _sync_users_export_only }}")) == {}
