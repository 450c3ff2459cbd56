"""Advice in rooms: when it is offered, what a press does, how it keeps quiet, what a restart leaves of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core import proactive as p
from guardia.hub.core.message import ReceiptStatus, StagedFile
from guardia.hub.core.states import RequestState
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric, canonical
from guardia.proto.frames import StepOutcome
from tests.support.talking import OTHER, TalkingWorld
from tests.support.world import ENGINEER, VIEWER

SLOW = "예산시스템 DB 쿼리가 느려요"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[TalkingWorld]:
    world = TalkingWorld(tmp_path)
    await world.start()
    yield world
    await world.stop()


async def settle(world: TalkingWorld) -> None:
    """Let the work beside (facts of ended requests) finish."""
    await world.engine.desk.finish()


def ids(world: TalkingWorld) -> list[str]:
    return [card["request_id"] for card in world.offers()]


async def test_talk_of_a_slow_database_is_answered_with_an_offer_and_nothing_runs(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    receipt = await world.say(SLOW)
    assert receipt.status is ReceiptStatus.IGNORED
    (card,) = world.offers()
    assert card["kind"] == "advice"
    assert card["targets"] == ["예산시스템 운영 DB"]
    assert [button["label"] for button in card["buttons"]] == ["즉시 확인", "나중에", "이 알림 끄기", "닫기"]
    assert "느려요" in card["why"]
    assert world.engine.desk.requests == {}
    assert world.dispatched("A-DB-01") == []


async def test_the_press_is_an_ordinary_request_of_whoever_pressed(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    await world.say(SLOW)
    (offer,) = ids(world)
    receipt = await world.press(offer, "accept:1", OTHER)
    request = await world.request(receipt.sr_id or "")
    assert (request.requester.person_id, request.intent.action_sequence) == ("engineer2", ("FETCH_DB_LOCKS",))
    assert [d.action for d in world.dispatched("A-DB-01")] == ["FETCH_DB_LOCKS"]
    (card,) = world.offers()
    assert (card["state"], card["buttons"]) == ("ACCEPTED", [])
    assert request.request_id in card["outcome"]
    events = await world.store.events(request.request_id)
    assert events[0].explanation["offer"] == offer  # type: ignore[attr-defined]
    assert (await world.store.verify())[1] == []
    assert world.counted == [("db-locks", "offered"), ("db-locks", "accepted")]


async def test_two_presses_at_once_make_one_request(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    await world.say(SLOW)
    (offer,) = ids(world)
    found = await asyncio.gather(
        world.press(offer, "accept:1", ENGINEER), world.press(offer, "accept:1", OTHER), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "Receipt"]
    assert len(await world.store.requests()) == 1


async def test_the_same_press_again_gets_the_same_answer(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    await world.say(SLOW)
    (offer,) = ids(world)
    first = await world.press(offer, "accept:1", ENGINEER, press_id="one")
    again = await world.press(offer, "accept:1", ENGINEER, press_id="one")
    assert first == again
    assert len(await world.store.requests()) == 1


async def test_a_press_that_is_denied_leaves_the_offer_to_the_others(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    await world.say(SLOW)
    (offer,) = ids(world)
    stranger = msgspec.structs.replace(VIEWER, person_id="stranger", roles=())
    denied = await world.press(offer, "accept:1", stranger)
    assert denied.status is ReceiptStatus.ERROR
    assert (await world.request(denied.sr_id or "")).state is RequestState.REJECTED
    assert world.dispatched("A-DB-01") == []
    assert world.offers()[0]["state"] == "OPEN"
    taken = await world.press(offer, "accept:1", ENGINEER)
    assert (await world.request(taken.sr_id or "")).state is RequestState.RUNNING


@pytest.mark.parametrize(
    "said",
    [
        "예산시스템 DB 락 조회해줘",
        "예산시스템 DB가 느린데 WAS 재기동해줘",
        "예산시스템 WAS 재기동하지 마세요 DB가 느려요",
        "예산시스템 DB가 느려서 WAS 재기동했습니다",
        "예산시스템 DB가 느린데 제가 확인해볼게요",
        "예산시스템 DB 느린 건 해결됐습니다",
        "예산시스템 DB가 안 느려요",
        "[전달] 김주무관: 예산시스템 DB가 느려요",
        "연락 주세요",
        "도움말",
        "취소해줘",
    ],
)
async def test_commands_reports_and_other_talk_get_no_offer(world: TalkingWorld, said: str) -> None:
    await world.connect("A-DB-01", "A-WAS-01", "A-WAS-02")
    await world.say(said)
    assert world.offers() == []


async def test_a_message_with_files_gets_none(world: TalkingWorld) -> None:
    file = StagedFile(file_id="f", name="a.txt", sha256="0" * 64, size=1)
    await world.say(SLOW, files=(file,))
    assert world.offers() == []


async def test_one_open_offer_at_a_time_in_each_room(world: TalkingWorld) -> None:
    await world.say(SLOW)
    await world.say("홈택스 디스크가 꽉 찼어요")
    assert len(world.offers()) == 1
    await world.say(SLOW, room_id="other")
    assert len(world.offers("other")) == 1


async def test_many_voices_at_once_make_one_offer(world: TalkingWorld) -> None:
    await asyncio.gather(*(world.say(f"{SLOW}{'!' * n}") for n in range(1, 9)))
    assert len(world.offers()) == 1


async def test_the_cooldown_is_of_room_rule_and_system(world: TalkingWorld) -> None:
    await world.say(SLOW)
    await world.press(ids(world)[0], "dismiss", ENGINEER)
    await world.say(SLOW)
    assert len(world.offers()) == 1
    await world.say("홈택스 DB 쿼리가 느려요")  # another system
    assert len(world.offers()) == 2
    await world.press(ids(world)[1], "dismiss", ENGINEER)
    await world.say("예산시스템 디스크가 꽉 찼어요")  # another rule
    assert len(world.offers()) == 3
    await world.press(ids(world)[2], "dismiss", ENGINEER)
    world.clock.advance(1801)
    await world.say(SLOW)
    assert len(world.offers()) == 4


async def test_a_day_has_a_cap_and_the_next_day_begins_anew(world: TalkingWorld) -> None:
    limits = msgspec.structs.replace(world.rules.limits, daily=2)
    world.rules = msgspec.structs.replace(world.rules, limits=limits)
    await world.restart()
    for said in (SLOW, "홈택스 DB 쿼리가 느려요", "예산시스템 디스크가 꽉 찼어요"):
        await world.say(said)
        if world.offers()[-1]["state"] == "OPEN":
            await world.press(ids(world)[-1], "dismiss", ENGINEER)
    assert len(world.offers()) == 2
    world.clock.advance(24 * 3600)
    await world.say("예산시스템 디스크가 꽉 찼어요")
    assert len(world.offers()) == 3


async def test_an_offer_that_nobody_takes_up_is_withdrawn(world: TalkingWorld) -> None:
    await world.say(SLOW)
    (offer,) = ids(world)
    world.clock.advance(601)
    with pytest.raises(ConflictError, match="지난 제안"):
        await world.press(offer, "accept:1", ENGINEER)
    await world.engine.tick()
    assert (world.offers()[0]["state"], world.offers()[0]["buttons"]) == ("EXPIRED", [])
    assert world.counted[-1] == ("db-locks", "expired")
    assert await world.store.requests() == []


async def test_later_keeps_the_rule_quiet_for_an_hour(world: TalkingWorld) -> None:
    await world.say(SLOW)
    receipt = await world.press(ids(world)[0], "later", ENGINEER)
    assert "60분" in receipt.message
    world.clock.advance(3500)  # beyond the cooldown
    await world.say(SLOW)
    assert len(world.offers()) == 1
    world.clock.advance(200)
    await world.say(SLOW)
    assert len(world.offers()) == 2


async def test_a_muted_rule_stays_muted_in_its_room_alone(world: TalkingWorld) -> None:
    await world.say(SLOW)
    await world.press(ids(world)[0], "mute", ENGINEER)
    world.clock.advance(30 * 86_400)
    await world.restart()
    await world.say(SLOW)
    assert world.offers() == []
    await world.say("예산시스템 디스크가 꽉 찼어요")
    assert len(world.offers()) == 1
    await world.say(SLOW, room_id="other")
    assert len(world.offers("other")) == 1


async def test_words_turn_advice_off_and_on(world: TalkingWorld) -> None:
    await world.say(SLOW)
    receipt = await world.say("알림 꺼줘")
    assert receipt.status is ReceiptStatus.DONE
    assert world.offers()[0]["state"] == "DISMISSED"
    world.clock.advance(2000)
    await world.say("예산시스템 디스크가 꽉 찼어요")
    assert len(world.offers()) == 1
    await world.say("알림 다시 켜줘")
    await world.say("예산시스템 디스크가 꽉 찼어요")
    assert len(world.offers()) == 2
    await world.say("디스크 알림 30분만 꺼줘")
    assert "30분" in world.last()
    await world.say("점심 알림 꺼줘")  # no rule of that name: talk
    assert "30분" in world.last()


async def test_a_system_of_the_name_is_not_taken_for_advice(world: TalkingWorld) -> None:
    from tests.support.world import server

    world.inventory.move((*world.inventory.inventory.servers, server("X-WAS-01", 1, system="알림")))
    await world.say("알림 꺼줘")
    await world.say("알림 켜줘")
    assert world.messages("reply-") == []
    assert await world.notes.quiet() == []


async def test_what_the_room_looks_at_already_is_not_offered(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    await world.say("예산시스템 DB 락 조회해줘")
    await world.say(SLOW)
    assert world.offers() == []
    await world.work_off("A-DB-01")
    await world.say(SLOW)
    assert world.offers() == []
    await world.say("홈택스 DB 쿼리가 느려요")
    assert len(world.offers()) == 1
    await world.press(ids(world)[0], "dismiss", ENGINEER)
    world.clock.advance(1801)
    await world.say(SLOW)
    assert len(world.offers()) == 2


async def test_the_button_can_be_typed(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    nothing = await world.say("즉시 확인")
    assert nothing.status is ReceiptStatus.IGNORED
    await world.say(SLOW)
    receipt = await world.say("즉시 확인해줘", person=OTHER)
    assert (await world.request(receipt.sr_id or "")).requester.person_id == "engineer2"
    assert world.offers()[0]["state"] == "ACCEPTED"


async def test_without_a_system_the_room_chooses(world: TalkingWorld) -> None:
    await world.connect("N-DB-01", "A-DB-01")
    await world.say("DB 쿼리가 느려요")
    (card,) = world.offers()
    labels = [button["label"] for button in card["buttons"][:2]]
    assert labels == ["즉시 확인: 홈택스 운영 DB", "즉시 확인: 예산시스템 운영 DB"]
    with pytest.raises(InvalidInputError):
        await world.press(card["request_id"], "accept:9", ENGINEER)
    receipt = await world.press(card["request_id"], "accept:2", ENGINEER)
    assert (await world.request(receipt.sr_id or "")).intent.system_name == "예산시스템"
    assert world.dispatched("N-DB-01") == []


async def test_a_speakers_scope_bounds_what_is_shown_to_choose_from(world: TalkingWorld) -> None:
    mine = msgspec.structs.replace(ENGINEER, institutions=("국세청",))
    await world.say("DB 쿼리가 느려요", person=mine)
    assert world.offers()[0]["targets"] == ["홈택스 운영 DB"]


async def test_what_was_spoken_of_just_before_is_meant(world: TalkingWorld) -> None:
    await world.say("홈택스 오픈 준비는 잘 되고 있죠?")
    await world.say("근데 DB 쿼리가 느려요")
    assert world.offers()[0]["targets"] == ["홈택스 운영 DB"]


async def test_of_a_system_without_that_layer_nothing_is_offered(world: TalkingWorld) -> None:
    servers = tuple(s for s in world.inventory.inventory.servers if s.asset_code != "A-DB-01")
    world.inventory.move(servers)
    await world.say(SLOW)
    assert world.offers() == []


async def test_offers_survive_a_restart_and_can_still_be_taken_up(world: TalkingWorld) -> None:
    await world.say(SLOW)
    (offer,) = ids(world)
    await world.restart()
    await world.connect("A-DB-01")
    await world.say(SLOW)
    assert world.offers() == []  # the room still has the one that it was shown before
    stored = {m.message_id: m for m in await world.store.messages("ops")}
    assert (stored[f"advice-{offer}"].widget or {})["state"] == "OPEN"
    receipt = await world.press(offer, "accept:1", ENGINEER)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.RUNNING


async def test_a_crash_between_request_and_decision_makes_no_second_request(world: TalkingWorld) -> None:
    await world.connect("A-DB-01")
    await world.say(SLOW)
    (offer,) = ids(world)
    real = world.notes.settle_offer

    async def dies(_offer: p.Offer) -> None:
        raise asyncio.CancelledError

    world.notes.settle_offer = dies  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await world.press(offer, "accept:1", ENGINEER, press_id="one")
    world.notes.settle_offer = real  # type: ignore[method-assign]
    await world.restart()  # the press is still in the inbox and is worked off
    assert len(await world.store.requests()) == 1
    assert world.offers()[0]["state"] == "ACCEPTED"


async def test_an_offer_counts_only_in_its_room(world: TalkingWorld) -> None:
    await world.say(SLOW)
    (offer,) = ids(world)
    with pytest.raises(NotFoundError):
        await world.press(offer, "accept:1", ENGINEER, room_id="other")
    with pytest.raises(NotFoundError):
        await world.press("AD-20260101-9999", "accept:1", ENGINEER)


async def test_a_room_may_have_it_in_english(world: TalkingWorld) -> None:
    world.language["ops"] = "en"
    await world.say(SLOW)
    (card,) = world.offers()
    assert card["buttons"][0]["label"] == "Check now"
    assert card["message"].startswith("The database seems")


async def test_trouble_with_advice_is_never_the_messages_trouble(world: TalkingWorld) -> None:
    from guardia.hub.errors import StoreError

    async def broken(_offer: p.Offer) -> None:
        raise StoreError("disk full")

    world.notes.add_offer = broken  # type: ignore[method-assign]
    receipt = await world.say(SLOW)
    assert receipt.status is ReceiptStatus.IGNORED


# --- facts of agents --------------------------------------------------------------------------------------------------


def disk(asset: str, used: float) -> bytes:
    metrics = (Metric(name="disk_used:/", value=40.0, unit="%"), Metric(name="disk_used:/var", value=used, unit="%"))
    status = CheckStatus.CRIT if used >= 90 else CheckStatus.OK
    return canonical(
        CheckReport(
            check="CHECK_DISK_SPACE",
            asset=asset,
            collected_at="2026-01-01",
            status=status,
            summary="s",
            metrics=metrics,
        )
    )


async def test_a_full_disk_on_one_node_offers_a_look_at_the_whole_system(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01")
    await world.say("예산시스템 WAS 1호기 디스크 확인해줘")
    await world.work_off("A-WAS-01", lambda _d: (StepOutcome.OK, disk("A-WAS-01", 93.0)))
    await settle(world)
    (card,) = world.offers()
    assert card["targets"] == ["예산시스템 운영"]
    assert "A-WAS-01 disk_used:/var" in card["why"]
    assert "93%" in card["why"]


async def test_a_check_of_everything_or_a_disk_with_room_offers_nothing(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01", "A-WAS-02", "A-DB-01")
    await world.say("예산시스템 WAS 1호기 디스크 확인해줘")
    await world.work_off("A-WAS-01", lambda _d: (StepOutcome.OK, disk("A-WAS-01", 80.0)))
    await settle(world)
    assert world.offers() == []
    await world.say("예산시스템 전체 디스크 확인해줘")
    for asset in ("A-WAS-01", "A-WAS-02", "A-DB-01"):
        await world.work_off(asset, lambda d: (StepOutcome.OK, disk(d.target, 99.0)))
    await settle(world)
    assert [r.state for r in await world.store.requests()] == [RequestState.SUCCEEDED] * 2
    assert world.offers() == []


async def test_facts_obey_the_same_cooldown_and_mute(world: TalkingWorld) -> None:
    target = p.Target(institution="기획재정부", system_name="예산시스템")
    report = msgspec.json.decode(disk("A-WAS-01", 95.0), type=CheckReport)
    first = await world.engine.advice.fact("ops", target, "CHECK_DISK_SPACE", report, "agent")
    assert isinstance(first, p.Offer)
    assert await world.engine.advice.fact("ops", target, "CHECK_DISK_SPACE", report, "agent") is p.Kept.OPEN
    await world.press(first.offer_id, "dismiss", ENGINEER)
    assert await world.engine.advice.fact("ops", target, "CHECK_DISK_SPACE", report, "agent") is p.Kept.COOLDOWN
    await world.say("디스크 알림 꺼줘")
    world.clock.advance(2000)
    assert await world.engine.advice.fact("ops", target, "CHECK_DISK_SPACE", report, "agent") is p.Kept.QUIET
    fine = msgspec.json.decode(disk("A-WAS-01", 20.0), type=CheckReport)
    assert await world.engine.advice.fact("ops", target, "CHECK_DISK_SPACE", fine, "agent") is p.Kept.NOTHING
