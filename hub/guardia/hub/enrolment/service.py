"""Enrolment: a join token and a signing request in, an identity out."""

from __future__ import annotations

from collections.abc import Mapping

from guardia.certs.ca import CertificateAuthority
from guardia.certs.certificate import spki_sha256
from guardia.certs.csr import parse_csr
from guardia.certs.enrolment import EnrolRequest, EnrolResponse
from guardia.certs.errors import TokenError
from guardia.certs.jointoken import JoinToken
from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.ports import Clock


class EnrolmentService:
    """Binds CA and registry. `agents_url` is where enrolled agents dial, `ticket_keys` what verifies their steps."""

    def __init__(
        self,
        *,
        ca: CertificateAuthority,
        registry: EnrolmentRegistry,
        ticket_keys: Mapping[str, bytes],
        agents_url: str,
        clock: Clock,
    ) -> None:
        self._ca = ca
        self._registry = registry
        self._ticket_keys = dict(ticket_keys)
        self._agents_url = agents_url
        self._clock = clock

    @property
    def roots_pem(self) -> bytes:
        return self._ca.roots_pem

    async def enrol(self, request: EnrolRequest) -> EnrolResponse:
        """Redeem the token for the request's key. Raises `TokenError`, `CsrError`, `PolicyViolation` (`ca.expired`).

        Nothing of the signing request but its public key reaches the certificate.
        """
        token = JoinToken.parse(request.token)
        key = parse_csr(request.csr.encode())
        if token.pin != self._ca.pin:
            raise TokenError("the join token is for another CA", code="token.unknown")
        redeemed = await self._registry.redeem(
            token, spki_sha256(key), lambda agent_id: self._ca.issue_agent(key, agent_id, self._clock.now_ms())
        )
        return EnrolResponse(
            chain=redeemed.issued.chain.decode(),
            roots=self._ca.roots_pem.decode(),
            ticket_keys=self._ticket_keys,
            agent_id=redeemed.agent_id,
            asset_code=redeemed.asset_code,
            trust_domain=self._ca.trust_domain,
            agents_url=self._agents_url,
        )
