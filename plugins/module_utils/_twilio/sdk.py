# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that the ``twilio`` SDK is installed and new enough."""

from __future__ import annotations

import re

from . import transport

try:
    from twilio import __version__ as sdk_version
except ImportError:
    sdk_version = "0"  # see transport.IMPORT_ERROR

# The version of this collection, for the user agent.
VERSION = "1.0.0"
MIN_SDK_VERSION = "7.8.1"


def import_error() -> str | None:
    """Return why the SDK cannot be imported.

    :returns: the traceback of the import; None when the SDK is installed.
    """
    return transport.IMPORT_ERROR


def version_error() -> str | None:
    """Return an error message when the installed SDK is too old.

    :returns: the message; None when the SDK is new enough.
    """
    have, need = ([int(part) for part in re.findall("[0-9]+", text)[:3]] for text in (sdk_version, MIN_SDK_VERSION))
    if have >= need:
        return None
    return f"The Python library twilio is {sdk_version}; community.twilio needs {MIN_SDK_VERSION} or newer"
