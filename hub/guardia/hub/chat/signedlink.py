"""Signed links to the console: what they are for, for whom, until when; whoever opens one still has to log in.

`/go/<payload>.<mac>`, both base64url; the mac is HMAC-SHA256 over the payload, which is a msgpack of `Grant`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

import msgspec

from guardia.hub.core.grant import Grant
from guardia.hub.errors import SignatureError
from guardia.hub.ports import Clock

CONFIRM_SECONDS = 600
UPLOAD_SECONDS = 1800
MESSAGE_SECONDS = 7 * 24 * 3600
MAX_TOKEN = 2_000
_CONTEXT = b"guardia-link-v1\0"
MIN_KEY = 32


_GRANT = msgspec.msgpack.Decoder(Grant)


class LinkSigner:
    """Makes and opens links. `base_url` empty: people cannot be sent anywhere, so there are none."""

    def __init__(self, key: bytes, base_url: str, clock: Clock) -> None:
        self._key = key
        self._base = base_url.rstrip("/")
        self._clock = clock

    def confirm(self, *, person_id: str, room_id: str, request_id: str, digest: str) -> str | None:
        """`ports.SignedLinks.confirm`."""
        return self._url(
            Grant(
                purpose="confirm",
                expires_ms=self._until(CONFIRM_SECONDS),
                person_id=person_id,
                room_id=room_id,
                request_id=request_id,
                digest=digest,
            )
        )

    def upload(self, *, person_id: str, room_id: str) -> str | None:
        """`ports.SignedLinks.upload`."""
        until = self._until(UPLOAD_SECONDS)
        return self._url(Grant(purpose="upload", expires_ms=until, person_id=person_id, room_id=room_id))

    def message(self, room_id: str, message_id: str) -> str | None:
        """A link to a whole message of a room."""
        until = self._until(MESSAGE_SECONDS)
        return self._url(Grant(purpose="message", expires_ms=until, room_id=room_id, message_id=message_id))

    def open(self, token: str) -> Grant:
        """What a token grants. Raises `SignatureError` when it was not made here, was changed, or has ended."""
        remedy = "대화방에서 새 주소를 받아 주세요."
        payload, _, mac = token[: MAX_TOKEN + 1].partition(".")
        if len(token) > MAX_TOKEN or not hmac.compare_digest(self._mac(payload).encode(), mac.encode()):
            raise SignatureError("the link was not made by this hub", remedy=remedy)
        try:
            grant = _GRANT.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (msgspec.DecodeError, binascii.Error, ValueError):
            raise SignatureError("the link cannot be read", remedy=remedy) from None
        if self._clock.now_ms() > grant.expires_ms:
            raise SignatureError("주소의 유효 시간이 지났습니다.", remedy=remedy)
        return grant

    def _until(self, seconds: int) -> int:
        return self._clock.now_ms() + seconds * 1000

    def _url(self, grant: Grant) -> str | None:
        if not self._base:
            return None
        payload = base64.urlsafe_b64encode(msgspec.msgpack.encode(grant)).rstrip(b"=").decode()
        return f"{self._base}/go/{payload}.{self._mac(payload)}"

    def _mac(self, payload: str) -> str:
        digest = hmac.new(self._key, _CONTEXT + payload.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
