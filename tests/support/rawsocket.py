"""A WebSocket client that keeps no rule of RFC 6455 unless told to."""

from __future__ import annotations

import asyncio
import base64
import os
import struct

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True, length: int | None = None
) -> bytes:
    """A frame; `length`: what it claims to hold."""
    size = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 65_536:
        head += bytes([bit | 126]) + struct.pack(">H", size)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def fragments(payload: bytes, size: int, between: bytes = b"") -> bytes:
    """A text message in frames of `size` bytes, with `between` after each but the last."""
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
    made = b""
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        made += frame(TEXT if number == 0 else CONTINUATION, piece, fin=last) + (b"" if last else between)
    return made


class RawSocket:
    """An open WebSocket; `sent` bytes go out as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """A peer that has gone already is no error."""
        try:
            self.writer.write(data)
            await asyncio.wait_for(self.writer.drain(), 5)
        except (OSError, TimeoutError):
            return

    async def receive(self) -> tuple[int, bytes] | None:
        """The next frame's opcode and payload; None at the end."""
        try:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError):
            return None

    async def rest(self, within: float) -> tuple[list[str], int | None]:
        """Texts until the close frame (its code; 0: just gone), or until nothing came for so long (None)."""
        texts: list[str] = []
        while True:
            try:
                found = await asyncio.wait_for(self.receive(), within)
            except TimeoutError:
                return texts, None
            if found is None:
                return texts, 0
            opcode, payload = found
            if opcode == CLOSE:
                return texts, int.from_bytes(payload[:2], "big")
            if opcode == TEXT:
                texts.append(payload.decode())

    def close(self) -> None:
        self.writer.close()


async def open_raw(port: int, path: str, token: str) -> RawSocket:
    """The handshake, done properly. Raises `ConnectionError` when it is refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    if b" 101 " not in head.split(b"\r\n")[0]:
        writer.close()
        raise ConnectionError(head.decode("latin-1"))
    return RawSocket(reader, writer)
