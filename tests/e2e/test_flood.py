"""One person floods a real hub with real webhooks; another one, in the same room, is answered and served as before."""

import asyncio
import itertools
import sqlite3
import time
from pathlib import Path

import pytest

from tests.bench.webhooks import HubProcess, JandiSide, _length, jandi, request
from tests.support.eventually import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(180)]

FLOOD, SIDE_BY_SIDE = 800, 30
TURNS = 10
"""How often each of those who flood may be answered before the other one is: about once, where all take turns."""
COMMAND = "기획재정부 예산시스템 WAS 재기동해줘"
"""No agent is connected, so it ends at once, with a reason."""


async def send(port: int, number: int, text: str, person: str) -> tuple[int, str]:
    """Status and body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(number, text, f"{person}@example.go.kr"))
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
    body = await reader.readexactly(_length(head))
    writer.close()
    return int(head.split(b" ", 2)[1]), body.decode()


def count(hub: HubProcess, query: str) -> int:
    with sqlite3.connect(f"file:{hub.state / 'guardia.db'}?mode=ro", uri=True) as database:
        return int(database.execute(query).fetchone()[0])


async def test_a_flood_of_one_person_delays_no_other(tmp_path: Path) -> None:
    side = JandiSide()
    server = await asyncio.start_server(side.serve, "127.0.0.1", 0)
    hub = HubProcess(
        tmp_path, jandi(server.sockets[0].getsockname()[1]), settings="", people=("engineer1", "engineer2")
    )
    answers: list[tuple[int, str]] = []
    numbers = itertools.count()
    enough = asyncio.Event()

    async def flooder() -> None:
        while not enough.is_set():
            number = next(numbers)
            answers.append(await send(hub.web, number, f"점심 {number}", "engineer1"))

    try:
        await hub.ready()
        began = time.monotonic()
        flooding = asyncio.gather(*(flooder() for _ in range(SIDE_BY_SIDE)))
        other, overtaken = [], []
        for number in range(5):
            await eventually(lambda number=number: len(answers) > (number + 1) * FLOOD // 10, "the flood goes on", 60)
            before = len(answers)
            other.append(await send(hub.web, 10_000 + number, COMMAND, "engineer2"))
            overtaken.append(len(answers) - before)
        await eventually(lambda: len(answers) >= FLOOD, "the flood is over", 60)
        enough.set()
        await flooding
        lasted = time.monotonic() - began
        assert [status for status, _ in other] == [200] * 5
        assert not any("너무 잦아" in body for _, body in other)
        assert max(overtaken) <= TURNS * SIDE_BY_SIDE, f"so many of the flood were answered meanwhile: {overtaken}"
        refused = [body for _, body in answers if "초 뒤에 다시 보내 주세요" in body]
        assert len(refused) >= len(answers) - 16 - lasted / 2 - 1
        assert {status for status, _ in answers} == {200}, "a platform that is refused would send it all again"
        await eventually(
            lambda: count(hub, "SELECT count(*) FROM requests") >= 5, "all that the other one asked for", 60
        )
        assert count(hub, "SELECT count(*) FROM inbox") == 5 + len(answers) - len(refused)
    finally:
        hub.stop()
        server.close()
        await side.close()
