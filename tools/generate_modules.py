# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generate ``plugins/modules`` from ``tools/module_templates``.

Each resource type has one template, from which the module for Chat and the module for Conversations are made:

    python tools/generate_modules.py          write the modules that are out of date
    python tools/generate_modules.py --lint   change nothing; show what is out of date, and exit with 1 if anything is

The templates are Jinja2 with the delimiters ``<< >>``, ``<% %>`` and ``<# #>``, since the examples in them contain
Ansible's own ``{{ }}``. ``module.py.j2`` is the frame of every module; ``macros.j2`` holds what several resource types
share; ``*_fields.j2`` hold the return values that a module and its info module share.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "tools" / "module_templates"
MODULES = ROOT / "plugins" / "modules"

RESOURCES = ("role", "role_info", "service", "service_info", "user", "user_info", "users")


@dataclass(frozen=True)
class Product:
    """What differs between the products, apart from what only one of them has."""

    #: The product in the names of modules and constants.
    name: str
    #: The product in messages and in the headers of a diff.
    title: str
    #: The product in full, after "Twilio".
    full_name: str
    api_name: str
    api_url: str
    docs_url: str
    #: How many users or roles Twilio lists in one page at most.
    page_size: int
    #: What users talk in. Roles for it have this type.
    channel: str
    #: What a user in it is called.
    member: str
    #: The type of the roles for users.
    user_role_type: str


CHAT = Product(
    name="chat",
    title="Chat",
    full_name="Programmable Chat",
    api_name="Programmable Chat REST API v2",
    api_url="https://chat.twilio.com/v2",
    docs_url="https://www.twilio.com/docs/chat/rest",
    page_size=100,
    channel="channel",
    member="member",
    user_role_type="deployment",
)
CONVERSATIONS = Product(
    name="conversations",
    title="Conversations",
    full_name="Conversations",
    api_name="Conversations (classic) REST API v1",
    api_url="https://conversations.twilio.com/v1",
    docs_url="https://www.twilio.com/docs/conversations-classic/api",
    page_size=50,
    channel="conversation",
    member="participant",
    user_role_type="service",
)
PRODUCTS = (CHAT, CONVERSATIONS)


@cache
def environment(templates: Path) -> jinja2.Environment:
    """Return the environment for the templates in a folder.

    :param templates: The folder with the templates.
    :returns: The environment. It compiles each template only once.
    """
    return jinja2.Environment(  # noqa: S701 -- autoescaping is for HTML
        loader=jinja2.FileSystemLoader(templates),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )


def render(product: Product, resource: str) -> str:
    """Return the text of a module.

    :param product: The product that the module is for.
    :param resource: The resource type, one of ``RESOURCES``.
    :returns: The whole text of the module's file.
    """
    return (
        environment(TEMPLATES)
        .get_template(f"{resource}.py.j2")
        .render(
            product=product,
            chat=product is CHAT,
            resource=resource,
            info=resource.endswith("_info"),
            module=f"twilio_{product.name}_{resource}",
        )
    )


def generated() -> dict[str, str]:
    """Return the text of every module by the name of its file."""
    return {
        f"twilio_{product.name}_{resource}.py": render(product, resource)
        for product in PRODUCTS
        for resource in RESOURCES
    }


def differences(folder: Path) -> dict[str, str]:
    """Compare the modules in a folder with what is generated now.

    :param folder: The folder with the modules.
    :returns: By file name, the unified diff of each file that is out of date, missing, or made from no template.
    """
    wanted = generated()
    present = {path.name: path.read_bytes().decode() for path in folder.glob("*.py")}
    found = {}
    for name in sorted({*wanted, *present}):
        before, after = present.get(name, ""), wanted.get(name, "")
        if name not in wanted or name not in present or before != after:
            lines = difflib.unified_diff(
                before.splitlines(keepends=True),
                after.splitlines(keepends=True),
                f"{folder.name}/{name}",
                f"{folder.name}/{name} (generated)",
            )
            found[name] = "".join(lines)
    return found


def write(folder: Path) -> list[str]:
    """Write the modules that are out of date or missing.

    :param folder: The folder with the modules.
    :returns: The names of the files that were written.
    """
    wanted = generated()
    names = [name for name in differences(folder) if name in wanted]
    for name in names:
        (folder / name).write_bytes(wanted[name].encode())
    return names


def main(arguments: Sequence[str] | None = None, folder: Path = MODULES) -> int:
    """Run the command.

    :param arguments: The arguments of the command line; those of the process if omitted.
    :param folder: The folder with the modules.
    :returns: The exit status: with ``--lint``, 1 if a module is out of date.
    """
    parser = argparse.ArgumentParser(description="Generate the modules of this collection.")
    parser.add_argument("--lint", action="store_true", help="only show what is out of date, and fail if anything is")
    if not parser.parse_args(arguments).lint:
        for name in write(folder):
            sys.stdout.write(f"Wrote {folder.name}/{name}\n")
        return 0
    found = differences(folder)
    for difference in found.values():
        sys.stdout.write(difference)
    if found:
        sys.stdout.write(f"Out of date: {', '.join(found)}. Run: python tools/generate_modules.py\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
