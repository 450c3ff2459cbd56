"""Requests that are signed with a shared secret (`signature`): who sent them, and that they come once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

from guardia.hub.chat.signature import verify
from guardia.hub.core.messenger import Arrived
from guardia.hub.errors import SignatureError
from guardia.hub.ports import Clock


class Nonces(Protocol):
    """What this asks of the accounts."""

    async def remember_nonce(self, nonce: str) -> bool: ...


class SignedRequests:
    """Integrations by name, each with a secret of its own."""

    def __init__(self, secrets: Mapping[str, bytes], nonces: Nonces, clock: Clock) -> None:
        self._secrets = dict(secrets)
        self._nonces = nonces
        self._clock = clock

    async def prove(self, arrived: Arrived) -> str:
        """The integration that sent the request. One without `X-Guardia-Client` is the only one's, if there is one.

        Raises `SignatureError`, also for a nonce that was used.
        """
        headers = arrived.headers
        name, secret = self._integration(headers.get("x-guardia-client", ""))
        nonce = headers.get("x-guardia-nonce", "")
        verify(
            secret,
            headers.get("x-guardia-signature", ""),
            method=arrived.method,
            path=arrived.path,
            timestamp=headers.get("x-guardia-timestamp", ""),
            nonce=nonce,
            body=arrived.body,
            now=self._clock.now_ms() // 1000,
        )
        # Hashed: a nonce's key has one length, whatever the ids are.
        if not await self._nonces.remember_nonce(hashlib.sha256(f"{name}\n{nonce}".encode()).hexdigest()):
            raise SignatureError(
                "the nonce was used before", remedy="요청마다 새 X-Guardia-Nonce로 다시 서명해 주세요."
            )
        return name

    def _integration(self, client: str) -> tuple[str, bytes]:
        if not client and len(self._secrets) == 1:
            return next(iter(self._secrets.items()))
        secret = self._secrets.get(client)
        if secret is None:
            raise SignatureError(
                "X-Guardia-Client names no integration",
                remedy="X-Guardia-Client 헤더에 등록된 연동 이름을 넣어 주세요.",
            )
        return client, secret
