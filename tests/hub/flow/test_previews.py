"""A preview shows what would run and runs nothing; running it makes a request anew."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.hub.core.message import ReceiptStatus, StagedFile
from guardia.hub.core.states import RequestState
from guardia.hub.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from guardia.proto.frames import Explain
from tests.support.talking import OTHER, TalkingWorld
from tests.support.world import ENGINEER, VIEWER, server


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[TalkingWorld]:
    world = TalkingWorld(tmp_path)
    await world.start()
    await world.connect("A-WAS-01", "A-WAS-02", "D-WAS-01")
    yield world
    await world.stop()


PLAN_ONLY = "기재부 예산시스템 WAS 1호기 재기동해줘. 실행하지 말고 계획만 보여줘"


async def nothing_happened(world: TalkingWorld) -> None:
    assert await world.store.requests() == []
    assert world.engine.desk.requests == {}
    assert await world.store.outbox() == []
    assert [world.dispatched(asset) for asset in ("A-WAS-01", "A-WAS-02", "D-WAS-01")] == [[], [], []]


@pytest.mark.parametrize(
    "said",
    [
        PLAN_ONLY,
        "예산시스템 WAS 1호기 재기동 계획만 보여줘",
        "예산시스템 WAS 1호기 재기동, 실행하지 말고 계획만",
        "계획만 보여줘: 예산시스템 WAS 1호기 재기동",
        "예산시스템 WAS 1호기 재기동 dry-run",
    ],
)
async def test_a_preview_shows_commands_and_approvals_and_nothing_runs_or_waits(world: TalkingWorld, said: str) -> None:
    receipt = await world.say(said)
    assert (receipt.status, receipt.sr_id) == (ReceiptStatus.DONE, None)
    (card,) = world.previews()
    assert card["kind"] == "preview"
    assert card["title"].startswith("[미리보기]")
    assert "실행되지 않았고" in card["message"]
    assert "승인자 1명" in card["message"]
    assert card["plan"]["nodes"][0]["steps"][0]["commands"] == [["/bin/do", "RESTART_SERVICE", "A-WAS-01"]]
    assert (card["plan"]["code"], card["would_need"]) == ("", 1)
    assert [button["id"] for button in card["buttons"]] == ["run"]
    assert world.messages("card-") == []
    content = world.messages("preview-")[0].content
    assert "/bin/do RESTART_SERVICE A-WAS-01" in content
    world.clock.advance(3600)
    await world.engine.tick()
    await nothing_happened(world)


async def test_running_it_makes_an_ordinary_request_that_waits_for_approval(world: TalkingWorld) -> None:
    await world.say(PLAN_ONLY)
    (card,) = world.previews()
    receipt = await world.press(card["request_id"], "run", ENGINEER)
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.AWAITING_APPROVAL
    assert request.requester.person_id == "engineer1"
    assert world.dispatched("A-WAS-01") == []
    (card,) = world.previews()
    assert (card["state"], card["buttons"]) == ("USED", [])
    assert request.request_id in card["message"]
    with pytest.raises(ConflictError):
        await world.press(card["request_id"], "run", ENGINEER)
    assert len(await world.store.requests()) == 1
    await world.approve(request.request_id)
    await world.work_off("A-WAS-01")
    assert (await world.request(request.request_id)).state is RequestState.SUCCEEDED


async def test_words_run_ones_own_newest_preview(world: TalkingWorld) -> None:
    await world.say("예산시스템 WAS 2호기 재기동 계획만")
    await world.say(PLAN_ONLY)
    theirs = await world.say("이대로 실행해줘", person=OTHER)
    assert theirs.status is ReceiptStatus.ERROR
    await nothing_happened(world)
    receipt = await world.say("이대로 실행해줘")
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    assert request.plan.assets == ("A-WAS-01",)


async def test_words_that_are_worked_off_again_after_a_crash_name_the_request_that_they_made(
    world: TalkingWorld,
) -> None:
    await world.say(PLAN_ONLY)
    real = world.store.answer

    async def dies(*_entry: object) -> None:
        raise asyncio.CancelledError

    world.store.answer = dies  # type: ignore[method-assign,assignment]
    with pytest.raises(asyncio.CancelledError):
        await world.say("이대로 실행해줘", message_id="run")
    world.store.answer = real  # type: ignore[method-assign]
    await world.restart()
    receipt = await world.say("이대로 실행해줘", message_id="run")
    (request,) = await world.store.requests()
    assert receipt.sr_id == request.request_id


async def test_only_who_asked_for_it_may_run_it_and_only_in_its_room(world: TalkingWorld) -> None:
    await world.say(PLAN_ONLY)
    (card,) = world.previews()
    with pytest.raises(ForbiddenError):
        await world.press(card["request_id"], "run", OTHER)
    with pytest.raises(NotFoundError):
        await world.press(card["request_id"], "run", ENGINEER, room_id="other")
    with pytest.raises(InvalidInputError):
        await world.press(card["request_id"], "approve", ENGINEER)
    await nothing_happened(world)


async def test_a_preview_ages_and_its_button_goes(world: TalkingWorld) -> None:
    await world.say(PLAN_ONLY)
    world.clock.advance(601)
    with pytest.raises(ConflictError):
        await world.press(world.previews()[0]["request_id"], "run", ENGINEER)
    await world.engine.tick()
    (card,) = world.previews()
    assert (card["state"], card["buttons"]) == ("EXPIRED", [])
    await nothing_happened(world)


async def test_a_preview_survives_a_restart(world: TalkingWorld) -> None:
    await world.say(PLAN_ONLY)
    (card,) = world.previews()
    await world.restart()
    await world.connect("A-WAS-01")
    receipt = await world.press(card["request_id"], "run", ENGINEER)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.AWAITING_APPROVAL
    stored = [m.widget or {} for m in await world.store.messages("ops") if m.message_id.startswith("preview-")]
    assert [one["state"] for one in stored] == ["USED"]


async def test_the_plan_of_the_request_is_made_anew(world: TalkingWorld) -> None:
    await world.say("예산시스템 WAS 재기동 계획만 보여줘")
    (card,) = world.previews()
    assert len(card["plan"]["nodes"]) == 2
    world.inventory.move((*world.inventory.inventory.servers, server("A-WAS-03", 3)))
    receipt = await world.press(card["request_id"], "run", ENGINEER)
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    assert len(request.plan.nodes) == 3
    assert request.plan.digest != card["plan"]["digest"]


async def test_what_could_not_run_says_so_and_has_no_button(world: TalkingWorld) -> None:
    await world.say(PLAN_ONLY, person=VIEWER)
    await world.say("가나다시스템 WAS 재기동 계획만 보여줘")
    await world.say("예산시스템 WAS에 배포 계획만 보여줘")
    denied, unknown, *rest = world.previews()
    assert "권한이 없습니다" in denied["message"]
    assert "먼저 여쭤봐야 합니다" in unknown["message"]
    assert denied["plan"] is None
    assert [card["buttons"] for card in (denied, unknown, *rest)] == [[] for _ in world.previews()]
    await nothing_happened(world)


async def test_what_runs_without_approval_says_that_it_would(world: TalkingWorld) -> None:
    await world.say("예산시스템 개발 WAS 재기동 계획만 보여줘")
    assert "승인 없이 바로" in world.previews()[0]["message"]
    await nothing_happened(world)


async def test_files_go_along(world: TalkingWorld) -> None:
    file = StagedFile(file_id="f", name="app.war", sha256="a" * 64, size=10)
    await world.say("예산시스템 WAS 1호기에 배포해줘. 계획만 보여줘", files=(file,))
    (card,) = world.previews()
    receipt = await world.press(card["request_id"], "run", ENGINEER)
    assert (await world.request(receipt.sr_id or "")).files == (file,)


async def test_plan_only_alone_means_ones_newest_request(world: TalkingWorld) -> None:
    nothing = await world.say("계획만 보여줘")
    assert nothing.status is ReceiptStatus.IGNORED
    assert "무엇의 계획" in world.last()
    mine = await world.say("예산시스템 WAS 1호기 재기동해줘")
    await world.say("계획만 보여줘")
    (card,) = world.previews()
    assert card["plan"]["nodes"][0]["asset"] == "A-WAS-01"
    assert (await world.request(mine.sr_id or "")).state is RequestState.AWAITING_APPROVAL


async def test_several_requests_are_several_previews(world: TalkingWorld) -> None:
    await world.say("예산시스템 WAS 1호기 재기동하고 홈택스 WAS 중지해줘. 실행하지 말고 계획만 보여줘")
    assert [card["title"] for card in world.previews()] == [
        "[미리보기] 예산시스템 운영 WAS A-WAS-01 재기동",
        "[미리보기] 홈택스 운영 WAS 중지",
    ]
    await nothing_happened(world)


async def test_a_preview_asks_the_agents_only_what_they_would_run(world: TalkingWorld) -> None:
    asked: list[str] = []
    real = world.links.explainer

    def explain(query: Explain) -> object:
        asked.append(query.action)
        return real(query)

    world.links.explainer = explain  # type: ignore[assignment]
    await world.say(PLAN_ONLY)
    assert "RESTART_SERVICE" in asked
    await nothing_happened(world)
