"""Mattermost: outgoing webhooks in, incoming webhooks out.

As with Jandi the token of an outgoing webhook is the secret and tells which channel it is, so an account is enough for
nothing that the step-up guards. Posts have ids; of posts by incoming webhooks none is told, so nothing is edited.
Formats: docs.mattermost.com and developers.mattermost.com on incoming and outgoing webhooks, on message formatting.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import parse_qs

import httpx
import msgspec

from guardia.hub.chat.colours import COLOURS
from guardia.hub.chat.http import delivered, fingerprint
from guardia.hub.chat.port import Poor
from guardia.hub.chat.settings import MattermostHook
from guardia.hub.core.message import Receipt
from guardia.hub.core.messenger import Accepted, Answer, Arrived, Capabilities, Outgoing, Said
from guardia.hub.core.transcript import clean
from guardia.hub.core.typed import parse
from guardia.hub.errors import ChannelGoneError, InvalidInputError, SignatureError

MAX_TEXT = 16_383
"""Characters of a post, as Mattermost keeps them."""
MACHINES = frozenset({"", "webhook"})
"""Names under which no person writes."""
GAP = "\u200b"
"""Zero width: breaks what a backslash does not, and is not seen."""
_GONE = frozenset({404, 410})
_GONE_BY = frozenset(
    {
        "web.incoming_webhook.invalid.app_error",  # 400: deleted
        "web.incoming_webhook.channel.app_error",
        "web.incoming_webhook.channel_locked.app_error",  # 403
        "web.incoming_webhook.user.app_error",  # 403: whoever made the hook is gone
        "web.incoming_webhook.permissions.app_error",  # 403: or may no longer read the channel
        "app.channel.get.existing.app_error",
        "api.post.create_post.can_not_post_to_deleted.error",  # 400: the channel is archived
    }
)
"""`id` of errors that are about the hook or its channel, from the server's own source (`HandleIncomingWebhook` in
server/channels/app/webhook.go, `CreatePostAsUser` in post.go). Others with 400 are about the message. Incoming webhooks
turned off for the whole server (501) is an outage: an administrator turns them on again."""
_FORM_FIELDS = 50

_START = re.compile(r"(?:\A|(?<=[\n\u2424]))(?=[^\n])(?![^\W\d_])")
"""Of lines that may be blocks: lists, headings, quotes, tables, code. U+2424 counts as an end of line there."""
_SPECIAL = re.compile(
    r"(?P<mark>[\\`*_\[~])"
    r"|(?P<less><)"  # `<address|label>` becomes a link on the server, whatever stands before it
    r"|(?P<amp>&(?=[#\w]))"  # entities are shown as what they name
    r"|(?P<dollar>\$)"  # formulas
    r"|(?P<join>[@＠#:;])"  # mentions, tags, emoji, emoticons, addresses
    r"|(?P<dot>\.(?=\S))"  # hosts
)


def _escaped(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "mark":
            # The server looks for ~channel in what was written, with the backslash.
            return f"\\{found[0]}{GAP}" if found[0] == "~" else f"\\{found[0]}"
        case "less":
            return f"&lt;{GAP}"
        case "amp":
            return "&amp;"
        case "dollar":
            return "&#36;"
        case "dot":
            return f"{GAP}."
        case _:
            return found[0] + GAP


def plain(text: str) -> str:
    """`text` for a post: no control characters, and nothing that Mattermost makes markup, a link or a mention of."""
    return _SPECIAL.sub(_escaped, _START.sub(GAP, clean(text)))


Short = Annotated[str, msgspec.Meta(max_length=300)]
Id = Annotated[str, msgspec.Meta(max_length=100)]


class _Body(msgspec.Struct):
    """What of an outgoing webhook counts; the rest is not looked at."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    channel_id: Id
    user_id: Id
    user_name: Short
    post_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    trigger_word: Short = ""


class _Failure(msgspec.Struct):
    id: str = ""


class Mattermost(Poor):
    """One team of Mattermost, with the channels that have webhooks."""

    capabilities = Capabilities(answers=True, post_every=1.0, max_text=3_000, command="")

    def __init__(
        self,
        name: str,
        hooks: Sequence[MattermostHook],
        *,
        username: str = "",
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.name = name
        self._hooks = {hook.channel: hook for hook in hooks}
        self._username = username
        self._client = client or httpx.AsyncClient(timeout=10, follow_redirects=False, trust_env=False)

    async def accept(self, arrived: Arrived) -> Accepted:
        body = _decode(arrived)
        hook = self._hook(body)
        if not body.user_id or body.user_name.strip().lower() in MACHINES:
            return Accepted(answer=Answer())
        text = _text(body)
        if not text:
            return Accepted(told="channel.say_help", channel=hook.channel)
        said = Said(platform=self.name, message_id=body.post_id, channel=hook.channel, account=body.user_id, text=text)
        return Accepted(answer=Answer(), inbound=(said,))

    def _hook(self, body: _Body) -> MattermostHook:
        """The hook whose token this is; every one is compared, in the same time. Raises `SignatureError`."""
        given = hashlib.sha256(body.token.encode("utf-8", "replace")).digest()
        found = None
        for hook in self._hooks.values():
            if hmac.compare_digest(hashlib.sha256(hook.token).digest(), given):
                found = hook
        if found is None:
            raise SignatureError(
                "the token belongs to no channel", remedy="Mattermost Outgoing Webhook의 토큰을 확인해 주세요."
            )
        if found.channel_id and found.channel_id != body.channel_id:
            raise SignatureError(
                "the token came from another channel", remedy="Outgoing Webhook의 채널을 하나로 정해 주세요."
            )
        return found

    def answer(self, receipt: Receipt) -> Answer:
        return _answer(receipt.message)

    def text(self, plain_text: str) -> str:
        return plain(plain_text)

    async def post(self, channel: str, message: Outgoing, key: str) -> str:  # noqa: ARG002 - Mattermost knows no keys
        hook = self._hooks.get(channel)
        if hook is None:
            raise ChannelGoneError(f"no channel {channel!r} in the configuration")
        text = plain(message.text)
        if message.link is not None:
            label = plain(message.link.label).replace("]", "\\]")
            text += f"\n[{label}]({message.link.url})"
        content: dict[str, Any] = {"text": text}
        if self._username:
            content["username"] = self._username
        if message.rows:
            rows = "\n".join(plain(f"{row.title}: {row.text}") for row in message.rows)
            content["attachments"] = [{"color": COLOURS.get(message.tone, COLOURS["idle"]), "text": rows}]
        await delivered(
            self._client,
            hook.url,
            content=msgspec.json.encode(content),
            headers={"Content-Type": "application/json"},
            where=f"Mattermost's channel {channel!r}",
            gone=_GONE,
            gone_by=_is_gone,
        )
        return ""

    def address(self, channel: str) -> str:
        hook = self._hooks.get(channel)
        return "" if hook is None else fingerprint(hook.url)

    async def close(self) -> None:
        await self._client.aclose()


def _is_gone(response: httpx.Response) -> bool:
    try:
        return msgspec.json.decode(response.content[:10_000], type=_Failure).id in _GONE_BY
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False  # a proxy's


def _decode(arrived: Arrived) -> _Body:
    """Of either of the content types that an outgoing webhook may have. Raises `InvalidInputError`."""
    kind = arrived.headers.get("content-type", "").lower()
    try:
        if kind.startswith("application/x-www-form-urlencoded"):
            fields = parse_qs(
                arrived.body.decode(), keep_blank_values=True, max_num_fields=_FORM_FIELDS, errors="strict"
            )
            return msgspec.convert({name: values[0] for name, values in fields.items()}, type=_Body)
        return msgspec.json.decode(arrived.body, type=_Body)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"not an outgoing webhook of Mattermost: {error}") from None
    except (ValueError, RecursionError):
        raise InvalidInputError("the body is neither JSON nor a form, as its content type says") from None


def _text(body: _Body) -> str:
    """What was said, without the word that triggered the webhook, unless that is itself the command."""
    text = body.text.strip()
    trigger = body.trigger_word.strip()
    if parse(text) is None and trigger and (text == trigger or text.startswith((f"{trigger} ", f"{trigger}\n"))):
        return text.removeprefix(trigger).strip()
    return text


def _answer(text: str) -> Answer:
    return Answer(body=msgspec.json.encode({"text": plain(text)}))
