"""The other end of the floor's TLS connection: reads a message, notes when, answers with as many bytes as asked for.

A message is its length and the answer's length (4 bytes each) and the payload; an answer begins with the moment
(CLOCK_MONOTONIC, nanoseconds, 8 bytes) at which the message had been read.
"""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import time
from pathlib import Path

from guardia.certs import keystore, tls

HEADER = struct.Struct("!II")
STAMP = struct.Struct("!Q")


def read_exactly(connection: ssl.SSLSocket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def main(port: int, folder: Path) -> None:
    context = tls.agent_client_context(keystore.load(folder))
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            while True:
                try:
                    size, answer = HEADER.unpack(read_exactly(connection, HEADER.size))
                    read_exactly(connection, size)
                except (EOFError, ssl.SSLEOFError):
                    return
                stamp = STAMP.pack(time.monotonic_ns())
                connection.sendall(stamp + bytes(max(0, answer - STAMP.size)))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
