# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the fields of a user before and after a sync, key by key."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..module_utils._resources.messages import printable

Values = Mapping[str, Any]

_MISSING: Final = object()
# A key that can be written after a dot without doubt about where it ends.
_PLAIN_KEY = re.compile(r"[\w-]+")


def user_changes(before: Values, after: Values, role_names: Values) -> list[dict[str, Any]]:
    """Return the values that differ.

    Objects are compared key by key, and so are the objects in two lists of the same length. Any other value, such as a
    list of texts, is compared as a whole.

    :param before: the fields before; empty for a user that is created.
    :param after: the fields after; empty for a user that is deleted.
    :param role_names: the names of roles by their SIDs in lower case, as :func:`role_names` returns them.
    :returns: for each value that differs its ``path``, such as ``attributes.address.city``, and ``before`` and
        ``after``, unless the value does not exist there. The identity is left out.
    """
    found: list[dict[str, Any]] = []
    for name in {**before, **after}:
        if name == "identity":
            continue
        path, sides = name, [side.get(name, _MISSING) for side in (before, after)]
        if name == "role_sid":
            names = [_MISSING if sid is _MISSING else role_names.get(str(sid).lower()) for sid in sides]
            if None not in names:
                path, sides = "role", names
        for where, old, new in _compare(path, *sides):
            change = {"path": where, "before": old, "after": new}
            found.append({key: value for key, value in change.items() if value is not _MISSING})
    return found


def role_names(roles: Iterable[Any]) -> dict[str, str]:
    """Return the names of roles.

    :param roles: the roles of a service, as the modules that read roles return them; anything else is ignored.
    :returns: the names by the SIDs in lower case, without names that several roles have.
    """
    known = [role for role in roles if isinstance(role, Mapping) and role.get("sid") and role.get("friendly_name")]
    counts = Counter(role["friendly_name"] for role in known)
    return {role["sid"].lower(): role["friendly_name"] for role in known if counts[role["friendly_name"]] == 1}


def _compare(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if _is_object(before, after):
        old, new = ({} if side is _MISSING else side for side in (before, after))
        for key in {**old, **new}:
            yield from _compare(path + _step(key), old.get(key, _MISSING), new.get(key, _MISSING))
    elif _are_lists_of_objects(before, after):
        for index, (old, new) in enumerate(zip(before, after)):
            yield from _compare(f"{path}[{index}]", old, new)
    elif not _equal(before, after):
        yield path, before, after


def _is_object(before: Any, after: Any) -> bool:
    """Return whether to compare by key, as for an object that appears or disappears, unless it is empty."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return True
    present = after if before is _MISSING else before if after is _MISSING else None
    return isinstance(present, Mapping) and bool(present)


def _are_lists_of_objects(before: Any, after: Any) -> bool:
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(before) == len(after)
        and all(isinstance(each, Mapping) for each in (*before, *after))
    )


def _equal(before: Any, after: Any) -> bool:
    """Return whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(_equal(value, after[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_equal, before, after))
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def _step(key: Any) -> str:
    text = str(key)
    if _PLAIN_KEY.fullmatch(text):
        return f".{text}"
    # JSON would be escaped a second time where it has characters that are not shown as they are.
    return f"[{json.dumps(text, ensure_ascii=printable(text) != text)}]"
