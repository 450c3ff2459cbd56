"""The hub's own keys in its state folder: `ca/`, `identity/` (its server certificate) and `tickets/signing-key.pem`."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

from guardia.certs import keystore, policy, tls
from guardia.certs.ca import CertificateAuthority
from guardia.certs.csr import key_to_pem, new_key
from guardia.certs.errors import CaError
from guardia.certs.identity import HUB_NAME, Role
from guardia.certs.keystore import Identity, Keystore, Material
from guardia.certs.ticket import TicketSigner


class HubAuthority:
    """CA, server certificate and ticket key, loaded."""

    def __init__(self, state_dir: Path, ca: CertificateAuthority, store: Keystore, signer: TicketSigner) -> None:
        self._state_dir = state_dir
        self.ca = ca
        self.keystore = store
        self.signer = signer

    @property
    def trust_domain(self) -> str:
        return self.ca.trust_domain

    @classmethod
    def init(cls, state_dir: Path, *, trust_domain: str, names: Sequence[str], now_ms: int) -> HubAuthority:
        """Make what is missing; what is there stays. An interrupted run is finished by the next.

        `names`: host names and addresses under which agents dial this hub. Raises `CertsError`.
        """
        if (state_dir / "ca" / "ca.json").exists():
            ca = CertificateAuthority.load(state_dir / "ca")
            if ca.trust_domain != trust_domain:
                raise CaError(f"the CA in {state_dir / 'ca'} is of trust domain {ca.trust_domain}, not {trust_domain}")
        else:
            ca = CertificateAuthority.create(state_dir / "ca", trust_domain, now_ms)
        ticket_file = _ticket_file(state_dir)
        signer = TicketSigner.load(ticket_file) if ticket_file.exists() else TicketSigner.create(ticket_file)
        if keystore.exists(state_dir / "identity"):
            store = keystore.load(state_dir / "identity")
        else:
            store = _issue(ca, state_dir, names, now_ms)
        return cls(state_dir, ca, store, signer)

    @classmethod
    def load(cls, state_dir: Path) -> HubAuthority:
        """What `init` made; `ca/root.key` is not needed. Raises `CertsError` that names the file and the remedy."""
        return cls(
            state_dir,
            CertificateAuthority.load(state_dir / "ca"),
            keystore.load(state_dir / "identity"),
            TicketSigner.load(_ticket_file(state_dir)),
        )

    def ensure_server_certificate(self, names: Sequence[str], now_ms: int) -> bool:
        """Issue a new server certificate when it is past half of its life or its names are not `names`.

        True when `keystore` has changed: new contexts show it, live ones after `tls.reload_own`. Call it at start and
        once a day. Raises `CertsError`.
        """
        facts = self.keystore.facts
        named = {*facts.dns_names, *facts.addresses}
        if named == {name.lower() for name in names} and not policy.should_renew(
            now_ms, facts.not_before_ms, facts.not_after_ms, 0.5
        ):
            return False
        self.keystore = _issue(self.ca, self._state_dir, names, now_ms)
        return True

    def reload(self, *contexts: ssl.SSLContext) -> None:
        """Present the current server certificate in new handshakes of these live contexts."""
        for context in contexts:
            tls.reload_own(context, self.keystore)


def _ticket_file(state_dir: Path) -> Path:
    return state_dir / "tickets" / "signing-key.pem"


def _issue(ca: CertificateAuthority, state_dir: Path, names: Sequence[str], now_ms: int) -> Keystore:
    key = new_key()
    issued = ca.issue_hub(key.public_key(), names, now_ms)
    identity = Identity(role=Role.HUB, name=HUB_NAME, trust_domain=ca.trust_domain, pin=ca.pin)
    material = Material(identity=identity, key=key_to_pem(key), chain=issued.chain, roots=ca.roots_pem)
    return keystore.replace(state_dir / "identity", material)
