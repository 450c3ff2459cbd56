"""The page of agents in a real browser: who is away, what waits, taking it out, drift; on a desk and on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from guardia.hub.flow.fact_desk import FactDesk
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.outputs import Outputs
from guardia.hub.flow.queue import Queue
from guardia.hub.ports import KeptFacts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.proto.facts import HostFacts, ServiceFact
from tests.e2e.test_room_page import FLAGS
from tests.fakes.front import PASSWORD, Front, serving
from tests.hub.flow.test_outputs import Fetches
from tests.support.require import require_program
from tests.support.world import SERVERS, World, check, default_authoriser, restart, server

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def front(tmp_path: Path, world: World) -> AsyncIterator[Front]:
    """Before a flow in which one agent is away, with a step that waits for it, and two hosts that differ."""
    desk, store = world.engine.desk, world.store
    kept = SqlAgentFacts(world.database)
    front = Front(
        tmp_path,
        world.clock,
        queue=Queue(desk, world.engine.presses, world.clock),
        outputs=Outputs(desk, store, world.links, Fetches(), world.clock),
        follow=Follow(desk, store, world.clock),
        facts=FactDesk(kept, world.inventory, default_authoriser()),
    )
    await front.people()
    await front.accounts.create_person("viewer1", "보는 사람", password=PASSWORD, roles=["viewer"], institutions=["*"])
    world.inventory.move((server("A-WAS-01", 1, product="Tomcat 9"), SERVERS[1], SERVERS[2]))
    service = ServiceFact(name="was", manager="systemd", state="running")
    at = world.clock.now_ms()
    hosts = [("A-WAS-01", HostFacts(hostname="elsewhere", services=(service,))), ("A-WAS-02", HostFacts(hostname=EVIL))]
    await kept.keep([KeptFacts(agent_id=name, at_ms=at, received_ms=at, facts=facts) for name, facts in hosts])
    yield front
    front.close()


@pytest.fixture
async def open_page() -> AsyncIterator[Any]:
    """Logs in and opens the page by its link; fails on errors of the page."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=require_program("chromium"), args=FLAGS)

        async def open_page(port: int, account: str = "engineer1", **options: Any) -> Page:
            context = await browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul", **options)
            page = await context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on(
                "console",
                lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
            )
            await page.goto(f"http://127.0.0.1:{port}/")
            await page.fill("[name=account]", account)
            await page.fill("[name=password]", PASSWORD)
            await page.click("button[type=submit]")
            await page.locator(".room-list > a[href='/agents']").click()
            await page.wait_for_url("**/agents")
            return page

        yield open_page
        await browser.close()
    assert errors == []


async def sticks_out(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


async def test_what_waits_is_seen_and_taken_out_after_a_second_look(world, front, open_page, tmp_path) -> None:
    await world.say("디스크", check("A-WAS-01"))
    world.clock.advance(3100)
    async with serving(front.app) as port:
        page = await open_page(port, viewport={"width": 1280, "height": 1000})
        await page.clock.install()
        await page.reload()
        away = page.locator("#agents > .agent-list > li")
        await expect(away).to_have_count(1)
        await expect(away).to_contain_text("NTS-HOME-WEB-01")
        await expect(away).to_contain_text("오프라인")
        rows = page.locator("#queue tbody tr")
        await expect(rows).to_have_count(1)
        receipt = await world.say("재기동", restart("A-WAS-02"))
        await world.approve(receipt.sr_id)
        world.clock.advance(200)
        await page.clock.fast_forward(15_000)  # it is fresh by itself
        await expect(rows).to_have_count(2)
        await expect(rows.nth(0)).to_contain_text("디스크 확인")
        await expect(rows.nth(0)).to_contain_text("55분")
        await expect(rows.nth(0).locator(".hurried")).to_contain_text("5분")
        await expect(rows.nth(1)).to_contain_text("3분")
        await expect(rows.nth(1).locator(".hurried")).to_have_count(0)
        await expect(page.locator("#queue")).not_to_contain_text("이 에이전트의 것만")
        drift = page.locator("#drift tbody tr")
        await expect(drift).to_have_count(4)
        await expect(drift.nth(0)).to_contain_text("elsewhere")
        await expect(drift.nth(2)).to_contain_text(EVIL)
        assert await page.locator("main img").count() == 0
        await page.screenshot(path=tmp_path / "agents.png", full_page=True)

        await page.set_viewport_size({"width": 390, "height": 760})
        await rows.nth(1).get_by_text("빼기", exact=True).click()
        await rows.nth(1).locator("[name=reason]").fill("점검 중")
        assert not await sticks_out(page)
        await page.screenshot(path=tmp_path / "phone.png", full_page=True)
        await world.say("디스크 3", check("A-WAS-01"))
        await page.clock.fast_forward(15_000)  # what is being written is not taken away
        await expect(rows).to_have_count(2)
        await expect(rows.nth(1).locator("[name=reason]")).to_have_value("점검 중")
        assert len(world.engine.desk.outbox) == 3, "the first click only asks"
        await rows.nth(1).get_by_role("button", name="뺍니다").click()
        await page.wait_for_url("**/agents?done=*")
        await expect(page.locator(".done")).to_contain_text("엔지니어 1 님이 대기열에서 뺐습니다")
        await expect(page.locator(".done")).to_contain_text("점검 중")
        await expect(rows).to_have_count(2)
        assert (await world.request(receipt.sr_id)).state.value == "CANCELLED"
        await page.goto(f"http://127.0.0.1:{port}/agents?agent=A-WAS-02")
        await expect(page.locator("#queue")).to_contain_text("이 에이전트의 것만 보고 있습니다: A-WAS-02")
        await expect(page.locator("#queue .good")).to_have_text("기다리는 단계가 없습니다.")
    await page.clock.fast_forward(15_000)
    await expect(page.locator("#stale")).to_contain_text("허브가 답하지 않습니다")
