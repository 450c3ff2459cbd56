"""Agents: why one is fenced, and since when one is drained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agents") as table:
        table.add_column(sa.Column("fenced_reason", sa.String(1_000), nullable=True))
        table.add_column(sa.Column("draining_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("agents") as table:
        table.drop_column("draining_ms")
        table.drop_column("fenced_reason")
