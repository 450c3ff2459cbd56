"""What the commands of `guardia-hub cmdb` share: exit codes, JSON, and the inventory that they work on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import click
import msgspec
from sqlalchemy.exc import SQLAlchemyError

from guardia.cmdb.errors import CmdbError
from guardia.hub.errors import HubError
from guardia.hub.inventory.store import StoredInventory
from guardia.hub.store.database import Database

PROBLEMS = 1
USAGE = 2
NOT_DONE = 3


class Settings(Protocol):
    """What the root command puts into `ctx.obj`."""

    @property
    def database_url(self) -> str: ...


def echo_json(data: dict[str, Any]) -> None:
    click.echo(msgspec.json.encode(data).decode())


def with_inventory(settings: Settings, run: Callable[[StoredInventory, Database], Awaitable[None]]) -> None:
    async def main() -> None:
        database = Database(settings.database_url)
        try:
            inventory = StoredInventory(database)
            await inventory.load()
            await run(inventory, database)
        finally:
            database.close()

    try:
        asyncio.run(main())
    except SQLAlchemyError as error:
        click.echo(f"the database is not available: {getattr(error, 'orig', None) or error}", err=True)
        raise SystemExit(NOT_DONE) from None
    except (CmdbError, HubError) as error:
        remedy = getattr(error, "remedy", "")
        click.echo(f"{error.code}: {error}{' ' + remedy if remedy else ''}", err=True)
        raise SystemExit(NOT_DONE) from None
