"""What Slack hands over, normalised: events, slash commands and presses of buttons. Pure.

The same comes by the Events API's webhook and in Socket Mode's envelopes. Formats: docs.slack.dev, "Events API",
"Slash commands", "block_actions payloads". A message that mentions the bot arrives twice, as `message` and as
`app_mention`, and each of them again as often as Slack retries: all of them have one id, channel and `ts`. So a
repeated `event_id` is the same message too, and nothing that was not made durable is ever taken for known.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qs

import msgspec

from guardia.hub.core.messenger import Accepted, Answer, Pressed, RemoteFile, Said
from guardia.hub.core.typed import parse
from guardia.hub.errors import InvalidInputError

MAX_TEXT = 40_000
"""Characters of a message, as Slack cuts them."""
MAX_FILES = 20
ACTION = "guardia:"
"""Beginning of the `action_id` of the hub's own buttons."""
_SUBTYPES = frozenset({"file_share", "thread_broadcast", "me_message"})
"""Kinds of `message` in which a person says something; others are edits, joins, topics, and what bots say."""
_REFERENCE = re.compile(r"<([^<>]*)>")
_FORM_FIELDS = 50

T = TypeVar("T")

Id = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{1,100}\Z")]
MaybeId = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{0,100}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


class _Kind(msgspec.Struct):
    type: str = ""


class _File(msgspec.Struct):
    id: Id
    name: str | None = None
    size: int | None = None


class _Message(msgspec.Struct):
    """An event of type `message` or `app_mention`."""

    type: str
    channel: Id
    ts: Id
    user: MaybeId | None = None
    text: Text | None = None
    thread_ts: MaybeId | None = None
    channel_type: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    hidden: bool = False
    user_team: MaybeId | None = None
    source_team: MaybeId | None = None
    files: Annotated[list[_File], msgspec.Meta(max_length=MAX_FILES)] | None = None


class _Authorization(msgspec.Struct):
    user_id: str | None = None
    is_bot: bool = False


class _Envelope(msgspec.Struct):
    type: str
    challenge: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    team_id: MaybeId | None = None
    event: msgspec.Raw = msgspec.Raw(b"{}")
    authorizations: list[_Authorization] | None = None


class _Party(msgspec.Struct):
    id: Id
    team_id: MaybeId | None = None


class _Place(msgspec.Struct):
    message_ts: MaybeId | None = None
    thread_ts: MaybeId | None = None


class _Posted(msgspec.Struct):
    ts: MaybeId | None = None
    thread_ts: MaybeId | None = None
    subtype: str | None = None


class _Action(msgspec.Struct):
    action_id: Annotated[str, msgspec.Meta(max_length=255)] = ""
    value: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None
    action_ts: MaybeId | None = None


class _Press(msgspec.Struct):
    user: _Party
    team: _Party | None = None
    channel: _Party | None = None
    message: _Posted | None = None
    container: _Place | None = None
    actions: Annotated[list[_Action], msgspec.Meta(max_length=25)] = []


class Value(msgspec.Struct, frozen=True):
    """What a button carries."""

    r: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    """Request."""
    b: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}(:[0-9a-f]{1,64})?\Z")]
    """Button."""
    d: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Digest of the plan that was shown with it."""


class _Command(msgspec.Struct):
    command: MaybeId
    channel_id: Id
    user_id: Id
    trigger_id: Id
    text: Text = ""
    team_id: MaybeId = ""


class Inbound:
    """`name` is the platform's in the hub. With `team`, what another workspace says is dropped."""

    def __init__(self, name: str, team: str = "") -> None:
        self._name = name
        self._team = team

    def body(self, body: bytes, content_type: str) -> Accepted:
        """Of a webhook whose signature fits. Raises `InvalidInputError`."""
        if not content_type.lower().startswith("application/x-www-form-urlencoded"):
            return self.event(body)
        form = _form(body)
        return self.press(form["payload"].encode()) if "payload" in form else self.command(form)

    def envelope(self, kind: str, payload: bytes) -> Accepted:
        """Of Socket Mode. Raises `InvalidInputError`."""
        match kind:
            case "events_api":
                return self.event(payload)
            case "slash_commands":
                return self.command(_decode(payload, dict[str, Any]))
            case "interactive":
                return self.press(payload)
            case _:
                return Accepted()

    def event(self, body: bytes) -> Accepted:
        envelope = _decode(body, _Envelope)
        if envelope.type == "url_verification":
            return Accepted(answer=Answer(body=envelope.challenge.encode(), content_type="text/plain"))
        if envelope.type != "event_callback" or self._foreign(envelope.team_id):
            return Accepted()
        # Only then in full: other events have other things under the same names.
        if _decode(envelope.event, _Kind).type not in ("message", "app_mention"):
            return Accepted()
        bots = {one.user_id for one in envelope.authorizations or () if one.is_bot and one.user_id}
        said = self._said(_decode(envelope.event, _Message), bots, envelope.team_id or "")
        return Accepted() if said is None else Accepted(inbound=(said,))

    def _said(self, event: _Message, bots: set[str], team: str) -> Said | None:
        if event.bot_id or event.hidden or not event.user or event.user in bots:
            return None
        if event.subtype and event.subtype not in _SUBTYPES:
            return None
        given = event.text or ""
        mentioned = _mentions(given)
        text = _plain(given, bots or ({mentioned[0]} if event.type == "app_mention" and mentioned else set()))
        files = tuple(
            RemoteFile(file_id=file.id, name=(file.name or file.id)[:200], size=file.size) for file in event.files or ()
        )
        if not text and not files:
            return None
        addressed = (
            event.type == "app_mention"
            or event.channel_type == "im"
            or bool(bots.intersection(mentioned))
            or parse(text) is not None
        )
        if not addressed and mentioned and not bots:
            return None  # perhaps of the bot: then it comes as `app_mention` too, and must not be known by then
        return Said(
            platform=self._name,
            message_id=f"{event.channel}:{event.ts}",
            channel=event.channel,
            account=_account(event.user, event.user_team or event.source_team or "", team),
            text=text,
            thread=event.thread_ts or event.ts,
            attachments=files,
            addressed=addressed,
        )

    def command(self, form: dict[str, Any]) -> Accepted:
        """A slash command: of the hub's own (`/guardia …`), or one that is named like a typed one (`/승인 K7F3`)."""
        try:
            given = msgspec.convert(form, _Command)
        except msgspec.ValidationError as error:
            raise InvalidInputError(f"not a slash command of Slack: {error}") from None
        if self._foreign(given.team_id):
            return Accepted()
        text = _plain(given.text, set())
        whole = f"{given.command} {text}".strip()
        if parse(whole) is not None:
            text = whole
        if not text:
            return Accepted(told="channel.say_help_slack", channel=given.channel_id)
        said = Said(
            platform=self._name,
            message_id=f"command:{given.trigger_id}",
            channel=given.channel_id,
            account=given.user_id,
            text=text,
        )
        return Accepted(inbound=(said,))

    def press(self, payload: bytes) -> Accepted:
        """Presses of the hub's own buttons; of what else people do with messages, nothing."""
        if _decode(payload, _Kind).type != "block_actions":
            return Accepted()
        press = _decode(payload, _Press)
        team = press.team.id if press.team is not None else ""
        if press.channel is None or self._foreign(team):
            return Accepted()
        place, posted = press.container or _Place(), press.message or _Posted()
        message = posted.ts or place.message_ts or ""
        # Answered where it was pressed: of a reply that was also sent to the channel, most likely there.
        thread = "" if posted.subtype == "thread_broadcast" else posted.thread_ts or place.thread_ts or ""
        inbound = []
        for action in press.actions:
            if not action.action_id.startswith(ACTION):
                continue
            value = _decode((action.value or "").encode(), Value)
            told = (press.channel.id, message, press.user.id, action.action_id, action.action_ts or "")
            inbound.append(
                Pressed(
                    platform=self._name,
                    press_id=hashlib.sha256("\n".join(told).encode()).hexdigest()[:40],
                    channel=press.channel.id,
                    account=_account(press.user.id, press.user.team_id or "", team),
                    request_id=value.r,
                    button=value.b,
                    digest=value.d,
                    thread=thread,
                )
            )
        return Accepted(inbound=tuple(inbound))

    def _foreign(self, team: str | None) -> bool:
        return bool(self._team) and team != self._team


def _account(user: str, of: str, team: str) -> str:
    """Ids of users are unique within a workspace: a guest of another one, in a shared channel, is named with it."""
    return f"{of}:{user}" if of and team and of != team else user


def _mentions(text: str) -> list[str]:
    return [found[1][1:].partition("|")[0] for found in _REFERENCE.finditer(text) if found[1].startswith("@")]


def _plain(text: str, bots: set[str]) -> str:
    """What a person wrote: references as they see them, without mentions of the bot, entities decoded."""

    def seen(found: re.Match[str]) -> str:
        address, _, label = found[1].partition("|")
        if address.startswith("@"):
            return "" if address[1:] in bots else f"@{label or address[1:]}"
        if address.startswith("#"):
            return f"#{label or address[1:]}"
        if address.startswith("!"):
            return label or f"@{address[1:]}"
        return label or address

    text = _REFERENCE.sub(seen, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FORM_FIELDS, errors="strict")
    except ValueError as error:
        raise InvalidInputError(f"not a form: {error}") from None
    return {name: values[0] for name, values in fields.items()}


def _decode(data: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"not of Slack: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("the body is not JSON") from None
