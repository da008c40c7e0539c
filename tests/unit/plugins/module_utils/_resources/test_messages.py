# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.twilio.plugins.module_utils._resources.messages import (
    MAX_ERRORS,
    MAX_LENGTH,
    limited,
    place_of,
    printable,
    similar_name,
    suggestion,
    summarize,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 'quoted' \\ text", "plain 'quoted' \\ text"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\0\x7f\x85\x9b", r"\x00\x7f\x85\x9b"),
        ("\u2028\u2029\u202e\u2066\u200f\u061c", r"\u2028\u2029\u202e\u2066\u200f\u061c"),
        ("\ud800", r"\ud800"),
        # What belongs to names and emoji stays.
        ("José ユーザー\u3000\xa0👩\u200d🚀", "José ユーザー\u3000\xa0👩\u200d🚀"),
    ],
)
def test_only_what_a_terminal_would_not_show_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_one_error_stays_as_it_is() -> None:
    assert summarize(["identity: must not be empty"]) == "identity: must not be empty"


@pytest.mark.parametrize("place", ["users[{}]", "users[{}] ('it\\'s: {} (x)')", 'users[{}] ("it\'s")', "line {}"])
def test_the_same_error_of_many_is_told_once_with_some_places(place: str) -> None:
    places = [place.format(index, index) for index in range(300)]
    for rest in (".role: must be text", ": unknown: x", ", identity: must not be empty"):
        shown = f"{places[0]}{rest} (the same for {', '.join(places[1:6])} and 294 more)"
        assert summarize([each + rest for each in places]) == shown
        # However they are mixed.
        assert summarize([each + what for each in places[:2] for what in (rest, " y")]) == (
            f"{places[0]}{rest} (the same for {places[1]}); {places[0]} y (the same for {places[1]})"
        )


def test_an_error_without_a_place_is_told_once() -> None:
    assert summarize(["a: x", "b: y", "a: x"]) == "a: x; b: y"


def test_the_rest_is_counted() -> None:
    errors = [f"users[{index}].identity: must be text, got {index}" for index in range(300)]
    message = summarize(errors)
    assert message == "; ".join(errors[:MAX_ERRORS]) + "; and 280 more mistakes"


@given(st.lists(st.text(max_size=3000), min_size=1, max_size=60))
def test_a_message_has_a_limited_length(errors: list[str]) -> None:
    assert len(summarize(errors)) <= MAX_LENGTH + 2 * MAX_ERRORS + len("; and 60 more mistakes")


def test_an_error_that_is_too_long_is_cut() -> None:
    assert summarize(["x" * 5000, "y"]) == "x" * 3997 + "...; and 1 more mistake"
    assert limited("x" * 10, 10) == "x" * 10
    assert limited("x" * 11, 10) == "x" * 7 + "..."


def test_a_place_has_the_name_of_the_entry_if_there_is_one() -> None:
    assert place_of("users", 7, "'alice'") == "users[7] ('alice')"
    assert place_of("users", 7) == place_of("users", 7, None) == "users[7]"


KNOWN = ["friendly_name", "role_sid", "role", "identity", "attributes", "service_sid"]


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("friendlyName", "friendly_name"),
        ("FriendlyName", "friendly_name"),
        ("Friendly Name", "friendly_name"),
        ("friendly-name", "friendly_name"),
        ("freindly_name", "friendly_name"),
        ("roleSid", "role_sid"),
        ("RoleSID", "role_sid"),
        ("Identity", "identity"),
        ("chat_service_sid", "service_sid"),
        ("colour", None),
        ("sid", None),
        ("", None),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, similar: str | None) -> None:
    assert similar_name(name, KNOWN) == similar


def test_similar_names_are_suggested() -> None:
    assert suggestion(["roleSid", "colour", "friendlyName"], KNOWN) == (
        " Did you mean friendly_name instead of friendlyName and role_sid instead of roleSid?"
    )
    assert suggestion(["colour"], KNOWN) == suggestion([], KNOWN) == ""
