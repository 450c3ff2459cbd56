"""A whole conversation of the in-house app: webhooks, a room's WebSocket, and the transcript from the wire.

`python -m tests.support.inhouse_conversation` writes `docs/transcripts/inhouse.md`.
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from guardia.hub.core.messenger import Arrived
from tests.fakes.wire import Wired
from tests.support.messenger_cases import APPROVER_ACCOUNT, ENGINEER_ACCOUNT, SECRET, InHouseCase
from tests.support.messenger_world import ROOM
from tests.support.recording import TRANSCRIPTS, Recording, record
from tests.support.recording import transcript as written
from tests.support.world import APPROVER, restart

FILE = TRANSCRIPTS / "inhouse.md"
ASSET = "D-WAS-01"
TEXT = "예산시스템 개발 WAS 1호기 재기동해줘"
ROOM_URL = f"/ws/chat/{ROOM}/pc-1"

INTRODUCTION = """# 사내 앱에서의 대화

에이전트로 접속(거절됨) → 방에 접속 → 틀린 서명 → 요청 → 카드 → 자신의 승인(거절됨)
→ 승인자의 누름(확인 링크) → 로그인한 방에서 승인 → 카드의 진행 → 결과 → 되풀이한 nonce → WebSocket의 말과 늦은 누름.
사내 앱과 허브 사이의 HTTP와 WebSocket을 오간 그대로입니다.
프레임은 한 줄에 하나이고, 승인자의 접속 하나에서 본 것입니다.
토큰과 서명은 `***`로 가렸고, 사람과 시각은 시험의 것입니다.

다시 기록하기: `python -m tests.support.inhouse_conversation`.
`tests/hub/chat/test_inhouse_conversation.py`가 같은 대화를 시험하고 이 파일과 맞추어 봅니다.
"""


class Conversation(Recording):
    """The app, a room of the hub, and what went between them."""

    platform = "inhouse"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.case = InHouseCase(self.clock)
        self.frames: list[dict[str, Any]] = []
        """What the room's connection was sent."""
        self._count = 0

    async def run(self) -> None:
        world = self.world
        async with self.hub(self.case.messenger):
            world.map("inhouse", ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
            world.parser.readings[TEXT] = (restart(ASSET, environment="DEV", requires_approval=True),)
            await world.connect(ASSET)
            await self.accounts.create_person(APPROVER.person_id, "승인자", roles=["approver"], institutions=["*"])
            token = (await self.accounts.open_session(APPROVER.person_id)).token
            await self._refused("AGENT")
            headers = {"Authorization": f"Bearer {token}"}
            async with connect(self._url("HUMAN"), additional_headers=headers, proxy=None) as socket:
                self._opened("HUMAN", {"authorization": "Bearer ***"}, "101 Switching Protocols")
                while not self.sockets.readers():
                    await asyncio.sleep(0.01)
                await self._talk(socket)

    async def _talk(self, socket: ClientConnection) -> None:
        world = self.world
        said = {"message_id": "m1", "user_id": ENGINEER_ACCOUNT, "room_id": ROOM, "text": TEXT}
        await self._post(self.case.signed(said, secret=b"another secret of it"))
        first = self.case.signed(said)
        await self._post(first)
        await self._seen(socket)
        (request,) = await world.store.requests()
        action = {"request_id": request.request_id, "button": "approve", "digest": request.plan.digest}
        press = {"room_id": ROOM, "text": "", "action": action}
        await self._post(self.case.signed({"message_id": "p1", "user_id": ENGINEER_ACCOUNT, **press}))
        await self._seen(socket)
        await self._post(self.case.signed({"message_id": "p2", "user_id": APPROVER_ACCOUNT, **press}))
        await self._send(socket, {"msg_type": "ACTION", "message_id": "c-0", "widget": action}, "receipt")
        await self.settle()
        await self._seen(socket)
        await world.work_off(ASSET)
        await self.settle()
        await self._seen(socket)
        await self._post(first)
        await self._send(socket, {"msg_type": "CHAT", "message_id": "c-1", "content": "도움말"}, "receipt")
        await self._send(socket, {"msg_type": "ACTION", "message_id": "c-2", "widget": action}, "error")

    def _url(self, kind: str) -> str:
        return f"ws://127.0.0.1:{self.port}{ROOM_URL}/{kind}"

    def _opened(self, kind: str, headers: dict[str, str], answer: str) -> None:
        self.wire.append(
            Wired(
                way="inhouse → hub",
                what=f"GET {ROOM_URL}/{kind}",
                body={"headers": {"upgrade": "websocket", **headers}, "body": ""},
                answer=answer,
            )
        )

    async def _refused(self, kind: str) -> None:
        """Connect as somebody whom rooms do not take."""
        async with connect(self._url(kind), proxy=None) as socket:
            self._opened(kind, {}, "101 Switching Protocols")
            self._received(str(await socket.recv()))
            await socket.wait_closed()
            what = {"code": socket.close_code, "reason": socket.close_reason}
            self.wire.append(Wired(way="hub → inhouse", what="close", body=what))

    async def _post(self, request: Arrived) -> None:
        headers = {"content-type": "application/json", **request.headers}
        await self.call(Arrived(method="POST", path=request.path, headers=headers, body=request.body))

    async def _send(self, socket: ClientConnection, frame: dict[str, Any], kind: str) -> None:
        """Say or press in the room, and wait for what only this connection is told of it."""
        text = json.dumps(frame, ensure_ascii=False)
        self.wire.append(Wired(way="inhouse → hub", what="frame", body=text))
        await socket.send(text)
        await self._seen(socket, kind)

    async def _seen(self, socket: ClientConnection, kind: str = "") -> None:
        """Receive until everything that the room was shown came, and a frame of this kind if one is named."""
        awaited = bool(kind)
        async with asyncio.timeout(10):
            while awaited or not self._all_came():
                frame = self._received(str(await socket.recv()))
                awaited = awaited and (frame.get("widget") or {}).get("kind") != kind

    def _all_came(self) -> bool:
        came = {(frame["message_id"], frame.get("revision")) for frame in self.frames}
        return all((message.message_id, message.revision) in came for message in self.shown)

    def _received(self, text: str) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(text)
        self.frames.append(frame)
        self.wire.append(Wired(way="hub → inhouse", what=f"frame {frame['msg_type']}", body=text))
        return frame


def transcript(wire: list[Wired]) -> str:
    return written(INTRODUCTION, wire, _masked)


def _masked(text: str) -> str:
    text = text.replace(SECRET.decode(), "***")
    text = re.sub(r"/go/[A-Za-z0-9_.~-]+", "/go/***", text)
    return re.sub(r"(x-guardia-signature: )\S+", r"\1***", text)


if __name__ == "__main__":
    asyncio.run(record(Conversation, transcript, FILE))
