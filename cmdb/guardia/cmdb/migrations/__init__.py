"""The tables' versions. Driven from code alone: `upgrade(engine)`; nothing is configured in files."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text

from guardia.cmdb.errors import SchemaError

VERSION_TABLE = "cmdb_version"
HERE = Path(__file__).parent
_LOCK = 0x67756172_636D6462
"""Advisory lock of PostgreSQL: replicas that start at once upgrade one after the other."""

_one_at_a_time = threading.Lock()
"""Alembic's environment is one for a process."""


def _config(folder: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head(folder: Path = HERE) -> str:
    """The version that this program's tables have."""
    found = ScriptDirectory.from_config(_config(folder)).get_current_head()
    assert found is not None
    return found


def upgrade(engine: Engine, folder: Path = HERE) -> None:
    """Bring tables to this program's version, in one transaction; nothing happens when they have it.

    `folder` holds Alembic's `env.py` and `versions/`: the inventory's own, or those of the hub's other tables.
    Raises `SchemaError` when a newer program made them.
    """
    with _one_at_a_time, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(_config(folder, connection), "head")
        except CommandError as error:
            raise SchemaError(
                f"the tables are of a version that this program does not know ({error}); "
                "run the newer program, or restore the database from before its upgrade"
            ) from error
