"""The agent's stored identity, as the daemon uses it."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from pathlib import Path

import msgspec

from guardia.agent.identity.errors import EnrolmentFailedError
from guardia.certs import keystore, tls
from guardia.certs.errors import CertsError
from guardia.certs.identity import Role
from guardia.certs.keystore import Keystore

FOLDER = "identity"


class AgentIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who this agent is and how it proves it."""

    agent_id: str
    trust_domain: str
    asset_code: str
    """The host that the agent runs on."""
    agents_url: str
    """Where to dial."""
    trust_bundle: str
    """Hex sha256 of the trusted roots' PEM, for the hello."""
    not_before_ms: int
    not_after_ms: int
    """Life of the certificate."""
    ticket_keys: Mapping[str, bytes]
    """For `guardia.certs.ticket.public_keys`: 32 bytes each, by key id."""
    keystore: Keystore

    def ssl_context(self) -> ssl.SSLContext:
        """For connections to the hub; make a new one after a renewal. Raises `KeystoreError`."""
        return tls.agent_client_context(self.keystore)

    def tls_material(self) -> tls.TlsMaterial:
        """The same for gRPC. Raises `KeystoreError`."""
        return tls.material(self.keystore)


def has_identity(state_dir: Path) -> bool:
    """Whether this agent has enrolled."""
    return keystore.exists(state_dir / FOLDER)


def load_identity(state_dir: Path, *, remember: bool = False) -> AgentIdentity:
    """The identity below `state_dir`; `remember` as in `keystore.load`.

    Raises `EnrolmentError` with the keystore's code; the message says what to do (enrol, chmod).
    """
    try:
        store = keystore.load(state_dir / FOLDER, remember=remember)
        return identity_of(store)
    except CertsError as error:
        remedy = "; run guardia-agent enrol" if error.code == "keystore.missing" else ""
        raise EnrolmentFailedError(f"{error}{remedy}", code=error.code) from error


def identity_of(store: Keystore) -> AgentIdentity:
    """The identity in a loaded keystore."""
    if store.identity.role is not Role.AGENT:
        raise EnrolmentFailedError("this folder holds a hub's identity, not an agent's", code="keystore.damaged")
    return AgentIdentity(
        agent_id=store.identity.name,
        trust_domain=store.identity.trust_domain,
        asset_code=store.identity.asset_code,
        agents_url=store.identity.agents_url,
        trust_bundle=hashlib.sha256(store.roots).hexdigest(),
        not_before_ms=store.facts.not_before_ms,
        not_after_ms=store.facts.not_after_ms,
        ticket_keys=store.ticket_keys,
        keystore=store,
    )
