import asyncio
import functools
from collections import deque

import msgspec
import pytest

from guardia.proto import frames, limits
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
        self.aborted = self.sending = False

    def says(self, frame, epoch=1) -> None:
        self.incoming.put_nowait(encode(frame, epoch))

    @property
    def waiting(self) -> int:
        """Messages that the channel has not read."""
        return self.incoming.qsize()

    async def recv(self) -> bytes:
        item = await self.incoming.get()
        if isinstance(item, Exception):
            raise item
        return item

    async def send(self, data: bytes) -> None:
        assert not self.sending, "a transport writes one message at a time"
        self.sending = True
        try:
            await self.blocked.wait()
        finally:
            self.sending = False
        if self.aborted:
            raise TransportClosedError("cut")
        self.sent.append(decode(data)[1])

    def closes(self) -> None:
        self.incoming.put_nowait(TransportClosedError("the peer closed"))

    def fails_oddly(self) -> None:
        self.incoming.put_nowait(ZeroDivisionError("odd"))

    def abort(self) -> None:
        if not self.aborted:
            self.aborted = True
            self.blocked.set()
            self.incoming.put_nowait(TransportClosedError("cut"))


class PushPipe(Pipe):
    """The same as a `PushTransport`: messages come by themselves, and are written without waiting where that goes."""

    def __init__(self) -> None:
        super().__init__()
        self.take = self.lost = None
        self.held = deque()
        self.paused = self.odd = False
        self.written_now = 0

    def says(self, frame, epoch=1) -> None:
        self.held.append(encode(frame, epoch))
        self._give()

    def _give(self) -> None:
        while self.held and self.take is not None and not self.paused and not self.aborted:
            self.take(self.held.popleft())

    @property
    def waiting(self) -> int:
        return len(self.held)

    def closes(self) -> None:
        self.lost("the peer closed")

    def fails_oddly(self) -> None:
        self.odd = True
        self.says(frames.Heartbeat(seq=1, sent_ms=1))

    def write_now(self, data: bytes) -> bool:
        if self.odd:
            raise ZeroDivisionError("odd")
        if not self.blocked.is_set() or self.aborted:
            return False
        self.written_now += 1
        self.sent.append(decode(data)[1])
        return True

    def push_to(self, take, lost) -> bool:
        self.take, self.lost = take, lost
        self._give()
        return True

    def abort(self) -> None:
        was, self.aborted = self.aborted, True
        self.blocked.set()
        if not was and self.lost is not None:
            asyncio.get_running_loop().call_soon(self.lost, "cut")

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self._give()


@pytest.fixture(params=[Pipe, PushPipe])
def opened(request):
    """Makes an `Open` over each kind of transport."""
    return functools.partial(Open, request.param)


class Open:
    """A hub's channel, open and running; what it delivers is in `taken`, what it takes at once in `quick`."""

    def __init__(self, pipe=Pipe, **options) -> None:
        self.pipe = pipe()
        self.quick: list[frames.Frame] = []
        self.taken: list[frames.Frame] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.clock = clock = FakeClock()
        session = HubSession(clock.monotonic(), **options)
        session.receive(HELLO, 0, clock.monotonic())
        session.welcome(1, clock.monotonic())
        self.channel = Channel(session, self.pipe, clock, self.take, take=self.take_now)
        self.task = asyncio.create_task(self.channel.run())

    def take_now(self, frame) -> bool:
        if not isinstance(frame, frames.Started):
            return False
        self.quick.append(frame)
        return True

    async def take(self, frame) -> None:
        await self.gate.wait()
        self.taken.append(frame)

    async def ended(self) -> Ended:
        async with asyncio.timeout(5):
            return await self.task


async def settle() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_frames_are_delivered_and_results_acknowledged(opened):
    link = opened()
    link.pipe.says(RESULT)
    link.pipe.says(frames.Goodbye(code="agent.stopping", message="bye"))
    ended = await link.ended()
    assert (ended.code, ended.by_peer) == ("agent.stopping", True)
    assert link.taken == [RESULT]


async def test_what_came_before_the_connection_was_lost_is_still_delivered(opened):
    link = opened()
    link.gate.clear()
    for number in range(5):
        link.pipe.says(frames.Accepted(step_id=f"s{number}", at_ms=1))
    await settle()
    link.pipe.abort()
    await settle()
    link.gate.set()
    assert (await link.ended()).code == "link.closed"
    assert len(link.taken) == 5


async def test_what_came_before_a_disconnect_is_not_delivered(opened):
    link = opened()
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


async def test_a_full_inbox_stops_reading_and_heartbeats_go_out_meanwhile(opened):
    link = opened(heartbeat=0.01)
    link.gate.clear()
    for number in range(3 * INBOX):
        link.pipe.says(frames.Accepted(step_id=f"s{number}", at_ms=1))
    async with asyncio.timeout(5):
        while not any(isinstance(frame, frames.Heartbeat) for frame in link.pipe.sent):
            await asyncio.sleep(0.01)
    assert link.pipe.waiting >= INBOX
    link.gate.set()
    await settle()
    link.pipe.abort()
    await link.ended()
    assert len(link.taken) == 3 * INBOX


async def test_two_sides_that_both_wait_for_the_other_to_read_are_cut(opened):
    """Nothing is taken over before there is room for its acknowledgement, and nothing is read before it is."""
    link = opened(heartbeat=0.05)  # a lane full of heartbeats would take longer than `ended` waits
    link.pipe.blocked.clear()
    await settle()
    fill_outbox(link)
    await settle()
    fill_outbox(link)
    for number in range(3 * INBOX):
        link.pipe.says(msgspec.structs.replace(RESULT, step_id=f"s{number}"))
    assert (await link.ended()).code == "link.choked"
    assert len(link.taken) == 1


async def test_a_slow_application_alone_ends_no_connection(opened):
    link = opened(heartbeat=0.02)
    link.gate.clear()
    for number in range(3 * INBOX):
        link.pipe.says(frames.Accepted(step_id=f"s{number}", at_ms=1))
    async with asyncio.timeout(5):
        while sum(isinstance(frame, frames.Heartbeat) for frame in link.pipe.sent) <= 2 * limits.HEARTBEAT_MISSED:
            await asyncio.sleep(0.01)
    assert link.channel.ended is None
    link.pipe.abort()
    link.gate.set()
    await link.ended()


async def test_a_stall_of_our_own_is_not_taken_for_the_peers_silence(opened):
    """A machine that was paused for longer than a peer may be silent reads first what has come meanwhile."""
    link = opened(heartbeat=0.02)
    await settle()
    link.clock.advance(10)
    link.channel._timer.cancel()
    link.channel._tick()  # as it fires late, before anything is read
    assert link.channel.ended is None
    link.pipe.says(RESULT)
    await settle()
    assert link.taken == [RESULT]
    link.clock.advance(0.061)  # and who is silent from there on is still noticed
    ended = await link.ended()
    assert ended.code == "link.silent"


async def test_a_peer_that_asks_and_does_not_read_is_cut(opened):
    link = opened()
    link.pipe.blocked.clear()
    for seq in range(1000):
        link.pipe.says(frames.Heartbeat(seq=seq, sent_ms=1))
    assert (await link.ended()).code == "link.choked"


async def test_a_sender_that_waits_for_room_is_told_when_the_connection_ends(opened):
    link = opened()
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


def fill_outbox(link) -> None:
    count = 0
    while not link.channel._lanes.full:
        link.channel.send_nowait(frames.Probe(step_id=f"fill{count}"))
        count += 1


async def test_who_waits_for_room_is_not_overtaken_by_who_comes_when_there_is_some(opened):
    """A cancel that overtook its dispatch would find nothing to cancel."""
    link = opened()
    link.pipe.blocked.clear()
    await settle()
    fill_outbox(link)
    await settle()
    fill_outbox(link)
    waiting = [asyncio.create_task(link.channel.send(frames.Probe(step_id=f"w{number}"))) for number in range(3)]
    link.pipe.says(RESULT)
    await settle()
    last = asyncio.create_task(link.channel.send(frames.Probe(step_id="w3")))
    await settle()
    waiting[1].cancel()

    async def comes_with_the_room():
        while link.channel._lanes.full:
            await asyncio.sleep(0)
        await link.channel.send(frames.Cancel(step_id="s", reason="late"))

    late = asyncio.create_task(comes_with_the_room())
    await settle()
    link.pipe.blocked.set()
    await asyncio.gather(waiting[0], waiting[2], last, late)
    await settle()
    after = [frame for frame in link.pipe.sent if not frame.step_id.startswith("fill")]
    probes = [frames.Probe(step_id=name) for name in ("w0", "w2")]
    last_ones = [frames.Probe(step_id="w3"), frames.Cancel(step_id="s", reason="late")]
    assert after == [*probes, frames.ResultAck(step_id="s"), *last_ones]
    link.pipe.abort()
    await link.ended()


async def test_a_transport_that_fails_oddly_ends_the_channel_and_is_remembered(opened):
    link = opened()
    await settle()
    link.pipe.fails_oddly()
    assert (await link.ended()).code == "link.internal"
    assert isinstance(link.channel.failure, ZeroDivisionError)
    assert link.pipe.aborted


async def test_cancelling_cuts_the_connection(opened):
    link = opened()
    await settle()
    link.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await link.task
    assert link.pipe.aborted


async def test_what_can_be_taken_over_at_once_is_while_nothing_waits_before_it(opened):
    link = opened()
    await settle()
    started = [frames.Started(step_id=f"s{number}", at_ms=1, pid=1) for number in range(3)]
    link.pipe.says(started[0])
    await settle()
    assert link.quick == started[:1]
    assert link.taken == []
    link.gate.clear()
    link.pipe.says(RESULT)
    link.pipe.says(started[1])
    await settle()
    assert link.quick == started[:1], "not before the result that came first"
    link.gate.set()
    await settle()
    assert link.taken == [RESULT, started[1]]
    link.pipe.says(started[2])
    await settle()
    assert link.quick == [started[0], started[2]]
    acknowledged = [frame for frame in link.pipe.sent if isinstance(frame, frames.ResultAck)]
    assert [frame.step_id for frame in acknowledged] == ["s"]
    link.pipe.abort()
    await link.ended()


async def test_nothing_is_taken_over_at_once_before_the_application_is_ready():
    link = Open(PushPipe)
    link.task.cancel()
    ready = asyncio.Event()
    link.task = asyncio.create_task(link.channel.run(ready.wait))
    await settle()
    link.pipe.says(frames.Started(step_id="s1", at_ms=1, pid=1))
    await settle()
    assert link.quick == link.taken == []
    ready.set()
    await settle()
    assert [frame.step_id for frame in link.taken] == ["s1"]
    link.pipe.abort()
    await link.ended()


async def test_frames_keep_their_order_whether_written_at_once_or_later():
    link = Open(PushPipe)
    await settle()
    for number in range(3):
        await link.channel.send(frames.Probe(step_id=f"now{number}"))
    assert link.pipe.written_now == 3
    link.pipe.blocked.clear()
    for number in range(3):
        await link.channel.send(frames.Probe(step_id=f"later{number}"))
    await settle()
    link.pipe.blocked.set()
    await link.channel.send(frames.Probe(step_id="last"))
    await settle()
    await link.channel.send(frames.Probe(step_id="now again"))
    names = [frame.step_id for frame in link.pipe.sent]
    assert names == ["now0", "now1", "now2", "later0", "later1", "later2", "last", "now again"]
    assert link.pipe.written_now == 4
    link.pipe.abort()
    await link.ended()


async def test_a_message_that_cannot_be_read_ends_the_channel_also_when_it_is_pushed(opened):
    link = opened()
    await settle()
    link.pipe.says(frames.Accepted(step_id="s", at_ms=1), 7)
    ended = await link.ended()
    assert ended.code != "link.closed"
    assert link.taken == link.quick == []


async def test_an_idle_connection_has_no_tasks_of_its_own(opened):
    """There are thousands of them. What does not bring its messages by itself is read by one."""
    link = opened()
    await settle()
    before = len(asyncio.all_tasks())
    link.pipe.says(RESULT)
    await link.channel.send(frames.Probe(step_id="s"))
    await settle()
    assert link.taken == [RESULT]
    assert len(asyncio.all_tasks()) == before
    own = 1 if isinstance(link.pipe, PushPipe) else 2
    assert before == 1 + own, "this test, `run`, and perhaps a reader"
    link.pipe.abort()
    await link.ended()


async def test_a_farewell_is_heard_before_the_connection_is_cut(opened):
    link = opened()
    await settle()
    link.channel.end(Ended("hub.stopping", "stopping"), goodbye=True)
    await settle()
    assert [type(frame) for frame in link.pipe.sent][-1] is frames.Goodbye
    assert not link.pipe.aborted, "the peer has not closed yet"
    link.pipe.closes()
    assert (await link.ended()).code == "hub.stopping"


async def test_a_farewell_waits_for_the_message_that_is_being_written(opened):
    link = opened()
    link.pipe.blocked.clear()
    await link.channel.send(frames.Probe(step_id="s"))
    await settle()
    assert link.pipe.sending
    link.channel.end(Ended("hub.stopping", "stopping"), goodbye=True)
    await settle()
    link.pipe.blocked.set()
    await settle()
    assert [type(frame) for frame in link.pipe.sent][-2:] == [frames.Probe, frames.Goodbye]
    link.pipe.closes()
    assert (await link.ended()).code == "hub.stopping"


async def test_what_came_before_it_was_pushed_is_asked_for():
    class Late(PushPipe):
        def push_to(self, take, lost):
            super().push_to(take, lost)
            return False

    link = Open(Late)
    link.pipe.incoming.put_nowait(encode(RESULT, 1))
    await settle()
    assert link.taken == [RESULT]
    link.pipe.incoming.put_nowait(TransportClosedError("gone before"))
    assert (await link.ended()).message == "gone before"
