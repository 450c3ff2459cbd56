"""Rooms of messengers, as kept: channels bound to rooms, scopes, languages, parked channels."""

from __future__ import annotations

import re
from typing import cast

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from guardia.hub.core.room import BoundRoom, Scope
from guardia.hub.core.texts import LANGUAGES, Language
from guardia.hub.errors import InvalidInputError, NotFoundError
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database
from guardia.hub.store.messengers import chat_channels, chat_rooms, deliveries

ROOM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}\Z")
PLATFORM = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
MAX_NAMES = 1_000
_ADDRESS = re.compile(r" \(address ([0-9a-f]{12})\)\Z")

_NAMES = msgspec.json.Decoder(tuple[str, ...])


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel that is bound to a room."""

    platform: str
    channel: str
    parked_ms: int | None = None
    parked_reason: str | None = None
    waiting: int = 0
    """Deliveries that wait for it."""

    @property
    def parked_address(self) -> str:
        """The fingerprint of the address that was refused; empty where there was none."""
        found = _ADDRESS.search(self.parked_reason or "")
        return found[1] if found else ""


class ChatRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room with its scope and its channels."""

    room_id: str
    scope: Scope
    language: Language
    channels: tuple[Channel, ...] = ()


class ChatRooms:
    """Reads from memory what `load` brought there; a running hub loads every few seconds, so that commands take effect.

    Its methods raise `StoreError` when the database fails.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rooms: dict[str, ChatRoom] = {}
        self._bound: dict[tuple[str, str], BoundRoom] = {}

    # --- from memory ------------------------------------------------------------------------------------------------

    def bound(self, platform: str, channel: str) -> BoundRoom | None:
        """The room that the channel is bound to."""
        return self._bound.get((platform, channel))

    def scope(self, room_id: str) -> Scope | None:
        """The scope of a room; None for a room that was never given one, as those of the console are."""
        room = self._rooms.get(room_id)
        return None if room is None else room.scope

    def language(self, room_id: str, otherwise: Language = "ko") -> Language:
        """The language of a room; `otherwise` for a room that was never bound, as those of the console are."""
        room = self._rooms.get(room_id)
        return otherwise if room is None else room.language

    def has_channels(self, room_id: str) -> bool:
        room = self._rooms.get(room_id)
        return room is not None and bool(room.channels)

    def with_channels(self) -> list[str]:
        """Ids of the rooms that somebody sees in a messenger."""
        return sorted(room_id for room_id, room in self._rooms.items() if room.channels)

    def parked(self) -> int:
        """How many channels are parked; for metrics."""
        return sum(c.parked_ms is not None for room in self._rooms.values() for c in room.channels)

    async def load(self) -> None:
        """Take what the database holds."""
        rooms = await self.rooms()
        self._rooms = {room.room_id: room for room in rooms}
        self._bound = {
            (one.platform, one.channel): BoundRoom(room_id=room.room_id, scope=room.scope, language=room.language)
            for room in rooms
            for one in room.channels
        }

    # --- the table --------------------------------------------------------------------------------------------------

    async def rooms(self) -> list[ChatRoom]:
        """Every room, by name, as stored."""

        def work(connection: Connection) -> list[ChatRoom]:
            waiting: dict[tuple[str, str], int] = {}
            for row in connection.execute(select(deliveries.c.platform, deliveries.c.channel)):
                waiting[row.platform, row.channel] = waiting.get((row.platform, row.channel), 0) + 1
            channels: dict[str, list[Channel]] = {}
            query = select(chat_channels).order_by(chat_channels.c.platform, chat_channels.c.channel)
            for row in connection.execute(query):
                one = Channel(
                    platform=row.platform,
                    channel=row.channel,
                    parked_ms=row.parked_ms,
                    parked_reason=row.parked_reason,
                    waiting=waiting.get((row.platform, row.channel), 0),
                )
                channels.setdefault(row.room_id, []).append(one)
            return [
                ChatRoom(
                    room_id=row.room_id,
                    scope=Scope(
                        institutions=_NAMES.decode(row.institutions),
                        systems=_NAMES.decode(row.systems),
                        environments=_NAMES.decode(row.environments),
                        actions=_NAMES.decode(row.actions),
                    ),
                    language=cast("Language", row.language),
                    channels=tuple(channels.get(row.room_id, ())),
                )
                for row in connection.execute(select(chat_rooms).order_by(chat_rooms.c.room_id))
            ]

        return await self._database.read(work)

    async def bind(self, platform: str, channel: str, room_id: str, language: Language = "ko") -> bool:
        """Bind a channel to a room; True: there was none, and it was made with an empty scope and this language.

        A channel is bound to one room; binding it again moves it and lets a parked one be tried again. Raises
        `InvalidInputError`.
        """
        _check_place(platform, channel, room_id)
        now = self._clock.now_ms()

        def work(connection: Connection) -> bool:
            made = _make(connection, room_id, now, language)
            connection.execute(_of(delete(chat_channels), platform, channel))
            values = {"platform": platform, "channel": channel, "room_id": room_id, "created_ms": now}
            connection.execute(insert(chat_channels).values(values))
            return made

        return await self._database.write(work)

    async def unbind(self, platform: str, channel: str) -> None:
        """Take a channel from its room; what waits for it is dropped. Raises `NotFoundError`."""

        def work(connection: Connection) -> None:
            if not connection.execute(_of(delete(chat_channels), platform, channel)).rowcount:
                raise NotFoundError(
                    f"{platform} {channel} is bound to no room",
                    remedy="`guardia-hub rooms list`에서 연결된 채널을 확인해 주세요.",
                )
            connection.execute(
                delete(deliveries).where(deliveries.c.platform == platform, deliveries.c.channel == channel)
            )

        await self._database.write(work)

    async def set_scope(self, room_id: str, scope: Scope, language: str) -> None:
        """Say what a room is for; a room that there is not yet is made. Raises `InvalidInputError`."""
        _check_place("x", "x", room_id)
        _check_scope(scope, language)
        now = self._clock.now_ms()
        values = {name: msgspec.json.encode(value).decode() for name, value in msgspec.structs.asdict(scope).items()}

        def work(connection: Connection) -> None:
            _make(connection, room_id, now)
            changed = update(chat_rooms).where(chat_rooms.c.room_id == room_id)
            connection.execute(changed.values(**values, language=language))

        await self._database.write(work)

    async def park(self, platform: str, channel: str, reason: str, address: str = "") -> bool:
        """The channel takes nothing any more: nothing is sent to it until it is bound again, or woken. False: it is not
        bound. `address`: the fingerprint of where it was sent to; it is kept at the end of the reason."""
        now = self._clock.now_ms()

        def work(connection: Connection) -> bool:
            changed = _of(update(chat_channels), platform, channel)
            kept = f"{reason[:450]} (address {address})" if address else reason[:500]
            values = {"parked_ms": now, "parked_reason": kept}
            return bool(connection.execute(changed.values(values)).rowcount)

        return await self._database.write(work)

    async def parked_channels(self) -> list[Channel]:
        """Those that take nothing, as stored."""
        return [one for room in await self.rooms() for one in room.channels if one.parked_ms is not None]

    async def wake(self, platform: str, channel: str) -> None:
        """Try a parked channel again, with all that waits for it."""
        changed = _of(update(chat_channels), platform, channel).values(parked_ms=None, parked_reason=None)
        await self._database.write(lambda connection: connection.execute(changed) and None)


def _of(statement, platform: str, channel: str):  # type: ignore[no-untyped-def]  # update or delete: the same narrowing
    return statement.where(chat_channels.c.platform == platform, chat_channels.c.channel == channel)


def _make(connection: Connection, room_id: str, now: int, language: str = "ko") -> bool:
    if connection.execute(select(chat_rooms.c.room_id).where(chat_rooms.c.room_id == room_id)).first():
        return False
    nothing = dict.fromkeys(Scope.__struct_fields__, "[]")
    connection.execute(insert(chat_rooms).values(room_id=room_id, language=language, created_ms=now, **nothing))
    return True


def _check_place(platform: str, channel: str, room_id: str) -> None:
    if not PLATFORM.match(platform):
        raise InvalidInputError(f"bad platform {platform!r}", remedy="hub.toml의 [[messengers]] name을 적어 주세요.")
    if not (1 <= len(channel) <= 200 and channel.isprintable()):
        raise InvalidInputError(f"bad channel {channel!r}", remedy="메신저의 채널 번호를 200자까지 적어 주세요.")
    if not ROOM_ID.match(room_id):
        raise InvalidInputError(
            f"bad room {room_id!r}", remedy="방 이름은 영문, 숫자, _ . : - 로 64자까지 쓸 수 있습니다."
        )


def _check_scope(scope: Scope, language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidInputError(f"bad language {language!r}", remedy="언어는 ko 또는 en입니다.")
    for names in msgspec.structs.asdict(scope).values():
        if len(names) > MAX_NAMES or any(not 1 <= len(name) <= 100 or not name.isprintable() for name in names):
            raise InvalidInputError(
                "a scope's name is empty, too long or not printable", remedy="이름을 확인해 주세요."
            )
