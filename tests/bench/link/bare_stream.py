"""The floor of an artifact: a blocking TLS stream, sha256 at both ends, nothing written. This is the receiving end."""

from __future__ import annotations

import hashlib
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from guardia.certs import keystore, tls
from tests.bench.bare_peer import read_exactly

CHUNK = 256 * 1024


def stream(context: ssl.SSLContext, agent_state: Path, file: Path) -> float:
    """Send `file` to a process of its own; seconds until that has said the digest of what it read."""
    size = file.stat().st_size
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        argv = [sys.executable, "-m", "tests.bench.link.bare_stream", port, str(agent_state), str(size)]
        process = subprocess.Popen(argv)
        listening.settimeout(30)
        plain, _ = listening.accept()
    plain.settimeout(60)
    with context.wrap_socket(plain, server_side=True) as connection, file.open("rb") as source:
        began = time.monotonic()
        digest = hashlib.sha256()
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            connection.sendall(chunk)
        if read_exactly(connection, 32) != digest.digest():
            raise RuntimeError("the floor's stream arrived with another digest")
        seconds = time.monotonic() - began
    process.wait(10)
    return seconds


def main(port: int, folder: Path, size: int) -> None:
    context = tls.agent_client_context(keystore.load(folder))
    buffer = memoryview(bytearray(CHUNK))
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        digest = hashlib.sha256()
        while size:
            count = connection.recv_into(buffer)
            if not count:
                return
            digest.update(buffer[:count])
            size -= count
        connection.sendall(digest.digest())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
