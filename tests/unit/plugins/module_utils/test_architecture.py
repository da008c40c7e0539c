# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of module_utils, and which may import which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.twilio.plugins.module_utils._twilio.sdk import MIN_SDK_VERSION

ROOT = Path(__file__).resolve().parents[4]
PLUGINS = ROOT / "plugins"
MODULE_UTILS = PLUGINS / "module_utils"
PACKAGE = "ansible_collections.community.twilio.plugins.module_utils."
# Besides itself and the standard library.
MAY_IMPORT = {
    "_resources": set(),
    "_twilio": {"twilio", "requests", "urllib3"},
    "_converge": {"_resources", "_twilio"},
    "_modules": {"_resources", "_twilio", "_converge", "ansible"},
}
FILES = sorted(path.relative_to(MODULE_UTILS) for path in MODULE_UTILS.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Return the full names of all modules that a file imports, wherever in it."""
    package = (
        [PACKAGE.rstrip("."), *path.relative_to(MODULE_UTILS).parent.parts] if MODULE_UTILS in path.parents else []
    )
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def imported_by(path: Path) -> set[str]:
    """Return the packages and libraries that a file knows, the standard library and its own package apart."""
    packages = set()
    for name in imports(path):
        if name.startswith(PACKAGE):
            packages.add(name[len(PACKAGE) :].split(".")[0])
        else:
            packages.add(name.split(".")[0])
    return packages - STANDARD - {path.relative_to(MODULE_UTILS).parts[0]}


# sys.stdlib_module_names is new in Python 3.10.
STANDARD = {
    *(
        "__future__",
        "collections",
        "concurrent",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "email",
        "enum",
        "fnmatch",
        "functools",
    ),
    *(
        "http",
        "importlib",
        "ipaddress",
        "io",
        "itertools",
        "json",
        "math",
        "os",
        "pathlib",
        "random",
        "re",
        "signal",
        "socket",
        "sys",
    ),
    *("select", "threading", "time", "traceback", "types", "typing", "unicodedata", "urllib", "warnings", "weakref"),
}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_run_one_way_only(path: Path) -> None:
    package = path.parts[0]
    assert imported_by(MODULE_UTILS / path) <= MAY_IMPORT[package]


def test_every_file_is_in_a_private_package() -> None:
    assert {path.parts[0] for path in FILES} == set(MAY_IMPORT)
    assert all(len(path.parts) == 2 for path in FILES)


def test_this_test_sees_imports() -> None:
    assert "ansible_collections" not in imported_by(MODULE_UTILS / "_modules" / "user.py")
    assert imported_by(MODULE_UTILS / "_modules" / "ansible_module.py") >= {"ansible", "_twilio"}
    assert imported_by(MODULE_UTILS / "_converge" / "apply.py") == {"_resources", "_twilio"}
    assert imported_by(MODULE_UTILS / "_twilio" / "transport.py") == {"twilio", "requests", "urllib3"}


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_a_module_holds_no_logic(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [name for name in imports(path) if not name.startswith("__future__")]
    assert names
    assert all(name.startswith(PACKAGE + "_modules.") for name in names)
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]
    assert [getattr(function, "name", None) for function in functions] == ["main"]
    assert len(functions[0].body) == 1 if isinstance(functions[0], ast.FunctionDef) else False


@pytest.mark.parametrize("path", sorted((PLUGINS / "doc_fragments").glob("*.py")), ids=lambda path: path.stem)
def test_doc_fragments_are_private_and_import_nothing(path: Path) -> None:
    assert path.stem.startswith("_")
    assert [name for name in imports(path) if not name.startswith("__future__")] == []


def read_yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["requirements.txt", "meta/ee-requirements.txt", "tests/unit/requirements.txt"])
def test_the_lowest_sdk_is_the_same_in_all_requirements(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    # A run with the lowest SDK asks for exactly that one, in its own copy of the tree.
    [desired] = [line for line in lines if line.startswith("twilio")]
    assert desired in (f"twilio>={MIN_SDK_VERSION}", f"twilio=={MIN_SDK_VERSION}")


def test_the_lowest_sdk_is_documented() -> None:
    text = (PLUGINS / "doc_fragments" / "_connection.py").read_text(encoding="utf-8")
    assert re.findall(r"twilio >= ([0-9.]+[0-9])", text) == [MIN_SDK_VERSION]


def test_every_module_is_in_the_action_group() -> None:
    modules = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
    assert len(modules) >= 4
    assert sorted(read_yaml("meta/runtime.yml")["action_groups"]["twilio"]) == modules
