# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plugins use no private names of ansible-core, but for a few that every collection has to use."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.plugins.action import ActionBase
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"

ACTION = "ansible-core's developer guide for action plugins uses it"
INVENTORY = "ansible-core's developer guide for inventory plugins uses it"
ALLOWED = {
    "_connection": ACTION,
    "_execute_module": ACTION,
    "_loader": ACTION,
    "_supports_async": ACTION,
    "_task": ACTION,
    "_templar": ACTION,
    "_add_host_to_composed_groups": INVENTORY,
    "_add_host_to_keyed_groups": INVENTORY,
    "_cache": INVENTORY,
    "_read_config_data": INVENTORY,
    "_set_composite_vars": INVENTORY,
    "_sanitize_group_name": "the only way to the name that a group of the option groups gets",
    "_vars": "the only way to the extra variables; the plugins of ansible-core and of other collections use it",
    "_diff": "ansible-core's developer guide for modules uses it",
    "_load_params": "the only place between reading the arguments and validating them; its comment says it is for that",
}

# What the plugins' own classes derive from, and so could replace a part of by accident.
BASES = (ActionBase, AnsibleModule, BaseInventoryPlugin, Cacheable, Constructable)


# The names in a named tuple that have an underscore only so that they clash with no field.
OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}


def is_private(name: str) -> bool:
    return re.match("_(?!_)", name) is not None and name not in OF_NAMED_TUPLES


def private_names_of_bases() -> set[str]:
    """Return the private methods and attributes of ansible-core's base classes."""
    names: set[str] = set()
    for base in BASES:
        for each in base.__mro__:
            names |= {name for name in vars(each) if is_private(name)}
            if each.__module__.startswith("ansible."):
                names |= set(re.findall(r"self\.(_(?!_)\w+)", inspect.getsource(each)))
    return names


OF_BASES = private_names_of_bases()


def own_names(tree: ast.Module) -> set[str]:
    """Return the private names that a file defines itself, apart from those of ansible-core's base classes."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            names.add(node.attr)
    return {name for name in names if is_private(name)}


def private_names(tree: ast.Module) -> Iterator[str]:
    """Yield what a file uses of ansible-core's private names, or could be taken to use."""
    own = own_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if node.attr not in own or (node.attr in OF_BASES and any(derived_classes(tree))):
                yield node.attr
        elif isinstance(node, (ast.FunctionDef, ast.Name)):
            name = node.name if isinstance(node, ast.FunctionDef) else node.id
            if is_private(name) and name in OF_BASES and in_derived_class(tree, node):
                yield name
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("attr"):
            yield from (
                each.value
                for each in node.args[1:2]
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and is_private(each.value)
            )
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if is_private_path(each.name))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ansible":
            yield from (
                f"{node.module}.{each.name}" for each in node.names if is_private_path(f"{node.module}.{each.name}")
            )


def is_private_path(path: str) -> bool:
    first, *others = path.split(".")
    return first == "ansible" and any(is_private(name) for name in others)


def derived_classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    bases = {base.__name__ for base in BASES}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and bases & {ast.unparse(base) for base in node.bases}:
            yield node


def in_derived_class(tree: ast.Module, node: ast.AST) -> bool:
    """Return whether a method or a class attribute belongs to a class that derives from one of ansible-core's."""
    return any(
        node is each or (isinstance(each, (ast.Assign, ast.AnnAssign)) and node in ast.walk(each))
        for derived in derived_classes(tree)
        for each in derived.body
    )


def test_the_plugins_use_no_private_name_of_ansible_core() -> None:
    found = {
        (str(path.relative_to(PLUGINS)), name)
        for path in PLUGINS.rglob("*.py")
        for name in private_names(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {(path, name) for path, name in found if name not in ALLOWED} == set()
    assert set(ALLOWED) == {name for _path, name in found}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("self._task._parent", "_parent"),
        ("getattr(task, '_parent')", "_parent"),
        ("setattr(basic, '_ANSIBLE_ARGS', b'')", "_ANSIBLE_ARGS"),
        ("basic._ANSIBLE_ARGS = b''", "_ANSIBLE_ARGS"),
        ("from ansible.module_utils.common.warnings import _global_warnings", None),
        ("from ansible._internal import _task", None),
        ("import ansible._internal._templating", None),
        ("class A(ActionBase):\n    def _configure_module(self): ...", "_configure_module"),
        ("class A(ActionBase):\n    def run(self):\n        self._play_context = 1", "_play_context"),
        ("class A(AnsibleModule):\n    _load_params = None", "_load_params"),
    ],
)
def test_a_private_name_is_found(code: str, name: str | None) -> None:
    found = list(private_names(ast.parse(code)))
    assert found and (name is None or name in found)


def test_own_names_are_not_meant() -> None:
    code = "class A:\n    def __init__(self):\n        self._task = 1\n    def run(self):\n        return self._task"
    assert list(private_names(ast.parse(code))) == []
