"""What a message or press has done already, when it is worked off again: its receipt was not written.

It is looked for before anything is done: "취소해줘" and "1번" would otherwise hit the next request or question.
"""

from __future__ import annotations

from guardia.hub.core.message import ButtonPress, InboundMessage
from guardia.hub.core.request import Request
from guardia.hub.flow.entries import told_by, typed_by
from guardia.hub.ports import Store

_CLOCK_BACK_MS = 3_600_000
"""How far the hub's clock may have gone back between the taking over and the decision."""


class Decided:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, said: InboundMessage | ButtonPress, by: str = "") -> Request | None:
        """The request of its room that it has decided something of; None: nothing yet.

        `by`: its name in the events, where that is not its own.
        """
        by = by or told_by(said)
        return next((one for one in await self._since(said) if by in one.decided_by), None)

    async def of_words(self, message: InboundMessage) -> Request | None:
        """The same for words that are no reading: also the request that an offer or a preview became by them."""
        by = (told_by(message), typed_by(message))
        for one in await self._since(message):
            if any(each in one.decided_by for each in by):
                return one
            if (one.platform, one.message_id) == (message.platform, message.message_id):
                return one
        return None

    async def _since(self, said: InboundMessage | ButtonPress) -> list[Request]:
        return await self._store.changed_since(said.room_id, said.received_ms - _CLOCK_BACK_MS)
