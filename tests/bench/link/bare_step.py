"""The floor of a durable dispatch: blocking TLS, posix_spawn of /bin/true, fdatasync at both ends; no framework.

As a program it is the agent's side.
"""

from __future__ import annotations

import os
import socket
import ssl
import struct
import subprocess
import sys
import time
from pathlib import Path

from guardia.certs import keystore, tls
from tests.bench.bare_peer import read_exactly

ORDER = struct.Struct("!IIII")
"""Bytes of the dispatch, syncs before the program, syncs after it, bytes of the result."""
STAMP = struct.Struct("!d")
RECORD = bytes(4096)


class SyncedFile:
    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def append(self, times: int) -> None:
        """So many records, each on the disk before the next."""
        for _ in range(times):
            os.write(self._descriptor, RECORD)
            os.fdatasync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


def spawn() -> None:
    pid = os.posix_spawn("/bin/true", ["/bin/true"], {})
    os.waitpid(pid, 0)


class BareHub:
    """The hub's side: a connected socket to a process of its own, and a file to sync."""

    def __init__(self, context: ssl.SSLContext, agent_state: Path, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = str(listening.getsockname()[1])
            argv = [sys.executable, "-m", "tests.bench.link.bare_step", port, str(agent_state), str(folder / "a.log")]
            self._process = subprocess.Popen(argv)
            listening.settimeout(30)
            plain, _ = listening.accept()
        plain.settimeout(30)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(plain, server_side=True)
        self._file = SyncedFile(folder / "h.log")

    def step(self, *, hub_syncs: int, agent_syncs: int, dispatch: int, result: int) -> float:
        """Seconds from the first sync of the hub until the agent has read the acknowledgement.

        The hub syncs once before the dispatch and the rest before the acknowledgement; the agent once before the
        program.
        """
        began = time.monotonic()
        self._file.append(min(1, hub_syncs))
        before = min(1, agent_syncs)
        self._socket.sendall(ORDER.pack(dispatch, before, agent_syncs - before, result) + bytes(dispatch))
        read_exactly(self._socket, result)
        self._file.append(max(0, hub_syncs - 1))
        self._socket.sendall(bytes(64))
        ended: float = STAMP.unpack(read_exactly(self._socket, STAMP.size))[0]
        return ended - began

    def close(self) -> None:
        self._socket.close()
        self._process.wait(10)
        self._file.close()


def main(port: int, folder: Path, log: Path) -> None:
    context = tls.agent_client_context(keystore.load(folder))
    file = SyncedFile(log)
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            while True:
                try:
                    size, before, after, result = ORDER.unpack(read_exactly(connection, ORDER.size))
                except (EOFError, ssl.SSLEOFError):
                    return
                read_exactly(connection, size)
                file.append(before)
                spawn()
                file.append(after)
                connection.sendall(bytes(result))
                read_exactly(connection, 64)
                connection.sendall(STAMP.pack(time.monotonic()))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
