"""What passes between the hub and messengers, in words of no platform. Data only; adapters translate. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform can do. Reception and courier look here and nowhere else; the defaults are the poorest platform.

    Times in seconds, lengths in characters of the plain text.
    """

    waits: bool = False
    """Its webhook is answered with the receipt: the sender waits until the message is worked off."""
    answers: bool = False
    """What its webhook is answered with at once is shown in the channel."""
    posts: bool = True
    """The hub may speak first. Without it nothing is ever delivered."""
    edits: bool = False
    """A message can be changed. Without it channels get milestones only."""
    edit_every: float = 3.0
    """Shortest time between two changes of one message."""
    post_every: float = 1.0
    """Shortest time between two calls for one channel."""
    buttons: bool = False
    threads: bool = False
    private: bool = False
    """A message in a channel can be shown to one person alone."""
    files_in: bool = False
    files_out: bool = False
    passive: bool = False
    """It also hands over what was not said to the hub."""
    idempotent: bool = False
    """A second `post` with the same key is recognised by the platform and shows nothing twice."""
    max_text: int = 2_000
    """Longest text of one message; what is longer becomes a summary and a file or a link."""
    command: str = "/"
    """What people put before a typed command; empty where the platform keeps `/` for commands of its own."""


# --- in ---------------------------------------------------------------------------------------------------------------


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook's request as it came; nothing of it is proven yet. Header names are looked up in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook is answered with."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment that still lies with the platform; its adapter's `fetch` brings it."""

    file_id: str
    name: str
    size: int | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message, verified and normalised; who the account is and which room the channel is bound to, comes after."""

    platform: str
    message_id: str
    """Unique within the platform; however often and by whichever way the platform sends it, it is this one."""
    channel: str
    account: str
    """The platform's id of who wrote it."""
    text: str
    thread: str = ""
    """Where an answer belongs, in the platform's own words; empty: in the channel itself."""
    files: tuple[str, ...] = ()
    """Ids of files that were staged in the hub before."""
    attachments: tuple[RemoteFile, ...] = ()
    addressed: bool = True
    """False: it was said in the room, not to the hub (passive listening)."""


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """A press of a button, verified and normalised."""

    platform: str
    press_id: str
    channel: str
    account: str
    request_id: str
    button: str
    reason: str = ""
    digest: str = ""
    thread: str = ""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What a request of a platform is: what it must be answered at once, and what was said in it.

    `answer` goes out when everything in `inbound` is durable. With nothing inbound it is the whole of it: a challenge,
    an event that does not concern the hub.
    """

    answer: Answer = Answer()
    inbound: tuple[Said | Pressed, ...] = ()
    told: str = ""
    """Key of the text that it is answered with instead, in the language of the room of `channel`."""
    channel: str = ""


# --- out --------------------------------------------------------------------------------------------------------------


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A button that counts now. A press must bring back `request_id`, `button` and `digest`."""

    button: str
    label: str
    style: str = "plain"
    """`primary`, `danger` or `plain`."""
    request_id: str
    digest: str = ""
    ask_reason: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a card: a server and how it stands."""

    title: str
    text: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """The one thing of a message that becomes a link; the hub made its address."""

    label: str
    url: str


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a channel. Every text in it is plain: the adapter writes it so that nothing in it is markup."""

    text: str
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    link: Link | None = None
    tone: str = "idle"
    """Of `idle wait run ok warn bad unknown`: a colour, where the platform has one."""
    thread: str = ""
    important: bool = False
    """A blocker or a result: where messages are answered in threads, the channel should see this one too."""


class OutgoingFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file for a channel: long output. `name` is safe as a file's name."""

    name: str
    data: bytes
    thread: str = ""
