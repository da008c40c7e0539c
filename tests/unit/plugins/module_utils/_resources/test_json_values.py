# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources import json_values
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import VALUES

parse, dump, equal, to_plain = json_values.parse, json_values.dump, json_values.equal, json_values.to_plain


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9007199254740993", "9007199254740992"),
        ("0.1", "0.1000000000000000055511151231257827"),
        ("true", "1"),
        ("false", "0"),
        ("null", "false"),
        ("null", "0"),
        ('"1"', "1"),
        ('""', "null"),
        ("[]", "{}"),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        ('{"a":1}', '{"a":1,"b":null}'),
        ('{"a":null}', "{}"),
        ('{"a":1}', '{"b":1}'),
        ('{"a":{"b":1}}', '{"a":{"b":2}}'),
        ("1e400", "1e401"),
        ("1e-400", "0"),
        ('"é"', '"e\\u0301"'),
        ('{"a":[true]}', '{"a":[1]}'),
    ],
)
def test_different_values_differ(one: str, other: str) -> None:
    assert not equal(parse(one), parse(other))
    assert not equal(parse(other), parse(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1.0"),
        ("100", "1e2"),
        ("0", "-0"),
        ("0", "0e999"),
        ("-0.0", "0"),
        ("10e399", "1e400"),
        ('{"a":1,"b":2}', ' { "b" : 2 , "a" : 1.00 } '),
        ('"\\u00e9"', '"é"'),
        ('"\\ud83d\\ude00"', '"😀"'),
        ("[1,[2,{}]]", "[1.0,[2e0,{}]]"),
        ("1" + "0" * 5000, "1e5000"),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert equal(parse(one), parse(other))
    assert equal(parse(other), parse(one))


def test_numbers_keep_every_digit() -> None:
    text = "[9007199254740993,0.10000000000000000001,1E+400,-1E-400]"
    assert dump(parse(text)) == text


def test_a_number_of_many_digits_is_read_whole() -> None:
    digits = "7" * 10000
    assert dump(parse(digits)) == digits


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '{"a":NaN}', "[-Infinity]"])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(json_values.NotJson, match="is not a JSON number"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["", " ", "{", "{]", "{'a':1}", "{a:1}", "[1,]", "01", "+1", "1.", "tru", '"\n"', "1 2"]
)
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(json_values.NotJson):
        parse(text)


@pytest.mark.parametrize("text", ["1e9999999999999999999", "-1e9999999999999999999", "[1e-9999999999999999999]"])
def test_an_exponent_beyond_reason_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(json_values.NotJson, match="exponent that is out of range"):
        parse(text)


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"b":{"a":1,"c":0,"a":1}}', '[{"a":1,"a":1}]', '{"\\u0061":1,"a":1}']
)
def test_a_key_that_is_named_twice_is_refused_where_asked(text: str) -> None:
    with pytest.raises(json_values.NotJson, match="it names the key 'a' twice"):
        parse(text, refuse_duplicates=True)


def test_of_a_key_that_is_named_twice_the_last_value_counts() -> None:
    assert parse('{"a":1,"a":2}') == {"a": Decimal(2)}


def test_a_hundred_levels_are_read() -> None:
    assert dump(parse(nested(100))) == nested(100)
    assert equal(parse(nested(100)), parse(nested(100)))
    assert json.dumps(to_plain(parse(nested(100))), separators=(",", ":")) == nested(100)


@pytest.mark.parametrize("levels", [101, 1000, 100000])
@pytest.mark.parametrize("refuse_duplicates", [False, True])
def test_more_than_a_hundred_levels_are_refused(levels: int, refuse_duplicates: bool) -> None:
    for text in (nested(levels), "[" * levels + "]" * levels):
        with pytest.raises(json_values.NotJson, match="nests more than 100 levels"):
            parse(text, refuse_duplicates)


def test_text_is_compact_and_keeps_what_is_not_ascii() -> None:
    assert dump(parse('{ "é" : [ 1 , "😀" , true , null ] , "b" : { } }')) == '{"é":[1,"😀",true,null],"b":{}}'


def test_what_text_must_escape_is_escaped() -> None:
    value = {'a"\\\n\t\0': '"\\\n\t\0\u2028'}
    assert json.loads(dump(value)) == value


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\udc00":"é\\ud800"}'])
def test_a_surrogate_alone_stays_an_escape(text: str) -> None:
    value = parse(text)
    written = dump(value)
    assert written.encode("utf-8")
    assert equal(parse(written), value)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("1", 1),
        ("-0", 0),
        ("1e2", 100),
        ("1.0", 1.0),
        ("0.1", 0.1),
        ("9007199254740993", 9007199254740993),
        ("9007199254740993.0", "9007199254740993.0"),
        ("0.10000000000000000001", "0.10000000000000000001"),
        ("1e300", 10**300),
        ("1e301", "1E+301"),
        ("1e-400", "1E-400"),
        ("0e-400", 0),
        ("true", True),
        ("null", None),
        ('"a"', "a"),
        ('"\\ud800"', "\\ud800"),
        ('{"\\ud800":["\\udc00"]}', {"\\ud800": ["\\udc00"]}),
    ],
)
def test_a_result_shows_numbers_exactly_or_as_text(text: str, given: Any) -> None:
    shown = to_plain(parse(text))
    assert shown == given
    assert type(shown) is type(given)


@given(VALUES)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert equal(parse(dump(value)), value)
    assert equal(parse(dump(value), refuse_duplicates=True), value)


@given(VALUES)
def test_what_is_written_is_json_to_others(value: Any) -> None:
    text = dump(value)
    assert json.loads(text, parse_int=Decimal, parse_float=Decimal) == value
    assert text == dump(parse(text))


@given(VALUES, VALUES)
def test_sameness_does_not_depend_on_the_side(one: Any, other: Any) -> None:
    pair = [one, other]
    assert equal(one, one)
    assert equal(*pair) == equal(*reversed(pair))


@given(VALUES)
def test_a_result_can_be_written_as_json_by_others(value: Any) -> None:
    shown = to_plain(value)
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown


@given(st.integers(), st.integers())
def test_whole_numbers_are_the_same_only_when_equal(one: int, other: int) -> None:
    assert equal(parse(str(one)), parse(str(other))) == (one == other)
    assert to_plain(parse(str(one))) == one
