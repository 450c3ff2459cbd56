"""Files that were uploaded by a signed link and wait for the message that they belong to."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, or_, select, update

from guardia.hub.core.message import StagedFile
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database
from guardia.hub.store.messengers import linked_uploads
from guardia.hub.store.staged import staged_files

WAIT_SECONDS = 3600


class LinkedUploads:
    """The table. A file belongs to one message: the first that asks for it, however often that one is worked off."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, file: StagedFile, *, person_id: str, room_id: str) -> None:
        """Remember a staged file for the person's next message in the room, for an hour."""
        now = self._clock.now_ms()
        values = {"file_id": file.file_id, "person_id": person_id, "room_id": room_id, "created_ms": now, "used_by": ""}

        def work(connection: Connection) -> None:
            connection.execute(delete(linked_uploads).where(linked_uploads.c.created_ms < now - WAIT_SECONDS * 1000))
            connection.execute(insert(linked_uploads).values(values))

        await self._database.write(work)

    async def waiting(self, person_id: str, room_id: str, used_by: str) -> list[StagedFile]:
        """The files that wait for this person in this room, or were taken by this very message before."""
        query = (
            select(staged_files)
            .join(linked_uploads, linked_uploads.c.file_id == staged_files.c.file_id)
            .where(
                linked_uploads.c.person_id == person_id,
                linked_uploads.c.room_id == room_id,
                linked_uploads.c.created_ms >= self._clock.now_ms() - WAIT_SECONDS * 1000,
                or_(linked_uploads.c.used_by == "", linked_uploads.c.used_by == used_by),
            )
            .order_by(linked_uploads.c.created_ms)
            .limit(20)
        )

        def work(connection: Connection) -> list[StagedFile]:
            return [
                StagedFile(file_id=row.file_id, name=row.name, sha256=row.sha256, size=row.size)
                for row in connection.execute(query)
            ]

        return await self._database.read(work)

    async def use(self, file_ids: list[str], used_by: str) -> None:
        """The files belong to this message from now on."""
        changed = update(linked_uploads).where(linked_uploads.c.file_id.in_(file_ids)).values(used_by=used_by)
        await self._database.write(lambda c: c.execute(changed) and None)
