"""Offers, quiet and previews in the store, on both databases."""

import asyncio

import msgspec
import pytest

from guardia.hub.core.intent import Intent, IntentType
from guardia.hub.core.preview import Preview
from guardia.hub.core.proactive import FOREVER, Offer, OfferState, Quiet, Target, settled
from guardia.hub.errors import ConflictError
from guardia.hub.store.database import Database
from guardia.hub.store.notes import SqlNotes


@pytest.fixture
def notes(store_database: Database) -> SqlNotes:
    return SqlNotes(store_database)


def offer(number: int, *, room_id: str = "ops", made_ms: int = 1000) -> Offer:
    return Offer(
        offer_id=f"AD-{number}", room_id=room_id, rule_id="db-locks", action="FETCH_DB_LOCKS",
        targets=(Target(institution="기획재정부", system_name="예산시스템", layer="DB"),),
        signals=("DB가", "느려요"), source="talk", heard="web:m1", made_ms=made_ms, expires_ms=made_ms + 600_000,
    )  # fmt: skip


async def test_an_offer_is_read_back_as_it_was(notes: SqlNotes) -> None:
    await notes.add_offer(offer(1))
    assert await notes.offer("AD-1") == offer(1)
    assert await notes.offer("AD-2") is None
    assert await notes.offers(room_id="ops") == [offer(1)]


async def test_a_room_has_one_open_offer_whoever_writes(notes: SqlNotes) -> None:
    found = await asyncio.gather(*(notes.add_offer(offer(n)) for n in range(10)), return_exceptions=True)
    assert sum(one is None for one in found) == 1
    assert all(one is None or isinstance(one, ConflictError) for one in found)
    await notes.add_offer(offer(20, room_id="other"))
    assert len(await notes.offers(only_open=True)) == 2


async def test_an_offer_is_decided_once(notes: SqlNotes) -> None:
    await notes.add_offer(offer(1))
    states = (OfferState.ACCEPTED, OfferState.DISMISSED, OfferState.EXPIRED)
    work = (notes.settle_offer(settled(offer(1), state, now_ms=2000, by="engineer1")) for state in states)
    found = await asyncio.gather(*work, return_exceptions=True)
    assert [type(one).__name__ for one in found] == ["NoneType", "ConflictError", "ConflictError"]
    stored = await notes.offer("AD-1")
    assert stored is not None
    assert (stored.state, stored.decided_by) == (OfferState.ACCEPTED, "engineer1")
    await notes.add_offer(offer(2))  # the place is free again


async def test_offers_come_since_a_time_and_open_ones_always(notes: SqlNotes) -> None:
    await notes.add_offer(offer(1, made_ms=1000))
    await notes.settle_offer(settled(offer(1), OfferState.EXPIRED, now_ms=1500))
    await notes.add_offer(offer(2, made_ms=2000))
    await notes.add_offer(offer(3, room_id="other", made_ms=3000))
    assert [one.offer_id for one in await notes.offers(since_ms=5000)] == ["AD-2", "AD-3"]
    assert [one.offer_id for one in await notes.offers(since_ms=0)] == ["AD-1", "AD-2", "AD-3"]
    assert [one.offer_id for one in await notes.offers(room_id="ops", since_ms=0)] == ["AD-1", "AD-2"]
    assert [one.offer_id for one in await notes.offers(since_ms=0, limit=1)] == ["AD-3"]


async def test_quiet_is_replaced_and_ended(notes: SqlNotes) -> None:
    first = Quiet(room_id="ops", rule_id="*", until_ms=10, by="engineer1", at_ms=1)
    await notes.set_quiet(first)
    await notes.set_quiet(msgspec.structs.replace(first, until_ms=FOREVER))
    await notes.set_quiet(msgspec.structs.replace(first, rule_id="db-locks"))
    await notes.set_quiet(msgspec.structs.replace(first, room_id="other"))
    assert [(one.rule_id, one.until_ms) for one in await notes.quiet("ops")] == [("*", FOREVER), ("db-locks", 10)]
    await notes.end_quiet("ops", ["*", "nothing"])
    assert [one.rule_id for one in await notes.quiet("ops")] == ["db-locks"]
    assert len(await notes.quiet()) == 2
    await notes.end_quiet("ops", [])
    assert len(await notes.quiet()) == 2


async def test_previews_are_kept_replaced_and_found_newest_first(notes: SqlNotes) -> None:
    def preview(number: int, person: str = "engineer1") -> Preview:
        return Preview(
            preview_id=f"PV-{number}", room_id="ops", person_id=person, text="재기동",
            intent=Intent(intent_type=IntentType.RESTART, parameters={"version": "1.0"}),
            made_ms=number * 1000, expires_ms=number * 1000 + 600, card={"title": "[미리보기]", "plan": None},
        )  # fmt: skip

    for one in (preview(1), preview(2), preview(3, "engineer2")):
        await notes.keep_preview(one)
    used = msgspec.structs.replace(preview(2), request_id="SR-1")
    await notes.keep_preview(used)
    assert await notes.preview("PV-2") == used
    assert await notes.preview("PV-9") is None
    assert await notes.newest_previews("ops", "engineer1", 0) == [used, preview(1)]
    assert await notes.newest_previews("ops", "engineer1", 1500) == [used]
    assert await notes.newest_previews("other", "engineer1", 0) == []
    assert [one.preview_id for one in await notes.previews(2000)] == ["PV-2", "PV-3"]
