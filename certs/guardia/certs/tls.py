"""TLS contexts: 1.3 only, our roots only, strict verification, no session tickets.

The agents' listener and the enrolment listener are two contexts on two ports, and must stay so: a listener without
CERT_REQUIRED accepts clients without a certificate even when a callback swaps in a stricter context.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import msgspec

from guardia.certs.errors import CertificateError, KeystoreError, PolicyViolation
from guardia.certs.files import read_file
from guardia.certs.identity import Role
from guardia.certs.keystore import Keystore
from guardia.certs.policy import check_leaf


class TlsMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """PEM of an identity, for a library that does not take an `ssl.SSLContext` (gRPC)."""

    key: bytes
    chain: bytes
    roots: bytes

    def __repr__(self) -> str:
        return "TlsMaterial(…)"


def material(keystore: Keystore) -> TlsMaterial:
    """The files of `keystore`. Raises `KeystoreError` when one cannot be read, or the key is open to others."""
    return TlsMaterial(
        key=read_file(keystore.key_path, private=True),
        chain=read_file(keystore.chain_path, private=False),
        roots=keystore.roots,
    )


def agent_client_context(keystore: Keystore) -> ssl.SSLContext:
    """For an agent's connections to the hub. Raises `KeystoreError`."""
    context = pinned_client_context(keystore.roots)
    _load_own(context, keystore.chain_path, keystore.key_path)
    return context


def pinned_client_context(roots: bytes) -> ssl.SSLContext:
    """Verifies a hub by exactly these roots (PEM) and its host name; presents no certificate. For enrolment."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = True
    context.hostname_checks_common_name = False
    context.verify_mode = ssl.CERT_REQUIRED
    _trust(context, roots)
    return context


def unverified_client_context() -> ssl.SSLContext:
    """Verifies nothing: good only to fetch the roots that are then compared with a pin. Send nothing secret."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def hub_agent_listener_context(keystore: Keystore) -> ssl.SSLContext:
    """For the agents' listener: a client certificate of our CA is required. Raises `KeystoreError`.

    OpenSSL verifies chain, time and purpose; the listener must still call `peer_agent_id` and ask the registry. No
    session tickets: a resumed session would outlive a revocation.
    """
    context = _server(keystore)
    context.verify_mode = ssl.CERT_REQUIRED
    _trust(context, keystore.roots)
    return context


def hub_enrolment_context(keystore: Keystore) -> ssl.SSLContext:
    """For the enrolment listener, whose clients have no certificate yet. Raises `KeystoreError`."""
    context = _server(keystore)
    context.verify_mode = ssl.CERT_NONE
    return context


def reload_own(context: ssl.SSLContext, keystore: Keystore) -> None:
    """Present the renewed certificate of `keystore` in new handshakes of a live context; connections stay.

    Tried in a scratch context first: a mismatched pair would break every new handshake. Raises `KeystoreError`. Roots
    are only ever added to a context: a dropped root needs a new one.
    """
    _load_own(_context(ssl.PROTOCOL_TLS_SERVER), keystore.chain_path, keystore.key_path)
    _load_own(context, keystore.chain_path, keystore.key_path)


def peer_agent_id(der: bytes | None, trust_domain: str, now_ms: int | None = None) -> str:
    """Agent id of a verified peer's certificate (`getpeercert(binary_form=True)`).

    Raises `PolicyViolation` for anything but a proper agent leaf of `trust_domain`: a hub's certificate, a CA's, a
    certificate without or with other extended usages, several names, none at all.
    """
    return _peer(der, Role.AGENT, trust_domain, now_ms)


def peer_hub_name(der: bytes | None, trust_domain: str, now_ms: int | None = None) -> str:
    """The same for a hub's certificate, as agents see it. Raises `PolicyViolation`."""
    return _peer(der, Role.HUB, trust_domain, now_ms)


def _peer(der: bytes | None, role: Role, trust_domain: str, now_ms: int | None) -> str:
    from guardia.certs.certificate import facts_of_der  # cryptography: an agent that only dials does without it

    if not der:
        raise PolicyViolation("the peer presented no certificate")
    try:
        facts = facts_of_der(der)
    except CertificateError as error:
        raise PolicyViolation(str(error)) from error
    return check_leaf(facts, role, trust_domain, now_ms)


def _context(protocol: int) -> ssl.SSLContext:
    # Not create_default_context: that loads the system's roots and writes session keys where SSLKEYLOGFILE points.
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def _server(keystore: Keystore) -> ssl.SSLContext:
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    context.num_tickets = 0
    _load_own(context, keystore.chain_path, keystore.key_path)
    return context


def _load_own(context: ssl.SSLContext, chain: Path, key: Path) -> None:
    try:
        context.load_cert_chain(chain, key, password=_no_password)
    except (OSError, ssl.SSLError) as error:
        raise KeystoreError(f"{chain} and {key} cannot be used: {type(error).__name__}") from error


def _no_password() -> bytes:
    """OpenSSL asks the terminal for a pass phrase unless it is given a callback; a daemon must not hang there."""
    return b""


def _trust(context: ssl.SSLContext, roots: bytes) -> None:
    try:
        context.load_verify_locations(cadata=roots.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise KeystoreError("the trusted roots are not PEM certificates") from error
