"""Offers and previews in messengers: shown, pressed where there are buttons, typed where there are none."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.hub.core.messenger import Arrived
from guardia.hub.core.room import Scope
from guardia.hub.core.states import RequestState
from tests.fakes.messenger import arrived
from tests.support.messenger_cases import APPROVER_ACCOUNT, CASES, ENGINEER_ACCOUNT, Case, FakeCase
from tests.support.messenger_world import ROOM, MessengerWorld
from tests.support.talking import TalkingWorld

SLOW = "예산시스템 DB 쿼리가 느려요"
PREVIEW = "기획재정부 예산시스템 WAS 1호기 재기동 계획만 보여줘"
TYPING = ("fake_poor", "jandi", "mattermost", "teams")


class Talking(TalkingWorld, MessengerWorld):
    """Read as in production, heard and told through a messenger."""


class Channel:
    def __init__(self, world: Talking, case: Case) -> None:
        self.world = world
        self.case = case
        self.name = case.messenger.name
        self.command = case.messenger.capabilities.command
        self._numbers = 0

    async def say(self, text: str, account: str = ENGINEER_ACCOUNT) -> list[str]:
        """What the channel shows after it."""
        self._numbers += 1
        await self.world.webhook(self.name, self.case.said(text, number=self._numbers, account=account))
        await self.world.carry()
        return self.case.texts()

    def press(self, button: int, account: str = ENGINEER_ACCOUNT, *, message: int = 0) -> Arrived:
        """The webhook of a press on a button of a shown message, as it is now."""
        assert isinstance(self.case, FakeCase)
        shown = self.case.platform.channels["one"][message].message.buttons[button]
        return self.pressed(shown.request_id, shown.button, account)

    def pressed(self, card: str, button: str, account: str = ENGINEER_ACCOUNT) -> Arrived:
        self._numbers += 1
        press = {"press_id": f"p{self._numbers}", "channel": "one", "account": account}
        return arrived(self.world.clock, {"press": {**press, "request_id": card, "button": button}})

    def buttons(self, message: int = 0) -> list[str]:
        assert isinstance(self.case, FakeCase)
        return [one.button for one in self.case.platform.channels["one"][message].message.buttons]


@contextlib.asynccontextmanager
async def opened(name: str, folder: Path, **bound) -> AsyncIterator[Channel]:
    world = Talking(folder)
    async with CASES[name](world.clock) as case:
        world.messengers = [case.messenger]
        await world.start()
        world.map(case.messenger.name, ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
        await world.bind(case.messenger.name, "one", ROOM, **bound)
        await world.connect("A-DB-01", "A-WAS-01", "A-WAS-02")
        try:
            yield Channel(world, case)
        finally:
            await world.stop()


@pytest.fixture
async def rich(tmp_path) -> AsyncIterator[Channel]:
    async with opened("fake", tmp_path) as channel:
        yield channel


@pytest.fixture(params=TYPING)
async def typing(request, tmp_path) -> AsyncIterator[Channel]:
    async with opened(request.param, tmp_path) as channel:
        yield channel


async def requests(channel: Channel) -> list:
    return await channel.world.store.requests()


# --- buttons ----------------------------------------------------------------------------------------------------------


async def test_an_offer_is_pressed_in_the_channel_and_loses_its_buttons(rich) -> None:
    (shown,) = await rich.say(SLOW)
    assert "DB 락" in shown
    assert rich.buttons() == ["accept:1", "later", "mute", "dismiss"]
    assert await requests(rich) == []
    await rich.world.webhook("fake", rich.press(0))
    await rich.world.carry()
    (request,) = await requests(rich)
    assert (request.requester.person_id, request.platform) == ("engineer1", "fake")
    assert [step.action for step in rich.world.dispatched("A-DB-01")] == ["FETCH_DB_LOCKS"]
    assert rich.buttons() == []
    assert request.request_id in rich.case.texts()[0]


async def test_a_press_that_was_taken_over_counts_once_after_a_kill(rich) -> None:
    await rich.say(SLOW)
    press = rich.press(0)
    rich.world.engine.intake.stopping.set()  # killed before the work
    await rich.world.webhook("fake", press, work=False)
    await rich.world.restart()
    await rich.world.webhook("fake", press)
    await rich.world.carry()
    (request,) = await requests(rich)
    assert request.intent.action_sequence == ("FETCH_DB_LOCKS",)
    assert rich.buttons() == []


async def test_turning_it_off_is_told_to_the_channel(rich) -> None:
    await rich.say(SLOW)
    await rich.world.webhook("fake", rich.press(2, APPROVER_ACCOUNT))
    await rich.world.carry()
    assert "알림을 껐습니다" in rich.case.texts()[-1]
    assert len(await rich.say("홈택스 DB 쿼리가 느려요")) == 2, "the rule is quiet in this room"


async def test_a_press_too_late_is_answered_where_it_was_pressed(rich) -> None:
    await rich.say(SLOW)
    late = rich.press(0)
    await rich.world.webhook("fake", rich.press(3))
    await rich.world.webhook("fake", late)
    await rich.world.carry()
    assert "이미 지난 제안입니다" in rich.case.texts()[-1]
    assert await requests(rich) == []


async def test_a_preview_is_run_by_its_button_and_then_approved_as_any_other(rich) -> None:
    (shown,) = await rich.say(PREVIEW)
    assert "/bin/do RESTART_SERVICE" in shown
    assert rich.buttons() == ["run"]
    await rich.world.webhook("fake", rich.press(0, APPROVER_ACCOUNT))
    await rich.world.carry()
    assert "미리보기를 부탁한 사람만" in rich.case.texts()[-1]
    assert await requests(rich) == []
    await rich.world.webhook("fake", rich.press(0))
    await rich.world.carry()
    (request,) = await requests(rich)
    assert request.state is RequestState.AWAITING_APPROVAL
    assert rich.buttons() == []


# --- typed ------------------------------------------------------------------------------------------------------------


async def test_an_offer_names_what_can_be_typed(typing) -> None:
    (shown,) = await typing.say(SLOW)
    assert "“즉시 확인”" in shown
    assert "“알림 꺼줘”" in shown
    await typing.say("즉시 확인")
    (request,) = await requests(typing)
    assert request.intent.action_sequence == ("FETCH_DB_LOCKS",)
    assert request.platform == typing.name


async def test_one_of_several_systems_is_chosen_by_its_number(typing) -> None:
    (shown,) = await typing.say("DB 쿼리가 너무 느려요")
    (offer,) = typing.world.offers()
    number = next(n for n, name in enumerate(offer["targets"], 1) if name.startswith("홈택스"))
    assert f"“{typing.command}선택 {offer['request_id']} 번호”" in shown
    assert f"{number}. {offer['targets'][number - 1]}" in shown
    assert f"“{typing.command}선택 {offer['request_id']}" in (await typing.say("즉시 확인"))[-1], "which one?"
    await typing.say(f"/선택 {offer['request_id']} 9")
    assert await requests(typing) == []
    await typing.say(f"/선택 {offer['request_id']} {number}")
    (request,) = await requests(typing)
    assert request.intent.system_name == "홈택스"


@pytest.mark.parametrize("words", ["이대로 실행해줘", "/선택 {id} 1"])
async def test_a_preview_is_run_by_words(typing, words) -> None:
    (shown,) = await typing.say(PREVIEW)
    assert "“이대로 실행해줘”" in shown
    (preview,) = typing.world.previews()
    shown_then = await typing.say(words.format(id=preview["request_id"]))
    (request,) = await requests(typing)
    assert request.state is RequestState.AWAITING_APPROVAL
    assert f" {typing.command}승인 {request.code}" in shown_then[-1]


async def test_a_preview_has_one_choice(typing) -> None:
    await typing.say(PREVIEW)
    (preview,) = typing.world.previews()
    shown = await typing.say(f"/선택 {preview['request_id']} 2")
    assert "버튼은 없습니다" in shown[-1]
    assert await requests(typing) == []


async def test_an_offer_is_told_once_where_nothing_can_be_changed(typing) -> None:
    await typing.say(SLOW)
    typing.world.clock.advance(601)
    await typing.world.engine.tick()  # withdrawn
    await typing.world.restart()
    await typing.world.carry()
    assert len(typing.case.texts()) == 1


# --- rooms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fake", *TYPING])
async def test_the_language_of_the_room_is_that_of_its_offers(name, tmp_path) -> None:
    async with opened(name, tmp_path, language="en") as channel:
        (shown,) = await channel.say(SLOW)
        assert "Nothing runs before somebody presses" in shown
        assert "check now" in shown
        await channel.say("check now")
        assert len(await requests(channel)) == 1


@pytest.mark.parametrize("scope", [{"systems": ("홈택스",)}, {"actions": ("CHECK_DISK_SPACE",)}, {"environments": ()}])
async def test_nothing_is_offered_that_the_room_is_not_for(scope, tmp_path) -> None:
    everything = {"institutions": ("*",), "systems": ("*",), "environments": ("*",), "actions": ("*",)}
    async with opened("fake", tmp_path, scope=Scope(**{**everything, **scope})) as channel:
        assert await channel.say(SLOW) == []
        assert channel.world.offers() == []


async def test_of_several_systems_only_those_of_the_room_are_offered(tmp_path) -> None:
    scope = Scope(institutions=("*",), systems=("홈택스",), environments=("*",), actions=("*",))
    async with opened("fake", tmp_path, scope=scope) as channel:
        await channel.say("DB 쿼리가 너무 느려요")
        (offer,) = channel.world.offers()
        assert offer["targets"] == ["홈택스 운영 DB"]


async def test_a_preview_outside_the_rooms_scope_says_so(tmp_path) -> None:
    scope = Scope(institutions=("*",), systems=("홈택스",), environments=("*",), actions=("*",))
    async with opened("fake", tmp_path, scope=scope) as channel:
        (shown,) = await channel.say(PREVIEW)
        assert "예산시스템" in shown
        assert "이 방은" in shown
        assert channel.buttons() == []


# --- overheard --------------------------------------------------------------------------------------------------------


async def among_themselves(channel: Channel, text: str, number: int, **more) -> list[str]:
    """What the channel shows after somebody said it without turning to the hub."""
    said = channel.case.said(text, number=number, kind="message", mention=False, **more)
    await channel.world.webhook(channel.name, said)
    await asyncio.gather(*channel.world.engine._under_way.values())
    await channel.world.carry()
    return channel.case.texts()


async def test_what_people_complain_about_among_themselves_is_offered_to_be_looked_at(tmp_path) -> None:
    async with opened("slack", tmp_path) as channel:
        shown = await among_themselves(channel, SLOW, 1)
        assert len(shown) == 1
        assert "즉시 확인" in shown[0]
        assert channel.world.engine.desk.requests == {}, "an offer is no request"
        assert await among_themselves(channel, SLOW, 2, account=APPROVER_ACCOUNT) == shown
        history = await channel.world.store.messages(ROOM)
        assert not [one for one in history if SLOW in one.content], "what is not for the hub is kept nowhere"


@pytest.mark.parametrize(
    "text",
    ["점심 드셨어요?", "기획재정부 예산시스템 WAS 1호기 재기동해줘", "예산시스템 DB 쿼리가 느리니 재기동해줘", PREVIEW],
)
async def test_what_people_say_among_themselves_gives_rise_to_nothing_else(tmp_path, text) -> None:
    async with opened("slack", tmp_path) as channel:
        assert await among_themselves(channel, text, 1) == []
        assert channel.world.engine.desk.requests == {}


async def test_a_stranger_is_not_listened_to(tmp_path) -> None:
    async with opened("slack", tmp_path) as channel:
        assert await among_themselves(channel, SLOW, 1, account="U0STRANGER") == []


async def test_who_talks_too_much_is_listened_to_no_longer_and_can_still_command(tmp_path) -> None:
    async with opened("slack", tmp_path) as channel:
        for number in range(1, 60):
            await among_themselves(channel, "점심 드셨어요?", number)
        assert await among_themselves(channel, SLOW, 60) == []
        shown = await channel.say("예산시스템 WAS 상태 확인해줘")
        assert len(channel.world.engine.desk.requests) == 1, shown
