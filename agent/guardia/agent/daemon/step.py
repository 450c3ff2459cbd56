"""One admitted step: evidence, acceptance, run, end. Every stage is on the disk before the next begins."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from guardia.agent.actions.base import Context
from guardia.agent.core.job import StepState
from guardia.agent.core.procfs import Start
from guardia.agent.daemon import fault, outcome
from guardia.agent.daemon.explaining import EXPLAIN_WITHIN, plan_digest
from guardia.agent.daemon.gate import Admitted, refusal
from guardia.agent.daemon.outcome import Ending
from guardia.agent.daemon.outputs import Outputs, totals
from guardia.agent.daemon.tape import Tape
from guardia.agent.errors import AgentError, JournalError, RefusedError
from guardia.agent.journal import AcceptedRecord, FinishedRecord, Journal, StartedRecord
from guardia.agent.ports import ArtifactFetcher, Clock, Host, HubLink
from guardia.proto.catalogue import Report
from guardia.proto.frames import Accepted, Result, Started, Stream

T = TypeVar("T")

BEFORE_WITHIN = 30.0
"""Seconds that gathering evidence before a step may take."""

COALESCE = 0.1
"""Seconds that output is gathered before a chunk goes out."""

FLUSH_WITHIN = 10.0
"""Seconds that the rest of the output may hold up the result."""

HOST_LOST = "host.lost"
"""Code of the error that says: the connection to the host was lost after something may have started there."""

JOURNAL_RETRY = 5.0
"""Seconds between attempts to write down an end that the disk did not take."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What every step of this process uses."""

    boot_id: str
    journal: Journal
    link: HubLink
    outputs: Outputs
    artifacts: ArtifactFetcher
    clock: Clock
    log: Any
    kill_at: fault.KillAt = fault.nothing
    journal_retry: float = JOURNAL_RETRY


class Phase(StrEnum):
    QUEUED = "QUEUED"
    """Waits for the target or a free place; nothing is in the journal."""
    PREPARING = "PREPARING"
    RUNNING = "RUNNING"
    """Accepted; the runner has the word."""
    ENDING = "ENDING"


class RunningStep:
    """The life of one step in this process. `execute` runs once; `cancel` may come at any time."""

    def __init__(self, admitted: Admitted, surroundings: Surroundings) -> None:
        self.admitted = admitted
        self.phase = Phase.QUEUED
        self.host = admitted.target.host.of_step(admitted.step_id)
        self._spool = surroundings.outputs.writer(admitted.step_id)
        self.tape = Tape(admitted.step_id, keep=self._spool.keep if self._spool else lambda _stream, _data: None)
        self.spooled = 0
        """Bytes of output that can be fetched after the end."""
        self.cancel_reason = ""
        self._all = surroundings
        self._runner_task: asyncio.Task[Ending] | None = None
        self._pump_task: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._started: StartedRecord | None = None
        self._log = surroundings.log.bind(
            step_id=admitted.step_id, action=admitted.entry.code, target=admitted.dispatch.target
        )

    @property
    def step_id(self) -> str:
        return self.admitted.step_id

    @property
    def state(self) -> StepState:
        """READY while nothing is in the journal."""
        step = self._all.journal.step(self.step_id)
        return step.state if step else StepState.READY

    def cancel(self, reason: str, *, even_uninterruptible: bool = False) -> bool:
        """Ask the step to end. False: too late, it ends by itself or has ended."""
        before_run = self.phase in (Phase.QUEUED, Phase.PREPARING)
        can = before_run or self.admitted.entry.interruptible or even_uninterruptible
        if not can or self.phase is Phase.ENDING:
            return False
        self.cancel_reason = self.cancel_reason or reason or "취소 요청"
        if self._runner_task is not None:
            self._runner_task.cancel()
        return True

    async def execute(self) -> Result | None:
        """Prepare, run and write down the end. Returns the result, which is in the journal; None: the host was lost
        while a change was under way, the step is INTERRUPTED.

        Raises `RefusedError` or another `AgentError` when the step did not start; nothing was done then, and nothing
        of it is in the journal.
        """
        self.phase = Phase.PREPARING
        before: dict[str, str] = {}
        if not self.cancel_reason:
            await self._check_explanation()
            before = await self._look_before()
        await self._accept(before)
        if self.cancel_reason:
            ending = outcome.cancelled(self.admitted.entry, began=False, why=self.cancel_reason)
        else:
            ending = await self._run()
        return await self._conclude(ending)

    async def _conclude(self, ending: Ending) -> Result | None:
        self.phase = Phase.ENDING
        await self._close_output()
        if self._unknown(ending):
            # Unknown, not failed: it may have taken effect, or go on over there.
            await self._all.journal.aside(self._all.journal.interrupt, self.step_id)
            self._log.warning("step interrupted", code=ending.error_code, error=ending.message)
            await self._flush()
            return None
        return await self._write_down(ending)

    def _unknown(self, ending: Ending) -> bool:
        return ending.error_code == HOST_LOST and self.admitted.entry.changes

    async def over(self, result: Result) -> None:
        """The result is on its way: what the host kept of the step can go. Never fails."""
        self._log.info("step finished", outcome=result.outcome, code=result.error_code)
        await self.host.over()

    async def say_under_way(self) -> None:
        """Tell the hub again where the step is; for a duplicate dispatch and after a reconnect."""
        step = self._all.journal.step(self.step_id)
        if step is None:
            return
        await self._all.link.send(Accepted(step_id=self.step_id, at_ms=step.accepted.at_ms))
        if step.started is not None:
            started = step.started
            await self._all.link.send(Started(step_id=self.step_id, at_ms=started.at_ms, pid=started.pid))

    # --- before -----------------------------------------------------------------------------------------------------

    def context(self, within: float) -> Context:
        return make_context(
            self.admitted,
            self.host,
            self._all.clock,
            self._all.artifacts,
            within,
            output=self._output,
            started=self._on_started,
        )

    async def _check_explanation(self) -> None:
        wanted = self.admitted.ticket.explain_digest
        if not wanted:
            return
        entry = self.admitted.entry
        plan = await limited(
            EXPLAIN_WITHIN, "step.explain_timeout", lambda: self.admitted.runner.explain(self.context(entry.timeout))
        )
        if plan_digest(entry, self.admitted.dispatch.target, plan) != wanted:
            raise refusal(
                RefusedError,
                "step.explanation_changed",
                "승인할 때 본 실행 내용과 지금 실행될 내용이 다릅니다(설정이 바뀌었습니다). "
                "계획을 다시 확인하고 승인받으세요.",
            )

    async def _look_before(self) -> dict[str, str]:
        return await limited(
            BEFORE_WITHIN, "step.before_timeout", lambda: self.admitted.runner.before(self.context(BEFORE_WITHIN))
        )

    async def _accept(self, before: dict[str, str]) -> None:
        dispatch, ticket = self.admitted.dispatch, self.admitted.ticket
        record = AcceptedRecord(
            step_id=self.step_id,
            digest=dispatch.digest,
            request_id=dispatch.request_id,
            action=dispatch.action,
            target=dispatch.target,
            parameters=dispatch.parameters,
            timeout_ms=dispatch.timeout_ms,
            at_ms=self._all.clock.now_ms(),
            ticket_id=ticket.ticket_id,
            plan_digest=ticket.plan_digest,
            fencing=ticket.fencing if self.admitted.entry.changes else 0,
            requester=ticket.requester,
            approvers=tuple(ticket.approvers),
            expires_ms=ticket.expires_ms,
            before=before,
            boot_id=self._all.boot_id,
            monotonic_ms=int(self._all.clock.monotonic() * 1000),
        )
        await self._all.journal.aside(self._all.journal.accept, record)
        self._all.outputs.speaks(self.step_id)
        self._all.kill_at("journal.accepted")
        self._log.info("step accepted", request_id=dispatch.request_id)
        await self._all.link.send(Accepted(step_id=self.step_id, at_ms=record.at_ms))

    # --- the run ----------------------------------------------------------------------------------------------------

    async def _run(self) -> Ending:
        self.phase = Phase.RUNNING
        self._runner_task = asyncio.create_task(self._guarded_run())
        strike = asyncio.get_running_loop().call_later(fault.running_delay(), self._all.kill_at, "action.running")
        try:
            # A cancel that came while the acceptance was written found no task to cancel.
            if self.cancel_reason:
                self._runner_task.cancel()
            await asyncio.wait([self._runner_task])
            if self._runner_task.cancelled():
                return outcome.cancelled(self.admitted.entry, began=False, why=self.cancel_reason)
            return self._runner_task.result()
        finally:
            strike.cancel()
            self._all.kill_at("action.running")
            self._over.set()

    async def _guarded_run(self) -> Ending:
        entry, timeout_ms = self.admitted.entry, self.admitted.dispatch.timeout_ms
        limit = asyncio.timeout(self._limit())
        try:
            async with limit:
                report = await self._act()
            return outcome.succeeded(report)
        except asyncio.CancelledError:
            if not self.cancel_reason:
                raise
            return outcome.cancelled(entry, began=True, why=self.cancel_reason)
        except TimeoutError:
            if limit.expired():
                return outcome.timed_out(entry, timeout_ms)
            self._log.exception("a time limit inside the action was not handled")
            return outcome.crashed(self.step_id)
        except AgentError as error:
            self._log.warning("step failed", code=error.code, error=str(error))
            return outcome.failed(error)
        except Exception:  # noqa: BLE001 - whatever a runner does wrong, the step has an end that is written down
            self._log.exception("step crashed")
            return outcome.crashed(self.step_id)

    def _limit(self) -> float:
        """Seconds for `_act`."""
        return self.admitted.dispatch.timeout_ms / 1000

    async def _act(self) -> Report:
        return await self.admitted.runner.run(self.context(self._limit()))

    async def _output(self, stream: Stream, data: bytes) -> None:
        self.tape.write(stream, data)
        self._begin_to_send()
        if self._spool is not None and self._spool.behind:
            await self._spool.flush()

    async def _on_started(self, pid: int) -> None:
        """Write down the first process; later ones of the same step are not of interest."""
        if self._started is not None:
            return
        start = await self._process_start(pid)
        now_ms = self._all.clock.now_ms()
        self._started = StartedRecord(
            step_id=self.step_id,
            pid=pid,
            started_ms=start.ms,
            boot_id=self._all.boot_id,
            at_ms=now_ms,
            start_ticks=start.ticks,
            host_boot_id=start.boot_id,
        )
        try:
            await self._all.journal.aside(self._all.journal.started, self._started)
        except JournalError as error:
            # The process runs already: to abort half a change because of the disk would be worse than a probe that
            # knows a pid less.
            self._log.error("start not written down", code=error.code, error=str(error))
        self._all.kill_at("journal.started")
        await self._all.link.send(Started(step_id=self.step_id, at_ms=now_ms, pid=pid))

    async def _process_start(self, pid: int) -> Start:
        try:
            return await self.admitted.target.host.process_start(pid) if pid else Start()
        except AgentError as error:  # a pid without its start time is still worth more than an aborted action
            self._log.warning("first process not looked at", code=error.code, error=str(error))
            return Start()

    def _begin_to_send(self) -> None:
        """There is output: it goes out while the step runs. A step that says nothing needs no task for that."""
        if self._pump_task is None:
            self._pump_task = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(COALESCE):
                    await self._over.wait()
            await self._send_output()

    async def _send_output(self) -> None:
        """What is sent lies in the spool first: the numbers of chunks then survive the process."""
        self.tape.number()
        spooled = self.tape.last_seq  # more gets its number while this is being sent: that is not on the disk yet
        if self._spool is not None:
            await self._spool.flush()
        while self._all.link.connected and (chunk := self.tape.next()) is not None and chunk.seq <= spooled:
            await self._all.link.send(chunk)
            self.tape.sent()
            self._all.outputs.taken(self.step_id, chunk.seq)

    async def _close_output(self) -> None:
        """Nothing more is said: the spool gets the end, and the tape gives it."""
        self.tape.number()
        if self._spool is not None:
            self.spooled = await self._spool.finish(totals(self.tape), self.tape.tail())
        self.tape.finish()

    async def _flush(self) -> None:
        """Send the rest, for at most `FLUSH_WITHIN` seconds; what is left then comes from the spool, later."""
        if self._pump_task is None and not self.tape.last_seq:
            await self._all.outputs.ended(self.step_id, 0)
            return
        try:
            async with asyncio.timeout(FLUSH_WITHIN if self._all.link.connected else 0):
                if self._pump_task is not None:
                    await self._pump_task
                await self._send_output()
        except TimeoutError:
            self._log.info("the rest of the output is sent later", connected=self._all.link.connected)
        await self._all.outputs.ended(self.step_id, self.tape.last_seq)

    # --- the end ----------------------------------------------------------------------------------------------------

    async def _write_down(self, ending: Ending) -> Result:
        result = outcome.result(
            step_id=self.step_id,
            digest=self.admitted.dispatch.digest,
            ending=ending,
            tape=self.tape,
            spooled=self.spooled,
            now_ms=self._all.clock.now_ms(),
        )
        record = FinishedRecord(step_id=self.step_id, result=result)
        while True:
            try:
                await self._all.journal.aside(self._all.journal.finished, record)
                break
            except JournalError as error:
                # The result is true but may not be told before it is written down. It is tried until the disk takes it;
                # should the process end first, the step is INTERRUPTED and a probe finds out.
                self._log.error("result not written down", code=error.code, error=str(error))
                await asyncio.sleep(self._all.journal_retry)
        self._all.kill_at("journal.finished")
        await self._flush()
        return result


async def limited(seconds: float, code: str, call: Callable[[], Awaitable[T]]) -> T:
    """Await `call()` for at most `seconds`; later it raises `RefusedError` with `code`."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await call()
    except TimeoutError as error:
        raise refusal(
            RefusedError,
            code,
            f"대상이 {seconds:g}초 안에 응답하지 않아 시작하지 않았습니다. 대상의 상태를 확인하세요.",
        ) from error


def make_context(
    admitted: Admitted,
    host: Host,
    clock: Clock,
    artifacts: ArtifactFetcher,
    within: float,
    *,
    output: Callable[[Stream, bytes], Awaitable[None]],
    started: Callable[[int], Awaitable[None]],
) -> Context:
    return Context(
        host=host,
        asset=admitted.dispatch.target,
        services=admitted.target.services,
        parameters=admitted.parameters,
        clock=clock,
        artifacts=artifacts,
        within=within,
        output=output,
        started=started,
    )
