"""Offers and previews on the room page, in a real browser: buttons work, what no longer counts goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from guardia.hub.core import advice_card, proactive
from tests.e2e.test_room_page import chromium, enter, front, until  # noqa: F401 - fixtures
from tests.fakes.conversation import restart_card
from tests.fakes.front import serving

pytestmark = pytest.mark.browser


def offer(offer_id: str = "AD-20261127-0001", *, minutes: float = 10, **changes: Any) -> dict[str, Any]:
    """The card of an offer, as the hub makes it."""
    now = int(datetime.now(UTC).timestamp() * 1000)
    made = proactive.Offer(
        offer_id=offer_id, room_id="ops", rule_id="db-locks", action="FETCH_DB_LOCKS",
        targets=(proactive.Target(institution="기획재정부", system_name="예산시스템", layer="DB"),),
        signals=("DB", "느려요"), source="talk", heard="m", made_ms=now, expires_ms=now + int(minutes * 60_000),
    )  # fmt: skip
    return {**advice_card.widget("ko", made, None), "message": "대기 중인 쿼리(락)를 조회할까요?", **changes}


def preview(*, minutes: float = 10) -> dict[str, Any]:
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    return {
        **restart_card("PV-20261127-0001", "engineer1"),
        "kind": "preview",
        "state": "PREVIEW",
        "state_label": "미리보기",
        "tone": "idle",
        "title": "[미리보기] 예산시스템 운영 WAS 재기동",
        "message": "미리보기입니다. 실행되지 않았고, 승인도 기다리지 않습니다.",
        "approvals": {"needed": 0, "given": []},
        "expires_at": ends.isoformat(),
        "buttons": [{"id": "run", "label": "실제로 실행", "style": "plain"}],
    }


async def test_an_offer_is_pressed_by_keyboard_and_shrinks(front, enter) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page, other = await enter(port), await enter(port, "approver1")
        await front.conversation.card("ops", offer())
        card = page.locator(".card.advice")
        await expect(card.locator("h2")).to_have_text("예산시스템 운영 DB 락 조회 제안")
        await expect(card.locator(".why")).to_contain_text("느려요")
        await expect(card.get_by_role("button")).to_have_text(["즉시 확인", "나중에", "이 알림 끄기", "닫기"])
        await card.get_by_role("button", name="즉시 확인").focus()
        await page.keyboard.press("Enter")
        await until(lambda: front.conversation.presses)
        press = front.conversation.presses[0]
        assert (press.request_id, press.button) == ("AD-20261127-0001", "accept:1")
        taken = {"state": "ACCEPTED", "buttons": [], "outcome": "engineer1 님이 확인을 요청했습니다: SR-1"}
        await front.conversation.change("AD-20261127-0001", **taken)
        for one in (page, other):
            await expect(one.locator(".card.advice .outcome")).to_have_text(taken["outcome"])
            await expect(one.locator(".card.advice .actions")).to_be_hidden()


@pytest.mark.parametrize("state", ["DISMISSED", "EXPIRED"])
async def test_what_was_closed_elsewhere_vanishes_with_its_place(front, enter, state) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", offer())
        await expect(page.locator(".card.advice")).to_be_visible()
        await front.conversation.change("AD-20261127-0001", state=state, buttons=[])
        await expect(page.locator(".card.advice")).to_be_hidden()
        await expect(page.locator("#messages > li:visible")).to_have_count(1)  # the day alone
        again = await enter(port)  # who comes later does not see it either
        await expect(again.locator(".card.advice")).to_be_hidden()


async def test_an_offer_whose_time_is_over_goes_without_a_word_from_the_hub(front, enter) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", offer(minutes=0.1))
        await expect(page.locator(".card.advice")).to_be_visible()
        await expect(page.locator(".card.advice")).to_be_hidden()


async def test_a_refused_press_says_why_and_can_be_tried_again(front, enter) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", offer())
        await expect(page.locator(".card.advice")).to_be_visible()
        rooms, front.conversation.rooms = front.conversation.rooms, None
        await front.conversation.change("AD-20261127-0001", buttons=[])
        await page.click("[data-button=later]")
        await expect(page.locator(".card.advice .problem")).to_contain_text("상태가 바뀌었습니다")
        await expect(page.locator("[data-button=later]")).to_be_enabled()
        front.conversation.rooms = rooms


async def test_what_people_wrote_stays_text_in_an_offer(front, enter) -> None:  # noqa: F811
    evil = "<img src=x onerror=\"document.title='owned'\">\u202e"
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", offer(title=evil, message=evil, why=evil))
        await expect(page.locator(".card.advice .say")).to_contain_text("<img src=x")
        assert await page.locator("main img").count() == 0
        assert "\u202e" not in await page.locator(".card.advice").inner_text()


async def test_a_preview_shows_the_commands_and_cannot_be_taken_for_a_request(front, enter) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", preview())
        card = page.locator(".card.preview")
        await expect(card.locator(".chip.state")).to_have_text("미리보기")
        await expect(card.locator(".say")).to_contain_text("실행되지 않았고")
        await expect(card.locator(".arg").first).to_be_visible()  # without a click
        await expect(card.locator(".approvals")).to_be_hidden()
        await expect(card.get_by_role("button", name="승인")).to_have_count(0)
        await card.get_by_role("button", name="실제로 실행").click()
        await until(lambda: front.conversation.presses)
        assert front.conversation.presses[0].button == "run"


async def test_a_previews_button_ends_with_its_time(front, enter) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", preview(minutes=0.1))
        await expect(page.locator(".card.preview .actions")).to_be_visible()
        await expect(page.locator(".card.preview .actions")).to_be_hidden()


async def test_a_ticket_is_shown_on_the_card(front, enter) -> None:  # noqa: F811
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", restart_card("SR-1", "engineer1"))
        await expect(page.locator(".ticket")).to_have_count(0)
        await front.conversation.change("SR-1", ticket="CHG-1042")
        await expect(page.locator(".card .ticket")).to_have_text("티켓 CHG-1042")
