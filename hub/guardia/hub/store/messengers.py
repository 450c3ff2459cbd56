"""Tables of messengers: rooms with their scope, the channels bound to them, and the outbox of deliveries."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from guardia.hub.store.metadata import metadata
from guardia.hub.store.staged import staged_files

_Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys

chat_rooms = Table(
    "chat_rooms",
    metadata,
    Column("room_id", String(128), primary_key=True),
    Column("institutions", Text, nullable=False),  # JSON lists; `["*"]` is everything, `[]` nothing
    Column("systems", Text, nullable=False),
    Column("environments", Text, nullable=False),
    Column("actions", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

chat_channels = Table(
    "chat_channels",
    metadata,
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("room_id", ForeignKey("chat_rooms.room_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("parked_ms", BigInteger),  # not None: the platform said that it takes nothing any more
    Column("parked_reason", Text),
    PrimaryKeyConstraint("platform", "channel"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),  # order within a channel
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("room_id", String(128), nullable=False),  # "" for a notice
    Column("message_id", String(250), nullable=False),  # of the room's message; one row however often it changes
    Column("revision", Integer, nullable=False),
    Column("account", String(200), nullable=False),  # not "": for this person alone, where the platform can
    Column("data", LargeBinary),  # a notice's own text; None: what the room's message says when it leaves
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("platform", "channel", "message_id"),
    Index("ix_deliveries_channel", "platform", "channel", "seq"),
)

posted_messages = Table(
    "posted_messages",
    metadata,
    Column("platform", String(32), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("message_id", String(250), nullable=False),
    Column("external_id", String(250), nullable=False),  # the platform's; "" where it tells none
    Column("revision", Integer, nullable=False),
    Column("told", Text, nullable=False),  # milestones that were told, comma between
    Column("posted_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("platform", "channel", "message_id"),
)

linked_uploads = Table(
    "linked_uploads",
    metadata,
    Column("file_id", ForeignKey(staged_files.c.file_id, ondelete="CASCADE"), primary_key=True),
    Column("person_id", String(64), nullable=False),
    Column("room_id", String(128), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("used_by", String(250), nullable=False),  # platform and message; "": it waits
    Index("ix_linked_uploads_person", "person_id", "room_id"),
)
