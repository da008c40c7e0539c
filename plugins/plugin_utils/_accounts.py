# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert one of several accounts to the connection options of the modules. Messages never contain possible secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..module_utils._resources.validators import ValidationError, is_sid
from ._exact_yaml import parse_yaml

CREDENTIALS = (("auth_token",), ("api_key", "api_secret"), ("client_id", "client_secret"))
NAMES = tuple(name for names in CREDENTIALS for name in names)
OPTIONS = (*NAMES, "region", "edge")


def account_options(accounts: Any, account_sid: str | None) -> dict[str, str]:
    """Return the connection options of an account.

    :param accounts: options by account SID, or YAML or JSON text of this dictionary.
    :param account_sid: the account.
    :returns: ``account_sid`` and all credentials, where missing ones are empty text, so that none is taken from the
        environment; ``region`` and ``edge`` if the account has them.
    :raises ValidationError: the account is missing or invalid. The message does not contain values.
    """
    accounts = _parsed(accounts)
    if not isinstance(accounts, Mapping) or not all(isinstance(name, str) and is_sid("AC", name) for name in accounts):
        raise ValidationError(
            "twilio_accounts: must be a dictionary, or YAML or JSON text of one, whose keys are the SIDs of accounts,"
            " AC followed by 32 hexadecimal digits"
        )
    if not account_sid:
        raise ValidationError(
            "twilio_account_sid: is missing; with twilio_accounts, it or the host variable account_sid says which"
            " account is meant"
        )
    if not isinstance(account_sid, str):
        raise ValidationError("twilio_account_sid: must be text, AC followed by 32 hexadecimal digits")
    if account_sid not in accounts:
        wanted = account_sid if is_sid("AC", account_sid) else "the account that is meant, which is not an account SID"
        raise ValidationError(f"twilio_accounts: has no entry for {wanted}; it has {', '.join(accounts) or 'none'}")
    return {"account_sid": account_sid, **_checked(f"twilio_accounts.{account_sid}", accounts[account_sid])}


def _parsed(accounts: Any) -> Any:
    if not isinstance(accounts, str):
        return accounts
    try:
        return json.loads(accounts)
    except (ValueError, RecursionError):
        pass
    try:
        return parse_yaml(accounts)
    except ValidationError:  # the message may contain a secret
        return None


def _checked(place: str, entry: Any) -> dict[str, str]:
    entry = (
        {name: value for name, value in entry.items() if value not in (None, "")} if isinstance(entry, Mapping) else {}
    )
    given = [names for names in CREDENTIALS if any(name in entry for name in names)]
    if len(given) != 1 or not all(name in entry for name in given[0]) or set(entry) - set(OPTIONS):
        raise ValidationError(
            f"{place}: must be a dictionary with either auth_token, or api_key and api_secret, or client_id and"
            " client_secret; and region and edge, if wanted"
        )
    wrong = [name for name, value in entry.items() if not isinstance(value, str)]
    if wrong:
        raise ValidationError(f"{place}: {' and '.join(wrong)} must be text; put it in quotes")
    return {**dict.fromkeys(NAMES, ""), **entry}
