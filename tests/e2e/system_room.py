"""People in the room page of the whole real system, each in a browser window of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

from guardia.hub.demo.runner import ROOM, Runner
from tests.e2e.test_room_page import FLAGS
from tests.support.require import require_program


@asynccontextmanager
async def in_the_room(system: Runner, *people: str, height: int = 900) -> AsyncIterator[list[Page]]:
    """A page of the demo's room for each of `people`, logged in and connected; the browser ends with the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=require_program("chromium"), args=FLAGS)
        pages = []
        for person in people:
            context = await browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": height})
            page = await context.new_page()
            await page.goto(f"{system.url}/rooms/{ROOM}")
            await page.fill("[name=account]", person)
            await page.fill("[name=password]", system.passwords[person])
            await page.click("button[type=submit]")
            await page.wait_for_selector("#link-state[data-state=open]")
            pages.append(page)
        yield pages
        await browser.close()
