from pathlib import Path

import pytest

from guardia.certs.errors import CaError, CertsError
from guardia.certs.policy import HUB_LIFE_MS
from guardia.hub.enrolment.authority import HubAuthority
from tests.support.clock import FakeClock

NAMES = ["localhost", "127.0.0.1"]


def test_init_makes_what_serve_loads_without_the_root_key(authority: HubAuthority, tmp_path: Path) -> None:
    (tmp_path / "state" / "ca" / "root.key").unlink()
    loaded = HubAuthority.load(tmp_path / "state")
    assert loaded.ca.pin == authority.ca.pin
    assert loaded.signer.public_keys == authority.signer.public_keys
    assert loaded.keystore == authority.keystore
    assert loaded.trust_domain == "guardia.test"


@pytest.mark.parametrize("lost", ["tickets", "identity", None])
def test_init_finishes_what_an_interrupted_run_left(
    authority: HubAuthority, tmp_path: Path, clock: FakeClock, lost: str | None
) -> None:
    if lost:
        (tmp_path / "state" / lost).rename(tmp_path / "gone")
    again = HubAuthority.init(tmp_path / "state", trust_domain="guardia.test", names=NAMES, now_ms=clock.now_ms())
    assert again.ca.pin == authority.ca.pin
    assert (again.signer.public_keys == authority.signer.public_keys) is (lost != "tickets")
    assert (again.keystore == authority.keystore) is (lost != "identity")


def test_another_trust_domain_is_refused(authority: HubAuthority, tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(CaError, match=r"guardia\.test"):
        HubAuthority.init(tmp_path / "state", trust_domain="other.test", names=NAMES, now_ms=clock.now_ms())


@pytest.mark.parametrize("missing", ["ca", "identity", "tickets"])
def test_a_missing_part_is_named(authority: HubAuthority, tmp_path: Path, missing: str) -> None:
    (tmp_path / "state" / missing).rename(tmp_path / "gone")
    with pytest.raises(CertsError, match=missing):
        HubAuthority.load(tmp_path / "state")


def test_the_server_certificate_is_renewed_at_half_life_and_for_new_names(
    authority: HubAuthority, clock: FakeClock
) -> None:
    before = authority.keystore.facts
    assert not authority.ensure_server_certificate(["LOCALHOST", "127.0.0.1"], clock.now_ms())
    assert authority.ensure_server_certificate([*NAMES, "hub.test"], clock.now_ms())
    named = authority.keystore.facts
    assert "hub.test" in named.dns_names
    assert not authority.ensure_server_certificate([*NAMES, "hub.test"], clock.now_ms())
    clock.advance(HUB_LIFE_MS / 1000 * 0.51)
    assert authority.ensure_server_certificate([*NAMES, "hub.test"], clock.now_ms())
    assert len({before.sha256, named.sha256, authority.keystore.facts.sha256}) == 3
