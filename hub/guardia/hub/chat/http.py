"""Calls to platforms over HTTP: every way in which they fail, told in the words of the port."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from guardia.hub.errors import ChannelGoneError, MessageRefusedError, UndeliveredError

GONE = frozenset({401, 403, 404, 410})
"""Of an incoming webhook: its address is wrong, withdrawn, or no longer allowed."""


def fingerprint(secret: str) -> str:
    """Tells one address or token from another, and nothing else of it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:12]


def retry_after(response: httpx.Response) -> float:
    """Seconds of `Retry-After`, in either of its forms; 0 when it says nothing."""
    value = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else 0.0
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


async def delivered(
    client: httpx.AsyncClient,
    url: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    where: str,
    gone: frozenset[int] = GONE,
    gone_by: Callable[[httpx.Response], bool] = lambda _response: False,
) -> httpx.Response:
    """POST to an incoming webhook. `where` names it in errors, which never show the address: that is a secret.

    `gone`: the statuses after which the channel is parked; after others of those in `GONE` the message is refused.
    `gone_by`: looks into an answer that says no, where the status alone does not tell the channel from the message.

    Raises `UndeliveredError`, `ChannelGoneError`, `MessageRefusedError`.
    """
    try:
        response = await client.post(url, content=content, headers=dict(headers))
    except httpx.HTTPError as error:
        raise UndeliveredError(f"{where}: {type(error).__name__}") from None
    status = response.status_code
    if 200 <= status < 300:
        return response
    if status in gone or gone_by(response):
        raise ChannelGoneError(f"{where} answered {status}")
    if status in (400, 401, 403, 413, 415, 422):
        raise MessageRefusedError(f"{where} answered {status}")
    raise UndeliveredError(f"{where} answered {status}", retry_after=retry_after(response))
