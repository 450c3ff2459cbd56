"""The daemon: what the agent does with each frame of the hub. It implements `ports.LinkHandler`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from guardia.agent.actions.base import ActionRunner
from guardia.agent.core.job import (
    FINISHED,
    UNDER_WAY,
    Known,
    Refuse,
    ResendResult,
    SayInterrupted,
    SayUnderWay,
    StepState,
    decide_known,
    journal_state,
)
from guardia.agent.core.policy import Policy
from guardia.agent.daemon import fault
from guardia.agent.daemon.answers import Answers
from guardia.agent.daemon.gate import Gate, Target, TicketVerifier, digest_of, refusal
from guardia.agent.daemon.outputs import Outputs
from guardia.agent.daemon.status import LastError, StepStatus
from guardia.agent.daemon.step import FLUSH_WITHIN, JOURNAL_RETRY, Phase, RunningStep, Surroundings
from guardia.agent.daemon.take_up import TakenUpStep, steps_to_take_up
from guardia.agent.daemon.telling import TellingLink
from guardia.agent.daemon.texts import encodable
from guardia.agent.daemon.turns import Turns
from guardia.agent.errors import AgentError, JournalError, RefusedError
from guardia.agent.journal import AckedRecord, Journal, RefusedRecord, Step
from guardia.agent.ports import ArtifactFetcher, Clock, HubLink
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.spool import Spool
from guardia.agent.spool.upload import OutputUploader
from guardia.proto.frames import (
    AgentFrame,
    Cancel,
    CancelNoted,
    Dispatch,
    Explain,
    Explanation,
    HostKeys,
    HubFrame,
    JournalEntry,
    OutputFetch,
    OutputRefused,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    Result,
    ResultAck,
)

S = TypeVar("S", bound=RunningStep)

MAX_QUESTIONS = 64
"""Explains and probes that may be under way."""


class Daemon:
    """Takes frames from the link and gives frames to it; owns every running step.

    Call `attach` with the link before the first frame. All methods belong to one event loop.
    """

    def __init__(
        self,
        *,
        agent_id: str,
        boot_id: str,
        targets: Mapping[str, Target],
        runners: Mapping[str, ActionRunner],
        policy: Policy,
        verifier: TicketVerifier,
        journal: Journal,
        artifacts: ArtifactFetcher,
        clock: Clock,
        log: Any,
        concurrency: int = 4,
        queue: int = 256,
        spool: Spool | None = None,
        uploader: OutputUploader | None = None,
        kill_at: fault.KillAt = fault.nothing,
        journal_retry: float = JOURNAL_RETRY,
        pins: PinnedKeys | None = None,
    ) -> None:
        self.gate = Gate(agent_id=agent_id, targets=targets, runners=runners, policy=policy, verifier=verifier)
        self.journal = journal
        self.stopping = False
        self.epoch = 0
        self.last_error: LastError | None = None
        self.changed = asyncio.Event()
        """Set whenever something changed that the status file tells."""
        self._clock = clock
        self._log = log
        self._answers = Answers(gate=self.gate, journal=journal, artifacts=artifacts, clock=clock, log=log)
        self._pins = pins
        self._link: HubLink | None = None
        self._outputs = Outputs(spool, log)
        self._uploader = uploader
        self.on_welcome: Callable[[], None] = lambda: None
        self._common = {
            "outputs": self._outputs,
            "boot_id": boot_id,
            "journal": journal,
            "artifacts": artifacts,
            "clock": clock,
            "log": log,
            "kill_at": kill_at,
            "journal_retry": journal_retry,
        }
        self._kill_at = kill_at
        self._surroundings: Surroundings | None = None
        self._turns = Turns(concurrency)
        self._queue = queue
        self._steps: dict[str, RunningStep] = {}
        self._step_tasks: dict[str, asyncio.Task[None]] = {}
        self._let_go: set[str] = set()
        """Steps that this process could not follow to their end. A hello may have called them under way."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._questions: set[asyncio.Task[None]] = set()
        """Those of `_tasks` that the hub asked for."""
        if journal.torn_bytes:
            log.warning("a torn end of the journal was cut off", bytes=journal.torn_bytes)

    def attach(self, link: HubLink) -> None:
        self._link = TellingLink(link, self._log)
        self._surroundings = Surroundings(link=self._link, **self._common)
        self._take_up(self._surroundings)

    def _take_up(self, surroundings: Surroundings) -> None:
        """Follow again what the process before this one left behind, where that goes on."""
        found = {
            step.step_id: (step, admitted) for step, admitted in steps_to_take_up(self.journal.interrupted, self.gate)
        }
        for step in self.journal.interrupted:
            if step.step_id not in found:
                self._log.warning("step was interrupted", step_id=step.step_id, action=step.accepted.action)
        for step, admitted in found.values():
            self.journal.take_up(step.step_id)
            self._begin(TakenUpStep(step, admitted, surroundings), self._follow)

    def _begin(self, step: S, life: Callable[[S], Coroutine[Any, Any, None]]) -> None:
        self._steps[step.step_id] = step
        self._step_tasks[step.step_id] = asyncio.create_task(life(step), name=f"step {step.step_id}")
        self.changed.set()

    async def _follow(self, step: TakenUpStep) -> None:
        try:
            async with self._turns.turn(step.admitted.dispatch.target, changes=step.admitted.entry.changes):
                await self._settle(step, await step.execute())
        except Exception:  # noqa: BLE001 - recorded; the step is what it was before it was taken up
            self._log.exception("step not followed", step_id=step.step_id)
            self._let_go_of(step)
        finally:
            self._ended(step)

    # --- LinkHandler ------------------------------------------------------------------------------------------------

    async def hello_journal(self) -> tuple[JournalEntry, ...]:
        """Every step that is not acknowledged, oldest first."""
        try:
            await self.journal.aside(self.journal.forget_settled, self._clock.now_ms())
        except JournalError as error:
            self._note(error.code, str(error))
        await self._outputs.prune()
        return tuple(
            JournalEntry(step_id=step.step_id, digest=step.accepted.digest, state=state)
            for step in self.journal.unacknowledged()
            if (state := journal_state(step.state)) is not None
        )

    async def welcomed(self, epoch: int) -> None:
        self.epoch = epoch
        self._log.info("connected", epoch=epoch)
        self._let_go &= {step.step_id for step in self.journal.unacknowledged()}
        for step_id in self._let_go:
            self._background(self._look(step_id))
        for step in self.journal.unacknowledged():
            if (living := self._steps.get(step.step_id)) is not None:
                await living.say_under_way()
            if step.finished is None:
                continue
            if self._outputs.owed(step.step_id):
                self._background(self._after_output(step.finished.result))
            else:
                await self._send(step.finished.result)
        self._background(self._outputs.resend_all(self._talking))
        self.changed.set()
        self.on_welcome()

    async def _finished(self, result: Result) -> None:
        """The step has ended, and had its time to say the rest."""
        if self.connected or not self._outputs.owed(result.step_id):
            await self._send(result)
        # Else it is in the journal, and goes out with the next connection, behind its output.
        if self.connected:
            self._background(self._outputs.resend(result.step_id, self._talking))

    async def _after_output(self, result: Result) -> None:
        """Behind what is owed of its output: a request that has ended shows what its steps said."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_WITHIN):
                await self._outputs.resend(result.step_id, self._talking)
        await self._send(result)

    def output_acked(self, step_id: str, seq: int) -> None:
        self._background(self._outputs.acknowledged(step_id, seq))

    async def lost(self, reason: str) -> None:
        """Running steps go on; what they have to say is in the journal."""
        self.epoch = 0
        self._note("link.lost", reason)

    async def received(self, frame: HubFrame) -> None:
        """Take one frame. Returns soon: what takes time runs in tasks of its own."""
        match frame:
            case Dispatch():
                await self._dispatch(frame)
            case ResultAck():
                await self._acked(frame)
            case Cancel():
                await self._cancel(frame)
            case Explain():
                await self._explain(frame)
            case Probe():
                await self._probe(frame.step_id)
            case OutputFetch():
                await self._fetch(frame)
            case HostKeys():
                await self._pin(frame)
            case _:  # welcome, heartbeats, output's acknowledgements and goodbye are the link's
                pass

    async def _pin(self, frame: HostKeys) -> None:
        if self._pins is None:
            return
        try:
            await asyncio.to_thread(self._pins.replace, frame)
        except OSError as error:  # they hold in memory, and come again with the next connection
            self._note("host_keys.not_stored", str(error))

    # --- dispatch ---------------------------------------------------------------------------------------------------

    async def _dispatch(self, frame: Dispatch) -> None:
        if self.stopping:
            # Not refused, which would end the step for good: the hub finds it missing in the next hello and sends it
            # again.
            return
        decision = decide_known(self._known(frame.step_id), digest_of(frame))
        match decision:
            case Refuse():
                await self._refuse(frame, refusal(RefusedError, decision.code, decision.message))
            case ResendResult():
                step = self.journal.step(frame.step_id)
                if step is not None and step.finished is not None:
                    await self._send(step.finished.result)
            case SayUnderWay():
                if living := self._steps.get(frame.step_id):
                    await living.say_under_way()
            case SayInterrupted():
                await self._probe(frame.step_id)
            case _:
                await self._admit(frame)

    def _known(self, step_id: str) -> Known | None:
        known = self.journal.known(step_id)
        if known is None and (living := self._steps.get(step_id)) is not None:
            # Queued: not in the journal yet, and still it must not be taken twice.
            return Known(digest=living.admitted.dispatch.digest, state=StepState.ACCEPTED)
        return known

    async def _admit(self, frame: Dispatch) -> None:
        try:
            if len(self._step_tasks) >= self._queue:
                raise refusal(RefusedError, "agent.busy", f"에이전트에 대기 중인 단계가 {self._queue}개를 넘었습니다.")
            if self.journal.broken:
                raise JournalError(f"저널을 쓸 수 없어 시작하지 않습니다({self.journal.broken}). 디스크를 확인하세요.")
            admitted = self.gate.admit(
                frame, now_ms=self._clock.now_ms(), fencing_seen=self.journal.fencing(frame.target)
            )
        except AgentError as error:
            await self._refuse(frame, error)
            return
        assert self._surroundings is not None, "attach a link first"
        self._begin(RunningStep(admitted, self._surroundings), self._supervise)

    async def _supervise(self, step: RunningStep) -> None:
        frame, changes = step.admitted.dispatch, step.admitted.entry.changes
        try:
            try:
                async with self._turns.turn(frame.target, changes=changes):
                    if self.stopping and not step.cancel_reason:
                        return  # as in `_dispatch`: nothing of it is in the journal
                    self.gate.recheck(
                        step.admitted, now_ms=self._clock.now_ms(), fencing_seen=self.journal.fencing(frame.target)
                    )
                    result = await step.execute()
            except asyncio.CancelledError:
                if step.phase is not Phase.QUEUED or not step.cancel_reason:
                    raise
                task = asyncio.current_task()
                assert task is not None
                task.uncancel()
                result = await step.execute()  # only writes down that it was cancelled
            await self._settle(step, result)
        except AgentError as error:
            if not self._let_go_of(step):
                await self._refuse(frame, error)
        except Exception:  # noqa: BLE001 - recorded and told
            self._log.exception("step not followed", step_id=step.step_id)
            if not self._let_go_of(step):
                message = "에이전트 내부 오류로 시작하지 못했습니다. 로그를 확인하세요."
                await self._refuse(frame, refusal(RefusedError, "agent.internal", message))
        finally:
            self._ended(step)

    async def _settle(self, step: RunningStep, result: Result | None) -> None:
        if result is not None:
            await self._finished(result)
            self._background(step.over(result))
        else:
            self._lose(step.step_id)

    def _let_go_of(self, step: RunningStep) -> bool:
        """Something went wrong with the following of a step. False: nothing of it is in the journal, so nothing ran;
        else it may have, and the hub is told its result or what a look finds."""
        if self.journal.known(step.step_id) is None:
            return False
        found = self.journal.step(step.step_id)
        if found is not None:
            if found.state in UNDER_WAY:
                self.journal.interrupt(step.step_id)
            self._lose(step.step_id)
        return True

    def _lose(self, step_id: str) -> None:
        self._let_go.add(step_id)
        self._background(self._look(step_id))  # no question, so never one too many: nobody would ask again

    def _ended(self, step: RunningStep) -> None:
        self._step_tasks.pop(step.step_id, None)
        self._steps.pop(step.step_id, None)
        self.changed.set()

    async def _refuse(self, frame: Dispatch, error: AgentError) -> None:
        self._note(error.code, str(error), step_id=frame.step_id)
        record = RefusedRecord(
            step_id=frame.step_id,
            digest=frame.digest,
            code=error.code,
            message=encodable(str(error))[:2000],
            at_ms=self._clock.now_ms(),
        )
        try:
            await self.journal.aside(self.journal.refused, record)
            await self._compact()
        except JournalError as failure:
            self._log.error("refusal not written down", error=str(failure))
        await self._send(Refused(step_id=frame.step_id, code=error.code, message=record.message))

    # --- the end of a step ------------------------------------------------------------------------------------------

    async def _acked(self, frame: ResultAck) -> None:
        record = AckedRecord(step_id=frame.step_id, at_ms=self._clock.now_ms())
        self._kill_at("ack.received")
        try:
            if await self.journal.aside(self.journal.acked, record):
                self._kill_at("journal.acked")
                if self.journal.grown:
                    await self._compact()
        except JournalError as error:
            # Remembered a little longer: the result goes out again with the next connection and is confirmed again.
            self._note(error.code, str(error))
        self.changed.set()

    async def _compact(self) -> None:
        try:
            if await self.journal.aside(self.journal.compact, self._clock.now_ms()):
                self._log.info("journal compacted", bytes=self.journal.size)
        except JournalError as error:
            self._note(error.code, str(error))

    async def _cancel(self, frame: Cancel) -> None:
        living = self._steps.get(frame.step_id)
        task = self._step_tasks.get(frame.step_id)
        if living is None or task is None:
            known = self.journal.known(frame.step_id)
            await self._send(CancelNoted(step_id=frame.step_id, state="too_late" if known else "unknown"))
            return
        noted = living.cancel(frame.reason)
        await self._send(CancelNoted(step_id=frame.step_id, state="cancelling" if noted else "too_late"))
        if noted:
            self._leave_queue(living, task)

    @staticmethod
    def _leave_queue(step: RunningStep, task: asyncio.Task[None]) -> None:
        """Wake a step that waits for its turn. A step that has begun is never cancelled from here."""

        def wake() -> None:
            if step.phase is Phase.QUEUED:
                task.cancel()

        # Not at once: a task that is cancelled before its first line runs none of its lines, not even `finally`.
        asyncio.get_running_loop().call_soon(wake)

    # --- questions --------------------------------------------------------------------------------------------------

    async def _explain(self, frame: Explain) -> None:
        async def answer() -> None:
            await self._send(await self._answers.explain(frame))

        if not self._ask(answer()):
            await self._send(
                Explanation(
                    query_id=frame.query_id,
                    ok=False,
                    error_code="agent.busy",
                    message="에이전트가 바쁩니다. 잠시 뒤 다시 시도하세요.",
                )
            )

    async def _fetch(self, frame: OutputFetch) -> None:
        async def bring() -> None:
            refused = _no_spool(frame) if self._uploader is None else await self._uploader.upload(frame)
            if refused is not None:
                await self._send(refused)

        if not self._ask(bring()):
            await self._send(OutputRefused(fetch_id=frame.fetch_id, code="agent.busy", message="에이전트가 바쁩니다."))

    async def _probe(self, step_id: str) -> None:
        if step_id in self._step_tasks:
            await self._send(ProbeResult(step_id=step_id, verdict=ProbeVerdict.STILL_RUNNING, detail="실행 중입니다."))
            return

        self._ask(self._look(step_id))  # dropped when too many are under way: the hub asks again

    async def _look(self, step_id: str) -> None:
        found = await self._answers.probe(Probe(step_id=step_id))
        if found is not None:
            await self._send(found)
        elif (step := self.journal.step(step_id)) is not None and step.finished is not None:
            await self._send(step.finished.result)

    def _ask(self, answer: Coroutine[Any, Any, None]) -> bool:
        if len(self._questions) >= MAX_QUESTIONS:
            answer.close()
            return False
        task = self._background(answer)
        self._questions.add(task)
        task.add_done_callback(self._questions.discard)
        return True

    def _background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("a task crashed", task=repr(task), exc_info=error)

    # --- the whole --------------------------------------------------------------------------------------------------

    async def drain(self, within: float) -> bool:
        """Take nothing new and wait for the running steps. After `within` seconds the interruptible ones are cancelled
        and given a tenth of the time again. True: none is left; False: the rest will be INTERRUPTED."""
        self.stopping = True
        self.changed.set()
        for step_id, step in list(self._steps.items()):
            if task := self._step_tasks.get(step_id):
                self._leave_queue(step, task)
        if not await self._wait(within):
            for step in list(self._steps.values()):
                step.cancel("에이전트를 종료합니다.")
            await self._wait(max(within / 10, 1.0))
        return not self._step_tasks

    async def _wait(self, within: float) -> bool:
        tasks = list(self._step_tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=within)
        return not self._step_tasks

    def running(self) -> tuple[StepStatus, ...]:
        return tuple(
            StepStatus(
                step_id=step_id,
                action=step.admitted.entry.code,
                target=step.admitted.dispatch.target,
                state=step.phase.value,
            )
            for step_id, step in list(self._steps.items())  # a thread asks, for the status file
            if step_id in self._step_tasks
        )

    def open_steps(self) -> tuple[int, int]:
        """How many steps wait for an acknowledgement, and how many are INTERRUPTED."""
        steps: tuple[Step, ...] = self.journal.unacknowledged()
        finished = sum(step.state in FINISHED for step in steps)
        interrupted = sum(step.state is StepState.INTERRUPTED for step in steps)
        return finished, interrupted

    @property
    def connected(self) -> bool:
        return self._link is not None and self._link.connected

    @property
    def _talking(self) -> HubLink:
        assert self._link is not None, "attach a link first"
        return self._link

    async def _send(self, frame: AgentFrame) -> None:
        await self._talking.send(frame)

    def _note(self, code: str, message: str, **more: str) -> None:
        self._log.warning("noted", code=code, error=message, **more)
        self.last_error = LastError(at_ms=self._clock.now_ms(), code=code, message=message[:500])
        self.changed.set()


def _no_spool(frame: OutputFetch) -> OutputRefused:
    message = "이 에이전트는 출력을 보관하지 않습니다. 에이전트의 상태 디렉터리와 디스크를 확인하세요."
    return OutputRefused(fetch_id=frame.fetch_id, code="output.no_spool", message=message)
