# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run galaxy-importer on a collection's archive. It ends with status 0 even after errors, so what it logs is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys


def main(archive: str) -> int:
    """Run it; 0 when it logged no error."""
    command = [sys.executable, "-m", "galaxy_importer.main", archive]
    # Automation Hub wants one of its own tags.
    environment = {**os.environ, "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    errors = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if re.match(r"(ERROR|CRITICAL)\b", line):
            errors.append(line)
    if process.wait():
        print(f"FAILED: galaxy-importer ended with status {process.returncode}.")
        return 1
    if errors:
        print(f"FAILED: galaxy-importer logged {len(errors)} errors.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
