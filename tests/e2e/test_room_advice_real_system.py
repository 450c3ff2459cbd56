"""Talk, advice, preview and ticket in the room page of the whole real system: what is offered runs, what is shown does
not."""

import asyncio
import json
import os
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

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


def test_from_talk_to_a_check_and_from_a_preview_to_nothing(system: Runner) -> None:
    async def say(page: Page, text: str) -> None:
        await page.fill("#text", text)
        await page.press("#text", "Enter")

    async def run() -> None:
        before = await system.service(ASSET)
        assert before is not None
        async with in_the_room(system, "engineer1", "approver1", height=1000) as (engineer, approver):
            await say(approver, "연락 주세요")
            await say(approver, "예산시스템 로그가 쌓여서 디스크 용량이 부족한 것 같아요")
            offer = engineer.locator(".card.advice").last
            await expect(offer).to_contain_text("디스크 공간이 모자란 것 같습니다", timeout=60_000)
            about = engineer.locator(".card.advice").filter(has_text="예산시스템")  # other tests share the room
            await expect(about).to_have_count(1)
            await picture(engineer, "advice")
            await offer.get_by_role("button", name="즉시 확인").click()
            card = engineer.locator(".card[data-request^=SR-]").last
            await expect(card.locator(".chip.state")).to_have_text("완료", timeout=60_000)
            await expect(card).to_contain_text("engineer1")
            await expect(card.locator(".metric").first).to_be_visible()
            await expect(approver.locator(".card.advice").last.locator(".outcome")).to_contain_text("engineer1")
            await say(engineer, "SR-1042에 연결")
            await expect(card.locator(".ticket")).to_have_text("티켓 SR-1042", timeout=60_000)

            await say(engineer, "기재부 예산시스템 WAS 1호기 재기동해줘. 실행하지 말고 계획만 보여줘")
            preview = engineer.locator(".card.preview").last
            await expect(preview).to_contain_text("실행되지 않았고", timeout=60_000)
            await expect(preview).to_contain_text("service_app.py")  # what exactly would run
            await picture(engineer, "preview")
            await say(engineer, "상태")
            answers = engineer.locator(".message.bot .content")
            await expect(answers.last).to_have_text("이 방에 열린 요청이 없습니다.", timeout=60_000)
            assert (await system.service(ASSET) or {})["pid"] == before["pid"]

            await say(engineer, "이대로 실행해줘")
            waiting = engineer.locator(".card[data-request^=SR-]").last
            await expect(waiting.locator(".chip.state")).to_have_text("승인 대기", timeout=60_000)
            await expect(preview.locator(".actions")).to_be_hidden()
            await say(engineer, "왜?")
            await expect(answers.last).to_contain_text("기관: 기획재정부", timeout=60_000)
            await waiting.locator("[data-button=cancel]").click()
            await expect(waiting.locator(".chip.state")).to_have_text("취소됨", timeout=60_000)
        assert (await system.service(ASSET) or {})["pid"] == before["pid"]

    async def picture(page: Page, name: str) -> None:
        """Kept only where somebody wants to look at it: GUARDIA_PICTURES names the folder."""
        folder = os.environ.get("GUARDIA_PICTURES")
        if folder:
            await page.screenshot(path=str(Path(folder) / f"{name}.png"))

    asyncio.run(run())
    figures = httpx.get(f"{system.url}/metrics", trust_env=False).text
    assert 'guardia_advice_offers_total{outcome="accepted",rule="disk-space"} 1.0' in figures
    told = json.loads(system.hub("advice", "--json"))
    (rule,) = [one for one in told["rules"] if one["rule"] == "disk-space"]
    assert (rule["offered"], rule["accepted"]) == (1, 1)
