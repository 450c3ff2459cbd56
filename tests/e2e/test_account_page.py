"""The page of a person's accounts in a real browser: a code is made, typed in a messenger, seen, and undone."""

import re

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.test_room_page import FLAGS
from tests.fakes.front import PASSWORD, Front, SystemClock, serving
from tests.fakes.messenger import RICH, FakeMessenger, FakePlatform, arrived
from tests.support.require import require_program

pytestmark = pytest.mark.browser


@pytest.fixture
async def front(tmp_path):
    clock = SystemClock()
    front = Front(tmp_path, clock, messengers=[FakeMessenger(FakePlatform(clock, RICH), clock)])
    await front.people()
    yield front
    front.close()


@pytest.fixture
async def open_page():
    """Logs in as engineer1 at a port and opens the page by its link; fails on errors of the page."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=require_program("chromium"), args=FLAGS)

        async def open_page(port: int, **options) -> Page:
            context = await browser.new_context(locale="ko-KR", **options)
            page = await context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on(
                "console",
                lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
            )
            await page.goto(f"http://127.0.0.1:{port}/")
            await page.fill("[name=account]", "engineer1")
            await page.fill("[name=password]", PASSWORD)
            await page.click("button[type=submit]")
            await page.click("a.who")
            await page.wait_for_url("**/account")
            return page

        yield open_page
        await browser.close()
    assert errors == []


async def type_in_messenger(front: Front, port: int, text: str, account: str) -> None:
    request = arrived(front.clock, {"message_id": f"C1:{account}", "channel": "C1", "account": account, "text": text})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        answer = await client.post("/messenger/fake/events", content=request.body, headers=dict(request.headers))
    assert answer.status_code == 200


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 760}, "color_scheme": "dark"}])
async def test_a_code_links_is_seen_and_undone(front, open_page, options, tmp_path) -> None:
    async with serving(front.app) as port:
        page = await open_page(port, **options)
        await expect(page.locator("#accounts")).to_contain_text("u-1")
        await page.select_option("select[name=platform]", "fake")
        await page.click("text=연결 코드 만들기")
        shown = await page.locator(".claim").inner_text()
        assert re.fullmatch(r"/연결 [A-Z2-9]{4}-[A-Z2-9]{4}", shown)
        await page.screenshot(path=tmp_path / "code.png", full_page=True)
        await type_in_messenger(front, port, shown, "U-thief")
        await page.goto(f"http://127.0.0.1:{port}/rooms/ops")
        await expect(page.locator("a.badge")).to_have_text("계정 알림 1")
        await page.screenshot(path=tmp_path / "room.png")
        await page.click("a.badge")
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("연결 코드로 계정이 연결되었습니다")
        await expect(alert).to_contain_text("fake U-thief")
        await expect(page.locator(".claim")).to_have_count(0)
        await page.screenshot(path=tmp_path / "told.png", full_page=True)
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, "nothing sticks out"
        await page.get_by_role("button", name="연결 끊기: fake U-thief").click()
        await expect(page.get_by_role("button", name="연결 끊기: fake U-thief")).to_have_count(0)
        assert await front.accounts.person_for("fake", "U-thief") is None
        await page.click("text=확인했습니다")
        await expect(page.get_by_role("alert")).to_have_count(0)
        await page.goto(f"http://127.0.0.1:{port}/")
        await expect(page.locator("a.badge")).to_have_count(0)
        await page.goto(f"http://127.0.0.1:{port}/account")
        await expect(page.locator("#accounts")).to_contain_text("연결이 끊어졌습니다")
