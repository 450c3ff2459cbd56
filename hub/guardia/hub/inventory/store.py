"""The inventory behind its port: kept in the hub's database, held in memory as one snapshot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, Engine

from guardia.cmdb import hostkeys, repository
from guardia.cmdb.diff import Diff, compare
from guardia.cmdb.errors import StaleRevisionError
from guardia.cmdb.hostkeys import HostKey
from guardia.cmdb.importers.csv_files import read_folder
from guardia.cmdb.migrations import upgrade
from guardia.cmdb.model import Inventory
from guardia.cmdb.resolve import Resolver, resolver_for
from guardia.hub.errors import StoreError

T = TypeVar("T")


class Transactions(Protocol):
    """What is asked of the hub's database; `store.database.Database` is one (adapters do not import each other)."""

    @property
    def engine(self) -> Engine: ...

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run `function` in a transaction of the one writer; returns after the commit."""
        ...

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run `function` in a transaction that writes nothing."""
        ...


def _system_ms() -> int:
    return time.time_ns() // 1_000_000


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did: the differences, and the revision that is in force after it."""

    diff: Diff
    revision: int


class StoredInventory:
    """`InventoryPort` on the hub's database.

    `load` comes first, and again whenever another process may have changed the inventory. Errors are those of
    `guardia.cmdb.errors` and `StoreError`.
    """

    def __init__(self, database: Transactions, *, now_ms: Callable[[], int] = _system_ms) -> None:
        self._database = database
        self._now_ms = now_ms
        self._snapshot: Inventory | None = None
        self._upgraded = False
        self._host_keys: tuple[HostKey, ...] = ()

    async def load(self) -> Inventory:
        """Read the inventory if it moved (the first time: make or upgrade its tables) and return the snapshot.

        Raises `SchemaError` when a newer program made the tables.
        """
        if not self._upgraded:
            await asyncio.to_thread(upgrade, self._database.engine)
            self._upgraded = True
        if self._snapshot is not None:
            revision = await self._database.read(repository.current_revision)
            if revision == self._snapshot.revision:
                return self._snapshot
        loaded = await self._database.read(repository.load)
        await asyncio.to_thread(resolver_for, loaded)  # built here, so that the first message does not wait for it
        keys = await self._database.read(hostkeys.load)
        if self._snapshot is None or loaded.revision >= self._snapshot.revision:
            self._host_keys = keys
            self._snapshot = loaded
        return self._snapshot

    def snapshot(self) -> Inventory:
        """The inventory as it was last loaded or changed. Raises `StoreError` before the first `load`."""
        if self._snapshot is None:
            raise StoreError("the inventory was not loaded yet")
        return self._snapshot

    def host_keys(self) -> tuple[HostKey, ...]:
        """The pinned SSH host keys, as of the snapshot."""
        return self._host_keys

    async def pin_host_keys(self, keys: tuple[HostKey, ...], *, actor: str, source: str) -> int:
        """Replace the pinned keys of the hosts that `keys` name; returns the revision in force.

        Raises `ImportRowsError` for a host that the inventory does not hold.
        """

        def write(connection: Connection) -> int:
            return hostkeys.replace(connection, keys, actor=actor, source=source, now_ms=self._now_ms())

        revision = await self._database.write(write)
        await self.load()
        return revision

    def resolver(self) -> Resolver:
        """The names of the snapshot; built once a revision."""
        return resolver_for(self.snapshot())

    async def plan_folder(self, folder: Path) -> Diff:
        """What importing `folder` would change now. Raises `ImportRowsError`; changes nothing."""
        target = await asyncio.to_thread(read_folder, folder)
        return await asyncio.to_thread(compare, await self.load(), target)

    async def apply(self, diff: Diff, *, actor: str, source: str) -> int:
        """Make the inventory what `diff` says; returns the revision in force. Raises `StaleRevisionError`."""

        def write(connection: Connection) -> int:
            return repository.apply(connection, diff, actor=actor, source=source, now_ms=self._now_ms())

        try:
            revision = await self._database.write(write)
        except StaleRevisionError:
            await self.load()
            raise
        await self.load()
        return revision

    async def import_folder(self, folder: Path, actor: str) -> Imported:
        """Read the two CSV files of `folder` and apply what differs, all or nothing.

        Raises `ImportRowsError`, `StaleRevisionError` (someone else imported meanwhile: look at the differences again).
        """
        diff = await self.plan_folder(folder)
        return Imported(diff=diff, revision=await self.apply(diff, actor=actor, source=str(folder)))

    async def revisions(self, limit: int = 50) -> list[repository.Revision]:
        """The newest revisions, newest first."""
        return await self._database.read(lambda connection: repository.list_revisions(connection, limit))
