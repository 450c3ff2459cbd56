"""Time passing: expiries, schedules, undelivered steps, probes, offers and previews that nobody took up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from guardia.hub.core import events as e
from guardia.hub.core.request import Request
from guardia.hub.core.states import STARTED, RequestState, StepState
from guardia.hub.core.texts import said
from guardia.hub.errors import ConflictError, HubError, NotFoundError
from guardia.hub.flow.advice import Advice
from guardia.hub.flow.delivery import Delivery
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.facts import FactsIntake
from guardia.hub.flow.presses import Presses
from guardia.hub.flow.previews import Previews
from guardia.hub.ports import Clock

log = structlog.get_logger("guardia.hub.timers")

EVERY = 0.5
"""Seconds between two looks at what is due."""


class Timers:
    """`run` lets time pass by itself; tests call `tick` instead."""

    def __init__(
        self,
        *,
        desk: Desk,
        presses: Presses,
        delivery: Delivery,
        advice: Advice,
        previews: Previews,
        facts: FactsIntake,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._presses = presses
        self._delivery = delivery
        self._advice = advice
        self._previews = previews
        self._facts = facts
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.tick()
            except Exception:  # time must go on: without it nothing expires, starts or is asked again
                log.exception("timers.tick_failed")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def tick(self) -> None:
        """What is due now. Cheap when nothing is."""
        await self._desk.look_again()
        self._desk.show_missed()
        now = self._clock.now_ms()
        for request in list(self._desk.requests.values()):
            try:
                if self._due(request, now) is not None:
                    await self._desk.act(request.request_id, lambda current: self._due(current, now) or ())
            except (ConflictError, NotFoundError):
                continue
            except HubError:
                log.exception("timers.tick_failed", request_id=request.request_id)  # the others' time goes on
                continue
            if request.state is RequestState.STALE_PLAN:
                self._desk.later(self._presses.replan(request.request_id), f"plan {request.request_id} again")
        await self._delivery.pump_all()
        await self._delivery.probe_again()
        await self._advice.guarded(self._advice.tick(), "tick")
        await self._advice.guarded(self._previews.tick(), "tick of previews")
        self._facts.tick()

    def _due(self, request: Request, now: int) -> Sequence[e.Event] | None:
        """Events that time brings; an empty list: let it go on; None: nothing is due."""
        match request.state:
            case RequestState.NEEDS_ANSWER if request.answer_by_ms and now > request.answer_by_ms:
                return [e.Expired(at_ms=now, message=said("expired.answer"))]
            case RequestState.AWAITING_APPROVAL if request.approve_by_ms and now > request.approve_by_ms:
                return [e.Expired(at_ms=now, message=said("expired.approval"))]
            case RequestState.SCHEDULED if now >= request.scheduled_ms:
                return []
            case RequestState.APPROVED | RequestState.QUEUED if request.plan and now > request.plan.expires_ms:
                return []
            case RequestState.APPROVED:
                return []
            case RequestState.QUEUED if not self._still_held(request):
                return []  # nobody woke it: the one before it never began, or its wake-up failed
            case RequestState.RUNNING | RequestState.ROLLING_BACK:
                late = [
                    step.step_id for _, step in request.steps_out() if self._undelivered(request, step.step_id, now)
                ]
                message = said("step.not_delivered")
                return [e.StepGivenUp(at_ms=now, step_id=step_id, message=message) for step_id in late] or None
            case _:
                return None

    def _still_held(self, request: Request) -> bool:
        before = self._desk.requests.get(request.behind)
        return before is not None and before.state in (*STARTED, RequestState.QUEUED)

    def _undelivered(self, request: Request, step_id: str, now: int) -> bool:
        row = self._desk.outbox.get(request.attempt_id(step_id))
        return (
            row is not None
            and row.sent_ms is None
            and request.run(step_id).state is StepState.DISPATCHED
            and now > row.deliver_by_ms
        )
