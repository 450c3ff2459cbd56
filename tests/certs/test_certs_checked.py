"""What a keystore remembers of its leaf: it saves the reading of the certificate and decides nothing."""

import os
import shutil
import stat
import subprocess
import sys

import msgspec
import pytest

from guardia.certs import checked, keystore, tls
from guardia.certs.checked import Checked
from guardia.certs.errors import KeystoreError
from guardia.certs.identity import agent_uri
from tests.certs.conftest import TRUST_DOMAIN

LOAD = """
import sys
from pathlib import Path
from guardia.certs import keystore, tls
store = keystore.load(Path(sys.argv[1]))
tls.agent_client_context(store)
print(store.facts.sha256, any(name.partition(".")[0] == "cryptography" for name in sys.modules))
"""


@pytest.fixture
def reads(monkeypatch):
    """How often a certificate was read."""
    found = []
    real = keystore._read_leaf
    monkeypatch.setattr(keystore, "_read_leaf", lambda material: found.append(material) or real(material))
    return found


def forged(store, **changes):
    """Facts with the right digest and a lie."""
    path = store.folder / checked.NAME
    found = msgspec.json.decode(path.read_bytes(), type=Checked)
    path.write_bytes(checked.encode(found.digest, msgspec.structs.replace(found.leaf, **changes)))


def test_a_load_of_checked_files_needs_no_cryptography(pki) -> None:
    store = pki.agent()
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(store.folder.parent)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": os.environ["PATH"]},
    )
    assert done.stdout.split() == [store.facts.sha256, "False"]


def test_the_facts_are_as_private_as_the_key(pki) -> None:
    store = pki.agent()
    assert stat.S_IMODE((store.folder / checked.NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("swapped", [("key.pem", "chain.pem"), ("key.pem",), ("chain.pem",), ("roots.pem",)])
def test_facts_of_other_bytes_say_nothing(pki, foreign, reads, swapped: tuple[str, ...]) -> None:
    """The same agent's renewed files, put there by hand; a half of them is refused as it always was."""
    other, store = foreign.agent(), pki.agent()
    reads.clear()
    for name in swapped:
        shutil.copy(other.folder / name, store.folder / name)
    if swapped in {("key.pem",), ("chain.pem",)}:
        with pytest.raises(KeystoreError, match="does not belong"):
            keystore.load(store.folder.parent)
    else:
        expected = other if "chain.pem" in swapped else store
        assert keystore.load(store.folder.parent).facts == expected.facts
    assert len(reads) == 1


@pytest.mark.parametrize("change", ["missing", "damaged", "open", "rules", "digest"])
def test_facts_that_do_not_fit_are_made_again_where_that_is_asked_for(pki, reads, change: str) -> None:
    store = pki.agent()
    path = store.folder / checked.NAME
    good, content = path.read_bytes(), msgspec.json.decode(path.read_bytes())
    match change:
        case "missing":
            path.unlink()
        case "damaged":
            path.write_bytes(good[:-9])
        case "open":
            path.chmod(0o644)
        case _:
            path.write_bytes(
                msgspec.json.encode(content | {change: {"rules": checked.RULES - 1, "digest": ""}[change]})
            )
    reads.clear()
    before = path.read_bytes() if path.exists() else None
    assert keystore.load(store.folder.parent) == store
    assert (path.read_bytes() if path.exists() else None) == before, "a load by itself writes nothing"
    assert keystore.load(store.folder.parent, remember=True) == store
    assert len(reads) == 2
    assert keystore.load(store.folder.parent) == store
    assert len(reads) == 2
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (good, 0o600)


@pytest.mark.parametrize(
    "lie",
    [
        {"uris": (agent_uri(TRUST_DOMAIN, "was02"),)},
        {"uris": (agent_uri("other.test", "was01"),)},
        {"is_ca": True},
        {"key": "rsa"},
        {"extended_usages": ()},
        {"not_after_ms": 2**52},
    ],
)
def test_a_lie_that_the_policy_refuses_is_not_even_an_obstacle(pki, reads, lie) -> None:
    store = pki.agent()
    forged(store, **lie)
    reads.clear()
    assert keystore.load(store.folder.parent) == store
    assert len(reads) == 1


def test_another_name_than_the_certificates_is_refused_also_when_that_was_not_read(pki) -> None:
    """The name that tickets must be for is that of identity.json."""
    store = pki.agent()
    path = store.folder / "identity.json"
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(store.identity, name="was02")))
    with pytest.raises(KeystoreError, match="that of was01, not of was02"):
        keystore.load(store.folder.parent)


def test_a_lie_about_the_date_changes_nothing_that_is_shown_to_the_hub(pki) -> None:
    store = pki.agent()
    forged(store, not_after_ms=store.facts.not_after_ms + 1000)
    loaded = keystore.load(store.folder.parent)
    assert loaded.facts.not_after_ms == store.facts.not_after_ms + 1000, "the agent tells a wrong date, and that is all"
    assert tls.material(loaded) == tls.material(store)


def test_a_disk_that_cannot_be_written_costs_the_facts_only(pki, monkeypatch) -> None:
    store = pki.agent()
    (store.folder / checked.NAME).unlink()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checked, "write_atomic", full)
    assert keystore.load(store.folder.parent, remember=True) == store
    assert not (store.folder / checked.NAME).exists()


def test_no_byte_of_one_file_passes_for_one_of_another() -> None:
    splits = {checked.digest_of(*parts) for parts in ((b"ab", b"c", b""), (b"a", b"bc", b""), (b"", b"", b"abc"))}
    assert len(splits) == 3
