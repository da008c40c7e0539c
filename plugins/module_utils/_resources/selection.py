# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select users by identity, role and attributes."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from . import json_values
from .field_types import JsonObject
from .resource_type import Raw


class Selection:
    """Selects the users that match all given conditions; without conditions, all users.

    :param identities: shell patterns for the identity, of which one has to match; None for any identity.
    :param role_sids: the SIDs of roles, of which the user has to have one; None for any role.
    :param attributes: a parsed JSON object whose values the attributes have to contain; None for any attributes.
    """

    def __init__(
        self,
        identities: Iterable[str] | None = None,
        role_sids: Iterable[str] | None = None,
        attributes: Any | None = None,
    ) -> None:
        self._identities = None if identities is None else tuple(identities)
        self._role_sids = None if role_sids is None else frozenset(sid.lower() for sid in role_sids)
        self._attributes = attributes

    @property
    def has_conditions(self) -> bool:
        """Return whether there is a condition."""
        return not (self._identities is None and self._role_sids is None and self._attributes is None)

    def excludes(self, raw: Raw) -> bool:
        """Return whether a record of a list shows that the user does not match.

        :param raw: Twilio's response, in which attributes may be missing.
        :returns: whether the identity or the role does not match.
        """
        if self._identities is not None and not any(fnmatchcase(raw["identity"], each) for each in self._identities):
            return True
        return self._role_sids is not None and str(raw.get("role_sid")).lower() not in self._role_sids

    def matches(self, raw: Raw) -> bool:
        """Return whether a user matches.

        :param raw: Twilio's response.
        :returns: whether all conditions are met; False for attributes that are not JSON, if there is a condition for
            them.
        """
        if self.excludes(raw):
            return False
        if self._attributes is None:
            return True
        value = JsonObject().from_api(raw.get("attributes"))
        return json_values.contains(value, self._attributes)
