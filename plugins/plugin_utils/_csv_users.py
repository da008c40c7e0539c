# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse a list of users from CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..module_utils._resources import validators
from ..module_utils._resources.validators import ValidationError, excerpt
from ._messages import raise_all

COLUMNS = ("identity", "friendly_name", "role", "role_sid", "attributes", "attributes_mode")
MODES = ("replace", "merge")
DELIMITERS = ",;\t"


def parse_csv(text: str) -> list[dict[str, Any]]:
    """Parse users from CSV.

    :param text: the text; its first line has the names of the columns.
    :returns: a dictionary for each user, without empty cells.
    :raises ValidationError: the text is invalid; the message lists all errors with their lines.
    """
    rows = _rows(text)
    line, header = next(rows, (1, []))
    _check_header(line, header)
    errors: list[str] = []
    users = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        if len(cells) > len(header):
            errors.append(
                f"line {line}: must have at most {len(header)} cells, as the first line, got {len(cells)};"
                " put a cell that holds a delimiter in double quotes, and double the quotes in it"
            )
            continue
        user = {name: cell for name, cell in zip(header, cells) if cell}
        _check_row(line, user, lines, errors)
        users.append(user)
    raise_all(errors)
    return users


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, with the numbers of their first lines; cells are stripped."""
    first = text.lstrip().splitlines()[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValidationError(
            f"line {line}: must be CSV: {error}; a cell that holds a double quote stands in double quotes,"
            " and the quotes in it are doubled"
        ) from None


def _delimiter(header: str) -> str:
    def known(delimiter: str) -> int:
        return sum(cell.strip('" ') in COLUMNS for cell in header.split(delimiter))

    # The delimiter that results in the most known columns; if there are none, the most frequent delimiter.
    return max(DELIMITERS, key=lambda delimiter: (known(delimiter), header.count(delimiter)))


def _check_header(line: int, header: Sequence[str]) -> None:
    known = f"the columns are {', '.join(COLUMNS)}"
    errors = []
    unknown = [excerpt(name) for name in dict.fromkeys(header) if name not in COLUMNS]
    if unknown:
        errors.append(f"line {line}: unknown column {', '.join(unknown)}; {known}")
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if twice:
        errors.append(f"line {line}: must name each column once, got {', '.join(twice)} more than once")
    if "identity" not in header:
        errors.append(f"line {line}: must name the columns, identity among them")
    raise_all(errors)


def _check_row(line: int, user: Mapping[str, str], lines: dict[str, int], errors: list[str]) -> None:
    row_errors = validators.ErrorCollector(f"line {line}, ")
    identity = user.get("identity", "")
    row_errors.check(validators.identity, identity)
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
    if "attributes" in user:
        row_errors.check(validators.attributes, user["attributes"], mode)
    errors += row_errors.messages
