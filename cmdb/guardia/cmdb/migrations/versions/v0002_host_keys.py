"""Pinned SSH host keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cmdb_host_keys",
        sa.Column("asset_code", sa.String(128), nullable=False),
        sa.Column("key", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("asset_code", "key", name="pk_cmdb_host_keys"),
        sa.ForeignKeyConstraint(["asset_code"], ["cmdb_hosts.asset_code"], name="fk_cmdb_host_keys_asset_code"),
    )


def downgrade() -> None:
    """Without this table nothing is pinned: restore the database from before it."""
    raise NotImplementedError
