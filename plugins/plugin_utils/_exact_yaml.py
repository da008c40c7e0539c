# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse YAML with exact numbers, and reject values that JSON cannot represent, and aliases that make it too large."""

from __future__ import annotations

import contextlib
import gc
import io
import re
from collections.abc import Callable, Iterator, Sequence
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
_NULL = "tag:yaml.org,2002:null"
_DECIMAL_DIGITS = re.compile("[-+]?(0|[1-9][0-9]*)")
# The maximum length of a number in another notation, such as octal, since its conversion takes quadratic time.
_MAX_DIGITS = 1000
# With its aliases replaced, a text may have this many characters and values, and ten times its own length. Otherwise,
# aliases of aliases could make a few lines larger than the memory.
_MAX_SIZE = 1_000_000
_MAX_GROWTH = 10
# More levels than the attributes of a user can have. From about 20,000 levels on, libyaml ends the process.
_MAX_DEPTH = 200
# A text has at most as many levels as it has brackets, and twice the length of its longest line.
_SAFE_BRACKETS = 1000
_LONG_LINE = re.compile(".{1000}")
_TOO_DEEP = "must be YAML: it nests too many levels"

# The exceptions of PyYAML for a value that does not match its explicit tag, such as !!int x.
TAG_ERRORS = (ValueError, LookupError, AttributeError, TypeError, OverflowError)


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
            got = excerpt(node.value) if isinstance(node, yaml.ScalarNode) else _describe_node(node)
            self.add_error(node, f"is not what its tag {excerpt(node.tag)} says, got {got}")
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
        is_float = node.tag.endswith("float")
        if is_float or _DECIMAL_DIGITS.fullmatch(text):
            with contextlib.suppress(InvalidOperation):
                value = Decimal(text)
                if value.is_finite():
                    return value
        if len(text) > _MAX_DIGITS:
            self.add_error(node, f"holds a number with more than {_MAX_DIGITS} digits")
            return None
        value = Decimal(repr(self.construct_yaml_float(node)) if is_float else self.construct_yaml_int(node))
        if value.is_finite():
            return value
        self.add_error(node, f"{text} is not a number that JSON has")
        return None

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


def _describe_node(node: yaml.Node) -> str:
    """Describe the type of a node, without its value."""
    if not isinstance(node, yaml.ScalarNode):
        return "a dictionary" if isinstance(node, yaml.MappingNode) else "a list"
    kind = {"int": "number", "float": "number", "bool": "boolean", "timestamp": "date"}.get(node.tag.rpartition(":")[2])
    return f"a {kind}" if kind else "text"


def _children(node: yaml.Node) -> Sequence[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _size(root: yaml.Node) -> int:
    """Return the number of characters and values that a node has when its aliases are replaced.

    This takes time for each written value only, since the values that aliases share are counted once.

    :raises ValidationError: an alias refers to a value that contains it.
    """
    # None while the children are being counted.
    sizes: dict[int, int | None] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        children = _children(node)
        if id(node) not in sizes:
            sizes[id(node)] = None
            for child in children:
                if sizes.get(id(child), 0) is None:
                    line = child.start_mark.line + 1
                    raise ValidationError(f"line {line}: must not contain an alias that refers to the value itself")
                waiting.append(child)
            continue
        waiting.pop()
        if sizes[id(node)] is None:
            own = 1 if children else 1 + len(node.value)
            sizes[id(node)] = own + sum(sizes[id(child)] or 0 for child in children)
    return sizes[id(root)] or 0


def _refuse_depth(text: str) -> None:
    """Reject a text with too many levels, before it is composed. Events need no recursion."""
    if text.count("[") + text.count("{") <= _SAFE_BRACKETS and not _LONG_LINE.search(text):
        return
    loader = _Loader(text)
    depth = 0
    while loader.check_event():
        event = loader.get_event()
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise ValidationError(_TOO_DEEP)


def _refuse_growth(node: yaml.Node | None, text: str) -> None:
    """Reject aliases that stand for much more than what is written."""
    limit = _MAX_SIZE + _MAX_GROWTH * len(text)
    # An alias begins with an asterisk. Counting would take a tenth of the time.
    if node is not None and "*" in text and _size(node) > limit:
        raise ValidationError(
            f"must not repeat so much with aliases (*name): without them, it would have more than {limit:,} characters;"
            " repeat less, or split the list"
        )


def parse_yaml(text: str, check: Callable[[_Loader, yaml.Node | None], None] | None = None) -> Any:
    """Parse YAML.

    :param text: the text.
    :param check: is called before values are constructed, with the loader, to which it can add errors, and the node.
    :returns: the value; every number is a Decimal.
    :raises ValidationError: the text is not YAML, JSON cannot represent it, or its aliases make it too large; the
        message lists all errors with lines.
    """
    try:
        with _no_garbage_collection():
            _refuse_depth(text)
            loader = _Loader(text)
            node = loader.get_single_node()
            _refuse_growth(node, text)
            if check is not None:
                check(loader, node)
            value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValidationError(f"must be YAML: {place}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValidationError(f"must be YAML: {str(error).splitlines()[0]}") from None
    except ValidationError:
        raise
    except TAG_ERRORS:
        raise ValidationError("must be YAML: it is not what its tag says") from None
    except RecursionError:
        raise ValidationError(_TOO_DEEP) from None
    raise_all(loader.errors)
    return value


def parse_yaml_list(text: str, variable: str) -> Any:
    """Parse a list of users in YAML.

    If the text is not a list, it is rejected before its values are looked at: it may be a file of secrets, which no
    message may show.

    :param text: the text.
    :param variable: the key that a dictionary can have, if its only value is the list.
    :returns: the list, a dictionary with the list, or None.
    :raises ValidationError: the text is not a list, or as for :func:`parse_yaml`.
    """

    def check(loader: _Loader, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.MappingNode) and [key.value for key, _value in node.value] == [variable]:
            node = node.value[0][1]
        if node is None or node.tag == _NULL:
            return
        if not isinstance(node, yaml.SequenceNode):
            raise ValidationError(f"must be a list of users, got {_describe_node(node)}")
        for entry in node.value:
            plain = isinstance(entry, yaml.ScalarNode) and not entry.style
            # With prune, the users in the joined text would be deleted. The other cases are reported by child().
            if plain and entry.start_mark.line != entry.end_mark.line and " - " not in entry.value:
                loader.add_error(
                    entry, f"is one text with the line after it, {excerpt(entry.value)}; begin each with a dash"
                )

    return parse_yaml(text, check)
