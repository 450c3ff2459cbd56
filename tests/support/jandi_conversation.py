"""A whole conversation in Jandi, over real HTTP in both directions, and its transcript from the wire.

`python -m tests.support.jandi_conversation` writes `docs/transcripts/jandi.md`.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from guardia.cmdb.model import Inventory
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.messenger import Arrived
from guardia.hub.parser.adapter import EmbeddedParser
from tests.fakes.front import serving
from tests.fakes.jandi_server import JandiServer
from tests.fakes.wire import Wired
from tests.support.messenger_cases import APPROVER_ACCOUNT, CHANNELS, ENGINEER_ACCOUNT, JandiCase
from tests.support.messenger_world import ROOM
from tests.support.recording import TRANSCRIPTS, Recording, record
from tests.support.recording import transcript as written
from tests.support.world import SERVERS, server

FILE = TRANSCRIPTS / "jandi.md"
ASSET = "A-WAS-01"
TEXT = "예산시스템 WAS 재기동해줘"
STRANGER = "stranger@example.com"
TOKEN = "token-of-one"

INTRODUCTION = """# 잔디에서의 대화

틀린 토큰 → 연결되지 않은 계정 → 요청 → 되물음 → `/선택` → 자신의 승인(거절됨) → 승인자의 `/승인` → 시작 → 결과 → 알림.
시험용 잔디(`tests/fakes/jandi_server.py`)와 허브 사이의 HTTP를 오간 그대로입니다. 말은 실제 해석기가 읽었습니다.
운영의 승인도 글자로 되도록 `step_up = "never"`로 했습니다. 기본값에서는 승인 대신 확인 링크가 갑니다.
토큰과 Incoming Webhook의 주소는 `***`로 가렸고, 사람과 시각은 시험의 것입니다.
허브가 보내는 글자에는 링크나 멘션이 되지 않도록 보이지 않는 공백(U+200B)이 들어 있습니다.

다시 기록하기: `python -m tests.support.jandi_conversation`.
`tests/hub/chat/test_jandi_conversation.py`가 같은 대화를 시험하고 이 파일과 맞추어 봅니다.
"""


class Conversation(Recording):
    """The team, the hub, and what went between them."""

    platform = "jandi"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, step_up="never")
        self.server = JandiServer(*CHANNELS)
        self.wire = self.server.wire

    async def run(self) -> None:
        world = self.world
        other = server("E-WAS-01", 1, institution="국세청")
        world.inventory.inventory = Inventory(revision=2, servers=(SERVERS[0], other), aliases=())
        world.parser = EmbeddedParser(world.inventory)  # type: ignore[assignment]
        async with serving(self.server.app) as port:
            self.case = JandiCase(self.server, port)
            async with self.hub(self.case.messenger):
                world.map("jandi", ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
                await world.bind("jandi", "one", ROOM)
                await world.connect(ASSET)
                await self._talk()
            await self.case.messenger.close()

    async def _talk(self) -> None:
        world, said = self.world, self.case.said
        wrong = json.loads(said(TEXT).body) | {"token": "wrong-token"}
        await self._say(Arrived(method="POST", path=said(TEXT).path, headers={}, body=_json(wrong)))
        await self._say(said(TEXT, number=1, account=STRANGER))
        await self._say(said(TEXT, number=2))
        await self._say(said("/선택 2", number=3))
        (request,) = await world.store.requests()
        await self._say(said(f"/승인 {request.code}", number=4))
        await self._say(said(f"/승인 {request.code}", number=5, account=APPROVER_ACCOUNT, team=True))
        await world.work_off(ASSET)
        await world.carry()
        await world.engine.desk.post([NOTICE])
        await world.carry()

    async def _say(self, request: Arrived) -> None:
        headers = {"content-type": "application/json", **request.headers}
        await self.call(Arrived(method="POST", path=request.path, headers=headers, body=request.body))
        await self.world.carry()


NOTICE = RoomMessage(
    message_id="n-1",
    timestamp="2026-11-27T10:00:00Z",
    sender="GUARDiA",
    sender_type=SenderType.BOT,
    msg_type=MessageType.CHAT,
    content="오늘 22시부터 23시까지 점검합니다. 그동안 요청을 받지 않습니다.",
    room_id=ROOM,
)


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def transcript(wire: list[Wired]) -> str:
    return written(INTRODUCTION, wire, _masked)


def _masked(text: str) -> str:
    for secret in (TOKEN, "wrong-token", "/1234/one"):
        text = text.replace(secret, "/***" if secret.startswith("/") else "***")
    return text


if __name__ == "__main__":
    asyncio.run(record(Conversation, transcript, FILE))
