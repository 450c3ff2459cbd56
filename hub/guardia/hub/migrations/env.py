"""Run by Alembic, with the connection that `upgrade` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context

from guardia.hub.enrolment import tables as _enrolment  # noqa: F401 - declares its tables on the shared metadata
from guardia.hub.migrations import VERSION_TABLE
from guardia.hub.store import accounts as _accounts  # noqa: F401
from guardia.hub.store import messengers as _messengers  # noqa: F401
from guardia.hub.store import notes as _notes  # noqa: F401
from guardia.hub.store import staged as _staged  # noqa: F401
from guardia.hub.store import tables as _tables  # noqa: F401
from guardia.hub.store.metadata import metadata


def _own(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or name in metadata.tables


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
