"""The one place where the pace of people and rooms is kept: whatever surface they speak through, it passes here."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter

from guardia.hub.core.message import ButtonPress, InboundMessage, Receipt
from guardia.hub.core.pace import Pace
from guardia.hub.core.texts import Language
from guardia.hub.core.texts import said as worded
from guardia.hub.core.typed import parse as parse_typed
from guardia.hub.errors import RateLimitedError
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock, Conversation


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
            for kind in ("message", "press", "overheard")
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

    async def overhear(self, message: InboundMessage) -> None:
        over = self._paces["overheard"].take(message.person.person_id, message.room_id, self._clock.monotonic())
        if over is not None:  # nobody asked for anything, so nobody is told
            self._refused.labels(over.limit, "overheard").inc()
            return
        await self._conversation.overhear(message)

    async def press(self, press: ButtonPress) -> Receipt:
        self._take(press)
        return await self._conversation.press(press)

    async def claim(self, code: str, *, platform: str, account: str, language: Language = "ko") -> Receipt:
        """Nobody's yet, so of no person's and no room's pace; wrong codes have a limit of their own."""
        return await self._conversation.claim(code, platform=platform, account=account, language=language)

    def _take(self, said: InboundMessage | ButtonPress) -> None:
        pressed = isinstance(said, ButtonPress) or parse_typed(said.text) is not None
        kind = "press" if pressed else "message"
        over = self._paces[kind].take(said.person.person_id, said.room_id, self._clock.monotonic())
        if over is not None:
            self._refused.labels(over.limit, kind).inc()
            raise RateLimitedError(
                worded(f"pace.{over.limit}.{kind}"),
                remedy=worded("pace.again", seconds=over.retry_after),
                retry_after=over.retry_after,
            )
