"""Decisions of people about requests: approve, reject, cancel, retry, choose. Checked here, bound to the digest."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from guardia.cmdb.selector import Resolved
from guardia.hub.core import events as e
from guardia.hub.core.answer import is_meant, nodes_named, said_whole
from guardia.hub.core.authorise import Authoriser, kind_of
from guardia.hub.core.card import unclear
from guardia.hub.core.evolve import evolve
from guardia.hub.core.intent import UNKNOWN, Dispute, Intent, Reading
from guardia.hub.core.message import ButtonPress, Person
from guardia.hub.core.request import UNSENT, Request
from guardia.hub.core.states import STARTED, CancelState, RequestState, StepState
from guardia.hub.core.texts import said
from guardia.hub.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, TooLateError
from guardia.hub.flow.delivery import Delivery
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.entries import told_by
from guardia.hub.flow.planner import Planner
from guardia.hub.ports import Clock


class Presses:
    """Raises `ForbiddenError`, `ConflictError` and `NotFoundError`; then nothing has changed.

    `by` names the message or press that decides; one that has decided something of the request decides nothing more.
    """

    def __init__(self, desk: Desk, planner: Planner, delivery: Delivery, authoriser: Authoriser, clock: Clock) -> None:
        self._desk = desk
        self._planner = planner
        self._delivery = delivery
        self._authoriser = authoriser
        self._clock = clock
        self.read_again: Callable[[str], Awaitable[Reading]] | None = None
        """Reads words alone, without what was said around them; remembered by nobody."""

    async def press(self, press: ButtonPress) -> Request:
        """A press counts only in the room that shows the request's card: rooms have members, and ids can be guessed."""
        found = self._desk.requests.get(press.request_id)
        if found is not None and found.room_id != press.room_id:
            raise NotFoundError(said("press.not_here", id=press.request_id))
        name, _, argument = press.button.partition(":")
        by = told_by(press)
        match name:
            case "approve":
                return await self.approve(press.request_id, press.person, press.digest, by=by)
            case "reject":
                return await self.reject(press.request_id, press.person, press.reason, by=by)
            case "cancel":
                return await self.cancel(press.request_id, press.person, press.reason, by=by)
            case "retry":
                return await self.retry(press.request_id, press.person, by=by)
            case "close":
                return await self.close(press.request_id, press.person, press.reason, by=by)
            case "choose" if argument.isdigit():
                return await self.choose(press.request_id, press.person, int(argument), press.digest, by=by)
            case _:
                raise InvalidInputError(said("press.no_button", button=press.button[:40]))

    async def approve(self, request_id: str, person: Person, digest: str, *, by: str = "") -> Request:
        """One approval of the plan with exactly this digest, which is what the approver saw."""

        def choose(request: Request) -> list[e.Event]:
            if by in request.decided_by:
                return []
            if request.state is not RequestState.AWAITING_APPROVAL or request.plan is None:
                raise ConflictError(said("press.not_waiting", id=request_id))
            if not hmac.compare_digest(digest.encode(), request.plan.digest.encode()):
                raise ConflictError(said("press.changed"), remedy=said("press.changed_remedy"))
            if request.approve_by_ms and self._clock.now_ms() > request.approve_by_ms:
                raise ConflictError(said("press.too_late"), remedy=said("press.ask_again"))
            self._check(request, person, "approve")
            if person.person_id == request.requester.person_id:  # holds whatever the policies say
                raise ForbiddenError(said("press.own"), remedy=said("press.own_remedy"))
            if any(approval.by == person.person_id for approval in request.approvals):
                raise ConflictError(said("press.twice"), remedy=said("press.twice_remedy"))
            now = self._clock.now_ms()
            if request.approve_by_ms and now > request.approve_by_ms:
                raise ConflictError(said("press.too_late"), remedy=said("press.ask_again_if"))
            if not self._planner.still_current(request):
                return [e.WentStale(at_ms=now, message=said("stale.approve_again"))]
            return [e.Approved(at_ms=now, by=person.person_id, name=person.name, digest=digest, by_message=by)]

        request = await self._desk.act(request_id, choose)
        if request.state is RequestState.STALE_PLAN:
            return await self.replan(request_id)
        return request

    async def reject(self, request_id: str, person: Person, reason: str, *, by: str = "") -> Request:
        def choose(request: Request) -> list[e.Event]:
            if by in request.decided_by:
                return []
            if request.state is not RequestState.AWAITING_APPROVAL:
                raise ConflictError(said("press.not_waiting", id=request_id))
            self._check(request, person, "approve")
            named = said("end.rejected", by=person.name)
            why = said("end.rejected_why", by=person.name, why=reason[:500]) if reason else named
            return [e.Rejected(at_ms=self._clock.now_ms(), by=person.person_id, reason=why, by_message=by)]

        return await self._desk.act(request_id, choose)

    async def cancel(self, request_id: str, person: Person, reason: str = "", *, by: str = "") -> Request:
        """Stops what has not left yet; what runs is asked to stop and reports for itself.

        Raises `TooLateError` when the request has ended.
        """

        def choose(request: Request) -> list[e.Event]:
            if by in request.decided_by:
                return []
            self.check_cancel(request, person)
            if request.cancelled_by:
                raise ConflictError(said("press.cancelling", id=request_id))
            now = self._clock.now_ms()
            asked = e.CancelRequested(at_ms=now, by=person.person_id, reason=reason[:500], by_message=by)
            if request.state not in STARTED:
                done = said("end.cancelled", by=person.name)
                return [asked, e.Finished(at_ms=now, state=RequestState.CANCELLED.value, message=done)]
            return [asked, *self._give_up_unsent(request, now)]

        try:
            request = await self._desk.act(request_id, choose)
        except ConflictError:
            if self._desk.is_open(request_id):
                raise
            raise TooLateError(said("press.cancel_late", id=request_id)) from None
        if not request.final:
            await self._delivery.cancel(request, reason[:200] or "취소")
        return request

    async def close(self, request_id: str, person: Person, reason: str = "", *, by: str = "") -> Request:
        """End a request whose step nobody can find out about, so that its locks do not stay for good.

        For an approver other than the requester, who looked at the server; what a late agent says of it is logged, and
        its older fencing token keeps it from touching the target after a newer request.
        """

        def choose(request: Request) -> list[e.Event]:
            if by in request.decided_by:
                return []
            if not unclear(request):
                raise ConflictError(said("press.clear"), remedy=said("press.clear_remedy"))
            self._check(request, person, "approve")
            message = said("end.closed", by=person.name)
            if reason:
                message = said("end.closed_why", by=person.name, why=reason[:500])
            now = self._clock.now_ms()
            end = e.Finished(at_ms=now, state=RequestState.FAILED.value, message=message, by_message=by)
            if not request.cancelled_by:
                return [end]
            return [e.CancelSettled(at_ms=now, outcome=CancelState.UNKNOWN), end]

        return await self._desk.act(request_id, choose)

    def _give_up_unsent(self, request: Request, now: int) -> list[e.Event]:
        found: list[e.Event] = []
        for _, step in request.steps_out():
            row = self._desk.outbox.get(request.attempt_id(step.step_id))
            if row is not None and row.sent_ms is None and request.run(step.step_id).state is StepState.DISPATCHED:
                message = said("step.cancelled_first")
                found.append(e.StepGivenUp(at_ms=now, step_id=step.step_id, message=message, code=UNSENT))
        return found

    async def retry(self, request_id: str, person: Person, *, by: str = "") -> Request:
        """Once more, for steps that provably did not take effect, under the same approval while the plan is valid."""

        def choose(request: Request) -> list[e.Event]:
            if by in request.decided_by:
                return []
            if request.state is not RequestState.NEEDS_OPERATOR or request.plan is None:
                raise ConflictError(said("press.nothing_again", id=request_id))
            if request.requester.person_id != person.person_id:
                self._check(request, person, "approve")
            now = self._clock.now_ms()
            if now > request.plan.expires_ms:
                raise ConflictError(said("press.plan_old"), remedy=said("press.new_request"))
            again = [
                e.StepRetried(
                    at_ms=now,
                    step_id=step_id,
                    by=person.person_id,
                    reason=said("step.run_again", by=person.name),
                    by_message=by,
                )
                for step_id, run in request.runs.items()
                if run.state is StepState.NOT_APPLIED
            ]
            if not again:
                raise ConflictError(said("press.only_not_applied"))
            return list(again)

        return await self._desk.act(request_id, choose)

    async def choose(
        self, request_id: str, person: Person, number: int, question: str = "", *, by: str = ""
    ) -> Request:
        """An asked-back choice; only the requester answers. The request is then planned as if he had said so.

        `question`: the digest of the question that he saw; another one is not answered.
        """
        again = await self._again(request_id, number)
        async with self._desk.held(request_id) as request:
            if by in request.decided_by:
                return request
            if request.state is not RequestState.NEEDS_ANSWER or not 1 <= number <= len(request.choices):
                raise ConflictError(said("press.no_choice", id=request_id))
            if request.requester.person_id != person.person_id:
                raise ForbiddenError(said("press.requester_only"))
            if not is_meant(request, question):
                raise ConflictError(
                    said("press.other_question", id=request_id), remedy=said("press.other_question_remedy")
                )
            if request.answer_by_ms and self._clock.now_ms() > request.answer_by_ms:
                raise ConflictError(said("press.answer_late"), remedy=said("press.say_again"))
            choice = request.choices[number - 1]
            intent = choice.intent or _filled(request.intent, choice.fields)
            nodes = nodes_named(intent, again)
            if nodes:
                intent = msgspec.structs.replace(intent, target_nodes=nodes)
            answered = e.Answered(
                at_ms=self._clock.now_ms(), by=person.person_id, label=choice.label, intent=intent, by_message=by
            )
            return await self._plan_on(request, answered)

    async def _again(self, request_id: str, number: int) -> tuple[Intent | Dispute, ...]:
        """The request's words once more, with the choice in them, where they named servers that nobody could look up.

        Beside the desk's lock: a reader may take seconds.
        """
        request = self._desk.requests.get(request_id)
        if request is None or self.read_again is None or not 1 <= number <= len(request.choices):
            return ()
        choice = request.choices[number - 1]
        if choice.intent is not None or UNKNOWN not in request.intent.target_nodes or not request.text:
            return ()
        return (await self.read_again(said_whole(request.text, choice.fields))).requests()

    async def replan(self, request_id: str) -> Request:
        """Plan a request in DRAFT or STALE_PLAN (again); another state: nothing happens."""
        async with self._desk.held(request_id) as request:
            if request.state not in (RequestState.DRAFT, RequestState.STALE_PLAN):
                return request
            return await self._desk.record(request, await self._planner.plan(request))

    async def _plan_on(self, request: Request, first: e.Event) -> Request:
        return await self._desk.record(request, [first, *await self._planner.plan(evolve(request, first))])

    def check_approver(self, request: Request, person: Person) -> None:
        """Whether this person could approve the request now. Raises `ForbiddenError`, `ConflictError`."""
        if request.state is not RequestState.AWAITING_APPROVAL or request.plan is None:
            raise ConflictError(said("press.not_waiting", id=request.request_id))
        self._check(request, person, "approve")

    def check_cancel(self, request: Request, person: Person) -> None:
        """Whether this person could cancel the request. Raises `ForbiddenError`."""
        if request.requester.person_id != person.person_id:
            self._check(request, person, "cancel")

    def _check(self, request: Request, person: Person, action: str) -> None:
        selection = self._planner.servers(request)
        servers = selection.servers if isinstance(selection, Resolved) else ()
        outside = self._planner.outside_scope(request, servers) if action == "approve" else None
        if outside:
            raise ForbiddenError(outside, remedy=said("press.widen"))
        mine = request.requester.person_id == person.person_id
        kind = kind_of(request.intent.action_sequence).value
        verdict = self._authoriser.decide(person, action, servers, kind=kind, self_request=mine)
        if not verdict.allowed:
            if mine and action == "approve":
                raise ForbiddenError(said("press.own"), remedy=said("press.own_remedy"))
            raise ForbiddenError(said("press.not_allowed", by=person.name))


def _filled(intent: Intent, fields: dict[str, str]) -> Intent:
    values: dict[str, Any] = dict(fields)
    if "target_nodes" in values:
        values["target_nodes"] = tuple(values["target_nodes"].split(","))
    return msgspec.structs.replace(intent, **values)
