"""Offers of advice, what rooms turned off, and previews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "advice_offers",
        sa.Column("offer_id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_advice_offers")),
    )
    op.create_index("ix_advice_offers_room", "advice_offers", ["room_id", "made_ms"], unique=False)
    op.create_index(
        "ix_advice_offers_open",
        "advice_offers",
        ["room_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "advice_quiet",
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("by_person", sa.String(length=128), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "rule_id", name=op.f("pk_advice_quiet")),
    )
    op.create_table(
        "previews",
        sa.Column("preview_id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=128), nullable=False),
        sa.Column("person_id", sa.String(length=128), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("preview_id", name=op.f("pk_previews")),
    )
    op.create_index("ix_previews_room", "previews", ["room_id", "person_id", "made_ms"], unique=False)
