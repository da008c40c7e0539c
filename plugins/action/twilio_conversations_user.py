# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of all modules of the collection; ``meta/runtime.yml`` routes them here.

It is named after one of them, since ansible-test requires a module with the name of each action plugin.
"""

from __future__ import annotations

import os
import re
import subprocess
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from ansible import constants as C  # noqa: N812 -- as everywhere in Ansible
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

SETUP_ERROR: str | None = None
try:
    from ansible_collections.community.twilio.plugins.module_utils._modules.ansible_module import sdk_problem
    from ansible_collections.community.twilio.plugins.module_utils._modules.base import ModuleDefinition
    from ansible_collections.community.twilio.plugins.plugin_utils._definitions import find_definition
    from ansible_collections.community.twilio.plugins.plugin_utils._module_runner import (
        TaskSettings,
        run_module,
        to_plain,
        watch_parent,
    )
except (ImportError, AttributeError) as error:  # an ansible-core that lacks a name
    SETUP_ERROR = f"{type(error).__name__}: {error}"

display = Display()

SWITCH = "community_twilio_in_process"


class NotOnController(Exception):
    """The task cannot run on the controller; the message has the reason."""


class ActionModule(ActionBase):
    """Runs modules on the controller if possible, and as modules otherwise."""

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task.

        :param tmp: not used; part of ansible-core's signature.
        :param task_vars: the variables of the task.
        :returns: the result of the task.
        """
        result: dict[str, Any] = super().run(tmp, task_vars)
        if SETUP_ERROR is None:
            watch_parent()
        try:
            definition, settings = self._prepare(task_vars or {})
        except (NotOnController, AttributeError) as reason:
            # AttributeError: this ansible-core lacks a name that the plugin uses.
            display.v(f"{self._task.action}: runs as a module, not on the controller: {reason}")
            result.update(self._execute(task_vars))
            self._explain_missing_variables(result, task_vars or {})
        else:
            result.update(run_module(definition, self._task.args, settings))
        return result

    def _execute(self, variables: dict[str, Any] | None) -> dict[str, Any]:
        """Run the module in its own process."""
        try:
            result: dict[str, Any] = self._execute_module(task_vars=variables, wrap_async=self._task.async_val)
        except BaseException as error:
            # `timeout` has passed. Ansible leaves the module alone, which would go on beside the following tasks.
            _end_commands(error.__traceback__)
            raise
        return result

    def _prepare(self, variables: Mapping[str, Any]) -> tuple[ModuleDefinition, TaskSettings]:
        """Return the module's definition and the settings for running the task on the controller.

        :raises NotOnController: the task cannot run there.
        """
        if not self._is_switched_on(variables):
            raise NotOnController(f"{SWITCH} is false")
        if self._connection.transport != "local":
            raise NotOnController(f"its connection is {self._connection.transport}")
        if self._connection.become:
            raise NotOnController("it has become")
        if self._task.async_val:
            raise NotOnController("it has async")
        if SETUP_ERROR is not None:
            raise NotOnController(SETUP_ERROR)
        problem = sdk_problem()
        if problem is not None:
            raise NotOnController(problem)
        definition = find_definition(self._task.action)
        if definition is None:
            raise NotOnController("its name is another one than the module's")
        return definition, TaskSettings(
            action=self._task.action,
            check_mode=bool(self._task.check_mode),
            diff_mode=bool(self._task.diff),
            no_log=bool(self._task.no_log),
            environment=self._environment(),
            folder=self._loader.get_basedir(),
            show_invocation=_is_invocation_shown(variables),
            # To standard error, since a callback may write JSON to standard output.
            display=lambda line: display.display(line, stderr=True),
            display_attempt=display.vvv,
        )

    def _is_switched_on(self, variables: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(variables.get(SWITCH, True))
        try:
            return bool(boolean(wanted))
        except TypeError:
            raise AnsibleActionFail(f"{SWITCH}: must be a boolean, got {wanted!r}") from None

    def _environment(self) -> dict[str, str]:
        """Return the variables of the keyword ``environment``, merged from the play, the blocks and the task."""
        keyword = self._task.environment or []
        merged: dict[str, Any] = {}
        for each in keyword if isinstance(keyword, list) else [keyword]:
            variables = self._templar.template(each or {})
            if not isinstance(variables, Mapping):
                raise AnsibleActionFail(f"environment must be a dictionary, received {variables!r}")
            merged.update(variables)
        return {name: str(value) for name, value in to_plain(self._templar.template(merged)).items()}

    def _explain_missing_variables(self, result: dict[str, Any], variables: Mapping[str, Any]) -> None:
        """Add to an error message that variables are set on the controller, but not where the task runs."""
        if self._connection.become:
            where, remedy = "for the become user", "become: false"
            if "ansible_become" in variables:
                remedy = "the variable ansible_become: false, which overrides the keyword become"
        elif self._connection.transport != "local":
            where, remedy = f"where the connection {self._connection.transport} leads", "delegate_to: localhost"
        else:
            return
        message = str(result.get("msg"))
        # Whole names: TWILIO_AUTH is not in a message about TWILIO_AUTH_TOKEN.
        unseen = [name for name in sorted(set(re.findall(r"\bset (\w+)", message))) if os.environ.get(name)]
        if result.get("failed") and unseen:
            result["msg"] = (
                f"{message}. Ansible's own environment has {' and '.join(unseen)}, but these are not set {where};"
                f" give the options, or run the task with {remedy}"
            )
            # ansible-core 2.19 and newer would show the old exception; without it, they create one from the message.
            result.pop("exception", None)


def _is_invocation_shown(variables: Mapping[str, Any]) -> bool:
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:  # ansible-core 2.20 and older always show it
        return True


def _end_commands(origin: TracebackType | None) -> None:
    """End the commands that a connection was running when an exception interrupted it.

    It does not hand them out. A module ends when the pipe for its result, or its SSH connection, is closed.
    """
    for frame, _line in traceback.walk_tb(origin):
        for value in list(frame.f_locals.values()):
            if isinstance(value, subprocess.Popen):
                value.terminate()
                for pipe in (value.stdout, value.stderr):
                    if pipe is not None:
                        pipe.close()
