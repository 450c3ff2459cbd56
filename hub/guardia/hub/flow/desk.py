"""The desk: the one place where requests change. One at a time for each request, committed before anything leaves."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import msgspec
import structlog

from guardia.hub.core import events as e
from guardia.hub.core.dispatch import decide, held_by, locks
from guardia.hub.core.evolve import Fold, applied, draft, evolve
from guardia.hub.core.itsm import Subscription, told
from guardia.hub.core.message import RoomMessage
from guardia.hub.core.plan import PlannedNode, PlannedStep
from guardia.hub.core.request import Request
from guardia.hub.core.states import STARTED, RequestState, StepState
from guardia.hub.core.texts import said
from guardia.hub.errors import BusyError, ConflictError, HubError, NotFoundError, StoreError
from guardia.hub.flow.board import Board, card_id
from guardia.hub.flow.cardpace import CardPace, may_wait
from guardia.hub.flow.outbox import Outbox
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock, Commit, OutboxRow, Rooms, Store, Tickets
from guardia.proto.catalogue import step_digest
from guardia.proto.frames import Dispatch

_UNDELIVERED = (StepState.DISPATCHED, StepState.UNKNOWN, StepState.RECONCILING)
"""States in which a dispatch may still have to be sent (again)."""
_IN_THE_WAY = (*STARTED, RequestState.QUEUED)
"""States of a request behind which others wait."""

log = structlog.get_logger("guardia.hub.desk")

T = TypeVar("T")
Events = Sequence[e.Event]
Pump = Callable[[str], Awaitable[None]]


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that may stand or not: the store did not say."""

    before: Request
    version: int
    """What the store holds if it does not stand; 0: nothing."""
    taken: dict[str, OutboxRow]
    """What it would have taken out of the outbox."""


class Desk:
    """Holds the open requests. `act` is how everything else changes one."""

    def __init__(
        self, *, store: Store, rooms: Rooms, board: Board, tickets: Tickets, clock: Clock, settings: FlowSettings
    ) -> None:
        self.requests: dict[str, Request] = {}
        self.board = board
        self.outbox = Outbox()
        self._store = store
        self._rooms = rooms
        self._tickets = tickets
        self._clock = clock
        self._settings = settings
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Of requests that somebody holds or waits for; one that nobody uses goes by itself."""
        self._reserved: dict[str, Request] = {}
        self._doubts: dict[str, Doubt] = {}
        """By request. Until it is known, what was reserved stays so, and nothing else changes the request."""
        self._queued: dict[str, Request] = {}
        """Requests that wait for a lock, in the order in which that was decided: who came first starts first."""
        self._unshown: set[str] = set()
        """Requests whose newest card could not be stored."""
        self.pace = CardPace(settings.card_every, self._show_card)
        self._tasks: set[asyncio.Task[object]] = set()
        self.pump: Pump = _nobody
        self.deliver: Callable[[OutboxRow], Awaitable[None]] = _nothing
        self.ready: Callable[[str], bool] = lambda _agent_id: False
        self.on_end: Callable[[str], None] = lambda _request_id: None
        self.on_finished: Callable[[Request], None] = lambda _request: None
        self.subscriptions: Sequence[Subscription] = ()
        """Endpoints of ITSM systems, and what each wants to be told."""
        self.told: Callable[[], None] = _nobody_listens
        """Called after something was written down for them."""
        self.on_change: Callable[[str], None] = lambda _request_id: None
        """Called with a request's id after something of it was committed: events, or live output."""
        self.still_current: Callable[[Request], bool] = lambda _request: True

    async def load(self) -> list[Request]:
        """Take the open requests from the store, at start."""
        waiting: list[tuple[int, Request]] = []
        for request in await self._store.open_requests():
            self._keep(request)
            if request.state is RequestState.QUEUED:
                events = await self._store.events(request.request_id)
                waiting.append((max(each.at_ms for each in events if isinstance(each, e.Queued)), request))
        self._queued = {request.request_id: request for _, request in sorted(waiting, key=lambda one: one[0])}
        rows = await self._store.outbox()
        # Earlier versions kept rows of requests that had been closed.
        self.outbox.update((row.step_id, row) for row in rows if row.request_id in self.requests)
        return list(self.requests.values())

    # --- changing requests ------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _alone(self, request_id: str) -> AsyncIterator[None]:
        """Nobody else changes the request, open or ended, and it is known what the store holds of it."""
        lock = self._locks.setdefault(request_id, asyncio.Lock())
        async with lock:
            await self._clear_up(request_id)
            yield

    @asynccontextmanager
    async def held(self, request_id: str) -> AsyncIterator[Request]:
        """The open request, while nobody else changes it. Raises `NotFoundError`, `ConflictError` (it has ended)."""
        async with self._alone(request_id):
            request = self.requests.get(request_id)
            if request is None:
                if await self._store.request(request_id) is None:
                    raise NotFoundError(said("press.unknown", id=request_id))
                raise ConflictError(said("press.ended", id=request_id))
            yield request

    def is_open(self, request_id: str) -> bool:
        return request_id in self.requests

    async def act(self, request_id: str, choose: Callable[[Request], Events]) -> Request:
        """Record the events that `choose` finds for the request as it is now, and everything that follows from them.

        `choose` may raise; then nothing has changed. An empty list still lets the request go on where it can.
        """
        async with self.held(request_id) as request:
            return await _whole(self._choose(request, choose))

    async def _choose(self, request: Request, choose: Callable[[Request], Events]) -> Request:
        """Choose and take out of the outbox in one turn of the loop: in between, what is given up could leave."""
        return await self._record(request, choose(request), first=None, origin="")

    async def annotate(self, request_id: str, choose: Callable[[Request], Events]) -> Request:
        """Like `act`, also for a request that has ended: for what changes nothing of what runs.

        Raises `NotFoundError`.
        """
        async with self._alone(request_id):
            request = self.requests.get(request_id)
            if request is not None:
                return await _whole(self._choose(request, choose))
            request = await self._store.request(request_id)
            if request is None:
                raise NotFoundError(said("press.unknown", id=request_id))
            return await _whole(self._annotate(request, choose(request)))

    async def _annotate(self, before: Request, events: Events) -> Request:
        request = before
        for event in events:
            request = evolve(request, event)
        if not events:
            return request
        card = await self._last_card(request)
        commit = Commit(request=request, expected_version=before.version, events=tuple(events), messages=(card,))
        await self.show(await self._store.commit(commit))
        return request

    async def show_again(self, request_id: str, number: int) -> None:
        """Post the card of a request that has ended once more, with what its steps said; the highest `number` wins."""
        async with self._alone(request_id):
            request = await self._store.request(request_id)
            if request is None or self.is_open(request_id):
                return
            card = await self._last_card(request, number)
        await self.post([card])

    async def _last_card(self, request: Request, number: int = 0) -> RoomMessage:
        """The card of a request that has ended, made once more with what its steps said. The caller is alone with it:
        the board is everybody's."""
        try:
            for step_id in request.runs:
                for _, _, data in await self._store.output(request.attempt_id(step_id)):
                    self.board.add_output(step_id, data)
            return self.board.card(request, number)
        finally:
            self.board.forget(request)

    async def open(self, drafted: e.Drafted, origin: str, follow: Callable[[Request], Awaitable[Events]]) -> Request:
        """A new request with the events that `follow` finds for its draft, in one transaction."""
        request = draft(drafted)
        async with self._alone(request.request_id):
            return await self.record(request, await follow(request), first=drafted, origin=origin)

    async def record(
        self, before: Request, events: Events, *, first: e.Drafted | None = None, origin: str = ""
    ) -> Request:
        """Apply events, let the request go on, commit all of it at once, then show and send. The caller holds it.

        Done to its end even if the caller is cancelled: memory must not stay behind what was committed.
        """
        return await _whole(self._record(before, events, first=first, origin=origin))

    async def _record(self, before: Request, events: Events, *, first: e.Drafted | None, origin: str) -> Request:
        request = applied(before, events)
        recorded: list[e.Event] = [*([first] if first else []), *events]
        rows: list[OutboxRow] = []
        taken: dict[str, OutboxRow] = {}
        try:
            request = await self._advance(request, recorded, rows)
            if not recorded:
                return request
            messages = self._messages(None if first else before, request, recorded)
            done = self._worked_off(request)
            # Taken out before the commit: what is being given up must not leave while it is written down.
            taken = {step_id: self.outbox.pop(step_id) for step_id in done}
            hooks = told(self.subscriptions, None if first else before, recorded)
            placed = await self._store.commit(
                Commit(
                    request=request,
                    expected_version=0 if first else before.version,
                    origin=origin,
                    events=tuple(recorded),
                    messages=tuple(messages),
                    outbox=tuple(rows),
                    outbox_done=done,
                    hooks=hooks,
                )
            )
        except BaseException as error:
            if isinstance(error, ConflictError | StoreError):
                self._doubts[before.request_id] = Doubt(
                    before=before, version=0 if first else before.version, taken=taken
                )
                with suppress(HubError):  # logged; the timers look again
                    await self._clear_up(before.request_id)
            else:
                self._undone(before, taken)
            raise
        self._settle(before, request)
        if hooks:
            self.told()
        self.outbox.update((row.step_id, row) for row in rows)
        await self.show(placed)
        for row in rows:
            if row.sent_ms is not None:
                await self.deliver(row)
        for agent_id in dict.fromkeys(row.agent_id for row in rows if row.sent_ms is None):
            try:
                await self.pump(agent_id)
            except HubError:
                log.exception("desk.pump_failed", agent_id=agent_id)  # the decision stands; the timers send again
        return request

    def _messages(self, before: Request | None, after: Request, events: Events) -> list[RoomMessage]:
        at_once = before is None or before.state is not after.state or not may_wait(events)
        card = [self.board.card(after)] if self.pace.shows(after.request_id, at_once=at_once) else []
        return [*card, *self.board.notices(before, after)]

    def _undone(self, before: Request, taken: dict[str, OutboxRow]) -> None:
        """Nothing of it was committed. Whoever stands behind it is left to the timers: a store that fails must not make
        requests wake one another without a pause."""
        request_id = before.request_id
        self._reserved.pop(request_id, None)
        now = self.requests.get(request_id)
        if now is None or now.state is not RequestState.QUEUED:
            self._queued.pop(request_id, None)
        self.outbox.update(taken)
        if now is None:  # a new one
            self.board.forget(before)
            self.pace.forget(request_id)
        else:  # a card that was put off was to be shown with what has failed
            self.show_soon(request_id)

    async def look_again(self) -> None:
        """Find out what became of commits whose answer was lost; called by the timers."""
        for request_id in list(self._doubts):
            try:
                async with self.held(request_id):
                    pass
            except HubError as error:
                log.info("desk.looked_again", request_id=request_id, code=error.code)
                if isinstance(error, StoreError | BusyError):
                    break  # the next would be told the same

    async def _clear_up(self, request_id: str) -> None:
        """The store may hold more than memory: a commit whose answer was lost, or another process on the same store.

        The caller holds the request. Raises `StoreError`, `BusyError`: it is still not known.
        """
        doubt = self._doubts.get(request_id)
        if doubt is None:
            return
        try:
            stored = await self._store.request(request_id)
            rows = [row for row in await self._store.outbox() if row.request_id == request_id]
        except HubError as error:
            log.error("desk.look_again_failed", request_id=request_id, code=error.code, error=str(error))
            raise
        del self._doubts[request_id]
        if stored is None or stored.version == doubt.version:
            self._undone(doubt.before, doubt.taken)
            return
        log.error("desk.behind_the_store", request_id=request_id, here=doubt.version, stored=stored.version)
        known = doubt.taken | {row.step_id: row for row in self.outbox.of_request(request_id)}
        for row in self.outbox.of_request(request_id):
            del self.outbox[row.step_id]
        for row in rows:  # one that memory does not know has not been handed to a link; a second one would be harmless
            self.outbox[row.step_id] = known.get(row.step_id) or msgspec.structs.replace(row, sent_ms=None)
        before = doubt.before if doubt.version else None
        notices = [notice.message_id for notice in self.board.notices(before, stored)]
        self._settle(doubt.before, stored)
        self.told()
        self.later(self._show_stored(stored.room_id, [card_id(request_id), *notices]), f"what {request_id} missed")

    async def _show_stored(self, room_id: str, message_ids: Sequence[str]) -> None:
        found = [await self._store.message(room_id, message_id) for message_id in message_ids]
        await self.show([message for message in found if message is not None])

    def _worked_off(self, request: Request) -> tuple[str, ...]:
        """Wire ids of the request's waiting frames that have arrived or will never be needed."""
        rows = self.outbox.of_request(request.request_id)
        if request.final:  # closed while a step's end was not known: what waits of it must not run any more
            return tuple(row.step_id for row in rows)
        waiting = {request.attempt_id(step_id) for step_id, run in request.runs.items() if run.state in _UNDELIVERED}
        return tuple(row.step_id for row in rows if row.step_id not in waiting)

    def _settle(self, before: Request, after: Request) -> None:
        """The commit stands: memory follows, and whoever waited for its locks may try."""
        self._reserved.pop(after.request_id, None)
        if after.final:
            self.requests.pop(after.request_id, None)
            self._queued.pop(after.request_id, None)
            self.board.forget(after)
            self.pace.forget(after.request_id)
            self.on_end(after.request_id)
            self.on_finished(after)
        else:
            self._keep(after)
        self.on_change(after.request_id)
        if before.state in _IN_THE_WAY and after.state not in _IN_THE_WAY:
            for waiting in list(self._queued):
                self._wake(waiting)
        elif after.state is RequestState.QUEUED and before.state is not RequestState.QUEUED:
            # The one before it may have ended, or may not begin, while this one's waiting was written down.
            for waiting in (after.behind, after.request_id):
                if waiting in self._queued:
                    self._wake(waiting)

    def _wake(self, request_id: str) -> None:
        self.later(self.act(request_id, lambda _request: ()), f"start {request_id}")

    def _keep(self, request: Request) -> None:
        self.requests[request.request_id] = request
        if request.state is RequestState.QUEUED:
            self._queued[request.request_id] = request
        else:
            self._queued.pop(request.request_id, None)

    def _first_in_line(self, request: Request) -> str:
        """Id of one that queued earlier for a lock that `request` needs; empty: there is none."""
        wanted = set(locks(request))
        if not wanted:
            return ""
        for other in self._queued.values():
            if other.request_id == request.request_id:
                break
            if wanted.intersection(locks(other)):
                return other.request_id
        return ""

    # --- going on by itself -----------------------------------------------------------------------------------------

    async def _advance(self, request: Request, recorded: list[e.Event], rows: list[OutboxRow]) -> Request:
        """Start what may start, then record what `decide` finds until only agents can go on."""
        now = self._clock.now_ms()
        if request.state in (RequestState.APPROVED, RequestState.SCHEDULED, RequestState.QUEUED):
            request = await self._start(request, recorded, now)
        while True:
            following = decide(request, now)
            for event in following.events:
                request = evolve(request, event)
                recorded.append(event)
            if following.events:
                continue
            fold = Fold(request)
            for node, step in following.dispatch:
                row, event = self._dispatch(fold.request, node, step, now)
                fold.apply((event,))
                recorded.append(event)
                rows.append(row)
            return fold.request

    async def _start(self, request: Request, recorded: list[e.Event], now: int) -> Request:
        plan = request.plan
        assert plan is not None

        def then(event: e.Event) -> Request:
            recorded.append(event)
            return evolve(request, event)

        if request.cancelled_by:
            return then(
                e.Finished(
                    at_ms=now,
                    state=RequestState.CANCELLED.value,
                    message=said("end.cancelled", by=request.cancelled_by),
                )
            )
        if plan.not_before_ms > now:
            if request.state is RequestState.APPROVED:
                return then(e.Scheduled(at_ms=now, until_ms=plan.not_before_ms))
            return request
        if plan.expires_ms and now > plan.expires_ms:
            return then(e.Expired(at_ms=now, message=said("expired.plan")))
        if len(request.approvals) < request.approvals_needed:  # checked again here, whatever led to this state
            return then(e.WentStale(at_ms=now, message=said("stale.approvals")))
        if not self.still_current(request):
            return then(e.WentStale(at_ms=now, message=said("stale.cmdb")))
        behind = held_by(request, itertools.chain(self.requests.values(), self._reserved.values()))
        behind = behind or self._first_in_line(request)
        if behind:
            if request.state is RequestState.QUEUED:
                return request
            self._queued[request.request_id] = request  # its place, before it is written down
            return then(e.Queued(at_ms=now, behind=behind))
        fencing = 0
        if locks(request):
            # Reserved before the first await below, so that two requests cannot both find the lock free.
            self._reserved[request.request_id] = msgspec.structs.replace(request, state=RequestState.RUNNING)
            fencing = await self._store.next_number("fencing")
        return then(e.Started(at_ms=now, fencing=fencing))

    def _dispatch(
        self, request: Request, node: PlannedNode, step: PlannedStep, now: int
    ) -> tuple[OutboxRow, e.StepDispatched]:
        plan = request.plan
        assert plan is not None
        wire_id = request.attempt_id(step.step_id)
        parameters = step.parameters.encode()
        digest = step_digest(step_id=wire_id, action_code=step.action, target=step.target, parameters=parameters)
        deliver_by = now + self._settings.deliver_within * 1000
        ticket_id, ticket = self._tickets.issue(
            step_id=wire_id,
            request_id=request.request_id,
            agent_id=node.agent,
            target=step.target,
            action=step.action,
            step_digest=digest,
            plan_digest=plan.digest,
            explain_digest=step.explained.digest,
            requester=request.requester.person_id,
            approvers=tuple(approval.by for approval in request.approvals),
            fencing=request.fencing,
            issued_ms=now,
            expires_ms=deliver_by,
        )
        frame = Dispatch(
            step_id=wire_id,
            request_id=request.request_id,
            action=step.action,
            target=step.target,
            parameters=parameters,
            timeout_ms=step.timeout_s * 1000,
            digest=digest,
            ticket=ticket,
        )
        row = OutboxRow(
            agent_id=node.agent,
            request_id=request.request_id,
            step_id=wire_id,
            frame=msgspec.msgpack.encode(frame),
            created_ms=now,
            deliver_by_ms=deliver_by,
            # Marked in the transaction that decides it, so that the way to a connected agent has one commit less.
            sent_ms=now if self.ready(node.agent) else None,
        )
        return row, e.StepDispatched(at_ms=now, step_id=step.step_id, attempt_id=wire_id, ticket_id=ticket_id)

    # --- showing ----------------------------------------------------------------------------------------------------

    async def show(self, placed: Sequence[RoomMessage]) -> None:
        for message in placed:
            await self._rooms.show(message)

    def show_soon(self, request_id: str) -> None:
        """Show the card of an open request again, with what its steps have said; at its pace."""
        if self.is_open(request_id) and self.pace.shows(request_id):
            self._show_card(request_id)

    def _show_card(self, request_id: str) -> None:
        if request_id in self.requests:
            self.pace.shows(request_id, at_once=True)
            self.later(self._card_as_it_is(request_id), f"card of {request_id}")

    async def _card_as_it_is(self, request_id: str) -> None:
        async with self.held(request_id) as request:  # a card of what is just being replaced would never be seen
            card = self.board.card(request)
        try:
            await self.post([card])
        except HubError:
            self._unshown.add(request_id)
            raise

    def show_missed(self) -> None:
        """Try again with cards that could not be stored; called by the timers."""
        missed, self._unshown = self._unshown, set()
        for request_id in missed:
            self.show_soon(request_id)

    async def post(self, messages: Sequence[RoomMessage]) -> None:
        """Store and show messages that belong to no transition."""
        await self.show(await self._store.post(messages))

    # --- work beside ------------------------------------------------------------------------------------------------

    def later(self, work: Awaitable[object], what: str) -> None:
        """Do it beside the caller; an error is logged with its cause, never dropped."""

        async def run() -> None:
            try:
                await work
            except ConflictError as error:
                log.info("desk.overtaken", what=what, reason=str(error))
            except Exception:
                log.exception("desk.background_failed", what=what)

        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)  # asyncio itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for the work beside, and show what was put off: before the store closes."""
        while self._tasks or self.pace.waiting:
            self.pace.flush()
            if self._tasks:
                await asyncio.wait(set(self._tasks))


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end. A cancellation of the caller goes on only after it."""
    task = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("desk.failed_after_cancel", exc_info=error)
        raise


def _nobody_listens() -> None:
    return


async def _nobody(_agent_id: str) -> None:
    return


async def _nothing(_row: OutboxRow) -> None:
    return
