# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door from AnsibleModule to a module's work."""

from __future__ import annotations

import os
import traceback

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._twilio.client import LOWEST_SDK, sdk_missing, sdk_too_old
from .work import Context, Work, WorkFailed


def sdk_usable() -> bool:
    """Tell whether this Python has the SDK, and new enough."""
    return not sdk_missing() and not sdk_too_old()


def run_module(work: Work) -> None:
    """Run a module's work as a module: read the parameters, do the work, write the result, exit.

    :param work: the module's work.
    :raises SystemExit: always, as AnsibleModule does.
    """
    environment = dict(os.environ)
    module = AnsibleModule(**work.spec(environment))
    if sdk_missing():
        module.fail_json(msg=missing_required_lib(f"twilio >= {LOWEST_SDK}"), exception=sdk_missing())
    if sdk_too_old():
        module.fail_json(msg=sdk_too_old())
    try:
        result = work.execute(module.params, Context(module.check_mode, bool(module._diff), environment))
    except WorkFailed as failure:
        module.fail_json(msg=failure.message, **failure.result)
    except Exception as error:
        # Through fail_json, which takes secrets out; Python's own report of an exception would not.
        module.fail_json(
            msg=f"This is a bug in community.twilio: {type(error).__name__}: {error}",
            exception=traceback.format_exc(),
        )
    module.exit_json(**result)
