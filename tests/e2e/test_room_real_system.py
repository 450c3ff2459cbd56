"""The room page against the whole real system: asked for in one browser, approved in another, the pid changes."""

import asyncio

import pytest
from playwright.async_api import expect

from guardia.hub.demo.runner import Runner
from tests.e2e.system_room import in_the_room

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("system"),
    pytest.mark.timeout(180),
]

ASSET = "MOF-BUD-WAS-01"


def test_a_restart_from_the_room_to_the_server_and_back(system: Runner) -> None:
    async def run() -> None:
        before = await system.service(ASSET)
        assert before is not None
        async with in_the_room(system, "engineer1", "approver1") as (engineer, approver):
            await engineer.fill("#text", "기재부 예산시스템 WAS 1호기 재기동해줘")
            await engineer.press("#text", "Enter")
            mine, theirs = engineer.locator(".card").last, approver.locator(".card").last
            await expect(theirs.locator(".chip.state")).to_have_text("승인 대기", timeout=60_000)
            await expect(theirs).to_contain_text("service_app.py")  # what exactly will run
            await expect(mine.locator("[data-button=approve]")).to_be_disabled()
            await theirs.locator("[data-button=approve]").click()
            await expect(mine.locator(".step").first).to_contain_text("실행 중", timeout=60_000)
            await expect(mine.locator(".chip.state")).to_have_text("완료", timeout=60_000)
            await expect(theirs.locator(".chip.state")).to_have_text("완료", timeout=60_000)
        after = await system.service(ASSET)
        assert after is not None
        assert after["pid"] != before["pid"]

    asyncio.run(run())
