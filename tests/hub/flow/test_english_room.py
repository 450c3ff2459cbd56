"""A room that speaks English: a whole life of requests, and not a word of Korean beside people's own and the CMDB's."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.chat.render import outgoing
from guardia.hub.core.intent import IntentType
from guardia.hub.core.message import RoomMessage, StagedFile
from guardia.hub.core.messenger import Capabilities
from guardia.hub.core.refusals import refused
from guardia.hub.core.states import RequestState
from guardia.hub.errors import HubError
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric, Table, canonical
from guardia.proto.frames import ProbeResult, ProbeVerdict, StepOutcome
from tests.support.talking import TalkingWorld
from tests.support.world import APPROVER, ENGINEER, SERVERS, VIEWER, World, check, restart, server

HANGUL = re.compile("[가-힣]")
NAMES = ("기획재정부", "예산시스템", "국세청", "홈택스", "기재부", "요약")  # the last: what the fake agent found
FILE = StagedFile(file_id="f1", name="budget.war", sha256="0" * 64, size=10)
POOR = Capabilities()
RICH = Capabilities(buttons=True, edits=True, threads=True)


class EnglishWorld(World):
    """Keeps every form of every message, and what people said."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.language["ops"] = "en"
        self.said: list[str] = []
        self.forms: list[RoomMessage] = []

    async def start(self) -> None:
        await super().start()
        show = self.rooms.show

        async def remember(message: RoomMessage) -> None:
            self.forms.append(message)
            await show(message)

        self.rooms.show = remember  # type: ignore[method-assign]


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from strings(one)
        case list() | tuple():
            for one in value:
                yield from strings(one)


def korean(text: str, *quoted: str) -> str:
    """What of `text` is Korean and no name or quotation."""
    for name in sorted((*NAMES, *quoted), key=len, reverse=True):
        text = text.replace(name, "")
    return text if HANGUL.search(text) else ""


def check_all(world: Any, *quoted: str) -> None:
    """Every message that the hub has shown, as the console gets it and as every messenger does."""
    own = [m for m in world.forms if m.sender == "GUARDiA"]
    assert own
    for message in own:
        texts = [message.content, *strings(message.widget or {})]
        for capabilities in (POOR, RICH):
            form = outgoing(message, capabilities, "en")
            texts += [
                form.text,
                *(f"{row.title} {row.text}" for row in form.rows),
                *(one.label for one in form.buttons),
            ]
        found = [wrong for text in texts if (wrong := korean(text, *quoted))]
        assert not found, (message.message_id, found)


@pytest.fixture
async def world(tmp_path: Path):
    made = EnglishWorld(tmp_path, step_up="never")
    await made.start()
    yield made
    await made.stop()


def english(message: str) -> None:
    assert message
    assert not korean(message), message


async def test_a_change_from_question_to_result(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("please", restart("A-WAS-01"))
    english(receipt.message)
    card = world.card(receipt.sr_id or "")
    assert card["title"] == "restart 예산시스템 production WAS A-WAS-01"
    assert card["state_label"] == "Awaiting approval"
    assert [one["label"] for one in card["buttons"]] == ["Approve", "Reject", "Cancel"]
    request = await world.request(receipt.sr_id or "")
    text = outgoing(world.rooms.shown[f"card-{request.request_id}"], POOR, "en").text
    assert f"/approve {request.code}" in text
    assert f"/deny {request.code}" in text
    own = await world.say(f"/approve {request.code}")
    english(own.message)
    english((await world.say(f"approve {request.code}", person=APPROVER)).message)
    await world.work_off("A-WAS-01")
    assert (await world.request(request.request_id)).state is RequestState.SUCCEEDED
    assert world.rooms.shown[f"end-{request.request_id}"].content.endswith("— Done.")
    check_all(world)


async def test_every_other_end_of_a_change(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01")
    rejected = await world.say("a", restart("A-WAS-01"))
    code = (await world.request(rejected.sr_id or "")).code
    english((await world.say(f"/deny {code} not today", person=APPROVER)).message)
    cancelled = await world.say("b", restart("A-WAS-01"))
    await world.press(cancelled.sr_id or "", "cancel", ENGINEER)
    late = await world.say("c", restart("A-WAS-01"))
    world.clock.advance(1_000_000)
    await world.engine.tick()
    assert (await world.request(late.sr_id or "")).state is RequestState.EXPIRED
    failed = await world.say("d", restart("A-WAS-01"))
    await world.approve(failed.sr_id or "")
    await world.work_off("A-WAS-01", lambda _dispatch: (StepOutcome.FAILED, b""))
    nowhere = await world.say("e", restart(system_name="nowhere"))
    english(nowhere.message)
    english((await world.say("f", restart("A-WAS-01"), person=VIEWER)).message)
    english((await world.say("g", restart("A-WAS-01", action_sequence=("FLY",)))).message)
    english((await world.say("h", restart("A-WAS-01", parameters={"at": "soon"}))).message)
    deploy = restart("A-WAS-01", intent_type=IntentType.DEPLOY, action_sequence=("DEPLOY_ARTIFACT",))
    english((await world.say("i", deploy)).message)
    check_all(world)


async def test_a_deployment_that_is_put_back(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01")
    deploy = restart(
        "A-WAS-01",
        intent_type=IntentType.DEPLOY,
        action_sequence=("DEPLOY_ARTIFACT",),
        deploy_artifacts=(FILE.name,),
    )
    receipt = await world.say("deploy", deploy, files=(FILE,))
    await world.approve(receipt.sr_id or "")
    ran: list[str] = []

    def answer(dispatch: Any) -> tuple[StepOutcome, bytes]:
        ran.append(dispatch.action)
        first_restart = ran.count("RESTART_SERVICE") == 1 and ran[-1] == "RESTART_SERVICE"
        return (StepOutcome.FAILED if first_restart else StepOutcome.OK), b""

    await world.work_off("A-WAS-01", answer)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.ROLLED_BACK
    check_all(world)


async def test_an_agent_that_is_lost_and_a_step_that_nobody_knows_of(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("restart", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    (dispatch,) = world.dispatched("A-WAS-01")
    await world.accept("A-WAS-01", dispatch.step_id)
    await world.links.drop("A-WAS-01")
    card = world.card(receipt.sr_id or "")
    assert card["state_label"] == "Unknown · being looked into"
    await world.connect("A-WAS-01")
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.NEEDS_OPERATOR
    await world.links.answer(
        "A-WAS-01", ProbeResult(step_id=dispatch.step_id, verdict=ProbeVerdict.NOT_APPLIED, detail="not applied")
    )
    check_all(world)


async def test_what_queues_what_is_scheduled_and_what_goes_stale(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01")
    first, second = [await world.say(text, restart("A-WAS-01")) for text in ("one", "two")]
    await world.approve(first.sr_id or "")
    await world.approve(second.sr_id or "")
    assert (await world.request(second.sr_id or "")).state is RequestState.QUEUED
    at = restart("A-WAS-02", parameters={"at": "2031-01-01T00:00:00+09:00"})
    await world.say("later", at)
    stale = await world.say("stale", restart("A-WAS-02"))
    world.inventory.move((*SERVERS, server("A-WAS-03", 3)))
    await world.approve(stale.sr_id or "")
    check_all(world)


async def test_a_check_and_what_it_found(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    receipt = await world.say("disks", check())

    def answer(dispatch: Any) -> tuple[StepOutcome, bytes]:
        report = CheckReport(
            check="CHECK_DISK_SPACE",
            asset=dispatch.target,
            collected_at="t",
            status=CheckStatus.WARN,
            summary="디스크 사용량이 높습니다: /var 91.0%.",
            metrics=(Metric(name="disk_used:/var", value=91.0, unit="%", warn=85, crit=95),),
            table=Table(columns=("마운트", "사용 %"), rows=(("/var", "91.0"),)),
        )
        return StepOutcome.OK, canonical(report)

    await world.work_off("A-WAS-01", answer)
    await world.work_off("A-WAS-02", lambda _dispatch: (StepOutcome.FAILED, b""))
    assert (await world.request(receipt.sr_id or "")).final
    check_all(world)


async def test_whoever_is_refused_is_told_in_english(world: EnglishWorld) -> None:
    receipt = await world.say("restart", restart("A-WAS-01"))
    number = receipt.sr_id or ""
    errors: list[HubError] = []
    for button, person, digest in (
        ("approve", ENGINEER, ""),
        ("approve", APPROVER, "0" * 64),
        ("retry", APPROVER, ""),
        ("close", APPROVER, ""),
        ("choose:1", ENGINEER, ""),
        ("reject", VIEWER, ""),
        ("fly", ENGINEER, ""),
    ):
        with pytest.raises(HubError) as caught:
            await world.press(number, button, person, digest)
        errors.append(caught.value)
    with pytest.raises(HubError) as caught:
        await world.press("SR-none", "cancel")
    errors.append(caught.value)
    for error in errors:
        english(refused("en", error))
        assert HANGUL.search(refused("ko", error))
    for code in ("AAAA", "BBBB", "CCCC", "DDDD", "EEEE", "FFFF"):
        english((await world.say(f"/approve {code}")).message)
    for text in ("/choose 1", "/attach", "/link AB3D-EF7H"):
        english((await world.say(text)).message)
    check_all(world)


async def test_two_rooms_see_the_same_in_their_own_language(world: EnglishWorld) -> None:
    await world.connect("A-WAS-01")
    here = await world.say("here", restart("A-WAS-01"))
    there = await world.say("거기", restart("A-WAS-01"), room_id="korean")
    labels = [world.card(one.sr_id or "")["state_label"] for one in (here, there)]
    assert labels == ["Awaiting approval", "승인 대기"]
    request = await world.request(there.sr_id or "")
    await world.press(request.request_id, "cancel", ENGINEER, room_id="korean")
    world.language["korean"] = "en"  # the room was given another language since
    await world.engine.desk.show_again(request.request_id, 1)
    card = world.card(request.request_id)
    assert (card["state_label"], card["message"]) == ("Cancelled", "Cancelled by engineer1.")


class EnglishTalk(EnglishWorld, TalkingWorld):
    """Read by the real reader."""


async def test_a_conversation(tmp_path: Path) -> None:
    world = EnglishTalk(tmp_path)
    await world.start()
    try:
        said = (
            "help",
            "restart 예산시스템 WAS 1",
            "why",
            "status",
            "check the disks of 예산시스템 WAS, plan only",
            "run it now",
            "restart 홈택스 WAS 1, plan only",
            "attach to SR-1042",
            "cancel my last request",
            "turn off disk suggestions",
            "turn on suggestions",
            "turn off suggestions for 2 hours",
            "check now",
        )
        for text in said:
            english(korean((await world.say(text)).message, *said) or "-")
        check_all(world, *said)
        answers = [m.content for m in world.forms if m.message_id.startswith("reply-")]
        assert "Suggestions about disk are off in this room." in " ".join(answers), answers
        assert "Suggestions about everything are off in this room for 120 minutes." in answers
    finally:
        await world.stop()


async def test_advice(tmp_path: Path) -> None:
    world = EnglishTalk(tmp_path)
    await world.start()
    try:
        said = "예산시스템 DB 쿼리가 느려요"
        await world.say(said)
        (offer,) = world.offers()
        await world.press(offer["request_id"], "mute", ENGINEER)
        check_all(world, said, "쿼리", "느려요", "DB 쿼리가")
    finally:
        await world.stop()
