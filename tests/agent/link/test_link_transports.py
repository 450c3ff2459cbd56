"""The agent's link against a real hub and against hubs that misbehave."""

import asyncio

import grpc
import grpc.aio
import pytest
from websockets.asyncio.server import serve

from guardia.agent.errors import LinkError
from guardia.agent.link.reconnecting import ReconnectingLink
from guardia.proto import frames, limits, version
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import decode, encode
from guardia.proto.errors import FrameError
from guardia.proto.grpc_wire import METHOD, SERVICE
from tests.fakes.links import make_hello
from tests.hub.links import pki
from tests.hub.links.parts import TRANSPORTS, AgentHandler, RealFleet, SystemClock

JOURNAL = tuple(
    frames.JournalEntry(step_id=f"s{number}", digest="d", state=frames.JournalState.FINISHED) for number in range(2001)
)


def result(step_id: str = "s", size: int = 0) -> frames.Result:
    return frames.Result(step_id=step_id, digest="d", outcome=frames.StepOutcome.OK, finished_ms=1, report=b"x" * size)


def output(seq: int) -> frames.Output:
    return frames.Output(step_id="s", seq=seq, stream=frames.Stream.STDOUT, data=b"x")


@pytest.fixture(params=TRANSPORTS)
async def fleet(request, tmp_path):
    made = RealFleet(tmp_path, request.param)
    await made.start()
    yield made
    await made.close()


def cut(peer) -> None:
    peer.link._channel._transport.abort()


async def welcomed(peer, epoch) -> None:
    await peer.handler.until(lambda events: ("welcomed", epoch) in events)


async def test_connected_means_welcomed(fleet):
    peer = await fleet.dial("was01")
    assert not peer.link.connected
    await welcomed(peer, 1)
    assert peer.link.connected
    assert peer.link.last_error is None


async def test_a_long_journal_is_cut_and_marked(fleet):
    peer = await fleet.dial("was01")
    peer.handler.journal = JOURNAL
    await welcomed(peer, 1)
    hello = fleet.links.presence()["was01"].hello
    assert hello.journal == JOURNAL[: limits.MAX_JOURNAL_SUMMARY]
    assert hello.journal_truncated


async def test_a_cut_connection_is_told_and_dialled_again(fleet):
    peer = await fleet.connect("was01")
    cut(peer)
    await welcomed(peer, 2)
    assert [event[0] for event in peer.handler.events] == ["welcomed", "lost", "welcomed"]
    await fleet.handler.until(lambda events: ("connected", "was01", 2) in events)
    assert fleet.handler.kinds() == ["connected", "lost", "connected"]


async def test_a_result_is_sent_again_after_a_reconnect_until_it_is_acknowledged(fleet):
    peer = await fleet.connect("was01")
    fleet.handler.gate.clear()
    await peer.say(result())
    await fleet.handler.until(lambda events: events[-1][0] == "begun")
    cut(peer)
    fleet.handler.gate.set()
    await peer.hears(frames.ResultAck)
    assert [frame.step_id for frame in fleet.handler.frames("was01")] == ["s", "s"]
    assert not peer.link._results


async def test_a_result_of_the_journal_and_of_the_link_travels_once(fleet):
    peer = await fleet.dial("was01")
    await peer.say(result())
    peer.handler.on_welcomed = lambda: peer.link.send(result())
    await peer.hears(frames.ResultAck)
    await peer.say(frames.Accepted(step_id="later", at_ms=1))
    await fleet.handler.until(lambda _: len(fleet.handler.frames("was01")) == 2)
    assert [type(frame) for frame in fleet.handler.frames("was01")] == [frames.Result, frames.Accepted]


async def test_without_a_connection_other_frames_are_dropped(fleet):
    peer = await fleet.dial("was01")
    await peer.say(frames.Accepted(step_id="s", at_ms=1))
    await welcomed(peer, 1)
    await peer.say(frames.Accepted(step_id="s", at_ms=2))
    await fleet.handler.until(lambda _: fleet.handler.frames("was01"))
    assert [frame.at_ms for frame in fleet.handler.frames("was01")] == [2]


async def test_facts_go_to_a_hub_that_says_it_takes_them(fleet):
    peer = await fleet.dial("was01")
    assert peer.link.hub_minor == 0, "not connected"
    await welcomed(peer, 1)
    assert peer.link.hub_minor == version.MINOR
    await peer.say(frames.Facts(at_ms=1, facts=b"{}"))
    await fleet.handler.until(lambda _: fleet.handler.frames("was01"))
    assert fleet.handler.frames("was01") == [frames.Facts(at_ms=1, facts=b"{}")]


async def test_facts_never_go_to_a_hub_that_does_not_name_its_version(fleet, monkeypatch):
    monkeypatch.setattr(version, "MAJOR", 0)
    monkeypatch.setattr(version, "MINOR", 0)
    monkeypatch.setattr("guardia.proto.session.hub._check_version", lambda hello: None)
    peer = await fleet.connect("was01")
    assert peer.link.hub_minor == 0
    await peer.say(frames.Facts(at_ms=1, facts=b"{}"))
    await peer.say(frames.Accepted(step_id="s", at_ms=2))
    await fleet.handler.until(lambda _: fleet.handler.frames("was01"))
    assert [type(frame) for frame in fleet.handler.frames("was01")] == [frames.Accepted]


async def test_output_waits_for_the_hub_and_leaves_no_gap_over_a_cut(fleet):
    peer = await fleet.connect("was01")
    fleet.handler.gate.clear()
    speaking = asyncio.create_task(speak(peer, 1, 80))
    await fleet.handler.until(lambda events: events[-1][0] == "begun")
    await asyncio.sleep(0.1)
    assert not speaking.done(), "output waits while the window is full"
    cut(peer)
    fleet.handler.gate.set()
    await fleet.handler.until(lambda _: any(frame.seq == 80 for frame in fleet.handler.frames("was01")))
    await speaking
    by_epoch = {}
    for event in fleet.handler.events:
        if event[0] == "received":
            by_epoch.setdefault(event[2], []).append(event[3].seq)
    for seen in by_epoch.values():
        assert seen == list(range(seen[0], seen[-1] + 1)), "a gap within a connection"


async def test_a_goodbye_amid_other_frames_is_heard(fleet):
    peer = await fleet.connect("was01")
    channel = peer.link._channel
    channel.send_nowait(result(size=limits.MAX_REPORT))
    await asyncio.sleep(0)  # it is being written
    await peer.stop()
    assert peer.task.done()
    await fleet.handler.until(lambda events: events[-1][0] == "lost")
    assert "agent.stopping" in fleet.handler.events[-1][3]


async def speak(peer, first, last) -> None:
    for seq in range(first, last + 1):
        await peer.say(output(seq))


async def test_output_waits_for_a_connection_and_none_of_it_is_dropped(fleet):
    peer = await fleet.dial("was01", url=fleet.address(1))
    speaking = asyncio.create_task(speak(peer, 1, 100))
    await asyncio.sleep(0.05)
    assert not speaking.done()
    peer.link._url = fleet.url
    await asyncio.wait_for(speaking, 10)
    await fleet.handler.until(lambda _: any(frame.seq == 100 for frame in fleet.handler.frames("was01")))
    assert [frame.seq for frame in fleet.handler.frames("was01")] == list(range(1, 101))
    await peer.handler.until(lambda events: ("output_acked", "s", 100) in events)


async def test_a_frame_that_cannot_travel_is_refused_at_once_and_the_link_lives_on(fleet):
    peer = await fleet.connect("was01")
    with pytest.raises(FrameError):
        await peer.say(result(size=limits.MAX_REPORT + 1))
    with pytest.raises(FrameError):
        await peer.say(frames.Output(step_id="s", seq=1, stream=frames.Stream.STDOUT, data=b"x" * 70_000))
    await peer.say(result())
    await peer.hears(frames.ResultAck)
    await peer.say(output(1))
    await fleet.handler.until(lambda _: len(fleet.handler.frames("was01")) == 2)
    assert fleet.links.presence()["was01"].epoch == 1


async def test_closing_says_goodbye_and_ends_the_run(fleet):
    peer = await fleet.connect("was01")
    await peer.link.close()
    await asyncio.wait_for(peer.task, 5)
    await fleet.handler.until(lambda events: events[-1][0] == "lost")
    assert "agent.stopping" in fleet.handler.events[-1][3]


async def test_a_handler_that_fails_ends_the_connection_and_the_link_comes_back(fleet):
    peer = await fleet.connect("was01")
    real = peer.handler.received
    failed = []

    async def received(frame):
        if not failed:
            failed.append(frame)
            raise OSError("the journal is full")
        await real(frame)

    peer.handler.received = received
    await fleet.links.send("was01", frames.Probe(step_id="a"))
    await welcomed(peer, 2)
    await fleet.handler.until(lambda events: ("connected", "was01", 2) in events)
    await fleet.links.send("was01", frames.Probe(step_id="b"))
    assert await peer.hears(frames.Probe) == [frames.Probe(step_id="b")]
    lost = next(event for event in fleet.handler.events if event[0] == "lost")
    assert "link.handler_failed" in lost[3]
    assert "journal is full" not in lost[3]


# --- hubs that misbehave ----------------------------------------------------------------------------------------------


class OddHub:
    """A WebSocket hub that does what `script(socket, hello)` says, once for each connection."""

    def __init__(self, fleet, script) -> None:
        self.connections = 0
        self.fleet, self.script = fleet, script

    async def handle(self, socket):
        self.connections += 1
        _, hello = decode(await socket.recv())
        await self.script(socket, hello)

    async def __aenter__(self):
        context = pki.hub_context(self.fleet.tmp_path)
        self.running = await serve(self.handle, "127.0.0.1", 0, ssl=context, compression=None, close_timeout=0.1)
        self.url = self.fleet.address(self.running.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_):
        for connection in self.running.connections:
            connection.transport.abort()
        self.running.close()
        await self.running.wait_closed()


class OddCall:
    """A gRPC call with the manners of a WebSocket."""

    def __init__(self, context) -> None:
        self.recv, self.send = context.read, context.write

    async def wait_closed(self):
        await asyncio.Event().wait()


class OddGrpcHub(OddHub):
    async def __aenter__(self):
        async def link(_, context):
            await context.send_initial_metadata(())
            await self.handle(OddCall(context))

        self.running = grpc.aio.server()
        handler = grpc.stream_stream_rpc_method_handler(link)
        self.running.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),))
        shown = self.fleet.material
        credentials = grpc.ssl_server_credentials([(shown.key, shown.chain)], shown.roots, require_client_auth=True)
        self.url = self.fleet.address(self.running.add_secure_port("127.0.0.1:0", credentials))
        await self.running.start()
        return self

    async def __aexit__(self, *_):
        await self.running.stop(0)


def odd_hub(fleet, script) -> OddHub:
    return (OddGrpcHub if fleet.transport == "grpc" else OddHub)(fleet, script)


def welcome(epoch=1, heartbeat_ms=100):
    return encode(
        frames.Welcome(epoch=epoch, hub_time_ms=1, heartbeat_ms=heartbeat_ms, output_window=2, max_frame=1), epoch
    )


async def test_a_mute_hub_is_noticed(fleet):
    async def script(socket, hello):
        await socket.send(welcome())
        await socket.wait_closed()

    async with odd_hub(fleet, script) as hub:
        peer = await fleet.dial("was01", url=hub.url)
        lost = await peer.handler.until(lambda events: next((e for e in events if e[0] == "lost"), None))
        assert lost[1].startswith("link.silent")
        await peer.stop()


async def test_a_final_goodbye_ends_the_run(fleet):
    async def script(socket, hello):
        await socket.send(encode(frames.Goodbye(code="identity.revoked", message="revoked", final=True), 0))

    async with odd_hub(fleet, script) as hub:
        peer = await fleet.dial("was01", url=hub.url)
        with pytest.raises(LinkError, match="revoked") as caught:
            await asyncio.wait_for(peer.task, 5)
        assert caught.value.code == "identity.revoked"
        assert hub.connections == 1


async def test_the_time_that_the_hub_asks_for_is_waited(fleet):
    async def script(socket, hello):
        await socket.send(encode(frames.Goodbye(code="hub.busy", message="later", retry_after_ms=30_000), 0))

    async with odd_hub(fleet, script) as hub:
        peer = await fleet.dial("was01", url=hub.url)
        async with asyncio.timeout(5):
            while peer.link.last_error is None:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert hub.connections == 1
        assert peer.link.last_error.code == "hub.busy"
        await peer.stop()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"\xff\xff\xff", "proto.frame"),
        (encode(frames.Probe(step_id="s"), 1), "proto.session"),
        (
            encode(frames.Welcome(epoch=3, hub_time_ms=1, heartbeat_ms=1, output_window=1, max_frame=1), 2),
            "proto.session",
        ),
    ],
)
async def test_a_hub_that_answers_nonsense_is_not_connected(fleet, answer, code):
    async def script(socket, hello):
        await socket.send(answer)
        await socket.wait_closed()

    async with odd_hub(fleet, script) as hub:
        peer = await fleet.dial("was01", url=hub.url)
        async with asyncio.timeout(5):
            while peer.link.last_error is None:
                await asyncio.sleep(0.01)
        assert peer.link.last_error.code == code
        assert not peer.handler.events
        await peer.stop()


async def test_a_link_that_is_closed_while_it_is_greeted_says_goodbye_and_ends(fleet):
    peer = await fleet.dial("was01")
    greet = peer.link._greet

    async def greeted(session, transport):
        events = await greet(session, transport)
        await peer.link.close()
        return events

    peer.link._greet = greeted
    async with asyncio.timeout(10):
        await peer.task
    assert peer.handler.frames() == [], "not announced any more"
    assert [event[0] for event in peer.handler.events] == ["lost"]
    await fleet.handler.until(lambda events: events and events[-1][0] == "lost" and "agent.stopping" in events[-1][3])


class Mute:
    """A connection whose peer never answers the hello."""

    def __init__(self) -> None:
        self.greeted = asyncio.Event()
        self.aborted = False

    async def recv(self) -> bytes:
        await asyncio.Event().wait()
        return b""

    async def send(self, data: bytes) -> None:
        self.greeted.set()

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize("when", ["dialling", "greeting"])
async def test_a_link_that_is_closed_while_it_opens_a_connection_ends_at_once(when):
    """The daemon does not wait for as long as a dial may take."""
    dialling = asyncio.Event()
    mute = Mute()

    class Link(ReconnectingLink):
        async def _dial(self) -> Mute:
            dialling.set()
            if when == "dialling":
                await asyncio.Event().wait()
            return mute

    handler = AgentHandler()
    link = Link(
        "wss://hub",
        handler,
        hello_factory=lambda journal: make_hello("was01", journal=journal),
        clock=SystemClock(),
        rng=lambda: 0.0,
    )
    running = asyncio.create_task(link.run())
    await (dialling if when == "dialling" else mute.greeted).wait()
    await asyncio.sleep(0)
    await link.close()
    async with asyncio.timeout(limits.HELLO_TIMEOUT / 2):
        await running
    assert mute.aborted is (when == "greeting")
    assert handler.events == []


class GoneBeforeTheHello:
    """A connection whose peer said goodbye and hung up; like gRPC, it gives that only to who reads already."""

    def __init__(self) -> None:
        self.refused = asyncio.Event()

    async def recv(self) -> bytes:
        if self.refused.is_set():
            raise TransportClosedError("the call has ended")
        await self.refused.wait()
        return encode(frames.Goodbye(code="link.busy", message="full", retry_after_ms=5), 0)

    async def send(self, data: bytes) -> None:
        await asyncio.sleep(0)
        self.refused.set()
        raise TransportClosedError("the call has ended")

    def abort(self) -> None:
        self.refused.set()


async def test_a_goodbye_that_came_before_the_hello_was_written_is_read():
    class Link(ReconnectingLink):
        async def _dial(self) -> GoneBeforeTheHello:
            return GoneBeforeTheHello()

    handler = AgentHandler()
    link = Link(
        "wss://hub",
        handler,
        hello_factory=lambda journal: make_hello("was01", journal=journal),
        clock=SystemClock(),
        rng=lambda: 0.0,
    )
    ended = await link._serve_once()
    assert (ended.code, ended.retry_after_ms) == ("link.busy", 5)
