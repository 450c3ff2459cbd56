"""How heartbeats and memory fare while a step writes a lot, and while that is fetched: for the test and the bench."""

import asyncio
import contextlib
import hashlib
import itertools
import time

import msgspec
import psutil

from guardia.proto.frames import Heartbeat, Output, Result, StepOutcome
from guardia.proto.session import HubSession
from tests.support.agent_process import AGENT
from tests.support.flood import block

MIB = 1024 * 1024


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A while that was watched. Seconds, and bytes that the hub's process grew by at its largest."""

    seconds: float
    longest_gap: float
    beats: int
    grown: int
    agent_grown: int


class Watch:
    """Notes when the agent's heartbeats arrive. `install` before the agent connects."""

    def __init__(self):
        self.beats = []

    @contextlib.contextmanager
    def installed(self):
        receive = HubSession.receive

        def noting(session, frame, epoch, now):
            if isinstance(frame, Heartbeat):
                self.beats.append(time.monotonic())
            return receive(session, frame, epoch, now)

        HubSession.receive = noting
        try:
            yield self
        finally:
            HubSession.receive = receive

    async def stretch(self, work, agent_pid):
        """Await `work`; what it returned, and how it went."""
        hub, agent = psutil.Process(), psutil.Process(agent_pid)
        before, agent_before = hub.memory_info().rss, agent.memory_info().rss
        most, agent_most, began = before, agent_before, time.monotonic()
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait([task], timeout=0.05)
            most = max(most, hub.memory_info().rss)
            agent_most = max(agent_most, agent.memory_info().rss)
        ended = time.monotonic()
        beats = [began, *(beat for beat in self.beats if began <= beat <= ended), ended]
        return await task, Stretch(
            seconds=ended - began,
            longest_gap=max(after - one for one, after in itertools.pairwise(beats)),
            beats=len(beats) - 2,
            grown=most - before,
            agent_grown=agent_most - agent_before,
        )


async def measure(field, size, *, idle=3.0):
    """A flood of `size` bytes from a real agent: (idle, flood, fetch), each a `Stretch`. Checks what came."""
    watch = Watch()
    with watch.installed():
        field.configure(more="")
        text = field.config.read_text()
        field.config.write_text(f"[output]\nstep_mib = {size // MIB + 64}\ntotal_mib = {2 * size // MIB + 256}\n{text}")
        field.flood(size)
        await field.start()
        assert (await field.result(field.dispatch("S0", "START_SERVICE"))).outcome is StepOutcome.OK
        _, quiet = await watch.stretch(asyncio.sleep(idle), field.process.pid)
        async with asyncio.timeout(300):
            result, flood = await watch.stretch(
                long_result(field, field.dispatch("S1", "STOP_SERVICE")), field.process.pid
            )
        assert isinstance(result, Result), result
        assert result.outcome is StepOutcome.OK, result
        assert result.stdout_bytes >= size
        assert result.output_spooled == result.stdout_bytes + result.stderr_bytes
        assert result.output_sha256
        sent = sum(len(chunk.data) for chunk in field.heard.of(Output) if chunk.step_id == "S1")
        assert sent == result.output_head + result.output_tail <= 128 * 1024, "head and tail only"
        (digest, length, begin), fetch = await watch.stretch(digested(field, "S1"), field.process.pid)
        assert (digest, length) == (result.output_sha256, result.output_spooled)
        assert block(0, 16_384) in begin
    return quiet, flood, fetch


async def long_result(field, frame):
    await field.links.send(AGENT, frame)
    async with field.heard.news:
        await field.heard.news.wait_for(
            lambda: any(answer.step_id == frame.step_id for answer in field.heard.of(Result))
        )
    return next(answer for answer in field.heard.of(Result) if answer.step_id == frame.step_id)


async def digested(field, step_id):
    """sha256, length and the first 2 MiB of a step's whole output, fetched."""
    fetched = await field.exchange.fetch(AGENT, step_id, offset=0, limit=0)
    assert fetched.head.gapless
    assert fetched.head.ended
    digest, length, begin = hashlib.sha256(), 0, bytearray()
    try:
        async for chunk in fetched.chunks():
            digest.update(chunk)
            length += len(chunk)
            if len(begin) < 2 * MIB:
                begin += chunk
    finally:
        await fetched.close()
    return digest.hexdigest(), length, bytes(begin)
