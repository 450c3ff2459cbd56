"""The message schema is on every message: of rooms, of WebSockets, and behind everything that messengers are given."""

import asyncio
import contextlib
import json

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from guardia.hub.chat.room import RoomHub
from guardia.hub.core.message import InboundMessage, Severity
from guardia.proto.frames import StepOutcome
from tests.fakes.front import Front, SystemClock, serving
from tests.support.messenger_cases import CASES, ENGINEER_ACCOUNT, SPEAKING
from tests.support.messenger_world import ROOM, MessengerWorld
from tests.support.schema import check as check_schema
from tests.support.world import ENGINEER, VIEWER, check, restart


class Everything:
    """Keeps every message that the engine shows, as it goes out, and hands it on."""

    def __init__(self, hub: RoomHub) -> None:
        self.hub = hub
        self.shown: list[bytes] = []

    async def show(self, message) -> None:
        self.shown.append(msgspec.json.encode(message))
        await self.hub.show(message)


async def live(world: MessengerWorld) -> None:
    """Everything that becomes of messages: talk, help, a ticket, a question, refusals, failures, ends of all kinds."""
    await world.connect("A-WAS-01", "A-WAS-02", "D-WAS-01")
    await world.say("점심 뭐 먹을까요")
    await world.say("방금 요청 취소해줘", restart("A-WAS-01", intent_type="CANCEL"))
    await world.say("도움말", restart("A-WAS-01", intent_type="HELP"))
    await world.say("어느 재기동", restart("A-WAS-01", system_name="UNKNOWN"))
    await world.say("남의 재기동", restart("A-WAS-01"), person=VIEWER)
    await world.say("/승인 AAAA")
    done = await world.say("재기동 1", restart("A-WAS-01"))
    await world.approve(done.sr_id)
    await world.work_off("A-WAS-01")
    rejected = await world.say("재기동 2", restart("A-WAS-02"))
    await world.press(rejected.sr_id, "reject")
    failed = await world.say("확인", check("D-WAS-01", environment="DEV"))
    await world.work_off("D-WAS-01", lambda _step: (StepOutcome.FAILED, b""))
    assert (await world.request(failed.sr_id)).final
    expired = await world.say("재기동 3", restart("A-WAS-02"))
    world.clock.advance(10_000)
    await world.engine.tick()
    assert (await world.request(expired.sr_id)).final
    world.parser.readings["티켓"] = (restart("A-WAS-01"),)
    await world.engine.receive(
        InboundMessage(
            platform="itsm",
            message_id="INC-7",
            room_id=ROOM,
            person=ENGINEER,
            text="티켓",
            received_ms=world.clock.now_ms(),
            itsm_ticket_id="INC-7",
            severity=Severity.LOW,
        )
    )
    await world.engine.desk.finish()


@pytest.mark.parametrize("name", SPEAKING)
async def test_every_message_of_rooms_and_of_messengers(name, tmp_path) -> None:
    world = MessengerWorld(tmp_path)
    async with CASES[name](world.clock) as case:
        world.messengers = [case.messenger]
        await world.start()
        await world.bind(name if not name.startswith("fake") else case.messenger.name, "one", ROOM)
        world.map(case.messenger.name, ENGINEER_ACCOUNT, "approver@example.go.kr")
        hub = RoomHub(world.store)
        everything = Everything(hub)
        world.engine.desk._rooms = everything
        given = []
        original = world.deliveries.waiting

        async def waiting(*place, **how):
            found = await original(*place, **how)
            given.extend(found)
            return found

        world.deliveries.waiting = waiting
        subscription = hub.join(ROOM)
        await live(world)
        await world.webhook(case.messenger.name, case.said("안녕하세요"))
        await world.carry(600)
        shown = [check_schema(data) for data in everything.shown]
        assert {one.msg_type for one in shown} == {"CHAT", "CARD"}
        assert {one.sender_type for one in shown} == {"HUMAN", "BOT"}
        stream = subscription.stream()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                async for data in stream:
                    check_schema(data)
        subscription_ids = {one.message_id for one in shown}
        history = await world.store.messages(ROOM)
        assert {check_schema(msgspec.json.encode(one)).message_id for one in history} == subscription_ids
        ticketed = [one for one in shown if one.itsm_metadata.itsm_ticket_id == "INC-7"]
        assert {one.message_id.split("-")[0] for one in ticketed} >= {"itsm", "card"}
        carried = [one for one in given if one.notice is None]
        assert carried, "something was given to the messenger"
        for one in carried:
            assert check_schema(msgspec.json.encode(one.message)).message_id == one.message_id
        assert {one.message_id.split("-")[0] for one in carried} >= {"card", "end"}
        await world.stop()


async def test_every_message_of_a_websocket(tmp_path) -> None:
    front = Front(tmp_path, SystemClock())
    await front.people()
    said: list[str] = []
    async with serving(front.app) as port:
        url = f"ws://127.0.0.1:{port}/ws/chat/ops/c-1/"
        headers = {"Authorization": f"Bearer {await front.token('engineer1')}"}
        async with connect(f"{url}HUMAN", additional_headers=headers) as socket:
            for content in ("재기동해줘", "홈페이지 확인", "안녕"):
                await socket.send(json.dumps({"msg_type": "CHAT", "content": content, "message_id": f"m{len(said)}"}))
            await socket.send("nonsense")
            press = {"request_id": "SR-20261123-0001", "button": "approve", "digest": "d"}
            await socket.send(json.dumps({"msg_type": "ACTION", "widget": press, "message_id": "p"}))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5):
                    while True:
                        said.append(await socket.recv())
        for kind, options in (("AGENT", {"additional_headers": headers}), ("HUMAN", {})):
            async with connect(f"{url}{kind}", **options) as socket:
                with contextlib.suppress(ConnectionClosed):
                    while True:
                        said.append(await asyncio.wait_for(socket.recv(), 5))
    front.close()
    messages = [check_schema(text) for text in said]
    assert {one.msg_type for one in messages} == {"CHAT", "CARD", "NOTICE", "ERROR"}
    assert {one.sender_type for one in messages} >= {"HUMAN", "SYSTEM"}
    assert [one.widget["code"] for one in messages if one.msg_type == "ERROR"][-2:] == [
        "room.agents_elsewhere",
        "auth.required",
    ]
