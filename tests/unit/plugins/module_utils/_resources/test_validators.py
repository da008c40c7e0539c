# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources import validators
from ansible_collections.community.twilio.plugins.module_utils._resources.field_types import MergePatch
from ansible_collections.community.twilio.plugins.module_utils._resources.json_values import dump
from ansible_collections.community.twilio.tests.unit.plugins.support.json_texts import OBJECTS

HEX = "0123456789abcdefABCDEF0123456789"
IS, US = "IS" + HEX, "US" + HEX


def refusal(function: object, *arguments: object) -> str:
    assert callable(function)
    with pytest.raises(validators.ValidationError) as caught:
        function(*arguments)
    return str(caught.value)


def test_a_sid_is_its_prefix_and_32_hexadecimal_digits() -> None:
    assert validators.sid("service_sid", "IS", IS) == IS


@pytest.mark.parametrize(
    "value",
    ["", "IS", HEX, IS[:-1], IS + "0", IS + "\n", "\n" + IS, " " + IS, "US" + HEX, "is" + HEX, "IS" + "g" * 32]
    + ["IS" + "٣" * 32, f"/Services/{IS}"],
)
def test_what_is_not_a_sid_is_refused_with_what_is_right(value: str) -> None:
    message = refusal(validators.sid, "role_sid", "IS", value)
    assert message == f"role_sid: must be IS followed by 32 hexadecimal digits, got {value[:77] or ''!r}"


def test_a_long_wrong_value_is_shortened() -> None:
    message = refusal(validators.sid, "service_sid", "IS", "x" * 10000)
    assert repr("x" * 77 + "...") in message
    assert len(message) < 200


def test_control_characters_of_a_wrong_value_are_escaped() -> None:
    assert refusal(validators.sid, "service_sid", "IS", "a\x1b[31m\n").endswith(r"got 'a\x1b[31m\n'")


def test_a_user_sid_stays_as_it_is() -> None:
    assert validators.user_sid(US) == US


@pytest.mark.parametrize("service", [IS, IS.replace("a", "A"), "IS" + HEX.lower(), "IS" + HEX.upper()])
def test_an_import_id_gives_its_user_when_its_service_agrees(service: str) -> None:
    import_id = validators.user_sid(f"/Services/{IS}/Users/{US}")
    assert isinstance(import_id, validators.ImportId)
    import_id.require_service(service)
    assert import_id.user_sid == US


def test_an_import_id_of_another_service_is_refused_and_both_are_named() -> None:
    other = "IS" + "0" * 32
    import_id = validators.user_sid(f"/Services/{IS}/Users/{US}")
    assert isinstance(import_id, validators.ImportId)
    message = refusal(import_id.require_service, other)
    assert message.startswith("sid: the import ID ")
    assert IS in message
    assert other in message
    assert "service_sid" in message


@pytest.mark.parametrize(
    "value",
    [
        "",
        "alice",
        IS,
        US + "\n",
        f"Services/{IS}/Users/{US}",
        f"/Services/{IS}/Users/{US}/",
        f"/Services/{IS}/Users/alice",
        f"/Services/{IS}/Roles/{US}",
        f"/v2/Services/{IS}/Users/{US}",
        f"/Services/{IS}/Users/{US}\n",
    ],
)
def test_what_is_no_user_sid_is_refused_with_what_is_right(value: str) -> None:
    message = refusal(validators.user_sid, value)
    assert message.startswith(
        "sid: must be US followed by 32 hexadecimal digits, or an import ID /Services/IS.../Users/US..., got "
    )
    assert validators.excerpt(value) in message


@pytest.mark.parametrize(
    "value",
    ["a", "a/b", "..", ".", "a?b#c", "100%41", "a b", "a\xa0b", "ALICE@example.com", "ユーザー", "x" * 256, "😀" * 256]
    + ["👩\u200d🚀", "\u0645\u06cc\u200c\u062e", "a\u202eb"]
    + ["US" + HEX + "0", "us" + HEX, "US" + "g" * 32, "IS" + HEX],
)
def test_any_other_text_is_an_identity(value: str) -> None:
    assert validators.identity(value) == value


BLANKS = [" ", "\n", "\t", "\r\n", "\x1c", "\x85", "\xa0", "\u2003", "\u2028", "\u3000", "\u200b", "\ufeff"]
CONTROLS = ["\0", "\n", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029"]


def invisible() -> Iterator[tuple[str, str]]:
    for blank in BLANKS:
        yield f"{blank}x", "must not begin with white space"
        yield f"x{blank}", "must not end with white space"
    for control in CONTROLS:
        yield f"x{control}y", f"must not contain the control character {control!r}"


@pytest.mark.parametrize(("value", "what"), list(invisible()), ids=repr)
def test_a_key_that_looks_like_another_one_is_refused(value: str, what: str) -> None:
    way_out = "a user that really has this identity can be addressed by its SID"
    assert refusal(validators.identity, value) == f"identity: {what}, got {value!r}; {way_out}"
    way_out = "a service or role that really has this name can be addressed by its SID"
    assert refusal(validators.name, "role", value) == f"role: {what}, got {value!r}; {way_out}"


def test_the_end_of_a_long_key_is_shown_if_it_is_wrong() -> None:
    assert f"got '...{'x' * 76}\\n'; " in refusal(validators.identity, "x" * 200 + "\n")
    assert f"got '\\n{'x' * 76}...'; " in refusal(validators.identity, "\n" + "x" * 200)


@pytest.mark.parametrize("value", ["", " ", "a\n", "\x1b"])
def test_a_value_that_is_no_key_may_have_white_space_and_control_characters(value: str) -> None:
    assert validators.friendly_name(value) == value


def test_an_empty_identity_is_refused() -> None:
    assert refusal(validators.identity, "") == "identity: must not be empty"


@pytest.mark.parametrize("value", [US, US.lower().replace("us", "US"), US.upper()])
def test_an_identity_like_a_user_sid_is_refused_with_advice(value: str) -> None:
    assert refusal(validators.identity, value) == (
        f"identity: must not look like a user SID, got '{value}'; use the option sid for a SID"
    )


@pytest.mark.parametrize("value", ["x" * 257, "é" * 257, "😀" * 257])
def test_texts_are_limited_by_characters_and_the_count_is_named(value: str) -> None:
    for option, check in (("identity", validators.identity), ("friendly_name", validators.friendly_name)):
        message = refusal(check, value)
        assert message.startswith(f"{option}: must have at most 256 characters, got 257: ")
        assert check(value[:256]) == value[:256]


@pytest.mark.parametrize("value", ["\ud800", "a\udcff"])
def test_text_that_is_not_unicode_is_refused_and_shown_as_escapes(value: str) -> None:
    for option, check in (("identity", validators.identity), ("friendly_name", validators.friendly_name)):
        message = refusal(check, value)
        assert message.startswith(f"{option}: must be Unicode text, got ")
        assert message.encode("utf-8")


@pytest.mark.parametrize("value", ["", " ", "x" * 256, "😀" * 256, US])
def test_a_friendly_name_may_be_any_text_also_none(value: str) -> None:
    assert validators.friendly_name(value) == value


@pytest.mark.parametrize("text", ["[]", "1", '"a"', "null", "true", "[{}]"])
@pytest.mark.parametrize("mode", ["replace", "merge"])
def test_attributes_that_are_no_object_are_refused(text: str, mode: str) -> None:
    assert refusal(validators.attributes, text, mode) == (
        f"attributes: must be a JSON object, as a dictionary or as text, got {text!r}"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("team: support", "Expecting value"),
        ("{'a': 1}", "Expecting property name"),
        ('{"a":NaN}', "NaN is not a JSON number"),
        ('{"a":1,"a":1}', "it names the key 'a' twice"),
        ('{"a":' * 101 + "{}" + "}" * 101, "nests more than 100 levels"),
        ('{"a":1e9999999999999999999}', "exponent that is out of range"),
    ],
)
def test_attributes_that_are_not_json_are_refused_with_the_reason(text: str, reason: str) -> None:
    message = refusal(validators.attributes, text, "replace")
    assert message.startswith(
        f"attributes: must be a JSON object, as a dictionary or as text, got {validators.excerpt(text)}: "
    )
    assert reason in message


@given(OBJECTS)
def test_attributes_are_the_object_or_a_patch_of_it(value: object) -> None:
    text = dump(value)
    assert validators.attributes(text, "replace") == value
    assert validators.attributes(text, "merge") == MergePatch(value)


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    errors = validators.ErrorCollector()
    assert errors.check(validators.identity, "") is None
    assert errors.check(validators.friendly_name, "Alice") == "Alice"
    assert errors.check(validators.sid, "service_sid", "IS", "x") is None
    assert refusal(errors.raise_any) == (
        "identity: must not be empty; service_sid: must be IS followed by 32 hexadecimal digits, got 'x'"
    )


def test_nothing_is_raised_where_nothing_is_wrong() -> None:
    errors = validators.ErrorCollector()
    assert errors.check(validators.identity, "alice") == "alice"
    errors.raise_any()


def test_only_complaints_are_collected_and_no_other_exception() -> None:
    with pytest.raises(TypeError):
        validators.ErrorCollector().check(validators.identity)


@given(st.text(max_size=300))
def test_an_identity_is_taken_as_it_is_or_refused_by_name(value: str) -> None:
    try:
        assert validators.identity(value) == value
    except validators.ValidationError as refused:
        assert str(refused).startswith("identity: must ")
        assert (
            not value
            or len(value) > 256
            or validators.is_sid("US", value)
            or any("\ud800" <= c <= "\udfff" for c in value)
            or value != value.strip().strip("\u200b\u2060\ufeff")
            or any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in value)
        )
