# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse the entries of the option ``users``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._resources import validators
from .._resources.messages import place_of, suggestion
from .._resources.validators import ErrorCollector, excerpt
from .options import ABSENT, ROLE_OPTIONS, STATE_SPEC, USER_KEYS
from .raw_arguments import check_texts
from .user import FIELDS_SPEC, parse_user_fields

# Identity to the desired fields; None for a user that is to be absent.
DesiredUsers = dict[str, "dict[str, Any] | None"]

ENTRY_SPEC: dict[str, dict[str, Any]] = {
    "identity": {"type": "str", "required": True},
    **FIELDS_SPEC,
    "state": {"type": "str", "choices": STATE_SPEC["choices"]},
}


def parse_entries(
    entries: Sequence[Mapping[str, Any]], state: str, prune: bool, errors: ErrorCollector
) -> tuple[DesiredUsers, list[str]]:
    """Parse the entries of the option ``users``.

    :param entries: the entries.
    :param state: present or absent.
    :param prune: whether the users that are not listed are deleted.
    :param errors: collects the errors.
    :returns: the users; and warnings about numbers that are used as text.
    """
    parser = _EntryParser(state, prune, errors)
    for index, entry in enumerate(entries):
        parser.parse(index, entry)
    return parser.desired, parser.warnings


class _EntryParser:
    def __init__(self, state: str, prune: bool, errors: ErrorCollector) -> None:
        self.desired: DesiredUsers = {}
        self.warnings: list[str] = []
        self._absent = state == ABSENT
        self._deletes = self._absent or prune
        self._errors = errors
        self._indices: dict[str, int] = {}
        self._validator = ArgumentSpecValidator(ENTRY_SPEC, [ROLE_OPTIONS])

    def parse(self, index: int, entry: Mapping[str, Any]) -> None:
        """Parse an entry; collect the user, or the errors."""
        place = place_of("users", index, _name_of(entry))
        # As in the other modules, null means not set. An unknown key is an error even with null: {friendly_name: A, B}
        # has the key B.
        validation = self._validator.validate(
            {name: entry[name] for name in entry if entry[name] is not None or name not in ENTRY_SPEC}
        )
        found = [
            *(f"{place}: {_message_of(error, entry)}" for error in validation.errors),
            *self._check_texts(index, place, entry),
        ]
        if not validation.errors.messages:
            found += self._parse_values(index, place, validation.validated_parameters)
        self._errors.messages += found

    def _check_texts(self, index: int, place: str, entry: Mapping[str, Any]) -> list[str]:
        # Where the value is not part of the place, the message has it.
        deletes = self._deletes or entry.get("state") == ABSENT
        identity = ErrorCollector(f"{place}." if _is_number(entry.get("identity")) else f"users[{index}].")
        others = ErrorCollector(f"{place}.")
        check = validators.key_text
        warning = identity.check(check, "identity", entry.get("identity"), deletes, is_named=True)
        warnings = check_texts(FIELDS_SPEC, entry, others, USER_KEYS, deletes)
        self.warnings += [f"{place}.{each}" for each in (warning, *warnings) if each is not None]
        return identity.messages + others.messages

    def _parse_values(self, index: int, place: str, values: Mapping[str, Any]) -> list[str]:
        identity = values["identity"]
        unnamed = f"users[{index}]."
        own, others, duplicates = ErrorCollector(unnamed), ErrorCollector(f"{place}."), ErrorCollector(unnamed)
        own.check(validators.identity, identity)
        fields = parse_user_fields(values, others)
        absent = self._absent if values["state"] is None else values["state"] == ABSENT
        if identity in self._indices:
            duplicates.check(_refuse_duplicate, identity, self._indices[identity])
        self._indices.setdefault(identity, index)
        self.desired[identity] = None if absent else fields
        return own.messages + others.messages + duplicates.messages


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _name_of(entry: Mapping[str, Any]) -> str | None:
    identity = entry.get("identity")
    return excerpt(identity) if _is_number(identity) or (identity and isinstance(identity, str)) else None


def _message_of(error: Any, entry: Mapping[str, Any]) -> str:
    if isinstance(error, UnsupportedError):
        return f"unknown: {error.msg}{suggestion((name for name in entry if name not in ENTRY_SPEC), ENTRY_SPEC)}"
    return str(error.msg)


def _refuse_duplicate(identity: str, index: int) -> None:
    raise validators.ValidationError(
        f"identity: must be given once, but {excerpt(identity)} is the identity of users[{index}] too"
    )
