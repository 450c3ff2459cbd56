"""The project's own CA: an offline root, one intermediate for agents, one for hub servers.

Folder: `root.pem`, `root.key`, `agents.pem`, `agents.key`, `hub.pem`, `hub.key`, `ca.json`. A running hub reads all but
`root.key`, which the admin moves to a medium in a safe once `create` has run: it is needed again only for new
intermediates. The intermediates are bound by path length 0, extended key usage and name constraints, so that what one
of them signs can never pass for the other's.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from guardia.certs.certificate import load_pem, milliseconds, pem, read_facts, spki_sha256
from guardia.certs.csr import key_from_pem, key_to_pem, new_key
from guardia.certs.errors import CaError, CertsError
from guardia.certs.files import FOLDER, PRIVATE, PUBLIC, make_folder, read_file, sync_folder, write_new
from guardia.certs.identity import Role, agent_uri, check_trust_domain, hub_uri
from guardia.certs.policy import BACKDATE_MS, INTERMEDIATE_LIFE_MS, ROOT_LIFE_MS, CertificateFacts, validity

_USAGE = {Role.AGENT: ExtendedKeyUsageOID.CLIENT_AUTH, Role.HUB: ExtendedKeyUsageOID.SERVER_AUTH}
_FILE = {Role.AGENT: "agents", Role.HUB: "hub"}
MAX_NAMES = 32


class CaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`ca.json`."""

    trust_domain: str


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A new leaf."""

    chain: bytes
    """PEM: the leaf, then its intermediate."""
    facts: CertificateFacts


class CertificateAuthority:
    """Signs leaves with the two intermediates. Made by `create` or `load`; holds no root key."""

    def __init__(
        self,
        trust_domain: str,
        root: x509.Certificate,
        intermediates: dict[Role, tuple[x509.Certificate, ec.EllipticCurvePrivateKey]],
    ) -> None:
        self.trust_domain = trust_domain
        self._root = root
        self._intermediates = intermediates

    @property
    def roots_pem(self) -> bytes:
        """PEM of every root that is in force; what agents trust."""
        return pem([self._root])

    @property
    def pin(self) -> str:
        """Hex sha256 of the root's SubjectPublicKeyInfo: printed with join tokens."""
        return spki_sha256(self._root.public_key())

    # --- making and loading -----------------------------------------------------------------------------------------

    @classmethod
    def create(cls, directory: Path, trust_domain: str, now_ms: int) -> CertificateAuthority:
        """A new CA in `directory`, which must not exist or be empty; it appears whole or not at all.

        Raises `CaError`, `IdentityError` (the trust domain).
        """
        check_trust_domain(trust_domain)
        if directory.exists() and any(directory.iterdir()):
            raise CaError(
                f"{directory} is not empty: a CA is made once, and a new one would strand every agent. "
                "To begin anew, move that folder away first."
            )
        root_key = new_key()
        root = _make_root(root_key, trust_domain, now_ms)
        files = {"root.key": key_to_pem(root_key), "root.pem": pem([root])}
        intermediates = {}
        for role in Role:
            key = new_key()
            certificate = _make_intermediate(
                role, key.public_key(), root, root_key, trust_domain=trust_domain, now_ms=now_ms
            )
            intermediates[role] = (certificate, key)
            files[f"{_FILE[role]}.key"] = key_to_pem(key)
            files[f"{_FILE[role]}.pem"] = pem([certificate])
        files["ca.json"] = msgspec.json.encode(CaSettings(trust_domain=trust_domain))
        beside = directory.with_name(f".{directory.name}.{secrets.token_hex(6)}")
        try:
            make_folder(directory.parent)
            beside.mkdir(mode=FOLDER)
            for name, data in files.items():
                write_new(beside / name, data, PRIVATE if name.endswith(".key") else PUBLIC)
            sync_folder(beside)
            beside.rename(directory)
            sync_folder(directory.parent)
        except OSError as error:
            raise CaError(f"the CA could not be written to {directory}: {error.strerror}") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return cls(trust_domain, root, intermediates)

    @classmethod
    def load(cls, directory: Path) -> CertificateAuthority:
        """The CA in `directory`; `root.key` is neither needed nor read.

        Raises `CaError`, or `KeystoreError` when a key is missing or open to others.
        """
        try:
            settings = msgspec.json.decode(read_file(directory / "ca.json", private=False), type=CaSettings)
        except msgspec.MsgspecError as error:
            raise CaError(f"{directory / 'ca.json'} is damaged: restore it from the backup") from error
        root = _load_one(directory / "root.pem")
        intermediates = {}
        for role in Role:
            certificate = _load_one(directory / f"{_FILE[role]}.pem")
            key_file = directory / f"{_FILE[role]}.key"
            try:
                key = key_from_pem(read_file(key_file, private=True))
                certificate.verify_directly_issued_by(root)
            except CertsError as error:
                if error.code.startswith("keystore."):
                    raise
                raise CaError(f"{key_file}: {error}") from error
            except (InvalidSignature, ValueError, TypeError) as error:
                raise CaError(f"{_FILE[role]}.pem was not issued by root.pem: restore {directory} whole") from error
            if spki_sha256(key.public_key()) != spki_sha256(certificate.public_key()):
                raise CaError(f"{key_file} does not belong to {_FILE[role]}.pem: restore {directory} whole")
            intermediates[role] = (certificate, key)
        return cls(settings.trust_domain, root, intermediates)

    # --- issuing ----------------------------------------------------------------------------------------------------

    def issue_agent(self, public_key: ec.EllipticCurvePublicKey, agent_id: str, now_ms: int) -> Issued:
        """A client certificate of 7 days for an agent. Raises `IdentityError`, `PolicyViolation` (`ca.expired`)."""
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(agent_uri(self.trust_domain, agent_id))]
        return self._issue(Role.AGENT, public_key, agent_id, names, now_ms)

    def issue_hub(self, public_key: ec.EllipticCurvePublicKey, names: Sequence[str], now_ms: int) -> Issued:
        """A server certificate of 30 days for the host names and IP addresses `names`, as agents dial them.

        Raises `CaError` for a name that is neither, `PolicyViolation` (`ca.expired`).
        """
        if not 1 <= len(names) <= MAX_NAMES:
            raise CaError(f"a hub's certificate needs 1 to {MAX_NAMES} names")
        uri = x509.UniformResourceIdentifier(hub_uri(self.trust_domain))
        return self._issue(Role.HUB, public_key, "hub", [uri, *(_host_name(name) for name in names)], now_ms)

    def _issue(
        self,
        role: Role,
        public_key: ec.EllipticCurvePublicKey,
        name: str,
        names: list[x509.GeneralName],
        now_ms: int,
    ) -> Issued:
        issuer, key = self._intermediates[role]
        not_before, not_after = validity(role, now_ms, milliseconds(issuer)[1])
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.trust_domain),
                # Never the name itself: OpenSSL would read a dotted common name as a host name.
                x509.NameAttribute(NameOID.COMMON_NAME, f"GUARDiA {role.value}"),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, name),
            ]
        )
        leaf = (
            _builder(subject, issuer.subject, public_key, not_before, not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([_USAGE[role]]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(_authority(issuer), critical=False)
            .sign(key, hashes.SHA256())
        )
        return Issued(chain=pem([leaf, issuer]), facts=read_facts(leaf))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, not_before_ms: int, not_after_ms: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.fromtimestamp(not_before_ms // 1000, UTC))
        .not_valid_after(datetime.fromtimestamp(not_after_ms // 1000, UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _ca_name(what: str, key: ec.EllipticCurvePublicKey, trust_domain: str) -> x509.Name:
    # The key's fingerprint makes the name unique: during a rotation two roots stand side by side.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, trust_domain),
            x509.NameAttribute(NameOID.COMMON_NAME, f"GUARDiA {what} {spki_sha256(key)[:8]}"),
        ]
    )


def _make_root(key: ec.EllipticCurvePrivateKey, trust_domain: str, now_ms: int) -> x509.Certificate:
    public = key.public_key()
    name = _ca_name("root CA", public, trust_domain)
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return (
        _builder(name, name, public, now_ms - BACKDATE_MS, now_ms + ROOT_LIFE_MS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_key_usage(ca=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )


def _make_intermediate(
    role: Role,
    key: ec.EllipticCurvePublicKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    *,
    trust_domain: str,
    now_ms: int,
) -> x509.Certificate:
    excluded: list[x509.GeneralName] = []
    if role is Role.AGENT:  # an agent is a name of this trust domain and never a host
        excluded = [x509.DNSName(""), *(x509.IPAddress(ip_network(net)) for net in ("0.0.0.0/0", "::/0"))]
    constraints = x509.NameConstraints(
        permitted_subtrees=[x509.UniformResourceIdentifier(trust_domain)], excluded_subtrees=excluded or None
    )
    name = _ca_name(f"{_FILE[role]} CA", key, trust_domain)
    return (
        _builder(name, root.subject, key, now_ms - BACKDATE_MS, now_ms + INTERMEDIATE_LIFE_MS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(ca=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_USAGE[role]]), critical=False)
        .add_extension(constraints, critical=True)
        .add_extension(_authority(root), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _host_name(name: str) -> x509.GeneralName:
    address: IPv4Address | IPv6Address
    try:
        address = ip_address(name)
    except ValueError:
        if not name or len(name) > 253 or any(not (c.isascii() and (c.isalnum() or c in "-._")) for c in name):
            raise CaError(f"{name[:80]!r} is neither a host name nor an IP address") from None
        return x509.DNSName(name.lower())
    return x509.IPAddress(address)


def _load_one(path: Path) -> x509.Certificate:
    return load_pem(read_file(path, private=False), path.name)[0]
