# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options, shared by all modules and the inventory plugin."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  account_sid:
    description:
      - The SID of the Twilio account, V(AC) followed by 32 hexadecimal digits. Required with all kinds of credentials.
      - If not set, the environment variable E(TWILIO_ACCOUNT_SID) is used.
    type: str
  auth_token:
    description:
      - The auth token of the account.
      - If not set, the environment variable E(TWILIO_AUTH_TOKEN) is used.
      - Ignored if a complete pair of O(api_key) and O(api_secret), or of O(client_id) and O(client_secret), is set as
        well, and all of them are options or all of them environment variables. Options take precedence over environment
        variables, also over those of other credentials.
    type: str
  api_key:
    description:
      - The SID of an API key, V(SK) followed by 32 hexadecimal digits. A standard API key is sufficient.
      - Ignored like O(auth_token) if both O(client_id) and O(client_secret) are set.
      - If not set, the environment variable E(TWILIO_API_KEY) is used.
    type: str
  api_secret:
    description:
      - The secret of the API key.
      - If not set, the environment variable E(TWILIO_API_SECRET) is used.
    type: str
  client_id:
    description:
      - The client ID of an OAuth app of the account, V(OQ) followed by 32 letters or digits. The task fetches an access
        token with it, which takes one more request.
      - If both O(client_id) and O(client_secret) are set, they take precedence over the other credentials, as described
        for O(auth_token).
      - If not set, the environment variable E(TWILIO_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - The client secret of the OAuth app.
      - If not set, the environment variable E(TWILIO_CLIENT_SECRET) is used.
    type: str
  region:
    description:
      - The Twilio region in which the data is stored; V(us1) if not specified. Any other region also requires O(edge).
      - Twilio offers Conversations in V(us1) and V(ie1) only. Each region has its own data, auth token and API keys.
      - If not set, the environment variable E(TWILIO_REGION) is used.
    type: str
  edge:
    description:
      - The Twilio edge location to which requests are sent, for example V(dublin) for the region V(ie1).
      - If not set, the environment variable E(TWILIO_EDGE) is used.
    type: str
  api_base_url:
    description:
      - Send all requests to this URL instead of Twilio's own hosts. The paths stay the same. O(region) and O(edge) have
        no effect then.
      - C(http://) is only accepted for a loopback address, since each request contains the credentials.
      - If not set, the environment variable E(TWILIO_API_BASE_URL) is used.
    type: str
  request_timeout:
    description:
      - The maximum time in seconds for one request, from the connection to the end of the response. See O(timeouts) for
        whole operations.
    type: float
    default: 30
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the server.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory with CA certificates that are used instead of the default ones to validate the certificate
        of the server.
    type: path
notes:
  - An environment variable with an empty value is treated as not set.
  - E(HTTPS_PROXY), E(ALL_PROXY) and E(NO_PROXY) are respected. If O(ca_path) is not set, E(REQUESTS_CA_BUNDLE) and
    E(CURL_CA_BUNDLE) are respected as well.
requirements:
  - Python >= 3.9
  - twilio >= 7.8.1 (the Python library)
"""
