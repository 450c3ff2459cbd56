"""Who is at the other end: the agent's identity from its certificate.

The TLS layer has verified the chain; what it does not look at is checked here: exactly one SPIFFE name of an agent of
this trust domain, and a certificate that is meant for clients.
"""

from __future__ import annotations

import hashlib
import re

import msgspec
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from guardia.hub.errors import UnauthenticatedError

_NAME = re.compile(r"spiffe://(?P<domain>[a-z0-9.-]{1,255})/agent/(?P<agent>[A-Za-z0-9._-]{1,64})\Z")


class IdentityError(UnauthenticatedError):
    """The certificate does not name an agent of this hub."""

    code = "identity.invalid"


class PeerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: str
    certificate_sha256: str
    """Hex sha256 of the certificate's DER encoding."""
    not_after_ms: int


def identify(certificate: bytes, trust_domain: str = "") -> PeerIdentity:
    """Identity in a peer's DER certificate; an empty `trust_domain` accepts the one that the chain vouches for.

    Raises `IdentityError`.
    """
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        usages = parsed.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound as error:
        raise IdentityError(f"the certificate has no {error.oid._name}: enrol the agent again") from None
    except (ValueError, x509.DuplicateExtension) as error:
        raise IdentityError(f"the certificate cannot be read: {error}") from None
    found = _NAME.match(uris[0]) if len(uris) == 1 else None
    if found is None:
        raise IdentityError("the certificate does not name one agent (spiffe://<trust domain>/agent/<id>)")
    if trust_domain and found["domain"] != trust_domain:
        raise IdentityError(f"the certificate is of trust domain {found['domain']}, not {trust_domain}")
    if ExtendedKeyUsageOID.CLIENT_AUTH not in usages:
        raise IdentityError("the certificate is not meant for clients (no clientAuth)")
    return PeerIdentity(
        agent_id=found["agent"],
        certificate_sha256=hashlib.sha256(certificate).hexdigest(),
        not_after_ms=int(parsed.not_valid_after_utc.timestamp() * 1000),
    )
