"""What is said to the hub itself: why, status, numbers, tickets; and follow-ups of two people in one room."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core.events import TicketAttached
from guardia.hub.core.message import ReceiptStatus
from guardia.hub.core.states import RequestState
from tests.support.talking import OTHER, TalkingWorld
from tests.support.world import APPROVER, ENGINEER, server


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[TalkingWorld]:
    world = TalkingWorld(tmp_path)
    await world.start()
    yield world
    await world.stop()


RESTART = "기재부 예산시스템 WAS 1호기 재기동해줘"

# --- why --------------------------------------------------------------------------------------------------------------


async def test_why_tells_what_was_understood(world: TalkingWorld) -> None:
    await world.say(RESTART)
    receipt = await world.say("왜?", person=OTHER)
    assert receipt.status is ReceiptStatus.DONE
    said = world.last()
    for words in ("재기동", "기획재정부", "예산시스템", "운영", "WAS", "A-WAS-01", "별칭", "승인 대기"):
        assert words in said
    assert len(await world.store.requests()) == 1


async def test_why_nothing_happened_names_the_mood(world: TalkingWorld) -> None:
    await world.say("예산시스템 WAS 재기동하지 마세요")
    await world.say("왜 그렇게 읽었어?")
    assert "아무것도 하지 않았습니다" in world.last()
    assert "하지 말라는 말" in world.last()


async def test_why_names_what_was_missing(world: TalkingWorld) -> None:
    await world.say("가나다시스템 WAS 재기동해줘")
    await world.say("왜 그렇게 읽었나요?")
    assert "알 수 없음" in world.last()
    assert "CMDB에 없습니다" in world.last()


async def test_a_bare_why_among_colleagues_is_left_to_them(world: TalkingWorld) -> None:
    nothing = await world.say("왜?")
    assert nothing.status is ReceiptStatus.IGNORED
    await world.say("오늘 회식 취소래요")
    for said in ("왜?", "왜요?", "왜 안 했어?"):
        assert (await world.say(said, person=OTHER)).status is ReceiptStatus.IGNORED
    assert world.messages("reply-") == []
    await world.say(RESTART)
    world.clock.advance(601)
    assert (await world.say("왜?")).status is ReceiptStatus.IGNORED


async def test_why_after_a_restart_is_answered_from_the_log(world: TalkingWorld) -> None:
    await world.say(RESTART)
    await world.restart()
    await world.say("왜 그렇게 읽었어?")
    assert "예산시스템" in world.last()
    assert "별칭" in world.last()


async def test_why_is_of_this_room(world: TalkingWorld) -> None:
    await world.say(RESTART)
    await world.say("왜 그렇게 읽었어?", room_id="other")
    (answer,) = world.messages("reply-", "other")
    assert "아직 없습니다" in answer.content


async def test_why_in_an_english_room(world: TalkingWorld) -> None:
    world.language["ops"] = "en"
    await world.say(RESTART)
    await world.say("why did you read it like that?")
    assert "This is how I read" in world.last()
    assert "restart" in world.last()


# --- status -----------------------------------------------------------------------------------------------------------


async def test_status_lists_the_open_requests_of_the_room_alone(world: TalkingWorld) -> None:
    await world.say("상태")
    assert "없습니다" in world.last()
    first = await world.say(RESTART)
    await world.say("홈택스 WAS 재기동해줘", room_id="other")
    world.clock.advance(180)
    await world.say("진행 상황 알려줘", person=OTHER)
    lines = world.last().splitlines()
    assert lines[0] == "이 방의 열린 요청 1건:"
    assert lines[1] == f"[{first.sr_id}] 예산시스템 운영 WAS A-WAS-01 재기동 — 승인 대기 · engineer1 · 3분 전"


async def test_a_status_of_a_server_is_still_a_check(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    receipt = await world.say("예산시스템 WAS 상태 확인해줘")
    assert (await world.request(receipt.sr_id or "")).intent.action_sequence == ("CHECK_SERVICE",)


async def test_a_status_names_ten_and_counts_the_rest(world: TalkingWorld) -> None:
    for number in range(12):
        await world.say(f"{RESTART}{'!' * number}")
    await world.say("상태")
    assert len(world.last().splitlines()) == 12
    assert "외 2건" in world.last()


# --- answers by number ------------------------------------------------------------------------------------------------


@pytest.fixture
def ambiguous(world: TalkingWorld) -> TalkingWorld:
    world.inventory.move((*world.inventory.inventory.servers, server("M-WAS-01", 1, institution="조달청")))
    return world


async def test_a_number_answers_the_one_open_question(ambiguous: TalkingWorld) -> None:
    world = ambiguous
    await world.connect("M-WAS-01", "A-WAS-01", "A-WAS-02")
    asked = await world.say("예산시스템 WAS 디스크 확인해줘")
    request = await world.request(asked.sr_id or "")
    assert request.state is RequestState.NEEDS_ANSWER
    number = next(n for n, choice in enumerate(request.choices, 1) if "조달청" in choice.label)
    receipt = await world.say(f"{number}번")
    assert receipt.sr_id == asked.sr_id
    assert (await world.request(asked.sr_id or "")).plan.assets == ("M-WAS-01",)  # type: ignore[union-attr]


async def test_a_number_of_somebody_else_or_of_another_room_is_talk(ambiguous: TalkingWorld) -> None:
    world = ambiguous
    asked = await world.say("예산시스템 WAS 재기동해줘")
    for said in (
        await world.say("1번", person=OTHER),
        await world.say("2", person=APPROVER),
        await world.say("1", room_id="other"),
    ):
        assert said.status is ReceiptStatus.IGNORED
    assert (await world.request(asked.sr_id or "")).state is RequestState.NEEDS_ANSWER


async def test_a_number_with_two_questions_open_or_out_of_range_chooses_nothing(ambiguous: TalkingWorld) -> None:
    world = ambiguous
    asked = await world.say("예산시스템 WAS 재기동해줘")
    assert (await world.say("9번")).status is ReceiptStatus.ERROR
    assert "2번까지" in world.last()
    second = await world.say("예산시스템 WAS 중지해줘")
    assert (await world.say("1번")).status is ReceiptStatus.ERROR
    for receipt in (asked, second):
        assert (await world.request(receipt.sr_id or "")).state is RequestState.NEEDS_ANSWER


async def test_a_number_without_a_question_is_talk(world: TalkingWorld) -> None:
    assert (await world.say("2번")).status is ReceiptStatus.IGNORED
    await world.say("가나다시스템 WAS 재기동해줘")  # asked back without choices: a name is wanted
    assert (await world.say("1")).status is ReceiptStatus.IGNORED


# --- tickets ----------------------------------------------------------------------------------------------------------


async def test_a_ticket_is_attached_to_ones_newest_request_and_shown_everywhere(world: TalkingWorld) -> None:
    mine = await world.say(RESTART)
    theirs = await world.say("홈택스 WAS 재기동해줘", person=OTHER)
    receipt = await world.say("이 건 SR-1042로 연결해줘")
    assert (receipt.status, receipt.sr_id) == (ReceiptStatus.DONE, mine.sr_id)
    assert (await world.request(mine.sr_id or "")).itsm_ticket_id == "SR-1042"
    assert (await world.request(theirs.sr_id or "")).itsm_ticket_id == ""
    card = world.rooms.shown[f"card-{mine.sr_id}"]
    assert card.itsm_metadata.itsm_ticket_id == "SR-1042"
    assert (card.widget or {})["ticket"] == "SR-1042"
    events = await world.store.events(mine.sr_id or "")
    assert [(one.ticket_id, one.by) for one in events if isinstance(one, TicketAttached)] == [("SR-1042", "engineer1")]
    await world.connect("A-WAS-01")
    await world.approve(mine.sr_id or "")
    await world.work_off("A-WAS-01")
    assert world.rooms.shown[f"end-{mine.sr_id}"].itsm_metadata.itsm_ticket_id == "SR-1042"


async def test_a_ticket_can_still_be_attached_when_the_request_has_ended(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01")
    done = await world.say("예산시스템 WAS 1호기 디스크 확인해줘")
    await world.work_off("A-WAS-01")
    before = world.card(done.sr_id or "")
    await world.say("SR-1042에 연결")
    request = await world.request(done.sr_id or "")
    assert (request.state, request.itsm_ticket_id) == (RequestState.SUCCEEDED, "SR-1042")
    after = world.card(done.sr_id or "")
    assert after == {**before, "ticket": "SR-1042"}
    assert (await world.store.verify())[1] == []
    again = await world.say("SR-1042에 연결")
    assert "이미" in str(again.message)
    await world.say("CHG-77에 연결해주세요")
    assert (await world.request(done.sr_id or "")).itsm_ticket_id == "CHG-77"
    await world.restart()
    assert (await world.request(done.sr_id or "")).itsm_ticket_id == "CHG-77"


async def test_a_ticket_without_a_request_or_that_is_a_request_is_refused(world: TalkingWorld) -> None:
    assert (await world.say("SR-1042에 연결")).status is ReceiptStatus.ERROR
    mine = await world.say(RESTART)
    assert (await world.say("SR-1", room_id="other")).status is ReceiptStatus.IGNORED
    assert (await world.say("SR-1042에 연결", room_id="other")).status is ReceiptStatus.ERROR
    assert (await world.say(f"{mine.sr_id}에 연결")).status is ReceiptStatus.ERROR
    assert (await world.request(mine.sr_id or "")).itsm_ticket_id == ""


async def test_a_server_is_no_ticket(world: TalkingWorld) -> None:
    world.inventory.move((*world.inventory.inventory.servers, server("BUD-01", 3)))
    await world.say(RESTART)
    await world.say("BUD-01에 연결해줘")
    assert world.messages("reply-") == []
    assert all(request.itsm_ticket_id == "" for request in await world.store.requests())


async def test_attaching_while_it_runs_loses_nothing(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("예산시스템 WAS 1호기 디스크 확인해줘")
    await asyncio.gather(world.say("SR-1042에 연결"), world.work_off("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert (request.state, request.itsm_ticket_id) == (RequestState.SUCCEEDED, "SR-1042")


async def test_help_names_what_can_be_said(world: TalkingWorld) -> None:
    await world.say("도움말")
    for words in ("계획만", "상태", "왜?", "SR-1042에 연결", "알림 꺼줘", "2번"):
        assert words in world.last()


# --- follow-ups -------------------------------------------------------------------------------------------------------


async def test_there_too_is_where_the_other_one_looked_and_the_askers_own(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    await world.say("예산시스템 WAS 1호기 메모리 확인해줘")
    receipt = await world.say("거기 디스크도", person=OTHER)
    request = await world.request(receipt.sr_id or "")
    assert request.requester.person_id == "engineer2"
    assert request.intent.action_sequence == ("CHECK_DISK_SPACE",)
    assert request.plan is not None
    assert request.plan.assets == ("A-WAS-01",)


async def test_the_second_node_too_is_asked_anew_and_needs_its_own_approval(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    first = await world.say(RESTART)
    await world.approve(first.sr_id or "")
    receipt = await world.say("2호기도 해줘", person=OTHER)
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.AWAITING_APPROVAL
    assert request.requester.person_id == "engineer2"
    assert request.plan is not None
    assert request.plan.assets == ("A-WAS-02",)
    assert world.dispatched("A-WAS-02") == []
    denied = await world.say(RESTART, person=msgspec.structs.replace(OTHER, person_id="stranger", roles=()))
    assert (await world.request(denied.sr_id or "")).state is RequestState.REJECTED
    refused = await world.say("2호기도 해줘", person=msgspec.structs.replace(OTHER, person_id="stranger", roles=()))
    assert (await world.request(refused.sr_id or "")).state is RequestState.REJECTED  # B's rights, not A's


async def test_roll_that_back_means_what_was_just_done(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    first = await world.say(RESTART)
    await world.approve(first.sr_id or "")
    receipt = await world.say("방금 그거 롤백해줘", person=OTHER)
    request = await world.request(receipt.sr_id or "")
    assert request.requester.person_id == "engineer2"
    assert request.intent.action_sequence == ("ROLLBACK_RELEASE",)
    assert request.plan is not None
    assert request.plan.assets == ("A-WAS-01",)
    assert request.state is RequestState.AWAITING_APPROVAL
    await world.say("취소해줘", person=OTHER)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.CANCELLED
    assert (await world.request(first.sr_id or "")).cancelled_by == ""  # B's cancel is of B's request


@pytest.mark.parametrize("said", ["거기 디스크도 확인해줘", "2호기도 해줘", "방금 그거 롤백해줘"])
async def test_context_never_crosses_rooms(world: TalkingWorld, said: str) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    await world.say(RESTART)
    before = len(await world.store.requests())
    receipt = await world.say(said, room_id="other", person=OTHER)
    for request in (await world.store.requests())[before:]:
        assert request.plan is None
        assert request.state in (RequestState.NEEDS_ANSWER, RequestState.REJECTED)
    assert world.dispatched("A-WAS-02") == []
    assert receipt.status is not ReceiptStatus.IN_PROGRESS


async def test_context_comes_back_after_a_restart_and_stays_in_its_room(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01")
    await world.say("예산시스템 WAS 1호기 메모리 확인해줘")
    await world.say("홈택스 WAS 1호기 메모리 확인해줘", room_id="other")
    await world.restart()
    await world.connect("A-WAS-01", "N-WAS-01")
    receipt = await world.say("거기 디스크도", person=OTHER)
    assert (await world.request(receipt.sr_id or "")).plan.assets == ("A-WAS-01",)  # type: ignore[union-attr]
    receipt = await world.say("거기 디스크도", person=OTHER, room_id="other")
    assert (await world.request(receipt.sr_id or "")).plan.assets == ("N-WAS-01",)  # type: ignore[union-attr]


async def test_talk_to_the_hub_between_does_not_hide_the_context(world: TalkingWorld) -> None:
    await world.connect("A-WAS-01")
    await world.say("예산시스템 WAS 1호기 메모리 확인해줘")
    await world.say("상태")
    await world.say("왜?")
    receipt = await world.say("거기 디스크도", person=ENGINEER)
    assert (await world.request(receipt.sr_id or "")).plan.assets == ("A-WAS-01",)  # type: ignore[union-attr]


# --- asked back, and what was said at first ---------------------------------------------------------------------------


def twins(world: TalkingWorld) -> None:
    """Two institutions with a system of the same name."""
    other = (server("E-WAS-01", 1, institution="국세청"), server("E-WAS-02", 2, institution="국세청"))
    world.inventory.move((*world.inventory.inventory.servers, *other))


@pytest.mark.parametrize(
    ("said", "answer", "nodes"),
    [
        ("예산시스템 WAS 1호기 재기동해줘", "/선택 2", ("A-WAS-01",)),
        ("예산시스템 WAS 2호기 재기동해줘", "1번", ("E-WAS-02",)),
        ("예산시스템 WAS 1,2호기 재기동해줘", "/선택 2", ("A-WAS-01", "A-WAS-02")),
        ("예산시스템 WAS 재기동해줘", "/선택 2", ()),
    ],
)
async def test_the_servers_of_the_first_sentence_are_not_asked_again(world: TalkingWorld, said, answer, nodes) -> None:
    twins(world)
    await world.say(said)
    (asked,) = await world.store.requests()
    assert asked.state is RequestState.NEEDS_ANSWER
    await world.connect("A-WAS-01")
    await world.say(answer)
    (request,) = await world.store.requests()
    assert request.state is RequestState.AWAITING_APPROVAL
    assert request.intent.target_nodes == nodes
    assert tuple(node.asset for node in request.plan.nodes) == (nodes or ("A-WAS-01", "A-WAS-02"))


@pytest.mark.parametrize("said", ["예산시스템 WAS 3호기 재기동해줘", "예산시스템 WAS 9호기 재기동해줘"])
async def test_a_server_that_there_is_not_is_asked_for_and_never_becomes_all(world: TalkingWorld, said) -> None:
    twins(world)
    await world.say(said)
    await world.say("/선택 2")
    (request,) = await world.store.requests()
    assert request.state is RequestState.NEEDS_ANSWER
    assert request.plan is None
    assert "CMDB에서 서버를 찾을 수 없어" in str(request.question)


async def test_a_reader_that_changes_its_mind_adds_nothing(world: TalkingWorld) -> None:
    """A second reading counts only where it is the same request with its servers."""
    twins(world)
    await world.say("예산시스템 WAS 1호기 재기동해줘")
    again = world.engine.presses.read_again
    assert again is not None

    async def other(_text: str):
        return await again("기획재정부 예산시스템 WAS 1호기 정지해줘")

    world.engine.presses.read_again = other
    await world.say("/선택 2")
    (request,) = await world.store.requests()
    assert request.state is RequestState.NEEDS_ANSWER
    assert request.intent.action_sequence == ("RESTART_SERVICE",)
