"""Small certificate authorities for tests of the link: a CA for hubs, one for agents, and strangers."""

import datetime
import ipaddress
import ssl
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from guardia.certs.tls import TlsMaterial

DOMAIN = "test.guardia"
LIVES = 3600.0
"""Seconds of a certificate's life."""


class Authority:
    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(self.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(
        self,
        *,
        uris: tuple[str, ...] = (),
        hosts: tuple[str, ...] = (),
        client: bool = True,
        starts_in: float = -3600,
        lives: float = LIVES,
        name: bool = True,
    ) -> tuple[bytes, bytes]:
        """PEM of certificate and key, DER of the certificate. Times in seconds from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri) for uri in uris]
        for host in hosts:
            try:
                names.append(x509.IPAddress(ipaddress.ip_address(host)))
            except ValueError:
                names.append(x509.DNSName(host))
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(seconds=starts_in))
            .not_valid_after(now + datetime.timedelta(seconds=lives))
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        )
        if name:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=True)
        certificate = builder.sign(self.key, hashes.SHA256())
        pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return pem, certificate.public_bytes(serialization.Encoding.DER)


@cache
def authority(name: str) -> Authority:
    return Authority(name)


def agent_uri(agent_id: str) -> str:
    return f"spiffe://{DOMAIN}/agent/{agent_id}"


@cache
def agent_pem(agent_id: str, ca: str = "agents") -> bytes:
    return authority(ca).issue(uris=(agent_uri(agent_id),))[0]


def split(pem: bytes) -> tuple[bytes, bytes]:
    """Certificate and key of a file that holds both."""
    at = pem.index(b"-----BEGIN PRIVATE KEY-----")
    return pem[:at], pem[at:]


def hub_material(*, ca: str = "hubs", trust: str = "agents", **options) -> TlsMaterial:
    """As `hub_context`, for gRPC."""
    uri = f"spiffe://{DOMAIN}/hub/hub1"
    options = {"hosts": ("127.0.0.1", "localhost"), **options}
    chain, key = split(authority(ca).issue(uris=(uri,), client=False, **options)[0])
    return TlsMaterial(key=key, chain=chain, roots=authority(trust).pem.encode())


def agent_material(pem: bytes, *, trust: str = "hubs") -> TlsMaterial:
    """As `agent_context`, for gRPC."""
    chain, key = split(pem)
    return TlsMaterial(key=key, chain=chain, roots=authority(trust).pem.encode())


def hub_context(tmp_path: Path, *, ca: str = "hubs", **options) -> ssl.SSLContext:
    file = tmp_path / f"hub-{ca}.pem"
    uri = f"spiffe://{DOMAIN}/hub/hub1"
    options = {"hosts": ("127.0.0.1", "localhost"), **options}
    file.write_bytes(authority(ca).issue(uris=(uri,), client=False, **options)[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0
    context.load_cert_chain(file)
    context.load_verify_locations(cadata=authority("agents").pem)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def agent_context(tmp_path: Path, pem: bytes, *, trust: str = "hubs") -> ssl.SSLContext:
    file = tmp_path / "agent.pem"
    file.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=authority(trust).pem)
    context.load_cert_chain(file)
    return context


def fingerprint(pem: bytes) -> str:
    """Hex sha256 of the certificate in `pem`."""
    return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()
