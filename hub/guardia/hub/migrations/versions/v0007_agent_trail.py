"""Agents: the trail of what was decided about them, and the connections by which copied identities are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_events",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=63), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=1_000), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_agent_events")),
    )
    op.create_index("ix_agent_events_agent_id", "agent_events", ["agent_id", "place"])
    trail = op.create_table(
        "agent_trail",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agent_trail")),
    )
    op.bulk_insert(trail, [{"name": "agents", "events": 0, "head": "0" * 64}])
    op.create_table(
        "agent_sightings",
        sa.Column("agent_id", sa.String(length=63), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("sightings", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_agent_sightings")),
    )


def downgrade() -> None:
    op.drop_table("agent_sightings")
    op.drop_table("agent_trail")
    op.drop_table("agent_events")
