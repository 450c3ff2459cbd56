"""The signature of the in-house messenger's webhook: pure functions.

`v0=` and the hex HMAC-SHA256, under the integration's secret, of `v0:{method}:{path}:{timestamp}:{nonce}:` followed by
the raw body. Method, path, time and nonce are covered, so a captured request serves nowhere else and never again.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from guardia.hub.errors import SignatureError

TOLERANCE = 300
"""Seconds that the sender's clock may differ."""

NONCE = re.compile(r"[A-Za-z0-9._~+/=-]{8,128}\Z")
_TIMESTAMP = re.compile(r"[0-9]{1,12}\Z")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}\Z")


def sign(secret: bytes, *, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The value of `X-Guardia-Signature` for a request."""
    signed = f"v0:{method}:{path}:{timestamp}:{nonce}:".encode() + body
    return "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()


def verify(
    secret: bytes, signature: str, *, method: str, path: str, timestamp: str, nonce: str, body: bytes, now: int
) -> None:
    """Return if the request is signed with `secret` and not older or newer than `TOLERANCE` seconds at `now`.

    Raises `SignatureError`. The nonce's form is checked here; whether it was used before is the caller's to ask, and
    only after this returned, so that strangers cannot fill the memory of nonces.
    """
    if not secret:
        raise SignatureError("the integration has no secret")
    if not _TIMESTAMP.match(timestamp):
        raise SignatureError(
            "X-Guardia-Timestamp is not a number of seconds",
            remedy="X-Guardia-Timestamp 헤더에 유닉스 시각(초)을 넣어 주세요.",
        )
    if not NONCE.match(nonce):
        raise SignatureError(
            "X-Guardia-Nonce is missing or malformed", remedy="X-Guardia-Nonce 헤더에 8~128자의 난수를 넣어 주세요."
        )
    if not _SIGNATURE.match(signature):
        raise SignatureError(
            "X-Guardia-Signature is missing or malformed",
            remedy="X-Guardia-Signature 헤더에 v0=<16진수 64자>를 넣어 주세요.",
        )
    expected = sign(secret, method=method, path=path, timestamp=timestamp, nonce=nonce, body=body)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise SignatureError("the signature does not fit the request")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise SignatureError(
            f"the request's time is more than {TOLERANCE} s away from the hub's",
            remedy="보내는 서버의 시각(NTP)을 확인해 주세요.",
        )
