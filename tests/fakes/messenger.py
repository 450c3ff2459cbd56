"""A messenger platform in memory, and its adapter: it escapes, edits, limits, forgets and fails as real ones do."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from guardia.hub.chat.port import Poor
from guardia.hub.core.message import Receipt
from guardia.hub.core.messenger import (
    Accepted,
    Answer,
    Arrived,
    Capabilities,
    Outgoing,
    OutgoingFile,
    Pressed,
    RemoteFile,
    Said,
)
from guardia.hub.core.transcript import clean
from guardia.hub.errors import (
    ChannelGoneError,
    InvalidInputError,
    MessageRefusedError,
    NotFoundError,
    SignatureError,
    UndeliveredError,
)
from guardia.hub.ports import Clock

SECRET = b"a secret of the fake"
TOLERANCE = 300
MAX_TEXT = 4_000

RICH = Capabilities(
    edits=True,
    edit_every=3.0,
    post_every=1.0,
    buttons=True,
    threads=True,
    private=True,
    files_in=True,
    files_out=True,
    passive=True,
    idempotent=True,
    max_text=1_000,
)
POOR = Capabilities(post_every=1.0, max_text=1_000)


class Shown(msgspec.Struct, kw_only=True):
    """A message as the platform has it."""

    external_id: str
    text: str
    raw: str
    message: Outgoing
    key: str = ""
    edits: int = 0
    only_for: str = ""


class FakePlatform:
    """The far side. What its limits do not allow is recorded in `too_fast`, so that a test can say that nothing was."""

    def __init__(self, clock: Clock, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self.channels: dict[str, list[Shown]] = {}
        self.files: list[tuple[str, OutgoingFile]] = []
        self.remote: dict[str, bytes] = {}
        self.down = False
        self.gone: set[str] = set()
        self.failures: deque[Exception] = deque()
        self.lose_answers = 0
        """So many posts are taken, but the hub never hears of it."""
        self.too_fast: list[str] = []
        self.calls = 0
        self._clock = clock
        self._last: dict[str, float] = {}

    def call(self, channel: str, what: str, every: float, key: str) -> None:
        self.calls += 1
        if self.down:
            raise UndeliveredError("the platform is down")
        if channel in self.gone:
            raise ChannelGoneError(f"channel {channel} was deleted")
        if self.failures:
            raise self.failures.popleft()
        now = self._clock.monotonic()
        if now - self._last.get(key, float("-inf")) < every - 1e-6:
            self.too_fast.append(f"{what} in {channel}")
        self._last[key] = now


class FakeMessenger(Poor):
    """The adapter; `form` is the platform's markup: HTML entities, and `@name` mentions."""

    def __init__(self, platform: FakePlatform, clock: Clock, *, name: str = "fake") -> None:
        self.name = name
        self.capabilities = platform.capabilities
        self.platform = platform
        self._clock = clock
        self._numbers = 0
        self.where = "0" * 12

    # --- in ---------------------------------------------------------------------------------------------------------

    async def accept(self, arrived: Arrived) -> Accepted:
        given = arrived.headers.get("x-fake-signature", "")
        stamp = arrived.headers.get("x-fake-time", "")
        wanted = sign(arrived.body, stamp)
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise SignatureError("not signed")
        if not stamp.isdigit() or abs(self._clock.now_ms() // 1000 - int(stamp)) > TOLERANCE:
            raise SignatureError("too old")
        try:
            body: dict[str, Any] = json.loads(arrived.body)
            if body.get("challenge"):
                return Accepted(answer=Answer(body=str(body["challenge"]).encode()))
            if "press" in body:
                return Accepted(inbound=(msgspec.convert({**body["press"], "platform": self.name}, Pressed),))
            said = msgspec.convert({**body, "platform": self.name}, Said)
            if len(said.text) > MAX_TEXT:
                raise InvalidInputError(f"{len(said.text)} characters", remedy=f"{MAX_TEXT}자까지 쓸 수 있습니다.")
            return Accepted(inbound=(said,))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidInputError(str(error)) from None

    def answer(self, receipt: Receipt) -> Answer:
        return Answer(body=self.text(receipt.message).encode())

    # --- out --------------------------------------------------------------------------------------------------------

    def text(self, plain: str) -> str:
        return html.escape(clean(plain)).replace("@", "@\u200b")

    async def post(self, channel: str, message: Outgoing, key: str) -> str:
        return self._show(channel, message, key)

    async def update(self, channel: str, posted: str, message: Outgoing) -> None:
        self.platform.call(channel, "edit", self.capabilities.edit_every, f"{channel}/{posted}")
        for shown in self.platform.channels.get(channel, []):
            if shown.external_id == posted:
                shown.message, shown.raw, shown.edits = message, self._raw(message), shown.edits + 1
                shown.text = visible(shown.raw)
                return
        raise MessageRefusedError("no such message")

    async def private(self, channel: str, account: str, message: Outgoing, key: str) -> None:
        self._show(channel, message, key, account)

    async def upload(self, channel: str, file: OutgoingFile, key: str) -> None:
        self.platform.call(channel, "file", 0, f"{channel}/file")
        self.platform.files.append((channel, file))

    def address(self, channel: str) -> str:
        return self.where

    async def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        if file.file_id not in self.platform.remote:
            raise NotFoundError("no such file", remedy="파일을 다시 올려 주세요.")
        yield self.platform.remote[file.file_id]

    def _show(self, channel: str, message: Outgoing, key: str, account: str = "") -> str:
        self.platform.call(channel, "post", self.capabilities.post_every, channel)
        shown = self.platform.channels.setdefault(channel, [])
        known = next((one for one in shown if one.key == key), None)
        if known is not None and self.capabilities.idempotent:
            return known.external_id
        self._numbers += 1
        external_id = f"{self.name}-{self._numbers}"
        raw = self._raw(message)
        one = Shown(external_id=external_id, text=visible(raw), raw=raw, message=message, key=key, only_for=account)
        shown.append(one)
        if self.platform.lose_answers:
            self.platform.lose_answers -= 1
            raise UndeliveredError("the connection broke before the answer")
        return external_id

    def _raw(self, message: Outgoing) -> str:
        rows = [f"{self.text(row.title)}: {self.text(row.text)}" for row in message.rows]
        link = [f'<a href="{message.link.url}">{self.text(message.link.label)}</a>'] if message.link else []
        return "\n".join([self.text(message.text), *rows, *link])


def sign(body: bytes, stamp: str) -> str:
    return hmac.new(SECRET, stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def arrived(clock: Clock, body: object, *, secret_ok: bool = True, age: int = 0) -> Arrived:
    """A webhook of the fake platform."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(clock.now_ms() // 1000 - age)
    signature = sign(data, stamp) if secret_ok else "0" * 64
    headers = {"x-fake-signature": signature, "x-fake-time": stamp}
    return Arrived(method="POST", path="/messenger/fake/events", headers=headers, body=data)


def visible(raw: str) -> str:
    """What a person sees of the platform's form."""
    return html.unescape(raw.replace("\u200b", ""))
