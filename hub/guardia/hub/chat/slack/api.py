"""Slack's Web API: every way in which a call fails, told in the words of the port."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from guardia.hub.core.messenger import RemoteFile
from guardia.hub.errors import ChannelGoneError, HubError, MessageRefusedError, NotFoundError, UndeliveredError

CALL_WITHIN = 20.0
"""Seconds of one call; the courier gives all calls of a message 30."""
MAX_REDIRECTS = 5
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TOKEN_PAUSE = 300.0
"""Seconds after which a token that Slack does not take is tried again: somebody has to mend it first."""

_GONE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "team_access_not_granted"}
)
_TOKEN = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
    }
)
"""Of the app, not of a channel: messages wait until it is mended."""
_NO_THREAD = frozenset({"cannot_reply_to_message", "thread_not_found"})
_LATER = frozenset(
    {"fatal_error", "internal_error", "rate_limited", "ratelimited", "request_timeout", "service_unavailable"}
    | {"accesslimited", "message_limit_exceeded", "team_added_to_org"}
)
_NO_FILE = "메신저에서 파일을 다시 올려 주세요. 되풀이되면 관리자에게 앱의 files:read 권한을 확인해 달라고 해 주세요."


class NoThreadError(MessageRefusedError):
    """What the message belongs below was deleted."""


class WhoAmI(msgspec.Struct, frozen=True, kw_only=True):
    """Of `auth.test`."""

    team: str
    team_id: str
    user: str
    scopes: frozenset[str]
    """What the bot token may do; empty: Slack did not say."""


class SlackApi:
    """Calls with the bot token. Made anywhere, used in one event loop. Proxies of the environment are not used."""

    def __init__(self, bot_token: str, *, base: str, proxy: str = "", app_token: str = "") -> None:
        self._web = AsyncWebClient(bot_token, base_url=base, timeout=int(CALL_WITHIN), retry_handlers=[])
        self._web.proxy = proxy or None
        self._token = bot_token
        self._app_token = app_token
        host = urlsplit(base).hostname or ""
        self._hosts = (host.removeprefix("www."),)

    @property
    def web(self) -> AsyncWebClient:
        """With a session of its own, which `close` gives back. Needs a running event loop."""
        if self._web.session is None or self._web.session.closed:
            timeout = aiohttp.ClientTimeout(total=CALL_WITHIN)
            self._web.session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self._web

    async def call(self, what: str, call: Callable[..., Awaitable[AsyncSlackResponse]], **given: Any) -> dict[str, Any]:
        """The answer's content. Raises `UndeliveredError`, `ChannelGoneError`, `MessageRefusedError`."""
        try:
            answer = await call(**given)
        except SlackApiError as error:
            raise _failure(what, error) from None
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UndeliveredError(f"Slack's {what}: {type(error).__name__}") from None
        return answer.data if isinstance(answer.data, dict) else {}

    async def who_am_i(self) -> WhoAmI:
        """Raises `HubError`."""
        try:
            answer = await self.web.auth_test()
        except SlackApiError as error:
            raise _failure("auth.test", error) from None
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UndeliveredError(f"Slack's auth.test: {type(error).__name__}") from None
        scopes = str(answer.headers.get("x-oauth-scopes", ""))
        return WhoAmI(
            team=str(answer.get("team", "")),
            team_id=str(answer.get("team_id", "")),
            user=str(answer.get("user", "")),
            scopes=frozenset(filter(None, (scope.strip() for scope in scopes.split(",")))),
        )

    async def socket_url(self) -> str:
        """Where Socket Mode waits for this app, once. Raises `HubError`."""
        opened = await self.call("apps.connections.open", self.web.apps_connections_open, app_token=self._app_token)
        url = str(opened.get("url", ""))
        found = urlsplit(url)
        if found.scheme != "wss" and not (found.scheme == "ws" and found.hostname in LOOPBACK):
            raise UndeliveredError("Slack's apps.connections.open gave no wss:// address")
        return url

    async def download(self, file: RemoteFile) -> AsyncIterator[bytes]:
        """The file's content, of exactly the size that Slack tells, or an error.

        Raises `UndeliveredError`, `NotFoundError`.
        """
        try:
            info = (await self.call("files.info", self.web.files_info, file=file.file_id)).get("file") or {}
        except (ChannelGoneError, MessageRefusedError) as error:
            raise NotFoundError(str(error), remedy=_NO_FILE) from None
        url, size = str(info.get("url_private_download") or ""), info.get("size")
        if not self._own(url) or not isinstance(size, int):
            raise NotFoundError(f"{file.file_id} does not lie with Slack", remedy="파일 자체를 올려 주세요.")
        html = str(info.get("mimetype", "")).startswith("text/html")
        async for chunk in self._content(url, size, html=html):
            yield chunk

    async def _content(self, url: str, size: int, *, html: bool) -> AsyncIterator[bytes]:
        session = self.web.session
        assert session is not None
        try:
            for _ in range(MAX_REDIRECTS):
                headers = {"Authorization": f"Bearer {self._token}"} if self._own(url) else {}
                timeout = aiohttp.ClientTimeout(total=None, sock_connect=CALL_WITHIN, sock_read=CALL_WITHIN)
                async with session.get(
                    url, headers=headers, allow_redirects=False, proxy=self._web.proxy, timeout=timeout
                ) as response:
                    if response.status in (301, 302, 303, 307, 308):
                        url = _joined(url, response.headers.get("location", ""))
                        if not _safe(url):
                            raise NotFoundError("Slack sends for the file to an address without TLS", remedy=_NO_FILE)
                        continue
                    _check(response, html=html)
                    got = 0
                    async for chunk in response.content.iter_chunked(64 * 1024):
                        got += len(chunk)
                        if got > size:
                            break
                        yield chunk
                    if got != size:  # also a page to log in, in place of a file that is HTML itself
                        raise UndeliveredError(f"the file came with {got} bytes and more or less, not with {size}")
                    return
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise UndeliveredError(f"a file of Slack: {type(error).__name__}") from None
        raise NotFoundError("Slack sends for the file in circles", remedy=_NO_FILE)

    def _own(self, url: str) -> bool:
        """Whether the token may go there."""
        if not _safe(url):
            return False
        host = urlsplit(url).hostname or ""
        return any(host == own or host.endswith(f".{own}") for own in self._hosts)

    async def close(self) -> None:
        if self._web.session is not None:
            await self._web.session.close()


def _joined(url: str, location: str) -> str:
    """Where a redirect leads; empty: nowhere."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _safe(url: str) -> bool:
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme == "https" or (found.scheme == "http" and found.hostname in LOOPBACK)


def _check(response: aiohttp.ClientResponse, *, html: bool) -> None:
    if response.status in (401, 403, 404, 410):
        raise NotFoundError(f"Slack answers {response.status} for the file", remedy=_NO_FILE)
    if response.status != 200:
        raise UndeliveredError(
            f"Slack answers {response.status} for the file", retry_after=_retry_after(response.headers)
        )
    if response.content_type == "text/html" and not html:
        raise NotFoundError("Slack answers with a page to log in: the token may not read files", remedy=_NO_FILE)


def _failure(what: str, error: SlackApiError) -> HubError:
    response = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    where = f"Slack's {what} answers {code or status}"
    if status == 429 or status >= 500 or code in _LATER or not code:
        return UndeliveredError(where, retry_after=_retry_after(getattr(response, "headers", {})))
    if code in _TOKEN:
        return UndeliveredError(
            where,
            remedy="Slack 앱의 토큰과 권한(scope)을 확인해 주세요. 고칠 때까지 메시지는 허브에서 기다립니다.",
            retry_after=TOKEN_PAUSE,
        )
    if code in _GONE or code.startswith("restricted_action"):
        return ChannelGoneError(where)
    return NoThreadError(where) if code in _NO_THREAD else MessageRefusedError(where)


def _retry_after(headers: Any) -> float:
    try:
        seconds = float(headers.get("Retry-After", 0))
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
