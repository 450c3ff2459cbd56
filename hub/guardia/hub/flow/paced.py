"""The one place where the pace of people and rooms is kept: whatever surface they speak through, it passes here."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter

from guardia.hub.core.message import ButtonPress, InboundMessage, Receipt
from guardia.hub.core.pace import Pace
from guardia.hub.core.typed import parse as parse_typed
from guardia.hub.errors import RateLimitedError
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock, Conversation

_WHOSE = {
    ("person", "message"): "한 사람이 보낼 수 있는 속도를 넘어 이번 메시지는 접수하지 않았습니다.",
    ("person", "press"): "한 사람이 누를 수 있는 속도를 넘어 이번 버튼은 접수하지 않았습니다.",
    ("room", "message"): "이 방에 메시지가 너무 많아 이번 메시지는 접수하지 않았습니다.",
    ("room", "press"): "이 방에서 버튼이 너무 많이 눌려 이번 버튼은 접수하지 않았습니다.",
}


class PacedConversation:
    """`ports.Conversation` around another one; its calls may also raise `RateLimitedError`: nothing was taken over.

    Messages and presses have tokens of their own, so that whoever (or whichever room) talks too much can still approve,
    reject and cancel; a typed command counts as the press that it stands for. What is sent again counts again.
    """

    def __init__(
        self, conversation: Conversation, settings: FlowSettings, clock: Clock, registry: CollectorRegistry
    ) -> None:
        self._conversation = conversation
        self._clock = clock
        self._paces = {
            kind: Pace(
                person_per_minute=settings.person_per_minute,
                room_per_minute=settings.room_per_minute,
            )
            for kind in ("message", "press")
        }
        self._refused = Counter(
            "guardia_paced",
            "Messages and presses refused because a person or a room was too fast",
            ["limit", "kind"],
            registry=registry,
        )

    async def receive(self, message: InboundMessage) -> Receipt:
        self._take(message)
        return await self._conversation.receive(message)

    async def take(self, said: InboundMessage | ButtonPress) -> None:
        self._take(said)
        await self._conversation.take(said)

    async def press(self, press: ButtonPress) -> Receipt:
        self._take(press)
        return await self._conversation.press(press)

    async def claim(self, code: str, *, platform: str, account: str) -> Receipt:
        """Nobody's yet, so of no person's and no room's pace; wrong codes have a limit of their own."""
        return await self._conversation.claim(code, platform=platform, account=account)

    def _take(self, said: InboundMessage | ButtonPress) -> None:
        pressed = isinstance(said, ButtonPress) or parse_typed(said.text) is not None
        kind = "press" if pressed else "message"
        over = self._paces[kind].take(said.person.person_id, said.room_id, self._clock.monotonic())
        if over is not None:
            self._refused.labels(over.limit, kind).inc()
            raise RateLimitedError(
                _WHOSE[over.limit, kind],
                remedy=f"{over.retry_after}초 뒤에 다시 보내 주세요.",
                retry_after=over.retry_after,
            )
