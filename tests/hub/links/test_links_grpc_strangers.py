"""Who has no business at the gRPC listener: many who say nothing, and those who speak an old TLS."""

import asyncio
import contextlib
import os
import socket
import ssl
import subprocess
import sys
import textwrap

import pytest

from guardia.hub.errors import InsecureListenerError
from guardia.hub.links import grpc as hub_grpc
from guardia.hub.links.grpc import GrpcLinks
from guardia.hub.links.tls_floor import speaks_tls_1_2
from guardia.proto import frames
from tests.hub.links import pki
from tests.hub.links.parts import RealFleet
from tests.hub.links.raw import raw

HANDSHAKE = 3.0
"""Seconds that a handshake may take in tests that wait for the end of one."""


def handshakes_last(seconds, monkeypatch) -> None:
    options = {**dict(hub_grpc._OPTIONS), "grpc.server_handshake_timeout_ms": int(seconds * 1000)}
    monkeypatch.setattr(hub_grpc, "_OPTIONS", tuple(options.items()))


@pytest.fixture
async def fleet(tmp_path, monkeypatch):
    """Who says nothing stays for longer than any test lasts."""
    handshakes_last(300, monkeypatch)
    made = RealFleet(tmp_path, "grpc")
    yield made
    await made.close()


@pytest.fixture
async def strict(fleet, monkeypatch):
    """Who says nothing is hung up on after `HANDSHAKE`."""
    handshakes_last(HANDSHAKE, monkeypatch)
    return fleet


@contextlib.contextmanager
def mute(port: int, count: int):
    """Connections that say nothing."""
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
        for one in opened:
            one.setblocking(False)
        yield opened


def hung_up(connections: list[socket.socket]) -> int:
    return sum(map(_over, connections))


def _over(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


async def until(true, within: float = HANDSHAKE + 20) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.02)


# --- who says nothing -------------------------------------------------------------------------------------------------


async def test_two_hundred_who_say_nothing_hinder_no_agent(fleet):
    await fleet.links.start()
    there = await raw(fleet, "was01")
    with mute(fleet.links.port, 200) as strangers:
        await raw(fleet, "was02")
        await there.say(frames.Heartbeat(seq=1, sent_ms=1))
        assert isinstance(await there.hear(), frames.HeartbeatAck)
        assert hung_up(strangers) == 0, "they were there all the while: none of them had to go first"
    assert set(fleet.links.presence()) == {"was01", "was02"}


async def test_two_hundred_who_say_nothing_are_hung_up_on(strict):
    await strict.links.start()
    with mute(strict.links.port, 200) as strangers:
        await until(lambda: hung_up(strangers) == 200)


def bounded(fleet) -> None:
    fleet.grpc = GrpcLinks(fleet.websocket.admission, material=lambda: fleet.material, max_calls=2, strangers=20)


async def test_beyond_the_bound_who_dials_is_hung_up_on_before_tls(fleet):
    bounded(fleet)
    await fleet.links.start()
    there = await raw(fleet, "was01")
    with mute(fleet.links.port, 100) as strangers:
        await until(lambda: hung_up(strangers) >= 78)
        assert hung_up(strangers) <= 80, "as many stay as there are places"
        await there.say(frames.Heartbeat(seq=1, sent_ms=1))
        assert isinstance(await there.hear(), frames.HeartbeatAck), "who is connected stays"


async def test_the_places_of_those_who_say_nothing_become_free_again(strict):
    bounded(strict)
    await strict.links.start()
    with mute(strict.links.port, 100) as strangers:
        await until(lambda: hung_up(strangers) == 100)
        await raw(strict, "was02")


async def test_who_shakes_hands_and_says_nothing_more_is_hung_up_on(strict):
    fleet = strict
    await fleet.links.start()
    context = fleet.context("was01")
    context.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", fleet.links.port, ssl=context, server_hostname="localhost"
    )
    async with asyncio.timeout(HANDSHAKE + 20):
        await reader.read()  # until the hub closes
    writer.transport.abort()


# --- TLS 1.2 ----------------------------------------------------------------------------------------------------------


async def test_a_client_of_tls_1_2_is_refused_with_a_good_certificate_too(fleet):
    await fleet.links.start()
    context = fleet.context("was01")
    context.set_alpn_protocols(["h2"])
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError):  # an alert or a reset, as the network has it
        await asyncio.open_connection("127.0.0.1", fleet.links.port, ssl=context, server_hostname="localhost")
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    _, writer = await asyncio.open_connection("127.0.0.1", fleet.links.port, ssl=context, server_hostname="localhost")
    assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
    writer.transport.abort()


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_what_a_listener_speaks_is_seen_without_a_certificate(tmp_path, newest):
    context = pki.hub_context(tmp_path)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, newest
    if newest is ssl.TLSVersion.TLSv1_3:
        context.minimum_version = newest
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    assert await speaks_tls_1_2("127.0.0.1", port) is (newest is ssl.TLSVersion.TLSv1_2)
    server.close()


async def test_a_listener_that_would_let_tls_1_2_in_is_closed_again(fleet, monkeypatch):
    async def speaks(host, port):
        return True

    monkeypatch.setattr(hub_grpc, "speaks_tls_1_2", speaks)
    with pytest.raises(InsecureListenerError):
        await fleet.links.start()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = fleet.links.port


def test_grpc_that_was_imported_too_early_is_found_out(tmp_path):
    """In a process of its own, since gRPC reads its environment once."""
    script = """
        import grpc, os, asyncio, pathlib, sys
        from guardia.proto import grpc_wire
        grpc_wire.prepare(os.environ)
        from guardia.hub.errors import InsecureListenerError
        from tests.hub.links.parts import RealFleet

        async def main():
            fleet = RealFleet(pathlib.Path(sys.argv[1]), "grpc")
            try:
                await fleet.links.start()
            except InsecureListenerError as error:
                print(error.code)

        asyncio.run(main())
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GRPC_")}
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.stdout.strip() == "link.insecure", found.stderr
