"""The error tree of certificates, tokens and tickets.

`code` is stable: it stands in logs, in frames and in answers; the message says what happened and what to do. No message
ever holds a secret.
"""

from __future__ import annotations


class CertsError(Exception):
    """Base of everything that this package raises on purpose."""

    code = "certs.error"

    def __init__(self, message: str = "", *, code: str = "") -> None:
        super().__init__(message or code or self.code)
        if code:
            self.code = code


class IdentityError(CertsError):
    """A name that is not an agent id, a trust domain or a SPIFFE id of this system."""

    code = "identity.invalid"


class PolicyViolation(CertsError):  # noqa: N818 - the field's word for it
    """A certificate that is well formed and does not look like one of its role. Close the connection."""

    code = "certificate.policy"


class CertificateError(CertsError):
    """Bytes that are no certificate, or a chain that does not end at the expected root."""

    code = "certificate.invalid"


class CaError(CertsError):
    """The CA's folder is missing, damaged, or already there."""

    code = "ca.error"


class CsrError(CertsError):
    """A signing request that is malformed, too large, of another key type, or whose sender does not hold the key."""

    code = "csr.invalid"


class TokenError(CertsError):
    """A join token that cannot be used.

    `token.malformed`, `token.unknown`, `token.expired`, `token.used` (with another key), `token.revoked`
    (its agent is).
    """

    code = "token.invalid"


class TicketError(CertsError):
    """A step's ticket that proves nothing.

    `ticket.malformed`, `ticket.unknown_key`, `ticket.bad_signature`, `ticket.expired`, `ticket.not_yet`,
    `ticket.mismatch`.
    """

    code = "ticket.malformed"


class KeystoreError(CertsError):
    """An identity's folder that is missing, incomplete, inconsistent, or open to others.

    `keystore.missing`, `keystore.damaged`, `keystore.permissions`, `keystore.exists`, `keystore.write`.
    """

    code = "keystore.damaged"
