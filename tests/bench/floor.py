"""What the same work costs without a hub: bare SQLite commits and a bare TLS connection with blocking sockets."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.bare_peer import HEADER, STAMP, read_exactly

Sizes = tuple[int, ...]
"""Bytes of the rows of one transaction."""


class BareCommits:
    """One connection to a database of its own, as durable as the hub's: WAL, synchronous=FULL."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        self._bytes = os.urandom(1 << 20)

    def commit(self, *transactions: Sizes) -> None:
        """Each argument is one row after the other and one commit."""
        execute = self._database.execute
        for sizes in transactions:
            execute("BEGIN IMMEDIATE")
            for size in sizes:
                execute("INSERT INTO rows (data) VALUES (?)", (self._bytes[:size],))
            execute("COMMIT")

    def close(self) -> None:
        self._database.close()


class BareLink:
    """A connected mTLS socket pair over loopback whose other end is a process of its own."""

    def __init__(self, context: ssl.SSLContext, agent_folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            argv = [sys.executable, "-m", "tests.bench.bare_peer", str(port), str(agent_folder)]
            self._process = subprocess.Popen(argv)
            listening.settimeout(30)
            plain, _ = listening.accept()
        plain.settimeout(30)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(plain, server_side=True)

    def ask(self, size: int, answer: int) -> int:
        """A round trip; when the peer had read the message (CLOCK_MONOTONIC, ns)."""
        self._socket.sendall(HEADER.pack(size, answer) + bytes(size))
        data = read_exactly(self._socket, max(answer, STAMP.size))
        stamp: int = STAMP.unpack_from(data)[0]
        return stamp

    def close(self) -> None:
        self._socket.close()
        self._process.wait(10)


class Floor:
    def __init__(self, folder: Path, context: ssl.SSLContext, agent_folder: Path) -> None:
        self.commits = BareCommits(folder / "floor.db")
        self.link = BareLink(context, agent_folder)

    def close(self) -> None:
        self.commits.close()
        self.link.close()

    def read(self, before: Sequence[Sizes], asked: tuple[int, int], after: Sequence[Sizes], dispatch: int) -> int:
        """Nanoseconds of: commits, a round trip, commits, one message one way."""
        began = time.monotonic_ns()
        self.commits.commit(*before)
        self.link.ask(*asked)
        self.commits.commit(*after)
        return self.link.ask(dispatch, 0) - began

    def whole(self, writes: Sequence[Sizes], asked: tuple[int, int], dispatched: tuple[int, int]) -> int:
        """Nanoseconds of: all commits, two round trips (explain, dispatch and result), an acknowledgement one way."""
        began = time.monotonic_ns()
        self.commits.commit(*writes)
        self.link.ask(*asked)
        self.link.ask(*dispatched)
        return self.link.ask(64, 0) - began


async def settle() -> None:
    """Let what is still on its way (acknowledgements, timers) come through before the next repetition."""
    await asyncio.sleep(0.002)
