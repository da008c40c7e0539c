#!/bin/sh
# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Print a Python 3.11 or newer that runs; pyenv's shims may be there without running.

set -u

runs() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if runs "$name"; then
        command -v "$name"
        exit 0
    fi
done

for name in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3; do
    if runs "$name"; then
        echo "$name"
        exit 0
    fi
done

cat >&2 <<'END'
No Python 3.11 or newer was found that can make virtual environments.
Install one (on Debian and Ubuntu the packages python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12 ...
END
exit 1
