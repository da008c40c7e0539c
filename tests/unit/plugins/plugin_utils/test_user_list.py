# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources import json_values
from ansible_collections.community.twilio.plugins.module_utils._resources.validators import ValidationError
from ansible_collections.community.twilio.plugins.plugin_utils._user_list import (
    COLUMNS,
    to_users,
)

ROLE = "RL0123456789abcdef0123456789abcdef"

# Text that every format can hold: no surrogates, no control characters.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u0085\u2028\u2029\ufffe\uffff\ufeff")
)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
identities = texts.map(str.strip).filter(lambda text: 0 < len(text) <= 256)
users = st.lists(
    st.fixed_dictionaries(
        {"identity": identities},
        optional={
            "friendly_name": texts.map(str.strip).filter(lambda text: 0 < len(text) <= 256),
            "role_sid": st.sampled_from([ROLE, "default"]),
            "attributes": st.dictionaries(texts, values, max_size=3),
            "attributes_mode": st.sampled_from(["replace", "merge"]),
        },
    ),
    unique_by=lambda user: str(user["identity"]),
    max_size=4,
)


def problem(value: Any, form: str = "auto") -> str:
    with pytest.raises(ValidationError) as raised:
        to_users(value, form)
    return str(raised.value)


def same(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    """The same users, with attributes of the same meaning."""
    assert [set(user) for user in found] == [set(user) for user in wanted]
    for one, other in zip(found, wanted):
        for name, value in other.items():
            if name == "attributes":
                assert json_values.equal(json_values.parse(one[name]), json_values.parse(json.dumps(value)))
            else:
                assert one[name] == value


def csv_text(entries: list[dict[str, Any]], delimiter: str, end: str) -> str:
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, lineterminator=end)
    writer.writerow(COLUMNS)
    for user in entries:
        cells = {**user, "attributes": json.dumps(user["attributes"])} if "attributes" in user else user
        writer.writerow([cells.get(name, "") for name in COLUMNS])
    return output.getvalue()


# What one format can say, every format can say


@given(users, st.booleans())
def test_json(entries: list[dict[str, Any]], escape: bool) -> None:
    text = json.dumps(entries, ensure_ascii=escape)
    same(to_users(text), entries)
    same(to_users(text, "json"), entries)


@given(users)
@example([{"identity": "1e3", "attributes": {"on": True, "~": None, "1": 1e300, "x": 10**400}}])
def test_yaml(entries: list[dict[str, Any]]) -> None:
    same(to_users(yaml.safe_dump(entries, allow_unicode=True)), entries)
    same(to_users(json.dumps(entries), "yaml"), entries)


@pytest.mark.parametrize("form", ["json", "yaml", "csv"])
@pytest.mark.parametrize("has_variable", [False, True])
def test_attributes_may_have_as_many_levels_as_the_modules_accept(form: str, has_variable: bool) -> None:
    attributes = '{"a":' * (json_values.MAX_DEPTH - 1) + "{}" + "}" * (json_values.MAX_DEPTH - 1)
    quoted = attributes.replace('"', '""')
    text = f'identity,attributes\na,"{quoted}"' if form == "csv" else f'[{{"identity":"a","attributes":{attributes}}}]'
    if has_variable and form != "csv":
        text = f'{{"twilio_users":{text}}}'
    assert to_users(text, form) == [{"identity": "a", "attributes": attributes}]


@given(users, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]))
def test_csv(entries: list[dict[str, Any]], delimiter: str, end: str, mark: str) -> None:
    text = mark + csv_text(entries, delimiter, end)
    same(to_users(text), entries)
    same(to_users(text, "csv"), entries)


@given(users)
def test_a_list(entries: list[dict[str, Any]]) -> None:
    found = to_users(entries)
    same(found, entries)
    assert to_users(found) == found


@given(st.text(), st.sampled_from(["auto", "yaml", "json", "csv"]))
@example("[" * 2000, "json")
@example("- " * 2000, "yaml")
@example("- &a [*a, *a]", "yaml")
@example("- " + "9" * 5000, "yaml")
@example("- 1:99999999999999999999e9", "yaml")
@example("- !!float x", "yaml")
@example("- !!int x", "yaml")
@example("- !!str {a: b}", "yaml")
@example("- !!timestamp [a]", "yaml")
@example("- {<<: 1}", "yaml")
@example("- {=: 1}", "yaml")
@example("- \ud800", "yaml")
@example("identity\n" + "x" * 200000, "csv")
@example("identity\na\0", "csv")
@example(";", "csv")
def test_any_text_is_a_list_or_refused(text: str, form: str) -> None:
    try:
        found = to_users(text, form)
    except ValidationError as error:
        assert len(str(error)) < 20000
    else:
        assert all(isinstance(user["identity"], str) for user in found if "identity" in user)


# Which format it is


@pytest.mark.parametrize(
    "text",
    [
        "[alice, bob]",
        '["alice", "bob"]',
        "- alice\n- bob\n",
        "---\n- alice\n- bob\n",
        "# ours\n- alice\n- bob",
        "\ufeff- alice\n- bob",
        "\n\n- alice\n- bob",
        "twilio_users:\n  - alice\n  - bob\n",
        '{"twilio_users": ["alice", "bob"]}',
        "identity\nalice\nbob\n",
        "identity;friendly_name\nalice;\nbob\n",
        "friendly_name\tidentity\n\talice\n\tbob\n",
        '"identity"\r\n"alice"\r\n"bob"\r\n',
        "\n identity , friendly_name ,\n\n alice ,,\n,,\n,\n bob \n",
    ],
)
def test_the_format_is_found(text: str) -> None:
    assert to_users(text) == [{"identity": "alice"}, {"identity": "bob"}]


@pytest.mark.parametrize("value", ["[]", "identity\n", "identity,friendly_name\n\n,\n", [], (), {"twilio_users": []}])
def test_an_empty_list(value: Any) -> None:
    assert to_users(value) == []


@pytest.mark.parametrize("value", ["", " \n", "\ufeff", "# nothing", "---", "twilio_users:", None])
def test_nothing_is_no_empty_list(value: Any) -> None:
    assert problem(value) == "holds nothing; an empty list is written as []"


class Encrypted(list[str]):
    """A text as older ansible-cores keep it that is encrypted inline: a sequence of its characters."""

    __ENCRYPTED__ = True

    def __str__(self) -> str:
        return "".join(self)


def test_a_text_that_is_encrypted_inline() -> None:
    alice = {"identity": "alice", "friendly_name": "A"}
    assert to_users(Encrypted("- identity: alice\n  friendly_name: A\n")) == [alice]
    assert to_users([Encrypted("alice")]) == [{"identity": "alice"}]
    assert to_users([{"identity": Encrypted("alice"), "friendly_name": Encrypted("A")}]) == [alice]


@pytest.mark.parametrize("value", [["a", "b"], "[a, b]", "identity\na\nb\n"])
def test_a_list_that_has_changed_is_refused(value: Any) -> None:
    assert len(to_users(value, count=2)) == 2
    with pytest.raises(ValidationError, match=r"^twilio_users: the list has changed meanwhile, from 3 to 2 users"):
        to_users(value, count=3)
    with pytest.raises(ValidationError, match="from 1 to 0 users"):
        to_users([], count=1)


def test_a_whole_list_is_not_one_identity() -> None:
    assert problem(["identity\nalice\nbob"]).startswith("users[0]: must be one identity, got a text of several lines")
    assert problem("- alice\n  bob\n- carol\n") == (
        "line 1: is one text with the line after it, 'alice bob'; begin each with a dash"
    )
    # Elsewhere, a text may go over several lines.
    (user,) = to_users("- identity: alice\n  friendly_name: Alice\n    of Berlin\n  attributes: {a: [b\n    c]}\n")
    assert user["friendly_name"] == "Alice of Berlin"


def test_what_the_module_is_to_name_can_be_handed_on_to_it() -> None:
    assert to_users("- {identity: alice, attribute: {level: 5}, age: 1.5, since: 2024-01-01}") == [
        {"identity": "alice", "attribute": None, "age": None, "since": None}
    ]
    for value, text in (("5", "5"), ("[1.5]", "[1.5]"), ("true", "true")):
        assert to_users(f"- {{identity: alice, attributes: {value}}}") == [{"identity": "alice", "attributes": text}]


def test_an_empty_file_of_columns_is_no_empty_list() -> None:
    assert problem("\n", "csv") == "holds nothing; an empty list has the line with the names of the columns"


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('[{"identity": "a", "attributes": {"n": %s}}]', number)
        for number in ("1.10", "9007199254740993", "1E+400", "0.1234567890123456789012345", "-0")
    ]
    + [
        ("- identity: a\n  attributes: {n: %s}", number)
        for number in ("1.10", "9007199254740993", "1.0e+400", "0.1234567890123456789012345")
    ]
    + [('identity,attributes\na,"{""n"": %s}"', "1e400"), ([{"identity": "a", "attributes": {"n": 1.5}}], "1.5")],
)
def test_numbers_stay_exact(text: Any, number: str) -> None:
    [user] = to_users(text % number if isinstance(text, str) else text)
    assert json_values.equal(json_values.parse(user["attributes"]), json_values.parse('{"n": %s}' % number))


@pytest.mark.parametrize(
    ("written", "got"),
    [
        ("42", "the number 42"),
        ("007", "the number 7"),
        ("1.0e+3", "the number 1.0E+3"),
        ("1_000", "the number 1000"),
        ("1:30", "the number 90"),
        ("no", "the boolean false"),
        ("On", "the boolean true"),
    ],
)
def test_what_yaml_makes_of_an_identity(written: str, got: str) -> None:
    assert problem(f"- identity: {written}") == f"users[0].identity: must be text, got {got}; put it in quotes"
    entry = "must be a dictionary, or an identity as text"
    assert problem(f"- a\n- {written}") == f"users[1]: {entry}, got {got}; put it in quotes"
    assert to_users(f"- '{written}'") == [{"identity": written}]


def test_a_date_is_the_text_that_it_is() -> None:
    assert to_users("- identity: 2024-01-31\n  attributes: {since: 2024-01-31}") == [
        {"identity": "2024-01-31", "attributes": '{"since":"2024-01-31"}'}
    ]


# What is wrong, all of it


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("- identity: a\n  identity: b", "line 2: names the key 'identity' twice"),
        (
            "- identity: a\n  attributes:\n    1: x\n    yes: y",
            (
                "line 3: a key must be text, got the number 1; put it in "
                "quotes; line 4: a key must be text, got the boolean true; put it in quotes"
            ),
        ),
        (
            "- identity: a\n  attributes: {x: .inf, y: .nan}\n",
            ("line 2: .inf is not a number that JSON has; line 2: .nan is not a number that JSON has"),
        ),
        ("- !vault |\n  x", "line 1: the tag '!vault' is not supported; encrypt the whole file instead"),
        (
            "- !!python/object/apply:os.system [x]",
            ("line 1: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not supported"),
        ),
        ("- a: [\n", "must be YAML: line 2, column 1: did not find expected node content"),
        ("- a\n---\n- b", "must be YAML: line 2, column 1: but found another document"),
        ('[{"identity": "a", "identity": "b"}]', "must be JSON: it names the key 'identity' twice"),
        ("alice: {}", "must be a list of users, got a dictionary"),
        ("twilio_users: alice", "must be a list of users, got text"),
        (42, "must be a list of users, got a number"),
        (
            ["a", 1, None, {"identity": ["x"], "role": True}, [1]],
            (
                "users[1]: must be a dictionary, or an identity as text, "
                "got the number 1; put it in quotes; users[2]: must be a dictionary, or an identity as text, got"
                " nothing; "
                "users[3].identity: must be text, got a list; users[3].role: must be text, got the boolean true; put"
                " it in "
                "quotes; users[4]: must be a dictionary, or an identity as text, got a list"
            ),
        ),
        (
            [{"identity": "a", "attributes": {"n": math.inf}}],
            "users[0] ('a').attributes: inf is not a number that JSON has",
        ),
        (
            [{"identity": "a", "attributes": {1: 2}}],
            ("users[0] ('a').attributes: a key must be text, got the number 1; put it in quotes"),
        ),
        (
            [{"identity": "a", "attributes": {"d": date(2024, 1, 31)}}],
            ("users[0] ('a').attributes: must hold what JSON has, got the date 2024-01-31; put it in quotes"),
        ),
        (
            "alice,bob",
            (
                "line 1: must name the columns, identity among them; the columns are identity, friendly_name, role,"
                " role_sid, attributes, attributes_mode, state"
            ),
        ),
        (
            "identity,Phone,role,Role\n",
            (
                "line 1: unknown column 'Phone'; the columns are identity, friendly_name, role, role_sid, attributes,"
                " attributes_mode, state; others are ignored with ignore_unknown_columns, in the playbooks"
                " twilio_ignore_unknown_columns; line 1: must name each column once, got role more than once"
            ),
        ),
        ("identity,state\na,gone\n", "line 2, state: must be present or absent, got 'gone'"),
        (
            'identity,attributes\na,{"x": 1, "y": 2}\n',
            (
                "line 2: must be CSV: ',' expected after '\"'; a cell that holds a double quote stands in double "
                "quotes, and the quotes in it are doubled"
            ),
        ),
        (
            "identity,friendly_name\na,b,c\n",
            (
                "line 2: must have at most 2 cells, as many as there are columns, got 3; "
                "put a cell that holds a delimiter in double quotes, and double the quotes in it"
            ),
        ),
        (
            "- alice\n - bob\n- carol",
            "line 1: is one text with the line after it, 'alice - bob'; begin both in the same column",
        ),
        ("identity\nbj\udcf6rn", "must be written in UTF-8; in a spreadsheet, choose UTF-8 when saving as CSV"),
        (
            'identity\n\n"a',
            (
                "line 3: must be CSV: unexpected end of data; a cell that holds a double quote stands in double "
                "quotes, and the quotes in it are doubled"
            ),
        ),
        (
            f"identity,role,role_sid\n,x,\nb,x,{ROLE}\nb,,x\n",
            (
                "line 2, identity: must not be empty; line 3: must have role "
                "or role_sid, not both; line 4, identity: must be given once, but 'b' stands in line 3 too; line 4,"
                " role_sid: "
                "must be RL followed by 32 hexadecimal digits, got 'x'"
            ),
        ),
        (
            'identity,attributes,attributes_mode\na,[],\n"b\nb",{,no\n' + "c" * 257,
            "line 2, attributes: must be a JSON object, as a dictionary or as text, got '[]'; line 3, identity: must"
            " not contain the control character '\\n', got 'b\\nb'; a user that really has this identity can be"
            " addressed by its SID; line 3, attributes_mode: must be replace or merge, got 'no'; "
            "line 3, attributes: must be a JSON object, as a dictionary or as text, got '{': Expecting property name "
            "enclosed in double quotes: line 1 column 2 (char 1); line 5, identity: must have at most 256"
            " characters, got "
            "257: '" + "c" * 77 + "...'",
        ),
    ],
)
def test_mistakes(value: Any, message: str) -> None:
    assert problem(value) == message


def test_a_key_without_a_value_is_not_lost() -> None:
    assert to_users("- {identity: a, friendly_name: Smith, Alice, role: }") == [
        {"identity": "a", "friendly_name": "Smith", "Alice": None}
    ]


def test_white_space_before_a_quoted_cell() -> None:
    assert to_users('identity, friendly_name\na, "Smith, A"\n') == [{"identity": "a", "friendly_name": "Smith, A"}]


def test_a_message_does_not_tell_of_thousands_of_mistakes() -> None:
    message = problem([42] * 5000)
    assert message.count("must be a dictionary") == 1
    assert message.endswith("(the same for users[1], users[2], users[3], users[4], users[5] and 4994 more)")
    different = problem([{"identity": f"user-{n}", "role": n} for n in range(5000)])
    assert different.startswith(
        "users[0] ('user-0').role: must be text, got the number 0; put it in quotes; users[1] ("
    )
    assert different.endswith(" more mistakes")
    for text in (
        "identity,role,role_sid\n" + "a,b,c\n" * 5000,
        ",".join(["identity", *(f"x{n}" for n in range(5000))]),
    ):
        assert len(problem(text)) < 4100
    assert len(different) < 4100


def test_the_format_has_to_be_one_that_there_is() -> None:
    assert problem("- a", "xml") == "format: must be one of auto, yaml, json, csv, got 'xml'"


def test_what_is_given_as_nothing_is_not_given() -> None:
    assert to_users("- identity: a\n  friendly_name:\n  role: ~") == [{"identity": "a"}]


def test_merge_keys_and_aliases() -> None:
    text = "- identity: a\n  attributes: &team {team: x, n: 1}\n- identity: b\n  attributes: {<<: *team, n: 2}\n"
    assert [user["attributes"] for user in to_users(text)] == ['{"team":"x","n":1}', '{"team":"x","n":2}']


@pytest.mark.parametrize("text", ["- alice", '["alice"]', "identity\nalice"])
def test_a_text_of_ansible_is_a_text(text: str) -> None:
    class Text(str):
        """Ansible marks texts with subclasses of str, whose methods give such texts again."""

        def removeprefix(self, prefix: str, /) -> str:
            return Text(super().removeprefix(prefix))

    assert to_users(Text(text)) == [{"identity": "alice"}]


def test_unknown_options_are_left_to_the_module() -> None:
    assert to_users("- {identity: a, freindly_name: A}") == [{"identity": "a", "freindly_name": None}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {identity: !!bool maybe}", "line 1: is not what its tag 'tag:yaml.org,2002:bool' says, got 'maybe'"),
        ("- {identity: !!int ''}", "line 1: is not what its tag 'tag:yaml.org,2002:int' says, got ''"),
        ("- {identity: a, attributes: {x: !!float ''}}", "tag:yaml.org,2002:float"),
        ("- a\n- !!seq x\n- !!map y\n- !!int z", "line 4: is not what its tag 'tag:yaml.org,2002:int' says, got 'z'"),
        ("- !!seq x\n- [!!map [a]]", "line 2: is not what its tag 'tag:yaml.org,2002:map' says, got a list"),
    ],
)
def test_a_tag_that_lies_is_named(text: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        to_users(text, "yaml")
    assert message in str(refused.value)


def test_a_time_is_the_text_that_it_is() -> None:
    assert to_users("- {identity: !!timestamp x}", "yaml") == [{"identity": "x"}]


def test_a_number_of_thousands_of_digits_is_kept_or_refused() -> None:
    digits = "1" * 5000
    assert to_users(f'[{{"identity": "a", "attributes": {{"x": {digits}}}}}]') == [
        {"identity": "a", "attributes": f'{{"x":{digits}}}'}
    ]
    with pytest.raises(ValidationError, match=r"users\[0\] \('a'\).attributes: holds a number with too many digits"):
        to_users([{"identity": "a", "attributes": {"x": 10**5000}}])


@pytest.mark.parametrize("attributes", ["", None])
def test_attributes_of_a_returned_user_that_were_never_set_are_left_out(attributes: str | None) -> None:
    keys = ("id", "sid", "account_sid", "service_sid", "attributes_parsed", "date_created", "url")
    user = {**dict.fromkeys(keys), "identity": "alice", "role_sid": "RL", "role": "agent", "attributes": attributes}
    assert to_users([user]) == [{"identity": "alice", "role": "agent"}]
