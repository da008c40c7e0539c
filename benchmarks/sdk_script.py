# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain script on the resource classes of Twilio's SDK, as people write it: one user after another.

    python benchmarks/sdk_script.py {conversations,chat} {create,same,update,delete} USERS.json

``bulk.py`` runs it. EMULATOR holds what the emulator prints at its start; only to reach that, and not Twilio, there is
an HTTP client of its own.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client


class Rebased(TwilioHttpClient):
    """The SDK's own HTTP client, but with another host."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._place = urlsplit(url)[:2]

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, urlunsplit((*self._place, *urlsplit(url)[2:])), *args, **kwargs)


def main() -> None:
    product, work, path = sys.argv[1:]
    emulator = json.loads(os.environ["EMULATOR"])
    client = Client(emulator["account_sid"], emulator["auth_token"], http_client=Rebased(emulator["url"]))
    services = client.chat.v2.services if product == "chat" else client.conversations.v1.services
    users = services(emulator["service_sid"]).users
    for user in json.loads(Path(path).read_text()):
        identity, name, attributes = user["identity"], user["friendly_name"], user["attributes"]
        if work == "create":
            users.create(identity=identity, friendly_name=name, attributes=json.dumps(attributes))
        elif work == "update":
            users(identity).update(friendly_name=name, attributes=json.dumps(attributes))
        elif work == "delete":
            users(identity).delete()
        else:
            found = users(identity).fetch()
            if found.friendly_name != name or json.loads(found.attributes) != attributes:
                sys.exit(f"{identity} is not as it should be")


if __name__ == "__main__":
    main()
