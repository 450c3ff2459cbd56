"""Certificates as bytes and PEM: facts for the policy, pins, and chains to one root."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from guardia.certs.errors import CertificateError
from guardia.certs.policy import CertificateFacts

MAX_PEM = 64 * 1024
MAX_CERTIFICATES = 16


def spki_sha256(key: CertificatePublicKeyTypes | PublicKeyTypes) -> str:
    """Hex sha256 of a public key's SubjectPublicKeyInfo: the pin of a root, the name of a key."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def certificate_sha256(der: bytes) -> str:
    """Hex sha256 of a certificate: its name in `AgentRegistry.admitted`."""
    return hashlib.sha256(der).hexdigest()


def pem(certificates: Sequence[x509.Certificate]) -> bytes:
    """The certificates one after the other, as OpenSSL reads a chain: leaf first."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def load_pem(data: bytes, what: str = "certificates") -> list[x509.Certificate]:
    """Certificates in PEM text, in order. Raises `CertificateError` on none, too many, or anything malformed."""
    if len(data) > MAX_PEM:
        raise CertificateError(f"{what}: more than {MAX_PEM} bytes of PEM")
    try:
        certificates = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise CertificateError(f"{what}: not PEM certificates") from error
    if len(certificates) > MAX_CERTIFICATES:
        raise CertificateError(f"{what}: more than {MAX_CERTIFICATES} certificates")
    return certificates


def milliseconds(certificate: x509.Certificate) -> tuple[int, int]:
    """`(not_before_ms, not_after_ms)`."""
    return (
        int(certificate.not_valid_before_utc.timestamp() * 1000),
        int(certificate.not_valid_after_utc.timestamp() * 1000),
    )


def read_facts(certificate: x509.Certificate) -> CertificateFacts:
    """What the policy looks at. Raises `CertificateError` when an extension cannot be read."""
    try:
        extensions = certificate.extensions
        key = certificate.public_key()
        usages: tuple[str, ...] = ()
        names = x509.SubjectAlternativeName([])
        is_ca = False
        for extension in extensions:
            value = extension.value
            if isinstance(value, x509.ExtendedKeyUsage):
                usages = tuple(usage.dotted_string for usage in value)
            elif isinstance(value, x509.SubjectAlternativeName):
                names = value
            elif isinstance(value, x509.BasicConstraints):
                is_ca = value.ca
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise CertificateError("a certificate whose key or extensions cannot be read") from error
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    not_before, not_after = milliseconds(certificate)
    return CertificateFacts(
        sha256=certificate_sha256(certificate.public_bytes(Encoding.DER)),
        not_before_ms=not_before,
        not_after_ms=not_after,
        is_ca=is_ca,
        key="p256" if is_p256 else type(key).__name__,
        extended_usages=usages,
        uris=tuple(names.get_values_for_type(x509.UniformResourceIdentifier)),
        dns_names=tuple(names.get_values_for_type(x509.DNSName)),
        addresses=tuple(str(address) for address in names.get_values_for_type(x509.IPAddress)),
    )


def facts_of_der(der: bytes) -> CertificateFacts:
    """Facts of a peer's certificate as `getpeercert(binary_form=True)` gives it. Raises `CertificateError`."""
    try:
        return read_facts(x509.load_der_x509_certificate(der))
    except ValueError as error:
        raise CertificateError("the peer's certificate cannot be read") from error


def find_pinned(roots: Sequence[x509.Certificate], pin: str) -> x509.Certificate | None:
    """The root whose public key has sha256 `pin`, compared in constant time; None when none has."""
    found: x509.Certificate | None = None
    for root in roots:
        if hmac.compare_digest(spki_sha256(root.public_key()), pin):
            found = root
    return found


def check_chain(chain: Sequence[x509.Certificate], root: x509.Certificate, now_ms: int) -> None:
    """Leaf, intermediates and `root` sign each other, in order, and all are valid at `now_ms`.

    For certificates that this side was handed (an enrolment's answer); peers of connections are verified by OpenSSL.
    Raises `CertificateError`.
    """
    if not 2 <= len(chain) <= 4:
        raise CertificateError(f"a chain of {len(chain)} certificates; expected a leaf and its intermediate")
    path = [*chain, root]
    for certificate, issuer in pairwise(path):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError) as error:
            raise CertificateError("the chain does not lead to the pinned root") from error
        if not read_facts(issuer).is_ca:
            raise CertificateError("a certificate of the chain was issued by one that is no CA")
    for certificate in path:
        not_before, not_after = milliseconds(certificate)
        if not not_before <= now_ms <= not_after:
            raise CertificateError(
                "a certificate of the chain is not valid now: compare this host's clock with the hub's",
                code="certificate.time",
            )
