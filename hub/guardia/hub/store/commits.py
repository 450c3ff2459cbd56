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
    # Those of a new request are hardly there already.
    placed = _put(
        connection,
        [
            (number, message, not commit.expected_version or message.revision == 0)
            for number, commit in enumerate(commits)
            for message in commit.messages
        ],
        len(commits),
    )
    enqueue(connection, [message for each in placed for message in each])
    return placed


def place(connection: Connection, messages: Iterable[RoomMessage]) -> list[RoomMessage]:
    """Write messages and their deliveries; an edit keeps its place and first timestamp; an older one is dropped."""
    (placed,) = _put(connection, [(0, message, message.revision == 0) for message in messages], 1)
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


def _put(
    connection: Connection, messages: Sequence[tuple[int, RoomMessage, bool]], owners: int
) -> list[list[RoomMessage]]:
    """What was placed, by owner, in order. Of each message: the number of its owner, and whether it is new as far as
    anybody knows; neighbours that are new are added together, and an older form is looked for only where there is one.
    """
    placed: list[list[RoomMessage]] = [[] for _ in range(owners)]
    for new, neighbours in itertools.groupby(messages, lambda each: each[2]):
        together = list(neighbours)
        added = _add(connection, [message for _, message, _ in together]) if new else {}
        for owner, message, _ in together:
            seq = added.pop((message.room_id, message.message_id), None)
            one = _edit(connection, message) if seq is None else msgspec.structs.replace(message, seq=seq)
            if one is not None:
                placed[owner].append(one)
    return placed


def _add(connection: Connection, messages: Sequence[RoomMessage]) -> dict[tuple[str, str], int]:
    """Places, by room and message, of those that were not there; of two forms of one message the first was added."""
    rows = [
        (
            message.room_id,
            message.message_id,
            message.revision,
            int(datetime.fromisoformat(message.timestamp).timestamp() * 1000),
            _ENCODER.encode(message),
        )
        for message in messages
    ]
    added = statements.ADD_ROOM_MESSAGE.rows_of(connection, rows)
    return {(room_id, message_id): seq for seq, room_id, message_id in added}


def _edit(connection: Connection, message: RoomMessage) -> RoomMessage | None:
    """The message as it was written over its older form, or added where there is none; None: a newer form is there."""
    where = {"of_room": message.room_id, "of_message": message.message_id}
    old = statements.ROOM_MESSAGE.one(connection, where)
    if old is None:
        (seq,) = _add(connection, [message]).values()
        return msgspec.structs.replace(message, seq=seq)
    seq, revision, data = old
    if revision >= message.revision:
        return None
    message = msgspec.structs.replace(message, timestamp=_TIMESTAMP.decode(data).timestamp)
    changed = {"of_seq": seq, "revision": message.revision, "data": _ENCODER.encode(message)}
    statements.CHANGE_ROOM_MESSAGE.run(connection, changed)
    return msgspec.structs.replace(message, seq=seq)
