# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse a list of users from CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..module_utils._resources import validators
from ..module_utils._resources.validators import ValidationError, excerpt
from ._messages import raise_all, refuse_shortened_number

COLUMNS = ("identity", "friendly_name", "role", "role_sid", "attributes", "attributes_mode", "state")
STATES = ("present", "absent")
MODES = ("replace", "merge")
DELIMITERS = ",;\t"

# The first line that some spreadsheets write; others need it to open the file.
_DELIMITER_LINE = re.compile(r"""[ ]*"?sep=(?P<delimiter>[^\w\s"]|\t)"?[ \t]*(?:\r\n|\r|\n|$)""", re.IGNORECASE)
_QUOTES = "a cell that holds a double quote stands in double quotes, and the quotes in it are doubled"


def begins_with_delimiter(text: str) -> bool:
    """Return whether the first line of a text that is not empty names the delimiter, such as ``sep=;``.

    :param text: the text.
    :returns: whether it does, so that the text is CSV.
    """
    return _DELIMITER_LINE.match(text.lstrip("\r\n")) is not None


def parse_csv(text: str, ignore_unknown_columns: bool = False) -> list[dict[str, Any]]:
    """Parse users from CSV.

    :param text: the text; its first line has the names of the columns, and can be preceded by a line ``sep=;``.
    :param ignore_unknown_columns: leave out columns with other names, instead of rejecting them.
    :returns: a dictionary for each user, without empty cells.
    :raises ValidationError: the text is invalid; the message lists all errors with their lines.
    """
    rows = _rows(text)
    line, names = next(rows, (1, []))
    if not ignore_unknown_columns:
        names = _without_empty_end(names)
    header = [_column(name) for name in names]
    _check_header(line, names, header, ignore_unknown_columns)
    errors: list[str] = []
    users = []
    lines: dict[str, int] = {}
    for line, row in rows:
        cells = _without_empty_end(row)
        if len(cells) > len(header):
            errors.append(
                f"line {line}: must have at most {len(header)} cells, as many as there are columns, got {len(cells)};"
                " put a cell that holds a delimiter in double quotes, and double the quotes in it"
            )
            continue
        user = {name: cell for name, cell in zip(header, cells) if cell and name is not None}
        _check_row(line, user, lines, errors)
        users.append(user)
    raise_all(errors)
    return users


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, with the numbers of their first lines; cells are stripped."""
    body = text.lstrip("\r\n")
    line = 1 + len(text[: len(text) - len(body)].splitlines())
    named = _DELIMITER_LINE.match(body)
    if named is not None:
        body = body[named.end() :]
        line += 1
    delimiter = named["delimiter"] if named else _delimiter(body.lstrip().splitlines()[0])
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    first = line
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        message = str(error)
        hint = _QUOTES
        if "field limit" in message:
            message = f"a cell has more than {csv.field_size_limit():,} characters"
            hint = "does the double quote that ends it, or a cell before it, belong there?"
        raise ValidationError(f"line {line}: must be CSV: {message}; {hint}") from None


def _without_empty_end(cells: list[str]) -> list[str]:
    count = len(cells)
    while count and not cells[count - 1]:
        count -= 1
    return cells[:count]


def _delimiter(header: str) -> str:
    def known(delimiter: str) -> int:
        return sum(_column(cell.strip('" ')) is not None for cell in header.split(delimiter))

    # The delimiter that results in the most known columns; if there are none, the most frequent delimiter.
    return max(DELIMITERS, key=lambda delimiter: (known(delimiter), header.count(delimiter)))


def _column(name: str) -> str | None:
    """Return the column that a name means, without regard to case, blanks, underscores and hyphens."""
    return _BY_LETTERS.get(_letters(name))


def _letters(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


_BY_LETTERS = {_letters(name): name for name in COLUMNS}


def _check_header(line: int, names: Sequence[str], header: Sequence[str | None], ignore_unknown_columns: bool) -> None:
    known = f"the columns are {', '.join(COLUMNS)}"
    if "identity" not in header:
        # Without the text, since it may be a file of secrets.
        raise ValidationError(f"line {line}: must name the columns, identity among them; {known}")
    errors = []
    unknown = [excerpt(name) for name, column in dict(zip(names, header)).items() if column is None]
    if unknown and not ignore_unknown_columns:
        errors.append(
            f"line {line}: unknown column {', '.join(unknown)}; {known}; others are ignored with"
            " ignore_unknown_columns, in the playbooks twilio_ignore_unknown_columns"
        )
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if twice:
        errors.append(f"line {line}: must name each column once, got {', '.join(twice)} more than once")
    raise_all(errors)


def _check_row(line: int, user: Mapping[str, str], lines: dict[str, int], errors: list[str]) -> None:
    row_errors = validators.ErrorCollector(f"line {line}, ")
    identity = user.get("identity", "")
    row_errors.check(validators.identity, identity)
    row_errors.check(refuse_shortened_number, identity)
    if identity in lines:
        row_errors.messages.append(
            f"line {line}, identity: must be given once, but {excerpt(identity)} stands in line {lines[identity]} too"
        )
    lines.setdefault(identity, line)
    if "friendly_name" in user:
        row_errors.check(validators.friendly_name, user["friendly_name"])
    if "role" in user and "role_sid" in user:
        row_errors.messages.append(f"line {line}: must have role or role_sid, not both")
    if user.get("role_sid", "default") != "default":
        row_errors.check(validators.sid, "role_sid", "RL", user["role_sid"])
    mode = user.get("attributes_mode", "replace")
    if mode not in MODES:
        row_errors.messages.append(f"line {line}, attributes_mode: must be {' or '.join(MODES)}, got {excerpt(mode)}")
    state = user.get("state", "present")
    if state not in STATES:
        row_errors.messages.append(f"line {line}, state: must be {' or '.join(STATES)}, got {excerpt(state)}")
    if "attributes" in user:
        row_errors.check(validators.attributes, user["attributes"], mode)
    errors += row_errors.messages
