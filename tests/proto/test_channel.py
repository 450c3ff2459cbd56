import asyncio

import pytest

from guardia.proto import frames
from guardia.proto.channel import INBOX, Channel, TransportClosedError
from guardia.proto.codec import decode, encode
from guardia.proto.session import Ended, HubSession
from tests.fakes.links import make_hello
from tests.support.clock import FakeClock

HELLO = make_hello("was01")
RESULT = frames.Result(step_id="s", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1)


class Pipe:
    """A transport in memory. `blocked`: the peer does not read."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[bytes | Exception] = asyncio.Queue()
        self.sent: list[frames.Frame] = []
        self.blocked = asyncio.Event()
        self.blocked.set()
        self.aborted = False

    def says(self, frame, epoch=1) -> None:
        self.incoming.put_nowait(encode(frame, epoch))

    async def recv(self) -> bytes:
        item = await self.incoming.get()
        if isinstance(item, Exception):
            raise item
        return item

    async def send(self, data: bytes) -> None:
        await self.blocked.wait()
        if self.aborted:
            raise TransportClosedError("cut")
        self.sent.append(decode(data)[1])

    def abort(self) -> None:
        if not self.aborted:
            self.aborted = True
            self.blocked.set()
            self.incoming.put_nowait(TransportClosedError("cut"))


class Open:
    """A hub's channel, open and running; what it delivers is in `taken`."""

    def __init__(self, **options) -> None:
        self.pipe = Pipe()
        self.taken: list[frames.Frame] = []
        self.gate = asyncio.Event()
        self.gate.set()
        clock = FakeClock()
        session = HubSession(clock.monotonic(), **options)
        session.receive(HELLO, 0, clock.monotonic())
        session.welcome(1, clock.monotonic())
        self.channel = Channel(session, self.pipe, clock, self.take)
        self.task = asyncio.create_task(self.channel.run())

    async def take(self, frame) -> None:
        await self.gate.wait()
        self.taken.append(frame)

    async def ended(self) -> Ended:
        async with asyncio.timeout(5):
            return await self.task


async def settle() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_frames_are_delivered_and_results_acknowledged():
    link = Open()
    link.pipe.says(RESULT)
    link.pipe.says(frames.Goodbye(code="agent.stopping", message="bye"))
    ended = await link.ended()
    assert (ended.code, ended.by_peer) == ("agent.stopping", True)
    assert link.taken == [RESULT]


async def test_what_came_before_the_connection_was_lost_is_still_delivered():
    link = Open()
    link.gate.clear()
    for number in range(5):
        link.pipe.says(frames.Accepted(step_id=f"s{number}", at_ms=1))
    await settle()
    link.pipe.abort()
    await settle()
    link.gate.set()
    assert (await link.ended()).code == "link.closed"
    assert len(link.taken) == 5


async def test_what_came_before_a_disconnect_is_not_delivered():
    link = Open()
    link.gate.clear()
    for number in range(5):
        link.pipe.says(frames.Accepted(step_id=f"s{number}", at_ms=1))
    await settle()
    link.channel.end(Ended("identity.revoked", "revoked"), goodbye=False)
    link.gate.set()
    assert (await link.ended()).code == "identity.revoked"
    assert len(link.taken) == 1, "only the one that was under way"
    with pytest.raises(TransportClosedError, match="revoked"):
        await link.channel.send(frames.Probe(step_id="s"))


async def test_a_full_inbox_stops_reading_and_heartbeats_go_out_meanwhile():
    link = Open(heartbeat=0.01)
    link.gate.clear()
    for number in range(3 * INBOX):
        link.pipe.says(frames.Accepted(step_id=f"s{number}", at_ms=1))
    async with asyncio.timeout(5):
        while not any(isinstance(frame, frames.Heartbeat) for frame in link.pipe.sent):
            await asyncio.sleep(0.01)
    assert link.pipe.incoming.qsize() >= INBOX
    link.gate.set()
    await settle()
    link.pipe.abort()
    await link.ended()
    assert len(link.taken) == 3 * INBOX


async def test_a_peer_that_asks_and_does_not_read_is_cut():
    link = Open()
    link.pipe.blocked.clear()
    for seq in range(1000):
        link.pipe.says(frames.Heartbeat(seq=seq, sent_ms=1))
    assert (await link.ended()).code == "link.choked"


async def test_a_sender_that_waits_for_room_is_told_when_the_connection_ends():
    link = Open()
    link.pipe.blocked.clear()

    async def flood():
        for number in range(1000):
            await link.channel.send(frames.Probe(step_id=f"s{number}"))

    flooding = asyncio.create_task(flood())
    await settle()
    assert not flooding.done()
    link.pipe.abort()
    with pytest.raises(TransportClosedError):
        await flooding
    await link.ended()


async def test_a_transport_that_fails_oddly_ends_the_channel_and_is_remembered():
    link = Open()
    link.pipe.incoming.put_nowait(ZeroDivisionError("odd"))
    assert (await link.ended()).code == "link.internal"
    assert isinstance(link.channel.failure, ZeroDivisionError)
    assert link.pipe.aborted


async def test_cancelling_cuts_the_connection():
    link = Open()
    await settle()
    link.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await link.task
    assert link.pipe.aborted
