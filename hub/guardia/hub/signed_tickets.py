"""Tickets for steps, signed by the hub."""

from __future__ import annotations

import secrets

from guardia.certs.ticket import Ticket, TicketSigner


class SignedTickets:
    """`ports.Tickets` by the hub's ticket key."""

    def __init__(self, signer: TicketSigner) -> None:
        self._signer = signer
        self._random: list[str] = []

    def _ticket_id(self) -> str:
        """128 random bits, taken from the system 64 at a time: a fan-out signs a thousand tickets."""
        if not self._random:
            bits = secrets.token_hex(16 * 64)
            self._random = [bits[start : start + 32] for start in range(0, len(bits), 32)]
        return self._random.pop()

    def issue(
        self,
        *,
        step_id: str,
        request_id: str,
        agent_id: str,
        target: str,
        action: str,
        step_digest: str,
        plan_digest: str,
        explain_digest: str,
        requester: str,
        approvers: tuple[str, ...],
        fencing: int,
        issued_ms: int,
        expires_ms: int,
    ) -> tuple[str, bytes]:
        ticket = Ticket(
            ticket_id=self._ticket_id(),
            step_id=step_id,
            request_id=request_id,
            agent_id=agent_id,
            target=target,
            action=action,
            step_digest=step_digest,
            plan_digest=plan_digest,
            explain_digest=explain_digest,
            requester=requester,
            approvers=approvers,
            fencing=fencing,
            issued_ms=issued_ms,
            expires_ms=expires_ms,
        )
        return ticket.ticket_id, self._signer.sign(ticket)
