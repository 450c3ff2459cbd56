"""SIGKILL of a real hub while Slack hands over, by Socket Mode and by webhook: acknowledged is kept, and runs once."""

import asyncio
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from tests.bench.webhooks import HubProcess, Platform
from tests.fakes.front import SystemClock, serving
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer, arrived, event

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]

COUNT = 8
CHANNEL, ENGINEER = "C024BE91L", "U061F7AUR"
TEXT = "기획재정부 예산시스템 WAS 재기동해줘"
"""No agent is connected, so it is refused with a reason: a result that the channel must be told, once for each."""


def platform(port: int) -> Platform:
    section = f"""[[messengers]]
kind = "slack"
api_url = "http://127.0.0.1:{port}/api/"
bot_token_env = "BOT"
app_token_env = "APP"
signing_secret_env = "SIGNING"
"""
    return Platform("slack", CHANNEL, ENGINEER, section, {"BOT": BOT_TOKEN, "APP": APP_TOKEN, "SIGNING": SECRET})


def rows(hub: HubProcess, query: str) -> list[tuple]:
    with sqlite3.connect(f"file:{hub.state / 'guardia.db'}?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


async def until(condition, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(0.2)
    return False


def said(number: int) -> dict:
    return event(TEXT, user=ENGINEER, channel=CHANNEL, number=number)


async def test_slack_survives_the_hub(tmp_path: Path) -> None:
    clock = SystemClock()
    slack = SlackServer(clock, CHANNEL)
    async with serving(slack.app) as slack.port:
        hub = HubProcess(tmp_path, platform(slack.port))
        try:
            await hub.ready()
            await slack.connected(within=30)
            handing = asyncio.gather(
                *(slack.deliver("events_api", said(number), attempts=20, within=3) for number in range(COUNT))
            )
            assert await until(lambda: len(slack.acknowledged) >= 2, 30)
            hub.kill()
            kept = {row[0] for row in rows(hub, "SELECT message_id FROM inbox")}
            assert len(kept) >= len(slack.acknowledged), "whatever was acknowledged is in the inbox"
            hub.start()
            await hub.ready()
            assert None not in await handing, "and what was not came again on the next connection"
            async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
                for number in range(COUNT):  # the same by webhook, as if somebody changed the way meanwhile
                    again = arrived(clock, said(number), retry=1)
                    url = f"http://127.0.0.1:{hub.web}{again.path}"
                    answer = await client.post(url, content=again.body, headers=dict(again.headers))
                    assert answer.status_code == 200
            assert await until(lambda: hub.open_entries() == (COUNT, 0), 60)
            requests = rows(hub, "SELECT request_id, origin FROM requests")
            assert len(requests) == len({origin for _, origin in requests}) == COUNT
            assert await until(lambda: rows(hub, "SELECT count(*) FROM deliveries") == [(0,)], 120)
            texts = [one.text for one in slack.channels[CHANNEL]]
            assert all(any(request_id in text for text in texts) for request_id, _ in requests), "no result is lost"
            assert slack.dialled >= 2, "the new hub dialled by itself"
        finally:
            hub.stop()
