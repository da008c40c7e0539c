# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options, shared by every module of the collection and by its inventory plugin."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  account_sid:
    description:
      - The SID of the Twilio account, V(AC) followed by 32 hexadecimal digits.
      - If not set, the environment variable E(TWILIO_ACCOUNT_SID) is used. Needed with every kind of credentials.
    type: str
  auth_token:
    description:
      - The auth token of the account.
      - If not set, the environment variable E(TWILIO_AUTH_TOKEN) is used.
      - Not used when both O(api_key) and O(api_secret) are there, as options or as variables.
    type: str
  api_key:
    description:
      - The SID of an API key, V(SK) followed by 32 hexadecimal digits. A standard key is enough.
      - If not set, the environment variable E(TWILIO_API_KEY) is used.
    type: str
  api_secret:
    description:
      - The secret of the API key.
      - If not set, the environment variable E(TWILIO_API_SECRET) is used.
    type: str
  region:
    description:
      - The Twilio region that holds the data, such as V(ie1).
      - If not set, the environment variable E(TWILIO_REGION) is used.
    type: str
  edge:
    description:
      - The Twilio edge location that requests enter through, such as V(dublin).
      - If not set, the environment variable E(TWILIO_EDGE) is used.
    type: str
  api_base_url:
    description:
      - Send every request here, instead of to Twilio's own hosts. The paths stay as they are. O(region) and O(edge)
        then have no effect.
      - Plain C(http://) is accepted for a loopback address only, since the credentials travel with each request.
      - If not set, the environment variable E(TWILIO_API_BASE_URL) is used.
    type: str
  request_timeout:
    description:
      - How many seconds to wait for a connection, and then for each part of an answer. See O(timeouts) for a whole
        operation.
    type: float
    default: 30
  validate_certs:
    description:
      - Whether the server's certificate is checked.
    type: bool
    default: true
  ca_path:
    description:
      - A file or a directory of CA certificates to check the server's certificate against, instead of the usual ones.
    type: path
notes:
  - An environment variable that is set to an empty value counts as not set.
  - E(HTTPS_PROXY) and E(NO_PROXY) are honoured, as are E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) when O(ca_path) is
    not set.
requirements:
  - twilio >= 7.8.1 (the Python library)
"""
