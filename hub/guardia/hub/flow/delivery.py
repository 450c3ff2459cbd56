"""Between the desk and the agents: frames out, frames in, and what is asked when contact was lost.

A lost connection never means "failed" and never "again". After every reconnect the agent's journal decides: finished
steps come by themselves, running ones go on, interrupted ones are probed, and only what the journal provably does not
hold is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec
import structlog

from guardia.hub.core import events as e
from guardia.hub.core.evolve import Fold, Folded
from guardia.hub.core.plan import PlannedStep
from guardia.hub.core.request import UNSENT, Request, is_attempt, planned_id
from guardia.hub.core.states import StepState
from guardia.hub.core.texts import Text
from guardia.hub.core.texts import said as worded
from guardia.hub.core.transcript import sound_report
from guardia.hub.core.transitions import step_allows
from guardia.hub.errors import AgentOfflineError, ConflictError, HubError, NotFoundError
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.lane import Lanes, Said, StepFrame
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock, Links, OutboxRow, Presence, Store
from guardia.proto.frames import (
    Accepted,
    AgentFrame,
    Cancel,
    CancelNoted,
    Dispatch,
    Facts,
    JournalState,
    Output,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    Result,
    Started,
    StepOutcome,
)

log = structlog.get_logger("guardia.hub.delivery")
_DISPATCH = msgspec.msgpack.Decoder(Dispatch)
MAX_OUTPUT = 4 * 1024 * 1024
"""Bytes of a step's output, counted with `_CHUNK_COST` a chunk, that are kept; the rest is dropped."""
_CHUNK_COST = 16
_LOST = (StepState.ACCEPTED, StepState.RUNNING, StepState.RECONCILING)


def request_id_of(step_id: str) -> str:
    """The request that a step's id belongs to: ids begin with it."""
    return step_id.partition(".")[0]


class Delivery:
    """Implements `ports.QuickHandler`."""

    def __init__(self, desk: Desk, links: Links, store: Store, clock: Clock, settings: FlowSettings) -> None:
        self._desk = desk
        self._links = links
        self._store = store
        self._clock = clock
        self._settings = settings
        self._reconciled: dict[str, int] = {}
        self._probed: dict[str, float] = {}
        self._asked: dict[str, tuple[str, int]] = {}
        """Cancelled steps that left and are in no journal: the agent, and the epoch of the connection by which it is
        asked whether it has them."""
        self._heard: dict[str, int] = {}
        self._newest: dict[str, int] = {}
        self._dropped: dict[str, int] = {}
        self.draining: Collection[str] = frozenset()
        """Agents that are given nothing new: what is meant for them waits."""
        self.on_facts: Callable[[str, Facts], None] = lambda _agent_id, _frame: None
        self._lanes = Lanes(self._record, beside=desk.later, fail=self._failed, gather=settings.gather)

    # --- out --------------------------------------------------------------------------------------------------------

    async def pump(self, agent_id: str) -> None:
        """Send what waits for an agent, in order, if it is connected and reconciled."""
        for row in self._desk.outbox.of_agent(agent_id):
            if not self.ready(agent_id):
                return
            # Not what was given up, or sent, while the ones before it left.
            if row.sent_ms is None and self._desk.outbox.get(row.step_id) is row:
                await self._send(row)

    async def pump_all(self) -> None:
        """Send what an earlier pump could not; called by the timers."""
        for agent_id in self._desk.outbox.agents():
            await self.pump(agent_id)

    async def _send(self, row: OutboxRow, compared: int | None = None) -> None:
        """Write down that it leaves, then send: a row that is not marked provably never left.

        `compared`: epoch of the connection whose hello showed that the row has to leave once more.
        """
        now = self._clock.now_ms()
        marked = msgspec.structs.replace(row, sent_ms=now)
        self._desk.outbox[row.step_id] = marked
        try:
            await self._store.mark_sent(row.step_id, now)
        except BaseException:
            if self._desk.outbox.get(row.step_id) is marked:
                self._desk.outbox[row.step_id] = row  # it did not leave; the timers try again
            raise
        if self._desk.outbox.get(row.step_id) is not marked:
            return  # taken out, or judged by a hello, meanwhile
        if compared is None:
            await self.deliver(marked)
        elif self._is_here(row.agent_id, compared):  # else the hello of the next connection judges it again
            await self._leave(marked)

    def ready(self, agent_id: str) -> bool:
        """True when steps for the agent may leave: the journal of the connection by which they would leave was
        compared, and the agent is not drained. A step that left by one whose hello is older would be judged by that.
        Not while the agent reads nothing of the much that it was sent: everybody else's would wait with its own."""
        if agent_id in self.draining or not self._is_here(agent_id, self._reconciled.get(agent_id)):
            return False
        return self._links.takes(agent_id)

    def _is_here(self, agent_id: str, epoch: int | None) -> bool:
        here = self._links.presence().get(agent_id)
        return here is not None and here.epoch == epoch

    @property
    def reconciled(self) -> int:
        """Agents that are connected and whose journals were compared."""
        return len(self._reconciled)

    async def deliver(self, row: OutboxRow) -> None:
        """Send what is marked as sent, for the first time. What no link took over provably never left, and waits again:
        the pump sends it."""
        if self.ready(row.agent_id) and await self._leave(row):
            return
        if self._desk.outbox.get(row.step_id) is not row:
            return
        try:  # in the store first: whoever marks it anew does so after this
            await self._store.mark_sent(row.step_id, None)
        except HubError as error:  # after a restart it counts as sent, and its agent's journal decides
            log.error("delivery.not_unmarked", step_id=row.step_id, code=error.code, error=str(error))
        if self._desk.outbox.get(row.step_id) is row:
            self._desk.outbox[row.step_id] = msgspec.structs.replace(row, sent_ms=None)

    async def _leave(self, row: OutboxRow) -> bool:
        """False: the link did not take it over."""
        try:
            await self._links.send(row.agent_id, _DISPATCH.decode(row.frame))
        except AgentOfflineError:
            log.info("delivery.offline", agent_id=row.agent_id, step_id=row.step_id)
            return False
        request = self._desk.requests.get(row.request_id)
        if request is not None and request.cancelled_by:  # its cancel may have overtaken it
            try:
                await self._links.send(row.agent_id, Cancel(step_id=row.step_id, reason="취소"))
            except AgentOfflineError:  # the step itself has left: it stays marked
                log.info("delivery.cancel_offline", agent_id=row.agent_id, step_id=row.step_id)
        return True

    async def cancel(self, request: Request, reason: str, agent_id: str = "") -> None:
        """Ask the agents (or one of them) to stop the request's steps that are under way."""
        for node, step in request.steps_out():
            if agent_id and node.agent != agent_id:
                continue
            try:
                frame = Cancel(step_id=request.attempt_id(step.step_id), reason=reason)
                await self._links.send(node.agent, frame)
            except AgentOfflineError:
                log.info("delivery.cancel_offline", agent_id=node.agent, step_id=step.step_id)

    # --- connections ------------------------------------------------------------------------------------------------

    async def connected(self, presence: Presence) -> None:
        agent_id = presence.agent_id
        journal = {entry.step_id: entry.state for entry in presence.hello.journal}
        # Who threw out a living connection may be another host: its journal says nothing of what that one was given.
        complete = not presence.hello.journal_truncated and not presence.contested
        for request in self._with_steps_at(agent_id):
            await self._reconcile(request.request_id, presence, journal, complete)
        self._reconciled[agent_id] = presence.epoch
        await self.pump(agent_id)

    async def _reconcile(
        self, request_id: str, presence: Presence, journal: dict[str, JournalState], complete: bool
    ) -> None:
        agent_id, epoch = presence.agent_id, presence.epoch
        probes: list[str] = []
        again: list[OutboxRow] = []

        def choose(request: Request) -> list[e.Event]:
            found: list[e.Event] = []
            for node, step in request.steps_out():
                if node.agent != agent_id:
                    continue
                wire_id = request.attempt_id(step.step_id)
                row = self._desk.outbox.get(wire_id)
                if row is not None and row.sent_ms is None:
                    continue  # never left; the pump sends it
                if row is not None:  # a new one: whoever is about to send the old one lets go of it
                    row = self._desk.outbox[wire_id] = msgspec.structs.replace(row)
                found += self._reconciled_events(request, step.step_id, journal.get(wire_id), row, complete)
                if journal.get(wire_id) is JournalState.INTERRUPTED and step.changes:
                    probes.append(wire_id)
                if found and isinstance(found[-1], e.StepRedelivered) and row is not None:
                    again.append(row)
                elif row is not None and complete and request.cancelled_by and wire_id not in journal:
                    self._asked[wire_id] = agent_id, epoch
            return found

        try:
            after = await self._desk.act(request_id, choose)
        except (ConflictError, NotFoundError):
            if self._desk.is_open(request_id):
                raise
            return
        if after.cancelled_by:  # asked for while the agent was away
            await self.cancel(after, "취소", agent_id)
        for row in again:
            if self._desk.outbox.get(row.step_id) is row:
                await self._send(row, epoch)
        for wire_id in probes:
            await self._probe(agent_id, wire_id)

    def _reconciled_events(
        self, request: Request, step_id: str, known: JournalState | None, row: OutboxRow | None, complete: bool
    ) -> list[e.Event]:
        now = self._clock.now_ms()
        state = request.run(step_id).state
        found: list[e.Event] = []
        if state in (StepState.DISPATCHED, *_LOST):
            found.append(e.StepUnknown(at_ms=now, step_id=step_id, reason=worded("step.compared")))
        if known in (JournalState.ACCEPTED, JournalState.RUNNING):
            return [*found, e.StepResumed(at_ms=now, step_id=step_id)]
        found.append(e.StepReconciling(at_ms=now, step_id=step_id))
        if known is JournalState.FINISHED:
            return found  # its result is on its way
        if known is JournalState.INTERRUPTED:
            pair = request.step(step_id)
            if pair is not None and not pair[1].changes:
                verdict = ProbeVerdict.NOT_APPLIED
                detail = worded("step.interrupted_read")
                found.append(e.StepProbed(at_ms=now, step_id=step_id, verdict=verdict, detail=detail))
            return found
        if complete and row is not None:
            if request.cancelled_by:
                return found  # it may wait in the agent, which no journal tells: the answer to the cancel decides
            return [*found, e.StepRedelivered(at_ms=now, step_id=step_id)]
        detail = worded("step.not_in_journal")
        verdict = ProbeVerdict.UNDETERMINED
        return [*found, e.StepProbed(at_ms=now, step_id=step_id, verdict=verdict, detail=detail)]

    async def settled(self, agent_id: str) -> None:
        """Wait until everything that the agent has said is committed, or was found impossible to."""
        await self._lanes.settled(agent_id)

    async def lost(self, agent_id: str, epoch: int, reason: str) -> None:
        await self.settled(agent_id)
        if self._reconciled.get(agent_id, epoch) > epoch:
            return  # a newer connection has taken over already
        self._reconciled.pop(agent_id, None)
        await self.unknown(agent_id, worded("step.lost"))
        log.info("delivery.lost", agent_id=agent_id, epoch=epoch, reason=reason)

    async def unknown(self, agent_id: str, reason: Text) -> None:
        """Whatever is out at the agent is unknown from now on, until it or its journal is heard."""

        def choose(request: Request) -> list[e.Event]:
            now = self._clock.now_ms()
            return [
                e.StepUnknown(at_ms=now, step_id=step.step_id, reason=reason)
                for node, step in request.steps_out()
                if node.agent == agent_id and self._may_run(request, step.step_id)
            ]

        for request in self._with_steps_at(agent_id):
            try:
                await self._desk.act(request.request_id, choose)
            except (ConflictError, NotFoundError):
                continue
            except HubError:
                log.exception("delivery.unknown_failed", request_id=request.request_id)  # the journal will tell

    def _may_run(self, request: Request, step_id: str) -> bool:
        state = request.run(step_id).state
        if state is StepState.DISPATCHED:
            row = self._desk.outbox.get(request.attempt_id(step_id))
            return row is None or row.sent_ms is not None
        return state in _LOST

    def _with_steps_at(self, agent_id: str) -> list[Request]:
        return [
            request
            for request in list(self._desk.requests.values())
            if request.plan is not None
            and agent_id in request.plan.agents
            and any(node.agent == agent_id for node, _ in request.steps_out())
        ]

    async def _probe(self, agent_id: str, wire_id: str) -> None:
        self._probed[wire_id] = self._clock.monotonic()
        try:
            await self._links.send(agent_id, Probe(step_id=wire_id))
        except AgentOfflineError:
            log.info("delivery.probe_offline", agent_id=agent_id, step_id=wire_id)

    async def probe_again(self) -> None:
        """Ask once more about what is still being reconciled; called by the timers."""
        now = self._clock.monotonic()
        for request in list(self._desk.requests.values()):
            for node, step in request.steps_out():
                wire_id = request.attempt_id(step.step_id)
                waiting = request.run(step.step_id).state is StepState.RECONCILING and wire_id in self._probed
                if (
                    waiting
                    and node.agent in self._reconciled
                    and self._links.takes(node.agent)
                    and now - self._probed[wire_id] >= self._settings.probe_every
                ):
                    await self._probe(node.agent, wire_id)

    # --- in ---------------------------------------------------------------------------------------------------------

    def take(self, agent_id: str, frame: AgentFrame) -> bool:
        if not isinstance(frame, Accepted | Started):
            return False
        return self._lanes.take_now(request_id_of(frame.step_id), agent_id, frame)

    async def received(self, agent_id: str, epoch: int, frame: AgentFrame) -> None:
        match frame:
            case Output():
                await self._output(agent_id, frame)
            case Accepted() | Started() | Refused() | Result() | ProbeResult():
                await self._lanes.take(request_id_of(frame.step_id), agent_id, frame)
            case Facts():
                self.on_facts(agent_id, frame)
            case CancelNoted():
                await self._cancel_noted(agent_id, epoch, frame)
            case _:
                log.warning("delivery.unexpected_frame", agent_id=agent_id, epoch=epoch, frame=type(frame).__name__)

    async def _cancel_noted(self, agent_id: str, epoch: int, frame: CancelNoted) -> None:
        """`too_late` is written down, for the card; `unknown` says of a step that is in no journal that it never
        arrived. Of the others the result, or the journal, tells more."""
        log.info("delivery.cancel_noted", agent_id=agent_id, step_id=frame.step_id, state=frame.state)
        never = frame.state == "unknown" and self._asked.get(frame.step_id) == (agent_id, epoch)
        if frame.state != "too_late" and not never:
            return
        step_id = planned_id(frame.step_id)

        def choose(request: Request) -> list[e.Event]:
            now = self._clock.now_ms()
            pair = request.step(step_id)
            if pair is None or pair[0].agent != agent_id or request.attempt_id(step_id) != frame.step_id:
                return []
            if never:
                if request.run(step_id).state is not StepState.RECONCILING:
                    return []
                message = worded("step.cancelled_first")
                return [e.StepGivenUp(at_ms=now, step_id=step_id, message=message, code=UNSENT)]
            if not request.cancelled_by or request.run(step_id).cancel_too_late:
                return []
            if not step_allows(request, step_id, e.StepCancelNoted):
                return []
            return [e.StepCancelNoted(at_ms=now, step_id=step_id)]

        request_id = request_id_of(frame.step_id)
        try:
            await self._desk.act(request_id, choose)
        except HubError as error:  # ended meanwhile, or not written: how it ends is told by the result all the same
            if never and self._desk.is_open(request_id):
                raise  # no result follows: the next connection's hello makes it be asked again
            log.info("delivery.cancel_note_dropped", step_id=frame.step_id, code=error.code)

    async def _record(self, request_id: str, batch: list[Said]) -> None:
        """Everything that agents have said of one request's steps since the last commit, in the order it came."""
        refused: dict[Said, HubError] = {}

        def choose(request: Request) -> list[e.Event]:
            found = Folded(request)
            fold = Fold(request)
            refused.clear()
            for said in batch:
                try:
                    events = self._events(fold.request, said.agent_id, said.frame)
                    fold.apply(events)
                except HubError as error:  # of this frame alone: the others are true
                    refused[said] = error
                    fold = Fold(request)
                    fold.apply(found)
                    continue
                found += events
            found.after = fold.request
            return found

        try:
            await self._desk.act(request_id, choose)
        except (ConflictError, NotFoundError):
            if self._desk.is_open(request_id):
                raise  # not taken over, so not acknowledged: it comes again
            for said in batch:
                detail = msgspec.to_builtins(said.frame) if isinstance(said.frame, Result) else {}
                step_id = said.frame.step_id
                log.warning("delivery.after_the_end", agent_id=said.agent_id, step_id=step_id, frame=detail)
        for said in batch:
            said.settle(refused.get(said))

    def _failed(self, agent_id: str) -> None:
        """What was taken over without waiting could not be recorded: the next connection's journal tells it again."""
        log.error("delivery.not_recorded", agent_id=agent_id)
        message = "the hub could not record what the agent said"
        self._desk.later(self._links.disconnect(agent_id, "link.handler_failed", message), f"cut off {agent_id}")

    def _events(self, request: Request, agent_id: str, frame: StepFrame) -> list[e.Event]:
        step_id = planned_id(frame.step_id)
        pair = request.step(step_id)
        if pair is None or request.attempt_id(step_id) != frame.step_id:
            log.warning("delivery.unknown_step", agent_id=agent_id, step_id=frame.step_id)
            return []
        if pair[0].agent != agent_id:
            log.error("delivery.foreign_step", agent_id=agent_id, step_id=frame.step_id, owner=pair[0].agent)
            return []
        event = self._event(frame, step_id, pair[1])
        found = self._before(frame, request.run(step_id).state, step_id)
        if not found and not step_allows(request, step_id, type(event)):
            return []  # late or twice: what is recorded stands
        return [*found, event]

    def _before(self, frame: AgentFrame, state: StepState, step_id: str) -> list[e.Event]:
        """Events that `frame` proves to have happened before it."""
        now = self._clock.now_ms()
        if isinstance(frame, Started) and state is StepState.DISPATCHED:
            return [e.StepAccepted(at_ms=now, step_id=step_id)]  # it was said on a connection that was lost
        if isinstance(frame, ProbeResult) and state in (StepState.DISPATCHED, StepState.ACCEPTED, StepState.RUNNING):
            # Not asked for: the agent itself lost its host, or got a step again that it had been interrupted in.
            reason = worded("step.agent_lost_host")
            unknown = e.StepUnknown(at_ms=now, step_id=step_id, reason=reason)
            return [unknown, e.StepReconciling(at_ms=now, step_id=step_id)]
        return []

    def _event(self, frame: StepFrame, step_id: str, step: PlannedStep) -> e.Event:
        now = self._clock.now_ms()
        match frame:
            case Accepted():
                return e.StepAccepted(at_ms=now, step_id=step_id)
            case Started():
                return e.StepStarted(at_ms=now, step_id=step_id, pid=frame.pid)
            case Refused():
                return e.StepRefused(at_ms=now, step_id=step_id, code=frame.code, message=frame.message)
            case Result():
                return self._finished(frame, step_id, step, now)
            case ProbeResult():
                return e.StepProbed(
                    at_ms=now,
                    step_id=step_id,
                    verdict=frame.verdict,
                    detail=frame.detail,
                    evidence=frame.evidence.decode(errors="replace"),
                )

    def _finished(self, frame: Result, step_id: str, step: PlannedStep, now: int) -> e.StepFinished:
        """A report that cannot be read must not be recorded, nor pass for a finding: a check without one has failed."""
        outcome, code = frame.outcome, frame.error_code
        message: Text = frame.message
        report = sound_report(step.action, frame.report)
        if report is None:
            log.error("delivery.unreadable_report", step_id=frame.step_id, size=len(frame.report))
            report = ""
            message = message or worded("step.unreadable")
            if outcome is StepOutcome.OK and not step.changes:
                outcome, code = StepOutcome.FAILED, "result.unreadable"
        return e.StepFinished(
            at_ms=now,
            step_id=step_id,
            outcome=outcome,
            exit_code=frame.exit_code,
            error_code=code,
            message=message,
            report=report,
            output_bytes=frame.stdout_bytes + frame.stderr_bytes,
            output_sha256=frame.output_sha256,
            truncated=frame.truncated,
            output_head=frame.output_head,
            output_tail=frame.output_tail,
            output_lines=frame.output_lines,
            output_spooled=frame.output_spooled,
            output_dropped=self._dropped.get(frame.step_id, 0),
        )

    async def _output(self, agent_id: str, frame: Output) -> None:
        """Kept, then shown on the card, at the card's pace. It may come late, from an agent that was
        away: of an earlier attempt, or of a request that has ended."""
        step_id = planned_id(frame.step_id)
        request = self._desk.requests.get(request_id_of(frame.step_id))
        late = request is None
        if request is None:
            request = await self._store.request(request_id_of(frame.step_id))
        pair = request.step(step_id) if request is not None else None
        own = pair is not None and pair[0].agent == agent_id
        if request is None or not own or not is_attempt(request, frame.step_id):
            log.warning("delivery.foreign_output", agent_id=agent_id, step_id=frame.step_id)
            return
        if late:
            await self._late_output(request, frame)
            return
        if frame.seq <= self._newest.get(frame.step_id, 0):
            return  # sent again by an agent that was restarted
        cost = len(frame.data) + _CHUNK_COST
        if self._heard.get(frame.step_id, 0) + cost > MAX_OUTPUT:
            self._newest[frame.step_id] = frame.seq
            # An honest agent sends head and tail only; the card keeps what came first, and says so.
            self._dropped[frame.step_id] = self._dropped.get(frame.step_id, 0) + len(frame.data)
            return
        await self._store.add_output(frame.step_id, frame.seq, frame.stream.value, frame.data)
        if not self._desk.is_open(request.request_id):  # it has ended meanwhile
            self._show_late(request, frame)
            return
        self._newest[frame.step_id] = max(frame.seq, self._newest.get(frame.step_id, 0))
        self._heard[frame.step_id] = self._heard.get(frame.step_id, 0) + cost
        self._desk.on_change(request.request_id)
        if request.attempt_id(step_id) != frame.step_id:
            return
        self._desk.board.add_output(step_id, frame.data)
        self._desk.show_soon(request.request_id)

    async def _late_output(self, request: Request, frame: Output) -> None:
        known = await self._store.output(frame.step_id)
        heard = sum(len(data) + _CHUNK_COST for _, _, data in known)
        if heard + len(frame.data) + _CHUNK_COST > MAX_OUTPUT or any(seq == frame.seq for seq, _, _ in known):
            return
        await self._store.add_output(frame.step_id, frame.seq, frame.stream.value, frame.data)
        self._show_late(request, frame)

    def _show_late(self, request: Request, frame: Output) -> None:
        self._desk.on_change(request.request_id)
        if request.attempt_id(planned_id(frame.step_id)) == frame.step_id:
            self._desk.later(self._desk.show_again(request.request_id, frame.seq), f"late {request.request_id}")

    def forget(self, request_id: str) -> None:
        """After the end of a request."""
        for kept in (self._probed, self._asked, self._heard, self._newest, self._dropped):
            for wire_id in [key for key in kept if request_id_of(key) == request_id]:
                del kept[wire_id]
