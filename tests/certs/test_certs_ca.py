import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from guardia.certs.ca import CertificateAuthority
from guardia.certs.certificate import check_chain, facts_of_der, find_pinned, load_pem, read_facts, spki_sha256
from guardia.certs.csr import new_key
from guardia.certs.errors import CaError, CertificateError, IdentityError, KeystoreError, PolicyViolation
from guardia.certs.policy import AGENT_LIFE_MS, CLIENT_AUTH, HUB_LIFE_MS, INTERMEDIATE_LIFE_MS, SERVER_AUTH

NOW = 1_800_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ca"


@pytest.fixture
def ca(folder: Path) -> CertificateAuthority:
    return CertificateAuthority.create(folder, "guardia.test", NOW)


def test_keys_are_0600_and_the_folder_0700(ca: CertificateAuthority, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    keys = sorted(folder.glob("*.key"))
    assert [key.name for key in keys] == ["agents.key", "hub.key", "root.key"]
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_everything_works_without_the_root_key(ca: CertificateAuthority, folder: Path) -> None:
    (folder / "root.key").unlink()
    loaded = CertificateAuthority.load(folder)
    assert loaded.pin == ca.pin
    assert loaded.roots_pem == ca.roots_pem
    leaf = load_pem(loaded.issue_agent(new_key().public_key(), "was01", NOW).chain)
    check_chain(leaf, load_pem(ca.roots_pem)[0], NOW)
    check_chain(
        load_pem(loaded.issue_hub(new_key().public_key(), ["hub.test"], NOW).chain), load_pem(ca.roots_pem)[0], NOW
    )


def test_an_agents_leaf_has_its_key_its_id_and_seven_days(ca: CertificateAuthority) -> None:
    key = new_key()
    issued = ca.issue_agent(key.public_key(), "was.01", NOW)
    leaf = load_pem(issued.chain)[0]
    facts = issued.facts
    assert spki_sha256(leaf.public_key()) == spki_sha256(key.public_key())
    assert facts.uris == ("spiffe://guardia.test/agent/was.01",)
    assert facts.extended_usages == (CLIENT_AUTH,)
    assert facts.not_after_ms == NOW + AGENT_LIFE_MS
    assert facts.not_before_ms < NOW
    assert not facts.dns_names


def test_a_hubs_leaf_has_its_names_and_thirty_days(ca: CertificateAuthority) -> None:
    facts = ca.issue_hub(new_key().public_key(), ["Hub.test", "127.0.0.1", "::1"], NOW).facts
    assert facts.dns_names == ("hub.test",)
    assert facts.addresses == ("127.0.0.1", "::1")
    assert facts.extended_usages == (SERVER_AUTH,)
    assert facts.not_after_ms == NOW + HUB_LIFE_MS


def test_intermediates_are_bound_to_their_role(ca: CertificateAuthority, folder: Path) -> None:
    for name, usage in (("agents", CLIENT_AUTH), ("hub", SERVER_AUTH)):
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        assert constraints.path_length == 0
        assert read_facts(certificate).extended_usages == (usage,)
        permitted = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
        assert permitted == [x509.UniformResourceIdentifier("guardia.test")]


@pytest.mark.parametrize("names", [[], ["a b"], ["허브"], ["*.test"], ["x" * 254], ["n"] * 33])
def test_names_that_are_no_hosts_are_refused(ca: CertificateAuthority, names: list[str]) -> None:
    with pytest.raises(CaError):
        ca.issue_hub(new_key().public_key(), names, NOW)


def test_a_bad_agent_id_is_refused(ca: CertificateAuthority) -> None:
    with pytest.raises(IdentityError):
        ca.issue_agent(new_key().public_key(), "../root", NOW)


def test_a_second_ca_is_never_made_over_the_first(ca: CertificateAuthority, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(CaError, match="not empty"):
        CertificateAuthority.create(folder, "guardia.test", NOW)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["ca"], "nothing half made is left beside it"


def test_a_key_that_others_may_read_is_refused_with_the_remedy(ca: CertificateAuthority, folder: Path) -> None:
    (folder / "agents.key").chmod(0o640)
    with pytest.raises(KeystoreError, match=f"chmod 600 {folder / 'agents.key'}"):
        CertificateAuthority.load(folder)


def test_files_of_two_cas_do_not_mix(ca: CertificateAuthority, folder: Path, tmp_path: Path) -> None:
    CertificateAuthority.create(tmp_path / "other", "guardia.test", NOW)
    (folder / "agents.key").write_bytes((tmp_path / "other" / "agents.key").read_bytes())
    with pytest.raises(CaError, match="does not belong"):
        CertificateAuthority.load(folder)
    (folder / "agents.pem").write_bytes((tmp_path / "other" / "agents.pem").read_bytes())
    with pytest.raises(CaError, match="not issued by"):
        CertificateAuthority.load(folder)


@pytest.mark.parametrize("damage", [b"", b"{", b"not PEM"])
@pytest.mark.parametrize("name", ["ca.json", "root.pem", "hub.pem", "hub.key"])
def test_a_damaged_file_is_an_error_of_this_package(
    ca: CertificateAuthority, folder: Path, name: str, damage: bytes
) -> None:
    (folder / name).write_bytes(damage)
    with pytest.raises((CaError, CertificateError)):
        CertificateAuthority.load(folder)


def test_after_the_intermediates_end_nothing_is_issued(ca: CertificateAuthority) -> None:
    late = ca.issue_agent(new_key().public_key(), "was01", NOW + INTERMEDIATE_LIFE_MS - 1000)
    assert late.facts.not_after_ms == NOW + INTERMEDIATE_LIFE_MS
    with pytest.raises(PolicyViolation) as caught:
        ca.issue_agent(new_key().public_key(), "was01", NOW + INTERMEDIATE_LIFE_MS)
    assert caught.value.code == "ca.expired"


def test_a_chain_to_another_root_does_not_pass(ca: CertificateAuthority, tmp_path: Path) -> None:
    other = CertificateAuthority.create(tmp_path / "other", "guardia.test", NOW)
    chain = load_pem(ca.issue_agent(new_key().public_key(), "was01", NOW).chain)
    with pytest.raises(CertificateError, match="pinned root"):
        check_chain(chain, load_pem(other.roots_pem)[0], NOW)
    with pytest.raises(CertificateError) as caught:
        check_chain(chain, load_pem(ca.roots_pem)[0], NOW + 30 * 86_400_000)
    assert caught.value.code == "certificate.time"
    with pytest.raises(CertificateError):
        check_chain(chain[:1], load_pem(ca.roots_pem)[0], NOW)


def test_the_pin_names_the_root(ca: CertificateAuthority, tmp_path: Path) -> None:
    other = CertificateAuthority.create(tmp_path / "other", "guardia.test", NOW)
    roots = load_pem(other.roots_pem + ca.roots_pem)
    assert find_pinned(roots, ca.pin) == roots[1]
    assert find_pinned(roots[:1], ca.pin) is None


def test_bytes_that_are_no_certificate_are_an_error() -> None:
    with pytest.raises(CertificateError):
        facts_of_der(b"\x30\x00")
    with pytest.raises(CertificateError):
        load_pem(b"x" * 100_000)
    assert isinstance(new_key().curve, ec.SECP256R1)


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CaError, match="could not be written"):
        CertificateAuthority.create(tmp_path / "file" / "ca", "guardia.test", NOW)
