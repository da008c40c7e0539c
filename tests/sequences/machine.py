# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random sequences of tasks: each does what the model says, and no more."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ansible_collections.community.twilio.plugins.plugin_utils._user_export import FORMATS, export_users
from ansible_collections.community.twilio.plugins.plugin_utils._user_list import to_users

from . import disturbances, model, model_of_services, tasks
from . import state as states
from .checks import (
    assert_others_untouched,
    assert_predicted,
    assert_report,
    assert_stopped,
    assert_told,
    assert_user_shown,
    shown,
    without_users,
)
from .model import Outcome, PartlyRejected, Refused, Rejected
from .world import Disturbance, Result, World

MODELS = {
    "user": model.user,
    "users": model.users,
    "role": model_of_services.role,
    "service": model_of_services.service,
}
ROLE_OR_SERVICE = st.sampled_from(["role", "service"])
KINDS = st.sampled_from(["user", "users", "users", "role", "service"])
# With more, not all services are on the first page, and a sequence does little in each.
MAX_SERVICES = 5


class Sequences(RuleBasedStateMachine):
    """Tasks, and what other clients do between them and during them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World({})
        self.state = self.world.snapshot()
        self.known = states.sids(self.state)

    @initialize(switches=tasks.switches(), data=st.data())
    def begin(self, switches: dict[str, Any], data: st.DataObject) -> None:
        """Start with a few users and roles."""
        self.world = World(switches)
        for name in data.draw(st.lists(st.sampled_from(tasks.SERVICE_NAMES), max_size=2), "services"):
            self.world.act({"do": "create_service", "service": name})
        self.learn()
        service_sids = sorted(self.state["services"])
        for change in data.draw(st.lists(disturbances.new_roles(service_sids), max_size=4), "roles"):
            self.world.act(change)
        self.learn()
        # Most of them in one service, so that a task has something to do.
        places = [*service_sids[:1] * 6, *service_sids]
        for change in data.draw(st.lists(disturbances.new_users(self.state, places), min_size=5, max_size=12), "users"):
            self.world.act(change)
        self.learn()

    def learn(self) -> None:
        """Take over what Twilio holds."""
        self.state = self.world.snapshot()
        self.known |= states.sids(self.state)

    @invariant()
    def twilio_holds_what_the_model_says(self) -> None:
        """Nothing has changed since the last task."""
        assert self.state == self.world.snapshot()

    # Other clients

    @rule(data=st.data())
    def application(self, data: st.DataObject) -> None:
        """Let the application change users."""
        if not self.state["services"]:
            return
        sid = data.draw(st.sampled_from(sorted(self.state["services"])), "service")
        held = list(self.state["services"][sid]["users"])
        change = data.draw(disturbances.changes_of_users(self.state, held, [sid]), "change")
        self.world.act(change)
        self.learn()

    @rule(data=st.data())
    def colleague(self, data: st.DataObject) -> None:
        """Let somebody change roles and services by hand: several may then have the same name."""
        services = sorted(self.state["services"])
        if not services:
            self.world.act({"do": "create_service", "service": "Shop"})
            self.learn()
            return
        sid = data.draw(st.sampled_from(services), "service")
        verb = data.draw(
            st.sampled_from(
                ["create_role", "update_role", "delete_role", "create_service", "update_service", "delete_service"]
            ),
            "verb",
        )
        change: dict[str, Any] = {"do": verb}
        if verb.endswith("_role"):
            change["service_sid"] = sid
            if verb == "create_role":
                change["role"] = data.draw(st.sampled_from(tasks.ROLE_NAMES), "name")
                change["fields"] = {"type": data.draw(st.sampled_from(["service", "conversation"]), "type")}
            else:
                roles = sorted(self.state["services"][sid]["roles"])
                if not roles:
                    return
                change["role"] = data.draw(st.sampled_from(roles), "role")
            if verb == "update_role":
                change["fields"] = {"friendly_name": data.draw(st.sampled_from(tasks.ROLE_NAMES), "name")}
        elif verb == "create_service":
            if len(services) >= MAX_SERVICES:
                return
            change["service"] = data.draw(st.sampled_from(tasks.SERVICE_NAMES), "name")
        else:
            change["service"] = sid
            if verb == "update_service":
                change["fields"] = {"friendly_name": data.draw(st.sampled_from(tasks.SERVICE_NAMES), "name")}
        self.world.act(change)
        self.learn()

    # Tasks

    # Hypothesis chooses a rule first, each as often as any other.

    @rule(product=tasks.PRODUCTS, data=st.data())
    def user_task(self, product: str, data: st.DataObject) -> None:
        """Manage one user."""
        self.run_task("user", product, data)

    @rule(product=tasks.PRODUCTS, data=st.data())
    def users_task(self, product: str, data: st.DataObject) -> None:
        """Manage many users."""
        self.run_task("users", product, data)

    @rule(kind=ROLE_OR_SERVICE, product=tasks.PRODUCTS, data=st.data())
    def other_task(self, kind: str, product: str, data: st.DataObject) -> None:
        """Manage a role or a service."""
        self.run_task(kind, product, data)

    @rule(kind=KINDS, product=tasks.PRODUCTS, data=st.data())
    def disturbed_task(self, kind: str, product: str, data: st.DataObject) -> None:
        """Run while requests fail; then run again, undisturbed."""
        options = data.draw(tasks.TASKS[kind](self.state, product), "options")
        disturbance = data.draw(disturbances.disturbances(kind, self.reads(kind, product, options)), "disturbance")
        if disturbance.outage is not None:
            options["timeouts"] = dict.fromkeys(("create", "read", "update", "delete"), 90)
        self.disturb(kind, product, data.draw(tasks.stopping(kind, options), "on_error"), disturbance)
        self.learn()
        self.converge(kind, product, options)

    @rule(product=tasks.PRODUCTS, data=st.data())
    def raced_user_task(self, product: str, data: st.DataObject) -> None:
        """Manage one user while another client changes it."""
        self.race("user", product, data)

    @rule(product=tasks.PRODUCTS, data=st.data())
    def raced_users_task(self, product: str, data: st.DataObject) -> None:
        """Manage many users while another client changes them."""
        self.race("users", product, data)

    @rule(product=tasks.PRODUCTS, data=st.data())
    def raced_replacement(self, product: str, data: st.DataObject) -> None:
        """Replace a user while another client changes it."""
        self.race("user", product, data, tasks.user_task(self.state, product, replaces=True))

    @rule(product=tasks.PRODUCTS, data=st.data())
    def raced_pruning(self, product: str, data: st.DataObject) -> None:
        """Prune users while another client changes them."""
        self.race("users", product, data, tasks.users_task(self.state, product, prunes=True))

    @rule(kind=ROLE_OR_SERVICE, product=tasks.PRODUCTS, data=st.data())
    def raced_other_task(self, kind: str, product: str, data: st.DataObject) -> None:
        """Manage a role or a service while another client changes it."""
        self.race(kind, product, data)

    def run_task(self, kind: str, product: str, data: st.DataObject) -> None:
        options = data.draw(tasks.TASKS[kind](self.state, product), "options")
        if kind == "users":
            options["concurrency"] = data.draw(st.sampled_from([1, 1, 1, 4]), "concurrency")
        self.converge(kind, product, options)

    def race(self, kind: str, product: str, data: st.DataObject, task: tasks.Strategy | None = None) -> None:
        options = data.draw(tasks.TASKS[kind](self.state, product) if task is None else task, "options")
        changes = disturbances.changes_during(kind, self.state, product, options)
        if changes is not None:
            race = data.draw(disturbances.races(kind, changes, self.reads(kind, product, options)), "race")
            self.disturb(kind, product, data.draw(tasks.stopping(kind, options), "on_error"), race)
            self.learn()
        self.converge(kind, product, options)

    def reads(self, kind: str, product: str, options: Mapping[str, Any]) -> int:
        """Return how many requests a task sends before the first write."""
        return self.world.run(kind, product, options, check=True).requests

    def disturb(self, kind: str, product: str, options: dict[str, Any], disturbance: Disturbance) -> None:
        """Run a task once, disturbed, and check that nothing is lost and nothing is left out of the result."""
        has_outage = disturbance.outage is not None
        note(f"task: {kind} {product} {options}")
        result = self.world.run(kind, product, options, disturbance=disturbance)
        note(f"disturbed: {shown(result)}")
        made = self.world.made
        # What a task cannot go on without; the user that takes the place of another can vanish again.
        fatal = {"delete_service", "delete_role", *(["delete_user"] if options.get("replace") else [])}
        # What other clients did may have been done before the task, during it, or after it.
        candidates = [self.at(kind, product, options, made, position) for position in range(len(made) + 1)]
        outcomes = [each for each in candidates if isinstance(each, Outcome)]
        held = self.world.snapshot()
        assert_told(kind, result, not disturbance.failures and not has_outage)
        if options.get("on_error") == "stop":
            assert_stopped([entry["identity"] for entry in options["users"]], result)
        self.assert_newcomers(options, held)
        if not result.failed:
            assert outcomes, "a task succeeds that has to fail"
            if not made:
                assert result["changed"] == outcomes[0].changed, result
                assert_report(kind, outcomes[0], result)
        elif not has_outage and not any(change["do"] in fatal for change in made):
            assert len(outcomes) < len(candidates) or any(each.failed for each in outcomes), (
                f"it fails: {result['msg']}"
            )
        alternatives = [each.state for each in outcomes]
        # The names of roles are resolved first; a role that is deleted after that is missed only where it is needed.
        deletions = [change for change in made if change["do"] == "delete_role"]
        if deletions:
            others = [change for change in made if change["do"] != "delete_role"]
            late = [self.at(kind, product, options, others + deletions, number) for number in range(len(others) + 1)]
            alternatives += [each.state for each in late if each is not None]
        # An attempt that was not answered is repeated after the changes.
        if kind in ("user", "users") and made:
            alternatives += [each.state for each in self.repeated(kind, product, options, outcomes)]
        untouched = self.state
        for change in made:
            untouched = model.act(untouched, change)
        if result.failed or not alternatives:
            alternatives.append(untouched)
        if kind in ("user", "users"):
            others = [untouched] if result.failed else []
            seen = self.seen(kind, product, options, candidates, others)
            try:
                self.assert_users(alternatives, held, seen)
            except AssertionError:
                # A change of one user can come before the task's write, and an earlier change of another one after.
                self.assert_users(alternatives + self.reordered(kind, product, options, made), held, seen)
            assert without_users(held) == without_users(untouched)
            if kind == "users" and result.failed and "results" in result:
                self.assert_nothing_left_out(outcomes, result, held, untouched)
        elif not result.failed:
            self.assert_one_of(alternatives, held)
        elif outcomes or kind != "service":
            assert_others_untouched(kind, untouched, held, outcomes)

    def at(
        self, kind: str, product: str, options: dict[str, Any], made: list[dict[str, Any]], position: int
    ) -> Outcome | None:
        """Return what comes of a task between two changes of other clients; None if it fails there."""
        state = self.state
        for change in made[:position]:
            state = model.act(state, change)
        try:
            outcome = MODELS[kind](state, product, options)
        except (Refused, Rejected, PartlyRejected):
            return None
        for change in made[position:]:
            outcome.state = model.act(outcome.state, change)
        return outcome

    def repeated(self, kind: str, product: str, options: dict[str, Any], outcomes: list[Outcome]) -> Iterator[Outcome]:
        """Return what comes of a task that is run once more."""
        for outcome in outcomes:
            with contextlib.suppress(Refused, Rejected, PartlyRejected):
                yield MODELS[kind](outcome.state, product, options)

    def assert_newcomers(self, options: Mapping[str, Any], held: states.State) -> None:
        """Check that no user is deleted who was not there when the task was planned, unless the task names them."""
        named = {entry.get("identity") for entry in options.get("users", [options])}
        there = {user["sid"] for service in held["services"].values() for user in service["users"].values()}
        for identity, sid in self.world.newcomers.items():
            is_gone = any(change["do"] == "delete_service" for change in self.world.made)
            assert identity in named or sid in there or is_gone, f"{identity} was created meanwhile, and is deleted"

    def reordered(
        self, kind: str, product: str, options: dict[str, Any], made: list[dict[str, Any]]
    ) -> list[states.State]:
        """Return what comes of a task between any of the changes of other clients and all others of them."""
        found = []
        for chosen in itertools.product([True, False], repeat=len(made)):
            before = list(itertools.compress(made, chosen))
            after = list(itertools.compress(made, [not each for each in chosen]))
            found.append(self.at(kind, product, options, before + after, len(before)))
        return [each.state for each in found if each is not None]

    def assert_one_of(self, alternatives: list[states.State], held: states.State) -> None:
        found = [states.differences(each, held, self.known) for each in alternatives]
        assert not all(found), found[0]

    def seen(
        self,
        kind: str,
        product: str,
        options: dict[str, Any],
        candidates: list[Outcome | None],
        others: list[states.State],
    ) -> dict[str, list[states.State]]:
        """Return the alternatives for users whose changes the task has seen: it has deleted them later.

        The same holds for the user that takes the place of a deleted one.
        """
        made, result = self.world.made, dict[str, list[states.State]]()
        for identity, count in self.world.deleted.items():
            numbers = [each for each in range(count) if made[each].get("identity") == identity]
            outcomes = [each for each in candidates[numbers[-1] + 1 :] if each] if numbers else []
            if outcomes and identity is not None:
                outcomes += list(self.repeated(kind, product, options, outcomes))
                result[identity] = [*(each.state for each in outcomes), *others]
                successor = options.get("identity", identity)
                if not any(change.get("identity") == successor for change in made):
                    result[successor] = result[identity]
        return result

    def assert_users(
        self, alternatives: list[states.State], held: states.State, seen: Mapping[str, list[states.State]]
    ) -> None:
        """Check that each user is as one of the alternatives has it; nothing else has changed."""
        for sid, service in held["services"].items():
            places = [each["services"][sid] for each in alternatives if sid in each["services"]]
            for identity in {each for place in [service, *places] for each in place["users"]}:
                user = service["users"].get(identity)
                ways = seen.get(identity, alternatives)
                wanted = [each["services"][sid]["users"].get(identity) for each in ways if sid in each["services"]]
                assert states.is_mixed(wanted, user, self.known), (identity, user, wanted)

    def assert_nothing_left_out(
        self, outcomes: list[Outcome], result: Result, held: states.State, untouched: states.State
    ) -> None:
        """Check that a failed task tells what it has done, and has done what it tells."""
        sid = result.get("service_sid")
        if sid not in held["services"]:
            return
        entries = {entry["identity"]: entry["action"] for entry in result["results"]}
        users, before = held["services"][sid]["users"], untouched["services"][sid]["users"]
        for identity in {*users, *before}:
            if identity not in entries:
                assert states.same_user(before.get(identity), users.get(identity), set()), f"{identity} is left out"
        if not self.world.made:
            for identity, action in entries.items():
                if action != "failed":
                    wanted = outcomes[0].state["services"][sid]["users"].get(identity)
                    assert states.same_user(wanted, users.get(identity), self.known), (identity, action)

    def converge(self, kind: str, product: str, options: dict[str, Any]) -> None:
        """Run a task in check mode, then run it, then run it again."""
        outcome: Outcome | None = None
        rejected = False
        try:
            outcome = MODELS[kind](self.state, product, options)
        except Refused as error:
            note(f"has to be refused: {error}")
        except Rejected as error:
            rejected = True
            note(f"has to be rejected: {error}")
        except PartlyRejected:
            # Only after a role or the service has been deleted during the task.
            assert self.world.run(kind, product, options).failed, "it does not fail"
            self.learn()
            return
        note(f"task: {kind} {product} {options}")
        predicted = self.world.run(kind, product, options, check=True)
        assert not predicted.writes, "check mode writes"
        assert self.state == self.world.snapshot(), "check mode changes something"
        result = self.world.run(kind, product, options)
        note(shown(result))
        if outcome is None:
            assert result.failed, "it does not fail"
            assert predicted.failed or rejected, "check mode does not fail"
            assert not result.writes, f"it fails after {result.writes}"
            assert self.state == self.world.snapshot(), "it fails, and changes something"
            return
        assert result.failed == bool(outcome.failed), result.get("msg")
        found = states.differences(outcome.state, self.world.snapshot(), self.known)
        assert not found, found
        assert result["changed"] == outcome.changed
        assert len(result.writes) == outcome.writes, f"{outcome.writes} writes expected: {result.writes}"
        assert_report(kind, outcome, result)
        self.assert_returned(kind, product, outcome, result)
        if not outcome.failed:
            assert not predicted.failed, predicted.get("msg")
            assert_predicted(predicted, result, "")
        self.learn()
        if not outcome.failed:
            again = self.world.run(kind, product, options)
            assert not again.failed, f"the second time it fails: {again.get('msg')}"
            assert not again["changed"] and not again.writes, f"the second time it writes: {again.writes}"
            assert self.state == self.world.snapshot(), "the second run changes something"

    def assert_returned(self, kind: str, product: str, outcome: Outcome, result: Result) -> None:
        """Check the resource in the result, and that both products show what the task has written."""
        held = self.world.snapshot()["services"]
        if kind == "user" and result["user"] is not None:
            user = result["user"]
            assert_user_shown(held[outcome.service_sid]["users"][user["identity"]], user)
        elif kind == "role" and result["role"] is not None:
            role = held[outcome.service_sid]["roles"][result["role"]["sid"]]
            assert role["friendly_name"] == result["role"]["friendly_name"]
            assert len(role["permissions"]) == len(result["role"]["permissions"])
        elif kind == "service" and result["service"] is not None:
            service = held[result["service"]["sid"]]
            shown_values = model_of_services.flat(result["service"])
            for option, place in model_of_services.setting_places(product).items():
                if option in shown_values:
                    value = shown_values[option]
                    value = frozenset(value) if isinstance(value, list) else value
                    is_hidden = place == ("chat", "webhook_method") or value in (None, False)
                    assert states.same_setting(service["settings"][place], value) or is_hidden, (option, value)

    # Reading

    @rule(product=tasks.PRODUCTS, is_export=st.booleans(), data=st.data())
    def read(self, product: str, is_export: bool, data: st.DataObject) -> None:
        """Read, or export the users of a service."""
        if is_export and self.state["services"]:
            self.export(product, data)
        else:
            self.info(product, data)

    def info(self, product: str, data: st.DataObject) -> None:
        """Read users, roles and services."""
        found = self.world.run("service_info", product, {})
        assert {service["sid"] for service in found["services"]} == set(self.state["services"])
        for sid, service in self.state["services"].items():
            roles = self.world.run("role_info", product, {"service_sid": sid})["roles"]
            assert {role["sid"]: role["friendly_name"] for role in roles} == {
                role["sid"]: role["friendly_name"] for role in service["roles"].values()
            }
        if not self.state["services"]:
            return
        sid = data.draw(st.sampled_from(sorted(self.state["services"])), "service")
        service = self.state["services"][sid]
        users = self.world.run("user_info", product, {"service_sid": sid})["users"]
        assert sorted(user["identity"] for user in users) == sorted(service["users"])
        for user in users:
            assert_user_shown(service["users"][user["identity"]], user)
        role_sid = data.draw(
            st.sampled_from(
                sorted({*service["roles"], *(user["role_sid"] for user in users)}) or [tasks.UNKNOWN["RL"]]
            ),
            "role",
        )
        limit = data.draw(st.integers(1, 4), "limit")
        some = self.world.run("user_info", product, {"service_sid": sid, "role_sid": role_sid, "limit": limit})["users"]
        wanted = {user["identity"] for user in service["users"].values() if user["role_sid"] == role_sid}
        assert {user["identity"] for user in some} <= wanted
        assert len(some) == min(limit, len(wanted))
        identity = data.draw(st.sampled_from(tasks.IDENTITIES), "identity")
        one = self.world.run("user_info", product, {"service_sid": sid, "identity": identity})["users"]
        assert [user["identity"] for user in one] == [each for each in service["users"] if each == identity]

    def export(self, product: str, data: st.DataObject) -> None:
        """A sync with the export of a service changes nothing."""
        form, omit = data.draw(st.sampled_from(FORMATS), "format"), data.draw(st.booleans(), "omit_defaults")
        sid = data.draw(st.sampled_from(sorted(self.state["services"])), "service")
        users = self.world.run("user_info", product, {"service_sid": sid})["users"]
        roles = self.world.run("role_info", product, {"service_sid": sid})["roles"]
        default = self.state["services"][sid]["settings"]["default_service_role_sid",]
        exported = export_users(users, form, roles, omit_defaults=omit, default_role_sid=default)
        listed = to_users(exported["text"], form, exported["count"])
        left_out = {each["identity"] for each in exported["left_out"] if each["field"] is None}
        options = {"service_sid": sid, "users": listed, "prune": True, "max_deletions": 100, "concurrency": 1}
        synced = self.world.run("users", product, options, check=True)
        assert not synced.failed, synced.get("msg")
        assert synced["summary"]["unchanged"] == len(users) - len(left_out), synced
        assert {entry["identity"] for entry in synced["results"]} == left_out, synced
