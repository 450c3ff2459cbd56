"""SIGKILL of a real hub while an ITSM system is told: nothing is lost, the order stays, an id comes again at most."""

import asyncio
import contextlib
import json
import secrets
import sqlite3
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from guardia.hub.chat.signature import sign
from guardia.hub.core.events import AnyEvent
from guardia.hub.core.itsm import Subscription, told
from tests.bench.webhooks import HubProcess, JandiSide, jandi
from tests.e2e.test_kill_messenger import TEXT, send
from tests.fakes.front import serving
from tests.fakes.itsm_server import ItsmServer

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]

SECRET = "a secret of the service desk"
COUNT = 10
KILLS = 3
HOOKS = """
[itsm]
secret_env = "DESK_SECRET"
[[itsm_webhooks]]
name = "desk"
url = "http://127.0.0.1:{port}/hooks/desk"
secret_env = "DESK_SECRET"
allow_http = true
[[itsm_webhooks]]
name = "broken"
url = "http://127.0.0.1:{port}/hooks/broken"
secret_env = "DESK_SECRET"
allow_http = true
"""


async def until(condition, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


def rows(hub: HubProcess, query: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(f"file:{hub.state / 'guardia.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def expected(hub: HubProcess) -> list[str]:
    """Ids of what the logs say, recomputed from the events themselves."""
    import msgspec

    logs: dict[str, list] = {}
    for request_id, data in rows(hub, "SELECT request_id, data FROM events ORDER BY request_id, version"):
        logs.setdefault(request_id, []).append(msgspec.json.decode(data, type=AnyEvent))
    subscription = [Subscription(endpoint="desk")]
    return sorted(one.event_id for log in logs.values() for one in told(subscription, None, log))


async def ticket(hub: HubProcess) -> dict:
    """Hand the ticket over, as the service desk would."""
    body = json.dumps({"ticket_id": "INC-1042", "requester": "kim", "text": TEXT, "room_id": "ops"}).encode()
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    signed = {"method": "POST", "path": "/itsm/tickets", "timestamp": stamp, "nonce": nonce, "body": body}
    headers = {
        "X-Guardia-Timestamp": stamp,
        "X-Guardia-Nonce": nonce,
        "X-Guardia-Signature": sign(SECRET.encode(), **signed),
    }
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{hub.web}", timeout=30) as client:
        answer = await client.post("/itsm/tickets", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_itsm_system_is_told_everything_over_kills(tmp_path: Path) -> None:
    side = JandiSide()
    server = await asyncio.start_server(side.serve, "127.0.0.1", 0)
    desk = ItsmServer(SECRET.encode())
    desk.down = {"broken"}
    async with serving(desk.app) as port:
        platform = jandi(server.sockets[0].getsockname()[1])
        hub = HubProcess(tmp_path, platform, more=HOOKS.format(port=port), DESK_SECRET=SECRET)
        try:
            await hub.ready()
            hub._run("people", "link", "itsm", "kim", "engineer1")
            imported = await ticket(hub)
            before = len(desk.ids("desk"))
            sending = asyncio.gather(*(send(hub.web, number) for number in range(COUNT)))
            for kill in range(KILLS):
                assert await until(lambda before=before: len(desk.ids("desk")) > before, 60)
                hub.kill()
                before = len(desk.ids("desk"))
                if kill == 0:
                    await sending
                hub.start()
                await hub.ready()
                await asyncio.gather(*(send(hub.web, number) for number in range(COUNT + kill + 1)))
            assert await ticket(hub) == imported, "the same ticket is the same request, also for another process"
            assert await until(lambda: hub.open_entries()[1] == 0, 60)
            waiting = "SELECT count(*) FROM itsm_outbox WHERE endpoint = 'desk'"
            assert await until(lambda: rows(hub, waiting) == [(0,)], 60)
            taken = desk.taken["desk"]
            ids = [body["event_id"] for body in taken]
            assert sorted(set(ids)) == expected(hub), "no event is lost and none is made up"
            assert len(set(ids)) >= 2 * (COUNT + KILLS), "each request began and ended"
            again = {event_id: count for event_id, count in Counter(ids).items() if count > 1}
            assert sum(again.values()) - len(again) <= KILLS, f"at most the one under way comes twice: {again}"
            for event_id in again:
                same = {json.dumps(body, sort_keys=True) for body in taken if body["event_id"] == event_id}
                assert len(same) == 1, "the same id says the same"
            for request_id in {body["request"]["sr_id"] for body in taken}:
                versions = [b["request"]["version"] for b in taken if b["request"]["sr_id"] == request_id]
                assert versions == sorted(versions), "in order"
            tickets = {b["request"]["sr_id"] for b in taken if b["itsm_metadata"]["itsm_ticket_id"] == "INC-1042"}
            assert tickets == {imported["sr_id"]}
            assert desk.ids("broken") == []
            kept = rows(hub, "SELECT event_id FROM itsm_outbox WHERE endpoint = 'broken' ORDER BY seq")
            assert sorted(event_id for (event_id,) in kept) == expected(hub), "what is down holds up no other"
            desk.down = set()
            hub.kill()  # its pause is forgotten with the process
            hub.start()
            await hub.ready()
            assert await until(lambda: rows(hub, "SELECT count(*) FROM itsm_outbox") == [(0,)], 60)
            assert sorted(set(desk.ids("broken"))) == expected(hub)
        finally:
            hub.stop()
            server.close()
            await side.close()
