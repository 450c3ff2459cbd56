import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from guardia.certs.certificate import spki_sha256
from guardia.certs.csr import MAX_CSR, key_from_pem, key_to_pem, make_csr, new_key, parse_csr
from guardia.certs.errors import CsrError


def test_a_request_carries_its_public_key() -> None:
    key = new_key()
    assert spki_sha256(parse_csr(make_csr(key))) == spki_sha256(key.public_key())
    assert spki_sha256(key_from_pem(key_to_pem(key)).public_key()) == spki_sha256(key.public_key())


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)], ids=["p384", "rsa"]
)
def test_other_key_types_are_refused(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    with pytest.raises(CsrError, match="P-256"):
        parse_csr(request.public_bytes(Encoding.PEM))


def test_a_request_without_possession_of_the_key_is_refused() -> None:
    request = x509.load_pem_x509_csr(make_csr(new_key()))
    der = bytearray(request.public_bytes(Encoding.DER))
    der[-1] ^= 1  # the signature's last byte
    forged = x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM)
    with pytest.raises(CsrError, match="its own key"):
        parse_csr(forged)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_csr_error(data: bytes) -> None:
    with pytest.raises(CsrError):
        parse_csr(data)


def test_a_large_request_is_refused_unread() -> None:
    with pytest.raises(CsrError, match="larger"):
        parse_csr(make_csr(new_key()) + b"\n" * MAX_CSR)


def test_a_key_of_another_type_is_refused_and_not_shown() -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for data in (pem, b"garbage-secret", b""):
        with pytest.raises(CsrError) as caught:
            key_from_pem(data)
        assert "garbage" not in str(caught.value)
        assert caught.value.__cause__ is None
