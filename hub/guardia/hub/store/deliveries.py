"""The outbox of deliveries: what has to reach messengers' channels, written with the message that it carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, distinct, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from guardia.hub.core.message import InboundMessage, MessageType, RoomMessage, SenderType
from guardia.hub.core.messenger import Outgoing
from guardia.hub.ports import Clock
from guardia.hub.store import tables as t
from guardia.hub.store.database import Database
from guardia.hub.store.messengers import chat_channels, deliveries, posted_messages
from guardia.hub.store.prepared import Prepared

MAX_NOTICES = 1_000
"""Notices that may wait for one channel; one more is dropped: they answer people who are still there."""

_OUTGOING = msgspec.msgpack.Decoder(Outgoing)
_MESSAGE = msgspec.json.Decoder(RoomMessage)
_INBOUND = msgspec.json.Decoder(InboundMessage)
_REQUEST_ID = re.compile(r"SR-[0-9]{8}-[0-9]+\Z")

_CHANNELS = Prepared(
    select(chat_channels.c.platform, chat_channels.c.channel).where(
        chat_channels.c.room_id == bindparam("of_room"), chat_channels.c.parked_ms.is_(None)
    )
)


def _upsert(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    """A message that waits already keeps its place and is delivered in its newest form."""
    return statement.on_conflict_do_update(
        index_elements=["platform", "channel", "message_id"],
        set_={"revision": statement.excluded.revision},
        where=deliveries.c.revision < statement.excluded.revision,
    )


_ADD = Prepared(
    {"sqlite": _upsert(sqlite.insert(deliveries)), "postgresql": _upsert(postgresql.insert(deliveries))},
    ("platform", "channel", "room_id", "message_id", "revision", "account", "data", "created_ms"),
)
_POSTED_KEY = ["platform", "channel", "message_id"]


def enqueue(connection: Connection, messages: Iterable[RoomMessage]) -> None:
    """Write a delivery of each message for each channel of its room; part of the transaction that stores them.

    What people say is not carried to other messengers, and an answer goes to the platform where it was asked.
    """
    channels: dict[str, list[tuple[str, str]]] = {}
    for message in messages:
        if message.sender_type is SenderType.HUMAN or message.msg_type is MessageType.ACTION:
            continue
        room = message.room_id
        if room not in channels:
            channels[room] = _CHANNELS.run(connection, {"of_room": room}).fetchall()
        for platform, channel in channels[room]:
            if message.message_id.startswith("reply-") and not message.message_id.startswith(f"reply-{platform}-"):
                continue
            values = {
                "platform": platform,
                "channel": channel,
                "room_id": room,
                "message_id": message.message_id,
                "revision": message.revision,
                "account": "",
                "data": None,
                "created_ms": _ms(message),
            }
            _ADD.run(connection, values)


def _ms(message: RoomMessage) -> int:
    return int(datetime.fromisoformat(message.timestamp).timestamp() * 1000)


def _said(connection: Connection, waiting: Waiting) -> str | None:
    """Id, within the waiting message's platform, of what made it; None: it was said elsewhere, or by nobody."""
    answers = f"reply-{waiting.platform}-"
    if waiting.message_id.startswith(answers):
        return waiting.message_id.removeprefix(answers)
    found = _REQUEST_ID.search(waiting.message_id)
    if found is None:
        return None
    query = select(t.requests.c.origin).where(t.requests.c.request_id == found[0])
    platform, _, rest = (connection.execute(query).scalar_one_or_none() or "").partition(":")
    return rest.rpartition(":")[0] if platform == waiting.platform else None


def _thread_of_card(connection: Connection, waiting: Waiting) -> str:
    found = _REQUEST_ID.search(waiting.message_id)
    if found is None or waiting.message_id == f"card-{found[0]}":
        return ""
    query = select(posted_messages.c.external_id).where(
        posted_messages.c.platform == waiting.platform,
        posted_messages.c.channel == waiting.channel,
        posted_messages.c.message_id == f"card-{found[0]}",
    )
    return connection.execute(query).scalar_one_or_none() or ""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that waits, with what is to be said and what the channel was told of it before."""

    seq: int
    platform: str
    channel: str
    message_id: str
    revision: int
    account: str = ""
    notice: Outgoing | None = None
    message: RoomMessage | None = None
    posted: str | None = None
    """The platform's id of it; None: it was not posted there yet."""
    posted_revision: int = -1
    told: tuple[str, ...] = ()


class Deliveries:
    """The table, as the courier and those who give notice use it. Its methods raise `StoreError`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.written: Callable[[], None] = lambda: None
        """Called after a notice was written; the courier is woken by it."""

    async def notify(self, platform: str, channel: str, key: str, message: Outgoing, *, account: str = "") -> None:
        """Say `message` in a channel, bound or not, or to one person there; the same `key` again says it once."""
        values = {
            "platform": platform,
            "channel": channel,
            "room_id": "",
            "message_id": f"notice-{key}",
            "revision": 0,
            "account": account,
            "data": msgspec.msgpack.encode(message),
            "created_ms": self._clock.now_ms(),
        }

        def work(connection: Connection) -> None:
            here = and_(deliveries.c.platform == platform, deliveries.c.channel == channel)
            known = select(posted_messages.c.message_id).where(
                posted_messages.c.platform == platform,
                posted_messages.c.channel == channel,
                posted_messages.c.message_id == values["message_id"],
            )
            if connection.execute(known).first() is not None:
                return
            count = select(func.count()).select_from(deliveries).where(here, deliveries.c.data.is_not(None))
            if connection.execute(count).scalar_one() < MAX_NOTICES:
                _ADD.run(connection, values)

        await self._database.write(work)
        self.written()

    async def channels(self) -> list[tuple[str, str]]:
        """(platform, channel) of everything that waits, without parked channels."""
        parked = and_(
            chat_channels.c.platform == deliveries.c.platform,
            chat_channels.c.channel == deliveries.c.channel,
            chat_channels.c.parked_ms.is_not(None),
        )
        query = (
            select(deliveries.c.platform, deliveries.c.channel)
            .where(~select(chat_channels.c.platform).where(parked).exists())
            .distinct()
        )
        return await self._database.read(lambda c: [(row.platform, row.channel) for row in c.execute(query)])

    async def count(self) -> int:
        """Deliveries that wait; for metrics."""
        query = select(func.count(distinct(deliveries.c.seq)))
        return await self._database.read(lambda c: int(c.execute(query).scalar_one()))

    async def waiting(self, platform: str, channel: str, limit: int = 50) -> list[Waiting]:
        """What waits for a channel, in order."""
        posted = and_(
            posted_messages.c.platform == deliveries.c.platform,
            posted_messages.c.channel == deliveries.c.channel,
            posted_messages.c.message_id == deliveries.c.message_id,
        )
        shown = and_(
            t.room_messages.c.room_id == deliveries.c.room_id,
            t.room_messages.c.message_id == deliveries.c.message_id,
        )
        query = (
            select(
                deliveries,
                posted_messages.c.external_id,
                posted_messages.c.revision.label("posted_revision"),
                posted_messages.c.told,
                t.room_messages.c.data.label("shown"),
            )
            .select_from(deliveries.outerjoin(posted_messages, posted).outerjoin(t.room_messages, shown))
            .where(deliveries.c.platform == platform, deliveries.c.channel == channel)
            .order_by(deliveries.c.seq)
            .limit(limit)
        )

        def work(connection: Connection) -> list[Waiting]:
            return [
                Waiting(
                    seq=row.seq,
                    platform=row.platform,
                    channel=row.channel,
                    message_id=row.message_id,
                    revision=row.revision,
                    account=row.account,
                    notice=None if row.data is None else _OUTGOING.decode(row.data),
                    message=None if row.shown is None else _MESSAGE.decode(row.shown),
                    posted=row.external_id,
                    posted_revision=-1 if row.posted_revision is None else row.posted_revision,
                    told=tuple(filter(None, (row.told or "").split(","))),
                )
                for row in connection.execute(query)
            ]

        return await self._database.read(work)

    async def settle(self, done: Waiting, *, posted: str | None, told: tuple[str, ...] = ()) -> None:
        """Delivered in the form of `done.revision`; `posted` None: nothing had to be said. A newer form stays."""
        now = self._clock.now_ms()
        key = {"platform": done.platform, "channel": done.channel, "message_id": done.message_id}

        def work(connection: Connection) -> None:
            connection.execute(
                delete(deliveries).where(deliveries.c.seq == done.seq, deliveries.c.revision <= done.revision)
            )
            if posted is None:
                return
            values = {"external_id": posted, "revision": done.revision, "told": ",".join(told), "posted_ms": now}
            where = and_(*(posted_messages.c[name] == value for name, value in key.items()))
            if not connection.execute(update(posted_messages).where(where).values(values)).rowcount:
                connection.execute(insert(posted_messages).values({**key, **values}))

        await self._database.write(work)

    async def thread(self, waiting: Waiting) -> str:
        """The thread of a channel in which a message belongs: where its request, or what it answers, was said there.

        What follows a request that was said elsewhere, or by a command that no thread can hang on, is in the thread of
        the request's card.
        """

        def work(connection: Connection) -> str:
            return _thread_of_words(connection) or _thread_of_card(connection, waiting)

        def _thread_of_words(connection: Connection) -> str:
            given = _said(connection, waiting)
            if given is None:
                return ""
            query = select(t.inbox.c.data).where(t.inbox.c.platform == waiting.platform, t.inbox.c.message_id == given)
            data = connection.execute(query).scalar_one_or_none()
            origin = None if data is None else _INBOUND.decode(data).origin
            return origin.thread if origin is not None and origin.channel == waiting.channel else ""

        return await self._database.read(work)

    async def drop(self, platform: str, channel: str) -> None:
        """Forget what waits for a channel."""
        where = and_(deliveries.c.platform == platform, deliveries.c.channel == channel)
        await self._database.write(lambda c: c.execute(delete(deliveries).where(where)) and None)

    async def prune(self, before_ms: int) -> None:
        """Forget what was posted before `before_ms` and waits no more: it is not changed any more."""
        waiting = select(deliveries.c.message_id).where(
            deliveries.c.platform == posted_messages.c.platform, deliveries.c.channel == posted_messages.c.channel
        )
        old = delete(posted_messages).where(
            posted_messages.c.posted_ms < before_ms, posted_messages.c.message_id.not_in(waiting)
        )
        await self._database.write(lambda c: c.execute(old) and None)
