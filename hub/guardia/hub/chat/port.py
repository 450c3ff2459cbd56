"""The port of messengers. An adapter for a platform is one class with these methods, and nothing else knows of it.

In: `accept` verifies and normalises. Out: `post`, `update`, `private`, `upload`; `fetch` brings attachments. Which of
them a platform has, `capabilities` says; `Poor` refuses the rest. `tests/hub/chat/test_messenger_conformance.py` runs
over every adapter; a new one is one entry there and one in `guardia.hub.chat.make`.

How errors of the outbound side are told apart decides what the courier does:

- `UndeliveredError`: not now (outage, rate limit with `retry_after`). It is tried again, in order, for as long as it
  takes.
- `ChannelGoneError`: this channel never again (deleted, forbidden, revoked). The channel is parked, the administrators
  are told, and what waits goes when `address` has changed or the channel is bound again.
- `MessageRefusedError`: not this message (the platform finds it malformed). It is dropped and counted; the next one
  goes.

Anything else is a defect: recorded, and treated as `UndeliveredError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from guardia.hub.core.message import Receipt
from guardia.hub.core.messenger import Accepted, Answer, Arrived, Capabilities, Outgoing, OutgoingFile, RemoteFile
from guardia.hub.errors import MessageRefusedError, NotFoundError

HandOver = Callable[[Accepted], Awaitable[Answer]]
"""Takes over what came on a connection that the hub opened; returns when it is durable, then it may be acknowledged."""


class Messenger(Protocol):
    """A messenger platform."""

    @property
    def name(self) -> str:
        """The platform's name in the hub: of its messages, accounts and channels. At most 32 characters."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def accept(self, arrived: Arrived) -> Accepted:
        """What a webhook's request says, after it proved where it comes from; without a call to the platform.

        Raises `SignatureError` for what is not proven (also a replay), `InvalidInputError` for what is malformed. Of
        what a platform sends twice the ids are equal; that it runs once is not the adapter's part.
        """
        ...

    def answer(self, receipt: Receipt) -> Answer:
        """What the webhook is answered with when this became of the message: where the platform `waits`, and, with
        status ERROR, for what was refused at once where it shows what it is answered with (`answers`)."""
        ...

    def text(self, plain: str) -> str:
        """`plain` in the platform's form, so that nothing in it is markup, a link or a mention there, and people read
        the same characters. Pure. Every text of a message goes through here."""
        ...

    async def post(self, channel: str, message: Outgoing, key: str) -> str:
        """Say it in the channel. Returns the platform's id of the message; empty where it tells none.

        `key` is the same for the same message, also after a restart. Raises as the module says.
        """
        ...

    async def update(self, channel: str, posted: str, message: Outgoing) -> None:
        """Give the message with the platform's id `posted` this form. Raises as the module says."""
        ...

    async def private(self, channel: str, account: str, message: Outgoing, key: str) -> None:
        """Say it in the channel to one person alone. Raises as the module says."""
        ...

    async def upload(self, channel: str, file: OutgoingFile, key: str) -> None:
        """Put a file into the channel. Raises as the module says."""
        ...

    def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        """The attachment's content. Raises `UndeliveredError` (try again), `NotFoundError` (gone, or not to be had)."""
        ...

    async def listen(self, hand_over: HandOver) -> None:
        """For platforms that the hub dials: stay connected and hand over what comes, until cancelled. Others return."""
        ...

    def address(self, channel: str) -> str:
        """A fingerprint of where messages for the channel go: another one after it was parked, and it is tried again.
        Empty: not known. Nothing of a secret can be told from it."""
        ...

    async def close(self) -> None:
        """Give connections back. Idempotent."""
        ...


class Poor:
    """What a platform cannot do, refused: adapters inherit it and write what theirs can."""

    async def post(self, channel: str, message: Outgoing, key: str) -> str:  # noqa: ARG002 - the port's signature
        raise MessageRefusedError(f"the hub cannot speak first in {channel!r}")

    async def update(self, channel: str, posted: str, message: Outgoing) -> None:  # noqa: ARG002 - the port's signature
        raise MessageRefusedError(f"messages in {channel!r} cannot be changed")

    async def private(self, channel: str, account: str, message: Outgoing, key: str) -> None:  # noqa: ARG002 - the port's signature
        raise MessageRefusedError(f"there are no private messages in {channel!r}")

    async def upload(self, channel: str, file: OutgoingFile, key: str) -> None:  # noqa: ARG002 - the port's signature
        raise MessageRefusedError(f"{channel!r} takes no files")

    def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        raise NotFoundError(f"{file.name!r} cannot be fetched: the platform hands over no files")

    async def listen(self, hand_over: HandOver) -> None:  # noqa: ARG002 - the port's signature
        return

    def address(self, channel: str) -> str:  # noqa: ARG002 - the port's signature
        return ""

    async def close(self) -> None:
        return
