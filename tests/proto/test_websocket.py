"""The WebSocket as a channel's transport, over real connections: what is pushed comes whole, once and in order."""

import asyncio
import contextlib
import functools

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import serve

from guardia.proto.channel import PushTransport, TransportClosedError
from guardia.proto.websocket import MOST_BUFFERED, PushedConnection, WebSocketTransport


class Socket(PushedConnection, ClientConnection):
    pass


class Peer:
    """The other side: what `script` does with its connection."""

    def __init__(self, script):
        self._script = script

    @contextlib.asynccontextmanager
    async def transport(self):
        async with (
            serve(self._script, "127.0.0.1", 0, compression=None) as server,
            connect(
                f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}",
                create_connection=Socket,
                compression=None,
                proxy=None,
                max_queue=4,
            ) as socket,
        ):
            yield WebSocketTransport(socket, "the peer")


class Taken:
    def __init__(self):
        self.messages = []
        self.reason = None
        self._news = asyncio.Event()

    def take(self, data):
        self.messages.append(data)
        self._news.set()

    def lost(self, reason):
        self.reason = reason
        self._news.set()

    async def until(self, true):
        async with asyncio.timeout(10):
            while not true():
                self._news.clear()
                await self._news.wait()


async def say(messages, socket):
    for message in messages:
        await socket.send(message)
    await socket.wait_closed()


async def test_it_is_a_push_transport():
    async with Peer(functools.partial(say, [])).transport() as transport:
        assert isinstance(transport, PushTransport)


async def test_messages_and_fragments_come_whole_and_in_order():
    async with Peer(functools.partial(say, [b"1", [b"2", b"2", b"2"], b"3", "four"])).transport() as transport:
        taken = Taken()
        # Nothing was read yet: whatever has come by now waits for `recv`, and nothing that comes later overtakes it.
        pushed = transport.push_to(taken.take, taken.lost)
        reading = asyncio.create_task(_read_all(transport, taken)) if not pushed else None
        await taken.until(lambda: len(taken.messages) == 4)
        assert taken.messages == [b"1", b"222", b"3", b"four"]
        if reading is not None:
            reading.cancel()


async def test_what_waits_is_not_overtaken_by_what_is_pushed():
    go = asyncio.Event()

    async def script(socket):
        await socket.send(b"early")
        await go.wait()
        await say([b"late", [b"la", b"ter"]], socket)

    async with Peer(script).transport() as transport:
        async with asyncio.timeout(10):
            while not transport._socket.unread:
                await asyncio.sleep(0.001)
        taken = Taken()
        assert not transport.push_to(taken.take, taken.lost)
        go.set()
        async with asyncio.timeout(10):
            while len(transport._socket.recv_messages.frames) < 4:
                await asyncio.sleep(0.001)
        assert taken.messages == []  # nobody has read the early one
        reading = asyncio.create_task(_read_all(transport, taken))
        await taken.until(lambda: len(taken.messages) == 3)
        reading.cancel()
        assert taken.messages == [b"early", b"late", b"later"]


async def test_the_rest_of_a_message_goes_where_its_beginning_went():
    first, go, further = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def pieces():
        yield b"one "
        first.set()
        await go.wait()
        yield b"message"

    async def script(socket):
        await socket.send(pieces())
        await further.wait()
        await say([b"next"], socket)

    async with Peer(script).transport() as transport:
        reading = asyncio.create_task(transport.recv())
        await asyncio.wait_for(first.wait(), 10)
        async with asyncio.timeout(10):  # the first piece is in `recv`'s hands, which waits for more
            while not transport._socket.recv_messages.get_in_progress or transport._socket.unread:
                await asyncio.sleep(0.001)
        taken = Taken()
        assert transport.push_to(taken.take, taken.lost)
        go.set()
        assert await asyncio.wait_for(reading, 10) == b"one message"
        further.set()
        await taken.until(lambda: taken.messages)
        assert taken.messages == [b"next"]


async def test_the_end_is_told_with_its_reason():
    async def script(socket):
        await socket.close(1008, "go away")

    async with Peer(script).transport() as transport:
        taken = Taken()
        if transport.push_to(taken.take, taken.lost):
            await taken.until(lambda: taken.reason is not None)
            assert taken.reason == "the peer closed: 1008 go away"
        with pytest.raises(TransportClosedError, match="the peer closed: 1008 go away"):
            await transport.recv()
        assert not transport.write_now(b"too late")
        with pytest.raises(TransportClosedError):
            await transport.send(b"too late")


async def test_nothing_is_written_without_waiting_to_a_peer_that_does_not_read():
    go = asyncio.Event()
    heard = []

    async def script(socket):
        await go.wait()
        heard.extend([len(message) async for message in socket])

    async with Peer(script).transport() as transport:
        socket = transport._socket
        sent = 0
        socket.transport.pause_reading()  # the close at the end is enough to hear
        while transport.write_now(b"x" * 60_000):
            sent += 1
            assert sent < 10_000
        assert socket.transport.get_write_buffer_size() > MOST_BUFFERED
        transport.resume()
        go.set()
        await transport._socket.close()
        async with asyncio.timeout(30):
            while not heard:
                await asyncio.sleep(0.01)
        assert heard == [60_000] * sent


async def _read_all(transport, taken):
    while True:
        taken.take(await transport.recv())
