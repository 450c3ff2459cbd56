"""Verifies the tickets of steps. Implements `gate.TicketVerifier`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from guardia.agent.daemon.gate import TicketFacts, refusal
from guardia.agent.errors import TicketError
from guardia.agent.identity.store import AgentIdentity, load_identity
from guardia.certs import errors as certs_errors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_MESSAGES: Mapping[str, str] = {
    "ticket.malformed": "작업 티켓을 읽을 수 없습니다. 실행하지 않았습니다.",
    "ticket.unknown_key": "이 에이전트가 모르는 키로 서명된 작업 티켓입니다. 에이전트를 다시 등록(enrol)하세요.",
    "ticket.bad_signature": "작업 티켓의 서명이 올바르지 않습니다. 실행하지 않았습니다.",
    "ticket.expired": "작업 티켓의 유효 시간이 지났습니다. 서버 시계를 확인하고 다시 요청하세요.",
    "ticket.not_yet": "작업 티켓의 발급 시각이 미래입니다. 서버 시계(NTP)를 확인하세요.",
}
_NO_LIBRARY = (
    "작업 티켓을 확인할 라이브러리(cryptography)를 불러올 수 없습니다. 실행하지 않았습니다. "
    "에이전트를 다시 설치하고 시작하세요."
)


class SignedTickets:
    """Verifies with the keys of the stored identity, and looks there again for a key that it does not know.

    The first ticket brings `cryptography` into the process (7 MiB, some 15 ms): an agent that has not been asked for a
    step does without it. Where it cannot be imported any more, since somebody replaced it meanwhile, every step is
    refused.
    """

    def __init__(self, state_dir: Path, identity: AgentIdentity) -> None:
        self._state_dir = state_dir
        self._raw = identity.ticket_keys
        self._keys: Mapping[str, Ed25519PublicKey] | None = None

    def verify(self, data: bytes, now_ms: int) -> TicketFacts:
        """Raises `TicketError` with the code of `guardia.certs.ticket.verify`, or `ticket.no_library`."""
        try:
            from guardia.certs import ticket
        except ImportError as error:
            raise refusal(TicketError, "ticket.no_library", _NO_LIBRARY) from error
        try:
            if self._keys is None:
                self._keys = ticket.public_keys(self._raw)
            try:
                return ticket.verify(data, self._keys, now_ms)
            except certs_errors.TicketError as error:
                if error.code != "ticket.unknown_key":
                    raise
                self._keys = ticket.public_keys(load_identity(self._state_dir).ticket_keys)
                return ticket.verify(data, self._keys, now_ms)
        except certs_errors.TicketError as error:
            raise refusal(TicketError, error.code, _MESSAGES.get(error.code, str(error))) from error
