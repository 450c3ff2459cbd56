"""What one transaction of requests writes: events in their chains, the requests' rows, frames, messages and deliveries.

Several requests that change at the same moment are written with one statement a table, not one a request.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from guardia.hub.core.message import RoomMessage
from guardia.hub.errors import ConflictError
from guardia.hub.ports import Commit
from guardia.hub.store import hooks, statements
from guardia.hub.store.deliveries import enqueue
from guardia.hub.store.prepared import Prepared, Row

_ENCODER = msgspec.json.Encoder(order="deterministic")
GENESIS = "0" * 64


class _Timestamp(msgspec.Struct):
    """What is needed of a message that is about to be replaced."""

    timestamp: str


_TIMESTAMP = msgspec.json.Decoder(_Timestamp)


def chain(previous: str, request_id: str, version: int, data: bytes) -> str:
    """Hash of an event: over the previous hash, whose event it is, its place, and its bytes as stored."""
    return hashlib.sha256(b"\0".join([previous.encode(), request_id.encode(), b"%d" % version, data])).hexdigest()


def commit_all(connection: Connection, commits: Sequence[Commit]) -> list[list[RoomMessage]]:
    """Write all of it; for each commit its messages as they were placed.

    Raises `ConflictError` when a request is not where its commit says, or known already: without telling whose it was
    where there are several, so that each is then tried alone.
    """
    if len({commit.request.request_id for commit in commits}) < len(commits):
        raise ConflictError("two commits of one request at once")
    events: list[Row] = []
    new: list[Row] = []
    changed: list[Row] = []
    for commit in commits:
        head = _add_events(commit, _head(connection, commit), events)
        if commit.expected_version:
            changed.append((*_state(commit, head), commit.request.request_id))
        else:
            new.append((*_state(commit, head), *_identity(commit)))
    _many(connection, statements.ADD_EVENT, events)
    _many(connection, statements.CHANGE_REQUEST, changed)
    try:
        _many(connection, statements.ADD_REQUEST, new)
    except IntegrityError as error:
        known = " or ".join(
            f"{commit.request.request_id} ({commit.origin})" for commit in commits if not commit.expected_version
        )
        raise ConflictError(f"{known[:200]} is known already") from error
    _many(
        connection, statements.ADD_OUTBOX, [msgspec.structs.astuple(row) for commit in commits for row in commit.outbox]
    )
    _many(connection, statements.DROP_OUTBOX, [(step_id,) for commit in commits for step_id in commit.outbox_done])
    hooks.enqueue(connection, [event for commit in commits for event in commit.hooks])
    placed = _put_all(
        connection,
        [
            (number, message, not commit.expected_version)
            for number, commit in enumerate(commits)
            for message in commit.messages
        ],
        len(commits),
    )
    enqueue(connection, [message for each in placed for message in each])
    return placed


def place(connection: Connection, messages: Iterable[RoomMessage]) -> list[RoomMessage]:
    """Write messages and their deliveries; an edit keeps its place and first timestamp; an older one is dropped."""
    placed = [one for message in messages if (one := _put(connection, message))]
    enqueue(connection, placed)
    return placed


def _many(connection: Connection, statement: Prepared, rows: Sequence[Row]) -> None:
    if rows:
        statement.run_rows(connection, rows)


def _head(connection: Connection, commit: Commit) -> str:
    """Hash of the newest event that the commit builds on."""
    if not commit.expected_version:
        return GENESIS
    request_id = commit.request.request_id
    where = {"of_request": request_id, "at_version": commit.expected_version}
    head: str | None = statements.HEAD.scalar(connection, where)
    if head is None:
        raise ConflictError(f"{request_id} is no longer at version {commit.expected_version}")
    return head


def _add_events(commit: Commit, head: str, rows: list[Row]) -> str:
    """Rows of the commit's events, as `ADD_EVENT` takes them, are added to `rows`; the hash of the last one."""
    request_id = commit.request.request_id
    for version, event in enumerate(commit.events, commit.expected_version + 1):
        data = _ENCODER.encode(event)
        head = chain(head, request_id, version, data)
        rows.append((request_id, version, event.at_ms, type(event).__name__, data, head))
    return head


def _state(commit: Commit, head: str) -> Row:
    """What changes in a request's row: the state's columns of `CHANGE_REQUEST` and `ADD_REQUEST`."""
    request = commit.request
    return request.state.value, request.final, request.updated_ms, request.version, head, _ENCODER.encode(request)


def _identity(commit: Commit) -> Row:
    """What never changes in it: the further columns of `ADD_REQUEST`."""
    request = commit.request
    return request.request_id, commit.origin, request.room_id, request.requester.person_id, request.created_ms


def _put_all(
    connection: Connection, messages: Sequence[tuple[int, RoomMessage, bool]], owners: int
) -> list[list[RoomMessage]]:
    """Each with the number of its owner and whether it is hardly there already: by owner, what was placed, in order."""
    placed: list[list[RoomMessage]] = [[] for _ in range(owners)]
    for together, run in itertools.groupby(messages, lambda each: each[2] or each[1].revision == 0):
        several = list(run)
        known = _add_new(connection, [message for _, message, _ in several]) if together and len(several) > 1 else {}
        for owner, message, new in several:
            seq = known.pop((message.room_id, message.message_id), None)
            one = _put(connection, message, new=new) if seq is None else msgspec.structs.replace(message, seq=seq)
            if one is not None:
                placed[owner].append(one)
    return placed


def _add_new(connection: Connection, messages: Sequence[RoomMessage]) -> dict[tuple[str, str], int]:
    """Places, by room and message, of those that were not there; of two forms of one message the first was added."""
    added = statements.ADD_ROOM_MESSAGE.rows_of(connection, [tuple(_columns(message).values()) for message in messages])
    return {(room_id, message_id): seq for seq, room_id, message_id in added}


def _columns(message: RoomMessage) -> dict[str, object]:
    """Values of `ADD_ROOM_MESSAGE`, in its order."""
    return {
        "room_id": message.room_id,
        "message_id": message.message_id,
        "revision": message.revision,
        "created_ms": int(datetime.fromisoformat(message.timestamp).timestamp() * 1000),
        "data": _ENCODER.encode(message),
    }


def _put(connection: Connection, message: RoomMessage, *, new: bool = False) -> RoomMessage | None:
    """The message as it was written, or None: a newer form of it is there. `new`: it is hardly there already, so the
    look for an older form comes only after it turned out to be."""
    new = new or message.revision == 0
    where = {"of_room": message.room_id, "of_message": message.message_id}
    old = None if new else statements.ROOM_MESSAGE.one(connection, where)
    if old is None:
        seq = statements.ADD_ROOM_MESSAGE.scalar(connection, _columns(message))
        if seq is not None:
            return msgspec.structs.replace(message, seq=seq)
        old = statements.ROOM_MESSAGE.one(connection, where)
        assert old is not None, "the insert found it, in this transaction of the only writer"
    seq, revision, data = old
    if revision >= message.revision:
        return None
    message = msgspec.structs.replace(message, timestamp=_TIMESTAMP.decode(data).timestamp)
    changed = {"of_seq": seq, "revision": message.revision, "data": _ENCODER.encode(message)}
    statements.CHANGE_ROOM_MESSAGE.run(connection, changed)
    return msgspec.structs.replace(message, seq=seq)
