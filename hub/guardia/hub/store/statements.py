"""The statements of a message's way, made once: making one anew for every row costs more than SQLite's own work.

Values are parameters of the execution: a key that is a column is written, the others (`of_…`, `at_version`) choose the
rows.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import Executable

from guardia.hub.store import tables as t

# --- inbox ------------------------------------------------------------------------------------------------------------

INBOX_ENTRY = select(t.inbox).where(
    t.inbox.c.platform == bindparam("of_platform"), t.inbox.c.message_id == bindparam("of_message")
)
ADD_INBOX = insert(t.inbox)
ANSWER = update(t.inbox).where(
    t.inbox.c.platform == bindparam("of_platform"), t.inbox.c.message_id == bindparam("of_message")
)

# --- requests ---------------------------------------------------------------------------------------------------------

SNAPSHOT_OF_REQUEST = select(t.requests.c.snapshot).where(t.requests.c.request_id == bindparam("of_request"))
SNAPSHOT_OF_ORIGIN = select(t.requests.c.snapshot).where(t.requests.c.origin == bindparam("of_origin"))
HEAD = select(t.requests.c.head).where(
    t.requests.c.request_id == bindparam("of_request"), t.requests.c.version == bindparam("at_version")
)
ADD_REQUEST = insert(t.requests)
CHANGE_REQUEST = update(t.requests).where(t.requests.c.request_id == bindparam("of_request"))
ADD_EVENT = insert(t.events)

# --- outbox and output ------------------------------------------------------------------------------------------------

ADD_OUTBOX = insert(t.outbox)
MARK_SENT = update(t.outbox).where(t.outbox.c.step_id == bindparam("of_step"))
DROP_OUTBOX = delete(t.outbox).where(t.outbox.c.step_id == bindparam("of_step"))
_ADD_OUTPUT: dict[str, Executable] = {
    "sqlite": sqlite.insert(t.step_output).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(t.step_output).on_conflict_do_nothing(),
}

# --- rooms ------------------------------------------------------------------------------------------------------------

ROOM_MESSAGE = select(t.room_messages.c.seq, t.room_messages.c.revision, t.room_messages.c.data).where(
    t.room_messages.c.room_id == bindparam("of_room"), t.room_messages.c.message_id == bindparam("of_message")
)
CHANGE_ROOM_MESSAGE = update(t.room_messages).where(t.room_messages.c.seq == bindparam("of_seq"))
ADD_ROOM_MESSAGE = insert(t.room_messages).returning(t.room_messages.c.seq)

# --- counters ---------------------------------------------------------------------------------------------------------


def _count(statement: sqlite.Insert | postgresql.Insert) -> Executable:
    grown = t.counters.c.value + statement.excluded.value
    return statement.on_conflict_do_update(index_elements=["name"], set_={"value": grown}).returning(t.counters.c.value)


_COUNT: dict[str, Executable] = {
    "sqlite": _count(sqlite.insert(t.counters)),
    "postgresql": _count(postgresql.insert(t.counters)),
}


def add_output(connection: Connection) -> Executable:
    """Add a chunk; nothing when it is there already."""
    return _ADD_OUTPUT[connection.dialect.name]


def count(connection: Connection) -> Executable:
    """Add `value` to the counter `name`, which starts at 0; the new value comes back."""
    return _COUNT[connection.dialect.name]
