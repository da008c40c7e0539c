# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run random sequences of tasks for some minutes; the command is `nox -s sequences`."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from .machine import Sequences

COMMAND = 'make nox ARGS="-s sequences -- --seed {} --rounds 1 {}"'


def run_round(number: int, examples: int, steps: int, shrink: bool) -> None:
    """Run the sequences of one seed."""

    @seed(number)
    class Round(Sequences):
        pass

    Round.__name__ = Round.__qualname__ = "Sequences"
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    run_state_machine_as_test(
        Round,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
            verbosity=Verbosity.normal,
            suppress_health_check=list(HealthCheck),
        ),
    )


def main() -> int:
    """Run until the time is over or a sequence fails."""
    parser = argparse.ArgumentParser(prog="nox -s sequences --", description=__doc__)
    parser.add_argument("--minutes", type=float, help="run for this long, with new seeds unless --seed is given")
    parser.add_argument("--rounds", type=int, default=6, help="how many seeds, without --minutes")
    parser.add_argument("--seed", type=int, help="the first seed; the others follow it")
    parser.add_argument("--examples", type=int, default=30, help="sequences of each seed")
    parser.add_argument("--steps", type=int, default=20, help="the most steps of a sequence")
    parser.add_argument("--no-shrink", action="store_true", help="do not look for a shorter sequence that fails too")
    parser.add_argument("--keep-going", action="store_true", help="go on with the next seed after a failure")
    options = parser.parse_args()
    end = None if options.minutes is None else time.monotonic() + options.minutes * 60
    first = options.seed or (1 if end is None else int(time.time()))
    failed = []
    number = first
    while number < first + options.rounds if end is None else time.monotonic() < end:
        begin = time.process_time()
        try:
            run_round(number, options.examples, options.steps, not options.no_shrink)
            print(f"seed {number}: passed, {time.process_time() - begin:.1f} s of processor time", flush=True)
        except Exception:
            traceback.print_exc()
            sizes = f"--examples {options.examples} --steps {options.steps}"
            print(f"seed {number}: failed. Again: {COMMAND.format(number, sizes)}", flush=True)
            failed.append(number)
            if not options.keep_going:
                break
        number += 1
    print(f"seeds from {first}: {number - first} passed or failed; failed: {failed or 'none'}", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
