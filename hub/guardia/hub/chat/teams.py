"""Microsoft Teams: outgoing webhooks in, Workflows' webhooks out.

A team's outgoing webhook signs the body with its secret; the activity tells the channel and the writer. There is no
nonce and no time in the signature: what is sent again is known by the activity's id. Posts have no ids for the hub, so
nothing is edited. Formats: learn.microsoft.com on outgoing webhooks, incoming webhooks and Adaptive Cards.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Annotated, Any

import httpx
import msgspec

from guardia.hub.chat.http import delivered, fingerprint
from guardia.hub.chat.port import Poor
from guardia.hub.chat.settings import TeamsChannel
from guardia.hub.core.message import Receipt
from guardia.hub.core.messenger import Accepted, Answer, Arrived, Capabilities, Outgoing, Said
from guardia.hub.core.transcript import clean
from guardia.hub.errors import (
    ChannelGoneError,
    InvalidInputError,
    MessageRefusedError,
    SignatureError,
    UndeliveredError,
)

MAX_HTML = 30_000
MAX_PAYLOAD = 27_000
"""Bytes of a message; Teams takes about 28 KB."""
MAX_LINES = 60
"""Lines that are blocks of their own; the rest is one block."""
GAP = "\u200b"
"""Zero width: breaks what a client could make a link or a mention of, and is not seen."""
STYLES = {"ok": "good", "warn": "warning", "wait": "warning", "bad": "attention", "run": "accent"}

_BREAK = re.compile(
    r"(?<=[<@＠#$])(?=\S)"  # tags, mentions
    r"|(?<=\{)(?=\{)"  # {{DATE(…)}} is worked out by cards
    r"|(?<=:)(?=[/A-Za-z])"  # addresses
    r"|(?<=\w)(?=\.\w)"
)
_LEADING = re.compile(r"\s*<at\b[^>]*>[^<]*</at>", re.IGNORECASE)
_NO_TAG = re.compile(r"<(?!/?[A-Za-z][^<>'\"]*(?:\"[^<>\"]*\"[^<>'\"]*|'[^<>']*'[^<>'\"]*)*>)")
"""What would begin a tag that never ends: `html.parser` takes quadratic time over many of them."""
_FAILED = re.compile(rb"Webhook message delivery failed.*?HTTP error (\d{3})", re.DOTALL)


def plain(text: str) -> str:
    """`text` for a `TextRun`, which knows no markup: no control characters, nothing that becomes a link by itself."""
    return _BREAK.sub(GAP, clean(text))


Short = Annotated[str, msgspec.Meta(max_length=300)]


class _From(msgspec.Struct):
    id: Short = ""
    aadObjectId: Short | None = None  # noqa: N815 - Teams' name


class _Named(msgspec.Struct):
    id: Short = ""


class _ChannelData(msgspec.Struct):
    teamsChannelId: Short = ""  # noqa: N815
    channel: _Named | None = None


class _Activity(msgspec.Struct):
    """What of an activity counts; the rest is not looked at."""

    type: Short
    id: Short = ""
    text: Annotated[str, msgspec.Meta(max_length=MAX_HTML)] = ""
    from_: _From | None = msgspec.field(name="from", default=None)
    conversation: _Named | None = None
    channelData: _ChannelData | None = None  # noqa: N815


class Teams(Poor):
    """One tenant of Teams, with the channels that have webhooks."""

    capabilities = Capabilities(answers=True, post_every=1.0, max_text=2_000, command="@가디 ")
    """The webhook is called by its name, which the guide to its set-up gives it."""

    def __init__(self, name: str, channels: Sequence[TeamsChannel], *, client: httpx.AsyncClient | None = None) -> None:
        self.name = name
        self._channels = {channel.channel: channel for channel in channels}
        self._client = client or httpx.AsyncClient(timeout=10, follow_redirects=False, trust_env=False)

    async def accept(self, arrived: Arrived) -> Accepted:
        proven = self._proven(arrived)
        activity = _decode(arrived.body)
        if activity.type != "message":
            return Accepted(answer=Answer())
        writer = activity.from_ or _From()
        account = (writer.aadObjectId or writer.id).strip().lower()
        if not account or not activity.id:
            raise InvalidInputError("an activity of Teams without a writer or an id")
        if writer.id.startswith("28:"):
            return Accepted(answer=Answer())  # another bot
        channel_id = _channel_id(activity)
        channel = next((one for one in proven if one.channel_id == channel_id), None)
        if channel is None:
            return Accepted(told="channel.unknown")
        text = spoken(activity.text)
        if not text:
            return Accepted(told="channel.say_help", channel=channel.channel)
        number = hashlib.sha256(f"{channel_id}\n{activity.id}".encode()).hexdigest()[:40]
        said = Said(platform=self.name, message_id=number, channel=channel.channel, account=account, text=text)
        # Always an answer: what an empty one does is not documented, and under one that Teams does not understand it
        # shows "Sorry, there was a problem encountered with your request" (MicrosoftDocs/msteams-docs#3551).
        return Accepted(inbound=(said,), told="channel.taken", channel=channel.channel)

    def _proven(self, arrived: Arrived) -> list[TeamsChannel]:
        """The channels of the team whose secret signed this; every secret is tried. Raises `SignatureError`."""
        scheme, _, given = arrived.headers.get("authorization", "").partition(" ")
        found = []
        for channel in self._channels.values():
            expected = base64.b64encode(hmac.digest(channel.secret, arrived.body, "sha256"))
            if hmac.compare_digest(expected, given.strip().encode("utf-8", "replace")):
                found.append(channel)
        if scheme.lower() != "hmac" or not found:
            raise SignatureError("the signature is of no team", remedy="Teams 발신 웹후크의 보안 토큰을 확인해 주세요.")
        return found

    def answer(self, receipt: Receipt) -> Answer:
        return _answer(receipt.message)

    def text(self, plain_text: str) -> str:
        return plain(plain_text)

    async def post(self, channel: str, message: Outgoing, key: str) -> str:  # noqa: ARG002 - Teams knows no keys
        known = self._channels.get(channel)
        if known is None:
            raise ChannelGoneError(f"no channel {channel!r} in the configuration")
        where = f"Teams' channel {channel!r}"
        response = await delivered(
            self._client,
            known.url,
            content=_payload(message),
            headers={"Content-Type": "application/json"},
            where=where,
        )
        failed = _FAILED.search(response.content[:2_000])
        if failed is not None:  # connectors say 200 and tell the failure in the body
            status = int(failed[1])
            if status in (400, 413):
                raise MessageRefusedError(f"{where} answered {status}")
            raise UndeliveredError(f"{where} answered {status}")
        return ""

    def address(self, channel: str) -> str:
        known = self._channels.get(channel)
        return "" if known is None else fingerprint(known.url)

    async def close(self) -> None:
        await self._client.aclose()


def _payload(message: Outgoing) -> bytes:
    """The message as a card; rows that Teams would not take any more are left out."""
    rows = [f"{row.title}: {row.text}" for row in message.rows]
    while True:
        left_out = len(message.rows) - len(rows)
        lines = [message.text, *rows, *([f"… +{left_out}"] if left_out else [])]
        content = msgspec.json.encode(_card("\n".join(lines), message))
        if len(content) <= MAX_PAYLOAD or not rows:
            return content
        rows = rows[: len(rows) // 2]


def _card(text: str, message: Outgoing) -> dict[str, Any]:
    lines = plain(text).split("\n")
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], "\n".join(lines[MAX_LINES - 1 :])]
    blocks = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line or GAP}]} for line in lines]
    style = STYLES.get(message.tone, "default")
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [{"type": "Container", "style": style, "items": blocks}],
    }
    if message.link is not None:
        card["actions"] = [{"type": "Action.OpenUrl", "title": plain(message.link.label), "url": message.link.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _decode(data: bytes) -> _Activity:
    try:
        return msgspec.json.decode(data, type=_Activity)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"not an activity of Teams: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("the body is not JSON") from None


def _channel_id(activity: _Activity) -> str:
    data = activity.channelData or _ChannelData()
    conversation = (activity.conversation or _Named()).id.partition(";")[0]
    return data.teamsChannelId or (data.channel or _Named()).id or conversation


class _Text(HTMLParser):
    """The text that people see of a message's HTML."""

    BLOCKS = frozenset({"br", "p", "div", "li", "tr", "blockquote", "pre"})
    HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - html.parser's
        if tag in self.HIDDEN:
            self._hidden = True
        elif tag == "at":
            self.parts.append("@")
        elif tag in self.BLOCKS and self.parts:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HIDDEN:
            self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def spoken(source: str) -> str:
    """What was said, without the mention of the webhook itself that it begins with."""
    parser = _Text()
    parser.feed(_NO_TAG.sub("&lt;", source[found.end() :] if (found := _LEADING.match(source)) else source))
    parser.close()
    return "".join(parser.parts).replace("\u00a0", " ").strip()


def _answer(text: str) -> Answer:
    """An Activity, as learn.microsoft.com has it ("Create a method to send a success or failure response": `type` and
    `text`, within five seconds). `textFormat` is of "Format your bot messages": `plain` is raw text, without it text is
    Markdown. That an outgoing webhook's answer may have it is not said in so many words and not verified; `plain()`
    takes what could become a link or a mention out of the text in any case.
    """
    return Answer(body=msgspec.json.encode({"type": "message", "textFormat": "plain", "text": plain(text)}))
