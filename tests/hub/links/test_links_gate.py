"""The door of the agents' listener: bounded handshakes, and nobody who says nothing keeps others out."""

import asyncio
import socket
import ssl

import pytest

from guardia.hub.links import gate
from guardia.hub.links.gate import Gate
from tests.hub.links import pki


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


@pytest.fixture
async def door(tmp_path):
    made = Gate("127.0.0.1", 0, pki.hub_context(tmp_path), Echo, handshake_timeout=60, shutdown_timeout=1, handshakes=1)
    await made.open()
    yield made
    made.close()
    await made.wait_closed()


def address(door: Gate) -> tuple[str, int]:
    return door.sockets[0].getsockname()


async def echoed(door: Gate, context: ssl.SSLContext) -> bool:
    reader, writer = await asyncio.open_connection(*address(door), ssl=context, server_hostname="127.0.0.1")
    writer.write(b"hello")
    answer = await reader.readexactly(5)
    writer.close()
    return answer == b"hello"


async def test_more_than_may_shake_hands_at_once_get_in_one_after_the_other(door, tmp_path):
    context = pki.agent_context(tmp_path, pki.agent_pem("was01"))
    async with asyncio.timeout(10):
        assert all(await asyncio.gather(*(echoed(door, context) for _ in range(5))))


async def test_who_dials_and_says_nothing_keeps_nobody_out(door, tmp_path, monkeypatch):
    monkeypatch.setattr(gate, "SLOW", 0.05)
    with socket.create_connection(address(door)), socket.create_connection(address(door)):
        context = pki.agent_context(tmp_path, pki.agent_pem("was01"))
        async with asyncio.timeout(30):  # shorter than the time that the mute ones have
            assert await echoed(door, context)


async def test_what_is_no_handshake_is_cut_off_and_its_place_is_free_again(door, tmp_path):
    reader, writer = await asyncio.open_connection(*address(door))
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(5):
        while await reader.read(1024):  # an alert may come first
            pass
        writer.close()
        assert await echoed(door, pki.agent_context(tmp_path, pki.agent_pem("was01")))


async def test_a_closed_door_takes_nobody_and_frees_its_port(door):
    host, port = address(door)
    with socket.create_connection((host, port)):
        door.close()
        await door.wait_closed()
        assert not door.is_serving()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)
        again = Gate(host, port, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), Echo, handshake_timeout=1, shutdown_timeout=1)
        await again.open()
        again.close()
        await again.wait_closed()


async def test_an_address_that_is_taken_is_told(door, tmp_path):
    second = Gate(*address(door), pki.hub_context(tmp_path), Echo, handshake_timeout=1, shutdown_timeout=1)
    with pytest.raises(OSError, match="in use"):
        await second.open()
    assert not second.is_serving()
