"""The card's link to a step's whole output, in a real browser: clicked in the room, shown, followed, and for whom."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from guardia.hub.chat.room import RoomHub
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.outputs import Outputs
from guardia.proto.frames import StepOutcome
from guardia.proto.limits import MAX_OUTPUT_HEAD
from tests.e2e.test_room_page import FLAGS
from tests.fakes.front import PASSWORD, Front, SystemClock, serving
from tests.hub.flow.test_outputs import Fetches
from tests.support.require import require_program
from tests.support.running_step import running, say
from tests.support.world import World, found

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"document.title='owned'\">\x1b[31m\u202e"
LINES = "".join(f"{number:05} library-{number}.jar 복사\n" for number in range(8000)).encode()
HEAD, TAIL = MAX_OUTPUT_HEAD, len(LINES) - MAX_OUTPUT_HEAD

Enter = Callable[..., Awaitable[Page]]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def spool() -> Fetches:
    return Fetches(LINES)


@pytest.fixture
async def front(tmp_path: Path, world: World, spool: Fetches) -> AsyncIterator[Front]:
    """A front whose room shows the cards of a real flow."""
    desk, store = world.engine.desk, world.store
    front = Front(
        tmp_path,
        SystemClock(),
        outputs=Outputs(desk, store, world.links, spool, world.clock),
        follow=Follow(desk, store, world.clock),
    )
    front.app.state.parts.rooms = RoomHub(store)
    await front.people()
    yield front
    front.close()


@contextlib.asynccontextmanager
async def served(front: Front) -> AsyncIterator[int]:
    """The front on a port; it stops as the hub does, and waits for no follower."""
    async with serving(front.app) as port:
        yield port
        front.app.state.parts.follow.close()


@pytest.fixture
async def enter() -> AsyncIterator[Enter]:
    """Logs in at an address of the front; fails the test on errors of the page."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=require_program("chromium"), args=FLAGS)

        def watch(page: Page) -> None:
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on(
                "console",
                lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
            )

        async def enter(port: int, path: str, account: str = "engineer1", **options: object) -> Page:
            context = await browser.new_context(locale="ko-KR", **options)  # type: ignore[arg-type]
            context.set_default_timeout(30_000)
            context.on("page", watch)
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{port}{path}")
            await page.fill("[name=account]", account)
            await page.fill("[name=password]", PASSWORD)
            await page.click("button[type=submit]")
            await page.wait_for_url(f"**{path}")
            return page

        yield enter
        await browser.close()
    assert errors == []


async def long_step(world: World) -> tuple[str, str]:
    """A step that wrote more than travels at once, and failed."""
    request_id, step_id = await running(world)
    await say(world, step_id, 1, LINES[:HEAD])
    await say(world, step_id, 2, LINES[TAIL:])
    await world.finish(
        "A-WAS-01",
        step_id,
        StepOutcome.FAILED,
        message="디스크가 가득 찼습니다.",
        exit_code=3,
        stdout_bytes=len(LINES),
        output_head=HEAD,
        output_tail=len(LINES) - TAIL,
        output_lines=8000,
        output_spooled=len(LINES),
        truncated=True,
    )
    return request_id, step_id


async def sticks_out(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


async def test_a_click_on_the_card_shows_the_whole_output(world, front, spool, enter, tmp_path) -> None:
    _, step_id = await long_step(world)
    async with served(front) as port:
        room = await enter(port, "/rooms/ops")
        link = room.get_by_role("link", name="전체 출력")
        await expect(link).to_have_text(f"전체 출력 ({len(LINES) / 1024:.1f} KiB, 8,000줄)")
        await expect(room.locator(".out summary")).to_contain_text("마지막")
        async with room.expect_popup() as popup:
            await link.click()
        page = await popup.value
        box = page.locator("#output")
        await expect(box).to_contain_text("07999 library-7999.jar 복사")
        await expect(page.locator("#state")).to_have_text("실패")
        await expect(page.locator("#ending")).to_have_text("종료 코드 3 · 디스크가 가득 찼습니다.")
        assert (await box.text_content()).encode() == LINES
        assert spool.asked == [("A-WAS-01", step_id, HEAD, TAIL - HEAD)]
        below = "box => box.scrollHeight - box.scrollTop - box.clientHeight"
        assert await box.evaluate(below) < 2, "the end is what one looks for"
        await page.screenshot(path=tmp_path / "output.png")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="파일로 받기").click()
        assert await asyncio.to_thread(Path(await (await download.value).path()).read_bytes) == LINES
        assert (await download.value).suggested_filename == f"{step_id}.txt"
        await world.links.drop("A-WAS-01")
        await page.set_viewport_size({"width": 390, "height": 760})
        await page.reload()
        await expect(page.locator(".missing")).to_contain_text("여기에 없습니다")
        await expect(page.locator("#gap")).to_contain_text("105.3 KiB")
        await expect(box).to_contain_text("07999 library-7999.jar 복사")
        assert not await sticks_out(page)
        await page.screenshot(path=tmp_path / "phone.png")


async def test_while_the_step_runs_the_page_follows_it_and_shows_text_only(world, front, enter, tmp_path) -> None:
    _, step_id = await running(world)
    await say(world, step_id, 1, "시작\n확인".encode("cp949")[:-1])
    async with served(front) as port:
        room = await enter(port, "/rooms/ops")
        async with room.expect_popup() as popup:
            await room.get_by_role("link", name="전체 출력 이어 보기").click()
        page = await popup.value
        await expect(page.locator("#state")).to_have_text("실행 중")
        await expect(page.locator("#output")).to_have_text("시작\n")
        await say(world, step_id, 2, "확인".encode("cp949")[-1:] + b"\n" + EVIL.encode() + b"\n")
        await expect(page.locator("#output")).to_contain_text("확인\n<img")
        await page.screenshot(path=tmp_path / "running.png")
        size = len("시작\n확인".encode("cp949")) + 2 + len(EVIL.encode())
        await world.finish("A-WAS-01", step_id, report=found("A-WAS-01"), stdout_bytes=size)
        await expect(page.locator("body")).to_have_attribute("data-done", "yes")
        await expect(page.locator("#state")).to_have_text("성공")
        text = "시작\n확인\n<img src=x onerror=\"document.title='owned'\">\\u202e\n"
        assert await page.locator("#output").text_content() == text
        assert await page.locator("main img").count() == 0
        assert "owned" not in await page.title()
