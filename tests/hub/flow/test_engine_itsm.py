"""What ITSM systems are told of a request's way, in the transaction of its events; tickets that become requests."""

import json

import pytest
from sqlalchemy import select

from guardia.hub.chat.signature import sign
from guardia.hub.chat.signed import SignedRequests
from guardia.hub.chat.tickets import TicketDesk
from guardia.hub.core.intent import Intent, IntentType
from guardia.hub.core.itsm import ItsmEvent, Subscription
from guardia.hub.core.message import ReceiptStatus
from guardia.hub.core.messenger import Arrived
from guardia.hub.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    SignatureError,
    StoreError,
)
from guardia.hub.store.hooks import itsm_outbox
from guardia.proto.frames import StepOutcome
from tests.support.world import ENGINEER, VIEWER, World, check, restart

ALL = Subscription(endpoint="itsm")
SECRET = b"a secret of the itsm system"


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path)
    await world.start()
    world.engine.desk.subscriptions = [ALL]
    yield world
    await world.stop()


async def told(world: World, endpoint: str = "itsm") -> list[dict]:
    """The bodies that wait for an endpoint, in order."""
    query = select(itsm_outbox).where(itsm_outbox.c.endpoint == endpoint).order_by(itsm_outbox.c.seq)
    rows = await world.database.read(lambda c: c.execute(query).all())
    bodies = [json.loads(row.body) for row in rows]
    assert [(body["event_id"], body["event"]) for body in bodies] == [(row.event_id, row.event) for row in rows]
    return bodies


def names(bodies: list[dict]) -> list[str]:
    return [body["event"] for body in bodies]


async def test_the_way_of_a_change_is_told_step_by_step(world) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id)
    await world.work_off("A-WAS-01")
    bodies = await told(world)
    steps = [body for body in bodies if body["event"] == "step.result"]
    assert [name for name in names(bodies) if name != "step.result"] == [
        "request.created",
        "request.awaiting_approval",
        "request.approved",
        "request.started",
        "request.ended",
    ]
    request = await world.request(receipt.sr_id)
    assert [(s["step"]["action"], s["step"]["state"]) for s in steps] == [
        (step.action, "OK") for _, step in request.plan.steps() if step.role.value != "restore"
    ]
    assert len({body["event_id"] for body in bodies}) == len(bodies)
    log = await world.store.events(receipt.sr_id)
    for body in bodies:
        sr_id, _, version = body["event_id"].rpartition(".")
        assert sr_id == receipt.sr_id == body["request"]["sr_id"]
        assert body["request"]["version"] == int(version) <= len(log), "an event's own place in the log"
    first, last = bodies[0], bodies[-1]
    assert first["schema_version"] == 1
    assert (first["request"]["state"], last["request"]["state"]) == ("DRAFT", "SUCCEEDED")
    assert last["itsm_metadata"] == {"itsm_ticket_id": None, "asset_code": "A-WAS-01", "severity": "HIGH"}
    assert first["step"] is None
    assert last["request"]["approvals"]["given"][0]["by"] == "approver1"
    assert last["request"]["steps"]["OK"] == len(steps)


async def test_the_code_of_approvals_is_told_to_nobody_else(world) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    code = (await world.request(receipt.sr_id)).code
    assert code
    assert code not in json.dumps(await told(world), ensure_ascii=False)


@pytest.mark.parametrize(
    ("end", "expected"),
    [("reject", "request.rejected"), ("cancel", "request.cancelled"), ("expire", "request.ended")],
)
async def test_how_it_ends_before_it_began(world, end, expected) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    if end == "expire":
        world.clock.advance(10_000)
        await world.engine.tick()
    else:
        await world.press(receipt.sr_id, end)
    assert names(await told(world))[-1] == expected


async def test_questions_refusals_and_failed_steps_are_told(world) -> None:
    await world.say("어느 재기동", restart("A-WAS-01", system_name="UNKNOWN"))
    await world.say("남의 재기동", restart("A-WAS-01"), person=VIEWER)
    assert names(await told(world)) == [
        "request.created",
        "request.needs_answer",
        "request.created",
        "request.rejected",
    ]
    await world.connect("D-WAS-01")
    receipt = await world.say("확인", check("D-WAS-01", environment="DEV"))
    await world.work_off("D-WAS-01", lambda _step: (StepOutcome.FAILED, b""))
    bodies = [body for body in await told(world) if body["request"]["sr_id"] == receipt.sr_id]
    assert [b["step"]["state"] for b in bodies if b["event"] == "step.result"] == ["FAILED"]
    assert bodies[-1]["request"]["state"] == "FAILED"


async def test_each_endpoint_is_told_what_it_asked_for(world) -> None:
    ends = ("request.ended", "request.rejected", "request.cancelled")
    world.engine.desk.subscriptions = [
        ALL,
        Subscription(endpoint="ends", events=ends),
        Subscription(endpoint="nts", institutions=("국세청",)),
        Subscription(endpoint="mof", institutions=("기획재정부", "국세청"), events=("request.created",)),
    ]
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.press(receipt.sr_id, "reject")
    assert names(await told(world)) == ["request.created", "request.awaiting_approval", "request.rejected"]
    assert names(await told(world, "ends")) == ["request.rejected"]
    assert names(await told(world, "nts")) == []
    assert names(await told(world, "mof")) == ["request.created"]
    ids = {b["event"]: b["event_id"] for b in await told(world)}
    assert (await told(world, "ends"))[0]["event_id"] == ids["request.rejected"], "one event, one id"


async def test_what_was_not_committed_is_not_told(world, monkeypatch) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    before = await told(world)

    def fail(*_given) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("guardia.hub.store.commits.enqueue", fail)
        with pytest.raises(StoreError):
            await world.press(receipt.sr_id, "reject")
    assert await told(world) == before
    await world.press(receipt.sr_id, "reject")
    assert names(await told(world))[-1] == "request.rejected"


async def test_every_event_has_a_name_that_the_configuration_knows() -> None:
    from guardia.hub.config_outside import EventName

    assert set(EventName.__args__) == {"*", *(event.value for event in ItsmEvent)}


# --- tickets ----------------------------------------------------------------------------------------------------------


class People:
    async def person_for(self, platform, external_id):
        return {("itsm", "kim"): ENGINEER}.get((platform, external_id))


class Nonces:
    def __init__(self) -> None:
        self.seen: set[str] = set()

    async def remember_nonce(self, nonce: str) -> bool:
        fresh = nonce not in self.seen
        self.seen.add(nonce)
        return fresh


class Sender:
    """Signs as the documentation says."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0
        self.desk = TicketDesk(
            SignedRequests({"itsm": SECRET}, Nonces(), world.clock),
            conversation=world.engine,
            people=People(),
            clock=world.clock,
            enter=lambda room_id, _person: room_id != "secret",
            known_room=lambda room_id: room_id in ("ops", "secret"),
        )

    def arrived(self, secret: bytes = SECRET, **changes) -> Arrived:
        ticket = {"ticket_id": "INC-1042", "requester": "kim", "text": "재기동", "room_id": "ops"} | changes
        body = json.dumps(ticket).encode()
        self.count += 1
        stamp, nonce = str(self.world.clock.now_ms() // 1000), f"nonce-{self.count:08d}"
        signature = sign(secret, method="POST", path="/itsm/tickets", timestamp=stamp, nonce=nonce, body=body)
        headers = {
            "x-guardia-timestamp": stamp,
            "x-guardia-nonce": nonce,
            "x-guardia-signature": signature,
        }
        return Arrived(method="POST", path="/itsm/tickets", headers=headers, body=body)

    async def send(self, **changes):
        return (await self.desk.take(self.arrived(**changes)))[1]


@pytest.fixture
async def sender(world):
    world.parser.readings["재기동"] = (restart("A-WAS-01"),)
    await world.connect("A-WAS-01")
    return Sender(world)


async def test_a_ticket_becomes_a_request_and_its_id_stays_with_it_everywhere(world, sender) -> None:
    receipt = await sender.send(severity="CRITICAL")
    assert receipt.status is ReceiptStatus.PENDING_APPROVAL
    request = await world.request(receipt.sr_id)
    assert (request.itsm_ticket_id, request.requester.person_id, request.room_id) == ("INC-1042", "engineer1", "ops")
    assert world.card(receipt.sr_id)["ticket"] == "INC-1042"
    await world.approve(receipt.sr_id)
    await world.work_off("A-WAS-01")
    about = await world.store.messages("ops")
    assert {m.message_id.split("-")[0] for m in about} == {"itsm", "card", "end"}
    assert all(m.itsm_metadata.itsm_ticket_id == "INC-1042" for m in about)
    assert all(m.itsm_metadata.severity == "CRITICAL" for m in about)
    (drafted, *_) = await world.store.events(receipt.sr_id)
    assert (drafted.itsm_ticket_id, drafted.text, drafted.platform) == ("INC-1042", "재기동", "itsm")
    assert {body["itsm_metadata"]["itsm_ticket_id"] for body in await told(world)} == {"INC-1042"}
    assert (await world.store.verify())[1] == []


async def test_a_ticket_is_one_request_however_often_it_comes(world, sender) -> None:
    first = await sender.send()
    assert await sender.send() == first
    await world.restart()
    again = Sender(world)
    again.count = 100
    assert (await again.send()).sr_id == first.sr_id
    assert len(await world.store.requests()) == 1
    with pytest.raises(ConflictError, match="다른 내용"):
        await again.send(text="다른 내용")
    with pytest.raises(ConflictError):
        await again.send(severity="HIGH")


async def test_a_ticket_can_ask_and_not_decide(world, sender) -> None:
    receipt = await sender.send(text="재기동")
    code = (await world.request(receipt.sr_id)).code
    said = ("2번", "SR-77에 연결해줘", "실제로 실행해줘", "즉시 확인", "알림 꺼줘", "알림 켜줘")
    for number, text in enumerate(
        (f"/승인 {code}", f"승인 {code.lower()}", f"/거절 {code}", "/선택 1", "/첨부", *said)
    ):
        with pytest.raises(InvalidInputError, match="decision"):
            await sender.send(ticket_id=f"INC-{number}", text=text)
    world.parser.readings["취소해줘"] = (Intent(intent_type=IntentType.CANCEL),)
    refused = await sender.send(ticket_id="INC-CANCEL", text="취소해줘")
    assert (refused.status, refused.sr_id) == (ReceiptStatus.ERROR, None)
    request = await world.request(receipt.sr_id)
    assert (request.state, request.approvals) == ("AWAITING_APPROVAL", ())


async def test_what_is_refused(world, sender) -> None:
    with pytest.raises(SignatureError):
        await sender.desk.take(sender.arrived(secret=b"another secret of theirs"))
    replayed = sender.arrived(ticket_id="INC-9")
    await sender.desk.take(replayed)
    with pytest.raises(SignatureError, match="nonce"):
        await sender.desk.take(replayed)
    for changes, error in (
        ({"requester": "nobody"}, ForbiddenError),
        ({"room_id": "secret"}, ForbiddenError),
        ({"room_id": "elsewhere"}, NotFoundError),
        ({"ticket_id": "a b"}, InvalidInputError),
        ({"ticket_id": ""}, InvalidInputError),
        ({"text": "  "}, InvalidInputError),
        ({"text": "가" * 4_001}, InvalidInputError),
        ({"severity": "URGENT"}, InvalidInputError),
        ({"requester": "a\x00"}, InvalidInputError),
    ):
        with pytest.raises(error) as caught:
            await sender.send(**{"ticket_id": "INC-2"} | changes)
        assert caught.value.remedy
    assert [r.itsm_ticket_id for r in await world.store.requests()] == ["INC-9"]
    off = TicketDesk(
        None,
        conversation=world.engine,
        people=People(),
        clock=world.clock,
        enter=lambda *_: True,
        known_room=lambda _: True,
    )
    with pytest.raises(NotFoundError):
        await off.take(sender.arrived())


async def test_talk_is_no_request_and_says_so(world, sender) -> None:
    receipt = await sender.send(ticket_id="INC-3", text="점심 뭐 먹을까요")
    assert (receipt.status, receipt.sr_id) == (ReceiptStatus.IGNORED, None)
