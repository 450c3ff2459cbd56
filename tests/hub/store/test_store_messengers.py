"""Rooms of messengers and the outbox of deliveries, on each kind of database."""

import msgspec
import pytest

from guardia.hub.core.message import InboundMessage, MessageType, Origin, Person, RoomMessage, SenderType, StagedFile
from guardia.hub.core.messenger import Outgoing
from guardia.hub.core.room import EVERYTHING, Scope
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.hub.ports import InboxEntry
from guardia.hub.store.chatrooms import ChatRooms
from guardia.hub.store.deliveries import MAX_NOTICES, Deliveries
from guardia.hub.store.log import SqlStore
from guardia.hub.store.staged import StagedFiles
from guardia.hub.store.uploads import LinkedUploads
from tests.support.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def rooms(store_database, clock) -> ChatRooms:
    return ChatRooms(store_database, clock)


@pytest.fixture
def deliveries(store_database, clock) -> Deliveries:
    return Deliveries(store_database, clock)


@pytest.fixture
def store(store_database) -> SqlStore:
    return SqlStore(store_database)


def message(name: str, revision: int = 0, *, room: str = "ops", sender: SenderType = SenderType.BOT) -> RoomMessage:
    return RoomMessage(
        message_id=name,
        timestamp="2026-11-27T10:00:00.000Z",
        sender="GUARDiA",
        sender_type=sender,
        msg_type=MessageType.CARD if revision else MessageType.CHAT,
        content=f"{name} r{revision}",
        room_id=room,
        revision=revision,
    )


async def bound(rooms: ChatRooms, *places: tuple[str, str, str]) -> None:
    for place in places:
        await rooms.bind(*place)
    await rooms.load()


async def test_binding_scoping_and_unbinding(rooms) -> None:
    assert await rooms.bind("jandi", "topic", "ops")
    assert not await rooms.bind("slack", "C1", "ops")
    await rooms.load()
    assert rooms.scope("ops") == Scope(), "a new room is for nothing"
    assert rooms.scope("elsewhere") is None
    await rooms.set_scope("ops", EVERYTHING, "en")
    await rooms.bind("jandi", "topic", "other")
    await rooms.load()
    assert rooms.bound("jandi", "topic").room_id == "other"
    assert rooms.bound("slack", "C1").scope == EVERYTHING
    assert rooms.language("ops") == "en"
    assert (rooms.language("console"), rooms.language("console", "en")) == ("ko", "en")
    assert rooms.language("ops", "ko") == "en", "what the room has counts, not what it would have without"
    await rooms.unbind("jandi", "topic")
    with pytest.raises(NotFoundError):
        await rooms.unbind("jandi", "topic")
    await rooms.load()
    assert rooms.bound("jandi", "topic") is None


@pytest.mark.parametrize(
    "place", [("Jandi", "t", "r"), ("jandi", "", "r"), ("jandi", "t\n", "r"), ("jandi", "t", "../r")]
)
async def test_what_cannot_be_bound(rooms, place) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await rooms.bind(*place)
    assert caught.value.remedy


async def test_a_delivery_is_written_with_its_message_and_for_every_channel(rooms, store, deliveries) -> None:
    await bound(rooms, ("jandi", "t", "ops"), ("slack", "C1", "ops"), ("slack", "C2", "other"))
    await store.post([message("n1"), message("said", sender=SenderType.HUMAN), message("reply-slack-m1")])
    assert sorted(await deliveries.channels()) == [("jandi", "t"), ("slack", "C1")]
    assert [one.message_id for one in await deliveries.waiting("jandi", "t")] == ["n1"]
    assert [one.message_id for one in await deliveries.waiting("slack", "C1")] == ["n1", "reply-slack-m1"]


async def test_a_transaction_that_fails_leaves_no_delivery(rooms, store, deliveries, store_database) -> None:
    await bound(rooms, ("jandi", "t", "ops"))

    def work(connection) -> None:
        from guardia.hub.store.commits import place

        place(connection, [message("n1")])
        raise ConflictError("the decision is taken back")

    with pytest.raises(ConflictError):
        await store_database.write(work)
    assert await deliveries.count() == 0
    assert await store.messages("ops") == []


async def test_changes_of_a_card_wait_as_one_in_its_newest_form(rooms, store, deliveries) -> None:
    await bound(rooms, ("jandi", "t", "ops"))
    await store.post([message("card-1", 1), message("n1"), message("card-1", 3), message("card-1", 2)])
    card, note = await deliveries.waiting("jandi", "t")
    assert (card.message_id, card.revision, card.message.content) == ("card-1", 3, "card-1 r3")
    assert note.message_id == "n1"


async def test_a_change_that_came_meanwhile_stays(rooms, store, deliveries) -> None:
    await bound(rooms, ("jandi", "t", "ops"))
    await store.post([message("card-1", 1)])
    (first,) = await deliveries.waiting("jandi", "t")
    await store.post([message("card-1", 2)])
    await deliveries.settle(first, posted="ext-1", told=("a", "b"))
    (second,) = await deliveries.waiting("jandi", "t")
    assert (second.revision, second.posted, second.posted_revision, second.told) == (2, "ext-1", 1, ("a", "b"))
    await deliveries.settle(second, posted="ext-1")
    assert await deliveries.waiting("jandi", "t") == []


async def test_a_notice_is_said_once_and_there_are_not_too_many(deliveries) -> None:
    for _ in range(2):
        await deliveries.notify("slack", "C9", "key", Outgoing(text="안 됩니다"), account="U1")
    (one,) = await deliveries.waiting("slack", "C9")
    assert (one.notice.text, one.account) == ("안 됩니다", "U1")
    await deliveries.settle(one, posted="x")
    await deliveries.notify("slack", "C9", "key", Outgoing(text="안 됩니다"))
    assert await deliveries.count() == 0
    for number in range(MAX_NOTICES + 5):
        await deliveries.notify("slack", "C9", f"key-{number}", Outgoing(text="x"))
    assert await deliveries.count() == MAX_NOTICES


async def test_a_parked_channel_is_left_alone_until_it_is_bound_again(rooms, store, deliveries) -> None:
    await bound(rooms, ("jandi", "t", "ops"))
    await store.post([message("n1")])
    assert await rooms.park("jandi", "t", "404")
    assert not await rooms.park("jandi", "nowhere", "404")
    assert await deliveries.channels() == []
    await store.post([message("n2")])
    await bound(rooms, ("jandi", "t", "ops"))
    assert [one.message_id for one in await deliveries.waiting("jandi", "t")] == ["n1"]
    assert await deliveries.channels() == [("jandi", "t")]


async def test_the_thread_is_where_it_was_asked(rooms, store, deliveries) -> None:
    await bound(rooms, ("slack", "C1", "ops"), ("slack", "C2", "ops"))
    said = InboundMessage(
        platform="slack",
        message_id="C1:1.1",
        room_id="ops",
        person=Person(person_id="p", name="p"),
        text="x",
        received_ms=1,
        origin=Origin(channel="C1", account="U1", thread="1.0"),
    )
    entry = InboxEntry(
        platform="slack", message_id="C1:1.1", kind="message", received_ms=1, data=msgspec.json.encode(said)
    )
    await store.take(entry, [])
    await store.post([message("reply-slack-C1:1.1")])
    (here,) = await deliveries.waiting("slack", "C1")
    (elsewhere,) = await deliveries.waiting("slack", "C2")
    assert await deliveries.thread(here) == "1.0"
    assert await deliveries.thread(elsewhere) == ""


async def test_what_was_posted_long_ago_is_forgotten(rooms, store, deliveries, clock) -> None:
    await bound(rooms, ("jandi", "t", "ops"))
    await store.post([message("card-1", 1)])
    (one,) = await deliveries.waiting("jandi", "t")
    await deliveries.settle(one, posted="x")
    clock.advance(100)
    await deliveries.prune(clock.now_ms())
    await store.post([message("card-1", 2)])
    (again,) = await deliveries.waiting("jandi", "t")
    assert again.posted is None


async def test_an_uploaded_file_belongs_to_one_message(store_database, clock) -> None:
    uploads = LinkedUploads(store_database, clock)
    file = StagedFile(file_id="F-1", name="app.war", sha256="0" * 64, size=1)
    await StagedFiles(store_database).add(file, person_id="p", room_id="ops", created_ms=1)
    await uploads.add(file, person_id="p", room_id="ops")
    assert await uploads.waiting("other", "ops", "jandi:m1") == []
    assert await uploads.waiting("p", "other", "jandi:m1") == []
    assert await uploads.waiting("p", "ops", "jandi:m1") == [file]
    await uploads.use(["F-1"], "jandi:m1")
    assert await uploads.waiting("p", "ops", "jandi:m1") == [file], "worked off again after a kill, it has it again"
    assert await uploads.waiting("p", "ops", "jandi:m2") == []
