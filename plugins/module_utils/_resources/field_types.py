# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types of fields: how their values are read, compared, sent and displayed."""

from __future__ import annotations

from typing import Any, NamedTuple, Union

from . import json_values

Parameter = Union[str, "list[str]"]


class PlanningError(ValueError):
    """The desired state cannot be reached without losing data; the message has the reason."""


class MergePatch(NamedTuple):
    """A desired value that is a JSON merge patch (RFC 7396) for the current value, not the complete value."""

    patch: Any


class String:
    """Text. Null and "" are equal: it is not documented which of them Twilio returns for a cleared field."""

    expected = "text"

    def is_valid(self, raw: Any) -> bool:
        """Return whether Twilio's response has a value of this type.

        :param raw: the value in the response; None also when it is missing.
        :returns: whether it is null or a value of this type.
        """
        return raw is None or isinstance(raw, str)

    def from_api(self, raw: Any) -> Any:
        """Convert a value in Twilio's response to the value that is compared.

        :param raw: the value in the response; None also when it is missing.
        :returns: the value to compare.
        """
        return "" if raw is None else raw

    def resolve(self, current: Any, desired: Any) -> Any:
        """Return the value that the field is to have.

        :param current: the current value, from :meth:`from_api`.
        :param desired: the desired value.
        :returns: the desired value, combined with the current one where the type requires it.
        :raises PlanningError: the two cannot be combined.
        """
        return desired

    def equal(self, current: Any, desired: Any) -> bool:
        """Return whether the current value is the desired one.

        :param current: the current value, from :meth:`from_api`.
        :param desired: the value from :meth:`resolve`.
        :returns: whether they are equal, so that nothing has to be sent.
        """
        return bool(current == desired)

    def to_api(self, value: Any) -> Parameter:
        """Convert a value to a request parameter.

        :param value: the value from :meth:`resolve`.
        :returns: a string, or a list of strings for a repeated parameter.
        """
        return str(value)

    def predict(self, value: Any) -> Any:
        """Predict the value in Twilio's response.

        :param value: the value that is sent.
        :returns: the value as Twilio is expected to return it.
        """
        return self.to_api(value)

    def display(self, value: Any) -> Any:
        """Convert a value for a diff.

        :param value: the value from :meth:`from_api` or :meth:`resolve`.
        :returns: the value that the diff shows.
        """
        return value


class Sid(String):
    """A SID. Its digits are hexadecimal, so their case does not matter."""

    def equal(self, current: Any, desired: Any) -> bool:
        return bool(current.lower() == desired.lower())


class Boolean(String):
    """True or false; null is kept as None."""

    expected = "a boolean"

    def is_valid(self, raw: Any) -> bool:
        return raw is None or isinstance(raw, bool)

    def from_api(self, raw: Any) -> Any:
        return raw

    def to_api(self, value: Any) -> Parameter:
        return "true" if value else "false"

    def predict(self, value: Any) -> Any:
        return value


class Integer(Boolean):
    """A whole number; null is kept as None."""

    expected = "a whole number"

    def is_valid(self, raw: Any) -> bool:
        return raw is None or (isinstance(raw, int) and not isinstance(raw, bool))

    def to_api(self, value: Any) -> Parameter:
        return str(value)


class StringSet(Boolean):
    """Strings without duplicates whose order does not matter."""

    expected = "a list of text"

    def is_valid(self, raw: Any) -> bool:
        return raw is None or (isinstance(raw, list) and all(isinstance(each, str) for each in raw))

    def from_api(self, raw: Any) -> Any:
        return sorted(set(raw or ()))

    def resolve(self, current: Any, desired: Any) -> Any:
        return sorted(set(desired))

    def to_api(self, value: Any) -> Parameter:
        return list(value)


class Dictionary(Boolean):
    """A dictionary that contains other fields; it is only returned."""

    expected = "a dictionary"

    def is_valid(self, raw: Any) -> bool:
        return raw is None or isinstance(raw, dict)


class JsonObject(String):
    """JSON text, compared and displayed as its parsed value. Text that is not JSON is kept as :class:`Unreadable`."""

    class Unreadable(NamedTuple):
        """Text that is not JSON; it equals no desired value."""

        text: str

    def from_api(self, raw: Any) -> Any:
        if raw is None or raw == "":
            return {}
        try:
            return json_values.parse(raw)
        except json_values.NotJson:
            return self.Unreadable(raw)

    def resolve(self, current: Any, desired: Any) -> Any:
        if not isinstance(desired, MergePatch):
            return desired
        if isinstance(current, self.Unreadable):
            raise PlanningError(
                "what Twilio holds as attributes cannot be read as JSON, so nothing can be merged into it;"
                " attributes_mode=replace would overwrite it"
            )
        return json_values.merge_patch(current, desired.patch)

    def equal(self, current: Any, desired: Any) -> bool:
        return json_values.equal(current, desired)

    def to_api(self, value: Any) -> Parameter:
        return value.text if isinstance(value, self.Unreadable) else json_values.dump(value)

    def display(self, value: Any) -> Any:
        return value.text if isinstance(value, self.Unreadable) else json_values.to_plain(value)
