# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-test gets to see."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.community.twilio.tests.harness.copies import add_component_tests

TESTS = Path(__file__).resolve().parents[2]


def test_component_tests_are_run_as_unit_tests_of_the_modules(tmp_path: Path) -> None:
    component = tmp_path / "tests" / "component"
    modules = tmp_path / "tests" / "unit" / "plugins" / "modules"
    for folder in (component, modules):
        folder.mkdir(parents=True)
    (component / "conftest.py").touch()
    (component / "test_user.py").touch()
    (modules / "test_documentation.py").touch()
    add_component_tests(tmp_path)
    assert [path.name for path in sorted(modules.iterdir())] == ["test_documentation.py", "test_user.py"]
    assert not (component / "test_user.py").exists()


def test_no_component_test_replaces_a_unit_test() -> None:
    component, modules = (
        {path.name for path in (TESTS / folder).glob("test_*.py")} for folder in ("component", "unit/plugins/modules")
    )
    # In the copy that ansible-test runs in, all of them are in the second folder already.
    assert component or modules
    assert not component & modules
