"""Mattermost's webhooks as documented: incoming ones at `/hooks/{id}`, and the body of an outgoing one."""

from __future__ import annotations

import html
import re
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from guardia.hub.core.messenger import Link, Outgoing
from tests.fakes.wire import Wired, wired

MAX_POST = 16_383
ESCAPABLE = re.compile(r"\\[\\`*{}\[\]()#+\-.!_>~|]")
ENTITY = re.compile(r"&#?\w+;", re.ASCII)
LINK = re.compile(r"(?<!\\)\[(?P<label>(?:\\.|[^\\\]])*)\]\((?P<url>[^)\s]*)\)")
SPAN = re.compile(
    r"[*_`~\[$<]"  # emphasis, code, strikethrough, links, formulas, tags
    r"|\b[a-z][a-z0-9+.-]*:[^\s\u200b]|\bwww\d{0,3}\.\S|[\w.-]+\.[^\W\d_]{2,4}/",  # addresses
    re.IGNORECASE,
)
BLOCK = re.compile(
    r"(?:\A|(?<=[\n\u2424]))"
    r"(?:[ \t\u00a0]*(?:[-+*](?=[\s-])|\d+[.)](?=\s)|\#{1,6}|>|=+[ ]*$|[-:|][-:| ]*$)|[ \u00a0]{4}|\t)",
    re.MULTILINE,
)
TEXT = re.compile(
    r"[@＠~#][^\s\u200b\W]|:[\w+-]+:|[:;]-?[()DPpdox@$|*]|<3|</3"  # what is looked for after the markup
)


class Attachment(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    color: Annotated[str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}\Z")]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1)]
    username: str = ""
    attachments: list[Attachment] = []


class Shown(msgspec.Struct):
    """A post as its channel has it."""

    body: Body
    message: Outgoing

    @property
    def raw(self) -> str:
        """All of it that is markup, without the hub's own link."""
        text = LINK.sub("", self.body.text) if self.message.link else self.body.text
        return "\n".join([text, *(one.text for one in self.body.attachments)])

    @property
    def text(self) -> str:
        return visible("\n".join([self.body.text, *(one.text for one in self.body.attachments)]))


class MattermostServer:
    """`app` serves the incoming webhooks; `channels` holds what their people see."""

    def __init__(self, *channels: str) -> None:
        self.channels: dict[str, list[Shown]] = {channel: [] for channel in channels}
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.kinds: list[str] = []
        """`id` of the errors in `answers`; where there is none, one that is about the message."""
        """Given instead, one a call, before anything else."""
        self.down = False
        self.calls = 0
        self.too_fast: list[str] = []
        self.wire: list[Wired] = []
        endpoint = wired(self.wire, "hub → mattermost", ("content-type",), self._webhook)
        self.app = Starlette(routes=[Route("/hooks/{hook}", endpoint, methods=["POST"])])

    async def _webhook(self, request: Request) -> Response:
        self.calls += 1
        if self.down:
            return _error(503)
        if self.answers:
            status, headers = self.answers.pop(0)
            return _error(status, headers, **({"kind": self.kinds.pop(0)} if self.kinds else {}))
        channel = request.path_params["hook"]
        if channel not in self.channels:  # as the server's own source answers a deleted hook
            return _error(400, kind="web.incoming_webhook.invalid.app_error")
        if request.headers.get("content-type") != "application/json":
            return _error(400)
        try:
            body = msgspec.json.decode(await request.body(), type=Body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _error(400)
        if len(body.text) > MAX_POST:
            return _error(400)
        found = LINK.search(body.text)
        link = Link(label=visible(found["label"]), url=found["url"]) if found else None
        self.channels[channel].append(Shown(body=body, message=Outgoing(text=body.text, link=link)))
        return PlainTextResponse("ok")


def _error(
    status: int, headers: dict[str, str] | None = None, kind: str = "web.incoming_webhook.parse.app_error"
) -> Response:
    body = {"id": kind, "message": "…", "request_id": "x", "status_code": status}
    return JSONResponse(body, status_code=status, headers=headers)


def visible(raw: str) -> str:
    """What people see of it: escapes and entities as what they stand for."""
    tokens = re.compile(f"{ESCAPABLE.pattern}|{ENTITY.pattern}", re.ASCII)
    return tokens.sub(lambda found: _shown(found[0]), raw).replace("\u200b", "")


def _shown(token: str) -> str:
    return token[1:] if token.startswith("\\") else html.unescape(token)


def active(raw: str) -> list[str]:
    """What becomes markup, an address or a block; then what is looked for in the text that is left."""
    markup = ESCAPABLE.sub("\ufffc", raw)
    text = re.sub(f"{ESCAPABLE.pattern}|{ENTITY.pattern}", lambda found: _shown(found[0]), raw, flags=re.ASCII)
    found = [one[0] for pattern in (SPAN, BLOCK) for one in pattern.finditer(markup)]
    return found + TEXT.findall(text) + re.findall(r"[@~]\w", raw)


def outgoing(
    token: str, text: str, *, user: str, channel: str = "one", number: int = 1, trigger: str = "", **more: str
) -> dict[str, Any]:
    """The fields of an outgoing webhook."""
    return {
        "token": token,
        "team_id": "team1",
        "team_domain": "ops",
        "channel_id": f"id-of-{channel}",
        "channel_name": channel,
        "timestamp": 1_795_773_600_000 + number,
        "user_id": user,
        "user_name": "kim",
        "post_id": f"post-{channel}-{number}",
        "text": text,
        "trigger_word": trigger,
        "file_ids": "",
    } | more


def form(fields: dict[str, Any]) -> bytes:
    """The same as a form, sorted as Mattermost writes it."""
    return urlencode(sorted(fields.items())).encode()
