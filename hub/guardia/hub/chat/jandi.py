"""Jandi: outgoing webhooks in, incoming webhooks out.

Jandi signs nothing and names neither messages nor rooms: the token is the secret, one for each topic, and tells which
topic it is; a message is known by what it says, who wrote it and when. Whoever holds a token can claim any account, so
an account of Jandi is enough for nothing that the step-up guards. Formats: Jandi's help on webhooks; both variants of
the outgoing one, of a topic and of a team.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Annotated, Any

import httpx
import msgspec

from guardia.hub.chat.colours import COLOURS
from guardia.hub.chat.http import delivered, fingerprint
from guardia.hub.chat.port import Poor
from guardia.hub.chat.settings import JandiTopic
from guardia.hub.core.message import Receipt, ReceiptStatus
from guardia.hub.core.messenger import Accepted, Answer, Arrived, Capabilities, Outgoing, Said
from guardia.hub.core.transcript import clean
from guardia.hub.core.typed import parse
from guardia.hub.errors import ChannelGoneError, InvalidInputError, SignatureError

MAX_TEXT = 4_000
ACCEPT = "application/vnd.tosslab.jandi-v2+json"
GAP = "\u200b"
"""Zero width: breaks what would become a link or a mention, and is not seen."""

_BREAK = re.compile(
    r"(?<=\[)(?=\[)"  # [[label]](address) is a link
    r"|(?<=\])(?=[\](])"
    r"|(?<=:)(?=//)"  # addresses become links by themselves
    r"|(?<=\w)(?=\.\w)"
    r"|(?<=[@＠#])(?=\S)"  # mentions and tags
)


def plain(text: str) -> str:
    """`text` for a body of Jandi: no control characters, and nothing that Jandi makes a link or a mention of."""
    return _BREAK.sub(GAP, clean(text))


Short = Annotated[str, msgspec.Meta(max_length=300)]


class _Writer(msgspec.Struct):
    id: Short | int = ""
    name: Short = ""
    email: Short = ""


class _Body(msgspec.Struct):
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    data: Any = ""
    keyword: Short = ""
    createdAt: Short | int = ""  # noqa: N815 - Jandi's name
    writerEmail: Short = ""  # noqa: N815
    writerName: Short = ""  # noqa: N815
    writer: _Writer | None = None


class Jandi(Poor):
    """One team of Jandi, with the topics that have webhooks."""

    capabilities = Capabilities(answers=True, post_every=1.0, max_text=2_000)

    def __init__(self, name: str, topics: Sequence[JandiTopic], *, client: httpx.AsyncClient | None = None) -> None:
        self.name = name
        self._topics = {topic.channel: topic for topic in topics}
        self._client = client or httpx.AsyncClient(timeout=10, follow_redirects=False, trust_env=False)

    async def accept(self, arrived: Arrived) -> Accepted:
        body = _decode(arrived.body)
        topic = self._topic(body.token.encode())
        text = _text(body)
        if not text:
            return Accepted(told="channel.say_help", channel=topic.channel)
        account = _account(body)
        told = "\n".join((topic.channel, account, str(body.createdAt), body.text or text))
        said = Said(
            platform=self.name,
            message_id=hashlib.sha256(told.encode()).hexdigest()[:40],
            channel=topic.channel,
            account=account,
            text=text,
        )
        return Accepted(answer=Answer(), inbound=(said,))

    def _topic(self, token: bytes) -> JandiTopic:
        """The topic whose token this is; every one is compared, in the same time. Raises `SignatureError`."""
        given = hashlib.sha256(token).digest()
        found = None
        for topic in self._topics.values():
            if hmac.compare_digest(hashlib.sha256(topic.token).digest(), given):
                found = topic
        if found is None:
            raise SignatureError(
                "the token belongs to no topic", remedy="잔디 Outgoing Webhook의 토큰을 확인해 주세요."
            )
        return found

    def answer(self, receipt: Receipt) -> Answer:
        tone = "warn" if receipt.status is ReceiptStatus.ERROR else "idle"
        return _answer(receipt.message, tone)

    def text(self, plain_text: str) -> str:
        return plain(plain_text)

    async def post(self, channel: str, message: Outgoing, key: str) -> str:  # noqa: ARG002 - Jandi knows no keys
        topic = self._topics.get(channel)
        if topic is None:
            raise ChannelGoneError(f"no topic {channel!r} in the configuration")
        body = plain(message.text)
        if message.link is not None:
            label = plain(message.link.label).replace("[", "(").replace("]", ")")
            body += f"\n[[{label}]]({message.link.url})"
        content: dict[str, Any] = {"body": body, "connectColor": COLOURS.get(message.tone, COLOURS["idle"])}
        if message.rows:
            content["connectInfo"] = [
                {"title": plain(row.title), "description": plain(row.text)} for row in message.rows
            ]
        await delivered(
            self._client,
            topic.url,
            content=msgspec.json.encode(content),
            headers={"Accept": ACCEPT, "Content-Type": "application/json"},
            where=f"Jandi's topic {channel!r}",
        )
        return ""

    def address(self, channel: str) -> str:
        known = self._topics.get(channel)
        return "" if known is None else fingerprint(known.url)

    async def close(self) -> None:
        await self._client.aclose()


def _decode(data: bytes) -> _Body:
    try:
        return msgspec.json.decode(data, type=_Body)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"not an outgoing webhook of Jandi: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("the body is not JSON") from None


def _account(body: _Body) -> str:
    """The e-mail address, in small letters; where there is none, the writer's number. Never the name: it is free."""
    writer = body.writer or _Writer()
    email = (body.writerEmail or writer.email).strip().lower()
    return email or f"id:{writer.id}"


def _text(body: _Body) -> str:
    """What was said, without the word that triggered the webhook, unless that is itself the command."""
    text = body.text.strip()
    keyword = body.keyword.strip().lstrip("/")
    if not text:
        data = body.data.get("text", "") if isinstance(body.data, dict) else body.data
        text = f"/{keyword} {data if isinstance(data, str) else ''}".strip()[:MAX_TEXT]
    if parse(text) is not None:
        return text
    trigger = f"/{keyword}"
    if keyword and (text == trigger or text.startswith(f"{trigger} ")):
        return text.removeprefix(trigger).strip()
    return text.removeprefix("/").strip()


def _answer(text: str, tone: str) -> Answer:
    return Answer(body=msgspec.json.encode({"body": plain(text), "connectColor": COLOURS[tone]}))
