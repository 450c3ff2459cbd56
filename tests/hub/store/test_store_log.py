"""`SqlStore` on SQLite and PostgreSQL: one suite, both must pass."""

import asyncio
import random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from guardia.hub.core import events as e
from guardia.hub.core.evolve import draft, evolve, replay
from guardia.hub.core.intent import Intent, IntentType
from guardia.hub.core.message import MessageType, Person, RoomMessage, SenderType
from guardia.hub.core.request import Request
from guardia.hub.errors import ConflictError
from guardia.hub.ports import Commit, InboxEntry, OutboxRow
from guardia.hub.store.commits import commit_all
from guardia.hub.store.database import Database
from guardia.hub.store.log import SqlStore, verify_chains

REQUESTER = Person(person_id="engineer1", name="엔지니어")


@pytest.fixture
def store(store_database: Database) -> SqlStore:
    return SqlStore(store_database)


def drafted(request_id: str = "SR-1", **changes: Any) -> e.Drafted:
    values: dict[str, Any] = {
        "at_ms": 1_000,
        "request_id": request_id,
        "room_id": "ops",
        "platform": "web",
        "message_id": "m1",
        "text": "재기동해줘 <b>",
        "requester": REQUESTER,
        "intent": Intent(intent_type=IntentType.RESTART),
    }
    return e.Drafted(**(values | changes))


def asked(at_ms: int = 2_000, question: str = "어느 기관인가요?") -> e.Asked:
    return e.Asked(at_ms=at_ms, question=question)


def new(request_id: str = "SR-1", origin: str = "", **changes: Any) -> Commit:
    first = drafted(request_id)
    request = evolve(draft(first), asked())
    values: dict[str, Any] = {
        "request": request,
        "expected_version": 0,
        "origin": origin or f"web:{request_id}:0",
        "events": (first, asked()),
    }
    return Commit(**(values | changes))


def following(request: Request, *events: e.Event, **changes: Any) -> Commit:
    after = request
    for event in events:
        after = evolve(after, event)
    return Commit(request=after, expected_version=request.version, events=events, **changes)


def cancelled(at_ms: int = 3_000) -> tuple[e.Event, ...]:
    return (
        e.CancelRequested(at_ms=at_ms, by="engineer1"),
        e.Finished(at_ms=at_ms, state="CANCELLED", message="취소"),
    )


def message(message_id: str = "card-SR-1", revision: int = 0, room_id: str = "ops", **changes: Any) -> RoomMessage:
    values: dict[str, Any] = {
        "message_id": message_id,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "sender": "GUARDiA",
        "sender_type": SenderType.BOT,
        "msg_type": MessageType.CARD,
        "content": f"revision {revision}",
        "room_id": room_id,
        "revision": revision,
    }
    return RoomMessage(**(values | changes))


def entry(message_id: str = "m1", **changes: Any) -> InboxEntry:
    values: dict[str, Any] = {
        "platform": "web",
        "message_id": message_id,
        "kind": "message",
        "received_ms": 5,
        "data": b"{}",
    }
    return InboxEntry(**(values | changes))


def row(step_id: str, agent_id: str = "A", request_id: str = "SR-1") -> OutboxRow:
    return OutboxRow(
        agent_id=agent_id, request_id=request_id, step_id=step_id, frame=b"frame", created_ms=1, deliver_by_ms=2
    )


# --- inbox -----------------------------------------------------------------------------------------------------------


async def test_an_entry_is_taken_over_once_with_what_the_room_shows(store: SqlStore) -> None:
    first, placed = await store.take(entry(), [message("said")])
    again, nothing = await store.take(entry(data=b"other"), [message("said twice")])
    assert first == again == entry()
    assert [m.message_id for m in placed] == ["said"]
    assert nothing == []
    assert [m.message_id for m in await store.messages("ops")] == ["said"]
    await store.answer("web", "m1", b"receipt")
    assert (await store.take(entry(), []))[0].receipt == b"receipt"


async def test_twenty_deliveries_at_once_are_one(store: SqlStore) -> None:
    taken = await asyncio.gather(*(store.take(entry(data=b"%d" % n), [message(f"said-{n}")]) for n in range(20)))
    assert len({result[0].data for result in taken}) == 1
    assert len(await store.messages("ops")) == 1


async def test_open_entries_come_oldest_first_and_platforms_are_apart(store: SqlStore) -> None:
    for name in ("b", "a", "c"):
        await store.take(entry(name), [])
    await store.take(entry("a", platform="inhouse"), [])
    await store.answer("web", "b", b"{}")
    assert [(found.platform, found.message_id) for found in await store.open_inbox()] == [
        ("web", "a"),
        ("web", "c"),
        ("inhouse", "a"),
    ]


# --- commits ---------------------------------------------------------------------------------------------------------


async def test_a_commit_is_read_back_as_it_was(store: SqlStore) -> None:
    commit = new(messages=(message(),), outbox=(row("SR-1.s1"),))
    placed = await store.commit(commit)
    assert await store.request("SR-1") == await store.request_of("web:SR-1:0") == commit.request
    assert tuple(await store.events("SR-1")) == commit.events
    assert replay(await store.events("SR-1")) == commit.request
    assert await store.outbox() == [row("SR-1.s1")]
    assert await store.messages("ops") == placed
    assert await store.request("SR-2") is None
    assert await store.request_of("web:SR-2:0") is None


async def everything(store: SqlStore) -> list[Any]:
    return [
        await store.requests(),
        await store.events("SR-1"),
        await store.events("SR-2"),
        await store.outbox(),
        await store.messages("ops"),
    ]


async def test_a_known_origin_leaves_nothing_behind(store: SqlStore) -> None:
    await store.commit(new())
    before = await everything(store)
    with pytest.raises(ConflictError):
        await store.commit(new("SR-2", origin="web:SR-1:0", messages=(message("x"),), outbox=(row("SR-2.s1"),)))
    assert await everything(store) == before


async def test_a_version_that_moved_leaves_nothing_behind(store: SqlStore) -> None:
    commit = new()
    await store.commit(commit)
    await store.commit(following(commit.request, *cancelled()))
    before = await everything(store)
    late = following(commit.request, *cancelled(), messages=(message("x"),), outbox=(row("SR-1.s1"),))
    with pytest.raises(ConflictError):
        await store.commit(late)
    assert await everything(store) == before


async def test_in_a_group_the_one_that_fails_takes_no_neighbour_with_it(store: SqlStore) -> None:
    """They travel in one transaction of the writer; conflicts and constraint errors are undone alone."""
    await store.commit(new("SR-0"))
    hold = asyncio.Event()

    def slow(_connection: object) -> None:  # the others gather behind it
        while not hold.is_set():
            pass

    stalled = asyncio.create_task(store.database.write(slow))
    await asyncio.sleep(0.05)
    works = [
        asyncio.create_task(store.commit(commit))
        for commit in (
            new("SR-1", messages=(message("one"),)),
            new("SR-2", origin="web:SR-0:0", messages=(message("bad"),)),
            new("SR-3", messages=(message("three"),), outbox=(row("SR-3.s1", request_id="SR-3"),)),
            new("SR-4", messages=(message("four"),), outbox=(row("SR-3.s1", request_id="SR-4"),)),
            new("SR-5", messages=(message("five"),)),
        )
    ]
    await asyncio.sleep(0.05)
    hold.set()
    results = await asyncio.gather(*works, return_exceptions=True)
    await stalled
    assert [isinstance(result, Exception) for result in results] == [False, True, False, True, False]
    assert [m.message_id for m in await store.messages("ops")] == ["one", "three", "five"]
    assert sorted(r.request_id for r in await store.requests()) == ["SR-0", "SR-1", "SR-3", "SR-5"]
    assert (await store.verify())[1] == []


@pytest.mark.parametrize("seed", range(6))
async def test_messages_of_many_commits_at_once_are_placed_as_if_one_came_after_the_other(
    store: SqlStore, seed: int
) -> None:
    """New ones, edits, older forms and the same message twice, in rooms of their own for either way."""
    choice = random.Random(seed)
    forms = [
        [(f"m{choice.randrange(25)}", choice.choice([0, 0, 0, 1, 2, 3])) for _ in range(choice.randrange(4))]
        for _ in range(40)
    ]

    def commits(room: str) -> list[Commit]:
        return [
            new(
                f"SR-{room}-{number}",
                messages=tuple(message(one, revision, room, content=f"{number}") for one, revision in each),
            )
            for number, each in enumerate(forms)
        ]

    def seen(placed: list[list[RoomMessage]]) -> list[list[tuple[str, int, str]]]:
        return [[(each.message_id, each.revision, each.content) for each in one] for one in placed]

    together = await store.database.write(lambda connection: commit_all(connection, commits("together")))
    after = [await store.commit(commit) for commit in commits("after")]
    assert seen(together) == seen(after)
    rooms = [await store.messages("together"), await store.messages("after")]
    assert seen(rooms[:1]) == seen(rooms[1:])
    places = {m.message_id: m.seq for m in await store.messages("together")}
    assert {each.seq - places[each.message_id] for one in together for each in one} <= {0}
    assert (await store.verify())[1] == []


async def test_of_ten_writers_at_the_same_version_one_wins(store: SqlStore) -> None:
    commit = new()
    await store.commit(commit)
    works = (store.commit(following(commit.request, *cancelled(at_ms=n))) for n in range(3_000, 3_010))
    results = await asyncio.gather(*works, return_exceptions=True)
    assert sum(isinstance(result, ConflictError) for result in results) == 9
    assert len(await store.events("SR-1")) == 4


async def test_what_changed_in_a_room_since_then_is_found_open_or_ended(store: SqlStore) -> None:
    await store.commit(new("SR-1"))
    await store.commit(new("SR-2"))
    ended = following(new("SR-2").request, *cancelled(at_ms=3_000))
    await store.commit(ended)
    assert [one.request_id for one in await store.changed_since("ops", 2_000)] == ["SR-1", "SR-2"]
    assert await store.changed_since("ops", 2_001) == [ended.request]
    assert await store.changed_since("ops", 3_001) == await store.changed_since("elsewhere", 0) == []


async def test_open_requests_are_those_that_have_not_ended(store: SqlStore) -> None:
    ended = new("SR-1")
    await store.commit(ended)
    await store.commit(new("SR-2"))
    await store.commit(following(ended.request, *cancelled()))
    assert [r.request_id for r in await store.open_requests()] == ["SR-2"]
    assert len(await store.requests(limit=1)) == 1
    assert await store.requests(room_id="elsewhere") == []


# --- outbox ----------------------------------------------------------------------------------------------------------


async def test_the_outbox_keeps_its_order_and_forgets_what_is_done(store: SqlStore) -> None:
    commit = new(outbox=(row("s3"), row("s1", "B"), row("s2")))
    await store.commit(commit)
    await store.mark_sent("s1", 77)
    await store.commit(following(commit.request, *cancelled(), outbox_done=("s3",)))
    assert [(r.step_id, r.sent_ms) for r in await store.outbox()] == [("s1", 77), ("s2", None)]
    await store.commit(new("SR-2", outbox=(row("s4", request_id="SR-2"),)))
    assert [r.step_id for r in await store.outbox()] == ["s1", "s2", "s4"]
    await store.mark_sent("s1", None)
    assert [r.sent_ms for r in await store.outbox()] == [None] * 3


# --- rooms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [(), ("later",)])
async def test_an_edit_keeps_its_place_and_its_timestamp(store: SqlStore, others: tuple[str, ...]) -> None:
    """A card changes where it stands; readers that were away ask for changed cards by position."""
    [first] = await store.post([message(revision=1, timestamp="2026-01-01T00:00:00.000Z")])
    await store.post([message(name) for name in others])
    [edited] = await store.post([message(revision=2, timestamp="2026-02-02T00:00:00.000Z")])
    assert (edited.seq, edited.timestamp) == (first.seq, first.timestamp)
    assert [m.message_id for m in await store.messages("ops")] == ["card-SR-1", *others]
    again = await store.messages("ops", after_seq=first.seq - 1)
    assert [m.content for m in again if m.message_id == "card-SR-1"] == ["revision 2"]


async def test_an_older_or_equal_revision_changes_nothing(store: SqlStore) -> None:
    await store.post([message(revision=5)])
    assert await store.post([message(revision=5, content="again"), message(revision=4, content="old")]) == []
    assert [m.content for m in await store.messages("ops")] == ["revision 5"]


async def test_places_grow_and_are_never_given_twice(store: SqlStore) -> None:
    seen: list[int] = []
    for number in range(30):
        seen += [m.seq for m in await store.post([message(f"m{number}")])]
    assert seen == sorted(set(seen))
    assert len(seen) == 30


async def test_a_room_shows_its_newest_and_only_its_own(store: SqlStore) -> None:
    await store.post([message(f"m{n}") for n in range(5)])
    await store.post([message("m1", room_id="other")])
    assert [m.message_id for m in await store.messages("ops", limit=2)] == ["m3", "m4"]
    after = (await store.messages("ops"))[1].seq
    assert [m.message_id for m in await store.messages("ops", after_seq=after, limit=2)] == ["m2", "m3"]
    assert await store.rooms() == ["ops", "other"]


async def test_text_of_people_is_kept_to_the_letter(store: SqlStore) -> None:
    odd = "한글 <script> \U0001f600 \u202e ' \" ; DROP TABLE -- \x1b[31m"
    await store.post([message(content=odd)])
    assert (await store.messages("ops"))[0].content == odd


# --- output and counters ---------------------------------------------------------------------------------------------


async def test_output_is_kept_once_for_each_number_and_read_in_order(store: SqlStore) -> None:
    for seq, data in ((2, b"b"), (1, b"a"), (2, b"again")):
        await store.add_output("s1", seq, "stdout", data)
    await store.add_output("s2", 1, "stderr", b"\x00\xff")
    assert await store.output("s1") == [(1, "stdout", b"a"), (2, "stdout", b"b")]
    assert await store.output("s2") == [(1, "stderr", b"\x00\xff")]


async def test_numbers_are_given_once_however_many_ask(store: SqlStore) -> None:
    counts = [1, 3, 1, 20, 2] * 10
    firsts = await asyncio.gather(*(store.next_number("requests", count) for count in counts))
    given = [number for first, count in zip(firsts, counts, strict=True) for number in range(first, first + count)]
    assert sorted(given) == list(range(1, sum(counts) + 1))
    assert await store.next_number("other") == 1


async def test_numbers_grow_over_restarts(store_url: str, store_database: Database) -> None:
    first = await SqlStore(store_database).next_number("fencing")
    other = Database(store_url)
    try:
        assert await SqlStore(other).next_number("fencing") == first + 1
    finally:
        other.close()


# --- the audit -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE events SET hash = 'x' WHERE request_id = 'SR-1' AND version = 1", "SR-1: event 1"),
        ("UPDATE events SET version = 9 WHERE request_id = 'SR-1' AND version = 2", "SR-1: event 9"),
        ("DELETE FROM events WHERE request_id = 'SR-1' AND version = 1", "SR-1: event 2"),
        ("DELETE FROM events WHERE request_id = 'SR-1' AND version = 2", "SR-1: the log does not end"),
        ("DELETE FROM events WHERE request_id = 'SR-1'", "SR-1: the log does not end"),
        ("DELETE FROM requests WHERE request_id = 'SR-1'", "SR-1: events without a request"),
        (
            (
                "INSERT INTO events (request_id, version, at_ms, type, data, hash) SELECT request_id, 3, at_ms, type,"
                " data, hash FROM events WHERE request_id = 'SR-1' AND version = 2"
            ),
            "SR-1: event 3",
        ),
        (
            (
                "INSERT INTO events (request_id, version, at_ms, type, data, hash) SELECT 'SR-9', version, at_ms, type,"
                " data, hash FROM events WHERE request_id = 'SR-1'"
            ),
            "SR-9: event 1",
        ),
        ("UPDATE events SET type = 'Approved' WHERE request_id = 'SR-1' AND version = 2", "SR-1: event 2"),
        ("UPDATE events SET at_ms = 5 WHERE request_id = 'SR-1' AND version = 2", "SR-1: event 2"),
        ("UPDATE requests SET state = 'APPROVED' WHERE request_id = 'SR-1'", "SR-1: the request"),
        ("UPDATE requests SET final = true WHERE request_id = 'SR-1'", "SR-1: the request"),
        ("UPDATE requests SET requester = 'approver1' WHERE request_id = 'SR-1'", "SR-1: the request"),
    ],
)
async def test_the_audit_names_what_was_changed_removed_or_added(store: SqlStore, statement: str, told: str) -> None:
    await store.commit(new("SR-1"))
    await store.commit(new("SR-2"))
    assert await store.verify() == (4, [])
    with store.database.engine.begin() as connection:
        connection.execute(text(statement))
        problems = verify_chains(connection)[1]
    assert any(problem.startswith(told) for problem in problems), problems
    assert not any(problem.startswith("SR-2") for problem in problems), problems


@pytest.mark.parametrize("version", [1, 2])
async def test_the_audit_finds_every_changed_byte_of_an_event(store: SqlStore, version: int) -> None:
    await store.commit(new())
    where = {"request": "SR-1", "version": version}
    statement = text("SELECT data FROM events WHERE request_id = :request AND version = :version")
    with store.database.engine.begin() as connection:
        data = bytes(connection.execute(statement, where).scalar_one())
    for position in range(0, len(data), 7):
        changed = bytearray(data)
        changed[position] ^= 1
        with store.database.engine.begin() as connection:
            savepoint = connection.begin_nested()
            update = text("UPDATE events SET data = :data WHERE request_id = :request AND version = :version")
            connection.execute(update, where | {"data": bytes(changed)})
            assert verify_chains(connection)[1], position
            savepoint.rollback()


async def test_the_audit_finds_a_snapshot_that_its_events_do_not_tell(store: SqlStore) -> None:
    """The snapshot is what a restarted hub believes."""
    commit = new()
    await store.commit(commit)
    forged = msgspec.structs.replace(commit.request, requester=Person(person_id="approver1", name="x"))
    with store.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE requests SET snapshot = :data"), {"data": msgspec.json.encode(forged, order="sorted")}
        )
        assert verify_chains(connection)[1] == ["SR-1: the request is not what its events say"]


async def test_output_behind_a_chunk_comes_with_what_was_before_it(store: SqlStore) -> None:
    for seq, stream, data in ((1, "stdout", b"a\xff"), (2, "stderr", b"bcd"), (4, "stdout", b"e"), (5, "stdout", b"f")):
        await store.add_output("SR-1.p1.n1.s1", seq, stream, data)
    await store.add_output("SR-1.p1.n1.s2", 1, "stdout", b"another step")
    kept = await store.output_after("SR-1.p1.n1.s1", 0, 2)
    assert (kept.count, kept.size, kept.more) == (0, 0, True)
    assert kept.chunks == ((1, "stdout", b"a\xff"), (2, "stderr", b"bcd"))
    kept = await store.output_after("SR-1.p1.n1.s1", 2, 2)
    assert (kept.count, kept.size, kept.more) == (2, 5, False)
    assert kept.chunks == ((4, "stdout", b"e"), (5, "stdout", b"f"))
    kept = await store.output_after("SR-1.p1.n1.s1", 2**31 - 1, 2)
    assert (kept.count, kept.size, kept.chunks, kept.more) == (4, 7, (), False)
