"""A world whose messages are read by the real embedded reader, with two systems to talk about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from guardia.cmdb.model import Alias, AliasKind, Inventory, Layer
from guardia.hub.core.message import RoomMessage
from guardia.hub.parser.adapter import EmbeddedParser
from tests.support.world import ENGINEER, SERVERS, World, server

OTHER = msgspec.structs.replace(ENGINEER, person_id="engineer2", name="engineer2")
ESTATE = (
    *SERVERS,
    server("A-DB-01", 1, layer=Layer.DB),
    server("N-WAS-01", 1, institution="국세청", system="홈택스"),
    server("N-DB-01", 1, institution="국세청", system="홈택스", layer=Layer.DB),
)
ALIASES = (Alias(kind=AliasKind.INSTITUTION, canonical="기획재정부", institution="", alias="기재부"),)


class TalkingWorld(World):
    """`say` without intents is read as in production."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.inventory.inventory = Inventory(revision=2, servers=ESTATE, aliases=ALIASES)
        self.parser = EmbeddedParser(self.inventory)  # type: ignore[assignment]

    def messages(self, start: str, room_id: str = "ops") -> list[RoomMessage]:
        """What the room was shown, newest form, of messages whose id begins so."""
        return [m for m in self.rooms.shown.values() if m.message_id.startswith(start) and m.room_id == room_id]

    def offers(self, room_id: str = "ops") -> list[dict[str, Any]]:
        return [m.widget or {} for m in self.messages("advice-", room_id)]

    def previews(self) -> list[dict[str, Any]]:
        return [m.widget or {} for m in self.messages("preview-")]

    def last(self) -> str:
        """The newest plain answer of the hub."""
        return self.messages("reply-")[-1].content
