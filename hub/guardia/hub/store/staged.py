"""Records of staged files: who uploaded what, for which room."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, Column, Connection, String, Table, insert, select

from guardia.hub.core.message import StagedFile
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata

staged_files = Table(
    "staged_files",
    metadata,
    Column("file_id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("room_id", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)


class StagedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A staged file and who may refer to it: its uploader, and the room that it was uploaded for."""

    file: StagedFile
    person_id: str
    room_id: str


class StagedFiles:
    """The table `staged_files`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, file: StagedFile, *, person_id: str, room_id: str, created_ms: int) -> None:
        """Record a file that lies, whole and fsynced, in the store."""
        values = {**msgspec.structs.asdict(file), "person_id": person_id, "room_id": room_id, "created_ms": created_ms}
        await self._database.write(lambda c: c.execute(insert(staged_files).values(values)) and None)

    async def find(self, file_id: str) -> StagedRecord | None:
        """The record of `file_id`, or None."""

        def work(connection: Connection) -> StagedRecord | None:
            row = connection.execute(select(staged_files).where(staged_files.c.file_id == file_id)).first()
            if row is None:
                return None
            file = StagedFile(file_id=row.file_id, name=row.name, sha256=row.sha256, size=row.size)
            return StagedRecord(file=file, person_id=row.person_id, room_id=row.room_id)

        return await self._database.read(work)
