"""The statements of a message's way, made once.

Values are given by name: those of columns are written, the others (`of_…`, `at_version`) choose the rows.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from guardia.hub.ports import InboxEntry, OutboxRow
from guardia.hub.store import tables as t
from guardia.hub.store.prepared import Prepared

INBOX_COLUMNS = InboxEntry.__struct_fields__
_OUTBOX_COLUMNS = OutboxRow.__struct_fields__
_STATE_COLUMNS = ("state", "final", "updated_ms", "version", "head", "snapshot")

# --- inbox ------------------------------------------------------------------------------------------------------------

_ENTRY = (t.inbox.c.platform == bindparam("of_platform"), t.inbox.c.message_id == bindparam("of_message"))
INBOX_ENTRY = Prepared(select(*(t.inbox.c[name] for name in INBOX_COLUMNS)).where(*_ENTRY))
ADD_INBOX = Prepared(insert(t.inbox), INBOX_COLUMNS)
ANSWER = Prepared(update(t.inbox).where(*_ENTRY), ("receipt",))

# --- requests ---------------------------------------------------------------------------------------------------------

SNAPSHOT_OF_REQUEST = select(t.requests.c.snapshot).where(t.requests.c.request_id == bindparam("of_request"))
SNAPSHOT_OF_ORIGIN = select(t.requests.c.snapshot).where(t.requests.c.origin == bindparam("of_origin"))
HEAD = Prepared(
    select(t.requests.c.head).where(
        t.requests.c.request_id == bindparam("of_request"), t.requests.c.version == bindparam("at_version")
    )
)
ADD_REQUEST = Prepared(
    insert(t.requests), (*_STATE_COLUMNS, "request_id", "origin", "room_id", "requester", "created_ms")
)
CHANGE_REQUEST = Prepared(
    update(t.requests).where(t.requests.c.request_id == bindparam("of_request")), _STATE_COLUMNS, ("of_request",)
)
ADD_EVENT = Prepared(insert(t.events), ("request_id", "version", "at_ms", "type", "data", "hash"))

# --- outbox and output ------------------------------------------------------------------------------------------------

ADD_OUTBOX = Prepared(insert(t.outbox), _OUTBOX_COLUMNS)
MARK_SENT = Prepared(update(t.outbox).where(t.outbox.c.step_id == bindparam("of_step")), ("sent_ms",))
DROP_OUTBOX = Prepared(delete(t.outbox).where(t.outbox.c.step_id == bindparam("of_step")), chosen_by=("of_step",))
ADD_OUTPUT = Prepared(
    {
        "sqlite": sqlite.insert(t.step_output).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(t.step_output).on_conflict_do_nothing(),
    },
    ("step_id", "seq", "stream", "data"),
)
"""Nothing when the chunk is there already."""

# --- rooms ------------------------------------------------------------------------------------------------------------

ROOM_MESSAGE = Prepared(
    select(t.room_messages.c.seq, t.room_messages.c.revision, t.room_messages.c.data).where(
        t.room_messages.c.room_id == bindparam("of_room"), t.room_messages.c.message_id == bindparam("of_message")
    )
)
CHANGE_ROOM_MESSAGE = Prepared(
    update(t.room_messages).where(t.room_messages.c.seq == bindparam("of_seq")), ("revision", "data")
)


def _unless_known(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    columns = t.room_messages.c
    added = statement.on_conflict_do_nothing(index_elements=["room_id", "message_id"])
    return added.returning(columns.seq, columns.room_id, columns.message_id)


ADD_ROOM_MESSAGE = Prepared(
    {
        "sqlite": _unless_known(sqlite.insert(t.room_messages)),
        "postgresql": _unless_known(postgresql.insert(t.room_messages)),
    },
    ("room_id", "message_id", "revision", "created_ms", "data"),
)
"""Its place, room and id; no row when the message is there already."""

# --- counters ---------------------------------------------------------------------------------------------------------


def _count(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    grown = t.counters.c.value + statement.excluded.value
    return statement.on_conflict_do_update(index_elements=["name"], set_={"value": grown}).returning(t.counters.c.value)


COUNT = Prepared(
    {"sqlite": _count(sqlite.insert(t.counters)), "postgresql": _count(postgresql.insert(t.counters))},
    ("name", "value"),
)
"""Add `value` to the counter `name`, which starts at 0; the new value comes back."""
