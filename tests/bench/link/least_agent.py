"""The least agent that really runs a step: verify, journal, /bin/true, journal, result (ADR 0026).

As the real one: asyncio's own loop, a thread for the journal, a process in a session of its own with both its pipes.
"""

from __future__ import annotations

import asyncio
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from guardia.certs import ticket
from guardia.proto.codec import decode, encode
from guardia.proto.frames import Accepted, Dispatch, ResultAck, Started
from guardia.proto.websocket import WebSocketTransport
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet, name
from tests.bench.link.least_agents import dial, result
from tests.bench.link.least_hub import ISSUED_MS, KEYS


class Journal:
    """A thread that appends and syncs."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._loop = loop
        self._queue: queue.SimpleQueue[tuple[bytes, Callable[[], None]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def append(self, record: bytes, then: Callable[[], None]) -> None:
        self._queue.put((record, then))

    def _run(self) -> None:
        while True:
            record, then = self._queue.get()
            os.write(self._descriptor, record)
            os.fdatasync(self._descriptor)
            self._loop.call_soon_threadsafe(then)


class LeastAgent:
    def __init__(self, fleet: Fleet, transport: WebSocketTransport) -> None:
        folder = Path(fleet.folder)
        self._loop = asyncio.get_running_loop()
        self._hub = transport
        self._journal = Journal(folder / "least.journal", self._loop)
        self._keys = ticket.public_keys(msgspec.msgpack.decode((folder / KEYS).read_bytes(), type=dict[str, bytes]))
        self._acknowledged: dict[str, float] = {}

    async def acknowledged(self) -> dict[str, float]:
        found, self._acknowledged = self._acknowledged, {}
        return found

    def take(self, data: bytes) -> None:
        _, frame = decode(data)
        if type(frame) is ResultAck:
            self._acknowledged[frame.step_id] = time.monotonic()
        elif type(frame) is Dispatch:
            ticket.verify(frame.ticket, self._keys, ISSUED_MS)
            self._journal.append(data, lambda: self._start(frame))

    def _start(self, frame: Dispatch) -> None:
        self._hub.write_now(encode(Accepted(step_id=frame.step_id, at_ms=ISSUED_MS), 1))
        process = subprocess.Popen(
            ["/bin/true"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin"},
            cwd="/",
            start_new_session=True,
        )
        ended = os.pidfd_open(process.pid)
        self._hub.write_now(encode(Started(step_id=frame.step_id, at_ms=ISSUED_MS, pid=process.pid), 1))
        self._loop.add_reader(ended, self._ended, frame, process, ended)

    def _ended(self, frame: Dispatch, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        process.communicate()
        said = encode(result(frame, ISSUED_MS), 1)
        self._journal.append(said, lambda: self._say(said))

    def _say(self, said: bytes) -> None:
        self._hub.write_now(said)


async def _run(fleet: Fleet, port: int) -> None:
    transport = await dial(fleet, port, name(0))
    agent = LeastAgent(fleet, transport)
    if not transport.push_to(agent.take, lambda _reason: None):
        raise RuntimeError("the hub spoke first")
    await worker.obey({"acknowledged": agent.acknowledged})


if __name__ == "__main__":
    asyncio.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2])))
