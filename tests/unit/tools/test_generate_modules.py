# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generator of the modules: what it writes, and what ``--lint`` finds."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from ansible_collections.community.twilio.tools import generate_modules
from ansible_collections.community.twilio.tools.generate_modules import CHAT, CONVERSATIONS, PRODUCTS, RESOURCES

ALL = [(product, resource) for product in PRODUCTS for resource in RESOURCES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with all modules, up to date."""
    target = tmp_path / "modules"
    target.mkdir()
    assert generate_modules.main([], target) == 0
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def texts(module: str) -> dict[str, str]:
    """Return DOCUMENTATION, EXAMPLES and RETURN of a module."""
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(module).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def documents(module: str) -> dict[str, Any]:
    """Return DOCUMENTATION, EXAMPLES and RETURN of a module, parsed."""
    return {name: yaml.safe_load(text) for name, text in texts(module).items()}


def names(value: Any) -> set[str]:
    """Return every key of nested dictionaries."""
    if isinstance(value, dict):
        return {str(key) for key in value}.union(*(names(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(names(each) for each in value))
    return set()


def test_modules_of_the_collection_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate_modules.main(["--lint"]) == 0, capsys.readouterr().out


def test_every_template_of_a_resource_is_used() -> None:
    found = {path.name.partition(".")[0] for path in generate_modules.TEMPLATES.glob("*.py.j2")}
    assert found == {*RESOURCES, "module"}


def test_write_writes_nothing_when_up_to_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert len(before) == len(ALL)
    times = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    capsys.readouterr()
    assert generate_modules.main([], folder) == 0
    assert contents(folder) == before
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == times
    assert capsys.readouterr().out == ""


def test_lint_shows_what_is_out_of_date_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited = folder / "twilio_chat_user.py"
    edited.write_text(edited.read_text().replace("version_added: 1.0.0", "version_added: 9.0.0"))
    (folder / "twilio_chat_role.py").unlink()
    (folder / "twilio_sms_user.py").write_text("import os\n")
    before = contents(folder)
    capsys.readouterr()
    assert generate_modules.main(["--lint"], folder) == 1
    output = capsys.readouterr().out
    assert contents(folder) == before
    assert "\n-version_added: 9.0.0\n+version_added: 1.0.0\n" in output
    assert "\n+module: twilio_chat_role\n" in output
    assert "\n-import os\n" in output
    assert re.findall(r"twilio_\w+\.py", output.splitlines()[-1]) == [
        "twilio_chat_role.py",
        "twilio_chat_user.py",
        "twilio_sms_user.py",
    ]


def test_write_updates_what_is_out_of_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = contents(folder)
    (folder / "twilio_chat_user.py").write_text("")
    (folder / "twilio_chat_role.py").unlink()
    capsys.readouterr()
    assert generate_modules.main([], folder) == 0
    assert contents(folder) == wanted
    assert capsys.readouterr().out.split() == [
        *("Wrote", "modules/twilio_chat_role.py"),
        *("Wrote", "modules/twilio_chat_user.py"),
    ]


def test_a_file_that_differs_only_in_its_line_ends_is_out_of_date(folder: Path) -> None:
    path = folder / "twilio_chat_user.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert list(generate_modules.differences(folder)) == [path.name]


def test_a_name_that_a_template_does_not_know_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "user.py.j2").write_text("<< product.nmae >>")
    monkeypatch.setattr(generate_modules, "TEMPLATES", tmp_path)
    with pytest.raises(jinja2.UndefinedError, match="nmae"):
        generate_modules.render(CHAT, "user")


@pytest.mark.parametrize(("product", "resource"), ALL, ids=lambda value: getattr(value, "name", value))
def test_a_module_is_an_ordinary_module_file(product: generate_modules.Product, resource: str) -> None:
    text = generate_modules.render(product, resource)
    assert text.startswith("#!/usr/bin/python\n# Copyright (c) community.twilio contributors\n")
    assert text.endswith('\n\nif __name__ == "__main__":\n    main()\n')
    pattern = r"# Generated from (\S+)\. Do not edit this file: change the template, and run\n# \"(.*)\"\.\n"
    [comment] = re.findall(pattern, text)
    assert (generate_modules.ROOT / comment[0]).name == f"{resource}.py.j2"
    assert (generate_modules.ROOT / comment[0]).is_file()
    assert (generate_modules.ROOT / comment[1].removeprefix("python ")).samefile(generate_modules.__file__)
    assert not re.search(r"<<|>>|<%|%>|<#|#>|[ \t]$|\n\n\n\n", text, re.MULTILINE)
    assert [name for name, document in texts(text).items() if "\n\n" in document] == ["EXAMPLES"]
    assert max(map(len, text.splitlines())) <= 160
    parsed = documents(text)
    assert list(parsed) == ["DOCUMENTATION", "EXAMPLES", "RETURN"]
    assert parsed["DOCUMENTATION"]["module"] == f"twilio_{product.name}_{resource}"


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_module_speaks_of_its_own_product(resource: str) -> None:
    chat, conversations = (generate_modules.render(product, resource) for product in (CHAT, CONVERSATIONS))
    # The reference to the module of the other product, and the end of life of Chat.
    chat = re.sub(r"M?\(?(- module: )?community\.twilio\.twilio_conversations_\w+\)?|into Conversations", "", chat)
    conversations = re.sub(r"- module: community\.twilio\.twilio_chat_\w+", "", conversations)
    assert not re.search(r"conversations\.twilio|Twilio Conversations|twilio_conversations|CONVERSATIONS", chat)
    assert not re.search(r"chat\.twilio|Programmable Chat|twilio_chat|CHAT|end of life", conversations)


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_chat_module_says_that_chat_has_ended_and_what_to_use_instead(resource: str) -> None:
    parsed = documents(generate_modules.render(CHAT, resource))["DOCUMENTATION"]
    [note] = [text for text in parsed["description"] if "end of life" in text]
    for words in ("25 July 2022", "1 June 2026", f"M(community.twilio.twilio_conversations_{resource})", "same SID"):
        assert words in note


PLUGINS = sorted(
    path
    for kind in ("modules", "filter", "inventory", "lookup")
    for path in (generate_modules.ROOT / "plugins" / kind).glob("[!_]*.py")
)


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.stem)
def test_ansible_doc_says_on_the_first_screen_what_a_plugin_is_for(path: Path) -> None:
    """A terminal of 80 by 24 begins with the name and the file; the options follow after the description."""
    description = documents(path.read_text())["DOCUMENTATION"]["description"]
    lines = [line for text in description for line in textwrap.wrap(text, width=66)]
    assert 0 < len(lines) <= 16


DESCRIBE_CHAT = [
    *("README.md", "examples/chat_users.yml", "examples/quickstart.yml", "plugins/inventory/twilio_services.py"),
    *(f"docs/docsite/rst/guide_{name}.rst" for name in ("users", "bulk", "services", "many_services", "leaving_chat")),
    "docs/docsite/rst/guide_troubleshooting.rst",
    *("roles/sync_users/meta/argument_specs.yml", "tests/emulator/README.md"),
]


@pytest.mark.parametrize("path", DESCRIBE_CHAT)
def test_what_describes_chat_has_the_dates_of_its_end(path: str) -> None:
    text = " ".join((generate_modules.ROOT / path).read_text().replace("#", " ").split())
    assert "25 July 2022" in text
    assert "1 June 2026" in text


@pytest.mark.parametrize(
    ("resource", "only_chat", "only_conversations"),
    [
        ("role", set(), set()),
        ("role_info", set(), set()),
        ("user", {"joined_channels_count"}, set()),
        ("user_info", {"joined_channels_count"}, set()),
        ("users", set(), set()),
        (
            "service_info",
            {"invited_to_channel", "media", "limits"},
            {"gather_configuration", "configuration", "webhooks"},
        ),
        ("service", {"invited_to_channel", "media", "limits"}, {"with_media", "configuration", "webhooks"}),
    ],
)
def test_options_and_return_values_of_one_product(
    resource: str, only_chat: set[str], only_conversations: set[str]
) -> None:
    found = []
    for product in PRODUCTS:
        parsed = documents(generate_modules.render(product, resource))
        found.append(names([parsed["DOCUMENTATION"]["options"], parsed["RETURN"]]))
    chat, conversations = found
    if resource.startswith("service"):
        assert only_chat <= chat - conversations
        assert only_conversations <= conversations - chat
    else:
        assert chat - conversations == only_chat
        assert conversations - chat == only_conversations
