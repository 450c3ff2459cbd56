"""Facts as key and value go: nothing ever wrote them. What agents say is in the hub's `agent_facts`."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("cmdb_host_facts")


def downgrade() -> None:
    """No way back by itself: restore the database from before."""
    raise NotImplementedError
