# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One resource from what is there to what is wanted: read, plan, apply, and the races in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from .._state import plan as planning
from .._state.kinds import CannotPlan, Kind
from .._state.plan import Plan
from .._twilio.budget import Budget
from .._twilio.client import NO_SERVICE, WEBHOOK_HEADER, Page, TwilioClient, addressable, surely_addressable
from .._twilio.errors import AlreadyExists, AnswerLost, NotFound, ServiceNotFound, TimeSpent, TwilioError
from .._twilio.pace import Flow

Raw = Mapping[str, Any]


class Target(NamedTuple):
    """Which resource: by its key, by its SID, or by both, which then have to agree."""

    key: str | None = None
    sid: str | None = None

    def __str__(self) -> str:
        return repr(self.key) if self.key is not None else str(self.sid)


class Outcome(NamedTuple):
    """What was done, or would be: the plan, and the resource afterwards (None when there is none)."""

    plan: Plan
    raw: Raw | None


class Disagreement(Exception):
    """The task contradicts what is there; the message names both."""


class HalfDone(Exception):
    """Something failed after something else was done.

    ``done`` is what was done; ``details`` is what Twilio said of the failure, if it was asked.
    """

    def __init__(self, message: str, done: Outcome, cause: TwilioError | CannotPlan | Disagreement) -> None:
        told, self.details = (cause.message, cause.details()) if isinstance(cause, TwilioError) else (str(cause), {})
        super().__init__(f"{message} {told}")
        self.message = str(self)
        self.done = done


class Resources:
    """The resources of one kind in one service.

    :param client: the product, as an account.
    :param kind: the kind of resource.
    :param service_sid: the service; None for services themselves.
    :param timeouts: ``create``, ``update``, ``read``, ``delete``: seconds for one operation, retries included.
    :param webhook_enabled: whether changes fire webhooks; None leaves it to Twilio.
    :param flow: what operations share that are under way at once; None when there is one at a time.
    """

    def __init__(
        self,
        client: TwilioClient,
        kind: Kind,
        service_sid: str | None,
        timeouts: Mapping[str, float],
        webhook_enabled: bool | None = None,
        flow: Flow | None = None,
    ) -> None:
        self.client = client
        self.kind = kind
        self.service_sid = service_sid
        self.timeouts = timeouts
        self.flow = flow
        self._path = ("Services", *([service_sid] if service_sid else []), *kind.path)
        self._headers = {} if webhook_enabled is None else {WEBHOOK_HEADER: "true" if webhook_enabled else "false"}
        self.place = f"{client.product.title} service {service_sid}" if service_sid else client.product.title
        certain = {"account_sid": client.connection.account_sid, "service_sid": service_sid}
        self._known: Raw = {name: certain.get(name) for name in kind.reported if name not in client.product.lacks}

    def budget(self, operation: str) -> Budget:
        """Begin the time of an operation: create, update, read or delete."""
        return Budget(operation, self.timeouts[operation], self.flow)

    # Reading

    def find(self, target: Target, budget: Budget, insist: bool = False) -> Raw | None:
        """Read one resource.

        :param target: which one; by its SID when it has one. One request, unless its key cannot be trusted to a URL.
        :param budget: the time for it.
        :param insist: look through the list too when Twilio says that there is none with this key.
        :returns: Twilio's answer, or None when there is no such resource, or, for Conversations, no such service.
        :raises ServiceNotFound: Twilio says that there is no such service.
        :raises TwilioError: Twilio could not be asked.
        """
        if self.kind.single:
            try:
                return self.client.fetch(self._path, budget, self.doing("read", target))
            except NotFound as error:
                raise ServiceNotFound(f"{self.place} {NO_SERVICE}", **error.details()) from None
        if target.sid is not None:
            return self._fetch(target.sid, target, budget)
        key = target.key or ""
        if not self.kind.key_in_path:
            return self._only(key, budget)
        if addressable(key):
            raw = self._fetch(key, target, budget)
            if raw is not None and raw.get(self.kind.key.name) == key:
                return raw
            if raw is None and surely_addressable(key) and not insist:
                return None
        listed = next((raw for raw in self.all(budget) if raw.get(self.kind.key.name) == key), None)
        if listed is not None and self.kind.is_partial(listed):
            return self._fetch(listed["sid"], target, budget)
        return listed

    def _only(self, key: str, budget: Budget) -> Raw | None:
        """Find the only resource with this key; as it is in the list, which shows these kinds whole."""
        found = [raw for raw in self.all(budget) if raw.get(self.kind.key.name) == key]
        if len(found) > 1:
            sids = ", ".join(raw["sid"] for raw in found)
            raise Disagreement(
                f"There are {len(found)} {self.kind.name}s with the {self.kind.key.name} {key!r} in {self.place}"
                f" ({sids}); say which one is meant by its SID"
            )
        return found[0] if found else None

    def _fetch(self, name: str, target: Target, budget: Budget) -> Raw | None:
        try:
            return self.client.fetch((*self._path, name), budget, self.doing("read", target))
        except ServiceNotFound:
            if self.kind.top:
                return None
            raise
        except NotFound:
            return None

    def all(self, budget: Budget) -> Iterator[Raw]:
        """Read every resource, in Twilio's order, page by page as they are taken.

        :param budget: the time for all pages.
        :raises ServiceNotFound: there is no such service.
        :raises TwilioError: Twilio could not be asked.
        """
        return chain.from_iterable(page.records for page in self.pages(budget))

    def pages(self, budget: Budget) -> Iterator[Page]:
        """Read the pages of the list, as they are taken.

        :param budget: the time for all pages.
        :raises ServiceNotFound: there is no such service.
        :raises TwilioError: Twilio could not be asked.
        """
        doing = f"list the {self.kind.name}s of {self.place}"
        return self.client.pages(self._path, self.kind.list_key, budget, doing, self.kind.page_size)

    def check_service_unless_listed(self, target: Target, budget: Budget) -> None:
        """Make sure that the service of a resource that was not found exists. One request at most.

        The answer to a missing resource and to a missing service is the same. A list has shown that there is a service.

        :param target: the resource.
        :param budget: the time for it.
        :raises ServiceNotFound: there is no such service.
        :raises TwilioError: Twilio could not be asked.
        """
        if self.kind.key_in_path or target.sid is not None:
            self.check_service(budget)

    def check_service(self, budget: Budget) -> None:
        """Make sure that the service exists. One request.

        :param budget: the time for it.
        :raises ServiceNotFound: it does not.
        :raises TwilioError: Twilio could not be asked.
        """
        if self.service_sid is not None and not self.client.service_exists(self.service_sid, budget):
            raise ServiceNotFound(f"{self.place} {NO_SERVICE}", 404)

    # Converging

    def present(self, target: Target, wanted: Mapping[str, Any], replace: bool, check_mode: bool) -> Outcome:
        """Make a resource exist with the wanted values.

        Requests: 1 to read, and 1 to create or update; a replacement reads two and deletes one. In check mode a
        creation asks instead whether the service exists, since that is what the run would find out.

        :param target: which one.
        :param wanted: field name to value, only for the fields that are to have a value.
        :param replace: when the target's SID and key name different resources, whether the one with the key is to
            take the place of the one with the SID.
        :param check_mode: stop after the plan.
        :returns: what was done, or would be.
        :raises Disagreement: the target's SID and key disagree, or there is no resource with this SID, or several with
            this key.
        :raises CannotPlan: what is there cannot be merged with what is wanted.
        :raises HalfDone: the old resource of a replacement could not be deleted, or was, and the new one not created;
            or what was created could not be set up.
        :raises TwilioError: Twilio refused, or could not be asked.
        """
        plan = self._plan(target, wanted, replace, self.budget("read"))
        if check_mode:
            if plan.action == planning.CREATE and plan.replaces is None:
                self.check_service_unless_listed(target, self.budget("read"))
            return Outcome(plan, plan.predicted)
        return self.carry_out(plan, target, wanted, replace)

    def absent(self, target: Target, check_mode: bool, guard: Callable[[Raw], None] | None = None) -> Outcome:
        """Make a resource not exist.

        Requests: 1 to read, and 1 to delete. In a service that does not exist there is nothing to do.

        :param target: which one.
        :param check_mode: stop after the plan.
        :param guard: called with a resource that would be deleted; raises what speaks against it.
        :returns: what was done, or would be.
        :raises Disagreement: the target's SID and key disagree, or there are several with this key.
        :raises TwilioError: Twilio refused, or could not be asked.
        """
        try:
            current = self.find(target, self.budget("read"))
        except ServiceNotFound:
            current = None
        if current is not None and self._differs(current, target):
            raise Disagreement(self.contradiction(current, target))
        if current is not None and guard is not None:
            try:
                guard(current)
            except ServiceNotFound:
                # Someone else was faster.
                current = None
        plan = planning.plan_absent(self.kind, current)
        return Outcome(plan, None) if check_mode else self.carry_out(plan, target)

    def plan_present(self, key: str, wanted: Mapping[str, Any], current: Raw | None) -> Plan:
        """Plan that a resource with this key exists with the wanted values. No request.

        :param key: its key.
        :param wanted: field name to value, only for the fields that are to have a value.
        :param current: the resource as read, or None when there is none.
        :raises CannotPlan: what is there cannot be merged with what is wanted.
        """
        try:
            return planning.plan_present(self.kind, key, wanted, current, self._known)
        except CannotPlan as error:
            raise self._cannot(error, Target(key)) from None

    def carry_out(
        self, plan: Plan, target: Target, wanted: Mapping[str, Any] | None = None, replace: bool = False
    ) -> Outcome:
        """Carry out a plan, and plan anew where someone else is faster.

        :param plan: the plan.
        :param target: which resource it is for.
        :param wanted: what it was made from; not needed to delete.
        :param replace: likewise.
        :returns: what was done; the plan may be another one than was given.
        :raises HalfDone: the old resource of a replacement could not be deleted, or was, and the new one not created;
            or what was created could not be set up.
        :raises CannotPlan, Disagreement: as in :meth:`present`, when it had to be planned anew.
        :raises TwilioError: Twilio refused, or could not be asked.
        """
        if plan.action != planning.DELETE:
            return self._apply(plan, target, wanted or {}, replace)
        if not self._delete(plan.current or {}, self.budget("delete")):
            # Someone else was faster: this task did nothing.
            plan = planning.plan_absent(self.kind, None)
        return Outcome(plan, None)

    def _plan(
        self, target: Target, wanted: Mapping[str, Any], replace: bool, budget: Budget, insist: bool = False
    ) -> Plan:
        try:
            return self._plan_from(target, wanted, replace, budget, insist)
        except CannotPlan as error:
            raise self._cannot(error, target) from None

    def _cannot(self, error: CannotPlan, target: Target) -> CannotPlan:
        return CannotPlan(f"Could not {self.doing('update', target)}: {error}")

    def _plan_from(
        self, target: Target, wanted: Mapping[str, Any], replace: bool, budget: Budget, insist: bool
    ) -> Plan:
        current = self.find(target, budget, insist)
        if target.sid is None and current is None:
            missing = [name for name in self.kind.needed if name not in wanted]
            if missing:
                raise Disagreement(
                    f"There is no {self.kind.name} {target} in {self.place}; to create it, {' and '.join(missing)} must"
                    " be given"
                )
            return planning.plan_present(self.kind, target.key or "", wanted, None, self._known)
        if current is None:
            if target.key is None or not replace:
                self.check_service(budget)
                advice = f"; leave out sid to create {self.kind.name} {target}" if target.key is not None else ""
                raise Disagreement(f"There is no {self.kind.name} {target.sid} in {self.place}{advice}")
            # An earlier run has replaced it already, or someone else has deleted it.
            return self._plan_from(Target(key=target.key), wanted, replace, budget, insist)
        if target.key is None or self.kind.renamed or not self._differs(current, target):
            return self._plan_known(current, wanted, replace)
        if not replace:
            # A service is never replaced: what is in it would go with it.
            advice = "" if self.kind.top else f", but with replace=true {target} takes its place"
            raise Disagreement(f"{self.contradiction(current, target)}; {self.kind.key.name} cannot be changed{advice}")
        successor = self.find(Target(key=target.key), budget, insist)
        if successor is not None:
            self._refuse_fixed(successor, wanted, "")
        return planning.plan_replacement(self.kind, target.key, wanted, current, successor, self._known)

    def _plan_known(self, current: Raw, wanted: Mapping[str, Any], replace: bool) -> Plan:
        """Plan for a resource that is the one that is meant."""
        if not replace:
            self._refuse_fixed(current, wanted, f", but with replace=true another {self.kind.name} takes its place")
        elif planning.fixed_difference(self.kind, wanted, current) is not None:
            key = str(current.get(self.kind.key.name))
            return planning.plan_replacement(self.kind, key, wanted, current, None, self._known)
        return planning.plan_present(self.kind, "", wanted, current, self._known)

    def _refuse_fixed(self, current: Raw, wanted: Mapping[str, Any], advice: str) -> None:
        fixed = planning.fixed_difference(self.kind, wanted, current)
        if fixed is not None:
            raise Disagreement(
                f"{self.kind.name.capitalize()} {current.get(self.kind.key.name)!r} in {self.place} has the"
                f" {fixed.name} {fixed.of(current)!r}, and the task gives {wanted[fixed.name]!r};"
                f" {fixed.name} cannot be changed{advice}"
            )

    def _apply(self, plan: Plan, target: Target, wanted: Mapping[str, Any], replace: bool) -> Outcome:
        if plan.replaces is not None and self.kind.deleted_first:
            return self._delete_and_create(plan, target, wanted)
        raw = plan.current
        if plan.action != planning.NONE:
            plan, raw = self._write(plan, target, wanted, replace)
        if plan.action == planning.CREATE:
            raw = self._complete(plan, raw, target, wanted)
        if plan.replaces is not None:
            old = plan.replaces
            try:
                self._delete(old, self.budget("delete"))
            except TwilioError as error:
                done = plan._replace(replaces=None, before=planning.shown(self.kind, plan.current))
                raise HalfDone(
                    f"{self.kind.name.capitalize()} {target} is in place, but the old one may still be there;"
                    " run the task again to finish.",
                    Outcome(done, raw),
                    error,
                ) from None
        return Outcome(plan, raw)

    def _delete_and_create(self, plan: Plan, target: Target, wanted: Mapping[str, Any]) -> Outcome:
        old = plan.replaces or {}
        self._delete(old, self.budget("delete"))
        try:
            rest, raw = plan, plan.current
            if plan.action != planning.NONE:
                rest, raw = self._write(plan._replace(replaces=None), Target(key=plan.key(self.kind)), wanted, False)
        except (TwilioError, CannotPlan, Disagreement) as error:
            gone = planning.plan_absent(self.kind, old)
            raise HalfDone(
                f"{self.kind.name.capitalize()} {old.get('sid')} was deleted to be replaced by {target}, which failed;"
                " run the task again to finish.",
                Outcome(gone, None),
                error,
            ) from None
        return Outcome(rest._replace(before=plan.before, replaces=old), raw)

    def _complete(self, plan: Plan, raw: Raw | None, target: Target, wanted: Mapping[str, Any]) -> Raw | None:
        """Send what a creation does not take."""
        if self.kind.created_with is None or raw is None:
            return raw
        rest = planning.plan_present(self.kind, "", wanted, raw, self._known)
        if rest.action == planning.NONE:
            return raw
        try:
            return self._update(rest, target, self.budget("update"))
        except TwilioError as error:
            done = plan._replace(after={self.kind.key.name: raw[self.kind.key.name]})
            raise HalfDone(
                f"{self.kind.name.capitalize()} {target} was created, but not set up; run the task again to finish.",
                Outcome(done, raw),
                error,
            ) from None

    def _write(self, plan: Plan, target: Target, wanted: Mapping[str, Any], replace: bool) -> tuple[Plan, Raw | None]:
        """Carry out a creation or an update, and plan anew as long as someone else is faster.

        :returns: the plan that was carried out, and the resource.
        """
        budget = self.budget(plan.action)
        lost: Plan | None = None
        raced = False
        while plan.action != planning.NONE:
            exists = False
            try:
                if plan.action == planning.CREATE:
                    return plan, self._create(plan, target, budget)
                if self._only_unfinished(lost):
                    break
                return plan, self._update(plan, target, budget)
            except AnswerLost:
                lost = plan
            except ServiceNotFound:
                raise
            except (AlreadyExists, NotFound) as error:
                if raced and not budget.wait():
                    raise TimeSpent(
                        f"{error.message}. It went on like this for {budget.seconds:g} s (timeouts.{budget.name})",
                        **error.details(),
                    ) from None
                raced = True
                exists = isinstance(error, AlreadyExists)
            anew = self._plan(target, wanted, replace, budget, insist=exists)
            if plan.replaces is not None and plan.action == anew.action == planning.CREATE and anew.replaces is None:
                # Someone else has deleted the old one meanwhile. What the new one was to inherit is known.
                anew = plan._replace(replaces=None, before=anew.before)
            plan = anew
        # When a request was lost, and everything that it asked for is there, then it was not lost.
        return plan if lost is None else lost, plan.current

    def _only_unfinished(self, lost: Plan | None) -> bool:
        """Tell whether what is left to do finishes a creation whose answer was lost: one that takes not every field."""
        return lost is not None and lost.action == planning.CREATE and self.kind.created_with is not None

    # Requests

    def _create(self, plan: Plan, target: Target, budget: Budget) -> Raw:
        return self.client.create(self._path, plan.parameters, self._headers, budget, self.doing("create", target))

    def _update(self, plan: Plan, target: Target, budget: Budget) -> Raw:
        path = self._path if self.kind.single else (*self._path, str(plan.current and plan.current["sid"]))
        return self.client.update(path, plan.parameters, self._headers, budget, self.doing("update", target))

    def _delete(self, current: Raw, budget: Budget) -> bool:
        target = Target(current.get(self.kind.key.name), current["sid"])
        headers = self._headers if self.client.product.webhook_on_delete else {}
        return self.client.delete((*self._path, current["sid"]), headers, budget, self.doing("delete", target))

    def doing(self, verb: str, target: Target) -> str:
        """Say what is being done, for messages.

        :param verb: such as "read".
        :param target: which resource.
        """
        which = "" if self.kind.single else f" {target}"
        return f"{verb} {self.kind.name}{which} in {self.place}"

    def _differs(self, current: Raw, target: Target) -> bool:
        return target.key is not None and current.get(self.kind.key.name) != target.key

    def contradiction(self, current: Raw, target: Target) -> str:
        """Say that the resource with the target's SID has not the target's key.

        :param current: the resource as read.
        :param target: which one the task means.
        """
        name = self.kind.key.name
        return (
            f"{self.kind.name.capitalize()} {target.sid} in {self.place} has the {name}"
            f" {current.get(name)!r}, and the task gives {target.key!r}"
        )
