"""Signing requests: P-256 keys only, possession proven, of bounded size. Only their public key is ever used."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from guardia.certs.errors import CsrError

MAX_CSR = 8 * 1024


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS #8, unencrypted: the file's mode (0600) protects it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_from_pem(data: bytes) -> ec.EllipticCurvePrivateKey:
    """A P-256 private key. Raises `CsrError`; the message never shows the data."""
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CsrError("not a PEM private key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CsrError("the private key is not P-256")
    return key


def make_csr(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A request in PEM with an empty subject: the hub decides what the certificate says."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def parse_csr(data: bytes) -> ec.EllipticCurvePublicKey:
    """The request's public key, when its sender holds the private one. Raises `CsrError`."""
    if len(data) > MAX_CSR:
        raise CsrError(f"the signing request is larger than {MAX_CSR} bytes")
    try:
        request = x509.load_pem_x509_csr(data)
        key = request.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise CsrError("the signing request's key is not P-256")
        proven = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CsrError("not a PEM signing request") from error
    if not proven:
        raise CsrError("the signing request is not signed with its own key")
    return key
