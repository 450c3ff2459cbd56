"""What of each step's spooled output is still owed to the hub, and what the hub has."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from guardia.agent.core.spoolfile import Totals, pieces
from guardia.agent.ports import HubLink
from guardia.agent.spool import Spool, StepSpool
from guardia.proto.frames import Output

T = TypeVar("T")


class Outputs:
    """The ledger over the spool. Chunks that the link took over are its own until they are acknowledged; what it never
    got, because there was no connection or the agent was restarted, is read from the spool and sent again.

    Without a spool (`None`: the folder could not be made) nothing outlives the process.
    """

    def __init__(self, spool: Spool | None, log: Any) -> None:
        self.spool = spool
        self._log = log
        self._taken: dict[str, int] = {}
        """Newest chunk of each step that the link took over in this process."""
        self._acked: dict[str, int] = {}
        self._last: dict[str, int] = {}
        """Last chunk of each step that has ended."""
        self._speaking: set[str] = set()
        """Steps that send their output themselves."""
        self._order = asyncio.Lock()

    def writer(self, step_id: str) -> StepSpool | None:
        """For a step that may begin. None: there is no spool."""
        return None if self.spool is None else StepSpool(self.spool, step_id)

    def speaks(self, step_id: str) -> None:
        """The step has begun, and sends its output itself until it has `ended`."""
        self._speaking.add(step_id)

    async def head(self, step_id: str) -> list[Output]:
        """The chunks of the step's head as an earlier process numbered and spooled them."""
        spool = self.spool
        if spool is None:
            return []
        outline = await self._call(spool.look, functools.partial(spool.outline, step_id))
        found: list[Output] = []
        for piece in pieces(outline.records, ended=False) if outline is not None else ():
            chunk = await self._call(spool.look, functools.partial(spool.output, step_id, piece))
            if chunk is None:
                break
            found.append(chunk)
        return found

    def owed(self, step_id: str) -> bool:
        """Is there spooled output of this ended step that the link has not taken over?"""
        if self.spool is None or step_id in self._speaking or step_id not in self.spool.open_steps():
            return False
        last = self._last.get(step_id)
        return last is None or self._taken.get(step_id, 0) < last

    def taken(self, step_id: str, seq: int) -> None:
        """The link took over a chunk."""
        self._taken[step_id] = seq

    async def ended(self, step_id: str, last: int) -> None:
        """The step has ended; its last chunk has this number, 0 when it wrote nothing."""
        self._speaking.discard(step_id)
        self._last[step_id] = last
        await self._settle(step_id)

    async def acknowledged(self, step_id: str, seq: int) -> None:
        """The hub has every chunk up to `seq`. It may say so again after the step is settled: nothing is kept then."""
        if not (step_id in self._speaking or step_id in self._last or self._left_over(step_id)):
            return
        self._acked[step_id] = max(seq, self._acked.get(step_id, 0))
        await self._settle(step_id)

    def _left_over(self, step_id: str) -> bool:
        """Does the spool hold it, of an earlier process?"""
        return self.spool is not None and step_id in self.spool.open_steps()

    async def _settle(self, step_id: str) -> None:
        last = self._last.get(step_id)
        if last is None or self._acked.get(step_id, 0) < last:
            return
        for ledger in (self._taken, self._acked, self._last):
            ledger.pop(step_id, None)
        if (spool := self.spool) is not None and (last or spool.holds(step_id)):
            await self._call(spool.work, functools.partial(spool.acknowledge, step_id))
            self._acked.pop(step_id, None)  # said once more, while the spool still held it

    async def resend(self, step_id: str, link: HubLink) -> None:
        """Send what is owed of an ended step. Waits while there is no connection; never fails."""
        spool = self.spool
        if spool is None or not self.owed(step_id):
            return
        async with self._order:  # one step at a time: chunks of one keep their order
            outline = await self._call(spool.look, functools.partial(spool.outline, step_id))
            if outline is None or not outline.records:
                await self._call(spool.work, functools.partial(spool.remove, step_id))
                return
            if outline.totals is None:
                self._log.warning("output of an interrupted step", step_id=step_id, bytes=outline.size)
            chunks = pieces(outline.records)
            for piece in chunks:
                if piece.seq <= self._taken.get(step_id, 0):
                    continue
                chunk = await self._call(spool.look, functools.partial(spool.output, step_id, piece))
                if chunk is None:
                    return  # its place was needed
                await link.send(chunk)
                self.taken(step_id, chunk.seq)
        await self.ended(step_id, len(chunks))

    async def resend_all(self, link: HubLink) -> None:
        """Whatever is owed of steps that have ended, oldest first."""
        for step_id in self.spool.open_steps() if self.spool is not None else ():
            await self.resend(step_id, link)

    async def prune(self) -> None:
        if self.spool is not None:
            await self._call(self.spool.work, self.spool.prune)

    async def _call(self, executor: Executor, work: Callable[[], T]) -> T | None:
        """`work` in one of the spool's threads; None when the disk refused."""
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except (OSError, RuntimeError) as error:
            self._log.warning("spool not used", error=str(error))
            return None


def totals(tape: Any) -> Totals:
    """What a tape has counted."""
    return Totals(stdout=tape.stdout_bytes, stderr=tape.stderr_bytes, lines=tape.lines, sha256=tape.sha256)
