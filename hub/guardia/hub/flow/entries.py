"""Entries of the inbox: what was said or pressed, as it is kept, and whether the same came again."""

from __future__ import annotations

import msgspec

from guardia.hub.core.message import ButtonPress, InboundMessage
from guardia.hub.core.texts import said
from guardia.hub.errors import ConflictError
from guardia.hub.ports import InboxEntry

MESSAGE = msgspec.json.Decoder(InboundMessage)
PRESS = msgspec.json.Decoder(ButtonPress)


class _Place(msgspec.Struct, frozen=True):
    room_id: str


_PLACE = msgspec.json.Decoder(_Place)


def entry_of(said: InboundMessage | ButtonPress) -> InboxEntry:
    message = isinstance(said, InboundMessage)
    platform, message_id = key_of(said)
    return InboxEntry(
        platform=platform,
        message_id=message_id,
        kind="message" if message else "press",
        received_ms=said.received_ms,
        data=msgspec.json.encode(said),
    )


def told_by(said: InboundMessage | ButtonPress) -> str:
    """The name of a message or press in the events that it makes (`by_message`)."""
    return ":".join(key_of(said))


def typed_by(message: InboundMessage) -> str:
    """The name of the press that a typed command is."""
    return f"{message.platform}:press:{message.message_id}"


def key_of(said: InboundMessage | ButtonPress) -> tuple[str, str]:
    """Platform and id of the entry in the inbox."""
    return said.platform, said.message_id if isinstance(said, InboundMessage) else f"press:{said.press_id}"


def room_of(entry: InboxEntry) -> str:
    """The room of an entry; one that cannot be read waits for no other."""
    try:
        return _PLACE.decode(entry.data).room_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"{entry.platform}:{entry.message_id}"


def _meaning(said: InboundMessage | ButtonPress) -> InboundMessage | ButtonPress:
    """`said` without what may differ when the same is sent again: the time, and how the person is described."""
    person = msgspec.structs.replace(said.person, name="", roles=(), institutions=())
    return msgspec.structs.replace(said, received_ms=0, person=person)


def check_same(stored: InboxEntry, now: InboundMessage | ButtonPress) -> None:
    """An id that comes again must mean the same again: another text under it would be lost without a word.

    Raises `ConflictError`.
    """
    kind, decoder = ("message", MESSAGE) if isinstance(now, InboundMessage) else ("press", PRESS)
    if stored.kind == kind and _meaning(decoder.decode(stored.data)) == _meaning(now):
        return
    raise ConflictError(
        said("entry.used"),
        remedy=said("entry.used_remedy"),
    )
