"""The TLS client for streams, against the server of `ssl` itself."""

import contextlib
import random
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guardia.agent.artifacts.tls import AT_ONCE, TlsStream
from tests.hub.links import pki

DATA = random.Random(3).randbytes(3 * AT_ONCE + 11)


class Server:
    """One connection, in a thread; what it did wrong is in `error`."""

    def __init__(self, context: ssl.SSLContext, serve: Callable[[ssl.SSLSocket], None]) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._context = context
        self._serve = serve
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        plain, _ = self._listening.accept()
        plain.settimeout(10)
        try:
            with self._context.wrap_socket(plain, server_side=True) as connection:
                self._serve(connection)
        except OSError as error:
            self.error = error

    @contextlib.contextmanager
    def connected(self, context: ssl.SSLContext, name: str = "127.0.0.1") -> Iterator[TlsStream]:
        with socket.create_connection(self._listening.getsockname(), 10) as plain:
            yield TlsStream.connect(plain, context, name)

    def end(self) -> None:
        self._thread.join(10)
        self._listening.close()


Serve = Callable[[Callable[[ssl.SSLSocket], None]], Server]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    servers: list[Server] = []

    def start(what: Callable[[ssl.SSLSocket], None]) -> Server:
        servers.append(Server(pki.hub_context(tmp_path), what))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


def read_all(stream: TlsStream, size: int) -> bytes:
    found = bytearray()
    view = memoryview(bytearray(size))
    while count := stream.recv_into(view):
        found += view[:count]
    return bytes(found)


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    return pki.agent_context(tmp_path, pki.agent_pem("was01"))


@pytest.mark.parametrize("size", [1, 1000, 300_000])
def test_everything_comes_in_order_into_buffers_of_any_size(serve: Serve, context: ssl.SSLContext, size: int) -> None:
    data = DATA[: 20 * size]
    server = serve(lambda connection: (connection.sendall(data), connection.unwrap()))  # type: ignore[arg-type, return-value]
    with server.connected(context) as stream:
        assert read_all(stream, size) == data


def test_what_is_sent_arrives_and_both_directions_are_one_connection(serve: Serve, context: ssl.SSLContext) -> None:
    def echo(connection: ssl.SSLSocket) -> None:
        while data := connection.recv(4096):
            connection.sendall(data)

    server = serve(echo)
    with server.connected(context) as stream:
        for word in (b"one", b"two", DATA[:50_000]):
            stream.sendall(word)
            found = b""
            while len(found) < len(word):
                found += stream.recv(len(word) - len(found))
            assert found == word


def test_a_connection_that_is_cut_without_a_farewell_is_an_end(serve: Serve, context: ssl.SSLContext) -> None:
    def cut(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"half")
        connection.shutdown(socket.SHUT_RDWR)

    server = serve(cut)
    with server.connected(context) as stream:
        assert read_all(stream, 100) == b"half"
        assert stream.recv(1) == b""


def test_a_hub_with_another_name_is_refused_and_told_so(serve: Serve, context: ssl.SSLContext) -> None:
    server = serve(lambda connection: None)
    with pytest.raises(ssl.SSLCertVerificationError), server.connected(context, "10.9.8.7"):
        pass
    server.end()
    assert isinstance(server.error, ssl.SSLError), "it got the alert"


def test_a_hub_of_another_authority_is_refused(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda connection: None)
    stranger = pki.agent_context(tmp_path, pki.agent_pem("was01"), trust="agents")
    with pytest.raises(ssl.SSLCertVerificationError), server.connected(stranger):
        pass


def test_a_hub_that_hangs_up_during_the_handshake_is_an_error(context: ssl.SSLContext) -> None:
    here, there = socket.socketpair()
    with here, there:
        there.shutdown(socket.SHUT_WR)
        with pytest.raises(OSError, match="EOF"):
            TlsStream.connect(here, context, "127.0.0.1")


def test_a_silent_hub_runs_into_the_time_out_of_the_socket(context: ssl.SSLContext) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(0.01)
        with pytest.raises(TimeoutError):
            TlsStream.connect(here, context, "127.0.0.1")


def test_a_hub_that_drips_runs_into_the_same_time_out(context: ssl.SSLContext) -> None:
    """The time is for the whole handshake: else whoever answers on the hub's address could hold a download for ever."""
    here, there = socket.socketpair()

    def drip() -> None:
        there.sendall(b"\x16\x03\x03\x40\x00")  # the head of a record of 16 KiB
        with contextlib.suppress(OSError):
            for _ in range(500):
                there.sendall(b"\0")
                if stop.wait(0.01):
                    break
        there.close()

    stop = threading.Event()
    dripping = threading.Thread(target=drip)
    with here:
        here.settimeout(0.2)
        dripping.start()
        try:
            with pytest.raises(TimeoutError):
                TlsStream.connect(here, context, "127.0.0.1")
            assert here.gettimeout() == 0.2
        finally:
            stop.set()
            dripping.join(10)


def test_the_reason_of_a_failed_handshake_is_told_though_the_peer_is_gone(context: ssl.SSLContext) -> None:
    class Rude:
        """Answers something else than TLS and hangs up, before the alert can reach it."""

        gone = False

        def gettimeout(self) -> None:
            return None

        def settimeout(self, _seconds: float | None) -> None:
            return

        def sendall(self, _data: bytes) -> None:
            if self.gone:
                raise BrokenPipeError(32, "Broken pipe")

        def recv_into(self, view: memoryview) -> int:
            answer = b"HTTP/1.1 400 Bad Request\r\n\r\n"
            view[: len(answer)] = answer
            self.gone = True
            return len(answer)

    with pytest.raises(ssl.SSLError, match="WRONG_VERSION_NUMBER"):
        TlsStream.connect(Rude(), context, "127.0.0.1")  # type: ignore[arg-type]
