"""Versions of the hub's own tables; Alembic is driven from code, as for the inventory's."""

from pathlib import Path

from sqlalchemy import Engine

from guardia.cmdb import migrations

VERSION_TABLE = "hub_version"
HERE = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Bring the hub's tables to this program's version. Raises `SchemaError`."""
    migrations.upgrade(engine, HERE)
