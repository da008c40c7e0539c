# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the variables of the playbooks, all at once and before any request. No message holds a secret."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._modules.raw_arguments import replace_crashing_values
from ..module_utils._resources.validators import ValidationError, excerpt
from ._accounts import account_options
from ._user_list import to_users

PREFIX = "twilio_"
NOT_GIVEN = (None, "")
# How alike two names are that are taken for one: from 0 (nothing in common) to 1 (the same).
LIKENESS = 0.8
ONE_SERVICE = ("twilio_service_sid", "twilio_service")
# What a report writes, and where, if nothing else is said.
REPORTS = {"twilio_report_json": "twilio_users_report.json", "twilio_report_html": "twilio_users_report.html"}
ONE_LIST = ("twilio_users", "twilio_users_file")
# What a playbook goes by itself. It must take for true what the module does.
READ = {"prune": bool, "max_deletions": int, "fail_on_drift": bool}


def mistakes(given: Mapping[str, Any], spec: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """Look for mistakes.

    :param given: the variables that are given, those that are large or secret apart.
    :param spec: the argument spec of these variables.
    :param job: what else a playbook knows. ``names``: all names that are set; ``unseen``: names that are known, but not
        in the spec; ``users`` and ``accounts``: None or empty text where not given; ``path`` and ``format``: of the
        file; ``text``: what it holds, None where there is no file; ``has_service``: whether anything says which
        service is meant; ``account_sid``; ``product``; ``reports``: whether a report is written.
    :returns: ``messages``; ``count``, of the users, None where they cannot be read; and ``prune``, ``max_deletions``
        and ``fail_on_drift`` as a module would read them, None where not given or not right.
    """
    # Texts of newer ansible-cores are not quite str; messages hold the name of the type.
    values = {name: str(value) if isinstance(value, str) else value for name, value in given.items()}
    wanted = {name: dict(option) for name, option in spec.items()}
    # They are told below, from what the validation says of them.
    list(replace_crashing_values(wanted, values))
    validated = ArgumentSpecValidator(wanted).validate(values)
    read = {name: validated.validated_parameters.get(f"{PREFIX}{name}") for name in READ}
    read = {name: value if isinstance(value, READ[name]) else None for name, value in read.items()}
    messages = [
        *_misspelt(job["names"], [*spec, *job["unseen"]]),
        *_of_values(given, validated.error_messages, read["max_deletions"]),
        *(_of_reports(given, job["path"]) if job["reports"] else ()),
        *_of_service(given, job["has_service"]),
        *_of_product(given, spec["twilio_product"]["choices"], job["product"]),
    ]
    option, count = None, None
    try:
        option = _one_list(given, job)
        count = len(to_users(job["users"]) if option == "twilio_users" else to_users(job["text"], job["format"]))
    except ValidationError as error:
        messages.append(f"{option}: {error}" if option else str(error))
    if job["accounts"] not in NOT_GIVEN:
        try:
            account_options(job["accounts"], job["account_sid"])
        except ValidationError as error:
            messages.append(str(error))
    return {"messages": messages, "count": count, **read}


def _misspelt(names: Iterable[str], known: Sequence[str]) -> list[str]:
    # What all names begin with makes no two of them alike.
    rest = [name.removeprefix(PREFIX) for name in known]
    close = {name: get_close_matches(name.removeprefix(PREFIX), rest, 1, LIKENESS) for name in sorted(set(names))}
    return [
        f"{name}: is not known; did you mean {PREFIX}{found[0]}?"
        for name, found in close.items()
        if found and name not in known
    ]


def _of_values(given: Mapping[str, Any], errors: Iterable[str], max_deletions: int | None) -> list[str]:
    messages = []
    for error in errors:
        found = re.fullmatch(r"argument '(\w+)' is of type .* unable to convert to (\w+): .*", error, re.DOTALL)
        messages.append(f"{found[1]}: must be of type {found[2]}, got {excerpt(given[found[1]])}" if found else error)
    if max_deletions is not None and max_deletions < 0:
        # A report gives the module another limit, so that the module could not complain.
        messages.append(f"twilio_max_deletions: must be 0 or more, got {max_deletions}")
    return messages


def _of_reports(given: Mapping[str, Any], users_path: str) -> list[str]:
    messages = []
    written: dict[Path, str] = {Path(users_path): "twilio_users_file"} if users_path else {}
    for name, usual in REPORTS.items():
        said = str(given.get(name, usual))
        try:
            path = Path(said).expanduser().resolve()
            parent = next((each for each in path.parents if each.exists()), path)
            if path.is_dir():
                messages.append(f"{name}: must be a file, {excerpt(said)} is a directory")
            elif not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
                messages.append(f"{name}: must be in a folder that can be written to, got {excerpt(said)}")
        except (OSError, ValueError, RuntimeError) as error:
            # Too long, a zero in it, the home of nobody.
            messages.append(f"{name}: must be the path of a file, got {excerpt(said)}: {error}")
            continue
        if path in written:
            messages.append(f"{name}: must be another file than {written[path]}, got {excerpt(said)}")
        written[path] = name
    return messages


def _of_service(given: Mapping[str, Any], has_service: bool) -> list[str]:
    if all(name in given for name in ONE_SERVICE):
        return [f"{' and '.join(ONE_SERVICE)}: only one of them can be given"]
    if not has_service:
        return [f"{' or '.join(ONE_SERVICE)}: one of them must be given, or the host have the variable service_sid"]
    return []


def _of_product(given: Mapping[str, Any], choices: Sequence[str], product: Any) -> list[str]:
    if "twilio_product" in given or product in choices:
        return []
    return [f"product: the host's variable must be {' or '.join(choices)}, got {excerpt(product)}"]


def _one_list(given: Mapping[str, Any], job: Mapping[str, Any]) -> str:
    path = given.get("twilio_users_file")
    if path is None:
        if job["users"] in NOT_GIVEN:
            raise ValidationError(f"{' or '.join(ONE_LIST)}: one of them must be given; an empty list is written as []")
        return "twilio_users"
    if job["users"] not in NOT_GIVEN:
        raise ValidationError(f"{' and '.join(ONE_LIST)}: only one of them can be given")
    if not job["format"]:
        raise ValidationError(f"twilio_users_file: must end in .yml, .yaml, .json or .csv, got {excerpt(path)}")
    if job["text"] is None:
        raise ValidationError(f"twilio_users_file: there is no file {str(job['path'])!r}")
    return "twilio_users_file"
