"""The receiving half of RFC 6455 on a blocking TLS connection, for messages that are large: each is read once, from the
TLS engine into a buffer that the caller gives back. The opening handshake and what is sent are the business of
`websockets`, whose own reader would copy every byte twice more.
"""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue
from typing import Protocol

from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

_FIN, _RESERVED, _OPCODE, _MASK, _LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_CONTROL = 0x8
MAX_RESPONSE = 16 * 1024
"""Bytes of the answer to the handshake."""


class Stream(Protocol):
    """`guardia.agent.artifacts.tls.TlsStream`."""

    def recv_into(self, view: memoryview) -> int: ...
    def recv(self, size: int) -> bytes: ...
    def sendall(self, data: bytes) -> None: ...


class WebSocketReader:
    """Messages of a server, each at most `max_size` bytes. Raises `OSError`, `EOFError`, `InvalidHandshake`.

    At most `buffers` binary messages are out; the next one waits until `give_back` was called for one of them.
    """

    def __init__(self, connection: Stream, uri: str, *, max_size: int, user_agent: str, buffers: int) -> None:
        self._connection = connection
        self._protocol = ClientProtocol(parse_uri(uri), max_size=max_size)
        self._free: SimpleQueue[memoryview] = SimpleQueue()
        for _ in range(buffers):
            self._free.put(memoryview(bytearray(max_size)))
        self._user_agent = user_agent

    def open(self) -> None:
        request = self._protocol.connect()
        request.headers["User-Agent"] = self._user_agent
        self._protocol.send_request(request)
        self._flush()
        # Byte by byte, out of the TLS engine's own buffer: what follows the head must stay there.
        head = bytearray()
        while not head.endswith(b"\r\n\r\n"):
            if len(head) >= MAX_RESPONSE:
                raise EOFError("the hub's answer does not end")
            head += self._some(1)
        self._protocol.receive_data(bytes(head))
        while self._protocol.state is not State.OPEN and self._protocol.handshake_exc is None:
            received = self._connection.recv(4096)
            if received:
                self._protocol.receive_data(received)
            else:
                self._protocol.receive_eof()
                break
        if self._protocol.handshake_exc is not None:
            raise self._protocol.handshake_exc

    def give_back(self, message: memoryview) -> None:
        """A binary message was used, and may be overwritten. May be called by any thread."""
        self._free.put(memoryview(message.obj))

    def messages(self) -> Iterator[str | memoryview]:
        """A binary message is a view of a buffer, which is the caller's until `give_back`."""
        size, text, inside = 0, False, False
        buffer = self._free.get()
        while True:
            first, opcode, length = self._header()
            if opcode & _CONTROL:
                self._control(opcode, bytes(self._fill(memoryview(bytearray(length)))))
                continue
            if (opcode == _CONTINUATION) is not inside:
                raise EOFError("a message began inside another, or went on without a beginning")
            if size + length > len(buffer):
                raise EOFError(f"a message of more than {len(buffer)} bytes")
            text = opcode == _TEXT if opcode != _CONTINUATION else text
            self._fill(buffer[size : size + length])
            size += length
            inside = not first & _FIN
            if inside:
                continue
            message, size = buffer[:size], 0
            if text:
                yield bytes(message).decode(errors="replace")
            else:
                yield message
                buffer = self._free.get()

    def _header(self) -> tuple[int, int, int]:
        first, second = self._some(2)
        opcode, length = first & _OPCODE, second & _LENGTH
        if first & _RESERVED or second & _MASK or opcode not in {0, _TEXT, _BINARY, _CLOSE, _PING, _PONG}:
            raise EOFError("what came is no frame of a server")
        if length == 126:
            length = int.from_bytes(self._some(2), "big")
        elif length == 127:
            length = int.from_bytes(self._some(8), "big")
        if opcode & _CONTROL and (length > 125 or not first & _FIN):
            raise EOFError("a control frame over its size")
        return first, opcode, length

    def _control(self, opcode: int, data: bytes) -> None:
        if opcode == _CLOSE:
            raise EOFError("the hub closed the connection")
        if opcode == _PING:
            self._protocol.send_pong(data)
            self._flush()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._connection.sendall(data)

    def _some(self, count: int) -> bytes:
        return bytes(self._fill(memoryview(bytearray(count))))

    def _fill(self, view: memoryview) -> memoryview:
        at = 0
        while at < len(view):
            received = self._connection.recv_into(view[at:])
            if not received:
                raise EOFError("the hub closed the connection")
            at += received
        return view
