"""The whole hub with a model configured: disagreement asks the room, and a dead model is told of once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from guardia.cmdb.model import Inventory
from guardia.hub.app import Hub, init
from guardia.hub.config import Config, HubSection, ReaderSection
from guardia.hub.core.message import InboundMessage, MessageType, Person, RoomMessage
from tests.fakes import openai_server as fake
from tests.hub.parser.estates import city
from tests.support.schema import check as check_schema

ENGINEER = Person(person_id="engineer1", name="engineer1", roles=("engineer",), institutions=("*",))
NULLS = dict.fromkeys(["lines", "pattern", "since_minutes", "port", "session_id", "at", "version", "service"])
TEXT = "새들목 와스 2호기 재기동해줘"
STOP: dict[str, Any] = {
    "intent_type": "STOP",
    "institution": "청주시",
    "system_name": "새들목행정",
    "environment": "PROD",
    "infrastructure_layer": "WAS",
    "target_nodes": ["CJC-SDM-WAS-02"],
    "action_sequence": ["STOP_SERVICE"],
    "deploy_artifacts": [],
    "parameters": NULLS,
    "requires_approval": False,
}


def write_cmdb(folder: Path, inventory: Inventory) -> None:
    folder.mkdir()
    for name, rows in (("servers", inventory.servers), ("aliases", inventory.aliases)):
        table = [msgspec.to_builtins(row) for row in rows]
        text = "\n".join([",".join(table[0]), *(",".join(str(value) for value in row.values()) for row in table)])
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")


@asynccontextmanager
async def running(folder: Path, url: str) -> AsyncIterator[Hub]:
    config = Config(
        hub=HubSection(state_dir=str(folder / "state")),
        reader=ReaderSection(mode="both", url=url, model="tiny", timeout=2.0),
    )
    await asyncio.to_thread(init, config)
    hub = Hub(config)
    write_cmdb(folder / "cmdb", city())
    await hub.inventory.load()
    await hub.inventory.import_folder(folder / "cmdb", "admin1")
    await hub.engine.start()
    try:
        yield hub
    finally:
        await hub.engine.stop()
        assert hub.reader is not None
        await hub.reader.close()
        hub.database.close()


async def say(hub: Hub, number: int, text: str) -> None:
    await hub.engine.receive(
        InboundMessage(
            platform="web",
            message_id=f"m{number}",
            room_id="ops",
            person=ENGINEER,
            text=text,
            received_ms=hub.clock.now_ms(),
        )
    )


async def shown(hub: Hub, kind: MessageType) -> list[RoomMessage]:
    return [message for message in await hub.store.messages("ops") if message.msg_type is kind]


async def test_the_room_is_asked_where_the_readers_disagree(tmp_path: Path) -> None:
    async with fake.openai_server() as server, running(tmp_path, server.url) as hub:
        server.always = fake.answers([STOP])
        await say(hub, 1, TEXT)
        [card] = await shown(hub, MessageType.CARD)
        assert card.widget is not None
        assert "다르게 읽었습니다(작업)" in card.content
        assert [button["label"] for button in card.widget["buttons"]] == [
            "청주시 새들목행정 운영 WAS CJC-SDM-WAS-02 재기동",
            "청주시 새들목행정 운영 WAS CJC-SDM-WAS-02 중지",
            "취소",
        ]
        [request] = hub.engine.desk.requests.values()
        [drafted, *_] = await hub.store.events(request.request_id)
        explanation = json.loads(msgspec.json.encode(drafted))["explanation"]
        assert [one["intent_type"] for one in explanation["readings"]["model"]] == ["STOP"]


async def test_a_dead_model_is_told_of_once_and_messages_are_read_all_the_same(tmp_path: Path) -> None:
    async with fake.openai_server() as server, running(tmp_path, server.url) as hub:
        server.always = fake.worker_dead
        for number in range(6):
            await say(hub, number, TEXT)
        assert len(await hub.store.requests()) == 6
        async with asyncio.timeout(5):
            while not (notices := await shown(hub, MessageType.NOTICE)):
                await asyncio.sleep(0.01)
        for notice in notices:
            check_schema(msgspec.json.encode(notice))
        assert [notice.content for notice in notices] == [
            "언어 모델이 응답하지 않아 내장 판독기로만 메시지를 읽습니다."
        ]
        assert server.calls == 3
