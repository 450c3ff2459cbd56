import time
from pathlib import Path

import pytest

from guardia.certs import keystore
from guardia.certs.ca import CertificateAuthority
from guardia.certs.csr import key_to_pem, new_key
from guardia.certs.identity import HUB_NAME, Role
from guardia.certs.keystore import Identity, Keystore, Material

TRUST_DOMAIN = "guardia.test"


class Pki:
    """A CA in a folder and identities of it, valid by the real clock because OpenSSL reads that one."""

    def __init__(self, folder: Path, trust_domain: str = TRUST_DOMAIN) -> None:
        self.folder = folder
        self.now_ms = int(time.time() * 1000)
        self.ca = CertificateAuthority.create(folder / "ca", trust_domain, self.now_ms)

    def agent_material(self, agent_id: str = "was01", *, roots: bytes | None = None) -> Material:
        key = new_key()
        return Material(
            identity=Identity(role=Role.AGENT, name=agent_id, trust_domain=self.ca.trust_domain),
            key=key_to_pem(key),
            chain=self.ca.issue_agent(key.public_key(), agent_id, self.now_ms).chain,
            roots=roots or self.ca.roots_pem,
        )

    def agent(self, agent_id: str = "was01", *, roots: bytes | None = None) -> Keystore:
        return keystore.replace(self.folder / "agents" / agent_id, self.agent_material(agent_id, roots=roots))

    def hub(self, *names: str) -> Keystore:
        key = new_key()
        return keystore.replace(
            self.folder / "hub",
            Material(
                identity=Identity(role=Role.HUB, name=HUB_NAME, trust_domain=self.ca.trust_domain),
                key=key_to_pem(key),
                chain=self.ca.issue_hub(key.public_key(), names or ("localhost", "127.0.0.1"), self.now_ms).chain,
                roots=self.ca.roots_pem,
            ),
        )


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    return Pki(tmp_path / "pki")


@pytest.fixture
def foreign(tmp_path: Path) -> Pki:
    """Another CA of the same trust domain."""
    return Pki(tmp_path / "foreign")
