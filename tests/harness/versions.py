# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tested with what: every version of ansible-core, Python and the Twilio SDK, named here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Core:
    """One ansible-core.

    :param version: its release line, or "devel".
    :param controllers: the Pythons that its controller runs on, newest first.
    :param source: what pip installs; empty for the newest release of this line.
    """

    version: str
    controllers: tuple[str, ...]
    source: str = ""

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return self.source or f"ansible-core~={self.version}.0"


# Newest first.
CORES = (
    Core("2.21", ("3.14", "3.13", "3.12")),
    Core("2.20", ("3.14", "3.13", "3.12")),
    Core("2.19", ("3.13", "3.12", "3.11")),
    Core("2.18", ("3.13", "3.12", "3.11")),
    Core("2.16", ("3.12", "3.11", "3.10")),
)

# The next ansible-core, of which there is a release candidate: it gates, and is supported from its release. pip and uv
# take a candidate where a requirement names one, and the release as soon as there is one. Then move it to the top of
# CORES, without what pip installs; README.md, SUPPORT.md and examples/execution-environment.yml name the versions too.
CANDIDATES = (Core("2.22", ("3.14", "3.13"), "ansible-core~=2.22.0rc1"),)

# In development, and not supported: tested every day, so that a change that matters here is seen before its release.
UPCOMING_CORES = (
    Core("devel", ("3.14", "3.13"), "ansible-core @ https://github.com/ansible/ansible/archive/devel.tar.gz"),
)

# The Pythons that the project's own tools may run on, newest first.
TOOL_PYTHONS = ("3.14", "3.13", "3.12", "3.11")

# The oldest Python that the modules run on.
OLDEST_TARGET = "3.9"


@dataclass(frozen=True)
class Case:
    """One row of the matrix.

    :param core: release line of ansible-core.
    :param target: the Python that the modules run on; empty for the controller's own.
    :param lowest_sdk: install the lowest Twilio SDK that is supported, instead of the newest.
    :param only_on_controller: do not run the integration targets as modules too, which is started by what is stable
        in ansible-core.
    :param only_conversations: do not run the targets of Chat too. They are the same tasks, and differ in nothing that
        an ansible-core could treat differently.
    :param units: run the unit tests too. Most of what differs between ansible-cores shows in the integration tests.
    """

    core: str
    target: str = ""
    lowest_sdk: bool = False
    units: bool = False
    only_on_controller: bool = False
    only_conversations: bool = False

    @property
    def name(self) -> str:
        """How the row is called in the name of a session."""
        parts = [self.core]
        if self.target:
            parts.append(f"py{self.target}")
        if self.lowest_sdk:
            parts.append("lowest-sdk")
        return "-".join(parts)


# Integration tests, and unit tests where something else than the ansible-core differs: `make test` runs those on the
# newest. Each row guards what no other row reaches.
MATRIX = (
    # The next ansible-core: that the private and public API that runs modules on the controller is still there.
    *(Case(each.version, only_on_controller=True, only_conversations=True) for each in CANDIDATES),
    # The newest of everything: both products, and both execution modes with the same results.
    Case(CORES[0].version),
    # 2.20, and the newest SDK: what differs between ansible-cores shows on the controller.
    Case("2.20", only_on_controller=True, only_conversations=True),
    # The oldest Python of a managed host, with the lowest SDK, under a controller that does not have the SDK.
    Case("2.20", target=OLDEST_TARGET, lowest_sdk=True, units=True),
    # 2.19, which was the first with the new templating; and the lowest SDK on the controller.
    Case("2.19", lowest_sdk=True, only_on_controller=True, only_conversations=True),
    # 2.18, which was the last with the old templating.
    Case("2.18", only_on_controller=True, only_conversations=True),
    # The oldest ansible-core: both products, and both execution modes.
    Case("2.16", units=True),
)

# What runs on an ansible-core in development, outside of what gates.
UPCOMING = tuple(Case(each.version, units=True, only_on_controller=True) for each in UPCOMING_CORES)

# Sanity tests: the oldest core has those that were dropped later.
SANITY = (CORES[0].version, "2.16")

# The playbooks, filters and inventory of the collection, which the integration tests do not reach: on the oldest core,
# whose templating differs most; `make test` runs them on the newest.
PLAYBOOKS = ("2.16",)

# The built collection, installed and used from there: on the newest core, and on the oldest with the lowest SDK.
INSTALLED = (CORES[0].version, "2.16")


def core(version: str) -> Core:
    """The ansible-core of this release line."""
    return next(each for each in (*CORES, *CANDIDATES, *UPCOMING_CORES) if each.version == version)
