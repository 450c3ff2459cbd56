"""The room page against the whole real system: asked for in one browser, approved in another, the pid changes."""

import asyncio

import pytest
from playwright.async_api import Page, async_playwright, expect

from guardia.hub.demo.runner import ROOM, Runner
from tests.e2e.test_room_page import FLAGS
from tests.support.require import require_program

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("system"),
    pytest.mark.timeout(180),
]

ASSET = "MOF-BUD-WAS-01"


def test_a_restart_from_the_room_to_the_server_and_back(system: Runner) -> None:
    async def enter(browser: object, person: str) -> Page:
        context = await browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
        page: Page = await context.new_page()
        await page.goto(f"{system.url}/rooms/{ROOM}")
        await page.fill("[name=account]", person)
        await page.fill("[name=password]", system.passwords[person])
        await page.click("button[type=submit]")
        await page.wait_for_selector("#link-state[data-state=open]")
        return page

    async def run() -> None:
        before = await system.service(ASSET)
        assert before is not None
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=require_program("chromium"), args=FLAGS)
            engineer, approver = await enter(browser, "engineer1"), await enter(browser, "approver1")
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
            await browser.close()
        after = await system.service(ASSET)
        assert after is not None
        assert after["pid"] != before["pid"]

    asyncio.run(run())
