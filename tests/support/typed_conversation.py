"""A conversation of typed words, as it is where there are no buttons: asked back, approved by code, told to the end.

Platforms that only post share it: Jandi, Mattermost, Teams.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from guardia.cmdb.model import Inventory
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.messenger import Arrived
from guardia.hub.core.request import Request
from guardia.hub.parser.adapter import EmbeddedParser
from tests.support.messenger_cases import APPROVER_ACCOUNT, CHANNELS, ENGINEER_ACCOUNT
from tests.support.messenger_world import ROOM
from tests.support.recording import Recording
from tests.support.world import SERVERS, server

ASSET = "A-WAS-01"
TEXT = "예산시스템 WAS 재기동해줘"
STRANGER = "stranger@example.com"

NOTICE = RoomMessage(
    message_id="n-1",
    timestamp="2026-11-27T10:00:00Z",
    sender="GUARDiA",
    sender_type=SenderType.BOT,
    msg_type=MessageType.CHAT,
    content="오늘 22시부터 23시까지 점검합니다. 그동안 요청을 받지 않습니다.",
    room_id=ROOM,
)


class TypedConversation(Recording):
    """The platform, the hub, and what went between them. `case` speaks for the platform's people."""

    prefix = "/"
    """Before a typed command."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, step_up="never")
        self.case: Any = None

    def platform_running(self) -> AbstractAsyncContextManager[Any]:
        """The platform's server behind HTTP, as the conformance suite's `Case` of it."""
        raise NotImplementedError

    def forged(self) -> Arrived:
        """The first request as somebody without the secret would send it."""
        raise NotImplementedError

    def approval(self, text: str, number: int) -> Arrived:
        """The approver's words."""
        return self.said(text, number, account=APPROVER_ACCOUNT)

    def said(self, text: str, number: int, account: str = ENGINEER_ACCOUNT) -> Arrived:
        request: Arrived = self.case.said(text, number=number, account=account)
        return request

    def texts(self) -> Sequence[str]:
        """What people see in the channel, top to bottom."""
        shown: Sequence[str] = self.case.texts(CHANNELS[0])
        return shown

    async def run(self) -> None:
        world = self.world
        other = server("E-WAS-01", 1, institution="국세청")
        world.inventory.inventory = Inventory(revision=2, servers=(SERVERS[0], other), aliases=())
        world.parser = EmbeddedParser(world.inventory)  # type: ignore[assignment]
        async with self.platform_running() as self.case, self.hub(self.case.messenger):
            world.map(self.platform, ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
            await world.bind(self.platform, CHANNELS[0], ROOM)
            await world.connect(ASSET)
            await self._talk()

    async def _talk(self) -> None:
        world = self.world
        await self.say(self.forged())
        await self.say(self.said(TEXT, 1, account=STRANGER))
        await self.say(self.said(TEXT, 2))
        await self.say(self.said(f"{self.prefix}선택 2", 3))
        (request,) = await world.store.requests()
        await self.say(self.said(f"{self.prefix}승인 {request.code}", 4))
        await self.say(self.approval(f"{self.prefix}승인 {request.code}", 5))
        await world.work_off(ASSET)
        await world.carry()
        await world.engine.desk.post([NOTICE])
        await world.carry()

    async def say(self, request: Arrived) -> None:
        headers = {"content-type": "application/json", **request.headers}
        await self.call(Arrived(method="POST", path=request.path, headers=headers, body=request.body))
        await self.world.carry()


async def told(conversation: TypedConversation, platform: str, texts: Sequence[str]) -> tuple[Request, str, str]:
    """Checks what the conversation did and what was said in it, up to what is the platform's own way: gives the
    request, the question that was asked back, and the words that ask for an approval."""
    (request,) = await conversation.world.store.requests()
    assert request.state == "SUCCEEDED"
    assert [approval.by for approval in request.approvals] == ["approver1"]
    called = [one for one in conversation.wire if one.way == f"{platform} → hub"]
    assert [one.answer["status"] for one in called] == [401, 200, 200, 200, 200, 200]
    assert "연결되어 있지 않아" in called[1].answer["body"]
    asked, waiting, refused, started, result, notice = texts
    assert "어느 기관인가요?" in asked
    assert "자신의 요청은 승인할 수 없습니다" in refused
    assert "실행 중" in started
    assert "완료" in result
    assert "점검합니다" in notice
    assert [step.action for step in conversation.world.dispatched(ASSET)].count("RESTART_SERVICE") == 1
    return request, asked, waiting
