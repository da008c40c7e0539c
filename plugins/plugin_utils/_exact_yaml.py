# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse YAML with exact numbers, and reject values that JSON cannot represent."""

from __future__ import annotations

import contextlib
import gc
import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from ..module_utils._resources.validators import ValidationError, excerpt
from ._messages import describe_value, quotes_hint, raise_all

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same, only slower

_MERGE = "tag:yaml.org,2002:merge"
_TEXT = "tag:yaml.org,2002:str"


# The exceptions of PyYAML for a value that does not match its explicit tag, such as !!int x.
TAG_ERRORS = (ValueError, LookupError, AttributeError, TypeError)


class _Loader(SafeLoader):
    """Loads YAML that JSON can represent: numbers are exact, keys must be unique and text."""

    def __init__(self, text: str) -> None:
        # libyaml's loader does not accept subclasses of str, which Ansible uses for text. It does accept streams.
        super().__init__(io.StringIO(text))
        self.errors: list[str] = []

    def add_error(self, node: yaml.Node, message: str) -> None:
        """Add an error, with the line of the node."""
        self.errors.append(f"line {node.start_mark.line + 1}: {message}")

    def child(self, node: yaml.Node) -> Any:
        """Construct a value of a dictionary or a list."""
        if node.tag == _TEXT and isinstance(node, yaml.ScalarNode):
            if not node.style and node.start_mark.line != node.end_mark.line and " - " in node.value:
                # YAML joins these lines to one text. With prune, both users would be deleted.
                self.add_error(
                    node, f"is one text with the line after it, {excerpt(node.value)}; begin both in the same column"
                )
            return node.value
        try:
            return self.construct_object(node, deep=True)
        except TAG_ERRORS:
            self.add_error(node, f"is not what its tag {excerpt(node.tag)} says, got {excerpt(node.value)}")
            return None

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Construct a dictionary."""
        own = sum(key.tag != _MERGE for key, _value in node.value)
        # This puts merged keys before the dictionary's own keys, which may override them.
        self.flatten_mapping(node)
        merged = len(node.value) - own
        result: dict[str, Any] = {}
        seen: set[str] = set()
        for index, (key_node, value_node) in enumerate(node.value):
            key = self.child(key_node)
            value = self.child(value_node)
            if not isinstance(key, str):
                self.add_error(key_node, f"a key must be text, got {describe_value(key)}{quotes_hint(key)}")
                continue
            if key in seen:
                self.add_error(key_node, f"names the key {excerpt(key)} twice")
            if index >= merged:
                seen.add(key)
            result[key] = value
        return result

    def sequence(self, node: yaml.SequenceNode) -> list[Any]:
        """Construct a list."""
        return [self.child(child) for child in node.value]

    def number(self, node: yaml.ScalarNode) -> Any:
        """Construct a number without loss of precision."""
        text = str(node.value).replace("_", "")
        if node.tag.endswith("float"):
            try:
                value = Decimal(text)
            except InvalidOperation:
                value = Decimal(repr(self.construct_yaml_float(node)))
            if value.is_finite():
                return value
            self.add_error(node, f"{text} is not a number that JSON has")
            return None
        return Decimal(self.construct_yaml_int(node))

    def text(self, node: yaml.ScalarNode) -> Any:
        """Construct a value for which JSON has no type, such as a date, as text."""
        return self.construct_scalar(node)

    def unknown(self, node: yaml.Node) -> None:
        """Reject a tag."""
        hint = "; encrypt the whole file instead" if node.tag == "!vault" else ""
        self.add_error(node, f"the tag {excerpt(node.tag)} is not supported{hint}")


for _tag, _construct in (
    ("map", _Loader.mapping),
    ("seq", _Loader.sequence),
    ("int", _Loader.number),
    ("float", _Loader.number),
    ("timestamp", _Loader.text),
    ("binary", _Loader.unknown),
    ("set", _Loader.unknown),
    ("omap", _Loader.unknown),
    ("pairs", _Loader.unknown),
):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _construct)
_Loader.add_constructor(None, _Loader.unknown)


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # For a long list, garbage collection would take most of the time without freeing anything.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_entries(loader: _Loader, node: yaml.Node | None) -> None:
    """Reject an entry that YAML has joined with the next line, which would result in a single identity."""
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        node = node.value[0][1]
    for entry in node.value if isinstance(node, yaml.SequenceNode) else ():
        plain = isinstance(entry, yaml.ScalarNode) and not entry.style
        # The other cases are reported by child().
        if plain and entry.start_mark.line != entry.end_mark.line and " - " not in entry.value:
            loader.add_error(
                entry, f"is one text with the line after it, {excerpt(entry.value)}; begin each with a dash"
            )


def parse_yaml(text: str) -> Any:
    """Parse YAML.

    :param text: the text.
    :returns: the value; every number is a Decimal.
    :raises ValidationError: the text is not YAML, or JSON cannot represent it; the message lists all errors with lines.
    """
    try:
        with _no_garbage_collection():
            loader = _Loader(text)
            node = loader.get_single_node()
            _check_entries(loader, node)
            value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValidationError(f"must be YAML: {place}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValidationError(f"must be YAML: {str(error).splitlines()[0]}") from None
    except TAG_ERRORS:
        raise ValidationError("must be YAML: it is not what its tag says") from None
    except RecursionError:
        raise ValidationError("must be YAML: it nests too many levels") from None
    raise_all(loader.errors)
    return value
