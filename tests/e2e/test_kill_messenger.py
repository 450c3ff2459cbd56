"""SIGKILL of a real hub while webhooks arrive: what was answered runs once, what was not is taken when it is resent."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path

import pytest

from tests.bench.webhooks import HubProcess, JandiSide, _length, jandi, request

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]

COUNT = 12
TEXT = "기획재정부 예산시스템 WAS 재기동해줘"
"""No agent is connected, so it is refused with a reason: a result that the channel must be told, once for each."""


async def send(port: int, number: int) -> int:
    """The status of the answer; 0 when none came."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return 0
    try:
        writer.write(request(number, TEXT))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        await reader.readexactly(_length(head))
        return int(head.split(b" ", 2)[1])
    except (OSError, asyncio.IncompleteReadError):
        return 0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def rows(hub: HubProcess, query: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(f"file:{hub.state / 'guardia.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


async def until(condition, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(0.2)
    return False


async def test_webhooks_survive_the_hub(tmp_path: Path) -> None:
    side = JandiSide()
    server = await asyncio.start_server(side.serve, "127.0.0.1", 0)
    hub = HubProcess(tmp_path, jandi(server.sockets[0].getsockname()[1]))
    try:
        await hub.ready()
        first = asyncio.gather(*(send(hub.web, number) for number in range(COUNT)))
        assert await until(lambda: hub.open_entries()[0] >= 3, 30)
        hub.kill()
        answered = [number for number, status in enumerate(await first) if status == 200]
        kept = {row[0] for row in rows(hub, "SELECT message_id FROM inbox")}
        assert len(kept) >= len(answered), "whoever was answered is in the inbox"
        hub.start()
        await hub.ready()
        for _ in range(2):  # the platform repeats what was not answered; here everything, twice
            assert await asyncio.gather(*(send(hub.web, number) for number in range(COUNT))) == [200] * COUNT
        assert await until(lambda: hub.open_entries() == (COUNT, 0), 60)
        requests = rows(hub, "SELECT request_id, origin FROM requests")
        assert len(requests) == len({origin for _, origin in requests}) == COUNT
        hub.kill()  # while the results are being told
        told = side.posts
        hub.start()
        await hub.ready()
        assert await until(lambda: rows(hub, "SELECT count(*) FROM deliveries") == [(0,)], 90)
        named = [next(r for r, _ in requests if r in body) for body in side.bodies]
        assert set(named) == {request_id for request_id, _ in requests}, "no result is lost"
        assert len(named) <= COUNT + 2, f"at most the one under way comes twice at a kill ({told} told before it)"
    finally:
        hub.stop()
        server.close()
        await side.close()
