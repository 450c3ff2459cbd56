"""`SqlNotes`: what the hub remembers of its conversations beside requests: offers of advice, what rooms turned off,
previews."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from guardia.hub.core.preview import Preview
from guardia.hub.core.proactive import Offer, OfferState, Quiet
from guardia.hub.errors import ConflictError
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata

_OFFER = msgspec.json.Decoder(Offer)
_PREVIEW = msgspec.json.Decoder(Preview)
_encode = msgspec.json.Encoder(order="sorted").encode

offers = Table(
    "advice_offers",
    metadata,
    Column("offer_id", String(64), primary_key=True),
    Column("room_id", String(128), nullable=False),
    Column("rule_id", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("ix_advice_offers_room", "room_id", "made_ms"),
    # One open offer a room, whoever writes it.
    Index(
        "ix_advice_offers_open", "room_id", unique=True,
        sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
    ),
)  # fmt: skip

quiets = Table(
    "advice_quiet",
    metadata,
    Column("room_id", String(128), primary_key=True),
    Column("rule_id", String(40), primary_key=True),  # `*`: every rule
    Column("until_ms", BigInteger, nullable=False),
    Column("by_person", String(128), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

previews = Table(
    "previews",
    metadata,
    Column("preview_id", String(64), primary_key=True),
    Column("room_id", String(128), nullable=False),
    Column("person_id", String(128), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("ix_previews_room", "room_id", "person_id", "made_ms"),
)


class SqlNotes:
    """`ports.Notes` on a `Database` (SQLite or PostgreSQL)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- offers -----------------------------------------------------------------------------------------------------

    async def add_offer(self, offer: Offer) -> None:
        def work(connection: Connection) -> None:
            values = {
                "offer_id": offer.offer_id,
                "room_id": offer.room_id,
                "rule_id": offer.rule_id,
                "state": offer.state.value,
                "made_ms": offer.made_ms,
                "data": _encode(offer),
            }
            try:
                connection.execute(insert(offers).values(values))
            except IntegrityError as error:
                raise ConflictError(f"{offer.room_id} has an open offer already") from error

        await self._database.write(work)

    async def settle_offer(self, offer: Offer) -> None:
        def work(connection: Connection) -> None:
            change = (
                update(offers)
                .where(offers.c.offer_id == offer.offer_id, offers.c.state == OfferState.OPEN.value)
                .values(state=offer.state.value, data=_encode(offer))
            )
            if connection.execute(change).rowcount != 1:
                raise ConflictError(f"{offer.offer_id} is not open any more")

        await self._database.write(work)

    async def offer(self, offer_id: str) -> Offer | None:
        query = select(offers.c.data).where(offers.c.offer_id == offer_id)
        data = await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())
        return None if data is None else _OFFER.decode(data)

    async def offers(
        self, *, room_id: str = "", since_ms: int = 0, only_open: bool = False, limit: int = 10_000
    ) -> list[Offer]:
        """Offers made since then, and open ones of any age; oldest first, the newest `limit` of them."""
        still_open = offers.c.state == OfferState.OPEN.value
        query = select(offers.c.data).order_by(offers.c.made_ms.desc(), offers.c.offer_id.desc()).limit(limit)
        query = query.where(still_open if only_open else still_open | (offers.c.made_ms >= since_ms))
        if room_id:
            query = query.where(offers.c.room_id == room_id)
        found = await self._database.read(lambda connection: list(connection.execute(query).scalars()))
        return [_OFFER.decode(data) for data in found][::-1]

    # --- quiet ------------------------------------------------------------------------------------------------------

    async def quiet(self, room_id: str = "") -> list[Quiet]:
        query = select(quiets).order_by(quiets.c.room_id, quiets.c.rule_id)
        if room_id:
            query = query.where(quiets.c.room_id == room_id)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [
            Quiet(room_id=row.room_id, rule_id=row.rule_id, until_ms=row.until_ms, by=row.by_person, at_ms=row.at_ms)
            for row in rows
        ]

    async def set_quiet(self, quiet: Quiet) -> None:
        def work(connection: Connection) -> None:
            _forget(connection, quiet.room_id, [quiet.rule_id])
            values = {
                "room_id": quiet.room_id,
                "rule_id": quiet.rule_id,
                "until_ms": quiet.until_ms,
                "by_person": quiet.by,
                "at_ms": quiet.at_ms,
            }
            connection.execute(insert(quiets).values(values))

        await self._database.write(work)

    async def end_quiet(self, room_id: str, rule_ids: Sequence[str]) -> None:
        await self._database.write(lambda connection: _forget(connection, room_id, rule_ids))

    # --- previews ---------------------------------------------------------------------------------------------------

    async def keep_preview(self, preview: Preview) -> None:
        """Write it, or its newer form."""

        def work(connection: Connection) -> None:
            connection.execute(delete(previews).where(previews.c.preview_id == preview.preview_id))
            values = {
                "preview_id": preview.preview_id,
                "room_id": preview.room_id,
                "person_id": preview.person_id,
                "made_ms": preview.made_ms,
                "data": _encode(preview),
            }
            connection.execute(insert(previews).values(values))

        await self._database.write(work)

    async def preview(self, preview_id: str) -> Preview | None:
        query = select(previews.c.data).where(previews.c.preview_id == preview_id)
        data = await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())
        return None if data is None else _PREVIEW.decode(data)

    async def previews(self, since_ms: int) -> list[Preview]:
        query = select(previews.c.data).where(previews.c.made_ms >= since_ms).order_by(previews.c.made_ms).limit(10_000)
        found = await self._database.read(lambda connection: list(connection.execute(query).scalars()))
        return [_PREVIEW.decode(data) for data in found]

    async def newest_previews(self, room_id: str, person_id: str, since_ms: int) -> list[Preview]:
        """Of the person in the room, newest first."""
        query = (
            select(previews.c.data)
            .where(previews.c.room_id == room_id, previews.c.person_id == person_id, previews.c.made_ms >= since_ms)
            .order_by(previews.c.made_ms.desc(), previews.c.preview_id.desc())
            .limit(20)
        )
        found = await self._database.read(lambda connection: list(connection.execute(query).scalars()))
        return [_PREVIEW.decode(data) for data in found]


def _forget(connection: Connection, room_id: str, rule_ids: Sequence[str]) -> None:
    connection.execute(delete(quiets).where(quiets.c.room_id == room_id, quiets.c.rule_id.in_(rule_ids)))
