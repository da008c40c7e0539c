# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSV as spreadsheets write it, and files that are no list at all."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._csv_users import COLUMNS
from ansible_collections.community.twilio.plugins.plugin_utils._user_list import to_users

ALICE = {"identity": "alice", "friendly_name": "Alice A."}
HINT = (
    "; a spreadsheet has shortened a number; format the column as text there, enter it again, and export the list again"
)
COLUMNS_HINT = f"line 1: must name the columns, identity among them; the columns are {', '.join(COLUMNS)}"


def problem(value: Any, form: str = "auto", **options: Any) -> str:
    with pytest.raises(ValidationError) as raised:
        to_users(value, form, **options)
    return str(raised.value)


@pytest.mark.parametrize("form", ["csv", "auto"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "lines",
    [
        ["sep=;", "identity;friendly_name", "alice;Alice A."],
        ["sep=,", "identity,friendly_name", "alice,Alice A."],
        ["SEP=\t", "identity\tfriendly_name", "alice\tAlice A."],
        ["sep=|", "identity|friendly_name", "alice|Alice A."],
        ['"sep=;"', "identity;friendly_name", "alice;Alice A."],
        ["", "sep=; ", "", "identity;friendly_name", "alice;Alice A."],
        ["\ufeffsep=;", "identity;friendly_name", "alice;Alice A."],
        ["Identity,Friendly Name", "alice,Alice A."],
        ["IDENTITY;FRIENDLY_NAME", "alice;Alice A."],
        [" Identity ; Friendly - name ", " alice ; Alice A. "],
        ["identity\tfriendlyName", "alice\tAlice A."],
        ['"Identity"\t"Friendly\u00a0Name"', '"alice"\t"Alice A."'],
    ],
)
def test_what_spreadsheets_write(lines: list[str], end: str, form: str) -> None:
    assert to_users(end.join(lines), form) == [ALICE]


def test_every_column_may_be_written_with_capitals_and_blanks() -> None:
    names = [name.replace("_", " ").title() for name in COLUMNS]
    assert names[-2:] == ["Attributes Mode", "State"]
    cells = ["a", "A", "agent", "", "{}", "merge", "absent"]
    assert to_users(f"{','.join(names)}\n{','.join(cells)}") == [
        {name: cell for name, cell in zip(COLUMNS, cells) if cell}
    ]


def test_lines_are_counted_from_the_top_of_the_file() -> None:
    text = '\n\nsep=;\nidentity;role_sid\na;x\n\n"b";"y"\n'
    assert problem(text).startswith("line 5, role_sid: must be RL followed by")
    assert "line 7, role_sid: must be RL followed by" in problem(text)


@pytest.mark.parametrize("form", ["csv", "auto"])
def test_other_columns_can_be_ignored(form: str) -> None:
    text = "Phone,Identity,,Friendly Name,Phone\n1.5E+10,alice,x,Alice A.\n"
    assert to_users(text, form, ignore_unknown_columns=True) == [ALICE]
    # A column at the end without a name is one, too.
    unnamed = "Identity,Friendly Name,,\nalice,Alice A.,x\n"
    assert to_users(unnamed, form, ignore_unknown_columns=True) == [ALICE]
    assert problem(unnamed, form).startswith("line 2: must have at most 2 cells, as many as there are columns, got 3")
    assert problem(text, form) == (
        f"line 1: unknown column 'Phone', ''; the columns are {', '.join(COLUMNS)}; others are ignored with"
        " ignore_unknown_columns, in the playbooks twilio_ignore_unknown_columns"
    )
    assert problem("Phone,Role\n1,x", form, ignore_unknown_columns=True) == COLUMNS_HINT
    assert problem("Phone,Name\n1,x", form, ignore_unknown_columns=True) == COLUMNS_HINT
    assert problem("Identity,identity", form, ignore_unknown_columns=True) == (
        "line 1: must name each column once, got identity more than once"
    )


@pytest.mark.parametrize("number", ["1.55512E+10", "1,55512E+10", "2E+15", "-1.5E-07", "1.5E+100"])
def test_a_number_that_a_spreadsheet_has_shortened_is_no_identity(number: str) -> None:
    assert problem(f"identity;role\n{number};x") == f"line 2, identity: must be complete, got '{number}'{HINT}"
    for value in (f"- '{number}'", f'["{number}"]', [number], [{"identity": number}]):
        assert problem(value) == f"users[0].identity: must be complete, got '{number}'{HINT}"
    # In another column it may be meant.
    assert to_users(f"identity;friendly_name\na;{number}")[0]["friendly_name"] == number


@pytest.mark.parametrize("text", ["- 1.55512E+10", "- identity: 1.55512E+10", "[1.55512E+10]"])
def test_a_shortened_number_without_quotes_does_not_need_quotes(text: str) -> None:
    assert problem(text).endswith(f"got the number 1.55512E+10{HINT}")


@pytest.mark.parametrize("identity", ["1e5", "1E5", "1.55512e+10", "E+10", "1.5E+10x", "12E+10", "+15551234567"])
def test_other_identities_that_look_like_numbers_are_kept(identity: str) -> None:
    assert to_users(f"identity\n{identity}") == to_users([identity]) == [{"identity": identity}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'identity,attributes\na,{}\nb,"{}\n' + "c,{}\n" * 40_000,
            (
                "line 3: must be CSV: a cell has more than 131,072 characters; does the double quote that ends it, or a"
                " cell before it, belong there?"
            ),
        ),
        ("identity,role\na,x\nb,\0y", "line 3: must not contain a NUL character (U+0000); remove it"),
        ("identity\r\na\r\n\0b", "line 3: must not contain a NUL character (U+0000); remove it"),
        ("- a\n- b\0", "line 2: must not contain a NUL character (U+0000); remove it"),
        (
            "i\0d\0e\0n\0t\0i\0t\0y\0",
            "must be written in UTF-8; in a spreadsheet, choose UTF-8 when saving as CSV",
        ),
        ("\0i\0d\0e\0n\0t\0i\0t\0y", "must be written in UTF-8; in a spreadsheet, choose UTF-8 when saving as CSV"),
        ("sep=;", COLUMNS_HINT),
    ],
)
def test_hints_lead_to_the_cause(text: str, message: str) -> None:
    assert csv.field_size_limit() == 131_072
    assert problem(text, "auto" if text.startswith("-") else "csv") == message


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\n\n", "\t", "\x0b", "\x1b", "\x85", "\u2028"])
def test_a_cell_of_several_lines_is_not_one_identity(inside: str) -> None:
    """With prune, the users of all its lines would be deleted."""
    shown = repr(f"alice{inside}bob")
    message = problem(f'identity;friendly_name\n"alice{inside}bob";Team\ncarol;Carol')
    assert message.startswith("line 2, identity: must not contain the control character ")
    assert f"got {shown}" in message
    # In another column it may be meant.
    assert to_users(f'identity;friendly_name\na;"b{inside}c"')[0]["friendly_name"] == f"b{inside}c"


SECRET = "aVerySecretWord"
NOT_LISTS = {
    "a private key": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n{SECRET}==\n-----END PRIVATE KEY-----\n",
    "environment variables": f"TWILIO_ACCOUNT_SID={SECRET}\nTWILIO_AUTH_TOKEN={SECRET}\n",
    "environment variables with quotes": f'export TOKEN="{SECRET}, {SECRET}"\nexport X="{SECRET}\n',
    "a token": SECRET,
    "a number": "123456789123",
    "a dictionary": f"db_password: {SECRET}\napi: {{token: {SECRET}}}\n",
    "a dictionary that is no YAML": f"db_password: '{SECRET}\napi: [{SECRET}\n",
    "a dictionary with tags": f"db_password: !x {SECRET}\napi: !!int {SECRET}\n{SECRET}: 1\n{SECRET}: 2\n",
    "a dictionary with text of several lines": f"db_password: {SECRET}\n  - {SECRET}\n",
    "JSON": f'{{"db_password": "{SECRET}"}}',
    "JSON with a mistake": f'{{"db_password": "{SECRET}", "{SECRET}"',
    "JSON with a key twice": f'{{"a": "{SECRET}", "a": "{SECRET}"}}',
    "a text in JSON": f'"{SECRET}"',
    "a list of dictionaries": f"- {{name: db, password: {SECRET}}}\n- {{name: api, token: [{SECRET}]}}\n",
    "an inventory": f"[web]\nhost ansible_password={SECRET}\n",
    "passwords": f"root:{SECRET}:0:0\nuser:{SECRET}:1:1\n",
    "CSV of something else": f"user,password\nroot,{SECRET}\n",
    "CSV without a header": f"{SECRET},role\n",
    "the option itself": f"twilio_users: {SECRET}\n",
    "the option with a dictionary": f"twilio_users: {{token: {SECRET}}}\n",
}


@pytest.mark.parametrize("form", ["auto", "csv", "yaml", "json"])
@pytest.mark.parametrize("name", NOT_LISTS)
def test_a_file_that_is_no_list_is_not_shown(name: str, form: str) -> None:
    try:
        answer = repr(to_users(NOT_LISTS[name], form, ignore_unknown_columns=False))
    except ValidationError as error:
        answer = f"{error}"
        assert error.__cause__ is None and error.__suppress_context__ is (error.__context__ is not None)
    assert SECRET not in answer
    assert "123456789123" not in answer
