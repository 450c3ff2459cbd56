"""The least hub: what a durable dispatch costs when nothing is left but what the promises need (ADR 0026).

A step is signed, encoded, committed with the other steps of its moment, and sent; its frames are decoded, its result is
committed and acknowledged. No request, no state machine, no permission, no card, no limit, no query: the libraries of
the hub called by hand. Nothing of this may be used for anything but measuring.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from websockets.asyncio.server import ServerConnection, serve

from guardia.certs import tls
from guardia.certs.ticket import Ticket, TicketSigner
from guardia.hub.enrolment.authority import HubAuthority
from guardia.proto.codec import decode, encode
from guardia.proto.frames import Dispatch, Result, ResultAck
from guardia.proto.websocket import PushedConnection, WebSocketTransport
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet, name

EVENT = bytes(150)
"""Bytes of an event's row, as recorded of the hub."""
ACTION = "CHECK_DISK_SPACE"
ISSUED_MS, EXPIRES_MS = 1_800_000_000_000, 1_800_000_600_000
KEYS = "least.keys"
"""File in the fleet's folder with the public half of the ticket key."""

Row = tuple[bytes]


class Connection(PushedConnection, ServerConnection):
    """As the hub's: frames come without a task."""


class Committer:
    """One thread that commits what has gathered as one transaction, and then calls whoever waits, in the loop."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._path, self._loop = path, loop
        self._queue: queue.SimpleQueue[tuple[Sequence[Row], Callable[[], None]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def commit(self, rows: Sequence[Row], then: Callable[[], None]) -> None:
        self._queue.put((rows, then))

    def _run(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        while True:
            group = [self._queue.get()]
            while not self._queue.empty():
                group.append(self._queue.get())
            database.execute("BEGIN IMMEDIATE")
            for rows, _ in group:
                database.executemany("INSERT INTO rows (data) VALUES (?)", rows)
            database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_call, [then for _, then in group])


def _call(functions: list[Callable[[], None]]) -> None:
    for function in functions:
        function()


class LeastHub:
    def __init__(self, folder: Path) -> None:
        self._signer = TicketSigner.create(folder / "least-ticket.pem")
        (folder / KEYS).write_bytes(msgspec.msgpack.encode(self._signer.public_keys))
        self._committer = Committer(folder / "least.db", asyncio.get_running_loop())
        self._sockets: list[WebSocketTransport] = []
        self._numbers = 0
        self._awaited = 0
        """Results that are not committed yet."""
        self._over: asyncio.Future[None] | None = None
        self._rows: list[Row] = []
        self._results: list[tuple[str, WebSocketTransport]] = []
        self._committing = False

    async def serve(self, socket: ServerConnection) -> None:
        transport = WebSocketTransport(socket, "the agent")
        self._sockets.append(transport)
        if not transport.push_to(lambda data: self._pushed(transport, data), lambda _reason: None):
            raise RuntimeError("an agent spoke first")
        await socket.wait_closed()

    async def connected(self, count: int) -> dict[str, Any]:
        while len(self._sockets) < count:
            await asyncio.sleep(0.01)
        return {}

    async def at_once(self, steps: int, group: int) -> dict[str, Any]:
        """So many steps, agents in turn, `group` committed at a time: seconds until all results are committed."""
        cpu, began = time.process_time(), time.monotonic()
        over = self._await(steps)
        for first in range(0, steps, group):
            sending = [
                (self._sockets[number % len(self._sockets)], self._dispatch()[1])
                for number in range(first, min(steps, first + group))
            ]
            self._committer.commit(
                [row for _, data in sending for row in ((EVENT,), (data,))], lambda sending=sending: _send(sending)
            )
            await asyncio.sleep(0)
        await over
        return {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}

    async def one_by_one(self, count: int) -> dict[str, Any]:
        """So many steps of the first agent, each after the end of the one before: moments of beginning by step."""
        began = {}
        for _ in range(count):
            over = self._await(1)
            moment = time.monotonic()
            step, data = self._dispatch()
            began[step] = moment
            self._committer.commit([(EVENT,), (data,)], lambda data=data: _send([(self._sockets[0], data)]))
            await over
            await asyncio.sleep(0.002)
        return began

    def _await(self, steps: int) -> asyncio.Future[None]:
        self._awaited = steps
        self._over = asyncio.get_running_loop().create_future()
        return self._over

    def _dispatch(self) -> tuple[str, bytes]:
        """Id and frame of the next step."""
        self._numbers += 1
        agent, request = name(0), f"SR-20260101-{self._numbers:06}"
        step = f"{request}.1.1.{agent}"
        digest = hashlib.sha256(step.encode()).hexdigest()
        ticket = Ticket(
            ticket_id=step,
            step_id=step,
            request_id=request,
            agent_id=agent,
            target=agent,
            action=ACTION,
            step_digest=digest,
            plan_digest=digest,
            requester="slack:U1",
            approvers=(),
            fencing=1,
            issued_ms=ISSUED_MS,
            expires_ms=EXPIRES_MS,
        )
        frame = Dispatch(
            step_id=step,
            request_id=request,
            action=ACTION,
            target=agent,
            parameters=b"{}",
            timeout_ms=30_000,
            digest=digest,
            ticket=self._signer.sign(ticket),
        )
        return step, encode(frame, 1)

    def _pushed(self, transport: WebSocketTransport, data: bytes) -> None:
        _, frame = decode(data)
        self._rows.append((EVENT,))
        if type(frame) is Result:
            self._results.append((frame.step_id, transport))
            if not self._committing:
                self._commit()

    def _commit(self) -> None:
        self._committing = True
        rows, self._rows = self._rows, []
        results, self._results = self._results, []
        self._committer.commit(rows, lambda: self._committed(results))

    def _committed(self, results: list[tuple[str, WebSocketTransport]]) -> None:
        _send([(transport, encode(ResultAck(step_id=step), 1)) for step, transport in results])
        self._awaited -= len(results)
        self._committing = False
        if self._results:
            self._commit()
        elif not self._awaited and self._over is not None:
            self._over.set_result(None)


def _send(sending: list[tuple[WebSocketTransport, bytes]]) -> None:
    for transport, data in sending:
        if not transport.write_now(data):
            raise RuntimeError("an agent does not read")


async def _run(fleet: Fleet, port: int) -> None:
    hub = LeastHub(Path(fleet.folder))
    context = tls.hub_agent_listener_context(HubAuthority.load(fleet.config.state).keystore)
    options: dict[str, Any] = {"compression": None, "ping_interval": None, "max_queue": 4, "backlog": 4096}
    async with serve(hub.serve, "127.0.0.1", port, ssl=context, create_connection=Connection, **options):
        await worker.obey({"connected": hub.connected, "at_once": hub.at_once, "one_by_one": hub.one_by_one})
        os._exit(0)  # a thousand connections need no farewell


if __name__ == "__main__":
    uvloop.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2])))
