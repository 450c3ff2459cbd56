"""Rooms of messengers, and the outbox of deliveries to their channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_rooms",
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("institutions", sa.Text(), nullable=False),
        sa.Column("systems", sa.Text(), nullable=False),
        sa.Column("environments", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_chat_rooms")),
    )
    op.create_table(
        "deliveries",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("platform", "channel", "message_id", name=op.f("uq_deliveries_platform")),
    )
    op.create_index("ix_deliveries_channel", "deliveries", ["platform", "channel", "seq"], unique=False)
    op.create_table(
        "posted_messages",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("external_id", sa.String(length=250), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("posted_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", "message_id", name=op.f("pk_posted_messages")),
    )
    op.create_table(
        "chat_channels",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("parked_ms", sa.BigInteger(), nullable=True),
        sa.Column("parked_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["chat_rooms.room_id"], name=op.f("fk_chat_channels_room_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "channel", name=op.f("pk_chat_channels")),
    )
    op.create_index(op.f("ix_chat_channels_room_id"), "chat_channels", ["room_id"], unique=False)
    op.create_table(
        "linked_uploads",
        sa.Column("file_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["staged_files.file_id"], name=op.f("fk_linked_uploads_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_linked_uploads")),
    )
    op.create_index("ix_linked_uploads_person", "linked_uploads", ["person_id", "room_id"], unique=False)
