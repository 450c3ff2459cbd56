"""Tables of requests, their event log, the inbox, the outbox and the rooms' messages."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from guardia.hub.store.metadata import metadata

_Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys

requests = Table(
    "requests",
    metadata,
    Column("request_id", String(64), primary_key=True),
    Column("origin", String(300), nullable=False, unique=True),  # platform, message and position: one request, once
    Column("state", String(32), nullable=False),
    Column("final", Boolean, nullable=False, server_default=false()),
    Column("room_id", String(128), nullable=False),
    Column("requester", String(128), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", String(64), nullable=False),  # hash of the newest event: a cut log shows
    Column("snapshot", LargeBinary, nullable=False),
    Index("ix_requests_final", "final"),
    Index("ix_requests_room", "room_id", "created_ms"),
)

events = Table(
    "events",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),
    Column("request_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("type", String(40), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("hash", String(64), nullable=False),  # sha256 of the previous hash and this row
    UniqueConstraint("request_id", "version"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),
    Column("platform", String(32), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("kind", String(16), nullable=False),  # message | press
    Column("received_ms", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("receipt", LargeBinary),  # None: taken over, not worked off yet
    UniqueConstraint("platform", "message_id"),
    Index("ix_inbox_open", "seq", sqlite_where=text("receipt IS NULL"), postgresql_where=text("receipt IS NULL")),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),
    Column("agent_id", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("step_id", String(64), nullable=False, unique=True),  # the id on the wire
    Column("frame", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("deliver_by_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),  # None: provably never left
    Index("ix_outbox_agent", "agent_id", "seq"),
)

step_output = Table(
    "step_output",
    metadata,
    Column("step_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("stream", String(8), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

room_messages = Table(
    "room_messages",
    metadata,
    Column("change", _Big, primary_key=True, autoincrement=True),  # grows with every new message and every edit
    Column("room_id", String(128), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("room_id", "message_id"),
    Index("ix_room_messages_room", "room_id", "change"),
    sqlite_autoincrement=True,  # else the number of the newest row is given again after an edit took that row away
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
