"""Slack as documented: the methods of the Web API that the hub calls, Block Kit's limits, rate limits, Socket Mode.

`SlackServer` is a workspace. What its people see is in `channels`; `wire` holds everything that went over it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from guardia.hub.core.messenger import Arrived, Link
from guardia.hub.ports import Clock
from tests.fakes.wire import Wired

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT_TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy"
APP_TOKEN = "xapp-1-A0123-4567-89ab"
TEAM, BOT = "T0001", "UB"
SCOPES = "app_mentions:read,channels:history,chat:write,commands,files:read,files:write"
LINK = re.compile(r"<(?P<url>https?://[^|>]*)\|(?P<label>[^>]*)>")
ACTIVE = re.compile(
    r"<[^>]*>"
    r"|[@＠#][^\s\u200b]"
    r"|:[\w+'-]+:"
    r"|\b[a-z][a-z0-9+.-]*://\S*|\b(?:mailto|javascript):[^\s\u200b]\S*|\b\w+(?:\.\w+)+\b"
    r"|[*_~`](?!\u200b|\Z)|(?<=[^\u200b])[*_~`]"
    r"|^(?:>|&gt;)",
    re.MULTILINE,
)
"""What Slack makes something of, in a text with markup."""


class Made(msgspec.Struct, kw_only=True):
    """What a message has beside its text."""

    buttons: tuple[dict[str, Any], ...] = ()
    link: Link | None = None


class Shown(msgspec.Struct, kw_only=True):
    """A message as its channel has it."""

    external_id: str
    text: str
    raw: str
    """All of it that is markup for Slack."""
    message: Made
    edits: int = 0
    only_for: str = ""
    thread: str = ""
    broadcast: bool = False


class Uploaded(msgspec.Struct, kw_only=True):
    name: str
    data: bytes
    thread: str = ""


class Refused(Exception):  # noqa: N818 - Slack's answer, with its own word for it
    pass


class SlackServer:
    """`app` serves the workspace; limits go by `clock`."""

    def __init__(self, clock: Clock, *channels: str) -> None:
        self.bot_token = BOT_TOKEN
        self.channels: dict[str, list[Shown]] = {channel: [] for channel in channels}
        self.outside: set[str] = set()
        """People who are not in any channel."""
        self.files: list[tuple[str, Uploaded]] = []
        self.remote: dict[str, dict[str, Any]] = {}
        """`files.info` of what people uploaded, and under `content` what it is."""
        self.wire: list[Wired] = []
        self.answers: list[tuple[int, dict[str, str], str]] = []
        """Given instead: status, headers, error; one a call, before anything else."""
        self.down = False
        self.lose_answers = 0
        self.too_fast: list[str] = []
        self.scopes = SCOPES
        self.tokens: list[tuple[str, str]] = []
        """(path, `Authorization`) of each download."""
        self.acknowledged: list[dict[str, Any]] = []
        self.connections: list[WebSocket] = []
        self.dialled = 0
        self.port = 0
        self._clock = clock
        self._posted: dict[str, float] = {}
        self._updates: list[float] = []
        self._numbers = 0
        self._uploads: dict[str, Uploaded] = {}
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/upload/{file}", self._take_file, methods=["POST"]),
                Route("/files/{file}/{name}", self._give_file),
                Route("/login", lambda _request: HTMLResponse("<html>Sign in</html>")),
                WebSocketRoute("/link/{ticket}", self._link),
            ]
        )

    # --- Web API ----------------------------------------------------------------------------------------------------

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        given = await _given(request)
        answer = self._answer(request, method, given)
        if self.lose_answers and method == "chat.postMessage":
            self.lose_answers -= 1
            answer = HTMLResponse("", status_code=502)
        body = json.loads(bytes(answer.body)) if answer.headers["content-type"] == "application/json" else None
        self.wire.append(
            Wired(
                way="hub → slack",
                what=method if answer.status_code == 200 else f"{method} ({answer.status_code})",
                body=given,
                answer=body,
            )
        )
        return answer

    def _answer(self, request: Request, method: str, given: dict[str, Any]) -> Response:
        if self.down:
            return HTMLResponse("<html>Service Unavailable</html>", status_code=503)
        if self.answers:
            status, headers, error = self.answers.pop(0)
            return JSONResponse({"ok": False, "error": error}, status_code=status, headers=headers)
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or given.get("token", "")
        if token != (APP_TOKEN if method == "apps.connections.open" else self.bot_token):
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        call = getattr(self, "_" + re.sub(r"\W|(?<=[a-z])(?=[A-Z])", "_", method).lower(), None)
        if call is None:
            return JSONResponse({"ok": False, "error": "unknown_method"})
        headers = {"x-oauth-scopes": self.scopes}
        try:
            return JSONResponse({"ok": True, **call(given)}, headers=headers)
        except _Limited as limited:
            self.too_fast.append(f"{method} in {given.get('channel')}")
            headers["Retry-After"] = str(limited.seconds)
            return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)
        except Refused as error:
            return JSONResponse({"ok": False, "error": str(error)}, headers=headers)

    def _auth_test(self, _given: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": "https://ops.slack.com/", "team": "운영", "user": "guardia", "team_id": TEAM, "user_id": BOT}

    def _chat_post_message(self, given: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        now = self._clock.monotonic()
        if now - self._posted.get(channel, float("-inf")) < 1 - 1e-6:
            raise _Limited(1)
        shown = self._shown(given)
        self._posted[channel] = now
        shown.thread = given.get("thread_ts") or ""
        shown.broadcast = bool(given.get("reply_broadcast"))
        self.channels[channel].append(shown)
        return {"channel": channel, "ts": shown.external_id, "message": {"ts": shown.external_id}}

    def _chat_post_ephemeral(self, given: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        if given["user"] in self.outside:
            raise Refused("user_not_in_channel")
        shown = self._shown(given)
        shown.only_for, shown.thread = given["user"], given.get("thread_ts") or ""
        self.channels[channel].append(shown)
        return {"message_ts": shown.external_id}

    def _chat_update(self, given: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        now = self._clock.monotonic()
        self._updates = [moment for moment in self._updates if now - moment < 60]
        if len(self._updates) >= 50:
            raise _Limited(10)
        if len(given.get("text", "")) > 4_000:
            raise Refused("msg_too_long")
        known = next((one for one in self.channels[channel] if one.external_id == given["ts"]), None)
        if known is None or known.only_for:
            raise Refused("message_not_found")
        made = self._shown(given)
        known.text, known.raw, known.message, known.edits = made.text, made.raw, made.message, known.edits + 1
        self._updates.append(now)
        return {"channel": channel, "ts": known.external_id, "text": given["text"]}

    def _channel(self, given: Mapping[str, Any]) -> str:
        if given.get("channel") not in self.channels:
            raise Refused("channel_not_found")
        return str(given["channel"])

    def _shown(self, given: Mapping[str, Any]) -> Shown:
        if not given.get("text"):
            raise Refused("no_text")
        if given.get("parse") != "none":
            raise Refused("invalid_arguments")
        check_blocks(given.get("blocks"))
        self._numbers += 1
        ts = f"{1_790_000_000 + self._numbers}.000100"
        text, raw, made = read_blocks(given["text"], given["blocks"])
        return Shown(external_id=ts, text=text, raw=raw, message=made)

    # --- files ------------------------------------------------------------------------------------------------------

    def _files_get_upload_urlexternal(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if int(given["length"]) <= 0:
            raise Refused("invalid_arguments")
        file = f"F{len(self._uploads)}"
        self._uploads[file] = Uploaded(name=given["filename"], data=b"")
        return {"upload_url": f"http://127.0.0.1:{self.port}/upload/{file}", "file_id": file}

    async def _take_file(self, request: Request) -> Response:
        file = request.path_params["file"]
        self._uploads[file].data = await request.body()
        self.wire.append(
            Wired(way="hub → slack", what="upload_url", body=f"({len(self._uploads[file].data)} bytes)", answer="OK")
        )
        return Response(f"OK - {len(self._uploads[file].data)}", media_type="text/plain")

    def _files_complete_upload_external(self, given: Mapping[str, Any]) -> dict[str, Any]:
        files = json.loads(given["files"]) if isinstance(given["files"], str) else given["files"]
        if given.get("channel_id") not in self.channels:
            raise Refused("channel_not_found")
        for file in files:
            taken = self._uploads.pop(file["id"])
            taken.thread = given.get("thread_ts") or ""
            self.files.append((given["channel_id"], taken))
        return {"files": files}

    def _files_info(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if given.get("file") not in self.remote:
            raise Refused("file_not_found")
        return {"file": {name: value for name, value in self.remote[given["file"]].items() if name != "content"}}

    def upload(self, name: str, content: bytes, *, mimetype: str = "text/plain", **more: Any) -> str:
        """A person uploads a file. Returns its id."""
        file = f"FR{len(self.remote)}"
        url = f"http://127.0.0.1:{self.port}/files/{file}/{name}"
        told = {"id": file, "name": name, "size": len(content), "mimetype": mimetype, "url_private_download": url}
        self.remote[file] = {**told, "content": content, **more}
        return file

    async def _give_file(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        self.tokens.append((request.url.path, authorization))
        file = self.remote[request.path_params["file"]]
        if authorization != f"Bearer {self.bot_token}":
            return RedirectResponse("/login")
        if file.get("redirect"):
            return RedirectResponse(file["redirect"])
        return Response(file["content"], media_type=file["mimetype"])

    # --- Socket Mode ------------------------------------------------------------------------------------------------

    def _apps_connections_open(self, _given: Mapping[str, Any]) -> dict[str, Any]:
        ticket = f"ticket-{self.dialled}-{len(self._tickets)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link/{ticket}"}

    async def _link(self, socket: WebSocket) -> None:
        ticket = socket.path_params["ticket"]
        if ticket not in self._tickets or self.down:
            await socket.close()
            return
        self._tickets.discard(ticket)  # an address serves once
        self.dialled += 1
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        self.connections.append(socket)
        try:
            while True:
                said = await socket.receive_json()
                self.acknowledged.append(said)
                self.wire.append(Wired(way="hub → slack", what="acknowledged", body=said))
                waiting = self._waiting.pop(said["envelope_id"], None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(said)
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self.connections:
                self.connections.remove(socket)

    async def connected(self, number: int = 1, within: float = 10.0) -> None:
        """Until the hub dialled so many times and is there."""
        async with asyncio.timeout(within):
            while self.dialled < number or not self.connections:
                await asyncio.sleep(0.01)

    async def deliver(
        self, kind: str, payload: Any, *, attempts: int = 3, within: float = 5.0
    ) -> dict[str, Any] | None:
        """Hand an envelope over, again while it is not acknowledged. Returns the acknowledgement."""
        for attempt in range(attempts):
            self._numbers += 1
            envelope = {
                "envelope_id": f"envelope-{self._numbers}",
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
                "retry_attempt": attempt,
                "retry_reason": "timeout" if attempt else "",
            }
            waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            self._waiting[envelope["envelope_id"]] = waiting
            self.wire.append(Wired(way="slack → hub", what="envelope", body=envelope))
            try:
                async with asyncio.timeout(within):
                    while not self.connections:
                        await asyncio.sleep(0.02)
                    await self.connections[-1].send_json(envelope)
                    return await waiting
            except (TimeoutError, WebSocketDisconnect, RuntimeError):  # not acknowledged, or the connection is no more
                continue
        return None

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask for a fresh connection."""
        await self.connections[-1].send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "x"}})

    async def drop(self) -> None:
        """The connection breaks."""
        await self.connections[-1].close(1011)


class _Limited(Exception):  # noqa: N818 - an answer
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


async def _given(request: Request) -> dict[str, Any]:
    body = await request.body()
    query = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        return query | json.loads(body)
    return query | {name: values[0] for name, values in parse_qs(body.decode()).items()}


# --- Block Kit --------------------------------------------------------------------------------------------------------


def check_blocks(blocks: Any) -> None:
    """Raises `Refused` for what Slack's reference does not allow."""
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= 50:
        raise Refused("invalid_blocks_format")
    actions: list[str] = []
    for block in blocks:
        match block["type"]:
            case "section":
                _check_text(block["text"], 3_000)
            case "actions":
                if not 1 <= len(block["elements"]) <= 25:
                    raise Refused("invalid_blocks")
                for button in block["elements"]:
                    _check_text(button["text"], 75, ("plain_text",))
                    actions.append(button["action_id"])
                    fits = len(button["value"]) <= 2_000 and len(button["action_id"]) <= 255
                    if not fits or button.get("style", "primary") not in ("primary", "danger"):
                        raise Refused("invalid_blocks")
            case _:
                raise Refused("invalid_blocks")
    if len(set(actions)) != len(actions):
        raise Refused("invalid_blocks")


def _check_text(text: Mapping[str, Any], limit: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> None:
    if text["type"] not in kinds or not 1 <= len(text["text"].encode("utf-16-le")) // 2 <= limit:
        raise Refused("invalid_blocks")
    if text["type"] == "plain_text" and text.get("emoji") is not False:
        raise Refused("invalid_blocks")  # Slack would take it, and make emoji of `:x:`


def read_blocks(text: str, blocks: list[dict[str, Any]]) -> tuple[str, str, Made]:
    """What people see, what of it is markup, and what there is to press."""
    seen, markup, buttons, link = [], [text], [], None
    for block in blocks:
        if block["type"] == "actions":
            buttons += block["elements"]
            continue
        given = block["text"]["text"]
        if block["text"]["type"] == "plain_text":
            seen.append(given)
            continue
        markup.append(given)
        seen.append(visible(LINK.sub(r"\g<label>", given)))
        found = LINK.search(given)
        if found is not None:
            link = Link(label=visible(found["label"]), url=found["url"])
    return "\n".join(seen), "\n".join(markup), Made(buttons=tuple(buttons), link=link)


def visible(raw: str) -> str:
    """What people see of a text with markup that has none."""
    return raw.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u200b", "")


# --- what Slack calls the hub with ------------------------------------------------------------------------------------


def typed(text: str) -> str:
    """What a person wrote, as Slack hands it over."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def event(
    text: str, *, user: str, channel: str, number: int = 1, kind: str = "app_mention", mention: bool = True, **more: Any
) -> dict[str, Any]:
    """An event with a message; `number` is its `ts`."""
    inner = {
        "type": kind,
        "user": user,
        "channel": channel,
        "ts": f"1780000000.{number:06d}",
        "text": f"<@{BOT}> {typed(text)}" if mention else typed(text),
        "team": TEAM,
        **({"channel_type": "channel"} if kind == "message" else {}),
        **more,
    }
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "api_app_id": "A0001",
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{kind[0]}{number:06d}",
        "event_time": 1_780_000_000,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
    }


def press(
    button: Mapping[str, Any], *, user: str, channel: str, ts: str, thread: str = "", action_ts: str = "1"
) -> Any:
    """A press of a button as it stands in a message."""
    message = {"type": "message", "ts": ts, **({"thread_ts": thread} if thread else {})}
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0001",
        "team": {"id": TEAM, "domain": "ops"},
        "channel": {"id": channel, "name": "ops"},
        "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
        "message": message,
        "trigger_id": "123.456.abc",
        "response_url": "https://hooks.slack.com/actions/T0001/1/x",
        "actions": [
            {
                "action_id": button["action_id"],
                "block_id": "b1",
                "text": button["text"],
                "value": button["value"],
                "type": "button",
                "action_ts": action_ts,
            }
        ],
    }


def command(text: str, *, user: str, channel: str, number: int = 1, name: str = "/guardia") -> dict[str, str]:
    """The form of a slash command."""
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "channel_id": channel,
        "channel_name": "ops",
        "user_id": user,
        "user_name": "user",
        "command": name,
        "text": text,
        "response_url": "https://hooks.slack.com/commands/T0001/1/x",
        "trigger_id": f"13345224609.{number}",
    }


def arrived(
    clock: Clock,
    body: Any,
    *,
    form: bool = False,
    secret: str = SECRET,
    age: int = 0,
    retry: int = 0,
) -> Arrived:
    """A signed request of Slack's. `body` as bytes goes as it is; as an object, as JSON or as a form."""
    if isinstance(body, bytes):
        data = body
    elif form:
        fields = body if "type" not in body else {"payload": json.dumps(body, ensure_ascii=False)}
        data = urlencode(fields).encode()
    else:
        data = json.dumps(body, ensure_ascii=False).encode()
    stamp = str(clock.now_ms() // 1000 - age)
    signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + data, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded" if form else "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signature}",
    }
    if retry:
        headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"}
    return Arrived(method="POST", path="/messenger/slack/events", headers=headers, body=data)
