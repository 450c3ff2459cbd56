"""Tickets: the hub's signed word that exactly this step, for this agent, was approved. One goes with every step.

A ticket is signed with Ed25519 by a key that is no TLS key; agents learn its public half when they enrol. What is
signed begins with `guardia-ticket-v1\\0`, so that no other signature of that key can pass for a ticket.

To verify takes the Ed25519 of `cryptography` alone; what only a signer needs of it (X.509, key files) is imported where
it is used, since it would stay in every agent's memory (2 MiB).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from guardia.certs.errors import KeystoreError, TicketError
from guardia.certs.files import PRIVATE, create_once, make_folder, read_file

DOMAIN = b"guardia-ticket-v1\0"
MAX_TICKET = 8 * 1024
SKEW_MS = 300_000

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
OptionalDigest = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Ticket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was approved. Digests are hex sha256."""

    ticket_id: Id
    step_id: Id
    request_id: Id
    agent_id: Id
    target: Id
    action: Id
    step_digest: Digest
    plan_digest: Digest
    explain_digest: OptionalDigest = ""
    """Digest of the explanation that the approver saw; empty: not bound to one."""
    requester: Id
    approvers: Annotated[tuple[Id, ...], msgspec.Meta(max_length=16)]
    """Empty for what needs no approval."""
    fencing: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    """Token of the lock; an agent refuses an older one than it has seen for the target."""
    issued_ms: Milliseconds
    expires_ms: Milliseconds

    def check_step(
        self, *, step_id: str, request_id: str, agent_id: str, target: str, action: str, step_digest: str
    ) -> None:
        """Raise `TicketError` (`ticket.mismatch`) unless this ticket is for exactly that step on that agent."""
        given = {
            "step_id": step_id,
            "request_id": request_id,
            "agent_id": agent_id,
            "target": target,
            "action": action,
            "step_digest": step_digest,
        }
        for field, value in given.items():
            if getattr(self, field) != value:
                raise TicketError(f"the ticket is for another {field}; the step was not run", code="ticket.mismatch")


class _Envelope(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    key_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    payload: Annotated[bytes, msgspec.Meta(max_length=MAX_TICKET)]
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


_ENVELOPE = msgspec.msgpack.Decoder(_Envelope)
_TICKET = msgspec.msgpack.Decoder(Ticket)


def key_id(key: Ed25519PublicKey) -> str:
    """Name of a ticket key: the first 16 hex digits of sha256 of its SubjectPublicKeyInfo."""
    from guardia.certs.certificate import spki_sha256

    return spki_sha256(key)[:16]


def public_keys(raw: Mapping[str, bytes]) -> dict[str, Ed25519PublicKey]:
    """Keys for `verify` from the 32 bytes each that a keystore holds. Raises `TicketError` (`ticket.malformed`)."""
    try:
        return {name: Ed25519PublicKey.from_public_bytes(data) for name, data in raw.items()}
    except ValueError as error:
        raise TicketError("a ticket key is not an Ed25519 public key") from error


class TicketSigner:
    """Signs tickets. The hub makes its key once with `create` and reads it with `load`."""

    def __init__(self, private: Ed25519PrivateKey, key_id: str) -> None:
        self._private = private
        self.key_id = key_id

    @classmethod
    def create(cls, path: Path) -> TicketSigner:
        """A new key in `path` (0600). Raises `KeystoreError` (`keystore.exists`) rather than replace one."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            make_folder(path.parent)
            made = create_once(path, data, PRIVATE)
        except OSError as error:
            raise KeystoreError(f"{path} cannot be written: {error.strerror}", code="keystore.write") from error
        if not made:
            raise KeystoreError(f"{path} is there already: agents trust it", code="keystore.exists")
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> TicketSigner:
        """The key in `path`. Raises `KeystoreError`, also when others may read it."""
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(read_file(path, private=True), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeystoreError(f"{path} is not a PEM private key: restore it from the backup") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeystoreError(f"{path} is not an Ed25519 key: restore it from the backup")
        return cls(key, key_id(key.public_key()))

    @property
    def public_keys(self) -> dict[str, bytes]:
        """What agents are told: 32 bytes by key id."""
        return {self.key_id: self._private.public_key().public_bytes_raw()}

    def sign(self, ticket: Ticket) -> bytes:
        """`ticket` for `Dispatch.ticket`. Raises `TicketError` for one that `verify` would refuse as malformed."""
        payload = msgspec.msgpack.encode(ticket)
        _decode(payload)
        envelope = _Envelope(self.key_id, payload, self._private.sign(DOMAIN + payload))
        data = msgspec.msgpack.encode(envelope)
        if len(data) > MAX_TICKET:
            raise TicketError(f"the ticket is larger than {MAX_TICKET} bytes")
        return data


def verify(data: bytes, keys: Mapping[str, Ed25519PublicKey], now_ms: int, skew_ms: int = SKEW_MS) -> Ticket:
    """The ticket in `data` when a key of `keys` signed it and it is valid at `now_ms`, give or take `skew_ms`.

    Raises `TicketError` with `ticket.malformed`, `ticket.unknown_key`, `ticket.bad_signature`, `ticket.expired` or
    `ticket.not_yet`. What the ticket is for is checked by `Ticket.check_step`.
    """
    if len(data) > MAX_TICKET:
        raise TicketError(f"the ticket is larger than {MAX_TICKET} bytes")
    try:
        envelope = _ENVELOPE.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise TicketError("the ticket cannot be read") from error
    if msgspec.msgpack.encode(envelope) != data:  # one ticket has one form
        raise TicketError("the ticket is not in its canonical form")
    key = keys.get(envelope.key_id)
    if key is None:
        raise TicketError(
            "the ticket is signed with a key that this agent does not know: enrol it again, or compare "
            "the hub that it dials",
            code="ticket.unknown_key",
        )
    try:
        key.verify(envelope.signature, DOMAIN + envelope.payload)
    except InvalidSignature:
        raise TicketError(
            "the ticket's signature is wrong; the step was not run", code="ticket.bad_signature"
        ) from None
    ticket = _decode(envelope.payload)
    if now_ms > ticket.expires_ms + skew_ms:
        raise TicketError(
            "the ticket has expired: request the step again, and compare this host's clock with the hub's",
            code="ticket.expired",
        )
    if now_ms < ticket.issued_ms - skew_ms:
        raise TicketError(
            "the ticket is from the future: compare this host's clock with the hub's", code="ticket.not_yet"
        )
    return ticket


def _decode(payload: bytes) -> Ticket:
    try:
        ticket = _TICKET.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise TicketError("the ticket's content is outside its limits") from error
    if ticket.expires_ms <= ticket.issued_ms:
        raise TicketError("the ticket ends before it begins")
    return ticket
