"""Every messenger keeps to the port: one suite over all adapters and the fake one. `CASES` names them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.messenger import Arrived, Said
from guardia.hub.core.room import Scope
from guardia.hub.core.transcript import clean
from guardia.hub.errors import BusyError, ForbiddenError, InvalidInputError, SignatureError, StoreError
from guardia.proto.catalogue import CheckStatus
from guardia.proto.frames import StepOutcome
from tests.support.clock import FakeClock
from tests.support.messenger_cases import APPROVER_ACCOUNT, CASES, ENGINEER_ACCOUNT, SPEAKING, Case
from tests.support.messenger_world import ROOM, MessengerWorld
from tests.support.world import ENGINEER, check, found, restart

HOSTILE = [
    "<b>bold</b> & <script>alert(1)</script>",
    "[[눌러 주세요]](https://evil.example/x) [a](http://evil.example)",
    "<!channel> <!here> <@U123> <#C1|general> <https://evil.example|ok>",
    "@all @channel @김과장 ＠all #tag",
    "https://evil.example www.evil.example evil.example/x javascript:alert(1)",
    "*a* _b_ ~c~ `d` ```e``` # f\n> g\n- h\n| i | j |",
    "\x1b[31mred\x1b[0m \u202eabc\u202c \x00\x07",
    "[[[[]]]](((( :://// @@@@ <<<>>> &&amp;",
]


class Stage:
    """A world with the one messenger, its two channels bound to two rooms, and two people mapped."""

    def __init__(self, world: MessengerWorld, case: Case) -> None:
        self.world = world
        self.case = case
        self.name = case.messenger.name
        self.capabilities = case.messenger.capabilities

    async def say(self, text: str, *, work: bool = True, **how):
        return await self.world.webhook(self.name, self.case.said(text, **how), work=work)

    def requests(self) -> list[str]:
        return sorted(self.world.engine.desk.requests)


@contextlib.asynccontextmanager
async def staged(name: str, folder: Path, **options) -> AsyncIterator[Stage]:
    world = MessengerWorld(folder, **options)
    async with CASES[name](world.clock) as case:
        world.messengers = [case.messenger]
        await world.start()
        world.map(case.messenger.name, ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
        if not case.messenger.capabilities.waits:
            await world.bind(case.messenger.name, "one", ROOM)
            await world.bind(case.messenger.name, "two", "second")
        world.parser.readings["WAS 재기동해줘"] = (restart("MOF-BUD-WAS-01"),)
        try:
            yield Stage(world, case)
        finally:
            await world.stop()


@pytest.fixture(params=list(CASES))
async def stage(request, tmp_path) -> AsyncIterator[Stage]:
    async with staged(request.param, tmp_path) as made:
        made.world.parser.readings["재기동"] = (restart("A-WAS-01"),)
        yield made


@pytest.fixture(params=SPEAKING)
async def speaking(request, tmp_path) -> AsyncIterator[Stage]:
    async with staged(request.param, tmp_path) as made:
        made.world.parser.readings["재기동"] = (restart("A-WAS-01"),)
        made.world.parser.readings["개발 재기동"] = (restart("D-WAS-01", environment="DEV", requires_approval=True),)
        yield made


def notice(number: int, text: str = "", room: str = ROOM) -> RoomMessage:
    return RoomMessage(
        message_id=f"n-{number}",
        timestamp="2026-11-27T10:00:00Z",
        sender="GUARDiA",
        sender_type=SenderType.BOT,
        msg_type=MessageType.CHAT,
        content=text or f"소식 {number}",
        room_id=room,
    )


# --- verify -----------------------------------------------------------------------------------------------------------


async def test_what_is_not_proven_is_refused_and_nothing_of_it_is_kept(stage) -> None:
    for forged in stage.case.forgeries():
        with pytest.raises(SignatureError):
            await stage.world.webhook(stage.name, forged)
    assert await stage.world.store.open_inbox() == []
    assert stage.world.parser.seen == []


@pytest.mark.parametrize("name", CASES)
async def test_garbage_is_refused_in_the_words_of_the_port(name) -> None:
    async with CASES[name](FakeClock()) as case:
        genuine = case.said("안녕")

        @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.binary(max_size=300) | st.integers(0, len(genuine.body)).map(lambda n: genuine.body[:n]))
        def run(body: bytes) -> None:
            arrived = Arrived(method="POST", path=genuine.path, headers=genuine.headers, body=body)
            with contextlib.suppress(SignatureError, InvalidInputError):
                accepted = asyncio.run(case.messenger.accept(arrived))
                assert accepted.inbound == () or body == genuine.body

        await asyncio.to_thread(run)


async def test_genuine_but_malformed_bodies_are_refused(stage) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await stage.world.webhook(stage.name, stage.case.said("가" * 100_000))
    assert caught.value.remedy
    assert stage.world.parser.seen == []


# --- normalise --------------------------------------------------------------------------------------------------------


async def test_a_message_says_who_where_and_what(stage) -> None:
    accepted = await stage.case.messenger.accept(stage.case.said("예산시스템 WAS 확인해줘", number=7))
    (said,) = accepted.inbound
    assert isinstance(said, Said)
    assert (said.platform, said.channel, said.account) == (stage.name, "one", ENGINEER_ACCOUNT)
    assert said.text == "예산시스템 WAS 확인해줘"
    assert 0 < len(said.message_id) <= 200
    assert len(stage.name) <= 32


async def test_two_messages_are_two_and_one_twice_is_one(stage) -> None:
    ids = [
        (await stage.case.messenger.accept(stage.case.said(text, number=number, channel=channel))).inbound[0]
        for text, number, channel in [("재기동", 1, "one"), ("재기동", 2, "one"), ("재기동", 1, "one")]
    ]
    assert ids[0].message_id != ids[1].message_id
    assert ids[0].message_id == ids[2].message_id


# --- dedupe, durable --------------------------------------------------------------------------------------------------


async def test_a_message_runs_once_however_often_it_is_sent(stage) -> None:
    for _ in range(3):
        await stage.say("재기동", number=1)
    assert len(stage.requests()) == 1
    await stage.say("재기동", number=2)
    assert len(stage.requests()) == 2


async def test_the_very_same_request_again_runs_nothing(stage) -> None:
    arrived = stage.case.said("재기동")
    await stage.world.webhook(stage.name, arrived)
    with contextlib.suppress(SignatureError):
        await stage.world.webhook(stage.name, arrived)
    assert len(stage.requests()) == 1


async def test_an_unmapped_account_runs_nothing(stage) -> None:
    with contextlib.suppress(ForbiddenError):
        await stage.say("재기동", account="stranger@example.com")
    assert stage.world.parser.seen == []
    assert stage.requests() == []


async def test_an_unbound_channel_is_answered_once_and_runs_nothing(speaking) -> None:
    await speaking.world.chat_rooms.unbind(speaking.name, "two")
    await speaking.world.chat_rooms.load()
    answers = [await speaking.say("재기동", number=n, channel="two") for n in (1, 2)]
    await speaking.world.carry()
    assert speaking.world.parser.seen == []
    shown = speaking.case.texts("two")
    if speaking.capabilities.answers:
        assert all("연결되어 있지 않아" in speaking.case.visible(answer.body.decode()) for answer in answers)
        assert shown == []
    else:
        assert len(shown) == 1
        assert "연결되어 있지 않아" in shown[0]


async def test_taken_over_and_killed_before_the_work_it_runs_once_after_the_start(speaking) -> None:
    speaking.world.engine.intake.stopping.set()  # the process is killed between the answer and the work
    for number in (1, 2, 2, 3):
        answer = await speaking.say("재기동", number=number, work=False)
        assert answer.status == 200
    assert len(await speaking.world.store.open_inbox()) == 3
    assert speaking.world.parser.seen == []
    await speaking.world.restart()
    assert len(speaking.requests()) == 3
    await speaking.say("재기동", number=2)
    await speaking.world.restart()
    assert len(speaking.requests()) == 3
    assert await speaking.world.store.open_inbox() == []


async def test_a_room_is_worked_off_in_its_order(speaking) -> None:
    for number in range(10):
        await speaking.say(f"말 {number}", number=number, work=False)
    await speaking.world.engine.intake.idle(within=60)
    assert [given.text for given in speaking.world.parser.seen] == [f"말 {number}" for number in range(10)]


@pytest.mark.parametrize("name", SPEAKING)
async def test_a_full_backlog_is_told_and_takes_nothing_over(name, tmp_path) -> None:
    async with staged(name, tmp_path, inbox_limit=2) as stage:
        stage.world.engine.intake.stopping.set()
        stage.world.engine.intake._known |= {("x", "1"), ("x", "2")}
        with pytest.raises(BusyError):
            await stage.say("재기동", work=False)
        assert await stage.world.store.open_inbox() == []


async def test_work_that_the_store_refuses_is_tried_again(speaking, monkeypatch) -> None:
    asked = 0
    original = speaking.world.store.answer

    async def answer(*given) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise StoreError("the disk is full")
        await original(*given)

    monkeypatch.setattr(speaking.world.store, "answer", answer)
    await speaking.say("재기동")
    assert len(speaking.requests()) == 1
    assert await speaking.world.store.open_inbox() == []


# --- whose account it is ----------------------------------------------------------------------------------------------


async def told(stage, answer) -> str:
    """What whoever spoke was told, wherever the platform tells it."""
    await stage.world.carry()
    return stage.case.visible(answer.body.decode()) + "".join(stage.case.texts() if stage.capabilities.posts else ())


async def test_a_code_links_an_unknown_account_and_then_it_is_heard(stage) -> None:
    code = await stage.world.claimable(stage.name)
    answer = await stage.say(f"/연결 {code}", number=1, account="new@example.go.kr")
    assert "연결했습니다" in await told(stage, answer)
    assert stage.world.parser.seen == []
    await stage.say("재기동", number=2, account="new@example.go.kr")
    (request_id,) = stage.requests()
    request = await stage.world.request(request_id)
    assert request.requester.person_id == "claimer1"
    history = await stage.world.store.messages(ROOM) + await stage.world.store.messages("one")
    assert all(code not in message.content for message in history)


async def test_a_code_links_once_whatever_is_sent_again(stage) -> None:
    code = await stage.world.claimable(stage.name)
    for _ in range(3):
        answer = await stage.say(f"/연결 {code}", number=1, account="new@example.go.kr")
        assert "연결했습니다" in await told(stage, answer)
    answer = await stage.say(f"/연결 {code}", number=2, account="thief@example.com")
    assert "이미 쓰였습니다" in await told(stage, answer)
    with contextlib.suppress(ForbiddenError):
        await stage.say("재기동", number=3, account="thief@example.com")
    assert stage.requests() == []


async def test_a_code_in_an_unbound_channel_is_private_where_it_can_be(speaking) -> None:
    """Where nothing runs, since a direct message is the best place to type a code."""
    await speaking.world.chat_rooms.unbind(speaking.name, "two")
    await speaking.world.chat_rooms.load()
    code = await speaking.world.claimable(speaking.name)
    answer = await speaking.say(f"/연결 {code}", account="new@example.go.kr", channel="two")
    await speaking.world.carry()
    if speaking.capabilities.private:
        (shown,) = speaking.case.platform.channels["two"]
        assert shown.only_for == "new@example.go.kr"
    else:
        said = speaking.case.visible(answer.body.decode()) + "".join(speaking.case.texts("two"))
        assert "연결했습니다" in said


async def test_a_wrong_code_is_told_and_many_of_them_end_it(stage) -> None:
    code = await stage.world.claimable(stage.name)
    for number in range(5):
        answer = await stage.say(f"/연결 AAAA-AA2{number + 2}", number=number, account="guesser@example.com")
    assert "맞지 않거나" in await told(stage, answer)
    answer = await stage.say(f"/연결 {code}", number=9, account="guesser@example.com")
    assert "너무 많았습니다" in await told(stage, answer)


# --- scope ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(institutions=("국세청",), systems=("*",), environments=("*",), actions=("*",)),
        Scope(institutions=("*",), systems=("홈택스",), environments=("*",), actions=("*",)),
        Scope(institutions=("*",), systems=("*",), environments=("DEV",), actions=("*",)),
        Scope(institutions=("*",), systems=("*",), environments=("*",), actions=("CHECK_*", "START_SERVICE")),
    ],
)
async def test_a_request_outside_the_rooms_scope_is_refused_whoever_asks(speaking, scope) -> None:
    await speaking.world.bind(speaking.name, "one", ROOM, scope)
    await speaking.say("재기동")
    assert speaking.requests() == []
    await speaking.world.carry()
    assert any("이 방" in text for text in speaking.case.texts())
    assert speaking.world.links.sent == {} or not any(speaking.world.dispatched(a) for a in ("A-WAS-01",))


# --- out --------------------------------------------------------------------------------------------------------------


async def approved(stage: Stage, asset: str = "A-WAS-01", text: str = "재기동") -> str:
    """A request that waits for approval, told to the channel."""
    await stage.world.connect(asset)
    await stage.say(text)
    (request_id,) = stage.requests()
    await stage.world.carry()
    return request_id


async def test_a_request_is_followed_from_the_channel(speaking) -> None:
    request_id = await approved(speaking)
    asked = speaking.case.texts()
    assert len(asked) == 1
    assert request_id in asked[0]
    assert "/bin/do RESTART_SERVICE" in asked[0], "what will run is what an approver must see"
    request = await speaking.world.request(request_id)
    if not speaking.capabilities.buttons:
        assert f"승인: {speaking.capabilities.command}승인 {request.code}" in asked[0]
    await speaking.world.approve(request_id)  # in the console: every surface follows
    await speaking.world.carry()
    await speaking.world.work_off("A-WAS-01")
    await speaking.world.carry()
    shown = speaking.case.texts()
    if speaking.capabilities.edits:
        assert len(shown) == 2, "one card, and the result as a message of its own"
        assert "완료" in shown[0]
    else:
        assert len(shown) == 3, "approval needed, started, result"
        assert "실행 중" in shown[1]
    assert "완료" in shown[-1]
    assert await speaking.world.deliveries.count() == 0


async def test_buttons_disappear_when_they_no_longer_count(speaking) -> None:
    request_id = await approved(speaking)
    await speaking.world.approve(request_id)
    await speaking.world.work_off("A-WAS-01")
    await speaking.world.carry()
    platform = getattr(speaking.case, "platform", None)
    if platform is None or not speaking.capabilities.buttons:
        assert "승인: " not in speaking.case.texts()[-1]
        return
    assert [shown.message.buttons for shown in platform.channels["one"]] == [(), ()]


async def test_changes_of_a_card_are_coalesced_and_never_too_fast(speaking) -> None:
    request_id = await approved(speaking)
    calls = len(speaking.case.texts())
    await speaking.world.approve(request_id)
    step = speaking.world.dispatched("A-WAS-01")[0]
    await speaking.world.accept("A-WAS-01", step.step_id)
    for _ in range(30):
        speaking.world.clock.advance(0.1)
        await speaking.world.engine.desk.post(
            [speaking.world.engine.board.card(speaking.world.engine.desk.requests[request_id])]
        )
        await speaking.world.carry(0.1)
    await speaking.world.carry()
    platform = getattr(speaking.case, "platform", None)
    if platform is not None:
        assert platform.too_fast == []
    if speaking.capabilities.edits:
        (card,) = platform.channels["one"]
        assert 1 <= card.edits <= 3
        stored = await speaking.world.store.message(ROOM, f"card-{request_id}")
        assert stored.content in card.text, "the newest form is there in the end"
    else:
        assert len(speaking.case.texts()) == calls + 1, "only that it started"


async def test_an_outage_loses_nothing_and_keeps_the_order(speaking) -> None:
    speaking.case.outage(True)
    await speaking.world.engine.desk.post([notice(number) for number in range(5)])
    await speaking.world.carry(300)
    assert speaking.case.texts() == []
    await speaking.world.restart()
    await speaking.world.engine.desk.post([notice(5)])
    await speaking.world.carry(30)
    speaking.case.outage(False)
    await speaking.world.carry(300)
    assert speaking.case.texts() == [f"소식 {number}" for number in range(6)]
    assert await speaking.world.deliveries.count() == 0


async def test_a_rate_limit_is_honoured(speaking) -> None:
    speaking.case.limit(30)
    await speaking.world.engine.desk.post([notice(1)])
    await speaking.world.carry(29)
    assert speaking.case.texts() == []
    await speaking.world.carry(31)
    assert speaking.case.texts() == ["소식 1"]


async def test_a_refused_message_holds_up_no_other(speaking) -> None:
    speaking.case.refuse_once()
    await speaking.world.engine.desk.post([notice(1), notice(2)])
    await speaking.world.carry()
    assert speaking.case.texts() == ["소식 2"]
    assert await speaking.world.deliveries.count() == 0


async def test_a_channel_that_is_gone_is_parked_and_blocks_no_other(speaking) -> None:
    speaking.case.delete("one")
    await speaking.world.engine.desk.post([notice(1), notice(2, room="second")])
    await speaking.world.carry()
    assert speaking.case.texts("two") == ["소식 2"]
    rooms = {room.room_id: room for room in await speaking.world.chat_rooms.rooms()}
    (parked,) = rooms[ROOM].channels
    assert parked.parked_ms
    assert parked.parked_reason
    assert parked.waiting == 1
    await speaking.world.engine.desk.post([notice(3)])
    assert await speaking.world.deliveries.count() == 1, "nothing piles up for a channel that takes nothing"
    await speaking.world.chat_rooms.load()
    assert speaking.world.chat_rooms.parked() == 1
    told = [one for one in await speaking.world.store.messages(ROOM) if one.message_id.startswith("parked-")]
    assert len(told) == 1, "the administrators are told once"
    assert "rooms bind" in told[0].content


async def test_a_parked_channel_goes_on_when_its_address_is_changed(speaking) -> None:
    speaking.case.delete("one")
    await speaking.world.engine.desk.post([notice(1)])
    await speaking.world.carry()
    await speaking.world.restart()
    await speaking.world.carry()
    assert speaking.world.chat_rooms.parked() == 1, "the same address is not tried again by itself"
    await speaking.world.deliveries.channels()
    before = speaking.case.messenger
    speaking.case.readdress("one")
    speaking.world.messengers = [speaking.case.messenger]
    await speaking.world.restart()
    await speaking.world.engine.desk.post([notice(2)])
    await speaking.world.carry()
    assert speaking.world.chat_rooms.parked() == 0
    assert speaking.case.texts() == ["소식 1", "소식 2"]
    await before.close()


async def test_long_output_is_a_summary_with_all_of_it_elsewhere(speaking) -> None:
    text = "\n".join(f"줄 {number} " + "가" * 50 for number in range(2_000))
    await speaking.world.engine.desk.post([notice(1, text)])
    await speaking.world.carry()
    (shown,) = speaking.case.texts()
    assert len(shown) < speaking.capabilities.max_text + 400
    assert "줄 0" in shown
    assert "전체 2000줄" in shown
    if speaking.capabilities.files_out:
        ((channel, file),) = speaking.case.platform.files
        assert (channel, file.data.decode()) == ("one", text)
    else:
        assert "https://guardia.example.go.kr/go/" in shown


async def test_what_people_say_and_what_others_were_answered_is_not_carried_here(speaking) -> None:
    await speaking.world.say("안녕하세요", person=ENGINEER)
    await speaking.world.say("도움말")
    await speaking.world.carry()
    assert speaking.case.texts() == []


@pytest.mark.parametrize("name", SPEAKING)
async def test_killed_between_the_platforms_answer_and_the_commit(name, tmp_path, monkeypatch) -> None:
    """At least once; exactly once where the platform recognises the key."""
    async with staged(name, tmp_path) as stage:
        await stage.world.engine.desk.post([notice(1), notice(2)])

        async def killed(*_given, **_named) -> None:
            raise StoreError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(stage.world.deliveries, "settle", killed)
            with pytest.raises(StoreError):
                await stage.world.courier.next(stage.name, "one")
        await stage.world.restart()
        await stage.world.carry()
        shown = stage.case.texts()
        expected = ["소식 1", "소식 2"] if stage.capabilities.idempotent else ["소식 1", "소식 1", "소식 2"]
        assert shown == expected


# --- text is text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
async def test_hostile_text_stays_text(name) -> None:
    async with CASES[name](FakeClock()) as case:

        @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            st.lists(
                st.sampled_from([*HOSTILE, "[", "]", "(", ")", "<", ">", "&", "@", "*", "_", "`", ":", "/", ".", "a"])
                | st.text(max_size=20),
                max_size=12,
            ).map("".join)
        )
        def run(text: str) -> None:
            raw = case.messenger.text(text)
            assert case.active(raw) == []
            assert case.visible(raw) == (text if name == "inhouse" else clean(text).replace("\u200b", ""))

        run()


async def test_hostile_names_logs_and_messages_stay_text_on_their_whole_way(speaking) -> None:
    text = "\n".join(HOSTILE)
    await speaking.world.connect("A-WAS-01")
    speaking.world.parser.readings[text] = (check("A-WAS-01"),)
    await speaking.say(text)
    report = found("A-WAS-01", CheckStatus.WARN).replace("요약".encode(), b"<@U1> [[x]](http://evil.example)")
    await speaking.world.work_off("A-WAS-01", lambda _step: (StepOutcome.OK, report))
    await speaking.world.carry()
    shown = speaking.case.texts()
    assert any("[[x]](http://evil.example)" in one for one in shown), "it is shown, as it is"
    platform = getattr(speaking.case, "platform", None)
    raws = (
        [one.raw for one in platform.channels["one"]]
        if platform is not None
        else [part for body in speaking.case.server.shown["one"] for part in [body.body, *_rows(body)]]
    )
    assert [found for raw in raws for found in speaking.case.active(raw)] == []


def _rows(body) -> list[str]:
    return [text for info in body.connectInfo for text in (info.title, info.description)]


# --- typed approvals --------------------------------------------------------------------------------------------------


async def test_a_typed_rejection_ends_the_request(speaking) -> None:
    request_id = await approved(speaking)
    code = (await speaking.world.request(request_id)).code
    await speaking.say(f"/거절 {code.lower()} 점검 시간이 아닙니다", number=2, account=APPROVER_ACCOUNT)
    request = await speaking.world.request(request_id)
    assert request.state == "REJECTED"
    assert "점검 시간이 아닙니다" in str(request.message)


async def test_a_typed_approval_of_a_lower_tier_counts_once(speaking) -> None:
    request_id = await approved(speaking, "D-WAS-01", "개발 재기동")
    code = (await speaking.world.request(request_id)).code
    await speaking.say(f"/승인 {code}", number=2, account=ENGINEER_ACCOUNT)
    assert (await speaking.world.request(request_id)).approvals == (), "nobody approves their own"
    await speaking.say(f"/승인 {code}", number=3, account=APPROVER_ACCOUNT)
    request = await speaking.world.request(request_id)
    assert [approval.by for approval in request.approvals] == ["approver1"]


async def test_production_needs_a_step_up_and_the_link_serves_the_approver_alone(speaking) -> None:
    request_id = await approved(speaking)
    request = await speaking.world.request(request_id)
    await speaking.say(f"/승인 {request.code}", number=2, account=APPROVER_ACCOUNT)
    await speaking.world.carry()
    assert (await speaking.world.request(request_id)).approvals == (), "the messenger's word is not enough"
    platform = getattr(speaking.case, "platform", None)
    told = (
        platform.channels["one"][-1].message.link.url
        if platform is not None
        else speaking.case.server.shown["one"][-1].body.rpartition("](")[2].rstrip(")")
    )
    if platform is not None and speaking.capabilities.private:
        assert platform.channels["one"][-1].only_for == APPROVER_ACCOUNT
    grant = speaking.world.signer.open(told.rpartition("/")[2])
    assert (grant.purpose, grant.person_id, grant.request_id) == ("confirm", "approver1", request_id)
    assert grant.digest == request.plan.digest


async def test_a_requester_gets_no_link(speaking) -> None:
    request_id = await approved(speaking)
    code = (await speaking.world.request(request_id)).code
    await speaking.say(f"/승인 {code}", number=2)
    await speaking.world.carry()
    assert "자신의 요청은 승인할 수 없습니다" in speaking.case.texts()[-1]


async def test_guessing_codes_ends_soon(speaking) -> None:
    request_id = await approved(speaking, "D-WAS-01", "개발 재기동")
    code = (await speaking.world.request(request_id)).code
    wrong = [guess for guess in ("AAAA", "BBBB", "CCCC", "DDDD", "EEEE", "FFFF") if guess != code][:5]
    for number, guess in enumerate(wrong, 2):
        await speaking.say(f"/승인 {guess}", number=number, account=APPROVER_ACCOUNT)
    await speaking.say(f"/승인 {code}", number=20, account=APPROVER_ACCOUNT)
    assert (await speaking.world.request(request_id)).approvals == ()
    speaking.world.clock.advance(601)
    await speaking.say(f"/승인 {code}", number=21, account=APPROVER_ACCOUNT)
    assert len((await speaking.world.request(request_id)).approvals) == 1


async def test_the_inhouse_app_types_too(tmp_path) -> None:
    async with staged("inhouse", tmp_path) as stage:
        stage.world.parser.readings["재기동"] = (restart("A-WAS-01"),)
        await stage.say("재기동")
        (request_id,) = stage.requests()
        code = (await stage.world.request(request_id)).code
        answer = await stage.say(f"/승인 {code}", number=2, account=APPROVER_ACCOUNT)
        assert b"https://guardia.example.go.kr/go/" in answer.body
        assert (await stage.world.request(request_id)).approvals == ()
        await stage.say(f"/거절 {code} 아님", number=3, account=APPROVER_ACCOUNT)
        assert (await stage.world.request(request_id)).state == "REJECTED"


@pytest.mark.parametrize(("node", "environment"), [("A-WAS-01", "PROD"), ("D-WAS-01", "DEV")])
async def test_who_stole_the_secret_of_the_inhouse_app_approves_nothing(tmp_path, node, environment) -> None:
    """It speaks for everybody and is told everything: it asks as one person, and can but ask another to confirm."""
    async with staged("inhouse", tmp_path) as stage:
        stage.world.parser.readings["재기동"] = (restart(node, environment=environment, requires_approval=True),)
        await stage.say("재기동")
        (request_id,) = stage.requests()
        request = await stage.world.request(request_id)
        assert request.plan is not None
        action = {"request_id": request_id, "button": "approve", "digest": request.plan.digest}
        pressed = stage.case.pressed(action, number=2)
        answer, status = await stage.world.reception.webhook("inhouse", pressed)
        assert (status, b"/go/" in answer.body) == ("PENDING_APPROVAL", True)
        again, _ = await stage.world.reception.webhook("inhouse", stage.case.pressed(action, number=2))
        assert again.body == answer.body
        typed = await stage.say(f"/승인 {request.code}", number=3, account=APPROVER_ACCOUNT)
        assert b"/go/" in typed.body
        mine = stage.case.pressed(action, number=4, account=ENGINEER_ACCOUNT)
        with pytest.raises(ForbiddenError):
            await stage.world.reception.webhook("inhouse", mine)
        request = await stage.world.request(request_id)
        assert (request.state, request.approvals) == ("AWAITING_APPROVAL", ())


# --- pace -------------------------------------------------------------------------------------------------------------


async def test_who_is_too_fast_is_told_when_to_come_again_and_others_go_on(speaking) -> None:
    speaking.world.parser.readings["다른 사람"] = (check("A-WAS-01"),)
    await speaking.world.connect("A-WAS-01")
    answers = [await speaking.say(f"말 {number}", number=number) for number in range(40)]
    entered = len(speaking.world.parser.seen)
    assert 15 <= entered <= 17
    await speaking.world.carry()
    told = [answer.body.decode() for answer in answers if answer.body] + speaking.case.texts()
    assert any("초 뒤에 다시 보내 주세요" in text for text in told)
    assert len([text for text in speaking.case.texts() if "너무 잦아" in text]) <= 1, "telling is no flood itself"
    assert all(answer.status == 200 for answer in answers), "a platform that is refused sends it again"
    await speaking.say("다른 사람", number=50, account=APPROVER_ACCOUNT)
    assert len(speaking.requests()) == 1
    speaking.world.clock.advance(60)
    await speaking.say("다시", number=51)
    assert len(speaking.world.parser.seen) == entered + 2
