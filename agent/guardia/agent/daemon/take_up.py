"""A step that an earlier process of this agent began and that goes on elsewhere: followed to its end, never started.

Its programs run on a host behind this agent, which keeps pid, output and exit status of each (`run.ssh_wrapper`). What
cannot be followed is INTERRUPTED, as every other step that a process left behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

import msgspec

from guardia.agent.actions.base import TakesUp
from guardia.agent.daemon.gate import Admitted, Gate
from guardia.agent.daemon.outcome import Ending
from guardia.agent.daemon.step import Phase, RunningStep, Surroundings
from guardia.agent.errors import AgentError, NotTakenUpError
from guardia.agent.journal import AcceptedRecord, Step
from guardia.agent.ports import Attaches
from guardia.agent.run.taken_up import AttachingHost, TakenUpHost
from guardia.proto.catalogue import Report
from guardia.proto.frames import Dispatch, Result, Stream

AFTERWARDS = 30.0
"""Seconds beyond the step's own time for reading what came of it: it may have been over long ago."""


class KeptTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal remembers of a ticket that was verified when the step was accepted (`gate.TicketFacts`)."""

    ticket_id: str
    step_id: str
    request_id: str
    agent_id: str
    target: str
    action: str
    step_digest: str
    plan_digest: str
    explain_digest: str
    requester: str
    approvers: tuple[str, ...]
    fencing: int
    issued_ms: int
    expires_ms: int


class TakenUpStep(RunningStep):
    """`execute` attaches to what is there. It counts the step's time from its acceptance."""

    def __init__(self, step: Step, admitted: Admitted, surroundings: Surroundings) -> None:
        super().__init__(admitted, surroundings)
        surroundings.outputs.speaks(self.step_id)  # at once: an earlier process may have left output of it
        self.phase = Phase.RUNNING  # also while it waits for its turn: its programs do not
        self._started = step.started
        self._before = step.accepted.before
        self._left = _left(step.accepted, surroundings)
        self.host = TakenUpHost(
            cast(AttachingHost, self.host), surroundings.clock, surroundings.clock.monotonic() + self._left
        )
        self._told = {Stream.STDOUT: 0, Stream.STDERR: 0}
        """Bytes at the beginning of each stream that an earlier process has told already."""
        self._cancel_at_once: Callable[[], object] | None = None

    def cancel(self, reason: str, *, even_uninterruptible: bool = False) -> bool:
        """As of a running step. Before it is attached, its programs could not be ended: that waits."""
        if self._runner_task is not None:
            return super().cancel(reason, even_uninterruptible=even_uninterruptible)
        if not (self.admitted.entry.interruptible or even_uninterruptible):
            return False
        self._cancel_at_once = lambda: super(TakenUpStep, self).cancel(
            reason, even_uninterruptible=even_uninterruptible
        )
        return True

    async def execute(self) -> Result | None:
        self._log.info("step taken up", left=self._left)
        for chunk in await self._all.outputs.head(self.step_id):
            self.tape.write(chunk.stream, chunk.data)
            self.tape.number()  # numbered as it was
            self._told[chunk.stream] += len(chunk.data)
            self._begin_to_send()
        return await self._conclude(await self._run())

    def _unknown(self, ending: Ending) -> bool:
        return ending.error_code == NotTakenUpError.code or super()._unknown(ending)

    def _limit(self) -> float:
        return self._left + AFTERWARDS

    async def _act(self) -> Report:
        if self._cancel_at_once is not None:
            asyncio.get_running_loop().call_soon(self._cancel_at_once)
        return await cast(TakesUp, self.admitted.runner).take_up(self.context(self._left), self._before)

    async def _output(self, stream: Stream, data: bytes) -> None:
        known = min(self._told[stream], len(data))
        self._told[stream] -= known
        if known < len(data):
            await super()._output(stream, data[known:])


def _left(accepted: AcceptedRecord, surroundings: Surroundings) -> float:
    """Seconds of the step's time. Within one boot a step of the clock neither ends nor prolongs it."""
    clock = surroundings.clock
    gone_ms = clock.now_ms() - accepted.at_ms
    if accepted.boot_id not in {"", "unknown"} and accepted.boot_id == surroundings.boot_id:
        gone_ms = int(clock.monotonic() * 1000) - accepted.monotonic_ms
    return max(0.0, accepted.timeout_ms - max(0, gone_ms)) / 1000


def steps_to_take_up(interrupted: Sequence[Step], gate: Gate) -> list[tuple[Step, Admitted]]:
    """Those that can be followed: the host keeps what they started, the action can be taken up, nobody has been told
    yet what a probe found."""
    found = []
    for step in interrupted:
        if step.probed is not None:
            continue
        try:
            admitted = _admitted(step.accepted, gate)
        except AgentError:  # of another agent.toml
            continue
        if isinstance(admitted.runner, TakesUp) and isinstance(admitted.target.host, Attaches):
            found.append((step, admitted))
    return found


def _admitted(accepted: AcceptedRecord, gate: Gate) -> Admitted:
    entry, runner, target, parameters = gate.resolve(accepted.action, accepted.target, accepted.parameters)
    return Admitted(
        dispatch=Dispatch(
            step_id=accepted.step_id,
            request_id=accepted.request_id,
            action=accepted.action,
            target=accepted.target,
            parameters=accepted.parameters,
            timeout_ms=accepted.timeout_ms,
            digest=accepted.digest,
            ticket=b"",
        ),
        entry=entry,
        parameters=parameters,
        ticket=KeptTicket(
            ticket_id=accepted.ticket_id,
            step_id=accepted.step_id,
            request_id=accepted.request_id,
            agent_id="",
            target=accepted.target,
            action=accepted.action,
            step_digest=accepted.digest,
            plan_digest=accepted.plan_digest,
            explain_digest="",
            requester=accepted.requester,
            approvers=accepted.approvers,
            fencing=accepted.fencing,
            issued_ms=0,
            expires_ms=accepted.expires_ms,
        ),
        runner=runner,
        target=target,
    )
