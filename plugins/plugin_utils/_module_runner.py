# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door from an action plugin to a module's work: it is done in Ansible's own process where that is allowed.

A module costs a new Python, its own copy of Ansible's library and an import of the SDK at every task; a worker process
of Ansible has all of that already.

What a task shows must not depend on the door. So this one goes through :class:`AnsibleModule` too, and leaves
everything around it to ``ActionBase._execute_module``: only the three steps are replaced that build the module, choose
how to transfer it, and start it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.executor import module_common
from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.vars import merge_hash

from ..module_utils._modules.ansible_module import is_sdk_usable, run_module
from ..module_utils._modules.base import ModuleDefinition

try:
    from ansible.module_utils.common.json import Direction, get_module_encoder
except ImportError:  # ansible-core 2.18 and older
    get_module_encoder = None

display = Display()

SWITCH = "community_twilio_in_process"
PROFILE = "legacy"


@contextlib.contextmanager
def task_environment(environment: Mapping[str, str], folder: str) -> Iterator[None]:
    """Set the environment variables and the working directory that a module of this task would have.

    The worker process does nothing else meanwhile, and gets its own ones back.
    """
    own_environment, own_folder = dict(os.environ), os.getcwd()
    try:
        os.environ.update(environment)
        os.chdir(folder)
        yield
    finally:
        os.chdir(own_folder)
        os.environ.clear()
        os.environ.update(own_environment)


class InProcessAction(ActionBase):
    """The action plugin of every module of the collection; a subclass names the work."""

    _supports_check_mode = True
    _supports_async = True
    definition: ClassVar[ModuleDefinition]

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run the task, here or as a module.

        :param tmp: not used; Ansible's own signature has it.
        :param task_vars: the variables of the task.
        :returns: the result of the task.
        """
        result = super().run(tmp, task_vars)
        self._here = self._may_run_here(task_vars or {})
        result = merge_hash(result, self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val))
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _may_run_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(task_vars.get(SWITCH, True))
        try:
            switched_on = boolean(wanted)
        except TypeError:
            raise AnsibleActionFail(f"{SWITCH}: must be a boolean, got {wanted!r}") from None
        return (
            switched_on
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and is_sdk_usable()
        )

    def _is_pipelining_enabled(self, module_style: str, wrap_async: bool = False) -> bool:
        # With pipelining, nothing is transferred and no temporary directory is made.
        return self._here or super()._is_pipelining_enabled(module_style, wrap_async)

    def _configure_module(self, module_name: str, module_args: Any, task_vars: Any) -> Any:
        if not self._here:
            return super()._configure_module(module_name, module_args, task_vars)
        self._arguments = {"ANSIBLE_MODULE_ARGS": module_args}
        path = f"{module_name}, in process"
        if get_module_encoder is None:
            return "new", "#!", b"", path
        return module_common._BuiltModule(
            b_module_data=b"", module_style="new", shebang="#!", serialization_profile=PROFILE
        ), path

    def _low_level_execute_command(self, cmd: Any, *args: Any, **kwargs: Any) -> Any:
        if not self._here:
            return super()._low_level_execute_command(cmd, *args, **kwargs)
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        with task_environment({name: str(value) for name, value in environment.items()}, self._loader.get_basedir()):
            output = self._run_here()
        return {"rc": 0, "stdout": output, "stdout_lines": output.splitlines(), "stderr": "", "stderr_lines": []}

    def _run_here(self) -> str:
        """Run the module's work; give what the module would have written."""
        if get_module_encoder is None:
            arguments = json.dumps(self._arguments, cls=AnsibleJSONEncoder, vault_to_text=True)
        else:
            arguments = json.dumps(self._arguments, cls=get_module_encoder(PROFILE, Direction.CONTROLLER_TO_MODULE))
        basic._ANSIBLE_ARGS = arguments.encode()
        basic._ANSIBLE_PROFILE = PROFILE
        # A worker process runs all items of a loop, and these would go from one to the next.
        warnings._global_warnings.clear()
        warnings._global_deprecations.clear()
        parent = os.getppid()
        with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.suppress(SystemExit):
            run_module(self.definition, self._report_progress, self._on_signal)
        if os.getppid() != parent:
            # Nobody is left to read the result. This worker has both ends of the pipe for it, so that a large one would
            # fill the pipe and keep the worker waiting for ever.
            os._exit(1)
        return output.getvalue()

    def _on_signal(self, number: int) -> None:
        # The work has put off what Ansible itself does with a signal: it ends this worker, and reads no result from it.
        os.kill(os.getpid(), number)

    def _report_progress(self, line: str) -> None:
        # To stderr, since a callback may write JSON to stdout.
        display.display(f"{self._task.action}: {line}", stderr=True)
