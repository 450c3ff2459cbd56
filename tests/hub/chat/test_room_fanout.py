"""Fan-out of rooms: replay, then live, without gap or duplicate; slow readers are let go."""

import asyncio

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.chat import room as room_module
from guardia.hub.chat.room import MAX_PENDING, RoomHub
from guardia.hub.core.message import RoomMessage
from tests.fakes.conversation import FakeConversation, restart_card
from tests.support.clock import FakeClock


@pytest.fixture
def talk() -> FakeConversation:
    fake = FakeConversation(FakeClock())
    fake.rooms = RoomHub(fake)
    return fake


async def collect(stream, count: int) -> list[RoomMessage]:
    async with asyncio.timeout(5):
        return [msgspec.json.decode(await anext(stream), type=RoomMessage) for _ in range(count)]


async def test_live_messages_reach_the_room_and_no_other(talk) -> None:
    here, elsewhere = talk.rooms.join("ops"), talk.rooms.join("other")
    stream = here.stream()
    await talk.say("ops", "하나")
    assert [m.content for m in await collect(stream, 1)] == ["하나"]
    assert elsewhere._pending == {}
    talk.rooms.leave(here)
    talk.rooms.leave(elsewhere)
    assert talk.rooms.readers() == 0


async def test_replay_starts_after_what_was_seen(talk) -> None:
    for number in range(1, 6):
        await talk.say("ops", str(number))
    stream = talk.rooms.join("ops").stream(after=3)
    await talk.say("ops", "6")
    assert [m.content for m in await collect(stream, 3)] == ["4", "5", "6"]


async def test_a_card_that_changed_meanwhile_comes_again(talk) -> None:
    await talk.card("ops", restart_card("SR-1", "engineer1"))
    await talk.say("ops", "그 뒤의 말")
    await talk.change("SR-1", state="RUNNING")
    stream = talk.rooms.join("ops").stream(after=2, cards=1)
    await talk.say("ops", "새 말")
    first, second = await collect(stream, 2)
    assert (first.message_id, first.revision, first.widget["state"]) == ("CARD-SR-1", 1, "RUNNING")
    assert second.content == "새 말"


async def test_more_than_a_page_is_replayed_whole(talk, monkeypatch) -> None:
    monkeypatch.setattr(room_module, "PAGE", 3)
    for number in range(1, 12):
        await talk.say("ops", str(number))
    stream = talk.rooms.join("ops").stream(after=1)
    assert [m.seq for m in await collect(stream, 10)] == list(range(2, 12))


@settings(max_examples=60, deadline=None)
@given(
    before=st.integers(0, 8),
    after=st.integers(0, 10),
    during=st.lists(st.sampled_from(["say", "change", "again"]), max_size=12),
    take=st.integers(0, 6),
)
def test_no_gap_and_no_duplicate_whatever_happens_meanwhile(before, after, during, take) -> None:
    """Messages come while the history is replayed: each message comes, each (message, revision) at most once."""

    after = min(after, before + 1)  # nobody has seen what was not there

    async def play() -> None:
        talk = FakeConversation(FakeClock())
        hub = RoomHub(talk)
        talk.rooms = hub
        await talk.card("ops", restart_card("SR-1", "engineer1"))
        for number in range(before):
            await talk.say("ops", f"before {number}")
        reader = hub.join("ops")
        stream = reader.stream(after=after, cards=1 if after else 0)
        got: list[RoomMessage] = []
        for number, what in enumerate(during):
            if what == "say":
                await talk.say("ops", f"during {number}")
            elif what == "change":
                await talk.change("SR-1", message=f"revision {number}")
            elif got:
                await hub.show(got[-1])
            if number < take:
                with_timeout = asyncio.ensure_future(anext(stream))
                done, _ = await asyncio.wait({with_timeout}, timeout=0.01)
                if not done:
                    await talk.say("ops", "wake")
                got.append(msgspec.json.decode(await with_timeout, type=RoomMessage))
        end = await talk.say("ops", "end")
        live_only = msgspec.structs.replace(end, message_id="last", seq=0)  # not stored: it closes the live side
        await hub.show(live_only)
        while not got or got[-1] != live_only:
            got += await collect(stream, 1)
        got.pop()
        keys = [(m.message_id, m.revision) for m in got]
        assert len(keys) == len(set(keys))
        stored = await talk.messages("ops", limit=10_000)
        newest = {m.message_id: m.revision for m in got}
        wanted = {m.message_id: m.revision for m in stored if m.seq > after or m.message_id == "CARD-SR-1"}
        assert {key: newest.get(key) for key in wanted} == wanted
        seqs = [m.seq for m in got if m.msg_type != "CARD"]
        assert seqs == sorted(seqs)

    asyncio.run(play())


async def test_live_changes_of_one_card_wait_as_one_message(talk) -> None:
    await talk.card("ops", restart_card("SR-1", "engineer1"))
    reader = talk.rooms.join("ops")
    for number in range(MAX_PENDING * 3):
        await talk.change("SR-1", message=str(number))
    assert not reader.slow
    stream = reader.stream(after=1)
    (only,) = await collect(stream, 1)
    assert only.widget["message"] == str(MAX_PENDING * 3 - 1)


async def test_a_reader_that_does_not_read_is_let_go_and_delays_nobody(talk) -> None:
    slow, quick = talk.rooms.join("ops"), talk.rooms.join("ops")
    stream = quick.stream(after=0)
    for number in range(MAX_PENDING + 1):
        await talk.say("ops", str(number))
        assert (await collect(stream, 1))[0].content == str(number)
    assert slow.slow
    await asyncio.wait_for(slow.overrun(), 1)
    assert not quick.slow


async def test_bytes_are_bounded_too(talk, monkeypatch) -> None:
    monkeypatch.setattr(room_module, "MAX_PENDING_BYTES", 10_000)
    reader = talk.rooms.join("ops")
    await talk.say("ops", "가" * 5_000)
    assert not reader.slow  # a single one fits, however large
    await talk.say("ops", "하나 더")
    assert reader.slow
    assert not reader._pending
