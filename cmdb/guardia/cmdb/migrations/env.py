"""Run by Alembic, with the connection that `upgrade` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context

from guardia.cmdb.migrations import VERSION_TABLE
from guardia.cmdb.tables import PREFIX, metadata


def _own(name: str | None, kind: str, _parents: Any) -> bool:
    """The database may hold the hub's tables too: they are not ours to compare."""
    return kind != "table" or (name is not None and name.startswith(PREFIX) and name != VERSION_TABLE)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=_own,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
