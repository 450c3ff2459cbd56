"""Attachments of messengers' messages: fetched from the platform, or uploaded before by a signed link."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import msgspec

from guardia.hub.chat.port import Messenger
from guardia.hub.core.message import InboundMessage, StagedFile
from guardia.hub.errors import NotFoundError

DEPLOYS = ("배포", "deploy")
"""A message with one of these, or with a file's name (and so a dot), is what files were uploaded for."""


class Staging(Protocol):
    """What this asks of the artifact store."""

    async def stage(
        self, chunks: AsyncIterator[bytes], *, name: str, person_id: str, room_id: str, declared: int | None = None
    ) -> StagedFile: ...


class Uploads(Protocol):
    """What this asks of the files that were uploaded by link and wait for their message."""

    async def waiting(self, person_id: str, room_id: str, used_by: str) -> list[StagedFile]: ...
    async def use(self, file_ids: list[str], used_by: str) -> None: ...


class Attachments:
    """`ports.Attach`."""

    def __init__(self, messengers: Mapping[str, Messenger], staging: Staging, uploads: Uploads) -> None:
        self._messengers = messengers
        self._staging = staging
        self._uploads = uploads

    async def __call__(self, message: InboundMessage) -> InboundMessage:
        """The message with its files. Raises `HubError` when one of them cannot be had."""
        if message.origin is None:
            return message
        files = list(message.files)
        for remote in message.attachments:
            messenger = self._messengers.get(message.platform)
            if messenger is None:
                raise NotFoundError(f"no messenger {message.platform!r} to fetch a file from")
            files.append(
                await self._staging.stage(
                    messenger.fetch(remote),
                    name=remote.name,
                    person_id=message.person.person_id,
                    room_id=message.room_id,
                    declared=remote.size,
                )
            )
        files += await self._uploaded(message)
        return msgspec.structs.replace(message, files=tuple(files), attachments=())

    async def _uploaded(self, message: InboundMessage) -> list[StagedFile]:
        text = message.text.lower()
        if "." not in text and not any(word in text for word in DEPLOYS):
            return []  # the usual case, without a look at the table
        used_by = f"{message.platform}:{message.message_id}"
        waiting = await self._uploads.waiting(message.person.person_id, message.room_id, used_by)
        named = [file for file in waiting if file.name in message.text]
        wanted = named or (waiting if any(word in text for word in DEPLOYS) else [])
        if wanted:
            await self._uploads.use([file.file_id for file in wanted], used_by)
        return wanted
