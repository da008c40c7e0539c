# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules, independent of how they are executed.

A module imports this package before any other code of the collection, which an older Python cannot load. ansible-core
2.19 and older run modules on such a Python, and would report a traceback.
"""

from __future__ import annotations

import json
import sys

MIN_PYTHON = (3, 9)

if sys.version_info < MIN_PYTHON:
    _message = (
        f"community.twilio requires Python {'.'.join(map(str, MIN_PYTHON))} or newer where its modules run;"
        f" {sys.executable} is Python {'.'.join(map(str, sys.version_info[:3]))}. Set ansible_python_interpreter to"
        " another one, or run the task with delegate_to: localhost"
    )
    sys.stdout.write(json.dumps({"failed": True, "msg": _message}))
    sys.exit(1)
