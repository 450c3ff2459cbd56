"""What one transaction of requests writes: events in their chains, the requests' rows, frames, messages and deliveries.

Several requests that change at the same moment are written with one statement a table, not one a request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from guardia.hub.core.message import RoomMessage
from guardia.hub.errors import ConflictError
from guardia.hub.ports import Commit
from guardia.hub.store import hooks, statements
from guardia.hub.store.deliveries import enqueue
from guardia.hub.store.prepared import Prepared

_ENCODER = msgspec.json.Encoder(order="sorted")
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
    events: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for commit in commits:
        head = _add_events(commit, _head(connection, commit), events)
        row = _row(commit, head)
        if commit.expected_version:
            changed.append({**row, "of_request": commit.request.request_id})
        else:
            new.append({**row, **_identity(commit)})
    _many(connection, statements.ADD_EVENT, events)
    _many(connection, statements.CHANGE_REQUEST, changed)
    try:
        _many(connection, statements.ADD_REQUEST, new)
    except IntegrityError as error:
        known = " or ".join(f"{row['request_id']} ({row['origin']})" for row in new[:3])
        raise ConflictError(f"{known} is known already") from error
    _many(
        connection,
        statements.ADD_OUTBOX,
        [msgspec.structs.asdict(row) for commit in commits for row in commit.outbox],
    )
    _many(
        connection,
        statements.DROP_OUTBOX,
        [{"of_step": step_id} for commit in commits for step_id in commit.outbox_done],
    )
    hooks.enqueue(connection, [event for commit in commits for event in commit.hooks])
    placed = [[one for message in commit.messages if (one := _put(connection, message))] for commit in commits]
    enqueue(connection, [message for each in placed for message in each])
    return placed


def place(connection: Connection, messages: Iterable[RoomMessage]) -> list[RoomMessage]:
    """Write messages and their deliveries; an edit keeps its place and first timestamp; an older one is dropped."""
    placed = [one for message in messages if (one := _put(connection, message))]
    enqueue(connection, placed)
    return placed


def _many(connection: Connection, statement: Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        statement.run_many(connection, rows)


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


def _add_events(commit: Commit, head: str, rows: list[dict[str, Any]]) -> str:
    """Rows of the commit's events are added to `rows`; the hash of the last one."""
    request_id = commit.request.request_id
    for version, event in enumerate(commit.events, commit.expected_version + 1):
        data = _ENCODER.encode(event)
        head = chain(head, request_id, version, data)
        rows.append(
            {
                "request_id": request_id,
                "version": version,
                "at_ms": event.at_ms,
                "type": type(event).__name__,
                "data": data,
                "hash": head,
            }
        )
    return head


def _row(commit: Commit, head: str) -> dict[str, Any]:
    request = commit.request
    return {
        "state": request.state.value,
        "final": request.final,
        "updated_ms": request.updated_ms,
        "version": request.version,
        "head": head,
        "snapshot": _ENCODER.encode(request),
    }


def _identity(commit: Commit) -> dict[str, Any]:
    request = commit.request
    return {
        "request_id": request.request_id,
        "origin": commit.origin,
        "room_id": request.room_id,
        "requester": request.requester.person_id,
        "created_ms": request.created_ms,
    }


def _put(connection: Connection, message: RoomMessage) -> RoomMessage | None:
    """The message as it was written, or None: a newer form of it is there."""
    where = {"of_room": message.room_id, "of_message": message.message_id}
    old = statements.ROOM_MESSAGE.one(connection, where)
    if old is None:
        values = {
            "room_id": message.room_id,
            "message_id": message.message_id,
            "revision": message.revision,
            "created_ms": int(datetime.fromisoformat(message.timestamp).timestamp() * 1000),
            "data": _ENCODER.encode(message),
        }
        return msgspec.structs.replace(message, seq=statements.ADD_ROOM_MESSAGE.scalar(connection, values))
    seq, revision, data = old
    if revision >= message.revision:
        return None
    message = msgspec.structs.replace(message, timestamp=_TIMESTAMP.decode(data).timestamp)
    changed = {"of_seq": seq, "revision": message.revision, "data": _ENCODER.encode(message)}
    statements.CHANGE_ROOM_MESSAGE.run(connection, changed)
    return msgspec.structs.replace(message, seq=seq)
