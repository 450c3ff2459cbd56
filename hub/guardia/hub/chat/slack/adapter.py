"""Slack: Events API or Socket Mode in, Web API out.

The SDK (slack-sdk) brings the signature, the Web API and uploads. Bolt, its frame for apps, is not used: the hub has
its own way from a request to the work (verify, deduplicate, write down, answer), and Bolt's would lie across it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import msgspec
import structlog
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from guardia.hub.chat.http import fingerprint
from guardia.hub.chat.port import HandOver, Poor
from guardia.hub.chat.settings import SlackSettings
from guardia.hub.chat.slack.api import NoThreadError, SlackApi
from guardia.hub.chat.slack.blocks import MAX_SECTION, body, escaped
from guardia.hub.chat.slack.inbound import Inbound
from guardia.hub.chat.slack.socketmode import SocketMode
from guardia.hub.core.message import Receipt
from guardia.hub.core.messenger import (
    Accepted,
    Answer,
    Arrived,
    Capabilities,
    Outgoing,
    OutgoingFile,
    RemoteFile,
)
from guardia.hub.errors import MessageRefusedError, SignatureError
from guardia.hub.ports import Clock

log = structlog.get_logger("guardia.hub.slack")

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}\Z")
_STAMP = re.compile(r"[0-9]{1,12}\Z")


class _Now(SlackClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now_ms() // 1000


class Slack(Poor):
    """One app in one workspace. Channels and accounts are Slack's ids (`C…`, `U…`); messages are known by `ts`."""

    capabilities = Capabilities(
        edits=True,
        edit_every=3.0,
        post_every=1.0,
        buttons=True,
        threads=True,
        private=True,
        files_in=True,
        files_out=True,
        passive=True,
        max_text=MAX_SECTION,
        command="",
    )

    def __init__(self, settings: SlackSettings, clock: Clock) -> None:
        self.name = settings.name
        self._settings = settings
        secret = settings.signing_secret
        self._verifier = SignatureVerifier(secret, _Now(clock)) if secret else None
        self._inbound = Inbound(settings.name, settings.team)
        self._api = SlackApi(
            settings.bot_token, base=settings.api_url, proxy=settings.proxy, app_token=settings.app_token
        )

    # --- in ---------------------------------------------------------------------------------------------------------

    async def accept(self, arrived: Arrived) -> Accepted:
        self._verify(arrived)
        retry = arrived.headers.get("x-slack-retry-num", "")
        if retry:
            reason = arrived.headers.get("x-slack-retry-reason", "")
            log.info("slack.retry", messenger=self.name, number=retry[:10], reason=reason[:40])
        return self._inbound.body(arrived.body, arrived.headers.get("content-type", ""))

    def _verify(self, arrived: Arrived) -> None:
        """Raises `SignatureError`. What is replayed within the five minutes has an id that is known already."""
        signature = arrived.headers.get("x-slack-signature", "")
        stamp = arrived.headers.get("x-slack-request-timestamp", "")
        try:
            valid = (
                self._verifier is not None
                and _SIGNATURE.match(signature) is not None
                and _STAMP.match(stamp) is not None
                and self._verifier.is_valid(arrived.body, stamp, signature)
            )
        except UnicodeDecodeError:
            valid = False
        if not valid:
            raise SignatureError(
                "not signed by Slack", remedy="Slack 앱의 Signing Secret과 허브의 시각을 확인해 주세요."
            )

    def answer(self, receipt: Receipt) -> Answer:
        """Shown to who typed a slash command, and to nobody else; of other requests Slack shows no answer."""
        return Answer(body=msgspec.json.encode({"response_type": "ephemeral", "text": escaped(receipt.message)}))

    async def listen(self, hand_over: HandOver) -> None:
        if not self._settings.app_token:
            return
        await SocketMode(
            self._api.socket_url, self._inbound.envelope, hand_over, name=self.name, proxy=self._settings.proxy
        ).run()

    def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        return self._api.download(file)

    # --- out --------------------------------------------------------------------------------------------------------

    def text(self, plain: str) -> str:
        return escaped(plain)

    async def post(self, channel: str, message: Outgoing, key: str) -> str:  # noqa: ARG002 - Slack knows no keys
        given = {
            "channel": channel,
            **body(message),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if message.thread:
            below = {"thread_ts": message.thread, "reply_broadcast": message.important}
            try:
                posted = await self._api.call("chat.postMessage", self._api.web.chat_postMessage, **given, **below)
                return str(posted.get("ts", ""))
            except NoThreadError:
                log.info("slack.no_thread", messenger=self.name, channel=channel)
        posted = await self._api.call("chat.postMessage", self._api.web.chat_postMessage, **given)
        return str(posted.get("ts", ""))

    async def update(self, channel: str, posted: str, message: Outgoing) -> None:
        await self._api.call("chat.update", self._api.web.chat_update, channel=channel, ts=posted, **body(message))

    async def private(self, channel: str, account: str, message: Outgoing, key: str) -> None:  # noqa: ARG002 - Slack knows no keys
        given = {"channel": channel, "user": account.rpartition(":")[2], **body(message)}
        if message.thread:
            given["thread_ts"] = message.thread
        await self._api.call("chat.postEphemeral", self._api.web.chat_postEphemeral, **given)

    async def upload(self, channel: str, file: OutgoingFile, key: str) -> None:  # noqa: ARG002 - Slack knows no keys
        if not file.data:
            raise MessageRefusedError(f"{file.name}: Slack takes no empty files")
        await self._api.call(
            "files_upload_v2",
            self._api.web.files_upload_v2,
            channel=channel,
            filename=file.name,
            title=file.name,
            file=file.data,
            thread_ts=file.thread or None,
        )

    def address(self, channel: str) -> str:
        return fingerprint(f"{self._settings.bot_token}\n{channel}")

    async def close(self) -> None:
        await self._api.close()
